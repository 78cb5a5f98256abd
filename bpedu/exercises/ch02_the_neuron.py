"""Exercises of chapter 02, The neuron."""
# ruff: noqa: F841  (a variable that is never used is one of the faults to be found in 2.7)

import numpy as np

from bpedu import rules
from bpedu.exercise import Exercise, Mistake

# --- 2.1 -------------------------------------------------------------------------------------------------------------


def weighted_sum(x, w, b):
    """Return z = w₁x₁ + w₂x₂ + … + b, one number, for one example: x (n,), w (n,), b a number."""
    return w @ x + b


def one_example_cases(rng):
    """Sizes 5, 7, 3, a single input and 11; biases that are not zero; a sum that is negative on every seed."""
    cases = [(rng.normal(0, 2, n), rng.normal(0, 1, n), float(rng.normal(0, 1) + 2)) for n in (5, 7, 3, 1, 11)]
    x, w = rng.normal(0, 2, 2), rng.normal(0, 1, 2)
    return [*cases, (x, w, -1.5 - float(w @ x))]


WEIGHTED_SUM = Exercise(
    id="2.1",
    title="The weighted sum",
    task="""
    Write `weighted_sum(x, w, b)` for one example: `x` $(n,)$ are its inputs, `w` $(n,)$ the weights, `b` the bias, a
    number. It returns the single number $z = w_1x_1 + \\dots + w_nx_n + b$.
    """,
    solution=weighted_sum,
    cases=one_example_cases,
    hints=(
        "With two inputs, which two products do you need, and what is added to them at the end?",
        "w * x multiplies entry by entry. What turns the n products into one number? When does the bias come in, and how often?",
        "np.sum(w * x) + b, or in one step w @ x + b.",
    ),
    mistakes=(
        Mistake(
            "bias per input",
            lambda x, w, b: np.sum(w * x + b),
            "You added the bias once per input: w * x + b adds it to each of the n products, before the sum. A neuron has one "
            "bias, added once, after the sum.",
        ),
        Mistake(
            "not summed",
            lambda x, w, b: w * x + b,
            "You returned n numbers, w * x + b entry by entry. The products have to be added up to one number; "
            "w @ x multiplies and sums.",
        ),
        Mistake(
            "no bias",
            lambda x, w, b: w @ x,
            "The bias is missing: this is w·x alone. Add b once.",
        ),
        Mistake(
            "sums multiplied",
            lambda x, w, b: np.sum(w) * np.sum(x) + b,
            "You summed the weights and the inputs separately and multiplied the two sums. Each input has to meet its own "
            "weight first: multiply, then sum.",
        ),
        Mistake(
            "mean",
            lambda x, w, b: np.mean(w * x) + b,
            "You took the mean of the products. A neuron adds them up: twice as many inputs may give twice as large a sum.",
        ),
        Mistake(
            "bias subtracted",
            lambda x, w, b: w @ x - b,
            "You subtracted b. Subtracting is right for a threshold; the bias is minus the threshold, and is added.",
        ),
        Mistake(
            "bias as a factor",
            lambda x, w, b: (w @ x) * b,
            "You multiplied by b. The bias is added to the sum: it shifts z by the same amount for every input.",
        ),
        Mistake(
            "bent",
            lambda x, w, b: np.tanh(w @ x + b),
            "This is tanh of the sum, the neuron's output. Here only the sum z is asked for, before it is bent.",
        ),
        Mistake(
            "two inputs by hand",
            lambda x, w, b: w[0] * x[0] + w[1] * x[1] + b,
            "You wrote out two products, as in the example above. x may have any number n of entries, also one: w @ x takes "
            "all of them.",
        ),
        Mistake(
            "first product only",
            lambda x, w, b: w[0] * x[0] + b,
            "Only the first product w₁x₁ is in your sum. In a loop, the return has to stand after the loop, not in it.",
        ),
        Mistake(
            "last product only",
            lambda x, w, b: w[-1] * x[-1] + b,
            "Only the last product is in your sum. A loop that sets z = w[i] * x[i] forgets what z was; z += w[i] * x[i] adds up.",
        ),
        Mistake(
            "last input left out",
            lambda x, w, b: w[:-1] @ x[:-1] + b,
            "The last product is missing. range(len(x)) goes up to the last place, len(x) - 1, and range(len(x) - 1) stops "
            "before it.",
        ),
        Mistake(
            "not summed, no bias",
            lambda x, w, b: w * x,
            "These are the n products. They have to be added up to one number, and b has to be added to that: w @ x + b.",
        ),
        Mistake(
            "added, not multiplied",
            lambda x, w, b: np.sum(w + x) + b,
            "You added weights and inputs. A weight is a factor: each input is multiplied by its weight, and the products are "
            "added up.",
        ),
        Mistake(
            "bias in the bracket",
            lambda x, w, b: w @ (x + b),
            "You added b to every input, so each weight multiplies it too. The bias comes after the sum: w @ x + b.",
        ),
        Mistake(
            "bias as an axis",
            lambda x, w, b: np.sum(w * x, b),
            "The second argument of np.sum is an axis, so b was taken for one. Add it after the bracket: np.sum(w * x) + b.",
        ),
        Mistake(
            "bent by the sigmoid",
            lambda x, w, b: 1 / (1 + np.exp(-(w @ x + b))),
            "This is the sigmoid of the sum, the neuron's output. Here only the sum z is asked for, before it is bent.",
        ),
        Mistake(
            "bent by a step",
            lambda x, w, b: 1.0 if w @ x + b >= 0 else 0.0,
            "You asked whether the sum is at least 0, which is the step. Here only the sum z is asked for, before it is bent.",
        ),
        Mistake(
            "cut off at zero",
            lambda x, w, b: max(0, w @ x + b),
            "You cut off negative sums. The sum z may have either sign; what bends it comes later.",
        ),
    ),
    alternatives=(
        lambda x, w, b: np.sum(w * x) + b,
        lambda x, w, b: np.dot(x, w) + b,
        lambda x, w, b: float(b + sum(wi * xi for wi, xi in zip(w, x, strict=True))),
    ),
)

# --- 2.2 -------------------------------------------------------------------------------------------------------------


def neuron(X, w, b, f):
    """Return the outputs y = f(w·x + b) for every row x of X:
    X (N, n), w (n,), b a number, f a function -> (N,).
    """
    return f(X @ w + b)


def drive_neuron(neuron, X, w, b, activation):
    """Calls the reader's neuron with the activation of that name."""
    functions = {
        "step": lambda z: np.where(z >= 0, 1.0, 0.0),
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "tanh": np.tanh,
        "identity": lambda z: z * 1.0,
    }
    return neuron(X, w, b, functions[activation])


def batch_cases(rng):
    def case(N, n, activation):
        return rng.normal(0, 1, (N, n)), rng.normal(0, 1, n), float(rng.normal(0, 0.3) + 0.8), activation

    return [case(7, 5, "tanh"), case(11, 3, "sigmoid"), case(3, 7, "identity"), case(1, 5, "tanh"),
            case(5, 5, "sigmoid"), case(13, 2, "step")]  # fmt: skip


