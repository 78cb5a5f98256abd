"""Drills of the appendix M, Mathematics in use."""

from math import comb, log

import numpy as np

from bpedu.exercise import Exercise, Mistake

# --- M.1 Slope -------------------------------------------------------------------------------------------------------


def slope_of_polynomial(c, x):
    """Return the slope at x of c[0] + c[1]·x + c[2]·x² + … ;
    c is an array of shape (D,), x a number.
    """
    return sum(k * c[k] * x ** (k - 1) for k in range(1, len(c)))


def polynomial_cases(rng):
    return [(rng.normal(0, 2, d), float(rng.uniform(-2, 2))) for d in (4, 3, 5, 2, 6)]


SLOPE = Exercise(
    id="M.1",
    title="The slope of a polynomial",
    task="""
    Write `slope_of_polynomial(c, x)`: the slope at the number `x` of $c_0 + c_1x + c_2x^2 + \\dots$, where `c` is an array
    with at least two entries.
    """,
    solution=slope_of_polynomial,
    cases=polynomial_cases,
    hints=(
        "What is the slope of x³ at x? And of 5x³?",
        "Each term c_k·x^k contributes k·c_k·x^(k−1). Which term contributes nothing?",
        "sum(k * c[k] * x ** (k - 1) for k in range(1, len(c)))",
    ),
    mistakes=(
        Mistake(
            "exponent not lowered",
            lambda c, x: sum(k * c[k] * x**k for k in range(len(c))),
            "The factor k is there, but the exponent has to go down by one: the slope of x³ is 3x², not 3x³.",
        ),
        Mistake(
            "factor forgotten",
            lambda c, x: sum(c[k] * x ** (k - 1) for k in range(1, len(c))),
            "The exponent goes down by one, but the old exponent has to come down as a factor: x³ has slope 3x².",
        ),
        Mistake(
            "value",
            lambda c, x: sum(c[k] * x**k for k in range(len(c))),
            "This is the value of the polynomial, not its slope.",
        ),
        Mistake(
            "constant kept",
            lambda c, x: c[0] + sum(k * c[k] * x ** (k - 1) for k in range(1, len(c))),
            "A constant does not change when x does: c[0] contributes nothing to the slope.",
        ),
        Mistake(
            "highest power first",
            lambda c, x: np.polyval(np.polyder(c), x),
            "You read c from the other end, as np.polyval does: there c[0] belongs to the highest power. Here c[0] is the constant.",
        ),
        Mistake(
            "last term left out",
            lambda c, x: sum(k * c[k] * x ** (k - 1) for k in range(1, len(c) - 1)),
            "The term with the highest power is missing. range(1, n) already stops before n: with len(c) as its end it covers all.",
        ),
        Mistake(
            "factor of the new exponent",
            lambda c, x: sum((k - 1) * c[k] * x ** (k - 1) for k in range(2, len(c))),
            "The factor is the *old* exponent k, not the new one k − 1: x³ has slope 3x².",
        ),
        Mistake(
            "first term only",
            lambda c, x: c[1],
            "This is the first term, c[1], alone. Is the return inside the loop?",
        ),
        Mistake(
            "last term only",
            lambda c, x: (len(c) - 1) * c[-1] * x ** (len(c) - 2),
            "This is the last term alone. In the loop add each term to what is there: use += and not =.",
        ),
        Mistake(
            "coefficient of the new exponent",
            lambda c, x: sum(k * c[k - 1] * x ** (k - 1) for k in range(1, len(c))),
            "The coefficient is one place off: the slope of c[k]·x^k is k·c[k]·x^(k−1). c[k] keeps its number, the exponent does not.",
        ),
        Mistake(
            "coefficient not shifted",
            lambda c, x: sum((k + 1) * c[k] * x**k for k in range(len(c))),
            "The coefficient is one place off: the term with x^k in the slope comes from c[k + 1]·x^(k+1), not from c[k].",
        ),
        Mistake(
            "exponent lost",
            lambda c, x: sum(k * c[k] * x for k in range(1, len(c))),
            "Every term holds x itself. The exponent goes down by one: x³ has slope 3x², not 3x.",
        ),
        Mistake(
            "coefficients",
            lambda c, x: np.arange(1, len(c)) * c[1:],
            "These are the coefficients of the slope. Multiply each by its power of x, x^(k−1), and add.",
        ),
        Mistake(
            "one coefficient too many",
            lambda c, x: np.sum(np.arange(1, len(c)) * c * x ** np.arange(len(c) - 1)),
            "There are len(c) − 1 factors and exponents and len(c) coefficients. c[0] contributes nothing: use c[1:].",
        ),
        Mistake(
            "np.gradient",
            lambda c, x: np.gradient(np.polyval(c[::-1], x)),
            "np.gradient subtracts neighbours in a row of values. The polynomial at x is one number and has none: nothing is left. Use "
            "the rule: x^k has slope k·x^(k−1).",
        ),
    ),
    alternatives=(lambda c, x: np.polynomial.polynomial.polyval(x, np.polynomial.polynomial.polyder(c)),),
    rtol=1e-9,  # a forward difference is not the slope
)


