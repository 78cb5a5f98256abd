"""Exercises of chapter 05, Gradient descent."""

import numpy as np

from bpedu.exercise import Exercise, Mistake

# --- 5.1 -------------------------------------------------------------------------------------------------------------


def descend(gradient, w, lr, steps):
    """Return the path of descent: the start and the weights after each step, (steps + 1, P).

    gradient(w) gives the slopes (P,) at w; w (P,) the start; lr the learning rate; steps how many
    """
    path = [w]
    for _ in range(steps):
        w = w - lr * gradient(w)
        path.append(w)
    return np.array(path)


def walk(answer, landscape, w, lr, steps):
    """Uses an answer to 5.1 on one of three landscapes, known by name."""
    gradients = {
        "bowl": lambda w: (1 + np.arange(len(w))) * w,
        "quartic": lambda w: 0.1 * w**3 - w,
        "coupled": lambda w: np.sin(w) + 0.3 * np.roll(w, 1),
    }
    return answer(gradients[landscape], w, lr, steps)


def walk_cases(rng):
    return [
        ("bowl", rng.normal(0, 2, 3), 0.3, 5),
        ("quartic", rng.normal(0, 2, 5), 0.11, 7),
        ("coupled", rng.normal(0, 2, 7), 0.07, 3),
        ("bowl", rng.normal(0, 2, 1), 0.9, 4),
    ]


def descend_in_place(gradient, w, lr, steps):
    w = w.copy()
    path = [w]
    for _ in range(steps):
        w -= lr * gradient(w)
        path.append(w)
    return np.array(path)


def stale_gradient(gradient, w, lr, steps):
    return w - lr * np.arange(steps + 1)[:, None] * gradient(w)


def one_weight_after_the_other(gradient, w, lr, steps):
    w, path = w.copy(), [w]
    for _ in range(steps):
        for j in range(len(w)):
            w[j] = w[j] - lr * gradient(w)[j]
        path.append(w.copy())
    return np.array(path)


def unit_steps(gradient, w, lr, steps):
    return descend(lambda v: gradient(v) / np.linalg.norm(gradient(v)), w, lr, steps)


def descend_into_array(gradient, w, lr, steps):
    path = np.empty((steps + 1, len(w)))
    path[0] = w
    for k in range(steps):
        path[k + 1] = path[k] - lr * gradient(path[k])
    return path


DESCEND = Exercise(
    id="5.1",
    title="The algorithm",
    task="""
    Write `descend(gradient, w, lr, steps)`. It starts at `w`, an array $(P,)$, and takes `steps` steps of gradient descent
    with learning rate `lr`. `gradient` is a function: `gradient(w)` returns the slopes at `w`, an array $(P,)$. Return the
    whole path, an array $(\\text{steps}+1, P)$: the start in row 0, then the weights after each step.
    """,
    solution=descend,
    drive=walk,
    cases=walk_cases,
    outputs=("path",),
    difficulty=1,
    points=2,
    hints=(
        "Where is the gradient to be taken at step 2: at the start, or where step 1 has led?",
        "path = [w]; then in a loop w = w - lr * gradient(w), and append. What would w -= … do to the arrays already in the list?",
        "for _ in range(steps): w = w - lr * gradient(w); path.append(w). And return np.array(path).",
    ),
    mistakes=(
        Mistake(
            "uphill",
            lambda gradient, w, lr, steps: descend(lambda v: -gradient(v), w, lr, steps),
            "You walk uphill. The gradient points to where the loss *grows* fastest; to descend, subtract it: w − lr·g.",
        ),
        Mistake(
            "written over",
            descend_in_place,
            "All rows of your path are the last one. `w -= …` changes the array in place, and the list holds the same array "
            "many times. Make a new array at each step: w = w - lr * g.",
        ),
        Mistake(
            "gradient of the start",
            stale_gradient,
            "You took every step with the gradient of the start. The slopes change as you move: ask gradient(w) again at "
            "every step.",
        ),
        Mistake(
            "without lr",
            lambda gradient, w, lr, steps: descend(gradient, w, 1.0, steps),
            "The learning rate is not used: your step is the whole gradient. Multiply it by lr.",
        ),
        Mistake(
            "start missing",
            lambda gradient, w, lr, steps: descend(gradient, w, lr, steps)[1:],
            "The start is missing: the path has steps + 1 rows, and row 0 is w as it was given.",
        ),
        Mistake(
            "one step short",
            lambda gradient, w, lr, steps: descend(gradient, w, lr, steps)[:-1],
            "Your path stops one step short: after the start there are `steps` more rows.",
        ),
        Mistake(
            "one step too many",
            lambda gradient, w, lr, steps: descend(gradient, w, lr, steps + 1),
            "Your path has one step too many: the start and `steps` steps make steps + 1 rows.",
        ),
        Mistake(
            "return in the loop",
            lambda gradient, w, lr, steps: descend(gradient, w, lr, 1),
            "Your walk ends after its first step. Is the return inside the loop?",
        ),
        Mistake(
            "never moved",
            lambda gradient, w, lr, steps: np.array([w] + steps * [w - lr * gradient(w)]),
            "Every row after the start is the first step once more. You compute where the step leads, and the next one begins "
            "at the start again: w itself has to become the new weights.",
        ),
        Mistake(
            "flat",
            lambda gradient, w, lr, steps: descend(gradient, w, lr, steps).ravel(),
            "The numbers are right, but they stand in one long row: np.append and np.hstack join arrays end to end. Collect the "
            "weights in a list, and make np.array(path) of it.",
        ),
        Mistake(
            "end only",
            lambda gradient, w, lr, steps: descend(gradient, w, lr, steps)[-1],
            "This is where the walk ends. The whole path is asked for: the start and the weights after every step.",
        ),
        Mistake(
            "one weight after the other",
            one_weight_after_the_other,
            "You move one weight after the other and ask for the gradient in between. The gradient is one vector, taken at one "
            "point: ask once per step, and move all weights with it.",
        ),
        Mistake(
            "steps of equal length",
            unit_steps,
            "You divide the gradient by its length, so that all steps are equally long. In gradient descent the step is "
            "lr·g: long where it is steep, short where it is flat.",
        ),
    ),
    alternatives=(descend_into_array,),
)


# --- 5.2 -------------------------------------------------------------------------------------------------------------


def linear_regression_gradients(X, t, w, b):
    """Return (dw, db): the slopes of the mean of (X w + b − t)² with respect to w and b.

    X (N, D), t (N,), w (D,), b a number  ->  dw (D,), db a number
    """
    errors = X @ w + b - t
    return 2 * (errors @ X) / len(t), 2 * errors.mean()


def regression_cases(rng):
    def case(n, d):
        return rng.normal(0.5, 1.5, (n, d)), rng.normal(1, 2, n), rng.normal(size=d), float(rng.normal(1.5, 1))

    return [case(7, 3), case(11, 5), case(5, 1), case(1, 3), case(3, 3)]


def errors_of(X, t, w, b):
    return X @ w + b - t


def regression_like(dw, db):
    """Another dw and db, functions of the errors (N,), X and N."""

    def answer(X, t, w, b):
        errors = errors_of(X, t, w, b)
        return dw(errors, X, len(t)), db(errors, X, len(t))

    return answer


def right_dw(e, X, n):
    return 2 * (e @ X) / n


def right_db(e, X, n):
    return 2 * e.mean()


