"""Every exercise of the book in the sandbox: its model answer earns its points there, its blank none, a mistake is named."""

import inspect
import json
import string

import pytest

from bpedu import cli, exercises
from bpedu.exercise import source
from bpedu.grading import assignment as assignments
from bpedu.grading.marking import Marker, Settings

pytestmark = pytest.mark.usefixtures("sandboxed")
CHAPTERS = [n for n in exercises.chapter_modules() if exercises.chapter(n)]


@pytest.fixture(scope="module", params=CHAPTERS)
def chapter(request, tmp_path_factory):
    """(course folder, marker) of an assignment that is one whole chapter."""
    folder = tmp_path_factory.mktemp("book")
    assert cli.main(["assign", "--name", "all", "--out", str(folder), "--chapter", request.param]) == 0
    with Marker(assignments.load(folder / "release/all/all.ipynb"), Settings(seed=11, seconds=5.0)) as marker:
        yield folder, marker


def test_the_model_answers_earn_every_point(chapter):
    folder, marker = chapter
    result = marker.mark("teacher", (folder / "source/all/all.ipynb").read_bytes())
    assert not [(e["id"], e["status"], e["says"]) for e in result["exercises"] if e["status"] != "right"]


def test_an_experiment_with_the_letters_of_the_answers_costs_them_nothing(chapter):
    """It stands below them, mentions them all, has a value for every argument, and ends the process that runs it."""
    _, marker = chapter
    items = marker.assignment.items
    letters = {a for i in items if i.exercise.runs for a in i.exercise.arguments} | {*string.ascii_letters}
    lines = [f"{letter} = 0" for letter in sorted(letters)] + [i.exercise.name for i in items]
    cells = [(i.solution, i.exercise.solution_code()) for i in items] + [
        ("", "\n".join([*lines, "import os", "os._exit(1)"]))
    ]
    notebook = {"cells": [
        {"cell_type": "code", "source": source, "metadata": {"nbgrader": {"grade_id": name}}} for name, source in cells
    ]}  # fmt: skip
    result = marker.mark("teacher", json.dumps(notebook).encode())
    assert not [(e["id"], e["status"], e["says"]) for e in result["exercises"] if e["status"] != "right"]


def test_the_release_earns_nothing(chapter):
    folder, marker = chapter
    result = marker.mark("nobody", (folder / "release/all/all.ipynb").read_bytes())
    assert result["total"] == 0


def test_mistakes_are_named_there_too(chapter):
    """The first mistake of each exercise that is a function of its own and needs nothing but NumPy."""
    folder, marker = chapter
    notebook = json.loads((folder / "release/all/all.ipynb").read_text())
    expected = {}
    for item in marker.assignment.items:
        for mistake in item.exercise.mistakes:
            code = as_cell(item.exercise, mistake)
            if code:
                cell = next(c for c in notebook["cells"] if c["metadata"]["nbgrader"]["grade_id"] == item.solution)
                cell["source"], expected[item.exercise.id] = code, mistake.name
                break
    result = marker.mark("student", json.dumps(notebook).encode())
    assert {e["id"]: e["mistake"] for e in result["exercises"] if e["id"] in expected} == expected


def as_cell(exercise, mistake):
    """A cell that makes this mistake, or None where its code leans on its module."""
    if not exercise.runs:
        value = mistake.wrong(**exercise.given) if callable(mistake.wrong) else mistake.wrong
        return f"{exercise.name} = {value!r}"
    if mistake.wrong is exercise.starter:
        return None  # "find the bug", untouched: the judge calls that not attempted
    if not inspect.isfunction(mistake.wrong) or mistake.wrong.__name__ == "<lambda>":
        return None
    if (
        names(mistake.wrong.__code__) & (set(vars(inspect.getmodule(mistake.wrong))) - {"np"})
        or mistake.wrong.__code__.co_freevars
    ):
        return None
    return f"{source(mistake.wrong)}\n{exercise.name} = {mistake.wrong.__name__}"


def names(code) -> set[str]:
    """Every global name in a function's code, those in its comprehensions and inner functions included."""
    return set(code.co_names).union(*(names(c) for c in code.co_consts if inspect.iscode(c)))
