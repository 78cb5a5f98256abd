"""Exercises of chapter 00, Start here: how a check works, and a short diagnostic."""

import numpy as np

from bpedu.exercise import Exercise, Mistake

# --- 0.1 -------------------------------------------------------------------------------------------------------------


def change_per_nudge(before, after, h):
    """Return how much a result changed per unit of nudge:
    it was `before`, and is `after` since an input grew by h.
    """
    return (after - before) / h


def nudge_cases(rng):
    """From positive and negative numbers, up and down."""
    cases = []
    for sign, direction in ((1, 1), (-1, -1), (1, -1), (-1, 1), (1, 1)):
        before = sign * float(rng.uniform(0.5, 4))
        cases.append((before, before + direction * float(rng.uniform(0.5, 4)), float(rng.uniform(0.01, 0.5))))
    return cases


FIRST = Exercise(
    id="0.1",
    title="Change per nudge",
    task="""
    A number came out of a network as `before`. Then one of its inputs was increased by `h`, and the number came out as
    `after`. Write `change_per_nudge(before, after, h)`: by how much did the result change for each unit of nudge? If it
    went from 2.00 to 2.06 under a nudge of 0.02, the answer is 3.
    """,
    solution=change_per_nudge,
    cases=nudge_cases,
    hints=(
        "From 2.00 to 2.06: how much is that? And how many times the nudge of 0.02?",
        "The change is after − before. Divide it by the nudge.",
        "return (after - before) / h",
    ),
    mistakes=(
        Mistake(
            "backward difference of the wrong sign",
            lambda before, after, h: (before - after) / h,
            "This is before − after: it says that the result fell when it rose. The change is what it became minus what it "
            "was.",
        ),
        Mistake(
            "not divided",
            lambda before, after, h: after - before,
            "This is the change itself. How much it changed *per unit of nudge* is wanted: divide by h.",
        ),
        Mistake(
            "brackets missing",
            lambda before, after, h: after - before / h,
            "Division goes before subtraction: you divided only `before` by h. Put after − before in brackets.",
        ),
        Mistake(
            "multiplied",
            lambda before, after, h: (after - before) * h,
            "You multiplied by h. A change of 0.06 under a nudge of 0.02 is 3 per unit: divide.",
        ),
        Mistake(
            "upside down",
            lambda before, after, h: h / (after - before),
            "This is the nudge per change, upside down.",
        ),
        Mistake(
            "central",
            lambda before, after, h: (after - before) / (2 * h),
            "You divided by 2h. That belongs to a nudge in both directions, from −h to +h; here the input moved by h in all.",
        ),
        Mistake(
            "relative change",
            lambda before, after, h: (after - before) / before,
            "You divided by `before`: that is the change as a share of what was there. Asked is the change per unit of nudge: divide by h.",
        ),
        Mistake(
            "relative change per nudge",
            lambda before, after, h: (after - before) / before / h,
            "You also divided by `before`. How large the result was does not matter here: (after - before) / h.",
        ),
        Mistake(
            "how many times",
            lambda before, after, h: after / before / h,
            "You asked how many *times* as large the result became. The change is a difference: after − before.",
        ),
        Mistake(
            "the other bracket missing",
            lambda before, after, h: after / h - before,
            "Division goes before subtraction: you divided only `after` by h. Put after − before in brackets.",
        ),
        Mistake(
            "no sign",
            lambda before, after, h: abs(after - before) / h,
            "The size is right, but a result that falls changes by a negative amount. Leave the absolute value out.",
        ),
        Mistake(
            "added",
            lambda before, after, h: (after + before) / h,
            "You added the two results. The change is their difference, after − before.",
        ),
        Mistake(
            "rounded down",
            lambda before, after, h: (after - before) // h,
            "// rounds down to a whole number. The division that keeps the fraction is /.",
        ),
    ),
)


# --- 0.2 -------------------------------------------------------------------------------------------------------------