# --- M.2 Logarithm and exponential -------------------------------------------------------------------------------------


def log_of_product(p):
    """Return ln(p₁·p₂·…·p_N) for probabilities p of shape (N,), without forming the product."""
    return np.sum(np.log(p))


def probability_cases(rng):
    return [(rng.uniform(0.05, 0.95, n),) for n in (7, 5, 1, 11)] + [(rng.uniform(0.001, 0.01, 400),)]


LOG_OF_PRODUCT = Exercise(
    id="M.2",
    title="A product too small for a computer",
    task="""
    Four hundred probabilities of about 0.005 multiply to about $10^{-920}$, which a computer rounds to 0. Write
    `log_of_product(p)`: the natural logarithm of the product of all entries of `p` $(N,)$, right for such arrays too.
    """,
    solution=log_of_product,
    cases=probability_cases,
    hints=(
        "What is ln(a·b) in terms of ln a and ln b?",
        "Take the logarithm of each entry first.",
        "np.sum(np.log(p))",
    ),
    mistakes=(
        Mistake("product first", lambda p: np.log(np.prod(p)), "You multiplied first. With 400 small factors the product is rounded to 0, and ln 0 is −∞. Take logarithms first, then add."),
        Mistake("product first, stops at ln 0", lambda p: log(np.prod(p)), "You multiplied first. With 400 small factors the product is rounded to 0, which has no logarithm. Take logarithms first, then add."),
        Mistake("log of the sum", lambda p: np.log(np.sum(p)), "This is the logarithm of the *sum*. ln(a·b) = ln a + ln b: the sum stands outside."),
        Mistake("mean", lambda p: np.mean(np.log(p)), "This is the mean of the logarithms. The logarithm of a product is their sum."),
        Mistake("base 10", lambda p: np.sum(np.log10(p)), "This is the logarithm to base 10. Everywhere in this book it is the natural one, np.log."),
        Mistake("base 2", lambda p: np.sum(np.log2(p)), "This is the logarithm to base 2. Everywhere in this book it is the natural one, np.log."),
        Mistake("product of logs", lambda p: np.prod(np.log(p)), "You multiplied the logarithms. They add: that is what they are for."),
        Mistake("started at 1", lambda p: 1 + np.sum(np.log(p)), "You are one too high: a product begins with 1, a sum with 0."),
        Mistake("last only", lambda p: np.log(p[-1]), "This is the logarithm of the last entry. In the loop add each one to what is there: use += and not =."),
        Mistake("first only", lambda p: np.log(p[0]), "This is the logarithm of the first entry. Is the return inside the loop?"),
        Mistake("product again", lambda p: np.exp(np.sum(np.log(p))), "With exp you took the logarithm back, and this is the product, too small again. The sum of the logarithms is what was asked for."),
        Mistake("weighted", lambda p: np.sum(p * np.log(p)), "You multiplied each logarithm by its p, as an entropy does. Here each factor occurs once: add the logarithms alone."),
    ),
)  # fmt: skip


# --- M.3 Sums --------------------------------------------------------------------------------------------------------


def double_sum(A, x, y):
    """Return Σ_i Σ_j x_i A_ij y_j, a number, for A (m, n), x (m,) and y (n,)."""
    return x @ A @ y


def double_sum_cases(rng):
    return [
        (rng.normal(size=(m, n)), rng.normal(size=m), rng.normal(size=n)) for m, n in ((5, 3), (2, 7), (3, 3), (1, 5))
    ]


