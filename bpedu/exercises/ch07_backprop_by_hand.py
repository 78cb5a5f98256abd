"""Exercises of chapter 07, Backpropagation by hand."""

from types import SimpleNamespace

import numpy as np

from bpedu.exercise import Exercise, Mistake

# --- 7.1 -------------------------------------------------------------------------------------------------------------


def neuron_backward(x, w, b, dy):
    """Return (dx, dw, db) for y = tanh(w·x + b), given dy = ∂L/∂y; x and w (n,), b and dy numbers."""
    y = np.tanh(w @ x + b)
    dz = dy * (1 - y**2)
    return dz * w, dz * x, dz


def neuron_cases(rng):
    return [
        (rng.normal(0, 1, n), rng.normal(0, 0.6, n), float(rng.normal(0, 0.5)), float(rng.normal(0, 2)))
        for n in (5, 3, 2, 7, 1)
    ]


def neuron_like(slope, *, dx="w", dw="x", db="1"):
    """A neuron_backward with another slope, or with other factors in its three results."""

    def wrong(x, w, b, dy):
        z = w @ x + b
        dz = dy * slope(z)
        factor = {"w": w, "x": x, "1": 1.0, "b": b, "y": np.tanh(z), "0": 0.0}
        return dz * factor[dx], dz * factor[dw], dz * factor[db]

    return wrong


def true_slope(z):
    return 1 - np.tanh(z) ** 2


def neuron_summing(total):
    """A neuron_backward with another sum: z = total(x, w, b)."""

    def wrong(x, w, b, dy):
        dz = dy * true_slope(total(x, w, b))
        return dz * w, dz * x, dz

    return wrong


def neuron_giving(results):
    """A neuron_backward that puts other things together: results(x, w, b, dy, dz)."""
    return lambda x, w, b, dy: results(x, w, b, dy, dy * true_slope(w @ x + b))


NEURON = Exercise(
    id="7.1",
    title="One neuron, backward",
    task="""
    A neuron computes $y = \\tanh(z)$ with $z = \\mathbf w\\cdot\\mathbf x + b$. Write `neuron_backward(x, w, b, dy)`: given `dy` $=\\partial L/\\partial y$, a number, return
    the tuple `(dx, dw, db)` of the slopes of $L$ with respect to `x`, `w` (each $(n,)$) and `b` (a number).
    """,
    solution=neuron_backward,
    cases=neuron_cases,
    outputs=("dx", "dw", "db"),
    difficulty=2,
    points=2,
    hints=(
        "Go back one step at a time: from y to z first. What is ∂L/∂z?",
        "dz = dy·(1 − y²). Then: nudge one weight. By how much does z move?",
        "dx = dz·w, dw = dz·x, db = dz.",
    ),
    mistakes=(
        Mistake("slope of tanh missing", neuron_like(lambda z: 1.0), "The slope of the tanh is missing: between y and z there is a factor 1 − y²."),
        Mistake("z squared", neuron_like(lambda z: 1 - z**2), "You computed 1 − z². The slope of tanh is 1 − tanh²(z): square the output."),
        Mistake("tanh twice", neuron_like(lambda z: 1 - np.tanh(np.tanh(z)) ** 2), "You applied tanh to y, which is tanh(z) already: the slope is 1 − y²."),
        Mistake("y not squared", neuron_like(lambda z: 1 - np.tanh(z)), "You wrote 1 − y. The slope of tanh is 1 − y²."),
        Mistake("sigmoid's slope", neuron_like(lambda z: np.tanh(z) * (1 - np.tanh(z))), "y(1 − y) is the slope of a sigmoid. For tanh it is 1 − y²."),
        Mistake("dx and dw exchanged", neuron_like(true_slope, dx="x", dw="w"), "dx and dw are exchanged. Nudging a *weight* moves z by the input it multiplies: dw = dz·x; nudging an *input* moves z by its weight: dx = dz·w."),
        Mistake("divided", neuron_like(lambda z: 1 / (1 - np.tanh(z) ** 2)), "You divided by the slope of the tanh. The chain rule multiplies what comes back by it: dy·(1 − y²)."),
        Mistake("dy lost", lambda x, w, b, dy: neuron_backward(x, w, b, 1.0), "These are the slopes of y, not of L: what came back from the right is lost. Multiply by dy."),
        Mistake("blame lost in dw", lambda x, w, b, dy: (neuron_backward(x, w, b, dy)[0], 1.0 * x, neuron_backward(x, w, b, dy)[2]), "dx and db are right. dw is x alone, which says how z moves with the weights. For the loss, multiply by the blame: dw = dz·x."),
        Mistake("b as a factor", neuron_like(true_slope, db="b"), "db is dz times 1, not times b: z moves by as much as b does, however large b is. (With b = 0 your db would always be 0.)"),
        Mistake("b forgotten forward", lambda x, w, b, dy: neuron_backward(x, w, 0.0, dy), "The bias is missing from z, so the slope of tanh is taken in the wrong place."),
        Mistake("db without the slope", lambda x, w, b, dy: (*neuron_backward(x, w, b, dy)[:2], dy), "dx and dw are right. db is dy here, the slope before the tanh: b sits in z, so it gets dz = dy·(1 − y²)."),
        Mistake("db zero", neuron_like(true_slope, db="0"), "A bias has a slope too: it is a weight whose input is always 1, so db = dz."),
        Mistake("not summed", neuron_summing(lambda x, w, b: w * x + b), "w * x + b is not summed: it gives n numbers, as if each input had a neuron of its own. A neuron has one sum, w @ x + b, so one y and one dz."),
        Mistake("summed too late", neuron_giving(lambda x, w, b, dy, dz: (lambda d: (d * w, d * x, d.sum()))(dy * true_slope(w * x + b))), "w * x + b is not summed: it gives n numbers, as if each input had a neuron of its own, and the sum in db comes too late. A neuron has one sum, w @ x + b, so one y and one dz."),
        Mistake("b for every input", neuron_summing(lambda x, w, b: np.sum(w * x + b)), "The bias is added once for every input. A neuron has one bias, added after the sum: np.sum(w * x) + b."),
        Mistake("last input only", neuron_summing(lambda x, w, b: w[-1] * x[-1] + b), "z holds the last input only: in the loop each product overwrites the one before. Add them up: z += w[i] * x[i]."),
        Mistake("square outside", neuron_like(lambda z: (1 - np.tanh(z)) ** 2), "You squared 1 − y. Only y is squared: 1 − y**2."),
        Mistake("square inside", neuron_like(lambda z: 1 - np.tanh(z**2)), "You squared z before the tanh. The tanh comes first, and its result is squared: 1 − np.tanh(z)**2."),
        Mistake("plus", neuron_like(lambda z: 1 + np.tanh(z) ** 2), "1 + y² is the slope of the tangent, tan. This is the hyperbolic tangent, tanh, which flattens out: its slope is 1 − y²."),
        Mistake("sign", neuron_like(lambda z: np.tanh(z) ** 2 - 1), "All three have the wrong sign. The slope of tanh is 1 − y², which is never negative; and nothing is subtracted here, since the step downhill comes after backpropagation."),
        Mistake("brackets", neuron_giving(lambda x, w, b, dy, dz: (lambda d: (d * w, d * x, d))(dy * 1 - np.tanh(w @ x + b) ** 2)), "Without brackets, dy * 1 - y**2 is dy minus y². The slope is one factor: dy * (1 - y**2)."),
        Mistake("the value", neuron_like(np.tanh), "You multiplied by y, the value of the tanh. Its slope is wanted there: 1 − y²."),
        Mistake("dy for y", neuron_giving(lambda x, w, b, dy, dz: (lambda d: (d * w, d * x, d))(dy * (1 - dy**2))), "You squared dy. The slope of the tanh belongs to the neuron's own output y = tanh(w·x + b), which is to be computed first: dy·(1 − y²)."),
        Mistake("slope of dy", neuron_giving(lambda x, w, b, dy, dz: (lambda d: (d * w, d * x, d))(1 - dy**2)), "1 − dy² is no slope of this neuron: dy is what came back from the right. Compute y = tanh(w·x + b), and multiply: dz = dy·(1 − y²)."),
        Mistake("a sigmoid unit", neuron_like(lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2), "Your neuron is a sigmoid. This one is a tanh: y = tanh(z), with the slope 1 − y²."),
        Mistake("a sigmoid with the tanh's slope", neuron_like(lambda z: 1 - 1 / (1 + np.exp(-z)) ** 2), "Your neuron is a sigmoid, with the slope of a tanh. This one is a tanh throughout: y = tanh(z), with the slope 1 − y²."),
        Mistake("tan", neuron_like(lambda z: 1 - np.tan(z) ** 2), "You took the tangent, np.tan. The neuron has the hyperbolic tangent, np.tanh."),
        Mistake("arctan's slope", neuron_like(lambda z: 1 / (1 + z**2)), "1/(1 + z²) is the slope of the arctangent. The slope of tanh is 1 − tanh²(z)."),
        Mistake("slope twice", neuron_giving(lambda x, w, b, dy, dz: (lambda s: (dz * s * w, dz * s * x, dz))(true_slope(w @ x + b))), "db is right. In dx and dw the slope of the tanh is there twice: dz contains it already, so dx = dz·w and dw = dz·x."),
        Mistake("slopes of z", neuron_giving(lambda x, w, b, dy, dz: (1.0 * w, 1.0 * x, 1.0)), "These are the slopes of z: by how much z moves with each. For the slopes of L each is multiplied by the blame, dz = dy·(1 − y²)."),
        Mistake("blame lost in dx and dw", neuron_giving(lambda x, w, b, dy, dz: (1.0 * w, 1.0 * x, dz)), "db is right. w and x alone say how z moves with the inputs and the weights. For the loss, multiply both by the blame: dx = dz·w, dw = dz·x."),
        Mistake("blame lost in dx", neuron_giving(lambda x, w, b, dy, dz: (1.0 * w, dz * x, dz)), "dw and db are right. dx is w alone, which says how z moves with the inputs. For the loss, multiply by the blame: dx = dz·w."),
        Mistake("bias slope one", neuron_giving(lambda x, w, b, dy, dz: (dz * w, dz * x, 1.0)), "dx and dw are right. 1 is how z moves with b. How L moves with b is dz times that: db = dz."),
        Mistake("dx and dw without the slope", neuron_giving(lambda x, w, b, dy, dz: (dy * w, dy * x, dz)), "db is right. dx and dw are made from dy, the slope before the tanh. w and x sit in z as b does: multiply dz = dy·(1 − y²) by them."),
        Mistake("dw without the slope", neuron_giving(lambda x, w, b, dy, dz: (dz * w, dy * x, dz)), "dx and db are right. dw is made from dy, the slope before the tanh: dw = dz·x, with dz = dy·(1 − y²)."),
        Mistake("dx without the slope", neuron_giving(lambda x, w, b, dy, dz: (dy * w, dz * x, dz)), "dw and db are right. dx is made from dy, the slope before the tanh: dx = dz·w, with dz = dy·(1 − y²)."),
        Mistake("w in both", neuron_like(true_slope, dw="w"), "dx and db are right. dw contains the weights themselves. Nudging a weight moves z by the *input* it multiplies: dw = dz·x."),
        Mistake("x in both", neuron_like(true_slope, dx="x"), "dw and db are right. dx contains the inputs themselves. Nudging an input moves z by its *weight*: dx = dz·w."),
        Mistake("output in dw", neuron_like(true_slope, dw="y"), "dw contains y, what came *out* of the neuron. A weight's slope is the signal that went *in* through it, times the blame: dw = dz·x."),
        Mistake("w and x in both", neuron_giving(lambda x, w, b, dy, dz: (dz * w * x, dz * x * w, dz)), "db is right. dx and dw both contain w *and* x. In the product w·x the slope with respect to the one is the other alone: dx = dz·w, dw = dz·x."),
        Mistake("db for every input", neuron_giving(lambda x, w, b, dy, dz: (dz * w, dz * x, dz * np.ones_like(x))), "dx and dw are right. db has an entry for every input. There is one bias, so db is one number: dz."),
        Mistake("b for every input, in brackets", neuron_summing(lambda x, w, b: w @ (x + b)), "The bias stands inside the product: w @ (x + b) adds it to every input. It is added once, after the sum: w @ x + b."),
        Mistake("dy lost in db", neuron_giving(lambda x, w, b, dy, dz: (dz * w, dz * x, true_slope(w @ x + b))), "dx and dw are right. db is 1 − y² alone, which says how y moves with b. For the loss, multiply by dy: db = dz."),
    ),
    alternatives=(lambda x, w, b, dy: (dy / np.cosh(w @ x + b) ** 2 * w, dy / np.cosh(w @ x + b) ** 2 * x, dy / np.cosh(w @ x + b) ** 2),),
)  # fmt: skip


