"""A fused rule must equal what it replaces: every one against the same formula, spelled out in smaller rules."""

import numpy as np
import pytest
from composition import Node, call, gradients, join
from rule_cases import CASES, NOT_RULES

from bpedu import rules as R


def exp(x):
    return call(R.exp, x)


def log(x):
    return call(R.log, x)


def sigma(x):
    return 1 / (1 + exp(-x))


def tanh(x):
    return 2 * sigma(2 * x) - 1


def where(condition, x, y):
    return call(lambda a, b: R.where(condition, a, b), x, y)


def reduce(losses, reduction, weights=1.0):
    if reduction == "none":
        return losses
    total = np.sum(weights * np.ones(losses.shape))
    return losses.sum() if reduction == "sum" else losses.sum() / total


def softmax(Z, axis=-1):
    return exp(Z) / exp(Z).sum(axis, keepdims=True)


def matmul_by_sums(A, B):
    """Only for (…, n, k) by (…, k, m): every product by broadcasting, summed over k."""
    k, m = B.shape[-2:]
    columns = A.reshape(*A.shape, 1)
    return (columns * B.reshape(*B.shape[:-2], 1, k, m)).sum(-2)


def max_by_index(x, axis, keepdims):
    """The winner's place from NumPy, the gradient through index."""
    axes = range(3) if axis is None else np.atleast_1d(axis) % 3
    others = [i for i in range(3) if i not in axes]
    flat = x.swap(*axes, *others).reshape(np.prod([x.shape[i] for i in axes]), -1)
    winners = flat[np.argmax(flat.value, axis=0), np.arange(flat.shape[1])]
    return winners.reshape(*x.value.max(axis=axis, keepdims=keepdims).shape)


def gelu_tanh(z):
    return 0.5 * z * (1 + tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))


def elu(z, alpha=1.0):
    return where(z.value > 0, z, alpha * (exp(z) - 1))


def logsumexp(Z, axis=-1, keepdims=False):
    return log(exp(Z).sum(axis, keepdims=keepdims))


def absolute(x):
    return call(R.maximum, x, -x)


def huber(Y, T, reduction, delta=1.0):
    E = Y - T
    return reduce(where(np.abs(E.value) <= delta, 0.5 * E**2, delta * (absolute(E) - 0.5 * delta)), reduction)


def bce(Z, T, reduction, pos_weight=1.0):
    return reduce(-(pos_weight * T * log(sigma(Z)) + (1 - T) * log(sigma(-Z))), reduction)


def focal(Z, T, reduction, gamma=2.0, alpha=0.25):
    positive = alpha * (1 - sigma(Z)) ** gamma * log(sigma(Z))
    negative = (1 - alpha) * sigma(Z) ** gamma * log(1 - sigma(Z))
    return reduce(-where(T.value == 1, positive, negative), reduction)


def cross_entropy(Z, labels, reduction, class_weights=None):
    T = labels.value if labels.shape == Z.shape else np.eye(Z.shape[-1])[labels.value]
    weights = 1.0 if class_weights is None else T @ np.array(class_weights)
    return reduce(weights * -(T * log(softmax(Z))).sum(-1), reduction, weights)


def weighted_cross_entropy(Z, labels, class_weights, reduction):
    return cross_entropy(Z, labels, reduction, class_weights.value)


def kl(Z, P, reduction):
    log_P = np.log(np.where(P.value > 0, P.value, 1))
    return reduce((P.value * (log_P - log(softmax(Z)))).sum(-1), reduction)


def contrastive(A, B, same, reduction, margin):
    d = ((A - B) ** 2).sum(-1) ** 0.5
    return reduce(0.5 * same * d**2 + 0.5 * (1 - same) * call(R.relu, margin - d) ** 2, reduction)


def triplet(A, P, N, reduction):
    return reduce(call(R.relu, ((A - P) ** 2).sum(-1) - ((A - N) ** 2).sum(-1) + 1.0), reduction)


def standardized(X, axes, eps):
    E = X - X.mean(axes, keepdims=True)
    return E / ((E**2).mean(axes, keepdims=True) + eps) ** 0.5


def per_feature(v, X):
    return v.reshape(1, -1, *(1,) * (len(X.shape) - 2))


def batch_norm(X, gamma, beta, eps=1e-5):
    axes = (0, *range(2, len(X.shape)))
    return per_feature(gamma, X) * standardized(X, axes, eps) + per_feature(beta, X)