LINEAR = Exercise(
    id="5.2",
    title="The slopes of a linear model",
    task="""
    A linear model predicts $y_n = \\mathbf w\\cdot\\mathbf x_n + b$. Its loss is the mean squared error of chapter 04,
    $L = \\frac1N\\sum_n(y_n-t_n)^2$. Write `linear_regression_gradients(X, t, w, b)` with `X` $(N, D)$, `t` $(N,)$, `w`
    $(D,)$, `b` a number. It returns `(dw, db)`: `dw` $(D,)$ holds $\\partial L/\\partial w_j$, `db` is
    $\\partial L/\\partial b$.
    """,
    solution=linear_regression_gradients,
    cases=regression_cases,
    outputs=("dw", "db"),
    difficulty=2,
    points=3,
    hints=(
        "Nudge w_j by h. By how much does the prediction for example n move? And the squared error of example n?",
        "∂L/∂w_j is a sum over the examples of (2/N)·error_n·x_nj; for b, every example has input 1.",
        "errors = X @ w + b - t; then 2 * (errors @ X) / N and 2 * errors.mean().",
    ),
    mistakes=(
        Mistake(
            "2 missing",
            regression_like(lambda e, X, n: e @ X / n, lambda e, X, n: e.mean()),
            "Both are half of what they should be: the slope of a square is 2·error. (Without the 2 they belong to the loss "
            "with ½ in front.)",
        ),
        Mistake(
            "sum instead of mean",
            regression_like(lambda e, X, n: 2 * (e @ X), lambda e, X, n: 2 * e.sum()),
            "These are the slopes of the *sum* of the squared errors, N times too large. The loss is the mean: divide by N.",
        ),
        Mistake(
            "sign",
            regression_like(lambda e, X, n: -right_dw(e, X, n), lambda e, X, n: -right_db(e, X, n)),
            "Both have the wrong sign. The error is prediction minus target, X w + b − t; with t − prediction the slopes turn "
            "round, and descent would climb.",
        ),
        Mistake(
            "bias left out of the prediction",
            lambda X, t, w, b: linear_regression_gradients(X, t, w, 0.0),
            "Your errors are those of X w alone. The prediction is X w + b.",
        ),
        Mistake(
            "db without 2",
            regression_like(right_dw, lambda e, X, n: e.mean()),
            "dw is right. db lacks the 2: the bias is a weight whose input is always 1, so its slope is the same formula "
            "with x = 1.",
        ),
        Mistake(
            "db summed",
            regression_like(right_dw, lambda e, X, n: 2 * e.sum()),
            "dw is right. db is N times too large: it too is the slope of a mean.",
        ),
        Mistake(
            "one row for all",
            regression_like(lambda e, X, n: 2 * e.mean() * X[0], right_db),
            "You multiplied the mean error by the first row of X. Each error belongs to its own row: multiply first, then "
            "sum over the examples.",
        ),
        Mistake(
            "mean of X",
            regression_like(lambda e, X, n: 2 * e.mean() * X.mean(axis=0), right_db),
            "You multiplied the mean error by the mean input. The mean of a product is not the product of the means: "
            "multiply each error with its own row, then average.",
        ),
        Mistake(
            "divided by all entries",
            regression_like(lambda e, X, n: 2 * (e @ X) / X.size, right_db),
            "dw is divided by N·D, the size of X. The loss is a mean over the N examples: divide by N.",
        ),
        Mistake(
            "divided by D",
            regression_like(lambda e, X, n: 2 * (e @ X) / X.shape[1], lambda e, X, n: 2 * e.sum() / X.shape[1]),
            "You divided by D, the number of inputs. The loss is a mean over the N examples: len(X), not len(w) or X.shape[1].",
        ),
        Mistake(
            "dw divided by D",
            regression_like(lambda e, X, n: 2 * (e @ X) / X.shape[1], right_db),
            "dw is divided by D, the number of inputs. The loss is a mean over the N examples: len(X), not len(w).",
        ),
        Mistake(
            "summed over the inputs",
            regression_like(lambda e, X, n: 2 * (e[:, None] * X).sum(axis=1) / n, right_db),
            "dw holds one number for each example: you summed over axis 1, the inputs. One number for each weight is asked for: "
            "sum over the examples, axis 0.",
        ),
        Mistake(
            "averaged over the inputs",
            regression_like(lambda e, X, n: 2 * (e[:, None] * X).mean(axis=1), right_db),
            "dw holds one number for each example: you averaged over axis 1, the inputs. One number for each weight is asked "
            "for: average over the examples, axis 0.",
        ),
        Mistake(
            "error squared",
            regression_like(lambda e, X, n: 2 * (e**2 @ X) / n, lambda e, X, n: 2 * np.mean(e**2)),
            "Your errors are squared. The square is in the loss; its slope is 2·error, and the error stands there once.",
        ),
        Mistake(
            "not summed",
            regression_like(lambda e, X, n: 2 * e[:, None] * X / n, right_db),
            "This is every example's share of dw, in N rows. One weight serves all examples, so its effects add: sum over "
            "the rows.",
        ),
        Mistake(
            "exchanged",
            regression_like(right_db, right_dw),
            "Both are right, in the wrong order: return dw first, then db.",
        ),
        Mistake(
            "error missing",
            regression_like(lambda e, X, n: 2 * X.mean(axis=0), lambda e, X, n: 2.0),
            "This says how the *prediction* moves with the weights, times 2. The slope of the square brings the error as a "
            "factor: 2·error·x.",
        ),
    ),
    alternatives=(
        lambda X, t, w, b: (2 / len(t) * X.T @ (X @ w + b - t), 2 / len(t) * np.sum(X @ w + b - t)),
        lambda X, t, w, b: (
            np.array([np.mean(2 * (X @ w + b - t) * X[:, j]) for j in range(X.shape[1])]),
            np.mean(2 * (X @ w + b - t)),
        ),
    ),
)


# --- 5.3 -------------------------------------------------------------------------------------------------------------


def line_step(x, t, w, b, lr):
    """Return (w, b) after one step of descent on the mean of (w·x + b − t)²; x, t (N,)."""
    errors = w * x + b - t
    dw, db = 2 * np.mean(errors * x), 2 * np.mean(errors)
    return w - lr * dw, b - lr * db


def line_step_to_mend(x, t, w, b, lr):
    """Return (w, b) after one step of descent on the mean of (w·x + b − t)²; x, t (N,)."""
    w = w - lr * 2 * np.mean((w * x + b - t) * x)
    b = b - lr * 2 * np.mean(w * x + b - t)
    return w, b


def line_cases(rng):
    return [
        (rng.normal(1, 2, n), rng.normal(0, 2, n), float(rng.normal(2, 1)), float(rng.normal(1, 1)), lr)
        for n, lr in ((7, 0.1), (11, 0.03), (5, 0.25), (1, 0.1), (3, 1.0))
    ]


def bias_first(x, t, w, b, lr):
    b = b - lr * 2 * np.mean(w * x + b - t)
    w = w - lr * 2 * np.mean((w * x + b - t) * x)
    return w, b


def line_like(dw, db):
    """A step with other slopes, functions of the errors and x."""

    def answer(x, t, w, b, lr):
        errors = w * x + b - t
        return w - lr * dw(errors, x), b - lr * db(errors, x)

    return answer


ONE_AFTER_THE_OTHER = Exercise(
    id="5.3",
    title="Find the bug: one after the other",
    task="""
    This function fits a line. It does find the line in the end, and nobody complained, until somebody compared its first
    step with a calculation by hand: `w` agreed, `b` did not. What it does is not gradient descent. Mend
    `line_step(x, t, w, b, lr)`.
    """,
    solution=line_step,
    starter=line_step_to_mend,
    cases=line_cases,
    outputs=("w", "b"),
    difficulty=2,
    points=2,
    needs=("5.2",),
    hints=(
        "At which point (w, b) is the slope for w taken, and at which the slope for b?",
        "In the second line w is already the new one. The gradient is one vector, taken at one point.",
        "Compute both slopes from the same errors first, then move both: errors = w * x + b - t; dw = …; db = …; return …",
    ),
    mistakes=(
        Mistake(
            "untouched",
            line_step_to_mend,
            "This is still the function as it was found. The slope for b is taken at the *new* w. First compute all slopes at "
            "one point, then move everything.",
        ),
        Mistake(
            "the other way round",
            bias_first,
            "Now b goes first and w follows with the new b: the same fault in the other order. Compute both slopes before "
            "you move either.",
        ),
        Mistake(
            "uphill",
            line_like(lambda e, x: -2 * np.mean(e * x), lambda e, x: -2 * np.mean(e)),
            "Both slopes are now taken at the same point, but the step goes uphill: subtract them.",
        ),
        Mistake(
            "2 missing",
            line_like(lambda e, x: np.mean(e * x), lambda e, x: np.mean(e)),
            "Both slopes are now taken at the same point, but they have lost their 2.",
        ),
        Mistake(
            "x lost",
            line_like(lambda e, x: 2 * np.mean(e), lambda e, x: 2 * np.mean(e)),
            "The slope for w has lost its x: when w moves by h, the prediction at x moves by h·x.",
        ),
        Mistake(
            "the slopes",
            lambda x, t, w, b, lr: (2 * np.mean((w * x + b - t) * x), 2 * np.mean(w * x + b - t)),
            "These are the two slopes. The new w and b are asked for: w − lr·dw and b − lr·db.",
        ),
        Mistake(
            "x in both",
            line_like(lambda e, x: 2 * np.mean(e * x), lambda e, x: 2 * np.mean(e * x)),
            "The slope for b has an x too many: when b moves by h, every prediction moves by h, whatever its x.",
        ),
        Mistake(
            "b stays",
            line_like(lambda e, x: 2 * np.mean(e * x), lambda e, x: 0.0),
            "w is right, and b comes back as it was given. Return the new b as well.",
        ),
        Mistake(
            "w stays",
            line_like(lambda e, x: 0.0, lambda e, x: 2 * np.mean(e)),
            "b is right, and w comes back as it was given. Return the new w as well.",
        ),
        Mistake(
            "sum instead of mean",
            line_like(lambda e, x: 2 * np.sum(e * x), lambda e, x: 2 * np.sum(e)),
            "Both slopes are now taken at the same point, but the mean has become a sum: they are N times too large.",
        ),
        Mistake(
            "without lr",
            lambda x, t, w, b, lr: line_step(x, t, w, b, 1.0),
            "Both slopes are now taken at the same point, but the learning rate got lost: multiply them by lr.",
        ),
        Mistake(
            "exchanged",
            lambda x, t, w, b, lr: line_step(x, t, w, b, lr)[::-1],
            "Both numbers are right, in the wrong order: return w first, then b.",
        ),
    ),
    alternatives=(
        lambda x, t, w, b, lr: (
            w - lr * 2 * np.mean((w * x + b - t) * x),
            b - lr * 2 * np.mean(w * x + b - t),
        ),
    ),
)


# --- 5.4 -------------------------------------------------------------------------------------------------------------


