"""Runs the exercises of a reader's notebook in plain Python, without Jupyter: `bpedu check NOTEBOOK`.

The code cells run in order, as "Run All" does, but a cell that fails does not stop the ones after it. What the
chapter's own check(...) calls find is collected; an exercise whose check did not run is judged afterwards.
This is the reader's own machine and code: nothing is sandboxed here. A class is graded with `bpedu grade`.
"""

import ast
import contextlib
import io
import json
import linecache
import os
import re
import secrets
import sys
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from bpedu import exercises, feedback, notebook, runner
from bpedu.exercise import Exercise
from bpedu.judge import Verdict, check_answer

CALL = re.compile(r"""\bcheck\(\s*["']([^"']+)["']""")
HELP = re.compile(r"%{0,2}[\w.*\[\]]+\?\??")  # np.exp?
PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")  # their cells hold Python; other cell magics are skipped


class Unusable(Exception):
    """The notebook cannot be checked, and why."""


@dataclass(frozen=True)
class Cell:
    """A code cell: its place in the notebook, counted from 1 over all cells, its code, and the exercise it belongs to."""

    place: int
    code: str
    exercise: str | None


@dataclass
class Report:
    """What was found: a verdict per exercise, in the notebook's order, and the errors of cells that failed."""

    path: Path
    verdicts: dict[str, tuple[Exercise, Verdict]] = field(default_factory=dict)
    errors: list[tuple[int, str]] = field(default_factory=list)

    @property
    def right(self) -> int:
        return sum(verdict.right for _, verdict in self.verdicts.values())

    @property
    def all_right(self) -> bool:
        return self.right == len(self.verdicts)

    def as_data(self) -> dict:
        """The report for programs."""
        rows = [
            {
                "id": e.id, "title": e.title, "points": e.points, "right": v.right, "status": v.status,
                "mistake": v.mistake.name if v.mistake else None, "says": feedback.sentence(e, v), "seed": v.seed,
            }
            for e, v in self.verdicts.values()
        ]  # fmt: skip
        errors = [{"cell": place, "error": text} for place, text in self.errors]
        return {
            "notebook": str(self.path), "right": self.right, "of": len(rows), "exercises": rows, "errors": errors
        }  # fmt: skip


def check_notebook(path, *, seconds: float = 120.0) -> Report:
    """Runs the notebook, each cell for at most `seconds`, and reports on its exercises. Raises Unusable."""
    path = Path(path)
    cells = read(path)
    wanted = list(dict.fromkeys(i for cell in cells for i in asked_for(cell)))
    known = {e.id: e for e in exercises.every()}
    if not wanted:
        raise Unusable(f"{path} holds no exercise: no cell calls check(…), and none is marked as one.")
    found: dict[str, Verdict] = {}
    with in_its_folder(path), listening(lambda exercise, verdict: found.update({exercise.id: verdict})):
        namespace, errors = run(cells, seconds)
        for identifier in wanted:
            if identifier in known and identifier not in found:
                found[identifier] = judge_late(known[identifier], namespace, cells, errors)
    unknown = [(0, feedback.unknown(i, list(known))) for i in wanted if i not in known]
    verdicts = {i: (known[i], found[i]) for i in wanted if i in known}
    if not verdicts:
        raise Unusable(" ".join(text for _, text in unknown))
    return Report(path, verdicts, unknown + [(place, text) for place, text in errors.items()])


def read(path: Path) -> list[Cell]:
    """The code cells of a notebook file. Raises Unusable with a sentence for everything that is not one."""
    if not path.exists():
        raise Unusable(f"There is no file {path}.")
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        cells = raw["cells"]
        language = raw.get("metadata", {}).get("kernelspec", {}).get("language") or "python"
        pairs = [(i, c) for i, c in enumerate(cells, 1) if c["cell_type"] == "code"]
        code = [Cell(i, "".join(c["source"]), c.get("metadata", {}).get("bpedu", {}).get("exercise")) for i, c in pairs]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unusable(f"{path} is not a Jupyter notebook of version 4 ({type(error).__name__}: {error}).") from None
    if language.lower() != "python":
        raise Unusable(f"{path} is a notebook in {language}; the exercises are in Python.")
    return code


