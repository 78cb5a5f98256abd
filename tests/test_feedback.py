"""What the feedback says of wrong answers that nobody listed: it finds the relation, or shows the first difference."""

from dataclasses import replace

import numpy as np
import pytest

from bpedu import exercises, feedback, runner
from bpedu.exercise import Exercise, Mistake
from bpedu.judge import check_answer


def dense_grads(A, dZ, lr):
    """Return (dW, db)."""
    return dZ.T @ A, dZ.sum(axis=0)


def dense_cases(rng):
    sizes = [(7, 5, 3), (11, 3, 5), (1, 5, 3), (3, 3, 3), (13, 2, 7)]
    return [(rng.normal(size=(n, i)), rng.normal(size=(n, o)), float(rng.uniform(0.05, 0.4))) for n, i, o in sizes]


DENSE = Exercise(
    id="t.1",
    title="test",
    task="",
    solution=dense_grads,
    hints=("a", "b"),
    mistakes=(Mistake("m", lambda A, dZ, lr: (dZ.T @ A * 5e3, dZ.sum(axis=0)), "A sentence of the exercise's own."),),
    cases=dense_cases,
    outputs=("dW", "db"),
)

state = {"calls": 0}


def remembers(A, dZ, lr):
    state["calls"] += 1
    return dZ.T @ A * (1 if state["calls"] <= 5 else 2), dZ.sum(axis=0)


def random(A, dZ, lr):
    return dZ.T @ A, dZ.sum(axis=0) + np.random.default_rng().normal()


def grows(A, dZ, lr, kept=[]):  # noqa: B006
    kept.append(dZ)
    return np.concatenate(kept).T @ A, dZ.sum(axis=0)


def adds_up(A, dZ, lr, kept=[]):  # noqa: B006
    kept.append(dZ.sum())
    return dZ.T @ A + sum(kept), dZ.sum(axis=0)


def in_place(A, dZ, lr):
    result = dZ.T @ A, dZ.sum(axis=0)
    dZ *= 2
    return result


def in_place_and_wrong(A, dZ, lr):
    dZ += 0.3
    return dZ.T @ A, dZ.sum(axis=0)


def whole(A, dZ, lr):
    raise ValueError("shapes do not fit")


def not_implemented(A, dZ, lr):
    raise NotImplementedError("no such operation for integers")


def nudges_and_takes_back(A, dZ, lr):
    for k in range(dZ.size):
        dZ.flat[k] += 1e-3
        dZ.flat[k] -= 2e-3
        dZ.flat[k] += 1e-3
    return dZ.T @ A, dZ.sum(axis=0)


def test_what_is_put_back_but_for_rounding_is_not_changed():
    assert check_answer(DENSE, nudges_and_takes_back, seed=3).right


