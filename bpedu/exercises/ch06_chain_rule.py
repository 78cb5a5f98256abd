"""Exercises of chapter 06, The chain rule and computational graphs."""

import numpy as np

from bpedu import rules
from bpedu.exercise import Exercise, Mistake

# --- 6.1 -------------------------------------------------------------------------------------------------------------


def chain(fs, dfs, x):
    """Return d/dx of fs[-1](… fs[1](fs[0](x))); fs are functions, dfs their derivatives, x a number."""
    slope = 1.0
    for f, df in zip(fs, dfs, strict=True):
        slope = slope * df(x)
        x = f(x)
    return slope


def drive_chain(chain, names, x):
    table = {
        "sin": (np.sin, np.cos),
        "exp": (np.exp, np.exp),
        "square": (lambda v: v * v, lambda v: 2 * v),
        "triple": (lambda v: 3 * v, lambda v: 3.0),
        "tanh": (np.tanh, lambda v: 1 - np.tanh(v) ** 2),
    }
    fs, dfs = [table[n][0] for n in names], [table[n][1] for n in names]
    chain(fs, dfs, x)
    return chain(fs, dfs, x)  # the second time, so that lists that were used up are seen


def chain_cases(rng):
    lists = [
        ["sin", "square", "exp"], ["square", "tanh"], ["exp", "sin", "triple", "square"], ["tanh", "exp"], ["square"],
        ["triple", "sin", "tanh"], ["sin", "square", "sin"],
    ]  # fmt: skip
    return [(names, float(rng.uniform(0.4, 1.3))) for names in lists]


def slopes_at_start(fs, dfs, x):
    return float(np.prod([df(x) for df in dfs]))


def sum_of_slopes(fs, dfs, x):
    total = 0.0
    for f, df in zip(fs, dfs, strict=True):
        total += df(x)
        x = f(x)
    return total


def value_first(fs, dfs, x):
    slope = 1.0
    for f, df in zip(fs, dfs, strict=True):
        x = f(x)
        slope *= df(x)
    return slope


def applied_backward(fs, dfs, x):
    slope = 1.0
    for f, df in zip(reversed(fs), reversed(dfs), strict=True):
        slope *= df(x)
        x = f(x)
    return slope


def one_function_back(fs, dfs, x):
    return float(np.prod([dfs[0](x)] + [dfs[i](fs[i - 1](x)) for i in range(1, len(fs))]))


def slope_handed_on(fs, dfs, x):
    slope = 1.0
    for df in dfs:
        x = df(x)
        slope *= x
    return slope


def values_of(fs, x):
    """What arrives at each function, and at the end: len(fs) + 1 values."""
    values = [x]
    for f in fs:
        values.append(f(values[-1]))
    return values


def slopes_of(fs, dfs, x):
    return [df(v) for df, v in zip(dfs, values_of(fs, x), strict=False)]


def three_functions(fs, dfs, x):
    return dfs[2](fs[1](fs[0](x))) * dfs[1](fs[0](x)) * dfs[0](x)


def found_by_index(fs, dfs, x):
    values = values_of(fs, x)
    return float(np.prod([dfs[fs.index(f)](values[fs.index(f)]) for f in fs]))


def first_not_applied(fs, dfs, x):
    return float(np.prod([dfs[0](x), *(df(v) for df, v in zip(dfs[1:], values_of(fs[1:], x), strict=False))]))


def moved_by_its_own(fs, dfs, x):
    return float(np.prod([dfs[0](x), *(df(v) for df, v in zip(dfs[1:], values_of(fs[1:], x)[1:], strict=True))]))


CHAIN = Exercise(
    id="6.1",
    title="Along a chain",
    task="""
    `fs` is a list of functions of one number, `dfs` the list of their derivatives. Write `chain(fs, dfs, x)`: the
    derivative at the number `x` of the composition `fs[-1](… fs[1](fs[0](x)))`.
    """,
    solution=chain,
    cases=chain_cases,
    drive=drive_chain,
    difficulty=2,
    points=2,
    hints=(
        "For two functions: f2(f1(x)) has slope f2′(…)·f1′(…). At which points are the two slopes taken?",
        "f1′ is taken at x, f2′ at f1(x): go along the chain, keep the current value and the product of the slopes so far.",
        "In the loop: first slope *= df(x), then x = f(x).",
    ),
    mistakes=(
        Mistake("all at the start", slopes_at_start, "You took every slope at the original x. The second function does not see x, it sees f₁(x): take each slope at the value that arrives there."),
        Mistake("sum", sum_of_slopes, "You added the slopes. Along a path they multiply: twice as fast of three times as fast is six times as fast."),
        Mistake("value before slope", value_first, "You moved x forward before taking the slope, so each derivative is taken at the function's *output*. Take the slope first, at its input."),
        Mistake("wrong end", applied_backward, "You went through the functions from the last to the first. fs[0] is applied first: its input is x."),
        Mistake("last only", lambda fs, dfs, x: chain(fs[:-1], [lambda v: 1.0] * (len(fs) - 1), x) * dfs[-1](_through(fs[:-1], x)), "This is the slope of the last function alone. Everything before it moves too: multiply by those slopes."),
        Mistake("first only", lambda fs, dfs, x: dfs[0](x), "This is the slope of the first function alone. Multiply by the slopes of those that follow. Is the return inside the loop?"),
        Mistake("slopes of slopes", lambda fs, dfs, x: _through(dfs, x), "You put each slope into the next derivative. The derivatives are taken at *values*: f₂′ at f₁(x). The slopes are multiplied."),
        Mistake("value", lambda fs, dfs, x: _through(fs, x), "This is the value of the composition. Its derivative is asked for."),
        Mistake("all at the end", lambda fs, dfs, x: slopes_at_start(fs, dfs, _through(fs, x)), "You went forward to the end first, and took every slope at the last value. Each function's slope belongs to the value that went into it: take it before you move on, or keep the values in a list."),
        Mistake("one function back", one_function_back, "fs[i − 1](x) puts the *original* x into the function before. What arrives at function i has been through all those before it: keep the value, x = f(x)."),
        Mistake("slope handed on", slope_handed_on, "You handed the slope on as the next input, x = df(x). What goes into the next function is the value: x = f(x)."),
        Mistake("last left out", lambda fs, dfs, x: chain(fs[:-1], dfs[:-1], x), "The slope of the last function is missing. Does the loop end one step too early?"),
        Mistake("from zero", lambda fs, dfs, x: 0.0, "Your result is 0 whatever comes. Does the product begin at 0? There it stays: a sum begins at 0, a product at 1."),
        Mistake("first left out", lambda fs, dfs, x: chain(fs, [lambda v: 1.0, *dfs[1:]], x), "The slope of the first function is missing. Does a loop that goes back end one step too early? range(len(fs) - 1, -1, -1) reaches 0."),
        Mistake("derivatives from the other end", lambda fs, dfs, x: float(np.prod(slopes_of(fs, dfs[::-1], x))), "The derivatives are taken from the other end of the list than the values: dfs[k] belongs to fs[k], at the value that arrives there. Turn both round, or neither."),
        Mistake("not multiplied", slopes_of, "These are the slopes of the single functions, each at the right place. The derivative of the composition is one number, their product."),
        Mistake("running products", lambda fs, dfs, x: np.cumprod(slopes_of(fs, dfs, x)), "These are the products up to each function. The derivative of the whole composition is the last of them, one number: np.prod."),
        Mistake("two functions", lambda fs, dfs, x: dfs[1](fs[0](x)) * dfs[0](x), "This is the chain rule for two functions. The lists may hold one function, or four: go through them in a loop that keeps the value and the product so far."),
        Mistake("three functions", three_functions, "This is the chain rule for three functions. The lists may hold one function, or four: go through them in a loop that keeps the value and the product so far."),
        Mistake("first not applied", first_not_applied, "fs[0] is never applied: the second derivative is taken at x itself. It belongs at f₁(x): move x forward also after the first slope."),
        Mistake("moved by its own function", moved_by_its_own, "From the second function on, x is moved by the function whose slope comes next, and fs[0] is never applied. First the slope, dfs[i](x), then x = fs[i](x); and begin with i = 0."),
        Mistake("used up", lambda fs, dfs, x: 1.0, "Your result is 1, whatever comes. If you take the functions out of the lists, with pop: the lists are the caller's, and at the next call nothing is left in them; go through them with a for loop. If not: is the product kept? slope *= df(x)."),
        Mistake("found by index", found_by_index, "fs.index(f) finds the *first* place at which a function stands, and a function may stand in the list twice. Count the places: for i in range(len(fs)), or go through both lists with zip."),
    ),
    alternatives=(lambda fs, dfs, x: float(np.prod([df(_through(fs[:k], x)) for k, df in enumerate(dfs)])),),
)  # fmt: skip


