"""Figures that are drawn rather than measured: circuits, networks, shape blocks; and grids of digits."""

import itertools
import math

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

from bpedu import circuits
from bpedu.plots.style import BLUE, GRADIENT, INK, ORANGE, PURPLE, SOFT, VALUE, VERMILION, axes_or_new, style

SIGNS = {
    "add": "+", "sub": "−", "neg": "−", "mul": "×", "div": "÷", "square": "( )²", "cube": "( )³", "sigmoid": "σ",
    "affine": "Σ", "cross_entropy": "−log", "squared_error": "( − )²",
}  # fmt: skip
HALO = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}


def circuit(graph="spine", *, values=True, gradients=True, ax=None, **leaves):
    """A computational graph, values over the wires and gradients under them: the end state of ``widgets.circuit``.

    ``graph`` is a preset's name or a graph of `bpedu.circuits`; ``leaves`` replace values of its leaves.
    """
    graph = circuits.named(graph)
    value, gradient = circuits.evaluate(graph, **leaves)
    drawn, at = _layout(graph)
    if ax is None:
        wide, tall = (max(p[k] for p in at.values()) for k in (0, 1))
        ax = axes_or_new(None, figsize=(1.02 * wide + 1.2, 0.85 * tall + 1.3))
    names = {node["id"]: node.get("label", node["id"]) for node in graph["nodes"]}

    def write(i, x, y, ha="left", name=""):
        if values:
            text = f"{name} {_number(value[i], 2)}" if name else _number(value[i])
            ax.text(
                x, y - 0.08, text, color=VALUE, ha=ha, va="bottom", fontsize=8.5, fontweight="bold", bbox=HALO, zorder=4
            )
        if gradients and i in gradient:
            ax.text(
                x, y + 0.08, _number(gradient[i]), color=GRADIENT, ha=ha, va="top", fontsize=8.5, bbox=HALO, zorder=4
            )

    for node in drawn:
        x, y = at[node["id"]]
        for k, i in enumerate(node.get("in", ())):
            xi, yi = at[i]
            around = any(xi < at[n["id"]][0] < x and abs(at[n["id"]][1] - (y + yi) / 2) < 0.5 for n in drawn)
            _wire(ax, (xi + 0.62, yi), (x - 0.22, y), lift=0.75 if around else 0)
            if "weights" in node:
                weight = node["weights"][k]
                along = 0.62 if y == yi else 0.66  # past the place where two wires cross
                there = xi + 0.62 + along * (x - 0.84 - xi), yi + along * (y - yi)
                write(weight, *there, ha="center", name=names[weight])
        ax.plot([x + 0.2, x + 0.62], [y, y], color=SOFT, linewidth=1.2, zorder=1)
        _node(ax, node, x, y, names)
        write(node["id"], x + 0.24, y)
        if "bias" in node:
            b = node["bias"]
            ax.text(
                x,
                y - (0.44 if gradients else 0.27),
                f"{names[b]} {_number(value[b], 2)}",
                color=VALUE,
                ha="center",
                va="bottom",
                fontsize=8.5,
                fontweight="bold",
            )
            if gradients:
                ax.text(x, y - 0.27, _number(gradient[b]), color=GRADIENT, ha="center", va="bottom", fontsize=8.5)
    ax.set(aspect="equal")
    ax.margins(0.02)
    ax.invert_yaxis()
    ax.axis("off")


def _number(x, digits=3):
    return f"{x + math.copysign(1e-12, x):.{digits}f}".replace("-", "−")  # a half goes up, as in the page's figures


def _node(ax, node, x, y, names):
    if node["op"] == "input":
        box = FancyBboxPatch(
            (x - 0.2, y - 0.17), 0.4, 0.34, boxstyle="round,pad=0.02", facecolor="#F6F8FA", edgecolor=SOFT, zorder=3
        )
        ax.add_patch(box)
        ax.text(x, y, names[node["id"]], ha="center", va="center", fontsize=9, zorder=5)
        return
    ax.add_patch(Circle((x, y), 0.22, facecolor="#F6F8FA", edgecolor=INK, zorder=3))
    ax.text(x, y, SIGNS.get(node["op"], node["op"]), ha="center", va="center", fontsize=8.5, zorder=5)
    ax.text(x, y + 0.25, names[node["id"]], ha="center", va="top", fontsize=8, color=SOFT)


