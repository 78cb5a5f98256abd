"""The judge of one answer: outcomes in, verdict out. Pure; it runs no code of the reader's.

Order of judgement: not attempted; right; a known mistake (its outcomes equal the answer's on every case); otherwise
the first case that failed, and in it the first result that is wrong, so that forward is judged before backward.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bpedu import runner
from bpedu.closeness import close, entrywise_close, equal, right_to_five_digits
from bpedu.exercise import Exercise, Mistake
from bpedu.explain import explain
from bpedu.runner import Foreign, Outcome


@dataclass(frozen=True)
class Verdict:
    """What the judge found. `feedback.sentence` puts it into words.

    status   "right", "not attempted", "mistake", "error", "slow", "none", "foreign", "count", "keys", "shape", "dtype",
             "integer", "nan", "value", "modified" or "remembers"
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
    expected = truth(exercise, cases) if expected is None else expected
    faults = [fault(exercise, want, outcome) for want, outcome in zip(expected, outcomes[: len(cases)], strict=True)]
    if not any(faults):
        return side_effects(exercise, cases, outcomes, seed)
    mistake = find_mistake(exercise, outcomes[: len(cases)], wrong or mistaken(exercise, cases))
    if mistake:
        return Verdict("mistake", mistake=mistake, seed=seed)
    first = next(i for i, f in enumerate(faults) if f)
    return describe(exercise, cases, expected, outcomes, faults, first, seed)


def truth(exercise: Exercise, cases: list[tuple]) -> list:
    """What the reference gives on `cases`. An error in it is a fault of the exercise, and is raised."""
    outcomes = runner.run(exercise.expected(), exercise.drive, cases)[: len(cases)]
    broken = next((o for o in outcomes if o.error), None)
    if broken or len(outcomes) < len(cases):
        raise RuntimeError(f"The reference of exercise {exercise.id} failed: {broken.error if broken else 'a blank'}.")
    return [o.value for o in outcomes]


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
    return (runner.run(mistake.wrong, exercise.drive, cases)[: len(cases)] for mistake in exercise.mistakes)


def find_mistake(exercise, got, wrong) -> Mistake | None:
    """The known mistake whose outcomes equal the answer's on every case, errors in the same places included."""
    for mistake, theirs in zip(exercise.mistakes, wrong, strict=True):
        if len(theirs) < len(got):
            continue
        stops = all(o.error for o in theirs)  # such a mistake is known by the error it ends with
        if all(
            a.error == b.error
            if stops
            else bool(a.error) == bool(b.error) and (a.error or equal(exercise, b.value, a.value))
            for a, b in zip(got, theirs, strict=True)
        ):
            return mistake
    return None


def results(exercise, expected, value):
    """Pairs (name, expected, got) of the results of one call, in order; one unnamed pair when there is but one."""
    if isinstance(expected, dict):
        return [(k, expected[k], value[k]) for k in expected]
    if isinstance(expected, tuple):
        names = exercise.outputs or [f"result {i + 1}" for i in range(len(expected))]
        return list(zip(names, expected, value, strict=False))
    return [(exercise.outputs[0] if exercise.outputs else None, expected, value)]


def fault(exercise, expected, outcome) -> tuple | None:
    """What is wrong with one outcome: (status, name of the result, details), or None."""
    value = outcome.value
    if outcome.error:
        return "error", None, {"error": outcome.error, "line": outcome.line}
    if equal(exercise, expected, value):
        return None
    if value is None:
        return "none", None, {}
    if isinstance(value, Foreign):
        return "foreign", None, {"got": value.type_name}
    if isinstance(expected, dict):
        missing = [k for k in expected if not isinstance(value, dict) or k not in value]
        extra = [k for k in value if k not in expected] if isinstance(value, dict) else []
        if missing or extra:
            return "keys", None, {"missing": missing, "extra": extra, "keys": list(expected)}
    if isinstance(expected, tuple):
        if not isinstance(value, (tuple, list)) or len(value) != len(expected):
            count = len(value) if isinstance(value, (tuple, list)) else 1
            return "count", None, {"expected": len(expected), "got": count, "names": exercise.outputs}
    elif isinstance(value, tuple) and not isinstance(expected, (list, dict)):
        return "count", None, {"expected": 1, "got": len(value), "names": exercise.outputs}
    for name, want, got in results(exercise, expected, value):
        if not equal(exercise, want, got):
            status, details = array_fault(exercise, want, got)
            return status, name, details
    return "value", None, {"expected": expected, "got": value}


def is_cut_off(want, have) -> bool:
    """Whether `have` is `want` without its fractions. Of floats there have to be several: a 1.0 may have many reasons."""
    several = have.dtype.kind in "iu" or np.unique(have).size > 2
    return several and any(np.array_equal(cut(want), have) for cut in (np.trunc, np.floor, np.rint))


