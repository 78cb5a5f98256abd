"""A teacher's own pack, small: one exercise of each kind, so that the judge's tests do not lean on the book."""

import numpy as np

from bpedu.exercise import Exercise, Mistake


def matrices(rng):
    return [
        (rng.normal(0, 2, (7, 5)),),
        (rng.normal(0, 2, 11),),
        (rng.normal(0, 2, (3, 3)),),
        (rng.normal(0, 2, (1, 2)),),
    ]


def sum_of_squares(x):
    """Return the sum of the squares of all entries of x, a number."""
    return float((x * x).sum())


SUM_OF_SQUARES = Exercise(
    id="demo.1",
    title="A sum of squares",
    task="Write `sum_of_squares(x)`: the sum of the squares of all entries of `x`, a number.",
    solution=sum_of_squares,
    cases=matrices,
    points=2,
    hints=("What is squared?", "np.sum(x ** 2)"),
    mistakes=(
        Mistake(
            "mean",
            lambda x: float((x * x).mean()),
            "This is the mean of the squares: the sum was divided by the count.",
        ),
        Mistake(
            "no square", lambda x: float(x.sum()), "This is the sum of the entries themselves; they were not squared."
        ),
        Mistake("not summed", lambda x: x * x, "These are the squares; they still have to be summed."),
    ),
)


def dense_backward(X, W, dZ):
    """Return dX, dW and db of Z = X @ W.T + b, for dZ of the shape of Z."""
    return dZ @ W, dZ.T @ X, dZ.sum(axis=0)


def dense_cases(rng):
    return [
        tuple(rng.normal(size=s) for s in ((n, d), (h, d), (n, h)))
        for n, d, h in ((7, 5, 3), (1, 4, 2), (4, 4, 4), (5, 2, 11))
    ]


DENSE = Exercise(
    id="demo.2",
    title="Backward through a dense layer",
    task="Write `dense_backward(X, W, dZ)`: it returns `dX`, `dW` and `db`.",
    solution=dense_backward,
    cases=dense_cases,
    outputs=("dX", "dW", "db"),
    points=3,
    hints=("Which shapes fit?", "dW is dZ.T @ X."),
    mistakes=(
        Mistake(
            "dW transposed", lambda X, W, dZ: (dZ @ W, X.T @ dZ, dZ.sum(0)), "Your dW is transposed: it has W's shape."
        ),
        Mistake(
            "db a mean", lambda X, W, dZ: (dZ @ W, dZ.T @ X, dZ.mean(0)), "Your db is a mean over the batch, not a sum."
        ),
        Mistake("sign", lambda X, W, dZ: (-dZ @ W, -dZ.T @ X, -dZ.sum(0)), "Every gradient has the wrong sign here."),
    ),
)


class Momentum:
    """Keeps v ← 0.9·v + g for the gradients g it is given; step(g) returns the new v."""

    def __init__(self, shape):
        """Start with v = 0."""
        self.v = np.zeros(shape)

    def step(self, g):
        """Return the new v."""
        self.v = 0.9 * self.v + g
        return self.v.copy()


class Forgetful:
    def __init__(self, shape):
        self.v = np.zeros(shape)

    def step(self, g):
        return 0.9 * self.v + g


def push(momentum, gradients):
    m = momentum(gradients[0].shape)
    return tuple(m.step(g) for g in gradients)


MOMENTUM = Exercise(
    id="demo.3",
    title="Momentum",
    task="Write the class `Momentum`.",
    kind="class",
    solution=Momentum,
    drive=push,
    cases=lambda rng: [([rng.normal(size=n) for _ in range(3)],) for n in (3, 1, 5)],
    hints=("What has to be kept?", "self.v"),
    mistakes=(Mistake("forgets", Forgetful, "Your class does not keep v from one step to the next."),),
)


AREA = Exercise(
    id="demo.4",
    title="Numbers of one's own",
    task="What is {a} times {b}?",
    kind="number",
    solution=lambda a, b: a * b,
    given={"a": 6, "b": 7},
    draw=lambda rng: {"a": int(rng.integers(10, 99)), "b": int(rng.integers(10, 99))},
    hints=("Multiply.", "By hand."),
    mistakes=(Mistake("sum", lambda a, b: a + b, "This is the sum of the two, not their product."),),
)

CHOICE = Exercise(
    id="demo.5",
    title="A choice",
    task="Which is the derivative of $x^2$?",
    kind="choice",
    choices=("$x$", "$2x$", "$x^3/3$"),
    solution="b",
    hints=("The power comes down.", "Then the exponent is one less."),
    mistakes=(
        Mistake("a", "a", "x lacks the factor 2 that comes down from the exponent."),
        Mistake("c", "c", "This is an antiderivative, the way back."),
    ),
)


def norm(x):
    """Return the length of x: the root of its sum of squares."""
    return float(np.sqrt((x * x).sum()))


NORM = Exercise(
    id="demo.6",
    title="A length, from the sum of squares",
    task="Write `norm(x)`: the root of `sum_of_squares(x)`.",
    solution=norm,
    cases=matrices,
    needs=("demo.1",),
    hints=("Use sum_of_squares.", "np.sqrt"),
    mistakes=(
        Mistake("no root", lambda x: float((x * x).sum()), "The root is missing: this is the sum of squares itself."),
    ),
)

EXERCISES = (SUM_OF_SQUARES, DENSE, MOMENTUM, AREA, CHOICE, NORM)
