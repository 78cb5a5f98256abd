"""Figures of functions of one variable: activations, losses, hinges, errors, learning curves."""

import matplotlib.pyplot as plt
import numpy as np

from bpedu import rules
from bpedu.plots.style import BLUE, CYCLE, GREEN, INK, SOFT, VERMILION, axes_or_new, style


def activation(name="sigmoid", *, z=None, limits=(-5, 5), ax=None, **options):
    """An activation of `bpedu.rules` and its derivative (dashed), with the tangent at ``z`` when it is given."""
    ax = axes_or_new(ax, figsize=(4.6, 3.2))
    rule = getattr(rules, name)
    grid = np.linspace(*limits, 501)
    A, pullback = rule(grid, **options)
    ax.plot(grid, A, label="a = f(z)")
    ax.plot(grid, pullback(np.ones_like(grid)), color=VERMILION, linestyle="--", label="da/dz")
    if z is not None:
        a, back = rule(np.array(float(z)), **options)
        a, slope = float(a), float(back(np.array(1.0)))
        ax.plot(
            [z - 1.2, z + 1.2], [a - 1.2 * slope, a + 1.2 * slope], color=INK, linewidth=1.5, label=f"slope {slope:.3f}"
        )
        ax.plot(z, a, "o", color=INK)
    ax.set(xlabel="$z$", title=name.replace("_", " "))
    ax.legend()


def loss_curves(*, z=-4.0, target=1, axes=None):
    """Cross-entropy and squared error of one logit (left), and their slopes (right). ``axes`` is a pair of axes."""
    axes = _row(axes, 2)
    grid, t = np.linspace(-8, 8, 401), float(target)
    values, slopes = _losses(grid, t)
    (square, cross), (square_slope, cross_slope) = _losses(np.array([float(z)]), t)
    for ax, curves, dots, what in [
        (axes[0], values, (square, cross), "loss"),
        (axes[1], slopes, (square_slope, cross_slope), "slope ∂L/∂z"),
    ]:
        ax.plot(grid, curves[1], label="cross-entropy")
        ax.plot(grid, curves[0], color=VERMILION, linestyle="--", label="squared error of σ(z)")
        ax.plot([z], dots[1], "o", color=BLUE)
        ax.plot([z], dots[0], "s", color=VERMILION)
        ax.axvline(z, color=SOFT, linewidth=0.8, linestyle=":")
        ax.set(xlabel="logit $z$", ylabel=what)
    axes[0].legend()
    axes[0].set_title(f"the truth is {target}")


def _losses(z, t):
    """Squared error and cross-entropy of each logit, and their slopes, by the rules."""
    T, one = np.full_like(z, t), np.ones_like(z)
    A, through = rules.sigmoid(z)
    square, back = rules.mse(A, T, reduction="none")
    cross, cross_back = rules.bce_with_logits(z, T, reduction="none")
    return (square, cross), (through(back(one)), cross_back(one))


def difference_error(f=np.sin, df=np.cos, x=1.0, *, ax=None):
    """The error of forward and central differences of ``f`` at ``x`` against the step, both axes logarithmic."""
    ax = axes_or_new(ax, figsize=(4.6, 3.4))
    h = 10.0 ** np.arange(-16, 0.01, 0.1)
    forward, central = (f(x + h) - f(x)) / h, (f(x + h) - f(x - h)) / (2 * h)
    ax.loglog(h, np.abs(forward - df(x)) + 1e-17, color=VERMILION, linestyle="--", label="forward")
    ax.loglog(h, np.abs(central - df(x)) + 1e-17, label="central")
    ax.set(xlabel="step $h$", ylabel="error of the slope", ylim=(1e-14, 10))
    ax.legend()


