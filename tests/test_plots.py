"""The still figures: each draws what it is told, without a warning, twice the same."""

import inspect
import io
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest

from bpedu import circuits, plots

mpl.use("agg")
import matplotlib.pyplot as plt

rng = np.random.default_rng(0)
X, t = rng.normal(size=(40, 2)), rng.integers(0, 2, size=40)
x = np.linspace(0, 1, 41)
FIGURES = {
    "activation": lambda: plots.activation("leaky_relu", z=1.0, slope=0.2),
    "circuit": lambda: plots.circuit("spine", t=0.0),
    "circuit of an expression": lambda: plots.circuit(circuits.expression("x * sin(x) + x**2", x=1)),
    "confusion": lambda: plots.confusion(np.diag([5, 6, 7]) + 1),
    "contour_path": lambda: plots.contour_path(noise=0.1, rng=np.random.default_rng(1)),
    "contour_path that explodes": lambda: plots.contour_path(lr=2.2, steps=200),
    "cost_lines": lambda: plots.cost_lines({"one": ([1, 10], [1, 10])}, xlabel="weights", ylabel="passes"),
    "decision_boundary": lambda: plots.decision_boundary(lambda P: 1 / (1 + np.exp(-P[:, 0])), X, t),
    "difference_error": plots.difference_error,
    "digits": lambda: plots.digits(rng.random((13, 784)), np.arange(13), predicted=np.zeros(13, dtype=int)),
    "hinges": lambda: plots.hinges(x, np.sin(x), joints=(0.3, 0.6), heights=(0, 1, 0, 1)),
    "learning_curves": lambda: plots.learning_curves({"training": [3, 2, 1], "test": [3, 2, 2]}, mark=2, log=True),
    "loss_curves": plots.loss_curves,
    "network": lambda: plots.network((2, 3, 1), weights=[rng.normal(size=(3, 2)), rng.normal(size=(1, 3))]),
    "neuron_plane": plots.neuron_plane,
    "neuron_plane on points": lambda: plots.neuron_plane((X, t), w=(1, -1), b=0.2, activation="sigmoid"),
    "points": lambda: plots.points(X, t, wrong=t == 0),
    "shape_blocks": lambda: plots.shape_blocks(("A", ("N", "n_in"), (4, 3)), ("Wᵀ", ("n_in", "n_out"), (3, 2))),
    "shape_blocks that misfit": lambda: plots.shape_blocks(
        ("A", ("N", "n_in"), (4, 3)), ("W", ("n_out", "n_in"), (3, 3))
    ),
    "softmax_bars": plots.softmax_bars,
    "timeline": lambda: plots.timeline([(1986, "backpropagation"), (1958, "the perceptron")]),
}


@pytest.fixture(autouse=True)
def close():
    before = dict(mpl.rcParams)
    yield
    plt.close("all")
    mpl.rcParams.update(before)


def svg():
    """The current figure as SVG without its date."""
    stream = io.StringIO()
    plt.gcf().savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()


def test_every_public_figure_is_tried():
    drawing = {name for name in plots.__all__ if inspect.isfunction(getattr(plots, name))} - {"style"}
    assert drawing == {name.split()[0] for name in FIGURES}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_drawn_returns_nothing_and_comes_out_the_same_twice(name):
    state = rng.bit_generator.state
    assert FIGURES[name]() is None
    first = svg()
    plt.close("all")
    rng.bit_generator.state = state
    FIGURES[name]()
    assert svg() == first
    assert "<path" in first


@pytest.mark.parametrize("name", ["neuron_plane", "activation", "circuit", "network", "shape_blocks", "contour_path"])
def test_a_figure_goes_on_the_axes_that_it_is_given(name):
    arguments = {"network": [(2, 1)], "shape_blocks": [("A", ("N", "n"), (4, 3)), ("B", ("n", "m"), (3, 2))]}
    _, ax = plt.subplots()
    getattr(plots, name)(*arguments.get(name, []), ax=ax)
    assert len(plt.get_fignums()) == 1
    assert ax.has_data() or ax.patches


@pytest.mark.parametrize(
    ("points", "w", "b", "title"),
    [
        ("and", (1, 1), -1.5, "no errors"),
        ("or", (1, 1), -0.5, "no errors"),
        ("or", (1, 1), -1.5, "2 of 4 on the wrong side"),
        ("xor", (1, 1), -0.5, "1 of 4 on the wrong side"),
    ],
)
def test_the_neuron_counts_its_errors(points, w, b, title):
    _, ax = plt.subplots()
    plots.neuron_plane(points, w=w, b=b, ax=ax)
    assert ax.get_title(loc="left") + ax.get_title() == title


def test_the_circuit_writes_the_values_and_gradients_of_its_graph():
    _, ax = plt.subplots()
    plots.circuit("spine", ax=ax)
    written = {text.get_text() for text in ax.texts}
    assert {"0.005", "0.690", "−0.499", "−0.319", "W1[0,1] −0.30"} <= written


def test_the_path_descends_when_the_step_is_below_the_limit_and_explodes_above():
    def distances(lr):
        _, ax = plt.subplots()
        plots.contour_path(lr=lr, kappa=5, steps=30, ax=ax)
        return np.linalg.norm(ax.lines[0].get_xydata(), axis=1)

    assert distances(1.9)[-1] < 0.2
    assert all(b > a for a, b in pairwise(distances(2.2)[5:]))


def test_digits_name_what_was_read_wrongly():
    plots.digits(rng.random((2, 28, 28)), [3, 4], predicted=[3, 9])
    assert [ax.get_title() for ax in plt.gcf().axes[:2]] == ["3", "4 read 9"]


def luminance(colour):
    channel = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in mpl.colors.to_rgb(colour)]
    return 0.2126 * channel[0] + 0.7152 * channel[1] + 0.0722 * channel[2]


@pytest.mark.parametrize("colour", ["INK", "SOFT", "VALUE", "GRADIENT"])
def test_text_colours_are_legible_on_the_panel(colour):
    assert 1.05 / (luminance(getattr(plots, colour)) + 0.05) >= 4.5  # the ratio that WCAG asks of text on white


def test_style_makes_svg_files_deterministic():
    plots.style()
    assert mpl.rcParams["svg.hashsalt"] == "bpedu"
    assert mpl.rcParams["axes.prop_cycle"].by_key()["color"][0] == plots.BLUE
