"""Exercises of chapter 01, Why backpropagation."""

import numpy as np

from bpedu.exercise import Exercise, Mistake

# The drives know functions by name; the wrong answers below are given the functions themselves.

# --- 1.1 -------------------------------------------------------------------------------------------------------------


def forward_difference(f, x, h):
    """Return the slope of f between x and x + h;
    f is a function of one number, x and h are numbers.
    """
    return (f(x + h) - f(x)) / h


def drive_slope(slope, f, x, h):
    """Calls the reader's function with the curve of that name."""
    curves = {
        "cube": lambda v: v * v * v,
        "sine": np.sin,
        "exponential": np.exp,
        "reciprocal": lambda v: 1 / v,
        "mixed": lambda v: v * np.sin(v) + v * v,
    }
    return slope(curves[f], x, h)


def slope_cases(rng):
    """Curves whose first three derivatives are not zero, steps so large that no two formulas agree."""
    return [
        (name, float(rng.uniform(0.7, 1.3)), float(rng.uniform(0.1, 0.4)))
        for name in ("cube", "exponential", "reciprocal", "sine", "mixed")
    ]


FORWARD_DIFFERENCE = Exercise(
    id="1.1",
    title="A slope from two values",
    task="""
    Write `forward_difference(f, x, h)`: how steeply the function `f` rises between `x` and `x + h`. `f` takes a number and
    returns a number. Return

    $$\\frac{f(x+h) - f(x)}{h}.$$
    """,
    solution=forward_difference,
    drive=drive_slope,
    cases=slope_cases,
    hints=(
        "If f is a distance and x a time, what is (distance covered) / (time taken)?",
        "Compute the change f(x + h) − f(x) first, then divide all of it by h. In Python / binds tighter than −.",
        "(f(x + h) - f(x)) / h",
    ),
    mistakes=(
        Mistake(
            "bracket missing",
            lambda f, x, h: f(x + h) - f(x) / h,
            "A bracket is missing: f(x + h) - f(x) / h divides only f(x) by h. Subtract first: (f(x + h) - f(x)) / h.",
        ),
        Mistake(
            "not divided",
            lambda f, x, h: f(x + h) - f(x),
            "This is the change of f. The slope is the change per step: divide by h.",
        ),
        Mistake(
            "backward",
            lambda f, x, h: (f(x) - f(x - h)) / h,
            "This is the slope to the left of x, between x − h and x. Asked is the one to the right, between x and x + h.",
        ),
        Mistake(
            "sign",
            lambda f, x, h: (f(x) - f(x + h)) / h,
            "The sign is wrong: new minus old, f(x + h) − f(x), so that a rising function has a positive slope.",
        ),
        Mistake(
            "central",
            lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
            "This is the central difference, which steps to both sides. It is the better formula, and the next exercise; here "
            "one step to the right is asked for.",
        ),
        Mistake(
            "nudge in proportion",
            lambda f, x, h: (f(x * (1 + h)) - f(x)) / h,
            "You multiplied x by 1 + h. The nudge is added: x + h.",
        ),
        Mistake(
            "times h",
            lambda f, x, h: (f(x + h) - f(x)) * h,
            "You multiplied by h. The slope is the change divided by the step.",
        ),
        Mistake(
            "two steps",
            lambda f, x, h: (f(x + h) - f(x)) / (2 * h),
            "Your slope is half as large as it should be: x and x + h are one step apart, so divide by h. The 2h belongs to a step "
            "to either side.",
        ),
        Mistake(
            "nudged the result",
            lambda f, x, h: (f(x) + h - f(x)) / h,
            "Your slope is 1 for every f: f(x) + h raises the *result* by h. The nudge belongs to the argument: f(x + h).",
        ),
        Mistake(
            "f at h",
            lambda f, x, h: (f(h) - f(x)) / h,
            "You took f at h. The two places are x and x + h.",
        ),
        Mistake(
            "f(x) + f(h)",
            lambda f, x, h: (f(x) + f(h) - f(x)) / h,
            "You took f(x) + f(h) for f(x + h), and only f(h) is left. A curve does not add up like that: add first, then ask f.",
        ),
        Mistake(
            "divided by the place",
            lambda f, x, h: (f(x + h) - f(x)) / (x + h),
            "You divided by x + h, which is where the step ends. Divide by how long it is: (x + h) − x = h.",
        ),
        Mistake(
            "bracket closed too late",
            lambda f, x, h: f(x + h - f(x)) / h,
            "A bracket closes too late: f is asked at x + h − f(x). Close it after x + h: (f(x + h) - f(x)) / h.",
        ),
        Mistake(
            "rounded down",
            lambda f, x, h: (f(x + h) - f(x)) // h,
            "// rounds down to a whole number. The division that keeps the fraction is /.",
        ),
        Mistake(
            "a step of its own",
            lambda f, x, h: (f(x + 1e-5) - f(x)) / 1e-5,
            "You took a small step of your own, and this is nearly the slope at x. Take the h that is given.",
        ),
    ),
    alternatives=(lambda f, x, h: f(x + h) / h - f(x) / h,),
)

# --- 1.2 -------------------------------------------------------------------------------------------------------------


def central_difference(f, x, h):
    """Return the slope of f between x − h and x + h;
    f is a function of one number, x and h are numbers.
    """
    return (f(x + h) - f(x - h)) / (2 * h)