DOUBLE_SUM = Exercise(
    id="M.3",
    title="A double sum",
    task="""
    Write `double_sum(A, x, y)`: the number $\\sum_i\\sum_j x_i\\,A_{ij}\\,y_j$, for `A` $(m, n)$, `x` $(m,)$, `y` $(n,)$. Two loops will do;
    one line will do too.
    """,
    solution=double_sum,
    cases=double_sum_cases,
    hints=(
        "Write it with two loops first: for i in range(m), for j in range(n).",
        "The inner sum Σ_j A_ij y_j is entry i of A @ y.",
        "x @ A @ y",
    ),
    mistakes=(
        Mistake("separate sums", lambda A, x, y: x.sum() * A.sum() * y.sum(), "You summed each factor on its own. Each A_ij has to be multiplied by *its* x_i and y_j before anything is added."),
        Mistake("indices exchanged", lambda A, x, y: y @ A @ x, "You multiplied A_ij by y_i and x_j. Here the first index of A belongs to x. (Only where m = n does the other order give a number at all.)"),
        Mistake("x left out", lambda A, x, y: (A @ y).sum(), "The factor x_i is missing: each row's sum is to be multiplied by its x_i before the rows are added."),
        Mistake("y left out", lambda A, x, y: (x @ A).sum(), "The factor y_j is missing: each A_ij is to be multiplied by its y_j as well as by its x_i."),
        Mistake("last term only", lambda A, x, y: x[-1] * A[-1, -1] * y[-1], "This is the last term of the sum alone. In the loop add each term to what is there: use += and not =."),
        Mistake("diagonal", lambda A, x, y: sum(x[i] * A[i, i] * y[i] for i in range(min(A.shape))), "You let i and j run together, which gives the diagonal only. In a double sum every i meets every j."),
        Mistake("vector", lambda A, x, y: A @ y, "This is the inner sum, one number for each i. Multiply by x_i and sum over i too."),
        Mistake("vector over j", lambda A, x, y: x @ A, "This is the sum over i, one number for each j. Multiply by y_j and sum over j too: x @ A @ y. (np.dot takes two factors; its third argument is where the result goes.)"),
        Mistake("x along the columns", lambda A, x, y: np.sum(x * A * y), "A * x, or x * A, puts x alongside the *columns* of A. x_i belongs to row i: make a column of it, x[:, None] * A * y, and sum."),
        Mistake("not summed", lambda A, x, y: x[:, None] * A * y, "These are the terms x_i A_ij y_j, all of them. Add them up."),
        Mistake("sums multiplied", lambda A, x, y: x.sum() * (A @ y).sum(), "You added up x on its own. Multiply each x_i by *its* entry of A @ y before anything is added: x @ (A @ y)."),
        Mistake("one length for both loops", lambda A, x, y: sum(x[i] * A[i, j] * y[j] for i in range(len(x)) for j in range(len(x))), "Both of your loops are as long as x. i runs over the m rows of A, j over its n columns, and over y."),
        Mistake("last row only", lambda A, x, y: x[-1] * A[-1] @ y, "Only the last row is in it: the sum is set back to 0 for each i. Set it to 0 once, before both loops."),
        Mistake("first row only", lambda A, x, y: x[0] * A[0] @ y, "Only the first row is in it. Is the return inside the outer loop?"),
        Mistake("first term only", lambda A, x, y: x[0] * A[0, 0] * y[0], "This is the first term alone. Is the return inside the loops?"),
        Mistake("mean", lambda A, x, y: (x[:, None] * A * y).mean(), "This is the mean of all the terms. The sum was asked for."),
    ),
    alternatives=(lambda A, x, y: np.einsum("i,ij,j->", x, A, y), lambda A, x, y: (x[:, None] * A * y[None, :]).sum()),
)  # fmt: skip


# --- M.4 Shapes ------------------------------------------------------------------------------------------------------


def center_columns(X):
    """Return X (N, d) with the mean of each column subtracted from that column; shape (N, d)."""
    return X - X.mean(axis=0)


def _first_column_only(X):
    Y = X.copy()
    Y[:, 0] -= Y[:, 0].mean()
    return Y


def matrix_cases(rng):
    return [(rng.normal(2, 3, shape),) for shape in ((7, 5), (3, 11), (5, 5), (1, 3))]


CENTER_COLUMNS = Exercise(
    id="M.4",
    title="Subtract the mean of each column",
    task="""
    Write `center_columns(X)` for `X` of shape $(N, d)$: subtract from each column its mean, so that every column has mean 0.
    Leave `X` itself as it is.
    """,
    solution=center_columns,
    cases=matrix_cases,
    hints=(
        "Which axis disappears when you take the mean of each *column*?",
        "X.mean(axis=0) has shape (d,). What does X − (d,) do?",
        "return X - X.mean(axis=0)",
    ),
    mistakes=(
        Mistake("rows", lambda X: X - X.mean(axis=1, keepdims=True), "You subtracted the mean of each *row*. axis=0 runs down the columns: X.mean(axis=0) has one number per column."),
        Mistake("rows, without keepdims", lambda X: X - X.mean(axis=1), "X.mean(axis=1) is one number per *row*, shape (N,), and does not even fit (N, d) unless N = d. One number per column is X.mean(axis=0)."),
        Mistake("means in a column", lambda X: X - X.mean(axis=0)[:, None], "The means of the columns are right, but you made a column of them, (d, 1), which runs down the rows. As it is, (d,), it lies along the columns already: X - X.mean(axis=0)."),
        Mistake("columns taken from X.T", lambda X: X.T - X.T.mean(axis=0), "These are the rows of X with the mean of each row subtracted, and turned. The columns of X.T are the rows of X: leave the transpose out."),
        Mistake("turned round", lambda X: X.mean(axis=0) - X, "This is the mean minus X. Subtract the mean *from* the column: X − mean."),
        Mistake("everything", lambda X: X - X.mean(), "You subtracted the mean of all entries. Each column has a mean of its own: X.mean(axis=0)."),
        Mistake("standardized", lambda X: (X - X.mean(axis=0)) / X.std(axis=0), "You divided by the standard deviation too. Only the mean is to be subtracted here."),
        Mistake("first column only", _first_column_only, "Only the first column is centred. Is the return inside the loop?"),
        Mistake("divided by d", lambda X: X - X.sum(axis=0) / X.shape[1], "You divided the sums of the columns by their number, d. A column has N entries: X.shape[0], or len(X)."),
        Mistake("added", lambda X: X + X.mean(axis=0), "You added the means. Subtract them."),
        Mistake("divided by the mean", lambda X: X / X.mean(axis=0), "You divided by the means. Subtract them."),
        Mistake("median", lambda X: X - np.median(X, axis=0), "You subtracted the median. The mean of a column becomes 0 only if its mean is subtracted."),
        Mistake("the means", lambda X: X.mean(axis=0), "These are the means of the columns. Subtract them from X."),
        Mistake("sum", lambda X: X - X.sum(axis=0), "You subtracted the sum of each column; the mean is the sum divided by N."),
    ),
)  # fmt: skip


