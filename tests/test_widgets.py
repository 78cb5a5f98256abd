"""The figures: their JavaScript agrees with bpedu.rules, and their Python faces check what they are given."""

import itertools
import json
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from bpedu import gradcheck, optimizers, rules, widgets
from bpedu.widgets import base
from bpedu.widgets.digits import rounded

HERE = Path(__file__).parent
rng = np.random.default_rng(11)
Z = np.concatenate([rng.normal(size=(5, 3)) * 3, [[0.0, 1e-3, -1e-3], [40.0, -40.0, 3.2], [-3.3, 8.0, -9.0]]])
ACTIVATIONS = ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "gelu_tanh", "silu", "softplus"]
OPTIONS = {"leaky_relu": {"slope": 0.2}, "elu": {"alpha": 1.7}}


def node():
    """The Node program on the path, or else the one that Playwright brings; None when there is neither."""
    if found := shutil.which("node"):
        return found
    spec = find_spec("playwright")
    inside = Path(spec.origin).parent / "driver" / "node" if spec else None
    return str(inside) if inside and inside.exists() else None


needs_node = pytest.mark.skipif(node() is None, reason="neither node nor playwright is installed")


def plain(value):
    return json.loads(json.dumps(value, default=lambda a: a.tolist() if hasattr(a, "tolist") else list(a)))


