"""Every rule against two witnesses, finite differences and PyTorch, on the case table; and what every rule promises."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from rule_cases import BINARY, CASES, KINKS, NOT_RULES

from bpedu import rules as R
from bpedu.gradcheck import gradcheck
from bpedu.rules.embedding import _add_rows_by_product, _add_rows_by_sorting

every_case = pytest.mark.parametrize("case", CASES, ids=[c.name for c in CASES])


def as_tuple(x):
    return tuple(x) if isinstance(x, tuple | list) else (x,)


def differentiable(case, inputs):
    return [k for k in range(len(inputs)) if k not in case.data]


def run(case, inputs, cotangents=None):
    """(values, gradients, cotangents) as tuples; random cotangents of the values' type unless given."""
    value, pullback = case.rule(*inputs, **case.options)
    values = as_tuple(value)
    if cotangents is None:
        rng = np.random.default_rng(1)
        cotangents = [np.asarray(rng.standard_normal(np.shape(v)), dtype=v.dtype) for v in values]
    return values, as_tuple(pullback(*cotangents)), cotangents


def assert_close(got, expected, tolerance, what):
    assert np.shape(got) == np.shape(expected), f"{what}: shape {np.shape(got)}, expected {np.shape(expected)}"
    scale = max(1e-3, np.abs(expected).max(initial=0))
    error = np.abs(np.asarray(got) - expected).max(initial=0) / scale
    assert error <= tolerance, f"{what}: relative error {error:.1e}"


def test_every_public_rule_has_a_case():
    covered = {c.name.partition("-")[0] for c in CASES}
    assert covered == set(R.__all__) - NOT_RULES
    assert set(R.__all__) >= NOT_RULES


@every_case
def test_finite_differences(case):
    inputs = case.inputs()
    report = gradcheck(
        case.rule, *inputs, rng=np.random.default_rng(0), differentiable=differentiable(case, inputs), **case.options
    )
    assert report, report
    assert list(report.checked) == differentiable(case, inputs)
    assert report.entries == sum(np.size(inputs[k]) for k in report.checked)


@every_case
def test_one_gradient_comes_bare_and_several_as_a_tuple(case):
    inputs = case.inputs()
    _, _, cotangents = run(case, inputs)
    gradients = case.rule(*inputs, **case.options)[1](*cotangents)
    several = len(differentiable(case, inputs)) > 1
    assert isinstance(gradients, tuple) == several
    assert len(as_tuple(gradients)) == len(differentiable(case, inputs))


@every_case
def test_pytorch_agrees(case):
    torch = pytest.importorskip("torch")
    inputs = case.inputs(seed=1)
    values, gradients, cotangents = run(case, inputs)
    tensors = [torch.tensor(x) if isinstance(x, np.ndarray) else x for x in inputs]
    leaves = [tensors[k].requires_grad_() for k in differentiable(case, inputs)]
    expected = as_tuple(case.torch(torch, *tensors, **case.options))
    for v, e in zip(values, expected, strict=True):
        assert_close(v, e.detach().numpy(), 1e-10, "value")
    torch.autograd.backward(expected, [torch.tensor(c) for c in cotangents])
    for k, (g, leaf) in enumerate(zip(gradients, leaves, strict=True)):
        assert_close(g, leaf.grad.numpy(), 1e-10, f"gradient {k}")


@every_case
def test_inputs_and_cotangents_are_not_written_to_and_a_pullback_can_be_called_twice(case):
    inputs = case.inputs()
    untouched = [np.copy(x) for x in inputs]
    values, first, cotangents = run(case, inputs)
    sent = [np.copy(c) for c in cotangents]
    first = [np.copy(g) for g in first]
    value, pullback = case.rule(*inputs, **case.options)
    value = [np.copy(v) for v in as_tuple(value)]
    pullback(*[2 * c for c in cotangents])
    again = as_tuple(pullback(*cotangents))
    for a, b in [
        *zip(inputs, untouched, strict=True),
        *zip(cotangents, sent, strict=True),
        *zip(first, again, strict=True),
    ]:
        np.testing.assert_array_equal(a, b)
    for a, b in zip(values, value, strict=True):
        np.testing.assert_array_equal(a, b)


