"""The judge of one answer: outcomes in, verdict out. Pure; it runs no code of the reader's.

Order of judgement: not attempted; right; a known mistake (its outcomes equal the answer's on every case); the right
results in another order; otherwise the first case that failed, and in it the first result that is wrong, so that
forward is judged before backward.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import Any

import numpy as np

from bpedu import runner
from bpedu.closeness import close, equal
from bpedu.exercise import Exercise, Mistake
from bpedu.explain import explain
from bpedu.explain.cases import what_right_cases_share
from bpedu.faults import fault, names_of, part, results
from bpedu.runner import Foreign, Outcome


@dataclass(frozen=True)
class Verdict:
    """What the judge found. `feedback.sentence` puts it into words.

    status   "right", "not attempted", "mistake", "error", "slow", "none", "foreign", "count", "order", "keys", "shape",
             "dtype", "tuple", "integer", "nan", "value", "modified" or "remembers"
    mistake  the known mistake, when the status is "mistake"
    result   name of the wrong result ("dW"), when the exercise names its results
    details  what the words need: index, expected, got, shapes, explanation, right results, the case …
    """

    status: str
    mistake: Mistake | None = None
    result: str | None = None
    seed: int | None = None
    details: dict = field(default_factory=dict)

    @property
    def right(self) -> bool:
        return self.status == "right"


def draw_cases(exercise: Exercise, seed: int) -> list[tuple]:
    """The cases of one seed. Numbers and choices have none."""
    if not exercise.runs:
        return []
    return [case if isinstance(case, tuple) else (case,) for case in exercise.cases(np.random.default_rng(seed))]


def check_answer(exercise: Exercise, answer: Any, seed: int, *, seconds: float = 10.0) -> Verdict:
    """Runs and judges an answer in this process: the check of the notebook. The judge of a class runs it elsewhere."""
    with np.errstate(all="ignore"):  # also where the reader has had NumPy raise
        return _check_answer(exercise, answer, seed, seconds)


def _check_answer(exercise, answer, seed, seconds):
    if not exercise.runs:
        return judge_value(exercise, runner.as_data(answer))
    if answer is Ellipsis or answer is None:
        return Verdict("not attempted", seed=seed)
    if not callable(answer):
        return Verdict("foreign", seed=seed, details={"got": type(answer).__name__, "callable": True})
    cases = draw_cases(exercise, seed)
    try:
        with runner.time_limit(seconds):
            outcomes = runner.run(answer, exercise.drive, cases)
    except runner.TooSlow:
        return Verdict("slow", seed=seed, details={"seconds": seconds})
    return judge(exercise, cases, outcomes, seed)


def judge(exercise: Exercise, cases: list[tuple], outcomes: list[Outcome], seed: int | None = None, *,
          expected: list | None = None, wrong: list | None = None) -> Verdict:  # fmt: skip
    """The verdict on the outcomes that an answer gave on `cases` (one each, and the first case once again).

    expected, wrong  what the reference and the mistakes give on `cases` (`truth`, `mistaken`), where that is known already
    """
    if any(not o.attempted for o in outcomes):
        return Verdict("not attempted", seed=seed)
    outcomes = with_facts(exercise, cases, outcomes)
    expected = truth(exercise, cases) if expected is None else expected
    faults = [fault(exercise, want, outcome) for want, outcome in zip(expected, outcomes[: len(cases)], strict=True)]
    if not any(faults):
        return side_effects(exercise, cases, outcomes, seed)
    mistake = find_mistake(exercise, outcomes[: len(cases)], wrong or mistaken(exercise, cases), expected)
    if mistake:
        return Verdict("mistake", mistake=mistake, seed=seed)
    if in_another_order(exercise, expected, outcomes):
        return Verdict("order", seed=seed, details={"names": ", ".join(exercise.outputs)})
    if not faults[0] and remembers(exercise, cases, outcomes):
        return Verdict("remembers", seed=seed, details={"error": outcomes[-1].error})
    first = next(i for i, f in enumerate(faults) if f)
    return describe(exercise, cases, expected, outcomes, faults, first, seed)


def truth(exercise: Exercise, cases: list[tuple]) -> list:
    """What the reference gives on `cases`. An error in it is a fault of the exercise, and is raised."""
    outcomes = run(exercise, exercise.expected(), cases)
    broken = next((o for o in outcomes if o.error), None)
    if broken or len(outcomes) < len(cases):
        raise RuntimeError(f"The reference of exercise {exercise.id} failed: {broken.error if broken else 'a blank'}.")
    return [o.value for o in outcomes]


def run(exercise: Exercise, answer, cases: list[tuple]) -> list[Outcome]:
    """What an answer of the exercise's own gives, once for each case, as it is compared."""
    return with_facts(exercise, cases, runner.run(answer, exercise.drive, cases))[: len(cases)]


