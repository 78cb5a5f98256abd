"""The tensor engine against PyTorch, the scalar engine and itself: reuse, freeing, deep chains, errors, the drawn graph."""

import gc
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from bpedu import rules
from bpedu.scalar import Value
from bpedu.tensor import (
    Tensor,
    apply,
    concatenate,
    dense,
    embedding,
    graph,
    lstm,
    maximum,
    no_grad,
    stack,
    tensor,
    to_svg,
    where,
)


def leaves(*shapes, seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return [Tensor(rng.uniform(0.5, 2.0, shape).astype(dtype), requires_grad=True) for shape in shapes]


# name: (function that means the same for Tensor and torch.Tensor, shapes)
OPERATIONS = {
    "add": (lambda x, y: x + y, [(2, 3), (2, 3)]),
    "add, right broadcast": (lambda x, y: x + y, [(2, 3), (3,)]),
    "add, left broadcast": (lambda x, y: x + y, [(2, 1), (4, 2, 3)]),
    "sub": (lambda x, y: x - y, [(2, 3), (2, 1)]),
    "mul": (lambda x, y: x * y, [(3,), (2, 3)]),
    "div": (lambda x, y: x / y, [(2, 3), (1, 3)]),
    "numbers on either side": (lambda x: 2 - 3 * x + 1 / x + x / 4 - 1, [(2, 3)]),
    "power": (lambda x: x**3 + x**-0.5, [(4,)]),
    "negate": (lambda x: -x, [(2, 2)]),
    "matmul": (lambda A, B: A @ B, [(2, 3), (3, 4)]),
    "matmul, a stack and a matrix": (lambda A, B: A @ B, [(5, 2, 3), (3, 4)]),
    "matmul, vector": (lambda A, v: A @ v, [(2, 3), (3,)]),
    "transpose": (lambda A: A.T @ A, [(2, 3)]),
    "reshape": (lambda x: x.reshape(3, 2) * x.reshape(3, 2), [(2, 3)]),
    "slice": (lambda x: x[1:, ::2] * x[0, 1], [(3, 4)]),
    "index with repeats": (lambda x: x[[0, 2, 2]], [(3, 2)]),
    "sum": (lambda x: x.sum() * x, [(2, 3)]),
    "sum over an axis": (lambda x: x * x.sum(0), [(2, 3)]),
    "mean": (lambda x: x.mean() + x.mean(1).sum(), [(2, 3)]),
    "exp, log, sqrt": (lambda x: x.exp() + x.log() * x.sqrt(), [(2, 3)]),
    "activations": (lambda x: x.tanh() + x.sigmoid() * (x - 1).relu(), [(3, 3)]),
    "a value used three times": (lambda x: x * x * x, [(2,)]),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_values_and_gradients_match_pytorch(name):
    torch = pytest.importorskip("torch")
    function, shapes = OPERATIONS[name]
    ours = leaves(*shapes)
    theirs = [torch.tensor(x.data, requires_grad=True) for x in ours]
    y, y_torch = function(*ours), function(*theirs)
    cotangent = np.random.default_rng(1).standard_normal(y.shape)
    y.backward(cotangent)
    y_torch.backward(torch.tensor(cotangent))
    np.testing.assert_allclose(y.data, y_torch.detach().numpy(), rtol=1e-12)
    for x, x_torch in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(x.grad, x_torch.grad.numpy(), rtol=1e-10, atol=1e-12)


def test_agrees_with_the_scalar_engine_on_the_spine_network():
    W1, b1, W2, b2 = [[0.5, -0.3], [0.2, 0.4]], [0.4, -0.2], [0.7, -0.6], 0.2
    x = [1.0, 2.0]
    S1, s1 = [[Value(w) for w in row] for row in W1], [Value(b) for b in b1]
    S2, s2 = [Value(w) for w in W2], Value(b2)
    hidden = [(row[0] * x[0] + row[1] * x[1] + b).tanh() for row, b in zip(S1, s1, strict=True)]
    L_scalar = -(S2[0] * hidden[0] + S2[1] * hidden[1] + s2).sigmoid().log()
    L_scalar.backward()

    T1, t1, T2, t2 = (Tensor(a, requires_grad=True) for a in (W1, b1, [W2], [b2]))
    L = apply(rules.bce_with_logits, dense(dense(np.array([x]), T1, t1).tanh(), T2, t2), np.array([[1.0]]))
    L.backward()
    assert L.item() == pytest.approx(L_scalar.data, rel=1e-14)
    np.testing.assert_allclose(T1.grad, [[v.grad for v in row] for row in S1], rtol=1e-12)
    np.testing.assert_allclose(t1.grad, [v.grad for v in s1], rtol=1e-12)
    np.testing.assert_allclose(T2.grad[0], [v.grad for v in S2], rtol=1e-12)
    np.testing.assert_allclose(t2.grad, [s2.grad], rtol=1e-12)


# Fused rules against compositions of small ones.


def softmax(z):
    e = (z - z.data.max(axis=-1, keepdims=True)).exp()
    return e / e.sum(-1, keepdims=True)


def layer_norm(x, gamma, beta):
    centred = x - x.mean(-1, keepdims=True)
    return gamma * centred / ((centred * centred).mean(-1, keepdims=True) + 1e-5).sqrt() + beta


def batch_norm(x, gamma, beta):
    centred = x - x.mean(0, keepdims=True)
    return gamma * centred / ((centred * centred).mean(0, keepdims=True) + 1e-5).sqrt() + beta


def attention(q, k, v):
    return softmax(q @ k.transpose(0, 2, 1) / q.shape[-1] ** 0.5) @ v


def lstm_by_hand(X, H, C, W_x, W_h, b):
    states = []
    for t in range(X.shape[1]):
        Z = X[:, t] @ W_x.T + H @ W_h.T + b
        i, f, g, o = (Z[:, 3 * j : 3 * j + 3] for j in range(4))
        C = f.sigmoid() * C + i.sigmoid() * g.tanh()
        H = o.sigmoid() * C.tanh()
        states.append(H)
    return stack(states, axis=1)


LABELS = np.array([2, 0, 3, 1, 1])
FUSED = {
    "dense": (dense, lambda X, W, b: X @ W.T + b, [(5, 3), (4, 3), (4,)]),
    "softmax": (lambda z: apply(rules.softmax, z), softmax, [(5, 4)]),
    "softmax_cross_entropy": (
        lambda z: apply(rules.softmax_cross_entropy, z, LABELS),
        lambda z: -softmax(z)[np.arange(5), LABELS].log().mean(),
        [(5, 4)],
    ),
    "mse": (lambda y: apply(rules.mse, y, np.ones((2, 3))), lambda y: ((y - 1) ** 2).mean(), [(2, 3)]),
    "layer_norm": (lambda *a: apply(rules.layer_norm, *a), layer_norm, [(5, 3, 4), (4,), (4,)]),
    "batch_norm": (lambda *a: apply(rules.batch_norm, *a), batch_norm, [(5, 4), (4,), (4,)]),
    "silu": (lambda x: apply(rules.silu, x), lambda x: x * x.sigmoid(), [(2, 3)]),
    "gelu_tanh": (
        lambda x: apply(rules.gelu_tanh, x),
        lambda x: 0.5 * x * (1 + ((2 / np.pi) ** 0.5 * (x + 0.044715 * x**3)).tanh()),
        [(2, 3)],
    ),
    "attention": (
        lambda *a: apply(rules.scaled_dot_product_attention, *a),
        attention,
        [(2, 3, 4), (2, 5, 4), (2, 5, 6)],
    ),
    "lstm": (lstm, lstm_by_hand, [(2, 4, 5), (2, 3), (2, 3), (12, 5), (12, 3), (12,)]),
    "embedding": (
        lambda E: embedding(np.array([[1, 0], [1, 1]]), E),
        lambda E: Tensor(np.eye(3)[[[1, 0], [1, 1]]]) @ E,
        [(3, 2)],
    ),
}


@pytest.mark.parametrize("name", FUSED)
def test_a_fused_rule_agrees_with_its_composition(name):
    fused, composed, shapes = FUSED[name]
    first, second = leaves(*shapes, seed=3), leaves(*shapes, seed=3)
    y, y_composed = fused(*first), composed(*second)
    cotangent = np.random.default_rng(4).standard_normal(y.shape)
    y.backward(cotangent)
    y_composed.backward(cotangent)
    np.testing.assert_allclose(y.data, y_composed.data, rtol=1e-11)
    for a, b in zip(first, second, strict=True):
        np.testing.assert_allclose(a.grad, b.grad, rtol=1e-8, atol=1e-12)


# Functions of several tensors.


def test_concatenate_stack_where_and_maximum():
    x, y = leaves((2, 3), (2, 3))
    mask = np.array([[True, False, True], [False, False, True]])
    joined = concatenate([x, y], axis=1) * np.arange(6.0)
    assert concatenate([x, y], axis=0).shape == (4, 3)
    chosen = (where(mask, x, y) * 10).sum() + maximum(x, y).sum() + (stack([x, y]) * 100).sum()
    (joined.sum() + chosen).backward()
    larger = x.data > y.data
    np.testing.assert_allclose(x.grad, np.arange(3.0) + 10 * mask + larger + 100)
    np.testing.assert_allclose(y.grad, np.arange(3.0, 6) + 10 * ~mask + ~larger + 100)


def test_dense_leaves_the_gradient_of_data_out():
    X, W, b = leaves((5, 3), (4, 3), (4,))
    data = Tensor(X.data)
    Z = dense(data, W, b)
    assert Z._pullback(np.ones((5, 4)))[0] is None
    assert dense(X, W, b)._pullback(np.ones((5, 4)))[0] is not None
    Z.sum().backward()
    assert data.grad is None
    np.testing.assert_allclose(W.grad, np.ones((5, 4)).T @ X.data)


def test_a_rule_may_leave_a_gradient_out():
    X, W, b = leaves((5, 3), (4, 3), (4,))
    inner = X * 2
    apply(rules.dense, inner, W, b, input_gradient=False).sum().backward()
    assert X.grad is None
    np.testing.assert_allclose(b.grad, [5, 5, 5, 5])


# Reuse, accumulation, freeing.


def test_leaves_accumulate_until_zero_grad():
    (x,) = leaves((3,))
    (x * x).sum().backward()
    first = x.grad.copy()
    (x * x).sum().backward()
    np.testing.assert_allclose(x.grad, 2 * first)
    x.zero_grad()
    assert x.grad is None


def test_gradients_of_leaves_are_arrays_of_their_own():
    x, y = leaves((3,), (3,))
    given = np.ones(3)
    (x + y).backward(given)
    x.grad *= 5
    np.testing.assert_array_equal(y.grad, np.ones(3))
    y.grad *= 7
    np.testing.assert_array_equal(x.grad, np.full(3, 5))
    np.testing.assert_array_equal(given, np.ones(3))
    (z,) = leaves((3,))
    z.sum().backward()
    z.grad += 1  # a read-only view would refuse
    np.testing.assert_array_equal(z.grad, [2, 2, 2])


def test_accumulating_does_not_write_into_an_array_that_was_borrowed_first():
    x, y = leaves((3,), (3,))
    z = x + y  # both borrow the same gradient; x then gets a second one
    (z.sum() + (x * 2).sum() + (x * 3).sum()).backward()
    np.testing.assert_array_equal(x.grad, [6, 6, 6])
    np.testing.assert_array_equal(y.grad, [1, 1, 1])


def test_the_graph_is_freed_and_says_so():
    (x,) = leaves((3,))
    y = x * x
    L = y.sum()
    L.backward()
    assert y.grad is None
    assert L.operation == "freed"
    with pytest.raises(RuntimeError, match="keep_graph=True"):
        L.backward()


def test_a_freed_graph_that_is_read_again_says_so_too():
    (x,) = leaves((3,))
    y = x * x
    y.sum().backward()
    with pytest.raises(RuntimeError, match="freed this graph"):
        (y * 2).sum().backward()


def test_a_kept_graph_runs_twice_and_keeps_its_interior_gradients():
    x = Tensor(3.0, requires_grad=True)
    y = x * x
    L = y * 2
    L.backward(keep_graph=True)
    assert (x.grad, y.grad, L.grad) == (12, 2, 1)
    L.backward(keep_graph=True)
    assert (x.grad, y.grad, L.grad) == (24, 2, 1)  # the leaf accumulates, the interior starts anew


def test_backward_on_a_leaf_accumulates():
    x = Tensor(2.0, requires_grad=True)
    x.backward()
    x.backward()
    assert x.grad == 2.0


def test_no_grad_records_nothing_even_after_an_error():
    (x,) = leaves((3,))
    with no_grad():
        y = x * 2
        with no_grad():
            pass
        z = x * 3
    assert not y.requires_grad
    assert not z.requires_grad
    with pytest.raises(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    assert (x * 2).requires_grad


def test_detach_stops_the_gradient():
    (x,) = leaves((3,))
    (x * x.detach()).sum().backward()
    np.testing.assert_array_equal(x.grad, x.data)


def test_a_chain_of_100000_tensors_needs_no_recursion():
    x = y = Tensor(np.ones(1, np.float32), requires_grad=True)
    for _ in range(100_000):
        y = y + 1
    y.backward(keep_graph=True)
    assert x.grad.tolist() == [1.0]
    del y
    gc.collect()


# Types.


def test_float32_stays_float32():
    (x,) = leaves((2, 3), dtype=np.float32)
    y = ((2 * x + 1) / 3 - 0.5) ** 2 @ np.ones((3, 2), np.float32)
    y.mean().backward()
    assert (y.dtype, x.grad.dtype) == (np.float32, np.float32)


def test_an_array_on_the_left_meets_the_tensor():
    (x,) = leaves((3,))
    for y in (np.ones(3) * x, np.ones(3) + x, np.ones(3) - x, np.ones(3) / x, np.ones((2, 3)) @ x, np.float64(2) * x):
        assert isinstance(y, Tensor)


def test_tensor_copies_and_Tensor_does_not():
    a = np.ones(3)
    assert tensor(a).data is not a
    assert Tensor(a).data is a
    assert Tensor(Tensor(a)).data is a
    assert tensor([1, 2], dtype=np.float32, requires_grad=True).dtype == np.float32


def test_how_a_tensor_shows_itself():
    x = Tensor([1.0], requires_grad=True, name="x")
    assert repr(x) == "Tensor([1.], name='x', requires_grad=True)"
    assert repr(x * 2) == "Tensor([2.], from mul)"
    assert (len(x), x.ndim, x.shape, x.item()) == (1, 1, (1,), 1.0)


# Errors are sentences.


def test_shapes_are_named_when_they_do_not_fit():
    a, b = leaves((2, 3), (2, 4))
    with pytest.raises(ValueError, match=r"add could not combine shapes \(2, 3\) and \(2, 4\)"):
        a + b
    with pytest.raises(ValueError, match=r"A is \(2, 3\) and B is \(2, 4\)"):
        a @ b
    with pytest.raises(ValueError, match=r"X is \(2, 3\), W is \(2, 4\)"):
        dense(a, b, np.zeros(2))


def test_backward_needs_a_number_or_a_gradient_of_the_right_shape():
    (x,) = leaves((2, 3))
    y = x * 2
    with pytest.raises(ValueError, match=r"starts from one number, and this tensor has shape \(2, 3\)"):
        y.backward()
    with pytest.raises(ValueError, match=r"this tensor's shape \(2, 3\); \(3,\) came"):
        y.backward(np.ones(3))


def test_backward_with_nothing_behind_it():
    with pytest.raises(RuntimeError, match="nothing to go back through"):
        Tensor(1.0).backward()


def test_integers_have_no_gradient():
    with pytest.raises(TypeError, match="this tensor holds int"):
        Tensor([1, 2], requires_grad=True)


def test_a_tensor_is_no_exponent():
    (x,) = leaves((2,))
    with pytest.raises(TypeError, match="raised to a plain number"):
        x**x


def test_a_rule_whose_gradient_has_the_wrong_shape_is_named():
    def transposed(x):
        def transposed_pullback(dy):
            return dy  # should be dy.T

        return x.T, transposed_pullback

    (x,) = leaves((2, 3))
    with pytest.raises(ValueError, match=r"gradient of shape \(3, 2\) for a tensor of shape \(2, 3\)"):
        apply(transposed, x).sum().backward()


# The graph.


def test_the_graph_lists_nodes_edges_values_and_gradients():
    x, y = Tensor(3.0, requires_grad=True, name="x"), Tensor(-2.0, requires_grad=True, name="y")
    z = x * y
    L = z + x * 2
    L.backward(keep_graph=True)
    g = graph(L)
    assert str(g).splitlines() == [
        "x = leaf: 3   gradient 0",
        "y = leaf: -2   gradient 3",
        "v2 = mul(x, y): -6   gradient 1",
        "2 = leaf: 2",
        "v4 = mul(x, 2): 6   gradient 1",
        "v5 = add(v2, v4): 0   gradient 1",
    ]
    along = {(e.source, e.target): None if e.gradient is None else float(e.gradient) for e in g.edges}
    assert along[("x", "v2")] == -2.0  # what comes along one edge: their sum is the node's gradient
    assert along[("x", "v4")] == 2.0
    assert along[("2", "v4")] is None


def test_the_graph_before_backward_has_no_gradients():
    (x,) = leaves((2, 3))
    g = graph((x**2).sum())
    assert [n.operation for n in g.nodes] == ["", "power", "sum"]
    assert all(n.gradient is None for n in g.nodes)
    assert all(e.gradient is None for e in g.edges)


def test_the_picture_is_svg_with_every_value_and_gradient():
    x, y = Tensor(3.0, requires_grad=True, name="x<1>"), Tensor(-2.5, requires_grad=True, name="y")
    L = (x * y).sigmoid()
    L.backward(keep_graph=True)
    root = ElementTree.fromstring(to_svg(graph(L)))
    text = [t.text for t in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"x<1>", "y", "×", "σ", "3", "-2.5", "-7.5", "1"} <= set(text)
    lines = list(root.iter("{http://www.w3.org/2000/svg}line"))
    assert len(lines) == 4  # three wires and the way out


def test_equal_names_are_told_apart():
    x, y = Tensor(1.0, requires_grad=True, name="x"), Tensor(2.0, requires_grad=True, name="x")
    names = [n.name for n in graph(x * y).nodes]
    assert len(set(names)) == 3
