"""The scalar engine: correct on its own, for it is the witness that others are compared with."""

import ast
import gc
import math
from pathlib import Path

import pytest

import bpedu.scalar
from bpedu.scalar import Value, topological_order, zero_grad

UNARY = {
    "exp": (lambda x: x.exp(), math.exp),
    "log": (lambda x: x.log(), math.log),
    "tanh": (lambda x: x.tanh(), math.tanh),
    "sigmoid": (lambda x: x.sigmoid(), lambda x: 1 / (1 + math.exp(-x))),
    "relu": (lambda x: x.relu(), lambda x: max(0.0, x)),
    "negate": (lambda x: -x, lambda x: -x),
    "power": (lambda x: x**3, lambda x: x**3),
    "fractional power": (lambda x: x**-0.5, lambda x: x**-0.5),
    "reflected": (lambda x: (2 - x) / (3 + x) + 1 / x - 2 * x, lambda x: (2 - x) / (3 + x) + 1 / x - 2 * x),
}


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("x", [0.3, 1.7])
def test_slopes_match_central_differences(name, x):
    ours, plain = UNARY[name]
    leaf = Value(x)
    y = ours(leaf)
    y.backward()
    h = 1e-6
    assert y.data == pytest.approx(plain(x), rel=1e-14)
    assert leaf.grad == pytest.approx((plain(x + h) - plain(x - h)) / (2 * h), rel=1e-8)


def test_both_operands_of_each_operator():
    a, b = Value(1.3), Value(-0.7)
    (a * b - a / b + b).backward()
    assert a.grad == pytest.approx(-0.7 - 1 / -0.7)
    assert b.grad == pytest.approx(1.3 + 1.3 / 0.49 + 1)


def test_a_value_used_twice_has_its_gradients_added():
    x = Value(3.0)
    y = x * x
    (y * y + y).backward()  # x⁴ + x²
    assert x.grad == pytest.approx(4 * 27 + 6)
    assert y.grad == pytest.approx(2 * 9 + 1)


def test_the_order_is_topological_in_a_diamond_with_a_long_arm():
    x = Value(2.0)
    short = x + 1
    long = short
    for _ in range(5):
        long = long * 1.5
    root = short * long
    order = topological_order(root)
    position = {id(v): i for i, v in enumerate(order)}
    assert order[-1] is root
    assert all(position[id(p)] < position[id(v)] for v in order for p in v.parents)
    root.backward()
    assert x.grad == pytest.approx(2 * 3 * 1.5**5)


def test_second_backward_accumulates_in_leaves_and_not_between():
    x = Value(2.0)
    y = x * x
    L = y * 3
    L.backward()
    L.backward()
    assert (x.grad, y.grad, L.grad) == (24.0, 3.0, 1.0)
    zero_grad([x])
    L.backward()
    assert (x.grad, y.grad) == (12.0, 3.0)


def test_backward_of_two_losses_that_share_values_adds():
    x = Value(2.0)
    y = x * x
    (y * 3).backward()
    (y * 5).backward()
    assert x.grad == 32.0


def test_backward_of_a_leaf():
    x = Value(2.0)
    x.backward()
    x.backward()
    assert x.grad == 2.0


def test_a_chain_of_100000_values_needs_no_recursion():
    x = y = Value(1.0)
    for _ in range(100_000):
        y = y + 1.0
    y.backward()
    assert (y.data, x.grad) == (100_001.0, 1.0)
    del y
    gc.collect()


def test_large_arguments_do_not_overflow():
    assert Value(-1000.0).sigmoid().data == 0.0
    assert Value(1000.0).sigmoid().data == 1.0


def test_relu_has_slope_zero_at_the_kink_and_power_zero_is_constant():
    x = Value(0.0)
    (x.relu() + x**0).backward()
    assert x.grad == 0.0


def test_a_variable_exponent_is_refused_with_a_way_out():
    with pytest.raises(TypeError, match="plain number as its exponent"):
        Value(2.0) ** Value(3.0)


def test_the_witness_imports_nothing_but_math():
    tree = ast.parse(Path(bpedu.scalar.__file__).read_text(encoding="utf-8"))
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert names == {"__future__", "math"}