NEURON = Exercise(
    id="2.2",
    title="One neuron, many examples",
    task="""
    Write `neuron(X, w, b, f)` for a whole batch: each of the $N$ rows of `X` $(N, n)$ is one example. `w` $(n,)$ and `b`
    are the neuron's, the same for every row; `f` is its activation, a function that takes an array of any shape and acts
    on each entry. It returns the $N$ outputs, in the shape $(N,)$, without a loop.
    """,
    solution=neuron,
    drive=drive_neuron,
    cases=batch_cases,
    difficulty=2,
    points=2,
    needs=("2.1",),
    hints=(
        "What is the weighted sum of the first row? And which one expression gives the sums of all rows?",
        "X @ w has one entry for every row of X: the row times w, summed. What is still to be done to these N numbers?",
        "f(X @ w + b): sum, bias, then the activation.",
    ),
    mistakes=(
        Mistake(
            "activation forgotten",
            lambda X, w, b, f: X @ w + b,
            "These are the weighted sums z. The neuron's output is f(z): call f on them.",
        ),
        Mistake(
            "bias after the activation",
            lambda X, w, b, f: f(X @ w) + b,
            "You added the bias after the activation. It belongs inside, f(X @ w + b): the bias moves the place where the "
            "activation bends, not the output.",
        ),
        Mistake(
            "activation of the inputs",
            lambda X, w, b, f: f(X) @ w + b,
            "You applied the activation to the inputs. It comes last, once per example, on the weighted sum.",
        ),
        Mistake(
            "activation of every product",
            lambda X, w, b, f: f(X * w + b).sum(axis=1),
            "You applied the activation to every product and summed afterwards. Sum first: a neuron bends once per example, "
            "and adds its bias once.",
        ),
        Mistake(
            "column",
            lambda X, w, b, f: f(X @ w[:, None] + b),
            "The numbers are right, the shape is (N, 1): a column. One neuron gives one number per row, shape (N,). "
            "A column and a row of N numbers subtracted give an N × N table, without a warning.",
        ),
        Mistake(
            "transposed",
            lambda X, w, b, f: f(X.T @ w + b),
            "X.T @ w (which is also w @ X) sums over the examples instead of over the inputs. It has a shape at all only where there are as many "
            "rows as inputs.",
        ),
        Mistake(
            "summed over everything",
            lambda X, w, b, f: f(np.sum(X * w) + b),
            "You summed over the examples as well, and got one number for the whole batch. Sum over the inputs only, axis 1: "
            "each row keeps its own output.",
        ),
        Mistake(
            "bias per input",
            lambda X, w, b, f: f(np.sum(X * w + b, axis=1)),
            "You added the bias once per input: X * w + b adds it to every product, before the sum. A neuron has one bias, "
            "added once, after the sum.",
        ),
        Mistake(
            "always tanh",
            lambda X, w, b, f: np.tanh(X @ w + b),
            "You always use tanh. The activation is the argument f, which may be any function: call f on the sums.",
        ),
        Mistake(
            "always the sigmoid",
            lambda X, w, b, f: 1 / (1 + np.exp(-(X @ w + b))),
            "You always use the sigmoid. The activation is the argument f, which may be any function: call f on the sums.",
        ),
        Mistake(
            "no bias",
            lambda X, w, b, f: f(X @ w),
            "The bias is missing: f(X @ w + b).",
        ),
        Mistake(
            "not summed",
            lambda X, w, b, f: f(X * w + b),
            "X * w multiplies entry by entry and leaves a table, (N, n). The products of each row have to be added up, with b "
            "added once, before the activation: f(X @ w + b).",
        ),
        Mistake(
            "summed along the wrong axis",
            lambda X, w, b, f: f(np.sum(X * w, axis=0) + b),
            "You summed down the columns (axis 0, which Python's sum does too), over the examples, and got a number for every "
            "input. Sum along each row: axis=1, or X @ w.",
        ),
        Mistake(
            "first example only",
            lambda X, w, b, f: f(X[0] @ w + b),
            "Only the first example's output came back. In a loop, the return has to stand after the loop; X @ w + b has all "
            "the sums, without a loop.",
        ),
        Mistake(
            "last example only",
            lambda X, w, b, f: f(X[-1] @ w + b),
            "Only the last example's output came back: each turn of the loop writes over the one before. X @ w + b has all the "
            "sums, without a loop.",
        ),
        Mistake(
            "mean",
            lambda X, w, b, f: f(np.mean(X * w, axis=1) + b),
            "You took the mean of each row's products. A neuron adds them up.",
        ),
        Mistake(
            "bias subtracted",
            lambda X, w, b, f: f(X @ w - b),
            "You subtracted b. Subtracting is right for a threshold; the bias is minus the threshold, and is added.",
        ),
        Mistake(
            "bias per example",
            lambda X, w, b, f: f(X @ w + len(X) * b),
            "You added the bias N times. Each example's sum gets it once, and NumPy's X @ w + b sees to that.",
        ),
        Mistake(
            "weights across the rows",
            lambda X, w, b, f: f((w[:, None] * X).sum(axis=0) + b),
            "You paired the weights with the rows of X, which are the examples. They belong to the columns, the inputs: X * w, "
            "and then the sum of each row, or X @ w in one step.",
        ),
        Mistake(
            "activation twice",
            lambda X, w, b, f: f(f(X @ w + b)),
            "You called f twice. A neuron bends its sum once.",
        ),
    ),
    alternatives=(
        lambda X, w, b, f: f((X * w).sum(axis=1) + b),
        lambda X, w, b, f: f(w @ X.T + b),
        lambda X, w, b, f: np.array([float(f(np.array([x @ w + b]))[0]) for x in X]),
    ),
)

# --- 2.3 -------------------------------------------------------------------------------------------------------------


def boundary(w, b, x1):
    """Return the x₂ at which w₁x₁ + w₂x₂ + b = 0, for every entry of x1:
    w (2,), b a number, x1 (K,) -> (K,).
    """
    return -(w[0] * x1 + b) / w[1]


def boundary_cases(rng):
    def case(K):
        w = rng.choice([-1, 1], 2) * rng.uniform([0.5, 1.5], [1.2, 3])
        return w, float(rng.choice([-1, 1]) * rng.uniform(0.5, 2)), rng.normal(0, 3, K)

    return [case(7), case(5), case(11), case(1), case(3), case(2)]