def slope(f, x, h):
    """Return the slope of the straight line through the points of f at x and at x + h."""
    return (f(x + h) - f(x)) / h


def drive_slope(slope, name, x, h):
    f = {"square": lambda v: v * v, "sine": np.sin, "exponential": np.exp}[name]
    return slope(f, x, h)


def slope_cases(rng):
    names = ["square", "sine", "exponential", "sine"]
    falling = ("square", float(rng.uniform(-2, -0.8)), float(rng.uniform(0.05, 0.7)))
    return [*((name, float(rng.uniform(-2, 2)), float(rng.uniform(0.05, 0.7))) for name in names), falling]


SLOPE = Exercise(
    id="0.2",
    title="The slope of a line through two points",
    task="""
    `f` is a function of one number. Write `slope(f, x, h)`: the slope of the straight line that meets the curve of `f`
    at `x` and at `x + h`. *(If this is new, read "Slope" in [Mathematics in use](M_mathematics.ipynb) first.)*
    """,
    solution=slope,
    cases=slope_cases,
    drive=drive_slope,
    hints=(
        "A slope is rise over run. What is the run here, and what is the rise?",
        "The curve rises from f(x) to f(x + h), while x runs from x to x + h.",
        "return (f(x + h) - f(x)) / h",
    ),
    mistakes=(
        Mistake(
            "h inside f only",
            lambda f, x, h: f(h) / h,
            "You took f at h. The two points are at x and at x + h.",
        ),
        Mistake(
            "nudged the result",
            lambda f, x, h: ((f(x) + h) - f(x)) / h,
            "You wrote f(x) + h, which raises the *result* by h. The nudge belongs to the argument: f(x + h).",
        ),
        Mistake(
            "sign",
            lambda f, x, h: (f(x) - f(x + h)) / h,
            "The sign is wrong: the rise is f(x + h) − f(x), where you end minus where you began.",
        ),
        Mistake(
            "brackets missing",
            lambda f, x, h: f(x + h) - f(x) / h,
            "Division goes before subtraction: only f(x) is divided by h here. Put the difference in brackets.",
        ),
        Mistake(
            "backward",
            lambda f, x, h: (f(x) - f(x - h)) / h,
            "You went back to x − h. The line asked for meets the curve at x and at x + h.",
        ),
        Mistake(
            "central",
            lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
            "This is the slope through x − h and x + h. It is often a better estimate, and chapter 01 comes to it; "
            "asked for here is the line through x and x + h.",
        ),
        Mistake(
            "run forgotten",
            lambda f, x, h: f(x + h) - f(x),
            "This is the rise. The slope is the rise divided by the run h.",
        ),
        Mistake(
            "f at h",
            lambda f, x, h: (f(h) - f(x)) / h,
            "You took f at h. The second point is h *beyond* x: f(x + h).",
        ),
        Mistake(
            "through x and h",
            lambda f, x, h: (f(h) - f(x)) / (h - x),
            "This is the line through the points at x and at h. The second point is h *beyond* x: at x + h.",
        ),
        Mistake(
            "divided by the place",
            lambda f, x, h: (f(x + h) - f(x)) / (x + h),
            "You divided by x + h, which is where the run ends. Divide by how long it is: (x + h) − x = h.",
        ),
        Mistake(
            "upside down",
            lambda f, x, h: h / (f(x + h) - f(x)),
            "This is run over rise, upside down.",
        ),
        Mistake(
            "multiplied",
            lambda f, x, h: (f(x + h) - f(x)) * h,
            "You multiplied by the run. A slope is the rise divided by the run.",
        ),
        Mistake(
            "divided by 2h",
            lambda f, x, h: (f(x + h) - f(x)) / (2 * h),
            "You divided by 2h. From x to x + h the run is h.",
        ),
        Mistake(
            "no brackets at all",
            lambda f, x, h: f(x + h) - f(x) / (x + h) - x,
            "Division goes before subtraction: put brackets round the rise and round the run, (y2 - y1) / (x2 - x1).",
        ),
        Mistake(
            "no brackets round the run",
            lambda f, x, h: (f(x + h) - f(x)) / (x + h) - x,
            "Division goes before subtraction: only x + h divides here, and x is subtracted at the end. Put brackets round the run.",
        ),
        Mistake(
            "bracket closed too late",
            lambda f, x, h: f(x + h - f(x)) / h,
            "A bracket closes too late: f is asked at x + h − f(x). Close it after x + h: (f(x + h) - f(x)) / h.",
        ),
        Mistake(
            "no sign",
            lambda f, x, h: abs(f(x + h) - f(x)) / h,
            "The size is right, but a curve that falls has a negative slope. Leave the absolute value out.",
        ),
        Mistake(
            "rounded down",
            lambda f, x, h: (f(x + h) - f(x)) // h,
            "// rounds down to a whole number. The division that keeps the fraction is /.",
        ),
        Mistake(
            "np.gradient",
            lambda f, x, h: np.gradient(f(x), h),
            "np.gradient subtracts neighbours in a row of values. f(x) is one number and has none: nothing is left. Ask f at x + h too.",
        ),
    ),
)