# --- M.5 Variance ----------------------------------------------------------------------------------------------------


def variance(x):
    """Return the mean squared distance from the mean, a number, for x of shape (N,)."""
    return np.mean((x - np.mean(x)) ** 2)


def sample_cases(rng):
    return [(rng.normal(3, 2, n),) for n in (7, 5, 11, 3)]


VARIANCE = Exercise(
    id="M.5",
    title="Variance",
    task="Write `variance(x)` for `x` $(N,)$: the mean of the squared distances of the entries from their mean. Divide by $N$.",
    solution=variance,
    cases=sample_cases,
    hints=(
        "First the mean. Then the distance of every entry from it.",
        "Square the distances, then take their mean.",
        "np.mean((x - np.mean(x)) ** 2)",
    ),
    mistakes=(
        Mistake("N − 1", lambda x: np.var(x, ddof=1), "You divided by N − 1, which statisticians do to estimate the variance of a population. In this book, as in batch normalization, it is the mean: divide by N."),
        Mistake("square root", lambda x: np.std(x), "This is the standard deviation, the square root of the variance."),
        Mistake("mean of squares", lambda x: np.mean(x**2), "This is the mean of the squares. Subtract the mean first: the variance does not change when everything is shifted."),
        Mistake("not squared", lambda x: np.mean(np.abs(x - np.mean(x))), "This is the mean *absolute* distance. The variance takes the squares."),
        Mistake("distances that cancel", lambda x: 0 * x.sum(), "This is always 0: distances above and below the mean cancel. Square each distance before you average, with ** 2 and not * 2."),
        Mistake("square of the mean alone", lambda x: np.mean(x - np.mean(x) ** 2), "A bracket is missing: ** goes before −, so only the mean was squared. Square the distance: (x - np.mean(x)) ** 2."),
        Mistake("not averaged", lambda x: (x - np.mean(x)) ** 2, "These are the squared distances, one for each entry. Take their mean."),
        Mistake("root, N − 1", lambda x: np.std(x, ddof=1), "This is a standard deviation, and with N − 1. The variance is its square, and here it divides by N."),
        Mistake("turned round", lambda x: np.mean(x) ** 2 - np.mean(x**2), "This is the square of the mean minus the mean of the squares. A variance is not negative: it is the other way round."),
        Mistake("all pairs", lambda x: ((x[:, None] - x) ** 2).mean(), "You compared every entry with every other. That is twice the variance; take the distances from the mean."),
        Mistake("median", lambda x: np.mean((x - np.median(x)) ** 2), "You took the distances from the median. They are to be taken from the mean."),
        Mistake("last only", lambda x: (x[-1] - x.mean()) ** 2 / len(x), "Only the last entry is in it. In the loop add each square to what is there: use += and not =."),
        Mistake("first only", lambda x: (x[0] - x.mean()) ** 2 / len(x), "Only the first entry is in it. Is the return inside the loop?"),
        Mistake("mean not squared", lambda x: np.mean(x**2) - np.mean(x), "In the short form the mean has to be squared too: the mean of the squares minus the *square* of the mean."),
        Mistake("sum", lambda x: np.sum((x - np.mean(x)) ** 2), "This is the sum of the squared distances. Divide by N."),
    ),
    alternatives=(lambda x: np.mean(x**2) - np.mean(x) ** 2, np.var),
)  # fmt: skip


# --- M.6 Likelihood --------------------------------------------------------------------------------------------------


def coin_log_likelihood(p, flips):
    """Return ln of the probability of exactly these flips, if heads has probability p;
    flips is 0s and 1s, shape (N,).
    """
    return np.sum(flips * np.log(p) + (1 - flips) * np.log(1 - p))


def flip_cases(rng):
    cases = []
    for n in (7, 11, 5, 13):
        flips = (rng.uniform(size=n) < 0.6).astype(float)
        flips[:3] = [1, 0, 1]
        cases.append((float(rng.uniform(0.2, 0.45)), flips))
    return [*cases, (0.3, np.array([1.0, 1.0, 0.0, 1.0, 1.0]))]