BOUNDARY = Exercise(
    id="2.3",
    title="Draw the line of a neuron",
    task="""
    To draw the line $w_1x_1 + w_2x_2 + b = 0$ one needs points of it. Write `boundary(w, b, x1)`: for `w` $(2,)$, a
    number `b` and an array `x1` $(K,)$ of horizontal positions, return the array $(K,)$ of the $x_2$ that lie on the line
    above them. You may take $w_2 \\ne 0$ for granted.
    """,
    solution=boundary,
    cases=boundary_cases,
    difficulty=2,
    points=2,
    hints=(
        "Take w = (1, 2), b = −4. Where is the line above x₁ = 0, and where above x₁ = 2?",
        "Solve w₁x₁ + w₂x₂ + b = 0 for x₂: bring everything without x₂ to the other side, then divide.",
        "x₂ = −(w₁x₁ + b) / w₂, with the bracket: -(w[0] * x1 + b) / w[1].",
    ),
    mistakes=(
        Mistake(
            "sign",
            lambda w, b, x1: (w[0] * x1 + b) / w[1],
            "Both terms have the wrong sign: a minus is missing, or one too many. From w₁x₁ + w₂x₂ + b = 0 follows w₂x₂ = −(w₁x₁ + b).",
        ),
        Mistake(
            "minus only on the first term",
            lambda w, b, x1: (-w[0] * x1 + b) / w[1],
            "The slope of your line is right, its height is not: b comes to the other side with a minus too, −(w₁x₁ + b) / w₂, with the "
            "bracket.",
        ),
        Mistake(
            "bias not divided",
            lambda w, b, x1: -(w[0] / w[1]) * x1 - b,
            "The slope of your line is right, its height is not: b has to be divided by w₂ too, −(w₁/w₂)·x₁ − b/w₂.",
        ),
        Mistake(
            "bracket missing",
            lambda w, b, x1: -w[0] * x1 + b / w[1],
            "Only b is divided by w₂, and the minus reaches only the first term: put a bracket around the whole sum, "
            "-(w[0] * x1 + b) / w[1].",
        ),
        Mistake(
            "not divided",
            lambda w, b, x1: -(w[0] * x1 + b),
            "This is w₂x₂, not x₂: it still has to be divided by w[1].",
        ),
        Mistake(
            "bias as it came",
            lambda w, b, x1: -(w[0] / w[1]) * x1 + b,
            "The slope of your line is right, its height is not: b moves to the other side with a minus, and is divided by w₂ "
            "too, −(w₁/w₂)·x₁ − b/w₂.",
        ),
        Mistake(
            "first term not divided",
            lambda w, b, x1: -w[0] * x1 - b / w[1],
            "The line meets the axis x₁ = 0 in the right place and has the wrong slope: −w₁x₁ has to be divided by w₂ too.",
        ),
        Mistake(
            "no bias",
            lambda w, b, x1: -w[0] * x1 / w[1],
            "Your line goes through the origin: the bias, which shifts it away from there, is missing.",
        ),
        Mistake(
            "weights exchanged",
            lambda w, b, x1: -(w[1] * x1 + b) / w[0],
            "The weights are exchanged: w[0] belongs to x₁. Solved for x₂, the equation is divided by w[1].",
        ),
        Mistake(
            "along the weights",
            lambda w, b, x1: (w[1] * x1 - b) / w[0],
            "Your line runs in the direction of w. The boundary is perpendicular to w: along it the weighted sum stays at 0, "
            "and along w it changes fastest.",
        ),
        Mistake(
            "the weighted sum",
            lambda w, b, x1: w[0] * x1 + w[1] * x1 + b,
            "You put x1 in the place of both inputs and returned the weighted sum. Wanted is the x₂ for which the sum is 0.",
        ),
        Mistake(
            "slope upside down",
            lambda w, b, x1: -(w[1] / w[0]) * x1 - b / w[1],
            "The line meets the axis x₁ = 0 in the right place, but its slope is upside down: it is −w₁/w₂. Solving for x₂ divides "
            "by w₂, the weight of x₂.",
        ),
        Mistake(
            "height by the other weight",
            lambda w, b, x1: -(w[0] / w[1]) * x1 - b / w[0],
            "The slope of your line is right, its height is not: b is divided by w₂ too. −b/w₁ is where the line meets the other "
            "axis.",
        ),
        Mistake(
            "multiplied",
            lambda w, b, x1: -(w[0] * x1 + b) * w[1],
            "You multiplied by w₂. In w₂x₂ = −(w₁x₁ + b) it stands with x₂; to be left with x₂ alone, divide by it.",
        ),
        Mistake(
            "both weights on x1, as a product",
            lambda w, b, x1: -(w @ x1 + b) / w[1],
            "w @ x1 pairs the weights with entries of x1. Only w₁ belongs to x₁, and it multiplies every entry: w[0] * x1.",
        ),
        Mistake(
            "both weights on x1",
            lambda w, b, x1: -(w * x1 + b) / w[1],
            "w * x1 pairs the weights with entries of x1. Only w₁ belongs to x₁, and it multiplies every entry: w[0] * x1.",
        ),
        Mistake(
            "points as rows",
            lambda w, b, x1: np.column_stack([x1, -(w[0] * x1 + b) / w[1]]),
            "These are the points, a row (x₁, x₂) for each. The caller has the x₁ already: return the array of the x₂ alone.",
        ),
        Mistake(
            "points as a pair",
            lambda w, b, x1: (x1, -(w[0] * x1 + b) / w[1]),
            "You returned both coordinates of the points. The caller has the x₁ already: return the array of the x₂ alone.",
        ),
    ),
    alternatives=(lambda w, b, x1: -(w[0] / w[1]) * x1 - b / w[1],),
)

# --- 2.4 -------------------------------------------------------------------------------------------------------------


def gate_weights(name):
    """Return (w, b), the two weights and the bias of a step neuron
    that computes "and", "or" or "nand".
    """
    gates = {"and": ([1, 1], -1.5), "or": ([1, 1], -0.5), "nand": ([-1, -1], 1.5)}
    w, b = gates[name]
    return np.array(w), b


def gate_outputs(pair, name):
    """The outputs of the reader's neuron at the four corners."""
    try:
        (w1, w2), b = pair
        w1, w2, b = float(w1), float(w2), float(b)
    except (TypeError, ValueError):
        raise TypeError("what came back is no pair (w, b), w of two numbers and b a number") from None
    corners = [(0, 0), (0, 1), (1, 0), (1, 1)]
    return {f"{name.upper()} at ({p}, {q})": 1.0 if w1 * p + w2 * q + b >= 0 else 0.0 for p, q in corners}


def gates(**chosen):
    """A wrong gate_weights with these (w, b) in place of the right ones."""

    def wrong(name):
        return chosen[name] if name in chosen else gate_weights(name)

    return wrong


GATES = Exercise(
    id="2.4",
    title="AND, OR and NAND by hand",
    task="""
    A neuron with the step activation outputs 1 where $w_1x_1 + w_2x_2 + b \\ge 0$, so also where the sum is exactly 0,
    and 0 elsewhere. Its inputs are 0 or 1. Write `gate_weights(name)`, which returns a tuple `(w, b)`, `w` of two numbers and
    `b` a number, so that the neuron computes

    - `"and"`: 1 only if both inputs are 1,
    - `"or"`: 1 if at least one input is 1,
    - `"nand"`: the opposite of AND, 0 only if both inputs are 1.

    Choose the numbers by hand. Many choices are right.
    """,
    solution=gate_weights,
    facts=gate_outputs,
    cases=lambda rng: [("and",), ("or",), ("nand",)],
    difficulty=1,
    points=2,
    hints=(
        "Draw the four corners and the line you want. Which corners have to lie on the side of the 1?",
        "Take w = (1, 1): the sums without the bias are 0, 1, 1 and 2. Between which two of them is the cut for AND, and for OR?",
        "AND: w = (1, 1), b = −1.5. OR: the same w, b = −0.5. NAND: AND with all three signs reversed.",
    ),
    mistakes=(
        Mistake(
            "and for all three",
            lambda name: gate_weights("and"),
            "Your neuron computes AND whichever name it is given. Look at `name`, and return other numbers for each.",
        ),
        Mistake(
            "or for all three",
            lambda name: gate_weights("or"),
            "Your neuron computes OR whichever name it is given. Look at `name`, and return other numbers for each.",
        ),
        Mistake(
            "exchanged",
            gates(**{"and": gate_weights("or"), "or": gate_weights("and"), "nand": ([-1, -1], 0.5)}),
            "AND and OR are exchanged. With w = (1, 1), AND must be silent for a sum of 1 and OR must not: AND needs the "
            "more negative bias. (Your NAND is the opposite of OR.)",
        ),
        Mistake(
            "and, or exchanged, nand right",
            gates(**{"and": gate_weights("or"), "or": gate_weights("and")}),
            "AND and OR are exchanged; NAND is right. With w = (1, 1), AND must be silent for a sum of 1 and OR must not: "
            "AND needs the more negative bias.",
        ),
        Mistake(
            "bias of the wrong sign",
            gates(**{"and": ([1, 1], 1.5), "or": ([1, 1], 0.5), "nand": ([-1, -1], -1.5)}),
            "The biases have the wrong sign. The bias is minus the threshold: to fire only above a sum of 1.5, add −1.5. "
            "As they stand, AND and OR always fire and NAND never does.",
        ),
        Mistake(
            "or too strict",
            gates(**{"or": ([1, 1], -1.5)}),
            "AND and NAND are right. Your OR needs both inputs: its bias is too negative. One input alone gives a sum of w₁ or "
            "w₂, and that has to be enough.",
        ),
        Mistake(
            "or always fires",
            gates(**{"or": ([1, 1], 0)}),
            "AND and NAND are right. Your OR fires for (0, 0) too: there the sum is the bias alone, and a sum of 0 or more "
            "fires. The bias has to be negative.",
        ),
        Mistake(
            "and fires too early",
            gates(**{"and": ([1, 1], -0.5)}),
            "OR and NAND are right. Your AND fires for one input alone: make its bias more negative, so that a sum of 1 is "
            "not enough and 2 is. (A sum that comes out as exactly 0 fires as well.)",
        ),
        Mistake(
            "and never fires",
            gates(**{"and": ([1, 1], -2.5)}),
            "OR and NAND are right. Your AND never fires, not even for (1, 1): its bias is too negative.",
        ),
        Mistake(
            "and for nand",
            gates(**{"nand": gate_weights("and")}),
            "AND and OR are right. Your NAND computes AND: to exchange the two sides of a line, reverse the signs of both "
            "weights and of the bias.",
        ),
        Mistake(
            "nor for nand",
            gates(**{"nand": ([-1, -1], 0.5)}),
            "AND and OR are right. Your NAND is silent as soon as one input is 1: that is NOR, the opposite of OR. Its bias "
            "has to be larger, so that one input alone does not bring the sum below 0.",
        ),
        Mistake(
            "nand: only the weights reversed",
            gates(**{"nand": ([-1, -1], -1.5)}),
            "AND and OR are right. Your NAND never fires: with negative weights the bias has to be positive. To exchange the "
            "sides of a line, reverse the signs of the weights *and* of the bias.",
        ),
        Mistake(
            "nand: only the bias reversed",
            gates(**{"nand": ([1, 1], 1.5)}),
            "AND and OR are right. Your NAND always fires. Its weights have to be negative, so that two inputs together bring the "
            "sum below 0; with −1 and −1, a bias of 2 is already too much, because a sum of exactly 0 fires.",
        ),
        Mistake(
            "no bias",
            gates(**{"and": ([1, 1], 0), "or": ([1, 1], 0), "nand": ([-1, -1], 0)}),
            "With a bias of 0 the sum at (0, 0) is 0, and all three fire there. The line of such a neuron goes through that "
            "corner; the bias moves it to where it is needed.",
        ),
        Mistake(
            "names in capitals",
            lambda name: {"AND": ([1, 1], -1.5), "OR": ([1, 1], -0.5), "NAND": ([-1, -1], 1.5)}[name],
            'The names come in small letters: "and", "or" and "nand". Your dictionary has them in capitals.',
        ),
        Mistake(
            "and overwritten",
            gates(**{"and": gate_weights("nand")}),
            "OR and NAND are right. Your AND computes NAND. In if … if … else …, the else belongs to the second if alone and is "
            'carried out for "and" too: write elif for the second.',
        ),
        Mistake(
            "nand for all three",
            lambda name: gate_weights("nand"),
            "Your neuron computes NAND whichever name it is given. Look at `name`, and return other numbers for each.",
        ),
    ),
    alternatives=(
        lambda name: {"and": ((2, 3), -4), "or": ((2, 3), -1), "nand": ((-0.6, -0.6), 1)}[name],
        lambda name: {"and": ([1, 1], -2), "or": ([1, 1], -1), "nand": ([-1, -1], 1)}[name],  # lines through corners
        lambda name: ((20.0, 20.0), {"and": -30.0, "or": -10.0}[name]) if name != "nand" else ((-20.0, -20.0), 30.0),
    ),
)

