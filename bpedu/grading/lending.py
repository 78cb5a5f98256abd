"""Which functions of earlier exercises are lent to an answer that builds on them.

So an answer that calls an earlier function, which its author got wrong, is judged on its own merits, and yet no
reference enters the process that runs it: the functions run in a sandbox of their own, behind the same walls, because
their arguments come from the student (`sandbox.Box.lending`). What they need to know is their source alone.
"""

import re

from bpedu import exercises
from bpedu.exercise import Exercise, source
from bpedu.grading.box import codec


def lendable(exercise: Exercise) -> list[Exercise]:
    """The exercises that `exercise` builds on and that are plain functions: arguments in, data out."""
    found = [exercises.find(n) for n in exercise.needs]
    return [e for e in found if e.kind == "function" and e.drive is None]


def wanted(exercise: Exercise, text: str, assigned: set[str]) -> list[tuple[Exercise, bool]]:
    """(exercise to lend, whether it replaces the student's own): those of its needs that the code mentions."""
    return [(e, e.id in assigned) for e in lendable(exercise) if re.search(rf"\b{e.name}\b", text)]


def job(lent: list[Exercise], seconds: float, memory: int) -> bytes:
    """What the lending sandbox is told."""
    return codec.encode({"functions": [source(e.solution) for e in lent], "seconds": seconds, "memory": memory})
