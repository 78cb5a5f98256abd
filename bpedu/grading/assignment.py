"""An assignment as the judge knows it: the released notebook, which exercises it holds and what they are worth.

The release is the only source of points and names; what stands in a submission's metadata changes nothing.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bpedu import exercises
from bpedu.exercise import Exercise
from bpedu.grading.notebooks import Unusable, cells_of, parse, read_file
from bpedu.grading.words import NOTE


class NotAnAssignment(Exception):
    """The notebook is not one that `bpedu assign` made; the message says what is wrong."""


@dataclass(frozen=True)
class Item:
    """One exercise of an assignment. solution and test are the nbgrader names of its two cells."""

    exercise: Exercise
    solution: str
    test: str
    points: float
    blank: str

    @property
    def libraries(self) -> tuple[str, ...]:
        """Packages that the exercise lists besides NumPy."""
        return tuple(getattr(self.exercise, "libraries", ()))


@dataclass(frozen=True)
class Assignment:
    """locked: the release's other code cells by name, None for the tests; where a student has changed one, it counts as
    added, for its imports and helpers.
    """

    name: str
    items: tuple[Item, ...]
    seed: int
    digest: str
    locked: dict = field(default_factory=dict)
    written: dict = field(default_factory=dict)
    roster: frozenset = frozenset()

    @property
    def maximum(self) -> float:
        return sum(i.points for i in self.items)

    def given(self, exercise: Exercise, student: str) -> dict:
        """The quantities of a number exercise in the notebook handed out to `student`, or ("") in the general release."""
        return draw_given(exercise, self.seed, student) if student else exercise.given

    def numbers_of(self, student: str, notebook: dict) -> tuple[str, str]:
        """(whose numbers to judge by, a remark): the student's, where notebooks of one's own were handed out.

        Where the file has another name than the roster (downloads of an LMS), what the notebook says counts, and is
        remarked on, so that a notebook passed on does not stay unseen.
        """
        if not self.roster:
            return "", ""
        if mark_of(self.seed, student) in self.roster:
            return student, ""
        plan = notebook.get("metadata", {})
        plan = plan.get("bpedu", {}) if isinstance(plan, dict) else {}
        claimed = plan.get("student") if isinstance(plan, dict) else None
        if isinstance(claimed, str) and mark_of(self.seed, claimed) in self.roster:
            return claimed, NOTE["another's"].format(student=claimed)
        return "", NOTE["nobody's"]


def draw_given(exercise, seed, student):
    return (
        exercise.draw(np.random.default_rng(seed_of(seed, exercise.id, student))) if exercise.draw else exercise.given
    )


def seed_of(*parts) -> int:
    """A seed that depends on all the parts and on nothing else."""
    return int.from_bytes(hashlib.sha256("\0".join(map(str, parts)).encode()).digest()[:6], "big")


def mark_of(seed: int, student: str) -> str:
    """A student's mark in the release's roster, which tells nobody's name."""
    return hashlib.sha256(f"{seed}\0{student}".encode("utf-8", "surrogatepass")).hexdigest()[:12]


def cell_name(prefix: str, identifier: str) -> str:
    """ "ex-8-3" for exercise 8.3: nbgrader allows letters, digits, "-" and "_"."""
    return f"{prefix}-" + "".join(c if c.isalnum() and c.isascii() else "-" for c in identifier)


def load(path) -> Assignment:
    """Reads a release that `bpedu assign` made. Raises `NotAnAssignment` with a sentence."""
    try:
        raw = read_file(Path(path))
        notebook, _ = parse(raw)
    except Unusable as error:
        raise NotAnAssignment(f"The assignment {path} cannot be used. {error.args[0]}") from None
    plan = notebook.get("metadata", {}).get("bpedu", {})
    if not isinstance(plan, dict) or not plan.get("exercises"):
        raise NotAnAssignment(f"The notebook {path} names no exercises of bpedu. Make it with: bpedu assign --name …")
    cells = {c.grade_id: c for c in cells_of(notebook) if c.grade_id}
    items = tuple(item_of(identifier, cells, path) for identifier in plan["exercises"])
    answers = {i.solution for i in items}
    tests = {i.test for i in items}
    locked = {
        name: None if name in tests else cell.source.strip() for name, cell in cells.items() if name not in answers
    }
    return Assignment(
        plan["name"],
        items,
        int(plan.get("seed", 0)),
        hashlib.sha256(raw).hexdigest()[:16],
        locked,
        plan.get("written", {}),
        frozenset(plan.get("roster", ())),
    )


def item_of(identifier, cells, path) -> Item:
    try:
        exercise = exercises.find(identifier)
    except KeyError as error:
        hint = " Exercises of your own are found with --pack DIR." if not identifier[:1].isdigit() else ""
        raise NotAnAssignment(f"The assignment {path} asks for an unknown exercise. {error.args[0]}{hint}") from None
    solution, test = cell_name("ex", identifier), cell_name("test", identifier)
    if solution not in cells or test not in cells:
        missing = solution if solution not in cells else test
        raise NotAnAssignment(f"The assignment {path} lacks the cell {missing}. Make it again with bpedu assign.")
    points = cells[test].marks.get("points", exercise.points)
    return Item(exercise, solution, test, float(points), cells[solution].source)
