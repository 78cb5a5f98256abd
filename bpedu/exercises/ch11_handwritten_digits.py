"""Exercises of chapter 11, Handwritten digits."""

import numpy as np

from bpedu.exercise import Exercise, Mistake

# --- 11.1 ------------------------------------------------------------------------------------------------------------


def standardize(train, other):
    """Return both tables with the columns of `train` brought to mean 0 and standard deviation 1;
    (N, d) and (M, d).

    A column of `train` that never changes is only shifted.
    """
    mean, std = train.mean(axis=0), train.std(axis=0)
    std = np.where(std == 0, 1, std)
    return (train - mean) / std, (other - mean) / std


def standardize_cases(rng):
    def pair(n, m, d):
        train, other = rng.normal(3, 2, (n, d)), rng.normal(4, 5, (m, d))
        return train, other

    constant = rng.normal(0, 1, (7, 3))
    constant[:, 1] = 2.0
    return [pair(11, 7, 5), (constant, rng.normal(1, 1, (5, 3))), pair(5, 3, 2), pair(3, 3, 3), pair(13, 1, 3)]


def _std(x):
    return np.where(x.std(axis=0) == 0, 1, x.std(axis=0))


def _by_rows(train, other, keepdims=False):
    mean, std = train.mean(1, keepdims=keepdims), train.std(1, keepdims=keepdims)
    return (train - mean) / std, (other - mean) / std


TINY_ADDED = (
    "You added a tiny number to the deviation. Where it is 0 in train, `other` is then divided by that tiny number and "
    "explodes. Such a column is to be shifted only: divide by 1."
)

STANDARDIZE = Exercise(
    id="11.1",
    title="Bring the columns to the same scale",
    task="""
    Write `standardize(train, other)` for two tables of the same columns, $(N, d)$ and $(M, d)$: subtract from each column its mean and divide by its standard deviation, and
    return both tables so treated, as a tuple. The mean and the standard deviation are those of `train` *for both*. A column that is constant in `train` (many pixels are
    always paper) is shifted only; nothing may become NaN.
    """,
    solution=standardize,
    cases=standardize_cases,
    outputs=("train", "other"),
    hints=(
        "What would a model see if `other` were brought to mean 0 by its own mean? Would equal images stay equal?",
        "mean and std with axis=0, from train alone. What is 0/0?",
        "std = np.where(std == 0, 1, std), then (train - mean) / std and (other - mean) / std.",
    ),
    mistakes=(
        Mistake("each by its own", lambda train, other: ((train - train.mean(0)) / _std(train), (other - other.mean(0)) / _std(other)), "`other` was treated with its own mean and deviation. The network then sees the same image differently in training and in use: take the constants from train, for both."),
        Mistake("each by its own, and 0/0", lambda train, other: ((train - train.mean(0)) / train.std(0), (other - other.mean(0)) / other.std(0)), "Two things. `other` was treated with its own mean and deviation: take those of train, for both. And a column that never changes in train has deviation 0: divide by 1 there."),
        Mistake("both together", lambda train, other: _by_union(train, other), "The constants come from both tables together. Test data have leaked into the preparation: take them from train alone."),
        Mistake("one scale for all", lambda train, other: ((train - train.mean()) / train.std(), (other - train.mean()) / train.std()), "You used one mean and one deviation for the whole table. Each column has its own: axis=0."),
        Mistake("mean of each row", _by_rows, "axis=1 takes the mean of each row of train, one number for each of its examples. That is an image's mean, which `other` has no use for. Each column has its own mean and deviation: axis=0."),
        Mistake("mean of each row, in a column", lambda train, other: _by_rows(train, other, keepdims=True), "axis=1 takes the mean of each row of train, one number for each of its examples, and `other` has other rows. Each column has its own mean and deviation: axis=0."),
        Mistake("one deviation for all", lambda train, other: tuple((x - train.mean(0)) / train.std() for x in (train, other)), "The means are those of the columns, but the deviation is one number for the whole table. Each column has its own: std(axis=0) too."),
        Mistake("brackets missing", lambda train, other: tuple(x - train.mean(0) / _std(train) for x in (train, other)), "Only the mean was divided: / binds more closely than −. Put the difference in brackets: (train - mean) / std."),
        Mistake("rows", lambda train, other: tuple((x - x.mean(1, keepdims=True)) / (x.std(1, keepdims=True) + 1e-300) for x in (train, other)), "You standardized the rows. Columns are the features: axis=0."),
        Mistake("divided by zero", lambda train, other: _unguarded(train, other), "A column that never changes has standard deviation 0, and 0/0 is NaN. Shift such a column and leave its scale: np.where(std == 0, 1, std)."),
        Mistake("tiny number added", lambda train, other: tuple((x - train.mean(0)) / (train.std(0) + 1e-8) for x in (train, other)), TINY_ADDED),
        *(Mistake(f"{tiny:g} added", lambda train, other, tiny=tiny: tuple((x - train.mean(0)) / (train.std(0) + tiny) for x in (train, other)), TINY_ADDED) for tiny in (1e-7, 1e-10, 1e-12)),
        Mistake("tiny number under the root", lambda train, other: tuple((x - train.mean(0)) / np.sqrt(train.var(0) + 1e-8) for x in (train, other)), TINY_ADDED),
        Mistake("NaN replaced", lambda train, other: tuple(np.nan_to_num((x - train.mean(0)) / train.std(0)) for x in (train, other)), "You divided by 0 and replaced the NaN afterwards. In `other` the constant column gives ±∞, which becomes a huge number. Divide by 1 where the deviation is 0."),
        Mistake("variance", lambda train, other: tuple((x - train.mean(0)) / np.where(train.var(0) == 0, 1, train.var(0)) for x in (train, other)), "You divided by the variance. Divide by its square root, the standard deviation."),
        Mistake("N − 1", lambda train, other: tuple((x - train.mean(0)) / np.where(train.std(0) == 0, 1, train.std(0, ddof=1)) for x in (train, other)), "You divided by N − 1 in the variance. In this book it is N, as np.std does by itself."),
        Mistake("mean taken again", lambda train, other: ((train - train.mean(0)) / _std(train), other / _std(train)), "`other` was scaled but not shifted. (If you took the mean again after shifting `train`, it was 0 by then: keep mean and deviation in variables first.)"),
        Mistake("other left alone", lambda train, other: ((train - train.mean(0)) / _std(train), other), "`other` came back as it was. The network would then see new data in another scale than those it was trained on."),
        Mistake("constant column left alone", lambda train, other: _left_alone(train, other), "The column that is constant in `train` came back as it was. It is to be shifted too, by its mean; only the division is left out."),
        Mistake("constant column erased", lambda train, other: _erased(train, other), "The column that is constant in `train` was set to 0 in `other` too. It is to be shifted only: there `other` may differ from the constant, and the difference stays."),
        Mistake("between 0 and 1", lambda train, other: tuple((x - train.min(0)) / np.where(np.ptp(train, axis=0) == 0, 1, np.ptp(train, axis=0)) for x in (train, other)), "You brought the columns to the range from 0 to 1. Asked for are mean 0 and standard deviation 1."),
        Mistake("not shifted", lambda train, other: (train / _std(train), other / _std(train)), "The columns are scaled but not shifted: subtract the mean first."),
    ),
)  # fmt: skip


def _by_union(train, other):
    both = np.concatenate([train, other])
    return (train - both.mean(0)) / _std(both), (other - both.mean(0)) / _std(both)