CENTRAL_DIFFERENCE = Exercise(
    id="1.2",
    title="A better slope from two values",
    task="""
    Write `central_difference(f, x, h)`, with one step to either side of `x`:

    $$\\frac{f(x+h) - f(x-h)}{2h}.$$
    """,
    solution=central_difference,
    drive=drive_slope,
    cases=slope_cases,
    hints=(
        "How far apart are the two places at which f is asked?",
        "They are 2h apart. Mind the order in which Python works out a / 2 * h.",
        "(f(x + h) - f(x - h)) / (2 * h), with both brackets.",
    ),
    mistakes=(
        Mistake(
            "divided by 2, times h",
            lambda f, x, h: (f(x + h) - f(x - h)) / 2 * h,
            "Division and multiplication run from left to right: … / 2 * h divides by 2 and then multiplies by h. "
            "Write / (2 * h).",
        ),
        Mistake(
            "divided by h",
            lambda f, x, h: (f(x + h) - f(x - h)) / h,
            "Your slope is twice too large: x − h and x + h are 2h apart, so divide by 2h.",
        ),
        Mistake(
            "forward",
            lambda f, x, h: (f(x + h) - f(x)) / h,
            "This is the forward difference of the last exercise: one side only. Ask f at x − h instead of at x, and divide by 2h.",
        ),
        Mistake(
            "forward over 2h",
            lambda f, x, h: (f(x + h) - f(x)) / (2 * h),
            "You stepped to one side, from x to x + h, and divided by the width of two steps: half of a slope. "
            "Subtract f(x − h), not f(x).",
        ),
        Mistake(
            "bracket missing",
            lambda f, x, h: f(x + h) - f(x - h) / (2 * h),
            "A bracket is missing: only f(x − h) is divided. Subtract first.",
        ),
        Mistake(
            "sign",
            lambda f, x, h: (f(x - h) - f(x + h)) / (2 * h),
            "The sign is wrong: the right value minus the left one, so that a rising function has a positive slope.",
        ),
        Mistake(
            "mean instead of difference",
            lambda f, x, h: (f(x + h) + f(x - h)) / (2 * h),
            "You added the two values. A slope is made of their difference.",
        ),
        Mistake(
            "divided by 2",
            lambda f, x, h: (f(x + h) - f(x - h)) / 2,
            "You divided by 2, the number of steps. A slope is the change divided by the distance, and two steps are 2h long.",
        ),
        Mistake(
            "not divided",
            lambda f, x, h: f(x + h) - f(x - h),
            "This is the change of f between x − h and x + h. The slope is the change divided by the distance, 2h.",
        ),
        Mistake(
            "times 2h",
            lambda f, x, h: (f(x + h) - f(x - h)) * 2 * h,
            "You multiplied by 2h. The slope is the change divided by the distance.",
        ),
        Mistake(
            "backward",
            lambda f, x, h: (f(x) - f(x - h)) / h,
            "This is the slope to the left of x alone. Ask f at x + h instead of at x, and divide by 2h.",
        ),
        Mistake(
            "two steps to the right",
            lambda f, x, h: (f(x + 2 * h) - f(x)) / (2 * h),
            "The two places are 2h apart, but both on one side: x lies at the left end, not in the middle. Take x − h and x + h.",
        ),
        Mistake(
            "two bracketless terms",
            lambda f, x, h: f(x + h) - f(x - h) / 2 * h,
            "Two brackets are missing: only f(x − h) is divided, by 2 alone, and then multiplied by h. "
            "Write (f(x + h) - f(x - h)) / (2 * h).",
        ),
        Mistake(
            "second difference",
            lambda f, x, h: (f(x + h) - 2 * f(x) + f(x - h)) / h**2,
            "This is the second difference, an estimate of how fast the slope itself changes. The slope needs no f(x): subtract "
            "f(x − h) from f(x + h).",
        ),
        Mistake(
            "half steps over 2h",
            lambda f, x, h: (f(x + h / 2) - f(x - h / 2)) / (2 * h),
            "You stepped half of h to either side, and divided by 2h, which belongs to whole steps.",
        ),
        Mistake(
            "slopes subtracted",
            lambda f, x, h: ((f(x + h) - f(x)) / h - (f(x) - f(x - h)) / h) / 2,
            "You subtracted the slope on the left from that on the right, which shows how the curve bends. The central difference is "
            "the mean of the two: add them, and halve.",
        ),
        Mistake(
            "rounded down",
            lambda f, x, h: (f(x + h) - f(x - h)) // (2 * h),
            "// rounds down to a whole number. The division that keeps the fraction is /.",
        ),
        Mistake(
            "a step of its own",
            lambda f, x, h: (f(x + 1e-5) - f(x - 1e-5)) / 2e-5,
            "You took a small step of your own, and this is nearly the slope at x. Take the h that is given.",
        ),
        Mistake(
            "one h on each side, width h",
            lambda f, x, h: (f(x + h / 2) - f(x - h / 2)) / h,
            "That is a central difference too, but with half of the step asked for: step a whole h to either side, and divide by 2h.",
        ),
    ),
    alternatives=(
        lambda f, x, h: (f(x + h) - f(x - h)) / 2 / h,
        lambda f, x, h: 0.5 * ((f(x + h) - f(x)) / h + (f(x) - f(x - h)) / h),
    ),
)

# --- 1.3 -------------------------------------------------------------------------------------------------------------


def best_step(f, df, x, hs):
    """Return the step among hs (K,) at which the central difference of f at x is nearest to the
    true slope df(x).
    """
    errors = [abs((f(x + h) - f(x - h)) / (2 * h) - df(x)) for h in hs]
    return hs[int(np.argmin(errors))]


