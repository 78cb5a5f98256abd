"""Exercises of chapter 04, Loss functions."""

import numpy as np

from bpedu import rules
from bpedu.exercise import Exercise, Mistake


def both(rule):
    """A loss of `bpedu.rules` as a function that returns the loss and its gradient."""

    def loss_and_gradient(*arguments, **options):
        loss, pullback = rule(*arguments, **options)
        return loss, pullback()

    return loss_and_gradient


# --- 4.1 -------------------------------------------------------------------------------------------------------------


def mse(Y, T):
    """Return (loss, dY): the mean of (y − t)² over all entries, and its gradient with respect to Y.

    Y, T (N, K)  ->  loss a number, dY (N, K)
    """
    E = Y - T
    return np.mean(E**2), 2 * E / E.size


def mse_cases(rng):
    def pair(n, k):
        return rng.normal(0, 2, (n, k)), rng.normal(1, 2, (n, k))

    return [pair(7, 3), pair(11, 5), pair(1, 3), pair(5, 1), pair(3, 3)]


MSE = Exercise(
    id="4.1",
    title="Mean squared error and its gradient",
    task="""
    A batch of predictions `Y` and of targets `T`, both $(N, K)$: $N$ examples, $K$ numbers each. Write `mse(Y, T)`, which
    returns a tuple `(loss, dY)`:

    - `loss`, the mean of $(y_{nk}-t_{nk})^2$ over all $N\\cdot K$ entries, one number;
    - `dY`, the slope $\\partial L/\\partial y_{nk}$ for every entry, in the shape of `Y`.
    """,
    solution=mse,
    reference=both(rules.mse),
    cases=mse_cases,
    outputs=("loss", "dY"),
    points=2,
    hints=(
        "Write the loss of a batch with two entries out on paper. In how many of its terms does y₁ stand?",
        "The slope of (y − t)² is 2(y − t). The mean divides every term by the number of entries; so it divides the slope.",
        "E = Y - T; then np.mean(E**2) and 2 * E / E.size.",
    ),
    mistakes=(
        Mistake(
            "gradient without the 2",
            lambda Y, T: (np.mean((Y - T) ** 2), (Y - T) / Y.size),
            "The loss is right and the gradient is half of what it should be: the slope of (y − t)² is 2(y − t). "
            "A gradient without the 2 belongs to a loss with ½ in front. Loss and gradient have to share one convention.",
        ),
        Mistake(
            "half in the loss only",
            lambda Y, T: (np.mean((Y - T) ** 2) / 2, 2 * (Y - T) / Y.size),
            "Your loss has a ½ that is not asked for, and your gradient belongs to a loss without it. The two have to share "
            "one convention; here it is the plain mean of the squares.",
        ),
        Mistake(
            "half everywhere",
            lambda Y, T: (np.mean((Y - T) ** 2) / 2, (Y - T) / Y.size),
            "This is half the mean of the squares, with the gradient that belongs to it: consistent, and another "
            "convention. Here the loss has no ½.",
        ),
        Mistake(
            "half the sum",
            lambda Y, T: (np.sum((Y - T) ** 2) / 2, Y - T),
            "This is half the sum of the squares, with the gradient that belongs to it: consistent, and another convention. "
            "Here the loss is the mean over all N·K entries, and has no ½.",
        ),
        Mistake(
            "half the mean over the rows",
            lambda Y, T: (np.sum((Y - T) ** 2) / (2 * len(Y)), (Y - T) / len(Y)),
            "This is 1/(2N) times the sum of the squares, with the gradient that belongs to it: consistent, and another "
            "convention. Here the loss is the mean over all N·K entries, and has no ½.",
        ),
        Mistake(
            "sign",
            lambda Y, T: (np.mean((Y - T) ** 2), 2 * (T - Y) / Y.size),
            "The gradient has the wrong sign. Where a prediction is too high, y > t, raising it makes the loss *larger*: "
            "the slope is positive, 2(y − t).",
        ),
        Mistake(
            "gradient of the sum",
            lambda Y, T: (np.mean((Y - T) ** 2), 2 * (Y - T)),
            "The loss is a mean and the gradient that of a sum. Differentiate the mean you report: every term, and so "
            "every slope, is divided by the number of entries.",
        ),
        Mistake(
            "gradient over the rows",
            lambda Y, T: (np.mean((Y - T) ** 2), 2 * (Y - T) / len(Y)),
            "Your loss divides by all N·K entries, your gradient only by the N rows. Both have to divide by the same number.",
        ),
        Mistake(
            "sum",
            lambda Y, T: (np.sum((Y - T) ** 2), 2 * (Y - T)),
            "This is the sum of the squares and its gradient. The mean is asked for: divide both by the number of entries.",
        ),
        Mistake(
            "mean per row",
            lambda Y, T: (np.sum((Y - T) ** 2) / len(Y), 2 * (Y - T) / len(Y)),
            "You divided by the N rows: a sum over the K outputs, averaged over the examples. A common convention, but "
            "here the mean is over all N·K entries.",
        ),
        Mistake(
            "gradient of half the sum",
            lambda Y, T: (np.mean((Y - T) ** 2), Y - T),
            "The loss is right. Y − T is the gradient of half the *sum* of the squares; that of the mean is 2(y − t) divided by "
            "the number of entries.",
        ),
        Mistake(
            "mean before the square",
            lambda Y, T: (np.mean(Y - T) ** 2, 2 * (Y - T) / Y.size),
            "Your loss is the square of the mean error, in which errors of opposite sign cancel. Square first, then average.",
        ),
        Mistake(
            "root",
            lambda Y, T: (np.sqrt(np.mean((Y - T) ** 2)), 2 * (Y - T) / Y.size),
            "You took the square root of the loss. The root-mean-square error is good for reporting, in the unit of the "
            "data; the loss here is the mean square itself.",
        ),
        Mistake(
            "absolute error",
            lambda Y, T: (np.mean(np.abs(Y - T)), np.sign(Y - T) / Y.size),
            "This is the mean *absolute* error. The errors have to be squared.",
        ),
    ),
    alternatives=(
        lambda Y, T: (((Y - T) ** 2).sum() / Y.size, (Y - T) * (2 / Y.size)),
        lambda Y, T: (float(np.square(T - Y).mean()), -2 * (T - Y) / (Y.shape[0] * Y.shape[1])),
    ),
)


# --- 4.2 -------------------------------------------------------------------------------------------------------------


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def softplus(z):
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def bce_with_logits(z, t):
    """Return (loss, dz): the mean binary cross-entropy of p = σ(z), and its gradient. No overflow.

    z (N,) logits, t (N,) zeros and ones  ->  loss a number, dz (N,)
    """
    e = np.exp(-np.abs(z))
    loss = np.mean(np.maximum(z, 0) - t * z + np.log1p(e))
    p = np.where(z >= 0, 1, e) / (1 + e)
    return loss, (p - t) / len(z)


def bce_cases(rng):
    def pair(n):
        return rng.normal(0, 2, n), rng.permutation(np.arange(n) % 2).astype(float)

    large = np.array([1000.0, -1000.0, 40.0, -40.0, 800.0, -800.0, 0.0])
    high, low = np.array([900.0, 1.0, 800.0]), np.array([-900.0, 1.0, -800.0])
    return [
        pair(7),
        pair(11),
        (np.array([1.5]), np.array([1.0])),
        (np.array([-2.5]), np.array([0.0])),
        (large, np.array([1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0])),
        (high, np.array([0.0, 1.0, 1.0])),
        (low, np.array([1.0, 0.0, 0.0])),
        pair(5),
    ]


def literal_bce(p, z, t):
    """The formula as it stands, with these probabilities, and the right gradient."""
    return np.mean(-t * np.log(p) - (1 - t) * np.log(1 - p)), (sigmoid(z) - t) / len(z)


def clipped_bce(tiny):
    def answer(z, t):
        p = np.clip(sigmoid(z), tiny, 1 - tiny)
        return literal_bce(p, z, t)[0], (p - t) / len(z)

    return answer


def bce_plus(tiny):
    def answer(z, t):
        p = sigmoid(z)
        return np.mean(-t * np.log(p + tiny) - (1 - t) * np.log(1 - p + tiny)), (p - t) / len(z)

    return answer


def bce_of_chosen(z, t):
    return -np.mean(np.where(t == 1, np.log(sigmoid(z)), np.log(1 - sigmoid(z)))), (sigmoid(z) - t) / len(z)


def bce_loss(z, t):
    return np.mean(softplus(z) - t * z)


