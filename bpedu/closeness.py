"""When a result counts as the expected one: the only place that knows the tolerance."""

import numpy as np

from bpedu.exercise import Exercise
from bpedu.runner import Foreign


def entrywise_close(expected, got, rtol: float, atol: float) -> np.ndarray:
    """Where two arrays of one shape agree: |got − expected| <= atol·max(1, max|expected|) + rtol·|expected|.

    What is not finite has to be the same; NaN agrees with NaN.
    """
    expected, got = np.asarray(expected, dtype=float), np.asarray(got, dtype=float)
    finite, size = np.isfinite(expected), np.abs(expected)
    scale = size.max(initial=1.0, where=finite)
    with np.errstate(invalid="ignore", over="ignore"):
        near = np.abs(got - expected) <= atol * scale + rtol * size
    if finite.all():
        return near
    return np.where(finite, near, (expected == got) | (np.isnan(expected) & np.isnan(got)))


def close(exercise: Exercise, expected, got) -> bool:
    """Whether two results without parts agree: numbers and arrays nearly, text and truth values exactly."""
    if isinstance(expected, (str, bool, type(None))):
        return type(expected) is type(got) and expected == got
    expected, got = np.asarray(expected), np.asarray(got)
    if expected.shape != got.shape or got.dtype.kind not in "biuf":
        return False
    return bool(entrywise_close(expected, got, exercise.rtol, exercise.atol).all())


def right_to_five_digits(expected, got) -> bool:
    """Whether two arrays differ as they do when one was computed in float32."""
    if not np.isfinite(expected).all():
        return False
    size = np.abs(expected.astype(float))
    return bool(np.all(np.abs(got.astype(float) - expected) <= 1e-5 * size + 1e-7 * size.max(initial=0.0)))


def equal(exercise: Exercise, a, b) -> bool:
    """Whether two results agree, through tuples and dicts."""
    if isinstance(a, (tuple, list)) and isinstance(b, (tuple, list)):
        if len(a) == len(b) and all(equal(exercise, x, y) for x, y in zip(a, b, strict=True)):
            return True
        return listed_array(exercise, a, b)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(equal(exercise, a[k], b[k]) for k in a)
    if isinstance(a, (dict, Foreign)) or isinstance(b, (dict, Foreign)):
        return False
    try:
        return close(exercise, a, b)
    except (TypeError, ValueError, OverflowError):
        return False


def listed_array(exercise, a, b):
    """Whether two nested lists hold the same array; several results in a tuple are no array."""
    if isinstance(a, tuple) or isinstance(b, tuple):
        return False
    try:
        return close(exercise, np.asarray(a), np.asarray(b))
    except (TypeError, ValueError, OverflowError):
        return False