def drive_best(best_step, f, x, hs):
    """Calls the reader's function with the curve of that name and its slope."""
    curves = {
        "sine": (np.sin, np.cos),
        "exponential": (np.exp, np.exp),
        "tanh": (np.tanh, lambda v: 1 - np.tanh(v) ** 2),
        "reciprocal": (lambda v: 1 / v, lambda v: -1 / v**2),
        "parabola": (lambda v: v * v, lambda v: 2 * v),
        "ripple": (lambda v: np.sin(1000 * v), lambda v: 1000 * np.cos(1000 * v)),
    }
    return best_step(*curves[f], x, hs)


def best_step_cases(rng):
    """Steps so far apart that the winner is at least ten times better than the next, however the rounding falls.

    Some curves fall. The best step is not always near 1e-5: a parabola wants the largest, a fine ripple a far smaller one.
    """

    def case(name, *hs):
        return name, float(rng.uniform(0.8, 1.2)), rng.permutation(np.array(hs) * rng.uniform(0.98, 1.02, len(hs)))

    return [
        case("sine", 0.3, 0.1, 1e-3, 1e-5, 1e-9, 1e-13),
        case("exponential", 0.5, 0.1, 1e-3, 1e-13),
        case("sine", 0.9, 0.3, 0.05),
        case("exponential", 0.9, 0.3, 0.05),
        case("exponential", 1e-5, 1e-10, 1e-13, 0.1),
        case("tanh", 0.3, 1e-3, 1e-13),
        case("reciprocal", 0.3, 1e-3, 1e-5, 1e-13),
        case("parabola", 0.5, 1e-7, 1e-10, 1e-13),
        case("ripple", 1e-3, 1e-5, 1e-8, 1e-13),
        case("sine", 3.0, 1.4, 1e-3),
        case("exponential", 1e-3, 1e-5, 1e-15),
        case("sine", 7.7, 4.5, 0.05),  # the errors do not fall steadily
        ("ripple", float(rng.uniform(0.8, 1.2)), np.array([0.3, 5e-4, 0.05])),  # all errors are large
    ]


def by_error(score):
    def wrong(f, df, x, hs):
        return hs[int(np.argmin([score(f, df, x, h) for h in hs]))]

    return wrong


def central_error(f, df, x, h):
    return (f(x + h) - f(x - h)) / (2 * h) - df(x)


BEST_STEP = Exercise(
    id="1.3",
    title="Not too large, not too small",
    task="""
    Write `best_step(f, df, x, hs)`: `f` is a function of one number and `df` its true slope, `hs` $(K,)$ an array of steps to
    try. Return the step, one of `hs`, at which the central difference at `x` comes nearest to `df(x)`.
    """,
    solution=best_step,
    drive=drive_best,
    cases=best_step_cases,
    difficulty=2,
    points=2,
    needs=("1.2",),
    atol=0.0,
    hints=(
        "For one h, how far from the truth is the central difference? Does it matter whether it is too large or too small?",
        "Collect the absolute errors for all steps in a list. Which function finds the place of the smallest?",
        "errors = [abs((f(x + h) - f(x - h)) / (2 * h) - df(x)) for h in hs]; return hs[np.argmin(errors)].",
    ),
    mistakes=(
        Mistake(
            "smallest step",
            lambda f, df, x, hs: np.min(hs),
            "You returned the smallest step. That is the best one only if rounding did not exist: at h = 1e-13 the two values of f "
            "agree in almost all their digits, and the difference of them is mostly noise.",
        ),
        Mistake(
            "largest step",
            lambda f, df, x, hs: np.max(hs),
            "You returned the largest step. Rounding does least harm there, but the bend of the curve does most.",
        ),
        Mistake(
            "index",
            lambda f, df, x, hs: int(np.argmin([abs(central_error(f, df, x, h)) for h in hs])),
            "You returned the place of the best step in hs. Asked is the step itself: hs[i].",
        ),
        Mistake(
            "no absolute value",
            by_error(central_error),
            "You looked for the smallest error with its sign, which finds the most negative one. Take the absolute value first.",
        ),
        Mistake(
            "no absolute value, turned round",
            by_error(lambda f, df, x, h: -central_error(f, df, x, h)),
            "You looked for the smallest df(x) − difference with its sign, which finds the most negative one. Take the absolute value "
            "first.",
        ),
        Mistake(
            "the first",
            lambda f, df, x, hs: hs[0],
            "You returned the first step of hs, whatever the errors are. Is the return inside the loop, or were the errors sorted "
            "without their steps?",
        ),
        Mistake(
            "the last",
            lambda f, df, x, hs: hs[-1],
            "You returned the last step of hs, whatever the errors are. In a loop keep the smallest error so far as well as its step: "
            "set it to infinity before the loop, and renew it whenever a smaller one is found.",
        ),
        Mistake(
            "the slope",
            lambda f, df, x, hs: min(
                ((f(x + h) - f(x - h)) / (2 * h) for h in hs), key=lambda slope: abs(slope - df(x))
            ),
            "You returned the best difference. Asked is the step at which it occurs.",
        ),
        Mistake(
            "slope at h",
            by_error(lambda f, df, x, h: abs((f(x + h) - f(x - h)) / (2 * h) - df(h))),
            "You compared with df(h). The difference is an estimate of the slope at x: df(x).",
        ),
        Mistake(
            "worst",
            by_error(lambda f, df, x, h: -abs(central_error(f, df, x, h))),
            "This is the step with the largest error.",
        ),
        Mistake(
            "forward difference",
            by_error(lambda f, df, x, h: abs((f(x + h) - f(x)) / h - df(x))),
            "This is the best step for the forward difference, whose error falls only with h and so wants smaller steps. "
            "Asked is the central difference.",
        ),
        Mistake(
            "nearest to 1e-5",
            lambda f, df, x, hs: hs[np.argmin(np.abs(np.log(hs / 1e-5)))],
            "You took the step nearest to 1e-5. That is a rule of thumb; where the best step lies depends on the curve. Measure it: "
            "compare the difference at each step with df(x).",
        ),
        Mistake(
            "divided by h",
            by_error(lambda f, df, x, h: abs((f(x + h) - f(x - h)) / h - df(x))),
            "In your difference the 2 is missing: x − h and x + h are 2h apart. What you compare with df(x) is twice the slope.",
        ),
        Mistake(
            "divided by 2, times h",
            by_error(lambda f, df, x, h: abs((f(x + h) - f(x - h)) / 2 * h - df(x))),
            "… / 2 * h divides by 2 and then multiplies by h, so your difference is no slope. Write / (2 * h).",
        ),
        Mistake(
            "df left out",
            by_error(lambda f, df, x, h: abs((f(x + h) - f(x - h)) / (2 * h))),
            "You looked for the smallest difference quotient. (Subtracting df(x) after taking the absolute value does not change "
            "which one that is.) Asked is the one nearest to the truth: subtract df(x), then take the absolute value.",
        ),
        Mistake(
            "the error",
            lambda f, df, x, hs: min(abs(central_error(f, df, x, h)) for h in hs),
            "You returned the smallest error. Asked is the step at which it occurs.",
        ),
        Mistake(
            "error against f",
            by_error(lambda f, df, x, h: abs((f(x + h) - f(x - h)) / (2 * h) - f(x))),
            "You compared with f(x), the value. A difference quotient is an estimate of the slope, df(x).",
        ),
    ),
    alternatives=(
        lambda f, df, x, hs: min(hs, key=lambda h: abs(central_error(f, df, x, h))),
        lambda f, df, x, hs: hs[np.argmin(np.abs((f(x + hs) - f(x - hs)) / (2 * hs) - df(x)))],
    ),
)