WRONG = {
    "a library's refusal": (not_implemented, ["NotImplementedError: no such operation", "raise NotImplementedError("]),
    "the batch": (lambda A, dZ, lr: (dZ.T @ A * len(A), dZ.sum(axis=0)), ["dW is", "times", "number of rows of A", "db is right"]),
    "1/N": (lambda A, dZ, lr: (dZ.T @ A / len(A), dZ.sum(axis=0)), ["dW", "1/7", "number of rows of A"]),
    "two": (lambda A, dZ, lr: (dZ.T @ A, 2 * dZ.sum(axis=0)), ["db is 2 times", "every time", "dW is right"]),
    "half": (lambda A, dZ, lr: (dZ.T @ A / 2, dZ.sum(axis=0)), ["dW is 0.5 times"]),
    "learning rate": (lambda A, dZ, lr: (lr * dZ.T @ A, dZ.sum(axis=0)), ["lr ="]),
    "minus learning rate": (lambda A, dZ, lr: (-lr * dZ.T @ A, dZ.sum(axis=0)), ["lr =", "sign is wrong as well"]),
    "sign": (lambda A, dZ, lr: (-dZ.T @ A, dZ.sum(axis=0)), ["dW", "wrong sign"]),
    "transpose": (lambda A, dZ, lr: (A.T @ dZ, dZ.sum(axis=0)), ["dW", "shape", "transpose"]),
    "not summed": (lambda A, dZ, lr: (dZ.T @ A, dZ), ["db", "shape", "summed over axis 0"]),
    "mean": (lambda A, dZ, lr: (dZ.T @ A, dZ.mean(axis=0)), ["db", "1/7"]),
    "wrong axis": (lambda A, dZ, lr: (dZ.T @ A, dZ.sum(axis=1)), ["db is dZ summed over axis 1", "over axis 0 is wanted"]),
    "mean over the wrong axis": (lambda A, dZ, lr: (dZ.T @ A, dZ.mean(axis=1)), ["db is dZ averaged over axis 1", "the sum over axis 0"]),
    "floored": (lambda A, dZ, lr: (dZ.T @ A // 1, dZ.sum(axis=0)), ["dW holds whole numbers (float64)", "cut off"]),
    "every axis": (lambda A, dZ, lr: (dZ.T @ A, dZ.sum()), ["db is dZ summed over all axes", "over axis 0 is wanted"]),
    "zeros of integers": (lambda A, dZ, lr: (dZ.T @ A, np.zeros(dZ.shape[1], int)), ["db is zero everywhere"]),
    "signs of integers": (lambda A, dZ, lr: (dZ.T @ A, np.sign(dZ.sum(axis=0)).astype(int)), ["db is wrong at index [0]"]),
    "right at first": (lambda A, dZ, lr: (2.5 * dZ.T @ A, dZ.sum(axis=0) * (1 + (len(A) == 11))), ["dW is 2.5 times"]),
    "a digit too far": (lambda A, dZ, lr: (dZ.T @ A * np.linspace(1, 1 + 3e-6, 3)[:, None], dZ.sum(axis=0)), ["dW is wrong"]),
    "keepdims": (lambda A, dZ, lr: (dZ.T @ A, dZ.sum(axis=0, keepdims=True)), ["db", "shape", "axes of length 1"]),
    "flattened": (lambda A, dZ, lr: ((dZ.T @ A).ravel(), dZ.sum(axis=0)), ["dW has shape (15,)", "only the shape is another", "db is right"]),
    "one number": (lambda A, dZ, lr: ((dZ.T @ A).sum(), dZ.sum(axis=0)), ["dW has shape ()", "sum of all entries"]),
    "one mean": (lambda A, dZ, lr: ((dZ.T @ A).mean(), dZ.sum(axis=0)), ["dW has shape ()", "mean of all entries"]),
    "zeros": (lambda A, dZ, lr: (np.zeros((dZ.shape[1], A.shape[1])), dZ.sum(axis=0)), ["dW is zero everywhere"]),
    "one result": (lambda A, dZ, lr: dZ.T @ A, ["1 result", "2 were expected", "dW, db"]),
    "another order": (lambda A, dZ, lr: (dZ.sum(axis=0), dZ.T @ A), ["Every result is right", "another order: dW, db was expected"]),
    "a wrong one in another order": (lambda A, dZ, lr: (dZ.sum(axis=0), 3.5 * dZ.T @ A), ["dW has shape (3,)"]),
    "a dictionary": (lambda A, dZ, lr: {"dW": dZ.T @ A, "db": dZ.sum(axis=0)}, ["returned a dictionary", "2 were expected (dW, db), as a tuple"]),
    "three results": (lambda A, dZ, lr: (dZ.T @ A, dZ.sum(0), dZ), ["3 results"]),
    "nothing": (lambda A, dZ, lr: None, ["returned nothing", "Is a return missing"]),
    "nothing in one branch": (
        lambda A, dZ, lr: (dZ.T @ A, dZ.sum(axis=0)) if len(A) != 11 else None,
        ["returned nothing (None) for A of shape (11, 3)", "something in other cases"],
    ),
    "none inside": (lambda A, dZ, lr: (None, dZ.sum(axis=0)), ["nothing", "dW"]),
    "strings": (lambda A, dZ, lr: ("a", "b"), ["dW holds text", "numbers were expected"]),
    "function": (lambda A, dZ, lr: (np.sum, dZ.sum(axis=0)), ["something of type"]),
    "integers": (lambda A, dZ, lr: ((dZ.T @ A).astype(int), dZ.sum(axis=0)), ["whole numbers (int64)", "cut off"]),
    "rounded": (lambda A, dZ, lr: (np.rint(dZ.T @ A).astype(int), dZ.sum(axis=0)), ["whole numbers (int64)", "cut off"]),
    "of None": (lambda A, dZ, lr: ([None, 1.0], dZ.sum(axis=0)), ["dW holds None", "numbers were expected"]),
    "ragged": (lambda A, dZ, lr: ([[1.0], [1.0, 2.0]], dZ.sum(axis=0)), ["dW"]),
    "one in a tuple": (lambda A, dZ, lr: ((dZ.T @ A, None), dZ.sum(axis=0)), ["dW came as a tuple", "a second value"]),
    "nan": (lambda A, dZ, lr: (dZ.T @ A / 0, dZ.sum(axis=0)), ["dW is", "at index"]),
    "exception": (whole, ["ValueError: shapes do not fit", "raise ValueError", "A of shape (7, 5)"]),
    "remembers": (remembers, ["second call"]),
    "random": (random, ["db is wrong", "second call with the same arguments", "random number"]),
    "grows": (grows, ["right the first time", "second call with the same arguments", "default argument"]),
    "adds up": (adds_up, ["dW is wrong", "second call with the same arguments"]),
    "in place": (in_place, ["dZ changed", "copy"]),
    "in place and wrong": (in_place_and_wrong, ["wrong at index", "also writes into", "dZ changed"]),
    "no float holds it": (lambda A, dZ, lr: (dZ.T @ A + 0.1 if len(A) == 7 else 10**400, dZ.sum(axis=0)), ["dW is wrong at index"]),
    "first row only": (lambda A, dZ, lr: (dZ[:1].T @ A[:1], dZ[:1].sum(axis=0)), ["where a matrix has a single row"]),
    "constant": (lambda A, dZ, lr: (np.ones((3, 5)), np.ones(3)), ["same result whatever"]),
    "known": (lambda A, dZ, lr: (dZ.T @ A * 5e3, dZ.sum(axis=0)), ["A sentence of the exercise's own."]),
    "single precision": (lambda A, dZ, lr: (dZ.T @ A * (1 + 4e-6), dZ.sum(axis=0)), ["five digits", "float32"]),
    "noise": (lambda A, dZ, lr: (dZ.T @ A + 0.1, dZ.sum(axis=0)), ["wrong at index [0, 0]", "was expected", "came"]),
}  # fmt: skip


def test_numbers_that_differ_late_are_told_apart():
    assert feedback.told_apart(2.5, 2.6) == ("2.5", "2.6")
    assert feedback.told_apart(10.1108, 10.1108 + 2e-7) == ("10.1108", "10.1108002")


@pytest.mark.parametrize("name", WRONG)
def test_unlisted_wrong_answers_are_explained(name):
    answer, wanted = WRONG[name]
    state["calls"] = 0
    verdict = check_answer(DENSE, answer, seed=3)
    said = feedback.sentence(DENSE, verdict)
    print(f"{name}: {said}")
    assert not verdict.right
    for part in wanted:
        assert part in said, said


@pytest.mark.parametrize("name", WRONG)
def test_hidden_cases_stay_hidden(name):
    """What a student reads of a hidden case names no index, no number and no size of it."""
    answer, _ = WRONG[name]
    state["calls"] = 0
    said = feedback.sentence(DENSE, check_answer(DENSE, answer, seed=3), reveal=False)
    assert said
    for secret in ("index", "no such", "(7, 5)", "(3, 5)", "1/7", "shapes do not fit", "= 7"):
        assert secret not in said, said


NAMED = Exercise(
    id="t.3", title="test", task="", solution=lambda x: {"W1": 2 * x, "b1": x.sum(axis=0)}, hints=("a", "b"), mistakes=(),
    cases=lambda rng: [(rng.normal(size=(n, 3)),) for n in (5, 7)],
)  # fmt: skip

NAMED_WRONG = {
    "one lacking": (lambda x: {"W1": 2 * x}, "yours lacks b1."),
    "one too many": (lambda x: {"W1": 2 * x, "b1": x.sum(axis=0), "X": x}, "yours also has X."),
    "other keys later": (lambda x: {"W1": 3 * x, "b1" if len(x) == 5 else "b2": x.sum(axis=0)}, "Your W1 is wrong"),
    "another name": (lambda x: {"W1": 2 * x, "db1": x.sum(axis=0)}, "yours lacks b1 and has db1 instead."),
    "no dictionary": (lambda x: [2 * x, x.sum(axis=0)], "the keys W1, b1 was expected; something of type list came."),
}


@pytest.mark.parametrize("name", NAMED_WRONG)
def test_keys_are_named(name):
    answer, wanted = NAMED_WRONG[name]
    assert wanted in feedback.sentence(NAMED, check_answer(NAMED, answer, seed=3))


def elementwise(z, g):
    """Return g · slope."""
    return g * (z > 0)


ELEMENTWISE = Exercise(
    id="t.2", title="test", task="", solution=elementwise, hints=("a", "b"), mistakes=(),
    cases=lambda rng: [tuple(rng.normal(0, 2, (2, 7, 5))), tuple(rng.normal(0, 2, (2, 11))), tuple(rng.normal(0, 2, (2, 3, 3)))],
)  # fmt: skip

ELEMENTWISE_WRONG = {
    "factor missing": (lambda z, g: (z > 0) * 1.0, "multiplied by g"),
    "factor twice": (lambda z, g: g * g * (z > 0), "the expected one times g"),
    "sigmoid slope twice": (lambda z, g: g * (z > 0) * (1 - np.tanh(z) ** 2), "tanh²(z)"),
    "wrong on one side": (lambda z, g: np.where(z > 0, g**2 + 1, 0.0), "except where z is positive"),
    "offset": (lambda z, g: g * (z > 0) + z, "plus z"),
    "reversed": (lambda z, g: (g * (z > 0))[::-1], "reverse order along axis 0"),
    "first row only": (lambda z, g: np.concatenate([(g * (z > 0))[:1], g[1:] + 3]), "wrong are all but the first"),
    "not the last row": (lambda z, g: np.concatenate([(g * (z > 0))[:-1], g[-1:] + 3]), "wrong is only the last"),
}


@pytest.mark.parametrize("name", ELEMENTWISE_WRONG)
def test_elementwise_relations_are_found(name):
    answer, wanted = ELEMENTWISE_WRONG[name]
    said = feedback.sentence(ELEMENTWISE, check_answer(ELEMENTWISE, answer, seed=5))
    assert wanted in said, said


def square_only(A, dZ, lr):
    return (dZ.T @ A if dZ.shape[1] == A.shape[1] else dZ.T @ A + np.arange(A.shape[1])), dZ.sum(axis=0)


def test_right_only_for_square_matrices():
    said = feedback.sentence(DENSE, check_answer(DENSE, square_only, seed=1))
    assert "square" in said


def test_right_only_where_the_result_is_square():
    def square_result(A, dZ, lr):
        dW = dZ.T @ A
        return (dW if A.shape[1] == dZ.shape[1] else dW + np.arange(A.shape[1])), dZ.sum(axis=0)

    sizes = [(7, 5, 3), (5, 5, 2), (4, 3, 3), (2, 6, 6)]  # where the result is not square, an argument may be
    exercise = replace(
        DENSE, cases=lambda rng: [(rng.normal(size=(n, i)), rng.normal(size=(n, o)), 0.1) for n, i, o in sizes]
    )
    said = feedback.sentence(exercise, check_answer(exercise, square_result, seed=1))
    assert "right when the result happens to be square" in said


def test_right_for_one_of_the_inputs_only():
    first = dense_grads(*dense_cases(np.random.default_rng(2))[1])

    def lucky(A, dZ, lr):
        return first if A.shape == (11, 3) else (np.full((dZ.shape[1], A.shape[1]), A[0, 0]), dZ.sum(axis=0))

    said = feedback.sentence(DENSE, check_answer(DENSE, lucky, seed=2))
    assert "right for one of the inputs" in said


def test_zeros_for_tiny_numbers_are_not_called_nearly_right():
    tiny = Exercise(id="t.4", title="test", task="", solution=lambda x: 3e-8 * x, hints=("a", "b"), mistakes=(),
                    cases=lambda rng: [(rng.normal(2, 0.1, size=3),) for _ in range(3)])  # fmt: skip
    said = feedback.sentence(tiny, check_answer(tiny, lambda x: 0 * x, seed=0))
    assert "zero everywhere" in said


def test_a_rounded_number_is_told_apart_from_a_wrong_one():
    third = Exercise(
        id="t.2", title="test", task="", kind="number", solution=1 / 3, rtol=1e-3, hints=("a", "b"), mistakes=()
    )
    rounded, wrong = check_answer(third, 0.33, seed=0), check_answer(third, 0.35, seed=0)
    assert not rounded.right
    assert feedback.sentence(third, rounded).startswith("Not 0.33. Yet it is within 2 %.")
    assert feedback.sentence(third, wrong) == "Not 0.35."
    assert feedback.sentence(third, rounded, reveal=False) == "Not 0.33."


def test_lists_are_accepted_for_arrays():
    assert check_answer(DENSE, lambda A, dZ, lr: [(dZ.T @ A).tolist(), dZ.sum(axis=0).tolist()], seed=0).right


def test_tuples_of_numbers_are_accepted_for_arrays():
    verdict = check_answer(DENSE, lambda A, dZ, lr: (dZ.T @ A, tuple(dZ.sum(axis=0))), seed=0)
    assert verdict.right, feedback.sentence(DENSE, verdict)
    said = feedback.sentence(DENSE, check_answer(DENSE, lambda A, dZ, lr: (dZ.T @ A, tuple(-dZ.sum(axis=0))), seed=0))
    assert "db has the right size and the wrong sign" in said


def test_a_flattened_result_is_not_called_a_column():
    said = feedback.sentence(DENSE, check_answer(DENSE, lambda A, dZ, lr: ((dZ.T @ A).ravel(), dZ.sum(axis=0)), seed=0))
    assert "shape" in said
    assert "axes of length 1" not in said


def test_endless_loops_are_stopped():
    def endless(A, dZ, lr):
        while True:
            pass

    verdict = check_answer(DENSE, endless, seed=0, seconds=0.2)
    assert verdict.status == "slow"
    assert "0.2 seconds" in feedback.sentence(DENSE, verdict)


def row_gradient(X, y):
    """Return X scaled by the number of its class; classes may occur more than once."""
    return X * (y[:, None] + 1.0)


def row_cases(rng):
    classes = [[0, 2, 2, 1, 0], [1, 0, 2, 2], [2, 1, 0, 1, 1, 0, 2]]
    return [(rng.normal(size=(len(c), 3)) * [1, 1, 5], np.array(c)) for c in classes]


ROWS = Exercise(
    id="t.3", title="test", task="", solution=row_gradient, hints=("a", "b"), mistakes=(), cases=row_cases, outputs=("dX",)
)  # fmt: skip

ROWS_WRONG = {
    "are those where y is 2": lambda X, y: np.where(y[:, None] == 2, X, row_gradient(X, y)),
    "are those whose y occurs more than once": lambda X, y: (
        row_gradient(X, y) * np.where([list(y).count(k) > 1 for k in y], 1.5, 1)[:, None]
    ),
    "are those where an entry of X is negative": lambda X, y: row_gradient(X, y) + (X < 0).any(axis=1)[:, None],
}


@pytest.mark.parametrize("wanted", ROWS_WRONG)
def test_what_the_wrong_rows_share_is_found(wanted):
    verdict = check_answer(ROWS, ROWS_WRONG[wanted], seed=1)
    assert f"Your dX is right on some rows and wrong on others: wrong {wanted}." in feedback.sentence(ROWS, verdict)
    assert feedback.sentence(ROWS, verdict, reveal=False) == "Your dX is wrong."


def three_axes(T):
    return 2.0 * T


PERMUTED = Exercise(
    id="t.4", title="test", task="", solution=three_axes, hints=("a", "b"), mistakes=(),
    cases=lambda rng: [(rng.normal(size=shape),) for shape in ((2, 3, 5), (4, 3, 2), (7, 1, 3))],
)  # fmt: skip


def test_permuted_axes_are_counted_out():
    said = feedback.sentence(PERMUTED, check_answer(PERMUTED, lambda T: 2 * T.transpose(2, 0, 1), seed=0))
    assert "in another order: 2, 0, 1, where 0, 1, 2" in said


def mean_square(T):
    return np.mean(T**2)


MEAN_SQUARE = Exercise(
    id="t.6", title="test", task="", solution=mean_square, hints=("a", "b"), mistakes=(),
    cases=lambda rng: [(rng.normal(size=shape),) for shape in ((7, 3), (2, 5), (1, 3))],
)  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda T: T**2, "the mean of all its entries is right"),
        (lambda T: T**2 / T.size, "the sum of all its entries is right"),
    ],
)
def test_a_table_in_place_of_its_mean_is_found(answer, said):
    assert said in feedback.sentence(MEAN_SQUARE, check_answer(MEAN_SQUARE, answer, seed=0))