# --- 2.5 -------------------------------------------------------------------------------------------------------------


def perceptron_step(w, b, x, t):
    """Return the new (w, b) after one step of the perceptron rule on the example x (n,) with its
    label t, 0 or 1.
    """
    y = 1 if w @ x + b >= 0 else 0
    return w + (t - y) * x, b + (t - y)


def judged(w, b, x):
    return 1 if w @ x + b >= 0 else 0


def perceptron_cases(rng):
    """Both kinds of error and of success, several sizes, a bias that decides, a step that is not enough, sums of 0 and near it."""

    def case(n, fires, t):
        w, x, b = rng.normal(0, 1, n), rng.normal(0, 2, n), float(rng.normal())
        sign = 1.0 if fires == (w @ x + b >= 0) else -1.0
        return sign * w, sign * b, x, t

    def case_by_bias(n, fires, t, push=1.0):
        w, x = rng.normal(0, 1, n), rng.normal(0, 2, n)
        return w, -float(w @ x) + (push if fires else -push), x, t

    return [
        case(5, False, 1), case(3, True, 0), case(7, True, 1), case(2, False, 0), case(1, False, 1), case(2, True, 0),
        *[case_by_bias(n, fires, t) for n, fires, t in [(3, False, 1), (5, True, 0), (3, True, 1), (5, False, 0)]],
        case_by_bias(3, False, 1, push=200.0), case_by_bias(3, True, 0, push=200.0),
        (np.zeros(3), 0.0, np.array([1.0, -2.0, 0.5]), 1), (np.zeros(2), 0.0, np.array([1.5, 0.5]), 0),
        case_by_bias(5, True, 0, push=0.25), case_by_bias(3, False, 1, push=0.25),
        (np.array([0.4, -0.2, 0.1]), 0.7, np.array([1.0, 0.5, 0.0]), 1),  # w·x lies between 0 and b
    ]  # fmt: skip


def until_right(w, b, x, t):
    """Steps on the same example until the answer is right."""
    while (y := judged(w, b, x)) != t:
        w, b = w + (t - y) * x, b + (t - y)
    return w, b