BCE = Exercise(
    id="4.2",
    title="Binary cross-entropy from logits",
    task="""
    Write `bce_with_logits(z, t)` for a batch of logits `z` $(N,)$ and targets `t` $(N,)$, each 0 or 1. It returns
    `(loss, dz)`:

    - `loss`, the mean over the batch of $-t\\ln p-(1-t)\\ln(1-p)$ with $p=\\sigma(z)$;
    - `dz`, the slopes $\\partial L/\\partial z_n$, of shape $(N,)$.

    It has to be right for $z = \\pm 1000$ as well, where $\\ln p$ taken literally is $\\ln 0$.
    """,
    solution=bce_with_logits,
    reference=both(rules.bce_with_logits),
    cases=bce_cases,
    outputs=("loss", "dz"),
    difficulty=2,
    points=3,
    hints=(
        "For t = 1 the loss is −ln σ(z) = ln(1 + e^(−z)). What is it for z = −1000, to three digits, and what does "
        "np.exp(1000.0) give?",
        "ln(1 + e^z) = max(z, 0) + ln(1 + e^(−|z|)): no exponential of a positive number is left. And the loss for either "
        "target is ln(1 + e^z) − t·z.",
        "loss = np.mean(np.maximum(z, 0) - t * z + np.log1p(np.exp(-np.abs(z)))); dz = (p - t) / N with a stable sigmoid p.",
    ),
    mistakes=(
        Mistake(
            "logarithm of zero",
            lambda z, t: literal_bce(sigmoid(z), z, t),
            "Right for small logits. For z = 800 your p is exactly 1, and ln(1 − p) is ln 0: the loss becomes infinite or "
            "NaN. Never form p before taking its logarithm: ln(1 + e^z) = max(z, 0) + ln(1 + e^(−|z|)).",
        ),
        Mistake(
            "e^z as it stands",
            lambda z, t: (np.mean(np.log(1 + np.exp(z)) - t * z), (sigmoid(z) - t) / len(z)),
            "The formula is right, and e^z overflows for z = 800: ln(1 + ∞) is ∞. Put the larger of 0 and z in front: "
            "ln(1 + e^z) = max(z, 0) + ln(1 + e^(−|z|)).",
        ),
        Mistake(
            "exponent without its minus",
            lambda z, t: (np.mean(np.maximum(z, 0) - t * z + np.log1p(np.exp(np.abs(z)))), (sigmoid(z) - t) / len(z)),
            "The exponent lacks its minus: it is ln(1 + e^(−|z|)), so that the exponential never exceeds 1.",
        ),
        Mistake(
            "e^(−z) as it stands",
            lambda z, t: (np.mean(np.log(1 + np.exp(-z)) + (1 - t) * z), (sigmoid(z) - t) / len(z)),
            "The formula is right, and e^(−z) overflows for z = −800: ln(1 + ∞) is ∞. Put the larger of 0 and −z in front: "
            "ln(1 + e^(−z)) = max(−z, 0) + ln(1 + e^(−|z|)).",
        ),
        Mistake(
            "logarithm of zero, chosen by t",
            bce_of_chosen,
            "Right for small logits. For z = 800 your p is exactly 1, and where t = 0 the loss is −ln 0, infinite. "
            "Never form p before taking its logarithm: ln(1 + e^z) = max(z, 0) + ln(1 + e^(−|z|)).",
        ),
        Mistake(
            "minus missing",
            lambda z, t: (-literal_bce(sigmoid(z), z, t)[0], (sigmoid(z) - t) / len(z)),
            "The minus is missing: the logarithm of a probability is negative, and a cross-entropy never is. And for z = 800 "
            "your p is exactly 1, so that ln(1 − p) is ln 0: use ln(1 + e^z) = max(z, 0) + ln(1 + e^(−|z|)).",
        ),
        Mistake(
            "np.max for np.maximum",
            lambda z, t: (
                np.mean(np.max(z, 0) - t * z + np.log1p(np.exp(-np.abs(z)))),
                (sigmoid(z) - t) / len(z),
            ),
            "np.max(z, 0) is the largest logit of the batch: its 0 is an axis. The larger of z and 0, for each entry, is "
            "np.maximum(z, 0).",
        ),
        Mistake(
            "|z| without its bars",
            lambda z, t: (np.mean(np.maximum(z, 0) - t * z + np.log1p(np.exp(-z))), (sigmoid(z) - t) / len(z)),
            "The exponent is −|z|, and yours is −z: right for z ≥ 0 only, and for z = −800 it overflows. np.exp(-np.abs(z)).",
        ),
        Mistake(
            "t·z left out",
            lambda z, t: (np.mean(softplus(z)), (sigmoid(z) - t) / len(z)),
            "ln(1 + e^z) is the loss for t = 0. For t = 1 it is z less: ln(1 + e^z) − t·z.",
        ),
        Mistake(
            "sigmoid overflows",
            lambda z, t: (bce_loss(z, t), (np.exp(z) / (1 + np.exp(z)) - t) / len(z)),
            "The loss is right. In dz your p is e^z/(1 + e^z), which is ∞/∞ for z = 1000, NaN. 1/(1 + e^(−z)) is the same "
            "number, and right for z = ±1000.",
        ),
        *(
            Mistake(
                f"{name} {tiny:g}",
                wrong(tiny),
                "You keep p away from 0 and 1, by clipping it or with a small number added before the logarithm. Nothing "
                f"overflows, but a prediction that is wrong with z = 800 then costs {-np.log(tiny):.1f} "
                "and not 800, and the loss no longer belongs to its gradient. Use ln(1 + e^z) = max(z, 0) + ln(1 + e^(−|z|)).",
            )
            for name, wrong, sizes in (
                ("clipped at", clipped_bce, (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)),
                ("plus", bce_plus, (1e-7, 1e-8, 1e-15)),
            )
            for tiny in sizes
        ),
        Mistake(
            "slope of the sigmoid once more",
            lambda z, t: (bce_loss(z, t), (sigmoid(z) - t) * sigmoid(z) * (1 - sigmoid(z)) / len(z)),
            "Your dz has the factor p(1 − p) too much. The cross-entropy's slope with respect to p already cancelled it; "
            "the slope with respect to z is p − t. (With the factor, confident mistakes stop learning.)",
        ),
        Mistake(
            "slope with respect to p",
            lambda z, t: (bce_loss(z, t), (-t / sigmoid(z) + (1 - t) / (1 - sigmoid(z))) / len(z)),
            "Your dz is −t/p + (1 − t)/(1 − p): how the loss moves with p. It is asked how it moves with z. "
            "Differentiate ln(1 + e^z) − t·z.",
        ),
        Mistake(
            "sign",
            lambda z, t: (bce_loss(z, t), (t - sigmoid(z)) / len(z)),
            "The gradient has the wrong sign: for t = 1 raising z makes the loss smaller, so the slope is negative, p − 1.",
        ),
        Mistake(
            "gradient of the sum",
            lambda z, t: (bce_loss(z, t), sigmoid(z) - t),
            "Your loss is a mean and your gradient that of a sum: it is N times too large. Divide by the number of examples.",
        ),
        Mistake(
            "only t divided",
            lambda z, t: (bce_loss(z, t), sigmoid(z) - t / len(z)),
            "p - t / N divides only t by N: division comes before subtraction. Put brackets around p − t.",
        ),
        Mistake(
            "sum",
            lambda z, t: (bce_loss(z, t) * len(z), sigmoid(z) - t),
            "This is the sum over the batch, and its gradient. The mean is asked for: divide both by N.",
        ),
        Mistake(
            "half of the cases",
            lambda z, t: (np.mean(t * softplus(-z)), t * (sigmoid(z) - 1) / len(z)),
            "Only the examples with t = 1 count in yours. For t = 0 the term −(1 − t)·ln(1 − p) is left, with slope p.",
        ),
        Mistake(
            "targets exchanged",
            lambda z, t: (bce_loss(z, 1 - t), (sigmoid(z) - (1 - t)) / len(z)),
            "You exchanged the two cases: −ln p belongs to t = 1, −ln(1 − p) to t = 0.",
        ),
        Mistake(
            "z for p",
            lambda z, t: (bce_loss(z, t), (z - t) / len(z)),
            "Your gradient is z − t. It is the probability p = σ(z) from which the target is subtracted.",
        ),
    ),
    alternatives=(
        lambda z, t: (np.mean(np.logaddexp(0, z) - t * z), (sigmoid(z) - t) / z.size),
        lambda z, t: (
            np.mean(np.logaddexp(0, -(2 * t - 1) * z)),
            -(2 * t - 1) * np.exp(-np.logaddexp(0, (2 * t - 1) * z)) / len(z),
        ),
    ),
)


# --- 4.3 -------------------------------------------------------------------------------------------------------------


def logsumexp(Z):
    """Return ln Σ_k e^(z_k) for every row of Z (N, K), as an array (N,). No overflow."""
    top = Z.max(axis=1, keepdims=True)
    return top[:, 0] + np.log(np.exp(Z - top).sum(axis=1))


def logit_cases(rng):
    apart = rng.normal(0, 2, (7, 3)) + np.array([1000.0, -1000.0, 0.0, 5000.0, -5000.0, 800.0, -800.0])[:, None]
    ties = np.array([
        [1000.0, 1000.0, 1000.0], [-2.0, -2.0, 3.0], [2000.0, 0.0, -2000.0], [-2000.0, 0.0, 2000.0], [-1.0, -2000.0, 0.0],
    ])  # fmt: skip
    return [
        (rng.normal(0, 2, (7, 5)),),
        (rng.normal(0, 3, (11, 3)),),
        (apart,),
        (rng.normal(0, 2, (1, 5)),),
        (ties,),
        (rng.normal(0, 2, (3, 3)),),
    ]


def without_max(Z):
    return np.log(np.exp(Z).sum(axis=1))


