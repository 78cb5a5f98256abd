"""What a search finds, and when a relation counts as one."""

from dataclasses import dataclass

import numpy as np

from bpedu.closeness import entrywise_close


@dataclass(frozen=True)
class Explanation:
    """kind: a key of the sentences in `bpedu.words`, or "factor" or "offset"; `what` fills in its sentence."""

    kind: str
    what: dict


def near(a, b, exercise) -> bool:
    """Same shape, and the same numbers: by the exercise's tolerance, but never looser than one part in 100,000."""
    if a.shape != b.shape or not np.isfinite(b).all() or not np.isfinite(a).all():
        return False
    rtol, atol = (min(max(t, 1e-13), most) for t, most in ((exercise.rtol, 1e-5), (exercise.atol, 1e-8)))
    return bool(entrywise_close(a, b, rtol, atol).all())


def holds(relation, scenes, pairs, exercise) -> bool:
    """Whether relation(scene, want) equals got on every case, and some case tells the two apart."""
    results = [relation(scene, want) for scene, (want, _) in zip(scenes, pairs, strict=True)]
    if any(r is None for r in results):
        return False
    return all(
        near(np.asarray(r), got, exercise) for r, (_, got) in zip(results, pairs, strict=True)
    ) and not all(near(want, got, exercise) for want, got in pairs)  # fmt: skip
