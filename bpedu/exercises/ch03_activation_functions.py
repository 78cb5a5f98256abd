"""Exercises of chapter 03, Activation functions."""

import numpy as np

from bpedu import rules
from bpedu.exercise import Exercise, Mistake


def elementwise_cases(rng):
    """Both signs, |z| > 1, an exact zero, one and two axes, a single row."""
    return [
        (rng.normal(0, 2, (7, 5)),),
        (rng.normal(0, 2, 11),),
        (np.array([-3.0, -1.5, -0.5, 0.0, 0.25, 1.0, 2.5]),),
        (rng.normal(0, 2, (1, 3)),),
        (rng.normal(0, 2, (3, 3)),),
    ]


# --- 3.1 -------------------------------------------------------------------------------------------------------------


def sigmoid(z):
    """Return σ(z) = 1 / (1 + e^(−z)), entry by entry; z is an array of any shape.
    No overflow for large |z|.
    """
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def sigmoid_cases(rng):
    large = np.array([-1000.0, -800.0, -40.0, 0.0, 40.0, 800.0, 1000.0])
    return [*elementwise_cases(rng), (large,), (rng.permutation(large).reshape(7, 1),)]


def drive_sigmoid(sigmoid, z):
    """Stops at the overflow of which NumPy only warns, also where the answer has the warning silenced."""
    exp = np.exp

    def watched(*arguments, **options):
        with np.errstate(over="raise"):
            return exp(*arguments, **options)

    np.exp = watched
    try:
        with np.errstate(over="raise"):
            return sigmoid(z)
    finally:
        np.exp = exp


def clipped(limit):
    """A wrong sigmoid that avoids the overflow by cutting z off at ±limit."""
    return lambda z: 1 / (1 + np.exp(-np.clip(z, -limit, limit)))


def sigmoid_by_branches(z):
    out = np.empty_like(z, dtype=float)
    positive = z >= 0
    out[positive] = 1 / (1 + np.exp(-z[positive]))
    grown = np.exp(z[~positive])
    out[~positive] = grown / (1 + grown)
    return out


STABLE_SIGMOID = Exercise(
    id="3.1",
    title="A sigmoid that does not overflow",
    task="""
    Write `sigmoid(z)` for an array `z` of any shape. It returns $\\sigma(z) = 1/(1+e^{-z})$ entry by entry, in the
    shape of `z`. No exponential may overflow on the way, not even for $z = -1000$ (NumPy would warn of it), and small values
    keep their digits: $\\sigma(-40)$ is $4.2\\cdot10^{-18}$ and not 0, because chapter 04 takes its logarithm.
    """,
    solution=sigmoid,
    reference=lambda z: rules.sigmoid(z)[0],
    drive=drive_sigmoid,
    cases=sigmoid_cases,
    atol=1e-30,  # σ(−40) is 4·10⁻¹⁸, and its logarithm is what matters
    difficulty=2,
    points=2,
    hints=(
        "For which sign of z does e^(−z) overflow, and what is the other way to write σ(z)?",
        "Multiply numerator and denominator of 1/(1 + e^(−z)) by e^z: e^z/(1 + e^z). Each form is safe on one side.",
        "With e = np.exp(-np.abs(z)), which never exceeds 1, σ is 1/(1 + e) where z ≥ 0 and e/(1 + e) elsewhere.",
    ),
    mistakes=(
        Mistake(
            "overflow",
            lambda z: 1 / (1 + np.exp(-z)),
            "Right for small |z|, but an exponential overflows: e^(−z) at z = −1000, e^z at z = 1000, where e^z/(1 + e^z) is "
            "infinity over infinity. np.where(z >= 0, …, …) between the two does not help: both are computed for every entry. "
            "Choose the exponent instead: np.exp(-np.abs(z)) never exceeds 1. (To silence the warning leaves the overflow there.)",
        ),
        Mistake(
            "digits lost",
            lambda z: (1 + np.tanh(z / 2)) / 2,
            "Right around 0, but σ(−40) comes out as 0 and is 4·10⁻¹⁸. 1 + tanh(−20) and 1 − σ(40) are differences of numbers "
            "that agree in all their digits. On the negative side use e^z/(1 + e^z).",
        ),
        Mistake(
            "one if for the whole array",
            lambda z: 1 / (1 + np.exp(-z)) if z >= 0 else np.exp(z) / (1 + np.exp(z)),
            "`if z >= 0` asks one question of a whole array, and NumPy does not know for which entry. Each entry needs its own "
            "choice: np.where, or a mask such as z[z >= 0].",
        ),
        Mistake(
            "sign of the exponent",
            lambda z: 1 / (1 + np.exp(z)),
            "This is 1/(1 + e^z), the sigmoid of −z: a large input should give a value near 1, and yours gives one near 0. "
            "The exponent needs its minus.",
        ),
        *(
            Mistake(
                f"clipped at {limit}",
                clipped(limit),
                f"You clip z at ±{limit}. That avoids the overflow, but below −{limit} the value no longer falls: at −1000 it is "
                f"{value} and not 0, and chapter 04 takes its logarithm. Clip at ±700, or choose the exponent.",
            )
            for limit, value in ((10, "5·10⁻⁵"), (15, "3·10⁻⁷"), (20, "2·10⁻⁹"), (30, "9·10⁻¹⁴"), (50, "2·10⁻²²"))
        ),
        Mistake(
            "tanh",
            lambda z: np.tanh(z),
            "This is tanh, which runs from −1 to 1. The sigmoid runs from 0 to 1.",
        ),
        Mistake(
            "tanh of z, rescaled",
            lambda z: (1 + np.tanh(z)) / 2,
            "This is σ(2z), not σ(z).",
        ),
        Mistake(
            "the two sides exchanged",
            lambda z: np.where(z >= 0, np.exp(-np.abs(z)), 1) / (1 + np.exp(-np.abs(z))),
            "No exponential overflows, but the two sides are exchanged: this is σ(−z). A large input should give a value near 1.",
        ),
        Mistake(
            "always the positive side",
            lambda z: 1 / (1 + np.exp(-np.abs(z))),
            "This is σ(|z|), right where z ≥ 0 and above ½ everywhere. On the negative side the numerator is e^z: e/(1 + e) with "
            "e = np.exp(-np.abs(z)).",
        ),
        Mistake(
            "always the negative side",
            lambda z: np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))),
            "This is σ(−|z|), right where z ≤ 0 and below ½ everywhere. On the positive side the numerator is 1: 1/(1 + e) with "
            "e = np.exp(-np.abs(z)).",
        ),
        Mistake(
            "shifted by the largest",
            lambda z: 1 / (1 + np.exp(-(z - np.max(z)))),
            "You subtracted the largest entry first. Softmax may be shifted so, because only differences count in it; the sigmoid "
            "acts on each entry for itself, and shifting z changes it.",
        ),
    ),
    alternatives=(
        sigmoid_by_branches,
        lambda z: np.exp(-np.logaddexp(0, -z)),
        lambda z: 1 / (1 + np.exp(-np.clip(z, -700, 700))),
        lambda z: np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z))),
    ),
)


