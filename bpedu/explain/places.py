"""Places: an answer that is right on some entries or rows and wrong on others, and what the wrong ones share."""

import numpy as np

from bpedu.closeness import entrywise_close
from bpedu.explain.inputs import array_names
from bpedu.explain.relation import Explanation

TESTS = {
    "is negative": lambda x: x < 0,
    "is positive": lambda x: x > 0,
    "is zero": lambda x: x == 0,
}
SIZES = {
    "is greater than 1": lambda x: np.abs(x) > 1,
    "is 30 or more": lambda x: np.abs(x) >= 30,
}


def wrong_entries(pairs, exercise):
    """Where each case is wrong, or None unless some entries are right and some are wrong."""
    if any(want.shape != got.shape or not want.ndim for want, got in pairs):
        return None
    wrong = [~entrywise_close(want, got, exercise.rtol, exercise.atol) for want, got in pairs]
    return None if all(w.all() for w in wrong) or not any(w.any() for w in wrong) else wrong


def by_region(scenes, pairs, exercise):
    """Wrong exactly where an input of the same shape (or one number per row) is negative, positive, zero, large."""
    wrong = wrong_entries(pairs, exercise)
    for name in array_names(scenes, "fiu") if wrong else ():
        tests = {f"{name} {says}": test for says, test in TESTS.items()}
        if scenes[0][name].dtype.kind == "f":
            tests |= {f"|{name}| {says}": test for says, test in SIZES.items()}
        for where, test in tests.items():
            masks = [region(test(s[name]), w.shape) for s, w in zip(scenes, wrong, strict=True)]
            if all(m is not None for m in masks) and all(map(np.array_equal, masks, wrong)):
                return Explanation("where", {"where": where})
    return None


def region(mask, shape):
    if mask.shape == shape:
        return mask
    if mask.ndim == 1 and len(shape) == 2 and mask.shape[0] == shape[0]:
        return np.broadcast_to(mask[:, None], shape)
    return None


def by_rows(scenes, pairs, exercise):
    """Some rows are wrong, and they alone share something: their place, their class, or what an input holds there."""
    wrong = wrong_entries(pairs, exercise)
    if not wrong:
        return None
    rows = [w.reshape(len(w), -1).any(axis=1) for w in wrong]
    if all(r.all() for r in rows):
        return None
    for where, masks in row_masks(scenes, [len(r) for r in rows]):
        if all(map(np.array_equal, masks, rows)):
            return Explanation("rows" if wrong[0].ndim > 1 else "entries", {"where": where})
    return None


def row_masks(scenes, lengths):
    """(what rows share, a mask of such rows per case), from the simple to the particular."""
    places = [np.arange(n) for n in lengths]
    yield "are all but the first", [i > 0 for i in places]
    yield "is only the first", [i == 0 for i in places]
    yield "are all but the last", [i < n - 1 for i, n in zip(places, lengths, strict=True)]
    yield "is only the last", [i == n - 1 for i, n in zip(places, lengths, strict=True)]
    for name in array_names(scenes, "biuf", least=1):
        values = [s[name] for s in scenes]
        if any(len(v) != n for v, n in zip(values, lengths, strict=True)):
            continue
        flat = [v.reshape(len(v), -1) for v in values]
        if all(v.ndim == 1 and v.dtype.kind in "biu" for v in values):
            for k in sorted({int(x) for v in values for x in v}):
                yield f"are those where {name} is {k}", [v == k for v in values]
            yield f"are those whose {name} occurs more than once", [(v[:, None] == v).sum(axis=1) > 1 for v in values]
        for says, test in TESTS.items():
            yield f"are those where an entry of {name} {says}", [test(f).any(axis=1) for f in flat]
            yield f"are those where every entry of {name} {says}", [test(f).all(axis=1) for f in flat]