def in_node(*cases):
    command = [node(), str(HERE / "js" / "values.mjs"), str(base.STATIC / "mini-nn.js")]
    done = subprocess.run(command, input=json.dumps(plain(cases)), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def agree(result, value, gradients):
    np.testing.assert_allclose(result["value"], value, rtol=1e-11, atol=1e-13)
    assert len(result["gradients"]) == len(gradients)
    for got, expected in zip(result["gradients"], gradients, strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-11, atol=1e-13)


@needs_node
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_and_its_derivative_agree_with_the_rule(name):
    options, dA = OPTIONS.get(name, {}), rng.normal(size=Z.shape)
    (result,) = in_node(
        {"rule": "activation", "name": name, "Z": Z, "dA": dA, "option": next(iter(options.values()), 1)}
    )
    A, pullback = getattr(rules, name)(Z, **options)
    agree(result, A, [pullback(dA)])


@needs_node
def test_step_agrees_with_the_rule():
    (result,) = in_node({"rule": "activation", "name": "step", "Z": Z, "dA": Z})
    np.testing.assert_array_equal(result["value"], rules.step(Z)[0])


@needs_node
def test_dense_agrees_with_the_rule():
    X, W, b, dZ = (rng.normal(size=shape) for shape in [(5, 3), (2, 3), (2,), (5, 2)])
    (result,) = in_node({"rule": "dense", "X": X, "W": W, "b": b, "dZ": dZ})
    value, pullback = rules.dense(X, W, b)
    agree(result, value, pullback(dZ))


@needs_node
def test_losses_agree_with_the_rules():
    labels, t, T, dL = np.array([0, 2, 1, 1, 0, 2, 0, 1]), (Z[:, 0] > 0) * 1.0, rng.normal(size=Z.shape), 1.7
    results = in_node(
        {"rule": "softmax", "Z": Z},
        {"rule": "softmax_cross_entropy", "Z": Z, "labels": labels, "dL": dL},
        {"rule": "bce_with_logits", "z": Z[:, 1], "t": t, "dL": dL},
        {"rule": "mse", "Y": Z, "T": T, "dL": dL},
    )
    agree(results[0], rules.softmax(Z)[0], [])
    for result, (value, pullback) in zip(
        results[1:],
        [rules.softmax_cross_entropy(Z, labels), rules.bce_with_logits(Z[:, 1], t), rules.mse(Z, T)],
        strict=True,
    ):
        agree(result, value, [pullback(dL)])


@needs_node
@pytest.mark.parametrize("sizes", [(2, 1), (2, 3, 1), (2, 4, 3, 1)])
def test_a_network_and_one_step_agree_with_the_rules(sizes):
    network = [{"W": rng.normal(size=(m, n)), "b": rng.normal(size=m)} for n, m in itertools.pairwise(sizes)]
    X, t, lr = rng.normal(size=(7, 2)), np.array([0, 1, 1, 0, 1, 0, 1.0]), 0.3
    (result,) = in_node({"rule": "network", "network": network, "X": X, "t": t, "activation": "tanh", "lr": lr})
    A, pullbacks = X, []
    for k, layer in enumerate(network):
        A, back = rules.dense(A, layer["W"], layer["b"])
        pullbacks.append(back)
        if k < len(network) - 1:
            A, back = rules.tanh(A)
            pullbacks.append(back)
    L, back = rules.bce_with_logits(A[:, 0], t)
    G, gradients = back(1.0)[:, None], []
    for k in reversed(range(len(pullbacks))):
        G = pullbacks[k](G)
        if k % 2 == 0:
            gradients, G = [G[1], G[2], *gradients], G[0]
    agree(result, L, gradients)
    before = [array for layer in network for array in (layer["W"], layer["b"])]
    for got, start, slope in zip(result["after"], before, gradients, strict=True):
        np.testing.assert_allclose(got, start - lr * slope, rtol=1e-11)


@needs_node
def test_the_random_numbers_are_seeded_and_plausible():
    (result,) = in_node({"rule": "rng", "seed": 3})
    first, second = result["value"]
    assert first == second
    uniform, normal, order = np.array(first[:200]), np.array(first[200:400]), first[400:]
    assert 0 <= uniform.min() < 0.05 < 0.95 < uniform.max() < 1
    assert abs(normal.mean()) < 0.25
    assert 0.8 < normal.std() < 1.2
    assert sorted(order) == list(range(20))


def figures_in_node(**cases):
    command = [node(), str(HERE / "js" / "figures.mjs"), str(base.STATIC)]
    cases = {"paths": [], "factors": [], "hinges": [], "steps": []} | cases
    done = subprocess.run(command, input=json.dumps(plain(cases)), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def bowl(kappa):
    """The Hessian of the bowl: curvature 1 along a direction turned by 30°, 1/kappa across it."""
    Q = np.array([[np.sqrt(3) / 2, 0.5], [-0.5, np.sqrt(3) / 2]])
    return Q.T @ np.diag([1, 1 / kappa]) @ Q


@needs_node
@pytest.mark.parametrize(("lr", "kappa", "beta"), [(1.9, 20, 0.0), (0.3, 7.5, 0.8), (2.1, 3, 0.0), (0.1, 50, 0.98)])
def test_the_descent_is_that_of_the_optimizers(lr, kappa, beta):
    path = {"lr": lr, "kappa": kappa, "beta": beta, "noise": 0, "start": [2, -3], "steps": 30}
    noisy = path | {"noise": 0.5}
    quiet, shaken = figures_in_node(paths=[path, noisy])["paths"]
    H, W = bowl(kappa), np.array([2.0, -3.0])
    optimizer, expected = optimizers.Momentum(lr, momentum=beta), [W.copy()]
    for _ in range(30):
        optimizer.step({"W": W}, {"W": H @ W})
        expected.append(W.copy())
    expected = np.array(expected)
    np.testing.assert_allclose(quiet["points"], expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(quiet["slopes"], expected @ H, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(quiet["losses"], 0.5 * np.sum(expected @ H * expected, axis=1), rtol=1e-9, atol=1e-12)
    kicks = -np.diff(shaken["points"], axis=0)[0] / lr - H @ [2, -3]  # the first step: no velocity yet
    assert 0.01 < np.abs(kicks).max() < 2


@needs_node
def test_the_share_of_the_distance_is_the_spectral_radius():
    cases = [{"lambda": v, "lr": lr, "beta": b} for v in (1, 0.05) for lr in (0.1, 1.0, 2.5) for b in (0, 0.3, 0.9)]
    for case, got in zip(cases, figures_in_node(factors=cases)["factors"], strict=True):
        one_step = np.array([[1 + case["beta"] - case["lr"] * case["lambda"], -case["beta"]], [1, 0]])
        assert abs(got) == pytest.approx(np.abs(np.linalg.eigvals(one_step)).max(), rel=1e-9)
        assert case["beta"] or got == pytest.approx(1 - case["lr"] * case["lambda"])


@needs_node
def test_hinges_go_through_their_knots_and_the_best_heights_are_the_least_squares():
    x = np.linspace(-1, 2, 61)
    y, places, heights = np.sin(3 * x) + x, np.array([-1, -0.2, 0.3, 1.1, 2]), np.array([1.0, -2, 0.5, 0.25, -1])
    (got,) = figures_in_node(hinges=[{"knots": np.stack([places, heights], 1), "target": np.stack([x, y], 1)}])[
        "hinges"
    ]
    np.testing.assert_allclose(got["sums"], np.interp(x, places, heights), atol=1e-12)
    assert np.ptp(np.diff(got["straight"])) < 1e-12  # without a bend the units add up to one line
    hats = np.stack([np.interp(x, places, row) for row in np.eye(5)], axis=1)
    np.testing.assert_allclose(got["heights"], np.linalg.lstsq(hats, y)[0], atol=1e-4)


@needs_node
def test_differences_and_the_slopes_that_they_are_compared_with():
    functions = {"sin": np.sin, "exp": np.exp, "cube": lambda x: x**3, "tanh": np.tanh}
    steps = np.array([0.5, 1e-2, 1e-3])
    slopes = figures_in_node(steps=steps)["slopes"]
    assert set(slopes) == set(functions)
    for name, f in functions.items():
        got, x = slopes[name], slopes[name]["at"]
        assert got["value"] == pytest.approx(f(x), rel=1e-14)
        assert got["slope"] == pytest.approx(gradcheck.numerical_gradient(f, np.array(x)), rel=1e-8)
        np.testing.assert_allclose(got["forward"], (f(x + steps) - f(x)) / steps, rtol=1e-10)
        np.testing.assert_allclose(got["central"], (f(x + steps) - f(x - steps)) / (2 * steps), rtol=1e-10)


KINDS = sorted(path.stem for path in base.STATIC.glob("*.js") if "export default" in path.read_text("utf-8"))


@needs_node
@pytest.mark.parametrize("kind", KINDS)
def test_the_joined_module_stands_alone(kind, tmp_path):
    source = base.module_source(kind)
    assert not re.search(r"^\s*import ", source, re.MULTILINE)
    assert re.findall(r"^export .*", source, re.MULTILINE) == ["export default { render };"]
    file = tmp_path / "figure.mjs"
    file.write_text(source, encoding="utf-8")  # importing it fails when two files give one name to two things
    check = (
        f"import({json.dumps(file.as_uri())}).then((m) => process.exit(typeof m.default.render === 'function' ? 0 : 3))"
    )
    done = subprocess.run([node(), "--input-type=module", "-e", check], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


# ---- the Python faces ----

rng_digit = np.random.default_rng(2)
NETWORK = (rng_digit.normal(size=(6, 784)), np.zeros(6), rng_digit.normal(size=(10, 6)), np.zeros(10))
FACES = {
    "activation": lambda: widgets.activation("gelu", z=1),
    "circuit": lambda: widgets.circuit("spine", t=0, step=3),
    "descent": lambda: widgets.descent(lr=0.5, start=(1, -1)),
    "difference": lambda: widgets.difference("exp", step=1e-5),
    "digit": lambda: widgets.digit(*NETWORK, examples=np.ones((2, 28, 28)), labels=[1, 7]),
    "hinges": lambda: widgets.hinges(np.arange(5.0), np.arange(5.0) ** 2, joints=[2, 1]),
    "losses": lambda: widgets.losses(target=0),
    "neuron": lambda: widgets.neuron("flowers", sets={"flowers": (np.ones((3, 2)), np.array([0, 1, 1]))}),
    "playground": lambda: widgets.playground("mine", sets={"mine": ([[0, 1]], [1])}, hidden=0),
    "shapes": lambda: widgets.shapes("Z", N=7, attempt=2),
    "softmax": lambda: widgets.softmax((1, 2), target=1, names=["cat", "dog"]),
}


def shown_state(figure):
    return {k: v for k, v in figure.get_state().items() if k not in ("layout", "_esm", "_css")}


def test_every_figure_has_a_face_here():
    assert set(FACES) == set(widgets.__all__)


@pytest.mark.parametrize("name", FACES)
def test_the_state_is_plain_small_and_the_same_each_time(name):
    first, second = FACES[name](), FACES[name]()
    text = json.dumps(shown_state(first), sort_keys=True)
    assert text == json.dumps(shown_state(second), sort_keys=True)
    assert len(text) < 50_000
    assert len(first._esm) + len(first._css) < 60_000
    assert repr(first) == f"An interactive figure ({name}). Run this cell to move it."


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: widgets.neuron("nand"), "points is one of 'and', 'or', 'xor', and not 'nand'"),
        (lambda: widgets.neuron(w=(1, 2, 3)), "w needs two numbers"),
        (lambda: widgets.neuron(sets={"s": (np.ones((3, 2)), [1])}), r"shape \(N, 2\) and one label"),
        (lambda: widgets.activation("swish"), "not 'swish'"),
        (lambda: widgets.hinges(joints=[1.5]), "joints inside x"),
        (lambda: widgets.losses(target=2), "target is one of 0, 1"),
        (lambda: widgets.softmax((1,)), "2 to 6 logits"),
        (lambda: widgets.softmax((1, 2), target=2), "target is one of 0, 1, and not 2"),
        (lambda: widgets.descent(kappa=0.5), "kappa ≥ 1"),
        (lambda: widgets.shapes("dB"), "not 'dB'"),
        (lambda: widgets.circuit("spine", y=1), "a leaf of this circuit is one of 'x1'"),
        (lambda: widgets.circuit("spin"), "no circuit 'spin'"),
        (lambda: widgets.playground(hidden=9), "hidden is one of 0, 1"),
        (lambda: widgets.digit(*NETWORK[:3], np.zeros(9)), r"b2 \(10,\)"),
        (lambda: widgets.digit(*NETWORK, examples=np.ones((1, 27, 27))), "28 × 28"),
        (lambda: widgets.digit(*NETWORK, examples=np.ones((2, 784)), labels=[1]), "2 examples and 1 labels"),
    ],
)
def test_what_a_figure_cannot_show_is_said(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_weights_sent_as_bytes_are_close_to_the_weights():
    W = NETWORK[0]
    step = np.abs(W).max(axis=1, keepdims=True) / 127
    assert np.all(np.abs(rounded(W) - W) <= step * 0.5001)


def test_the_joining_rule_puts_each_imported_file_in_front_once(tmp_path, monkeypatch):
    monkeypatch.setattr(base, "STATIC", tmp_path)
    (tmp_path / "a.js").write_text("export const a = 1;\n")
    (tmp_path / "b.js").write_text('import { a } from "./a.js";\nexport function b() { return a; }\n')
    (tmp_path / "kind.js").write_text(
        'import { a } from "./a.js";\nimport { b } from "./b.js";\nexport default { b };\n'
    )
    base.module_source.cache_clear()
    try:
        assert base.module_source("kind") == "const a = 1;\nfunction b() { return a; }\nexport default { b };"
    finally:
        base.module_source.cache_clear()