# --- 7.2 -------------------------------------------------------------------------------------------------------------


def layer_backward(x, W, dz):
    """Return (dx, dW, db) for z = W x + b, given dz = ∂L/∂z; x (n,), W (m, n), dz (m,)."""
    return W.T @ dz, np.outer(dz, x), dz.copy()


def layer_cases(rng):
    return [
        (rng.normal(size=n), rng.normal(size=(m, n)), rng.normal(size=m))
        for n, m in ((5, 3), (2, 7), (3, 3), (3, 5), (7, 1))
    ]


LAYER = Exercise(
    id="7.2",
    title="One layer, backward",
    task="""
    A layer of $m$ units computes $\\mathbf z = W\\mathbf x + \\mathbf b$ for one example. Write `layer_backward(x, W, dz)`: given `dz` $=\\partial L/\\partial\\mathbf z$ $(m,)$,
    return `(dx, dW, db)` of shapes $(n,)$, $(m, n)$ and $(m,)$. Each input feeds *all* units; each weight belongs to *one*.
    """,
    solution=layer_backward,
    cases=layer_cases,
    outputs=("dx", "dW", "db"),
    difficulty=2,
    points=2,
    needs=("7.1",),
    hints=(
        "Take one weight, W[k, j]. Which z does it move, and by how much? That is one entry of dW.",
        "dW[k, j] = dz[k]·x[j]. An input x[j] moves every z[k], by W[k, j]: add up over k.",
        "np.outer(dz, x) for dW, and W.T @ dz for dx.",
    ),
    mistakes=(
        Mistake("no transpose", lambda x, W, dz: (W @ dz, np.outer(dz, x), dz.copy()), "dx is W @ dz: without the transpose this sums over inputs. x[j] collects from every unit k it feeds, Σ_k W[k, j]·dz[k], which is W.T @ dz. (Only for square W does the other run at all.)"),
        Mistake("outer the other way", lambda x, W, dz: (W.T @ dz, np.outer(x, dz), dz.copy()), "dW is transposed: entry (k, j) belongs to unit k and input j, so it is dz[k]·x[j], np.outer(dz, x), in the shape of W."),
        Mistake("one path", lambda x, W, dz: (W[0] * dz[0], np.outer(dz, x), dz.copy()), "dx counts the first unit only. Each input feeds all m units: add the contributions."),
        Mistake("summed apart", lambda x, W, dz: (W.sum(axis=0) * dz.sum(), np.outer(dz, x), dz.copy()), "You summed the weights and the blames separately and multiplied the sums. Multiply along each path first, W[k, j]·dz[k], then add over k."),
        Mistake("mean over units", lambda x, W, dz: (W.T @ dz / len(dz), np.outer(dz, x), dz.copy()), "You averaged over the units. Contributions from different paths are added, not averaged."),
        Mistake("weights in dW", lambda x, W, dz: (W.T @ dz, W * dz[:, None], dz.copy()), "dW contains W itself. A nudge of a weight moves z by the *input* it multiplies: dz[k]·x[j]."),
        Mistake("db one number", lambda x, W, dz: (W.T @ dz, np.outer(dz, x), dz.sum()), "db is summed to one number. Every unit has its own bias: db = dz."),
        Mistake("last unit only", lambda x, W, dz: (W[-1] * dz[-1], np.outer(dz, x), dz.copy()), "dx counts the last unit only: in the loop every unit overwrites what the one before has put there. Add them: dx += dz[k] * W[k]."),
        Mistake("dx without blame", lambda x, W, dz: (W.sum(axis=0), np.outer(dz, x), dz.copy()), "dx adds up the weights without the blames. What comes back along each path is W[k, j]·dz[k]."),
        Mistake("dW without blame", lambda x, W, dz: (W.T @ dz, np.outer(np.ones_like(dz), x), dz.copy()), "dW is x in every row, which says how z moves with the weights. For the loss, multiply row k by dz[k]."),
        Mistake("exchanged", lambda x, W, dz: (np.outer(dz, x), W.T @ dz, dz.copy()), "dx and dW are both right, in the wrong order: return dx first, then dW, then db."),
        Mistake("bias slope one", lambda x, W, dz: (W.T @ dz, np.outer(dz, x), np.ones_like(dz)), "∂z/∂b is 1, but ∂L/∂b is dz times that."),
        Mistake("bias slope one, a number", lambda x, W, dz: (W.T @ dz, np.outer(dz, x), 1.0), "dx and dW are right. 1 is how each z moves with its bias. How L moves with it is dz times that, one entry for each unit: db = dz."),
        Mistake("inner product", lambda x, W, dz: (W.T @ dz, np.dot(dz, x), dz.copy()), "The product of dz and x in dW is an inner one: it multiplies entries in pairs and adds them up, which needs equal lengths and leaves one number. Arrays with one axis have no transpose, so .T changes nothing. dW wants every dz[k] times every x[j], a table of shape (m, n): np.outer(dz, x)."),
        Mistake("entry by entry", lambda x, W, dz: (W.T @ dz, dz * x, dz.copy()), "dz * x multiplies entry by entry, and never gives a table. dW wants every dz[k] times every x[j], shape (m, n): np.outer(dz, x), or dz[:, None] * x."),
        Mistake("summed over the inputs", lambda x, W, dz: (np.sum(W * dz[:, None], axis=1), np.outer(dz, x), dz.copy()), "In dx the right products are summed over the inputs, axis 1, and one number for each *unit* is left. x[j] collects from the units k: sum over axis 0."),
        Mistake("forward again", lambda x, W, dz: (W @ x, np.outer(dz, x), dz.copy()), "dx is W @ x, the forward pass. Going back it is the blame that passes through the weights, down the columns of W: W.T @ dz."),
        Mistake("W alone", lambda x, W, dz: (W.copy(), np.outer(dz, x), dz.copy()), "dx is W itself, the slope of every z with respect to every input. For the loss, weight row k with the blame dz[k] and add the rows up: W.T @ dz."),
        Mistake("W.T alone", lambda x, W, dz: (W.T.copy(), np.outer(dz, x), dz.copy()), "dx is W.T alone, the slope of every z with respect to every input. For the loss, the blame of the units has to pass through it: W.T @ dz."),
        Mistake("outer reshaped", lambda x, W, dz: (W.T @ dz, np.outer(x, dz).reshape(W.shape), dz.copy()), "np.outer(x, dz) has a row for every input; reshape then only cuts the numbers into rows of another length, and they land in the wrong places. Begin with the units: np.outer(dz, x)."),
        Mistake("W reshaped", lambda x, W, dz: (W.reshape(W.shape[::-1]) @ dz, np.outer(dz, x), dz.copy()), "reshape only cuts the numbers of W into rows of another length, and they land in the wrong places. To turn rows into columns, transpose: W.T @ dz."),
        Mistake("a tanh too many", lambda x, W, dz: layer_backward(x, W, dz * (1 - np.tanh(W @ x) ** 2)), "You went through a tanh. dz is the slope with respect to the sums z already; between z and W, x, b there is no activation."),
        Mistake("blame nowhere", lambda x, W, dz: (W.sum(axis=0), np.tile(x, (len(dz), 1)), np.ones_like(dz)), "These are the slopes of the sum of all z: the blame dz is nowhere in them. Multiply what belongs to unit k by dz[k]: dx = W.T @ dz, dW = np.outer(dz, x), db = dz."),
    ),
    alternatives=(lambda x, W, dz: (dz @ W, dz[:, None] * x[None, :], dz + 0),),
)  # fmt: skip