# --- 3.2 -------------------------------------------------------------------------------------------------------------


def sigmoid_derivative(z):
    """Return the derivative σ′(z), entry by entry, in the shape of z."""
    s = 1 / (1 + np.exp(-z))
    return s * (1 - s)


SIGMOID_DERIVATIVE = Exercise(
    id="3.2",
    title="The slope of the sigmoid",
    task="""
    Write `sigmoid_derivative(z)`: the derivative $\\sigma'(z)$ of the sigmoid at every entry of `z`, in the shape of
    `z`. The argument is $z$ itself, what goes *into* the sigmoid.
    """,
    solution=sigmoid_derivative,
    reference=lambda z: rules.sigmoid(z)[1](np.ones_like(z)),
    cases=elementwise_cases,
    hints=(
        "How large can the slope be, and where? What did the nudge at z = 0 show?",
        "Differentiate (1 + e^(−z))^(−1), and look for σ(z) in what you get.",
        "The slope is σ(z)·(1 − σ(z)): compute s = σ(z) first, then s·(1 − s).",
    ),
    mistakes=(
        Mistake(
            "z instead of the output",
            lambda z: z * (1 - z),
            "You computed z·(1 − z). The formula a·(1 − a) wants the sigmoid's output a = σ(z), and this function is given "
            "z. Compute a first.",
        ),
        Mistake(
            "sigmoid applied twice",
            lambda z: (lambda s: sigmoid(s) * (1 - sigmoid(s)))(sigmoid(z)),
            "This is the slope at σ(z) instead of at z: the sigmoid was applied twice.",
        ),
        Mistake(
            "the sigmoid itself",
            sigmoid,
            "This is σ(z), the value. Its slope is wanted: at z = 0 the value is ½ and the slope ¼.",
        ),
        Mistake(
            "sign",
            lambda z: -sigmoid_derivative(z),
            "The sign is wrong. The sigmoid rises everywhere, so its slope is never negative: d/dz of e^(−z) is −e^(−z), "
            "and that minus cancels the one from the power −1.",
        ),
        Mistake(
            "half of the product",
            lambda z: 1 - sigmoid(z),
            "This is 1 − σ(z), one of the two factors. The slope is σ(z)·(1 − σ(z)).",
        ),
        Mistake(
            "the square of σ",
            lambda z: 1 / (1 + np.exp(-z)) ** 2,
            "This is σ(z)², the outer slope alone, without its minus. The inner function 1 + e^(−z) moves as well: times e^(−z).",
        ),
        Mistake(
            "tanh's slope",
            lambda z: 1 - np.tanh(z) ** 2,
            "This is the slope of tanh, 1 − tanh²(z). For the sigmoid it is σ(z)·(1 − σ(z)).",
        ),
        Mistake(
            "tanh's formula on the sigmoid",
            lambda z: 1 - sigmoid(z) ** 2,
            "1 − a² belongs to tanh. With a = σ(z) the slope is a·(1 − a).",
        ),
        Mistake(
            "the outer slope alone",
            lambda z: -1 / (1 + np.exp(-z)) ** 2,
            "This is −σ(z)², the outer slope alone. The inner function 1 + e^(−z) moves as well: times its slope, −e^(−z).",
        ),
        Mistake(
            "one letter mended",
            lambda z: sigmoid(z) * (1 - z),
            "In a·(1 − a) both letters are the sigmoid's output a = σ(z); in your bracket there is z.",
        ),
        Mistake(
            "matrix product",
            lambda z: sigmoid(z) @ (1 - sigmoid(z)),
            "@ (and np.dot) is a matrix product, which mixes entries and stops where the sizes do not allow it. The slope is taken "
            "entry by entry: s * (1 - s).",
        ),
        Mistake(
            "differences of neighbours",
            lambda z: np.gradient(sigmoid(z)),
            "np.gradient takes differences of *neighbouring* entries, as if z were evenly spaced points on an axis. Here every entry "
            "has a slope of its own, which the formula gives: σ(z)·(1 − σ(z)).",
        ),
    ),
    alternatives=(
        lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
        lambda z: 0.25 / np.cosh(z / 2) ** 2,
        lambda z: 0.25 * (1 - np.tanh(z / 2) ** 2),
    ),
)

# --- 3.3 -------------------------------------------------------------------------------------------------------------


def tanh_slope_from_output(a):
    """Return tanh′(z) given only a = tanh(z), entry by entry, in the shape of a."""
    return 1 - a**2


def output_cases(rng):
    return [(np.tanh(z),) for (z,) in elementwise_cases(rng)]


TANH_FROM_OUTPUT = Exercise(
    id="3.3",
    title="A slope from the output alone",
    task="""
    A network that goes backward has kept each unit's *output* $a = \\tanh(z)$, and $z$ is gone. Write
    `tanh_slope_from_output(a)`: the derivative of tanh at the $z$ that gave `a`, in the shape of `a`.
    """,
    solution=tanh_slope_from_output,
    cases=output_cases,
    hints=(
        "tanh′(z) = 1 − tanh²(z). Which part of that do you already hold?",
        "a *is* tanh(z): put it in, and do not apply tanh again.",
        "1 − a².",
    ),
    mistakes=(
        Mistake(
            "tanh again",
            lambda a: 1 - np.tanh(a) ** 2,
            "You applied tanh to a, which is already tanh(z). The derivative at z is 1 − a², with a as it came.",
        ),
        Mistake(
            "sigmoid's formula",
            lambda a: a * (1 - a),
            "a·(1 − a) is the sigmoid's slope from its output. For tanh it is 1 − a².",
        ),
        Mistake(
            "not squared",
            lambda a: 1 - a,
            "This is 1 − a: the square is missing. For a = −1 the unit is saturated and its slope is 0; yours gives 2.",
        ),
        Mistake(
            "1 + a²",
            lambda a: 1 + a**2,
            "1 + tan² is the derivative of the ordinary tangent. For the hyperbolic one it is 1 − a²: slopes above 1 do not occur.",
        ),
        Mistake(
            "arctan",
            lambda a: 1 / (1 + a**2),
            "1/(1 + a²) is the slope of arctan at a. For tanh it is 1 − a².",
        ),
        Mistake(
            "the way back",
            lambda a: 1 / (1 - a**2),
            "This is by how much z moves when a is nudged. The other way round is asked, by how much a moves when z is nudged: "
            "1 − a².",
        ),
        Mistake(
            "−2a",
            lambda a: -2 * a,
            "You differentiated 1 − a² once more, with respect to a. The formula 1 − a² already *is* the derivative of tanh.",
        ),
        Mistake(
            "square around the bracket",
            lambda a: (1 - a) ** 2,
            "This is (1 − a)². The square belongs to a alone: 1 − a².",
        ),
        Mistake(
            "doubled, not squared",
            lambda a: 1 - 2 * a,
            "This is 1 − 2a, and the formula has 1 − a²: a squared is a**2, or a * a.",
        ),
        Mistake(
            "the square alone",
            lambda a: a**2,
            "This is a² alone. At a = 0 tanh is steepest, with slope 1, and yours is 0 there: 1 − a².",
        ),
    ),
    alternatives=(lambda a: (1 - a) * (1 + a), lambda a: 1 - np.tanh(np.arctanh(a)) ** 2),
)