PERCEPTRON_STEP = Exercise(
    id="2.5",
    title="One step of the perceptron",
    task="""
    Write `perceptron_step(w, b, x, t)`: `w` $(n,)$ and the number `b` are the neuron's, `x` $(n,)$ is one example, `t` its
    label, 0 or 1. With $y = 1$ where $\\mathbf w\\cdot\\mathbf x + b \\ge 0$ and $y = 0$ elsewhere, it returns the tuple of

    $$\\mathbf w + (t - y)\\,\\mathbf x \\qquad\\text{and}\\qquad b + (t - y).$$

    Return new values; do not change the array `w` that you were given.
    """,
    solution=perceptron_step,
    cases=perceptron_cases,
    outputs=("w", "b"),
    difficulty=2,
    points=2,
    needs=("2.1",),
    hints=(
        "Which three values can t − y have, and what happens to w for each of them?",
        "First compute y, which is 0 or 1, from the weighted sum. Then both lines of the rule use the same t − y.",
        "y = 1 if w @ x + b >= 0 else 0; then return w + (t - y) * x, b + (t - y). Not w += …, which writes into the caller's array.",
    ),
    mistakes=(
        Mistake(
            "sign",
            lambda w, b, x, t: (w - (t - judged(w, b, x)) * x, b - (t - judged(w, b, x))),
            "You step the wrong way. If the neuron should have fired and did not, t − y = 1, its sum has to grow: add x.",
        ),
        Mistake(
            "bias left as it was",
            lambda w, b, x, t: (w + (t - judged(w, b, x)) * x, b),
            "w is right; b is not updated. The bias is a weight whose input is always 1, so its step is t − y.",
        ),
        Mistake(
            "steps even when right",
            lambda w, b, x, t: (w + (2 * t - 1) * x, b + (2 * t - 1)),
            "You step on every example. The perceptron moves only when it was wrong: t − y is 0 when the answer was right.",
        ),
        Mistake(
            "label instead of difference",
            lambda w, b, x, t: (w + t * x, b + t),
            "You added t·x. The rule adds (t − y)·x: otherwise a neuron that fires when it should not is never held back.",
        ),
        Mistake(
            "sum instead of output",
            lambda w, b, x, t: (w + (t - (w @ x + b)) * x, b + (t - (w @ x + b))),
            "You used the weighted sum z where the output y belongs. That is another rule, Widrow and Hoff's; the perceptron "
            "compares t with its answer y, which is 0 or 1.",
        ),
        Mistake(
            "x missing",
            lambda w, b, x, t: (w + (t - judged(w, b, x)), b + (t - judged(w, b, x))),
            "b is right. For the weights the step has to be multiplied by x: a weight whose input was 0 had no part in the "
            "error, and one with a large input had a large part.",
        ),
        Mistake(
            "bias ignored in the answer",
            lambda w, b, x, t: (w + (t - int(w @ x >= 0)) * x, b + (t - int(w @ x >= 0))),
            "The rule is right, but you computed y without the bias: the neuron fires where w·x + b ≥ 0.",
        ),
        Mistake(
            "silent at zero",
            lambda w, b, x, t: (w + (t - int(w @ x + b > 0)) * x, b + (t - int(w @ x + b > 0))),
            "Right, except where the sum is exactly 0: there y is 1 in this book, and you take 0. It matters at the start, "
            "when w and b are still zero.",
        ),
        Mistake(
            "answers −1 and 1",
            lambda w, b, x, t: (
                w + (t - (1 if w @ x + b >= 0 else -1)) * x,
                b + (t - (1 if w @ x + b >= 0 else -1)),
            ),
            "Your y is −1 or 1, while the labels are 0 and 1. Then t − y is 1 where the answer was right, and 2 where it was "
            "wrong. Here y is 0 or 1.",
        ),
        Mistake(
            "np.sign",
            lambda w, b, x, t: (w + (t - np.sign(w @ x + b)) * x, b + (t - np.sign(w @ x + b))),
            "You took the sign of the sum for y, which is −1, 0 or 1. The labels are 0 and 1, and so is y here: 1 where the sum "
            "is at least 0, else 0.",
        ),
        Mistake(
            "labels −1 and 1 too",
            lambda w, b, x, t: (w + 2 * (t - judged(w, b, x)) * x, b + 2 * (t - judged(w, b, x))),
            "Your step is twice as long as asked for. That happens where answers and labels are turned into −1 and 1: their "
            "difference is then 2. Here both are 0 or 1.",
        ),
        Mistake(
            "the step alone",
            lambda w, b, x, t: ((t - judged(w, b, x)) * x, t - judged(w, b, x)),
            "This is the step alone. Add it to w and to b: the new values are asked for.",
        ),
        Mistake(
            "sigmoid",
            lambda w, b, x, t: (
                w + (t - 1 / (1 + np.exp(-(w @ x + b)))) * x,
                b + (t - 1 / (1 + np.exp(-(w @ x + b)))),
            ),
            "You used the sigmoid of the sum for y. That is a good rule, and chapter 05 comes to it; the perceptron's y is the "
            "step, 0 or 1.",
        ),
        Mistake(
            "new w in the second answer",
            lambda w, b, x, t: (
                w + (t - judged(w, b, x)) * x,
                b + (t - judged(w + (t - judged(w, b, x)) * x, b, x)),
            ),
            "w is right. For b you computed y again, with the new w. Both steps belong to the same mistake: compute y once, "
            "then use it twice.",
        ),
        Mistake(
            "new b in the first answer",
            lambda w, b, x, t: (
                w + (t - judged(w, b + (t - judged(w, b, x)), x)) * x,
                b + (t - judged(w, b, x)),
            ),
            "b is right. For w you computed y again, with the new b. Both steps belong to the same mistake: compute y once, "
            "then use it twice.",
        ),
        Mistake(
            "threshold of a half",
            lambda w, b, x, t: (w + (t - int(w @ x + b > 0.5)) * x, b + (t - int(w @ x + b > 0.5))),
            "You compare the sum with ½. That is the cut for a sigmoid's *output*; the sum itself is compared with 0.",
        ),
        Mistake(
            "bias taken for the threshold",
            lambda w, b, x, t: (w + (t - int(w @ x >= b)) * x, b + (t - int(w @ x >= b))),
            "You compare w·x with b, as if b were the threshold. The bias is minus the threshold: y is 1 where w·x + b ≥ 0.",
        ),
        Mistake(
            "bias moved like a threshold",
            lambda w, b, x, t: (w + (t - judged(w, b, x)) * x, b - (t - judged(w, b, x))),
            "w is right; b moves the wrong way. A threshold would be lowered to make the neuron fire; the bias is minus the "
            "threshold, and is raised, by t − y.",
        ),
        Mistake(
            "bias times itself",
            lambda w, b, x, t: (w + (t - judged(w, b, x)) * x, b + (t - judged(w, b, x)) * b),
            "w is right. In the step of b there is a factor b. The weights' steps are multiplied by their *inputs*, and the bias's "
            "input is 1: its step is t − y.",
        ),
        Mistake(
            "x in the bias's step",
            lambda w, b, x, t: (w + (t - judged(w, b, x)) * x, b + (t - judged(w, b, x)) * x),
            "w is right. You multiplied the step of b by x as well, so b became an array. The bias's input is 1: its step is the "
            "number t − y.",
        ),
        Mistake(
            "x summed in the bias's step",
            lambda w, b, x, t: (w + (t - judged(w, b, x)) * x, b + (t - judged(w, b, x)) * x.sum()),
            "w is right. You multiplied the step of b by the sum of x. The bias's input is 1: its step is t − y.",
        ),
        Mistake(
            "a learning rate",
            lambda w, b, x, t: (w + 0.1 * (t - judged(w, b, x)) * x, b + 0.1 * (t - judged(w, b, x))),
            "You multiplied the step by a learning rate, 0.1. The perceptron has none: the step is (t − y)·x.",
        ),
        Mistake(
            "nothing when right",
            lambda w, b, x, t: (
                None if judged(w, b, x) == t else (w + (t - judged(w, b, x)) * x, b + (t - judged(w, b, x)))
            ),
            "Where the answer y is right your function returns nothing (None). Return w and b then too, as they are.",
        ),
        Mistake(
            "until it is right",
            until_right,
            "You repeated the step until the answer was right. One call is one step, also where it is not enough.",
        ),
        Mistake(
            "products not summed, in an if",
            lambda w, b, x, t: (
                w + (t - (1 if w * x + b >= 0 else 0)) * x,
                b + (t - (1 if w * x + b >= 0 else 0)),
            ),
            "w * x are n products, and `if` wants one yes or no. The neuron answers once, to their sum: w @ x + b >= 0.",
        ),
        Mistake(
            "products not summed",
            lambda w, b, x, t: (w + (t - (w * x + b >= 0)) * x, b + (t - (w * x + b >= 0))),
            "You asked of every product w * x + b whether it is at least 0. The neuron answers once, to the sum: w @ x + b >= 0.",
        ),
    ),
    alternatives=(
        lambda w, b, x, t: (w + (t - float(w @ x + b >= 0)) * x, b + t - float(w @ x + b >= 0)),
        lambda w, b, x, t: (w, b) if judged(w, b, x) == t else ((w + x, b + 1) if t == 1 else (w - x, b - 1)),
    ),
)

# --- 2.6 -------------------------------------------------------------------------------------------------------------


def layer(X, W, b):
    """Return the weighted sums of a layer:
    X (N, n), W (m, n) with a row per unit, b (m,)  ->  Z (N, m).
    """
    return X @ W.T + b


def layer_cases(rng):
    def case(N, n, m):
        return rng.normal(0, 1, (N, n)), rng.normal(0, 1, (m, n)), rng.normal(0, 1, m) + 2

    return [case(7, 5, 3), case(11, 2, 5), case(1, 5, 3), case(3, 3, 3), case(5, 7, 1), case(3, 7, 7)]