# --- 0.3 -------------------------------------------------------------------------------------------------------------


def result_shape(a, b):
    """Return the shape, a tuple, of x + y for arrays x of shape a and y of shape b
    (tuples that fit together).
    """
    longer = max(len(a), len(b))
    a = (1,) * (longer - len(a)) + tuple(a)
    b = (1,) * (longer - len(b)) + tuple(b)
    return tuple(n if m == 1 else m for m, n in zip(a, b, strict=True))


def drive_result_shape(result_shape, a, b):
    shape = result_shape(a, b)
    if isinstance(shape, str):
        return repr(shape)
    if np.ndim(shape) > 1:
        return f"an array of shape {np.shape(shape)}"
    return str(tuple(np.asarray(shape).tolist())) if np.ndim(shape) == 1 else shape  # one result, not one for each axis


def shape_cases(rng):
    n, m, k = (int(v) for v in rng.choice([3, 5, 7, 11, 13], 3, replace=False))
    return [
        ((n, m), (m,)),
        ((n, 1), (m,)),
        ((n, 1), (1, m)),
        ((k, n, m), (n, 1)),
        ((), (n,)),
        ((n, m), (n, m)),
        ((m,), (k, n, m)),
        ((1,), (n, m)),
        ((1, n), (n,)),
        ((m, n), (n,)),
    ]