LOGSUMEXP = Exercise(
    id="4.3",
    title="A logarithm of a sum of exponentials",
    task="""
    Write `logsumexp(Z)`: for every row of `Z` $(N, K)$ the number $\\ln\\sum_k e^{z_k}$, an array of shape $(N,)$. It has to
    be right for rows like $(1000, 1000, 1000)$ and $(-5000, -5001, -5002)$, also when they stand in the same batch.
    """,
    solution=logsumexp,
    reference=lambda Z: rules.logsumexp(Z)[0],
    cases=logit_cases,
    difficulty=2,
    points=2,
    hints=(
        "Add 10 to every logit of a row. What happens to ln Σ e^z?",
        "It grows by 10. So a number m may be subtracted from a row before, and added to the result after. Which m makes "
        "the largest exponential e⁰ = 1?",
        "top = Z.max(axis=1, keepdims=True); then top[:, 0] + np.log(np.exp(Z - top).sum(axis=1)).",
    ),
    mistakes=(
        Mistake(
            "nothing subtracted",
            without_max,
            "Right for small logits. e^1000 is infinite in 64 bits, and e^(−5000) is 0, whose logarithm is −∞. Subtract the "
            "row's largest entry before the exponential and add it after the logarithm.",
        ),
        Mistake(
            "maximum of the batch",
            lambda Z: Z.max() + np.log(np.exp(Z - Z.max()).sum(axis=1)),
            "You subtract one maximum for the whole batch. A row that lies a thousand below it gets e^(−1000) = 0 everywhere, "
            "and ln 0. Every row needs its own: Z.max(axis=1, keepdims=True).",
        ),
        Mistake(
            "maximum not added back",
            lambda Z: np.log(np.exp(Z - Z.max(axis=1, keepdims=True)).sum(axis=1)),
            "You subtracted the maximum and did not add it back: this is ln Σ e^(z − m), which is m too small.",
        ),
        Mistake(
            "maximum subtracted again",
            lambda Z: np.log(np.exp(Z - Z.max(axis=1, keepdims=True)).sum(axis=1)) - Z.max(axis=1),
            "You subtracted the maximum before the exponential and once more after the logarithm. What was taken from every "
            "exponent comes back with a plus: m + ln Σ e^(z − m).",
        ),
        Mistake(
            "row and column",
            lambda Z: np.log(np.exp(Z - Z.max(axis=1, keepdims=True)).sum(axis=1)) + Z.max(axis=1, keepdims=True),
            "You added a row (N,) and a column (N, 1), which is a table (N, N). Take the maximum without keepdims when you "
            "add it back: Z.max(axis=1).",
        ),
        Mistake(
            "maximum and zero",
            lambda Z: (lambda m: m[:, 0] + np.log(np.exp(Z - m).sum(axis=1)))(
                np.maximum(0, Z.max(axis=1, keepdims=True))
            ),
            "You subtract max(0, largest entry). For a row whose entries are all near −5000 nothing is subtracted, and the "
            "sum is 0. Subtract the largest entry whatever its sign.",
        ),
        Mistake(
            "largest in size",
            lambda Z: (lambda m: m[:, 0] + np.log(np.exp(Z - m).sum(axis=1)))(np.abs(Z).max(axis=1, keepdims=True)),
            "You subtract the largest |z|. In a row near −5000 that makes everything −10,000, and the sum is 0. Subtract the "
            "largest entry itself, with its sign.",
        ),
        Mistake(
            "sum of the whole batch",
            lambda Z: Z.max(axis=1) + np.log(np.exp(Z - Z.max(axis=1, keepdims=True)).sum()),
            "Without an axis, sum() adds up the whole batch. Every row has its own sum: sum(axis=1).",
        ),
        Mistake(
            "one number for the batch",
            lambda Z: Z.max() + np.log(np.exp(Z - Z.max()).sum()),
            "This is one number for the whole batch: max() and sum() without an axis take all entries. One number for each "
            "row is asked for, axis=1.",
        ),
        Mistake(
            "one number for the batch, nothing subtracted",
            lambda Z: np.log(np.exp(Z).sum()),
            "This is one number for the whole batch: sum() without an axis takes all entries. One number for each row is "
            "asked for, axis=1. And e^1000 overflows: subtract the row's largest entry first, and add it back after the logarithm.",
        ),
        Mistake(
            "the maximum itself",
            lambda Z: Z.max(axis=1),
            "This is the largest entry of each row. ln Σ e^z lies between that and ln K more: the rest of the sum is missing.",
        ),
        Mistake(
            "mean of the exponentials",
            lambda Z: (lambda m: m[:, 0] + np.log(np.exp(Z - m).mean(axis=1)))(Z.max(axis=1, keepdims=True)),
            "You averaged the exponentials where they have to be summed: your result is ln K too small.",
        ),
        Mistake(
            "down the columns",
            lambda Z: (lambda m: m[0] + np.log(np.exp(Z - m).sum(axis=0)))(Z.max(axis=0, keepdims=True)),
            "You summed down the columns, over the examples. Each row is one example: the sum runs along axis 1.",
        ),
        Mistake(
            "kept the axis",
            lambda Z: (lambda m: m + np.log(np.exp(Z - m).sum(axis=1, keepdims=True)))(Z.max(axis=1, keepdims=True)),
            "The numbers are right, in an array of shape (N, 1). One number per row is asked for, (N,): keepdims is good for "
            "the maximum and one too many for the result.",
        ),
    ),
    alternatives=(
        lambda Z: np.logaddexp.reduce(Z, axis=1),
        lambda Z: np.array([m + np.log(sum(np.exp(z - m) for z in row)) for row in Z for m in [max(row)]]),
    ),
)


# --- 4.4 -------------------------------------------------------------------------------------------------------------


def softmax(Z):
    """Return e^(z_k) / Σ_j e^(z_j) for every row of logits Z (N, K), an array (N, K). No overflow."""
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


SOFTMAX = Exercise(
    id="4.4",
    title="Softmax, row by row",
    task="""
    Write `softmax(Z)` for a batch of logits `Z` $(N, K)$: an array of the same shape whose row $n$ holds
    $p_{nk} = e^{z_{nk}}/\\sum_j e^{z_{nj}}$. Rows of large logits, positive or negative, may not overflow.
    """,
    solution=softmax,
    reference=lambda Z: rules.softmax(Z)[0],
    cases=logit_cases,
    difficulty=1,
    points=2,
    needs=("4.3",),
    hints=(
        "What must every row of the result sum to? And the columns?",
        "Shifting all logits of a row by the same number changes nothing in the result, so shift by the row's maximum.",
        "E = np.exp(Z - Z.max(axis=1, keepdims=True)); then E / E.sum(axis=1, keepdims=True).",
    ),
    mistakes=(
        Mistake(
            "nothing subtracted",
            lambda Z: np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True),
            "Right for small logits. With z = 1000 numerator and denominator are both infinite, NaN; with z = −5000 both are "
            "0. Subtract the row's maximum first: it cancels in the fraction.",
        ),
        Mistake(
            "maximum of the batch",
            lambda Z: (lambda E: E / E.sum(axis=1, keepdims=True))(np.exp(Z - Z.max())),
            "You subtract one maximum for the whole batch. A row that lies a thousand below it becomes 0/0. Every row needs "
            "its own: Z.max(axis=1, keepdims=True).",
        ),
        Mistake(
            "down the columns",
            lambda Z: (lambda E: E / E.sum(axis=0, keepdims=True))(np.exp(Z - Z.max(axis=0, keepdims=True))),
            "Your columns sum to 1, not your rows. Each row is one example with its own K probabilities: axis 1.",
        ),
        Mistake(
            "the whole batch",
            lambda Z: (lambda E: E / E.sum())(np.exp(Z - Z.max(axis=1, keepdims=True))),
            "All your numbers together sum to 1. Each *row* is a distribution: divide by the row's sum, "
            "sum(axis=1, keepdims=True).",
        ),
        Mistake(
            "keepdims missing",
            lambda Z: (lambda E: E / E.sum(axis=1))(np.exp(Z - Z.max(axis=1, keepdims=True))),
            "E.sum(axis=1) is (N,), and NumPy lays it along the columns of E (N, K): an error, or for N = K a wrong answer without "
            "one. keepdims=True makes it a column (N, 1), one sum for each row.",
        ),
        Mistake(
            "the whole batch, one maximum",
            lambda Z: (lambda E: E / E.sum())(np.exp(Z - Z.max())),
            "All your numbers together sum to 1. Each *row* is a distribution: its maximum and its sum are taken along axis=1, "
            "with keepdims=True.",
        ),
        Mistake(
            "the whole batch, nothing subtracted",
            lambda Z: np.exp(Z) / np.exp(Z).sum(),
            "All your numbers together sum to 1. Each *row* is a distribution: divide by the row's sum, "
            "sum(axis=1, keepdims=True). And e^1000 overflows: subtract the row's largest logit first.",
        ),
        Mistake(
            "down the columns, one maximum",
            lambda Z: (lambda E: E / E.sum(axis=0))(np.exp(Z - Z.max())),
            "Your columns sum to 1, not your rows. Each row is one example: its maximum and its sum are taken along axis=1, "
            "with keepdims=True.",
        ),
        Mistake(
            "down the columns, nothing subtracted",
            lambda Z: np.exp(Z) / np.exp(Z).sum(axis=0),
            "Your columns sum to 1, not your rows. Each row is one example: divide by sum(axis=1, keepdims=True). And e^1000 "
            "overflows: subtract the row's largest logit first.",
        ),
        Mistake(
            "row's maximum, column's sum",
            lambda Z: (lambda E: E / E.sum(axis=0))(np.exp(Z - Z.max(axis=1, keepdims=True))),
            "The maximum is taken in each row, and the sum down each column (which is what Python's own sum() and axis=0 do). "
            "Each *row* is a distribution: divide by E.sum(axis=1, keepdims=True).",
        ),
        Mistake(
            "subtracted above only",
            lambda Z: np.exp(Z - Z.max(axis=1, keepdims=True)) / np.exp(Z).sum(axis=1, keepdims=True),
            "You subtract the maximum in the numerator and not in the denominator. It cancels only if it is in both: "
            "E = np.exp(Z - m) once, then E / E.sum(axis=1, keepdims=True).",
        ),
        Mistake(
            "no exponential",
            lambda Z: Z / Z.sum(axis=1, keepdims=True),
            "You divide the logits themselves by their sum, which may be 0 or negative. The exponentials are positive: "
            "e^z first, then the division.",
        ),
        Mistake(
            "not divided",
            lambda Z: np.exp(Z - Z.max(axis=1, keepdims=True)),
            "The largest entry of every row is 1 and the row sums to more. Divide by the row's sum.",
        ),
        Mistake(
            "each for itself",
            sigmoid,
            "This is the sigmoid of every logit for itself: its rows do not sum to 1. Softmax divides by the row's sum.",
        ),
        Mistake(
            "softmax of the softmax",
            lambda Z: softmax(softmax(Z)),
            "Softmax was applied twice. The second one sees numbers between 0 and 1 and makes them nearly equal.",
        ),
        Mistake(
            "logarithm",
            lambda Z: Z - logsumexp(Z)[:, None],
            "These are the logarithms of the probabilities. Take the exponential.",
        ),
    ),
    alternatives=(
        lambda Z: np.exp(Z - np.logaddexp.reduce(Z, axis=1)[:, None]),
        lambda Z: np.stack([np.exp(z - z.max()) / np.exp(z - z.max()).sum() for z in Z]),
    ),
)