# --- 7.3 -------------------------------------------------------------------------------------------------------------


def train(x, t, W, b, lr, steps):
    """Return (W, b) after `steps` steps on L = ½(Wx + b − t)²; x (n,), t (1,), W (1, n), b (1,)."""
    for _ in range(steps):
        y = W @ x + b
        dy = y - t
        dW = np.outer(dy, x)
        db = dy
        W = W - lr * dW
        b = b - lr * db
    return W, b


def train_to_mend(x, t, W, b, lr, steps):
    """Return (W, b) after `steps` steps on L = ½(Wx + b − t)²; x (n,), t (1,), W (1, n), b (1,)."""
    for _ in range(steps):
        dy = y - t
        dW = np.dot(dy, x)
        db = dy
        W -= lr * dW
        b -= lr * db


def train_cases(rng):
    def case(n, steps):
        lr = float(rng.uniform(0.01, 0.05))
        return rng.normal(0, 1, n), rng.normal(0, 2, 1), rng.normal(0, 1, (1, n)), rng.normal(0, 1, 1), lr, steps

    first = (np.array([1.0, 2.0]), np.array([3.0]), np.array([[0.1, 0.2]]), np.array([0.3]), 0.01, 60)
    return [case(3, 5), first, case(5, 3), case(2, 2), case(7, 4)]


def trained(gradients):
    """The training loop with other gradients: gradients(x, t, W, b) -> (dW, db)."""

    def wrong(x, t, W, b, lr, steps):
        for _ in range(steps):
            dW, db = gradients(x, t, W, b)
            W, b = W - lr * dW, b - lr * db
        return W, b

    return wrong


def one_after_the_other(x, t, W, b, lr, steps):
    for _ in range(steps):
        W = W - lr * np.outer(W @ x + b - t, x)
        b = b - lr * (W @ x + b - t)
    return W, b


def bias_first(x, t, W, b, lr, steps):
    for _ in range(steps):
        b = b - lr * (W @ x + b - t)
        W = W - lr * np.outer(W @ x + b - t, x)
    return W, b


def bias_after_the_loop(x, t, W, b, lr, steps):
    for _ in range(steps):
        db = W @ x + b - t
        W = W - lr * np.outer(db, x)
    return W, b - lr * db


def slopes_piled_up(x, t, W, b, lr, steps):
    dW, db = np.zeros_like(W), np.zeros_like(b)
    for _ in range(steps):
        dy = W @ x + b - t
        dW, db = dW + np.outer(dy, x), db + dy
        W, b = W - lr * dW, b - lr * db
    return W, b


def many_steps(x, t, W, b, lr, steps):
    """What `train` gives, in one go: each step makes the error 1 − lr·(x·x + 1) times what it was."""
    size = x @ x + 1
    moved = (W @ x + b - t) * (1 - (1 - lr * size) ** steps) / size
    return W - np.outer(moved, x), b - moved


def last_slopes(x, t, W, b, lr, steps):
    W, b = train(x, t, W, b, lr, steps - 1)
    return np.outer(W @ x + b - t, x), W @ x + b - t


NOT_SUMMED = "W * x + b is not summed: it gives a number for every input, as if each had a unit of its own. The unit's output is one number, W @ x + b."


