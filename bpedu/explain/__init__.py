"""Looks for what turns the expected array into the one that came.

Each search tries one kind of relation: a constant factor and what it equals here, a sign, a transpose, a missing or
extra sum, a missing elementwise factor, an extra term, a reversed order, entries or rows that alone are wrong …
A relation is reported only when it reproduces the answer on every case.
"""

import numpy as np

from bpedu.explain.arrays import by_axes, by_factor, by_length_one, by_reduction, by_shape, by_zeros
from bpedu.explain.inputs import by_elementwise_factor, by_offset, by_wrong_axis
from bpedu.explain.places import by_region, by_rows
from bpedu.explain.relation import Explanation

__all__ = ["Explanation", "explain"]

SEARCHES = (
    by_zeros, by_length_one, by_shape, by_factor, by_axes, by_wrong_axis, by_reduction, by_elementwise_factor, by_offset,
    by_region, by_rows,
)  # fmt: skip


def explain(names, cases, pairs, exercise) -> Explanation | None:
    """The relation between expected and got that holds on every case, or None.

    names  argument names; cases  argument tuples; pairs  (expected, got) per case, or None where not comparable
    """
    if any(p is None for p in pairs) or not pairs:
        return None
    if any(not np.isfinite(want).all() for want, _ in pairs):
        return None
    scenes = [dict(zip(names, case, strict=False)) for case in cases]
    with np.errstate(all="ignore"):
        for search in SEARCHES:
            found = search(scenes, pairs, exercise)
            if found:
                return found
    return None
