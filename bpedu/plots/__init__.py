"""Still figures, plain functions of their parameters. Each draws on ``ax``, or on a new figure when ``ax`` is None, and
returns nothing, so that it can be the last line of a cell."""

from bpedu.plots.curves import (
    activation,
    cost_lines,
    difference_error,
    hinges,
    learning_curves,
    loss_curves,
    softmax_bars,
    timeline,
)
from bpedu.plots.diagrams import circuit, confusion, digits, network, shape_blocks
from bpedu.plots.planes import contour_path, decision_boundary, neuron_plane, points
from bpedu.plots.style import (
    BLUE,
    CLASSES,
    CYCLE,
    DIVERGING,
    GRADIENT,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    SKY,
    SOFT,
    VALUE,
    VERMILION,
    YELLOW,
    style,
)

__all__ = [
    "BLUE", "CLASSES", "CYCLE", "DIVERGING", "GRADIENT", "GREEN", "INK", "ORANGE", "PURPLE", "SKY", "SOFT", "VALUE",
    "VERMILION", "YELLOW", "activation", "circuit",
    "confusion", "contour_path", "cost_lines", "decision_boundary", "difference_error", "digits", "hinges",
    "learning_curves", "loss_curves", "network", "neuron_plane", "points", "shape_blocks", "softmax_bars", "style",
    "timeline",
]  # fmt: skip
