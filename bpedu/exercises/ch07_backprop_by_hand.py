"""Exercises of chapter 07, Backpropagation by hand."""

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
    return [case(3, 5), first, case(5, 3), case(2, 1), case(7, 4)]


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
        Mistake("new W for b", one_after_the_other, "b's gradient was computed with the W that has already been moved. Compute all gradients first, then move all parameters."),
        Mistake("y computed once", lambda x, t, W, b, lr, steps: train(x, t, W, b, lr * steps, 1), "Every step uses the same y. W and b move, so y moves too: compute it anew inside the loop."),
        Mistake("b missing from y", trained(lambda x, t, W, b: (np.outer(W @ x - t, x), W @ x - t)), "The bias is missing from y: y = W @ x + b."),
        Mistake("one step", lambda x, t, W, b, lr, steps: train(x, t, W, b, lr, 1), "This makes one step, whatever `steps` says. (Is the return inside the loop?)"),
        Mistake("error averaged over inputs", trained(lambda x, t, W, b: (np.outer(W @ x + b - t, x) / len(x), W @ x + b - t)), "dW is divided by the number of inputs. There is one example and nothing to average."),
        Mistake("exchanged", lambda x, t, W, b, lr, steps: train(x, t, W, b, lr, steps)[::-1], "Both are right, in the wrong order: return W first, then b."),
        Mistake("no x", trained(lambda x, t, W, b: (np.tile(W @ x + b - t, (1, len(x))), W @ x + b - t)), "dW lacks the factor x. A weight whose input is large moves y more, so its slope is larger: dy·x."),
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
    ),
)  # fmt: skip


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
        Mistake("t = 1", _spine(1, "W1", 1, 0), "This is the slope for t = 1. With t = 0 the output's blame is p − 0 = 0.501 instead of −0.499, and every slope changes its sign."),
        Mistake("hidden slope missing", 0.50137 * -0.6, "The factor 1 − a² of the hidden tanh is missing: 1 − 0.664² = 0.559."),
        Mistake("second input", _spine(0, "W1", 1, 1), "This is W1[1, 1], from the second input, which is 2. W1[1, 0] comes from the first, which is 1."),
        Mistake("other unit", _spine(0, "W1", 0, 0), "This belongs to the first hidden unit, W1[0, 0]. W1[1, 0] belongs to the second."),
        Mistake("w2 missing", 0.50137 * (1 - 0.66404**2), "The way back to the hidden unit leads through its weight to the output, w2[1] = −0.6."),
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
