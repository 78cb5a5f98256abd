"""tinygrad on the CPU: the training step captured by TinyJit, once for each batch size. Its compiler (clang or LLVM) must be there."""

import os

os.environ |= {"DEV": "CPU", "CPU_COUNT": "1"}

import numpy as np
from tinygrad import Tensor, TinyJit


def training(loss_fn):
    def prepare(work):
        batches = [(tensor(X), tensor(y)) for X, y in work.batches]
        p = {name: tensor(a) for name, a in work.parameters.items()}

        def step(X, y):
            loss = loss_fn(p, X, y)
            for leaf, gradient in zip(p.values(), loss.gradient(*p.values()), strict=True):
                leaf.assign(leaf - work.lr * gradient)
            return loss.realize(*p.values())

        steps = {len(X): TinyJit(step) for X, _ in work.batches}

        def run():
            for name, a in work.parameters.items():
                p[name].assign(tensor(a)).realize()
            for X, y in batches:
                loss = steps[X.shape[0]](X, y)
            return loss.item()

        return run

    return prepare


def tensor(a):
    return Tensor(a.astype(np.int32) if a.dtype == np.int64 else a.copy()).realize()


def dense(X, W, b):
    return X.linear(W.T, b)


def mlp(p, X, y):
    return dense(dense(X, p["W1"], p["b1"]).relu(), p["W2"], p["b2"]).sparse_categorical_crossentropy(y)


def cnn(p, X, y):
    A = X.conv2d(p["K1"], p["c1"], padding=1).relu().max_pool2d()
    A = A.conv2d(p["K2"], p["c2"], padding=1).relu().max_pool2d()
    return dense(A.flatten(1), p["W"], p["b"]).sparse_categorical_crossentropy(y)


def lstm(p, X, y):
    Z_x = dense(p["E"][X], p["W_x"], p["b"])
    h = c = Tensor.zeros(X.shape[0], 128)
    states = []
    for t in range(X.shape[1]):
        i, f, g, o = (Z_x[:, t] + h @ p["W_h"].T).chunk(4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        c, h = c.contiguous(), h.contiguous()
        states.append(h)
    return (
        dense(Tensor.stack(*states, dim=1), p["W"], p["c"]).flatten(0, 1).sparse_categorical_crossentropy(y.flatten())
    )


def transformer(p, X, y):
    N, T = X.shape
    x = p["E"][X] + p["P"]
    h = x.layernorm(eps=1e-5) * p["g1"] + p["s1"]
    q, k, v = dense(h, p["Wqkv"], p["bqkv"]).reshape(N, T, 3, 4, 32).permute(2, 0, 3, 1, 4).chunk(3)
    a = q[0].scaled_dot_product_attention(k[0], v[0], is_causal=True).transpose(1, 2).reshape(N, T, 128)
    x = x + dense(a, p["Wo"], p["bo"])
    h = x.layernorm(eps=1e-5) * p["g2"] + p["s2"]
    x = x + dense(dense(h, p["W1"], p["b1"]).gelu(), p["W2"], p["b2"])
    return dense(x, p["W"], p["c"]).flatten(0, 1).sparse_categorical_crossentropy(y.flatten())


def xor(p, X, y):
    A = dense(X, p["W1"], p["b1"]).tanh()
    return ((dense(A, p["W2"], p["b2"]).tanh() - y) ** 2).mean()


PREPARE = {
    "W1": training(mlp), "W1b": training(mlp), "W2": training(cnn),
    "W3": training(lstm), "W4": training(transformer), "W5": training(xor),
}  # fmt: skip
