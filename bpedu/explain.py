"""Looks for what turns the expected array into the one that came.

Each search tries one kind of relation: a constant factor and what it equals here, a sign, a transpose, a missing or
extra sum, a missing elementwise factor, an extra term, a reversed order, entries that are wrong only where an input
is negative … A relation is reported only when it reproduces the answer on every case.
"""

from dataclasses import dataclass
from itertools import permutations

import numpy as np


@dataclass(frozen=True)
class Explanation:
    """kind: "zeros", "sign", "factor", "transpose", "sum", "mean", "unsummed", "unaveraged", "missing", "extra", "offset",
    "reversed", "where", "same factor"; `what` fills in its sentence."""

    kind: str
    what: dict


def explain(names, cases, pairs, exercise) -> Explanation | None:
    """The relation between expected and got that holds on every case, or None.

    names  argument names; cases  argument tuples; pairs  (expected, got) per case, or None where not comparable
    """
    if any(p is None for p in pairs) or not pairs:
        return None
    pairs = [(np.atleast_1d(want), np.atleast_1d(got)) for want, got in pairs]
    if any(not np.isfinite(want).all() for want, _ in pairs):
        return None
    scenes = [dict(zip(names, case, strict=False)) for case in cases]
    with np.errstate(all="ignore"):
        for search in (by_zeros, by_factor, by_axes, by_reduction, by_elementwise_factor, by_offset, by_region):
            found = search(scenes, pairs)
            if found:
                return found
    return None


def near(a, b) -> bool:
    """Same shape, and equal to one part in a million of the largest entry."""
    if a.shape != b.shape or not np.isfinite(b).all() or not np.isfinite(a).all():
        return False
    scale = max(float(np.abs(a).max(initial=0.0)), float(np.abs(b).max(initial=0.0)), 1e-300)
    return bool(np.abs(a - b).max(initial=0.0) <= 1e-6 * scale)


def holds(relation, scenes, pairs) -> bool:
    """Whether relation(scene, want) equals got on every case, and some case tells the two apart."""
    results = [relation(scene, want) for scene, (want, _) in zip(scenes, pairs, strict=True)]
    if any(r is None for r in results):
        return False
    return all(near(np.asarray(r), got) for r, (_, got) in zip(results, pairs, strict=True)) and any(
        not near(want, got) for want, got in pairs
    )


def by_zeros(scenes, pairs):
    """got is zero everywhere, and should not be. Of a single number nothing is said: "everywhere" would puzzle."""
    zeros = all(want.shape == got.shape and not got.any() for want, got in pairs) and any(w.size > 1 for w, _ in pairs)
    return Explanation("zeros", {}) if zeros else None


def by_factor(scenes, pairs):
    """got = k · expected, and what k equals here."""
    ratios = [ratio(want, got) for want, got in pairs]
    known = [r for r in ratios if r != "any"]
    if not known or None in known or all(abs(r - 1) <= 1e-6 for r in known):  # equal but for the shape: not a factor
        return None
    for name, values in quantities(scenes).items():
        for kind, power in (("times", 1), ("divided", -1)):
            for sign in (1, -1):
                if agrees(ratios, [None if v is None or v == 0 else sign * v**power for v in values]):
                    return factor_found(name, kind, sign, known, values)
    if len(known) > 1 and max(known) - min(known) <= 1e-6 * abs(known[0]):
        return Explanation("same factor", {"factor": known[0]})
    return None


def factor_found(name, kind, sign, known, values):
    if name == "1":
        return Explanation("sign", {})
    value = next(v for v in values if v is not None)
    return Explanation("factor", {"name": name, "kind": kind, "negative": sign < 0, "factor": known[0], "value": value})


def ratio(want, got):
    """The number k with got = k·want; "any" when both are zero; None when there is none."""
    if want.shape != got.shape:
        return None
    if not want.any():
        return "any" if not got.any() else None
    big = np.abs(want) > 1e-9 * np.abs(want).max()
    k = float(np.median(got[big] / want[big]))
    return k if k != 0 and near(k * want, got) else None


def agrees(ratios, values):
    return all(
        r == "any" or (v is not None and abs(r - v) <= 1e-6 * abs(v)) for r, v in zip(ratios, values, strict=True)
    )


def quantities(scenes) -> dict:
    """Named numbers a factor may equal: 1 (for a sign), 2, sizes of arguments, scalar arguments, and their products.

    Sizes of the same value in every case share a name with the first of them.
    """
    out = {"1": [1.0] * len(scenes), "2": [2.0] * len(scenes)}
    for name in scenes[0]:
        values = [s.get(name) for s in scenes]
        if all(isinstance(v, (int, float, np.number)) and not isinstance(v, bool) for v in values):
            out[name] = [float(v) for v in values]
            out[f"(1 − {name})"] = [1.0 - float(v) for v in values]
        if all(isinstance(v, np.ndarray) for v in values):
            for axis in range(min(v.ndim for v in values)):
                out[f"{name}.shape[{axis}]"] = [float(v.shape[axis]) for v in values]
            out[f"{name}.size"] = [float(v.size) for v in values]
    sizes = {k: v for k, v in out.items() if ".shape" in k or k == "2"}
    for a in list(sizes):
        out.setdefault(f"{a}/2", [v / 2 for v in sizes[a]])
    for k, v in list(out.items()):
        if k not in ("1",) and len(set(v)) == 1 and len(v) > 1 and v[0] == 1.0:
            del out[k]
    return out