ARTICLE = Exercise(
    id="7.3",
    title="Find the bugs: a printed example",
    task="""
    Above you saw a program fail. Here it is in one function, with the same faults: the gradients use a `y` that they were never given, `np.dot` is asked to
    multiply shapes that do not fit, the given arrays are written into, and nothing is returned. Mend it: it is to return `(W, b)` after `steps` steps of gradient
    descent on $L = \\tfrac12(W\\mathbf x + b - t)^2$, and leave the caller's `W` and `b` as they were.
    """,
    solution=train,
    starter=train_to_mend,
    cases=train_cases,
    outputs=("W", "b"),
    difficulty=2,
    points=3,
    hints=(
        "First make it run: pass y on, or compute it in the same place. Which shape must dW have?",
        "dW has the shape of W, (1, n): one row, dy times x. np.outer(dy, x) has it.",
        "W = W - lr * dW makes a new array where W -= lr * dW would change the caller's. Return W and b.",
    ),
    mistakes=(
        Mistake("untouched", train_to_mend, "This is still the code as it was found. It stops at once, with a NameError: the slope is computed from a `y` that was never computed. Begin there: y = W @ x + b, inside the loop."),
        Mistake("uphill", trained(lambda x, t, W, b: (-np.outer(W @ x + b - t, x), -(W @ x + b - t))), "The steps go uphill. The gradient points to where the loss grows; subtract it."),
        Mistake("factor two", trained(lambda x, t, W, b: (2 * np.outer(W @ x + b - t, x), 2 * (W @ x + b - t))), "Your gradient belongs to (y − t)², without the ½. The loss stated is ½(y − t)², whose slope is y − t: the constant of the loss and that of the gradient have to agree."),
        Mistake("bias stands still", trained(lambda x, t, W, b: (np.outer(W @ x + b - t, x), 0.0)), "The bias never moves. It is a weight whose input is always 1: db = dy."),
        Mistake("bias uphill", trained(lambda x, t, W, b: (np.outer(W @ x + b - t, x), t - W @ x - b)), "W goes downhill, b goes uphill. Both slopes contain the same y − t, and both are subtracted: b − lr * dy."),
        Mistake("factor two in dW", trained(lambda x, t, W, b: (2 * np.outer(W @ x + b - t, x), W @ x + b - t)), "dW has a factor 2 that db has not. The 2 of the square is cancelled by the ½ of the loss: both come from the same dy = y − t."),
        Mistake("dW for b", trained(lambda x, t, W, b: (np.outer(W @ x + b - t, x), np.outer(W @ x + b - t, x))), "b is moved by dW, and takes its shape. The slope of the bias is db = dy."),
        Mistake("every step kept", lambda x, t, W, b, lr, steps: tuple(list(kept) for kept in zip(*(train(x, t, W, b, lr, k) for k in range(1, steps + 1)), strict=True)), "You return the W and b of every step, in lists. Asked for are those after the last step: return W, b."),
        Mistake("new W for b", one_after_the_other, "b's gradient was computed with the W that has already been moved. Compute all gradients first, then move all parameters."),
        Mistake("y computed once", lambda x, t, W, b, lr, steps: train(x, t, W, b, lr * steps, 1), "Every step uses the same y. W and b move, so y moves too: compute it anew inside the loop."),
        Mistake("b missing from y", trained(lambda x, t, W, b: (np.outer(W @ x - t, x), W @ x - t)), "The bias is missing from y: y = W @ x + b."),
        Mistake("one step", lambda x, t, W, b, lr, steps: train(x, t, W, b, lr, 1), "This makes one step, whatever `steps` says. (Is the return inside the loop?)"),
        Mistake("error averaged over inputs", trained(lambda x, t, W, b: (np.outer(W @ x + b - t, x) / len(x), W @ x + b - t)), "dW is divided by the number of inputs. There is one example and nothing to average."),
        Mistake("exchanged", lambda x, t, W, b, lr, steps: train(x, t, W, b, lr, steps)[::-1], "Both are right, in the wrong order: return W first, then b."),
        Mistake("no x", trained(lambda x, t, W, b: (np.tile(W @ x + b - t, (1, len(x))), W @ x + b - t)), "dW lacks the factor x. A weight whose input is large moves y more, so its slope is larger: dy·x."),
        Mistake("np.dot left", trained(lambda x, t, W, b: (np.dot(W @ x + b - t, x), 0.0)), "y is there now. The next fault is the product for dW: dy holds one number and x holds n, and np.dot wants as many in both. dW is to be a (1, n) matrix, each input times dy: np.outer(dy, x)."),
        Mistake("@ for np.dot", trained(lambda x, t, W, b: ((W @ x + b - t) @ x, 0.0)), "dy @ x has the same fault as np.dot(dy, x): dy holds one number and x holds n, and @ wants as many in both. (.T changes nothing: arrays with one axis have no transpose.) dW is to be a (1, n) matrix, each input times dy: np.outer(dy, x)."),
        Mistake("outer the other way", trained(lambda x, t, W, b: (np.outer(x, W @ x + b - t), W @ x + b - t)), "np.outer(x, dy) stands upright, (n, 1), and W − lr·dW then makes an (n, n) matrix of W. dW has the shape of W, (1, n): np.outer(dy, x)."),
        Mistake("summed to one number", trained(lambda x, t, W, b: (np.sum((W @ x + b - t) * x), W @ x + b - t)), "dW is summed to one number, so that all weights move by the same amount. Each weight has a slope of its own, dy times *its* input: dW = np.outer(dy, x)."),
        Mistake("W in its own slope", trained(lambda x, t, W, b: ((W @ x + b - t) * W, W @ x + b - t)), "dW contains W itself. A nudge of a weight moves y by the *input* it multiplies: dy·x."),
        Mistake("x in db", trained(lambda x, t, W, b: (np.outer(W @ x + b - t, x), (W @ x + b - t) * x)), "db contains x. The bias multiplies no input, or one that is always 1: db = dy."),
        Mistake("not summed", trained(lambda x, t, W, b: ((W * x + b - t) * x, W * x + b - t)), NOT_SUMMED),
        Mistake("not summed, with outer", trained(lambda x, t, W, b: (np.outer(W * x + b - t, x), W * x + b - t)), NOT_SUMMED),
        Mistake("no learning rate", lambda x, t, W, b, lr, steps: train(x, t, W, b, 1.0, steps), "The learning rate is missing: each step is the whole slope. Move by lr times it: W − lr * dW, b − lr * db."),
        Mistake("0.01 for lr", lambda x, t, W, b, lr, steps: train(x, t, W, b, 0.01, steps), "You move by 0.01 times the slope, the learning rate of the program above. Here it is an argument: use lr."),
        Mistake("1000 for steps", lambda x, t, W, b, lr, steps: many_steps(x, t, W, b, lr, 1000), "You make 1000 steps, as the program above does. Here their number is an argument: range(steps)."),
        Mistake("b moved for every input", trained(lambda x, t, W, b: (np.outer(W @ x + b - t, x), len(x) * (W @ x + b - t))), "In each step b moves once for every input. Does its line stand in the loop over the inputs? There is one bias, and it moves once: b − lr * dy."),
        Mistake("half left", trained(lambda x, t, W, b: (np.outer(W @ x + b - t, x) / 2, (W @ x + b - t) / 2)), "Your gradient is half of what it should be. The square brings down a factor 2, which cancels the ½ of the loss: the slope is y − t."),
        Mistake("loss for its slope", trained(lambda x, t, W, b: (np.outer((W @ x + b - t) ** 2 / 2, x), (W @ x + b - t) ** 2 / 2)), "dy is the loss itself, ½(y − t)². Its slope with respect to y is wanted: y − t."),
        Mistake("divided by the inputs", trained(lambda x, t, W, b: (np.outer(W @ x + b - t, x) / len(x), (W @ x + b - t) / len(x))), "Both slopes are divided by the number of inputs. There is one example and nothing to average."),
        Mistake("new b for W", bias_first, "W's gradient was computed with the b that has already been moved. Compute all gradients first, then move all parameters."),
        Mistake("bias after the loop", bias_after_the_loop, "b moves only once, after the loop. It belongs inside, beside W: each step moves both."),
        Mistake("weights stand still", trained(lambda x, t, W, b: (0.0, W @ x + b - t)), "W never moves; b alone is trained. Each step moves both: W = W − lr * dW too."),
        Mistake("nothing moves", trained(lambda x, t, W, b: (0.0, 0.0)), "W and b come back as they went in. Is y set to t, or is what was computed kept under another name and not returned? y = W @ x + b, anew in each step."),
        Mistake("slopes piled up", slopes_piled_up, "The slopes of all steps are added up: dW += … and db += … still hold those of the steps before. Each step uses the slope at the place where it begins: dW = …, db = …."),
        Mistake("last slopes", last_slopes, "These are the slopes of the last step, dW and db. The trained parameters are asked for: return W, b."),
        Mistake("one step too many", lambda x, t, W, b, lr, steps: train(x, t, W, b, lr, steps + 1), "This makes one step too many. range(steps) has exactly `steps` rounds, 0 … steps − 1."),
        Mistake("one step too few", lambda x, t, W, b, lr, steps: train(x, t, W, b, lr, steps - 1), "This makes one step too few. range(1, steps) has only steps − 1 rounds: range(steps)."),
    ),
)  # fmt: skip


# --- 7.4 -------------------------------------------------------------------------------------------------------------


def backward_two_layers(x, t, W1, b1, w2, b2):
    """Return {"W1", "b1", "w2", "b2"}:
    the slopes of the loss of a network with tanh hidden units and a sigmoid output.

    x (n,), t 0 or 1, W1 (h, n), b1 (h,), w2 (h,), b2 a number; loss −t ln p − (1 − t) ln(1 − p)
    """
    a = np.tanh(W1 @ x + b1)
    p = 1 / (1 + np.exp(-(w2 @ a + b2)))
    dz = p - t  # blame of the output unit's sum
    dz1 = dz * w2 * (1 - a**2)  # blame of the hidden units' sums
    return {"W1": np.outer(dz1, x), "b1": dz1, "w2": dz * a, "b2": dz}


def network_cases(rng):
    spine = (
        np.array([1.0, 2.0]),
        1,
        np.array([[0.5, -0.3], [0.2, 0.4]]),
        np.array([0.4, -0.2]),
        np.array([0.7, -0.6]),
        0.2,
    )

    def case(n, h, t):
        return (
            rng.normal(size=n),
            t,
            rng.normal(size=(h, n)),
            rng.normal(size=h),
            rng.normal(size=h),
            float(rng.normal()),
        )

    return [case(5, 3, 1), case(3, 7, 0), spine, case(2, 2, 0), case(3, 3, 1), case(7, 1, 0)]


def network_like(*, slope=lambda a, z: 1 - a**2, delta=lambda p, t: p - t, back=lambda dz, w2, a: dz * w2, into_w2="a"):
    """A backward_two_layers with another hidden slope, output blame, way back, or factor in dw2."""

    def wrong(x, t, W1, b1, w2, b2):
        z1 = W1 @ x + b1
        a = np.tanh(z1)
        p = 1 / (1 + np.exp(-(w2 @ a + b2)))
        dz = delta(p, t)
        dz1 = back(dz, w2, a) * slope(a, z1)
        return {"W1": np.outer(dz1, x), "b1": dz1, "w2": dz * (a if into_w2 == "a" else w2), "b2": dz}

    return wrong


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def network_through(*, sums=lambda x, W1, b1: W1 @ x + b1, hidden=np.tanh, output=lambda w2, a, b2: sigmoid(w2 @ a + b2), slope=lambda a: 1 - a**2):  # fmt: skip
    """A backward_two_layers with another forward pass."""

    def wrong(x, t, W1, b1, w2, b2):
        a = hidden(sums(x, W1, b1))
        dz = output(w2, a, b2) - t
        dz1 = dz * w2 * slope(a)
        return {"W1": np.outer(dz1, x), "b1": dz1, "w2": dz * a, "b2": dz}

    return wrong


def network_giving(**parts):
    """A backward_two_layers with some of its slopes put together otherwise.

    Each is a function of all there is: x, W1, b1, b2, a, dz, da, dz1.
    """

    def wrong(x, t, W1, b1, w2, b2):
        a = np.tanh(W1 @ x + b1)
        p = sigmoid(w2 @ a + b2)
        da = (p - t) * w2
        v = SimpleNamespace(x=x, W1=W1, b1=b1, b2=b2, a=a, dz=p - t, da=da, dz1=da * (1 - a**2))
        right = backward_two_layers(x, t, W1, b1, w2, b2)
        return {**right, **{key: make(v) for key, make in parts.items()}}

    return wrong


def back_through_w1(x, t, W1, b1, w2, b2):
    a = np.tanh(W1 @ x + b1)
    dz = sigmoid(w2 @ a + b2) - t
    dz1 = (W1.T @ (dz * w2)) * (1 - a**2)
    return {"W1": np.outer(dz1, x), "b1": dz1, "w2": dz * a, "b2": dz}


def back_with_slope_of(other):
    """A backward_two_layers whose hidden slope is made from something else: other(a, p)."""

    def wrong(x, t, W1, b1, w2, b2):
        a = np.tanh(W1 @ x + b1)
        p = sigmoid(w2 @ a + b2)
        dz1 = (p - t) * w2 * other(a, p)
        return {"W1": np.outer(dz1, x), "b1": dz1, "w2": (p - t) * a, "b2": p - t}

    return wrong


def without_brackets(x, t, W1, b1, w2, b2):
    a = np.tanh(W1 @ x + b1)
    dz = sigmoid(w2 @ a + b2) - t
    dz1 = dz * w2 * 1 - a**2
    return {"W1": np.outer(dz1, x), "b1": dz1, "w2": dz * a, "b2": dz}


