"""What is wrong with one outcome, from the coarse to the fine: an error, no result, a wrong count, type, shape, value."""

import numpy as np

from bpedu.closeness import entrywise_close, equal, right_to_five_digits
from bpedu.runner import Foreign


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
            came = None if isinstance(value, dict) else type(value).__name__
            return "keys", None, {"missing": missing, "extra": extra, "keys": list(expected), "came": came}
    if isinstance(expected, tuple):
        if not isinstance(value, (tuple, list)) or len(value) != len(expected):
            count = len(value) if isinstance(value, (tuple, list)) else 1
            dictionary = isinstance(value, dict)
            return (
                "count",
                None,
                {"expected": len(expected), "got": count, "names": exercise.outputs, "dictionary": dictionary},
            )
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


def what_it_holds(array) -> str:
    """What an array of no numbers holds, in a few words."""
    if array.dtype != object:
        return f"entries of type {array.dtype}"
    return "None" if any(entry is None for entry in array.flat) else "a ragged list or objects"


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
    if isinstance(got, tuple) and isinstance(expected, np.ndarray) and np.shape(expected)[:1] != (len(got),):
        return "tuple", {}
    try:
        want, have = np.asarray(expected), np.asarray(got)
    except ValueError:
        return "dtype", {"got": "a list whose rows have different lengths"}
    if want.dtype.kind not in "biufc":
        return "value", {"expected": expected, "got": got}
    if have.dtype.kind not in "biuf":
        return "dtype", {"got": what_it_holds(have)}
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


def names_of(exercise, expected) -> list:
    """The names of a case's results; a network with fewer layers has fewer of them."""
    return [n for n, _, _ in results(exercise, expected, expected)]


def part(exercise, name, expected):
    """The result called `name` of a case, or None."""
    return next((want for n, want, _ in results(exercise, expected, expected) if n == name), None)
