"""Exercises of chapter 08, Backpropagation in matrices."""

import numpy as np

from bpedu import rules
from bpedu.exercise import Exercise, Mistake
from bpedu.shapes import unbroadcast as sum_back

# --- 8.1 -------------------------------------------------------------------------------------------------------------


def dense_grads(A, dZ):
    """Return (dW, db) for Z = A Wᵀ + b, given A (N, n) and dZ = ∂L/∂Z (N, m);
    shapes (m, n) and (m,).
    """
    return dZ.T @ A, dZ.sum(axis=0)


def dense_cases(rng):
    sizes = ((7, 5, 3), (3, 2, 5), (5, 5, 5), (1, 3, 7), (11, 7, 2), (3, 7, 3))
    return [(rng.normal(0.3, 1, (N, n)), rng.normal(0.2, 1, (N, m))) for N, n, m in sizes]


FOR_COLUMNS = "dZ @ A.T, and the sum over axis 1, are for data in which each example is a *column*. Here each is a row, so that the sum over the examples is dZ.T @ A, and dZ.sum(axis=0)."

DENSE = Exercise(
    id="8.1",
    title="The slopes of a layer, for a batch",
    task="""
    A layer computes $Z = AW^{\\mathsf T} + \\mathbf b$ for a batch of $N$ examples. Write `dense_grads(A, dZ)`: given what came in, `A` of shape $(N, n)$, and the blame
    `dZ` $= \\partial L/\\partial Z$ of shape $(N, m)$, return the tuple `(dW, db)` of shapes $(m, n)$ and $(m,)$. No loops.
    """,
    solution=dense_grads,
    reference=lambda A, dZ: rules.dense(A, np.zeros((dZ.shape[1], A.shape[1])), np.zeros(dZ.shape[1]))[1](dZ)[1:],
    cases=dense_cases,
    outputs=("dW", "db"),
    difficulty=2,
    points=2,
    hints=(
        "Take one weight, W[k, j]. In which entries of Z does it occur, and what is it multiplied by there?",
        "It occurs in Z[i, k] for every example i, times A[i, j]. So dW[k, j] = Σ_i dZ[i, k]·A[i, j]: a product that sums over the examples. The bias b[k] occurs in the same places, times 1.",
        "dZ.T @ A, and dZ.sum(axis=0).",
    ),
    mistakes=(
        Mistake("transposed", lambda A, dZ: (A.T @ dZ, dZ.sum(axis=0)), "Your dW is transposed: entry (k, j) belongs to unit k and input j, so units come first, dZ.T @ A. (When n = m nobody sees it by the shape.)"),
        Mistake("mean in both", lambda A, dZ: (dZ.T @ A / len(A), dZ.mean(axis=0)), "You divided by the number of examples. The 1/N of a mean is in dZ already, it came with the loss; here the contributions are added."),
        Mistake("mean in dW", lambda A, dZ: (dZ.T @ A / len(A), dZ.sum(axis=0)), "dW is divided by N, db is not. The 1/N of a mean is in dZ already; nothing is divided here."),
        Mistake("mean in db", lambda A, dZ: (dZ.T @ A, dZ.mean(axis=0)), "dW is right. db is the mean over the batch instead of the sum: the 1/N of the loss is in dZ already."),
        Mistake("db not summed", lambda A, dZ: (dZ.T @ A, dZ.copy()), "dW is right. db still has a row for every example. One bias serves all N rows, so its contributions are added: sum over axis 0."),
        Mistake("db over units", lambda A, dZ: (dZ.T @ A, dZ.sum(axis=1)), "dW is right. db is summed over the units (axis 1), which gives one number for each example. Sum over the examples, axis 0: one number for each unit."),
        Mistake("db one number", lambda A, dZ: (dZ.T @ A, dZ.sum()), "dW is right. db is summed to a single number. Every unit has a bias of its own: sum over the examples only, axis 0."),
        Mistake("db keeps an axis", lambda A, dZ: (dZ.T @ A, dZ.sum(axis=0, keepdims=True)), "db has the shape (1, m), and b is (m,). Leave keepdims out, so that the gradient has the shape of what it is the gradient of."),
        Mistake("first example only", lambda A, dZ: (np.outer(dZ[0], A[0]), dZ[0].copy()), "This counts the first example only. Every weight is used once for every example, and the contributions are added."),
        Mistake("sums multiplied", lambda A, dZ: (np.outer(dZ.sum(axis=0), A.sum(axis=0)), dZ.sum(axis=0)), "You summed blame and input over the batch and then multiplied. That pairs the blame of one example with the input of another. Multiply within each example first, then sum: dZ.T @ A."),
        Mistake("last example only", lambda A, dZ: (np.outer(dZ[-1], A[-1]), dZ[-1].copy()), "This counts the last example only. Is there a = in a loop where += is meant? Every weight is used once for every example, and the contributions are added."),
        Mistake("exchanged", lambda A, dZ: (dZ.sum(axis=0), dZ.T @ A), "Both are right, in the wrong order: return dW first, then db."),
        Mistake("no transpose", lambda A, dZ: (dZ @ A, dZ.sum(axis=0)), "dZ @ A pairs the units of dZ with the examples of A; it runs only where m = N, and is wrong there. The sum has to go over the examples, which are the rows of both: turn dZ over, dZ.T @ A."),
        Mistake("A turned over", lambda A, dZ: (dZ @ A.T, dZ.sum(axis=0)), "dZ @ A.T sums over the units, so that N × N numbers are left; it runs only where m = n. The sum has to go over the examples, which are the rows of both: turn dZ over, not A, dZ.T @ A."),
        Mistake("dZ second", lambda A, dZ: (A @ dZ.T, dZ.sum(axis=0)), "A @ dZ.T sums over the inputs, so that N × N numbers are left; it runs only where m = n. The sum has to go over the examples, which are the rows of both: dZ.T @ A."),
        Mistake("entry by entry", lambda A, dZ: (dZ * A, dZ.sum(axis=0)), "dZ * A multiplies entry by entry, which runs only where m = n. Every unit's blame is to meet *every* input, within each example, and the products are added over the examples: dZ.T @ A."),
        Mistake("transposed, and mean", lambda A, dZ: (A.T @ dZ / len(A), dZ.mean(axis=0)), "Two things: dW is transposed, units come first, dZ.T @ A. And you divided by the number of examples: the 1/N of a mean is in dZ already, here the contributions are added."),
        Mistake("transposed, and db keeps an axis", lambda A, dZ: (A.T @ dZ, dZ.sum(axis=0, keepdims=True)), "This is the form for weights of shape (n, m) and a bias of shape (1, m). Here W is (m, n) and b is (m,): dZ.T @ A, and dZ.sum(axis=0) without keepdims."),
        Mistake("reshaped", lambda A, dZ: ((A.T @ dZ).reshape(dZ.shape[1], A.shape[1]), dZ.sum(axis=0)), "A.T @ dZ has a row for every input; reshape then only cuts the numbers into rows of another length, and they land in the wrong places. Begin with the units: dZ.T @ A."),
        Mistake("dZ reshaped", lambda A, dZ: (dZ.reshape(dZ.shape[1], len(dZ)) @ A, dZ.sum(axis=0)), "reshape only cuts the numbers of dZ into rows of another length, so that blame and input of different examples meet. To turn rows into columns, transpose: dZ.T @ A."),
        Mistake("dW from the last example", lambda A, dZ: (np.outer(dZ[-1], A[-1]), dZ.sum(axis=0)), "db is right. dW counts the last example only. Is there a = in a loop where += is meant? Every weight is used once for every example, and the contributions are added."),
        Mistake("dW from the first example", lambda A, dZ: (np.outer(dZ[0], A[0]), dZ.sum(axis=0)), "db is right. dW counts the first example only. Every weight is used once for every example, and the contributions are added: dZ.T @ A."),
        Mistake("db from the last example", lambda A, dZ: (dZ.T @ A, dZ[-1].copy()), "dW is right. db counts the last example only. The bias serves all of them: sum over the examples, axis 0."),
        Mistake("db from the first example", lambda A, dZ: (dZ.T @ A, dZ[0].copy()), "dW is right. db counts the first example only. The bias serves all of them: sum over the examples, axis 0."),
        Mistake("db from dW", lambda A, dZ: (dZ.T @ A, (dZ.T @ A).sum(axis=1)), "dW is right. db is dW summed over the inputs, so that it contains A. The input of a bias is always 1: sum dZ itself, over the examples."),
        Mistake("bias slope one", lambda A, dZ: (dZ.T @ A, np.ones(dZ.shape[1])), "dW is right. 1 is how Z moves with the bias. How L moves with it is dZ times that, added over the examples: dZ.sum(axis=0)."),
        Mistake("transposed, and mean in dW", lambda A, dZ: (A.T @ dZ / len(A), dZ.sum(axis=0)), "db is right. In dW there are two things: it is transposed, units come first, dZ.T @ A; and it is divided by N, where the 1/N of a mean is in dZ already."),
        Mistake("for columns", lambda A, dZ: (dZ @ A.T, dZ.sum(axis=1, keepdims=True)), FOR_COLUMNS),
        Mistake("for columns, without keepdims", lambda A, dZ: (dZ @ A.T, dZ.sum(axis=1)), FOR_COLUMNS),
        Mistake("for columns, mean", lambda A, dZ: (dZ @ A.T / A.shape[1], dZ.sum(axis=1, keepdims=True) / A.shape[1]), FOR_COLUMNS + " Nor is anything divided: the 1/N of a mean is in dZ already."),
    ),
    alternatives=(
        lambda A, dZ: (np.einsum("ik,ij->kj", dZ, A), np.ones(len(A)) @ dZ),
        lambda A, dZ: ((A.T @ dZ).T, np.sum(dZ, 0)),
        lambda A, dZ: (sum(np.outer(d, a) for d, a in zip(dZ, A, strict=True)), sum(dZ)),
    ),
)  # fmt: skip


# --- 8.2 -------------------------------------------------------------------------------------------------------------


def unbroadcast(G, shape):
    """Return the gradient of an array of `shape`,
    given the gradient G of what broadcasting made of it.
    """
    added = G.ndim - len(shape)  # axes that broadcasting put in front
    G = G.sum(axis=tuple(range(added)))
    stretched = tuple(i for i, n in enumerate(shape) if n == 1)
    return G.sum(axis=stretched, keepdims=True)


