"""From a reply of the sandbox to what the report says: the judge's verdict, without anything of the hidden cases."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from bpedu import judge
from bpedu.exercise import Exercise, source
from bpedu.grading import words
from bpedu.grading.assignment import Item, seed_of
from bpedu.grading.box import codec
from bpedu.grading.box.absent import LIBRARIES
from bpedu.judge import Verdict
from bpedu.runner import Outcome

LONGEST_ERROR = 2000  # of which the student is told the kind alone
LAST_LINE = 9999  # of a cell in which an error of syntax is told: a reply can name any
VALUES = 20_000  # of a reply, beyond those that a right one has: comparing takes time, and the time here is the judge's


class Finding(NamedTuple):
    """A verdict as the report needs it: plain data, and nothing of the hidden cases."""

    status: str
    says: str
    mistake: str | None = None

    @property
    def right(self) -> bool:
        return self.status == "right"


def find(exercise, status, **details) -> Finding:
    return Finding(status, words.answer(exercise, Verdict(status, details=details)))


@dataclass(frozen=True)
class Paper:
    """One exercise with the cases that a student's answer is tried on, and what they should give.

    shared: whether the same cases are the whole class's, so that the sandbox may keep them
    """

    item: Item
    seed: int
    given: dict
    cases: list
    expected: list
    size: int
    drive: str
    shared: bool = True

    @property
    def key(self) -> str:
        """Tells it from every other paper of the assignment."""
        return f"{self.item.solution} {self.seed}"

    @property
    def sheet(self) -> dict:
        """What the sandbox is told of it."""
        own = {"own": self.item.solution, "name": self.exercise.name, "runs": self.exercise.runs}
        return {**own, "drive": self.drive, "cases": self.cases}

    @property
    def exercise(self) -> Exercise:
        return self.item.exercise

    @cached_property
    def wrong(self) -> list:
        """What each known mistake gives on the cases: needed as soon as an answer is wrong."""
        return list(judge.mistaken(self.exercise, self.cases))


def draw_paper(item, assignment, settings, student="", numbers="") -> Paper:
    exercise = item.exercise
    seed = seed_of(settings.seed, exercise.id, student, numbers)
    cases = judge.draw_cases(exercise, seed)
    expected = judge.truth(exercise, cases) if exercise.runs else []
    given = assignment.given(exercise, numbers)
    drive = source(exercise.drive) if exercise.drive else ""
    return Paper(
        item, seed, given, cases, expected, len(codec.encode(expected)), drive, shared=not (student or numbers)
    )


def judge_reply(paper: Paper, raw: bytes) -> Finding:
    """What a reply is worth. Anything that cannot be read or judged is a wrong answer."""
    exercise = paper.exercise
    try:
        reply = codec.decode(raw, most=VALUES + paper.size)
        verdict = judged(paper, reply)
        used = sorted({w.split(".")[0] for w in reply["used"] if isinstance(w, str)} & LIBRARIES)
        if used and not verdict.right:
            verdict = Verdict("borrowed", details={"libraries": " and ".join(used)})
        return Finding(verdict.status, words.answer(exercise, verdict), verdict.mistake and verdict.mistake.name)
    except Exception:  # whatever an attacker's reply provokes is the attacker's loss: the reference was tried before
        return find(exercise, "unreadable")


def judged(paper: Paper, reply: dict) -> Verdict:
    exercise = paper.exercise
    if reply.get("blank"):
        return Verdict("not attempted")
    if "failed" in reply:
        kind, line = reply["failed"]
        if line is None:
            return Verdict("stopped", details={"kind": kind if kind in words.KNOWN_ERRORS else "an error"})
        line = f" in line {line}" if isinstance(line, int) and 0 < line <= LAST_LINE else ""
        return Verdict("syntax", details={"kind": kind if kind in words.SYNTAX_ERRORS else "an error", "line": line})
    if "foreign" in reply:
        return Verdict("not callable")
    if not exercise.runs:
        return judge.judge_value(exercise, reply["value"], paper.given)
    outcomes = [outcome(o) for o in reply["outcomes"]]
    whole = len(outcomes) == len(paper.cases) + 1
    if not whole and all(o.attempted for o in outcomes):
        return Verdict("unreadable", details={"reason": "count"})
    return judge.judge(exercise, paper.cases, outcomes, paper.seed, expected=paper.expected, wrong=paper.wrong)


def outcome(told) -> Outcome:
    """The outcome that a reply tells of: ("blank",), ("error", kind) or ("value", value, modified)."""
    kind, *rest = told
    if kind == "blank":
        return Outcome(attempted=False)
    if kind == "error":
        return Outcome(error=str(rest[0])[:LONGEST_ERROR] or "Error")
    value, modified = rest
    return Outcome(value=value, modified=tuple(int(i) for i in modified))