# --- 3.4 -------------------------------------------------------------------------------------------------------------


def relu_backward(z, g):
    """Return ∂L/∂z, given z and g = ∂L/∂a for a = max(0, z); both arrays have the same shape."""
    return g * (z > 0)


def relu_cases(rng):
    def pair(*shape):
        return rng.normal(0, 2, shape), rng.normal(0, 3, shape)

    return [pair(7, 5), pair(11), pair(1, 3), pair(3, 3), pair(5, 2, 3)]


RELU_BACKWARD = Exercise(
    id="3.4",
    title="Through a ReLU, backward",
    task="""
    A loss $L$ depends on $a = \\max(0, z)$. Somebody hands you `z` and `g`, where `g` holds $\\partial L/\\partial a$ for
    every entry. Write `relu_backward(z, g)`, which returns $\\partial L/\\partial z$ in the same shape: how much $L$
    changes when $z$ is nudged. (Nudge $z$ by a little: by how much does $a$ move? By how much $L$?)
    """,
    solution=relu_backward,
    reference=lambda z, g: rules.relu(z)[1](g),
    cases=relu_cases,
    difficulty=2,
    points=2,
    hints=(
        "Where z is 3, a nudge of z by h moves a by how much? And where z is −3?",
        "The change of L is (change of L per change of a) times (change of a per change of z).",
        "Multiply g by 1 where z is positive and by 0 elsewhere: g * (z > 0).",
    ),
    mistakes=(
        Mistake(
            "slope without g",
            lambda z, g: (z > 0).astype(float),
            "This is the slope of ReLU alone. It says how a moves with z; multiply by g, which says how L moves with a.",
        ),
        Mistake(
            "the value",
            lambda z, g: np.maximum(0, z),
            "This is a = max(0, z), the way forward. Asked is how much L changes when z is nudged: the slope of the ReLU at z, "
            "times g.",
        ),
        Mistake(
            "mask of g",
            lambda z, g: g * (g > 0),
            "You let through the positive entries of g. Whether a unit passes the gradient depends on its own input z: "
            "negative gradients pass as well where z > 0.",
        ),
        Mistake(
            "ReLU of g",
            lambda z, g: np.maximum(0, g) * (z > 0),
            "You also cut off the negative entries of g. A gradient may have either sign; only z decides whether it passes.",
        ),
        Mistake(
            "output instead of slope",
            lambda z, g: g * np.maximum(0, z),
            "You multiplied by the output max(0, z). The slope of the active side is 1, however large z is.",
        ),
        Mistake(
            "wrong side",
            lambda z, g: g * (z < 0),
            "The sides are exchanged: ReLU passes where z is positive and is flat where z is negative.",
        ),
        Mistake(
            "g unchanged",
            lambda z, g: g * 1.0,
            "You returned g as it came. Where z is negative, nudging z does not move a at all, so L does not change: 0 there.",
        ),
        Mistake(
            "leaky",
            lambda z, g: g * np.where(z > 0, 1.0, 0.01),
            "This is the leaky ReLU, with slope 0.01 on the negative side. The plain one has slope 0 there.",
        ),
        Mistake(
            "absolute value",
            lambda z, g: g * np.sign(z),
            "sign(z) is the slope of |z|. ReLU is flat for negative z: slope 0 there, not −1.",
        ),
        Mistake(
            "z instead of slope",
            lambda z, g: g * z,
            "You multiplied g by z. It has to be multiplied by the *slope* of ReLU at z, which is 1 where z is positive and 0 where "
            "it is negative.",
        ),
        Mistake(
            "matrix product",
            lambda z, g: (z > 0) @ g,
            "@ (and np.dot) is a matrix product, which mixes entries and stops where the sizes do not allow it. Each entry of g meets "
            "its own entry of z: g * (z > 0).",
        ),
        Mistake(
            "the entries that pass",
            lambda z, g: g[z > 0],
            "g[z > 0] picks out the entries that pass and loses their places. The result has the shape of z, with 0 where nothing "
            "passes: g * (z > 0), or np.where(z > 0, g, 0).",
        ),
        Mistake(
            "one instead of zero",
            lambda z, g: np.where(z > 0, g, 1.0),
            "Where z is negative you return 1. A nudge of z does not move a there, so L does not change: 0.",
        ),
    ),
    alternatives=(
        lambda z, g: np.where(z > 0, g, 0.0),
        lambda z, g: g * np.heaviside(z, 0.5),
        lambda z, g: g * (np.maximum(0, z) > 0),
    ),
)


# --- 3.5 -------------------------------------------------------------------------------------------------------------


def left_slopes(z, c, alpha):
    """Return (leaky, elu): the slopes at z of leaky ReLU with factor c and of ELU with alpha,
    each in the shape of z.
    """
    left = z < 0
    return np.where(left, c, 1.0), np.where(left, alpha * np.exp(np.minimum(z, 0)), 1.0)


def left_cases(rng):
    """No entry is 0, where neither has a slope; c and α differ from 1 and from each other."""

    def away_from_zero(shape):
        return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.2, 3, shape)

    def factors():
        return float(rng.uniform(0.05, 0.3)), float(rng.uniform(1.3, 2.5))

    few = np.array([-2.5, -1.0, -0.25, 0.5, 1.0, 3.0])
    shapes = ((7, 5), (11,), (1, 3), (3, 3))
    return [*[(away_from_zero(shape), *factors()) for shape in shapes], (few, *factors())]


def leaky_right(elu):
    """An answer whose leaky slopes are right, with `elu` for the other."""
    return lambda z, c, alpha: (left_slopes(z, c, alpha)[0], elu(z, alpha))


def elu_right(leaky):
    """An answer whose ELU slopes are right, with `leaky` for the other."""
    return lambda z, c, alpha: (leaky(z, c), left_slopes(z, c, alpha)[1])


