"""The kinds of interactive figures, one class and one function each. The function checks what it is given."""

import numpy as np
import traitlets as t

from bpedu import circuits
from bpedu.widgets.base import Figure, module_source

GATES = ("and", "or", "xor")
ACTIVATIONS = (
    "identity", "step", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "gelu_tanh", "silu", "softplus",
)  # fmt: skip


def _pair(values, what):
    pair = [float(v) for v in values]
    if len(pair) != 2:
        raise ValueError(f"{what} needs two numbers, one for each input, and got {len(pair)}.")
    return pair


class Neuron(Figure):
    """A neuron with two inputs, its boundary and its weight vector."""

    kind = "neuron"
    _esm = module_source(kind)

    points = t.Unicode("and").tag(sync=True)
    sets = t.Dict().tag(sync=True)
    w = t.List([1.0, 1.0]).tag(sync=True)
    b = t.Float(-1.5).tag(sync=True)
    activation = t.Unicode("step").tag(sync=True)
    labels = t.List(["input x₁", "input x₂"]).tag(sync=True)


def neuron(points="and", *, w=(1, 1), b=-1.5, activation="step", sets=None, labels=("input x₁", "input x₂")):
    """A neuron whose weights are dragged and whose boundary moves.

    ``points`` is ``"and"``, ``"or"``, ``"xor"`` or the name of one of ``sets``: ``{name: (X, t)}`` with X (N, 2) and
    labels t (N,) of 0 and 1, offered in the figure beside the gates. ``activation`` is ``"step"`` or ``"sigmoid"``;
    ``labels`` name the two axes when one of ``sets`` is shown.
    """
    named = {name: _labelled_points(X, labels) for name, (X, labels) in (sets or {}).items()}
    _one_of(points, [*GATES, *named], "points")
    _one_of(activation, ["step", "sigmoid"], "activation")
    return Neuron(points=points, sets=named, w=_pair(w, "w"), b=float(b), activation=activation, labels=list(labels))


def _one_of(value, known, what):
    if value not in known:
        raise ValueError(f"{what} is one of {', '.join(map(repr, known))}, and not {value!r}.")


def _labelled_points(X, labels):
    """Rows [x1, x2, label] of plain numbers, rounded so that the notebook's stored state stays small."""
    if len(X) != len(labels) or any(len(row) != 2 for row in X):
        raise ValueError("Points need X of shape (N, 2) and one label of 0 or 1 for each row.")
    return [[round(float(a), 4), round(float(b), 4), int(k)] for (a, b), k in zip(X, labels, strict=True)]


class Activation(Figure):
    """An activation function, its derivative and a tangent."""

    kind = "activation"
    _esm = module_source(kind)
    name = t.Unicode("sigmoid").tag(sync=True)
    z = t.Float(-2.0).tag(sync=True)
    parameter = t.Float(0.1).tag(sync=True)


def activation(name="sigmoid", *, z=-2.0, parameter=0.1):
    """An activation and its derivative; the reader drags z. ``parameter`` is leaky ReLU's slope or ELU's α."""
    _one_of(name, ACTIVATIONS, "name")
    return Activation(name=name, z=float(z), parameter=float(parameter))


class Hinges(Figure):
    """A function made of hinges, one for each hidden ReLU."""

    kind = "hinges"
    _esm = module_source(kind)
    target = t.List().tag(sync=True)
    knots = t.List().tag(sync=True)
    bends = t.Bool(True).tag(sync=True)


def hinges(x=None, y=None, *, joints=(0.25, 0.5, 0.75), heights=None, bends=True):
    """A target curve and a sum of hinges that the reader bends until it fits.

    ``x``, ``y`` (N,) are the target (one period of a sine by default), ``joints`` (D,) the places of the bends, between
    x[0] and x[-1], and ``heights`` (D + 2,) the curve's height at the two ends and at each joint (the target's by default).
    """
    x = np.linspace(0, 1, 101) if x is None else np.asarray(x, dtype=float)
    y = np.sin(2 * np.pi * x) if y is None else np.asarray(y, dtype=float)
    places = [x[0], *sorted(joints), x[-1]]
    heights = np.interp(places, x, y) if heights is None else np.asarray(heights, dtype=float)
    if x.shape != y.shape or np.any(np.diff(x) <= 0) or len(heights) != len(places) or np.any(np.diff(places) <= 0):
        raise ValueError(
            "hinges needs x rising, y of the same length, joints inside x, and heights at the joints and ends."
        )
    return Hinges(target=_rows(x, y), knots=_rows(places, heights), bends=bool(bends))