def _through(fs, x):
    for f in fs:
        x = f(x)
    return x


# --- 6.2 -------------------------------------------------------------------------------------------------------------


def fanout_grad(x):
    """Return the derivative of f(x) = x·sin(x) + x² at every entry of x, in the shape of x."""
    return np.sin(x) + x * np.cos(x) + 2 * x


def fanout_cases(rng):
    return [
        (rng.normal(0, 2, (7, 5)),),
        (rng.normal(0, 2, 11),),
        (rng.normal(0, 2, (1, 3)),),
        (rng.normal(0, 2, (3, 3)),),
    ]


FANOUT = Exercise(
    id="6.2",
    title="A value used three times",
    task="""
    $f(x) = x\\cdot\\sin(x) + x^2$. In its graph, $x$ is used as a factor, inside the sine, and in the square. Write `fanout_grad(x)`: the
    derivative at every entry of the array `x`, in its shape. One term for each way in which a nudge of $x$ reaches $f$.
    """,
    solution=fanout_grad,
    cases=fanout_cases,
    hints=(
        "Hold all uses of x still but one. What does nudging that one do?",
        "As the factor: sin(x). Inside the sine: x·cos(x). In the square: 2x.",
        "Add the three.",
    ),
    mistakes=(
        Mistake("factor path lost", lambda x: x * np.cos(x) + 2 * x, "The path through the first factor is missing: x also multiplies sin(x), which contributes sin(x)."),
        Mistake("sine path lost", lambda x: np.sin(x) + 2 * x, "The path through the sine is missing: it contributes x·cos(x)."),
        Mistake("square path lost", lambda x: np.sin(x) + x * np.cos(x), "The path through x² is missing: it contributes 2x."),
        Mistake("product of slopes", lambda x: np.cos(x) + 2 * x, "You took the product's slope as the product of the slopes, 1·cos(x). Two paths lead through it, and their contributions add: sin(x) + x·cos(x)."),
        Mistake("square counted once", lambda x: np.sin(x) + x * np.cos(x) + x, "In x² = x·x the value x is used twice, so it contributes x + x."),
        Mistake("paths multiplied", lambda x: np.sin(x) * x * np.cos(x) * 2 * x, "You multiplied the contributions of the paths. Along a path slopes multiply; between paths they add."),
        Mistake("value", lambda x: x * np.sin(x) + x**2, "This is f itself. Its derivative is asked for."),
        Mistake("summed", lambda x: np.sum(np.sin(x) + x * np.cos(x) + 2 * x), "You summed over the entries. Each entry of x has a derivative of its own: return an array in the shape of x."),
        Mistake("sign of the cosine", lambda x: np.sin(x) - x * np.cos(x) + 2 * x, "The derivative of sin is +cos."),
        Mistake("factor lost", lambda x: np.sin(x) + np.cos(x) + 2 * x, "The nudge inside the sine moves sin(x) by cos(x), and that is still multiplied by the first factor: x·cos(x)."),
        Mistake("sine and cosine exchanged", lambda x: np.cos(x) + x * np.sin(x) + 2 * x, "Sine and cosine are exchanged. As the factor, x is multiplied by sin(x) as it stands; inside the sine it contributes the slope, x·cos(x)."),
        Mistake("square left as it is", lambda x: np.sin(x) + x * np.cos(x) + x**2, "The last term is x² itself. Its slope is 2x: x is used twice there."),
        Mistake("np.gradient", lambda x: np.gradient(x * np.sin(x) + x**2, x), "np.gradient takes differences between *neighbouring* entries of an array. Here each entry is an x of its own, with a slope of its own: write the formula, one term for each way."),
        Mistake("sine taken for cosine", lambda x: np.sin(x) - x * np.sin(x) + 2 * x, "−sin is the slope of cos. The slope of sin is cos: inside the sine, x contributes x·cos(x)."),
        Mistake("product left as it is", lambda x: x * np.sin(x) + 2 * x, "x·sin(x) is still there as it was, without its derivative. Two ways lead through it: sin(x) by the factor, x·cos(x) by the sine."),
        Mistake("slope of the square a number", lambda x: np.sin(x) + x * np.cos(x) + 2, "The slope of x² is 2x. It is 2 only where x is 1."),
        Mistake("overwritten", lambda x: 2 * x, "Only the last term is left, 2x. Is there a = where += is meant? The contributions of the three ways are added."),
        Mistake("averaged", lambda x: np.mean(np.sin(x) + x * np.cos(x) + 2 * x), "You averaged over the entries. Each entry of x has a derivative of its own: return an array in the shape of x."),
    ),
)  # fmt: skip


# --- 6.3 -------------------------------------------------------------------------------------------------------------


def backward(x, y):
    """Return (∂f/∂x, ∂f/∂y) for f = x·y + sin(x)·y², for numbers x and y."""
    s = np.sin(x)
    q = y * y
    # f = p + r with p = x·y and r = s·q; backward, line by line from the end:
    dp, dr = 1.0, 1.0
    ds, dq = q * dr, s * dr
    dx, dy = y * dp, x * dp
    dx += np.cos(x) * ds
    dy += 2 * y * dq
    return dx, dy


def backward_to_mend(x, y):
    """Return (∂f/∂x, ∂f/∂y) for f = x·y + sin(x)·y², for numbers x and y."""
    s = np.sin(x)
    q = y * y
    # f = p + r with p = x·y and r = s·q; backward, line by line from the end:
    dp, dr = 1.0, 1.0
    ds, dq = q * dr, s * dr
    dx, dy = y * dp, x * dp
    dx = np.cos(x) * ds
    dy = 2 * y * dq
    return dx, dy


def two_numbers(rng):
    return [(float(rng.normal(0, 1.5)), float(rng.normal(0, 1.5))) for _ in range(6)]