@every_case
def test_float32_stays_float32(case):
    inputs = case.inputs()
    narrow = [x.astype(np.float32) if isinstance(x, np.ndarray) and x.dtype == np.float64 else x for x in inputs]
    values, gradients, cotangents = run(case, inputs)
    narrow_values, narrow_gradients, _ = run(case, narrow, [c.astype(np.float32) for c in cotangents])
    for got, expected in [*zip(narrow_values, values, strict=True), *zip(narrow_gradients, gradients, strict=True)]:
        assert got.dtype == np.float32
        assert_close(got, expected, 2e-5, "float32")


@every_case
def test_an_input_used_twice_gets_both_gradients(case):
    """Where two arguments have one shape, the same array is passed as both: its gradient is the sum of the two."""
    inputs = case.inputs()
    shapes = {k: np.shape(inputs[k]) for k in differentiable(case, inputs)}
    pairs = [(i, j) for i in shapes for j in shapes if i < j and shapes[i] == shapes[j]]
    for i, j in pairs:
        if case.name.startswith("maximum"):
            continue  # every entry would be a tie, which is a kink

        def shared(x, i=i, j=j):
            arguments = [x if k in (i, j) else a for k, a in enumerate(inputs)]
            value, pullback = case.rule(*arguments, **case.options)

            def shared_pullback(*cotangents):
                gradients = dict(zip(shapes, as_tuple(pullback(*cotangents)), strict=True))
                return gradients[i] + gradients[j]

            return value, shared_pullback

        report = gradcheck(shared, inputs[i], rng=np.random.default_rng(0))
        assert report, f"arguments {i} and {j}: {report}"


@pytest.mark.parametrize(("name", "inputs", "options", "cotangent", "expected"), KINKS, ids=[k[0] for k in KINKS])
def test_kinks_are_as_stated(name, inputs, options, cotangent, expected):
    _, pullback = getattr(R, name)(*map(np.array, inputs), **options)
    for got, want in zip(as_tuple(pullback(np.array(cotangent))), expected, strict=True):
        np.testing.assert_allclose(got, want)


# Shapes, any of them: hypothesis draws pairs that broadcast
@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(BINARY)),
    hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=4),
    st.integers(0, 99),
)
def test_any_two_shapes_that_broadcast(name, shapes, seed):
    rng = np.random.default_rng(seed)
    x, y = (rng.uniform(0.5, 2, shape) for shape in shapes.input_shapes)
    value, pullback = getattr(R, name)(x, y)
    assert np.shape(value) == shapes.result_shape
    assert [np.shape(g) for g in pullback(np.ones(shapes.result_shape))] == [x.shape, y.shape]
    assert gradcheck(getattr(R, name), x, y, rng=rng)


@settings(max_examples=40, deadline=None)
@given(st.data(), hnp.array_shapes(min_dims=1, max_dims=3, max_side=4), st.booleans(), st.integers(0, 99))
def test_any_axes_of_a_reduction(data, shape, keepdims, seed):
    axis = data.draw(st.none() | hnp.valid_tuple_axes(len(shape), min_size=1))
    x = np.random.default_rng(seed).standard_normal(shape)
    for rule, numpy in ((R.sum_, np.sum), (R.mean, np.mean), (R.max_, np.max)):
        value, _ = rule(x, axis=axis, keepdims=keepdims)
        np.testing.assert_allclose(value, numpy(x, axis=axis, keepdims=keepdims))
        assert gradcheck(rule, x, rng=np.random.default_rng(seed), axis=axis, keepdims=keepdims)


@settings(max_examples=40, deadline=None)
@given(hnp.mutually_broadcastable_shapes(signature=np.matmul.signature, max_dims=2, max_side=3), st.integers(0, 99))
def test_any_matrix_product(shapes, seed):
    rng = np.random.default_rng(seed)
    A, B = (rng.standard_normal(shape) for shape in shapes.input_shapes)
    np.testing.assert_allclose(R.matmul(A, B)[0], A @ B)
    assert gradcheck(R.matmul, A, B, rng=rng)