def unbroadcast_cases(rng):
    pairs = (
        ((7, 5), (5,)), ((7, 5), (7, 1)), ((3, 7, 5), (1, 5)), ((3, 7, 5), (7, 1)), ((5, 5), (5,)), ((7, 5), (1, 5)),
        ((5, 3), (5, 3)), ((3, 2), ()), ((5, 3, 2), (1, 3, 1)),
        ((3, 7, 5), (5,)),
    )  # fmt: skip
    return [(rng.normal(0.3, 1, big), small) for big, small in pairs]


def leading_only(G, shape):
    return G.sum(axis=tuple(range(G.ndim - len(shape))))


def stretched_only(G, shape):
    added = G.ndim - len(shape)
    return G.sum(axis=tuple(added + i for i, n in enumerate(shape) if n == 1), keepdims=True)


def axes_dropped(G, shape):
    added = G.ndim - len(shape)
    return G.sum(axis=(*range(added), *(added + i for i, n in enumerate(shape) if n == 1)))


def mean_back(G, shape):
    return sum_back(G, shape) * (np.prod(shape) / G.size)


def first_copy(G, shape):
    added = G.ndim - len(shape)
    G = G[(0,) * added]
    return G[tuple(slice(0, 1) if n == 1 else slice(None) for n in shape)]


def axes_miscounted(G, shape):
    return G.sum(axis=(*range(G.ndim - len(shape)), *(i for i, n in enumerate(shape) if n == 1))).reshape(shape)