# --- 1.4 -------------------------------------------------------------------------------------------------------------


def numerical_gradient(f, w, h):
    """Return the central difference of f for every entry of w:
    f takes an array like w, w (P,), h a number -> (P,).
    """
    gradient = np.zeros(len(w))
    for i in range(len(w)):
        up, down = w.copy(), w.copy()
        up[i] += h
        down[i] -= h
        gradient[i] = (f(up) - f(down)) / (2 * h)
    return gradient


def drive_gradient(gradient, f, w, h):
    """Calls the reader's function with the function of that name, which takes nothing but an array like w."""
    functions = {
        "cubes": lambda v: float(np.sum(np.arange(1, len(v) + 1) * v**3)),
        "neighbours": lambda v: float(np.sum(v * np.roll(v, 1)) + np.sum(v**3) / 3 + np.exp(v[0])),
        "sine of the sum": lambda v: float(np.sin(np.sum(np.arange(1, len(v) + 1) * v)) + np.sum(v**2)),
    }
    shape = w.shape

    def function(v):
        if np.shape(v) != shape:
            raise ValueError(f"f takes an array like w, of shape {shape}; what came has shape {np.shape(v)}.")
        return functions[f](v)

    return gradient(function, w, h)


def gradient_cases(rng):
    """Several sizes and a single weight. Entries and steps are binary fractions, so that w + h − h is w to the last bit."""

    def case(name, n, h):
        return name, rng.integers(-96, 96, n) / 64 + 1 / 128, h

    return [case("cubes", 5, 0.125), case("neighbours", 7, 0.25), case("sine of the sum", 3, 0.125),
            case("cubes", 1, 0.25), case("neighbours", 11, 0.125)]  # fmt: skip


def drifting(f, w, h):
    w, gradient = w.copy(), np.zeros(len(w))
    for i in range(len(w)):
        w[i] += h
        up = f(w)
        w[i] -= 2 * h
        gradient[i] = (up - f(w)) / (2 * h)
    return gradient


def one_step_down(f, w, h):
    w, gradient = w.copy(), np.zeros(len(w))
    for i in range(len(w)):
        old = w[i]
        w[i] += h
        up = f(w)
        w[i] -= h
        gradient[i] = (up - f(w)) / (2 * h)
        w[i] = old
    return gradient


def forward_gradient(f, w, h):
    """Return the forward difference of f for every entry of w:
    f takes an array like w, w (P,), h a number -> (P,).
    """
    before = f(w)
    slopes = np.zeros(len(w))
    for i in range(len(w)):
        nudged = w.copy()
        nudged[i] += h
        slopes[i] = (f(nudged) - before) / h
    return slopes


def copied_once(f, w, h):
    up, down, gradient = w.copy(), w.copy(), np.zeros(len(w))
    for i in range(len(w)):
        up[i] += h
        down[i] -= h
        gradient[i] = (f(up) - f(down)) / (2 * h)
    return gradient


def bracket_missing(f, w, h):
    return np.array([f(w + h * e) - f(w - h * e) / (2 * h) for e in np.eye(len(w))])


def replaced_by_step(f, w, h):
    gradient = np.zeros(len(w))
    for i in range(len(w)):
        up, down = w.copy(), w.copy()
        up[i], down[i] = h, -h
        gradient[i] = (f(up) - f(down)) / (2 * h)
    return gradient


