"""Libraries that a chapter uses and a reader may have left out: the page says what to install, and goes on without them."""

import ast
import dis
from importlib.util import find_spec
from types import CodeType

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
        titles = listing(missing)
        are, they = ("are", "them") if len(missing) > 1 else ("is", "it")
        later = f"Until then, cells that need {they} are left out; the exercises work all the same."
        show(Card("open", f"{titles} {are} not installed", [f"{install} Then open this chapter again.", later]))


def listing(libraries) -> str:
    """Their titles, as one says them: TensorFlow, JAX and PyTorch."""
    *most, last = (TITLES.get(name, name) for name in libraries)
    return f"{', '.join(most)} and {last}" if most else last


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
        try:
            made, used = names(ast.unparse(cell))
        except SyntaxError:  # a return outside of a function, say: Python will complain by itself
            return cell
        for_want_of = {self.unknown[name] for name in used & self.unknown.keys()} | (imported(cell) & self.missing)
        if not for_want_of:
            self.unknown = {name: library for name, library in self.unknown.items() if name not in made}
            return cell
        self.unknown |= dict.fromkeys(made, min(for_want_of))
        return ast.parse(f"print('Left out: this cell needs {listing(sorted(for_want_of))}.')")


def names(code: str) -> tuple[set[str], set[str]]:
    """The names that a cell makes, and those that it uses without having made them before, inside functions too."""
    made, used = set(), set()

    def walk(block, own):
        for step in dis.get_instructions(block):
            if isinstance(step.argval, CodeType):  # the body of a function, or of a class, which has names of its own
                walk(step.argval, set())
            elif step.opname in ("STORE_NAME", "STORE_GLOBAL"):
                own.add(step.argval)
            elif step.opname in ("LOAD_NAME", "LOAD_GLOBAL") and step.argval not in made | own:
                used.add(step.argval)

    walk(compile(code, "cell", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), made)
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
