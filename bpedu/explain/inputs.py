"""Relations through an argument of the function: a factor, a term, or an axis that was meant and not taken."""

from itertools import combinations, product

import numpy as np

from bpedu.explain.relation import Explanation, holds, near


def array_names(scenes, kinds="f", least=0):
    """Names of the arguments that are arrays of these kinds, with `least` axes or more, in every case."""
    return [
        name
        for name in scenes[0]
        if all(
            isinstance(s.get(name), np.ndarray) and s[name].dtype.kind in kinds and s[name].ndim >= least for s in scenes
        )
    ]  # fmt: skip


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


def by_elementwise_factor(scenes, pairs, exercise):
    """got · f(input) = expected (a factor is missing) or got = expected · f(input) (it was applied once too often)."""
    if any(want.shape != got.shape for want, got in pairs) or not any(want.any() and got.any() for want, got in pairs):
        return None
    for name in array_names(scenes):
        for label, slope in SLOPES.items():
            factors = [spread(slope(s[name]), want.shape) for s, (want, _) in zip(scenes, pairs, strict=True)]
            if any(f is None for f in factors):
                continue
            for kind, sides in (("missing", [(g, w) for w, g in pairs]), ("extra", pairs)):
                fits = (near(a * f, b, exercise) for f, (a, b) in zip(factors, sides, strict=True))
                if all(fits) and not all(near(w, g, exercise) for w, g in pairs):
                    return Explanation(kind, {"factor": label.format(x=name)})
    return None


def spread(f, shape):
    """f broadcast to `shape`, or None."""
    try:
        return np.broadcast_to(f, shape)
    except ValueError:
        return None


def by_offset(scenes, pairs, exercise):
    """got = expected ± an input: a term was left out or added."""
    for name in scenes[0]:
        if not all(isinstance(s.get(name), (np.ndarray, float)) for s in scenes):
            continue
        for sign in (1, -1):

            def shifted(scene, want, name=name, sign=sign):
                term = spread(np.asarray(scene[name], dtype=float), want.shape)
                return None if term is None or not term.any() else want + sign * term

            if holds(shifted, scenes, pairs, exercise):
                return Explanation("offset", {"name": name, "sign": sign})
    return None


def by_wrong_axis(scenes, pairs, exercise):
    """expected is an input, or the product of two, summed or averaged over one axis, and got over another."""
    names = array_names(scenes, "fiu", least=2)
    sources = [(name,) for name in names] + [
        (a, b) for a, b in combinations(names, 2) if all(s[a].shape == s[b].shape for s in scenes)
    ]
    for source in sources:
        arrays = [np.prod([s[name] for name in source], axis=0) for s in scenes]
        meant = reductions(arrays, [want for want, _ in pairs], exercise)
        came = reductions(arrays, [got for _, got in pairs], exercise) if meant else ()
        for (kind, right), (did, wrong) in product(meant, came):
            if right is not None and right != wrong:
                what = {"source": " * ".join(source), "did": did, "wrong": wrong, "kind": kind, "right": right}
                return Explanation("wrong axis", what)
    return None


def reductions(arrays, results, exercise) -> list[tuple]:
    """("sum" or "mean", axis) of everything that turns each array into its result; the axis None is all of them."""
    found = []
    for (kind, reduce), axis in product(
        (("sum", np.sum), ("mean", np.mean)), (*range(min(a.ndim for a in arrays)), None)
    ):
        for keep in (False, True):
            made = (np.asarray(reduce(a, axis, keepdims=keep)) for a in arrays)
            if all(near(r, m, exercise) for r, m in zip(results, made, strict=True)):
                found.append((kind, axis))
    return found