LEFT_SLOPES = Exercise(
    id="3.5",
    title="Two that are not flat on the left",
    task="""
    Leaky ReLU is $z$ where $z > 0$ and $c\\,z$ elsewhere; ELU is $z$ where $z > 0$ and $\\alpha(e^z - 1)$ elsewhere. Write
    `left_slopes(z, c, alpha)` for an array `z` (none of whose entries is 0) and two numbers. It returns two arrays in the shape of
    `z`: the slopes of leaky ReLU, and the slopes of ELU.
    """,
    solution=left_slopes,
    reference=lambda z, c, alpha: (
        rules.leaky_relu(z, slope=c)[1](np.ones_like(z)),
        rules.elu(z, alpha=alpha)[1](np.ones_like(z)),
    ),
    outputs=("leaky", "elu"),
    cases=left_cases,
    difficulty=1,
    points=1,
    needs=("3.4",),
    hints=(
        "Both are the identity on the right. What is the slope of c·z, and what is the slope of α·e^z − α?",
        "Right of zero both slopes are 1. Left of it: c, a constant; and α·e^z, for the −α does not move with z.",
        "np.where(z > 0, 1.0, c) and np.where(z > 0, 1.0, alpha * np.exp(z)).",
    ),
    mistakes=(
        Mistake(
            "leaky: sides exchanged",
            elu_right(lambda z, c: np.where(z > 0, c, 1.0)),
            "In leaky ReLU the sides are exchanged: the small factor c belongs to negative z, and on the right the slope is 1.",
        ),
        Mistake(
            "leaky: flat on the left",
            elu_right(lambda z, c: np.where(z > 0, 1.0, 0.0)),
            "leaky is the slope of the plain ReLU. The leaky one lets c times a nudge through where z is negative.",
        ),
        Mistake(
            "leaky: c on the right, 0 on the left",
            elu_right(lambda z, c: np.where(z > 0, c, 0.0)),
            "This is c times the slope of the plain ReLU. The factor c belongs to the left side only, and the right side has slope 1.",
        ),
        Mistake(
            "leaky: the value on the left",
            elu_right(lambda z, c: np.where(z > 0, 1.0, c * z)),
            "In leaky, c·z is the value on the left side. Its slope is c, the same for every negative z.",
        ),
        Mistake(
            "elu: the value on the left",
            leaky_right(lambda z, alpha: np.where(z > 0, 1.0, alpha * (np.exp(z) - 1))),
            "leaky is right. In elu you have the value α(e^z − 1) on the left, which is negative there. Its slope is α·e^z: "
            "the −α is a constant and has slope 0.",
        ),
        Mistake(
            "elu: α missing",
            leaky_right(lambda z, alpha: np.where(z > 0, 1.0, np.exp(z))),
            "leaky is right. In elu the factor α is missing: it multiplies the value, so it multiplies the slope.",
        ),
        Mistake(
            "elu: from the output, fed z",
            leaky_right(lambda z, alpha: np.where(z > 0, 1.0, z + alpha)),
            "leaky is right. elu's slope can be had from the *output*, as a + α; you put z in the place of a.",
        ),
        Mistake(
            "elu: power rule",
            leaky_right(lambda z, alpha: np.where(z > 0, 1.0, alpha * z * np.exp(z - 1))),
            "leaky is right. In elu the exponential was treated as a power, k·x^(k − 1). The slope of e^z is e^z.",
        ),
        Mistake(
            "the usual factors",
            lambda z, c, alpha: left_slopes(z, 0.01, 1.0),
            "You used 0.01 and 1, the usual factors. Here c and alpha are arguments.",
        ),
        Mistake(
            "elu: always the exponential",
            leaky_right(lambda z, alpha: alpha * np.exp(z)),
            "leaky is right. In elu you take α·e^z for positive z too. Right of zero ELU is z, with slope 1.",
        ),
        Mistake(
            "exchanged",
            lambda z, c, alpha: left_slopes(z, c, alpha)[::-1],
            "Both are right, in the wrong order: first the slopes of leaky ReLU, then those of ELU.",
        ),
        Mistake(
            "the values",
            lambda z, c, alpha: (np.where(z > 0, z, c * z), np.where(z > 0, z, alpha * (np.exp(z) - 1))),
            "These are the two functions themselves. Their slopes are asked for: how fast each value moves when z does.",
        ),
        Mistake(
            "leaky: the values",
            elu_right(lambda z, c: np.where(z > 0, z, c * z)),
            "elu is right. leaky is the function's value; its slope is 1 on the right and c on the left.",
        ),
        Mistake(
            "elu: the values",
            leaky_right(lambda z, alpha: np.where(z > 0, z, alpha * (np.exp(z) - 1))),
            "leaky is right. elu is the function's value; its slope is 1 on the right and α·e^z on the left.",
        ),
        Mistake(
            "z on the right",
            lambda z, c, alpha: (np.where(z > 0, z, c), np.where(z > 0, z, alpha * np.exp(z))),
            "The left sides are right. On the right both functions are z, and you returned that value; the slope of z is 1.",
        ),
        Mistake(
            "leaky: z on the right",
            elu_right(lambda z, c: np.where(z > 0, z, c)),
            "elu is right. In leaky you have z, the value, on the right side. The slope of z is 1.",
        ),
        Mistake(
            "elu: z on the right",
            leaky_right(lambda z, alpha: np.where(z > 0, z, alpha * np.exp(z))),
            "leaky is right. In elu you have z, the value, on the right side. The slope of z is 1.",
        ),
        Mistake(
            "elu: sides exchanged",
            leaky_right(lambda z, alpha: np.where(z > 0, alpha * np.exp(z), 1.0)),
            "leaky is right. In elu the sides are exchanged: α·e^z belongs to negative z, and on the right the slope is 1.",
        ),
        Mistake(
            "both: sides exchanged",
            lambda z, c, alpha: (np.where(z > 0, c, 1.0), np.where(z > 0, alpha * np.exp(z), 1.0)),
            "The sides are exchanged in both: c and α·e^z belong to negative z, and on the right the slope is 1.",
        ),
        Mistake(
            "elu: flat on the left",
            leaky_right(lambda z, alpha: np.where(z > 0, 1.0, 0.0)),
            "leaky is right. Yours for elu is the slope of the plain ReLU. On the left ELU is α(e^z − 1), whose slope is α·e^z.",
        ),
        Mistake(
            "elu: the factor alone",
            leaky_right(lambda z, alpha: np.where(z > 0, 1.0, alpha)),
            "leaky is right. In elu the left side is α times an exponential of z, so its slope is α times the exponential's: α·e^z.",
        ),
        Mistake(
            "elu: product rule",
            leaky_right(lambda z, alpha: np.where(z > 0, 1.0, alpha * z * np.exp(z))),
            "leaky is right. In elu there is a factor z too many on the left. The slope of e^z is e^z itself: α·e^z.",
        ),
    ),
    alternatives=(
        lambda z, c, alpha: (np.where(z > 0, 1.0, c), np.where(z > 0, 1.0, alpha * np.exp(z))),
        lambda z, c, alpha: (
            (z > 0) + c * (z < 0),
            (z > 0) + (alpha * (np.exp(np.minimum(z, 0)) - 1) + alpha) * (z < 0),
        ),
    ),
)


# --- 3.6 -------------------------------------------------------------------------------------------------------------


def silu_derivative(z):
    """Return the derivative of silu(z) = z·σ(z), entry by entry, in the shape of z."""
    s = 1 / (1 + np.exp(-z))
    return s + z * s * (1 - s)