def all_at_once(f, w, h):
    return np.full(len(w), (f(w + h) - f(w - h)) / (2 * h))


NUMERICAL_GRADIENT = Exercise(
    id="1.4",
    title="The slope in every direction",
    task="""
    Now `f` takes a whole array of weights and returns one number. Write `numerical_gradient(f, w, h)`: for `w` $(P,)$ it
    returns an array $(P,)$ whose entry $i$ is the central difference of `f` when *only* `w[i]` is moved, by `h` up and by `h`
    down. Leave the caller's `w` as it was.
    """,
    solution=numerical_gradient,
    drive=drive_gradient,
    cases=gradient_cases,
    difficulty=2,
    points=2,
    needs=("1.2",),
    hints=(
        "For one i, which two arrays does f have to be asked about, and in how many entries do they differ from w?",
        "Loop over i. Make two copies of w, move entry i up in one and down in the other, and use the central difference.",
        "up, down = w.copy(), w.copy(); up[i] += h; down[i] -= h; gradient[i] = (f(up) - f(down)) / (2 * h).",
    ),
    mistakes=(
        Mistake(
            "never put back",
            drifting,
            "Entry 0 is right, and from there on the numbers drift: you do not put w[i] back before you move the next one, so "
            "later slopes are measured at another place. Keep the old value and restore it, or work on copies.",
        ),
        Mistake(
            "copied once",
            copied_once,
            "Entry 0 is right, and from there on the numbers drift: what you nudge is made once, before the loop, and keeps "
            "every nudge. Make it anew for each i, or put entry i back.",
        ),
        Mistake(
            "bracket missing",
            bracket_missing,
            "A bracket is missing: only the second value is divided by 2h. Subtract first.",
        ),
        Mistake(
            "both nudges in one array",
            lambda f, w, h: np.zeros(len(w)),
            "Every slope is 0: f is asked twice about the same numbers. up = w makes no copy, so that moving one moves the other: "
            "write up = w.copy(). And move entry i up in one copy, and down in the other.",
        ),
        Mistake(
            "down by h from up",
            one_step_down,
            "Your slopes are one-sided and half as large as they should be: one of the two places is w itself, and they are only h "
            "apart. After w[i] += h, a step of h down leads no farther than back: go down by 2h, or start from a copy.",
        ),
        Mistake(
            "all at once",
            all_at_once,
            "All your entries are equal: you moved all the weights together. Move one, and hold the others.",
        ),
        Mistake(
            "forward",
            forward_gradient,
            "These are forward differences. Move w[i] to both sides, and divide by 2h.",
        ),
        Mistake(
            "divided by h",
            lambda f, w, h: 2 * numerical_gradient(f, w, h),
            "Your slopes are twice too large: the two places are 2h apart, so divide by 2h.",
        ),
        Mistake(
            "divided by 2, times h",
            lambda f, w, h: numerical_gradient(f, w, h) * h * h,
            "… / 2 * h divides by 2 and then multiplies by h. Write / (2 * h).",
        ),
        Mistake(
            "array made in the loop",
            lambda f, w, h: numerical_gradient(f, w, h) * (np.arange(len(w)) == len(w) - 1),
            "Only the last entry is there, the others are 0: the array of results is made anew in every turn of the loop. Make "
            "it once, before the loop.",
        ),
        Mistake(
            "return in the loop",
            lambda f, w, h: numerical_gradient(f, w, h) * (np.arange(len(w)) == 0),
            "Only entry 0 is there, the others are 0: the return stands inside the loop, so it ends after its first turn.",
        ),
        Mistake(
            "sum",
            lambda f, w, h: numerical_gradient(f, w, h).sum(),
            "You returned one number, the sum of the slopes. Each weight has a slope of its own: return an array like w.",
        ),
        Mistake(
            "sign",
            lambda f, w, h: -numerical_gradient(f, w, h),
            "The sign is wrong: f where the weight is larger minus f where it is smaller.",
        ),
        Mistake(
            "one entry given to f",
            lambda f, w, h: np.array([(f(v + h) - f(v - h)) / (2 * h) for v in w]),
            "You gave f a single entry, as in f(w[i] + h). f takes the whole array: copy w, move entry i in the copy, and give f the copy.",
        ),
        Mistake(
            "a table given to f",
            lambda f, w, h: (f(w + h * np.eye(len(w))) - f(w - h * np.eye(len(w)))) / (2 * h),
            "You gave f a table, w with each entry moved in turn. f takes one array like w at a time: ask it row by row, in a loop.",
        ),
        Mistake(
            "one number, all at once",
            lambda f, w, h: (f(w + h) - f(w - h)) / (2 * h),
            "w + h moves all the weights together, and one number comes out. Move one at a time, in a loop, and hold the others.",
        ),
        Mistake(
            "overwritten",
            lambda f, w, h: numerical_gradient(f, w, h)[-1],
            "Only the slope of the last weight is left: each turn of the loop overwrites the one before. Write it into entry i of an "
            "array, or append it to a list.",
        ),
        Mistake(
            "np.gradient",
            lambda f, w, h: np.gradient(f(w), h),
            "np.gradient subtracts neighbours in a row of values. f(w) is one number and has none: nothing is left. Nudge w[i] yourself, "
            "and ask f again.",
        ),
        Mistake(
            "backward",
            lambda f, w, h: forward_gradient(f, w, -h),
            "These are the slopes to the left, between w[i] − h and w[i]. Move w[i] to both sides, and divide by 2h.",
        ),
        Mistake(
            "replaced by h",
            replaced_by_step,
            "You set entry i to h and to −h. Move it *by* h: up[i] += h, or up[i] = w[i] + h.",
        ),
        Mistake(
            "w left out",
            lambda f, w, h: np.array([(f(h * e) - f(-h * e)) / (2 * h) for e in np.eye(len(w))]),
            "You measured the slopes at 0: f is asked about the nudge alone. Add it to w.",
        ),
        Mistake(
            "the others zero",
            lambda f, w, h: np.array(
                [(f((v + h) * e) - f((v - h) * e)) / (2 * h) for v, e in zip(w, np.eye(len(w)), strict=True)]
            ),
            "Entry i is moved, but all the other entries are 0. They are to be held where they are: start from a copy of w.",
        ),
        Mistake(
            "nudged by one",
            lambda f, w, h: np.array([(f(w + e) - f(w - e)) / (2 * h) for e in np.eye(len(w))]),
            "You moved the entries by 1 and divided by 2h. A row of np.eye holds a 1: multiply it by h.",
        ),
        Mistake(
            "not divided",
            lambda f, w, h: 2 * h * numerical_gradient(f, w, h),
            "These are the changes of f. A slope is the change divided by the distance, 2h.",
        ),
        Mistake(
            "half steps",
            lambda f, w, h: numerical_gradient(f, w, h / 2),
            "These are central differences with half of the step asked for: move w[i] by a whole h to either side, and divide by 2h.",
        ),
        Mistake(
            "the last left out",
            lambda f, w, h: numerical_gradient(f, w, h) * (np.arange(len(w)) < len(w) - 1),
            "The last slope is missing. range(n) stops before n already: range(len(w)) covers all.",
        ),
        Mistake(
            "the first left out",
            lambda f, w, h: numerical_gradient(f, w, h) * (np.arange(len(w)) > 0),
            "The first slope is missing. Places are counted from 0: range(len(w)).",
        ),
    ),
    alternatives=(
        lambda f, w, h: np.array([(f(w + h * e) - f(w - h * e)) / (2 * h) for e in np.eye(len(w))]),
        lambda f, w, h: [(f(w + h * e) - f(w - h * e)) / (2 * h) for e in np.eye(len(w))],
    ),
)