def with_facts(exercise: Exercise, cases: list[tuple], outcomes: list[Outcome]) -> list[Outcome]:
    """The outcomes with the exercise's facts about the results in their place. Results of which none can be told are an error."""
    if exercise.facts is None:
        return outcomes
    return [told(exercise, case, outcome) for case, outcome in zip([*cases, *cases[:1]], outcomes, strict=False)]


def told(exercise, case, outcome) -> Outcome:
    if outcome.error or outcome.value is None or isinstance(outcome.value, Foreign):
        return outcome
    try:
        return replace(outcome, value=runner.as_data(exercise.facts(outcome.value, *case)))
    except Exception as error:
        return replace(outcome, value=None, error=runner.in_words(error))


def judge_value(exercise: Exercise, answer: Any, given: dict | None = None) -> Verdict:
    """The verdict on a number or a choice."""
    given = given or exercise.given
    if answer is None or answer is Ellipsis or (isinstance(answer, Foreign) and answer.type_name == "ellipsis"):
        return Verdict("not attempted")
    tidy = tidy_choice if exercise.kind == "choice" else tidy_number
    value = tidy(exercise, answer)
    if value is None:
        return Verdict("dtype", details={"got": in_brief(answer), "kind": exercise.kind, "letters": exercise.letters})
    if close(exercise, exercise.expected(given), value):
        return Verdict("right")
    for mistake in exercise.mistakes:
        wrong = mistake.wrong(**given) if callable(mistake.wrong) else mistake.wrong
        if close(exercise, wrong, value):
            return Verdict("mistake", mistake=mistake)
    near = exercise.kind == "number" and abs(value - exercise.expected(given)) <= 0.02 * abs(exercise.expected(given))
    return Verdict("value", details={"got": value, "kind": exercise.kind, "near": near})


def in_brief(answer) -> str:
    """What came in place of a number or a letter, in a few words."""
    if isinstance(answer, Foreign):
        return f"something of type {answer.type_name}"
    try:
        return repr(answer)[:80]
    except ValueError:  # an integer of thousands of digits
        return f"a number of {answer.bit_length()} bits"


def tidy_choice(exercise, answer):
    text = answer.strip().lower().strip("().") if isinstance(answer, str) else ""
    return text if len(text) == 1 and text in exercise.letters else None


def tidy_number(exercise, answer):
    try:
        array = np.asarray(answer)
    except ValueError:
        return None
    if array.dtype.kind not in "iuf" or array.size != 1 or not np.isfinite(array).all():
        return None
    return float(array.reshape(()))


def mistaken(exercise: Exercise, cases: list[tuple]) -> Iterator[list[Outcome]]:
    """What each known mistake gives on `cases`, one after the other."""
    return (run(exercise, mistake.wrong, cases) for mistake in exercise.mistakes)


def find_mistake(exercise, got, wrong, expected) -> Mistake | None:
    """The known mistake whose outcomes equal the answer's on every case, errors of one kind in the same places included."""
    for mistake, theirs in zip(exercise.mistakes, wrong, strict=True):
        if len(theirs) < len(got):
            continue
        # A mistake that is right wherever it does not stop is known by its errors alone: they have to be the same to the letter.
        only_stops = any(o.error for o in theirs) and all(
            o.error or equal(exercise, want, o.value) for o, want in zip(theirs, expected, strict=False)
        )
        told_by = str if only_stops else kind_of
        if all(
            told_by(a.error) == told_by(b.error) and (a.error or equal(exercise, b.value, a.value))
            for a, b in zip(got, theirs, strict=True)
        ):
            return mistake
    return None


def kind_of(error: str | None) -> str | None:
    """The kind of an error, IndexError of `IndexError: list index out of range`; None where there was none."""
    return error and error.split(":")[0]