# --- 4.5 -------------------------------------------------------------------------------------------------------------


def softmax_cross_entropy(Z, labels):
    """Return (loss, dZ): the mean of −ln p[label] with p = softmax(z), row by row, and its gradient.

    Z (N, K) logits, labels (N,) integers 0 … K−1  ->  loss a number, dZ (N, K)
    """
    N = len(Z)
    shifted = Z - Z.max(axis=1, keepdims=True)
    P = np.exp(shifted)
    total = P.sum(axis=1, keepdims=True)
    loss = np.mean(np.log(total[:, 0]) - shifted[np.arange(N), labels])
    dZ = P / total
    dZ[np.arange(N), labels] -= 1
    return loss, dZ / N


def label_cases(rng):
    """Repeated labels, an absent class, every class once, one row, large logits, and large ones near each other."""
    large = rng.normal(0, 2, (5, 3)) + np.array([1000.0, -1000.0, 0.0, 3000.0, -800.0])[:, None]
    large[2] = [900.0, 0.0, -900.0]
    return [
        (rng.normal(0, 2, (7, 5)), np.array([0, 3, 3, 1, 0, 3, 1])),
        (rng.normal(0, 3, (11, 3)), rng.permutation(np.arange(11) % 3)),
        (rng.normal(0, 2, (1, 5)), np.array([2])),
        (large, np.array([0, 2, 1, 1, 0])),
        (np.array([[1000.0, 998.0, 999.0], [1.0, 2.0, 3.0]]), np.array([1, 0])),
        (rng.normal(0, 2, (3, 3)), np.array([1, 1, 2])),
    ]


def ones_at(Z, labels):
    return np.eye(Z.shape[1])[labels]


def cross_entropy(Z, labels):
    return np.mean(logsumexp(Z) - Z[np.arange(len(Z)), labels])


def with_gradient(gradient):
    """The right loss, with another gradient, which is given P, T (one-hot) and N."""
    return lambda Z, labels: (cross_entropy(Z, labels), gradient(softmax(Z), ones_at(Z, labels), len(Z)))


def columns_minus_one(Z, labels):
    dZ = softmax(Z)
    dZ[:, labels] -= 1
    return cross_entropy(Z, labels), dZ / len(Z)


def literal(probabilities):
    """−ln p at the label and (P − T)/N, with these probabilities."""

    def answer(Z, labels):
        P = probabilities(Z)
        return -np.mean(np.log(P[np.arange(len(Z)), labels])), (P - ones_at(Z, labels)) / len(Z)

    return answer


softmax_down_the_columns = literal(lambda Z: softmax(Z.T).T)
softmax_of_the_batch = literal(lambda Z: np.exp(Z - Z.max()) / np.exp(Z - Z.max()).sum())
without_row_maximum = literal(lambda Z: np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True))
literal_logarithm = literal(softmax)


def cross_entropy_plus(tiny):
    def answer(Z, labels):
        P = softmax(Z)
        return -np.mean(np.log(P[np.arange(len(Z)), labels] + tiny)), (P - ones_at(Z, labels)) / len(Z)

    return answer


def other_one_hot(columns):
    """Loss and gradient from a one-hot table with another number of columns, a function of Z and the labels."""

    def answer(Z, labels):
        T = np.eye(columns(Z, labels))[labels]
        return np.sum(T * (logsumexp(Z)[:, None] - Z)) / len(Z), (softmax(Z) - T) / len(Z)

    return answer


def rows_minus_one(Z, labels):
    dZ = softmax(Z)
    dZ[labels] -= 1
    return cross_entropy(Z, labels), dZ / len(Z)


def softmax_twice(Z, labels):
    P = softmax(Z)
    return cross_entropy(P, labels), (softmax(P) - ones_at(Z, labels)) / len(Z)


def softmax_cross_entropy_with_rows(Z, labels):
    P, T = softmax(Z), np.eye(Z.shape[1])[labels]
    return np.mean(np.logaddexp.reduce(Z, axis=1) - (T * Z).sum(axis=1)), (P - T) / len(Z)