FIND_THE_BUG = Exercise(
    id="6.3",
    title="Find the bug: one sign too few",
    task="""
    This backward pass belongs to $f = x\\,y + \\sin(x)\\,y^2$. It was tested on $f = \\sin(x)\\,y^2$ alone, and passed. Mend it.
    """,
    solution=backward,
    starter=backward_to_mend,
    cases=two_numbers,
    outputs=("df/dx", "df/dy"),
    hints=(
        "How often is x used in f? How many contributions does dx receive, and what becomes of the first?",
        "The second assignment to dx throws the first away.",
        "dx += … and dy += … in the last two lines.",
    ),
    mistakes=(
        Mistake("untouched", backward_to_mend, "This is the code as it was: the second assignment to dx overwrites the first, so one of the two paths is lost. The same goes for dy."),
        Mistake("only x mended", lambda x, y: (y + np.cos(x) * y * y, 2 * y * np.sin(x)), "dx is right now. dy has two contributions as well: x from the product and 2y·sin(x) from the square."),
        Mistake("only y mended", lambda x, y: (np.cos(x) * y * y, x + 2 * y * np.sin(x)), "dy is right now. dx has two contributions as well: y from the product and cos(x)·y² from the sine."),
        Mistake("first paths only", lambda x, y: (y * 1.0, x * 1.0), "Now only the contributions of x·y are left. Both uses of x count, and both uses of y: add them."),
        Mistake("multiplied", lambda x, y: (y * np.cos(x) * y * y, x * 2 * y * np.sin(x)), "You multiplied the contributions. Between paths they add."),
        Mistake("subtracted", lambda x, y: (y - np.cos(x) * y * y, x - 2 * y * np.sin(x)), "The second contributions are subtracted now. Between paths they add: dx += …, dy += …."),
        Mistake("exchanged", lambda x, y: backward(x, y)[::-1], "Both are right, in the wrong order: return dx first, then dy."),
        Mistake("2 lost", lambda x, y: (y + np.cos(x) * y * y, x + y * np.sin(x)), "dx is right. In dy the slope of y·y has lost its 2: y is used twice there."),
        Mistake("doubled", lambda x, y: (2 * np.cos(x) * y * y, 4 * y * np.sin(x)), "You added the second contribution to itself. Add it to the first one, y * dp and x * dp."),
        Mistake("product not swapped", lambda x, y: (x + np.cos(x) * y * y, y + 2 * y * np.sin(x)), "The contributions of x·y are exchanged. A product hands back the *other* factor: y to x, and x to y, as it was."),
        Mistake("ds and dq exchanged", lambda x, y: (y + np.cos(x) * np.sin(x), x + 2 * y**3), "ds and dq are exchanged. In r = s·q each gets the *other* factor: ds = q·dr, dq = s·dr, as it was."),
        Mistake("sign of the cosine", lambda x, y: (y - np.cos(x) * y * y, x + 2 * y * np.sin(x)), "dy is right. In dx the second contribution is subtracted. The slope of sin is +cos, and between paths contributions add: dx += np.cos(x) * ds."),
        Mistake("subtracted in dy", lambda x, y: (y + np.cos(x) * y * y, x - 2 * y * np.sin(x)), "dx is right. In dy the second contribution is subtracted. Between paths contributions add: dy += 2 * y * dq."),
    ),
)  # fmt: skip


# --- 6.4 -------------------------------------------------------------------------------------------------------------


def multiplications(sizes, mode):
    """Return how many multiplications the product of the layers' Jacobians takes, in the given order.

    sizes (n0, n1, …, nL): layer k has a Jacobian J_k of shape (n_k, n_{k−1});
    mode "forward" or "reverse"
    """
    if mode == "forward":  # (J_L (… (J_2 J_1)))
        return sum(sizes[k] * sizes[k - 1] * sizes[0] for k in range(2, len(sizes)))
    # (((J_L J_{L−1}) …) J_1)
    return sum(sizes[-1] * sizes[k] * sizes[k - 1] for k in range(1, len(sizes) - 1))


def size_cases(rng):
    a, b, c, d, e, f = (int(n) for n in rng.permutation([2, 3, 5, 7, 11, 13]))
    n = int(rng.integers(2, 7))
    chains = [(c, b, a, 1), (1, d, e, f), (f, a, d), (n, n, n, n), (e, d, c, b, a), (a, c, e, f, d, 17)]
    return [(chain, mode) for chain in chains for mode in ("forward", "reverse")]


def other_mode(sizes, mode):
    return multiplications(sizes, "reverse" if mode == "forward" else "forward")


COUNT = Exercise(
    id="6.4",
    title="Count the multiplications",
    task="""
    Layer $k$ of a network has a Jacobian $J_k$ of shape $(n_k, n_{k-1})$, and the whole has the Jacobian $J_L\\cdots J_2J_1$. Multiplying an
    $(a, b)$ with a $(b, c)$ matrix takes $abc$ multiplications. Write `multiplications(sizes, mode)` for `sizes` $=(n_0, n_1, \\dots, n_L)$: how
    many it takes in all, if `mode` is `"forward"` and the product is formed from the input's end, $J_L(\\cdots(J_3(J_2J_1)))$, or if it is
    `"reverse"`, and it is formed from the output's end, $(((J_LJ_{L-1})J_{L-2})\\cdots)J_1$.
    """,
    solution=multiplications,
    cases=size_cases,
    difficulty=2,
    points=2,
    hints=(
        "With sizes (n0, n1, n2, n3), forward: J2·J1 is (n2, n1)·(n1, n0). What shape has the result, and what comes next?",
        "Forward, every product has n0 columns: n_k·n_{k−1}·n0 for k = 2 … L. Reverse, every product has n_L rows.",
        "Reverse: n_L·n_k·n_{k−1} for k = 1 … L − 1.",
    ),
    mistakes=(
        Mistake("exchanged", other_mode, "The two are exchanged. Forward starts at the input: every intermediate product has n0 columns."),
        Mistake("first one counted", lambda sizes, mode: multiplications(sizes, mode) + (sizes[1] * sizes[0] ** 2 if mode == "forward" else sizes[-1] ** 2 * sizes[-2]), "You counted one product too many: L Jacobians are joined by L − 1 products."),
        Mistake("sizes only", lambda sizes, mode: sum(a * b for a, b in zip(sizes, sizes[1:], strict=False)), "This counts the entries of the Jacobians. Each product of an (a, b) and a (b, c) matrix takes a·b·c multiplications."),
        Mistake("one column", lambda sizes, mode: multiplications((1, *sizes[1:]) if mode == "forward" else (*sizes[:-1], 1), mode), "This is the cost for a single column (or row), one direction. The whole Jacobian is asked for: all n0 columns forward, all n_L rows in reverse."),
        Mistake("one row in reverse", lambda sizes, mode: multiplications(sizes if mode == "forward" else (*sizes[:-1], 1), mode), "Forward is right. In reverse every product has n_L rows, and n_L is not always 1: each takes n_L·n_k·n_{k−1}."),
        Mistake("always forward", lambda sizes, mode: multiplications(sizes, "forward"), "You counted forward mode in both cases. In reverse the products keep n_L rows instead of n0 columns."),
        Mistake("always reverse", lambda sizes, mode: multiplications(sizes, "reverse"), "You counted reverse mode in both cases. Forward, the products keep n0 columns instead of n_L rows."),
        Mistake("three neighbours", lambda sizes, mode: sum(a * b * c for a, b, c in zip(sizes, sizes[1:], sizes[2:], strict=False)), "You multiplied three neighbouring sizes, as if each product joined two of the original Jacobians. After the first, one factor is what has been multiplied so far: forward it keeps n0 columns, in reverse n_L rows."),
        Mistake("sizes multiplied", lambda sizes, mode: int(np.prod(sizes)), "You multiplied all sizes. Each product of two matrices takes a·b·c, and the products are done one after the other: their costs are added."),
        Mistake("n0 in reverse", lambda sizes, mode: sum(sizes[0] * a * b for a, b in zip(sizes[:-2], sizes[1:], strict=False)) if mode == "reverse" else multiplications(sizes, mode), "Forward is right. In reverse it is not n0 columns that are carried along, but n_L rows: n_L·n_k·n_{k−1}."),
        Mistake("one too many forward", lambda sizes, mode: multiplications(sizes, mode) + (sizes[1] * sizes[0] ** 2 if mode == "forward" else 0), "Reverse is right. Forward you counted one product too many: J₁ is there from the beginning, the first product is J₂J₁, so k begins at 2."),
        Mistake("one too many in reverse", lambda sizes, mode: multiplications(sizes, mode) + (sizes[-1] ** 2 * sizes[-2] if mode == "reverse" else 0), "Forward is right. In reverse you counted one product too many: J_L is there from the beginning, the first product is J_L·J_{L−1}, so k ends at L − 1."),
        Mistake("one too few forward", lambda sizes, mode: multiplications(sizes, mode) - (sizes[-1] * sizes[-2] * sizes[0] if mode == "forward" else 0), "Reverse is right. Forward the last product is missing, n_L·n_{L−1}·n0. With L = len(sizes) - 1, k runs from 2 to L: range(2, L + 1)."),
        Mistake("one too few in reverse", lambda sizes, mode: multiplications(sizes, mode) - (sizes[-1] * sizes[1] * sizes[0] if mode == "reverse" else 0), "Forward is right. In reverse the last product is missing, the one with J₁: n_L·n₁·n₀. k runs from 1 to L − 1."),
        Mistake("one too few", lambda sizes, mode: multiplications(sizes, mode) - (sizes[-1] * sizes[-2] * sizes[0] if mode == "forward" else sizes[-1] * sizes[1] * sizes[0]), "The last product is missing, in both. L Jacobians are joined by L − 1 products, and sizes holds L + 1 numbers."),
        Mistake("first product only", lambda sizes, mode: sizes[2] * sizes[1] * sizes[0] if mode == "forward" else sizes[-1] * sizes[-2] * sizes[-3], "This is the first product alone. L Jacobians are joined by L − 1 products: add them all up."),
        Mistake("sizes added", lambda sizes, mode: sum(a + b + (sizes[0] if mode == "forward" else sizes[-1]) for a, b in (zip(sizes[1:], sizes[2:], strict=False) if mode == "forward" else zip(sizes, sizes[1:-1], strict=False))), "You added the three sizes of each product. An (a, b) times a (b, c) matrix takes a·b·c multiplications; only the products are added up."),
    ),
)  # fmt: skip