SILU_DERIVATIVE = Exercise(
    id="3.6",
    title="A product: the slope of SiLU",
    task="""
    SiLU, also called Swish, is $z\\,\\sigma(z)$. Write `silu_derivative(z)`: its derivative at every entry, in the shape
    of `z`. Check yourself before you check: the slope at $z = 0$ is $\\tfrac12$, and somewhere it exceeds 1.
    """,
    solution=silu_derivative,
    reference=lambda z: rules.silu(z)[1](np.ones_like(z)),
    cases=elementwise_cases,
    difficulty=2,
    points=2,
    needs=("3.2",),
    hints=(
        "z·σ(z) is a product of two things that both depend on z. What is the derivative of a product?",
        "(u·v)′ = u′·v + u·v′ with u = z and v = σ(z).",
        "σ(z) + z·σ(z)·(1 − σ(z)).",
    ),
    mistakes=(
        Mistake(
            "first half only",
            sigmoid,
            "This is σ(z), half of the product rule: z·σ(z) changes because z does *and* because σ(z) does. "
            "Add z·σ′(z).",
        ),
        Mistake(
            "second half only",
            lambda z: z * sigmoid_derivative(z),
            "This is z·σ′(z), half of the product rule. The derivative of z is 1, so add 1·σ(z).",
        ),
        Mistake(
            "product of slopes",
            sigmoid_derivative,
            "You multiplied the two derivatives, 1·σ′(z). The derivative of a product is u′v + uv′.",
        ),
        Mistake(
            "σ′ without 1 − σ",
            lambda z: sigmoid(z) + z * sigmoid(z),
            "In the second term you have σ(z) where σ′(z) = σ(z)(1 − σ(z)) belongs.",
        ),
        Mistake(
            "without z",
            lambda z: sigmoid(z) + sigmoid_derivative(z),
            "The second term is z·σ′(z); yours lacks the z.",
        ),
        Mistake(
            "slopes exchanged",
            lambda z: z * sigmoid(z) + sigmoid_derivative(z),
            "This is u·v + v′. In u′v + uv′ with u = z and v = σ(z), σ(z) is multiplied by the slope of z, which is 1, and "
            "σ′(z) by z.",
        ),
        Mistake(
            "z for σ in the slope",
            lambda z: sigmoid(z) + z * sigmoid(z) * (1 - z),
            "In σ′ = a·(1 − a) both letters are the output a = σ(z); in your bracket there is z.",
        ),
        Mistake(
            "the value",
            lambda z: z * sigmoid(z),
            "This is z·σ(z), the value of SiLU. Its slope is wanted.",
        ),
        Mistake(
            "minus",
            lambda z: sigmoid(z) - z * sigmoid_derivative(z),
            "Between the two terms of the product rule stands a plus.",
        ),
        Mistake(
            "σ′ without σ",
            lambda z: sigmoid(z) + z * (1 - sigmoid(z)),
            "In the second term you have 1 − σ(z) where σ′(z) = σ(z)(1 − σ(z)) belongs.",
        ),
        Mistake(
            "z for both letters in the slope",
            lambda z: sigmoid(z) + z * z * (1 - z),
            "In σ′ = a·(1 − a) both letters are the output a = σ(z); you put z for both.",
        ),
        Mistake(
            "the sigmoid's formula on the output",
            lambda z: z * sigmoid(z) * (1 - z * sigmoid(z)),
            "a·(1 − a) holds for the sigmoid's own output, and you put that of SiLU into it. SiLU is a product: u′v + uv′ with u = z and "
            "v = σ(z).",
        ),
    ),
    alternatives=(lambda z: sigmoid(z) * (1 + z * (1 - sigmoid(z))),),
)


# --- 3.7 -------------------------------------------------------------------------------------------------------------


def unit_slope(x, w, b):
    """Return dy/dx of y = σ(w·x + b), for an array x and numbers w, b; in the shape of x."""
    a = 1 / (1 + np.exp(-(w * x + b)))
    return a * (1 - a) * w


def unit_slope_to_mend(x, w, b):
    """Return dy/dx of y = σ(w·x + b), for an array x and numbers w, b; in the shape of x."""
    z = w * x + b
    return z * (1 - z)  # σ′ = a(1 − a)


def unit_slope_cases(rng):
    return [
        (x, float(rng.choice([-1, 1]) * rng.uniform(0.5, 3)), float(rng.normal())) for (x,) in elementwise_cases(rng)
    ]


FIND_THE_BUG = Exercise(
    id="3.7",
    title="Find the bug: the slope of a unit",
    task="""
    This function was found in a real program. It should return $\\mathrm{d}y/\\mathrm{d}x$ of $y = \\sigma(wx + b)$, for
    an array `x` and numbers `w` and `b`. The network that used it even learned something. It has **two** faults. Mend it.
    """,
    solution=unit_slope,
    starter=unit_slope_to_mend,
    cases=unit_slope_cases,
    difficulty=2,
    points=2,
    needs=("3.2",),
    hints=(
        "Try x = 0, w = 1, b = 0 on paper: the slope is ¼. What does the function say?",
        "The formula a(1 − a) is about the unit's output. And by how much does z move when x moves by 1?",
        "a = 1/(1 + np.exp(-z)); then a·(1 − a)·w.",
    ),
    mistakes=(
        Mistake(
            "untouched",
            unit_slope_to_mend,
            "This is still the function as it was found. It feeds z to a formula that wants the output a = σ(z), "
            "and it does not say how z moves with x.",
        ),
        Mistake(
            "w missing",
            lambda x, w, b: (lambda a: a * (1 - a))(sigmoid(w * x + b)),
            "One fault is mended: this is dy/dz. But when x moves by 1, z moves by w: multiply by w to get dy/dx.",
        ),
        Mistake(
            "z instead of a",
            lambda x, w, b: (lambda z: z * (1 - z) * w)(w * x + b),
            "One fault is mended, the factor w. The other: a(1 − a) wants the output a = σ(z), and here it is given z.",
        ),
        Mistake(
            "x instead of w",
            lambda x, w, b: (lambda a: a * (1 - a) * x)(sigmoid(w * x + b)),
            "Times x is how y moves with the *weight*. It is asked how y moves with x: times w.",
        ),
        Mistake(
            "slope at x",
            lambda x, w, b: w * sigmoid_derivative(x),
            "The slope of the sigmoid has to be taken at z = w·x + b, where the unit stands, not at x.",
        ),
        Mistake(
            "sigmoid twice",
            lambda x, w, b: (lambda a: sigmoid(a) * (1 - sigmoid(a)) * w)(sigmoid(w * x + b)),
            "The sigmoid is applied twice: a is already σ(z), so the slope is a·(1 − a).",
        ),
        Mistake(
            "bias left out",
            lambda x, w, b: (lambda a: a * (1 - a) * w)(sigmoid(w * x)),
            "Both faults are mended, but b got lost: the slope has to be taken at z = w·x + b.",
        ),
        Mistake(
            "one letter mended",
            lambda x, w, b: (lambda z: sigmoid(z) * (1 - z) * w)(w * x + b),
            "The factor w is right, and one of the two letters. In a(1 − a) both are the output a = σ(z); in your bracket there "
            "is z.",
        ),
        Mistake(
            "w and x",
            lambda x, w, b: (lambda a: a * (1 - a) * w * x)(sigmoid(w * x + b)),
            "You multiplied by w and by x. When x moves by 1, z moves by w, however large x is: times w alone.",
        ),
        Mistake(
            "minus without its bracket",
            lambda x, w, b: (lambda a: a * (1 - a) * w)(1 / (1 + np.exp(-w * x + b))),
            "Both faults are mended. In the sigmoid, the minus has to reach b too: np.exp(-(w * x + b)), with the bracket.",
        ),
        Mistake(
            "the value",
            lambda x, w, b: sigmoid(w * x + b),
            "This is y itself, the value of the unit. Its slope is asked for: a(1 − a) with a = y, times w.",
        ),
    ),
    alternatives=(lambda x, w, b: w * sigmoid_derivative(w * x + b),),
)