LIKELIHOOD = Exercise(
    id="M.6",
    title="How likely were these flips?",
    task="""
    A coin shows heads (1) with probability `p`. Write `coin_log_likelihood(p, flips)`: the natural logarithm of the probability of exactly
    the sequence `flips`, an array of zeros and ones of shape $(N,)$.
    """,
    solution=coin_log_likelihood,
    cases=flip_cases,
    difficulty=2,
    hints=(
        "What is the probability of one head? Of one tail? Of head, head, tail in this order?",
        "The product has one factor for each flip: p for a head, 1 − p for a tail. Its logarithm is a sum.",
        "np.sum(flips * np.log(p) + (1 - flips) * np.log(1 - p))",
    ),
    mistakes=(
        Mistake("heads only", lambda p, flips: np.sum(flips * np.log(p)), "Only the heads are counted. Each tail contributes ln(1 − p)."),
        Mistake("p for all", lambda p, flips: len(flips) * np.log(p), "Every flip was counted as a head. A tail has probability 1 − p."),
        Mistake("minus", lambda p, flips: -np.sum(flips * np.log(p) + (1 - flips) * np.log(1 - p)), "The sign is turned round. This is the *negative* log-likelihood, which chapter 04 will want; here the logarithm itself is asked for, and it is negative."),
        Mistake("mean", lambda p, flips: np.mean(flips * np.log(p) + (1 - flips) * np.log(1 - p)), "This is the mean per flip. The logarithm of the probability of the whole sequence is the sum."),
        Mistake("no logarithm", lambda p, flips: np.prod(np.where(flips == 1, p, 1 - p)), "This is the probability itself. Its logarithm is asked for."),
        Mistake("in any order", lambda p, flips: np.log(comb(len(flips), int(flips.sum()))) + np.sum(flips * np.log(p) + (1 - flips) * np.log(1 - p)), "You counted all orders in which so many heads can fall: the binomial coefficient. Exactly this sequence is asked for, and it is one of them."),
        Mistake("1 − ln p", lambda p, flips: np.sum(flips * np.log(p) + (1 - flips) * (1 - np.log(p))), "For a tail you took 1 − ln p. The probability of a tail is 1 − p, and its logarithm ln(1 − p)."),
        Mistake("tails only", lambda p, flips: np.sum((1 - flips) * np.log(1 - p)), "Only the tails are counted. Each head contributes ln p."),
        Mistake("minus the mean", lambda p, flips: -np.mean(flips * np.log(p) + (1 - flips) * np.log(1 - p)), "This is a loss, the mean with its sign turned round. The logarithm of the probability of the whole sequence is the sum, and it is negative."),
        Mistake("not summed", lambda p, flips: flips * np.log(p) + (1 - flips) * np.log(1 - p), "These are the logarithms of the single flips. Add them up."),
        Mistake("N tails", lambda p, flips: np.sum(flips * np.log(p) + np.log(1 - p)), "Every flip, a head too, contributes ln(1 − p) here. Only the tails do: multiply by 1 − flips."),
        Mistake("1 minus the sum", lambda p, flips: flips.sum() * np.log(p) + (1 - flips.sum()) * np.log(1 - p), "The number of tails is N minus the number of heads, not 1 minus it: len(flips) - flips.sum()."),
        Mistake("logarithm of the flips", lambda p, flips: np.sum(p * np.log(flips) + (1 - p) * np.log(1 - flips)), "The result is −∞: the logarithm of a 0 was taken, and flips holds zeros. Take the logarithms of p and 1 − p, and multiply them by flips and 1 − flips."),
        Mistake("base 10", lambda p, flips: np.sum(flips * np.log10(p) + (1 - flips) * np.log10(1 - p)), "This is the logarithm to base 10. Everywhere in this book it is the natural one, np.log."),
        Mistake("base 2", lambda p, flips: np.sum(flips * np.log2(p) + (1 - flips) * np.log2(1 - p)), "This is the logarithm to base 2. Everywhere in this book it is the natural one, np.log."),
        Mistake("p estimated", lambda p, flips: coin_log_likelihood(flips.mean(), flips), "You put in the p that fits the flips best, the share of heads. Here p is given."),
        Mistake("minus for tails", lambda p, flips: np.sum(flips * np.log(p) - (1 - flips) * np.log(1 - p)), "The tails are subtracted. Heads or tails, the factors multiply, so all the logarithms are added."),
        Mistake("sum of the probabilities", lambda p, flips: np.sum(np.where(flips == 1, p, 1 - p)), "You added the probabilities. Those of independent flips multiply; their *logarithms* add."),
        Mistake("last flip only", lambda p, flips: coin_log_likelihood(p, flips[-1:]), "Only the last flip is in it. In the loop add each logarithm to what is there: use += and not =."),
        Mistake("exchanged", lambda p, flips: np.sum(flips * np.log(1 - p) + (1 - flips) * np.log(p)), "Heads and tails are exchanged: a flip of 1 has probability p."),
    ),
)  # fmt: skip


# --- M.7 Matrix products -----------------------------------------------------------------------------------------------