# --- 1.5 -------------------------------------------------------------------------------------------------------------


def evaluations(P, method):
    """Return how often f has to be computed for the slopes of all P weights,
    by "forward" or "central" differences.
    """
    return P + 1 if method == "forward" else 2 * P


EVALUATIONS = Exercise(
    id="1.5",
    title="What nudging costs",
    task="""
    Write `evaluations(P, method)`: the smallest number of times that `f` has to be computed to get the slopes of all `P`
    weights at one place, with `method` either `"forward"` or `"central"`. It returns a whole number.
    """,
    solution=evaluations,
    cases=lambda rng: [(int(P), m) for P in (*rng.integers(3, 2000, 3), 1) for m in ("forward", "central")],
    hints=(
        "Write down every call of f for two weights, w₀ and w₁. Does one of them occur twice?",
        "Forward differences all need the same f(w), once. Central differences never ask for f(w) itself.",
        "P + 1 for forward, 2P for central.",
    ),
    mistakes=(
        Mistake(
            "base forgotten",
            lambda P, method: P if method == "forward" else 2 * P,
            "Central is right. Forward differences also need f(w) itself, from which all the changes are counted: one more.",
        ),
        Mistake(
            "base every time",
            lambda P, method: 2 * P,
            "Central is right. For forward differences f(w) is the same number for every weight: compute it once, not P times. (If you "
            'wrote P + 1 for them, look how "forward" is spelt where you compare.)',
        ),
        Mistake(
            "base for central too",
            lambda P, method: P + 1 if method == "forward" else 2 * P + 1,
            "Forward is right. Central differences use f on both sides and never at w itself: no extra call.",
        ),
        Mistake(
            "shared for central too",
            lambda P, method: P + 1,
            "Forward is right. Central differences share no value: each weight needs two calls of its own, one to either side. (If you "
            'wrote 2P for them: `method == "forward" or "central"` is always true.)',
        ),
        Mistake(
            "one each",
            lambda P, method: P,
            "One call per weight is not enough: a slope is a difference of two values. Which of them can be shared?",
        ),
        Mistake(
            "exchanged",
            lambda P, method: 2 * P if method == "forward" else P + 1,
            "The two are exchanged: forward differences share one of their two values, central ones share none.",
        ),
        Mistake(
            "a single pair",
            lambda P, method: 2,
            "Two calls give the slope of one weight. Every weight has to be nudged by itself.",
        ),
        Mistake(
            "P squared",
            lambda P, method: P * P,
            "You nudge one weight at a time, so the calls are counted per weight, not per pair of weights.",
        ),
        Mistake(
            "base every time, and for central too",
            lambda P, method: 2 * P if method == "forward" else 2 * P + 1,
            "Forward differences share one f(w), which is computed once: P + 1. Central ones never use it: 2P.",
        ),
        Mistake(
            "base every time, three for central",
            lambda P, method: 2 * P if method == "forward" else 3 * P,
            "You counted f(w) once for every weight, with each method. Forward differences share it, one call for all of them; "
            "central ones do not use it.",
        ),
        Mistake(
            "per weight",
            lambda P, method: 1 if method == "forward" else 2,
            "These are the calls for one weight (and forward differences need f(w) too). There are P weights.",
        ),
    ),
    alternatives=(lambda P, method: {"forward": 1 + P, "central": P + P}[method],),
)

