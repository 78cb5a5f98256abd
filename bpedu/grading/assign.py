"""Makes an assignment out of exercises: nbgrader's source notebook, and the release that students get.

Every cell that matters carries nbgrader's metadata (schema 3), so the same notebook works with our judge and with
nbgrader's own commands. Solutions stand between `### BEGIN SOLUTION` marks. A test cell's last value is the mark, a plain
float: it hides nothing, because the inputs are drawn when it runs.
"""

import ast
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bpedu import exercises
from bpedu.exercise import Exercise, source
from bpedu.grading.assignment import cell_name, draw_given, mark_of

KEPT = "before"  # and not beside the new files: nbgrader hands out all that lies there, solutions included
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
CHAPTER_LINK = re.compile(r"\[([^\]]+)\]\(\w+\.ipynb[^)]*\)")  # to a chapter, which does not lie beside an assignment
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")

INTRO = """# {name}

{count} exercises, {points:g} points. Nothing else has to be open: every task says what to write and what to return.

- Write your answers in the cells that say `YOUR CODE HERE` or `YOUR ANSWER`, and keep the names that stand there.
- The cell after each answer checks it on numbers drawn anew every time and tells you what it finds. Your mark comes from a
  separate judge, on other numbers; it looks at results only.
- You may add cells, with helper functions for instance. Do not delete or copy the cells that are here.
- NumPy (`np`) and Matplotlib are there. Results have to be computed by your own code: no automatic differentiation library,
  and not `bpedu`'s own functions. Each answer has {seconds:g} seconds of computing time, and no files or network."""

SETUP = """import numpy as np

try:
    from bpedu import check
    from bpedu.grading.incell import score
except ModuleNotFoundError:  # the answers can be written without bpedu, but not checked
    def check(identifier, answer=None, **options):
        print("bpedu is not installed here, so this answer was not checked: pip install bpedu")
    def score(identifier, answer=None, **options):
        return 0.0"""

TEST = """check("{id}", {name})
score("{id}", {name}, points={points:g})"""
TEST_OWN = """score("{id}", {name}, points={points:g}, given={given})   # your own numbers"""
TEST_PACK = (
    """score("{id}", {name}, points={points:g})"""  # a student's bpedu does not know the teacher's own exercises
)


@dataclass(frozen=True)
class Plan:
    """What the teacher asks for. written: (question, points) pairs that the teacher marks by hand. roster: students who
    get a notebook with numbers of their own."""

    name: str
    exercises: tuple[Exercise, ...]
    points: dict[str, float]
    written: tuple[tuple[str, float], ...] = ()
    seed: int = 0
    roster: tuple[str, ...] = ()

    def worth(self, exercise) -> float:
        return self.points.get(exercise.id, exercise.points)


def notebook(plan: Plan, student: str = "") -> nbformat.NotebookNode:
    """The source notebook: with solutions. With a student's name its numbers are the student's own."""
    total = sum(map(plan.worth, plan.exercises)) + sum(p for _, p in plan.written)
    intro = INTRO.format(name=plan.name, count=len(plan.exercises) + len(plan.written), points=total, seconds=2)
    cells = [text_cell("intro", intro), code_cell("setup", SETUP, locked=True)]
    for exercise in plan.exercises:
        cells += exercise_cells(plan, exercise, draw_given(exercise, plan.seed, student) if student else None)
    for number, (question, points) in enumerate(plan.written, 1):
        cells += written_cells(number, question, points)
    return new_notebook(cells=cells, metadata=notebook_metadata(plan, student))


def notebook_metadata(plan, student):
    written = {cell_name("written", str(n)): p for n, (_, p) in enumerate(plan.written, 1)}
    own = {"name": plan.name, "exercises": [e.id for e in plan.exercises], "seed": plan.seed, "written": written}
    if plan.roster:
        own["roster"] = sorted(mark_of(plan.seed, s) for s in plan.roster)
    return {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "bpedu": {**own, **({"student": student} if student else {})},
    }


def exercise_cells(plan, exercise, given):
    points = plan.worth(exercise)
    head = f"## {exercise.id}  {exercise.title}\n\n*{points:g} point{'s' * (points != 1)}, {'★' * exercise.difficulty}*\n\n"
    book = exercise in exercises.chapter(exercise.chapter)
    form = TEST_OWN if given is not None and exercise.draw else TEST if book else TEST_PACK
    test = form.format(id=exercise.id, name=exercise.name, points=points, given=given)
    return [
        text_cell(cell_name("task", exercise.id), head + CHAPTER_LINK.sub(r"\1", exercise.statement(given))),
        code_cell(cell_name("ex", exercise.id), solution_cell(exercise, given), solution=True),
        code_cell(cell_name("test", exercise.id), test, grade=True, locked=True, points=points),
    ]