def hidden_sigmoids(x, t, W1, b1, w2, b2):
    a = 1 / (1 + np.exp(-(W1 @ x + b1)))
    dz = 1 / (1 + np.exp(-(w2 @ a + b2))) - t
    dz1 = dz * w2 * a * (1 - a)
    return {"W1": np.outer(dz1, x), "b1": dz1, "w2": dz * a, "b2": dz}


def in_lists(x, t, W1, b1, w2, b2):
    a = np.tanh(W1 @ x + b1)
    p = 1 / (1 + np.exp(-(w2 @ a + b2)))
    dp = -t / p + (1 - t) / (1 - p)
    dz = dp * p * (1 - p)
    dz1 = [dz * w / np.cosh(z) ** 2 for w, z in zip(w2, W1 @ x + b1, strict=True)]
    return {"b2": dz, "w2": [dz * v for v in a], "b1": dz1, "W1": [[d * v for v in x] for d in dz1]}


TWO_LAYERS = Exercise(
    id="7.4",
    title="Two layers, backward",
    task="""
    The network of this chapter, in any size: $\\mathbf a = \\tanh(W_1\\mathbf x + \\mathbf b_1)$, $p = \\sigma(\\mathbf w_2\\cdot\\mathbf a + b_2)$, $L = -t\\ln p - (1-t)\\ln(1-p)$. Write
    `backward_two_layers(x, t, W1, b1, w2, b2)`, which returns a dictionary with the keys `"W1"`, `"b1"`, `"w2"`, `"b2"`: the slope of $L$ with respect to each
    parameter, in its shape.
    """,
    solution=backward_two_layers,
    cases=network_cases,
    difficulty=3,
    points=4,
    needs=("7.1", "7.2"),
    hints=(
        "Forward first: a and p. Then from the end: what is ∂L/∂z for a sigmoid with cross-entropy?",
        "dz = p − t. Then dw2 = dz·a and db2 = dz, as for any unit. To the hidden outputs goes dz·w2; then through the tanh.",
        "dz1 = dz·w2·(1 − a²); dW1 = outer(dz1, x); db1 = dz1.",
    ),
    mistakes=(
        Mistake("hidden slope missing", network_like(slope=lambda a, z: 1.0), "w2 and b2 are right. On the way to W1 the slope of the hidden tanh is missing: dz1 = dz·w2·(1 − a²)."),
        Mistake("hidden slope from z", network_like(slope=lambda a, z: 1 - z**2), "The hidden slope is 1 − a², from the output; you squared the sum z instead."),
        Mistake("sigmoid slope for tanh", network_like(slope=lambda a, z: a * (1 - a)), "a(1 − a) is the slope of a sigmoid. The hidden units are tanh: 1 − a²."),
        Mistake("hidden slope not squared", network_like(slope=lambda a, z: 1 - a), "The hidden slope is 1 − a², not 1 − a."),
        Mistake("tanh twice", network_like(slope=lambda a, z: 1 - np.tanh(a) ** 2), "You applied tanh to a, which is tanh(z) already: the hidden slope is 1 − a²."),
        Mistake("hidden sigmoids", hidden_sigmoids, "Your hidden units are sigmoids. Here they are tanh, with the slope 1 − a²."),
        Mistake("biases missing forward", lambda x, t, W1, b1, w2, b2: backward_two_layers(x, t, W1, 0 * b1, w2, 0.0), "Your forward pass leaves the biases out, so that all slopes are taken in the wrong place."),
        Mistake("target 1 always", network_like(delta=lambda p, t: p - 1), "Right for t = 1 only: your blame is p − 1, whatever the target. It is p − t."),
        Mistake("first term of the loss only", network_like(delta=lambda p, t: t * (p - 1)), "Right for t = 1 only: your slope is that of −t ln p. For t = 0 the other term counts, −(1 − t) ln(1 − p). Together they give p − t."),
        Mistake("sigmoid slope twice", network_like(delta=lambda p, t: (p - t) * p * (1 - p)), "Everything carries a factor p(1 − p) too many. Cross-entropy's slope, (p − t)/(p(1 − p)), has already cancelled it: ∂L/∂z = p − t."),
        Mistake("sign", network_like(delta=lambda p, t: t - p), "All signs are turned round: ∂L/∂z = p − t, prediction minus truth."),
        Mistake("slope at p", network_like(delta=lambda p, t: -t / p + (1 - t) / (1 - p)), "This is ∂L/∂p. To get to the sum z it has to go through the sigmoid: times p(1 − p), which leaves p − t."),
        Mistake("w2 not in the way", network_like(back=lambda dz, w2, a: dz * np.ones_like(w2)), "The blame of a hidden unit has to be weighted with the weight through which it acted: dz·w2."),
        Mistake("activation sent back", network_like(back=lambda dz, w2, a: dz * w2 * a), "What flows back is blame, not activation: the hidden unit's share is dz·w2, without a."),
        Mistake("activation for weight", network_like(back=lambda dz, w2, a: dz * a), "Blame goes back through the *weight* w2, not through the activation: dz·w2. (dz·a is the slope of w2.)"),
        Mistake("no signal in w2", lambda x, t, W1, b1, w2, b2: (lambda g: {**g, "w2": g["b2"] * np.ones_like(w2)})(backward_two_layers(x, t, W1, b1, w2, b2)), "dw2 is the blame alone. Multiply it by the signal that went in: dz·a."),
        Mistake("sum for activation", lambda x, t, W1, b1, w2, b2: {**backward_two_layers(x, t, W1, b1, w2, b2), "w2": backward_two_layers(x, t, W1, b1, w2, b2)["b2"] * (W1 @ x + b1)}, "dw2 is built from the hidden *sums*. The signal that enters w2 is what comes out of the tanh: dz·a."),
        Mistake("w2 as its own gradient", network_like(into_w2="w2"), "dw2 contains w2 itself. A weight's slope is the signal that enters it times the blame that comes back: dz·a."),
        Mistake("biases lost", lambda x, t, W1, b1, w2, b2: {**backward_two_layers(x, t, W1, b1, w2, b2), "b1": np.zeros_like(b1), "b2": 0.0}, "The biases have slopes too: b2 gets dz, and b1 gets dz1."),
        Mistake("b1 missing forward", network_through(sums=lambda x, W1, b1: W1 @ x), "Your forward pass leaves b1 out of the hidden sums, so that all slopes are taken in the wrong place: W1 @ x + b1."),
        Mistake("b2 missing forward", network_through(output=lambda w2, a, b2: sigmoid(w2 @ a)), "Your forward pass leaves b2 out of the output's sum, so that p is wrong, and with it every slope: w2 @ a + b2."),
        Mistake("no sigmoid", network_through(output=lambda w2, a, b2: w2 @ a + b2), "Your output is the sum w₂·a + b₂ itself. It has to go through the sigmoid: the blame is p − t with p = σ(z)."),
        Mistake("minus in the sigmoid", network_through(output=lambda w2, a, b2: sigmoid(-(w2 @ a + b2))), "The minus in the exponent is missing: 1/(1 + e^z) is 1 − p. The sigmoid is 1/(1 + e^(−z)), 1 / (1 + np.exp(-z))."),
        Mistake("minus before the product only", network_through(output=lambda w2, a, b2: 1 / (1 + np.exp(-w2 @ a + b2))), "The minus in the exponent reaches only w2 @ a. It belongs before the whole sum: np.exp(-(w2 @ a + b2))."),
        Mistake("a tanh at the output", network_through(output=lambda w2, a, b2: np.tanh(w2 @ a + b2)), "Your output is a tanh. Here it is a sigmoid, p = 1/(1 + e^(−z)): only for it is p − t the blame."),
        Mistake("tanh lost forward", network_through(hidden=lambda z: z), "The tanh is missing in the forward pass: a = tanh(W₁x + b₁). You used the sums as the hidden outputs."),
        Mistake("linear hidden units", network_through(hidden=lambda z: z, slope=lambda a: 1.0), "Your hidden units are linear, without tanh and without its slope. Here a = tanh(W₁x + b₁), and on the way back there is a factor 1 − a²."),
        Mistake("W1 transposed forward", network_through(sums=lambda x, W1, b1: W1.T @ x + b1), "x @ W1, which is W1.T @ x, adds up along the columns of W1; it runs only where W1 is square. Row k of W1 belongs to hidden unit k: W1 @ x."),
        Mistake("the chapter's forward", network_through(sums=lambda x, W1, b1: W1 @ np.array([1.0, 2.0]) + b1), "The `forward` of this chapter takes only the parameters: its x is always the chapter's, (1, 2). Compute a and p inside your function, from the x that it is given."),
        Mistake("square outside", back_with_slope_of(lambda a, p: (1 - a) ** 2), "w2 and b2 are right. You squared 1 − a. Only a is squared: the hidden slope is 1 − a**2."),
        Mistake("brackets", without_brackets, "w2 and b2 are right. Without brackets, dz * w2 * 1 - a**2 is the blame minus a². The slope is one factor: dz * w2 * (1 - a**2)."),
        Mistake("slope of p", back_with_slope_of(lambda a, p: 1 - p**2), "w2 and b2 are right. The hidden slope is made from p, the network's output. It belongs to the hidden units: 1 − a²."),
        Mistake("sigmoid's slope for the hidden", back_with_slope_of(lambda a, p: p * (1 - p)), "w2 and b2 are right. On the way to W1 you multiplied by p(1 − p), the output's slope, which is used up in p − t. What is missing there is the slope of the hidden tanh, 1 − a²."),
        Mistake("output's slope on the way", back_with_slope_of(lambda a, p: p * (1 - p) * (1 - a**2)), "w2 and b2 are right. On the way to W1 there is a factor p(1 − p) too many: cross-entropy has cancelled it, and p − t is the blame of the output's sum already."),
        Mistake("blame summed", network_like(back=lambda dz, w2, a: np.sum(dz * w2)), "w2 and b2 are right. The blame of the hidden units is summed to one number. Each hidden unit gets its own share, dz·w2[k], entry by entry: dz * w2."),
        Mistake("blame lost on the way", network_like(back=lambda dz, w2, a: w2), "w2 and b2 are right. On the way to W1 the blame is lost: w2·(1 − a²) says how z moves. For the loss, multiply by dz = p − t."),
        Mistake("back through W1", back_through_w1, "You sent the blame through W1. To reach the hidden sums it passes only w2 and the tanh; W1 lies behind them, and would lead on to x, which needs no slope."),
        Mistake("target forgotten", network_like(delta=lambda p, t: p), "Your blame is p alone, so that the network is told to be smaller, whatever the target. It is p − t."),
        Mistake("slope for blame", network_like(delta=lambda p, t: p * (1 - p)), "Your blame is p(1 − p), the slope of the sigmoid alone; what comes back from the loss is missing. Times ∂L/∂p it is p − t."),
        Mistake("loss for blame", network_like(delta=lambda p, t: -t * np.log(p) - (1 - t) * np.log(1 - p)), "You sent back the loss itself. Its slope is wanted: ∂L/∂z = p − t."),
        Mistake("minus in the second term", network_like(delta=lambda p, t: t * (p - 1) - (1 - t) * p), "Right for t = 1 only. In −(1 − t) ln(1 − p) the inner slope of 1 − p is −1, so that the two minus signs cancel: + (1 − t)/(1 − p). Together with the first term that gives p − t."),
        Mistake("squared error", network_like(delta=lambda p, t: 2 * (p - t) * p * (1 - p)), "This is the blame for the squared error, 2(p − t)·p(1 − p). The loss here is the cross-entropy, for which it is p − t."),
        Mistake("W1 transposed", network_giving(W1=lambda v: np.outer(v.x, v.dz1)), "W1's slope is transposed: entry (k, j) belongs to hidden unit k and input j, so units come first, np.outer(dz1, x)."),
        Mistake("inner product", network_giving(W1=lambda v: np.dot(v.dz1, v.x)), "The product of dz1 and x in W1's slope is an inner one: it multiplies entries in pairs and adds them up, which needs equal lengths and leaves one number. Every dz1[k] times every x[j] is wanted, a table of shape (h, n): np.outer(dz1, x)."),
        Mistake("entry by entry", network_giving(W1=lambda v: v.dz1 * v.x), "dz1 * x multiplies entry by entry, and never gives a table. W1's slope wants every dz1[k] times every x[j], shape (h, n): np.outer(dz1, x)."),
        Mistake("hidden outputs in W1", network_giving(W1=lambda v: np.outer(v.dz1, v.a)), "b1, w2 and b2 are right. W1's slope is made from a. The signal that went in through W1 is x: np.outer(dz1, x)."),
        Mistake("W1 in its own slope", network_giving(W1=lambda v: v.dz1[:, None] * v.W1), "b1, w2 and b2 are right. W1's slope contains W1 itself. A weight's slope is the signal that went in through it, times the blame: np.outer(dz1, x)."),
        Mistake("slope missing in W1", network_giving(W1=lambda v: np.outer(v.da, v.x)), "b1, w2 and b2 are right. W1's slope is made from dz·w2, the slope with respect to the hidden *outputs*. W1 sits in the sums: np.outer(dz1, x), with dz1 = dz·w2·(1 − a²)."),
        Mistake("slope missing in b1", network_giving(b1=lambda v: v.da), "W1, w2 and b2 are right. b1's slope is dz·w2, the slope with respect to the hidden *outputs*. b1 sits in the sums: it gets dz1 = dz·w2·(1 − a²)."),
        Mistake("output's blame in b1", network_giving(b1=lambda v: v.dz), "W1, w2 and b2 are right. b1 got the blame of the output. Each hidden unit has a bias, and its slope is that unit's own blame: dz1."),
        Mistake("biases as factors", network_giving(b1=lambda v: v.dz1 * v.b1, b2=lambda v: v.dz * v.b2), "W1 and w2 are right. The slopes of the biases contain the biases themselves. A bias is a weight whose input is always 1: b1 gets dz1, b2 gets dz."),
        Mistake("bias slopes one", network_giving(b1=lambda v: np.ones_like(v.b1), b2=lambda v: 1.0), "W1 and w2 are right. 1 is how a sum moves with its bias. How L moves with it is the blame times that: dz1 for b1, dz for b2."),
        Mistake("inputs in w2", network_giving(w2=lambda v: v.dz * v.x), "W1, b1 and b2 are right. w2's slope is made from the inputs x. The signal that went in through w2 is what the hidden units put out: dz·a."),
        Mistake("blame lost in w2", network_giving(w2=lambda v: v.a), "W1, b1 and b2 are right. w2's slope is a alone, which says how z moves with w2. For the loss, multiply by the blame: dz·a."),
        Mistake("hidden slope in w2", network_giving(w2=lambda v: v.dz * v.a * (1 - v.a ** 2)), "W1, b1 and b2 are right. In w2's slope there is a factor 1 − a² too many. w2 acts on what the tanh has put out; the tanh lies behind it: dz·a."),
        Mistake("dot product with the slope", network_like(back=lambda dz, w2, a: dz * (w2 @ (1 - a**2)), slope=lambda a, z: 1.0), "w2 and b2 are right. @ multiplies blame and slope and adds them up, so that one number is left for all hidden units. Each has a blame and a slope of its own, entry by entry: dz * w2 * (1 - a**2)."),
        Mistake("sigmoids with the tanh's slope", network_through(hidden=sigmoid), "Your forward pass has sigmoids as hidden units. Here they are tanh, a = tanh(W₁x + b₁), to which the slope 1 − a² belongs."),
        Mistake("hidden relu", network_through(hidden=lambda z: np.maximum(0, z), slope=lambda a: a > 0), "Your hidden units are ReLU. Here they are tanh, with the slope 1 − a²."),
        Mistake("b1 outside the tanh", lambda x, t, W1, b1, w2, b2: network_through(sums=lambda x, W1, _: W1 @ x, hidden=lambda z: np.tanh(z) + b1)(x, t, W1, b1, w2, b2), "b1 is added after the tanh. It belongs to the sum, inside: np.tanh(W1 @ x + b1)."),
        Mistake("b2 outside the sigmoid", network_through(output=lambda w2, a, b2: sigmoid(w2 @ a) + b2), "b2 is added after the sigmoid. It belongs to the sum, inside: 1 / (1 + np.exp(-(w2 @ a + b2)))."),
        Mistake("brackets in the sigmoid", network_through(output=lambda w2, a, b2: 1 / 1 + np.exp(-(w2 @ a + b2))), "1 / 1 + np.exp(…) divides only 1 by 1. Put what stands below the line in brackets: 1 / (1 + np.exp(…))."),
        Mistake("output not summed", network_through(output=lambda w2, a, b2: sigmoid(w2 * a + b2)), "w2 * a is not summed: it gives a number for every hidden unit, as if each had an output of its own. There is one output, p = σ(w2 @ a + b2)."),
        Mistake("keys with a d", lambda *given: {f"d{key}": slope for key, slope in backward_two_layers(*given).items()}, "The slopes are right. The keys are to be \"W1\", \"b1\", \"w2\", \"b2\", without a d in front, so that every slope is found under the name of its parameter."),
        Mistake("tanh's slope at the output", network_like(delta=lambda p, t: (p - t) * (1 - p**2)), "Everything carries a factor 1 − p² too many. It would be the slope of a tanh; the output is a sigmoid, and with cross-entropy its slope has cancelled: ∂L/∂z = p − t."),
        Mistake("a tuple", lambda *given: tuple(backward_two_layers(*given).values()), "All four slopes are right. They came as a tuple; wanted is a dictionary that says which is which: {\"W1\": …, \"b1\": …, \"w2\": …, \"b2\": …}."),
    ),
    alternatives=(in_lists,),
)  # fmt: skip


