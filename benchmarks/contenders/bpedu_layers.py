"""bpedu's layers, used as the book uses them."""

from bpedu import rules
from bpedu.layers import (
    GELU,
    LSTM,
    Conv2d,
    Dense,
    Embedding,
    Flatten,
    LayerNorm,
    MaxPool2d,
    MultiHeadAttention,
    Network,
    Positions,
    ReLU,
    Residual,
    Tanh,
)


def training(build, names, loss=rules.softmax_cross_entropy):
    """``names`` are the work's parameters in the order in which the network has its own."""

    def prepare(work):
        import numpy as np

        network = Network(build(np.random.default_rng(0)))

        def run():
            for parameter, name in zip(network.parameters().values(), names, strict=True):
                parameter[...] = work.parameters[name]
            for X, y in work.batches:
                L, loss_pullback = loss(network.forward(X), y)
                network.backward(loss_pullback())
                network.update_parameters(work.lr)
            return float(L)

        return run

    return prepare


def mlp(rng):
    return [Dense(784, 128, rng=rng), ReLU(), Dense(128, 10, rng=rng)]


def cnn(rng):
    convolutions = [
        Conv2d(1, 8, 3, padding="same", rng=rng), ReLU(), MaxPool2d(),
        Conv2d(8, 16, 3, padding="same", rng=rng), ReLU(), MaxPool2d(),
    ]  # fmt: skip
    return [*convolutions, Flatten(), Dense(784, 10, rng=rng)]


def lstm(rng):
    return [Embedding(64, 64, rng=rng), LSTM(64, 128, rng=rng), Dense(128, 64, rng=rng)]


def transformer(rng):
    return [
        Embedding(64, 128, rng=rng), Positions(64, 128, rng=rng),
        Residual([LayerNorm(128), MultiHeadAttention(128, 4, causal=True, rng=rng)]),
        Residual([LayerNorm(128), Dense(128, 512, rng=rng), GELU(tanh=True), Dense(512, 128, rng=rng)]),
        Dense(128, 64, rng=rng),
    ]  # fmt: skip


def xor(rng):
    return [Dense(2, 2, rng=rng), Tanh(), Dense(2, 1, rng=rng), Tanh()]


MLP = ("W1", "b1", "W2", "b2")
PREPARE = {
    "W1": training(mlp, MLP),
    "W1b": training(mlp, MLP),
    "W2": training(cnn, ("K1", "c1", "K2", "c2", "W", "b")),
    "W3": training(lstm, ("E", "W_x", "W_h", "b", "W", "c")),
    "W4": training(transformer, ("E", "P", "g1", "s1", "Wqkv", "bqkv", "Wo", "bo", "g2", "s2", *MLP, "W", "c")),
    "W5": training(xor, MLP, loss=rules.mse),
}