def _erased(train, other):
    return tuple(np.where(train.std(0) == 0, 0, (x - train.mean(0)) / _std(train)) for x in (train, other))


def _left_alone(train, other):
    return tuple(np.where(train.std(0) == 0, x, (x - train.mean(0)) / _std(train)) for x in (train, other))


def _unguarded(train, other):
    return (train - train.mean(0)) / train.std(0), (other - train.mean(0)) / train.std(0)


# --- 11.2 ------------------------------------------------------------------------------------------------------------


def one_hot(y, K):
    """Return Y (N, K) with Y[i, y[i]] = 1 and 0 elsewhere, for labels y (N,) from 0 to K − 1;
    floats.
    """
    Y = np.zeros((len(y), K))
    Y[np.arange(len(y)), y] = 1.0
    return Y


def label_cases(rng):
    """Labels of which some class is absent; in every second case the last class occurs."""
    cases = [(rng.integers(0, k - 1, n), k) for n, k in ((7, 5), (11, 3), (3, 7), (5, 5), (1, 3))]
    for y, k in cases[1::2]:
        y[-1] = k - 1
    cases[0][0][:4] = rng.permutation(4)  # there the last class alone is absent
    return cases


def _whole_columns(y, K):
    Y = np.zeros((len(y), K))
    Y[:, y] = 1.0
    return Y


def _whole_rows(y, K):
    Y = np.zeros((len(y), K))
    Y[y] = 1.0
    return Y


def _exchanged(y, K):
    Y = np.zeros((len(y), K))
    Y[y, np.arange(len(y))] = 1.0
    return Y


def _shifted(y, K):
    return one_hot((y - 1) % K, K)


ONE_HOT = Exercise(
    id="11.2",
    title="One-hot",
    task="""
    Write `one_hot(y, K)` for labels `y` $(N,)$, whole numbers from 0 to $K-1$: a table of floats of shape $(N, K)$ whose row $i$ is 1 in column $y_i$ and 0 elsewhere. Some class may be absent.
    """,
    solution=one_hot,
    cases=label_cases,
    hints=(
        "Start with zeros of the right shape. Which entry of row i becomes 1?",
        "Two index arrays of the same length pick pairs: Y[[0, 1, 2], [3, 0, 3]].",
        "Y[np.arange(len(y)), y] = 1",
    ),
    mistakes=(
        Mistake("whole columns", _whole_columns, "Y[:, y] sets whole columns: every row gets a 1 for every label that occurs. Pair row i with its own label: Y[np.arange(N), y]."),
        Mistake("K from the labels", lambda y, K: one_hot(y, int(y.max()) + 1), "You took the number of classes from the labels that occur. A class may be absent from a batch; K says how many there are."),
        Mistake("as many columns as labels occur", lambda y, K: np.eye(len(np.unique(y)))[y], "You counted the classes that occur here. A class may be absent, and then the table has too few columns, or none for a label that is there. K is given: np.eye(K)[y], or np.zeros((len(y), K)) to begin with."),
        Mistake("only the labels that occur", lambda y, K: (y[:, None] == np.unique(y)).astype(float), "Your table has a column for each label that occurs here. A class may be absent, and still has its column: compare with np.arange(K)."),
        Mistake("whole rows", _whole_rows, "Y[y] = 1 sets whole rows, those that have a label as their number. Pair row i with its own label: Y[np.arange(N), y] = 1."),
        Mistake("row and column exchanged", _exchanged, "The two indices are the wrong way round. The row comes first, then the column: Y[np.arange(N), y] = 1."),
        Mistake("compared along one axis", lambda y, K: (y == np.arange(K)).astype(float), "You compared N labels with K classes one to one. Every label is to be compared with every class: give the labels a column, y[:, None] == np.arange(K)."),
        Mistake("counting from one", _shifted, "The 1 is one column too far to the left: labels start at 0, and so do columns."),
        Mistake("transposed", lambda y, K: one_hot(y, K).T, "Rows are examples, columns are classes: (N, K). Yours is the transpose."),
        Mistake("labels renumbered", lambda y, K: one_hot(np.unique(y, return_inverse=True)[1], K), "You numbered the labels that occur. Label 4 belongs in column 4, even if 0 to 3 are absent."),
        Mistake("label written in", lambda y, K: one_hot(y, K) * y[:, None], "You wrote the label itself into the table. The entry is 1 whatever the class, and class 0 needs its 1 too."),
    ),
    alternatives=(lambda y, K: np.eye(K)[y], lambda y, K: (y[:, None] == np.arange(K)).astype(float), lambda y, K: (y[:, None] == np.arange(K)).astype(int)),
)  # fmt: skip


# --- 11.3 ------------------------------------------------------------------------------------------------------------


def minibatches(N, B, rng):
    """Return a list of index arrays: 0 … N−1 in random order, cut into batches of B;
    the last may be shorter.
    """
    order = rng.permutation(N)
    return [order[start : start + B] for start in range(0, N, B)]


def drive_minibatches(minibatches, N, B, seed):
    rng = np.random.default_rng(seed)
    epochs = [minibatches(N, B, generator) for generator in (rng, rng, np.random.default_rng(seed))]
    return None if any(batches is None for batches in epochs) else epochs


def minibatch_facts(epochs, N, B, seed):
    first, second, again = ([np.atleast_1d(batch) for batch in batches] for batches in epochs)
    both, then, repeated = (
        np.concatenate(batches) if batches else np.zeros(0, int) for batches in (first, second, again)
    )
    one_batch = B >= N  # then the order inside it does not matter, and 7 indices may be in any order by chance
    return {
        "lengths of the batches": [len(b) for b in first],
        "indices are from 0 to N - 1": bool(np.all((both >= 0) & (both < N))),
        "every index once": bool(np.array_equal(np.sort(both), np.arange(N))),
        "shuffled": bool(one_batch or np.mean(np.abs(np.diff(both)) == 1) < 0.5),
        "same order from the same seed": bool(one_batch or np.array_equal(both, repeated)),
        "another order the second time": bool(one_batch or not np.array_equal(both, then)),
    }


def batch_cases(rng):
    sizes = ((23, 5), (20, 5), (7, 7), (11, 13), (31, 2), (37, 7))  # 23/5 is rounded up and 37/7 down
    return [(n, b, int(rng.integers(0, 10**6))) for n, b in sizes]


def _cut(order, starts, B):
    return [order[s : s + B] for s in starts]


