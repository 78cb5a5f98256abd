"""Docstrings as they are written for the API pages: plain text with formulas and shapes, not reStructuredText.

A paragraph that starts at the margin and keeps to single spaces is prose; anything indented or aligned stays as it is.
"""

import re

MARKUP = re.compile(r"([\\*|_<>`])")


def as_rst(lines: list[str]) -> list[str]:
    """The lines of a docstring as reStructuredText that shows the same text."""
    out, block = [], []
    for line in [*lines, ""]:
        if line.strip():
            block.append(line)
            continue
        out += paragraph(block)
        block = []
    return out


def paragraph(block):
    if not block:
        return []
    aligned = any(re.search(r"\S {2,}\S", line) or line.startswith((" ", ">>>")) for line in block)
    if aligned:
        return ["::", "", *("   " + line for line in block), ""]
    return [prose(line) for line in block] + [""]


def prose(line: str) -> str:
    """A line with `code` between backticks as literals and everything else as it stands."""
    pieces = re.split(r"``?([^`]+)``?", line)
    marked = [f"\\ ``{p}``\\ " if i % 2 else MARKUP.sub(r"\\\1", p) for i, p in enumerate(pieces)]
    text = "".join(marked)
    return re.sub(r"^([-+•]|\w+[.)]|\.\.|::)(?= )", r"\\\1", text)


def process(app, what, name, thing, options, lines):
    lines[:] = as_rst(list(lines))


def setup(app):
    app.connect("autodoc-process-docstring", process)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
