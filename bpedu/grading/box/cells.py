"""Chooses from a notebook the code that one answer needs, and runs it.

An answer is its own cell, and of the notebook's other cells those that define a name it uses, directly or through
another cell. So helpers are found wherever they stand, and an error or an endless loop in a cell that has nothing to
do with the answer costs it nothing.
"""

import __future__

import ast
import builtins
import functools
import re
import sys
import time
import types
from typing import NamedTuple

import numpy as np

try:
    from bpedu.grading.box.absent import HARMLESS
    from bpedu.grading.box.names import NAMED, Statement, statement
    from bpedu.runner import TooSlow, time_limit
except ImportError:  # inside the sandbox there is no bpedu, and they lie beside this file
    from absent import HARMLESS
    from names import NAMED, Statement, statement
    from runner import TooSlow, time_limit

LAZY = __future__.annotations.compiler_flag  # annotations are not looked at: what they name need not be here
# A line that is %magic, !ls or np.exp?, and its next one after a backslash.
IPYTHON = re.compile(r"^([ \t]*)(?:[%!?](?:.*\\\n)*.*|%{0,2}[\w.*\[\]]+\?\??[ \t]*)$", re.MULTILINE)
OF_IPYTHON = re.compile(r"^([^=\n#'\"(]*=[ \t]*)[%!].*$", re.MULTILINE)  # files = !ls
PROMPT = re.compile(r"^(?:>>>|\.\.\.)(?: |$)", re.MULTILINE)


GIVEN = {
    *dir(builtins),
    "np",
    "display",
    "get_ipython",
}  # without any cell; a later sum = 0 is not the sum that was meant


class Broken(Exception):
    """The answer's own cell is no Python: `args` are the kind of error and its line."""


def python_of(source: str) -> str:
    """What IPython makes of a cell that is no Python as it stands; nothing for a cell in another language."""
    first = next((line for line in source.split("\n") if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    if indent:
        source, first = re.sub("^" + indent, "", source, flags=re.MULTILINE), first.lstrip()
    if first.startswith("%%") and first.split()[0] not in ("%%time", "%%timeit", "%%capture", "%%prun"):
        return ""
    if first.startswith(">>>"):
        source = PROMPT.sub("", source)
    return IPYTHON.sub(r"\1pass", OF_IPYTHON.sub(r"\1None", source))


def understood(source: str, flags: int = 0):
    """A cell, compiled: as it stands or, where that is no Python, as IPython understands it."""
    try:
        return compile(source, "<cell>", "exec", flags, dont_inherit=True)
    except SyntaxError:
        return compile(python_of(source), "<cell>", "exec", flags, dont_inherit=True)


KEPT = (
    ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Pass,
)  # fmt: skip


def kept(node) -> bool:
    """Whether a statement defines something, or chooses between definitions, and does nothing else."""
    if isinstance(node, (ast.If, ast.Try, ast.ExceptHandler)):
        inside = [n for field in ("body", "handlers", "orelse", "finalbody") for n in getattr(node, field, [])]
        return all(map(kept, inside))
    return isinstance(node, KEPT)


class Part:
    """A cell, or some statements of it, that can be run: its code, and the names that it reads and defines."""

    def __init__(self, found: list[Statement]):
        self.nodes = [s.node for s in found]
        self.loads = set().union(*(s.loads for s in found))
        self.binds = set().union(*(s.binds for s in found))

    @functools.cached_property
    def code(self):
        return compile(ast.Module(self.nodes, type_ignores=[]), "<cell>", "exec", dont_inherit=True)


@functools.cache
def statements(source):
    """The statements of a cell; the error for what is no Python."""
    try:
        return [statement(node) for node in understood(source, ast.PyCF_ONLY_AST).body]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return error


@functools.cache
def part(source, whole):
    """A cell, or (whole=False) only its definitions, without loops, calls and tests: what another exercise's cell can give."""
    found = statements(source)
    if isinstance(found, Exception):
        return found
    return Part([s for s in found if whole or kept(s.node)])


class Whole(NamedTuple):
    """A cell that runs as it stands."""

    code: types.CodeType
    source: str

    @property
    def nodes(self):
        found = statements(self.source)
        return [] if isinstance(found, Exception) else [s.node for s in found]


@functools.cache
def whole(source) -> Whole | None:
    """A cell, compiled; None for what is no Python."""
    try:
        return Whole(understood(source), source)
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
    """The cells that define a name: those up to the answer, as when it was run; only where nothing else does, later ones."""
    found = [i for i, names in enumerate(bound) if name in names]
    return [i for i in found if i <= last] or ([] if name in GIVEN else found)


def run(cells, own, name, seconds):
    """Runs what the answer needs. (value, error): what `name` is afterwards (... if nothing), and how its cell failed.

    Of a cell that stops, the definitions below run all the same: what it asked for (a file, a library, IPython, more time)
    may be missing only here. No cell takes so much of the `seconds` that none are left for the answer.
    """
    chosen = choose(cells, own, name)
    module = fresh_module()
    space, failed, end = module.__dict__, None, time.monotonic() + seconds
    for mine, cell in chosen:
        error = stopped(lambda cell=cell: cell.code, space, end)
        if error is not None:
            failed = error if mine or failed is None else failed
            for node in left(cell.nodes, error):
                stopped(lambda node=node: compile(ast.Module([node], []), "<cell>", "exec", LAZY), space, end)
    return space.get(name, Ellipsis), failed


def stopped(code, space, end) -> BaseException | None:
    """Runs code(). What stopped it, if anything did."""
    try:
        with time_limit(max(0.75 * (end - time.monotonic()), 0.001)):
            exec(code(), space)
    except (Exception, SystemExit, TooSlow) as error:
        return error


def left(nodes, error) -> list:
    """The definitions that stand below the line in which a cell stopped, and the function or class that has this line."""
    line, trace = 0, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == "<cell>":
            line = trace.tb_lineno
            break
        trace = trace.tb_next
    return [n for n in nodes if kept(n) and (n.end_lineno >= line if isinstance(n, NAMED) else n.lineno > line)]


def fresh_module():
    """An empty notebook, with `np`, what IPython offers to every cell, and what the assignment's first cell imports."""
    module = types.ModuleType("__main__")
    module.__dict__.update(HARMLESS, np=np, display=lambda *_, **__: None, get_ipython=lambda: None)
    sys.modules["__main__"] = module
    return module