class Losses(Figure):
    """Cross-entropy and squared error of one logit, with their slopes."""

    kind = "losses"
    _esm = module_source(kind)
    z = t.Float(-4.0).tag(sync=True)
    target = t.Int(1).tag(sync=True)


def losses(*, z=-4.0, target=1):
    """Two losses of a logit z for the truth ``target`` (0 or 1), and their slopes."""
    _one_of(target, [0, 1], "target")
    return Losses(z=float(z), target=int(target))


class Difference(Figure):
    """The error of a finite difference against its step."""

    kind = "difference"
    _esm = module_source(kind)
    function = t.Unicode("sin").tag(sync=True)
    step = t.Float(1e-3).tag(sync=True)


def difference(function="sin", *, step=1e-3):
    """The U-shaped error of forward and central differences. ``function`` is "sin", "exp", "cube" or "tanh"."""
    _one_of(function, ["sin", "exp", "cube", "tanh"], "function")
    return Difference(function=function, step=float(step))


class Softmax(Figure):
    """Softmax probabilities of a few logits and the gradient p − t."""

    kind = "softmax"
    _esm = module_source(kind)
    logits = t.List().tag(sync=True)
    target = t.Int(0).tag(sync=True)
    names = t.List().tag(sync=True)


def softmax(logits=(2.0, 0.5, -1.0), *, target=1, names=None):
    """Bars p and p − t for two to six ``logits``; ``target`` is the index of the truth, ``names`` label the classes."""
    names = [f"class {k}" for k in range(len(logits))] if names is None else [str(n) for n in names]
    if not 2 <= len(logits) <= 6 or len(names) != len(logits):
        raise ValueError(f"softmax draws 2 to 6 logits with a name each, and got {len(logits)} and {len(names)} names.")
    _one_of(target, range(len(logits)), "target")
    return Softmax(logits=[float(z) for z in logits], target=int(target), names=names)


def _rows(*columns):
    return [[round(float(v), 4) for v in row] for row in zip(*columns, strict=True)]


class Playground(Figure):
    """A small network that trains in the page on points of two classes."""

    kind = "playground"
    _esm = module_source(kind)
    data = t.Unicode("moons").tag(sync=True)
    sets = t.Dict().tag(sync=True)
    hidden = t.Int(3).tag(sync=True)
    activation = t.Unicode("tanh").tag(sync=True)
    lr = t.Float(1.0).tag(sync=True)
    seed = t.Int(0).tag(sync=True)
    epochs = t.Int(100).tag(sync=True)


def playground(data="moons", *, hidden=3, activation="tanh", lr=1.0, seed=0, epochs=100, sets=None):
    """A network 2-``hidden``-1 that the reader trains in the page; the figure opens after ``epochs`` epochs.

    ``data`` is ``"moons"``, ``"circles"``, ``"xor"``, ``"spiral"`` or the name of one of ``sets``: ``{name: (X, t)}``.
    Loss: cross-entropy; mini-batches of 10; ``hidden=0`` is logistic regression.
    """
    named = {name: _labelled_points(X, labels) for name, (X, labels) in (sets or {}).items()}
    _one_of(data, ["moons", "circles", "xor", "spiral", *named], "data")
    _one_of(activation, ["tanh", "relu", "sigmoid", "identity"], "activation")
    _one_of(hidden, range(9), "hidden")
    return Playground(
        data=data, sets=named, hidden=hidden, activation=activation, lr=float(lr), seed=seed, epochs=epochs
    )