MINIBATCHES = Exercise(
    id="11.3",
    title="Mini-batches",
    task="""
    Write `minibatches(N, B, rng)`: the list of the batches of one epoch. Each batch is an array of indices; together they hold each of $0, \\dots, N-1$ exactly once, in an order shuffled with
    `rng`, `B` at a time. If $B$ does not divide $N$, the last batch is shorter; if it does, there is no empty one.
    """,
    solution=minibatches,
    cases=batch_cases,
    drive=drive_minibatches,
    facts=minibatch_facts,
    hints=(
        "rng.permutation(N) is all indices in random order. Where do the batches start?",
        "At 0, B, 2B, … as long as the start is below N.",
        "[order[s:s + B] for s in range(0, N, B)]",
    ),
    mistakes=(
        Mistake("last batch dropped", lambda N, B, rng: _cut(rng.permutation(N), [B * k for k in range(N // B)], B), "N // B batches leave the rest out: with N = 23 and B = 5, three examples are never seen. Start at 0, B, 2B … while the start is below N."),
        Mistake("rounded", lambda N, B, rng: _cut(rng.permutation(N), [B * k for k in range(round(N / B))], B), "round(N / B) is sometimes one batch too few: 37 / 7 is 5.29, and the two examples of the sixth batch are never seen. Round up, or start at 0, B, 2B … while the start is below N."),
        Mistake("not cut", lambda N, B, rng: rng.permutation(N), "These are all indices, in one array. Cut it into a list of arrays, of B indices each."),
        Mistake("every start", lambda N, B, rng: _cut(rng.permutation(N), range(N), B), "A batch begins at every place, so they overlap, and most indices come B times. The starts are B apart: range(0, N, B)."),
        Mistake("end not moved", lambda N, B, rng: (lambda order: [order[s:B] for s in range(0, N, B)])(rng.permutation(N)), "Every batch ends at B, so all but the first are empty. A batch that starts at s ends at s + B."),
        Mistake("empty batch", lambda N, B, rng: _cut(rng.permutation(N), [B * k for k in range(N // B + 1)], B), "Where B divides N, your last batch is empty, and the mean over an empty batch is NaN."),
        Mistake("not shuffled", lambda N, B, rng: _cut(np.arange(N), range(0, N, B), B), "Nothing is shuffled: neighbours stay neighbours (0, 1, 2 …), in every epoch alike. Data often come sorted: use rng.permutation(N)."),
        Mistake("drawn with replacement", lambda N, B, rng: _cut(rng.integers(0, N, N), range(0, N, B), B), "The indices were drawn anew each time, so some come twice and others never. A permutation holds each once."),
        Mistake("shuffled anew for each batch", lambda N, B, rng: [rng.permutation(N)[s : s + B] for s in range(0, N, B)], "Each batch is cut from a permutation of its own, so an index may come in two batches and another in none. Draw one permutation per epoch and cut that."),
        Mistake("counting from one", lambda N, B, rng: _cut(1 + rng.permutation(N), range(0, N, B), B), "The indices run from 1 to N. They start at 0: index N does not exist, and example 0 is never seen."),
        Mistake("turned, not shuffled", lambda N, B, rng: _cut(np.roll(np.arange(N), rng.integers(1, N)), range(0, N, B), B), "Neighbours stay neighbours: the order was only begun at another place. rng.permutation(N) mixes it."),
        Mistake("even parts", lambda N, B, rng: np.array_split(rng.permutation(N), -(-N // B)), "The batches have nearly equal sizes. Asked for are batches of exactly B, and one shorter at the end."),
        Mistake("batches shuffled", lambda N, B, rng: [np.arange(N)[s : s + B] for s in rng.permutation(np.arange(0, N, B))], "You shuffled the batches, but each still holds neighbours: 0, 1, 2 … Shuffle the indices, then cut."),
        Mistake("a generator of its own", lambda N, B, rng: minibatches(N, B, np.random.default_rng()), "The order does not come from the rng that was passed in: with the same seed it is another each time, so no run can be repeated."),
        Mistake("same order every epoch", lambda N, B, rng: minibatches(N, B, np.random.default_rng(0)), "The order is the same in every epoch: you made a generator of your own. Use the rng that is passed in."),
    ),
    alternatives=(
        lambda N, B, rng: np.array_split(rng.permutation(N), np.arange(B, N, B)),
        lambda N, B, rng: [np.sort(batch) for batch in minibatches(N, B, rng)],
    ),
)  # fmt: skip


# --- 11.4 ------------------------------------------------------------------------------------------------------------


def shuffle_together(X, y, rng):
    """Return X (N, d) and y (N,) with their rows in a common random order."""
    order = rng.permutation(len(y))
    return X[order], y[order]


def shuffle_to_mend(X, y, rng):
    """Return X (N, d) and y (N,) with their rows in a common random order."""
    return X[rng.permutation(len(X))], y[rng.permutation(len(y))]


def drive_shuffle(shuffle_together, X, y, seed):
    rng = np.random.default_rng(seed)
    pairs = [shuffle_together(X.copy(), y.copy(), generator) for generator in (rng, rng, np.random.default_rng(seed))]
    return None if any(pair is None for pair in pairs) else pairs


def shuffle_facts(pairs, X, y, seed):
    two = all(isinstance(pair, (tuple, list)) and len(pair) == 2 for pair in pairs)
    (A, b), (then, _), (again, _) = pairs if two else [(0, 0)] * 3
    A, b = np.asarray(A), np.asarray(b)
    shapes = f"{A.shape} and {b.shape}"
    if (A.shape, b.shape) != (X.shape, y.shape):  # nothing can be said of the rows then
        A, b = np.zeros_like(X), np.zeros_like(y)
    place = {tuple(row): i for i, row in enumerate(X.tolist())}
    order = [place.get(tuple(row), -len(X)) for row in A.tolist()]
    before = sorted(map(tuple, np.column_stack([X, y]).tolist()))
    after = sorted(map(tuple, np.column_stack([A, b]).tolist()))
    return {
        "two results, X and y": two,
        "shapes of X and y": shapes,
        "the same rows of X": sorted(map(tuple, A.tolist())) == sorted(map(tuple, X.tolist())),
        "the same labels": bool(np.array_equal(np.sort(b), np.sort(y))),
        "each row with its own label": before == after,
        "X in another order": not np.array_equal(A, X),
        "y in another order": not np.array_equal(b, y),
        "same order from the same seed": bool(np.array_equal(A, again)),
        "another order the second time": not np.array_equal(A, then),
        "neighbours parted": bool(np.mean(np.abs(np.diff(order)) == 1) < 0.5),
        "labels not sorted": bool(np.any(np.diff(b) < 0)),
        "sum of X": float(A.sum()),
    }


def shuffle_cases(rng):
    return [
        (rng.normal(size=(n, d)), np.arange(n) % k, int(rng.integers(0, 10**6)))
        for n, d, k in ((23, 7, 5), (31, 6, 7), (19, 5, 3))
    ]


SHUFFLE = Exercise(
    id="11.4",
    title="Find the bug: shuffled",
    task="""
    This function shuffles the training data before each epoch. With it the network of this chapter reads one digit in ten, and nothing complains. Mend it.
    """,
    solution=shuffle_together,
    starter=shuffle_to_mend,
    cases=shuffle_cases,
    drive=drive_shuffle,
    facts=shuffle_facts,
    hints=(
        "Take the first row of the shuffled X. Is the first label its own?",
        "How many permutations are drawn?",
        "Draw one: order = rng.permutation(len(y)), and use it for both.",
    ),
    mistakes=(
        Mistake("untouched", shuffle_to_mend, "X and y are shuffled by two different permutations, so every image gets some other image's label. Draw one permutation and use it for both."),
        Mistake("the order is None", lambda X, y, rng: (lambda order: (X[order], y[order]))(rng.shuffle(np.arange(len(y)))), "rng.shuffle changes what it is given and returns None; and X[None] is no error, but X with one axis more. Take rng.permutation(len(y)), or make order = np.arange(len(y)) first and then shuffle it."),
        Mistake("exchanged", lambda X, y, rng: shuffle_together(X, y, rng)[::-1], "y came first and X second. Return X and then y."),
        Mistake("only the table", lambda X, y, rng: rng.permutation(np.column_stack([X, y])), "X and y came back as one table. Two results are wanted: the columns of X, and y."),
        Mistake("each column by itself", lambda X, y, rng: (lambda table: (table[:, :-1], table[:, -1]))(rng.permuted(np.column_stack([X, y]), axis=0)), "rng.permuted shuffles every column by itself, so no row is left as it was. rng.permutation and rng.shuffle keep rows together."),
        Mistake("only X", lambda X, y, rng: (X[rng.permutation(len(X))], y), "Only X is shuffled now, so the labels still belong to other rows. Apply the same permutation to y."),
        Mistake("only y", lambda X, y, rng: (X, y[rng.permutation(len(y))]), "Only y is shuffled now, so the labels still belong to other rows. Apply the same permutation to X."),
        Mistake("a fixed order", lambda X, y, rng: shuffle_together(X, y, np.random.default_rng(0)), "The order is the same in every epoch: you made a generator of your own. Use the rng that is passed in."),
        Mistake("a generator of its own", lambda X, y, rng: shuffle_together(X, y, np.random.default_rng()), "The pairs stay together, but the order does not come from the rng that was passed in: with the same seed it is another each time, so no run can be repeated."),
        Mistake("backwards", lambda X, y, rng: (X[::-1], y[::-1]), "The pairs stay together, but neighbours stay neighbours, and the order is the same in every epoch. Draw a permutation with rng."),
        Mistake("sorted by label", lambda X, y, rng: (X[np.argsort(y, kind="stable")], y[np.argsort(y, kind="stable")]), "The rows are sorted by label now. That is the worst order for mini-batches: each would hold one class only. Draw a permutation with rng."),
        Mistake("turned, not shuffled", lambda X, y, rng: (lambda k: (np.roll(X, k, axis=0), np.roll(y, k)))(rng.integers(1, len(y))), "The pairs stay together, but neighbours stay neighbours: the order was only begun at another place. Draw a permutation with rng."),
        Mistake("not at all", lambda X, y, rng: (X, y), "Nothing is shuffled any more. That keeps the pairs together, but data that come sorted make bad batches."),
        Mistake("columns", lambda X, y, rng: _columns(X, y, rng), "You shuffled the columns of X, its pixels. Shuffle rows: X[order], not X[:, order]."),
        Mistake("drawn with replacement", lambda X, y, rng: (lambda i: (X[i], y[i]))(rng.integers(0, len(y), len(y))), "The pairs stay together, but some rows come twice and others not at all: use a permutation."),
    ),
    alternatives=(
        lambda X, y, rng: (lambda order: (X[order], y[order]))(rng.random(len(y)).argsort()),
        lambda X, y, rng: (lambda table: (table[:, :-1], table[:, -1].astype(int)))(rng.permutation(np.column_stack([X, y]))),
    ),
)  # fmt: skip


def _columns(X, y, rng):
    order = rng.permutation(X.shape[1])
    while np.array_equal(order, np.arange(X.shape[1])):
        order = rng.permutation(X.shape[1])
    return X[:, order], y


# --- 11.5 ------------------------------------------------------------------------------------------------------------


def accuracy(Z, y):
    """Return the share of rows of Z (N, K) whose largest entry is in column y[i]; y (N,)."""
    return np.mean(Z.argmax(axis=1) == y)


def score_cases(rng):
    cases = []
    for n, k in ((11, 5), (7, 3), (13, 7), (5, 5), (1, 3)):
        Z = rng.normal(size=(n, k))
        y = rng.integers(0, k, n)
        Z[0, 0] -= 9  # a row that stands alone is not won by column 0, where argmax(axis=0) finds every column's winner
        y[: (n + 1) // 2] = Z.argmax(axis=1)[: (n + 1) // 2]
        Z[0, y[0]] = 1 + Z.max()  # the largest entry of all is in row 0, where argmax() and argmax(axis=1) agree
        if n == k:  # there argmax(axis=0) can be compared with y, and is right once
            y[-1] = Z[:, -1].argmax()
        cases.append((Z, y))
    return cases


ACCURACY = Exercise(
    id="11.5",
    title="How many are right?",
    task="""
    Write `accuracy(Z, y)`: the share, from 0 to 1, of the rows of `Z` $(N, K)$ whose largest entry stands in the column that the label `y[i]` names.
    """,
    solution=accuracy,
    cases=score_cases,
    hints=(
        "For each row: which column holds the largest entry?",
        "Z.argmax(axis=1) has shape (N,). Compare it with y.",
        "np.mean(Z.argmax(axis=1) == y)",
    ),
    mistakes=(
        Mistake("argmax of all", lambda Z, y: np.mean(Z.argmax() == y), "argmax without an axis looks at the whole table and returns one number. One winner per row: axis=1."),
        Mistake("wrong axis", lambda Z, y: np.mean(Z.argmax(axis=0)[y] == np.arange(len(y))), "axis=0 finds the best *row* for each class. The best class for each row is axis=1."),
        Mistake("down the columns", lambda Z, y: np.mean(Z.argmax(axis=0) == y), "argmax(axis=0) runs down the columns and gives one number for each of the K classes; it cannot be compared with N labels (where K = N it can, and is wrong). One winner per row: argmax(axis=1)."),
        Mistake("scores compared with labels", lambda Z, y: np.mean(y == Z), "You compared the scores themselves with the labels. First find each row's winner, Z.argmax(axis=1), and compare its place with y."),
        Mistake("row against column", lambda Z, y: np.mean(Z.argmax(axis=1)[:, None] == y), "A column of N was compared with a row of N: that makes a table of all pairs, N × N. Both have to have the shape (N,)."),
        Mistake("axis that is not there", lambda Z, y: np.mean(Z.argmax(axis=1) == y.argmax(axis=1)), "axis=1 was asked of an array that has one axis. y holds the labels themselves, not one-hot rows, and needs no argmax; and the hits, one per row, have a single axis too."),
        Mistake("count", lambda Z, y: np.sum(Z.argmax(axis=1) == y), "This is the number of right answers. The share is asked for: divide by N."),
        Mistake("error rate", lambda Z, y: np.mean(Z.argmax(axis=1) != y), "This is the share of *wrong* answers."),
        Mistake("all or nothing", lambda Z, y: float((Z.argmax(axis=1) == y).all()), "This is 1 only if every single answer is right, and 0 otherwise. The share is asked for: the mean of the comparison. (// and int() cut off what stands after the point.)"),
        Mistake("per cent", lambda Z, y: 100 * np.mean(Z.argmax(axis=1) == y), "This is in per cent. Asked for is the share, from 0 to 1."),
        Mistake("value for place", lambda Z, y: np.mean(Z.max(axis=1) == y), "You compared the largest *score* with the label. The label names a column: compare with the place of the largest score, argmax."),
        Mistake("one answer per row", lambda Z, y: Z.argmax(axis=1) == y, "These are the hits, one per row: take their mean."),
        Mistake("score above zero", lambda Z, y: np.mean(Z[np.arange(len(y)), y] > 0), "You counted the rows whose right entry is positive. It has to be the largest of its row: a logit may be negative and win, or positive and lose."),
        Mistake("divided by K", lambda Z, y: np.sum(Z.argmax(axis=1) == y) / Z.shape[1], "You divided by the number of classes. The share is of the examples, N."),
    ),
    alternatives=(lambda Z, y: float((np.argmax(Z, 1) == y).sum() / len(y)),),
)  # fmt: skip


# --- 11.6 ------------------------------------------------------------------------------------------------------------


class Best:
    """Remembers the best epoch of a run:
    its number, its accuracy, and the parameters that the network had then.
    """

    def __init__(self):
        self.epoch = None
        self.accuracy = None
        self.parameters = None

    def look(self, epoch, accuracy, parameters):
        """Called after each epoch with its number, its validation accuracy, and the parameters,
        a dictionary of arrays.
        """
        ### BEGIN SOLUTION
        if self.accuracy is None or accuracy > self.accuracy:
            self.epoch = epoch
            self.accuracy = accuracy
            self.parameters = {name: array.copy() for name, array in parameters.items()}
        ### END SOLUTION


def drive_best(Best, accuracies):
    best, parameters = Best(), {"W1": np.zeros((2, 3)), "b1": np.zeros(2)}
    epochs, heights = [], []
    for epoch, accuracy in enumerate(accuracies):
        for array in parameters.values():
            array += epoch + 1  # training writes into the arrays
        best.look(epoch, accuracy, parameters)
        epochs.append(best.epoch)
        heights.append(best.accuracy)
    goes_on = {name: float(array.flat[0]) for name, array in parameters.items()}
    for array in parameters.values():
        array += 1  # and goes on after the last look
    held = best.parameters
    kept = {name: held[name] for name in sorted(held)} if isinstance(held, dict) else held
    return epochs, heights, kept, goes_on


def best_cases(rng):
    def run(*places):
        return (np.round(0.6 + 0.05 * np.array(places) + 0.01 * rng.random(), 3).tolist(),)

    hopeless = ([0.0, 0.0],)  # an accuracy of 0 is one too
    return [run(1, 4, 6, 3, 5), run(5, 2, 1), run(1, 2, 5, 3, 5, 4), run(2, 4, 1, 3, 5), run(3, 3, 1), hopeless]


class _KeepsReference(Best):
    def look(self, epoch, accuracy, parameters):
        if self.accuracy is None or accuracy > self.accuracy:
            self.epoch, self.accuracy, self.parameters = epoch, accuracy, parameters


class _KeepsLast(Best):
    def look(self, epoch, accuracy, parameters):
        self.epoch, self.accuracy = epoch, accuracy
        self.parameters = {name: array.copy() for name, array in parameters.items()}


class _KeepsLastReference(Best):
    def look(self, epoch, accuracy, parameters):
        self.epoch, self.accuracy, self.parameters = epoch, accuracy, parameters


class _KeepsFirst(Best):
    def look(self, epoch, accuracy, parameters):
        if self.accuracy is None:
            _KeepsLast.look(self, epoch, accuracy, parameters)


class _KeepsLowest(Best):
    def look(self, epoch, accuracy, parameters):
        if self.accuracy is None or accuracy < self.accuracy:
            _KeepsLast.look(self, epoch, accuracy, parameters)


class _KeepsLaterOfEqual(Best):
    def look(self, epoch, accuracy, parameters):
        if self.accuracy is None or accuracy >= self.accuracy:
            _KeepsLast.look(self, epoch, accuracy, parameters)


class _BetterThanTheOneBefore(Best):
    before = None

    def look(self, epoch, accuracy, parameters):
        if self.before is None or accuracy > self.before:
            _KeepsLast.look(self, epoch, accuracy, parameters)
        self.before = accuracy


class _DoneAtTheFirstDip(Best):
    done = False

    def look(self, epoch, accuracy, parameters):
        self.done = self.done or (self.accuracy is not None and accuracy <= self.accuracy)
        if not self.done:
            _KeepsLast.look(self, epoch, accuracy, parameters)


class _ForgetsAccuracy(Best):
    before = None

    def look(self, epoch, accuracy, parameters):
        if self.before is None or accuracy > self.before:
            self.before, self.epoch = accuracy, epoch
            self.parameters = {name: array.copy() for name, array in parameters.items()}


class _ForgetsParameters(Best):
    def look(self, epoch, accuracy, parameters):
        if self.accuracy is None or accuracy > self.accuracy:
            self.epoch, self.accuracy = epoch, accuracy


class _ForgetsEpoch(Best):
    def look(self, epoch, accuracy, parameters):
        Best.look(self, None, accuracy, parameters)


class _ForgetsSelf(Best):
    def look(self, epoch, accuracy, parameters):
        pass  # epoch = epoch, accuracy = accuracy …: names of this one call


class _ParametersAlways(Best):
    def look(self, epoch, accuracy, parameters):
        if self.accuracy is None or accuracy > self.accuracy:
            self.epoch, self.accuracy = epoch, accuracy
        self.parameters = {name: array.copy() for name, array in parameters.items()}


class _AccuracyFirst(Best):
    def look(self, epoch, accuracy, parameters):
        if self.accuracy is None or accuracy > self.accuracy:
            self.accuracy = accuracy
        if accuracy > self.accuracy:
            _KeepsLast.look(self, epoch, accuracy, parameters)


class _FirstHalfKept(Best):
    def look(self, epoch, accuracy, parameters):
        if self.accuracy is None:
            self.accuracy = accuracy
        elif accuracy > self.accuracy:
            _KeepsLast.look(self, epoch, accuracy, parameters)


class _ComparesWithNone(Best):
    def look(self, epoch, accuracy, parameters):
        if accuracy > self.accuracy:
            _KeepsLast.look(self, epoch, accuracy, parameters)


class _ZeroIsNothing(Best):
    def look(self, epoch, accuracy, parameters):
        if not self.accuracy or accuracy > self.accuracy:
            _KeepsLast.look(self, epoch, accuracy, parameters)


class _BeginsAtZero(Best):
    def __init__(self):
        self.epoch, self.accuracy, self.parameters = 0, 0.0, None

    def look(self, epoch, accuracy, parameters):
        if accuracy > self.accuracy:
            _KeepsLast.look(self, epoch, accuracy, parameters)


class _StopsTheRun(Best):
    def look(self, epoch, accuracy, parameters):
        if self.accuracy is None or accuracy > self.accuracy:
            _KeepsLast.look(self, epoch, accuracy, parameters)
        else:
            for name in parameters:
                parameters[name][...] = self.parameters[name]


class _CountsFromOne(Best):
    def look(self, epoch, accuracy, parameters):
        if self.accuracy is None or accuracy > self.accuracy:
            _KeepsLast.look(self, epoch + 1, accuracy, parameters)


KEEP_THE_BEST = Exercise(
    id="11.6",
    title="Keep the best",
    kind="class",
    task="""
    Write `look` of the class `Best`. It is called once after each epoch, while the network goes on learning, *in the same arrays*. After any call, `epoch`, `accuracy` and `parameters` have to be
    those of the epoch with the highest accuracy so far, as they were *at that time*. The first epoch is the best so far, whatever its accuracy; of two that are equal the earlier is kept.
    """,
    solution=Best,
    cases=best_cases,
    drive=drive_best,
    outputs=("epoch after each call", "accuracy after each call", "parameters kept", "network's own parameters"),
    difficulty=2,
    points=2,
    hints=(
        "After two epochs `parameters` is still the same dictionary with the same arrays. What do they hold by then?",
        "A new dictionary is not enough: its entries would be the same arrays. Each array has to be copied.",
        "if self.accuracy is None or accuracy > self.accuracy: keep all three, the arrays as {name: array.copy() for name, array in parameters.items()}.",
    ),
    mistakes=(
        Mistake("no copy", _KeepsReference, "You kept the arrays themselves. Training writes into them, so what you hold at the end are the *last* parameters, under the number of the best epoch. Copy each array: {name: array.copy() for …}. (A copy of the dictionary alone, dict(parameters), holds the same arrays.)"),
        Mistake("last", _KeepsLast, "The last epoch is kept, whatever its accuracy. Keep an epoch only if it is better than the best so far."),
        Mistake("last, not copied", _KeepsLastReference, "Every epoch takes the place of the one before, whatever its accuracy: compare first. And the arrays have to be copied, for training goes on in them: {name: array.copy() for …}."),
        Mistake("first", _KeepsFirst, "The first epoch is kept for ever. A better one has to take its place."),
        Mistake("lowest", _KeepsLowest, "The epoch with the *lowest* accuracy is kept. A loss should be low, an accuracy high."),
        Mistake("later of two equal", _KeepsLaterOfEqual, "Where two epochs are equal, the later one is kept: >= for >. The earlier is asked for: it is as good, after less training."),
        Mistake("better than the one before", _BetterThanTheOneBefore, "Each epoch is compared with the one before it. After a dip, any rise then counts as the best. Compare with the best so far."),
        Mistake("done at the first dip", _DoneAtTheFirstDip, "After the first epoch that is no better, nothing is kept any more. Validation accuracy goes up and down, and a better epoch may come later: go on comparing."),
        Mistake("compared with None", _ComparesWithNone, "Before the first call self.accuracy is None, and a number cannot be compared with None. Ask for that first: if self.accuracy is None or accuracy > self.accuracy."),
        Mistake("zero taken for nothing", _ZeroIsNothing, "`not self.accuracy` is true of None, and of 0.0 as well: after an accuracy of 0 a second 0 takes the first one's place. Ask `self.accuracy is None`."),
        Mistake("begins at zero", _BeginsAtZero, "The best accuracy begins at 0, so a first epoch with an accuracy of 0 is never kept. The first is the best so far, whatever its accuracy: begin with None and ask for it, or with −∞."),
        Mistake("accuracy replaced before it is compared", _AccuracyFirst, "self.accuracy is replaced before it is compared, so that nothing is better than it any more, and `epoch` and `parameters` are never kept. Set all three in one if."),
        Mistake("of the first only the accuracy", _FirstHalfKept, "Of the first epoch you kept the accuracy alone. It is the best so far: its number and its parameters belong to it."),
        Mistake("nothing kept", _ForgetsSelf, "After a call `epoch`, `accuracy` and `parameters` of the object are still None. A name without self. in front belongs to the one call and is gone after it: self.epoch = epoch, and so on."),
        Mistake("epoch not kept", _ForgetsEpoch, "`epoch` is still None after a call: keep the number of the best epoch there too."),
        Mistake("parameters always kept", _ParametersAlways, "The number and the accuracy are those of the best epoch; the parameters are replaced after every epoch, so that they are the last. That line belongs into the if as well."),
        Mistake("accuracy not kept", _ForgetsAccuracy, "`accuracy` is still None after a call: keep the number of the best epoch there too."),
        Mistake("parameters not kept", _ForgetsParameters, "The number of the best epoch is kept, and its parameters are not. They are what is wanted in the end."),
        Mistake("network set back", _StopsTheRun, "After a worse epoch you wrote the best parameters back into the network's own arrays. Only look: the network goes on from where it is."),
        Mistake("epoch counted from one", _CountsFromOne, "The number of the epoch is one too high: keep the number that `look` was given."),
    ),
)  # fmt: skip


# --- 11.7 ------------------------------------------------------------------------------------------------------------


def confusion(predicted, y, K):
    """Return C (K, K): C[i, j] counts the examples of class i that were read as class j;
    predicted and y (N,).
    """
    C = np.zeros((K, K), dtype=int)
    np.add.at(C, (y, predicted), 1)
    return C


def confusion_cases(rng):
    """The last class never occurs in y; in every second case it is never predicted either."""
    cases = [
        (rng.integers(0, k, n), rng.integers(0, k - 1, n), k) for n, k in ((23, 3), (31, 5), (11, 7), (41, 3), (1, 3))
    ]
    for predicted, _, k in cases[1::2]:
        predicted[predicted == k - 1] = 0
    return cases


def _assigned(predicted, y, K):
    C = np.zeros((K, K), dtype=int)
    C[y, predicted] += 1
    return C


def _counted(predicted, y, n):
    C = np.zeros((n, n), dtype=int)
    np.add.at(C, (y, predicted), 1)
    return C


def _one_row(predicted, y, K):
    return np.tile(np.bincount(predicted, minlength=K), (K, 1))


def _rows_counted(predicted, y, K):
    C = np.zeros((K, K), dtype=int)
    np.add.at(C, [y, predicted], 1)
    return C


CONFUSION = Exercise(
    id="11.7",
    title="What is taken for what?",
    task="""
    Write `confusion(predicted, y, K)` for two arrays of classes $(N,)$: a table $(K, K)$ whose entry $(i, j)$ is the number of examples that *are* $i$ (`y`) and were *read as* $j$ (`predicted`). Pairs repeat.
    """,
    solution=confusion,
    cases=confusion_cases,
    difficulty=2,
    hints=(
        "A loop over the examples will do. What happens to C[y, predicted] += 1 when a pair comes twice?",
        "Indexing with += reads each cell once, adds 1 and writes it back once, however often the pair occurs.",
        "np.add.at(C, (y, predicted), 1), or np.bincount(K * y + predicted, minlength=K * K).reshape(K, K).",
    ),
    mistakes=(
        Mistake("repeats lost", _assigned, "C[y, predicted] += 1 counts a pair once, however often it comes: the old value is read once and written once. Use np.add.at, or a loop. (It is the same with gradients: repeated reads have to accumulate.)"),
        Mistake("transposed", lambda predicted, y, K: confusion(y, predicted, K), "Rows and columns are exchanged: the row is what the example *is*, the column what it was read as."),
        Mistake("K from the data", lambda predicted, y, K: confusion(predicted, y, int(max(y.max(), predicted.max())) + 1), "You took the number of classes from those that occur. A class may be absent; K says how many there are."),
        Mistake("K from y", lambda predicted, y, K: _counted(predicted, y, int(y.max()) + 1), "You took the number of classes from y. A class may be absent from y, and be answered all the same; K says how many there are."),
        Mistake("minlength missing", lambda predicted, y, K: np.bincount(K * y + predicted).reshape(K, K), "np.bincount counts up to the largest number that occurs, which is too few where the last pairs are absent. minlength=K * K gives all of them a place."),
        Mistake("one row, K times", _one_row, "[[0] * K] * K makes one row and names it K times, so that all rows count alike. Make a new row each time: [[0] * K for _ in range(K)], or np.zeros((K, K), dtype=int)."),
        Mistake("whole rows counted", lambda predicted, y, K: _rows_counted(predicted, y, K), "np.add.at was given its two index arrays in a list. A list of arrays is one index, of rows; pairs of row and column are a tuple: (y, predicted)."),
        Mistake("shares, and 0/0", lambda predicted, y, K: confusion(predicted, y, K) / confusion(predicted, y, K).sum(1, keepdims=True), "These are shares of each row; where a class does not occur in y, its row is 0/0. The counts were asked for."),
        Mistake("shares", lambda predicted, y, K: confusion(predicted, y, K) / np.maximum(confusion(predicted, y, K).sum(1, keepdims=True), 1), "These are shares of each row. The counts were asked for."),
        Mistake("right ones only", lambda predicted, y, K: np.diag(np.diag(confusion(predicted, y, K))), "Only the diagonal is filled, the examples that were right. The others are the interesting ones."),
        Mistake("wrong ones only", lambda predicted, y, K: confusion(predicted, y, K) - np.diag(np.diag(confusion(predicted, y, K))), "The diagonal is empty: examples that were read rightly count too."),
    ),
    alternatives=(lambda predicted, y, K: np.bincount(K * y + predicted, minlength=K * K).reshape(K, K),),
)  # fmt: skip


# --- 11.8 ------------------------------------------------------------------------------------------------------------


class Store:
    """Keeps a network's parameters in a file and brings them back."""

    def save(self, parameters, file):
        """Write `parameters`, a dictionary of named arrays, to `file`,
        which is open for binary writing.
        """
        np.savez(file, **parameters)

    def load(self, file):
        """Return the dictionary that was written to `file`, which is open for reading;
        same names, shapes and dtypes.
        """
        with np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}


def drive_store(Store, parameters):
    import io

    class Kept(io.BytesIO):
        def close(self):  # an answer that closes the file is no wrong answer
            pass

    store, file = Store(), Kept()
    given = {name: array.copy() for name, array in parameters.items()}
    store.save(given, file)
    for array in given.values():
        array += 1  # what happens to the arrays afterwards must not matter
    written = file.getvalue()
    if not written:
        return "nothing was written to the file", "", {}, {}, {}
    reading = io.BytesIO(written)
    back = Store().load(reading)
    reading.close()  # what has not been read by now cannot be read later
    kind = type(back).__name__
    if not isinstance(back, dict):
        return f"{kind} of {len(back)}" if hasattr(back, "__len__") else kind, "", {}, {}, {}
    pickled = written.startswith(b"\x80") or b"'|O'" in written  # a bare pickle, or NumPy's array of objects
    types = {name: str(getattr(array, "dtype", type(array).__name__)) for name, array in back.items()}
    return kind, ", ".join(sorted(map(str, back))), back, types, {"free of pickles": not pickled}


def store_cases(rng):
    def parameters(n, h, k, dtype):
        return {
            "W1": rng.normal(size=(h, n)).astype(dtype), "b1": rng.normal(size=h).astype(dtype),
            "W2": rng.normal(size=(k, h)).astype(dtype), "b2": rng.normal(size=k).astype(dtype),
        }  # fmt: skip

    three = parameters(3, 3, 3, np.float64) | {"W3": rng.normal(size=(2, 3)), "b3": rng.normal(size=2)}
    other_names = {"scale": rng.normal(size=(7,)), "shift": rng.normal(size=(5, 7)).astype(np.float32)}
    return [(parameters(5, 3, 2, np.float64),), (parameters(3, 7, 5, np.float32),), (three,), (other_names,)]


class _Rounded(Store):
    def save(self, parameters, file):
        np.savez(file, **{k: v.round(3) for k, v in parameters.items()})


class _Float32(Store):
    def save(self, parameters, file):
        np.savez(file, **{k: v.astype(np.float32) for k, v in parameters.items()})


class _Float64(Store):
    def load(self, file):
        return {k: v.astype(np.float64) for k, v in Store.load(self, file).items()}


class _Flat(Store):
    def save(self, parameters, file):
        np.savez(file, **{k: v.ravel() for k, v in parameters.items()})


class _Lazy(Store):
    def load(self, file):
        return np.load(file)


class _Nothing(Store):
    def load(self, file):
        Store.load(self, file)


class _ForgetsNames(Store):
    def save(self, parameters, file):
        np.savez(file, *parameters.values())


class _AssumesNames(_ForgetsNames):
    def load(self, file):
        return dict(zip(("W1", "b1", "W2", "b2"), Store.load(self, file).values(), strict=False))


class _Pickled(Store):
    def save(self, parameters, file):
        np.save(file, parameters, allow_pickle=True)

    def load(self, file):
        return np.load(file, allow_pickle=True).item()


class _NothingWritten(Store):
    def save(self, parameters, file):
        self.kept = {name: array.copy() for name, array in parameters.items()}

    def load(self, file):
        return self.kept


class _NamesInTheCode(Store):
    def save(self, parameters, file):
        np.savez(file, **{name: parameters[name] for name in ("W1", "b1", "W2", "b2")})


class _PickleRefused(Store):
    def save(self, parameters, file):
        np.savez(file, parameters)


class _Text(Store):
    def save(self, parameters, file):
        file.write(str(parameters))


class _OpenedAgain(Store):
    def save(self, parameters, file):
        with open(file, "wb") as stream:
            np.savez(stream, **parameters)


SAVE_AND_LOAD = Exercise(
    id="11.8",
    title="Save and load",
    kind="class",
    task="""
    Write the two methods of `Store`: `save(parameters, file)` writes a dictionary of named arrays to an open binary file, `load(file)` reads it back and returns it. Names, shapes, types and
    every bit of the numbers have to be the same, so that the loaded network makes the same predictions. Do not use pickles: a pickle from a stranger is a program that runs when it is opened. (NumPy's `.npz` format holds named
    arrays; `np.savez` and `np.load` write and read it.)
    """,
    solution=Store,
    cases=store_cases,
    drive=drive_store,
    outputs=("type of what load returns", "list of names", "arrays", "types", "file"),
    rtol=0.0,
    atol=0.0,
    difficulty=2,
    points=2,
    hints=(
        "np.savez takes named arrays as keywords. How do you pass a dictionary as keywords?",
        "np.savez(file, **parameters). np.load gives an object with .files, the names, and indexing.",
        "return {name: arrays[name] for name in arrays.files}",
    ),
    mistakes=(
        Mistake("rounded", _Rounded, "The numbers were rounded on the way. The loaded network must make the same predictions: write the arrays as they are."),
        Mistake("to 32 bits", _Float32, "Arrays of 64 bits came back with the digits of 32. Write each array with the type it has."),
        Mistake("to 64 bits", _Float64, "Arrays of 32 bits came back with 64. The numbers are equal, but the network would compute in another precision: return the type that was written."),
        Mistake("flattened", _Flat, "The arrays came back flat: their shapes are lost. np.savez keeps shapes by itself."),
        Mistake("pickled", _Pickled, "The file is a pickle (np.save of a dictionary writes one too): whoever loads a stranger's file runs a stranger's program. np.savez(file, **parameters) needs none."),
        Mistake("still in the file", _Lazy, "np.load of an .npz file reads nothing yet: it returns an object that reads an array when asked for it, and fails once the file is closed. Read every array into a dictionary: {name: arrays[name] for name in arrays.files}."),
        Mistake("nothing returned", _Nothing, "load reads the file and returns nothing: return the dictionary."),
        Mistake("names lost", _ForgetsNames, "The arrays came back under the names arr_0, arr_1 …: np.savez gives these where it is told none. Pass them as keywords: np.savez(file, **parameters)."),
        Mistake("names assumed", _AssumesNames, "The names W1, b1, W2, b2 stand in your code and not in the file. Another network has others: write the names with the arrays, np.savez(file, **parameters)."),
        Mistake("names in the code", _NamesInTheCode, "The names W1, b1, W2, b2 stand in your save. Another network has others, or more of them: write what the dictionary holds, np.savez(file, **parameters)."),
        Mistake("a pickle that is refused", _PickleRefused, "A dictionary that is written as one array becomes a pickle, and np.load refuses it, rightly. Write each array under its own name: np.savez(file, **parameters), with the two stars."),
        Mistake("text", _Text, "The file is open for binary writing: it takes bytes, and text came. np.savez(file, **parameters) writes the arrays as they are."),
        Mistake("opened again", _OpenedAgain, "`file` is a file that is open already, and not its name: hand it to np.savez and np.load as it is."),
        Mistake("nothing written", _NothingWritten, "Nothing was written to `file`: the arrays were kept in the object, in memory, or in a file of another name. Another day another program gets this file and a new Store, and finds nothing."),
    ),
)  # fmt: skip


# --- Check yourself ----------------------------------------------------------------------------------------------------

PARAMETERS = Exercise(
    id="11.9",
    title="How many numbers?",
    kind="number",
    task="How many parameters, weights and biases together, has a network {n}-{h}-{k}?",
    given={"n": 784, "h": 300, "k": 26},
    draw=lambda rng: {"n": int(rng.choice([64, 256, 400])), "h": int(rng.choice([50, 100, 200])), "k": int(rng.integers(3, 9))},
    solution=lambda n, h, k: float(n * h + h + h * k + k),
    rtol=1e-9,
    hints=("One weight for each pair of units that are connected.", "And one bias for each unit that is not an input."),
    mistakes=(
        Mistake("first layer only", lambda n, h, k: float(n * h + h), "These are the parameters of the hidden layer. The output layer has its own: h·k weights and k biases."),
        Mistake("biases forgotten", lambda n, h, k: float(n * h + h * k), "These are the weights. Each hidden and each output unit has a bias too."),
        Mistake("biases of the outputs forgotten", lambda n, h, k: float(n * h + h + h * k), "Nearly: the output units have biases too."),
        Mistake("biases of the hidden units forgotten", lambda n, h, k: float(n * h + h * k + k), "Nearly: the hidden units have biases too."),
        Mistake("input biases", lambda n, h, k: float(n * h + h + h * k + k + n), "Inputs have no biases: they only pass on what comes."),
        Mistake("units", lambda n, h, k: float(n + h + k), "This is the number of units. Every pair of units in neighbouring layers has a weight."),
        Mistake("product", lambda n, h, k: float(n * h * k), "Weights connect neighbouring layers only: n·h of them, and h·k; they add."),
    ),
)  # fmt: skip


def _give_or_take(n, percent):
    return float(100 * np.sqrt(percent / 100 * (1 - percent / 100) / n))


GIVE_OR_TAKE = Exercise(
    id="11.10",
    title="Give or take",
    kind="number",
    task="""
    Before the ten thousand test digits, somebody looks at {n} of them: {percent} % are read correctly. By how many *percentage points* does chance alone move such a number, as one standard deviation? (Two digits are enough.)
    """,
    given={"n": 400, "percent": 97.0},
    draw=lambda rng: {"n": int(rng.choice([250, 400, 500])), "percent": float(rng.choice([92.0, 94.0, 97.0, 98.0]))},
    solution=_give_or_take,
    rtol=0.04,  # 1.4 for 1.356
    hints=(
        "Every digit is a coin that shows \"right\" with the same probability. What did the section on evaluation say of the share of heads?",
        "√(q(1 − q)/N) with q the share of errors, as a fraction. And 0.01 is one percentage point.",
    ),
    mistakes=(
        Mistake("a fraction", lambda n, percent: _give_or_take(n, percent) / 100, "This is the standard deviation as a fraction. In percentage points it is a hundred times as many."),
        Mistake("the variance", lambda n, percent: float(percent / 100 * (1 - percent / 100) / n), "This is the variance, q(1 − q)/N. The standard deviation is its root."),
        Mistake("the variance in points", lambda n, percent: float(percent * (1 - percent / 100) / n), "This is the variance, q(1 − q)/N, times a hundred. Take the root first."),
        Mistake("of one digit", lambda n, percent: float(100 * np.sqrt(percent / 100 * (1 - percent / 100))), "This is how much a *single* digit varies. The mean of N varies √N times less."),
        Mistake("N not under the root", lambda n, percent: _give_or_take(n, percent) / np.sqrt(n), "N stands under the root: four times as many digits only halve the uncertainty."),
        Mistake("one over the root of N", lambda n, percent: float(100 / np.sqrt(n)), "1/√N leaves out q(1 − q): a network that is nearly always right varies much less than a fair coin."),
        Mistake("root of the errors alone", lambda n, percent: float(100 * (1 - percent / 100) / np.sqrt(n)), "The share of errors has to stand under the root too: √(q(1 − q)/N)."),
        Mistake("ten thousand", lambda n, percent: _give_or_take(10_000, percent), "This is for all 10,000 test digits. Here only a part of them was looked at, and it says less."),
    ),
)  # fmt: skip

NINETY_SEVEN = Exercise(
    id="11.11",
    title="A network that never says eight",
    kind="number",
    task="""
    About 9.74 % of the test digits are eights. A network reads every other digit without a fault, and never answers "eight". What is its accuracy, in per cent?
    """,
    solution=90.26,
    rtol=2e-3,
    hints=("Which of the digits does it get wrong?", "All eights, and nothing else."),
    mistakes=(
        Mistake("ninety", 90.0, "Nearly: 90 % would be right if exactly one digit in ten were an eight. 9.74 % are."),
        Mistake("the share of eights", 9.74, "That is the share it gets wrong."),
        Mistake("as a share", 0.9026, "The number is asked for in per cent: a share of one half is 50."),
    ),
)  # fmt: skip

BY_PATIENT = Exercise(
    id="11.12",
    title="Ten pictures of each",
    kind="choice",
    task="""
    You have 1,000 X-ray pictures of 100 patients, ten of each. The program is to be used on *new* patients. How do you choose 200 pictures for the test?
    """,
    choices=(
        "200 of the 1,000 pictures at random.",
        "Two pictures of each patient, so that every patient is represented.",
        "The last 200 of the file, sorted by patient and by date, as with MNIST's validation digits.",
        "All ten pictures of 20 patients, drawn at random.",
    ),
    solution="d",
    hints=("What will the program be given that it has never seen: a new picture, or a new person?", "What did the makers of MNIST see to for the writers of the test digits?"),
    mistakes=(
        Mistake("at random", "a", "Then nearly every patient of the test is in training too, with other pictures. The network may know the patient and need not read the picture: the test comes out too well."),
        Mistake("two of each", "b", "Then *every* patient of the test is in training too. That measures how the program does on patients that it knows, and new ones were asked for."),
        Mistake("the last", "c", "Whole patients, or nearly, but the *last* ones: another year, perhaps another machine. Draw the patients at random. (MNIST's training digits may be cut at any place only if they come in no order.)"),
    ),
)  # fmt: skip

EXERCISES = (
    STANDARDIZE, ONE_HOT, MINIBATCHES, SHUFFLE, ACCURACY, KEEP_THE_BEST, CONFUSION, SAVE_AND_LOAD, PARAMETERS, GIVE_OR_TAKE,
    NINETY_SEVEN, BY_PATIENT,
)  # fmt: skip