# Extremes: no overflow (a warning is an error here), and the right limit
FAR = np.array([-1e4, -800.0, 0.0, 800.0, 1e4])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_activations_at_the_extremes(dtype):
    Z = FAR.astype(dtype)
    limits = {
        "sigmoid": ([0, 0, 0.5, 1, 1], [0, 0, 0.25, 0, 0]),
        "tanh": ([-1, -1, 0, 1, 1], [0, 0, 1, 0, 0]),
        "softplus": ([0, 0, np.log(2), 800, 1e4], [0, 0, 0.5, 1, 1]),
        "silu": ([0, 0, 0, 800, 1e4], [0, 0, 0.5, 1, 1]),
        "gelu": ([0, 0, 0, 800, 1e4], [0, 0, 0.5, 1, 1]),
        "gelu_tanh": ([0, 0, 0, 800, 1e4], [0, 0, 0.5, 1, 1]),
        "elu": ([-1, -1, 0, 800, 1e4], [0, 0, 1, 1, 1]),
        "softmax": ([0, 0, 0, 0, 1], [0, 0, 0, 0, 0]),
        "log_softmax": ([-2e4, -10800, -1e4, -9200, 0], [1, 1, 1, 1, -4]),
    }
    for name, (values, slopes) in limits.items():
        A, pullback = getattr(R, name)(Z)
        np.testing.assert_allclose(A, np.array(values, dtype), atol=1e-7, rtol=1e-6, err_msg=name)
        np.testing.assert_allclose(pullback(np.ones_like(Z)), slopes, atol=1e-6, err_msg=name)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_losses_at_the_extremes(dtype):
    Z, ones = FAR.astype(dtype), np.ones(5, dtype)
    losses, pullback = R.bce_with_logits(Z, ones, reduction="none")
    np.testing.assert_allclose(losses, [1e4, 800, np.log(2), 0, 0], rtol=1e-6)
    np.testing.assert_allclose(pullback(ones), [-1, -1, -0.5, 0, 0])
    losses, pullback = R.focal(Z, ones, reduction="none", alpha=1.0)
    np.testing.assert_allclose(losses, [1e4, 800, np.log(2) / 4, 0, 0], rtol=1e-6)
    assert np.isfinite(pullback(ones)).all()
    L, pullback = R.softmax_cross_entropy(Z[None], np.array([0]))
    assert L == 2e4
    np.testing.assert_allclose(pullback(), [[-1, 0, 0, 0, 1]])


def test_gelu_uses_the_normal_distribution_to_the_last_digits():
    from math import erfc, sqrt

    Z = np.linspace(-9, 9, 1001)
    exact = np.array([0.5 * erfc(-z / sqrt(2)) for z in Z])
    np.testing.assert_allclose(R.gelu(Z)[0], Z * exact, atol=1e-14)
    np.testing.assert_allclose(R.gelu(Z.astype(np.float32))[0], Z * exact, atol=2e-6)