def stretched_only_miscounted(G, shape):
    return G.sum(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


def stretched_axes_first(G, shape):
    return leading_only(stretched_only_miscounted(G, shape), shape)


def one_new_axis(G, shape):
    G = G.sum(axis=0) if G.ndim > len(shape) else G
    return stretched_only_miscounted(G, shape)


def other_new_axes(G, shape):
    return stretched_only_miscounted(G.sum(axis=tuple(range(len(shape), G.ndim))), shape)


def compared_from_the_left(G, shape):
    for i in range(len(shape)):
        if G.shape[i] != shape[i]:
            G = G.sum(axis=i, keepdims=True)
    return G


def axis_0_or_none(G, shape, keepdims=False):
    return G.copy() if G.shape == shape else G.sum(axis=0, keepdims=keepdims)


def axes_that_vanish(G, shape):
    for i in range(G.ndim - len(shape)):
        G = G.sum(axis=i)
    return stretched_only_miscounted(G, shape)


def mean_over_the_stretched(G, shape):
    G = leading_only(G, shape)
    return G.mean(axis=tuple(i for i, n in enumerate(shape) if n == 1), keepdims=True)


def mean_over_the_new(G, shape):
    return stretched_only_miscounted(G.mean(axis=tuple(range(G.ndim - len(shape)))), shape)


def one_stretched_axis(G, shape):
    G = leading_only(G, shape)
    return G.sum(axis=shape.index(1), keepdims=True) if 1 in shape else G


def axis_0_for_the_stretched(G, shape):
    G = leading_only(G, shape)
    return G.sum(axis=0, keepdims=True) if 1 in shape else G


def return_in_the_loop(G, shape):
    G = leading_only(G, shape)
    return stretched_only_miscounted(G, (shape[0], *(0 for _ in shape[1:]))) if shape else None


UNBROADCAST = Exercise(
    id="8.2",
    title="Back through broadcasting",
    task="""
    An array of shape `shape` was broadcast against a larger one, and `G` is the gradient of the loss with respect to the result. Write `unbroadcast(G, shape)`: the gradient with respect to the array
    as it was before, in the shape `shape`. Broadcasting does two things: it puts new axes *in front*, and it stretches axes of length 1. `shape` may be `()`, and may be that of `G` itself.
    """,
    solution=unbroadcast,
    reference=lambda G, shape: sum_back(G, shape),
    cases=unbroadcast_cases,
    difficulty=2,
    points=3,
    hints=(
        "What was one number before and several after? How do the slopes of the several give the slope of the one?",
        "First sum over the axes that are new: there are G.ndim − len(shape) of them, in front. Then sum over the axes where shape has a 1, and keep these axes.",
        "G.sum(axis=tuple(range(G.ndim - len(shape)))), then for each i with shape[i] == 1: G.sum(axis=i, keepdims=True).",
    ),
    mistakes=(
        Mistake("leading axes only", leading_only, "The axes in front are summed, the stretched ones are not: where `shape` has a 1, one number was copied along the whole axis, and its copies have to be added too."),
        Mistake("stretched axes only", stretched_only, "The stretched axes are summed, the new axes in front are not. An array of shape (5,) that met one of (7, 5) was used seven times."),
        Mistake("axes lost", axes_dropped, "The right axes are summed, but an axis of length 1 is gone: (7, 1) became (7,). Keep it with keepdims=True, or reshape to `shape` at the end."),
        Mistake("mean", mean_back, "You averaged over the copies. Each copy moved the loss for itself: the effects are added."),
        Mistake("one copy", first_copy, "You took the gradient of the first copy only. All copies are the same number, so their gradients are added."),
        Mistake("everything summed", lambda G, shape: np.full(shape, G.sum()), "Everything is summed into one number. Sum only over the axes that broadcasting made; entries that were different stay different."),
        Mistake("unchanged", lambda G, shape: G.copy(), "You passed G on as it is, in the shape of the result. A gradient has the shape of what it is the gradient of: sum over the copies."),
        Mistake("reshaped", lambda G, shape: G.reshape(shape), "reshape lays the same numbers out differently; it cannot make fewer of them. Broadcasting copied each number: the slopes of its copies have to be added, with sum."),
        Mistake("axis 0 only", lambda G, shape: G.sum(axis=0), "You always sum over axis 0, once. Which axes broadcasting made depends on `shape`: as many new ones in front as G.ndim − len(shape), perhaps none, and those where `shape` has a 1."),
        Mistake("axes miscounted", axes_miscounted, "Place i of `shape` is not axis i of G as long as the new axes in front are there: it is axis G.ndim − len(shape) + i. Sum over the new axes first, or count them in."),
        Mistake("stretched axes first", stretched_axes_first, "You summed over the stretched axes before the new ones in front were gone. Until then place i of `shape` is not axis i of G: begin with the new axes."),
        Mistake("stretched axes only, miscounted", stretched_only_miscounted, "Place i of `shape` is axis i of G only if broadcasting put no new axes in front. Sum over those first: there are G.ndim − len(shape) of them."),
        Mistake("one new axis", one_new_axis, "You take away one new axis at most. Broadcasting may have put several in front: G.ndim − len(shape) of them. Is there an if where a while is meant?"),
        Mistake("one new axis, or all", lambda G, shape: one_new_axis(G, shape) if shape else G.sum(), "A single number is right. Otherwise you take away one new axis at most, and broadcasting may have put several in front: G.ndim − len(shape) of them. Is there an if where a while is meant?"),
        Mistake("new axes at the other end", other_new_axes, "You took away axes at the end of G. Broadcasting puts the new ones *in front*: they are axes 0 … G.ndim − len(shape) − 1, so sum over axis 0 as often as that."),
        Mistake("compared from the left", compared_from_the_left, "You compared the two shapes from the left. Broadcasting lays them side by side from the *right*: first sum over the G.ndim − len(shape) new axes in front, until place i of `shape` is axis i of G."),
        Mistake("axis 0 or none", axis_0_or_none, "Where the shapes differ you sum over axis 0, once. Which axes broadcasting made depends on `shape`: as many new ones in front as G.ndim − len(shape), and those where `shape` has a 1."),
        Mistake("axis 0, kept, or none", lambda G, shape: axis_0_or_none(G, shape, keepdims=True), "Where the shapes differ you sum over axis 0, once, and keep it. Which axes broadcasting made depends on `shape`: as many new ones in front as G.ndim − len(shape), which go, and those where `shape` has a 1, which stay."),
        Mistake("axes that vanish", axes_that_vanish, "With several new axes in front, axis 1 is axis 0 once the first is gone. Sum over axis 0 each time, or over all at once, axis=tuple(range(G.ndim - len(shape)))."),
        Mistake("mean over the stretched", mean_over_the_stretched, "The new axes are summed, but you averaged over the stretched ones. Each copy moved the loss for itself: the effects are added there too."),
        Mistake("mean over the new", mean_over_the_new, "The stretched axes are summed, but you averaged over the new ones in front. Each copy moved the loss for itself: the effects are added there too."),
        Mistake("reshaped, then summed", lambda G, shape: G.reshape(-1, *shape).sum(axis=0), "reshape(-1, *shape) cuts the numbers of G into pieces one after the other. Copies lie like that only where the new axes are in front; along a stretched axis they lie next to each other. Sum over the axes that broadcasting made."),
        Mistake("return in the loop", return_in_the_loop, "The new axes are summed, and of `shape` only the first place is looked at. Is the return inside the loop?"),
        Mistake("one stretched axis", one_stretched_axis, "Of the stretched axes only the first is summed. `shape` may have a 1 in several places: sum over each of them."),
        Mistake("axis 0 for the stretched", axis_0_for_the_stretched, "The new axes are right. Where something was stretched you sum over axis 0, wherever the 1 stands: it is the axes i with shape[i] == 1 that are summed, each for itself."),
    ),
    alternatives=(sum_back,),
)  # fmt: skip


# --- 8.3 -------------------------------------------------------------------------------------------------------------


def delta_output(A, T, loss):
    """Return dZ = ∂L/∂Z (N, K) of the last layer,
    given its outputs A (N, K) and the targets T (N, K).
    """
    if loss == "cross-entropy":
        return (A - T) / len(A)
    return (A - T) * A * (1 - A) / len(A)


def output_cases(rng):
    def softmax_case(N, K):
        E = np.exp(rng.normal(0, 1.5, (N, K)))
        return E / E.sum(axis=1, keepdims=True), np.eye(K)[rng.integers(0, K, N)], "cross-entropy"

    def sigmoid_case(N, K):
        return 1 / (1 + np.exp(-rng.normal(0, 1.5, (N, K)))), rng.integers(0, 2, (N, K)).astype(float), "squared error"

    return [softmax_case(7, 3), sigmoid_case(5, 2), softmax_case(3, 11), sigmoid_case(3, 3), softmax_case(1, 5), sigmoid_case(7, 1)]  # fmt: skip


def output_like(cross=lambda A, T: A - T, square=lambda A, T: (A - T) * A * (1 - A), by=len):
    """A delta_output with another slope for one of the losses, or another divisor."""
    return lambda A, T, loss: (cross if loss == "cross-entropy" else square)(A, T) / by(A)


def one_subtracted(where):
    """A delta_output that subtracts 1 at the wrong places, where(classes), for cross-entropy."""

    def cross(A, T):
        D = A.copy()
        D[where(T.argmax(axis=1))] -= 1
        return D

    return output_like(cross=cross)


OUTPUT = Exercise(
    id="8.3",
    title="The blame of the last layer",
    task="""
    Write `delta_output(A, T, loss)`: the blame `dZ` $= \\partial L/\\partial Z$ of the last layer, of shape $(N, K)$, given its outputs `A` and the targets `T`, both $(N, K)$. `loss` is one of two strings:

    - `"cross-entropy"`: the outputs are $A = \\mathrm{softmax}(Z)$, row by row, and $L = -\\frac1N\\sum T\\odot\\ln A$;
    - `"squared error"`: the outputs are $A = \\sigma(Z)$, entry by entry, and $L = \\frac1{2N}\\sum (A-T)\\odot(A-T)$.
    """,
    solution=delta_output,
    cases=output_cases,
    difficulty=2,
    points=2,
    hints=(
        "For which of the two does the slope of the output's activation cancel?",
        "Cross-entropy with softmax: (A − T)/N, nothing else. Squared error: first ∂L/∂A = (A − T)/N, then through the sigmoid.",
        "(A - T) / len(A), and (A - T) * A * (1 - A) / len(A).",
    ),
    mistakes=(
        Mistake("1/N missing", output_like(by=lambda A: 1), "The 1/N is missing. Both losses are means over the examples, and this is the place where the 1/N enters the backward pass: everything further back only adds up."),
        Mistake("divided by all entries", output_like(by=np.size), "You divided by the number of all entries, N·K. These losses sum over the outputs and average over the N examples: divide by N, len(A)."),
        Mistake("divided by the outputs", output_like(by=lambda A: A.shape[1]), "You divided by K, the number of outputs. The losses are means over the N examples: divide by len(A)."),
        Mistake("sign", output_like(lambda A, T: T - A, lambda A, T: (T - A) * A * (1 - A)), "All signs are turned round: it is prediction minus truth, A − T."),
        Mistake("slope left in", output_like(cross=lambda A, T: (A - T) * A * (1 - A)), "Squared error is right. With cross-entropy the factor A(1 − A) is too many: the slope of the logarithm has cancelled it. (If you have written that: does your comparison ever hold? The string is \"cross-entropy\", with a hyphen.)"),
        Mistake("slope left out", output_like(square=lambda A, T: A - T), "Cross-entropy is right. With squared error the sigmoid's slope A(1 − A) does not cancel: ∂L/∂A still has to go through the sigmoid. (If you have written that: does your comparison ever hold? The string is \"squared error\", with a space.)"),
        Mistake("factor two", output_like(square=lambda A, T: 2 * (A - T) * A * (1 - A)), "Cross-entropy is right. The squared error has a ½ in front here, which cancels the 2."),
        Mistake("tanh's slope", output_like(square=lambda A, T: (A - T) * (1 - A**2)), "Cross-entropy is right. 1 − A² is the slope of tanh; these outputs are sigmoids: A(1 − A)."),
        Mistake("slope of the slope", output_like(square=lambda A, T: (A - T) * (lambda s: s * (1 - s))(1 / (1 + np.exp(-A)))), "Cross-entropy is right. You applied the sigmoid once more: A is σ(Z) already, so its slope is A(1 − A)."),
        Mistake("slope at A", output_like(cross=lambda A, T: -T / A), "Squared error is right. For cross-entropy this is ∂L/∂A. The way through the softmax is missing; it leaves A − T."),
        Mistake("softmax entry by entry", output_like(cross=lambda A, T: -T * (1 - A)), "Squared error is right. For cross-entropy you took ∂L/∂A = −T/A times A(1 − A), as if each output depended on its own sum alone. Softmax divides by the sum of all: every output depends on every sum. Added up, that gives A − T."),
        Mistake("exchanged", output_like(lambda A, T: (A - T) * A * (1 - A), lambda A, T: A - T), "The two cases are exchanged. With cross-entropy the slope of the output cancels; with squared error the factor A(1 − A) stays."),
        Mistake("1/N missing in one", lambda A, T, loss: (A - T) / len(A) if loss == "cross-entropy" else (A - T) * A * (1 - A), "Cross-entropy is right. With squared error the 1/N is missing: it is a mean over the examples as well."),
        Mistake("half left in", output_like(square=lambda A, T: (A - T) * A * (1 - A) / 2), "Cross-entropy is right. The slope of the square has a factor 2, which cancels the ½ of the squared error; you kept the ½."),
        Mistake("1/N missing in the other", lambda A, T, loss: A - T if loss == "cross-entropy" else (A - T) * A * (1 - A) / len(A), "Squared error is right. With cross-entropy the 1/N is missing: it is a mean over the examples as well."),
        Mistake("error alone", output_like(square=lambda A, T: A - T, by=lambda A: 1), "You return A − T whatever the loss. Two things are missing: the 1/N, as both losses are means over the examples, and with squared error the slope of the sigmoid, A(1 − A)."),
        Mistake("slope left in, 1/N missing", output_like(cross=lambda A, T: (A - T) * A * (1 - A), by=lambda A: 1), "You return (A − T)·A(1 − A) whatever the loss. The 1/N is missing in both, and with cross-entropy the factor A(1 − A) is too many: the slope of the logarithm has cancelled it."),
        Mistake("stopped at A", output_like(cross=lambda A, T: -T / A, square=lambda A, T: A - T), "In both cases this is ∂L/∂A. Asked for is ∂L/∂Z: go on through the softmax, which leaves (A − T)/N, and through the sigmoid, times A(1 − A)."),
        Mistake("sign in one", output_like(cross=lambda A, T: T - A), "Squared error is right. With cross-entropy the sign is turned round: it is A − T there as well, since the minus of the loss is used up on the way through logarithm and softmax."),
        Mistake("sign in the other", output_like(square=lambda A, T: (T - A) * A * (1 - A)), "Cross-entropy is right. With squared error the sign is turned round: the slope of ½(A − T)² with respect to A is A − T, and the sigmoid's slope is A(1 − A), not A(A − 1)."),
        Mistake("divided by all entries in one", lambda A, T, loss: (A - T) / len(A) if loss == "cross-entropy" else (A - T) * A * (1 - A) / A.size, "Cross-entropy is right. With squared error you divided by all N·K entries. This one sums over the outputs as well, and averages over the N examples: divide by len(A)."),
        Mistake("divided by all entries in the other", lambda A, T, loss: (A - T) / A.size if loss == "cross-entropy" else (A - T) * A * (1 - A) / len(A), "Squared error is right. With cross-entropy you divided by all N·K entries. It sums over the outputs and averages over the N examples: divide by len(A)."),
        Mistake("averaged over the examples", lambda A, T, loss: np.mean(A - T if loss == "cross-entropy" else (A - T) * A * (1 - A), axis=0), "You averaged over the examples. Each example has a blame of its own, a row of dZ: the 1/N is a factor, and nothing is added up here."),
        Mistake("the losses", lambda A, T, loss: -np.sum(T * np.log(A)) / len(A) if loss == "cross-entropy" else np.sum((A - T) ** 2) / (2 * len(A)), "These are the losses. Asked for is their slope with respect to Z, (N, K)."),
        Mistake("softmax again", output_like(cross=lambda A, T: np.exp(A) / np.exp(A).sum(axis=1, keepdims=True) - T), "Squared error is right. With cross-entropy you applied the softmax once more: A is softmax(Z) already."),
        Mistake("sigmoid again", output_like(square=lambda A, T: (lambda S: (S - T) * S * (1 - S))(1 / (1 + np.exp(-A)))), "Cross-entropy is right. With squared error you applied the sigmoid once more: A is σ(Z) already."),
        Mistake("binary cross-entropy, at A", output_like(cross=lambda A, T: -T / A + (1 - T) / (1 - A)), "Squared error is right. For cross-entropy this is a slope with respect to A, and that of the *binary* loss. Asked for is ∂L/∂Z, which softmax and cross-entropy make A − T."),
        Mistake("brackets", lambda A, T, loss: A - T / len(A) if loss == "cross-entropy" else (A - T) * A * (1 - A) / len(A), "Squared error is right. With cross-entropy only T is divided by N. Put the difference in brackets: (A - T) / N."),
        Mistake("error squared", output_like(square=lambda A, T: (A - T) ** 2 * A * (1 - A)), "Cross-entropy is right. With squared error the difference is still squared. The slope of ½(A − T)² is A − T."),
        Mistake("half of the sigmoid's slope", output_like(square=lambda A, T: (A - T) * (1 - A)), "Cross-entropy is right. With squared error the sigmoid's slope is A(1 − A), with the A in front."),
        Mistake("whole columns", one_subtracted(lambda classes: (slice(None), classes)), "Squared error is right. D[:, classes] -= 1 subtracts in *every* row, in all columns that are the class of some example. Each row has its own class: A − T, or D[np.arange(N), classes] -= 1."),
        Mistake("whole rows", one_subtracted(lambda classes: classes), "Squared error is right. D[classes] -= 1 takes the classes for row numbers, and subtracts in whole rows. Each row has its own class: A − T, or D[np.arange(N), classes] -= 1."),
        Mistake("nothing", lambda A, T, loss: None, "Your function returned nothing (None), for both losses. Is a return missing? If not: are the names spelt as in the task, \"cross-entropy\" with a hyphen and \"squared error\" with a space?"),
    ),
)  # fmt: skip


# --- 8.4 -------------------------------------------------------------------------------------------------------------


def delta_back(dZ, W, Z):
    """Return ∂L/∂Z (N, n) of a tanh layer,
    given the blame dZ (N, m) and weights W (m, n) of the layer after it.
    """
    return (dZ @ W) * (1 - np.tanh(Z) ** 2)


def back_cases(rng):
    sizes = ((7, 5, 3), (3, 2, 5), (3, 3, 3), (1, 7, 2), (5, 3, 11))
    return [(rng.normal(0, 1, (N, m)), rng.normal(0, 1, (m, n)), rng.normal(0, 1.2, (N, n))) for N, n, m in sizes]


BACK = Exercise(
    id="8.4",
    title="One layer further back",
    task="""
    A layer of $n$ tanh units has the sums `Z` $(N, n)$. The layer after it has weights `W` $(m, n)$ and the blame `dZ` $(N, m)$. Write `delta_back(dZ, W, Z)`: the blame of the tanh layer,
    $\\partial L/\\partial Z$ for the given `Z`, of shape $(N, n)$.
    """,
    solution=delta_back,
    cases=back_cases,
    difficulty=2,
    points=2,
    needs=("8.1",),
    hints=(
        "Two steps: from the sums of the later layer to the outputs of this one, then through the tanh.",
        "Output a_ij feeds every unit k of the later layer, through W[k, j]: sum over k. Then times the slope of tanh, entry by entry.",
        "(dZ @ W) * (1 - np.tanh(Z)**2)",
    ),
    mistakes=(
        Mistake("slope missing", lambda dZ, W, Z: dZ @ W, "This is ∂L/∂A, the slope with respect to the layer's outputs. To get to its sums, go through the tanh: times 1 − tanh²(Z)."),
        Mistake("z squared", lambda dZ, W, Z: (dZ @ W) * (1 - Z**2), "You computed 1 − Z². The formula 1 − a² wants the output a = tanh(Z)."),
        Mistake("square outside", lambda dZ, W, Z: (dZ @ W) * (1 - np.tanh(Z)) ** 2, "You squared 1 − tanh(Z). Only the tanh is squared: 1 − tanh²(Z)."),
        Mistake("not squared", lambda dZ, W, Z: (dZ @ W) * (1 - np.tanh(Z)), "You computed 1 − tanh(Z). The slope of tanh is 1 − tanh²(Z), with the square."),
        Mistake("tanh twice", lambda dZ, W, Z: (dZ @ W) * (1 - np.tanh(np.tanh(Z)) ** 2), "The tanh was applied twice. Its slope at Z is 1 − tanh²(Z)."),
        Mistake("sigmoid's slope", lambda dZ, W, Z: (dZ @ W) * np.tanh(Z) * (1 - np.tanh(Z)), "a(1 − a) is the slope of a sigmoid. For tanh it is 1 − a²."),
        Mistake("a sigmoid unit", lambda dZ, W, Z: (dZ @ W) * (lambda a: a * (1 - a))(1 / (1 + np.exp(-Z))), "You went back through a sigmoid, σ(Z)(1 − σ(Z)). These units are tanh: 1 − tanh²(Z)."),
        Mistake("relu's slope", lambda dZ, W, Z: (dZ @ W) * (Z > 0), "You used the slope of a ReLU. These units are tanh: 1 − tanh²(Z)."),
        Mistake("W transposed", lambda dZ, W, Z: (dZ @ W.T) * (1 - np.tanh(Z) ** 2), "dZ @ W.T only runs when m = n, and then it sums over the wrong index. Blame is summed over the units k of the later layer, the first index of W: dZ @ W."),
        Mistake("divided by the slope", lambda dZ, W, Z: (dZ @ W) / (1 - np.tanh(Z) ** 2), "You divided by the slope of the tanh. A unit that hardly reacts, with a small slope, gets little blame: multiply."),
        Mistake("activation sent back", lambda dZ, W, Z: (dZ @ W) * np.tanh(Z), "What flows back is blame times *slope*; you multiplied with the activation itself."),
        Mistake("divided again", lambda dZ, W, Z: (dZ @ W) * (1 - np.tanh(Z) ** 2) / len(Z), "You divided by N once more. The 1/N came with the loss and is in dZ."),
        Mistake("batch summed", lambda dZ, W, Z: (dZ @ W).sum(axis=0) * (1 - np.tanh(Z) ** 2), "You summed the blame over the batch. Each example has its own blame, row by row; the sum over examples belongs to weights and biases, which all examples share."),
        Mistake("square inside", lambda dZ, W, Z: (dZ @ W) * (1 - np.tanh(Z**2)), "You squared Z before the tanh. The tanh comes first, and its result is squared: np.tanh(Z) ** 2."),
        Mistake("brackets", lambda dZ, W, Z: dZ @ W * 1 - np.tanh(Z) ** 2, "Without brackets this is (dZ @ W)·1, minus tanh²(Z). The slope is one factor: * (1 - np.tanh(Z)**2)."),
        Mistake("slope too early", lambda dZ, W, Z: (dZ * (1 - np.tanh(Z) ** 2)) @ W, "You multiplied by the slope before handing back. dZ has a column for each unit of the *later* layer, the slope one for each unit of *this* layer. First hand back, dZ @ W, then multiply."),
        Mistake("matrix product with the slope", lambda dZ, W, Z: dZ @ W @ (1 - np.tanh(Z) ** 2), "The second product is to be entry by entry: each unit has a slope of its own, for each example. `*`, not `@`: (dZ @ W) * (1 - np.tanh(Z)**2)."),
        Mistake("for columns", lambda dZ, W, Z: W.T @ dZ * (1 - np.tanh(Z) ** 2), "W.T @ dZ is the form for a blame that stands as a *column*. Here each example is a row: dZ @ W, which sums over the same index of W, the units of the later layer."),
        Mistake("for columns, left so", lambda dZ, W, Z: W.T @ dZ.T * (1 - np.tanh(Z) ** 2), "W.T @ dZ.T is what is to be handed back, lying on its side: a column for each example, where Z has a row. Turn it over, (W.T @ dZ.T).T, or write dZ @ W."),
        Mistake("W first", lambda dZ, W, Z: (W @ dZ) * (1 - np.tanh(Z) ** 2), "W @ dZ is the wrong way round; it runs only where N, n and m agree. Blame is summed over the units of the later layer, the columns of dZ and the *rows* of W: dZ @ W."),
        Mistake("entry by entry", lambda dZ, W, Z: dZ * W * (1 - np.tanh(Z) ** 2), "dZ * W multiplies entry by entry, which runs only where N = m and m = n. Each output feeds all units of the later layer, so that products are added over them: dZ @ W."),
        Mistake("plus", lambda dZ, W, Z: (dZ @ W) * (1 + np.tanh(Z) ** 2), "1 + tan² is the slope of the tangent. This is the hyperbolic tangent, tanh, which flattens out: its slope is 1 − tanh²(Z)."),
        Mistake("sign", lambda dZ, W, Z: (dZ @ W) * (np.tanh(Z) ** 2 - 1), "The sign is wrong everywhere. The slope of tanh is 1 − tanh²(Z), which is never negative."),
        Mistake("slope alone", lambda dZ, W, Z: 1 - np.tanh(Z) ** 2, "This is the slope of the tanh alone. Multiply it by what comes back from the later layer: dZ @ W."),
        Mistake("added", lambda dZ, W, Z: dZ @ W + (1 - np.tanh(Z) ** 2), "You added the slope. Along a path slopes multiply: (dZ @ W) * (1 - np.tanh(Z)**2)."),
        Mistake("summed apart", lambda dZ, W, Z: dZ.sum(axis=1, keepdims=True) * W.sum(axis=0) * (1 - np.tanh(Z) ** 2), "You summed blames and weights separately and multiplied the sums. Multiply along each path first, dZ[i, k]·W[k, j], then add over k: dZ @ W."),
        Mistake("blame lost", lambda dZ, W, Z: W.sum(axis=0) * (1 - np.tanh(Z) ** 2), "The weights are added up without the blame. What comes back along each path is dZ[i, k]·W[k, j]: dZ @ W."),
        Mistake("last unit only", lambda dZ, W, Z: np.outer(dZ[:, -1], W[-1]) * (1 - np.tanh(Z) ** 2), "Only the last unit of the later layer counts: in the loop each overwrites what the one before has put there. Add them, +=, or write dZ @ W."),
        Mistake("first unit only", lambda dZ, W, Z: np.outer(dZ[:, 0], W[0]) * (1 - np.tanh(Z) ** 2), "Only the first unit of the later layer counts. Each output feeds all m units: add the contributions, dZ @ W."),
        Mistake("batch averaged", lambda dZ, W, Z: (dZ @ W).mean(axis=0) * (1 - np.tanh(Z) ** 2), "You averaged the blame over the batch. Each example has its own blame, row by row; the sum over examples belongs to weights and biases, which all examples share."),
    ),
    alternatives=(lambda dZ, W, Z: (W.T @ dZ.T).T / np.cosh(Z) ** 2, lambda dZ, W, Z: np.einsum("ik,kj->ij", dZ, W) * (1 - np.tanh(Z) * np.tanh(Z))),
)  # fmt: skip


# --- 8.5 -------------------------------------------------------------------------------------------------------------


def gradients(X, T, W1, b1, W2, b2):
    """Return (dW1, db1, dW2, db2) for L = −(1/N) Σ T ⊙ ln P, P = softmax(A1 W2ᵀ + b2),
    A1 = tanh(X W1ᵀ + b1).
    """
    N = len(X)
    A1 = np.tanh(X @ W1.T + b1)
    E = np.exp(A1 @ W2.T + b2)
    P = E / E.sum(axis=1, keepdims=True)
    dZ2 = (P - T) / N
    dW2 = dZ2.T @ A1
    db2 = dZ2.sum(axis=0)
    dZ1 = (dZ2 @ W2) * (1 - A1**2)
    dW1 = dZ1.T @ X
    db1 = dZ1.sum(axis=0)
    return dW1, db1, dW2, db2


def gradients_to_mend(X, T, W1, b1, W2, b2):
    """Return (dW1, db1, dW2, db2) for L = −(1/N) Σ T ⊙ ln P, P = softmax(A1 W2ᵀ + b2),
    A1 = tanh(X W1ᵀ + b1).
    """
    N = len(X)
    A1 = np.tanh(X @ W1.T + b1)
    E = np.exp(A1 @ W2.T + b2)
    P = E / E.sum(axis=1, keepdims=True)
    dZ2 = (P - T) / N
    dW2 = dZ2.T @ A1
    db2 = dZ2.sum(axis=0)
    dZ1 = (dZ2 @ W2) * (1 - A1**2)
    dW1 = dZ1.T @ X / N
    db1 = dZ1.mean(axis=0)
    return dW1, db1, dW2, db2


def two_layer_cases(rng):
    def case(N, n, h, K):
        T = np.eye(K)[rng.integers(0, K, N)]
        return (rng.normal(size=(N, n)), T, rng.normal(size=(h, n)), rng.normal(size=h), rng.normal(size=(K, h)), rng.normal(size=K))  # fmt: skip

    return [case(7, 5, 3, 2), case(11, 2, 5, 3), case(3, 3, 3, 3), case(5, 2, 7, 3)]


def scaled(first, second):
    """`gradients` with the first layer's results multiplied by first(N), the second layer's by second(N)."""

    def wrong(X, T, W1, b1, W2, b2):
        dW1, db1, dW2, db2 = gradients(X, T, W1, b1, W2, b2)
        f, s = first(len(X)), second(len(X))
        return f * dW1, f * db1, s * dW2, s * db2

    return wrong


def half_mended(X, T, W1, b1, W2, b2):
    dW1, db1, dW2, db2 = gradients(X, T, W1, b1, W2, b2)
    return dW1, db1 / len(X), dW2, db2


def half_mended_the_other_way(X, T, W1, b1, W2, b2):
    dW1, db1, dW2, db2 = gradients(X, T, W1, b1, W2, b2)
    return dW1 / len(X), db1, dW2, db2


def first_layer(X, T, W1, b1, W2, b2, slope=lambda A: 1 - A**2, bias=lambda dZ: dZ.sum(axis=0)):
    """`gradients` with another slope, or another sum, in the first layer."""
    A1 = np.tanh(X @ W1.T + b1)
    dZ2 = (rules.softmax(A1 @ W2.T + b2)[0] - T) / len(X)
    dZ1 = (dZ2 @ W2) * slope(A1)
    return dZ1.T @ X, bias(dZ1), dZ2.T @ A1, dZ2.sum(axis=0)


TWICE = Exercise(
    id="8.5",
    title="Find the bug: the first layer hardly learns",
    task="""
    A network of two layers was trained with these gradients. The loss falls, but the first layer learns as if its learning rate were $N$ times smaller. The second layer's gradients pass a check, the
    first layer's do not. Mend the function.
    """,
    solution=gradients,
    starter=gradients_to_mend,
    cases=two_layer_cases,
    outputs=("dW1", "db1", "dW2", "db2"),
    needs=("8.1",),
    hints=(
        "The loss is a mean. In which line does its 1/N enter?",
        "dZ2 contains it. dZ1 is computed from dZ2, so it contains it too.",
        "Nothing is divided in the first layer: dZ1.T @ X and dZ1.sum(axis=0).",
    ),
    mistakes=(
        Mistake("untouched", gradients_to_mend, "The first layer is divided by N twice: dZ1 has the 1/N from dZ2, and then it is divided again. One 1/N came with the loss; that is enough for all layers."),
        Mistake("bias forgotten", half_mended, "dW1 is right now. db1 is still a mean of what already carries the 1/N: sum it."),
        Mistake("weights forgotten", half_mended_the_other_way, "db1 is right now. dW1 is still divided by N a second time."),
        Mistake("no 1/N at all", scaled(lambda N: N, lambda N: N), "Now there is no 1/N anywhere: this is the gradient of the *sum* of the losses. The loss stated is the mean, and its 1/N belongs in dZ2."),
        Mistake("moved into the first layer", scaled(lambda N: 1, lambda N: N), "The first layer is right now, but the second has lost its 1/N. Keep it in dZ2, where both layers get it from."),
        Mistake("twice everywhere", scaled(lambda N: 1 / N, lambda N: 1 / N), "Now both layers are divided by N twice. It should be once in each: in dZ2 and nowhere else."),
        Mistake("the other layer", scaled(lambda N: 1, lambda N: 1 / N), "The first layer is right now, but you divided in the second layer again."),
        Mistake("first layer without 1/N", scaled(lambda N: N, lambda N: 1), "The second layer is right. The first is N times too large now: nothing is to be multiplied or divided there, and dZ1 begins with dZ2, which holds the 1/N, not with P − T."),
        Mistake("biases averaged in both", lambda *given: (lambda dW1, db1, dW2, db2: (dW1, db1 / len(given[0]), dW2, db2 / len(given[0])))(*gradients(*given)), "The weights are right now. Both biases are means over the batch, of what already carries the 1/N: sum them."),
        Mistake("slope lost", lambda X, T, W1, b1, W2, b2: first_layer(X, T, W1, b1, W2, b2, slope=lambda A: 1.0), "The second layer is right, and nothing is divided twice now. But the slope of the tanh has been lost: dZ1 = (dZ2 @ W2) * (1 - A1**2)."),
        Mistake("db1 over units", lambda X, T, W1, b1, W2, b2: first_layer(X, T, W1, b1, W2, b2, bias=lambda dZ: dZ.sum(axis=1)), "dW1 is right now. db1 is summed over the units (axis 1), which gives one number for each example. Sum over the examples, axis 0: one number for each unit."),
        Mistake("divided by the inputs", lambda X, T, W1, b1, W2, b2: (lambda dW1, db1, dW2, db2: (dW1 / X.shape[1], db1, dW2, db2))(*gradients(X, T, W1, b1, W2, b2)), "dW1 is divided by the number of inputs now. Nothing is averaged in this layer: dZ1.T @ X."),
    ),
)  # fmt: skip


# --- 8.6 -------------------------------------------------------------------------------------------------------------


def backward(params, cache, P, T):
    """Return {"W1": dW1, "b1": db1, …, "WL": dWL, "bL": dbL}.

    params {"W1" (n1, n0), "b1" (n1,), …}; cache [A0, A1, …, A(L−1)], the input of each layer, A0 = X
    P (N, K) softmax outputs, T (N, K) one-hot targets; hidden layers are tanh; L = −(1/N) Σ T ⊙ ln P
    """
    grads = {}
    dZ = (P - T) / len(P)
    for layer in range(len(cache), 0, -1):
        A, W = cache[layer - 1], params[f"W{layer}"]
        grads[f"W{layer}"] = dZ.T @ A
        grads[f"b{layer}"] = dZ.sum(axis=0)
        if layer > 1:
            dZ = (dZ @ W) * (1 - A**2)
    return grads


def deep_forward(params, X):
    """(P, cache) of a network with tanh hidden layers and softmax outputs, as in the chapter."""
    L, cache = len(params) // 2, [X]
    for layer in range(1, L):
        cache.append(np.tanh(cache[-1] @ params[f"W{layer}"].T + params[f"b{layer}"]))
    P, _ = rules.softmax(cache[-1] @ params[f"W{L}"].T + params[f"b{L}"])
    return P, cache


def deep_params(sizes, rng):
    params = {}
    for layer, (n, m) in enumerate(zip(sizes, sizes[1:], strict=False), start=1):
        params[f"W{layer}"] = rng.normal(0, 1 / np.sqrt(n), (m, n))
        params[f"b{layer}"] = rng.normal(0, 0.5, m)
    return params


def deep_cases(rng):
    def case(N, *sizes):
        params = deep_params(sizes, rng)
        P, cache = deep_forward(params, rng.normal(size=(N, sizes[0])))
        return params, cache, P, np.eye(sizes[-1])[rng.integers(0, sizes[-1], N)]

    sizes = ((7, 5, 3, 2), (5, 3, 7, 5, 2), (3, 4, 4, 4, 4), (11, 2, 3), (2, 3, 5, 3, 7, 3), (1, 5, 3, 2), (3, 3, 3, 3))
    return [case(*s) for s in sizes]


def reference_backward(params, cache, P, T):
    """The same by the rules of `bpedu.rules`: one pullback after the other."""
    grads, dA = {}, None
    for layer in range(len(cache), 0, -1):
        A, W, b = cache[layer - 1], params[f"W{layer}"], params[f"b{layer}"]
        Z, dense_pullback = rules.dense(A, W, b)
        if layer == len(cache):
            dZ = rules.softmax_cross_entropy(Z, T)[1]()
        else:
            dZ = rules.tanh(Z)[1](dA)
        dA, grads[f"W{layer}"], grads[f"b{layer}"] = dense_pullback(dZ)
    return grads


def backward_like(*, start=lambda P, T: (P - T) / len(P), slope=lambda A: 1 - A**2, carry=lambda dZ, W, s: (dZ @ W) * s, weights=lambda dZ, A: dZ.T @ A, bias=lambda dZ: dZ.sum(axis=0), stop=1):  # fmt: skip
    """A backward with another beginning, slope, way back, or gradient of weights or biases.

    With stop=0 it hands the blame on from the first layer too, as one does who leaves out the `if`.
    """

    def wrong(params, cache, P, T):
        grads, dZ = {}, start(P, T)
        for layer in range(len(cache), 0, -1):
            A, W = cache[layer - 1], params[f"W{layer}"]
            grads[f"W{layer}"], grads[f"b{layer}"] = weights(dZ, A), bias(dZ)
            if layer > stop:
                dZ = carry(dZ, W, slope(A))
        return grads

    return wrong


def with_and_without_if(name, wrong, says):
    """A mistake in handing back, for those who stop before the inputs and for those who do not."""
    return Mistake(name, wrong(1), says), Mistake(f"{name}, without the if", wrong(0), says)


def raw_error(params, cache, P, T):
    """The error is handed back without the slopes of the layers it passed (a tutorial that is often copied does this)."""
    grads, E = {}, (P - T) / len(P)
    for layer in range(len(cache), 0, -1):
        A, W = cache[layer - 1], params[f"W{layer}"]
        dZ = E if layer == len(cache) else E * (1 - cache[layer] ** 2)
        grads[f"W{layer}"], grads[f"b{layer}"] = dZ.T @ A, dZ.sum(axis=0)
        E = E @ W
    return grads


def slope_of_another_layer(params, cache, P, T):
    grads, dZ = {}, (P - T) / len(P)
    for layer in range(len(cache), 0, -1):
        grads[f"W{layer}"], grads[f"b{layer}"] = dZ.T @ cache[layer - 1], dZ.sum(axis=0)
        if layer > 1:
            dZ = (dZ @ params[f"W{layer}"]) * (1 - cache[layer - 2] ** 2)
    return grads


def weights_of_layer(shift, stop):
    """A backward that hands the blame of a layer on with the weights of another."""

    def wrong(params, cache, P, T):
        grads, dZ = {}, (P - T) / len(P)
        for layer in range(len(cache), 0, -1):
            A = cache[layer - 1]
            grads[f"W{layer}"], grads[f"b{layer}"] = dZ.T @ A, dZ.sum(axis=0)
            if layer > stop:
                dZ = (dZ @ params[f"W{layer + shift}"]) * (1 - A**2)
        return grads

    return wrong


def outputs_of_the_layer(params, cache, P, T):
    grads, dZ = {}, (P - T) / len(P)
    for layer in range(len(cache), 0, -1):
        grads[f"W{layer}"], grads[f"b{layer}"] = dZ.T @ cache[layer - 1], dZ.sum(axis=0)
        if layer > 1:
            dZ = (dZ @ params[f"W{layer}"]) * (1 - cache[layer] ** 2)
    return grads


def last_layer_only(params, cache, P, T):
    grads = {k: np.zeros_like(v) for k, v in params.items()}
    L, dZ = len(cache), (P - T) / len(P)
    return {**grads, f"W{L}": dZ.T @ cache[-1], f"b{L}": dZ.sum(axis=0)}


def begins_too_early(params, cache, P, T):
    grads, dZ = {}, (P - T) / len(P)
    for layer in range(len(cache) - 1, 0, -1):
        A = cache[layer - 1]
        grads[f"W{layer}"], grads[f"b{layer}"] = dZ.T @ A, dZ.sum(axis=0)
        dZ = (dZ @ params[f"W{layer}"]) * (1 - A**2)
    return grads


def from_the_first(params, cache, P, T):
    grads, dZ = {}, (P - T) / len(P)
    for layer, A in enumerate(cache, start=1):
        grads[f"W{layer}"], grads[f"b{layer}"] = dZ.T @ A, dZ.sum(axis=0)
        dZ = (dZ @ params[f"W{layer}"]) * (1 - A**2)
    return grads


def only_layers(keep):
    """A backward that returns the slopes of some layers only: keep(layer, L)."""

    def wrong(params, cache, P, T):
        right = reference_backward(params, cache, P, T)
        return {key: value for key, value in right.items() if keep(int(key[1:]), len(cache))}

    return wrong


def own_outputs(params, cache, P, T):
    L, dZ = len(cache), (P - T) / len(P)
    grads = {f"W{L}": dZ.T @ cache[L - 1], f"b{L}": dZ.sum(axis=0)}
    for layer in range(L - 1, 0, -1):
        dZ = (dZ @ params[f"W{layer + 1}"]) * (1 - cache[layer] ** 2)
        grads[f"W{layer}"], grads[f"b{layer}"] = dZ.T @ cache[layer], dZ.sum(axis=0)
    return grads


def from_the_end(params, cache, P, T):
    grads, dZ = {}, (P - T) / len(P)
    for number, A in enumerate(cache[::-1], start=1):
        grads[f"W{number}"], grads[f"b{number}"] = dZ.T @ A, dZ.sum(axis=0)
        dZ = (dZ @ params[f"W{number}"]) * (1 - A**2)
    return grads


def gradients_for_weights(params, cache, P, T):
    grads, dZ = {}, (P - T) / len(P)
    for layer in range(len(cache), 0, -1):
        A = cache[layer - 1]
        grads[f"W{layer}"], grads[f"b{layer}"] = dZ.T @ A, dZ.sum(axis=0)
        dZ = (dZ @ grads[f"W{layer}"]) * (1 - A**2)
    return grads


def two_layers_only(params, cache, P, T):
    dZ2 = (P - T) / len(P)
    dW2, db2 = dZ2.T @ cache[1], dZ2.sum(axis=0)
    dZ1 = (dZ2 @ params["W2"]) * (1 - cache[1] ** 2)
    return {"W1": dZ1.T @ cache[0], "b1": dZ1.sum(axis=0), "W2": dW2, "b2": db2}


FULL = Exercise(
    id="8.6",
    title="Backpropagation, all of it",
    task="""
    Write `backward(params, cache, P, T)` for a network of any number of layers: tanh in the hidden ones, softmax at the end, cross-entropy averaged over the batch. You get

    - `params`: a dictionary with the weights and biases `"W1"`, `"b1"`, …, `"WL"`, `"bL"`;
    - `cache`: the list `[A0, A1, …, A(L−1)]`, so that `cache[l - 1]` is what went *into* layer `l`, and `A0` is the batch itself;
    - `P` and `T` $(N, K)$: the outputs and the one-hot targets.

    Return a dictionary with the same keys as `params`, each entry in the shape of its parameter. There is nothing to compute forward: all that is needed has been kept.
    """,
    solution=backward,
    reference=reference_backward,
    cases=deep_cases,
    difficulty=3,
    points=5,
    needs=("8.1", "8.3", "8.4"),
    hints=(
        "Begin with dZ of the last layer (exercise 8.3). What do you need for its dW and db, and where is it kept?",
        "for l in range(len(cache), 0, -1): with A = cache[l − 1], dW = dZ.T @ A and db = dZ.sum(axis=0). Then dZ for the layer before, if there is one.",
        "dZ = (dZ @ W) * (1 − A²) with W = params[f'W{l}'] and A = cache[l − 1], which is the output of the tanh layer l − 1.",
    ),
    mistakes=(
        Mistake("slope missing", backward_like(slope=lambda A: 1.0), "The last layer is right. On the way to the layer before, the slope of its tanh is missing: times 1 − A², where A is what that layer put out."),
        Mistake("slopes not handed on", raw_error, "The last two layers are right, those before them are not (in a network with more than two). You handed back the error without the slopes it has passed through. Hand back the blame dZ, in which the slope is already."),
        Mistake("1/N missing", backward_like(start=lambda P, T: P - T), "Every gradient is N times too large: the loss is a mean, and its 1/N belongs in the first dZ."),
        Mistake("1/N in every layer", backward_like(weights=lambda dZ, A: dZ.T @ A / len(A), bias=lambda dZ: dZ.mean(axis=0)), "Every gradient is N times too small: 1/N is in dZ from the loss, and you divided again for weights and biases."),
        Mistake("1/N each time back", backward_like(carry=lambda dZ, W, s: (dZ @ W) * s / len(dZ)), "The last layer is right, and each layer before is divided by N once more than the one after it. The 1/N enters once, with the loss."),
        Mistake("sigmoid's slope", backward_like(slope=lambda A: A * (1 - A)), "The last layer is right. A(1 − A) is the slope of a sigmoid; the hidden units are tanh: 1 − A²."),
        Mistake("relu's slope", backward_like(slope=lambda A: A > 0), "The last layer is right. You went back through the hidden layers as if they were ReLU; they are tanh: 1 − A²."),
        Mistake("tanh of A", backward_like(slope=lambda A: 1 - np.tanh(A) ** 2), "The last layer is right. The cache holds the *outputs* of the tanh layers, so the slope is 1 − A². You applied the tanh once more."),
        Mistake("sign", backward_like(start=lambda P, T: (T - P) / len(P)), "All signs are turned round: the blame begins as prediction minus truth."),
        Mistake("last layer only", last_layer_only, "Only the last layer has gradients. Go on: hand the blame back with W, through the tanh, and do the same again."),
        Mistake("softmax's slope too", backward_like(start=lambda P, T: (P - T) * P * (1 - P) / len(P)), "Everything carries a factor P(1 − P) too many. With cross-entropy it has cancelled: the last dZ is (P − T)/N."),
        Mistake("biases averaged", backward_like(bias=lambda dZ: dZ.mean(axis=0)), "The weights are right. The biases' slopes are means over the batch, where they should be sums: 1/N is in dZ already."),
        *with_and_without_if("handed back with W transposed", lambda stop: backward_like(carry=lambda dZ, W, s: (dZ @ W.T) * s, stop=stop), "Handing back, you wrote dZ @ W.T. That runs only between layers of equal size, and there it sums over the wrong index. Blame is summed over the units of the later layer, the first index of W: dZ @ W."),
        Mistake("slope of another layer", slope_of_another_layer, "The slope belongs to the layer you arrive at, whose outputs are what went *into* layer l: cache[l − 1]. You took it from one layer further down, which runs only where the sizes agree."),
        Mistake("weights transposed", backward_like(weights=lambda dZ, A: A.T @ dZ), "Each dW is the transpose of what it should be. W has a row for every unit: dZ.T @ A."),
        Mistake("outputs of the layer itself", outputs_of_the_layer, "The slope belongs to the layer you arrive at, l − 1, and its outputs are what went *into* layer l: cache[l − 1], the A of this round. You took cache[l], the outputs of layer l itself, and for the last layer there is no such entry."),
        Mistake("no such entry", lambda params, cache, P, T: cache[len(cache)], "You asked `cache` for an entry it does not have. Its L entries are cache[0] … cache[L − 1], with L = len(cache) (`params` has two entries for each layer). cache[l − 1] went into layer l, and it is also what layer l − 1 put out: its slope is 1 − cache[l − 1]²."),
        *with_and_without_if("weights of the layer before", lambda stop: weights_of_layer(-1, stop), "The last layer is right. You handed its blame back with the weights of the layer *before*. It goes back the way it came: from layer l with W of layer l, params[f'W{l}']."),
        *with_and_without_if("slope before the weights", lambda stop: backward_like(carry=lambda dZ, W, s: (dZ * s) @ W, stop=stop), "The last layer is right. You multiplied by the slope before handing back: dZ has a column for each unit of the later layer, the slope one for each unit of the earlier. First dZ @ W, then times 1 − A²."),
        *with_and_without_if("for columns", lambda stop: backward_like(carry=lambda dZ, W, s: (W.T @ dZ) * s, stop=stop), "W.T @ dZ hands back a blame that stands as a column. Here each example is a row: dZ @ W."),
        Mistake("first layer left out", only_layers(lambda layer, L: layer > 1), "W1 and b1 are missing in your dictionary. Does the loop end one step too early? range(L, 0, -1) has 1 as its last."),
        Mistake("return in the loop", only_layers(lambda layer, L: layer == L), "Only the last layer is in your dictionary. Is the return inside the loop?"),
        Mistake("begins too early", begins_too_early, "Your loop begins with layer L − 1, and gives it the blame of the last. With L = len(cache) the last layer is L, and cache[L − 1] went into it: range(L, 0, -1)."),
        Mistake("from the first layer", from_the_first, "You go from the first layer to the last. (P − T)/N is the blame of the *last* layer: begin there and go back, range(L, 0, -1)."),
        Mistake("two layers", two_layers_only, "This is written for a network of two layers. There may be one, or five: go back in a loop, for l in range(len(cache), 0, -1)."),
        *with_and_without_if("not handed on", lambda stop: backward_like(carry=lambda dZ, W, s: (dZ @ W * s, dZ)[1], stop=stop), "The last layer is right. The others got its blame as well: what was handed back is computed and not used. Call it dZ again, so that the next round begins with it."),
        *with_and_without_if("weights of the layer after", lambda stop: weights_of_layer(1, stop), "You handed the blame of layer l back with the weights of layer l + 1, and after the last layer there is none. It goes back with the weights of its own layer: dZ @ params[f'W{l}'] is what reaches layer l − 1. (In a formula with W of layer l + 1 the blame is that of layer l + 1 too.)"),
        *with_and_without_if("for columns, left so", lambda stop: backward_like(carry=lambda dZ, W, s: (W.T @ dZ.T) * s, stop=stop), "W.T @ dZ.T is what is to be handed back, lying on its side: a column for each example, where A has a row. Turn it over, (W.T @ dZ.T).T, or write dZ @ W."),
        *with_and_without_if("W first", lambda stop: backward_like(carry=lambda dZ, W, s: (W @ dZ) * s, stop=stop), "W @ dZ is the wrong way round. Blame is summed over the units of the later layer, the columns of dZ and the *rows* of W: dZ @ W."),
        *with_and_without_if("handed back entry by entry", lambda stop: backward_like(carry=lambda dZ, W, s: dZ * W * s, stop=stop), "dZ * W multiplies entry by entry. Each output feeds all units of the later layer, so that products are added over them: dZ @ W."),
        *with_and_without_if("matrix product with the slope", lambda stop: backward_like(carry=lambda dZ, W, s: dZ @ W @ s, stop=stop), "The second product is to be entry by entry: each unit has a slope of its own, for each example. `*`, not `@`: (dZ @ W) * (1 - A**2)."),
        Mistake("own outputs for what went in", own_outputs, "The last layer is right. For those before it, dW is made from what the layer put *out*, cache[l]. The signal that went into layer l is cache[l − 1]."),
        Mistake("weights entry by entry", backward_like(weights=lambda dZ, A: dZ * A), "dZ * A multiplies entry by entry, which runs only for layers of equal size. Every unit's blame is to meet every input, added over the examples: dZ.T @ A."),
        Mistake("slope not squared", backward_like(slope=lambda A: 1 - A), "The last layer is right. On the way back you multiplied by 1 − A. The slope of tanh is 1 − A², with the square."),
        Mistake("plus", backward_like(slope=lambda A: 1 + A**2), "The last layer is right. On the way back you multiplied by 1 + A², which grows where tanh flattens out. Its slope is 1 − A²."),
        Mistake("square outside", backward_like(slope=lambda A: (1 - A) ** 2), "The last layer is right. On the way back you squared 1 − A. Only A is squared: 1 − A**2."),
        Mistake("brackets", backward_like(carry=lambda dZ, W, s: dZ @ W * 1 - (1 - s)), "The last layer is right. On the way back, without brackets, dZ @ W * 1 - A**2 is what is handed back minus A². The slope is one factor: * (1 - A**2)."),
        Mistake("brackets in the blame", backward_like(start=lambda P, T: P - T / len(P)), "At the beginning only T is divided by N. Put the difference in brackets: (P - T) / N."),
        Mistake("divided by all entries", backward_like(start=lambda P, T: (P - T) / P.size), "You divided by the number of all entries of P, N·K. The loss sums over the outputs and averages over the N examples: (P - T) / len(P)."),
        Mistake("slope at P", backward_like(start=lambda P, T: -T / P / len(P)), "You began with −T/P, the slope with respect to the outputs P. To get to the sums it has to go through the softmax, which leaves (P − T)/N."),
        Mistake("tanh at the output", backward_like(start=lambda P, T: (P - T) * (1 - P**2) / len(P)), "The factor 1 − P² does not belong there: the last layer is a softmax, not a tanh, and with cross-entropy its blame is (P − T)/N."),
        Mistake("biases over units", backward_like(bias=lambda dZ: dZ.sum(axis=1)), "The weights are right. The biases' slopes are summed over the units (axis 1), which gives one number for each example. Sum over the examples, axis 0: one number for each unit."),
        Mistake("keys with a d", lambda *given: {f"d{key}": slope for key, slope in reference_backward(*given).items()}, "The slopes are right. Their keys are to be those of `params`, \"W1\", \"b1\" …, without a d in front, so that every slope is found under the name of its parameter."),
        Mistake("keys without a number", lambda *given: {"W{l}": reference_backward(*given)["W1"], "b{l}": reference_backward(*given)["b1"]}, "Your keys are \"W{l}\" and \"b{l}\", letter for letter, and each layer overwrote the one before. The f before the quotation mark is missing: f\"W{l}\"."),
        Mistake("keys from zero", lambda *given: {f"{key[0]}{int(key[1:]) - 1}": slope for key, slope in reference_backward(*given).items()}, "The slopes are right, and their numbers are one too small: layers are counted from 1, \"W1\", \"b1\" … Only the places of `cache` are counted from 0."),
        Mistake("numbered from the end", from_the_end, "You number the layers from the end, and ask `params` for them under these numbers. Layer 1 is the first, next to the inputs: going back, the number falls from L to 1."),
        Mistake("handed back with dW", gradients_for_weights, "You handed the blame back with dW where W belongs. Does `grads = params` stand there? It makes no copy: both names mean one dictionary, and each slope overwrites the weights. Begin with grads = {}."),
    ),
)  # fmt: skip


# --- 8.7 -------------------------------------------------------------------------------------------------------------


def multiplications(sizes, N):
    """Return (forward, backward): multiplications in the matrix products for a batch of N,
    as two integers.
    """
    layers = [n * m for n, m in zip(sizes, sizes[1:])]  # noqa: B905
    forward = N * sum(layers)
    return forward, 2 * forward - N * layers[0]


def count_cases(rng):
    sizes = [(5, 3, 7), (784, 128, 10), (2, 11, 5, 3), (7, 7, 7, 7), (13, 2), (3, 5, 2, 17, 5)]
    return [(s, int(rng.choice([2, 3, 5, 7, 11, 64]))) for s in sizes]


def counted(forward, backward):
    """A wrong count from functions of (products of neighbouring sizes, N)."""

    def wrong(sizes, N):
        layers = [n * m for n, m in zip(sizes, sizes[1:], strict=False)]
        return forward(layers, N), backward(layers, N)

    return wrong


COUNT = Exercise(
    id="8.7",
    title="Count the multiplications",
    task="""
    A network has layers of `sizes` $= (n_0, n_1, \\dots, n_L)$ units, $n_0$ inputs first. Write `multiplications(sizes, N)`: the tuple `(forward, backward)` of the multiplications in the matrix products
    $AW^{\\mathsf T}$ (forward), and $\\mathrm dZ^{\\mathsf T}A$ and $\\mathrm dZ\\,W$ (backward), for a batch of `N`. Entry-by-entry work and sums are not counted. The inputs of the network are data: nobody needs $\\partial L/\\partial X$, so in the *first*
    layer $\\mathrm dZ\\,W$ is left out.
    """,
    solution=multiplications,
    cases=count_cases,
    outputs=("forward", "backward"),
    difficulty=2,
    points=2,
    hints=(
        "An (a, b) matrix times a (b, c) matrix takes a·b·c multiplications. What are a, b, c in A Wᵀ?",
        "A layer from n to m units takes N·n·m forward, N·n·m for dW, and N·n·m for what is handed back.",
        "With s the sum of n·m over all layers: forward N·s, backward 2·N·s − N·n0·n1.",
    ),
    mistakes=(
        Mistake("first layer not spared", counted(lambda s, N: N * sum(s), lambda s, N: 2 * N * sum(s)), "Forward is right. Backward, you counted ∂L/∂X of the first layer as well. The inputs are data and need no slopes: leave out N·n0·n1."),
        Mistake("batch forgotten", counted(lambda s, N: sum(s), lambda s, N: 2 * sum(s) - s[0]), "This is the count for one example. A batch of N takes N times as many."),
        Mistake("backward as forward", counted(lambda s, N: N * sum(s), lambda s, N: N * sum(s)), "Forward is right. Backward there are *two* products for each layer, one for dW and one to hand the blame back."),
        Mistake("dW left out", counted(lambda s, N: N * sum(s), lambda s, N: N * sum(s[1:])), "Forward is right. Backward this counts what is handed back, and leaves out dW, another N·n·m in every layer."),
        Mistake("last layer spared", counted(lambda s, N: N * sum(s), lambda s, N: 2 * N * sum(s) - N * s[-1]), "Forward is right. It is the *first* layer that hands nothing back, not the last."),
        Mistake("units added", lambda sizes, N: (N * sum(sizes), 2 * N * sum(sizes) - N * sizes[0]), "You added up the units. Every unit of a layer is connected with every unit of the next: n·m weights, each with a multiplication."),
        Mistake("both in one", counted(lambda s, N: N * sum(s), lambda s, N: 3 * N * sum(s) - N * s[0]), "Forward is right. Your second number contains the forward pass as well; asked for is the backward pass alone."),
        Mistake("exchanged", counted(lambda s, N: 2 * N * sum(s) - N * s[0], lambda s, N: N * sum(s)), "The two numbers are exchanged: forward comes first."),
        Mistake("one example, first layer not spared", counted(lambda s, N: sum(s), lambda s, N: 2 * sum(s)), "This is the count for one example; a batch of N takes N times as many. Backward you also counted ∂L/∂X of the first layer, which nobody needs: leave out N·n0·n1."),
        Mistake("batch forgotten in the first layer", counted(lambda s, N: N * sum(s), lambda s, N: 2 * N * sum(s) - s[0]), "Forward is right. What is left out in the first layer is a product for the whole batch as well: N·n0·n1."),
        Mistake("first layer left out", counted(lambda s, N: N * sum(s), lambda s, N: 2 * N * sum(s[1:])), "Forward is right. Backward you left out the first layer altogether. It hands nothing back, but its own weights still need dW, N·n0·n1 multiplications."),
        Mistake("sizes multiplied", lambda sizes, N: (N * int(np.prod(sizes)), 2 * N * int(np.prod(sizes)) - N * sizes[0] * sizes[1]), "You multiplied all sizes. Each layer has a product of its own, N·n·m; the products are done one after the other, so their costs are added."),
        Mistake("both in one, first layer not spared", counted(lambda s, N: N * sum(s), lambda s, N: 3 * N * sum(s)), "Forward is right. Your second number contains the forward pass as well, and ∂L/∂X of the first layer. Asked for is the backward pass alone: two products for each layer, and N·n0·n1 less."),
        Mistake("last layer left out", counted(lambda s, N: N * sum(s[:-1]), lambda s, N: 2 * N * sum(s[:-1]) - N * s[0]), "The last layer is missing, in both numbers. sizes holds L + 1 numbers, and there are L layers: range(len(sizes) - 1)."),
        Mistake("first layer left out in both", counted(lambda s, N: N * sum(s[1:]), lambda s, N: 2 * N * sum(s[1:]) - N * s[0]), "The first layer is missing, in both numbers. It takes sizes[0]·sizes[1] multiplications for each example: does the loop begin with 1?"),
        Mistake("inputs subtracted", lambda sizes, N: (multiplications(sizes, N)[0], 2 * multiplications(sizes, N)[0] - N * sizes[0]), "Forward is right. What is left out backward is a whole product, that of the first layer: N·n0·n1, not N·n0."),
        Mistake("biases too", lambda sizes, N: (lambda s: (N * s, 2 * N * s - N * sizes[0] * sizes[1]))(sum((n + 1) * m for n, m in zip(sizes, sizes[1:], strict=False))), "You counted the biases as if they were weights. They are added, not multiplied: n·m multiplications for each example."),
        Mistake("one step too far", lambda sizes, N: sizes[len(sizes)], "The loop runs one step too far: with i = len(sizes) − 1 there is no sizes[i + 1] any more. There are len(sizes) − 1 layers: range(len(sizes) - 1)."),
    ),
)  # fmt: skip


# --- Check yourself ----------------------------------------------------------------------------------------------------

SHAPES = Exercise(
    id="8.8",
    title="When every size is the same",
    kind="choice",
    task="""
    A layer has 4 inputs and 4 units, and the batch has 4 examples. Somebody writes `dW = A @ dZ` instead of `dZ.T @ A`. What tells them?
    """,
    choices=(
        "NumPy: the shapes do not fit.",
        "The shape of dW: it comes out as something other than (4, 4).",
        "Nothing about shapes. A comparison with finite differences, or with other sizes, does.",
        "The loss: it does not fall any more.",
    ),
    solution="c",
    hints=("Write down the shapes of A, of dZ and of both products.", "Does a wrong gradient always make the loss rise?"),
    mistakes=(
        Mistake("numpy", "a", "All factors are 4 × 4, so every product exists. That is just the case in which shapes cannot help."),
        Mistake("shape of dW", "b", "4 × 4 times 4 × 4 is 4 × 4. The shape is right and the numbers are wrong."),
        Mistake("loss", "d", "It may well go on falling: the last layer's biases and other layers still have their gradients. A falling loss proves nothing about a gradient."),
    ),
)  # fmt: skip

THIRD_ORDER = Exercise(
    id="8.9",
    title="The array that is never built",
    kind="number",
    task="""
    A layer with {n} inputs and {m} units, a batch of {N}. In the formula $\\frac{\\partial L}{\\partial W} = \\frac{\\partial L}{\\partial Z}\\,\\frac{\\partial Z}{\\partial W}$ the last factor holds the slope of *every* entry of $Z$ with respect to *every*
    entry of $W$. How many numbers is that?
    """,
    given={"n": 784, "m": 128, "N": 64},
    draw=lambda rng: {"n": int(rng.integers(100, 900)), "m": int(rng.integers(20, 99)), "N": int(rng.integers(3, 19))},
    solution=lambda n, m, N: float(N * m * m * n),
    rtol=1e-3,
    hints=("How many entries has Z? How many has W?", "Each of the N·m entries of Z against each of the m·n entries of W."),
    mistakes=(
        Mistake("entries of W", lambda n, m, N: float(n * m), "That is the number of entries of W, the size of the result. ∂Z/∂W has so many for *each* of the N·m entries of Z."),
        Mistake("one m", lambda n, m, N: float(N * n * m), "N·n·m is the number of multiplications of the product. ∂Z/∂W has (N·m)·(m·n) entries: unit k of Z against the weights of *every* unit. (Most of them are 0, which is why nobody builds it.)"),
        Mistake("no batch", lambda n, m, N: float(m * m * n), "That is for one example. Z has N rows."),
        Mistake("entries of Z", lambda n, m, N: float(N * m), "That is the number of entries of Z. Each of them has a slope with respect to each of the m·n weights."),
        Mistake("with respect to the inputs", lambda n, m, N: float(N * m * N * n), "These are the slopes of Z with respect to the *inputs*, N·n of them. W has m·n entries, and no row for each example."),
        Mistake("added", lambda n, m, N: float(N * m + m * n), "You added the entries of Z and of W. Each entry of Z has a slope with respect to *each* entry of W: multiply."),
    ),
)  # fmt: skip

LINEAR_IN = Exercise(
    id="8.10",
    title="Linear in what?",
    kind="choice",
    task="""
    "Why is backpropagation $O(n)$?" asks one of the articles that this book grew out of, and does not say what $n$ is. All hidden layers of a network are made twice as wide. What happens to the
    time of the backward pass, when the layers are large?
    """,
    choices=(
        "It doubles: backpropagation is linear in the number of neurons.",
        "It becomes about four times as long, as does the forward pass: linear in the number of operations, and weights, which grow with the square of the width.",
        "It stays the same: the cost does not depend on the size of the network.",
        "It becomes sixteen times as long: four times as many weights, each going backward through four times as many.",
    ),
    solution="b",
    hints=("How many weights are there between two hidden layers of width h?", "Each weight takes one multiplication forward and two backward, for each example."),
    mistakes=(
        Mistake("neurons", "a", "Between two layers of h units there are h·h weights. Twice the width is four times the weights, and every weight costs multiplications."),
        Mistake("constant", "c", "What does not depend on the size is the *ratio* to the forward pass, about 2. The forward pass itself grows."),
        Mistake("square of the weights", "d", "Each weight is used once for each example on the way back (and once for its own slope). The work is proportional to the weights, not to their square."),
    ),
)  # fmt: skip

MEMORY = Exercise(
    id="8.11",
    title="What has to be kept",
    kind="number",
    task="""
    A network with layers of {n0}, {n1}, {n2} and {n3} units (inputs first, tanh, softmax at the end) sees a batch of {N}. The backward pass of exercise 8.6 needs what went into each layer. How many
    numbers is `cache`, all in all?
    """,
    given={"n0": 784, "n1": 128, "n2": 64, "n3": 10, "N": 32},
    draw=lambda rng: {"n0": int(rng.integers(200, 900)), "n1": int(rng.integers(80, 160)), "n2": int(rng.integers(30, 70)), "n3": int(rng.integers(5, 20)), "N": int(rng.integers(10, 60))},
    solution=lambda n0, n1, n2, n3, N: float(N * (n0 + n1 + n2)),
    rtol=1e-6,
    hints=("cache holds A0, A1, A2. Which shapes have they?", "N times the sum of the sizes of all layers but the last."),
    mistakes=(
        Mistake("outputs too", lambda n0, n1, n2, n3, N: float(N * (n0 + n1 + n2 + n3)), "You counted the outputs as well. They go into no further layer; `cache` ends with A2. (P is needed too, but it is handed over by itself.)"),
        Mistake("inputs not", lambda n0, n1, n2, n3, N: float(N * (n1 + n2)), "The inputs are needed too: dW1 is dZ1ᵀ times A0, the batch itself."),
        Mistake("inputs not, outputs yes", lambda n0, n1, n2, n3, N: float(N * (n1 + n2 + n3)), "What goes *into* each layer is kept: A0, A1 and A2. You counted what comes out."),
        Mistake("one example", lambda n0, n1, n2, n3, N: float(n0 + n1 + n2), "That is for one example. Every example of the batch has activations of its own."),
        Mistake("weights", lambda n0, n1, n2, n3, N: float(n0 * n1 + n1 * n2 + n2 * n3), "That is the number of weights. They are there anyway; what is kept for the way back are the activations."),
        Mistake("weights and batch", lambda n0, n1, n2, n3, N: float(N * (n0 * n1 + n1 * n2 + n2 * n3)), "That is the number of multiplications of the forward pass. Kept are not the products, but one number for each unit and example: A0, A1 and A2."),
        Mistake("sums too", lambda n0, n1, n2, n3, N: float(N * (n0 + 2 * n1 + 2 * n2)), "You counted the sums Z as well. For tanh the slope comes from the output, 1 − A²: `cache` holds A0, A1 and A2 alone."),
        Mistake("bytes", lambda n0, n1, n2, n3, N: 8.0 * N * (n0 + n1 + n2), "That is the number of bytes, eight for each number. Asked for is how many *numbers* are kept."),
        Mistake("one example, outputs too", lambda n0, n1, n2, n3, N: float(n0 + n1 + n2 + n3), "That is for one example, and with the outputs, which go into no further layer. Kept are A0, A1 and A2, for every example of the batch."),
    ),
)  # fmt: skip

DOUBLED = Exercise(
    id="8.12",
    title="Every example twice",
    kind="choice",
    task="""
    The loss is the mean over the batch. Somebody by accident puts every example into the batch twice. What happens to `dW` and `db`?
    """,
    choices=(
        "They double, because the sum over the batch has twice as many terms.",
        "They stay as they are: twice as many terms, each with half the 1/N.",
        "They halve.",
        "They become four times as large.",
    ),
    solution="b",
    hints=("dW = dZᵀA sums over the rows. What is in each row of dZ?", "Each row of dZ carries 1/N, and N has doubled."),
    mistakes=(
        Mistake("double", "a", "That would be so if the loss were a *sum*. With a mean, each row of dZ carries 1/N, which is half of what it was."),
        Mistake("halve", "c", "Each row contributes half, but there are two rows for every one before."),
        Mistake("four times", "d", "There are twice as many rows, and each contributes half: nothing changes. (In a *sum* of losses it would be twice.)"),
    ),
)  # fmt: skip

EXERCISES = (DENSE, UNBROADCAST, OUTPUT, BACK, TWICE, FULL, COUNT, SHAPES, THIRD_ORDER, LINEAR_IN, MEMORY, DOUBLED)