RESULT_SHAPE = Exercise(
    id="0.3",
    title="The shape of a sum",
    task="""
    NumPy adds arrays of different shapes if they fit together. Write `result_shape(a, b)`, which gets two shapes as
    tuples, such as `(7, 1)` and `(5,)`, and returns the shape of the sum as a tuple, here `(7, 5)`. All pairs that come
    fit together. *(See "Shapes and broadcasting" in [Mathematics in use](M_mathematics.ipynb).)*
    """,
    solution=result_shape,
    cases=shape_cases,
    drive=drive_result_shape,
    difficulty=2,
    hints=(
        "Shapes are compared from the right. What happens to an axis of length 1, and to one that is missing?",
        "Put ones in front of the shorter shape. Then each pair of lengths is equal, or one of them is 1.",
        "Where the two lengths differ, the one that is not 1 survives: n if m == 1 else m.",
    ),
    mistakes=(
        Mistake(
            "aligned on the left",
            lambda a, b: tuple(
                n if m == 1 else m
                for m, n in zip(
                    tuple(a) + (1,) * (max(len(a), len(b)) - len(a)),
                    tuple(b) + (1,) * (max(len(a), len(b)) - len(b)),
                    strict=True,
                )
            ),
            "You lined the shapes up on the left. They are compared from the right: ones are put in *front* of the shorter.",
        ),
        Mistake(
            "aligned on the left, the larger of each pair",
            lambda a, b: tuple(
                max(m, n)
                for m, n in zip(
                    tuple(a) + (1,) * (max(len(a), len(b)) - len(a)),
                    tuple(b) + (1,) * (max(len(a), len(b)) - len(b)),
                    strict=True,
                )
            ),
            "You filled the shorter shape with ones at its end. The ones belong in *front* of it: shapes are compared from "
            "the right.",
        ),
        Mistake(
            "paired from the left, the rest left out",
            lambda a, b: tuple(max(m, n) for m, n in zip(a, b, strict=False)),
            "You paired the lengths from the left and stopped where the shorter shape ends. Shapes are compared from the right, "
            "and the axes that only the longer one has stay in front.",
        ),
        Mistake(
            "paired from the right, the rest left out",
            lambda a, b: tuple(max(m, n) for m, n in zip(a[::-1], b[::-1], strict=False))[::-1],
            "You paired the lengths from the right, as NumPy does, and stopped where the shorter shape ends. The axes that only "
            "the longer one has stay, in front.",
        ),
        Mistake(
            "back to front",
            lambda a, b: np.broadcast_shapes(a, b)[::-1],
            "The lengths are right and stand back to front. Who compares from the right has to turn the result round at the "
            "end.",
        ),
        Mistake(
            "the larger one",
            lambda a, b: tuple(a) if len(a) >= len(b) else tuple(b),
            "You returned one of the two shapes, the longer one. With (7, 1) and (5,) both grow: the sum has shape (7, 5).",
        ),
        Mistake(
            "the first",
            lambda a, b: tuple(a),
            "You returned the first shape. The second may be larger, or stretch an axis of length 1.",
        ),
        Mistake(
            "joined",
            lambda a, b: tuple(a) + tuple(b),
            "You put the shapes one after the other. Adding makes no new axes beyond those of the longer shape.",
        ),
        Mistake(
            "smaller length",
            lambda a, b: tuple(
                min(m, n)
                for m, n in zip(
                    (1,) * (max(len(a), len(b)) - len(a)) + tuple(a),
                    (1,) * (max(len(a), len(b)) - len(b)) + tuple(b),
                    strict=True,
                )
            ),
            "Of the two lengths you kept the smaller. An axis of length 1 is stretched to the other's length, so the larger "
            "survives.",
        ),
        Mistake(
            "the second",
            lambda a, b: tuple(b),
            "You returned the second shape. The first may be larger, or stretch an axis of length 1.",
        ),
        Mistake(
            "max of the two",
            lambda a, b: max(a, b),
            "max(a, b) returns one of the two tuples, the one that would stand later in a sorted list. Compare length by length, from the right.",
        ),
        Mistake(
            "the larger array's",
            lambda a, b: a if np.prod(a) > np.prod(b) else b,
            "You returned the shape of the larger array. With (7, 1) and (5,) both grow: the sum has shape (7, 5).",
        ),
        Mistake(
            "no entry there",
            lambda a, b: tuple(max(a[i], b[i]) for i in range(max(len(a), len(b)))),
            "Where one shape is shorter you ask it for an entry that it has not. Put ones in front of the shorter one first; then compare pair by pair.",
        ),
        Mistake(
            "no entry there, as long as a",
            lambda a, b: tuple(max(a[i], b[i]) for i in range(len(a))),
            "Your loop is as long as a, and goes from the left. b may be shorter, and has no entry there then, or longer. Put ones in front of the shorter one first; then compare pair by pair.",
        ),
        Mistake(
            "from the right, not turned round",
            lambda a, b: tuple(max(m, n) for m, n in zip(a[::-1], b[::-1], strict=False)),
            "The pairs are right, but they come out back to front, and the axes that only the longer shape has are left out. Those stay, in front; and the rest has to be turned round.",
        ),
        Mistake(
            "ones for a only",
            lambda a, b: tuple(max(m, n) for m, n in zip((1,) * (len(b) - len(a)) + a, b, strict=False)),
            "You put ones in front of a where it is shorter. b may be the shorter one as well.",
        ),
        Mistake(
            "ones for b only",
            lambda a, b: tuple(max(m, n) for m, n in zip(a, (1,) * (len(a) - len(b)) + b, strict=False)),
            "You put ones in front of b where it is shorter. a may be the shorter one as well.",
        ),
        Mistake(
            "as in the example",
            lambda a, b: (a[0], b[0]),
            "This fits the example. Shapes may have any number of axes, none even, and either may have the 1.",
        ),
        Mistake(
            "first and last",
            lambda a, b: (a[0], b[-1]),
            "This fits the example. Shapes may have any number of axes, none even, and either may have the 1.",
        ),
        Mistake(
            "the shapes added",
            lambda a, b: (np.array(a) + np.array(b)).shape,
            "You added the two shapes, as if they were the arrays. To have NumPy do it, make arrays that *have* these shapes: np.zeros(a) + np.zeros(b).",
        ),
        Mistake(
            "the sum",
            lambda a, b: np.zeros(a) + np.zeros(b),
            "This is an array, the sum itself. Return its .shape.",
        ),
        Mistake(
            "as text",
            lambda a, b: str(np.broadcast_shapes(a, b)),
            "The numbers are right, but this is the text of a tuple. Return the tuple itself.",
        ),
        Mistake(
            "lengths multiplied",
            lambda a, b: tuple(
                m * n for m, n in zip((1,) * (len(b) - len(a)) + a, (1,) * (len(a) - len(b)) + b, strict=True)
            ),
            "You multiplied the lengths of each pair. Equal lengths stay what they are: of each pair the larger survives.",
        ),
    ),
    alternatives=(
        lambda a, b: np.broadcast_shapes(a, b),
        lambda a, b: list((np.zeros(a) + np.zeros(b)).shape),
    ),
)