# --- 6.5 -------------------------------------------------------------------------------------------------------------


def jacobian_by_differences(f, x, h):
    """Return the Jacobian J (m, n) of f at x (n,) by central differences:
    J[i, j] is how output i moves with input j.
    """
    columns = []
    for j in range(len(x)):
        step = np.zeros(len(x))
        step[j] = h
        columns.append((f(x + step) - f(x - step)) / (2 * h))
    return np.stack(columns, axis=1)


def drive_jacobian(jacobian, name, x, h):
    m = np.arange(1.0, 1 + 3 * len(x)).reshape(3, len(x)) / 4
    table = {
        "cubes": lambda v: v**3,
        "mix": lambda v: np.sin(m @ v),
        "softmax": lambda v: np.exp(v) / np.exp(v).sum(),
        "two": lambda v: np.array([v.sum() ** 2, v[0] * v[-1]]),
    }
    return jacobian(table[name], x, h)


def jacobian_cases(rng):
    names = [("mix", 5), ("two", 7), ("softmax", 3), ("cubes", 5), ("mix", 3), ("two", 2), ("mix", 2)]
    return [(name, rng.normal(0, 1, n), float(rng.uniform(0.02, 0.1))) for name, n in names]


def one_sided(f, x, h):
    return np.stack([(f(x + h * e) - f(x)) / h for e in np.eye(len(x))], axis=1)


def unrestored(f, x, h):
    x, columns = x.copy(), []
    for j in range(len(x)):
        x[j] += h
        up = f(x)
        x[j] -= 2 * h
        columns.append((up - f(x)) / (2 * h))
    return np.stack(columns, axis=1)


def put_into_rows(f, x, h):
    J = np.zeros((len(f(x)), len(x)))
    for j, column in enumerate(jacobian_by_differences(f, x, h).T):
        J[j] = column
    return J


def shape_of_j(f, x, h):
    J = np.zeros((len(x), len(x)))
    J[:, 0] = f(x)  # stops where m is not n
    return jacobian_by_differences(f, x, h)


def jacobian_with(difference):
    """A jacobian_by_differences with another column: difference(f, x, step, h)."""
    return lambda f, x, h: np.stack([difference(f, x, h * e, h) for e in np.eye(len(x))], axis=1)


def loop_over_outputs(f, x, h):
    J = np.zeros((len(f(x)), len(x)))
    for j in range(len(f(x))):
        step = np.zeros(len(x))
        step[j] = h  # stops where m is larger than n
        J[:, j] = (f(x + step) - f(x - step)) / (2 * h)
    return J


def only_columns(keep):
    def wrong(f, x, h):
        return jacobian_by_differences(f, x, h) * keep(np.arange(len(x)), len(x))

    return wrong