def array_fault(exercise, expected, got) -> tuple[str, dict]:
    """What is wrong with one result, from the coarse to the fine: type, shape, NaN, value."""
    if got is None:
        return "none", {}
    if isinstance(got, Foreign):
        return "foreign", {"got": got.type_name}
    if isinstance(expected, (str, bool, dict)) or isinstance(got, dict):
        return "value", {"expected": expected, "got": got}
    if isinstance(got, str):
        return "dtype", {"got": "text"}
    try:
        want, have = np.asarray(expected), np.asarray(got)
    except ValueError:
        return "dtype", {"got": "a list whose rows have different lengths"}
    if want.dtype.kind not in "biufc":
        return "value", {"expected": expected, "got": got}
    if have.dtype.kind not in "biuf":
        return "dtype", {"got": f"entries of type {have.dtype}" if have.dtype != object else "a ragged list or objects"}
    if have.shape != want.shape:
        return "shape", {"expected": want.shape, "got": have.shape}
    if np.isfinite(want).all() and not np.isfinite(have).all():
        bad = tuple(int(i) for i in np.argwhere(~np.isfinite(have))[0])
        return "nan", {"index": bad, "got": float(have[bad])}
    if want.dtype.kind == "f" and is_cut_off(want, have):
        return "integer", {"dtype": str(have.dtype)}
    wrong = ~entrywise_close(want, have, exercise.rtol, exercise.atol)
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    return "value", {"index": index, "expected": want[index].item(), "got": have[index].item(), "wrong": int(wrong.sum()),
                     "size": int(want.size), "near": right_to_five_digits(want, have)}  # fmt: skip


def describe(exercise, cases, expected, outcomes, faults, first, seed) -> Verdict:
    """The verdict on the first failing case, with whatever explains the answer on all of them."""
    status, name, details = faults[first]
    details = dict(details, case=first, arguments=dict(zip(exercise.arguments, cases[first], strict=False)))
    details["constant"] = len(cases) > 2 and all(runner.same(o.value, outcomes[0].value) for o in outcomes)
    details["only"] = what_right_cases_share(cases, faults, [part(exercise, name, e) for e in expected])
    details["modified"] = [exercise.arguments[i] for i in outcomes[first].modified if i < len(exercise.arguments)]
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
        wrong |= {n for n, w, g in results(exercise, want, outcome.value) if not equal(exercise, w, g)}
    return [n for n in names_of(exercise, expected[first]) if n not in wrong]


def names_of(exercise, expected) -> list:
    """The names of a case's results; a network with fewer layers has fewer of them."""
    return [n for n, _, _ in results(exercise, expected, expected)]


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


def part(exercise, name, expected):
    """The result called `name` of a case, or None."""
    return next((want for n, want, _ in results(exercise, expected, expected) if n == name), None)


def what_right_cases_share(cases, faults, wanted) -> str | None:
    """ "batch of one", "square" …: what tells the right cases from the wrong ones, if anything does."""
    right = [(c, w) for c, f, w in zip(cases, faults, wanted, strict=True) if not f]
    wrong = [(c, w) for c, f, w in zip(cases, faults, wanted, strict=True) if f]
    if not right:
        return None
    tests = {
        "batch of one": lambda case, want: is_batch_of_one(case),
        "square": lambda case, want: any(map(is_square, arrays_in(case))),
        "square result": lambda case, want: is_square(want),
        "zero": lambda case, want: has_zero_vector(case),
    }
    for name, test in tests.items():
        if all(test(*r) for r in right) and not any(test(*w) for w in wrong):
            return name
    return "one case" if len(right) == 1 and len(wrong) > 2 else None


def arrays_in(case):
    return [np.asarray(a) for a in case if isinstance(a, np.ndarray) and a.ndim > 0]


def is_batch_of_one(case):
    matrices = [a for a in arrays_in(case) if a.ndim >= 2]
    return bool(matrices) and matrices[0].shape[0] == 1


def is_square(array) -> bool:
    return np.ndim(array) == 2 and np.shape(array)[0] == np.shape(array)[1] > 1


def has_zero_vector(case):
    return any(a.size > 1 and not a.any() for a in arrays_in(case))


def side_effects(exercise, cases, outcomes, seed) -> Verdict:
    """A right answer must also leave its arguments alone and give the same again when asked again."""
    modified = next((o.modified for o in outcomes if o.modified), ())
    if modified:
        names = exercise.arguments
        return Verdict("modified", seed=seed, details={"names": [names[i] for i in modified if i < len(names)]})
    again = outcomes[len(cases)] if len(outcomes) > len(cases) else outcomes[0]
    if again.error or not equal(exercise, outcomes[0].value, again.value):
        return Verdict("remembers", seed=seed, details={"error": again.error})
    return Verdict("right", seed=seed)