def batch_norm_inference(X, gamma, beta, mean, variance, eps=1e-5):
    scale = gamma / (variance + eps) ** 0.5
    return (X - per_feature(mean, X)) * per_feature(scale, X) + per_feature(beta, X)


def conv2d(X, K, b, stride=1, padding=0):
    """One matrix product for every place in the kernel, over a padded image."""
    N, C, H, W = X.shape
    rows = Node(np.zeros((N, C, padding, W)))
    X = join([rows, X, rows], axis=2)
    columns = Node(np.zeros((N, C, H + 2 * padding, padding)))
    X = join([columns, X, columns], axis=3)
    F, _, kh, kw = K.shape
    h = R.output_size(H, kh, stride=stride, padding=padding)
    w = R.output_size(W, kw, stride=stride, padding=padding)
    Z = b.reshape(1, F, 1)
    for i in range(kh):
        for j in range(kw):
            pixels = X[:, :, i : i + stride * h : stride, j : j + stride * w : stride]
            Z = Z + K[:, :, i, j] @ pixels.reshape(N, C, h * w)
    return Z.reshape(N, F, h, w)


def windows(X, size, stride):
    _, _, H, W = X.shape
    h, w = (R.output_size(n, size, stride=stride) for n in (H, W))
    return [X[:, :, i : i + stride * h : stride, j : j + stride * w : stride] for i in range(size) for j in range(size)]


def max_pool2d(X, size=2, stride=None):
    return call(R.max_, join(windows(X, size, stride or size), R.stack), axis=0)


def avg_pool2d(X, size=2, stride=None):
    return join(windows(X, size, stride or size), R.stack).mean(axis=0)


def rnn_step(X, H, W_x, W_h, b):
    return tanh(X @ W_x.T + H @ W_h.T + b)


def rnn(X, H, W_x, W_h, b):
    return over_time(X, H, lambda X_t, H_t: rnn_step(X_t, H_t, W_x, W_h, b))


def over_time(X, H, step):
    states = []
    for t in range(X.shape[1]):
        H = step(X[:, t], H)
        states.append(H)
    return join(states, R.stack, axis=1)


def lstm_step(X, H, C, W_x, W_h, b):
    n = H.shape[1]
    Z = X @ W_x.T + H @ W_h.T + b
    i, f, g, o = (Z[:, k * n : (k + 1) * n] for k in range(4))
    C = sigma(f) * C + sigma(i) * tanh(g)
    return sigma(o) * tanh(C), C


def lstm(X, H, C, W_x, W_h, b):
    states = []
    for t in range(X.shape[1]):
        H, C = lstm_step(X[:, t], H, C, W_x, W_h, b)
        states.append(H)
    return join(states, R.stack, axis=1), C


def gru_step(X, H, W_x, W_h, b_x, b_h):
    n = H.shape[1]
    Z, S = X @ W_x.T + b_x, H @ W_h.T + b_h
    r, z = sigma(Z[:, :n] + S[:, :n]), sigma(Z[:, n : 2 * n] + S[:, n : 2 * n])
    return (1 - z) * tanh(Z[:, 2 * n :] + r * S[:, 2 * n :]) + z * H


def gru(X, H, W_x, W_h, b_x, b_h):
    return over_time(X, H, lambda X_t, H_t: gru_step(X_t, H_t, W_x, W_h, b_x, b_h))


def attention(Q, K, V, mask=None):
    S = Q @ K.T / np.sqrt(Q.shape[-1])
    return softmax(S if mask is None else S + np.where(mask, 0, -1e3)) @ V


def by_head(Q, K, V, heads, mask):
    """Head after head on its own slice of the features, and the slices side by side again."""
    d = Q.shape[-1] // heads
    slices = [slice(h * d, (h + 1) * d) for h in range(heads)]
    return join([attention(Q[..., s], K[..., s], V[..., s], mask) for s in slices], axis=-1)


def multi_head_attention(X, W, b, W_o, b_o, heads, mask=None):
    D = X.shape[-1]
    Q, K, V = (X @ W[i : i + D].T + b[i : i + D] for i in (0, D, 2 * D))
    return by_head(Q, K, V, heads, mask) @ W_o.T + b_o