LAYER = Exercise(
    id="2.6",
    title="A layer of neurons",
    task="""
    Write `layer(X, W, b)`: the weighted sums of $m$ neurons for $N$ examples at once. `X` $(N, n)$ has a row per example;
    `W` $(m, n)$ has a row per *neuron*, its $n$ weights; `b` $(m,)$ has a bias per neuron. Return `Z` $(N, m)$, where
    entry $(i, k)$ is neuron $k$'s weighted sum for example $i$. No loop, no activation.
    """,
    solution=layer,
    reference=lambda X, W, b: rules.dense(X, W, b)[0],
    cases=layer_cases,
    difficulty=2,
    points=2,
    needs=("2.2",),
    hints=(
        "Entry (i, k) is row i of X times row k of W, summed. A matrix product takes rows from its left factor, and what from its right?",
        "A product takes rows on the left and columns on the right. Which operation makes W's rows into columns?",
        "X @ W.T + b: (N, n) times (n, m) is (N, m), and b (m,) is added to every row.",
    ),
    mistakes=(
        Mistake(
            "no transpose",
            lambda X, W, b: X @ W + b,
            "You computed X @ W, which pairs the rows of X with the *columns* of W. It stops with an error unless there are as "
            "many neurons as inputs, and then it is silently wrong. Each neuron is a row of W: X @ W.T.",
        ),
        Mistake(
            "no transpose, no bias",
            lambda X, W, b: X @ W,
            "You computed X @ W, which pairs the rows of X with the *columns* of W, and there is no bias. Each neuron is a row "
            "of W: X @ W.T + b.",
        ),
        Mistake(
            "a column per example",
            lambda X, W, b: W @ X.T + b[:, None],
            "This is the transpose of what is asked: a column per example. Many books write it so, Z = W X + b with examples "
            "as columns; here examples are rows, Z = X @ W.T + b.",
        ),
        Mistake(
            "no bias",
            lambda X, W, b: X @ W.T,
            "The biases are missing: add b, and each of its m entries goes to its own column of Z.",
        ),
        Mistake(
            "one bias for all",
            lambda X, W, b: X @ W.T + b.sum(),
            "You added the sum of all the biases to every entry. Each neuron has a bias of its own: + b adds them column by column.",
        ),
        Mistake(
            "bias per input",
            lambda X, W, b: X @ W.T + X.shape[1] * b,
            "Each bias was added once per input. It is added once, after the sum.",
        ),
        Mistake(
            "reshaped",
            lambda X, W, b: X @ W.reshape(W.shape[::-1]) + b,
            "W.reshape fits the shapes and tears the rows of W apart: it keeps the order of the numbers and only breaks the "
            "lines elsewhere. Exchanging rows and columns is W.T.",
        ),
        Mistake(
            "summed over the batch",
            lambda X, W, b: (X @ W.T + b).sum(axis=0),
            "You summed over the examples. They do not know of each other here: every row of X gets its own row of Z.",
        ),
        Mistake(
            "an activation",
            lambda X, W, b: np.tanh(X @ W.T + b),
            "The weighted sums are right, but you also applied tanh. Here only the sums Z are asked for.",
        ),
        Mistake(
            "an activation, sigmoid",
            lambda X, W, b: 1 / (1 + np.exp(-(X @ W.T + b))),
            "The weighted sums are right, but you also applied the sigmoid. Here only the sums Z are asked for.",
        ),
        Mistake(
            "a column per example, bias along the rows",
            lambda X, W, b: W @ X.T + b,
            "Your products stand as in W @ X.T, a row per neuron and a column per example, and b (m,) does not meet the m rows: it "
            "stops, or where N = m adds the wrong biases. Here examples are rows, in X and in Z: X @ W.T + b.",
        ),
        Mistake(
            "W first",
            lambda X, W, b: W @ X + b,
            "W @ X is for examples that stand as columns, as in many books. Here they are the rows of X, so X stands first: "
            "X @ W.T + b.",
        ),
        Mistake(
            "entry by entry",
            lambda X, W, b: X * W + b,
            "* multiplies entry by entry and pairs example i with neuron i. Every example meets every neuron, and the products are "
            "summed over the inputs: that is a matrix product, X @ W.T.",
        ),
        Mistake(
            "entry by entry, summed",
            lambda X, W, b: np.sum(X * W, axis=1) + b,
            "X * W pairs example i with neuron i. Every example meets every neuron, and the products are summed over the inputs: "
            "that is a matrix product, X @ W.T.",
        ),
        Mistake(
            "biases in a column",
            lambda X, W, b: X @ W.T + b[:, None],
            "Your biases go down the rows, as with b[:, None], and so to the *examples*. The neurons are the columns of Z: "
            "X @ W.T + b, with b (m,) as it is, gives each of them its own.",
        ),
        Mistake(
            "bias before the product",
            lambda X, W, b: X @ (W.T + b),
            "You added b to the weights, so it is multiplied by every input. The bias comes after the sum: X @ W.T + b.",
        ),
        Mistake(
            "bias subtracted",
            lambda X, W, b: X @ W.T - b,
            "You subtracted b. Subtracting is right for a threshold; the bias is minus the threshold, and is added.",
        ),
        Mistake(
            "one bias for all, the first",
            lambda X, W, b: X @ W.T + b[0],
            "You added the first neuron's bias to every entry. Each neuron has a bias of its own: + b adds them column by column.",
        ),
        Mistake(
            "an activation, ReLU",
            lambda X, W, b: np.maximum(0, X @ W.T + b),
            "The weighted sums are right, but you also cut off the negative ones. Here only the sums Z are asked for.",
        ),
        Mistake(
            "an activation, step",
            lambda X, W, b: np.where(X @ W.T + b >= 0, 1.0, 0.0),
            "You asked of every weighted sum whether it is at least 0, which is the step. Here only the sums Z are asked for.",
        ),
    ),
    alternatives=(
        lambda X, W, b: (W @ X.T).T + b,
        lambda X, W, b: np.einsum("in,kn->ik", X, W) + b,
        lambda X, W, b: np.array([[x @ w + c for w, c in zip(W, b, strict=True)] for x in X]),
        lambda X, W, b: (X[:, None, :] * W).sum(axis=2) + b,
    ),
)

# --- 2.7 -------------------------------------------------------------------------------------------------------------


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def network(X, W1, b1, W2, b2):
    """Return the output of a tanh layer followed by a sigmoid layer.

    X (N, n), W1 (h, n), b1 (h,), W2 (m, h), b2 (m,)  ->  (N, m)
    """
    A1 = np.tanh(X @ W1.T + b1)
    return 1 / (1 + np.exp(-(A1 @ W2.T + b2)))


def network_to_mend(X, W1, b1, W2, b2):
    """Return the output of a tanh layer followed by a sigmoid layer.

    X (N, n), W1 (h, n), b1 (h,), W2 (m, h), b2 (m,)  ->  (N, m)
    """
    Z1 = X @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = Z1 @ W2.T + b2
    return 1 / (1 + np.exp(-Z2))


def network_cases(rng):
    def case(N, n, h, m):
        return (rng.normal(0, 1, (N, n)), rng.normal(0, 1, (h, n)), rng.normal(0, 0.5, h) + 0.5,
                rng.normal(0, 1, (m, h)), rng.normal(0, 0.5, m) - 0.5)  # fmt: skip

    return [case(7, 5, 3, 2), case(5, 2, 3, 1), case(1, 3, 5, 2), case(11, 3, 3, 1), case(5, 5, 5, 5)]