# --- 3.8 -------------------------------------------------------------------------------------------------------------


def hinges(x, joints, slopes, b):
    """Return b + Σ_j slopes[j] · relu(x − joints[j]) for every entry of x.

    x (N,), joints (D,), slopes (D,), b a number  ->  (N,)
    """
    return np.maximum(0, x[:, None] - joints[None, :]) @ slopes + b


def hinge_cases(rng):
    def case(n, d):
        return rng.normal(0, 2, n), rng.normal(0, 1, d), rng.normal(0, 2, d), float(rng.normal())

    return [case(7, 5), case(11, 3), case(1, 5), case(3, 3), case(5, 1)]


HINGES = Exercise(
    id="3.8",
    title="A curve out of hinges",
    task="""
    A hidden layer of $D$ ReLUs, each with input weight 1 and bias $-t_j$, followed by one linear unit, computes

    $$f(x) = b + \\sum_{j=1}^{D} s_j \\max(0,\\, x - t_j).$$

    Write `hinges(x, joints, slopes, b)` for a whole array of inputs: `x` $(N,)$, `joints` $t$ $(D,)$, `slopes` $s$
    $(D,)$, `b` a number; it returns $f$ at each of them, $(N,)$.
    """,
    solution=hinges,
    cases=hinge_cases,
    difficulty=2,
    points=2,
    hints=(
        "For one x and one joint, what is the contribution? How do you get a table of all N × D of them?",
        "x[:, None] − joints[None, :] has shape (N, D). Apply ReLU, then sum over the joints with their slopes.",
        "np.maximum(0, x[:, None] - joints[None, :]) @ slopes + b",
    ),
    mistakes=(
        Mistake(
            "ReLU after the sum",
            lambda x, joints, slopes, b: np.maximum(0, (x[:, None] - joints[None, :]) @ slopes) + b,
            "You summed first and bent once. Each unit bends for itself, before the sum: that is what gives D joints "
            "instead of one.",
        ),
        Mistake(
            "no bend",
            lambda x, joints, slopes, b: (x[:, None] - joints[None, :]) @ slopes + b,
            "There is no max(0, …) in it, so the sum of the lines is a line again.",
        ),
        Mistake(
            "bias per unit",
            lambda x, joints, slopes, b: np.maximum(0, x[:, None] - joints[None, :]) @ slopes + b * len(joints),
            "You added b once per joint. It belongs to the output unit: one bias, added once, after the sum.",
        ),
        Mistake(
            "x paired with the joints",
            lambda x, joints, slopes, b: slopes * np.maximum(0, x - joints) + b,
            "x - joints pairs the first x with the first joint, the second with the second, and stops where the lengths differ. "
            "Every x meets every joint: x[:, None] - joints is the table (N, D) of all of them.",
        ),
        Mistake(
            "x paired with the joints, summed",
            lambda x, joints, slopes, b: np.maximum(0, x - joints) @ slopes + b,
            "x - joints pairs the first x with the first joint, the second with the second, and stops where the lengths differ. "
            "Every x meets every joint: x[:, None] - joints is the table (N, D) of all of them.",
        ),
        Mistake(
            "not summed",
            lambda x, joints, slopes, b: slopes * np.maximum(0, x[:, None] - joints[None, :]) + b,
            "This is the table (N, D) of what every unit adds at every x. Sum over the units, axis 1, and then add b once.",
        ),
        Mistake(
            "summed over x",
            lambda x, joints, slopes, b: (slopes * np.maximum(0, x[:, None] - joints[None, :])).sum(axis=0) + b,
            "You summed over the inputs x. Each x keeps its own value: sum over the units, axis 1.",
        ),
        Mistake(
            "x + t",
            lambda x, joints, slopes, b: np.maximum(0, x[:, None] + joints[None, :]) @ slopes + b,
            "With x + t the joints sit at −t. The unit's bias is −t, so that it switches on where x passes t.",
        ),
        Mistake(
            "slope inside",
            lambda x, joints, slopes, b: np.maximum(0, slopes * (x[:, None] - joints[None, :])).sum(axis=1) + b,
            "You put the slope inside the ReLU. A unit with a negative slope then faces left instead of going down; "
            "the slope is the weight *after* the bend.",
        ),
        Mistake(
            "mean",
            lambda x, joints, slopes, b: (np.maximum(0, x[:, None] - joints[None, :]) * slopes).mean(axis=1) + b,
            "You averaged over the joints. A unit *sums* its weighted inputs.",
        ),
        Mistake(
            "opens to the left",
            lambda x, joints, slopes, b: np.maximum(0, joints[None, :] - x[:, None]) @ slopes + b,
            "max(0, t − x) opens to the left of its joint. The unit max(0, x − t) opens to the right.",
        ),
        Mistake(
            "x paired with the joints, one number",
            lambda x, joints, slopes, b: np.sum(slopes * np.maximum(0, x - joints)) + b,
            "This is the formula for a single x. For an array x - joints pairs the first x with the first joint, and stops where the "
            "lengths differ. x[:, None] - joints is the table (N, D) of every x with every joint; sum it over axis 1.",
        ),
        Mistake(
            "product over the x",
            lambda x, joints, slopes, b: np.maximum(0, x - joints[:, None]) @ slopes + b,
            "Your product sums over the x. The sum is over the joints: a table (N, D), from x[:, None] - joints, is multiplied as "
            "table @ slopes, a table (D, N), from x - joints[:, None], as slopes @ table.",
        ),
        Mistake(
            "slopes beside the x",
            lambda x, joints, slopes, b: (slopes * np.maximum(0, x - joints[:, None])).sum(axis=0) + b,
            "Your slopes meet the x, and each belongs to a joint. Beside a table (N, D), from x[:, None] - joints, slopes (D,) stands "
            "as it is, and the sum runs over axis 1; beside a table (D, N) it stands in a column, slopes[:, None], and the sum runs "
            "over axis 0.",
        ),
        Mistake(
            "ReLU at the end too",
            lambda x, joints, slopes, b: np.maximum(0, np.maximum(0, x[:, None] - joints) @ slopes + b),
            "You put the sum through a ReLU as well, so that it is never negative. The output unit is linear: it only sums.",
        ),
        Mistake(
            "ReLU at the end only",
            lambda x, joints, slopes, b: np.maximum(0, (x[:, None] - joints) @ slopes + b),
            "You summed first and bent once, at the end. Each hidden unit bends for itself, before the sum, and the output unit is "
            "linear.",
        ),
        Mistake(
            "slopes as input weights",
            lambda x, joints, slopes, b: np.maximum(0, slopes * x[:, None] - joints).sum(axis=1) + b,
            "You multiplied x by the slopes, inside the ReLU. The input weights are 1; the slope is the weight *after* the bend: "
            "s·max(0, x − t).",
        ),
        Mistake(
            "steps",
            lambda x, joints, slopes, b: (x[:, None] > joints) @ slopes + b,
            "Each of your units gives 1 to the right of its joint: a step. A hinge rises there, x − t: np.maximum(0, x[:, None] - joints).",
        ),
        Mistake(
            "no slopes",
            lambda x, joints, slopes, b: np.maximum(0, x[:, None] - joints).sum(axis=1) + b,
            "The slopes are missing: each hinge is multiplied by its own before they are added up, table @ slopes.",
        ),
        Mistake(
            "last hinge only",
            lambda x, joints, slopes, b: slopes[-1] * np.maximum(0, x - joints[-1]) + b,
            "Only the last hinge is in your sum: each turn of the loop writes over the one before. += adds them up.",
        ),
        Mistake(
            "first hinge only",
            lambda x, joints, slopes, b: slopes[0] * np.maximum(0, x - joints[0]) + b,
            "Only the first hinge is in your sum. In a loop, the return has to stand after the loop, not in it.",
        ),
        Mistake(
            "last hinge left out",
            lambda x, joints, slopes, b: np.maximum(0, x[:, None] - joints[:-1]) @ slopes[:-1] + b,
            "The last hinge is missing. range(D) goes up to the last place, D − 1, and range(D - 1) stops before it.",
        ),
        Mistake(
            "no bias",
            lambda x, joints, slopes, b: np.maximum(0, x[:, None] - joints) @ slopes,
            "The bias of the output unit is missing: add b once, after the sum.",
        ),
    ),
    alternatives=(
        lambda x, joints, slopes, b: np.array(
            [b + sum(s * max(0.0, v - t) for t, s in zip(joints, slopes, strict=True)) for v in x]
        ),
    ),
)