# Errors are sentences that name what came
ERRORS = {
    "matmul": (lambda: R.matmul(np.ones((2, 3)), np.ones((2, 3))), r"\(2, 3\) and B is \(2, 3\)"),
    "dense-transposed": (lambda: R.dense(np.ones((2, 3)), np.ones((3, 4)), np.ones(4)), r"pass W\.T"),
    "dense-bias": (lambda: R.dense(np.ones((2, 3)), np.ones((4, 3)), np.ones((4, 1))), "b needs one entry per output"),
    "dense": (lambda: R.dense(np.ones((2, 3)), np.ones((4, 5)), np.ones(4)), "last axis of X and the last axis of W"),
    "mse": (lambda: R.mse(np.ones(3), np.ones((3, 1))), r"\(3,\) and \(3, 1\) came"),
    "reduction": (lambda: R.mse(np.ones(3), np.ones(3), reduction="avg"), "'avg' came"),
    "hinge": (lambda: R.hinge(np.ones(3), np.array([0, 1, 1])), "labels −1 and 1"),
    "labels": (lambda: R.softmax_cross_entropy(np.ones((2, 3)), np.array([0, 3])), "from 0 to 2; 0 to 3 came"),
    "labels-negative": (lambda: R.softmax_cross_entropy(np.ones((2, 3)), np.array([-1, 0])), "-1 to 0 came"),
    "labels-shape": (lambda: R.softmax_cross_entropy(np.ones((2, 3)), np.array([[0], [1]])), r"shape \(2, 1\)"),
    "labels-float": (lambda: R.softmax_cross_entropy(np.ones((2, 3)), np.array([0.0, 1.0])), "type float64 came"),
    "conv2d": (lambda: R.conv2d(np.ones((1, 5, 5, 3)), np.ones((4, 3, 2, 2)), np.ones(4)), r"transpose\(0, 3, 1, 2\)"),
    "output_size": (lambda: R.output_size(2, 3), "a window of 3 does not fit on 2 pixels"),
    "embedding": (lambda: R.embedding(np.array([-1, 2]), np.ones((3, 2))), "ids from -1 to 2 came"),
    "batch_norm": (lambda: R.batch_norm(np.ones((1, 3)), np.ones(3), np.ones(3)), "more than one value per feature"),
    "dropout-p": (lambda: R.dropout(np.ones(3), 1.0, mask=np.ones(3, bool)), "p = 1.0 came"),
    "dropout-rng": (lambda: R.dropout(np.ones(3), 0.5), "neither came"),
    "heads": (lambda: R.split_heads(np.ones((2, 3, 5)), 2), "D = 5 features evenly among 2"),
    "mask": (
        lambda: R.scaled_dot_product_attention(*[np.ones((2, 2))] * 3, mask=np.array([[True, True], [False, False]])),
        "a row of the mask allows nothing",
    ),
    "contrastive": (
        lambda: R.contrastive(np.ones((2, 3)), np.ones((2, 4)), np.ones(2)),
        r"\[\(2, 3\), \(2, 4\)\] came",
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_sentences(name):
    call, words = ERRORS[name]
    with pytest.raises(ValueError, match=words):
        call()


# What single rules promise beside their gradients
def test_input_gradient_can_be_left_out():
    rng = np.random.default_rng(0)
    for name, shapes in {"dense": [(5, 3), (4, 3), (4,)], "conv2d": [(2, 3, 5, 4), (4, 3, 2, 2), (4,)]}.items():
        arrays = [rng.standard_normal(s) for s in shapes]
        Z, pullback = getattr(R, name)(*arrays)
        _, short = getattr(R, name)(*arrays, input_gradient=False)
        dX, dW, db = short(Z)
        assert dX is None
        np.testing.assert_array_equal(dW, pullback(Z)[1])
        np.testing.assert_array_equal(db, pullback(Z)[2])


def test_losses_begin_the_backward_pass_with_one():
    losses = [c for c in CASES if c.options.get("reduction") == "mean"]
    assert len({c.name.partition("-")[0] for c in losses}) == 11
    for case in losses:
        _, pullback = case.rule(*case.inputs(), **case.options)
        for by_default, with_one in zip(as_tuple(pullback()), as_tuple(pullback(1.0)), strict=True):
            np.testing.assert_array_equal(by_default, with_one)


def test_the_last_cell_of_an_lstm_may_go_unused():
    case = next(c for c in CASES if c.name == "lstm")
    (H, C), pullback = case.rule(*case.inputs())
    for alone, with_zeros in zip(pullback(H), pullback(H, np.zeros_like(C)), strict=True):
        np.testing.assert_array_equal(alone, with_zeros)


def test_embedding_adds_rows_the_same_in_both_ways():
    ids, rows = np.array([3, 0, 3, 5, 0, 3]), np.random.default_rng(0).standard_normal((6, 4))
    expected = np.zeros((7, 4))
    np.add.at(expected, ids, rows)
    for add_rows in (_add_rows_by_product, _add_rows_by_sorting):
        np.testing.assert_allclose(add_rows(ids, rows, 7), expected)
        assert not add_rows(ids[:0], rows[:0], 7).any()


def test_batch_statistics_are_the_ones_batch_norm_uses():
    X = np.random.default_rng(0).standard_normal((2, 3, 4, 5))
    gamma, beta = np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 2.0])
    mean, variance = statistics = R.batch_statistics(X)
    np.testing.assert_allclose(mean, X.mean(axis=(0, 2, 3)))
    np.testing.assert_allclose(variance, X.var(axis=(0, 2, 3)))
    given, back_given = R.batch_norm(X, gamma, beta, statistics=statistics)
    own, back_own = R.batch_norm(X, gamma, beta)
    np.testing.assert_array_equal(given, own)
    np.testing.assert_array_equal(back_given(X)[0], back_own(X)[0])
    frozen, _ = R.batch_norm_inference(X, gamma, beta, mean, variance)
    np.testing.assert_allclose(frozen, own)