def written_cells(number, question, points):
    head = f"## Question {number}\n\n*{points:g} point{'s' * (points != 1)}, read by your teacher*\n\n{question}"
    answer = text_cell(cell_name("written", str(number)), "YOUR ANSWER HERE", grade=True, solution=True, points=points)
    return [text_cell(f"question-{number}", head), answer]


def marks(name, *, grade=False, solution=False, locked=False, points=None):
    """nbgrader's metadata of one cell, schema 3."""
    own = {"schema_version": 3, "grade_id": name, "grade": grade, "solution": solution, "locked": locked, "task": False}
    if points is not None:
        own["points"] = int(points) if float(points).is_integer() else points
    return {"nbgrader": own}


def code_cell(name, code, **options):
    return new_code_cell(code, id=name[:64], metadata=marks(name, **options))


def text_cell(name, text, **options):
    options.setdefault("locked", not options.get("solution"))
    return new_markdown_cell(text, id=name[:64], metadata=marks(name, **options))


def solution_cell(exercise, given=None) -> str:
    """The answer cell with its solution marked, so that taking out what is marked gives the blank."""
    if not exercise.runs:
        return f"{exercise.starter_code()}\n{BEGIN}\n{exercise.solution_code(given)}\n{END}"
    if exercise.starter is not None:
        return f"{exercise.starter_code()}\n\n\n{BEGIN}\n{exercise.solution_code()}\n{END}"
    code = source(exercise.solution)
    return code if BEGIN in code else mark_bodies(code)


def mark_bodies(code) -> str:
    """`code` with every function body after its docstring put between the marks."""
    lines = code.splitlines()
    functions = [n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.FunctionDef)]
    inner = {f for g in functions for f in ast.walk(g) if isinstance(f, ast.FunctionDef) and f is not g}
    for function in sorted(set(functions) - inner, key=lambda f: -f.lineno):
        body = function.body
        documented = isinstance(body[0], ast.Expr) and isinstance(getattr(body[0], "value", None), ast.Constant)
        start, indent = body[0].end_lineno if documented else body[0].lineno - 1, " " * body[0].col_offset
        lines.insert(function.end_lineno, indent + END)
        lines.insert(start, indent + BEGIN)
    return "\n".join(lines)


def release(source_notebook, exercises_by_cell) -> nbformat.NotebookNode:
    """The students' notebook: blanks instead of solutions."""
    out = nbformat.from_dict(source_notebook)
    for cell in out.cells:
        name = cell.metadata.nbgrader.grade_id
        if name in exercises_by_cell:
            cell.source = exercises_by_cell[name].starter_code()
    return out


def write(plan: Plan, course: Path, *, force=False) -> list[Path]:
    """Writes source and release (and one release per student of the roster) in nbgrader's layout. Returns the paths."""
    by_cell = {cell_name("ex", e.id): e for e in plan.exercises}
    full = notebook(plan)
    files = {course / "source" / plan.name / f"{plan.name}.ipynb": full,
             course / "release" / plan.name / f"{plan.name}.ipynb": release(notebook(plan), by_cell)}  # fmt: skip
    for student in plan.roster:
        path = course / "handout" / plan.name / student / f"{plan.name}.ipynb"
        files[path] = release(notebook(plan, student), by_cell)
    older = (course / "handout" / plan.name).glob(f"*/{plan.name}.ipynb")  # also of those who have left the roster
    taken = [p for p in {**files, **dict.fromkeys(older)} if p.exists()]
    if taken and not force:
        raise FileExistsError(
            f"{taken[0]} is there already, and may hold work of yours. Choose another --name, or add --force: the old "
            f"files are then kept in {course / KEPT}, under the date."
        )
    aside = course / KEPT / f"{datetime.now():%Y%m%d-%H%M%S-%f}"
    for path in taken:
        kept = aside / path.relative_to(course)
        kept.parent.mkdir(parents=True, exist_ok=True)
        path.rename(kept)
    for path, content in files.items():
        nbformat.validate(content)
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(content, path)
    return list(files)
