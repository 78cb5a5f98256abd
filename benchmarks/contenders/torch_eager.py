"""PyTorch in eager mode, written as its tutorials do, with a lean SGD step."""

import torch
import torch.nn.functional as F

torch.set_num_threads(1)


def training(work, loss_fn):
    batches = [(torch.from_numpy(X), torch.from_numpy(y)) for X, y in work.batches]

    def run():
        p = {name: torch.from_numpy(a.copy()).requires_grad_() for name, a in work.parameters.items()}
        leaves = list(p.values())
        for X, y in batches:
            loss = loss_fn(p, X, y)
            loss.backward()
            with torch.no_grad():
                for leaf in leaves:
                    leaf.sub_(leaf.grad, alpha=work.lr)
                    leaf.grad = None
        return loss.item()

    return run


def mlp(p, X, y):
    A = F.relu(F.linear(X, p["W1"], p["b1"]))
    return F.cross_entropy(F.linear(A, p["W2"], p["b2"]), y)


def cnn(p, X, y):
    A = F.max_pool2d(F.relu(F.conv2d(X, p["K1"], p["c1"], padding=1)), 2)
    A = F.max_pool2d(F.relu(F.conv2d(A, p["K2"], p["c2"], padding=1)), 2)
    return F.cross_entropy(F.linear(A.flatten(1), p["W"], p["b"]), y)


def lstm(p, X, y):
    state = torch.zeros(1, len(X), 128)
    no_second_bias = torch.zeros(512)
    weights = [p["W_x"], p["W_h"], p["b"], no_second_bias]
    H, _, _ = torch.lstm(F.embedding(X, p["E"]), (state, state), weights, True, 1, 0.0, True, False, True)
    return F.cross_entropy(F.linear(H, p["W"], p["c"]).flatten(0, 1), y.flatten())


def transformer(p, X, y):
    x = F.embedding(X, p["E"]) + p["P"]
    N, T, D = x.shape
    h = F.layer_norm(x, (D,), p["g1"], p["s1"])
    q, k, v = F.linear(h, p["Wqkv"], p["bqkv"]).view(N, T, 3, 4, D // 4).permute(2, 0, 3, 1, 4)
    a = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(N, T, D)
    x = x + F.linear(a, p["Wo"], p["bo"])
    h = F.layer_norm(x, (D,), p["g2"], p["s2"])
    x = x + F.linear(F.gelu(F.linear(h, p["W1"], p["b1"]), approximate="tanh"), p["W2"], p["b2"])
    return F.cross_entropy(F.linear(x, p["W"], p["c"]).flatten(0, 1), y.flatten())


def xor(p, X, y):
    A = torch.tanh(F.linear(X, p["W1"], p["b1"]))
    return F.mse_loss(torch.tanh(F.linear(A, p["W2"], p["b2"])), y)


def prepare(loss_fn):
    return lambda work: training(work, loss_fn)


def chain(x, a, b):
    """500 times y ← y a + b, and the sum of the entries."""
    y = x
    for _ in range(500):
        y = y * a
        y = y + b
    return y.sum()


def ops(work):
    leaves = [torch.from_numpy(v.copy()).requires_grad_() for v in work.parameters.values()]

    def run():
        loss = chain(*leaves)
        loss.backward()
        for leaf in leaves:
            leaf.grad = None
        return loss.item()

    return run


PREPARE = {
    "W1": prepare(mlp), "W1b": prepare(mlp), "W2": prepare(cnn),
    "W3": prepare(lstm), "W4": prepare(transformer), "W5": prepare(xor),
    "ops": ops,
}  # fmt: skip