def softmax_regression_gradients(X, labels, W, b):
    """Return (dW, db): the slopes of the mean cross-entropy of softmax(X Wᵀ + b).

    X (N, D), labels (N,) integers, W (K, D), b (K,)  ->  dW (K, D), db (K,)
    """
    Z = X @ W.T + b
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    dZ = E / E.sum(axis=1, keepdims=True)
    dZ[np.arange(len(X)), labels] -= 1
    dZ /= len(X)
    return dZ.T @ X, dZ.sum(axis=0)


def classifier_cases(rng):
    """In the last case a row has logits of 1500 and 900, and the other rows small ones: an exponential without its shift
    overflows, and logits cut off at some bound are equal."""

    def case(n, d, k, labels):
        return rng.normal(0, 1, (n, d)), np.array(labels), rng.normal(0, 1, (k, d)), rng.normal(0, 1, k)

    X, labels, W, b = case(5, 3, 7, [2, 0, 0, 5, 2])
    W[3] *= 10 / np.linalg.norm(W[3])  # so that the large logits come from inputs of 150 at most
    W[5] = 0.6 * W[3]
    X[2] = 1500 * W[3] / (W[3] @ W[3])
    return [
        case(7, 5, 3, [0, 2, 2, 1, 0, 2, 2]),
        case(11, 3, 5, [4, 0, 0, 1, 4, 4, 2, 0, 1, 4, 0]),
        case(1, 5, 3, [1]),
        case(5, 2, 7, [6, 0, 3, 3, 1]),
        case(3, 3, 3, [0, 2, 2]),
        (X, labels, W, b),
    ]


def probabilities(X, W, b, axis=1):
    Z = X @ W.T + b
    E = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return E / E.sum(axis=axis, keepdims=True)


def classifier_like(dZ=None, back=None):
    """Another dZ, a function of P, T (one-hot) and N; or another way from dZ and X back to dW and db."""

    def answer(X, labels, W, b):
        P, T = probabilities(X, W, b), np.eye(len(b))[labels]
        D = (P - T) / len(X) if dZ is None else dZ(P, T, len(X))
        return (D.T @ X, D.sum(axis=0)) if back is None else back(D, X)

    return answer


def shifted_by(shift):
    """The gradients with another shift of the logits before the exponential: a function of Z."""

    def answer(X, labels, W, b):
        Z = X @ W.T + b
        E = np.exp(Z - shift(Z))
        D = (E / E.sum(axis=1, keepdims=True) - np.eye(len(b))[labels]) / len(X)
        return D.T @ X, D.sum(axis=0)

    return answer


def columns_minus_one(X, labels, W, b):
    P = probabilities(X, W, b)
    P[:, labels] -= 1
    return P.T @ X / len(X), P.sum(axis=0) / len(X)


def rows_minus_one(X, labels, W, b):
    P = probabilities(X, W, b)
    P[labels] -= 1
    return P.T @ X / len(X), P.sum(axis=0) / len(X)


def other_targets(targets):
    """The gradients with something else in the place of the one-hot table: a function of the labels."""

    def answer(X, labels, W, b):
        D = (probabilities(X, W, b) - targets(labels)) / len(X)
        return D.T @ X, D.sum(axis=0)

    return answer


def other_outputs(outputs):
    """The gradients with something else in the place of the probabilities: a function of the logits."""

    def answer(X, labels, W, b):
        D = (outputs(X @ W.T + b) - np.eye(len(b))[labels]) / len(X)
        return D.T @ X, D.sum(axis=0)

    return answer


def normalised_over_the_batch(X, labels, W, b):
    D = (probabilities(X, W, b, axis=0) - np.eye(len(b))[labels]) / len(X)
    return D.T @ X, D.sum(axis=0)


SOFTMAX_REGRESSION = Exercise(
    id="5.4",
    title="The slopes of softmax regression",
    task="""
    A single layer with softmax: logits `Z = X @ W.T + b`, and the mean cross-entropy of chapter 04 as the loss. Write
    `softmax_regression_gradients(X, labels, W, b)` with `X` $(N, D)$, integer `labels` $(N,)$, `W` $(K, D)$, `b` $(K,)$. It
    returns `(dW, db)`, in the shapes of `W` and `b`.
    """,
    solution=softmax_regression_gradients,
    cases=classifier_cases,
    outputs=("dW", "db"),
    difficulty=2,
    points=3,
    needs=("4.5", "5.2"),
    hints=(
        "You know ∂L/∂Z from exercise 4.5. If W[k, j] is nudged by h, which logits move, and by how much?",
        "Z[n, k] moves by h·X[n, j], in every row n. So dW[k, j] = Σ_n dZ[n, k]·X[n, j]: write the sum as a matrix product.",
        "dZ = (P - T) / N; dW = dZ.T @ X; db = dZ.sum(axis=0).",
    ),
    mistakes=(
        Mistake(
            "transposed",
            classifier_like(back=lambda D, X: (X.T @ D, D.sum(axis=0))),
            "Your dW is (D, K), the transpose of what is asked. A gradient has the shape of its parameter: W is (K, D), so "
            "dW = dZ.T @ X.",
        ),
        Mistake(
            "not divided by N",
            classifier_like(dZ=lambda P, T, n: P - T),
            "These are the slopes of the sum over the batch. The loss is the mean, so (P − T)/N: divide once, in dZ.",
        ),
        Mistake(
            "divided twice",
            classifier_like(dZ=lambda P, T, n: (P - T) / n**2),
            "Divided by N twice. The 1/N comes out of the loss, in dZ = (P − T)/N; what follows are plain sums.",
        ),
        Mistake(
            "db divided again",
            classifier_like(back=lambda D, X: (D.T @ X, D.mean(axis=0))),
            "dW is right. For db you took the mean over the batch of a dZ that is divided by N already: sum it.",
        ),
        Mistake(
            "sign",
            classifier_like(dZ=lambda P, T, n: (T - P) / n),
            "Both have the wrong sign: the slope of cross-entropy is prediction minus truth, P − T.",
        ),
        Mistake(
            "truth not subtracted",
            classifier_like(dZ=lambda P, T, n: P / n),
            "The labels make no difference in yours: the 1 at the true class has to be subtracted from P.",
        ),
        Mistake(
            "slope of the sigmoid",
            classifier_like(dZ=lambda P, T, n: (P - T) * P * (1 - P) / n),
            "There is a factor P(1 − P) too much. P − T is already the slope with respect to the logits.",
        ),
        Mistake(
            "whole columns",
            columns_minus_one,
            "P[:, labels] -= 1 subtracts in every row. Each row has its own label: P[np.arange(N), labels] -= 1.",
        ),
        Mistake(
            "whole rows",
            rows_minus_one,
            "P[labels] -= 1 takes the labels for row numbers. Each row has its own label: P[np.arange(N), labels] -= 1.",
        ),
        Mistake(
            "labels subtracted",
            other_targets(lambda labels: labels),
            "You subtract the labels themselves from P. A label is the number of a class, not a target: from P, 1 is subtracted "
            "at the true class and 0 elsewhere, P[np.arange(N), labels] -= 1.",
        ),
        Mistake(
            "labels subtracted as a column",
            other_targets(lambda labels: labels[:, None]),
            "You subtract the number of the class from all entries of its row. What is subtracted from P is 1 at the true class "
            "and 0 elsewhere: P[np.arange(N), labels] -= 1.",
        ),
        Mistake(
            "as many classes as labels occur",
            other_targets(lambda labels: np.eye(len(np.unique(labels)))[labels]),
            "You counted the classes that occur here. A class may be absent from a batch, and then the one-hot table has too "
            "few columns. There are K classes, as many as W has rows: np.eye(len(b))[labels].",
        ),
        Mistake(
            "classes up to the largest label",
            other_targets(lambda labels: np.eye(labels.max() + 1)[labels]),
            "You took the largest label that occurs for the last class. It may be absent from a batch, and then the one-hot "
            "table has too few columns. There are K classes, as many as W has rows: np.eye(len(b))[labels].",
        ),
        Mistake(
            "one-hot of N columns",
            other_targets(lambda labels: np.eye(len(labels))[labels]),
            "Your one-hot table has a column for each example. It needs one for each class, as many as W has rows: "
            "np.eye(len(b))[labels].",
        ),
        Mistake(
            "no softmax",
            other_outputs(lambda Z: Z),
            "You took the logits for probabilities. P is the softmax of Z: exponentials, divided by the sum of their row.",
        ),
        Mistake(
            "sigmoid",
            other_outputs(lambda Z: 1 / (1 + np.exp(-Z))),
            "You took the sigmoid of each logit. These are K separate yes-or-no questions; for one class out of K the "
            "probabilities of a row are a softmax, which sums to 1.",
        ),
        Mistake(
            "not normalised",
            other_outputs(lambda Z: np.exp(Z - Z.max(axis=1, keepdims=True))),
            "Your exponentials are not divided by their sum, so that a row does not sum to 1.",
        ),
        Mistake(
            "only P divided",
            classifier_like(dZ=lambda P, T, n: P / n - T),
            "You divided P by N before the 1 of the true class was subtracted. The whole of P − T is divided by N.",
        ),
        Mistake(
            "divided by K",
            classifier_like(dZ=lambda P, T, n: (P - T) / P.shape[1]),
            "You divided by K, the number of classes. The loss is the mean over the N examples: divide by N, len(X).",
        ),
        Mistake(
            "divided by D",
            classifier_like(back=lambda D, X: (D.T @ X * len(X) / X.shape[1], D.sum(axis=0) * len(X) / X.shape[1])),
            "You divided by D, the number of inputs. The loss is the mean over the N examples: divide by N, len(X).",
        ),
        Mistake(
            "bias left out",
            lambda X, labels, W, b: softmax_regression_gradients(X, labels, W, 0 * b),
            "Your logits are X Wᵀ without the bias. Z = X @ W.T + b.",
        ),
        Mistake(
            "no shift",
            shifted_by(lambda Z: 0.0),
            "Right, as long as the logits are small. exp(z) overflows above z = 709 (in float32 above 88), and then inf/inf is NaN. "
            "Subtract each row's largest logit before the exponential, as in chapter 04.",
        ),
        Mistake(
            "one shift for the batch",
            shifted_by(lambda Z: Z.max()),
            "Right, as long as the rows are alike. You subtract the largest logit of the whole batch; a row far below it becomes "
            "0/0. Each row needs its own: Z.max(axis=1, keepdims=True).",
        ),
        Mistake(
            "softmax over all entries",
            lambda X, labels, W, b: (lambda D: (D.T @ X, D.sum(axis=0)))(
                (probabilities(X, W, b, axis=None) - np.eye(len(b))[labels]) / len(X)
            ),
            "Your softmax makes the whole batch sum to 1. Each row is one example, and sums to 1 by itself: axis=1.",
        ),
        Mistake(
            "softmax down the columns",
            normalised_over_the_batch,
            "Your softmax makes the columns sum to 1. Each row is one example: axis=1.",
        ),
        Mistake(
            "softmax over all entries, no shift",
            other_outputs(lambda Z: np.exp(Z) / np.exp(Z).sum()),
            "np.sum without an axis adds up the whole batch. Each row is one example, and its probabilities sum to 1: "
            "sum(axis=1, keepdims=True). (And subtract each row's largest logit first, or np.exp overflows.)",
        ),
        Mistake(
            "softmax down the columns, no shift",
            other_outputs(lambda Z: np.exp(Z) / np.exp(Z).sum(axis=0)),
            "axis=0 sums down the columns, over the examples. Each row is one example, and its probabilities sum to 1: "
            "sum(axis=1, keepdims=True). (And subtract each row's largest logit first, or np.exp overflows.)",
        ),
        Mistake(
            "db summed over the classes",
            classifier_like(back=lambda D, X: (D.T @ X, D.sum(axis=1))),
            "dW is right. Your db has one number for each example: you summed over the classes. Each bias serves all examples: "
            "sum over axis 0.",
        ),
        Mistake(
            "exchanged",
            classifier_like(back=lambda D, X: (D.sum(axis=0), D.T @ X)),
            "Both are right, in the wrong order: return dW first, then db.",
        ),
        Mistake(
            "db not summed",
            classifier_like(back=lambda D, X: (D.T @ X, D)),
            "dW is right. db is dZ itself, one row per example. The one bias serves every example: sum over axis 0.",
        ),
    ),
    alternatives=(
        lambda X, labels, W, b: (lambda D: (np.einsum("nk,nj->kj", D, X), np.ones(len(X)) @ D),)[0](
            (probabilities(X, W, b) - np.eye(len(b))[labels]) / len(X)
        ),
        lambda X, labels, W, b: (lambda D: ((X.T @ D).T / len(X), D.mean(axis=0)),)[0](
            probabilities(X, W, b) - np.eye(len(b))[labels]
        ),
    ),
)


