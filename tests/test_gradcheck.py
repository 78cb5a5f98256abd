"""gradcheck tells right from wrong, names the place, and says in words what kept it from comparing."""

import dataclasses

import numpy as np
import pytest

from bpedu import rules as R
from bpedu.gradcheck import GradcheckReport, gradcheck, numerical_gradient

RNG = np.random.default_rng


def rule(value, pullback):
    """A rule out of two functions: the value of the arguments, and the gradients of the cotangent and the arguments."""
    return lambda *xs: (value(*xs), lambda *ds: pullback(*ds, *xs))


def flipped_softmax(Z):
    A, back = R.softmax(Z)
    return A, lambda dA: -back(dA)


def test_a_right_gradient_passes():
    report = gradcheck(R.dense, np.ones((2, 3)), np.ones((4, 3)), np.ones(4), rng=RNG(0))
    assert report.ok
    assert bool(report)
    assert report.entries == 6 + 12 + 4
    assert report.checked == (0, 1, 2)
    assert report.relative_error < 1e-8
    assert "agrees with" in str(report)
    assert repr(report) == str(report)


def test_a_wrong_gradient_fails_and_the_worst_entry_is_named():
    def wrong_in_one_place(d, x, y):
        dx, dy = 2 * x * d, np.array(d)
        dy[1, 2] += 1
        return dx, dy

    x, y = RNG(0).standard_normal((2, 2, 3))
    report = gradcheck(rule(lambda x, y: x**2 + y, wrong_in_one_place), x, y, rng=RNG(0))
    assert not report
    assert (report.argument, report.index) == (1, (1, 2))
    assert report.analytic - report.numeric == pytest.approx(1)
    assert "DIFFERS" in str(report)
    assert "argument 1, index (1, 2)" in str(report)


def test_the_cotangent_is_random_so_that_a_flipped_softmax_fails():
    Z = RNG(0).standard_normal((3, 4))
    assert not gradcheck(flipped_softmax, Z, rng=RNG(0))
    by_ones = flipped_softmax(Z)[1](np.ones_like(Z))
    numeric = numerical_gradient(lambda Z: flipped_softmax(Z)[0].sum(), Z)
    np.testing.assert_allclose(by_ones, numeric, atol=1e-9)  # a check seeded with ones would have passed it


def test_a_tuple_of_values_takes_a_cotangent_for_each():
    both = rule(lambda x, y: (x * y, x + y), lambda d, e, x, y: (d * y + e, d * x + e))
    one_forgotten = rule(lambda x, y: (x * y, x + y), lambda d, e, x, y: (d * y, d * x + e))
    x, y = RNG(0).standard_normal((2, 5))
    assert gradcheck(both, x, y, rng=RNG(0))
    assert gradcheck(one_forgotten, x, y, rng=RNG(0)).argument == 0


def test_numbers_are_checked_and_integers_are_data():
    assert gradcheck(R.mul, 3.0, 4.0, rng=RNG(0)).checked == (0, 1)
    report = gradcheck(R.embedding, np.array([1, 0]), np.ones((2, 3)), rng=RNG(0))
    assert report
    assert report.checked == (1,)


def test_float32_is_checked_in_float64():
    x = RNG(0).standard_normal(5).astype(np.float32)
    assert gradcheck(R.tanh, x, rng=RNG(0)).relative_error < 1e-8


def test_what_was_not_checked_is_said():
    report = gradcheck(R.mse, np.ones(3), np.zeros(3), rng=RNG(0))
    assert report.unchecked == (1,)
    assert "no gradient came for argument 1" in str(report)


def test_positions_can_be_given():
    last = rule(lambda t, x: t * x, lambda d, t, x: t * d)
    t, x = RNG(0).standard_normal((2, 4))
    assert not gradcheck(last, t, x, rng=RNG(0))
    assert gradcheck(last, t, x, rng=RNG(0), differentiable=[1]).checked == (1,)


def test_options_reach_the_rule():
    assert gradcheck(R.leaky_relu, RNG(0).standard_normal(4), slope=0.4, rng=RNG(0))
    assert gradcheck(R.sum_, np.ones((2, 3)), axis=1, rng=RNG(0))


PROBLEMS = {
    "shape": (lambda x: (2 * x, lambda d: 2 * d.sum(axis=0)), r"gradient of argument 0 has shape \(3,\)"),
    "too many": (lambda x: (2 * x, lambda d: (d, d)), "returned 2 gradients for 1 arrays"),
    "no return": (lambda x: (2 * x, lambda d: None), "forget a return"),
    "nan": (lambda x: (2 * x, lambda d: d * np.nan), "DIFFERS"),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_problems_are_sentences(name):
    wrong, words = PROBLEMS[name]
    report = gradcheck(wrong, np.ones((2, 3)), rng=RNG(0))
    assert not report
    with pytest.raises(AssertionError, match=words):
        raise AssertionError(str(report))


def test_writing_to_an_input_is_reported():
    def greedy(x):
        value = 2 * x
        x += 1
        return value, lambda d: 2 * d

    x = np.ones(3)
    report = gradcheck(greedy, x, rng=RNG(0))
    assert "argument 0 was written to" in str(report)
    np.testing.assert_array_equal(x, np.ones(3))  # gradcheck worked on a copy


def test_a_gradient_of_zero_is_no_division_by_zero():
    assert gradcheck(R.step, np.array([1.0, -2.0]), rng=RNG(0)).relative_error == 0
    report = gradcheck(rule(lambda x: 0 * x, lambda d, x: 1e-3 * d), np.ones(2), rng=RNG(0))
    assert not report


def test_empty_arrays_pass():
    assert gradcheck(R.tanh, np.ones((0, 3)), rng=RNG(0)).entries == 0


def test_the_report_is_frozen():
    report = GradcheckReport("f", True, 1e-6)
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.ok = False


def test_without_a_generator_each_check_draws_anew():
    wrong = rule(lambda x: x**2, lambda d, x: 3 * x * d)
    assert len({gradcheck(wrong, np.ones(2)).analytic for _ in range(3)}) == 3


def test_numerical_gradient_of_a_number_and_of_a_matrix():
    assert numerical_gradient(np.sin, 0.5) == pytest.approx(np.cos(0.5), abs=1e-9)
    A = RNG(0).standard_normal((2, 3))
    kept = A.copy()
    np.testing.assert_allclose(numerical_gradient(lambda A: (A**3).sum(), A), 3 * A**2, atol=1e-8)
    np.testing.assert_array_equal(A, kept)
    assert numerical_gradient(lambda x: x @ x, [1, 2]).tolist() == pytest.approx([2, 4])