def asked_for(cell: Cell) -> list[str]:
    """Ids of the exercises that a cell belongs to or checks."""
    return ([cell.exercise] if cell.exercise else []) + CALL.findall(cell.code)


def run(cells, seconds) -> tuple[dict, dict[int, str]]:
    """Runs the cells in one namespace, silently. Returns it, and the errors by cell."""
    namespace = {"__name__": "__main__", "display": lambda *things, **options: None}
    errors = {}
    for cell in cells:
        try:
            with silence(), runner.time_limit(seconds):
                execute(cell, namespace)
        except runner.TooSlow:
            errors[cell.place] = f"not finished after {seconds:g} seconds, stopped"
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            line = runner.readers_line(error)
            errors[cell.place] = runner.in_words(error) + (f", in the line:  {line}" if line else "")
    return namespace, errors


def execute(cell: Cell, namespace: dict) -> None:
    name = f"<cell {cell.place}>"
    code = without_magics(cell.code)
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)  # so that errors can show the line
    exec(compile(code, name, "exec"), namespace)
    close_figures()


def without_magics(code: str) -> str:
    """`code` with IPython's own syntax taken out: cells of another language, %magics, !commands and ?help."""
    first, _, rest = code.lstrip().partition("\n")
    if first.startswith("%%"):
        return without_magics(rest) if first.startswith(PYTHON_MAGICS) else ""
    try:
        ast.parse(code)
    except SyntaxError:
        return "\n".join(plain_line(line) for line in code.splitlines())
    return code


def plain_line(line: str) -> str:
    text = line.strip()
    indent = line[: len(line) - len(line.lstrip())]
    magic = text.startswith(("%", "!", "?")) or HELP.fullmatch(text)
    return f"{indent}pass  # {text}" if magic else line


def judge_late(exercise: Exercise, namespace, cells, errors) -> Verdict:
    """The verdict on an exercise whose own check did not run: on what the notebook left under the answer's name."""
    if exercise.name in namespace:
        with silence():
            return check_answer(exercise, namespace[exercise.name], secrets.randbelow(10**6))
    for cell in cells:
        if cell.exercise == exercise.id and cell.place in errors:
            return Verdict("error", details={"error": errors[cell.place], "arguments": {}})
    return Verdict("not attempted")


@contextlib.contextmanager
def silence():
    """Nothing that the block or a program it starts writes is seen, and who asks the reader something finds nobody."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
        nowhere(),
    ):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def nowhere():
    """Connects what programs started in the block write to nothing, and has sys.stdin at its end."""
    kept, stdin, nothing = {}, sys.stdin, os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            stream.flush()
            with contextlib.suppress(OSError):  # one that is closed
                kept[stream.fileno()] = os.dup(stream.fileno())
    sys.stdin = io.StringIO()
    try:
        for number in kept:
            os.dup2(nothing, number)
        yield
    finally:
        for number, before in kept.items():
            os.dup2(before, number)
            os.close(before)
        os.close(nothing)
        sys.stdin = stdin


@contextlib.contextmanager
def in_its_folder(path: Path):
    """Runs the block where Jupyter would run the notebook, with figures drawn to nowhere."""
    os.environ["MPLBACKEND"] = "Agg"
    before = os.getcwd()
    os.chdir(path.resolve().parent)
    try:
        yield
    finally:
        os.chdir(before)


@contextlib.contextmanager
def listening(tell):
    notebook.listeners.append(tell)
    try:
        yield
    finally:
        notebook.listeners.remove(tell)


def close_figures() -> None:
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")