# --- 3.9 -------------------------------------------------------------------------------------------------------------


def collapse(W1, b1, W2, b2):
    """Return (W, b), the one layer that does what two without activation do, one after the other.

    W1 (h, n), b1 (h,), W2 (m, h), b2 (m,)  ->  W (m, n), b (m,)
    """
    return W2 @ W1, W2 @ b1 + b2


def collapse_cases(rng):
    def layers(n, h, m):
        return rng.normal(size=(h, n)), rng.normal(size=h), rng.normal(size=(m, h)), rng.normal(size=m)

    return [layers(5, 7, 3), layers(2, 3, 11), layers(3, 5, 2), layers(3, 3, 3), layers(4, 2, 1)]


COLLAPSE = Exercise(
    id="3.9",
    title="Two linear layers are one",
    task="""
    Two layers without an activation: `Z1 = X @ W1.T + b1`, then `Z2 = Z1 @ W2.T + b2`. Write
    `collapse(W1, b1, W2, b2)`, which returns a tuple `(W, b)` with `X @ W.T + b` equal to `Z2` for every `X`.
    Shapes: `W1` $(h, n)$, `b1` $(h,)$, `W2` $(m, h)$, `b2` $(m,)$; your `W` is $(m, n)$ and your `b` is $(m,)$.
    """,
    solution=collapse,
    cases=collapse_cases,
    outputs=("W", "b"),
    difficulty=2,
    points=2,
    hints=(
        "Put the first formula into the second and multiply out. Which terms contain X, and which do not?",
        "(X W1ᵀ + b1) W2ᵀ + b2 = X W1ᵀ W2ᵀ + …, and W1ᵀ W2ᵀ = (W2 W1)ᵀ.",
        "W = W2 @ W1, and b = W2 @ b1 + b2: the first bias passes through the second layer too.",
    ),
    mistakes=(
        Mistake(
            "biases added",
            lambda W1, b1, W2, b2: (W2 @ W1, b1 + b2),
            "You added the two biases. b1 is added before the second layer, so it goes through W2 too: W2 @ b1 + b2. "
            "(With different numbers of units the sum does not even have a shape.)",
        ),
        Mistake(
            "first bias lost",
            lambda W1, b1, W2, b2: (W2 @ W1, b2 * 1.0),
            "W is right; the first bias is lost. It enters the second layer like any other input: b = W2 @ b1 + b2.",
        ),
        Mistake(
            "order",
            lambda W1, b1, W2, b2: (W1 @ W2, W2 @ b1 + b2),
            "You multiplied in the wrong order. What is applied first stands on the right: W2 @ W1. Only where the sizes "
            "happen to agree does the other order give an array at all.",
        ),
        Mistake(
            "transposed",
            lambda W1, b1, W2, b2: (W1.T @ W2.T, W2 @ b1 + b2),
            "Your W is the transpose of what is asked: W1.T @ W2.T is (W2 @ W1).T. With Z = X @ W.T + b, W has the shape "
            "(outputs, inputs).",
        ),
        Mistake(
            "second bias lost",
            lambda W1, b1, W2, b2: (W2 @ W1, W2 @ b1),
            "W is right; the second layer's own bias b2 is missing from b = W2 @ b1 + b2.",
        ),
        Mistake(
            "a column for b",
            lambda W1, b1, W2, b2: (W2 @ W1, W2 @ b1[:, None] + b2),
            "W is right. W2 @ b1[:, None] is a column, (m, 1), and a column plus the row b2 is a table (m, m). b1 is (h,): "
            "W2 @ b1 is (m,), and b2 can be added to it.",
        ),
        Mistake(
            "both biases through",
            lambda W1, b1, W2, b2: (W2 @ W1, W2 @ b1 + W2.sum(axis=1) * b2),
            "b2 is added after the second layer; it does not pass through W2.",
        ),
        Mistake(
            "order, bias on the left",
            lambda W1, b1, W2, b2: (W1 @ W2, b1 @ W2 + b2),
            "This is for layers written X @ W. Here each unit is a row of W and the layer is X @ W.T, so W1.T @ W2.T is the "
            "transpose of your W: W = W2 @ W1, and b = W2 @ b1 + b2.",
        ),
        Mistake(
            "order, biases added",
            lambda W1, b1, W2, b2: (W1 @ W2, b1 + b2),
            "Two faults. What is applied first stands on the right: W = W2 @ W1. And b1 goes through the second layer like any "
            "other input: b = W2 @ b1 + b2.",
        ),
        Mistake(
            "order, the first bias for the second",
            lambda W1, b1, W2, b2: (W1 @ W2, W1 @ b2 + b1),
            "You have the layers in the wrong order, as if the second were applied first. W = W2 @ W1, and b = W2 @ b1 + b2.",
        ),
        Mistake(
            "transposed, biases added",
            lambda W1, b1, W2, b2: (W1.T @ W2.T, b1 + b2),
            "Two faults. W1.T @ W2.T is W.T, so W is W2 @ W1. And b1 goes through the second layer like any other input: "
            "b = W2 @ b1 + b2.",
        ),
        Mistake(
            "bias on the wrong side",
            lambda W1, b1, W2, b2: (W2 @ W1, b1 @ W2 + b2),
            "W is right. b1 @ W2 pairs b1 with the columns of W2, whose rows are the units: it is W2 @ b1, or b1 @ W2.T.",
        ),
        Mistake(
            "both biases through W2",
            lambda W1, b1, W2, b2: (W2 @ W1, W2 @ (b1 + b2)),
            "W is right. Only b1 passes through W2; b2 is added after the second layer: W2 @ b1 + b2.",
        ),
        Mistake(
            "entry by entry",
            lambda W1, b1, W2, b2: (W2 * W1, W2 @ b1 + b2),
            "* multiplies entry by entry. One layer after the other is a matrix product: W2 @ W1.",
        ),
        Mistake(
            "exchanged",
            lambda W1, b1, W2, b2: (W2 @ b1 + b2, W2 @ W1),
            "Both are right, in the wrong order: first W, then b.",
        ),
    ),
    alternatives=(lambda W1, b1, W2, b2: ((W1.T @ W2.T).T, b1 @ W2.T + b2),),
)


