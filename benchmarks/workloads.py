"""The pieces of work every contender is given: the same data, the same initial weights, plain SGD.

A batch is always batch first, a weight is (n_out, n_in), everything is float32. A contender turns these arrays into its
own kind, trains, and returns the loss of the last step, by which the contenders are seen to do the same thing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Work:
    """``batches`` of (X, y), initial ``parameters`` by name, the learning rate ``lr``; ``title`` is for people."""

    name: str
    title: str
    batches: list[tuple[Array, Array]]
    parameters: dict[str, Array]
    lr: float


def uniform(rng, *shape):
    """Glorot's uniform weights for (n_out, n_in, ...)."""
    receptive = int(np.prod(shape[2:]))
    bound = np.sqrt(6 / ((shape[0] + shape[1]) * receptive))
    return rng.uniform(-bound, bound, shape).astype(np.float32)


def zeros(*shape):
    return np.zeros(shape, np.float32)


def mlp(name: str, batch: int, lr: float, images: int = 60_000) -> Work:
    """784-128-10 with ReLU, one epoch of standard-normal images; labels from a random linear map."""
    rng = np.random.default_rng(1)
    X = rng.standard_normal((images, 784), dtype=np.float32)
    y = (X @ rng.standard_normal((784, 10), dtype=np.float32)).argmax(axis=1)
    parameters = {"W1": uniform(rng, 128, 784), "b1": zeros(128), "W2": uniform(rng, 10, 128), "b2": zeros(10)}
    batches = [(X[i : i + batch], y[i : i + batch]) for i in range(0, images, batch)]
    return Work(name, f"MLP 784-128-10, batch {batch}, one epoch", batches, parameters, lr)


def cnn() -> Work:
    """1×28×28 - conv 8@3×3 - ReLU - pool 2 - conv 16@3×3 - ReLU - pool 2 - dense 10; batch 64, 20 steps."""
    rng = np.random.default_rng(2)
    batches = [(rng.standard_normal((64, 1, 28, 28), dtype=np.float32), rng.integers(0, 10, 64)) for _ in range(20)]
    parameters = {
        "K1": uniform(rng, 8, 1, 3, 3), "c1": zeros(8), "K2": uniform(rng, 16, 8, 3, 3), "c2": zeros(16),
        "W": uniform(rng, 10, 784), "b": zeros(10),
    }  # fmt: skip
    return Work("W2", "CNN, two 3×3 convolutions, batch 64, 20 steps", batches, parameters, 0.05)


def tokens(rng, steps, batch, length=64, vocabulary=64):
    """Random sequences, and as targets the same sequences one place further on."""
    text = rng.integers(0, vocabulary, (steps, batch, length + 1))
    return [(np.ascontiguousarray(t[:, :-1]), np.ascontiguousarray(t[:, 1:])) for t in text]


def lstm() -> Work:
    """Embedding 64×64, LSTM with 128 units (gates i, f, g, o stacked), dense to 64 logits at each of 64 steps."""
    rng = np.random.default_rng(3)
    batches = tokens(rng, 10, 32)
    parameters = {
        "E": uniform(rng, 64, 64), "W_x": uniform(rng, 512, 64), "W_h": uniform(rng, 512, 128), "b": zeros(512),
        "W": uniform(rng, 64, 128), "c": zeros(64),
    }  # fmt: skip
    return Work("W3", "LSTM 128, length 64, batch 32, 10 steps", batches, parameters, 0.5)


def transformer() -> Work:
    """Embedding 64×128 and positions, one pre-norm block (causal, 4 heads, GELU by tanh, 512), dense to 64 logits."""
    rng = np.random.default_rng(4)
    D, F, T, V = 128, 512, 64, 64
    batches = tokens(rng, 10, 16)
    parameters = {"E": uniform(rng, V, D), "P": uniform(rng, T, D)}
    parameters |= {"g1": zeros(D) + 1, "s1": zeros(D), "g2": zeros(D) + 1, "s2": zeros(D)}
    parameters |= {"Wqkv": np.concatenate([uniform(rng, D, D) for _ in range(3)]), "bqkv": zeros(3 * D)}
    parameters |= {"Wo": uniform(rng, D, D), "bo": zeros(D)}
    parameters |= {"W1": uniform(rng, F, D), "b1": zeros(F), "W2": uniform(rng, D, F), "b2": zeros(D)}
    parameters |= {"W": uniform(rng, V, D), "c": zeros(V)}
    return Work("W4", "Transformer block 128, length 64, batch 16, 10 steps", batches, parameters, 0.05)


def xor() -> Work:
    """2-2-1, tanh in both layers, mean squared error, 2,000 steps with all four points."""
    rng = np.random.default_rng(5)
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    y = np.array([[0], [1], [1], [0]], np.float32)
    parameters = {"W1": uniform(rng, 2, 2), "b1": zeros(2), "W2": uniform(rng, 1, 2), "b2": zeros(1)}
    return Work("W5", "XOR 2-2-1, 2,000 steps of four points", [(X, y)] * 2000, parameters, 0.1)


def ops() -> Work:
    """1,000 operations forward and backward on (4, 4) arrays, so that its milliseconds are microseconds for an operation."""
    rng = np.random.default_rng(6)
    x, a, b = (rng.uniform(0.95, 1.05, (4, 4)).astype(np.float32) for _ in range(3))
    return Work("ops", "1,000 operations on (4, 4) arrays", [], {"x": x, "a": a, "b": b - 1}, 0.0)


WORKLOADS: dict[str, Callable[[], Work]] = {
    "W1": lambda: mlp("W1", 64, 0.01),
    "W1b": lambda: mlp("W1b", 256, 0.02),
    "W2": cnn,
    "W3": lstm,
    "W4": transformer,
    "W5": xor,
    "ops": ops,
}