def by_axes(scenes, pairs):
    """got is the expected array with its axes permuted or an axis reversed."""
    rank = max(want.ndim for want, _ in pairs)
    for order in permutations(range(rank)):
        if list(order) != sorted(order) and holds(
            lambda s, w, o=order: w.transpose(o) if w.ndim == len(o) else None, scenes, pairs
        ):
            return Explanation("transpose", {"order": order})
    for axis in range(rank):
        if holds(lambda s, w, a=axis: np.flip(w, a) if w.ndim > a else None, scenes, pairs):
            return Explanation("reversed", {"axis": axis})
    return None


def by_reduction(scenes, pairs):
    """got is the expected array summed or averaged over an axis once too often, or once too seldom."""
    for axis in range(3):
        for kind, reduce in (("sum", np.sum), ("mean", np.mean)):
            for keep in (False, True):
                if holds(lambda s, w: reduce(w, axis, keepdims=keep) if w.ndim > axis else None, scenes, pairs):  # noqa: B023
                    return Explanation(kind, {"axis": axis})
        for kind, reduce in (("unsummed", np.sum), ("unaveraged", np.mean)):
            if (
                all(got.ndim > axis and got.ndim > want.ndim - 1 for want, got in pairs)
                and all(near(squeezed(reduce(got, axis)), squeezed(want)) for want, got in pairs)
                and any(got.shape != want.shape for want, got in pairs)
            ):
                return Explanation(kind, {"axis": axis})
    return None


def squeezed(a):
    return np.atleast_1d(np.squeeze(a))


SLOPES = {
    "{x}": lambda x: x,
    "σ'({x})": lambda x: np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))) ** 2,
    "(1 − tanh²({x}))": lambda x: 1 - np.tanh(x) ** 2,
    "{x}(1 − {x})": lambda x: x * (1 - x),
    "(1 − {x}²)": lambda x: 1 - x**2,
    "(1 − {x})": lambda x: 1 - x,
    "1[{x} > 0]": lambda x: (x > 0).astype(float),
    "σ({x})": lambda x: 1 / (1 + np.exp(-x)),
    "tanh({x})": np.tanh,
}


def by_elementwise_factor(scenes, pairs):
    """got · f(input) = expected (a factor is missing) or got = expected · f(input) (it was applied once too often)."""
    for name in scenes[0]:
        if not all(isinstance(s.get(name), np.ndarray) and s[name].dtype.kind == "f" for s in scenes):
            continue
        for label, slope in SLOPES.items():
            factors = [spread(slope(s[name]), want.shape) for s, (want, _) in zip(scenes, pairs, strict=True)]
            if any(f is None or near(f, np.ones_like(f)) for f in factors):
                continue
            for kind in ("missing", "extra"):
                if factor_fits(kind, factors, pairs):
                    return Explanation(kind, {"factor": label.format(x=name)})
    return None


def factor_fits(kind, factors, pairs):
    sides = [(got * f, want, got) if kind == "missing" else (want * f, got, want) for f, (want, got) in
             zip(factors, pairs, strict=True) if want.shape == got.shape]  # fmt: skip
    return len(sides) == len(pairs) and all(near(a, b) and b.any() for a, b, _ in sides)


def spread(f, shape):
    """f broadcast to `shape`, or None."""
    try:
        return np.broadcast_to(f, shape)
    except ValueError:
        return None


def by_offset(scenes, pairs):
    """got = expected ± an input: a term was left out or added."""
    for name in scenes[0]:
        if not all(isinstance(s.get(name), (np.ndarray, float)) for s in scenes):
            continue
        for sign in (1, -1):

            def shifted(scene, want, name=name, sign=sign):
                term = spread(np.asarray(scene[name], dtype=float), want.shape)
                return None if term is None or not term.any() else want + sign * term

            if holds(shifted, scenes, pairs):
                return Explanation("offset", {"name": name, "sign": sign})
    return None


REGIONS = {
    "{x} is negative": lambda x: x < 0,
    "{x} is positive": lambda x: x > 0,
    "{x} is zero": lambda x: x == 0,
    "|{x}| is greater than 1": lambda x: np.abs(x) > 1,
    "|{x}| is 30 or more": lambda x: np.abs(x) >= 30,
}


def by_region(scenes, pairs):
    """Wrong exactly where an input of the same shape (or one number per row) is negative, positive, zero, large."""
    if any(want.shape != got.shape for want, got in pairs):
        return None
    wrong = [~np.isclose(got, want, rtol=1e-6, atol=1e-12) for want, got in pairs]
    if all(w.all() for w in wrong):  # wrong everywhere says nothing about a region
        return None
    for name in scenes[0]:
        inputs = [s.get(name) for s in scenes]
        if not all(isinstance(v, np.ndarray) and v.dtype.kind in "fiu" for v in inputs):
            continue
        for label, test in REGIONS.items():
            masks = [region(test(v), w.shape) for v, w in zip(inputs, wrong, strict=True)]
            if all(m is not None for m in masks) and all(map(np.array_equal, masks, wrong)):
                return Explanation("where", {"where": label.format(x=name)})
    return None


def region(mask, shape):
    if mask.shape == shape:
        return mask
    if mask.ndim == 1 and len(shape) == 2 and mask.shape[0] == shape[0]:
        return np.broadcast_to(mask[:, None], shape)
    return None
