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


def python_of(source: str) -> str:
    """A cell without its lines for IPython; nothing for a cell in another language."""
    lines = source.split("\n")
    if source.lstrip().startswith("%%"):
        first = next(i for i, line in enumerate(lines) if line.strip())
        if lines[first].split()[0] not in ("%%time", "%%timeit", "%%capture"):
            return ""
        lines[first] = ""
    lines = ["" if line.startswith(MAGIC) or line.endswith("?") else line for line in lines]
    return "\n".join(lines)


KEPT = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
NAMED = (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)


class Statement(NamedTuple):
    """A statement at the top of a cell, and the names that it reads and defines; "*" for an import of everything."""

    node: ast.stmt
    loads: set[str]
    binds: set[str]


def statement(node) -> Statement:
    """A function or class defines its own name; other statements all that is set anywhere inside of them."""
    loads, binds = set(), set()
    collect(node, loads, binds)
    return Statement(node, loads, {node.name} if isinstance(node, NAMED) else binds)


def collect(top, loads, binds):
    """Adds every name that the code reads to `loads`, and every name that it sets to `binds`."""
    waiting = [top]
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if kind is ast.Name:
            (binds if type(node.ctx) is ast.Store else loads).add(node.id)
            continue
        if kind is ast.FunctionDef or kind is ast.ClassDef:
            binds.add(node.name)
        elif kind is ast.Import or kind is ast.ImportFrom:
            binds |= {(a.asname or a.name).split(".")[0] for a in node.names}
        elif kind is ast.Attribute and type(node.ctx) is ast.Store:
            binds |= {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
        for field in node._fields:
            value = getattr(node, field, None)
            if type(value) is list:
                waiting += [v for v in value if isinstance(v, ast.AST)]
            elif isinstance(value, ast.AST):
                waiting.append(value)


class Part:
    """A cell, or some statements of it, that can be run: its code, and the names that it reads and defines."""

    def __init__(self, found: list[Statement]):
        self.nodes = [s.node for s in found]
        self.loads = set().union(*(s.loads for s in found))
        self.binds = set().union(*(s.binds for s in found))

    @functools.cached_property
    def code(self):
        return compile(ast.Module(self.nodes, type_ignores=[]), "<cell>", "exec")


@functools.cache
def statements(source):
    """The statements of a cell; the error for what is no Python."""
    try:
        return [statement(node) for node in ast.parse(python_of(source)).body]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return error


@functools.cache
def part(source, whole):
    """A cell, or (whole=False) only its definitions, without loops, calls and tests: what another exercise's cell can give."""
    found = statements(source)
    if isinstance(found, Exception):
        return found
    return Part([s for s in found if whole or isinstance(s.node, KEPT)])


class Whole(NamedTuple):
    """A cell that runs as it stands."""

    code: types.CodeType


@functools.cache
def whole(source) -> Whole | None:
    """A cell, compiled; None for what is no Python."""
    try:
        return Whole(compile(python_of(source), "<cell>", "exec", dont_inherit=True))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def names_in(code) -> set[str]:
    """Every global name and attribute that compiled code mentions, its functions and classes included."""
    return set(code.co_names).union(*(names_in(c) for c in code.co_consts if isinstance(c, types.CodeType)))


def alone(cells, own):
    """The answer's own cells, where no other cell mentions a name of theirs at its top; None where one does.

    This is the common case, and it takes a third of the time of looking who defines what.
    """
    mine = [whole(source) for tag, source in cells if tag == own]
    others = [whole(source) for tag, source in cells if tag != own]
    if not mine or None in mine or None in others:
        return None
    used = set().union(*(names_in(cell.code) for cell in mine))
    if any(used.intersection(cell.code.co_names) or ("*",) in cell.code.co_consts for cell in others):
        return None
    return [(True, cell) for cell in mine]


def choose(cells, own, name):
    """(is it the answer's, what of it is run) of the cells to run, in the notebook's order.

    cells  (tag, source): the tag is the answer's, another answer's, or "" for a cell that the student has added
    """
    if found := alone(cells, own):
        return found
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
    return [found[i] for i in sorted(chosen)]


def providers(name, bound, last):
    """The cells that define a name: those up to the answer, as when it was run; only where there are none, later ones."""
    found = [i for i, names in enumerate(bound) if name in names]
    return [i for i in found if i <= last] or found


def run(cells, own, name):
    """Runs what the answer needs. (value, error): what `name` is afterwards (... if nothing), and how its cell failed."""
    chosen = choose(cells, own, name)
    module = fresh_module()
    space, failed = module.__dict__, None
    for mine, cell in chosen:
        try:
            exec(cell.code, space)
        except (Exception, SystemExit) as error:
            failed = error if mine or failed is None else failed
    return space.get(name, Ellipsis), failed


def fresh_module():
    """An empty notebook, with `np` and what IPython offers to every cell."""
    module = types.ModuleType("__main__")
    module.__dict__.update(np=np, display=lambda *_, **__: None, get_ipython=lambda: None)
    sys.modules["__main__"] = module
    return module