# --- 1.6 -------------------------------------------------------------------------------------------------------------


def forward_gradient_to_mend(f, w, h):
    """Return the forward difference of f for every entry of w:
    f takes an array like w, w (P,), h a number -> (P,).
    """
    before = f(w)
    slopes = np.zeros(len(w))
    for i in range(len(w)):
        w[i] += h
        slopes[i] = f(w) - before / h
    return slopes


def brackets_mended(f, w, h):
    w, before, slopes = w.copy(), f(w), np.zeros(len(w))
    for i in range(len(w)):
        w[i] += h
        slopes[i] = (f(w) - before) / h
    return slopes


def restored_only(f, w, h):
    return np.array([f(w + h * e) - f(w) / h for e in np.eye(len(w))])


def base_refreshed(f, w, h):
    w, slopes = w.copy(), np.zeros(len(w))
    for i in range(len(w)):
        before = f(w)
        w[i] += h
        slopes[i] = (f(w) - before) / h
    return slopes


def put_back_too_far(f, w, h):
    w, before, slopes = w.copy(), f(w), np.zeros(len(w))
    for i in range(len(w)):
        w[i] += h
        slopes[i] = (f(w) - before) / h
        w[i] -= 2 * h
    return slopes


FIND_THE_BUG = Exercise(
    id="1.6",
    title="Find the bug: a gradient that drifts",
    task="""
    This function should return the *forward* difference of `f` for every entry of `w`, and it saves work: `f(w)` is computed
    once. It has **two** faults. One of them also spoils the array of whoever calls it. Mend it.
    """,
    solution=forward_gradient,
    starter=forward_gradient_to_mend,
    drive=drive_gradient,
    cases=gradient_cases,
    difficulty=2,
    points=2,
    needs=("1.1",),
    hints=(
        "With two weights, what does w hold when the slope of the second is measured? And after the call?",
        "After each slope, w[i] has to be what it was. And what exactly does f(w) - before / h divide?",
        "old = w[i]; w[i] = old + h; slopes[i] = (f(w) - before) / h; w[i] = old. Or nudge a copy.",
    ),
    mistakes=(
        Mistake(
            "untouched",
            forward_gradient_to_mend,
            "Both faults are still there. Watch what w holds in the second turn of the loop, and what the division divides.",
        ),
        Mistake(
            "not put back",
            brackets_mended,
            "The bracket is mended. The other fault: w[i] is not put back before the next entry is moved, so from the second entry on "
            "the earlier nudges are still there when you measure. (A copy helps only if it is made anew for each i.)",
        ),
        Mistake(
            "bracket",
            restored_only,
            "The weights are put back now. The other fault: f(w) - before / h divides only `before`. Subtract first, then divide.",
        ),
        Mistake(
            "base recomputed",
            base_refreshed,
            "Now each slope is measured from where the last nudge left the weights, so each at another place. Put w[i] back: "
            "then the one f(w) from the beginning is enough.",
        ),
        Mistake(
            "central",
            numerical_gradient,
            "These are central differences, and good ones. The function that was to be mended takes forward differences, with "
            "one extra call of f instead of one per weight.",
        ),
        Mistake(
            "all at once",
            lambda f, w, h: np.full(len(w), (f(w + h) - f(w)) / h),
            "All your entries are equal: you moved all the weights together. Move one, and hold the others.",
        ),
        Mistake(
            "put back too early",
            lambda f, w, h: np.zeros(len(w)),
            "Every slope is 0: w[i] has been put back already when f is asked again. Measure first, then put it back.",
        ),
        Mistake(
            "return in the loop",
            lambda f, w, h: forward_gradient(f, w, h) * (np.arange(len(w)) == 0),
            "Only entry 0 is there, the others are 0: the return stands inside the loop, so it ends after its first turn.",
        ),
        Mistake(
            "sign",
            lambda f, w, h: -forward_gradient(f, w, h),
            "The sign is wrong: the new value minus `before`.",
        ),
        Mistake(
            "not divided",
            lambda f, w, h: h * forward_gradient(f, w, h),
            "These are the changes. The division by h has been lost.",
        ),
        Mistake(
            "divided by 2h",
            lambda f, w, h: forward_gradient(f, w, h) / 2,
            "Your slopes are half as large as they should be: the two places are one step h apart, not two.",
        ),
        Mistake(
            "replaced by h",
            lambda f, w, h: np.array([(f(np.where(e == 1, h, w)) - f(w)) / h for e in np.eye(len(w))]),
            "You set entry i to h. Move it *by* h: += h.",
        ),
        Mistake(
            "put back by 2h",
            put_back_too_far,
            "Entry 0 is right. Then w[i] is put back too far: it was moved up by h, so take h away again, not 2h.",
        ),
    ),
    alternatives=(lambda f, w, h: np.array([(f(w + h * e) - f(w)) / h for e in np.eye(len(w))]),),
)

# --- Check yourself --------------------------------------------------------------------------------------------------


def hours(P, ms):
    return 2 * P * ms / 3.6e6