def in_another_order(exercise, expected, outcomes) -> bool:
    """Whether a function returns all the right results, and on every case in the same wrong order."""
    if exercise.drive or not all(isinstance(want, tuple) and len(want) == len(exercise.outputs) for want in expected):
        return False
    pairs = list(zip(expected, outcomes, strict=False))
    if not all(isinstance(o.value, (tuple, list)) and len(o.value) == len(want) for want, o in pairs):
        return False
    return any(
        all(equal(exercise, want, tuple(o.value[i] for i in order)) for want, o in pairs)
        for order in permutations(range(len(exercise.outputs)))
    )


def describe(exercise, cases, expected, outcomes, faults, first, seed) -> Verdict:
    """The verdict on the first failing case, with whatever explains the answer on all of them."""
    status, name, details = faults[first]
    details = dict(details, case=first, arguments=dict(zip(exercise.arguments, cases[first], strict=False)))
    details["constant"] = len(cases) > 2 and all(runner.same(o.value, outcomes[0].value) for o in outcomes)
    details["only"] = what_right_cases_share(cases, faults, [part(exercise, name, e) for e in expected])
    details["unsteady"] = remembers(exercise, cases, outcomes)
    details["modified"] = [exercise.arguments[i] for i in outcomes[first].modified if i < len(exercise.arguments)]
    details["sometimes"] = any(o.value is not None for o in outcomes)
    if status in ("value", "shape", "nan"):
        there = [i for i in range(len(cases)) if name in names_of(exercise, expected[i])]
        pairs = [pair_of(exercise, name, expected[i], outcomes[i]) for i in there]
        details["explanation"] = explain(exercise.arguments, [cases[i] for i in there], pairs, exercise)
        if isinstance(expected[first], (tuple, dict)):
            details["right"] = right_throughout(exercise, expected, outcomes, first)
    return Verdict(status, result=name, seed=seed, details=details)


def right_throughout(exercise, expected, outcomes, first) -> list:
    """The names of the first failing case's results that are right in every case in which they occur."""
    wrong = set()
    for want, outcome in zip(expected, outcomes, strict=False):
        if equal(exercise, want, outcome.value):
            continue
        if type(outcome.value) is not type(want) or len(outcome.value) != len(want):
            return []
        if isinstance(want, dict) and outcome.value.keys() != want.keys():
            return []
        wrong |= {n for n, w, g in results(exercise, want, outcome.value) if not equal(exercise, w, g)}
    return [n for n in names_of(exercise, expected[first]) if n not in wrong]


def pair_of(exercise, name, expected, outcome):
    """(expected, got) of the result called `name` as float arrays, or None where they cannot be compared."""
    if outcome.error or outcome.value is None or isinstance(outcome.value, Foreign):
        return None
    if isinstance(expected, tuple) and not (
        isinstance(outcome.value, (tuple, list)) and len(outcome.value) == len(expected)
    ):
        return None
    if isinstance(expected, dict) and not (isinstance(outcome.value, dict) and expected.keys() <= outcome.value.keys()):
        return None
    for n, want, got in results(exercise, expected, outcome.value):
        if n == name:
            try:
                return None if np.iscomplexobj(got) else (np.asarray(want, dtype=float), np.asarray(got, dtype=float))
            except (TypeError, ValueError, OverflowError):
                return None
    return None


def side_effects(exercise, cases, outcomes, seed) -> Verdict:
    """A right answer must also leave its arguments alone and give the same again when asked again."""
    modified = next((o.modified for o in outcomes if o.modified), ())
    if modified:
        names = exercise.arguments
        return Verdict("modified", seed=seed, details={"names": [names[i] for i in modified if i < len(names)]})
    if remembers(exercise, cases, outcomes):
        return Verdict("remembers", seed=seed, details={"error": outcomes[-1].error})
    return Verdict("right", seed=seed)


def remembers(exercise, cases, outcomes) -> bool:
    """Whether the first case, asked again at the end, gave something else."""
    first, again = outcomes[0], outcomes[len(cases)] if len(outcomes) > len(cases) else outcomes[0]
    if first.error:
        return False
    return bool(again.error) or not (runner.same(first.value, again.value) or equal(exercise, first.value, again.value))