JACOBIAN = Exercise(
    id="6.5",
    title="A Jacobian by differences",
    task="""
    `f` takes an array of shape $(n,)$ and returns one of shape $(m,)$. Write `jacobian_by_differences(f, x, h)`: the matrix of shape $(m, n)$
    whose entry $(i, j)$ is $\\bigl(f_i(x + h e_j) - f_i(x - h e_j)\\bigr)/2h$, where $e_j$ is 1 in place $j$ and 0 elsewhere.
    """,
    solution=jacobian_by_differences,
    cases=jacobian_cases,
    drive=drive_jacobian,
    difficulty=2,
    points=2,
    hints=(
        "Nudge one input: how many outputs change? Where in the matrix do those numbers go?",
        "Nudging input j gives column j. Make a fresh copy of x for each nudge.",
        "np.stack of the n differences with axis=1.",
    ),
    mistakes=(
        Mistake("transposed", lambda f, x, h: jacobian_by_differences(f, x, h).T, "Your matrix is the transpose: nudging input j gives *column* j, and rows belong to outputs."),
        Mistake("one-sided", one_sided, "This is the one-sided difference, (f(x + h) − f(x))/h. Asked for is the central one, whose error is much smaller."),
        Mistake("not restored", unrestored, "After the first nudge x is not what it was: you went up by h and down by 2h, and did not put it back. Only the first column is right."),
        Mistake("brackets", lambda f, x, h: np.stack([f(x + h * e) - f(x - h * e) / (2 * h) for e in np.eye(len(x))], axis=1), "Only f(x − h) is divided by 2h. Put the difference in brackets: (f(x + h) − f(x − h)) / (2 * h)."),
        Mistake("another step", lambda f, x, h: jacobian_by_differences(f, x, 1e-5), "You took a step of your own. Use the h that was given."),
        Mistake("half a difference", lambda f, x, h: one_sided(f, x, h) / 2, "You nudged to one side only and divided by 2h, so that you get half of the slope. Nudge to both sides: f(x + h) − f(x − h)."),
        Mistake("one array, two names", lambda f, x, h: np.zeros((len(f(x)), len(x))), "Every entry is 0: f was asked twice at the same place. `up = x; down = x` makes no copies, both names mean one array, and the two nudges cancel. Use x.copy(), or x + step. (If you do: is the step an array of whole numbers, in which h becomes 0?)"),
        Mistake("divided by h", lambda f, x, h: 2 * jacobian_by_differences(f, x, h), "From x − h to x + h the step is 2h; you divided by h."),
        Mistake("precedence", lambda f, x, h: jacobian_by_differences(f, x, h) * h * h, "/ 2 * h divides by 2 and *multiplies* by h. Put 2 * h in brackets."),
        Mistake("all at once", lambda f, x, h: np.tile(((f(x + h) - f(x - h)) / (2 * h))[:, None], (1, len(x))), "x + h nudges *every* input at once. Nudge one at a time: add h to entry j only."),
        Mistake("all at once, as it comes", lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h), "x + h nudges *every* input at once, so that the n columns come added up into one. Nudge one input at a time: add h to entry j only."),
        Mistake("step of one", lambda f, x, h: np.stack([(f(x + e) - f(x - e)) / (2 * h) for e in np.eye(len(x))], axis=1), "You nudged by 1 and divided by 2h. Entry j has to move by h: step[j] = h."),
        Mistake("nudges kept", lambda f, x, h: np.stack([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.tril(np.ones((len(x), len(x))))], axis=1), "The first column is right; from the second on the entries nudged before are still nudged. Begin every round with a fresh copy of x, or a fresh step of zeros."),
        Mistake("put into rows", put_into_rows, "You put what came from nudging input j into row j. That fits only where m = n, and there it is the transpose. Nudging input j gives *column* j: J[:, j], with J of shape (m, n)."),
        Mistake("shape of J", shape_of_j, "J has the wrong shape: this runs only where f returns as many numbers as it takes. J needs m rows, one for each output, len(f(x)), and n columns, one for each input, len(x)."),
        Mistake("loop over the outputs", loop_over_outputs, "The loop has a round for each *output*: where they are fewer than the inputs, columns stay 0, and where they are more, there is no such input. It is the inputs that are nudged, one round for each: range(len(x))."),
        Mistake("first column only", only_columns(lambda j, n: j < 1), "Only the first column is filled. Is the return inside the loop?"),
        Mistake("last column missing", only_columns(lambda j, n: j < n - 1), "The last column is 0. Does the loop end one step too early? range(len(x)) reaches the last input."),
        Mistake("outputs added up", jacobian_with(lambda f, x, step, h: np.full(len(f(x)), (f(x + step).sum() - f(x - step).sum()) / (2 * h))), "You added up the outputs. Each output has a row of its own: (f(x + step) - f(x - step)) / (2 * h) holds m numbers, and they make column j."),
        Mistake("not divided", jacobian_with(lambda f, x, step, h: f(x + step) - f(x - step)), "You did not divide. The change belongs to a step of 2h, from x − h to x + h: a slope is change per step."),
        Mistake("one-sided, to the left", jacobian_with(lambda f, x, step, h: (f(x) - f(x - step)) / h), "This is the one-sided difference, (f(x) − f(x − h))/h. Asked for is the central one, whose error is much smaller."),
        Mistake("half the step", jacobian_with(lambda f, x, step, h: (f(x + step / 2) - f(x - step / 2)) / h), "You nudged by h/2 to each side. That is a central difference as well, with another step: asked for is h to each side, divided by 2h."),
        Mistake("reshaped", lambda f, x, h: jacobian_by_differences(f, x, h).T.reshape(len(f(x)), len(x)), "What came from nudging input j stood in row j, and reshape then only cut the numbers into rows of another length, so that they land in the wrong places. Transpose instead, .T, or stack with axis=1."),
        Mistake("joined end to end", lambda f, x, h: jacobian_by_differences(f, x, h).T.ravel(), "The columns stand in one long row. np.stack(columns, axis=1) puts them side by side, as a matrix; np.concatenate joins arrays end to end."),
        Mistake("all nudges in one matrix", lambda f, x, h: (f(x + h * np.eye(len(x))) - f(x - h * np.eye(len(x)))) / (2 * h), "You gave f a whole matrix, one nudged x in each row. f takes one array of shape (n,): call it for each nudge by itself."),
        Mistake("one axis", lambda f, x, h: np.zeros_like(x).__setitem__(0, f(x)), "A whole array was put into the place of one number. If that is in the array for the results: what comes from one nudge is m numbers, so J needs two axes, np.zeros((len(f(x)), len(x))), with J[:, j] for nudge j. If it is in the step: step[j] is the number h."),
    ),
)  # fmt: skip


# --- 6.6 -------------------------------------------------------------------------------------------------------------


def softmax_vjp(p, g):
    """Return Jᵀg for softmax, given its output p (K,) and the cotangent g (K,); shape (K,)."""
    return p * (g - p @ g)


def softmax_cases(rng):
    def case(k):
        e = np.exp(rng.normal(0, 1.5, k))
        return e / e.sum(), rng.normal(0, 2, k)

    return [case(k) for k in (5, 3, 7, 2, 11)]