WAITING = Exercise(
    id="1.7",
    title="Waiting for one gradient",
    kind="number",
    task="""
    A network has {P} weights. One forward pass over its batch takes {ms} milliseconds. How many *hours* does one gradient by
    central differences take?
    """,
    given={"P": 100000, "ms": 9.0},
    draw=lambda rng: {"P": int(rng.integers(20, 200)) * 1000, "ms": float(rng.integers(5, 60))},
    solution=hours,
    rtol=0.01,
    hints=("How many forward passes are that?", "Passes times milliseconds; an hour has 3,600,000 milliseconds."),
    mistakes=(
        Mistake("one pass per weight", lambda P, ms: hours(P, ms) / 2, "That is one pass per weight. Central differences need two, one on either side."),
        Mistake("seconds", lambda P, ms: hours(P, ms) * 3600, "These are seconds. Divide by 3,600 once more."),
        Mistake("minutes", lambda P, ms: hours(P, ms) * 60, "These are minutes. Divide by 60 once more."),
        Mistake("milliseconds taken for seconds", lambda P, ms: hours(P, ms) * 1000, "You took the milliseconds for seconds: a thousand times too long."),
    ),
)  # fmt: skip

TEN_TIMES_SMALLER = Exercise(
    id="1.8",
    title="A step ten times smaller",
    kind="number",
    task="""
    At $h = 0.01$ a central difference is wrong by $4\\cdot10^{-5}$. Rounding plays no part yet. About how large is the error at
    $h = 0.001$? (Write `2e-3` for $2\\cdot10^{-3}$.)
    """,
    solution=4e-7,
    rtol=0.05,
    atol=1e-12,
    hints=("With which power of h does the error of a central difference fall?", "With the square: ten times smaller steps, a hundred times smaller error."),
    mistakes=(
        Mistake("linear", 4e-6, "Ten times smaller is what a forward difference would do. The error of a central one falls with the square of h."),
        Mistake("unchanged", 4e-5, "The error is not a constant: with a smaller step the secant hugs the curve more closely."),
        Mistake("cubic", 4e-8, "That is a thousand times smaller. The leading term of the error goes with h², not with h³."),
        Mistake("larger", 4e-3, "Larger steps make larger errors here, and this one is smaller. Growth toward small h comes later, from rounding."),
    ),
)  # fmt: skip

WHAT_IT_COMPUTES = Exercise(
    id="1.9",
    title="What it computes",
    kind="choice",
    task="""
    A friend writes four sentences about backpropagation. Which one is right?
    """,
    choices=(
        "It finds the weights with the smallest loss.",
        "It computes the derivative of the loss with respect to every weight; what is done with it is another matter.",
        "It computes the error of the network's outputs.",
        "It is a kind of gradient descent that starts at the output.",
    ),
    solution="b",
    hints=("What did the sealed box of this chapter return?", "Keep apart: measuring the loss, differentiating it, and changing the weights."),
    mistakes=(
        Mistake("minimum", "a", "It finds no weights at all. It returns derivatives at the weights that you have. A method of descent may use them, and it may end in a poor place."),
        Mistake("error", "c", "The error, or loss, is computed by the forward pass. Backpropagation starts from it and returns how it depends on each weight."),
        Mistake("descent", "d", "Descent changes weights, backpropagation changes nothing: it computes the derivatives that descent, and other methods, use."),
    ),
)  # fmt: skip

WHOSE_LIMIT = Exercise(
    id="1.10",
    title="Whose limit is it?",
    kind="choice",
    task="""
    Which of these is a limit of *backpropagation*, and not of what is done with the gradient afterwards?
    """,
    choices=(
        "Training may end in a poor local minimum.",
        "The step size has to be chosen.",
        "The values of the forward pass have to be kept until the backward pass has used them.",
        "With too few examples the network learns them by heart.",
    ),
    solution="c",
    hints=("Which of the four would remain if somebody gave you all gradients for nothing?", "Those that remain are not its limits."),
    mistakes=(
        Mistake("minima", "a", "The gradient was right all the way; following it downhill is what ended there. That is a limit of descent."),
        Mistake("step size", "b", "Backpropagation takes no steps. The step size belongs to descent."),
        Mistake("by heart", "d", "That is a matter of the data and of the network. Any other way of fitting so well would learn them by heart too."),
    ),
)  # fmt: skip

WHO_WAS_FIRST = Exercise(
    id="1.11",
    title="Who was first?",
    kind="choice",
    task="""
    Which sentence about its history can be upheld?
    """,
    choices=(
        "Rumelhart, Hinton and Williams published the first article on it in 1986.",
        "Rosenblatt's perceptron of 1958 was trained by it.",
        "Linnainmaa published the method in 1970, for rounding errors and without any network; its use for networks came in print later.",
        "Minsky and Papert proved in 1969 that networks with hidden layers cannot be trained.",
    ),
    solution="c",
    hints=("Which of the four is about a thesis on rounding errors?", "A method and its use for a purpose can be published years apart."),
    mistakes=(
        Mistake("1986", "a", "They made it known and showed what hidden units learn by it. The method is older (1970), and so is its use for networks in print (1982 at the latest)."),
        Mistake("1958", "b", "The perceptron trained a single layer, by a rule of its own. Its units are steps, whose slope is zero: nothing can be propagated back through them."),
        Mistake("proof", "d", "They proved limits of networks with one layer of adjustable weights. About training hidden layers they had an opinion, not a proof."),
    ),
)  # fmt: skip

EXERCISES = (
    FORWARD_DIFFERENCE, CENTRAL_DIFFERENCE, BEST_STEP, NUMERICAL_GRADIENT, EVALUATIONS, FIND_THE_BUG, WAITING,
    TEN_TIMES_SMALLER, WHAT_IT_COMPUTES, WHOSE_LIMIT, WHO_WAS_FIRST,
)  # fmt: skip
