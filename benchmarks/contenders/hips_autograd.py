"""HIPS autograd: NumPy wrapped, a backward function per NumPy function."""

import autograd.numpy as np
import numpy
from autograd import value_and_grad


def training(loss_fn):
    def prepare(work):
        step = value_and_grad(loss_fn)

        def run():
            p = {name: a.copy() for name, a in work.parameters.items()}
            for X, y in work.batches:
                loss, gradients = step(p, X, y)
                for name, gradient in gradients.items():
                    p[name] -= work.lr * gradient
            return float(loss)

        return run

    return prepare


def dense(X, W, b):
    return np.dot(X, W.T) + b


def cross_entropy(Z, y):
    Z = Z - np.max(Z, axis=1, keepdims=True)
    log_sum = np.log(np.sum(np.exp(Z), axis=1))
    return np.mean(log_sum - Z[numpy.arange(len(y)), y])


def mlp(p, X, y):
    return cross_entropy(dense(np.maximum(dense(X, p["W1"], p["b1"]), 0), p["W2"], p["b2"]), y)


def conv(X, K, c):
    """3×3, same padding: nine shifted views stacked as columns, then one product."""
    N, C, H, W = X.shape
    X = np.pad(X, ((0, 0), (0, 0), (1, 1), (1, 1)), "constant")
    columns = np.stack([X[:, :, i : i + H, j : j + W] for i in range(3) for j in range(3)], axis=2)
    Z = np.matmul(K.reshape(len(K), -1), columns.reshape(N, C * 9, H * W))
    return Z.reshape(N, len(K), H, W) + c[:, None, None]


def pool(X):
    top = np.maximum(X[:, :, ::2, ::2], X[:, :, ::2, 1::2])
    return np.maximum(top, np.maximum(X[:, :, 1::2, ::2], X[:, :, 1::2, 1::2]))


def cnn(p, X, y):
    A = pool(np.maximum(conv(X, p["K1"], p["c1"]), 0))
    A = pool(np.maximum(conv(A, p["K2"], p["c2"]), 0))
    return cross_entropy(dense(A.reshape(len(A), -1), p["W"], p["b"]), y)


def sigmoid(Z):
    return 0.5 * (np.tanh(0.5 * Z) + 1)


def lstm(p, X, y):
    A = p["E"][X]
    N, T, D = A.shape
    Z_x = (dense(A.reshape(N * T, D), p["W_x"], p["b"])).reshape(N, T, 512)
    h = c = numpy.zeros((N, 128), numpy.float32)
    states = []
    for t in range(T):
        Z = Z_x[:, t] + np.dot(h, p["W_h"].T)
        i, f, o = sigmoid(Z[:, :128]), sigmoid(Z[:, 128:256]), sigmoid(Z[:, 384:])
        c = f * c + i * np.tanh(Z[:, 256:384])
        h = o * np.tanh(c)
        states.append(h)
    H = np.stack(states, axis=1).reshape(N * T, 128)
    return cross_entropy(dense(H, p["W"], p["c"]), y.ravel())


def layer_norm(x, gamma, beta):
    centred = x - np.mean(x, axis=-1, keepdims=True)
    return gamma * centred / np.sqrt(np.mean(centred**2, axis=-1, keepdims=True) + 1e-5) + beta


def gelu(x):
    return 0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x * x * x)))


def transformer(p, X, y):
    N, T = X.shape
    D = 128
    mask = numpy.triu(numpy.full((T, T), -1e9, numpy.float32), 1)
    x = (p["E"][X] + p["P"]).reshape(N * T, D)
    h = layer_norm(x, p["g1"], p["s1"])
    q, k, v = dense(h, p["Wqkv"], p["bqkv"]).reshape(N, T, 3, 4, 32).transpose((2, 0, 3, 1, 4))
    S = np.matmul(q, k.transpose((0, 1, 3, 2))) * numpy.float32(32**-0.5) + mask
    S = np.exp(S - np.max(S, axis=-1, keepdims=True))
    a = np.matmul(S / np.sum(S, axis=-1, keepdims=True), v).transpose((0, 2, 1, 3)).reshape(N * T, D)
    x = x + dense(a, p["Wo"], p["bo"])
    h = layer_norm(x, p["g2"], p["s2"])
    x = x + dense(gelu(dense(h, p["W1"], p["b1"])), p["W2"], p["b2"])
    return cross_entropy(dense(x, p["W"], p["c"]), y.ravel())


def xor(p, X, y):
    A = np.tanh(dense(X, p["W1"], p["b1"]))
    return np.mean((np.tanh(dense(A, p["W2"], p["b2"])) - y) ** 2)


def chain(x, a, b):
    """500 times y ← y a + b, and the sum of the entries."""
    y = x
    for _ in range(500):
        y = y * a
        y = y + b
    return np.sum(y)


def ops(work):
    step = value_and_grad(chain, argnum=(0, 1, 2))

    def run():
        loss, _ = step(*work.parameters.values())
        return float(loss)

    return run


PREPARE = {
    "W1": training(mlp), "W1b": training(mlp), "W2": training(cnn),
    "W3": training(lstm), "W4": training(transformer), "W5": training(xor),
    "ops": ops,
}  # fmt: skip
