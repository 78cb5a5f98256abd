"""Initializers: the weights a network starts with, chosen so that signals keep their size on the way through (chapter 14).

A shape is (n_out, n_in) as for ``dense``, or (n_out, n_in, height, width) as for ``conv2d``. Every function takes the
shape, ``rng`` and ``dtype`` and returns a new array.
"""

from __future__ import annotations

import math

import numpy as np


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """How many inputs each output sums over, and how many outputs each input reaches: (fan_in, fan_out).

    Raises ValueError for a shape with fewer than two axes, which has no inputs and outputs.

    >>> fans((10, 784)), fans((16, 8, 3, 3))
    ((784, 10), (72, 144))
    """
    if len(shape) < 2:
        raise ValueError(
            f"An initializer counts the inputs and outputs of a weight (n_out, n_in, ...), and the shape {shape} has no such axes. "
            "A bias starts with zeros(shape)."
        )
    receptive = math.prod(shape[2:])
    return shape[1] * receptive, shape[0] * receptive


def zeros(shape, *, rng=None, dtype=np.float32):
    """All zero: right for biases, fatal for weights (hidden units that start equal stay equal)."""
    return np.zeros(shape, dtype)


def ones(shape, *, rng=None, dtype=np.float32):
    """All one: for the scale of a normalization."""
    return np.ones(shape, dtype)


def normal(shape, *, rng: np.random.Generator, std: float = 0.01, dtype=np.float32):
    """Normal with mean 0 and the given standard deviation, whatever the shape."""
    return rng.normal(0.0, std, shape).astype(dtype)


def uniform(shape, *, rng: np.random.Generator, bound: float, dtype=np.float32):
    """Uniform between −bound and +bound; its variance is bound²/3."""
    return rng.uniform(-bound, bound, shape).astype(dtype)


def glorot_uniform(shape, *, rng: np.random.Generator, dtype=np.float32):
    """Variance 2/(fan_in + fan_out), uniform: for tanh and sigmoid. Glorot, Bengio 2010."""
    return uniform(shape, rng=rng, bound=math.sqrt(6 / sum(fans(shape))), dtype=dtype)


def glorot_normal(shape, *, rng: np.random.Generator, dtype=np.float32):
    """Variance 2/(fan_in + fan_out), normal. Glorot, Bengio 2010."""
    return normal(shape, rng=rng, std=math.sqrt(2 / sum(fans(shape))), dtype=dtype)


def he_normal(shape, *, rng: np.random.Generator, dtype=np.float32):
    """Variance 2/fan_in, normal: for ReLU, which lets half of the signal's power through. He et al. 2015."""
    return normal(shape, rng=rng, std=math.sqrt(2 / fans(shape)[0]), dtype=dtype)


def he_uniform(shape, *, rng: np.random.Generator, dtype=np.float32):
    """Variance 2/fan_in, uniform. He et al. 2015."""
    return uniform(shape, rng=rng, bound=math.sqrt(6 / fans(shape)[0]), dtype=dtype)


def lecun_normal(shape, *, rng: np.random.Generator, dtype=np.float32):
    """Variance 1/fan_in, normal: keeps the variance through a linear layer. LeCun et al. 1998."""
    return normal(shape, rng=rng, std=math.sqrt(1 / fans(shape)[0]), dtype=dtype)


def torch_linear(shape, *, rng: np.random.Generator, dtype=np.float32):
    """Uniform within ±1/√fan_in, a third of LeCun's variance: what PyTorch's Linear and Conv2d start with."""
    return uniform(shape, rng=rng, bound=1 / math.sqrt(fans(shape)[0]), dtype=dtype)


def orthogonal(shape, *, rng: np.random.Generator, gain: float = 1.0, dtype=np.float32):
    """Rows (or columns, whichever are fewer) of length ``gain`` at right angles: no direction grows or shrinks. Saxe et al. 2014.

    Axes after the first are taken together. The sign of R's diagonal is moved into Q, which makes Q uniformly distributed.
    """
    n_out, n_in = shape[0], math.prod(shape[1:])
    fans(shape)  # for its error
    Q, R = np.linalg.qr(rng.normal(size=(max(n_out, n_in), min(n_out, n_in))))
    Q = Q * np.where(np.diag(R) < 0, -1.0, 1.0)
    return (gain * (Q if n_out >= n_in else Q.T)).reshape(shape).astype(dtype)