# --- Check yourself ----------------------------------------------------------------------------------------------------

DEEP_AND_LINEAR = Exercise(
    id="3.10",
    title="Depth without bends",
    kind="choice",
    task="""
    A network has 50 layers of 100 units each and no activation anywhere. Which functions of its input can it compute?
    """,
    choices=(
        "Any continuous function, because it is deep.",
        "Polynomials of degree up to 50.",
        "The functions that a single layer without activation can compute.",
        "None, because the gradient vanishes.",
    ),
    solution="c",
    hints=("What did exercise 3.9 do with two layers?", "Do it 49 times."),
    mistakes=(
        Mistake("depth alone", "a", "Depth alone adds nothing: two linear layers collapse to one, and so do fifty. The bends make the difference."),
        Mistake("polynomials", "b", "Powers of x would need a layer that multiplies its inputs with each other. A linear layer only multiplies them with constants."),
        Mistake("gradients", "d", "What a network can *compute* is one question, whether it is easy to *train* another. This one computes linear functions."),
    ),
)  # fmt: skip

TEN_SIGMOIDS = Exercise(
    id="3.11",
    title="Ten sigmoids in a row",
    kind="number",
    task="""
    Ten sigmoid units in a row, every weight 1, every bias 0: $y = \\sigma(\\sigma(\\dots\\sigma(x)))$. The slope of the whole is
    the product of the ten slopes. No such slope is larger than $\\tfrac14$. What is the largest that the product could
    be, by that bound? (Two digits are enough: write `9.5e-7` for $9.5\\cdot10^{-7}$.)
    """,
    solution=0.25**10,
    rtol=0.02,
    atol=1e-12,
    hints=("Ten factors, each at most ¼.", "0.25**10"),
    mistakes=(
        Mistake("sum", 2.5, "Along a chain slopes multiply; 2.5 would be their sum."),
        Mistake("one slope", 0.25, "¼ is the bound for one of the ten. Along the chain they multiply."),
        Mistake("half", 0.5**10, "½ is the sigmoid's *value* at 0. Its slope there is ¼."),
        Mistake("nine", 0.25**9, "Those are nine factors. Ten units, ten slopes: count the σ's."),
        Mistake("divided", 0.025, "¼ divided by 10 is not ten factors of ¼ multiplied."),
    ),
)

DEAD_RELU = Exercise(
    id="3.12",
    title="A unit that is always off",
    kind="choice",
    task="""
    For every example of the training set a ReLU unit has $z < 0$. What can a method do that changes its weights in
    proportion to the slope of the loss?
    """,
    choices=(
        "It changes them a little, because the slope of ReLU is small there.",
        "Nothing: no small change of its weights changes the loss, so every slope is zero.",
        "It makes them more negative.",
        "It changes them as usual, because the loss is not zero.",
    ),
    solution="b",
    hints=("Nudge one of its weights a little. Does its output change?", "Which output does it have, before and after the nudge?"),
    mistakes=(
        Mistake("small", "a", "The slope is not small, it is exactly zero: that is the leaky ReLU's reason to exist, which has a small one."),
        Mistake("more negative", "c", "Neither way: the output stays 0 for small changes, so there is nothing to follow."),
        Mistake("loss", "d", "What matters is not whether the loss is zero but whether it *changes* when this weight is nudged. It does not."),
    ),
)  # fmt: skip

UNIVERSAL = Exercise(
    id="3.13",
    title="What universal approximation says",
    kind="choice",
    task="""
    Which of these follows from the universal approximation theorem?
    """,
    choices=(
        "A network with one hidden layer of 100 ReLUs can approximate every continuous function on [0, 1] to within 0.01.",
        "For every continuous function on [0, 1] and every error there is some number of ReLUs that is enough.",
        "Training such a network finds the approximation, if there are enough data.",
        "A network trained on [0, 1] approximates the function outside [0, 1] as well.",
    ),
    solution="b",
    hints=("Read the order of the words: for every function and error there *is* a width …", "Does the theorem speak of training, of data, of other intervals?"),
    mistakes=(
        Mistake("fixed width", "a", "The width depends on the function and on the error: 100 hinges cannot follow a curve with 10,000 swings."),
        Mistake("training", "c", "The theorem says that good weights exist. It says nothing on whether a training method finds them."),
        Mistake("outside", "d", "It speaks of a closed, bounded set only. To the right of its last joint a sum of hinges is a straight line."),
    ),
)  # fmt: skip

EXERCISES = (
    STABLE_SIGMOID, SIGMOID_DERIVATIVE, TANH_FROM_OUTPUT, RELU_BACKWARD, LEFT_SLOPES, SILU_DERIVATIVE, FIND_THE_BUG,
    HINGES, COLLAPSE, DEEP_AND_LINEAR, TEN_SIGMOIDS, DEAD_RELU, UNIVERSAL,
)  # fmt: skip