SOFTMAX_CROSS_ENTROPY = Exercise(
    id="4.5",
    title="Softmax cross-entropy: prediction minus truth",
    task="""
    Logits `Z` $(N, K)$ and integer labels `labels` $(N,)$, each from 0 to $K-1$. Write
    `softmax_cross_entropy(Z, labels)`, which returns `(loss, dZ)`:

    - `loss`, the mean over the batch of $-\\ln p_{n,\\text{label}_n}$, where $p$ is the softmax of row $n$;
    - `dZ`, the slopes $\\partial L/\\partial z_{nk}$, of shape $(N, K)$.

    Large logits may not overflow. `Z[np.arange(N), labels]` picks one entry per row.
    """,
    solution=softmax_cross_entropy,
    reference=both(rules.softmax_cross_entropy),
    cases=label_cases,
    outputs=("loss", "dZ"),
    difficulty=2,
    points=3,
    needs=("4.3", "4.4"),
    hints=(
        "−ln p_y is a difference of two terms, one of which you have written in exercise 4.3. Which is the other?",
        "loss per row: logsumexp(z) − z_y. Its slope is p_k for every k, and 1 less at k = y. And the mean divides by N.",
        "P = softmax(Z); dZ = P.copy(); dZ[np.arange(N), labels] -= 1; return loss, dZ / N.",
    ),
    mistakes=(
        Mistake(
            "gradient of the sum",
            with_gradient(lambda P, T, N: P - T),
            "Your loss is a mean over the batch and your gradient that of a sum: it is N times too large. Divide P − T by N.",
        ),
        Mistake(
            "sum",
            lambda Z, labels: (cross_entropy(Z, labels) * len(Z), softmax(Z) - ones_at(Z, labels)),
            "This is the sum over the batch, and its gradient. The mean is asked for: divide both by N.",
        ),
        Mistake(
            "divided twice",
            with_gradient(lambda P, T, N: (P - T) / N**2),
            "Your gradient is divided by N twice. The 1/N of the mean enters once.",
        ),
        Mistake(
            "divided by all entries",
            with_gradient(lambda P, T, N: (P - T) / P.size),
            "You divided by N·K. There is one loss per row, so the mean is over N, and the gradient is (P − T)/N.",
        ),
        Mistake(
            "sign",
            with_gradient(lambda P, T, N: (T - P) / N),
            "The gradient has the wrong sign: raising the logit of the true class makes the loss smaller, so its slope is "
            "negative, p − 1.",
        ),
        Mistake(
            "truth not subtracted",
            with_gradient(lambda P, T, N: P / N),
            "This is P/N. The slope of the log-sum-exp is there; the term −z_y is missing, which takes 1 off at the true class.",
        ),
        Mistake(
            "whole columns",
            columns_minus_one,
            "dZ[:, labels] takes 1 off in *every* row, at every label that occurs in the batch. Each row has its own label: "
            "dZ[np.arange(N), labels].",
        ),
        Mistake(
            "only the true class",
            with_gradient(lambda P, T, N: T * (P - T) / N),
            "Your gradient is zero except at the true class. The other logits stand in the log-sum-exp too: their slope is p_k.",
        ),
        Mistake(
            "slope with respect to p",
            with_gradient(lambda P, T, N: -T / P / N),
            "Your gradient is −1/p at the true class: how the loss moves with the *probability*. It is asked how it moves "
            "with the logits: P − T.",
        ),
        Mistake(
            "slope with respect to p, zeros elsewhere",
            with_gradient(lambda P, T, N: np.where(T == 1, -1 / P, 0.0) / N),
            "Your gradient is −1/p at the true class: how the loss moves with the *probability*. It is asked how it moves "
            "with the logits: P − T.",
        ),
        Mistake(
            "logits for probabilities",
            lambda Z, labels: (cross_entropy(Z, labels), (Z - ones_at(Z, labels)) / len(Z)),
            "Your gradient is Z − T. The truth is subtracted from the probabilities, the softmax of Z.",
        ),
        Mistake(
            "labels as numbers",
            lambda Z, labels: (cross_entropy(Z, labels), (softmax(Z) - labels[:, None]) / len(Z)),
            "You subtracted the label itself, 3 for class 3, from all the probabilities of the row. It says *where* to subtract 1: "
            "dZ[np.arange(N), labels] -= 1.",
        ),
        Mistake(
            "slope once more",
            with_gradient(lambda P, T, N: (P - T) * P * (1 - P) / N),
            "Your gradient has the factor p(1 − p) too much. P − T is already the slope with respect to the logits.",
        ),
        Mistake(
            "softmax twice",
            softmax_twice,
            "Softmax was applied twice: the logsumexp and the softmax are to see the logits, not probabilities. "
            "(Then the loss can never come near zero: see exercise 4.11.)",
        ),
        Mistake(
            "divided by all entries, loss too",
            lambda Z, labels: (cross_entropy(Z, labels) / Z.shape[1], (softmax(Z) - ones_at(Z, labels)) / Z.size),
            "You divided by N·K, loss and gradient. There is one loss per row: the mean is over the N rows.",
        ),
        Mistake(
            "outer product",
            lambda Z, labels: (
                -np.sum(ones_at(Z, labels).T @ (Z - logsumexp(Z)[:, None])) / len(Z),
                (softmax(Z) - ones_at(Z, labels)) / len(Z),
            ),
            "The gradient is right. In the loss, T.T @ ln P pairs every class with every other class. Entry by entry, T * ln P, "
            "then the sum.",
        ),
        Mistake(
            "every label for every row",
            lambda Z, labels: (
                np.mean(logsumexp(Z)[:, None] - Z[:, labels]),
                (softmax(Z) - ones_at(Z, labels)) / len(Z),
            ),
            "The gradient is right. Your loss takes every row at the labels of the whole batch, N × N numbers, as Z[:, labels] "
            "and T @ ln P.T do. Each row has its own label: Z[np.arange(N), labels], or T * ln P.",
        ),
        Mistake(
            "softmax down the columns",
            softmax_down_the_columns,
            "Your softmax runs down the columns, over the examples. Each row is one example: axis=1, with keepdims=True.",
        ),
        Mistake(
            "softmax of the whole batch",
            softmax_of_the_batch,
            "All your probabilities together sum to 1. Each *row* is a distribution: divide by the row's sum, axis=1, "
            "keepdims=True.",
        ),
        Mistake(
            "nothing subtracted",
            without_row_maximum,
            "Right for small logits. With z = 1000 numerator and denominator of the softmax are both infinite, NaN. Subtract "
            "the row's maximum from its logits first: it cancels.",
        ),
        Mistake(
            "logarithm of zero",
            literal_logarithm,
            "Right for small logits. Where the true class is far behind, p is exactly 0 in 64 bits and its logarithm −∞. "
            "Do not go through p: the loss of a row is logsumexp(z) − z_y.",
        ),
        Mistake(
            "zero times infinity",
            lambda Z, labels: (
                -np.sum(ones_at(Z, labels) * np.log(softmax(Z))) / len(Z),
                (softmax(Z) - ones_at(Z, labels)) / len(Z),
            ),
            "Right for small logits. Where p is exactly 0 its logarithm is −∞, and 0·(−∞) in T * ln P is NaN. Do not go "
            "through p: the loss of a row is logsumexp(z) − z_y.",
        ),
        Mistake(
            "log-sum-exp without its maximum",
            lambda Z, labels: (
                np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(Z)), labels]),
                (softmax(Z) - ones_at(Z, labels)) / len(Z),
            ),
            "The gradient is right, and the loss is for small logits. In ln Σ e^z the exponential overflows at z = 1000: subtract "
            "the row's maximum before it, and add it back after the logarithm.",
        ),
        Mistake(
            "nothing subtracted, loss by log-sum-exp",
            lambda Z, labels: (
                np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(Z)), labels]),
                (np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True) - ones_at(Z, labels)) / len(Z),
            ),
            "Right for small logits. At z = 1000 the exponentials are infinite, in the log-sum-exp and in the softmax. Subtract "
            "the row's maximum before them, and add it back after the logarithm; in the softmax it cancels.",
        ),
        Mistake(
            "maximum not added back",
            lambda Z, labels: (
                np.mean(logsumexp(Z) - Z.max(axis=1) - Z[np.arange(len(Z)), labels]),
                (softmax(Z) - ones_at(Z, labels)) / len(Z),
            ),
            "The gradient is right. In the loss the row's maximum is subtracted inside the log-sum-exp and not added back after it.",
        ),
        Mistake(
            "true logit added",
            lambda Z, labels: (
                np.mean(logsumexp(Z) + Z[np.arange(len(Z)), labels]),
                (softmax(Z) - ones_at(Z, labels)) / len(Z),
            ),
            "The gradient is right. In the loss the true class's logit is subtracted: logsumexp(z) − z_y.",
        ),
        Mistake(
            "softmax of the whole batch, nothing subtracted",
            literal(lambda Z: np.exp(Z) / np.exp(Z).sum()),
            "All your probabilities together sum to 1. Each *row* is a distribution: divide by the row's sum, axis=1, "
            "keepdims=True. And large logits overflow: subtract the row's maximum first.",
        ),
        Mistake(
            "softmax down the columns, nothing subtracted",
            literal(lambda Z: np.exp(Z) / np.exp(Z).sum(axis=0)),
            "Your softmax runs down the columns, over the examples. Each row is one example: axis=1, with keepdims=True. And "
            "large logits overflow: subtract the row's maximum first.",
        ),
        Mistake(
            "one maximum for the batch",
            literal(lambda Z: (lambda E: E / E.sum(axis=1, keepdims=True))(np.exp(Z - Z.max()))),
            "Right, as long as the rows are alike. You subtract the largest logit of the whole batch, and a row a thousand below "
            "it becomes 0/0. Every row needs its own: Z.max(axis=1, keepdims=True).",
        ),
        *(
            Mistake(
                f"plus {tiny:g}",
                cross_entropy_plus(tiny),
                "You keep p away from 0 before its logarithm is taken. Nothing overflows, but a row whose true class is far "
                f"behind then costs at most {-np.log(tiny):.1f}, and the loss no longer belongs to its gradient. Do not go through "
                "p: the loss of a row is logsumexp(z) − z_y.",
            )
            for tiny in (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)
        ),
        Mistake(
            "loss after the subtraction",
            lambda Z, labels: (
                -np.mean(np.log((softmax(Z) - ones_at(Z, labels))[np.arange(len(Z)), labels])),
                (softmax(Z) - ones_at(Z, labels)) / len(Z),
            ),
            "The gradient is right. Your loss looks at P after 1 was subtracted at the true class, where it is negative, and its "
            "logarithm NaN. Compute the loss first, or subtract from a copy: dZ = P.copy().",
        ),
        Mistake(
            "each class for itself",
            lambda Z, labels: (
                -np.sum(np.where(ones_at(Z, labels) == 1, np.log(softmax(Z)), np.log(1 - softmax(Z)))) / len(Z),
                (softmax(Z) - ones_at(Z, labels)) / len(Z),
            ),
            "Your loss has a term ln(1 − p) for each of the other classes: that is binary cross-entropy, K questions of yes or no. "
            "Here the loss is −ln p of the true class alone.",
        ),
        Mistake(
            "each class for itself, zero times infinity",
            lambda Z, labels: (
                (lambda P, T: -np.sum(T * np.log(P) + (1 - T) * np.log(1 - P)) / len(Z))(
                    softmax(Z), ones_at(Z, labels)
                ),
                (softmax(Z) - ones_at(Z, labels)) / len(Z),
            ),
            "Your loss has a term (1 − t)·ln(1 − p) for each of the other classes: that is binary cross-entropy, K questions of "
            "yes or no. Here the loss is −ln p of the true class alone.",
        ),
        Mistake(
            "whole rows",
            rows_minus_one,
            "dZ[labels] takes the labels for row numbers. Each row has its own label: dZ[np.arange(N), labels] -= 1.",
        ),
        Mistake(
            "labels subtracted",
            lambda Z, labels: (cross_entropy(Z, labels), (softmax(Z) - labels) / len(Z)),
            "You subtract the labels themselves from P. A label is the number of a class and says *where* to subtract 1: "
            "dZ[np.arange(N), labels] -= 1.",
        ),
        Mistake(
            "as many classes as labels occur",
            other_one_hot(lambda Z, labels: len(np.unique(labels))),
            "You counted the classes that occur here. A class may be absent from a batch, and then the one-hot table has too "
            "few columns. There are K classes, the columns of Z: np.eye(Z.shape[1])[labels].",
        ),
        Mistake(
            "classes up to the largest label",
            other_one_hot(lambda Z, labels: labels.max() + 1),
            "You took the largest label that occurs for the last class. It may be absent from a batch, and then the one-hot "
            "table has too few columns. There are K classes, the columns of Z: np.eye(Z.shape[1])[labels].",
        ),
        Mistake(
            "one-hot of N columns",
            other_one_hot(lambda Z, labels: len(labels)),
            "Your one-hot table has a column for each example. It needs one for each class, the columns of Z: "
            "np.eye(Z.shape[1])[labels].",
        ),
        Mistake(
            "divided by K",
            with_gradient(lambda P, T, N: (P - T) / P.shape[1]),
            "You divided the gradient by K, the number of classes. The loss is the mean over the N rows: divide by N, len(Z).",
        ),
        Mistake(
            "only P divided",
            with_gradient(lambda P, T, N: P / N - T),
            "You divided P by N before the 1 of the true class was subtracted. The whole of P − T is divided by N.",
        ),
        Mistake(
            "mean before the logarithm",
            lambda Z, labels: (
                -np.log(np.mean(softmax(Z)[np.arange(len(Z)), labels])),
                (softmax(Z) - ones_at(Z, labels)) / len(Z),
            ),
            "Your loss is minus the logarithm of the mean probability. Every row has its own −ln p; take the mean of those.",
        ),
        Mistake(
            "no logarithm",
            lambda Z, labels: (
                -np.mean(softmax(Z)[np.arange(len(Z)), labels]),
                (softmax(Z) - ones_at(Z, labels)) / len(Z),
            ),
            "Your loss is −p at the true class, without a logarithm; so it lies between −1 and 0. A cross-entropy is never "
            "negative.",
        ),
    ),
    alternatives=(
        softmax_cross_entropy_with_rows,
        lambda Z, labels: softmax_cross_entropy(
            Z - logsumexp(Z)[:, None], labels
        ),  # log-softmax once more changes nothing
    ),
)


# --- 4.6 -------------------------------------------------------------------------------------------------------------


def huber(Y, T, delta):
    """Return (loss, dY): the mean Huber loss over all entries of E = Y − T, and its gradient.

    Per entry ½e² where |e| ≤ delta, else delta·(|e| − ½·delta). Y, T (N, K), delta > 0 a number
    """
    E = Y - T
    inside = np.abs(E) <= delta
    losses = np.where(inside, E**2 / 2, delta * (np.abs(E) - delta / 2))
    slopes = np.where(inside, E, delta * np.sign(E))
    return losses.mean(), slopes / E.size


