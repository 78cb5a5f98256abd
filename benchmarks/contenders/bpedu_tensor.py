"""bpedu's tensor engine: one node per rule, the longer rules (dense, layer norm, attention …) being one node each."""

import numpy as np

from bpedu import rules
from bpedu.rules.attention import causal_mask
from bpedu.tensor import Tensor, apply, dense, embedding, lstm


def training(loss_fn):
    def prepare(work):
        def run():
            p = {name: Tensor(a.copy(), requires_grad=True) for name, a in work.parameters.items()}
            leaves = list(p.values())
            for X, y in work.batches:
                loss = loss_fn(p, X, y)
                loss.backward()
                for leaf in leaves:
                    leaf.data -= work.lr * leaf.grad
                    leaf.grad = None
            return loss.item()

        return run

    return prepare


def mlp(p, X, y):
    A = dense(X, p["W1"], p["b1"]).relu()
    return apply(rules.softmax_cross_entropy, dense(A, p["W2"], p["b2"]), y)


def cnn(p, X, y):
    Z = apply(rules.conv2d, X, p["K1"], p["c1"], padding=1, input_gradient=False)
    A = apply(rules.max_pool2d, Z.relu())
    A = apply(rules.max_pool2d, apply(rules.conv2d, A, p["K2"], p["c2"], padding=1).relu())
    return apply(rules.softmax_cross_entropy, dense(A.reshape(len(X), -1), p["W"], p["b"]), y)


def lstm_model(p, X, y):
    zero = np.zeros((len(X), 128), np.float32)
    H = lstm(embedding(X, p["E"]), zero, zero, p["W_x"], p["W_h"], p["b"])
    return apply(rules.softmax_cross_entropy, dense(H, p["W"], p["c"]), y)


def transformer(p, X, y):
    x = embedding(X, p["E"]) + p["P"]
    h = apply(rules.layer_norm, x, p["g1"], p["s1"])
    attention = [p[name] for name in ("Wqkv", "bqkv", "Wo", "bo")]
    x = x + apply(rules.multi_head_attention, h, *attention, heads=4, mask=causal_mask(X.shape[1]))
    h = apply(rules.layer_norm, x, p["g2"], p["s2"])
    x = x + dense(apply(rules.gelu_tanh, dense(h, p["W1"], p["b1"])), p["W2"], p["b2"])
    return apply(rules.softmax_cross_entropy, dense(x, p["W"], p["c"]), y)


def xor(p, X, y):
    A = dense(X, p["W1"], p["b1"]).tanh()
    return apply(rules.mse, dense(A, p["W2"], p["b2"]).tanh(), y)


def chain(x, a, b):
    """500 times y ← y a + b, and the sum of the entries."""
    y = x
    for _ in range(500):
        y = y * a
        y = y + b
    return y.sum()


def ops(work):
    leaves = [Tensor(v, requires_grad=True) for v in work.parameters.values()]

    def run():
        loss = chain(*leaves)
        loss.backward()
        for leaf in leaves:
            leaf.grad = None
        return loss.item()

    return run


PREPARE = {
    "W1": training(mlp), "W1b": training(mlp), "W2": training(cnn),
    "W3": training(lstm_model), "W4": training(transformer), "W5": training(xor),
    "ops": ops,
}  # fmt: skip