NETWORK = Exercise(
    id="2.7",
    title="Find the bug: a network of two layers",
    task="""
    This function should send a batch through a layer of tanh units and then a layer of sigmoid units. With as many hidden
    units as inputs it runs without an error, and returns numbers between 0 and 1. They are wrong. It has **two** faults.
    Mend it.
    """,
    solution=network,
    starter=network_to_mend,
    cases=network_cases,
    difficulty=2,
    points=2,
    needs=("2.6",),
    hints=(
        "Try it with 5 inputs and 3 hidden units. What does the error say about the two shapes?",
        "In which shape does W1 come, and what does the layer of the last exercise do with it? Then follow the names: which variable is computed and never used?",
        "X @ W1.T in the first line, and A1 @ W2.T instead of Z1 @ W2.T in the third.",
    ),
    mistakes=(
        Mistake(
            "untouched",
            network_to_mend,
            "This is still the function as it was found. Try it with another number of hidden units than inputs; "
            "then look for a variable that is computed and never used.",
        ),
        Mistake(
            "activation still unused",
            lambda X, W1, b1, W2, b2: sigmoid((X @ W1.T + b1) @ W2.T + b2),
            "One fault is mended, the transpose. The other: the second layer is fed Z1, the weighted sums, where A1 belongs, the "
            "outputs of the tanh units.",
        ),
        Mistake(
            "transpose still missing",
            lambda X, W1, b1, W2, b2: sigmoid(np.tanh(X @ W1 + b1) @ W2.T + b2),
            "One fault is mended: A1 is used now. The other: W1 has a row per hidden unit, so it is X @ W1.T. Without the "
            "transpose it runs only when there are as many hidden units as inputs.",
        ),
        Mistake(
            "no activation at the end",
            lambda X, W1, b1, W2, b2: np.tanh(X @ W1.T + b1) @ W2.T + b2,
            "Both faults are mended, but the sigmoid of the output layer got lost: these are its weighted sums.",
        ),
        Mistake(
            "tanh at the end",
            lambda X, W1, b1, W2, b2: np.tanh(np.tanh(X @ W1.T + b1) @ W2.T + b2),
            "The hidden layer is right; the output units are sigmoids, and yours are tanh.",
        ),
        Mistake(
            "sigmoid in the hidden layer",
            lambda X, W1, b1, W2, b2: sigmoid(sigmoid(X @ W1.T + b1) @ W2.T + b2),
            "The hidden units are tanh units; you made them sigmoids.",
        ),
        Mistake(
            "minus without its bracket",
            lambda X, W1, b1, W2, b2: 1 / (1 + np.exp(-np.tanh(X @ W1.T + b1) @ W2.T + b2)),
            "The hidden layer is right. In the sigmoid, the minus has to reach the bias too: np.exp(-(A1 @ W2.T + b2)), with "
            "the bracket.",
        ),
        Mistake(
            "no minus",
            lambda X, W1, b1, W2, b2: 1 / (1 + np.exp(np.tanh(X @ W1.T + b1) @ W2.T + b2)),
            "The hidden layer is right. The sigmoid is 1/(1 + e^(−z)); without the minus you get one minus its value.",
        ),
        Mistake(
            "first bias lost",
            lambda X, W1, b1, W2, b2: sigmoid(np.tanh(X @ W1.T) @ W2.T + b2),
            "The two faults are mended, but the hidden units' bias b1 got lost.",
        ),
        Mistake(
            "tanh twice",
            lambda X, W1, b1, W2, b2: sigmoid(np.tanh(np.tanh(X @ W1.T + b1)) @ W2.T + b2),
            "The tanh is applied twice: A1 is already tanh(Z1).",
        ),
        Mistake(
            "second bias lost",
            lambda X, W1, b1, W2, b2: sigmoid(np.tanh(X @ W1.T + b1) @ W2.T),
            "The two faults are mended, but the output units' bias b2 got lost.",
        ),
        Mistake(
            "flattened",
            lambda X, W1, b1, W2, b2: sigmoid(np.tanh(X @ W1.T + b1) @ W2.T + b2).ravel(),
            "The numbers are right, but you flattened the result. Leave it (N, m): a row per example, a column per output unit.",
        ),
        Mistake(
            "transpose taken from the second layer",
            lambda X, W1, b1, W2, b2: sigmoid(np.tanh(X @ W1.T + b1) @ W2 + b2),
            "The first layer is right. You took the transpose from the second one, which was right: W2 has a row per output unit, "
            "so it is A1 @ W2.T.",
        ),
        Mistake(
            "W1 first",
            lambda X, W1, b1, W2, b2: sigmoid(np.tanh(W1 @ X + b1) @ W2.T + b2),
            "One fault is mended: A1 is used now. The other cannot be mended by the order: W1 @ X is for examples that stand as "
            "columns. Here they are rows, and each row of W1 is a unit: X @ W1.T.",
        ),
        Mistake(
            "the inputs into the second layer",
            lambda X, W1, b1, W2, b2: sigmoid(X @ W2.T + b2),
            "The second layer is fed X, the inputs of the first. It stands behind the hidden units: feed it their outputs, A1.",
        ),
        Mistake(
            "ReLU in the hidden layer",
            lambda X, W1, b1, W2, b2: sigmoid(np.maximum(0, X @ W1.T + b1) @ W2.T + b2),
            "The hidden units are tanh units; you made them ReLUs.",
        ),
        Mistake(
            "hidden layer only",
            lambda X, W1, b1, W2, b2: np.tanh(X @ W1.T + b1),
            "These are the outputs of the hidden units, A1. They still have to go through the second layer.",
        ),
    ),
    alternatives=(lambda X, W1, b1, W2, b2: 0.5 + 0.5 * np.tanh((np.tanh(b1 + X @ W1.T) @ W2.T + b2) / 2),),
)

# --- 2.8 -------------------------------------------------------------------------------------------------------------


def weighted_sum_slopes(x, w, b):
    """Return (dx, dw, db), the partial derivatives of z = w·x + b.

    x (n,), w (n,), b a number  ->  ∂z/∂x (n,), ∂z/∂w (n,), ∂z/∂b a number
    """
    return w.copy(), x.copy(), 1.0


SLOPES = Exercise(
    id="2.8",
    title="The partial derivatives of a weighted sum",
    task="""
    $z = w_1x_1 + \\dots + w_nx_n + b$ depends on $2n + 1$ numbers. Write `weighted_sum_slopes(x, w, b)`, which returns
    three results: `dx` $(n,)$ with $\\partial z/\\partial x_i$ in place $i$, `dw` $(n,)$ with $\\partial z/\\partial w_i$,
    and `db`, the number $\\partial z/\\partial b$. (In later chapters `dw` is the slope of the *loss*. Here the result
    is $z$.)
    """,
    solution=weighted_sum_slopes,
    cases=one_example_cases,
    outputs=("dx", "dw", "db"),
    difficulty=2,
    points=2,
    needs=("2.1",),
    hints=(
        "Raise x₁ by 0.01 and leave all else alone. Which of the terms of z changes, and by how much?",
        "In the term w₁x₁, a nudge of x₁ is multiplied by w₁. What is a nudge of w₁ multiplied by? And a nudge of b?",
        "dx is w, dw is x, db is 1.",
    ),
    mistakes=(
        Mistake(
            "exchanged",
            lambda x, w, b: (x * 1.0, w * 1.0, 1.0),
            "db is right; dx and dw are exchanged. In w₁x₁, a nudge of x₁ is multiplied by w₁, and a nudge of w₁ by x₁.",
        ),
        Mistake(
            "w twice",
            lambda x, w, b: (w * 1.0, w * 1.0, 1.0),
            "dx and db are right. In the term w₁x₁ a nudge of the *weight* is multiplied by x₁: dw is x.",
        ),
        Mistake(
            "x twice",
            lambda x, w, b: (x * 1.0, x * 1.0, 1.0),
            "dw and db are right. In the term w₁x₁ a nudge of the *input* is multiplied by w₁: dx is w.",
        ),
        Mistake(
            "db is b",
            lambda x, w, b: (w * 1.0, x * 1.0, b),
            "dx and dw are right. For b you returned its value. The question is by how much z changes per nudge of b: "
            "b is added as it is, so the answer is 1 whatever b is.",
        ),
        Mistake(
            "db is zero",
            lambda x, w, b: (w * 1.0, x * 1.0, 0.0),
            "dx and dw are right. db is not 0: b is a constant for the inputs, but nudge b itself by 0.01 and z changes by 0.01.",
        ),
        Mistake(
            "the terms",
            lambda x, w, b: (w * x, w * x, b),
            "You returned the terms wᵢxᵢ of the sum, and b. A slope says how much z *changes* per nudge: for xᵢ that is wᵢ, "
            "for wᵢ it is xᵢ, for b it is 1.",
        ),
        Mistake(
            "the terms, db right",
            lambda x, w, b: (w * x, w * x, 1.0),
            "db is right. For dx and dw you returned the terms wᵢxᵢ. Per nudge of xᵢ the term changes by wᵢ, per nudge of wᵢ by xᵢ.",
        ),
        Mistake(
            "everything at once",
            lambda x, w, b: (np.full_like(x, w.sum()), np.full_like(w, x.sum()), 1.0),
            "You nudged all inputs together, which gives the sum of the weights. A partial derivative nudges one input and "
            "holds the others: place i of dx holds wᵢ alone.",
        ),
        Mistake(
            "summed up",
            lambda x, w, b: (w.sum(), x.sum(), 1.0),
            "You summed over the places. There are n inputs and so n partial derivatives: dx is the array w, dw the array x.",
        ),
        Mistake(
            "ones",
            lambda x, w, b: (np.ones_like(x), np.ones_like(w), 1.0),
            "db is right: b is added as it is. The inputs are multiplied by weights on their way, so a nudge of xᵢ arrives "
            "multiplied by wᵢ, not by 1.",
        ),
        Mistake(
            "a db for every input",
            lambda x, w, b: (w * 1.0, x * 1.0, np.ones_like(x)),
            "dx and dw are right. There is one bias, so db is one number, 1, and not an array.",
        ),
        Mistake(
            "the values",
            lambda x, w, b: (x * 1.0, w * 1.0, b),
            "You returned x, w and b themselves. A slope says how much z changes when one of them is nudged: for xᵢ that is wᵢ, "
            "for wᵢ it is xᵢ, for b it is 1.",
        ),
        Mistake(
            "first places only",
            lambda x, w, b: (w[0], x[0], 1.0),
            "These are ∂z/∂x₁ and ∂z/∂w₁ alone. There are n inputs and n weights: dx is the array w, dw the array x.",
        ),
    ),
    alternatives=(
        lambda x, w, b: (w, x, 1),
        lambda x, w, b: [list(w), list(x), 1.0],
        lambda x, w, b: (
            np.array([(w @ (x + 0.5 * e) - w @ (x - 0.5 * e)) for e in np.eye(len(x))]),
            np.array([((w + 0.5 * e) @ x - (w - 0.5 * e) @ x) for e in np.eye(len(x))]),
            (w @ x + b + 0.5) - (w @ x + b - 0.5),
        ),
    ),
)