def huber_cases(rng):
    """Errors inside and outside, of both signs, in every case."""

    def case(n, k, delta):
        E = rng.normal(0, delta, (n, k))
        E.flat[: min(4, E.size)] = np.array([0.5, -0.4, 2.5, -3.0])[: E.size] * delta
        Y = rng.normal(0, 2, (n, k))
        return Y, Y - E, delta

    return [case(7, 3, 1.5), case(11, 5, 0.7), case(1, 5, 3.0), case(5, 1, 2.0), case(3, 3, 1.3)]


def huber_like(loss, slope):
    """The mean of `loss` and its gradient `slope`, each a function of the errors and delta."""
    return lambda Y, T, delta: (loss(Y - T, delta).mean(), slope(Y - T, delta) / Y.size)


def huber_losses(E, delta):
    return np.where(np.abs(E) <= delta, E**2 / 2, delta * (np.abs(E) - delta / 2))


def clipped_error(E, delta):
    return np.clip(E, -delta, delta)


HUBER = Exercise(
    id="4.6",
    title="Huber's loss: square near zero, straight far away",
    task="""
    Write `huber(Y, T, delta)`. With the error $e = y - t$ it takes, per entry,

    $$\\ell(e) = \\begin{cases}\\tfrac12 e^2 & |e|\\le\\delta\\\\ \\delta\\,(|e|-\\tfrac12\\delta) & |e|>\\delta\\end{cases}$$

    and returns `(loss, dY)`: the mean of $\\ell$ over all entries of the arrays $(N, K)$, and its gradient with respect to
    `Y`, in the shape of `Y`. (Both branches give $\\tfrac12\\delta^2$ at $|e|=\\delta$: the curve has no jump, nor has its slope.)
    """,
    solution=huber,
    reference=lambda Y, T, delta: both(rules.huber)(Y, T, delta=delta),
    cases=huber_cases,
    outputs=("loss", "dY"),
    difficulty=2,
    points=2,
    needs=("4.1",),
    hints=(
        "What is the slope of ½e² inside, and what that of δ·|e| outside, for e > 0 and for e < 0?",
        "The slope is the error itself, but never more than δ and never less than −δ.",
        "np.where(np.abs(E) <= delta, …, …) for the loss; np.clip(E, -delta, delta) / E.size for the gradient.",
    ),
    mistakes=(
        Mistake(
            "offset missing",
            huber_like(lambda E, d: np.where(np.abs(E) <= d, E**2 / 2, d * np.abs(E)), clipped_error),
            "Outside you have δ·|e|, without the −½δ²: at |e| = δ the curve jumps from ½δ² to δ². The gradient is right.",
        ),
        Mistake(
            "errors cut off",
            huber_like(lambda E, d: clipped_error(E, d) ** 2 / 2, clipped_error),
            "You cut the errors off at ±δ and took half their square: beyond δ your loss stays at ½δ². It goes on in a straight "
            "line, δ·(|e| − ½δ). The gradient is right.",
        ),
        Mistake(
            "straight part without its bars",
            huber_like(lambda E, d: np.where(np.abs(E) <= d, E**2 / 2, d * (E - d / 2)), clipped_error),
            "Outside you have δ·(e − ½δ), which is negative for e < −δ. The size of the error is meant, |e|. The gradient is right.",
        ),
        Mistake(
            "straight part and slope without their sign",
            huber_like(
                lambda E, d: np.where(np.abs(E) <= d, E**2 / 2, d * (E - d / 2)),
                lambda E, d: np.where(np.abs(E) <= d, E, d),
            ),
            "Outside you have δ·(e − ½δ), with slope δ, also for e < −δ. The loss there is δ·(|e| − ½δ), and its slope −δ.",
        ),
        Mistake(
            "½ lost in the loss",
            huber_like(lambda E, d: np.where(np.abs(E) <= d, E**2, d * (np.abs(E) - d / 2)), clipped_error),
            "Inside your loss is e² where ½e² is asked for; then the two branches do not meet at |e| = δ. The gradient is right.",
        ),
        Mistake(
            "slope of the whole square",
            huber_like(huber_losses, lambda E, d: np.where(np.abs(E) <= d, 2 * E, d * np.sign(E))),
            "Inside your slope is 2e, that of e². The loss there is ½e²: its slope is e.",
        ),
        Mistake(
            "δ subtracted whole",
            huber_like(lambda E, d: np.where(np.abs(E) <= d, E**2 / 2, d * (np.abs(E) - d)), clipped_error),
            "Outside you have δ·(|e| − δ). It is ½δ that is subtracted: only so do both branches give ½δ² at |e| = δ. The "
            "gradient is right.",
        ),
        Mistake(
            "½δ subtracted outside the bracket",
            huber_like(lambda E, d: np.where(np.abs(E) <= d, E**2 / 2, d * np.abs(E) - d / 2), clipped_error),
            "Outside you have δ·|e| − ½δ. The factor δ is for both terms: δ·(|e| − ½δ) = δ·|e| − ½δ². The gradient is right.",
        ),
        Mistake(
            "½δ² in the bracket",
            huber_like(lambda E, d: np.where(np.abs(E) <= d, E**2 / 2, d * (np.abs(E) - d**2 / 2)), clipped_error),
            "Outside you have δ·(|e| − ½δ²). In the bracket stands ½δ; the factor in front makes ½δ² of it. The gradient is right.",
        ),
        Mistake(
            "two means added",
            lambda Y, T, delta: (
                (lambda E, inside: np.mean(E[inside] ** 2) / 2 + np.mean(delta * (np.abs(E[~inside]) - delta / 2)))(
                    Y - T, np.abs(Y - T) <= delta
                ),
                clipped_error(Y - T, delta) / Y.size,
            ),
            "You averaged the errors inside and those outside separately, and added the two means. There is one mean, over "
            "all entries: add the sums, then divide by the number of entries. The gradient is right.",
        ),
        Mistake(
            "cut off above only",
            huber_like(huber_losses, lambda E, d: np.minimum(E, d)),
            "Your slope is cut off at +δ and not at −δ: np.clip(E, -delta, delta). The loss is right.",
        ),
        Mistake(
            "1 for δ",
            lambda Y, T, delta: huber_like(huber_losses, clipped_error)(Y, T, 1.0),
            "You took 1 for δ, and the argument delta makes no difference. The border between the branches, the slope outside "
            "and the ½δ all depend on it.",
        ),
        Mistake(
            "slope not limited",
            huber_like(huber_losses, lambda E, d: E),
            "Your gradient is the error itself everywhere, that of half the square. Outside ±δ the loss is a straight line: "
            "its slope stays at +δ or −δ.",
        ),
        Mistake(
            "slope 1 outside",
            huber_like(huber_losses, lambda E, d: np.where(np.abs(E) <= d, E, np.sign(E))),
            "Outside, your slope is ±1. The straight part is δ·|e|, so it is ±δ; only for δ = 1 is that the same.",
        ),
        Mistake(
            "slope without its sign",
            huber_like(huber_losses, lambda E, d: np.where(np.abs(E) <= d, E, d)),
            "Outside, your slope is always +δ. For e < −δ the curve falls: the slope there is −δ, in one δ·sign(e).",
        ),
        Mistake(
            "slope 0 outside",
            huber_like(huber_losses, lambda E, d: np.where(np.abs(E) <= d, E, 0.0)),
            "Outside, your slope is 0. The straight part δ·|e| still rises: its slope is +δ or −δ.",
        ),
        Mistake(
            "straight part without δ",
            huber_like(lambda E, d: np.where(np.abs(E) <= d, E**2 / 2, np.abs(E) - d / 2), clipped_error),
            "Outside you have |e| − ½δ, without the factor δ in front of the bracket; only for δ = 1 is that the same. The "
            "gradient is right.",
        ),
        Mistake(
            "no straight part",
            huber_like(lambda E, d: E**2 / 2, lambda E, d: E),
            "This is half the square everywhere. Beyond δ the loss goes on in a straight line: np.where(np.abs(E) <= delta, …, …).",
        ),
        Mistake(
            "divided by δ",
            huber_like(lambda E, d: huber_losses(E, d) / d, lambda E, d: clipped_error(E, d) / d),
            "Loss and gradient are divided by δ: that is the smooth absolute error, PyTorch's SmoothL1Loss. Huber's is δ times that.",
        ),
        Mistake(
            "one if for the whole array",
            lambda Y, T, delta: (
                (np.mean((Y - T) ** 2) / 2, (Y - T) / Y.size)
                if np.abs(Y - T) <= delta
                else (np.mean(delta * (np.abs(Y - T) - delta / 2)), delta * np.sign(Y - T) / Y.size)
            ),
            "`if` asks one question of a whole array, and NumPy does not know for which entry. Each entry needs its own choice: "
            "np.where(np.abs(E) <= delta, …, …).",
        ),
        Mistake(
            "no ½",
            huber_like(
                lambda E, d: np.where(np.abs(E) <= d, E**2, d * (np.abs(E) - d / 2)),
                lambda E, d: np.where(np.abs(E) <= d, 2 * E, d * np.sign(E)),
            ),
            "Inside you have e² where ½e² is asked for: then the two branches do not meet at |e| = δ.",
        ),
        Mistake(
            "negative errors",
            huber_like(
                lambda E, d: np.where(d >= E, E**2 / 2, d * (np.abs(E) - d / 2)), lambda E, d: np.where(d >= E, E, d)
            ),
            "You ask whether e ≤ δ, and every negative error is smaller than δ. The question is whether |e| ≤ δ.",
        ),
        Mistake(
            "branches exchanged",
            huber_like(
                lambda E, d: np.where(np.abs(E) > d, E**2 / 2, d * (np.abs(E) - d / 2)),
                lambda E, d: np.where(np.abs(E) > d, E, d * np.sign(E)),
            ),
            "The branches are exchanged: the square belongs to the small errors, the straight line to the large ones.",
        ),
        Mistake(
            "sign",
            huber_like(huber_losses, lambda E, d: -clipped_error(E, d)),
            "The gradient has the wrong sign. Where y > t, raising y raises the loss: the slope is positive.",
        ),
        Mistake(
            "gradient of the sum",
            lambda Y, T, delta: (huber_losses(Y - T, delta).mean(), clipped_error(Y - T, delta)),
            "Your loss is a mean and your gradient that of a sum: divide the slopes by the number of entries.",
        ),
    ),
    alternatives=(
        lambda Y, T, delta: (
            (lambda C, E: (C * (E - C / 2)).mean())(np.clip(Y - T, -delta, delta), Y - T),
            np.clip(Y - T, -delta, delta) / Y.size,
        ),
    ),
)


