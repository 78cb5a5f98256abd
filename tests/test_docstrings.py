"""Every example in a docstring of bpedu is run, and every public function of the rules has a docstring."""

import doctest
import importlib
import inspect
from pathlib import Path

import numpy as np
import pytest

import bpedu
from bpedu import rules

NEEDS_MORE = {
    "torch",
    "tensorflow",
    "jax",
    "pyseccomp",
    "distributed",
    "dask",
}  # extras: their rooms may not import here


def modules():
    """The modules of bpedu that hold an example: only these are imported."""
    root = Path(bpedu.__file__).parent
    files = [f for f in sorted(root.rglob("*.py")) if "    >>> " in f.read_text(encoding="utf-8")]
    parts = [f.relative_to(root.parent).with_suffix("").parts for f in files]
    return [".".join(p[:-1] if p[-1] == "__init__" else p) for p in parts]


def test_examples_are_found():
    assert {"bpedu.shapes", "bpedu.rules.linear", "bpedu.gradcheck"} <= set(modules())


@pytest.mark.parametrize("name", modules())
def test_examples_run(name):
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        if (error.name or "").partition(".")[0] in NEEDS_MORE:
            pytest.skip(f"{name} needs {error.name}, which is not installed")
        raise
    result = doctest.testmod(module, extraglobs={"np": np}, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted, f"{name} has a >>> that doctest does not see"
    assert not result.failed, f"{result.failed} of {result.attempted} examples of {name} failed; see above"


@pytest.mark.parametrize("name", rules.__all__)
def test_every_public_rule_is_documented(name):
    text = inspect.getdoc(getattr(rules, name))
    assert text, f"{name} has no docstring"
    assert len(text.split()) > 4, f"{name}: {text!r} says too little"
