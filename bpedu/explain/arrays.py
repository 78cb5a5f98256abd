"""Relations between the expected array and the one that came, whatever they were made from."""

from itertools import permutations

import numpy as np

from bpedu.explain.relation import Explanation, holds, near


def by_zeros(scenes, pairs, exercise):
    """got is zero everywhere, and should not be. Of a single number nothing is said: "everywhere" would puzzle."""
    zeros = all(want.shape == got.shape and not got.any() for want, got in pairs) and any(w.size > 1 for w, _ in pairs)
    return Explanation("zeros", {}) if zeros else None


def by_length_one(scenes, pairs, exercise):
    """got differs from expected only in axes of length 1."""
    same = all(alike(want, got, exercise) for want, got in pairs)
    return Explanation("length one", {}) if same and any(want.shape != got.shape for want, got in pairs) else None


def alike(a, b, exercise) -> bool:
    """Whether two arrays are the same but for axes of length 1."""
    return near(np.squeeze(a), np.squeeze(b), exercise)


def by_shape(scenes, pairs, exercise):
    """got holds the expected entries in their order, in another shape."""
    same = all(near(want.ravel(), got.ravel(), exercise) for want, got in pairs)
    return Explanation("reshaped", {}) if same and any(want.shape != got.shape for want, got in pairs) else None


def by_factor(scenes, pairs, exercise):
    """got = k · expected, and what k equals here."""
    ratios = [ratio(want, got, exercise) for want, got in pairs]
    known = [r for r in ratios if r != "any"]
    if not known or None in known or all(abs(r - 1) <= 1e-6 for r in known):
        return None
    for name, values in quantities(scenes).items():
        for kind, power in (("times", 1), ("divided", -1)):
            for sign in (1, -1):
                if agrees(ratios, [None if v is None or v == 0 else sign * v**power for v in values]):
                    return factor_found(name, kind, sign, ratios, values)
    if len(known) > 1 and max(known) - min(known) <= 1e-6 * abs(known[0]):
        return Explanation("same factor", {"factor": known[0]})
    return None


def factor_found(name, kind, sign, ratios, values):
    """The factor and what it equals, in the first case in which it is seen."""
    if name == "1":
        return Explanation("sign", {})
    k, value = next((r, v) for r, v in zip(ratios, values, strict=True) if r != "any" and abs(r - 1) > 1e-6)
    return Explanation("factor", {"name": name, "kind": kind, "negative": sign < 0, "factor": k, "value": value})


def ratio(want, got, exercise):
    """The number k with got = k·want; "any" when both are zero; None when there is none."""
    if want.shape != got.shape:
        return None
    if not want.any():
        return "any" if not got.any() else None
    largest = np.unravel_index(np.abs(want).argmax(), want.shape)
    k = float(got[largest] / want[largest])
    return k if k != 0 and near(k * want, got, exercise) else None


def agrees(ratios, values):
    return all(
        r == "any" or (v is not None and abs(r - v) <= 1e-6 * abs(v)) for r, v in zip(ratios, values, strict=True)
    )


def quantities(scenes) -> dict:
    """Named numbers a factor may equal: 1 (for a sign), 2, scalar arguments, sizes of arguments, and half of those.

    Where several agree, the first is named.
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


def by_axes(scenes, pairs, exercise):
    """got is the expected array with its axes permuted or an axis reversed."""
    rank = max(want.ndim for want, _ in pairs)
    for order in permutations(range(rank)):
        if list(order) != sorted(order) and holds(
            lambda s, w, o=order: w.transpose(o) if w.ndim == len(o) else None, scenes, pairs, exercise
        ):
            return Explanation("transpose" if rank == 2 else "permuted", {"order": order})
    for axis in range(rank):
        if holds(lambda s, w, a=axis: np.flip(w, a) if w.ndim > a else None, scenes, pairs, exercise):
            return Explanation("reversed", {"axis": axis})
    return None


def by_reduction(scenes, pairs, exercise):
    """got is the expected array summed or averaged over an axis once too often, or once too seldom. Zeros tell nothing."""
    if not any(want.any() for want, _ in pairs):
        return None
    for axis in range(3):
        for kind, reduce in (("sum", np.sum), ("mean", np.mean)):
            for keep in (False, True):
                if holds(reduced(reduce, axis, keep), scenes, pairs, exercise):
                    return Explanation(kind, {"axis": axis})
        for kind, reduce in (("unsummed", np.sum), ("unaveraged", np.mean)):
            if any(want.shape != got.shape for want, got in pairs) and all(
                got.ndim > axis and alike(want, reduce(got, axis), exercise) for want, got in pairs
            ):
                return Explanation(kind, {"axis": axis})
    return by_whole_reduction(scenes, pairs, exercise)


def by_whole_reduction(scenes, pairs, exercise):
    """The same over all axes at once: one number in place of a table, or a table in place of one number."""
    for kind, reduce in (("sum", np.sum), ("mean", np.mean)):
        if holds(lambda scene, want, r=reduce: r(want) if want.ndim > 1 else None, scenes, pairs, exercise):
            return Explanation(f"{kind} all", {})
        if all(got.ndim > 1 and near(want, reduce(got), exercise) for want, got in pairs):
            return Explanation("unsummed all" if kind == "sum" else "unaveraged all", {})
    return None


def reduced(reduce, axis, keep):
    return lambda scene, array: reduce(array, axis, keepdims=keep) if array.ndim > axis else None