# --- 4.7 -------------------------------------------------------------------------------------------------------------


def squared_error_of_column(predictions, targets):
    """Return (loss, gradient): the mean of the N squared errors, and its slopes, one per prediction.

    predictions (N, 1), as X @ W.T + b gives them for one output; targets (N,)
    """
    errors = predictions - targets[:, None]
    loss = np.mean(errors**2)
    gradient = 2 * errors / len(targets)
    return loss, gradient


def column_to_mend(predictions, targets):
    """Return (loss, gradient): the mean of the N squared errors, and its slopes, one per prediction.

    predictions (N, 1), as X @ W.T + b gives them for one output; targets (N,)
    """
    errors = predictions - targets
    loss = np.mean(errors**2)
    gradient = 2 * errors.mean(axis=1, keepdims=True) / len(targets)  # mean: to mend the shape
    return loss, gradient


def column_cases(rng):
    return [(rng.normal(1, 2, (n, 1)), rng.normal(0, 3, n)) for n in (7, 11, 3, 5)] + [
        (rng.normal(1, 2, (1, 1)), rng.normal(0, 3, 1))
    ]


COLUMN = Exercise(
    id="4.7",
    title="Find the bug: it only ever predicts the mean",
    task="""
    A network with one output learned to predict the same number for everybody, the mean of the targets. No error was
    raised. Its loss is below. Mend it: `squared_error_of_column(predictions, targets)`, with `predictions` $(N, 1)$ and
    `targets` $(N,)$, returns the mean of the $N$ squared errors and its gradient, in the shape $(N, 1)$.
    """,
    solution=squared_error_of_column,
    starter=column_to_mend,
    cases=column_cases,
    outputs=("loss", "gradient"),
    difficulty=2,
    points=2,
    needs=("4.1",),
    hints=(
        "Print errors.shape for predictions of shape (7, 1) and targets of shape (7,). How many errors should there be?",
        "NumPy spreads (7, 1) against (7,) over a (7, 7) table: every prediction minus every target. Give both the same shape.",
        "errors = predictions - targets[:, None]; the mean over axis 1 in the gradient is then not needed.",
    ),
    mistakes=(
        Mistake(
            "untouched",
            column_to_mend,
            "This gives what the function gave as it was found. predictions − targets is a table of N × N differences, every "
            "prediction against every target; nearest to all of the targets is their mean. (targets.T does not help: an array "
            "of one axis has nothing to transpose.) targets[:, None] is a column, like the predictions.",
        ),
        Mistake(
            "old gradient",
            lambda predictions, targets: (
                np.mean((predictions - targets[:, None]) ** 2),
                2 * (predictions - targets).mean(axis=1, keepdims=True) / len(targets),
            ),
            "The loss is mended. The gradient still comes from the N × N table: each prediction is pulled toward the mean of "
            "all targets, not toward its own.",
        ),
        Mistake(
            "old loss",
            lambda predictions, targets: (
                np.mean((predictions - targets) ** 2),
                2 * (predictions - targets[:, None]) / len(targets),
            ),
            "The gradient is mended. The loss is still the mean of N × N differences; use the same N errors for both.",
        ),
        Mistake(
            "still a table",
            lambda predictions, targets: (
                np.mean((predictions - targets) ** 2),
                2 * (predictions - targets) / len(targets),
            ),
            "The errors are still a table of N × N. (targets.T does not help: an array of one axis has nothing to transpose.) "
            "targets[:, None] is a column, like the predictions.",
        ),
        Mistake(
            "flat gradient",
            lambda predictions, targets: (
                np.mean((predictions[:, 0] - targets) ** 2),
                2 * (predictions[:, 0] - targets) / len(targets),
            ),
            "The numbers are right. The gradient has to have the shape of the predictions, (N, 1), or the same accident "
            "happens one step further on: make a column of the targets, and leave the predictions as they are.",
        ),
        Mistake(
            "2 missing",
            lambda predictions, targets: (
                np.mean((predictions - targets[:, None]) ** 2),
                (predictions - targets[:, None]) / len(targets),
            ),
            "The fault is mended, but the gradient has lost its 2: the slope of e² is 2e.",
        ),
        Mistake(
            "N missing",
            lambda predictions, targets: (
                np.mean((predictions - targets[:, None]) ** 2),
                2 * (predictions - targets[:, None]),
            ),
            "The fault is mended, but the gradient is not divided by N any more: the loss is a mean.",
        ),
    ),
    alternatives=(
        lambda predictions, targets: (
            np.mean((predictions - targets.reshape(-1, 1)) ** 2),
            2 * (predictions - targets.reshape(-1, 1)) / predictions.size,
        ),
    ),
)


# --- 4.8 -------------------------------------------------------------------------------------------------------------


def weighted_cross_entropy(Z, labels, class_weights):
    """Return (loss, dZ): softmax cross-entropy in which each row has the weight of its label's class.

    Z (N, K), labels (N,) integers, class_weights (K,)  ->  loss a number, dZ (N, K)
    """
    rows = np.arange(len(Z))
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    w = class_weights[labels] / class_weights[labels].sum()
    dZ = np.exp(log_p)
    dZ[rows, labels] -= 1
    return -np.sum(w * log_p[rows, labels]), dZ * w[:, None]


def weighted_cases(rng):
    return [(Z, labels, rng.uniform(0.5, 9, Z.shape[1])) for Z, labels in label_cases(rng)]


def weighted_like(weight):
    """Loss and gradient with another weight per row, a function of the weights of the rows and of all classes."""

    def answer(Z, labels, class_weights):
        w = weight(class_weights[labels], class_weights)
        losses = logsumexp(Z) - Z[np.arange(len(Z)), labels]
        return np.sum(w * losses), (softmax(Z) - ones_at(Z, labels)) * w[:, None]

    return answer


def weighted_gradient(gradient):
    """The right loss with another gradient, a function of P − T, the rows' weights and the classes' weights."""

    def answer(Z, labels, class_weights):
        loss, _ = weighted_cross_entropy(Z, labels, class_weights)
        return loss, gradient(softmax(Z) - ones_at(Z, labels), class_weights[labels], class_weights)

    return answer


