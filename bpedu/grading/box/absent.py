"""Stands in for the libraries that an answer may import but not use: bpedu's own reference, and autodiff libraries.

`import torch` alone harms nobody's answer; asking it for something raises `Borrowed` and is noted, so that the report
can say what happened. `bpedu.check` and `bpedu.hint` are harmless and do nothing.
"""

import importlib.abc
import importlib.machinery
import sys
import types

LIBRARIES = frozenset(
    [
        "bpedu",
        "torch",
        "torchvision",
        "tensorflow",
        "keras",
        "jax",
        "jaxlib",
        "flax",
        "autograd",
        "mygrad",
        "tinygrad",
        "theano",
        "aesara",
        "pytensor",
        "casadi",
        "micrograd",
        "autodidact",
        "minitorch",
        "needle",
        "dezero",
        "numdifftools",
        "sympy",
        "mxnet",
        "paddle",
        "chainer",
        "scipy",
        "sklearn",
    ]
)
HARMLESS = {"check": lambda identifier=None, answer=None, **_: answer, "hint": lambda *_, **__: None,
            "progress": lambda *_, **__: None, "score": lambda *_, **__: 0.0}  # fmt: skip
used: list[str] = []


class Borrowed(ImportError):
    """The answer asked a library that it may not use."""


def refuse(name):
    if name not in used:
        used.append(name)
    raise Borrowed(f"{name} is not to be had here: the exercise asks for your own computation.")


class Name:
    """Something imported from an absent library: it can be passed around, not used."""

    def __init__(self, name):
        self.__dict__["_name"] = name

    def __getattr__(self, attribute):
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return Name(f"{self._name}.{attribute}")

    def __call__(self, *arguments, **options):
        refuse(self._name)

    def __instancecheck__(self, thing):
        return False

    def __mro_entries__(self, bases):
        refuse(self._name)

    def __enter__(self):
        refuse(self._name)

    def __exit__(self, *error):
        return None

    def __iter__(self):
        refuse(self._name)


class Absent(types.ModuleType):
    def __getattr__(self, attribute):
        if attribute in ("__path__", "__all__"):
            return []
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        if self.__name__.split(".")[0] == "bpedu" and attribute in HARMLESS:
            return HARMLESS[attribute]
        return Name(f"{self.__name__}.{attribute}")


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers imports of the absent libraries; all others go on as usual."""

    def __init__(self, allowed=()):
        self.absent = LIBRARIES - set(allowed)

    def find_spec(self, fullname, path=None, target=None):
        if fullname.split(".")[0] in self.absent:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec):
        return Absent(spec.name)

    def exec_module(self, module):
        return None


def install(allowed=()):
    sys.meta_path.insert(0, Finder(allowed))
