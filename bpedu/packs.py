"""A teacher's own pack of exercises: loaded with a sentence where that fails, and tried on itself before it is given out.

The book's exercises are proven by its tests; nobody runs those over a pack.
"""

import traceback
from pathlib import Path

import numpy as np

from bpedu import exercises, feedback, judge
from bpedu.exercise import Exercise

SEEDS = range(5)


class PackError(Exception):
    """A pack, or an exercise in it, cannot be used; the message says why and what to do."""


def load(folder) -> tuple[Exercise, ...]:
    """The exercises of a pack, known from then on. Raises `PackError` with a sentence."""
    try:
        found = exercises.add_pack(folder)
        ids = [e.id for e in found]
    except FileNotFoundError as error:
        raise PackError(str(error)) from None
    except Exception as error:  # a teacher's own module may fail in any way
        exercises._packs.pop(str(Path(folder).resolve()), None)
        comma = "EXERCISES has to be a tuple of exercises, with a comma also behind a single one: EXERCISES = (CUBE,)."
        otherwise = comma if isinstance(error, (TypeError, AttributeError)) else str(error)
        raise PackError(f"The pack {folder} cannot be used. {told(error, folder) or otherwise}") from None
    if not found:
        raise PackError(f"The pack {folder} holds no exercises: its modules need a tuple EXERCISES = (…,).")
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise PackError(f"The pack {folder} has two exercises with the id {twice[0]}. Give each an id of its own.")
    return found


def told(error, folder) -> str:
    """What went wrong, and in which line of the pack; nothing where it was in none."""
    if isinstance(error, SyntaxError):
        return f"{Path(error.filename or '?').name}, line {error.lineno}: {type(error).__name__}: {error.msg}."
    inside = [
        f for f in traceback.extract_tb(error.__traceback__) if Path(folder).resolve() in Path(f.filename).parents
    ]
    if inside:
        return f"{Path(inside[-1].filename).name}, line {inside[-1].lineno}: {type(error).__name__}: {error}"
    return ""


def prove(exercise: Exercise, folder=".") -> None:
    """Tries an exercise on itself: its cases, its solution, its blank, its mistakes. Raises `PackError` for the first fault."""
    try:
        fault = next(faults_of_code(exercise, folder) if exercise.runs else faults_of_value(exercise), None)
    except Exception as error:
        fault = f"Trying it failed: {told(error, folder) or f'{type(error).__name__}: {error}'}"
    if fault:
        raise PackError(f"Exercise {exercise.id} of your pack cannot be used yet. {fault}")


def faults_of_code(exercise, folder):
    for seed in SEEDS:
        try:
            if not judge.draw_cases(exercise, seed):
                yield "Its cases(rng) gave no case; it returns a list of tuples of arguments."
            judge.truth(exercise, judge.draw_cases(exercise, seed))
        except Exception as error:
            yield f"Its cases, or its reference on them, failed: {told(error, folder) or error}"
    try:
        printed, blank = (define(code, exercise) for code in (exercise.solution_code(), exercise.starter_code()))
    except Exception as error:
        yield f"Its solution or blank does not run where only np is known: {type(error).__name__}: {error}"
    for seed in SEEDS:
        verdict = judge.check_answer(exercise, printed, seed)
        if not verdict.right:
            yield (
                "Its solution is judged wrong. It has to run where only np is known: what it calls stands inside it. The "
                f"judge says: {feedback.sentence(exercise, verdict)}"
            )
        if judge.check_answer(exercise, blank, seed).right:
            yield "The blank is judged right. It needs cases on which it is wrong."
        for mistake in exercise.mistakes:
            yield from fault_of_mistake(mistake, judge.check_answer(exercise, mistake.wrong, seed))


def faults_of_value(exercise):
    for seed in SEEDS:
        given = exercise.draw(np.random.default_rng(seed)) if exercise.draw else exercise.given
        for mistake in exercise.mistakes:
            wrong = mistake.wrong(**given) if callable(mistake.wrong) else mistake.wrong
            yield from fault_of_mistake(mistake, judge.judge_value(exercise, wrong, given))


def fault_of_mistake(mistake, verdict):
    if verdict.right:
        yield f"Its mistake {mistake.name!r} is judged right. Change it, or add cases on which its results differ."
    elif verdict.status == "slow":
        yield f"Its mistake {mistake.name!r} does not come to an end on every case."
    elif verdict.mistake is None:
        yield f"Its mistake {mistake.name!r} is not recognized: it fails as {verdict.status!r}. Are its results the same each time?"
    elif verdict.mistake.name != mistake.name:
        yield f"Its mistake {mistake.name!r} cannot be told from {verdict.mistake.name!r}. Drop one, or add cases."


def define(code, exercise):
    """What a notebook cell with this code defines."""
    namespace = {"np": np}
    exec(code, namespace)
    return namespace[exercise.name]