WEIGHTED = Exercise(
    id="4.8",
    title="Cross-entropy with class weights",
    task="""
    Write `weighted_cross_entropy(Z, labels, class_weights)`, with `Z` $(N, K)$, `labels` $(N,)$ and a positive weight per
    class, `class_weights` $(K,)$. Row $n$ counts $w_n$ times, where $w_n$ is the weight of *its label's* class, and the
    weighted mean divides by the sum of the weights that were used:

    $$L = \\frac{\\sum_n w_n\\,\\bigl(-\\ln p_{n,\\text{label}_n}\\bigr)}{\\sum_n w_n}.$$

    It returns `(loss, dZ)`, `dZ` of shape $(N, K)$. As in exercise 4.5, large logits may not overflow.
    """,
    solution=weighted_cross_entropy,
    reference=both(rules.weighted_softmax_cross_entropy),
    cases=weighted_cases,
    outputs=("loss", "dZ"),
    difficulty=2,
    points=3,
    needs=("4.5",),
    hints=(
        "With all weights equal, what should loss and gradient be? And if class 2 weighs twice as much as class 0, as if each "
        "of its rows stood in the batch how often?",
        "class_weights[labels] is an array (N,): the weight of each row. Divide it by its sum, and use it in place of 1/N.",
        "w = class_weights[labels] / class_weights[labels].sum(); loss = Σ w·(−ln p); dZ = (P − T) * w[:, None].",
    ),
    mistakes=(
        Mistake(
            "divided by N",
            weighted_like(lambda w, c: w / len(w)),
            "You divided by the number of rows N. A weighted mean divides by the sum of the weights: otherwise doubling all "
            "weights would double the loss.",
        ),
        Mistake(
            "unweighted",
            weighted_like(lambda w, c: np.full(len(w), 1 / len(w))),
            "The weights make no difference in yours. Row n has to count class_weights[label_n] times.",
        ),
        Mistake(
            "gradient unweighted",
            weighted_gradient(lambda D, w, c: D / len(D)),
            "The loss is weighted and the gradient is not. Each row's weight multiplies its loss, so it multiplies its slopes.",
        ),
        Mistake(
            "gradient divided by N",
            weighted_gradient(lambda D, w, c: D * w[:, None] / len(D)),
            "Your loss divides by the sum of the weights and your gradient by N. Both have to divide by the same.",
        ),
        Mistake(
            "gradient of the sum",
            weighted_gradient(lambda D, w, c: D * w[:, None]),
            "Your loss is a weighted mean and your gradient that of a weighted sum: divide it by the sum of the weights too.",
        ),
        Mistake(
            "weights on the columns",
            weighted_gradient(lambda D, w, c: D * c / w.sum()),
            "You multiplied column k by the weight of class k. The weight belongs to the *row*: that of the row's true class, "
            "for all of its K slopes.",
        ),
        Mistake(
            "divided by the weights of the classes",
            weighted_like(lambda w, c: w / c.sum()),
            "You divided by the sum of class_weights, one for each class. Divide by the weights that were used, one for each "
            "row: class_weights[labels].sum().",
        ),
        Mistake(
            "inverse weights",
            weighted_like(lambda w, c: (1 / w) / (1 / w).sum()),
            "You divided by the weights: a class with weight 9 then counts a ninth. Multiply.",
        ),
        Mistake(
            "sum",
            weighted_like(lambda w, c: w),
            "This is the weighted sum and its gradient. Divide both by the sum of the weights of the rows.",
        ),
        Mistake(
            "logarithm of zero",
            lambda Z, labels, class_weights: (
                np.average(-np.log(softmax(Z)[np.arange(len(Z)), labels]), weights=class_weights[labels]),
                weighted_cross_entropy(Z, labels, class_weights)[1],
            ),
            "Right for small logits. Where the true class is far behind, p is exactly 0 in 64 bits and its logarithm −∞. "
            "Do not go through p: the loss of a row is logsumexp(z) − z_y.",
        ),
        Mistake(
            "zero times infinity",
            lambda Z, labels, class_weights: (
                (lambda C: -np.sum(C * np.log(softmax(Z))) / C.sum())(ones_at(Z, labels) * class_weights),
                weighted_cross_entropy(Z, labels, class_weights)[1],
            ),
            "Right for small logits. Where p is exactly 0 its logarithm is −∞, and 0·(−∞) is NaN. Do not go through p: the "
            "loss of a row is logsumexp(z) − z_y.",
        ),
        Mistake(
            "nothing subtracted",
            lambda Z, labels, class_weights: (
                lambda loss_and_slopes, w: (
                    np.average(loss_and_slopes[0], weights=w),
                    loss_and_slopes[1] * w[:, None] / w.sum(),
                )
            )(
                (lambda P: (-np.log(P[np.arange(len(Z)), labels]), P - ones_at(Z, labels)))(
                    np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
                ),
                class_weights[labels],
            ),
            "Right for small logits. With z = 1000 numerator and denominator of the softmax are both infinite, NaN. Subtract "
            "the row's maximum from its logits first: it cancels.",
        ),
        Mistake(
            "weight at the true class only",
            lambda Z, labels, class_weights: (
                weighted_cross_entropy(Z, labels, class_weights)[0],
                (softmax(Z) - ones_at(Z, labels) * class_weights) / class_weights[labels].sum(),
            ),
            "The loss is right. Your gradient has P − w·T: the weight stands at the 1 of the true class only. It belongs to the "
            "whole row, w·(P − T).",
        ),
        Mistake(
            "gradient divided by the weights, not multiplied",
            weighted_gradient(lambda D, w, c: D / w.sum()),
            "The loss is right. Your gradient is divided by the sum of the weights and not multiplied by them: each row's "
            "slopes count w_n times.",
        ),
        Mistake(
            "weights on the logits",
            lambda Z, labels, class_weights: softmax_cross_entropy(Z * class_weights, labels),
            "You multiplied the logits by the weights, which changes the probabilities. The weight multiplies the loss of the row.",
        ),
    ),
    alternatives=(
        lambda Z, labels, class_weights: (
            np.average(np.logaddexp.reduce(Z, axis=1) - Z[np.arange(len(Z)), labels], weights=class_weights[labels]),
            (softmax(Z) - ones_at(Z, labels))
            * class_weights[labels].reshape(-1, 1)
            / np.take(class_weights, labels).sum(),
        ),
    ),
)


# --- Check yourself ----------------------------------------------------------------------------------------------------

FIRST_LOSS = Exercise(
    id="4.9",
    title="The first number on the screen",
    kind="number",
    task="""
    A fresh classifier for {K} classes knows nothing: all its logits are equal. What is its softmax cross-entropy? (Two
    decimals are enough.)
    """,
    given={"K": 10},
    draw=lambda rng: {"K": int(rng.choice([3, 5, 7, 20, 100]))},
    solution=lambda K: np.log(K),
    atol=0.006,
    hints=("Which probability does it give the true class?", "−ln(1/K)."),
    mistakes=(
        Mistake("base 2", lambda K: np.log2(K), "That is log₂ K, in bits. The book, like NumPy and the frameworks, uses the natural logarithm."),
        Mistake("base 10", lambda K: np.log10(K), "That is the logarithm to the base 10. The book, like np.log and the frameworks, uses the natural logarithm."),
        Mistake("probability", lambda K: 1 / K, "1/K is the probability of the true class. The loss is minus its logarithm."),
        Mistake("number of classes", lambda K: float(K), "K is 1 over the probability. The loss is the logarithm of that."),
        Mistake("sign", lambda K: -np.log(K), "A cross-entropy is never negative: −ln(1/K) = +ln K."),
    ),
)  # fmt: skip

NEGATIVE = Exercise(
    id="4.10",
    title="A loss below zero",
    kind="choice",
    task="""
    Somebody trains a ten-class network with "cross-entropy". The printed loss starts at −0.1, falls, and stays near
    −0.98. What has happened?
    """,
    choices=(
        "The network is extraordinarily good.",
        "The logarithm is missing: what is printed is −p of the true class.",
        "The logits have overflowed.",
        "The network is overfitting.",
    ),
    solution="b",
    hints=("Which values can −ln p have?", "Which simple function of p runs from −0.1 for p = 1/10 to −1 for p = 1?"),
    mistakes=(
        Mistake("good", "a", "Perfect predictions give a cross-entropy of 0. Nothing gives less: −ln p is positive for every p below 1."),
        Mistake("overflow", "c", "Overflow shows as inf or NaN. These are well-behaved numbers between −1 and 0."),
        Mistake("overfitting", "d", "Overfitting drives the *training* loss toward 0, not below. No p gives a negative −ln p."),
    ),
)  # fmt: skip

TWICE = Exercise(
    id="4.11",
    title="Softmax twice",
    kind="number",
    task="""
    A network ends in softmax, and its probabilities are then given to a loss that applies softmax *again*, as PyTorch's
    `CrossEntropyLoss` does. It has {K} classes. What is the smallest loss it can reach, with perfect predictions? (Two
    decimals are enough.)
    """,
    given={"K": 10},
    draw=lambda rng: {"K": int(rng.choice([3, 5, 7, 20]))},
    solution=lambda K: np.log(1 + (K - 1) / np.e),
    atol=0.006,
    hints=(
        "What does a perfect network hand to the loss: which K numbers?",
        "A 1 and K − 1 zeros. Take the softmax of those: e/(e + K − 1) at the true class.",
        "−ln(e/(e + K − 1)) = ln(1 + (K − 1)/e).",
    ),
    mistakes=(
        Mistake("zero", 0.0, "With the logits themselves it would be 0. Here the loss is given numbers between 0 and 1 as if they were logits, and softmax of (1, 0, 0, …) is far from certain."),
        Mistake("knows nothing", lambda K: np.log(K), "ln K would be the loss if all inputs of the second softmax were equal. With a perfect prediction they are 1 and zeros."),
        Mistake("two classes", lambda K: np.log(1 + 1 / np.e), "This is the value for two classes. There are K − 1 zeros, each adding e⁰ = 1 to the sum."),
        Mistake("the first term alone", lambda K: np.log(np.e + K - 1), "This is the log-sum-exp of a 1 and K − 1 zeros. The true class's own 1 is still to be subtracted."),
        Mistake("K zeros", lambda K: np.log(1 + K / np.e), "Close: one of the K inputs is the 1, so there are K − 1 zeros."),
    ),
)  # fmt: skip

SEVERAL_LABELS = Exercise(
    id="4.12",
    title="Dogs and cats",
    kind="choice",
    task="""
    A photograph may show a dog, a cat, both or neither. A network has to say for each animal whether it is there.
    Which output and loss fit?
    """,
    choices=(
        "Two logits, softmax, categorical cross-entropy.",
        "Two logits, a sigmoid each, binary cross-entropy for each, averaged.",
        "Two logits, softmax, and an animal counts as present when its probability exceeds ½.",
        "One logit, a sigmoid, binary cross-entropy.",
    ),
    solution="b",
    hints=("What do the probabilities of a softmax sum to, and what would they have to be for a photo with both?", "Two independent yes-or-no questions."),
    mistakes=(
        Mistake("one of two", "a", "Softmax makes the classes compete: its probabilities sum to 1, so it cannot be sure of both, nor say that neither is there."),
        Mistake("threshold", "c", "At most one of two numbers that sum to 1 can exceed ½, and one of them is always at least ½: *both* and *neither* cannot be said."),
        Mistake("one logit", "d", "One sigmoid answers one yes-or-no question. Here there are two."),
    ),
)  # fmt: skip

OUTLIER = Exercise(
    id="4.13",
    title="The best single number",
    kind="number",
    task="""
    Five measurements: 1, 2, 3, 4, 90. You have to predict all five by one and the same number. Which number has the
    smallest mean *absolute* error?
    """,
    solution=3.0,
    atol=1e-6,
    hints=(
        "Stand at 20. How many measurements get nearer when you take a small step to the left, and how many further away?",
        "At the best place as many lie to the left as to the right.",
    ),
    mistakes=(
        Mistake("mean", 20.0, "20 is the mean, and the mean has the smallest *squared* error. One step left of 20 brings you nearer to four of the five."),
        Mistake("the error itself", 18.2, "18.2 is the smallest mean absolute error. Asked for is the number at which it is reached."),
        Mistake("middle of the range", 45.5, "45.5 is the middle between the smallest and the largest; it makes the *largest* error as small as it can be."),
        Mistake("without the outlier", 2.5, "You left out the 90. It counts, but only as one measurement that lies to the right, however far away."),
    ),
)  # fmt: skip

EXERCISES = (
    MSE, BCE, LOGSUMEXP, SOFTMAX, SOFTMAX_CROSS_ENTROPY, HUBER, COLUMN, WEIGHTED, FIRST_LOSS, NEGATIVE, TWICE,
    SEVERAL_LABELS, OUTLIER,
)  # fmt: skip
