"""Gradcheck: does a pullback return the gradients that nudging every entry, one at a time, measures?

The cotangent that is sent back is random. A check that sends back ones is blind: the rows of a softmax sum to 1, so the
gradient of their sum is 0, and a pullback with a flipped sign passes. Chapter 06.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

SMALLEST_SCALE = 1e-4  # below this, a gradient is compared with the rounding of the differences, not with itself


@dataclass(frozen=True, repr=False)
class GradcheckReport:
    """What ``gradcheck`` found. It is true in an ``if`` when the gradients agree, and prints as a sentence.

    ``argument``, ``index``, ``analytic`` and ``numeric`` belong to the worst of the ``entries`` that were compared.
    ``relative_error`` is |analytic − numeric| there, over the largest entry of that argument's gradient (at least 1e-4).
    ``checked`` are the arguments that were compared, ``unchecked`` the other arrays of floats. ``problem`` is empty unless
    something kept the gradients from being compared at all.
    """

    name: str
    ok: bool
    tolerance: float
    argument: int | None = None
    index: tuple[int, ...] = ()
    analytic: float = 0.0
    numeric: float = 0.0
    relative_error: float = 0.0
    entries: int = 0
    checked: tuple[int, ...] = ()
    unchecked: tuple[int, ...] = ()
    problem: str = ""

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        if self.problem:
            return f"{self.name}: {self.problem}"
        verdict = "agrees with" if self.ok else "DIFFERS from"
        lines = [
            f"{self.name}: the gradient {verdict} finite differences in {self.entries} entries "
            f"(relative error at most {self.relative_error:.0e}, allowed {self.tolerance:.0e}).",
            f"  worst entry: argument {self.argument}, index {self.index}: "
            f"analytic {self.analytic:+.6g}, numeric {self.numeric:+.6g}",
        ]
        if self.unchecked:
            lines.append(f"  no gradient came for argument {', '.join(map(str, self.unchecked))}, taken for data.")
        return "\n".join(lines)

    __repr__ = __str__  # what a notebook shows for a last line ``gradcheck(…)``


def numerical_gradient(f: Callable, x, h: float = 1e-5) -> np.ndarray:
    """The gradient of a number-valued f at x by central differences, (f(x + h) − f(x − h)) / 2h for every entry.

    The error is about h² from the formula and 1e-16 · |f| / h from rounding. x is not changed; f gets a float64 copy.

    >>> numerical_gradient(lambda x: (x**2).sum(), [1.0, -3.0]).round(6)
    array([ 2., -6.])
    """
    x = np.array(x, dtype=np.float64)
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        here = x[i]
        x[i] = here + h
        above = f(x)
        x[i] = here - h
        gradient[i] = (above - f(x)) / (2 * h)
        x[i] = here
    return gradient


def gradcheck(
    rule: Callable,
    *inputs,
    rng: np.random.Generator | None = None,
    h: float = 1e-5,
    tolerance: float = 1e-6,
    differentiable: Sequence[int] | None = None,
    **options,
) -> GradcheckReport:
    """Compare the pullback of ``rule`` with finite differences, in float64, every entry, for a random cotangent.

    ``rule(*inputs, **options)`` returns ``(value, pullback)``; the value may be a tuple, whose pullback then takes one
    cotangent for each. The gradients are matched with the arrays of floats among the inputs, first to first: give
    ``differentiable`` (positions) where that guess is wrong. A rule that draws random numbers needs them fixed (a mask),
    and inputs should keep a distance of ``h`` from kinks.

    >>> def square(x):
    ...     def square_pullback(dy):
    ...         return 3 * x * dy                  # wrong: it should be 2
    ...     return x**2, square_pullback
    >>> print(gradcheck(square, np.array([1.0, 2.0]), rng=np.random.default_rng(0)))
    square: the gradient DIFFERS from finite differences in 2 entries (relative error at most 3e-01, allowed 1e-06).
      worst entry: argument 0, index (1,): analytic -0.792629, numeric -0.528419
    """
    name = getattr(rule, "__name__", type(rule).__name__)
    rng = np.random.default_rng() if rng is None else rng
    inputs = [np.array(x, dtype=np.float64) if _is_float(x) else x for x in inputs]
    before = [np.copy(x) if isinstance(x, np.ndarray) else x for x in inputs]
    value, pullback = rule(*inputs, **options)
    cotangents = [rng.standard_normal(np.shape(v)) for v in _as_tuple(value)]
    gradients = _as_tuple(pullback(*cotangents))
    floats = [k for k, x in enumerate(inputs) if _is_float(x)]
    positions = list(floats if differentiable is None else differentiable)[: len(gradients)]
    problem = _problem(gradients, positions, before, inputs)
    if problem:
        return GradcheckReport(name, False, tolerance, problem=problem)

    def measured(k):
        def along_cotangents(x):
            value, _ = rule(*inputs[:k], x, *inputs[k + 1 :], **options)
            return sum(np.sum(c * v) for c, v in zip(cotangents, _as_tuple(value), strict=True))

        return numerical_gradient(along_cotangents, inputs[k], h)

    pairs = {k: (G, measured(k)) for k, G in zip(positions, gradients, strict=True) if G is not None}
    return _report(name, tolerance, pairs, tuple(k for k in floats if k not in pairs))


def _report(name, tolerance, pairs, unchecked):
    """The report on {argument: (analytic, numeric)}."""
    worst = max((_worst_entry(k, *pair) for k, pair in pairs.items()), key=lambda entry: entry[-1])
    return GradcheckReport(
        name, bool(worst[-1] <= tolerance), tolerance, *worst,
        entries=sum(np.size(numeric) for _, numeric in pairs.values()), checked=tuple(pairs), unchecked=unchecked,
    )  # fmt: skip


def _worst_entry(k, analytic, numeric):
    """(argument, index, analytic, numeric, relative error) where the two differ most; a nan is worse than any number."""
    if not np.size(numeric):
        return k, (), 0.0, 0.0, 0.0
    analytic = np.asarray(analytic, dtype=np.float64)
    scale = max(np.abs(numeric).max(), np.abs(analytic).max(), SMALLEST_SCALE)
    errors = np.nan_to_num(np.abs(analytic - numeric) / scale, nan=np.inf)
    at = tuple(int(i) for i in np.unravel_index(errors.argmax(), errors.shape))
    return k, at, float(analytic[at]), float(numeric[at]), float(errors[at])


def _problem(gradients, positions, before, inputs):
    """Why the gradients cannot be compared, as a sentence; "" when they can."""
    if len(gradients) != len(positions):
        return f"the pullback returned {len(gradients)} gradients for {len(positions)} arrays of floats."
    if all(G is None for G in gradients):
        return "the pullback returned no gradient at all; did its last line forget a return?"
    for k, G in zip(positions, gradients, strict=True):
        if G is not None and np.shape(G) != np.shape(inputs[k]):
            return (
                f"the gradient of argument {k} has shape {np.shape(G)}, but the argument has shape {np.shape(inputs[k])}: "
                "every entry needs its own derivative."
            )
    for k, (old, new) in enumerate(zip(before, inputs, strict=True)):
        if isinstance(new, np.ndarray) and not np.array_equal(old, new, equal_nan=new.dtype.kind == "f"):
            return f"argument {k} was written to. Work on a copy, or the caller's data change under its hands."
    return ""


def _is_float(x):
    return isinstance(x, float | np.floating) or (isinstance(x, np.ndarray) and x.dtype.kind == "f")


def _as_tuple(x):
    return tuple(x) if isinstance(x, tuple | list) else (x,)