# --- 0.4 -------------------------------------------------------------------------------------------------------------


def weighted_mean(x, w):
    """Return Σ wᵢxᵢ / Σ wᵢ, a number, for arrays x and w of shape (N,)."""
    return (w * x).sum() / w.sum()


def mean_cases(rng):
    return [(rng.normal(0, 3, n), rng.uniform(0.2, 4, n)) for n in (7, 5, 11, 1, 3)]


WEIGHTED_MEAN = Exercise(
    id="0.4",
    title="A weighted mean",
    task="""
    Write `weighted_mean(x, w)` for two arrays of shape $(N,)$: the mean of the entries of `x`, each counted with its
    weight in `w`. It returns a number. With `x = [10, 20]` and `w = [3, 1]` it is 12.5. *(See "Mean and variance" in
    [Mathematics in use](M_mathematics.ipynb).)*
    """,
    solution=weighted_mean,
    cases=mean_cases,
    hints=(
        "Weight 3 means that the entry counts as if it stood there three times. How many entries are there then in all?",
        "Add up w·x, and divide by the sum of the weights.",
        "return (w * x).sum() / w.sum()",
    ),
    mistakes=(
        Mistake(
            "divided by N",
            lambda x, w: (w * x).mean(),
            "You divided by the number of entries. With weights, the number of things counted is the sum of the weights.",
        ),
        Mistake(
            "weights ignored",
            lambda x, w: x.mean(),
            "This is the plain mean: the weights are not used.",
        ),
        Mistake(
            "sum only",
            lambda x, w: (w * x).sum(),
            "This is the weighted *sum*. Divide by the sum of the weights to get a mean.",
        ),
        Mistake(
            "product of means",
            lambda x, w: x.mean() * w.mean(),
            "You multiplied two means. Each x has to be multiplied by its own w before anything is added.",
        ),
        Mistake(
            "mean of the products over the mean product",
            lambda x, w: (w * x).sum() / (w * w).sum(),
            "You divided by the sum of the *squared* weights. The weights are to add up to one: divide by their plain sum.",
        ),
        Mistake(
            "x and w exchanged",
            lambda x, w: (w * x).sum() / x.sum(),
            "You divided by the sum of x. How much is counted is said by w: divide by the sum of the weights. (In np.average the numbers come first, then weights=w.)",
        ),
        Mistake(
            "sums divided",
            lambda x, w: x.sum() / w.sum(),
            "Above, x is added up without its weights. Multiply each x by its own w first.",
        ),
        Mistake(
            "sums multiplied",
            lambda x, w: x.sum(),
            "The weights have dropped out: this is the sum of x. Multiply each x by its own w before anything is added.",
        ),
        Mistake(
            "divided by N too",
            lambda x, w: (w * x).sum() / w.sum() / len(x),
            "You divided by N as well. The sum of the weights takes its place.",
        ),
        Mistake(
            "not summed",
            lambda x, w: w * x / w.sum(),
            "These are the shares that the entries contribute. Add them up.",
        ),
        Mistake(
            "repeated",
            lambda x, w: np.repeat(x, w).mean(),
            "np.repeat needs whole numbers, and a weight may be 2.5. Multiply instead: w * x counts x w times.",
        ),
        Mistake(
            "repeated, weights cut",
            lambda x, w: np.repeat(x, w.astype(int)).mean(),
            "The weights were cut to whole numbers, so that 2.9 counts as 2. Multiply instead: w * x counts x w times.",
        ),
        Mistake(
            "weights as the axis",
            lambda x, w: np.average(x, w),
            "The second argument of np.average is the axis. The weights need their name: np.average(x, weights=w).",
        ),
        Mistake(
            "np.mean with weights",
            lambda x, w: np.mean(x, weights=w),
            "np.mean knows no weights. np.average does; or add up w * x and divide by the sum of the weights.",
        ),
        Mistake(
            "last only",
            lambda x, w: x[-1] * w[-1] / w.sum(),
            "Above, only the last entry is counted. In the loop add each product to what is there: use += and not =.",
        ),
        Mistake(
            "first only",
            lambda x, w: x[0] * w[0] / w.sum(),
            "Above, only the first entry is counted. Is the return inside the loop?",
        ),
        Mistake(
            "rounded down",
            lambda x, w: (w * x).sum() // w.sum(),
            "// rounds down to a whole number. The division that keeps the fraction is /.",
        ),
    ),
    alternatives=(lambda x, w: np.average(x, weights=w), lambda x, w: w @ x / np.sum(w)),
)