# --- 7.5 -------------------------------------------------------------------------------------------------------------


def train_step(x, t, W1, b1, w2, b2, lr):
    """Return new (W1, b1, w2, b2) after one step of gradient descent; shapes as in exercise 7.4."""
    a = np.tanh(W1 @ x + b1)
    p = 1 / (1 + np.exp(-(w2 @ a + b2)))
    dz = p - t
    dz1 = dz * w2 * (1 - a**2)
    w2 = w2 - lr * dz * a
    b2 = b2 - lr * dz
    W1 = W1 - lr * np.outer(dz1, x)
    b1 = b1 - lr * dz1
    return W1, b1, w2, b2


def train_step_to_mend(x, t, W1, b1, w2, b2, lr):
    """Return new (W1, b1, w2, b2) after one step of gradient descent; shapes as in exercise 7.4."""
    a = np.tanh(W1 @ x + b1)
    p = 1 / (1 + np.exp(-(w2 @ a + b2)))
    dz = p - t
    w2 = w2 - lr * dz * a  # the output layer learns …
    b2 = b2 - lr * dz
    dz1 = dz * w2 * (1 - a**2)  # … and hands the blame on
    W1 = W1 - lr * np.outer(dz1, x)
    b1 = b1 - lr * dz1
    return W1, b1, w2, b2