# --- 5.5 -------------------------------------------------------------------------------------------------------------


def max_stable_lr(X):
    """Return the learning rate above which descent on the mean of (X w − t)² diverges; X (N, D)."""
    curvatures = np.linalg.eigvalsh(2 * X.T @ X / len(X))
    return 2 / curvatures.max()


def design_cases(rng):
    return [
        (rng.normal(0.5, 1, (n, d)) * rng.uniform(0.5, 3, d),) for n, d in ((7, 3), (11, 5), (13, 2), (17, 7), (5, 5))
    ]


def largest(X):
    return np.linalg.eigvalsh(X.T @ X).max()


MAX_STABLE = Exercise(
    id="5.5",
    title="How long may a step be?",
    task="""
    For a linear model without bias the loss is $L(\\mathbf w)=\\frac1N\\sum_n(\\mathbf w\\cdot\\mathbf x_n-t_n)^2$, a quadratic
    in $\\mathbf w$ whose matrix of second slopes is $H=\\frac2N X^{\\mathsf T}X$. Write `max_stable_lr(X)`, with `X` $(N, D)$: the
    learning rate above which gradient descent diverges, as a number. `np.linalg.eigvalsh` gives the eigenvalues of a
    symmetric matrix in rising order.
    """,
    solution=max_stable_lr,
    cases=design_cases,
    difficulty=2,
    points=2,
    hints=(
        "Along an eigenvector of H with eigenvalue λ, what does one step multiply the distance to the lowest point by?",
        "By 1 − lr·λ. It must stay between −1 and 1 for every eigenvalue. Which one fails first?",
        "2 / np.linalg.eigvalsh(2 * X.T @ X / len(X)).max()",
    ),
    mistakes=(
        Mistake(
            "one over λ",
            lambda X: len(X) / (2 * largest(X)),
            "This is 1/λ_max, the rate at which the steepest direction arrives in one step. Up to 2/λ_max it overshoots and "
            "still comes nearer.",
        ),
        Mistake(
            "curvature without the 2",
            lambda X: 2 * len(X) / largest(X),
            "Your H is XᵀX/N. The loss here is the mean square without ½, so its second slopes are twice as large, and the "
            "limit half of yours.",
        ),
        Mistake(
            "N forgotten",
            lambda X: 1 / largest(X),
            "You left out the N of the mean: H = (2/N) XᵀX.",
        ),
        Mistake(
            "divided by D",
            lambda X: X.shape[1] / largest(X),
            "You divided by D, the number of columns. The loss is a mean over the N examples, the rows: H = (2/N) XᵀX.",
        ),
        Mistake(
            "a limit for every direction",
            lambda X: len(X) / np.linalg.eigvalsh(X.T @ X),
            "This is the limit of every direction by itself. One rate serves them all, so the smallest limit counts, that of "
            "the largest eigenvalue: one number.",
        ),
        Mistake(
            "smallest curvature",
            lambda X: len(X) / np.linalg.eigvalsh(X.T @ X).min(),
            "You used the smallest eigenvalue. The steepest direction is the first to diverge: take the largest.",
        ),
        Mistake(
            "trace",
            lambda X: len(X) / np.trace(X.T @ X),
            "You used the sum of all eigenvalues, the trace. That is safe and too careful: only the largest one counts.",
        ),
        Mistake(
            "largest entry",
            lambda X: len(X) / np.max(X.T @ X),
            "You used the largest entry of H, which is the curvature along the axis of one weight. The steepest direction lies "
            "between the axes, and is steeper: take the largest eigenvalue.",
        ),
        Mistake(
            "N on the wrong side",
            lambda X: 1 / largest(X) / len(X),
            "The N of the mean stands on the wrong side. H is divided by N, so the limit 2/λ_max is multiplied by it. Is a "
            "bracket missing, as in 2 / (a / N)?",
        ),
        Mistake(
            "eigenvalues of X",
            lambda X: 2 / np.linalg.eigvalsh(X).max(),
            "You asked for the eigenvalues of X, which only a square matrix has. Those of H = (2/N) XᵀX are wanted, which is "
            "(D, D).",
        ),
        Mistake(
            "not squared",
            lambda X: len(X) / np.sqrt(largest(X)),
            "You used the largest singular value of X. The eigenvalues of XᵀX are its *square*.",
        ),
        Mistake(
            "the curvature",
            lambda X: 2 * largest(X) / len(X),
            "This is λ_max itself. The limit is 2/λ_max: the steeper the loss, the shorter the step.",
        ),
        Mistake(
            "upside down",
            lambda X: largest(X) / len(X),
            "This is λ_max/2, upside down: the steeper the loss, the shorter the step. The limit is 2/λ_max.",
        ),
        Mistake(
            "Frobenius norm",
            lambda X: len(X) / np.linalg.norm(X.T @ X),
            "np.linalg.norm of a matrix is the root of the sum of all its entries squared, which is larger than its largest "
            "eigenvalue. Take the eigenvalue: np.linalg.eigvalsh(H)[-1].",
        ),
    ),
    alternatives=(
        lambda X: len(X) / np.linalg.norm(X, 2) ** 2,
        lambda X: len(X) / np.linalg.eigvalsh(X @ X.T).max(),
    ),
)


# --- 5.6 -------------------------------------------------------------------------------------------------------------


def lr_range_test(loss_and_gradient, w, lrs):
    """Return the losses (K,) of a run whose rate rises: for each rate one step, then the loss there.

    loss_and_gradient(w) -> (loss, gradient (P,)); w (P,) the start; lrs (K,) the rates in order
    """
    losses = []
    _, gradient = loss_and_gradient(w)
    for lr in lrs:
        w = w - lr * gradient
        loss, gradient = loss_and_gradient(w)
        losses.append(loss)
    return np.array(losses)


