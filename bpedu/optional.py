"""Libraries that a chapter uses and a reader may have left out: the page says what to install, and goes on without them."""

import ast
import symtable
from importlib.util import find_spec

from bpedu.notebook import Card, show

TITLES = {"torch": "PyTorch", "tensorflow": "TensorFlow", "jax": "JAX"}


def need(*libraries: str, install: str) -> None:
    """Says how to `install` those of `libraries` that are missing. Cells that use them are then left out, each with a line.

    Nothing happens when all are there.
    """
    missing = [name for name in libraries if find_spec(name) is None]
    shell = running_shell()
    if shell is not None:
        kept = [t for t in shell.ast_transformers if not isinstance(t, LeaveOut)]
        shell.ast_transformers[:] = [*kept, LeaveOut(missing)] if missing else kept
    if missing:
        titles = " and ".join(TITLES.get(name, name) for name in missing)
        are, they = ("are", "them") if len(missing) > 1 else ("is", "it")
        later = f"Until then, cells that need {they} are left out; the exercises work all the same."
        show(Card("open", f"{titles} {are} not installed", [f"{install} Then open this chapter again.", later]))


def running_shell():
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()


class LeaveOut:
    """Replaces every cell that uses a missing library, or a name that such a cell would have made, by a line that says so."""

    def __init__(self, missing):
        self.missing = set(missing)
        self.unknown = {}  # name -> the library for want of which it was not made

    def visit(self, cell: ast.Module) -> ast.Module:
        """What IPython runs in place of `cell`."""
        made, used = names(ast.unparse(cell))
        for_want_of = {self.unknown[name] for name in used & self.unknown.keys()} | (imported(cell) & self.missing)
        if not for_want_of:
            self.unknown = {name: library for name, library in self.unknown.items() if name not in made}
            return cell
        self.unknown |= dict.fromkeys(made, min(for_want_of))
        titles = " and ".join(sorted(TITLES.get(name, name) for name in for_want_of))
        return ast.parse(f"print('Left out: this cell needs {titles}.')")


def names(code: str) -> tuple[set[str], set[str]]:
    """The names that a cell makes, and the global names that it uses, inside functions too."""
    top = symtable.symtable(code, "cell", "exec")
    made = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported()}
    used = {s.get_name() for s in top.get_symbols() if s.is_referenced()}
    inner = list(top.get_children())
    while inner:
        table = inner.pop()
        used |= {s.get_name() for s in table.get_symbols() if s.is_global()}
        inner += table.get_children()
    return made, used


def imported(cell: ast.Module) -> set[str]:
    """The libraries that a cell imports."""
    found = set()
    for node in ast.walk(cell):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    return found