def step_cases(rng):
    return [(*case, float(rng.uniform(0.3, 0.9))) for case in network_cases(rng)]


def _step(x, t, W1, b1, w2, b2, lr, backward):
    g = backward(x, t, W1, b1, w2, b2)
    return W1 - lr * g["W1"], b1 - lr * g["b1"], w2 - lr * g["w2"], b2 - lr * g["b2"]


def _hidden_first(x, t, W1, b1, w2, b2, lr):
    W1, b1, *_ = _step(x, t, W1, b1, w2, b2, lr, backward_two_layers)
    return W1, b1, *_step(x, t, W1, b1, w2, b2, lr, backward_two_layers)[2:]


def _recomputed(x, t, W1, b1, w2, b2, lr):
    g = backward_two_layers(x, t, W1, b1, w2, b2)
    w2, b2 = w2 - lr * g["w2"], b2 - lr * g["b2"]
    g = backward_two_layers(x, t, W1, b1, w2, b2)
    return W1 - lr * g["W1"], b1 - lr * g["b1"], w2, b2


def step_without(*names):
    """A train_step in which these parameters stand still."""

    def wrong(x, t, W1, b1, w2, b2, lr):
        given = {"W1": W1, "b1": b1, "w2": w2, "b2": b2}
        moved = zip(given, train_step(x, t, W1, b1, w2, b2, lr), strict=True)
        return tuple(given[name] if name in names else value for name, value in moved)

    return wrong


def _hidden_moved_by(blame):
    """A train_step whose hidden layer moves by another blame: blame(a, dz, w2, b2, lr, t)."""

    def wrong(x, t, W1, b1, w2, b2, lr):
        a = np.tanh(W1 @ x + b1)
        dz = sigmoid(w2 @ a + b2) - t
        dz1 = blame(a, dz, w2, b2, lr, t)
        return W1 - lr * np.outer(dz1, x), b1 - lr * dz1, w2 - lr * dz * a, b2 - lr * dz

    return wrong


_moved_twice = _hidden_moved_by(lambda a, dz, w2, b2, lr, t: dz * (w2 - 2 * lr * dz * a) * (1 - a**2))
_error_anew = _hidden_moved_by(
    lambda a, dz, w2, b2, lr, t: (sigmoid((w2 - lr * dz * a) @ a + b2 - lr * dz) - t) * w2 * (1 - a**2)
)


def _outputs_anew(x, t, W1, b1, w2, b2, lr):
    dz = sigmoid(w2 @ np.tanh(W1 @ x + b1) + b2) - t
    W1, b1, _, b2 = train_step(x, t, W1, b1, w2, b2, lr)
    return W1, b1, w2 - lr * dz * np.tanh(W1 @ x + b1), b2


UPDATE_ORDER = Exercise(
    id="7.5",
    title="Find the bug: learning while going back",
    task="""
    "Going back from the output, adjust each layer's parameters": so some texts describe it, and so this step was written. The network learns with it. But it does not go down
    the gradient. Mend it.
    """,
    solution=train_step,
    starter=train_step_to_mend,
    cases=step_cases,
    outputs=("W1", "b1", "w2", "b2"),
    needs=("7.4",),
    hints=(
        "Which w2 did the forward pass use? Which w2 does the line with dz1 use?",
        "Slopes belong to one point. All of them have to be taken before anything moves.",
        "Move the line with dz1 above the updates.",
    ),
    mistakes=(
        Mistake("untouched", train_step_to_mend, "The hidden layer's blame passes through w2 *after* it was moved. All slopes belong to the point where the forward pass was: compute them all, then move."),
        Mistake("hidden slope lost", lambda x, t, W1, b1, w2, b2, lr: _step(x, t, W1, b1, w2, b2, lr, network_like(slope=lambda a, z: 1.0)), "The order is right now, but the hidden slope 1 − a² has been lost."),
        Mistake("uphill", lambda x, t, W1, b1, w2, b2, lr: _step(x, t, W1, b1, w2, b2, -lr, backward_two_layers), "The order is right now, but the step goes uphill: subtract lr times the slope."),
        Mistake("recomputed forward", lambda x, t, W1, b1, w2, b2, lr: _recomputed(x, t, W1, b1, w2, b2, lr), "You ran the forward pass again between the two updates. That is a different method: one layer after the other, each from a new point. A step of gradient descent takes all slopes at one point."),
        Mistake("recomputed, hidden first", lambda x, t, W1, b1, w2, b2, lr: _hidden_first(x, t, W1, b1, w2, b2, lr), "The output layer's slopes come from a forward pass with W1 and b1 already moved. Compute all slopes first, from one forward pass, then move."),
        Mistake("output layer forgotten", lambda x, t, W1, b1, w2, b2, lr: (*_step(x, t, W1, b1, w2, b2, lr, backward_two_layers)[:2], w2, b2), "Only the hidden layer moves now. w2 and b2 have slopes too."),
        Mistake("the slopes", lambda x, t, W1, b1, w2, b2, lr: tuple(backward_two_layers(x, t, W1, b1, w2, b2).values()), "These are the slopes. The new parameters are asked for: W1 − lr·dW1, and so on."),
        Mistake("hidden layer forgotten", lambda x, t, W1, b1, w2, b2, lr: (W1, b1, *_step(x, t, W1, b1, w2, b2, lr, backward_two_layers)[2:]), "Only the output layer moves now. W1 and b1 have slopes too."),
        Mistake("w2 stands still", step_without("w2"), "W1, b1 and b2 are right. w2 comes back as it was: has the moved one a name of its own that the return does not mention?"),
        Mistake("b2 stands still", step_without("b2"), "W1, b1 and w2 are right. b2 no longer moves: b2 − lr·dz."),
        Mistake("b1 stands still", step_without("b1"), "W1, w2 and b2 are right. b1 no longer moves: b1 − lr·dz1."),
        Mistake("nothing moves", step_without("W1", "b1", "w2", "b2"), "All four come back as they were. Do the moved ones have names of their own that the return does not mention?"),
        Mistake("no learning rate", lambda x, t, W1, b1, w2, b2, lr: _step(x, t, W1, b1, w2, b2, 1.0, backward_two_layers), "The order is right now, but the learning rate has been lost: each parameter moves by lr times its slope."),
        Mistake("w2 not in the way", lambda x, t, W1, b1, w2, b2, lr: _step(x, t, W1, b1, w2, b2, lr, network_like(back=lambda dz, w2, a: dz * np.ones_like(w2))), "w2 and b2 are right. The hidden layer's blame no longer passes through w2 at all. It has to, through the w2 of the forward pass: dz·w2·(1 − a²), computed before w2 moves."),
        Mistake("activation for weight", lambda x, t, W1, b1, w2, b2, lr: _step(x, t, W1, b1, w2, b2, lr, network_like(back=lambda dz, w2, a: dz * a)), "w2 and b2 are right. The hidden layer's blame passes through a where w2 belongs: dz·w2·(1 − a²), computed before w2 moves."),
        Mistake("learning rate in the blame", lambda x, t, W1, b1, w2, b2, lr: (*_step(x, t, W1, b1, w2, b2, lr * lr, backward_two_layers)[:2], *_step(x, t, W1, b1, w2, b2, lr, backward_two_layers)[2:]), "w2 and b2 are right. The hidden layer moves by lr twice: once in dz1 and once in the step. dz1 is a slope and contains no lr."),
        Mistake("sigmoid's slope", lambda x, t, W1, b1, w2, b2, lr: _step(x, t, W1, b1, w2, b2, lr, network_like(delta=lambda p, t: (p - t) * p * (1 - p))), "The order is right now, but dz has got a factor p(1 − p). With cross-entropy it is p − t, as it was: only the order was wrong."),
        Mistake("moved twice on the way", _moved_twice, "w2 and b2 are right. The blame passes through a w2 that has moved even further. To undo the move it would have to be *added*; better, compute dz1 before w2 moves."),
        Mistake("hidden layer uphill", _hidden_moved_by(lambda a, dz, w2, b2, lr, t: -dz * w2 * (1 - a**2)), "w2 and b2 are right. The hidden layer goes uphill: its slopes are subtracted too, W1 − lr·dW1."),
        Mistake("hidden layer without lr", _hidden_moved_by(lambda a, dz, w2, b2, lr, t: dz * w2 * (1 - a**2) / lr), "w2 and b2 are right. The hidden layer moves by its whole slope: the learning rate has been lost there."),
        Mistake("outer the other way", lambda x, t, W1, b1, w2, b2, lr: _step(x, t, W1, b1, w2, b2, lr, network_giving(W1=lambda v: np.outer(v.x, v.dz1))), "np.outer(x, dz1) has a row for every input. W1 has one for every unit: np.outer(dz1, x), as it was."),
        Mistake("output's error anew", _error_anew, "w2 and b2 are right. The hidden layer's blame begins with a p that was computed again, with the moved w2 and b2. All slopes belong to one forward pass, the first."),
        Mistake("hidden outputs anew", _outputs_anew, "w2's slope is made from an a that was computed again, with the moved W1 and b1. All slopes belong to one forward pass, the first."),
        Mistake("hidden blame in w2", lambda x, t, W1, b1, w2, b2, lr: _step(x, t, W1, b1, w2, b2, lr, network_giving(w2=lambda v: v.dz1 * v.a)), "W1, b1 and b2 are right. w2's slope is made from dz1, the blame of the hidden units. It is the output's blame that comes back to w2: dz·a, as it was."),
    ),
)  # fmt: skip