def cross_attention(X, C, W_q, b_q, W_kv, b_kv, W_o, b_o, heads, mask):
    D = X.shape[-1]
    K, V = (C @ W_kv[i : i + D].T + b_kv[i : i + D] for i in (0, D))
    return by_head(X @ W_q.T + b_q, K, V, heads, mask) @ W_o.T + b_o


COMPOSED = {
    "abs_": absolute,
    "avg_pool2d": avg_pool2d,
    "batch_norm": batch_norm,
    "batch_norm_inference": batch_norm_inference,
    "bce_with_logits": bce,
    "contrastive": contrastive,
    "conv2d": conv2d,
    "cross_attention": cross_attention,
    "dense": lambda X, W, b: X @ W.T + b,
    "div": lambda x, y: x * y**-1,
    "dropout": lambda X, p, mask: X * (mask / (1 - p)),
    "elu": elu,
    "embedding": lambda ids, E: Node(np.eye(len(E.value))[ids.value]) @ E,
    "focal": focal,
    "gelu_tanh": gelu_tanh,
    "gru": gru,
    "gru_step": gru_step,
    "hinge": lambda z, t, reduction: reduce(call(R.relu, 1 - t * z), reduction),
    "huber": huber,
    "kl_divergence": kl,
    "layer_norm": lambda X, gamma, beta, eps=1e-5: gamma * standardized(X, -1, eps) + beta,
    "leaky_relu": lambda z, slope=0.01: call(R.maximum, z, slope * z),
    "log_softmax": lambda Z, axis: log(softmax(Z, axis)),
    "logsumexp": logsumexp,
    "lstm": lstm,
    "lstm_step": lstm_step,
    "mae": lambda Y, T, reduction: reduce(absolute(Y - T), reduction),
    "matmul": matmul_by_sums,
    "max_": max_by_index,
    "max_pool2d": max_pool2d,
    "mean": lambda x, axis, keepdims: x.sum(axis, keepdims) / (x.value.size / np.mean(x.value, axis=axis).size),
    "mse": lambda Y, T, reduction: reduce((Y - T) ** 2, reduction),
    "multi_head_attention": multi_head_attention,
    "relu": lambda z: call(R.maximum, z, 0.0),
    "rnn": rnn,
    "rnn_step": rnn_step,
    "scaled_dot_product_attention": attention,
    "sigmoid": sigma,
    "silu": lambda z: z * sigma(z),
    "softmax": softmax,
    "softmax_cross_entropy": cross_entropy,
    "softplus": lambda z: log(1 + exp(z)),
    "sqrt": lambda x: x**0.5,
    "sub": lambda x, y: x + -y,
    "tanh": tanh,
    "triplet": triplet,
    "weighted_softmax_cross_entropy": weighted_cross_entropy,
}
ELEMENTARY = {  # what the others are composed of; and gelu, whose error function no other rule has
    "add", "broadcast_to", "concatenate", "exp", "gelu", "index", "log", "maximum", "mul", "negate", "power", "reshape",
    "stack", "step", "sum_", "transpose", "where",
}  # fmt: skip

FUSED = [
    c
    for c in CASES
    if c.name.partition("-")[0] in COMPOSED and not (c.name.startswith("matmul") and "vector" in c.name)
]


def test_every_rule_is_elementary_or_composed():
    assert set(COMPOSED) | ELEMENTARY == set(R.__all__) - NOT_RULES
    assert not set(COMPOSED) & ELEMENTARY


@pytest.mark.parametrize("case", FUSED, ids=[c.name for c in FUSED])
def test_fused_equals_composed(case):
    inputs = case.inputs(seed=2)
    value, pullback = case.rule(*inputs, **case.options)
    values = value if isinstance(value, tuple) else (value,)
    rng = np.random.default_rng(3)
    cotangents = [rng.standard_normal(np.shape(v)) for v in values]
    back = pullback(*cotangents)
    nodes = [Node(x) for x in inputs]
    outputs = COMPOSED[case.name.partition("-")[0]](*nodes, **case.options)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    for fused, composed in zip(values, outputs, strict=True):
        np.testing.assert_allclose(fused, composed.value, rtol=1e-9, atol=1e-10)
    wanted = [node for k, node in enumerate(nodes) if k not in case.data]
    for fused, composed in zip(
        back if isinstance(back, tuple) else (back,), gradients(outputs, cotangents, wanted), strict=True
    ):
        np.testing.assert_allclose(fused, composed, rtol=1e-8, atol=1e-10)