SOFTMAX_VJP = Exercise(
    id="6.6",
    title="Backward through softmax",
    task="""
    Softmax has the Jacobian $J = \\operatorname{diag}(\\mathbf p) - \\mathbf p\\,\\mathbf p^{\\mathsf T}$, where $\\mathbf p$ is its output. Write
    `softmax_vjp(p, g)`: $J^{\\mathsf T}\\mathbf g$ for `p` and `g` of shape $(K,)$, in that shape. (Can you do it without building the $K\\times K$ matrix?)
    """,
    solution=softmax_vjp,
    reference=lambda p, g: rules.softmax(np.log(p))[1](g),
    cases=softmax_cases,
    difficulty=2,
    points=2,
    hints=(
        "Write J g entry by entry: Σ_j (δ_ij p_i − p_i p_j) g_j.",
        "Every entry contains the same number Σ_j p_j g_j, the mean of g under p.",
        "p * (g - p @ g)",
    ),
    mistakes=(
        Mistake("diagonal only", lambda p, g: p * (1 - p) * g, "This is p(1 − p)·g, the diagonal of J alone. Nudging one input moves *all* outputs of a softmax, because they have to sum to 1."),
        Mistake("copied", lambda p, g: g.copy(), "You passed g on unchanged. Softmax is a layer with a Jacobian of its own."),
        Mistake("first term only", lambda p, g: p * g, "This is diag(p)·g. The second term, −p·(p·g), is missing: it comes from the normalization."),
        Mistake("sum without p", lambda p, g: p * (g - g.sum()), "You subtracted the plain sum of g. The number to subtract is the mean of g weighted with p, p @ g."),
        Mistake("plain mean", lambda p, g: p * (g - g.mean()), "You subtracted the plain mean of g. It has to be weighted with the probabilities: p @ g."),
        Mistake("sign", lambda p, g: p * (p @ g - g), "The sign is wrong: raising an input raises its own output, so g counts with a plus and the mean with a minus. A check that sends back all ones cannot see this: there both are 0."),
        Mistake("plus", lambda p, g: p * (g + p @ g), "The weighted mean of g is added. J is diag(p) *minus* p pᵀ, so it is subtracted: g − p @ g."),
        Mistake("second p lost", lambda p, g: p * g - p @ g, "The number p @ g has to be multiplied by p before it is subtracted."),
        Mistake("first p lost", lambda p, g: g - p * (p @ g), "The first g has to be multiplied by p as well: p·g − p·(p @ g). With matrices: np.diag(p), not np.eye."),
        Mistake("both p lost", lambda p, g: g - p @ g, "The factor p is missing: p·(g − p @ g). An output near 0 hardly moves, whatever comes back to it."),
        Mistake("softmax of p", lambda p, g: softmax_vjp(np.exp(p) / np.exp(p).sum(), g), "You took the softmax of p. p is the *output* of softmax already: use it as it is."),
        Mistake("the Jacobian", lambda p, g: np.diag(p) - np.outer(p, p), "This is the Jacobian itself, K × K. Asked for is its product with g, a vector: J.T @ g."),
        Mistake("matrix", lambda p, g: (np.diag(p) - np.outer(p, p)) * g, "`*` multiplied the matrix entry by entry and left a matrix. A matrix times a vector is J @ g."),
        Mistake("p @ p.T", lambda p, g: p * g - (p @ p) * g.sum(), "p has one axis, so p.T is p, and p @ p.T is a single number, Σ p². The table of all products p_i·p_j is np.outer(p, p), or p[:, None] * p."),
        Mistake("p * p.T", lambda p, g: p * g - (p * p) @ g, "p has one axis, so p.T is p, and p * p.T holds only the squares. The table of all products p_i·p_j is np.outer(p, p), or p[:, None] * p."),
        Mistake("no diagonal matrix", lambda p, g: (p - np.outer(p, p)) @ g, "p − p pᵀ takes the table from a *copy of p in every row*. p belongs on the diagonal alone: np.diag(p)."),
        Mistake("diag of a column", lambda p, g: (p[0] - np.outer(p, p)) @ g, "np.diag of a column (K, 1) takes its diagonal *out*, which is one number. np.diagflat builds the matrix, or leave p with its one axis and use np.outer(p, p)."),
        Mistake("brackets", lambda p, g: np.diag(p) - np.outer(p, p) @ g, "@ is done before −, so that only the second matrix met g. Put the difference in brackets: (np.diag(p) - np.outer(p, p)) @ g."),
        Mistake("plus off the diagonal", lambda p, g: p * (g + p @ g) - 2 * p * p * g, "The entries off the diagonal have the wrong sign. When one input of a softmax grows, the *other* outputs shrink: −p_i·p_j."),
        Mistake("last term only", lambda p, g: np.append(-p[:-1] * p[-1], p[-1] * (1 - p[-1])) * g[-1], "In each entry only the last term of the sum is left: every round of the inner loop overwrites the one before. Add up: out[i] += …."),
        Mistake("sums that vanish", lambda p, g: np.zeros_like(g), "Every entry is 0, or 0 but for rounding. If you filled it: each row and each column of J sums to 0, and such a sum was multiplied by one entry of g. Is it g[i] in the inner loop where g[j] belongs, or a sum over the wrong axis? J.T @ g is right."),
        Mistake("p squared", lambda p, g: p * (g - p * g.sum()), "You subtracted p times the sum of g. The second p belongs *inside* the sum: each g is weighted with its own p, p @ g."),
        Mistake("mean for the sum", lambda p, g: p * (g - np.mean(p * g)), "You divided the sum of p·g by K. The probabilities are the weights of this mean and sum to 1 already: p @ g."),
        Mistake("second term only", lambda p, g: -p * (p @ g), "This is −p·(p·g), the second term alone. The first, p·g, is missing: raising an input raises its own output."),
        Mistake("off the diagonal only", lambda p, g: -p * (p @ g) + p * p * g, "The diagonal of J is missing: for i = j the entry is p_i(1 − p_i)."),
        Mistake("diagonal without its second term", lambda p, g: p * g - p * (p @ g) + p * p * g, "On the diagonal you have p_i. It is p_i − p_i², that is p_i(1 − p_i)."),
        Mistake("own entry twice", lambda p, g: p * (1 - p) * g - p * (p @ g), "The entry i = j is subtracted twice: once in p(1 − p)·g and once more in p·(p @ g), whose sum runs over all j. It is p·g − p·(p @ g)."),
        Mistake("largest subtracted", lambda p, g: p * (g - g.max()), "You subtracted the largest g. That is a trick of softmax's forward pass. Here it is the mean of g weighted with p, p @ g."),
        Mistake("sum not complete", lambda p, g: p * (g - np.cumsum(p * g)), "In each entry the sum of p·g goes only as far as that entry. Sum first, over all j, then subtract: s = p @ g, and p * (g - s)."),
    ),
    alternatives=(
        lambda p, g: (np.diag(p) - np.outer(p, p)) @ g,
        lambda p, g: (np.diag(p) - np.outer(p, p)).T @ g,
        lambda p, g: p * g - p * (p * g).sum(),
    ),
)  # fmt: skip


# --- 6.7 -------------------------------------------------------------------------------------------------------------


def gradient_error(f, pullback, x, g, h):
    """Return ‖a − n‖ / (‖a‖ + ‖n‖) for a = pullback(g) and n,
    its estimate by central differences of g·f(x).

    f maps (n,) to (m,); pullback maps g (m,) to (n,); x (n,), g (m,), h a number
    """
    a = pullback(g)
    n = np.zeros(len(x))
    for j in range(len(x)):
        step = np.zeros(len(x))
        step[j] = h
        n[j] = (g @ f(x + step) - g @ f(x - step)) / (2 * h)
    return np.linalg.norm(a - n) / (np.linalg.norm(a) + np.linalg.norm(n))


def drive_error(gradient_error, name, x, g, h):
    def soft(v):
        e = np.exp(v - v.max())
        return e / e.sum()

    p = soft(x)
    m = np.arange(1.0, 1 + 3 * len(x)).reshape(3, len(x)) / 8  # a Jacobian that is not symmetric, nor square for n = 5
    table = {
        "mix": (lambda v: np.sin(m @ v), lambda g: m.T @ (np.cos(m @ x) * g)),
        "mix, not transposed": (lambda v: np.sin(m @ v), lambda g: np.cos(m @ x) * (m @ g)),
        "softmax, right": (soft, lambda g: p * (g - p @ g)),
        "softmax, sign": (soft, lambda g: -p * (g - p @ g)),
        "softmax, diagonal": (soft, lambda g: p * (1 - p) * g),
        "cubes": (lambda v: v**3, lambda g: 3 * x**2 * g),
        "cubes, doubled": (lambda v: v**3, lambda g: 6 * x**2 * g),
    }
    return gradient_error(*table[name], x, g, h)


def error_cases(rng):
    names = [
        ("softmax, diagonal", 5, 5), ("mix", 5, 3), ("cubes", 7, 7), ("softmax, sign", 3, 3), ("cubes, doubled", 5, 5),
        ("softmax, right", 3, 3), ("mix, not transposed", 3, 3), ("softmax, diagonal", 2, 2),
    ]  # fmt: skip
    return [
        (name, rng.normal(0.3, 1, n), rng.normal(0, 1, m) + 0.2, float(rng.uniform(0.1, 0.3))) for name, n, m in names
    ]


def _relative(a, n):
    return np.linalg.norm(a - n) / (np.linalg.norm(a) + np.linalg.norm(n))


def _error(numeric, measure=None):
    """A wrong gradient_error whose numeric gradient, or whose measure, is another."""
    measure = measure or _relative
    return lambda f, pullback, x, g, h: measure(pullback(g), np.array([numeric(f, x, g, h, e) for e in np.eye(len(x))]))


def _central(f, x, g, h, e):
    return (g @ f(x + h * e) - g @ f(x - h * e)) / (2 * h)


def jacobian_times_g(f, pullback, x, g, h):
    a, n = pullback(g), jacobian_by_differences(f, x, h) @ g
    return _relative(a, n)


def ones_for_g(f, pullback, x, g, h):
    return gradient_error(f, pullback, x, np.ones_like(g), h)


def all_inputs_at_once(f, pullback, x, g, h):
    a, n = pullback(g), _central(f, x, g, h, np.ones(len(x)))
    return _relative(a, n)


def not_restored(f, pullback, x, g, h):
    a, n = pullback(g), unrestored(f, x, h).T @ g
    return _relative(a, n)


def nudges_kept(f, pullback, x, g, h):
    return _relative(pullback(g), np.array([_central(f, x, g, h, e) for e in np.tril(np.ones((len(x), len(x))))]))


def _with_entries(filled):
    """A gradient_error in which n stays 0 where filled(j, x, g) does not hold."""

    def wrong(f, pullback, x, g, h):
        n = jacobian_by_differences(f, x, h).T @ g
        return _relative(pullback(g), n * filled(np.arange(len(x)), x, g))

    return wrong