def test_dropout_keeps_the_mean_and_the_rate():
    X = np.ones((200, 300))
    A, pullback = R.dropout(X, 0.25, rng=np.random.default_rng(0))
    assert set(np.unique(A)) == {0.0, 1 / 0.75}
    assert abs((A == 0).mean() - 0.25) < 0.01
    np.testing.assert_array_equal(pullback(X), A)
    same, _ = R.dropout(X, 0.25, mask=R.dropout_mask(X.shape, 0.25, np.random.default_rng(0)))
    np.testing.assert_array_equal(A, same)


def test_a_causal_mask_hides_the_future():
    rng = np.random.default_rng(0)
    Q, K, V = (rng.standard_normal((5, 4)) for _ in range(3))
    before, _ = R.scaled_dot_product_attention(Q, K, V, mask=R.causal_mask(5))
    K[3:], V[3:] = 9, 9
    after, _ = R.scaled_dot_product_attention(Q, K, V, mask=R.causal_mask(5))
    np.testing.assert_array_equal(before[:3], after[:3])
    assert not np.allclose(before[3:], after[3:])


def test_col2im_is_the_transpose_of_im2col():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((2, 3, 7, 6))
    for options in ({}, {"stride": 2}):
        columns = R.im2col(X, 3, 2, **options)
        Y = rng.standard_normal(columns.shape)
        np.testing.assert_allclose((columns * Y).sum(), (X * R.col2im(Y, X.shape, 3, 2, **options)).sum())


def test_heads_split_and_merge():
    X = np.arange(2 * 3 * 4.0).reshape(2, 3, 4)
    split = R.split_heads(X, 2)
    assert split.shape == (2, 2, 3, 2)
    np.testing.assert_array_equal(split[0, 1], X[0, :, 2:])
    np.testing.assert_array_equal(R.merge_heads(split), X)


def test_python_numbers_are_taken_by_the_small_rules():
    for name, x, y, expected in [
        ("add", 3.0, 4.0, (1, 1)),
        ("mul", 3.0, 4.0, (4, 3)),
        ("div", 3.0, 4.0, (0.25, -0.1875)),
    ]:
        assert getattr(R, name)(x, y)[1](1.0) == expected
    for name in (
        "sigmoid",
        "tanh",
        "relu",
        "leaky_relu",
        "elu",
        "gelu",
        "gelu_tanh",
        "silu",
        "softplus",
        "step",
        "exp",
        "log",
    ):
        A, pullback = getattr(R, name)(0.7)
        assert np.shape(A) == np.shape(pullback(1.0)) == ()


def test_dense_takes_whole_numbers():
    Z, _ = R.dense(np.array([[1, 2]]), np.array([[3, 4]]), np.array([0.5]))
    assert Z.tolist() == [[11.5]]


def test_activations_take_whole_numbers():
    whole = np.array([[-2, 1, 3]])
    for name in ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "gelu_tanh", "silu", "softplus", "softmax"):
        (A, pullback), (expected, expected_pullback) = getattr(R, name)(whole), getattr(R, name)(whole.astype(float))
        np.testing.assert_array_equal(A, expected)
        np.testing.assert_array_equal(pullback(np.ones((1, 3))), expected_pullback(np.ones((1, 3))))
