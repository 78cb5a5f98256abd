"""How a figure's JavaScript becomes one module, and the class that all figures share.

A browser gets each figure as one self-contained ES module. The sources in ``static/`` are ordinary modules that
Node can import too; `module_source` joins them by a simple rule. An import stands on one line that ends with
``from "./name.js";``: the named file is put in front, once, and the line is left out. The word ``export`` in front of a
declaration is left out; only the kind's closing ``export default { render };`` stays. Names must therefore differ
across the files of one figure, which a test checks.
"""

import re
from functools import cache
from pathlib import Path

import anywidget

STATIC = Path(__file__).parent / "static"
IMPORT = re.compile(r'^import .* from "\./([\w-]+)\.js";$')
DECLARATION = re.compile(r"^export (?=const |function |class |let )")


@cache
def module_source(kind):
    """The ES module of one kind of figure, such as ``"neuron"``, as a string."""
    parts = {}
    _collect(kind, parts)
    return "\n".join(parts.values())


def _collect(name, parts):
    """Put the file ``name`` into ``parts``, after the files that it imports."""
    lines = (STATIC / f"{name}.js").read_text(encoding="utf-8").splitlines()
    for found in filter(None, map(IMPORT.match, lines)):
        if found[1] not in parts:
            _collect(found[1], parts)
    parts[name] = "\n".join(DECLARATION.sub("", line) for line in lines if not line.startswith("import "))


class Figure(anywidget.AnyWidget):
    """A figure that computes in the page: it answers in JupyterLab and in the static book, with no kernel.

    Its traits are its whole state; setting one from Python moves the figure, and moving the figure sets them.
    A subclass sets ``kind`` and ``_esm = module_source(kind)``.
    """

    kind = "figure"
    _css = (STATIC / "figures.css").read_text(encoding="utf-8")

    def __repr__(self):
        return f"An interactive figure ({self.kind}). Run this cell to move it."