# --- Check yourself ----------------------------------------------------------------------------------------------------


def _spine(t, key, *index):
    W1, b1 = np.array([[0.5, -0.3], [0.2, 0.4]]), np.array([0.4, -0.2])
    gradients = backward_two_layers(np.array([1.0, 2.0]), t, W1, b1, np.array([0.7, -0.6]), 0.2)
    return float(gradients[key][index] if index else gradients[key])


ON_PAPER = Exercise(
    id="7.6",
    title="On paper: the other target",
    kind="number",
    task="""
    The network of this chapter, with the same numbers, but the right answer is $t = 0$. What is $\\partial L/\\partial W_{1,21}$, the slope with respect to the weight from the first input to the second
    hidden unit (`W1[1, 0]`)? Three digits are enough. (You can reuse most of what was computed above. A network that runs costs nothing, but try paper first.)
    """,
    solution=_spine(0, "W1", 1, 0),
    rtol=6e-3,
    hints=(
        "Only one number of the whole backward pass changes at its beginning: p − t.",
        "dz = 0.5014. Then dz·w2[1]·(1 − a[1]²)·x[0].",
        "0.5014 · (−0.6) · (1 − 0.6640²) · 1",
    ),
    mistakes=(
        Mistake("t = 1, or w2 without its minus", _spine(1, "W1", 1, 0), "The size is right, the sign is not. If this is the slope for t = 1: with t = 0 the output's blame is p − 0 = +0.501 instead of −0.499, and every slope changes its sign. If you have 0.501: the weight on the way to the second hidden unit is w2[1] = −0.6, with a minus."),
        Mistake("hidden slope missing", 0.50137 * -0.6, "The factor 1 − a² of the hidden tanh is missing: 1 − 0.664² = 0.559."),
        Mistake("second input, or no blame", _spine(0, "W1", 1, 1), "This is twice the slope asked for. If it is W1[1, 1]: that comes from the second input, which is 2, and W1[1, 0] from the first, which is 1. If it is −0.6 · 0.559: the output's blame is missing, p − t = 0.501."),
        Mistake("t = 1 and the second input, or w2's slope", _spine(1, "W1", 1, 1), "This is twice the size asked for, and positive. If it is W1[1, 1] for t = 1: W1[1, 0] comes from the first input, which is 1, and with t = 0 the output's blame is p − 0 = +0.501. If it is the slope of w2[1], 0.501 · 0.664: W1[1, 0] lies one layer further back, beyond w2[1] = −0.6 and the tanh."),
        Mistake("other unit", _spine(0, "W1", 0, 0), "This belongs to the first hidden unit, W1[0, 0]. W1[1, 0] belongs to the second."),
        Mistake("other unit, t = 1", _spine(1, "W1", 0, 0), "This belongs to the first hidden unit, W1[0, 0], and to t = 1. W1[1, 0] belongs to the second unit; and with t = 0 the output's blame is p − 0 = +0.501."),
        Mistake("w2 missing", 0.50137 * (1 - 0.66404**2), "The way back to the hidden unit leads through its weight to the output, w2[1] = −0.6."),
        Mistake("hidden slope from z", 0.50137 * -0.6 * (1 - 0.8**2), "You took 1 − 0.8², from the hidden sum. The slope of the tanh is 1 − a², from its output: 1 − 0.664² = 0.559."),
        Mistake("hidden slope not squared", 0.50137 * -0.6 * (1 - 0.66404), "You took 1 − a for the slope of the hidden tanh. It is 1 − a²: 1 − 0.664² = 0.559."),
        Mistake("sigmoid's slope for tanh", 0.50137 * -0.6 * 0.66404 * (1 - 0.66404), "a(1 − a) is the slope of a sigmoid. The hidden units are tanh: 1 − a² = 1 − 0.664² = 0.559."),
        Mistake("sigmoid's slope left in", 0.50137 * 0.49863 * 0.50137 * -0.6 * (1 - 0.66404**2), "There is a factor p(1 − p) = 0.25 too many. With cross-entropy it has cancelled: the output's blame is p − t = 0.501."),
        Mistake("activation for the input", 0.50137 * -0.6 * (1 - 0.66404**2) * 0.66404, "You multiplied by the hidden unit's own output, 0.664. The signal that went in through W1[1, 0] is the first input, 1."),
        Mistake("a for w2", 0.50137 * 0.66404 * (1 - 0.66404**2), "The blame goes back through the *weight* w2[1] = −0.6, not through the activation 0.664."),
        Mistake("first unit's weight", 0.50137 * 0.7 * (1 - 0.66404**2), "You went back through w2[0] = 0.7, which belongs to the first hidden unit. The second acts through w2[1] = −0.6."),
        Mistake("first unit's slope", 0.50137 * -0.6 * (1 - 0.29131**2), "You took 1 − a² of the first hidden unit, 0.915. The second has a = 0.664: 1 − 0.664² = 0.559."),
        Mistake("the other entry off the diagonal", _spine(0, "W1", 0, 1), "This is W1[0, 1], from the second input to the *first* unit. Rows are units: W1[1, 0] goes from the first input to the second unit."),
        Mistake("the output's blame", 0.50137, "This is the output's blame, p − t, the beginning. From there it goes through w2[1] = −0.6 and the slope 1 − 0.664² of the tanh, and is multiplied by the input 1."),
    ),
)  # fmt: skip

ORDER = Exercise(
    id="7.7",
    title="In which order?",
    kind="choice",
    task="What is the order of one round of training?",
    choices=(
        "forward pass, gradient descent, backpropagation, loss",
        "forward pass, loss, backpropagation, update of the parameters",
        "backpropagation, forward pass, loss, update of the parameters",
        "forward pass, loss, update of the parameters, backpropagation",
    ),
    solution="b",
    hints=("What does each step need from the others?", "The update needs slopes; slopes need the loss and the kept values; those need the forward pass."),
    mistakes=(
        Mistake("descent first", "a", "Descent needs the gradient, which backpropagation computes, and that needs the loss. (One of the texts that this book grew out of drew it in this order.)"),
        Mistake("backward first", "c", "Backpropagation uses the values that the forward pass has kept. It cannot come first."),
        Mistake("update before slopes", "d", "Before backpropagation there are no slopes to take a step by."),
    ),
)  # fmt: skip

DIRECTION = Exercise(
    id="7.8",
    title="Where it ends",
    kind="choice",
    task="""
    A single linear unit is trained on *one* example with $\\mathbf x = (1, 2)$, as above, from two different beginnings. Both reach loss 0. Are their final weights the same?
    """,
    choices=(
        "Yes: there is one best set of weights.",
        "No: each step moves (w₁, w₂, b) along (1, 2, 1), so each ends at the point of its own line where the error is 0.",
        "No: the learning rate decides where it ends.",
        "Yes, if it is trained long enough.",
    ),
    solution="b",
    hints=("How many numbers are free, and how many equations does one example give?", "In which direction does every step go?"),
    mistakes=(
        Mistake("one best", "a", "Three free numbers and one equation, w₁ + 2w₂ + b = 3: there is a whole plane of weights with loss 0."),
        Mistake("learning rate", "c", "As long as it converges, the learning rate only decides how fast. Every step goes along (1, 2, 1), so the end point is decided by the beginning."),
        Mistake("longer", "d", "At loss 0 the slope is 0, so nothing moves any more. Both have arrived, at different points."),
    ),
)  # fmt: skip

LOCAL = Exercise(
    id="7.9",
    title="A forecast that fails",
    kind="choice",
    task="""
    A step with learning rate 0.5 was to lower the loss by 0.580, by the slopes, and lowered it by 0.372. What went wrong?
    """,
    choices=(
        "The gradient is wrong: a right one would have forecast the change exactly.",
        "Nothing: the slopes hold where they were taken, and a long step leaves that place. With a hundredth of the step, forecast and change agree to better than 1 %.",
        "Rounding errors of the computer.",
        "The loss was not at its minimum.",
    ),
    solution="b",
    hints=("What is a slope a statement about?", "Compare the curve of x² with its touching line, near by and far away."),
    mistakes=(
        Mistake("gradient wrong", "a", "The gradient was checked: it is right. A slope describes the surface at a point; after a long step the surface has bent away."),
        Mistake("rounding", "c", "Rounding errors are of the order of 10⁻¹⁶ here."),
        Mistake("minimum", "d", "At a minimum the forecast would have been 0. The forecast fails because the step is long."),
    ),
)  # fmt: skip

EXERCISES = (NEURON, LAYER, ARTICLE, TWO_LAYERS, UPDATE_ORDER, ON_PAPER, ORDER, DIRECTION, LOCAL)
