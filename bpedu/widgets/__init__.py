"""Interactive figures whose mathematics runs in the page, in JupyterLab and in the static book alike.

Each is a function that returns a widget: ``bpedu.widgets.neuron(points="xor")``. ``bpedu.plots`` draws the same
default states with matplotlib, for paper and for notebooks that have not been run.
"""

from bpedu.widgets.digits import digit
from bpedu.widgets.figures import (
    activation,
    circuit,
    descent,
    difference,
    hinges,
    losses,
    neuron,
    playground,
    shapes,
    softmax,
)

__all__ = [
    "activation", "circuit", "descent", "difference", "digit", "hinges", "losses", "neuron", "playground", "shapes", "softmax",
]  # fmt: skip