def rising_rates(answer, landscape, w, lrs):
    """Uses an answer to 5.6 on one of three landscapes, known by name."""
    slopes = 1 + np.arange(len(w))
    landscapes = {
        "bowl": lambda w: (0.5 * np.sum(slopes * w**2), slopes * w),
        "quartic": lambda w: (np.sum(0.025 * w**4 - 0.5 * w**2), 0.1 * w**3 - w),
        "softplus": lambda w: (np.sum(np.log1p(np.exp(w)) + 0.05 * w**2), 1 / (1 + np.exp(-w)) + 0.1 * w),
    }
    return answer(landscapes[landscape], w, lrs)


def rate_cases(rng):
    return [
        ("bowl", rng.normal(0, 2, 3), np.geomspace(0.01, 0.9, 5)),
        ("quartic", rng.normal(0, 2, 5), np.geomspace(0.003, 0.5, 7)),
        ("softplus", rng.normal(0, 2, 2), np.geomspace(0.1, 3, 11)),
        ("bowl", rng.normal(0, 2, 1), np.array([0.3])),
        ("softplus", rng.normal(0, 2, 3), np.array([0.5, 0.05, 0.2, 0.02])),
    ]


def range_test_from_start(loss_and_gradient, w, lrs):
    _, gradient = loss_and_gradient(w)
    return np.array([loss_and_gradient(w - lr * gradient)[0] for lr in lrs])


def range_test_before(loss_and_gradient, w, lrs):
    losses = []
    for lr in lrs:
        loss, gradient = loss_and_gradient(w)
        losses.append(loss)
        w = w - lr * gradient
    return np.array(losses)


def range_test_stale(loss_and_gradient, w, lrs):
    _, gradient = loss_and_gradient(w)
    return np.array([loss_and_gradient(w - total * gradient)[0] for total in np.cumsum(lrs)])


def range_test_in_order(loss_and_gradient, w, lrs):
    losses = np.zeros(len(lrs))
    for k in range(len(lrs)):
        w = w - lrs[k] * loss_and_gradient(w)[1]
        losses[k] = loss_and_gradient(w)[0]
    return losses


RANGE_TEST = Exercise(
    id="5.6",
    title="The learning-rate finder",
    task="""
    Write `lr_range_test(loss_and_gradient, w, lrs)`. `loss_and_gradient(w)` returns `(loss, gradient)` at `w` $(P,)$. For each
    rate of `lrs` $(K,)$, in order, take one step with that rate *from where the last step has led*, and note the loss
    **after** the step. Return the $K$ losses.
    """,
    solution=lr_range_test,
    drive=rising_rates,
    cases=rate_cases,
    difficulty=2,
    points=2,
    needs=("5.1",),
    hints=(
        "It is one run of gradient descent, with another rate at each step. Where does step 2 begin?",
        "Loop over lrs; ask for the gradient at the current w, move, ask for the loss at the new w.",
        "for lr in lrs: w = w - lr * loss_and_gradient(w)[1]; losses.append(loss_and_gradient(w)[0]).",
    ),
    mistakes=(
        Mistake(
            "from the start each time",
            range_test_from_start,
            "Every one of your steps begins at the start again. Here it is one run: each step begins where the last one led, "
            "and so the loss first falls as training goes on, and rises when the rate becomes too large.",
        ),
        Mistake(
            "before the step",
            range_test_before,
            "You noted the loss before each step: the first entry is the loss at the start, and the effect of the last rate "
            "is never seen. Note it after the step.",
        ),
        Mistake(
            "gradient of the start",
            range_test_stale,
            "Every step uses the gradient of the start. Ask for it again after each step.",
        ),
        Mistake(
            "uphill",
            lambda f, w, lrs: lr_range_test(lambda v: (f(v)[0], -f(v)[1]), w, lrs),
            "You walk uphill: subtract the gradient.",
        ),
        Mistake(
            "one rate",
            lambda f, w, lrs: lr_range_test(f, w, np.full(len(lrs), lrs[0])),
            "You used the first rate for all steps. Step k uses lrs[k].",
        ),
        Mistake(
            "last rate first",
            lambda f, w, lrs: lr_range_test(f, w, lrs[::-1]),
            "You went through the rates backwards. Begin with the first one.",
        ),
        Mistake(
            "sorted",
            lambda f, w, lrs: lr_range_test(f, w, np.sort(lrs)),
            "You sort the rates first. Take them in the order in which they are given.",
        ),
        Mistake(
            "the start as well",
            lambda f, w, lrs: np.append(f(w)[0], lr_range_test(f, w, lrs)),
            "The loss at the start is in your list, so that it has one entry too many. Note a loss after each step only.",
        ),
        Mistake(
            "the weights",
            lambda f, w, lrs: np.array(list(walked(f, w, lrs))),
            "These are the weights after each step. The loss there is asked for: loss_and_gradient(w)[0].",
        ),
        Mistake(
            "loss and gradient kept",
            lambda f, w, lrs: np.array([f(v) for v in walked(f, w, lrs)]),
            "loss_and_gradient returns two things, and you keep both. The loss alone is wanted: loss_and_gradient(w)[0].",
        ),
        Mistake(
            "loss taken for the gradient",
            lambda f, w, lrs: lr_range_test(lambda v: (f(v)[0], f(v)[0]), w, lrs),
            "Your step uses the loss where the gradient belongs. loss_and_gradient returns the loss first, then the gradient.",
        ),
        Mistake(
            "last loss only",
            lambda f, w, lrs: lr_range_test(f, w, lrs)[-1],
            "This is the last loss alone. Note the loss after every step, and return them all.",
        ),
        Mistake(
            "return in the loop",
            lambda f, w, lrs: lr_range_test(f, w, lrs[:1]),
            "Your run ends after the first rate. Is the return inside the loop?",
        ),
        Mistake(
            "the best rate",
            lambda f, w, lrs: lrs[np.argmin(lr_range_test(f, w, lrs))],
            "This is the rate at which the loss was lowest. The K losses themselves are asked for.",
        ),
    ),
    alternatives=(range_test_in_order,),
)


def walked(loss_and_gradient, w, lrs):
    for lr in lrs:
        w = w - lr * loss_and_gradient(w)[1]
        yield w


# --- 5.7 -------------------------------------------------------------------------------------------------------------


def sgd_epoch(X, t, w, b, lr, batch_size, order):
    """Return (w, b) after one pass of mini-batch descent on the mean squared error of X w + b.

    X (N, D), t (N,), w (D,), b a number; order (N,): the examples in the order of their use, batch
    after batch; the last batch may be smaller, and is then averaged over the rows that it has
    """
    for start in range(0, len(t), batch_size):
        rows = order[start : start + batch_size]
        errors = X[rows] @ w + b - t[rows]
        dw, db = 2 * (errors @ X[rows]) / len(rows), 2 * errors.mean()
        w, b = w - lr * dw, b - lr * db
    return w, b


def epoch_cases(rng):
    """N is not divisible, divisible, smaller than the batch, and in batches of one."""

    def case(n, d, size, lr):
        X, w = rng.normal(0.5, 1, (n, d)), rng.normal(size=d)
        return X, rng.normal(1, 2, n), w, float(rng.normal(1, 1)), lr, size, rng.permutation(n)

    return [case(11, 3, 4, 0.05), case(12, 5, 3, 0.03), case(7, 2, 5, 0.1), case(5, 3, 1, 0.02), case(5, 3, 7, 0.1)]


def epoch_like(batches, gradients=None, targets=None):
    """An epoch with other batches, other slopes (of the errors, the rows of X and the batch size), or other targets."""

    def mean_gradients(errors, rows, size):
        return 2 * (errors @ rows) / len(rows), 2 * errors.mean()

    def answer(X, t, w, b, lr, batch_size, order):
        for rows in batches(len(t), batch_size, order):
            errors = X[rows] @ w + b - (t if targets is None else targets(t, order))[rows]
            dw, db = (gradients or mean_gradients)(errors, X[rows], batch_size)
            w, b = w - lr * dw, b - lr * db
        return w, b

    return answer


def in_batches(n, size, order):
    return [order[k : k + size] for k in range(0, n, size)]


def epoch_with_stale_weights(X, t, w, b, lr, batch_size, order):
    total_w, total_b = 0 * w, 0.0
    for rows in in_batches(len(t), batch_size, order):
        errors = X[rows] @ w + b - t[rows]
        total_w, total_b = total_w + 2 * (errors @ X[rows]) / len(rows), total_b + 2 * errors.mean()
    return w - lr * total_w, b - lr * total_b


def epoch_one_after_the_other(X, t, w, b, lr, batch_size, order):
    for rows in in_batches(len(t), batch_size, order):
        w = w - lr * 2 * ((X[rows] @ w + b - t[rows]) @ X[rows]) / len(rows)
        b = b - lr * 2 * np.mean(X[rows] @ w + b - t[rows])
    return w, b