# --- 0.5 -------------------------------------------------------------------------------------------------------------


def mean_squared_difference(p, t):
    """Return the mean of the squared differences of predictions p (N, 1) and targets t (N,),
    a number.
    """
    return ((p[:, 0] - t) ** 2).mean()


def mean_squared_difference_to_mend(p, t):
    """Return the mean of the squared differences of predictions p (N, 1) and targets t (N,),
    a number.
    """
    return ((p - t) ** 2).mean()


def column_cases(rng):
    return [(rng.normal(0, 2, (n, 1)), rng.normal(1, 2, n)) for n in (7, 5, 11, 3)]


FIND_THE_BUG = Exercise(
    id="0.5",
    title="Find the bug: a difference that is too large",
    task="""
    This function gets $N$ predictions as a column, shape $(N, 1)$, and $N$ targets, shape $(N,)$. It should return the
    mean of the squared differences. It runs without a complaint, and it is wrong. What shape has `p - t`? Mend it. *(See
    "Shapes and broadcasting" in [Mathematics in use](M_mathematics.ipynb).)*
    """,
    solution=mean_squared_difference,
    starter=mean_squared_difference_to_mend,
    cases=column_cases,
    hints=(
        "Use your result_shape: what is the shape of (7, 1) minus (7,)?",
        "(7, 7): every prediction was compared with every target. Give p the shape of t first.",
        "p[:, 0], p.ravel() and p.reshape(-1) all have shape (N,).",
    ),
    mistakes=(
        Mistake(
            "untouched",
            mean_squared_difference_to_mend,
            "This is what the function did before: (N, 1) minus (N,) has shape (N, N), so every prediction is compared "
            "with every target. Give both the same shape first. (p.reshape(-1) by itself changes nothing: use what it "
            "returns.)",
        ),
        Mistake(
            "sum",
            lambda p, t: ((p[:, 0] - t) ** 2).sum(),
            "The shapes are right now. But this is the sum of the squares; the mean was asked for.",
        ),
        Mistake(
            "square of the mean",
            lambda p, t: (p[:, 0] - t).mean() ** 2,
            "You squared the mean difference. Positive and negative differences cancel in it: square first, then average.",
        ),
        Mistake(
            "difference of the means",
            lambda p, t: p.mean() - t.mean(),
            "This compares the mean prediction with the mean target. Each prediction has its own target.",
        ),
        Mistake(
            "all pairs, divided by N",
            lambda p, t: ((p - t) ** 2).sum() / len(t),
            "You divide by N, but there are still N·N differences in the sum: (N, 1) minus (N,) has shape (N, N). Give both the "
            "same shape first.",
        ),
        Mistake(
            "root",
            lambda p, t: ((p[:, 0] - t) ** 2).mean() ** 0.5,
            "The shapes are right now. But you took a square root at the end; the mean of the squares was asked for.",
        ),
        Mistake(
            "not squared",
            lambda p, t: np.abs(p[:, 0] - t).mean(),
            "The shapes are right now. But this is the mean of the absolute differences; their squares were to be averaged.",
        ),
        Mistake(
            "divided by N once more",
            lambda p, t: ((p - t) ** 2).mean() / len(t),
            "There are still N·N differences in it, of which only N belong together; dividing does not take the others out.",
        ),
        Mistake(
            "first prediction for all",
            lambda p, t: ((p[0] - t) ** 2).mean(),
            "p[0] is the first row, one prediction, and it is compared with every target. The column is p[:, 0].",
        ),
        Mistake(
            "table averaged along one axis",
            lambda p, t: ((p - t) ** 2).mean(axis=0),
            "p - t is still a table, (N, N), and you averaged its columns: N numbers are left. Give p and t the same shape first; then take the mean of all.",
        ),
        Mistake(
            "table averaged along the other axis",
            lambda p, t: ((p - t) ** 2).mean(axis=1),
            "p - t is still a table, (N, N), and you averaged its rows: N numbers are left. Give p and t the same shape first; then take the mean of all.",
        ),
        Mistake(
            "only the target squared",
            lambda p, t: (p[:, 0] - t**2).mean(),
            "The shapes are right now. But ** goes before −: only t is squared. Put the difference in brackets.",
        ),
        Mistake(
            "half",
            lambda p, t: ((p[:, 0] - t) ** 2).mean() / 2,
            "The shapes are right now. But you halved the mean; it was asked for as it is.",
        ),
        Mistake(
            "times two",
            lambda p, t: ((p[:, 0] - t) * 2).mean(),
            "The shapes are right now. But * 2 doubles; a square is written ** 2.",
        ),
        Mistake(
            "divided by N twice",
            lambda p, t: ((p[:, 0] - t) ** 2).mean() / len(t),
            "The shapes are right now. But mean() has divided by N already.",
        ),
        Mistake(
            "N − 1",
            lambda p, t: ((p[:, 0] - t) ** 2).sum() / (len(t) - 1),
            "The shapes are right now. But you divided by N − 1; the mean divides by N.",
        ),
        Mistake(
            "variance",
            lambda p, t: np.var(p[:, 0] - t),
            "The shapes are right now. But a variance subtracts the mean of the differences first. Take the mean of their squares.",
        ),
        Mistake(
            "not averaged",
            lambda p, t: (p[:, 0] - t) ** 2,
            "The shapes are right now. But these are the squared differences, N of them. Take their mean.",
        ),
    ),
    alternatives=(
        lambda p, t: np.mean((p.ravel() - t) ** 2),
        lambda p, t: float(((p - t[:, None]) ** 2).mean()),
    ),
)