def _wire(ax, a, b, lift=0.0):
    t = np.linspace(0, 1, 40 if lift else 2)
    x, y = a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]) - lift * 4 * t * (1 - t)
    ax.plot(x, y, color=SOFT, linewidth=1.2, zorder=1)


def _layout(graph):
    """The nodes to draw and their places: columns by depth, rows by the mean of the inputs, pushed apart."""
    hidden = {i for n in graph["nodes"] for i in [*n.get("weights", ()), n.get("bias")]}
    drawn = [n for n in graph["nodes"] if n["id"] not in hidden]
    column = {}
    for n in drawn:
        column[n["id"]] = 1 + max(column[i] for i in n["in"]) if "in" in n else 0
    for n in drawn:
        if n["op"] == "input":
            column[n["id"]] = min(column[m["id"]] for m in drawn if n["id"] in m.get("in", ())) - 1
    apart = 1.4 if any("weights" in n for n in drawn) else 1.0  # room for the weights on their wires
    row, at, x = {}, {}, 0.0
    for c in range(1 + max(column.values())):
        nodes = [n for n in drawn if column[n["id"]] == c]
        for k, n in enumerate(nodes):
            row[n["id"]] = n.get("row", np.mean([row[i] for i in n["in"]]) if "in" in n else (len(nodes) if c else k))
        nodes.sort(key=lambda n: row[n["id"]])
        for before, n in itertools.pairwise(nodes):
            row[n["id"]] = max(row[n["id"]], row[before["id"]] + 1)
        x += 0 if c == 0 else 2.1 if any("weights" in n for n in nodes) else 1.35
        at |= {n["id"]: (x, apart * float(row[n["id"]])) for n in nodes}
    return drawn, at


def network(sizes, *, weights=None, names=None, ax=None):
    """Layers of circles and the connections between them, for ``sizes`` such as (2, 3, 1).

    ``weights`` is a list of W (n_out, n_in): positive ones are blue and solid, negative ones red and dashed, width by
    size. ``names`` is one list of labels for each layer, from the inputs to the outputs.
    """
    ax = axes_or_new(ax, figsize=(1.5 * len(sizes) + 0.4, 0.7 * max(sizes) + 0.6))
    place = [[(1.6 * k, (n - 1) / 2 - i) for i in range(n)] for k, n in enumerate(sizes)]
    top = max((np.abs(W).max() for W in weights or ()), default=1.0)
    for k, (left, right) in enumerate(itertools.pairwise(place)):
        for j, a in enumerate(left):
            for i, b in enumerate(right):
                w = 0.0 if weights is None else float(weights[k][i][j])
                colour = SOFT if weights is None else BLUE if w >= 0 else VERMILION
                width = 1.0 if weights is None else 0.4 + 3.2 * abs(w) / top
                ax.plot(*zip(a, b, strict=True), "--" if w < 0 else "-", color=colour, linewidth=width, zorder=1)
    for k, layer in enumerate(place):
        for i, centre in enumerate(layer):
            ax.add_patch(Circle(centre, 0.26, facecolor="white", edgecolor=INK, linewidth=1.4, zorder=2))
            if names is not None:
                ax.text(*centre, names[k][i], ha="center", va="center", fontsize=9, zorder=3)
    ax.set(aspect="equal", xlim=(-0.5, 1.6 * (len(sizes) - 1) + 0.5), ylim=(-max(sizes) / 2, max(sizes) / 2))
    ax.axis("off")