# --- Check yourself --------------------------------------------------------------------------------------------------

DOUBLED = Exercise(
    id="2.9",
    title="Everything doubled",
    kind="choice",
    task="""
    A sigmoid neuron with two inputs separates two kinds of points. You multiply both weights and the bias by 2. What
    happens?
    """,
    choices=(
        "The line moves away from the origin, to twice its distance.",
        "The line stays where it is, and the outputs near it change more steeply.",
        "The line turns.",
        "Nothing: the neuron computes the same outputs.",
    ),
    solution="b",
    hints=("Where is the weighted sum 0 before, and where is 2z = 0?", "The zero stays a zero; but what does the sigmoid make of z = 1 and of z = 2?"),
    mistakes=(
        Mistake("distance", "a", "The distance of the line from the origin is |b| / |w|: doubling both leaves it as it is. Doubling b alone would move the line."),
        Mistake("turns", "c", "The direction of w decides how the line lies, and doubling does not change it. Only its length has doubled."),
        Mistake("nothing", "d", "That is so for a step, which sees only the sign of z. The sigmoid of 2z is not the sigmoid of z: it is steeper."),
    ),
)  # fmt: skip

WHY_NOT_XOR = Exercise(
    id="2.10",
    title="Why not XOR",
    kind="choice",
    task="""
    No neuron with a step computes XOR of its two inputs. Why?
    """,
    choices=(
        "The perceptron rule is too weak to find the weights; a better way of training would.",
        "The weights would have to be very large.",
        "Its four conditions contradict each other: two of them add up to the opposite of the other two.",
        "A step is not smooth; with a sigmoid in its place, and a cut at ½, one neuron could do it.",
    ),
    solution="c",
    hints=("Is it about finding the weights, or about whether there are any?", "Write down the four inequalities and add them in pairs."),
    mistakes=(
        Mistake("training", "a", "There is nothing to find: the four conditions have no solution, whatever the method. Representing and learning are two questions."),
        Mistake("large", "b", "Scaling w and b by the same factor leaves every sign as it was. If small weights cannot do it, large ones cannot."),
        Mistake("smooth", "d", "A sigmoid is above ½ exactly where its sum is positive, so its cut is the same straight line."),
    ),
)  # fmt: skip


def parameters(n, h, m):
    return h * n + h + m * h + m


COUNT = Exercise(
    id="2.11",
    title="How many numbers a network has",
    kind="number",
    task="""
    A network for handwritten digits has {n} inputs, a layer of {h} hidden units and a layer of {m} outputs, every unit
    connected to every one of the layer before it, and every unit with a bias. How many weights and biases are there
    together?
    """,
    given={"n": 784, "h": 128, "m": 10},
    draw=lambda rng: {"n": int(rng.integers(11, 900)), "h": int(rng.integers(20, 200)), "m": int(rng.integers(3, 12))},
    solution=parameters,
    rtol=0,
    atol=0,
    hints=("One hidden unit: how many weights, and how many biases?", "W1 has h rows of n weights, and b1 has h entries. And the second layer?"),
    mistakes=(
        Mistake("no biases", lambda n, h, m: h * n + m * h, "These are the weights. The biases are missing: one for each hidden unit and one for each output."),
        Mistake("biases of the inputs", lambda n, h, m: h * n + m * h + n + h + m, "Inputs have no biases: they are the data. Only the hidden units and the outputs have them."),
        Mistake("one bias per layer", lambda n, h, m: h * n + m * h + 2, "You counted one bias per layer. Every unit has its own."),
        Mistake("first layer only", lambda n, h, m: h * n + h, "This is the first layer alone. The outputs have weights and biases as well."),
        Mistake("units", lambda n, h, m: n + h + m, "This is the number of units. Each connection between two units carries a weight: a layer has (inputs) × (units) of them."),
        Mistake("hidden biases only", lambda n, h, m: h * n + h + m * h, "The biases of the output units are missing."),
    ),
)  # fmt: skip


def moved(w1, w2, d):
    return w2 * d


NUDGE = Exercise(
    id="2.12",
    title="One nudge",
    kind="number",
    task="""
    A neuron's weighted sum is $z = w_1x_1 + w_2x_2 + b$ with $w_1 = {w1}$ and $w_2 = {w2}$. The input $x_2$ grows by
    {d}, everything else stays. By how much does $z$ change?
    """,
    given={"w1": 0.5, "w2": -0.3, "d": 0.02},
    draw=lambda rng: {"w1": round(float(rng.uniform(0.5, 0.9)), 2), "w2": -round(float(rng.uniform(0.1, 0.4)), 2), "d": 0.02},
    solution=moved,
    atol=1e-6,
    hints=("Which term of the sum contains x₂?", "The change of x₂ is multiplied by its weight: w₂ times the nudge."),
    mistakes=(
        Mistake("sign", lambda w1, w2, d: -w2 * d, "The weight is negative: when x₂ grows, z falls. The change is w₂ times the nudge, with its sign."),
        Mistake("the other weight", lambda w1, w2, d: w1 * d, "This is what a nudge of x₁ would do. x₂ is multiplied by w₂."),
        Mistake("the nudge", lambda w1, w2, d: d, "The nudge passes through the weight: it is multiplied by w₂ on its way to z."),
        Mistake("the slope", lambda w1, w2, d: w2, "This is the slope ∂z/∂x₂, the change per unit. The change itself is the slope times the nudge."),
        Mistake("both", lambda w1, w2, d: (w1 + w2) * d, "Only x₂ grows; x₁ is held. Leave the first term out."),
    ),
)  # fmt: skip

SHAPES = Exercise(
    id="2.13",
    title="Rows and columns",
    kind="choice",
    task="""
    A batch of 64 examples with 10 inputs each goes through a layer of 3 units, `Z = X @ W.T + b`. Which shapes do `W`,
    `b` and `Z` have?
    """,
    choices=(
        "W (10, 3), b (3,), Z (64, 3)",
        "W (3, 10), b (64, 3), Z (64, 3)",
        "W (3, 10), b (3,), Z (64, 3)",
        "W (3, 10), b (3,), Z (3, 64)",
    ),
    solution="c",
    hints=("In this book each unit is a row of W.", "How many biases does a unit have, however many examples pass through it?"),
    mistakes=(
        Mistake("W transposed", "a", "With this W it would be X @ W. In this book each unit is a row of W: (units, inputs)."),
        Mistake("a bias per example", "b", "A unit has one bias, and uses it for every example. NumPy adds b (3,) to each of the 64 rows."),
        Mistake("Z transposed", "d", "Examples are rows, in X and in Z: 64 rows of 3 sums."),
    ),
)  # fmt: skip

EXERCISES = (
    WEIGHTED_SUM, NEURON, BOUNDARY, GATES, PERCEPTRON_STEP, LAYER, NETWORK, SLOPES, DOUBLED, WHY_NOT_XOR, COUNT, NUDGE,
    SHAPES,
)  # fmt: skip