def epoch_without_bias(X, t, w, b, lr, batch_size, order):
    for rows in in_batches(len(t), batch_size, order):
        errors = X[rows] @ w - t[rows]
        w, b = w - lr * 2 * (errors @ X[rows]) / len(rows), b - lr * 2 * errors.mean()
    return w, b


def epoch_of_shuffled_copies(X, t, w, b, lr, batch_size, order):
    X, t = X[order], t[order]
    for start in range(0, len(X), batch_size):
        A, target = X[start : start + batch_size], t[start : start + batch_size]
        residual = A @ w + b - target
        w, b = w - lr * 2 * A.T @ residual / A.shape[0], b - lr * 2 * residual.sum() / A.shape[0]
    return w, b


SGD_EPOCH = Exercise(
    id="5.7",
    title="One epoch in mini-batches",
    task="""
    Write `sgd_epoch(X, t, w, b, lr, batch_size, order)`: one pass through the data in mini-batches, for the linear model and
    loss of exercise 5.2. `order` is a permutation of $0,\\dots,N-1$: the first batch are the examples `order[:batch_size]`, and
    so on. For each batch, take the mean loss over *its* rows, its slopes at the current `w` and `b`, and one step. The last
    batch may be smaller; it is used too. Return `(w, b)` after the pass.
    """,
    solution=sgd_epoch,
    cases=epoch_cases,
    outputs=("w", "b"),
    difficulty=3,
    points=3,
    needs=("5.2", "5.3"),
    hints=(
        "For N = 11 and batches of 4: which sizes have the batches? By what do you divide in each?",
        "range(0, N, batch_size) gives the starts; rows = order[start : start + batch_size] the examples; X[rows] and t[rows] "
        "belong together; len(rows) is the size it really has.",
        "In the loop: errors = X[rows] @ w + b - t[rows]; dw = 2 * (errors @ X[rows]) / len(rows); db = 2 * errors.mean(); "
        "w, b = w - lr * dw, b - lr * db.",
    ),
    mistakes=(
        Mistake(
            "last batch divided by batch_size",
            epoch_like(in_batches, lambda e, rows, size: (2 * (e @ rows) / size, 2 * e.sum() / size)),
            "Right whenever the batches are full. You divide by batch_size; the last batch has fewer rows, and its step "
            "comes out too short. Divide by the rows you really have, len(rows).",
        ),
        Mistake(
            "last batch dropped",
            epoch_like(lambda n, size, order: [order[k : k + size] for k in range(0, n - size + 1, size)]),
            "The last, smaller batch is left out: n // batch_size rounds down. Step through the starts 0, batch_size, "
            "2·batch_size, … while they are below N.",
        ),
        Mistake(
            "stopped a batch early",
            epoch_like(lambda n, size, order: [order[k : k + size] for k in range(0, n - size, size)]),
            "Your loop ends too early, and the last batch is left out, be it full or not. The starts 0, batch_size, "
            "2·batch_size, … go on while they are below N: range(0, N, batch_size).",
        ),
        Mistake(
            "cut into equal parts",
            epoch_like(lambda n, size, order: np.array_split(order, -(-n // size))),
            "np.array_split makes parts that are as equal as can be. Here every batch but the last has exactly batch_size "
            "examples: order[start : start + batch_size].",
        ),
        Mistake(
            "cut into too few parts",
            epoch_like(lambda n, size, order: np.array_split(order, n // size)),
            "N // batch_size rounds down, so that np.array_split makes too few parts, each larger than batch_size. Take "
            "order[start : start + batch_size] for the starts 0, batch_size, 2·batch_size, …",
        ),
        Mistake(
            "cut with np.split",
            epoch_like(lambda n, size, order: np.split(order, n // size)),
            "np.split wants parts of one size, and N // batch_size rounds down: it stops when batch_size does not divide N. "
            "Take order[start : start + batch_size] for the starts 0, batch_size, 2·batch_size, …",
        ),
        Mistake(
            "cut with reshape",
            epoch_like(lambda n, size, order: order.reshape(-1, size)),
            "A table of batches, reshape(-1, batch_size), has no place for a smaller last batch. Take "
            "order[start : start + batch_size] for the starts 0, batch_size, 2·batch_size, …",
        ),
        Mistake(
            "batches end at batch_size",
            epoch_like(lambda n, size, order: [order[k:size] for k in range(0, n, size)]),
            "order[start : batch_size] ends at the same place for all batches, so the second is empty, and the mean of nothing "
            "is NaN. A slice takes where it ends, not how long it is: order[start : start + batch_size].",
        ),
        Mistake(
            "overlapping",
            epoch_like(lambda n, size, order: [order[k : k + size] for k in range(n)]),
            "A batch begins at every example in yours, so that batches overlap. range(0, N, batch_size) goes from one batch to "
            "the next.",
        ),
        Mistake(
            "one example at a time",
            epoch_like(lambda n, size, order: order[:, None]),
            "You take one step for each example. Here one step is taken for each batch of batch_size examples, with their mean "
            "slopes.",
        ),
        Mistake(
            "shuffled twice",
            epoch_like(lambda n, size, order: in_batches(n, size, order[order])),
            "You put the examples in order and then picked them by `order` once more. Do one of the two.",
        ),
        Mistake(
            "order ignored",
            epoch_like(lambda n, size, order: in_batches(n, size, np.arange(n))),
            "You took the examples as they stand. `order` says which come first: rows = order[start : start + batch_size].",
        ),
        Mistake(
            "t in another order",
            epoch_like(in_batches, targets=lambda t, order: t[np.argsort(order)]),
            "X is taken in the new order and t as it stands, so that examples get each other's targets. X[rows] and t[rows]: the "
            "same rows for both.",
        ),
        Mistake(
            "empty batch",
            epoch_like(lambda n, size, order: [order[k * size : (k + 1) * size] for k in range(n // size + 1)]),
            "With n // batch_size + 1 batches the last one is empty whenever batch_size divides N, and the mean of nothing is "
            "NaN. Step through the starts 0, batch_size, 2·batch_size, … while they are below N.",
        ),
        Mistake(
            "sum over the batch",
            epoch_like(in_batches, lambda e, rows, size: (2 * (e @ rows), 2 * e.sum())),
            "You summed over the batch where its mean is asked for: the step grows with the batch.",
        ),
        Mistake(
            "divided by N",
            lambda X, t, w, b, lr, batch_size, order: epoch_like(
                in_batches, lambda e, rows, size: (2 * (e @ rows) / len(t), 2 * e.sum() / len(t))
            )(X, t, w, b, lr, batch_size, order),
            "You divided each batch by the size of the whole data set. The loss of a step is the mean over its own batch.",
        ),
        Mistake(
            "2 missing",
            epoch_like(in_batches, lambda e, rows, size: (e @ rows / len(rows), e.mean())),
            "Every step is half as long as it should be: the slope of a square is 2·error.",
        ),
        Mistake(
            "divided twice",
            epoch_like(in_batches, lambda e, rows, size: (2 * (e @ rows) / len(rows) ** 2, 2 * e.mean() / len(rows))),
            "You divided by the number of rows twice. The mean has it already; the step is lr times the slope.",
        ),
        Mistake(
            "db not averaged",
            epoch_like(in_batches, lambda e, rows, size: (2 * (e @ rows) / len(rows), 2 * e)),
            "Your slope for b is one number for each row of the batch, so that b becomes an array. There is one b: average the "
            "errors, 2 * errors.mean().",
        ),
        Mistake(
            "db not summed",
            epoch_like(in_batches, lambda e, rows, size: (2 * (e @ rows) / len(rows), 2 * e / len(rows))),
            "Your slope for b is one number for each row of the batch, so that b becomes an array. There is one b: sum over the "
            "rows.",
        ),
        Mistake(
            "b never moves",
            epoch_like(in_batches, lambda e, rows, size: (2 * (e @ rows) / len(rows), 0.0)),
            "b is the same after the pass as before. It takes a step with each batch, as w does.",
        ),
        Mistake(
            "bias left out of the prediction",
            epoch_without_bias,
            "Your errors are those of X w alone. The prediction is X w + b.",
        ),
        Mistake(
            "exchanged",
            lambda X, t, w, b, lr, batch_size, order: sgd_epoch(X, t, w, b, lr, batch_size, order)[::-1],
            "Both are right, in the wrong order: return w first, then b.",
        ),
        Mistake(
            "first batch only",
            epoch_like(lambda n, size, order: in_batches(n, size, order)[:1]),
            "Your pass ends after the first batch. Is the return inside the loop?",
        ),
        Mistake(
            "slopes of the first weights",
            epoch_with_stale_weights,
            "All batches use the weights from the beginning of the pass. Each step starts where the one before has led.",
        ),
        Mistake(
            "whole data set",
            lambda X, t, w, b, lr, batch_size, order: (
                w - lr * linear_regression_gradients(X, t, w, b)[0],
                b - lr * linear_regression_gradients(X, t, w, b)[1],
            ),
            "This is one step on the whole data set. A pass in mini-batches takes one step per batch.",
        ),
        Mistake(
            "one after the other",
            epoch_one_after_the_other,
            "The slope for b is taken at the new w. Compute both slopes first, then move both: the bug of exercise 5.3.",
        ),
        Mistake(
            "uphill",
            lambda X, t, w, b, lr, batch_size, order: sgd_epoch(X, t, w, b, -lr, batch_size, order),
            "Your steps go uphill: subtract the slopes.",
        ),
    ),
    alternatives=(epoch_of_shuffled_copies,),
)


# --- 5.8 -------------------------------------------------------------------------------------------------------------


def should_stop(losses, tolerance, patience, limit):
    """Return True when training is to stop after the losses so far, else False.

    Stop when the last loss is below `tolerance`, when the best loss is `patience` or more steps old,
    when `limit` losses have been seen, or when the last loss is not a finite number.
    losses: a list, one number per step, the latest last
    """
    if not np.isfinite(losses[-1]) or losses[-1] < tolerance or len(losses) >= limit:
        return True
    steps_since_best = len(losses) - 1 - int(np.argmin(losses))
    return steps_since_best >= patience


def stopping_step(answer, losses, tolerance, patience, limit):
    """Shows an answer to 5.8 one loss after the other; the number of losses at which it says stop, 0 if it never does."""
    seen = []  # one list, as in training: what the answer does to it, it does to the run
    for n, loss in enumerate(losses, 1):
        seen.append(float(loss))
        stop = answer(seen, tolerance, patience, limit)
        if stop is None:
            return None
        if stop:
            return n
    return 0


def stopping_cases(rng):
    """Falls below the tolerance; gets stuck after a dip; rises and recovers; falls for ever; NaN; explodes; level; equal to
    the tolerance before it is below; worse and worse in zigzag; above the loss two steps ago, with a new best between.

    All but the zigzag, whose first loss is its best, come after a few larger losses: nobody knows beforehand where to stop.
    """

    def case(losses, tolerance, patience, limit):
        before = int(rng.integers(0, 6))
        return np.concatenate([10 - 0.7 * np.arange(before), losses]), tolerance, patience, limit + before

    falling = 2.0 * 0.8 ** np.arange(30) + rng.uniform(0, 0.001)
    stuck = np.concatenate([[3.0, 2.0, 1.5, 1.2], 1.3 + rng.uniform(0, 0.2, 20)])
    bumpy = np.array([3.0, 2.0, 2.5, 1.9, 2.2, 2.1, 1.8, 1.7, 0.05, 0.04])
    slow = 3 - 0.01 * np.arange(40) - rng.uniform(0, 0.001)
    broken = np.array([2.0, 1.0, 1.5, np.nan, 1.0, 0.01])
    exploding = np.array([2.0, 5.0, np.inf, np.nan, np.nan, np.nan, np.nan])
    level = np.array([1.0] * 12)
    touching = np.array([2.0, 0.5, 0.5, 0.25])
    zigzag = np.array([1.0, 2.0, 1.5, 2.5, 2.2, 2.8])
    dip = np.array([3.0, 2.0, 1.5, 2.1, 1.4, 1.3, 0.05])
    return [
        case(falling, 0.1, 3, 25),
        case(stuck, 0.1, 5, 25),
        case(bumpy, 0.1, 3, 25),
        case(slow, 0.1, 4, 17),
        case(broken, 0.1, 3, 25),
        case(exploding, 0.1, 6, 25),
        case(level, 0.5, 7, 25),
        case(touching, 0.5, 7, 25),
        (zigzag, 0.1, 3, 25),
        case(dip, 0.1, 3, 25),
    ]


def stop_like(*rules):
    """Stop when any of `rules` says so, functions of (losses, tolerance, patience, limit)."""
    return lambda losses, tolerance, patience, limit: any(r(losses, tolerance, patience, limit) for r in rules)


def finished(losses, tolerance, patience, limit):
    return losses[-1] < tolerance


def too_long(losses, tolerance, patience, limit):
    return len(losses) >= limit


def broken(losses, tolerance, patience, limit):
    return not np.isfinite(losses[-1])


def out_of_patience(losses, tolerance, patience, limit):
    return len(losses) - 1 - int(np.argmin(losses)) >= patience


def stop_in_other_words(losses, tolerance, patience, limit):
    last = losses[-1]
    if last != last or last in (float("inf"), float("-inf")):
        return True
    if last < tolerance or len(losses) >= limit:
        return True
    return len(losses) > patience and min(losses[-patience:]) >= min(losses[:-patience])


SHOULD_STOP = Exercise(
    id="5.8",
    title="When to stop",
    task="""
    Write `should_stop(losses, tolerance, patience, limit)`, which training asks after every step. `losses` is the list of
    all losses so far, the latest last. It returns `True` as soon as one of these holds, else `False`:

    - the last loss is below `tolerance`;
    - the best (lowest) loss so far is `patience` or more steps old: the last `patience` losses have not brought a *lower* one;
    - `limit` losses have been seen;
    - the last loss is not a finite number.
    """,
    solution=should_stop,
    drive=stopping_step,
    cases=stopping_cases,
    outputs=("stopping step",),
    difficulty=2,
    points=2,
    hints=(
        "Which of the four conditions is sure to be met some day, whatever the losses do?",
        "np.argmin(losses) is the index of the first lowest loss, so len(losses) − 1 − argmin steps have passed since.",
        "Test np.isfinite(losses[-1]) first; then losses[-1] < tolerance, len(losses) >= limit, and the age of the best "
        "against patience.",
    ),
    mistakes=(
        Mistake(
            "tolerance only",
            stop_like(finished),
            "This waits for the loss to fall below the tolerance, as the loop of many a textbook does. On data with noise it "
            "never may, and the loop runs for ever. Add the other three conditions.",
        ),
        Mistake(
            "no limit",
            stop_like(finished, broken, out_of_patience),
            "There is no limit on the number of steps: a loss that keeps falling by tiny amounts would run for ever.",
        ),
        Mistake(
            "no patience",
            stop_like(finished, broken, too_long),
            "A run that is stuck goes on until the limit in yours. Look how old the best loss is.",
        ),
        Mistake(
            "first rise",
            stop_like(finished, broken, too_long, lambda v, t, p, m: len(v) > 1 and v[-1] >= v[-2]),
            "You stop as soon as the loss is not lower than the one before. Losses of mini-batches go up and down; wait "
            "until there has been no new *best* for `patience` steps.",
        ),
        Mistake(
            "compared with one old loss",
            stop_like(finished, broken, too_long, lambda v, t, p, m: len(v) > p and v[-1] >= v[-p - 1]),
            "You compare the last loss with the one `patience` steps ago. A new best may have come in between: look for the "
            "lowest of all.",
        ),
        Mistake(
            "compared with losses[-patience]",
            stop_like(finished, broken, too_long, lambda v, t, p, m: len(v) >= p and v[-1] >= v[-p]),
            "You compare the last loss with losses[-patience]. A new best may have come in between: look for the lowest of all, "
            "and how old it is.",
        ),
        Mistake(
            "too few losses",
            stop_like(finished, broken, too_long, lambda v, t, p, m: min(v[-p:]) >= min(v[:-p])),
            "In the first steps a slice such as losses[:-patience] is empty, and nothing is the smallest of nothing. Ask first "
            "whether there are enough losses: len(losses) > patience and …",
        ),
        Mistake(
            "list compared",
            stop_like(lambda v, t, p, m: v < t),
            "losses is the list of all losses, and a list cannot be compared with a number. The last loss is losses[-1].",
        ),
        Mistake(
            "where the best is",
            stop_like(finished, broken, too_long, lambda v, t, p, m: int(np.argmin(v)) >= p),
            "np.argmin(losses) says where the best loss stands, not how old it is. Its age is len(losses) − 1 − argmin.",
        ),
        Mistake(
            "count not set back",
            stop_like(
                finished, broken, too_long, lambda v, t, p, m: sum(v[i] >= min(v[:i]) for i in range(1, len(v))) >= p
            ),
            "You count all steps that brought no new best, and never begin again. When a new best comes, the count goes back "
            "to 0.",
        ),
        Mistake(
            "first loss counted",
            stop_like(
                finished, broken, too_long,
                lambda v, t, p, m: len(v) - 1 - int(np.argmin(v)) + (int(np.argmin(v)) == 0) >= p,
            ),
            "One step too impatient where the first loss is the best: in yours it counts as a step that brought nothing. Begin "
            "with the second loss, or with a best of infinity.",
        ),
        Mistake(
            "at the tolerance",
            stop_like(broken, too_long, out_of_patience, lambda v, t, p, m: v[-1] <= t),
            "You stop when the loss equals the tolerance. It has to be *below* (<, not ≤).",
        ),
        Mistake(
            "limit one late",
            stop_like(finished, broken, out_of_patience, lambda v, t, p, m: len(v) > m),
            "Right but for the limit: once `limit` losses have been seen it is time to stop (≥, not >).",
        ),
        Mistake(
            "consecutive rises",
            stop_like(
                finished, broken, too_long,
                lambda v, t, p, m: len(v) > p and all(b >= a for a, b in zip(v[-p - 1 : -1], v[-p:], strict=True)),
            ),
            "You want `patience` rises in a row. A run that is stuck goes up *and* down; what counts is that no new best came.",
        ),
        Mistake(
            "small change",
            stop_like(broken, too_long, lambda v, t, p, m: len(v) > 1 and abs(v[-1] - v[-2]) < t),
            "You compare the *change* of the loss with the tolerance. Here the tolerance is for the loss itself, and slow "
            "progress is no reason to stop: the age of the best loss is.",
        ),
        Mistake(
            "small change as well",
            stop_like(broken, too_long, out_of_patience, lambda v, t, p, m: len(v) > 1 and abs(v[-1] - v[-2]) < t),
            "Right but for the tolerance: you compare the *change* of the loss with it. The last loss itself has to be below.",
        ),
        Mistake(
            "one step late",
            stop_like(finished, broken, too_long, lambda v, t, p, m: len(v) - 1 - int(np.argmin(v)) > p),
            "One step too patient: the best loss may be at most patience − 1 steps old. At `patience` steps, stop (≥, not >).",
        ),
        Mistake(
            "one step early",
            stop_like(finished, broken, too_long, lambda v, t, p, m: len(v) - int(np.argmin(v)) >= p),
            "One step too impatient: the best loss itself is not one of the `patience` steps that bring nothing.",
        ),
        Mistake(
            "not a number",
            stop_like(
                finished, too_long,
                lambda v, t, p, m: len(v) > p and not min(v[-p:]) < min(v[:-p]),
            ),
            "NaN slips through: every comparison with it is False. Once a loss is NaN or infinite, nothing good can come; "
            "test np.isfinite(losses[-1]) first.",
        ),
        Mistake(
            "no test for NaN",
            stop_like(finished, too_long, out_of_patience),
            "NaN and infinity slip through: a comparison with NaN, also ==, is False, and np.argmin takes a NaN for the best "
            "loss. Test np.isfinite(losses[-1]) first.",
        ),
        Mistake(
            "== nan",
            stop_like(finished, too_long, out_of_patience, lambda v, t, p, m: abs(v[-1]) == np.inf),
            "Infinity is found, but NaN slips through: NaN equals nothing, not even itself, so losses[-1] == np.nan is always "
            "False. np.isfinite(losses[-1]) is False for both.",
        ),
        Mistake(
            "infinity slips through",
            stop_like(finished, too_long, out_of_patience, lambda v, t, p, m: bool(np.isnan(v[-1]))),
            "Infinity slips through: np.isnan finds NaN only. np.isfinite is False for both.",
        ),
        Mistake(
            "equal counts as better",
            stop_like(
                finished, broken, too_long,
                lambda v, t, p, m: len(v) - 1 - (len(v) - 1 - int(np.argmin(v[::-1]))) >= p,
            ),
            "In yours a loss that *equals* the best counts as a new best, so a level run never stops. It has to be lower.",
        ),
    ),
    alternatives=(stop_in_other_words,),
)  # fmt: skip


# --- Check yourself ----------------------------------------------------------------------------------------------------

LARGEST_STEP = Exercise(
    id="5.9",
    title="The largest step of a small example",
    kind="number",
    task="""
    One neuron without activation, $y = w_1x_1 + w_2x_2 + b$, and one example: $x = ({x1}, {x2})$, target 3, loss
    $L = \\tfrac12(y - 3)^2$. All three parameters are trained by gradient descent. From which learning rate on does it no longer
    converge? (Three digits are enough.)
    """,
    given={"x1": 1, "x2": 2},
    draw=lambda rng: {"x1": int(rng.integers(1, 5)), "x2": int(rng.integers(2, 6))},
    solution=lambda x1, x2: 2 / (x1**2 + x2**2 + 1),
    rtol=0.004,
    hints=(
        "Call the error e = y − 3. The slopes are e·x₁, e·x₂ and e·1. After one step with rate η, what is the new error?",
        "e·(1 − η(x₁² + x₂² + 1)). When does its size shrink?",
    ),
    mistakes=(
        Mistake("bias forgotten", lambda x1, x2: 2 / (x1**2 + x2**2), "The bias moves too. It is a weight whose input is 1, and adds 1 to the curvature: x₁² + x₂² + 1."),
        Mistake("one over λ", lambda x1, x2: 1 / (x1**2 + x2**2 + 1), "At 1/λ the error is gone in one step. It still shrinks up to 2/λ."),
        Mistake("not squared", lambda x1, x2: 2 / (x1 + x2 + 1), "Each weight moves by η·e·x, and that moves y by x times as much: the *squares* of the inputs add up."),
        Mistake("the curvature", lambda x1, x2: float(x1**2 + x2**2 + 1), "That is the curvature λ = x₁² + x₂² + 1. The limit is 2/λ."),
    ),
)  # fmt: skip

ZIGZAG = Exercise(
    id="5.10",
    title="Read the curve",
    kind="choice",
    task="""
    Full-batch descent on a linear model. The loss at successive steps: 4.0, 3.1, 3.4, 4.6, 7.2, 12.0. What is going on?
    """,
    choices=(
        "The model is stuck in a local minimum.",
        "The learning rate is too small.",
        "The learning rate is too large for the steepest direction; the others were still improving at first.",
        "The noise of the mini-batches.",
    ),
    solution="c",
    hints=("Which landscape does a linear model with squared error have?", "Each direction has its own factor 1 − ηλ. Some may shrink while one grows."),
    mistakes=(
        Mistake("local minimum", "a", "A linear model with squared error is a bowl: it has no other minimum. And in a minimum the loss would stand still, not grow."),
        Mistake("too small", "b", "With too small a rate the loss falls slowly; it does not rise."),
        Mistake("noise", "d", "It is full-batch descent: every step uses all examples, so there is no noise of sampling."),
    ),
)  # fmt: skip

GUARANTEE = Exercise(
    id="5.11",
    title="What is guaranteed",
    kind="choice",
    task="""
    A loss is differentiable everywhere, bounded below, and its slopes change at most at the rate $\\ell$ (they are
    Lipschitz). Gradient descent with a constant rate below $2/\\ell$. What is guaranteed?
    """,
    choices=(
        "It reaches the smallest value of the loss.",
        "It reaches a local minimum in finitely many steps.",
        "The slopes along the way tend to zero.",
        "Nothing, unless the loss is a quadratic.",
    ),
    solution="c",
    hints=("What does each step take off the loss, at least?", "The loss cannot fall for ever. So what has to become small?"),
    mistakes=(
        Mistake("smallest", "a", "Only if there are no other places with zero slope, as for convex functions. A saddle or a poor valley stops it as well."),
        Mistake("local minimum", "b", "Zero slope is also found at saddles, and may be approached without ever being reached; e^(−w) does not even have a minimum."),
        Mistake("nothing", "d", "Each step lowers the loss by at least η(1 − ηℓ/2) times the squared length of the gradient. Since the loss is bounded below, that has consequences for any such function."),
    ),
)  # fmt: skip

TEST_SET = Exercise(
    id="5.12",
    title="Twenty learning rates",
    kind="choice",
    task="""
    Somebody trains with twenty learning rates, measures each on the 10,000 test digits, keeps the best, and reports its test
    accuracy: 92.6 %. What is wrong with the number?
    """,
    choices=(
        "Nothing: the network never saw the test digits in training.",
        "It is too low, because the test digits were not trained on.",
        "It is likely too high: the test set was used to choose, so it measures the luck of the best of twenty as well.",
        "It should have been measured on the training digits.",
    ),
    solution="c",
    hints=("Which set decided which of the twenty was kept?", "If twenty equally good models are measured with some chance error each, what is special about the best measurement?"),
    mistakes=(
        Mistake("not trained on", "a", "The weights never saw them, but the *choice* did. The best of twenty measurements is biased upward; a set used to choose is a validation set."),
        Mistake("too low", "b", "That it was not trained on is what makes a test honest. The choice pushes the number up, not down."),
        Mistake("training digits", "d", "The training digits say how well the network remembers. For new digits they are far too kind."),
    ),
)  # fmt: skip

NOISE = Exercise(
    id="5.13",
    title="Larger batches",
    kind="number",
    task="""
    Instead of {small} examples a mini-batch now holds {large}, drawn at random. By which factor does the standard deviation of
    its gradient change? (Two decimals are enough.)
    """,
    given={"small": 16, "large": 256},
    draw=lambda rng: {"small": int(rng.choice([4, 16])), "large": int(rng.choice([64, 100, 144, 400]))},
    solution=lambda small, large: (small / large) ** 0.5,
    atol=0.004,
    hints=("The mean of B independent numbers: how does its variance depend on B?", "Variance 1/B, so standard deviation 1/√B."),
    mistakes=(
        Mistake("variance", lambda small, large: small / large, "That is the factor of the *variance*. The standard deviation is its square root."),
        Mistake("inverse", lambda small, large: (large / small) ** 0.5, "More examples make the mean steadier, not noisier: the factor is below 1."),
        Mistake("unchanged", 1.0, "Each example scatters as before, but their mean scatters less: its variance is 1/B of theirs."),
    ),
)  # fmt: skip

EXERCISES = (
    DESCEND, LINEAR, ONE_AFTER_THE_OTHER, SOFTMAX_REGRESSION, MAX_STABLE, RANGE_TEST, SGD_EPOCH, SHOULD_STOP,
    LARGEST_STEP, ZIGZAG, GUARANTEE, TEST_SET, NOISE,
)  # fmt: skip
