"""Drills of the appendix M, Mathematics in use."""

from math import comb

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
        Mistake("log of the sum", lambda p: np.log(np.sum(p)), "This is the logarithm of the *sum*. ln(a·b) = ln a + ln b: the sum stands outside."),
        Mistake("mean", lambda p: np.mean(np.log(p)), "This is the mean of the logarithms. The logarithm of a product is their sum."),
        Mistake("base 10", lambda p: np.sum(np.log10(p)), "This is the logarithm to base 10. Everywhere in this book it is the natural one, np.log."),
        Mistake("base 2", lambda p: np.sum(np.log2(p)), "This is the logarithm to base 2. Everywhere in this book it is the natural one, np.log."),
        Mistake("product of logs", lambda p: np.prod(np.log(p)), "You multiplied the logarithms. They add: that is what they are for."),
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
        Mistake("mean", lambda A, x, y: (x[:, None] * A * y).mean(), "This is the mean of all the terms. The sum was asked for."),
    ),
    alternatives=(lambda A, x, y: np.einsum("i,ij,j->", x, A, y), lambda A, x, y: (x[:, None] * A * y[None, :]).sum()),
)  # fmt: skip


# --- M.4 Shapes ------------------------------------------------------------------------------------------------------


def center_columns(X):
    """Return X (N, d) with the mean of each column subtracted from that column; shape (N, d)."""
    return X - X.mean(axis=0)


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
        Mistake("turned round", lambda X: X.mean(axis=0) - X, "This is the mean minus X. Subtract the mean *from* the column: X − mean."),
        Mistake("everything", lambda X: X - X.mean(), "You subtracted the mean of all entries. Each column has a mean of its own: X.mean(axis=0)."),
        Mistake("standardized", lambda X: (X - X.mean(axis=0)) / X.std(axis=0), "You divided by the standard deviation too. Only the mean is to be subtracted here."),
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
        Mistake("distances that cancel", lambda x: 0 * x.sum(), "You averaged before you squared. Distances above and below the mean cancel, and their mean is always 0. Square each distance first."),
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
    return cases


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
    ),
    alternatives=(lambda A, B: A @ B,),
)  # fmt: skip


# --- M.8 Eigenvectors ------------------------------------------------------------------------------------------------


def largest_eigenvalue(a, b, d):
    """Return the larger eigenvalue of the symmetric matrix [[a, b], [b, d]], a number."""
    return (a + d) / 2 + np.sqrt(((a - d) / 2) ** 2 + b**2)


def eigen_cases(rng):
    return [tuple(float(v) for v in rng.normal(0, 2, 3)) for _ in range(5)] + [(2.0, 0.0, -3.0)]


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
