"""The case table: for every public rule, inputs on which it is checked, and what PyTorch calls the same operation.

Shapes are not square, batches hold more than one, and dimensions that could be confused differ, so that a missing
transpose cannot hide. ``test_rules`` walks the table and fails when a public rule is not in it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from bpedu import rules as R

NOT_RULES = {  # public in bpedu.rules, but without a pullback of their own: linear maps, masks and sizes that rules use
    "batch_statistics",
    "causal_mask",
    "col2im",
    "dropout_mask",
    "im2col",
    "merge_heads",
    "output_size",
    "split_heads",
    "unbroadcast",
}


@dataclass(frozen=True)
class Case:
    """``rule(*make(rng), **options)``; ``data`` are the positions of inputs without a gradient; ``torch(torch, *inputs)``."""

    name: str
    rule: Callable
    make: Callable
    options: dict = field(default_factory=dict)
    data: tuple = ()
    torch: Callable | None = None

    def inputs(self, seed=0):
        """Fresh float64 inputs: the same for the same seed."""
        return list(self.make(np.random.default_rng([seed, *self.name.encode()])))


CASES = []


def case(name, make, torch=None, data=(), note="", rule=None, **options):
    """Put a case into the table; ``make`` is a function of rng or a list of shapes for normal numbers."""
    if isinstance(make, list):
        shapes = make
        make = partial(_normals, shapes)
    label = f"{name}-{note}" if note else name
    CASES.append(Case(label, rule or getattr(R, name), make, options, data, torch))


def _normals(shapes, rng):
    return [rng.standard_normal(shape) for shape in shapes]


def _positive(shapes, rng):
    return [rng.uniform(0.5, 2, shape) for shape in shapes]


# Arithmetic: equal shapes, a broadcast of either operand, of both, of a scalar.
BINARY = {
    "add": lambda t, x, y: x + y,
    "sub": lambda t, x, y: x - y,
    "mul": lambda t, x, y: x * y,
    "maximum": lambda t, x, y: t.maximum(x, y),
    "div": lambda t, x, y: x / y,
}
BROADCASTS = {
    "equal": [(3, 4), (3, 4)],
    "row": [(3, 4), (4,)],
    "column": [(3, 1), (3, 4)],
    "both": [(2, 1, 4), (3, 1)],
    "scalar": [(), (3, 2)],
}
for _name, _torch in BINARY.items():
    for _note, _shapes in BROADCASTS.items():
        case(_name, partial(_positive, _shapes) if _name == "div" else _shapes, _torch, note=_note)

case("negate", [(3, 4)], lambda t, x: -x)
case("exp", [(3, 4)], lambda t, x: x.exp())
case("log", partial(_positive, [(3, 4)]), lambda t, x: x.log())
case("sqrt", partial(_positive, [(3, 4)]), lambda t, x: x.sqrt())
case("abs_", [(3, 4)], lambda t, x: x.abs())
for _p in (3, 0.5, -1, 0):
    case("power", partial(_positive, [(3, 4)]), lambda t, x, exponent: x**exponent, note=f"{_p}", exponent=_p)

MATMULS = {
    "matrices": [(3, 4), (4, 2)],
    "vector-vector": [(4,), (4,)],
    "vector-matrix": [(4,), (4, 2)],
    "matrix-vector": [(3, 4), (4,)],
    "stack-matrix": [(2, 3, 4), (4, 5)],
    "stack-stack": [(2, 3, 4), (2, 4, 5)],
    "matrix-stack": [(3, 4), (2, 4, 5)],
    "stack-vector": [(2, 3, 4), (4,)],
    "vector-stack": [(4,), (2, 4, 5)],
    "broadcast": [(2, 1, 3, 4), (6, 4, 5)],
}
for _note, _shapes in MATMULS.items():
    case("matmul", _shapes, lambda t, A, B: A @ B, note=_note)

AXES = {"all": None, "first": 0, "last": -1, "two": (0, 2)}
for _note, _axis in AXES.items():
    for _keep in (False, True):
        _n = f"{_note}{'-kept' if _keep else ''}"
        _opt = {"axis": _axis, "keepdims": _keep, "note": _n}
        _dim = (0, 1, 2) if _axis is None else _axis
        case("sum_", [(3, 4, 2)], lambda t, x, axis, keepdims, d=_dim: x.sum(dim=d, keepdim=keepdims), **_opt)
        case("mean", [(3, 4, 2)], lambda t, x, axis, keepdims, d=_dim: x.mean(dim=d, keepdim=keepdims), **_opt)
        case("max_", [(3, 4, 2)], lambda t, x, axis, keepdims, d=_dim: x.amax(dim=d, keepdim=keepdims), **_opt)

# Shaping
case("reshape", [(3, 4)], lambda t, x, shape: x.reshape(shape), shape=(2, -1))
case("transpose", [(3, 4)], lambda t, x: x.T, note="matrix")
case("transpose", [(2, 3, 4)], lambda t, x, axes: x.permute(axes), note="cycle", axes=(2, 0, 1))
case("transpose", [(2, 3, 4)], lambda t, x, axes: x.permute(axes), note="negative", axes=(0, -1, -2))
case("broadcast_to", [(3, 1)], lambda t, x, shape: x.expand(shape), shape=(2, 3, 4))
INDICES = {
    "number": 1,
    "slice": (slice(None), slice(0, 3, 2)),
    "repeated": [0, 2, 2, 0],
    "pairs": ([0, 1, 1], [2, 3, 3]),
    "ellipsis": (..., None, 1),
}
for _note, _key in INDICES.items():
    case("index", [(3, 4)], lambda t, x, key: x[key], note=_note, key=_key)


def concatenate_three(A, B, C, *, axis):
    """concatenate takes one sequence; the check wants arrays."""
    return R.concatenate([A, B, C], axis=axis)


def stack_three(A, B, C, *, axis):
    return R.stack([A, B, C], axis=axis)


_cat = lambda t, A, B, C, axis: t.cat([A, B, C], dim=axis)  # noqa: E731
case("concatenate", [(2, 3), (4, 3), (1, 3)], _cat, rule=concatenate_three, note="rows", axis=0)
case("concatenate", [(2, 3), (2, 1), (2, 4)], _cat, rule=concatenate_three, note="columns", axis=-1)
for _axis in (0, 1, -1):
    case(
        "stack",
        [(2, 3)] * 3,
        lambda t, A, B, C, axis: t.stack([A, B, C], dim=axis),
        rule=stack_three,
        note=f"{_axis}",
        axis=_axis,
    )
case(
    "where",
    lambda rng: [rng.random((3, 4)) > 0.5, rng.standard_normal((3, 4)), rng.standard_normal(4)],
    lambda t, c, x, y: t.where(c, x, y),
    data=(0,),
)

case(
    "where",
    lambda rng: [rng.random((3, 4)) > 0.5, rng.standard_normal((3, 1)), rng.standard_normal((3, 4))],
    lambda t, c, x, y: t.where(c, x, y),
    data=(0,),
    note="column",
)

# Activations
ACTIVATIONS = {
    "step": lambda t, z: (z >= 0).to(z) + 0 * z,
    "sigmoid": lambda t, z: t.sigmoid(z),
    "tanh": lambda t, z: t.tanh(z),
    "relu": lambda t, z: t.relu(z),
    "elu": lambda t, z: t.nn.functional.elu(z),
    "gelu": lambda t, z: t.nn.functional.gelu(z),
    "gelu_tanh": lambda t, z: t.nn.functional.gelu(z, approximate="tanh"),
    "silu": lambda t, z: t.nn.functional.silu(z),
    "softplus": lambda t, z: t.nn.functional.softplus(z, threshold=1e9),
    "leaky_relu": lambda t, z: t.nn.functional.leaky_relu(z),
}
for _name, _torch in ACTIVATIONS.items():
    case(_name, lambda rng: [2 * rng.standard_normal((5, 3))], _torch)
case("leaky_relu", [(5, 3)], lambda t, z, slope: t.nn.functional.leaky_relu(z, slope), note="steep", slope=0.3)
case("elu", [(5, 3)], lambda t, z, alpha: t.nn.functional.elu(z, alpha), note="alpha", alpha=0.4)
for _axis in (-1, 0):
    _opt = {"axis": _axis, "note": f"axis{_axis}"}
    case("softmax", [(5, 3)], lambda t, z, axis: t.softmax(z, dim=axis), **_opt)
    case("log_softmax", [(5, 3)], lambda t, z, axis: t.log_softmax(z, dim=axis), **_opt)
    case("logsumexp", [(5, 3)], lambda t, z, axis: t.logsumexp(z, dim=axis), **_opt)
case("logsumexp", [(5, 3)], lambda t, z, keepdims: t.logsumexp(z, dim=-1, keepdim=keepdims), note="kept", keepdims=True)

# Linear
_linear = lambda t, X, W, b: t.nn.functional.linear(X, W, b)  # noqa: E731
case("dense", [(5, 3), (4, 3), (4,)], _linear)
case("dense", [(2, 5, 3), (4, 3), (4,)], _linear, note="sequence")
case("dense", [(3,), (4, 3), (4,)], _linear, note="one")

# Losses, each with all three reductions
REDUCTIONS = ("mean", "sum", "none")


def _rows_of_probabilities(rng, shape):
    return rng.dirichlet(np.ones(shape[-1]), shape[:-1])


def _binary(rng, shape):
    return rng.integers(0, 2, shape).astype(float)


def _torch_huber(t, Y, T, *, delta=1.0, reduction):
    return t.nn.functional.huber_loss(Y, T, delta=delta, reduction=reduction)


def _torch_reduce(losses, reduction):
    return losses if reduction == "none" else getattr(losses, reduction)()


def _torch_focal(t, Z, T, *, gamma=2.0, alpha=0.25, reduction):
    q = T * t.sigmoid(Z) + (1 - T) * t.sigmoid(-Z)
    return _torch_reduce(-(alpha * T + (1 - alpha) * (1 - T)) * (1 - q) ** gamma * q.log(), reduction)


def _torch_contrastive(t, A, B, same, *, margin=1.0, reduction):
    d = (A - B).norm(dim=-1)
    return _torch_reduce(0.5 * same * d**2 + 0.5 * (1 - same) * t.relu(margin - d) ** 2, reduction)


def _torch_triplet(t, A, P, N, *, margin=1.0, reduction):
    gap = ((A - P) ** 2).sum(-1) - ((A - N) ** 2).sum(-1) + margin
    return _torch_reduce(t.relu(gap), reduction)


def _torch_cross_entropy(t, Z, labels, *, class_weights=None, reduction):
    w = None if class_weights is None else t.as_tensor(class_weights).to(Z)
    rows = Z.reshape(-1, Z.shape[-1])
    target = labels.reshape(-1) if labels.ndim < Z.ndim else labels.reshape(rows.shape)
    L = t.nn.functional.cross_entropy(rows, target, weight=w, reduction=reduction)
    return L.reshape(Z.shape[:-1]) if reduction == "none" else L


def _torch_weighted(t, Z, labels, class_weights, *, reduction):
    return _torch_cross_entropy(t, Z, labels, class_weights=class_weights, reduction=reduction)


def _torch_kl(t, Z, P, *, reduction):
    losses = t.nn.functional.kl_div(t.log_softmax(Z, -1), P, reduction="none").sum(-1)
    return _torch_reduce(losses, reduction)


def _torch_bce(t, Z, T, *, pos_weight=1.0, reduction):
    w = t.as_tensor(pos_weight).to(Z)
    return t.nn.functional.binary_cross_entropy_with_logits(Z, T, pos_weight=w, reduction=reduction)


_pair = [(5, 3), (5, 3)]
_with_binary = lambda rng: [2 * rng.standard_normal((5, 3)), _binary(rng, (5, 3))]  # noqa: E731
_with_signs = lambda rng: [rng.standard_normal((7,)), 2 * _binary(rng, (7,)) - 1]  # noqa: E731
_with_labels = lambda rng: [rng.standard_normal((5, 3)), rng.integers(0, 3, 5)]  # noqa: E731
for _r in REDUCTIONS:
    _opt = {"reduction": _r, "data": (1,)}
    F = lambda name: lambda t, *a, **k: getattr(t.nn.functional, name)(*a, **k)  # noqa: E731
    case("mse", _pair, F("mse_loss"), note=_r, **_opt)
    case("mae", _pair, F("l1_loss"), note=_r, **_opt)
    case("huber", _pair, _torch_huber, note=_r, **_opt)
    case("huber", _pair, _torch_huber, note=f"{_r}-delta", delta=0.5, **_opt)
    case("hinge", _with_signs, lambda t, z, y, reduction: _torch_reduce(t.relu(1 - y * z), reduction), note=_r, **_opt)
    case("bce_with_logits", _with_binary, _torch_bce, note=_r, **_opt)
    case("bce_with_logits", _with_binary, _torch_bce, note=f"{_r}-weighted", pos_weight=3.0, **_opt)
    case("focal", _with_binary, _torch_focal, note=_r, **_opt)
    case("focal", _with_binary, _torch_focal, note=f"{_r}-gamma", gamma=3.0, alpha=0.6, **_opt)
    case("softmax_cross_entropy", _with_labels, _torch_cross_entropy, note=_r, **_opt)
    case(
        "softmax_cross_entropy",
        _with_labels,
        _torch_cross_entropy,
        note=f"{_r}-weighted",
        class_weights=[1.0, 2.0, 0.5],
        **_opt,
    )
    case(
        "softmax_cross_entropy",
        lambda rng: [rng.standard_normal((2, 5, 3)), rng.integers(0, 3, (2, 5))],
        _torch_cross_entropy,
        note=f"{_r}-sequence",
        **_opt,
    )
    case(
        "softmax_cross_entropy",
        lambda rng: [rng.standard_normal((5, 3)), _rows_of_probabilities(rng, (5, 3))],
        _torch_cross_entropy,
        note=f"{_r}-soft",
        **_opt,
    )
    case(
        "weighted_softmax_cross_entropy",
        lambda rng: [rng.standard_normal((5, 3)), rng.integers(0, 3, 5), np.array([1.0, 2.0, 0.5])],
        _torch_weighted,
        note=_r,
        reduction=_r,
        data=(1, 2),
    )
    case(
        "kl_divergence",
        lambda rng: [rng.standard_normal((5, 3)), np.vstack([_rows_of_probabilities(rng, (4, 3)), [[0, 1, 0]]])],
        _torch_kl,
        note=_r,
        **_opt,
    )
    case(
        "contrastive",
        lambda rng: [rng.standard_normal((6, 3)), rng.standard_normal((6, 3)), np.array([1.0, 0, 0, 1, 0, 1])],
        _torch_contrastive,
        data=(2,),
        note=_r,
        reduction=_r,
        margin=3.0,
    )
    case("triplet", [(6, 3)] * 3, _torch_triplet, note=_r, reduction=_r)


# Normalization
def _torch_batch_norm(t, X, gamma, beta, *, eps=1e-5):
    return t.nn.functional.batch_norm(X, None, None, gamma, beta, training=True, eps=eps)


def _torch_batch_norm_inference(t, X, gamma, beta, mean, variance, *, eps=1e-5):
    return t.nn.functional.batch_norm(X, mean, variance, gamma, beta, training=False, eps=eps)


def _torch_layer_norm(t, X, gamma, beta, *, eps=1e-5):
    return t.nn.functional.layer_norm(X, gamma.shape, gamma, beta, eps)


def _with_running(*shape):
    return lambda rng: [*_normals([shape, shape[1:2], shape[1:2], shape[1:2]], rng), rng.uniform(0.5, 2, shape[1])]


case("batch_norm", [(5, 3), (3,), (3,)], _torch_batch_norm, note="rows")
case("batch_norm", [(2, 3, 4, 5), (3,), (3,)], _torch_batch_norm, note="images", eps=0.1)
case("batch_norm_inference", _with_running(5, 3), _torch_batch_norm_inference, data=(3, 4), note="rows")
case(
    "batch_norm_inference", _with_running(2, 3, 4, 5), _torch_batch_norm_inference, data=(3, 4), note="images", eps=0.1
)
case("layer_norm", [(5, 3), (3,), (3,)], _torch_layer_norm, note="rows")
case("layer_norm", [(2, 5, 4), (4,), (4,)], _torch_layer_norm, note="sequence", eps=0.1)

# Dropout: the mask is fixed, PyTorch is given the product
_MASK = np.random.default_rng(7).random((5, 3)) > 0.4
case("dropout", [(5, 3)], lambda t, X, p, mask: X * t.as_tensor(mask) / (1 - p), p=0.4, mask=_MASK)

# Convolution and pooling
_conv = lambda t, X, K, b, **k: t.nn.functional.conv2d(X, K, b, **k)  # noqa: E731
case("conv2d", [(2, 3, 6, 5), (4, 3, 3, 2), (4,)], _conv)
case("conv2d", [(2, 3, 6, 5), (4, 3, 3, 2), (4,)], _conv, note="padded", padding=1)
case("conv2d", [(2, 3, 7, 6), (4, 3, 3, 2), (4,)], _conv, note="strided", stride=2, padding=2)
case("conv2d", [(2, 3, 4, 5), (4, 3, 1, 1), (4,)], _conv, note="1x1")
case("conv2d", [(2, 3, 4, 5), (4, 3, 4, 5), (4,)], _conv, note="whole")
for _name, _f in {"max_pool2d": "max_pool2d", "avg_pool2d": "avg_pool2d"}.items():
    _pool = lambda t, X, size=2, stride=None, f=_f: getattr(t.nn.functional, f)(X, size, stride)  # noqa: E731
    case(_name, [(2, 3, 6, 4)], _pool)
    case(_name, [(2, 3, 7, 5)], _pool, note="odd")
    case(_name, [(2, 3, 6, 5)], _pool, note="overlapping", size=3, stride=1)
    case(_name, [(2, 3, 7, 8)], _pool, note="gaps", size=2, stride=3)

# Embedding, below and above the size at which the pullback changes its way
for _note, _V in {"product": 6, "sorted": 600}.items():
    _ids = np.array([[1, 2, 1], [0, 1, 4]]) * (_V // 6)
    case(
        "embedding",
        lambda rng, V=_V, ids=_ids: [ids, rng.standard_normal((V, 3))],
        lambda t, ids, E: t.nn.functional.embedding(ids, E),
        data=(0,),
        note=_note,
    )


# Recurrent: PyTorch's module, with weights of ours put in
def _torch_sequence(module, gates):
    def run(t, X, H0, *rest):
        C0, (W_x, W_h, *biases) = (rest[0], rest[1:]) if module == "LSTM" else (None, rest)
        parameters = {"weight_ih_l0": W_x, "weight_hh_l0": W_h, "bias_ih_l0": biases[0]}
        parameters["bias_hh_l0"] = biases[1] if len(biases) > 1 else t.zeros_like(biases[0])
        net = getattr(t.nn, module)(X.shape[-1], H0.shape[-1], batch_first=True, dtype=X.dtype)
        state = H0[None] if C0 is None else (H0[None], C0[None])
        out, last = t.func.functional_call(net, parameters, (X, state))
        return (out, last[1][0]) if module == "LSTM" else out

    return run


def _torch_step(module, gates):
    sequence = _torch_sequence(module, gates)

    def run(t, X, *rest):
        out = sequence(t, X[:, None], *rest)
        return (out[0][:, 0], out[1]) if module == "LSTM" else out[:, 0]

    return run


def _weights(D, H, gates, biases):
    return [(gates * H, D), (gates * H, H), *[(gates * H,)] * biases]


case("rnn_step", [(5, 3), (5, 4), *_weights(3, 4, 1, 1)], _torch_step("RNN", 1))
case("rnn", [(2, 5, 3), (2, 4), *_weights(3, 4, 1, 1)], _torch_sequence("RNN", 1))
case("lstm_step", [(5, 3), (5, 4), (5, 4), *_weights(3, 4, 4, 1)], _torch_step("LSTM", 4))
case("lstm", [(2, 5, 3), (2, 4), (2, 4), *_weights(3, 4, 4, 1)], _torch_sequence("LSTM", 4))
case("gru_step", [(5, 3), (5, 4), *_weights(3, 4, 3, 2)], _torch_step("GRU", 3))
case("gru", [(2, 5, 3), (2, 4), *_weights(3, 4, 3, 2)], _torch_sequence("GRU", 3))


# Attention
def _torch_sdpa(t, Q, K, V, *, mask=None):
    mask = None if mask is None else t.as_tensor(mask)
    return t.nn.functional.scaled_dot_product_attention(Q, K, V, attn_mask=mask)


def _torch_heads(t, X, C, W, b, W_o, b_o, *, heads, mask):
    forbidden = None if mask is None else ~t.as_tensor(mask)  # here PyTorch's True means: do not look
    Y, _ = t.nn.functional.multi_head_attention_forward(
        X.transpose(0, 1), C.transpose(0, 1), C.transpose(0, 1), X.shape[-1], heads, W, b,
        None, None, False, 0.0, W_o, b_o, need_weights=False, attn_mask=forbidden,
    )  # fmt: skip
    return Y.transpose(0, 1)


def _torch_mha(t, X, W, b, W_o, b_o, *, heads, mask=None):
    return _torch_heads(t, X, X, W, b, W_o, b_o, heads=heads, mask=mask)


def _torch_cross(t, X, C, W_q, b_q, W_kv, b_kv, W_o, b_o, *, heads, mask=None):
    return _torch_heads(t, X, C, t.cat([W_q, W_kv]), t.cat([b_q, b_kv]), W_o, b_o, heads=heads, mask=mask)


_SOME = np.random.default_rng(3).random((2, 1, 5, 6)) > 0.4
_SOME[..., 0] = True
case("scaled_dot_product_attention", [(2, 3, 5, 4), (2, 3, 6, 4), (2, 3, 6, 7)], _torch_sdpa)
case("scaled_dot_product_attention", [(5, 4), (6, 4), (6, 7)], _torch_sdpa, note="matrices")
case("scaled_dot_product_attention", [(2, 5, 4)] * 3, _torch_sdpa, note="causal", mask=R.causal_mask(5))
case("scaled_dot_product_attention", [(2, 3, 5, 4), (2, 3, 6, 4), (2, 3, 6, 7)], _torch_sdpa, note="masked", mask=_SOME)
case("multi_head_attention", [(2, 5, 6), (18, 6), (18,), (6, 6), (6,)], _torch_mha, heads=2)
case(
    "multi_head_attention",
    [(2, 5, 6), (18, 6), (18,), (6, 6), (6,)],
    _torch_mha,
    note="causal",
    heads=3,
    mask=R.causal_mask(5),
)
case(
    "cross_attention",
    [(2, 5, 6), (2, 4, 6), (6, 6), (6,), (12, 6), (12,), (6, 6), (6,)],
    _torch_cross,
    heads=3,
    mask=np.random.default_rng(5).random((5, 4)) > 0.3,
)

# At a kink there is no derivative to measure: what the rule promises to use there stands in its docstring, and here.
# (rule, inputs, options, cotangent, the gradients)
KINKS = [
    ("relu", [[-0.0, 0.0, 1.0]], {}, [5.0, 5.0, 5.0], [[0.0, 0.0, 5.0]]),
    ("leaky_relu", [[0.0, 1.0]], {"slope": 0.1}, [5.0, 5.0], [[0.5, 5.0]]),
    ("elu", [[0.0, 1.0]], {"alpha": 0.5}, [4.0, 4.0], [[2.0, 4.0]]),
    ("abs_", [[0.0, -2.0]], {}, [3.0, 3.0], [[0.0, -3.0]]),
    ("step", [[0.0, 1.0]], {}, [3.0, 3.0], [[0.0, 0.0]]),
    ("maximum", [[2.0, 1.0], [2.0, 0.0]], {}, [4.0, 4.0], [[2.0, 4.0], [2.0, 0.0]]),
    ("max_", [[[1.0, 1.0, 0.0], [2.0, 3.0, 3.0]]], {"axis": 1}, [4.0, 6.0], [[[2.0, 2.0, 0.0], [0.0, 3.0, 3.0]]]),
    ("max_pool2d", [[[[[1.0, 1.0], [1.0, 1.0]]]]], {}, [[[[4.0]]]], [[[[[4.0, 0.0], [0.0, 0.0]]]]]),
    ("mae", [[1.0, 2.0], [1.0, 0.0]], {}, 1.0, [[0.0, 0.5]]),
    ("hinge", [[1.0, -3.0], [1.0, 1.0]], {"reduction": "sum"}, 1.0, [[0.0, -1.0]]),
    ("contrastive", [[[1.0, 2.0]], [[1.0, 2.0]], [0.0]], {}, 1.0, [[[0.0, 0.0]], [[0.0, 0.0]]]),
    ("triplet", [[[0.0]], [[1.0]], [[2.0]]], {"margin": 3.0}, 1.0, [[[0.0]]] * 3),
    ("power", [[0.0, 2.0]], {"exponent": 0}, [3.0, 3.0], [[0.0, 0.0]]),
]