GRADCHECK = Exercise(
    id="6.7",
    title="The gradient check itself",
    task="""
    `f` maps an array `x` $(n,)$ to one of shape $(m,)$, and `pullback(g)` claims to return $J^{\\mathsf T}\\mathbf g$. Write `gradient_error(f, pullback, x, g, h)`, which
    returns one number: with $\\mathbf a$ = `pullback(g)` and $\\mathbf n$ the central differences (step `h`) of the number $\\mathbf g\\cdot f(\\mathbf x)$ with respect to each entry of `x`,

    $$\\frac{\\lVert\\mathbf a - \\mathbf n\\rVert}{\\lVert\\mathbf a\\rVert + \\lVert\\mathbf n\\rVert}.$$
    """,
    solution=gradient_error,
    cases=error_cases,
    drive=drive_error,
    difficulty=3,
    points=3,
    needs=("6.5",),
    hints=(
        "Which *number* is nudged? f(x) has m entries; what makes one number of them?",
        "n[j] = (g @ f(x + h e_j) − g @ f(x − h e_j)) / (2h).",
        "Then np.linalg.norm(a - n) / (np.linalg.norm(a) + np.linalg.norm(n)).",
    ),
    mistakes=(
        Mistake("ones instead of g", ones_for_g, "You sent back ones instead of g. Such a check is blind: softmax's gradient for ones is 0, whatever its sign. Use the g that came."),
        Mistake("ones in the difference", _error(lambda f, x, g, h, e: (f(x + h * e).sum() - f(x - h * e).sum()) / (2 * h)), "Your differences are of the plain sum of f(x), but pullback was asked about g. Both have to be about g·f(x)."),
        Mistake("one-sided", _error(lambda f, x, g, h, e: (g @ f(x + h * e) - g @ f(x)) / h), "This is the one-sided difference. Its error shrinks like h only, and a check with it reports errors that are not there."),
        Mistake("precedence", _error(lambda f, x, g, h, e: (g @ f(x + h * e) - g @ f(x - h * e)) / 2 * h), "/ 2 * h divides by 2 and multiplies by h. Write / (2 * h)."),
        Mistake("brackets", _error(lambda f, x, g, h, e: g @ f(x + h * e) - g @ f(x - h * e) / (2 * h)), "Only the second term is divided by 2h. Put the difference in brackets: (… − …) / (2 * h)."),
        Mistake("another step", lambda f, pullback, x, g, h: gradient_error(f, pullback, x, g, 1e-5), "You took a step of your own. Use the h that was given."),
        Mistake("divided by h", _error(lambda f, x, g, h, e: (g @ f(x + h * e) - g @ f(x - h * e)) / h), "From x − h to x + h it is 2h; you divided by h, so your numeric gradient is twice too large."),
        Mistake("absolute", _error(_central, lambda a, n: np.linalg.norm(a - n)), "This is the absolute difference. Whether 0.001 is much depends on how large the gradients are: divide by the sum of their norms."),
        Mistake("by one norm", _error(_central, lambda a, n: np.linalg.norm(a - n) / np.linalg.norm(n)), "You divided by the norm of n alone. Asked for is the sum of both norms, which stays away from 0 when one of the two does."),
        Mistake("sums for norms", _error(_central, lambda a, n: np.abs(a - n).sum() / (np.abs(a).sum() + np.abs(n).sum())), "You summed absolute values. ‖·‖ is the Euclidean length, np.linalg.norm."),
        Mistake("pullback of ones", lambda f, pullback, x, g, h: gradient_error(f, lambda _: pullback(np.ones_like(g)), x, g, h), "You gave ones to the pullback, but your differences are of g·f(x). Both have to be about the same g."),
        Mistake("always one", _error(_central, lambda a, n: 1.0), "Your result is 1 whatever comes. Either n is 0 throughout (`up = x; down = x` makes no copies: both names mean one array, and the two nudges cancel), or numerator and denominator are the same."),
        Mistake("squared", _error(_central, lambda a, n: np.sum((a - n) ** 2) / (np.sum(a**2) + np.sum(n**2))), "You left the norms squared. A relative error of 0.01 then reads 0.0001."),
        Mistake("not transposed", jacobian_times_g, "You multiplied the Jacobian with g. Going back it is its *transpose*, J.T @ g: input j collects from all outputs. (Where J is symmetric, as for softmax, the two agree.)"),
        Mistake("by the larger norm", _error(_central, lambda a, n: np.linalg.norm(a - n) / max(np.linalg.norm(a), np.linalg.norm(n))), "You divided by the larger of the two norms, as some texts do. Here it is their sum."),
        Mistake("difference of the norms", _error(_central, lambda a, n: abs(np.linalg.norm(a) - np.linalg.norm(n)) / (np.linalg.norm(a) + np.linalg.norm(n))), "The numerator is the norm of the *difference*, ‖a − n‖. The difference of the norms is 0 when a sign is flipped, and sees nothing."),
        Mistake("entry by entry", _error(_central, lambda a, n: np.abs(a - n) / (np.abs(a) + np.abs(n))), "You compared entry by entry, and return an array. One number is asked for: take the norms of the whole vectors."),
        Mistake("worst entry", _error(_central, lambda a, n: np.max(np.abs(a - n) / (np.abs(a) + np.abs(n)))), "This is the error of the worst entry. An entry that is nearly 0 makes it large without need; asked for are the norms of the whole vectors."),
        Mistake("norm of the sum", _error(_central, lambda a, n: np.linalg.norm(a - n) / np.linalg.norm(a + n)), "The denominator is the *sum of the norms*, not the norm of the sum: with a flipped sign a + n is nearly 0."),
        Mistake("by the norm of a", _error(_central, lambda a, n: np.linalg.norm(a - n) / np.linalg.norm(a)), "You divided by the norm of a alone. Asked for is the sum of both norms, which stays away from 0 when one of the two does."),
        Mistake("brackets below", _error(_central, lambda a, n: np.linalg.norm(a - n) / np.linalg.norm(a) + np.linalg.norm(n)), "Only the norm of a stands below the line; the norm of n is added afterwards. Put the sum in brackets."),
        Mistake("all inputs at once", all_inputs_at_once, "x + h nudges *every* input at once, which gives a single number. n has an entry for each input: nudge one at a time, and leave the others where they are."),
        Mistake("not restored", not_restored, "After the first nudge x is not what it was: you went up by h and down by 2h, and did not put it back. Only the first entry of n is right."),
        Mistake("no single number", lambda f, pullback, x, g, h: np.zeros(len(x)).__setitem__(0, f(x)), "A whole array was put into the place of one number. If that is n[j]: it is the slope of one number, g·f(x), the m outputs, multiplied by g and added up, g @ f(x + step). If it is in the step: step[j] is the number h."),
        Mistake("half a difference", _error(lambda f, x, g, h, e: (g @ f(x + h * e) - g @ f(x)) / (2 * h)), "You nudged to one side only and divided by 2h, so that n is half of the slope. Nudge to both sides. (Was the second nudge −h from where the first had left x? From there it is −2h.)"),
        Mistake("one-sided, to the left", _error(lambda f, x, g, h, e: (g @ f(x) - g @ f(x - h * e)) / h), "This is the one-sided difference, to the left. Its error shrinks like h only, and a check with it reports errors that are not there."),
        Mistake("step of one", _error(lambda f, x, g, h, e: (g @ f(x + e) - g @ f(x - e)) / (2 * h)), "You nudged by 1 and divided by 2h. Entry j has to move by h: step[j] = h."),
        Mistake("not divided", _error(lambda f, x, g, h, e: g @ f(x + h * e) - g @ f(x - h * e)), "n is not divided. The change belongs to a step of 2h, from x − h to x + h: a slope is change per step."),
        Mistake("nudges kept", nudges_kept, "Only n[0] is right: from the second entry on, those nudged before are still nudged. Begin every round with a fresh step of zeros, or a fresh copy of x."),
        Mistake("first entry only", _with_entries(lambda j, x, g: j < 1), "Only the first entry of n is filled. Is the return inside the loop?"),
        Mistake("last entry missing", _with_entries(lambda j, x, g: j < len(x) - 1), "The last entry of n is 0. Does the loop end one step too early? range(len(x)) reaches the last input."),
        Mistake("loop over the outputs", _with_entries(lambda j, x, g: j < len(g)), "The loop has a round for each *output*, so that entries of n stay 0 where there are more inputs. It is the inputs that are nudged: range(len(x))."),
        Mistake("output j alone", _error(lambda f, x, g, h, e: (lambda j: g[j] * (f(x + h * e)[j] - f(x - h * e)[j]) / (2 * h))(int(np.argmax(e)))), "For input j you looked at output j alone. Every input may move every output: the number that is nudged is g·f(x), over all m outputs, g @ f(x + step)."),
        Mistake("g left out of n", lambda f, pullback, x, g, h: np.linalg.norm(pullback(g) - jacobian_by_differences(f, x, h).T) / (np.linalg.norm(pullback(g)) + np.linalg.norm(jacobian_by_differences(f, x, h))), "g is missing in n, which is the whole table of slopes. pullback(g) has an entry for each input; so has n, when the outputs are multiplied by g and added up: g @ f(x + step)."),
        Mistake("pullback of f(x)", lambda f, pullback, x, g, h: gradient_error(f, lambda _: pullback(f(x)), x, g, h), "You gave f(x) to the pullback. It takes what comes back from behind, the g that you were given: pullback(g)."),
        Mistake("pullback of x", lambda f, pullback, x, g, h: gradient_error(f, lambda _: pullback(x), x, g, h), "You gave x to the pullback. It knows x already; it takes what comes back from behind: pullback(g)."),
        Mistake("largest difference", _error(_central, lambda a, n: np.max(np.abs(a - n))), "This is the largest absolute difference. Whether 0.001 is much depends on how large the gradients are: asked for is the norm of a − n, divided by the sum of the two norms."),
        Mistake("root of the whole", _error(_central, lambda a, n: np.sqrt(np.sum((a - n) ** 2) / (np.sum(a**2) + np.sum(n**2)))), "The root stands over the whole fraction, so that below the line is √(‖a‖² + ‖n‖²). Asked for is the sum of the two norms, ‖a‖ + ‖n‖: each has a root of its own."),
        Mistake("mean of the norms", _error(_central, lambda a, n: 2 * np.linalg.norm(a - n) / (np.linalg.norm(a) + np.linalg.norm(n))), "You divided by the *mean* of the two norms, so that your error is twice the one asked for. Here it is their sum."),
        Mistake("product of the norms", _error(_central, lambda a, n: np.linalg.norm(a - n) / (np.linalg.norm(a) * np.linalg.norm(n))), "You divided by the *product* of the two norms. Asked for is their sum: then the error has no unit, and lies between 0 and 1."),
        Mistake("sum above the line", _error(_central, lambda a, n: np.linalg.norm(a + n) / (np.linalg.norm(a) + np.linalg.norm(n))), "Above the line stands the norm of a + n. How far the two are apart is the norm of their difference, ‖a − n‖."),
        Mistake("always zero", _error(_central, lambda a, n: 0.0), "Your result is 0 whatever comes, or False, which counts as 0. If you compare with a tolerance: the error itself is asked for, what is small enough is for the caller to say. If not: is a compared with itself?"),
    ),
    alternatives=(
        lambda f, pullback, x, g, h: (lambda a, n: np.sqrt(np.sum((a - n) ** 2)) / (np.sqrt(a @ a) + np.sqrt(n @ n) + 1e-12))(
            pullback(g), jacobian_by_differences(f, x, h).T @ g
        ),
    ),
)  # fmt: skip


