"""bpedu: the companion package of the book *Backpropagation, from one neuron to a Transformer*.

A chapter needs three names: ``check`` and ``hint`` for its exercises, and the rooms of the package
(``bpedu.rules``, ``bpedu.tensor``, ``bpedu.data`` …), which are imported when first used, so that
``import bpedu`` costs no more than NumPy.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOMES = {"check": "notebook", "hint": "notebook", "need": "optional", "progress": "notebook"}
_ROOMS = {
    "data", "exercise", "exercises", "feedback", "gradcheck", "initializers", "layers", "optimizers", "plots",
    "rules", "scalar", "tensor", "training", "widgets",
}  # fmt: skip

__all__ = ["__version__", *sorted(_HOMES)]


def __getattr__(name):
    if name in _HOMES:
        return getattr(import_module(f"bpedu.{_HOMES[name]}"), name)
    if name in _ROOMS:
        return import_module(f"bpedu.{name}")
    raise AttributeError(
        f"bpedu has no {name!r}; it has {', '.join(sorted(_HOMES))} and the rooms {', '.join(sorted(_ROOMS))}."
    )


def __dir__():
    return sorted([*__all__, *_ROOMS])
