"""Figures in the plane of two inputs: points of two classes, boundaries, weight vectors, paths of descent."""

import matplotlib.pyplot as plt
import numpy as np

from bpedu.plots.style import BLUE, CLASSES, INK, ORANGE, VERMILION, axes_or_new

GATES = {"and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "xor": (0, 1, 1, 0)}
CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)


def points(X, t, *, ax=None, wrong=None):
    """Points X (N, 2) of class 1 (circles) and class 0 (squares); ``wrong`` (N,) rings those that are misjudged."""
    ax = axes_or_new(ax, figsize=(4.2, 4))
    X, t = np.asarray(X, dtype=float), np.asarray(t).astype(bool)
    ax.scatter(*X[t].T, s=42, c=BLUE, marker="o", edgecolors="white", linewidths=1, label="class 1", zorder=3)
    ax.scatter(*X[~t].T, s=38, c=ORANGE, marker="s", edgecolors="white", linewidths=1, label="class 0", zorder=3)
    if wrong is not None and np.any(wrong):
        rings = X[np.asarray(wrong, dtype=bool)]
        ax.scatter(*rings.T, s=190, facecolors="none", edgecolors=INK, linestyles="--", linewidths=1.3, zorder=4)
    ax.set(xlabel="input $x_1$", ylabel="input $x_2$")


def neuron_plane(points_of="and", *, w=(1, 1), b=-1.5, activation="step", ax=None):
    """The default state of ``widgets.neuron``: boundary, weight vector, and the points on the wrong side.

    ``points_of`` is ``"and"``, ``"or"``, ``"xor"`` or a pair (X, t) with X (N, 2) and labels t (N,) of 0 and 1.
    """
    ax = axes_or_new(ax, figsize=(4.2, 4))
    X, t = (CORNERS, np.array(GATES[points_of])) if isinstance(points_of, str) else map(np.asarray, points_of)
    w = np.asarray(w, dtype=float)
    centre, reach = (X.min(axis=0) + X.max(axis=0)) / 2, max(np.ptp(X, axis=0).max() * 0.68, 1.5)
    z = _grid(centre, reach)[0] @ w + b
    shade = np.where(z >= 0, 0.9, 0.1) if activation == "step" else 1 / (1 + np.exp(-z))
    ax.imshow(shade, extent=_extent(centre, reach), origin="lower", cmap=CLASSES, vmin=0, vmax=1, aspect="equal")
    foot = centre - (w @ centre + b) / (w @ w) * w
    tip, along = foot + 0.3 * reach * w, 9 * reach * np.array([-w[1], w[0]]) / np.linalg.norm(w)
    ax.plot(*np.stack([foot - along, foot + along]).T, color=INK)
    ax.annotate("", xy=tip, xytext=foot, arrowprops={"arrowstyle": "->", "color": INK, "lw": 1.8})
    ax.annotate("$w$", tip, xytext=(5, 4), textcoords="offset points")
    wrong = (X @ w + b >= 0) != t.astype(bool)
    points(X, t, ax=ax, wrong=wrong)
    x1, x2, y1, y2 = _extent(centre, reach)
    ax.set(xlim=(x1, x2), ylim=(y1, y2))
    ax.set_title("no errors" if not wrong.any() else f"{wrong.sum()} of {len(t)} on the wrong side")


def decision_boundary(probability, X, t, *, ax=None, resolution=160, margin=0.25):
    """Shade ``probability(points (M, 2)) -> (M,)`` behind the points X (N, 2), t (N,), with the line where it is ½."""
    ax = axes_or_new(ax, figsize=(4.4, 4))
    X = np.asarray(X, dtype=float)
    low, high = X.min(axis=0) - margin, X.max(axis=0) + margin
    x1, x2 = np.linspace(low[0], high[0], resolution), np.linspace(low[1], high[1], resolution)
    grid = np.stack(np.meshgrid(x1, x2), axis=-1)
    p = np.asarray(probability(grid.reshape(-1, 2)), dtype=float).reshape(resolution, resolution)
    extent = (low[0], high[0], low[1], high[1])
    ax.imshow(p, extent=extent, origin="lower", cmap=CLASSES, vmin=0, vmax=1, aspect="auto", interpolation="bilinear")
    if p.min() < 0.5 < p.max():
        ax.contour(x1, x2, p, levels=[0.5], colors=INK, linewidths=1.6)
    points(X, t, ax=ax, wrong=None)
    ax.set(xlim=extent[:2], ylim=extent[2:])


def contour_path(*, lr=1.9, kappa=20, beta=0.0, start=(2, 3), steps=40, noise=0.0, rng=None, ax=None):
    """Descent on the bowl of ``widgets.descent``: curvatures 1 and 1/``kappa``, turned by 30°.

    ``noise`` is added to each entry of each gradient, with ``rng``.
    """
    ax = axes_or_new(ax, figsize=(4.4, 4))
    c, s = np.cos(np.pi / 6), np.sin(np.pi / 6)
    Q = np.array([[c, s], [-s, c]])  # into the directions of steepest and flattest curvature
    H = Q.T @ np.diag([1.0, 1.0 / kappa]) @ Q
    path, velocity = [np.asarray(start, dtype=float)], np.zeros(2)
    for _ in range(steps):
        kick = noise * rng.normal(size=2) if noise else 0.0
        velocity = beta * velocity - lr * (H @ path[-1] + kick)
        path.append(path[-1] + velocity)
    path = np.clip(np.array(path), -1e3, 1e3)
    w = np.stack(np.meshgrid(np.linspace(-4, 4, 161), np.linspace(-3.6, 3.6, 145)), axis=-1)
    loss = 0.5 * np.einsum("...i,ij,...j", w, H, w)
    levels = 0.04 * 2.2 ** np.arange(10)
    ax.contourf(
        w[..., 0],
        w[..., 1],
        loss,
        levels=[0, *levels],
        colors=plt.cm.Blues(np.linspace(0.5, 0.03, len(levels) + 1)),
        extend="max",
    )
    ax.contour(w[..., 0], w[..., 1], loss, levels=levels, colors=BLUE, linewidths=0.6)
    ax.plot(*path.T, "-o", color=VERMILION, markersize=3.5, linewidth=1.3)
    ax.plot(*path[0], "o", color="white", markeredgecolor=INK, markeredgewidth=2, markersize=9)
    ax.plot(0, 0, "+", color=INK, markersize=10, markeredgewidth=2)
    ax.set(xlim=(-4, 4), ylim=(-3.6, 3.6), aspect="equal", xlabel="weight $w_1$", ylabel="weight $w_2$")


def _grid(centre, reach, n=200):
    x1, x2 = (np.linspace(c - reach, c + reach, n) for c in centre)
    return np.stack(np.meshgrid(x1, x2), axis=-1), x1, x2


def _extent(centre, reach):
    return (centre[0] - reach, centre[0] + reach, centre[1] - reach, centre[1] + reach)