# --- Check yourself ----------------------------------------------------------------------------------------------------

SLOPE_OF_SQUARE = Exercise(
    id="0.6",
    title="A slope on paper",
    kind="number",
    task='What is the slope of $f(x) = x^2$ at $x = {x}$? *(See "Slope" in [Mathematics in use](M_mathematics.ipynb).)*',
    given={"x": 3},
    draw=lambda rng: {"x": int(rng.integers(3, 12))},
    solution=lambda x: 2.0 * x,
    hints=("How much larger is (x + h)² than x², for a small h?", "2xh + h², so 2x per unit of nudge."),
    mistakes=(
        Mistake("value", lambda x: x**2, "This is the value f(x), how high the curve is. The slope says how steep it is there: 2x."),
        Mistake("half", lambda x: 1.0 * x, "The slope of x² is 2x, not x: (x + h)² = x² + 2xh + h²."),
        Mistake("next value minus this", lambda x: 2.0 * x + 1, "This is (x + 1)² − x², the slope over a whole step. The slope *at* x is what it comes to when the step shrinks: 2x."),
        Mistake("constant", 2, "2 is the slope of 2x, or the slope of the slope. The slope of x² grows with x: it is 2x."),
    ),
)  # fmt: skip

LOG_OF_PRODUCT = Exercise(
    id="0.7",
    title="Logarithms turn products into sums",
    kind="choice",
    task="""
    Three independent events have probabilities $p$, $q$ and $r$. Which is the logarithm of the probability that all
    three happen? *(See "Logarithm and exponential" and "Likelihood" in [Mathematics in use](M_mathematics.ipynb).)*
    """,
    choices=(
        "$\\ln p \\cdot \\ln q \\cdot \\ln r$",
        "$\\ln(p + q + r)$",
        "$\\ln p + \\ln q + \\ln r$",
        "$3 \\ln(pqr)$",
    ),
    solution="c",
    hints=("What is the probability that all three happen, without a logarithm?", "ln(pqr) = ?"),
    mistakes=(
        Mistake("product", "a", "The probabilities multiply; their logarithms add. ln(pqr) = ln p + ln q + ln r."),
        Mistake("sum inside", "b", "Adding p + q + r is for events of which only one can happen. For all three together the probabilities multiply."),
        Mistake("three times", "d", "ln(pqr) once: the product already holds all three."),
    ),
)  # fmt: skip