def scaled(x, n):
    return x * n


SCALED = Exercise(
    id="t.5", title="test", task="", solution=scaled, hints=("a", "b"), mistakes=(),
    cases=lambda rng: [(np.zeros(3), 5), (np.ones(2), 1), (rng.normal(size=4), 3), (rng.normal(size=2), 7)],
)  # fmt: skip


def test_a_factor_and_what_it_equals_are_of_the_same_case():
    said = feedback.sentence(SCALED, check_answer(SCALED, lambda x, n: x * n**2, seed=0))
    assert "is 3 times the expected one, and n = 3 here" in said


def test_a_result_that_is_wrong_later_is_not_called_right():
    verdict = check_answer(DENSE, WRONG["right at first"][0], seed=3)
    assert "right" not in feedback.sentence(DENSE, verdict)


def catches_everything(A, dZ, lr):
    while True:
        try:
            while True:
                pass
        except Exception:
            continue


def test_an_endless_loop_that_catches_exceptions_is_stopped():
    assert check_answer(DENSE, catches_everything, seed=0, seconds=0.1).status == "slow"


def test_a_limit_around_a_limit_goes_on():
    def never_ends():
        with runner.time_limit(60):
            pass
        while True:
            pass

    with runner.time_limit(0.2), pytest.raises(runner.TooSlow):
        never_ends()