def matrix_product(A, B):
    """Return A B for A (m, k) and B (k, n), with loops and without @, np.dot,
    np.matmul or np.einsum; shape (m, n).
    """
    C = np.zeros((A.shape[0], B.shape[1]))
    for i in range(A.shape[0]):
        for j in range(B.shape[1]):
            C[i, j] = (A[i, :] * B[:, j]).sum()
    return C


def entries(entry, shape=lambda A, B: (A.shape[0], B.shape[1]), place=lambda i, j: (i, j)):
    """A matrix_product with another entry, shape of the result, or place to write to."""

    def wrong(A, B):
        C = np.zeros(shape(A, B))
        for i in range(A.shape[0]):
            for j in range(B.shape[1]):
                C[place(i, j)] = entry(A, B, i, j)
        return C

    return wrong


def right_entry(A, B, i, j):
    return (A[i, :] * B[:, j]).sum()


def product_cases(rng):
    return [
        (rng.normal(size=(m, k)), rng.normal(size=(k, n))) for m, k, n in ((5, 3, 2), (2, 7, 3), (3, 3, 3), (1, 5, 1))
    ]


MATRIX_PRODUCT = Exercise(
    id="M.7",
    title="Row times column",
    task="""
    Write `matrix_product(A, B)` for `A` $(m, k)$ and `B` $(k, n)$ with loops: entry $(i, j)$ of the result, shape $(m, n)$, is row $i$ of `A` times
    column $j$ of `B`, summed. (Do not use `@`: you are to see what it does.)
    """,
    solution=matrix_product,
    cases=product_cases,
    hints=(
        "How many entries has the result, and which row and which column does each one need?",
        "Two loops, over the rows of A and the columns of B.",
        "C[i, j] = (A[i, :] * B[:, j]).sum()",
    ),
    mistakes=(
        Mistake("other order", lambda A, B: B @ A, "This is B A. The order matters: A B takes rows of A and columns of B."),
        Mistake("transposed result", lambda A, B: (A @ B).T, "Rows and columns of the result are exchanged: entry (i, j) belongs to row i of A and column j of B."),
        Mistake("elementwise", lambda A, B: A * B, "You multiplied entry by entry. A matrix product combines a whole row with a whole column. (Only for equal shapes does the other give anything.)"),
        Mistake("mean", lambda A, B: A @ B / A.shape[1], "You averaged over the row instead of summing."),
        Mistake("last term only", lambda A, B: A[:, -1:] * B[-1:, :], "Each entry holds only the last of its k terms: in the inner loop use += and not =."),
        Mistake("not summed", entries(lambda A, B, i, j: A[i, :] * B[:, j]), "The k products of a row and a column are still to be added, before they go into one entry: (A[i, :] * B[:, j]).sum()."),
        Mistake("row times row", entries(lambda A, B, i, j: (A[i] * B[j]).sum()), "You multiplied row i of A by *row* j of B. It is column j: B[:, j]."),
        Mistake("B turned", lambda A, B: A @ B.T, "The two indices of B are exchanged: in Σ_l A[i, l]·B[l, j] the index that is summed is B's first."),
        Mistake("column times row", entries(lambda A, B, i, j: (A[:, i] * B[j]).sum()), "You multiplied *column* i of A by *row* j of B. It is row i, A[i, :], and column j, B[:, j]."),
        Mistake("A turned", lambda A, B: A.T @ B, "The two indices of A are exchanged: in Σ_l A[i, l]·B[l, j] the index that is summed is A's second."),
        Mistake("in the shape of A", entries(right_entry, lambda A, B: A.shape), "The result has the shape of A, and columns that stay 0. It has A's rows and B's *columns*: np.zeros((A.shape[0], B.shape[1]))."),
        Mistake("in the shape of B", entries(right_entry, lambda A, B: B.shape), "You made the result in the shape of B. It has A's *rows* and B's columns: np.zeros((A.shape[0], B.shape[1]))."),
        Mistake("made (n, m)", entries(right_entry, lambda A, B: (B.shape[1], A.shape[0])), "You made the result with n rows and m columns. It has A's rows and B's columns: np.zeros((A.shape[0], B.shape[1]))."),
        Mistake("written to (j, i)", entries(right_entry, place=lambda i, j: (j, i)), "You write to C[j, i]. Row i of A and column j of B make the entry C[i, j]."),
        Mistake("never set back to 0", lambda A, B: np.cumsum(A @ B).reshape(len(A), -1), "Each entry holds the ones before it too: set the sum back to 0 for every entry, inside both loops."),
        Mistake("set back to 0 in each row", lambda A, B: np.cumsum(A @ B, axis=1), "Each entry holds those to the left of it too: set the sum back to 0 for every entry, inside both loops."),
        Mistake("one row for all", lambda A, B: np.tile((A @ B)[-1], (len(A), 1)), "All your rows are the last one. [[0] * n] * m repeats one and the same list m times; np.zeros((m, n)) has rows of their own."),
        Mistake("flat", lambda A, B: (A @ B).ravel(), "The entries are right and stand in one long row. Give them their place: C[i, j], or .reshape(m, n) at the end."),
        Mistake("first row only", lambda A, B: np.vstack([(A @ B)[:1], np.zeros((len(A) - 1, B.shape[1]))]), "Only the first row is there. Is the return inside the loop?"),
        Mistake("last term left out", lambda A, B: A[:, :-1] @ B[:-1], "The last of the k terms is missing. range(n) stops before n already: range(A.shape[1]) covers all."),
        Mistake("first term left out", lambda A, B: A[:, 1:] @ B[1:], "The first of the k terms is missing. Places are counted from 0: range(A.shape[1])."),
    ),
    alternatives=(lambda A, B: A @ B,),
)  # fmt: skip


