"""Chooses from a notebook the code that one answer needs, and runs it.

An answer is its own cell, and of the notebook's other cells those that define a name it uses, directly or through
another cell. So helpers are found wherever they stand, and an error or an endless loop in a cell that has nothing to
do with the answer costs it nothing.
"""

import ast
import functools
import sys
import types
from typing import NamedTuple

import numpy as np

MAGIC = ("%", "!", "?")


class Broken(Exception):
    """The answer's own cell is no Python: `args` are the kind of error and its line."""


def parse(source: str):
    """The syntax tree of a cell, its lines for IPython left out; None for a cell that is no Python."""
    lines = source.split("\n")
    if source.lstrip().startswith("%%"):
        first = next(i for i, line in enumerate(lines) if line.strip())
        if lines[first].split()[0] not in ("%%time", "%%timeit", "%%capture"):
            return ast.parse("")
        lines[first] = ""
    lines = ["" if line.startswith(MAGIC) or line.endswith("?") else line for line in lines]
    return ast.parse("\n".join(lines))


def loads(tree) -> set[str]:
    """Every name that the code reads."""
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Store)}


def binds(tree) -> set[str]:
    """Every name that the code defines at the top of the notebook; "*" for an import of everything."""
    names = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            names.add(node.name)
            continue
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                names.add(part.id)
            elif isinstance(part, (ast.FunctionDef, ast.ClassDef)):
                names.add(part.name)
            elif isinstance(part, (ast.Import, ast.ImportFrom)):
                names |= {(a.asname or a.name).split(".")[0] for a in part.names}
            elif isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store):
                names |= {n.id for n in ast.walk(part.value) if isinstance(n, ast.Name)}
    return names


def only_definitions(tree):
    """The code without its loops, calls and tests: what another exercise's cell can give."""
    keep = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
    return ast.Module([n for n in tree.body if isinstance(n, keep)], type_ignores=[])


class Part(NamedTuple):
    """A cell that can be run: its code, and the names that it reads and defines."""

    tree: ast.Module
    loads: set[str]
    binds: set[str]


@functools.cache
def part(source, whole):
    """A cell, or (whole=False) only its definitions; the error for what is no Python."""
    try:
        tree = parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return error
    tree = tree if whole else only_definitions(tree)
    return Part(tree, loads(tree), binds(tree))


def choose(cells, own, name):
    """(is it the answer's, its tree) of the cells to run, in the notebook's order.

    cells  (tag, source): the tag is the answer's, another answer's, or "" for a cell that the student has added
    """
    found = []
    for tag, source in cells:
        cell = part(source, tag in ("", own))
        if isinstance(cell, Part):
            found.append((tag == own, cell))
        elif tag == own:
            raise Broken(type(cell).__name__, getattr(cell, "lineno", None))
    own_at = [i for i, (mine, _) in enumerate(found) if mine]
    last = own_at[-1] if own_at else len(found)
    bound = [cell.binds for _, cell in found]
    chosen = {i for i in range(len(found)) if i in own_at or "*" in bound[i]}
    waiting = {name}.union(*(found[i][1].loads for i in chosen)) - ({name} if own_at else set())
    asked = set()
    while waiting:
        asked |= waiting
        new = {i for needed in waiting for i in providers(needed, bound, last)} - chosen
        chosen |= new
        waiting = set().union(*(found[i][1].loads for i in new)) - asked
    return [(found[i][0], found[i][1].tree) for i in sorted(chosen)]


def providers(name, bound, last):
    """The cells that define a name: those up to the answer, as when it was run; only where there are none, later ones."""
    found = [i for i, names in enumerate(bound) if name in names]
    return [i for i in found if i <= last] or found


def run(cells, own, name):
    """Runs what the answer needs. (value, error): what `name` is afterwards (... if nothing), and how its cell failed."""
    chosen = choose(cells, own, name)
    module = fresh_module()
    space, failed = module.__dict__, None
    for number, (mine, tree) in enumerate(chosen):
        try:
            exec(compile(tree, f"<cell {number}>", "exec"), space)
        except (Exception, SystemExit) as error:
            failed = error if mine or failed is None else failed
    return space.get(name, Ellipsis), failed


def fresh_module():
    """An empty notebook, with `np` and what IPython offers to every cell."""
    module = types.ModuleType("__main__")
    module.__dict__.update(np=np, display=lambda *_, **__: None, get_ipython=lambda: None)
    sys.modules["__main__"] = module
    return module