def test_an_unknown_id_is_answered_with_near_ones_of_its_chapter_first():
    known = ["3.1", "3.2", "3.12", "9.9", "M.9"]
    assert feedback.unknown("3.22", known) == "There is no exercise '3.22'. The nearest are 3.2, 3.12 and 3.1."
    assert "9.9" in feedback.unknown("99.9", known)
    assert feedback.unknown("sigmoid", known).endswith('An id is a chapter and a number, as "3.1".')


def test_a_mistake_that_stops_is_not_named_for_an_error_of_another_kind():
    def too_far(A, dZ, lr):
        return (dZ.T @ A, dZ.sum(axis=0)) if len(A) == dZ.shape[1] else [A][1]

    def other_way(A, dZ, lr):
        return (dZ.T @ A, dZ.sum(axis=0)) if len(A) == dZ.shape[1] else dZ @ A

    def not_filled(A, dZ, lr):
        return (dZ.T @ A, dZ.sum(axis=0)) if len(A) == dZ.shape[1] else dZ.reshape(1000)

    exercise = replace(DENSE, mistakes=(Mistake("m", other_way, "dZ @ A does not fit."),))
    assert check_answer(exercise, other_way, 1).status == "mistake"
    assert check_answer(exercise, too_far, 1).status == "error"
    assert check_answer(exercise, not_filled, 1).status == "error"


def test_a_statement_that_does_not_hold_is_quoted():
    def shuffled_within(N, B, rng):
        return [rng.permutation(np.arange(start, min(start + B, N))) for start in range(0, N, B)]

    exercise = exercises.find("11.3")
    said = feedback.sentence(exercise, check_answer(exercise, shuffled_within, seed=0))
    assert "“shuffled” is False; True was expected." in said