BACKPROP_IS = Exercise(
    id="0.8",
    title="Before you begin: what does it do?",
    kind="choice",
    task="""
    You have just seen a network learn. Which of these did *backpropagation* do in it? (A guess is fine; chapter 01
    tells the two apart.)
    """,
    choices=(
        "It changed the weights so that the loss became smaller.",
        "It found, for every weight, how the loss changes when that weight is nudged.",
        "It found the best weights there are.",
        "It decided which examples the network should look at next.",
    ),
    solution="b",
    hints=("Two things happen in every round: something is *computed*, and then something is *changed*.", "Backpropagation computes."),
    mistakes=(
        Mistake("descent", "a", "That is gradient descent: it *uses* the numbers that backpropagation computes. The two are often taken for one."),
        Mistake("optimum", "c", "Nothing here promises the best weights. Backpropagation computes how the loss changes with each weight, exactly and cheaply; that is all."),
        Mistake("data", "d", "The examples are drawn at random. Backpropagation computes how the loss changes with each weight."),
    ),
)  # fmt: skip

EXERCISES = (
    FIRST, SLOPE, RESULT_SHAPE, WEIGHTED_MEAN, FIND_THE_BUG, SLOPE_OF_SQUARE, LOG_OF_PRODUCT, BACKPROP_IS,
)  # fmt: skip
