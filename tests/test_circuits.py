"""Small graphs: their values and gradients in Python, and that the page computes the same."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from test_widgets import needs_node, node

from bpedu import circuits
from bpedu.widgets import base

HERE = Path(__file__).parent
GRAPHS = {
    **{name: make() for name, make in circuits.PRESETS.items()},
    "t = 0": {
        **circuits.spine(),
        "nodes": [n | {"value": 0.0} if n["id"] == "t" else n for n in circuits.spine()["nodes"]],
    },
    "everything": circuits.expression(
        "relu(x * y) / z + exp(-x) * log(z) - cos(y) ** 2 + tanh(x)**3 + sigmoid(y - 2 * x) + sin(z)",
        x=0.7,
        y=0.4,
        z=1.9,
    ),
    "squared error": {
        "nodes": [
            {"id": "y", "op": "input", "value": 0.3},
            {"id": "t", "op": "input", "value": 1.1, "truth": True},
            {"id": "L", "op": "squared_error", "in": ["y", "t"]},
        ],
        "output": "L",
    },
}


@pytest.mark.parametrize("name", GRAPHS)
def test_gradients_agree_with_finite_differences(name):
    graph = GRAPHS[name]
    value, gradient = circuits.evaluate(graph)
    for leaf in (n["id"] for n in graph["nodes"] if n["op"] == "input" and not n.get("truth")):
        up, down = (circuits.evaluate(graph, **{leaf: value[leaf] + h})[0][graph["output"]] for h in (1e-5, -1e-5))
        assert gradient.get(leaf, 0.0) == pytest.approx((up - down) / 2e-5, rel=1e-6, abs=1e-8)


@needs_node
def test_the_page_computes_the_same_values_gradients_and_tangents():
    command = [node(), str(HERE / "js" / "circuits.mjs"), str(base.STATIC / "circuit-core.js")]
    done = subprocess.run(command, input=json.dumps(list(GRAPHS.values())), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert set(answer["operations"]) == set(circuits.OPERATIONS)
    used = {n["op"] for graph in GRAPHS.values() for n in graph["nodes"]}
    assert used == {*circuits.OPERATIONS, "input"}
    for graph, got in zip(GRAPHS.values(), answer["results"], strict=True):
        value, gradient = circuits.evaluate(graph)
        assert got["value"] == pytest.approx(value, rel=1e-12)
        assert got["gradient"] == pytest.approx(gradient, rel=1e-12, abs=1e-15)
        for leaf, tangent in got["tangent"].items():
            assert tangent == pytest.approx(gradient.get(leaf, 0.0), rel=1e-11, abs=1e-15)


@needs_node
def test_multiplications_along_wires_are_counted():
    command = [node(), str(HERE / "js" / "circuits.mjs"), str(base.STATIC / "circuit-core.js")]
    graphs = [circuits.neuron(), circuits.diamonds(3)]
    done = subprocess.run(command, input=json.dumps(graphs), capture_output=True, text=True, timeout=60)
    counts = [(r["products"], r["forwardProducts"]) for r in json.loads(done.stdout)["results"]]
    assert counts[0] == (5, 9)  # backward 2 + 2 + 1; forward 2 for each w and x, 1 for b, in five passes
    assert counts[1] == (6, 6)  # one input and one output: the two modes cost the same


def test_the_spine_has_the_numbers_of_the_book():
    value, gradient = circuits.evaluate(circuits.spine())
    W1, x, W2 = np.array([[0.5, -0.3], [0.2, 0.4]]), np.array([1.0, 2.0]), np.array([0.7, -0.6])
    a = np.tanh(W1 @ x + [0.4, -0.2])
    p = 1 / (1 + np.exp(-(W2 @ a + 0.2)))
    delta = (p - 1) * W2 * (1 - a**2)
    assert value["L"] == pytest.approx(-np.log(p))
    assert [gradient[k] for k in ("w11", "w12", "w21", "w22")] == pytest.approx(np.outer(delta, x).ravel())
    assert "t" not in gradient
    assert circuits.evaluate(circuits.spine(), t=0.0)[1]["w21"] == pytest.approx(-0.168, abs=5e-4)


def test_an_expression_keeps_one_leaf_for_a_name_and_one_for_a_constant():
    graph = circuits.expression("2 * x + x * 2", x=3)
    assert [n["id"] for n in graph["nodes"] if n["op"] == "input"] == ["x", "2"]
    value, gradient = circuits.evaluate(graph)
    assert (value["f"], gradient["x"], gradient["2"]) == (12, 4, 6)


def test_leaves_stand_in_the_order_in_which_they_are_read():
    assert [n["id"] for n in circuits.neuron()["nodes"] if n["op"] == "input"] == ["w1", "x1", "w2", "x2", "b"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: circuits.expression("x * y", x=1), r"uses y, which has no value"),
        (lambda: circuits.expression("x ** 5", x=1), r"does not know 'x \*\* 5'"),
        (lambda: circuits.expression("max(x)", x=1), r"does not know 'max\(x\)'"),
        (lambda: circuits.named("spin"), r"no circuit 'spin'; there are spine"),
        (lambda: circuits.diamonds(9), r"1 to 6"),
    ],
)
def test_what_cannot_be_drawn_is_said(call, words):
    with pytest.raises(ValueError, match=words):
        call()
