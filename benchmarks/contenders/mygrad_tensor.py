"""mygrad: a Tensor over NumPy, with its own layers and losses where it has them."""

import mygrad as mg
import numpy as np
from mygrad.nnet.activations import relu, sigmoid, softmax, tanh
from mygrad.nnet.layers import conv_nd, max_pool
from mygrad.nnet.losses import softmax_crossentropy


def training(loss_fn):
    def prepare(work):
        def run():
            p = {name: mg.tensor(a.copy()) for name, a in work.parameters.items()}
            leaves = list(p.values())
            for X, y in work.batches:
                loss = loss_fn(p, X, y)
                loss.backward()
                for leaf in leaves:
                    leaf.data -= work.lr * leaf.grad
                    leaf.null_grad()
            return loss.item()

        return run

    return prepare


def dense(X, W, b):
    return mg.matmul(X, W.T) + b


def mlp(p, X, y):
    A = relu(dense(X, p["W1"], p["b1"]))
    return softmax_crossentropy(dense(A, p["W2"], p["b2"]), y)


def cnn(p, X, y):
    A = relu(conv_nd(X, p["K1"], stride=1, padding=1) + p["c1"].reshape(1, -1, 1, 1))
    A = max_pool(A, (2, 2), 2)
    A = relu(conv_nd(A, p["K2"], stride=1, padding=1) + p["c2"].reshape(1, -1, 1, 1))
    A = max_pool(A, (2, 2), 2)
    return softmax_crossentropy(dense(A.reshape(len(X), -1), p["W"], p["b"]), y)


def lstm(p, X, y):
    A = p["E"][X]
    N, T, D = A.shape
    Z_x = dense(A.reshape(N * T, D), p["W_x"], p["b"]).reshape(N, T, 512)
    h = c = np.zeros((N, 128), np.float32)
    W_hT = p["W_h"].T
    states = []
    for t in range(T):
        Z = Z_x[:, t] + mg.matmul(h, W_hT)
        i, f, o = sigmoid(Z[:, :128]), sigmoid(Z[:, 128:256]), sigmoid(Z[:, 384:])
        c = f * c + i * tanh(Z[:, 256:384])
        h = o * tanh(c)
        states.append(h)
    H = mg.stack(states, axis=1).reshape(N * T, 128)
    return softmax_crossentropy(dense(H, p["W"], p["c"]), y.ravel())


def layer_norm(x, gamma, beta):
    centred = x - mg.mean(x, axis=-1, keepdims=True)
    return gamma * centred / mg.sqrt(mg.mean(centred * centred, axis=-1, keepdims=True) + np.float32(1e-5)) + beta


def gelu(x):
    return (
        np.float32(0.5)
        * x
        * (mg.tanh(np.float32(0.7978845608) * (x + np.float32(0.044715) * x * x * x)) + np.float32(1))
    )


def transformer(p, X, y):
    N, T = X.shape
    mask = np.triu(np.full((T, T), -1e9, np.float32), 1)
    x = (p["E"][X] + p["P"]).reshape(N * T, 128)
    h = layer_norm(x, p["g1"], p["s1"])
    qkv = dense(h, p["Wqkv"], p["bqkv"]).reshape(N, T, 3, 4, 32).transpose(2, 0, 3, 1, 4)
    q, k, v = qkv[0], qkv[1], qkv[2]
    P = softmax(mg.matmul(q, k.transpose(0, 1, 3, 2)) * np.float32(32**-0.5) + mask, axis=-1)
    a = mg.matmul(P, v).transpose(0, 2, 1, 3).reshape(N * T, 128)
    x = x + dense(a, p["Wo"], p["bo"])
    h = layer_norm(x, p["g2"], p["s2"])
    x = x + dense(gelu(dense(h, p["W1"], p["b1"])), p["W2"], p["b2"])
    return softmax_crossentropy(dense(x, p["W"], p["c"]), y.ravel())


def xor(p, X, y):
    A = tanh(dense(X, p["W1"], p["b1"]))
    return mg.mean((tanh(dense(A, p["W2"], p["b2"])) - y) ** 2)


def chain(x, a, b):
    """500 times y ← y a + b, and the sum of the entries."""
    y = x
    for _ in range(500):
        y = y * a
        y = y + b
    return y.sum()


def ops(work):
    leaves = [mg.tensor(v.copy()) for v in work.parameters.values()]

    def run():
        loss = chain(*leaves)
        loss.backward()
        for leaf in leaves:
            leaf.null_grad()
        return loss.item()

    return run


PREPARE = {
    "W1": training(mlp), "W1b": training(mlp), "W2": training(cnn),
    "W3": training(lstm), "W4": training(transformer), "W5": training(xor),
    "ops": ops,
}  # fmt: skip