# --- M.8 Eigenvectors ------------------------------------------------------------------------------------------------


def largest_eigenvalue(a, b, d):
    """Return the larger eigenvalue of the symmetric matrix [[a, b], [b, d]], a number."""
    return (a + d) / 2 + np.sqrt(((a - d) / 2) ** 2 + b**2)


def eigen_cases(rng):
    return [tuple(float(v) for v in rng.normal(0, 2, 3)) for _ in range(5)] + [(2.0, 0.0, -3.0), (3.0, 0.0, 1.0)]


EIGENVALUE = Exercise(
    id="M.8",
    title="The larger eigenvalue",
    task="""
    Write `largest_eigenvalue(a, b, d)`: the larger of the two eigenvalues of the symmetric matrix
    $\\begin{pmatrix} a & b\\\\ b & d\\end{pmatrix}$.
    """,
    solution=largest_eigenvalue,
    cases=eigen_cases,
    difficulty=2,
    hints=(
        "An eigenvalue λ makes (a − λ)(d − λ) − b² = 0. That is a quadratic equation in λ.",
        "λ² − (a + d)λ + (ad − b²) = 0. Of the two solutions take the larger.",
        "(a + d)/2 + √(((a − d)/2)² + b²)",
    ),
    mistakes=(
        Mistake("smaller", lambda a, b, d: (a + d) / 2 - np.sqrt(((a - d) / 2) ** 2 + b**2), "This is the smaller of the two: take the root with a plus."),
        Mistake("sum", lambda a, b, d: a + d + 2 * np.sqrt(((a - d) / 2) ** 2 + b**2), "This is twice the eigenvalue: the solution of the quadratic equation has a ½ in front of everything."),
        Mistake("4 forgotten", lambda a, b, d: (a + d) / 2 + np.sqrt((a - d) ** 2 + b**2) / 2, "Under the root stands (a − d)² + 4b² when the ½ is outside; the 4 is missing."),
        Mistake("trace", lambda a, b, d: a + d, "a + d is the sum of both eigenvalues."),
        Mistake("determinant", lambda a, b, d: a * d - b**2, "ad − b² is the product of both eigenvalues."),
        Mistake("diagonal", lambda a, b, d: max(a, d), "The entries on the diagonal are the eigenvalues only where b = 0."),
        Mistake("both", lambda a, b, d: np.linalg.eigvalsh(np.array([[a, b], [b, d]])), "These are both eigenvalues. The larger one is asked for."),
        Mistake("eigenvectors", lambda a, b, d: np.linalg.eigh(np.array([[a, b], [b, d]]))[1], "These are the eigenvectors. np.linalg.eigh returns the eigenvalues first: [0], in rising order."),
        Mistake("root forgotten", lambda a, b, d: (a + d) / 2 + ((a - d) / 2) ** 2 + b**2, "The square root is missing: ±√(…) solves a quadratic equation."),
        Mistake("a + d under the root", lambda a, b, d: (a + d) / 2 + np.sqrt(((a + d) / 2) ** 2 + b**2), "Under the root stands the difference: ((a − d)/2)² + b². (((a + d)/2)² − (ad − b²) is the same.)"),
        Mistake("sum with a minus", lambda a, b, d: -(a + d) / 2 + np.sqrt(((a - d) / 2) ** 2 + b**2), "The sign of (a + d)/2 is wrong. In λ² − (a + d)λ + … the coefficient of λ is −(a + d), and the formula takes minus that."),
        Mistake("2 squared", lambda a, b, d: (a + d) / 2 + np.sqrt((a - d) / 2**2 + b**2), "** goes before /: (a - d) / 2**2 divides by 4 and squares nothing else. Write ((a - d) / 2) ** 2."),
        Mistake("b not squared", lambda a, b, d: (a + d) / 2 + np.sqrt(((a - d) / 2) ** 2 + b), "Under the root b has to be squared: it stands in the matrix twice."),
        Mistake("half of the root only", lambda a, b, d: a + d + np.sqrt((a - d) ** 2 + 4 * b**2) / 2, "The ½ stands in front of both: only the root was halved. Put a + d + √(…) in brackets."),
        Mistake("half of the sum only", lambda a, b, d: (a + d) / 2 + np.sqrt((a - d) ** 2 + 4 * b**2), "The ½ stands in front of both: only a + d was halved, not the root."),
        Mistake("size without sign", lambda a, b, d: np.abs(np.linalg.eigvalsh(np.array([[a, b], [b, d]]))).max(), "This is the largest *absolute value* of an eigenvalue (np.linalg.norm and svd give it too). An eigenvalue has a sign, and −5 is smaller than 2."),
        Mistake("first of eig", lambda a, b, d: np.linalg.eig(np.array([[a, b], [b, d]]))[0][0], "np.linalg.eig returns the eigenvalues in no particular order, so the first may be either. Take the larger, or use np.linalg.eigvalsh, which sorts them."),
        Mistake("second of eig", lambda a, b, d: np.linalg.eig(np.array([[a, b], [b, d]]))[0][1], "np.linalg.eig returns the eigenvalues in no particular order, so the second may be either. Take the larger, or use np.linalg.eigvalsh, which sorts them."),
        Mistake("largest in size", lambda a, b, d: max(np.linalg.eigvalsh(np.array([[a, b], [b, d]])), key=abs), "You took the one that is largest in absolute value. −5 is smaller than 2."),
    ),
    alternatives=(lambda a, b, d: np.linalg.eigvalsh(np.array([[a, b], [b, d]]))[-1],),
)  # fmt: skip