class Circuit(Figure):
    """A computational graph stepped forward and backward."""

    kind = "circuit"
    _esm = module_source(kind)
    title = t.Unicode("").tag(sync=True)
    graph = t.Dict().tag(sync=True)
    values = t.Dict().tag(sync=True)
    step = t.Int(-1).tag(sync=True)
    mode = t.Unicode("reverse").tag(sync=True)
    seed = t.Unicode("").tag(sync=True)
    lr = t.Float(0.5).tag(sync=True)


def circuit(graph="spine", *, step=-1, mode="reverse", seed="", lr=0.5, title=None, **values):
    """A graph with values over its wires and gradients under them, stepped by the reader, its leaves changeable.

    ``graph`` is a preset of `bpedu.circuits` (``"spine"``, ``"neuron"``, ``"product"``, ``"twice"``, ``"diamonds"``), the
    result of ``circuits.expression("x * y + sin(x)", x=1, y=2)`` or a graph of your own. ``step`` counts from 0; −1 is the
    end. ``mode`` is ``"reverse"`` or ``"forward"`` (then ``seed`` is the leaf to differentiate by). ``lr`` is for the
    step of gradient descent offered when leaves are trainable. Other keywords set leaves: ``circuit("spine", t=0)``.
    """
    graph = circuits.named(graph)
    leaves = circuits.leaf_values(graph)
    _one_of(mode, ["reverse", "forward"], "mode")
    for name in [*values, *([seed] if seed else [])]:
        _one_of(name, list(leaves), "a leaf of this circuit")
    title = title or f"A computational graph with output {graph['output']}: values forward, gradients backward"
    return Circuit(
        graph=graph,
        values=leaves | {k: float(v) for k, v in values.items()},
        step=step,
        mode=mode,
        seed=seed,
        lr=float(lr),
        title=title,
    )


class Descent(Figure):
    """Gradient descent on a bowl."""

    kind = "descent"
    _esm = module_source(kind)
    lr = t.Float(1.9).tag(sync=True)
    kappa = t.Float(20.0).tag(sync=True)
    beta = t.Float(0.0).tag(sync=True)
    noise = t.Float(0.0).tag(sync=True)
    start = t.List([2.0, 3.0]).tag(sync=True)
    steps = t.Int(40).tag(sync=True)


def descent(*, lr=1.9, kappa=20, beta=0.0, noise=0.0, start=(2, 3), steps=40):
    """Descent on a quadratic whose curvatures are 1 and 1/``kappa``; the reader drags the start.

    Stable below ``lr`` = 2 without momentum. ``beta`` is momentum, ``noise`` the standard deviation of what a mini-batch
    adds to each entry of the gradient, ``steps`` 1 to 200.
    """
    if not (kappa >= 1 and 0 <= beta < 1 and noise >= 0 and 1 <= steps <= 200 and lr > 0):
        raise ValueError("descent needs lr > 0, kappa ≥ 1, 0 ≤ beta < 1, noise ≥ 0 and 1 to 200 steps.")
    start = _pair(start, "start")
    return Descent(lr=float(lr), kappa=float(kappa), beta=float(beta), noise=float(noise), start=start, steps=steps)


class Shapes(Figure):
    """The products of a dense layer as blocks."""

    kind = "shapes"
    _esm = module_source(kind)
    N = t.Int(5).tag(sync=True)
    n_in = t.Int(3).tag(sync=True)
    n_out = t.Int(2).tag(sync=True)
    want = t.Unicode("dW").tag(sync=True)
    attempt = t.Int(0).tag(sync=True)


def shapes(want="dW", *, N=5, n_in=3, n_out=2, attempt=0):
    """A Wᵀ, ∂L/∂Z W and (∂L/∂Z)ᵀ A as blocks with touching edges, and wrong formulas that fit when sizes agree.

    ``want`` is ``"Z"``, ``"dA"`` or ``"dW"``; ``attempt`` 0 is the right formula, 1 to 3 are wrong ones; sizes 1 to 7.
    """
    _one_of(want, ["Z", "dA", "dW"], "want")
    _one_of(attempt, range(4), "attempt")
    for size in (N, n_in, n_out):
        _one_of(size, range(1, 8), "a size")
    return Shapes(N=N, n_in=n_in, n_out=n_out, want=want, attempt=attempt)