def shape_blocks(left, right, *, product="product", ax=None):
    """Two factors and their product as blocks: ``left`` and ``right`` are ``(name, (rows, columns), sizes)``.

    ``shape_blocks(("(∂L/∂Z)ᵀ", ("n_out", "N"), (2, 5)), ("A", ("N", "n_in"), (5, 3)))`` draws the gradient of W. The inner
    sides, which are summed over, are thick; ``product`` names the result, and one that does not exist is crossed out.
    """
    ax = axes_or_new(ax, figsize=(4.4, 4.0))
    (_, (m_name, p_name), (m, p)), (_, (q_name, n_name), (q, n)) = left, right
    tones = dict(zip(dict.fromkeys([p_name, m_name, n_name, q_name]), [ORANGE, PURPLE, BLUE, VERMILION], strict=False))
    gap, fits = 0.9, p == q and p_name == q_name
    _block(ax, (0, 0), (m, p), left[0])
    _block(ax, (p + gap, m + gap), (q, n), right[0])
    _block(ax, (p + gap, 0), (m, n), product if fits else "✗", dashed=not fits)
    for x, y, dx, dy, side, width, where in [
        (0, 0, 0, m, m_name, 2, "left"), (0, 0, p, 0, p_name, 6, "below"),
        (p + gap, m + gap, 0, q, q_name, 6, "left"), (p + gap, m + gap + q, n, 0, n_name, 2, "above"),
        (p + gap, 0, 0, m, m_name, 2, None), (p + gap, m, n, 0, n_name, 2, None),
    ]:  # fmt: skip
        ax.plot([x, x + dx], [y, y + dy], color=tones[side], linewidth=width, solid_capstyle="butt", zorder=3)
        text = f"{side} = {dx + dy}"
        if where == "left":
            ax.text(x - 0.2, y + dy / 2, text, ha="right", va="center", color=SOFT)
        elif where:
            ax.text(
                x + dx / 2,
                y + (0.2 if where == "above" else -0.25),
                text,
                ha="center",
                va="bottom" if where == "above" else "top",
                color=SOFT,
            )
    ax.set(aspect="equal")
    ax.margins(0.12)
    ax.axis("off")


def _block(ax, corner, shape, title, dashed=False):
    (x, y), (rows, columns) = corner, shape
    ax.add_patch(
        Rectangle(
            corner,
            columns,
            rows,
            facecolor="white" if dashed else "#F6F8FA",
            edgecolor=SOFT,
            linestyle="--" if dashed else "-",
        )
    )
    if not dashed:
        ax.vlines(np.arange(x + 1, x + columns), y, y + rows, color="#D0D7DE", linewidth=0.8)
        ax.hlines(np.arange(y + 1, y + rows), x, x + columns, color="#D0D7DE", linewidth=0.8)
    ax.text(
        x + columns / 2,
        y + rows / 2,
        title,
        ha="center",
        va="center",
        fontweight="bold",
        zorder=4,
        bbox=HALO | {"alpha": 0.8},
    )


def digits(images, labels=None, *, predicted=None, columns=10):
    """A grid of images (N, 28, 28) or (N, 784), titled with their labels; ``predicted`` ones that differ stand in red."""
    style()
    images = np.asarray(images).reshape(len(images), 28, 28)
    rows = -(-len(images) // columns)
    _figure, axes = plt.subplots(
        rows, columns, figsize=(0.78 * columns, (0.8 if labels is None else 1.02) * rows), squeeze=False
    )
    for ax in axes.flat:
        ax.axis("off")
    for k, (ax, image) in enumerate(zip(axes.flat, images, strict=False)):
        ax.imshow(image, interpolation="nearest", vmin=0, vmax=255 if images.max() > 1 else 1)
        if labels is not None:
            wrong = predicted is not None and predicted[k] != labels[k]
            title = f"{labels[k]} read {predicted[k]}" if wrong else f"{labels[k]}"
            ax.set_title(title, fontsize=9, loc="center", pad=2, color=GRADIENT if wrong else INK)


def confusion(matrix, *, names=None, ax=None):
    """A table of counts (K, K), rows true and columns predicted; errors are shaded by their share of the row."""
    matrix = np.asarray(matrix)
    ax = axes_or_new(ax, figsize=(0.5 * len(matrix) + 0.8, 0.46 * len(matrix) + 0.8))
    names = range(len(matrix)) if names is None else names
    share = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    errors = np.where(np.eye(len(matrix), dtype=bool), 0, share)
    ax.imshow(errors, cmap="Oranges", vmin=0, vmax=max(0.02, 1.6 * errors.max()))
    for (i, j), count in np.ndenumerate(matrix):
        ax.text(
            j,
            i,
            str(count),
            ha="center",
            va="center",
            fontsize=8,
            fontweight="bold" if i == j else "normal",
            color=INK if count else "#B6BDC5",
        )
    ax.set(xticks=range(len(matrix)), yticks=range(len(matrix)), xlabel="predicted", ylabel="true")
    ax.set_xticklabels(names), ax.set_yticklabels(names)
    ax.grid(False)