EXP_SLOPE = Exercise(
    id="M.9",
    title="The slope of the exponential",
    kind="number",
    task="What is the slope of $f(x) = e^{2x}$ at $x = 0$?",
    solution=2.0,
    hints=("Nudge x by a small h: e^(2h) is about 1 + 2h.", "The slope of e^u is e^u, and u = 2x moves twice as fast as x."),
    mistakes=(
        Mistake("inner slope forgotten", 1.0, "1 is the slope of e^x at 0. Here the exponent 2x moves twice as fast as x."),
        Mistake("power rule", 0.0, "You treated e as the variable and lowered the exponent: that is the rule for x², not for e^x. An exponential is its own slope, times the slope of the exponent."),
        Mistake("e squared", 7.38905609893065, "e² is the value at x = 1. At x = 0 the value is 1 and the slope 2."),
        Mistake("slope at 1", 14.7781121978613, "2e² is the slope at x = 1. At x = 0 it is 2·e⁰."),
    ),
)  # fmt: skip

UNCORRELATED = Exercise(
    id="M.10",
    title="The variance of a sum",
    kind="number",
    task="""
    Each of {n} independent numbers has mean 0 and variance {v}. What is the variance of their sum?
    """,
    given={"n": 100, "v": 0.04},
    draw=lambda rng: {"n": int(rng.choice([25, 49, 64, 81])), "v": float(rng.choice([0.02, 0.05, 0.3]))},
    solution=lambda n, v: n * v,
    hints=("Variances of independent numbers …", "… add."),
    mistakes=(
        Mistake("standard deviation", lambda n, v: (n * v) ** 0.5, "This is the standard deviation of the sum, the square root of its variance."),
        Mistake("deviations added", lambda n, v: n * v**0.5, "You added the standard deviations. Of independent numbers the *variances* add."),
        Mistake("mean", lambda n, v: v / n, "This is the variance of their *mean*. The sum spreads more than one number, not less."),
        Mistake("same", lambda n, v: v, "The sum of many spreads more than one of them: the variances add."),
        Mistake("root of n", lambda n, v: n**0.5 * v, "You multiplied the variance by √n. The standard deviation grows with √n, the variance with n."),
        Mistake("n squared", lambda n, v: n * n * v, "n²·v is the variance of n times *one* number. Independent numbers partly cancel: their variances add, n·v."),
    ),
)  # fmt: skip

SILENT = Exercise(
    id="M.11",
    title="Which line runs, and is wrong?",
    kind="choice",
    task="""
    `P` has shape $(7, 1)$, `t` has shape $(7,)$ and `X` has shape $(7, 5)$. Each line is meant to give one number per example. Which one runs
    without an error and does *not*?
    """,
    choices=("`P[:, 0] - t`", "`P - t`", "`X - t`", "`X.mean(axis=1) - t`"),
    solution="b",
    hints=("Write down the shape of each result.", "Two of the lines give (7,), one is an error, and one gives a table."),
    mistakes=(
        Mistake("column taken", "a", "P[:, 0] has shape (7,), like t: this gives one number per example, as meant."),
        Mistake("error", "c", "(7, 5) minus (7,) is an error: compared from the right, 5 and 7 do not fit. You are told, so it is not the dangerous one."),
        Mistake("mean of rows", "d", "X.mean(axis=1) has one number per row, shape (7,): as meant."),
    ),
)  # fmt: skip

EXERCISES = (
    SLOPE, LOG_OF_PRODUCT, DOUBLE_SUM, CENTER_COLUMNS, VARIANCE, LIKELIHOOD, MATRIX_PRODUCT, EIGENVALUE, EXP_SLOPE,
    UNCORRELATED, SILENT,
)  # fmt: skip