def softmax_bars(logits=(2.0, 0.5, -1.0), *, target=1, names=None, axes=None):
    """Bars of p = softmax(z) (left) and of the gradient p − t (right). ``axes`` is a pair of axes."""
    axes = _row(axes, 2)
    Z = np.array([logits], dtype=float)
    p, dZ = rules.softmax(Z)[0][0], rules.softmax_cross_entropy(Z, np.array([target]))[1](1.0)[0]
    names = [f"class {k}" for k in range(len(p))] if names is None else names
    for ax, values, what in [(axes[0], p, "p = softmax(z)"), (axes[1], dZ, "∂L/∂z = p − t")]:
        colours = [BLUE if ax is axes[0] else VERMILION if v > 0 else GREEN for v in values]
        edges = [INK if k == target else "none" for k in range(len(p))]
        bars = ax.bar(names, values, color=colours, edgecolor=edges, linewidth=2)
        ax.bar_label(bars, fmt=lambda v: f"{v:.3f}".replace("-", "−"), padding=2)
        ax.axhline(0, color=SOFT, linewidth=1)
        ax.set_title(what)
        ax.margins(y=0.15)


def hinges(x, y, *, joints, heights, axes=None):
    """A target (x, y) and the sum of hinges through ``heights`` at the ends and ``joints`` (left); each unit's part (right)."""
    axes = _row(axes, 2)
    places = np.array([x[0], *joints, x[-1]], dtype=float)
    heights = np.asarray(heights, dtype=float)
    slopes = np.diff(heights) / np.diff(places)
    axes[0].plot(x, y, color=SOFT, linewidth=5, alpha=0.5, label="target")
    axes[0].plot(places, heights, "-o", label=f"{len(joints)} hinges")
    axes[0].set(xlabel="$x$", ylabel="output")
    axes[0].legend()
    grid = np.linspace(x[0], x[-1], 301)
    for k, (joint, weight) in enumerate(zip(joints, np.diff(slopes), strict=True)):
        axes[1].plot(grid, weight * np.maximum(0, grid - joint), color=CYCLE[k % len(CYCLE)])
    axes[1].set(xlabel="$x$", title="what each hidden unit adds")


def learning_curves(curves, *, xlabel="epoch", ylabel="loss", log=False, mark=None, ax=None):
    """Named curves against the epoch: ``{"training": values, "validation": values}``; ``mark`` is an epoch to point at."""
    ax = axes_or_new(ax, figsize=(4.8, 3.2))
    for k, (name, values) in enumerate(curves.items()):
        dash = ["-", "--", "-.", ":"][k % 4]
        ax.plot(np.arange(1, len(values) + 1), values, dash, color=CYCLE[k % len(CYCLE)], label=name)
    if mark is not None:
        ax.axvline(mark, color=SOFT, linestyle=":", linewidth=1.2)
    ax.set(xlabel=xlabel, ylabel=ylabel, yscale="log" if log else "linear")
    ax.legend()


def timeline(events, *, ax=None):
    """Years and what happened in them: ``[(1958, "the perceptron"), …]``, from top to bottom, spaced evenly.

    Gaps between years are written, not drawn to scale, so that crowded decades stay legible.
    """
    events = sorted(events)
    ax = axes_or_new(ax, figsize=(6.4, 0.42 * len(events) + 0.3))
    rows = np.arange(len(events))
    ax.plot(np.zeros(len(events)), rows, color=SOFT, linewidth=1.5, zorder=1)
    ax.scatter(np.zeros(len(events)), rows, s=46, color=BLUE, edgecolors="white", zorder=2)
    for row, (year, what) in enumerate(events):
        ax.text(-0.03, row, str(year), ha="right", va="center", fontweight="bold")
        ax.text(0.03, row, what, ha="left", va="center")
    ax.set(xlim=(-0.16, 1), ylim=(len(events) - 0.5, -0.5))
    ax.axis("off")


def cost_lines(lines, *, xlabel, ylabel, ax=None):
    """Named lines on two logarithmic axes, each ``(x, y)``: how costs grow."""
    ax = axes_or_new(ax, figsize=(4.8, 3.4))
    for k, (name, (x, y)) in enumerate(lines.items()):
        ax.loglog(x, y, ["o-", "s--", "^-.", "d:"][k % 4], color=CYCLE[k % len(CYCLE)], label=name, markersize=5)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.legend()


def _row(axes, n):
    """The axes given, or n new ones side by side in the book's look."""
    if axes is None:
        style()
        axes = plt.subplots(1, n, figsize=(4.1 * n, 3.1))[1]
    return axes