# --- Check yourself ----------------------------------------------------------------------------------------------------

MODE = Exercise(
    id="6.8",
    title="Which way round?",
    kind="choice",
    task="""
    A network has a million weights and one loss. You want the slope of the loss with respect to every weight. What does it cost, measured in
    evaluations of the network?
    """,
    choices=(
        "Forward mode: about a million passes. Reverse mode: a few.",
        "Both modes: a few passes.",
        "Forward mode: a few passes. Reverse mode: about a million.",
        "Both modes: about a million passes.",
    ),
    solution="a",
    hints=("Forward mode answers: how does *everything* move with *one* input?", "Reverse mode answers: how does *one* output move with *everything*?"),
    mistakes=(
        Mistake("both cheap", "b", "Forward mode follows the effect of one input at a time; a million weights need a million passes. Only reverse mode gets them together."),
        Mistake("exchanged", "c", "The other way round: one pass of forward mode gives the effect of *one* input on all outputs, one pass of reverse mode the effect of all inputs on *one* output."),
        Mistake("both dear", "d", "That would be finite differences, or forward mode. Reverse mode gets all slopes of one number in a few passes' time."),
    ),
)  # fmt: skip

PATHS = Exercise(
    id="6.9",
    title="Paths and edges",
    kind="number",
    task="""
    A ladder of {n} diamonds in a row: in each, a value goes two ways, and the two are added. How many *paths* lead from the beginning to the end?
    """,
    given={"n": 20},
    draw=lambda rng: {"n": int(rng.integers(8, 16))},
    solution=lambda n: float(2**n),
    rtol=1e-9,
    hints=("One diamond: 2 paths. Two diamonds: for each of the 2, again 2.", "2 to the power of the number of diamonds."),
    mistakes=(
        Mistake("edges", lambda n: 4.0 * n, "4 per diamond is the number of *edges*, which is what the backward pass visits. The paths double with every diamond."),
        Mistake("added", lambda n: 2.0 * n, "Each diamond doubles the number of paths; it does not add 2."),
        Mistake("squared", lambda n: float(n**2), "The number of paths doubles with every diamond: 2ⁿ, not n²."),
        Mistake("one too few", lambda n: 2.0 ** (n - 1), "That is one doubling too few. Every diamond doubles the number of paths, the first one too: from 1 to 2."),
        Mistake("one too many", lambda n: 2.0 ** (n + 1), "That is one doubling too many. Before the first diamond there is 1 path, after it 2."),
        Mistake("four ways", lambda n: 4.0**n, "A diamond has four edges, but only two ways through it, of two edges each. The number of paths doubles with every diamond."),
    ),
)  # fmt: skip

BLIND = Exercise(
    id="6.10",
    title="A blind check",
    kind="choice",
    task="""
    A gradient check of softmax sends back $\\mathbf g = (1, 1, \\dots, 1)$. Which of these wrong pullbacks does it *not* detect?
    """,
    choices=(
        "One with the sign flipped.",
        "One that returns zero.",
        "One multiplied by 17.",
        "All of these.",
    ),
    solution="d",
    hints=("What is the sum of all outputs of a softmax? How does that sum move when an input is nudged?", "The right answer for g = ones is the zero vector."),
    mistakes=(
        Mistake("sign only", "a", "That one, and the others too: for g = ones the right gradient is 0, and −0, 0 and 17·0 are all 0."),
        Mistake("zero only", "b", "That one, and the others too: for g = ones the right gradient is 0, and −0, 0 and 17·0 are all 0."),
        Mistake("factor only", "c", "That one, and the others too: for g = ones the right gradient is 0, and −0, 0 and 17·0 are all 0."),
    ),
)  # fmt: skip

EXERCISES = (CHAIN, FANOUT, FIND_THE_BUG, COUNT, JACOBIAN, SOFTMAX_VJP, GRADCHECK, MODE, PATHS, BLIND)
