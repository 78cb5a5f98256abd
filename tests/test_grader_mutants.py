"""The search for holes in the cases finds a hole, and finds none where there is none."""

from grader_mutants import accepted, mutants

from bpedu.exercise import Exercise


def back(J, g):
    """Return Jᵀ g for J (m, n) and g (m,)."""
    return J.T @ g


def exercise(cases):
    return Exercise(id="t.1", title="test", task="", solution=back, hints=("a", "b"), mistakes=(), cases=cases)


def general(rng):
    return [(rng.normal(size=(m, n)), rng.normal(size=m)) for m, n in ((3, 5), (4, 4))]


def symmetric(rng):
    return [(J + J.T, rng.normal(size=len(J))) for J in (rng.normal(size=(3, 3)), rng.normal(size=(4, 4)))]


def test_a_symmetric_matrix_hides_a_transpose():
    assert any("J.T → J" in name for name in accepted(exercise(symmetric)))


def test_a_general_matrix_hides_nothing():
    assert list(mutants(exercise(general)))
    assert not list(accepted(exercise(general)))


class Doubler:
    """Twice a number. The reader writes one line of it."""

    def __init__(self, x):
        self.x = x + 0.0

    def twice(self):
        ### BEGIN SOLUTION
        return 2 * self.x
        ### END SOLUTION


def test_only_what_the_reader_writes_is_changed():
    doubler = Exercise(
        id="t.2", title="test", task="", kind="class", solution=Doubler, hints=("a", "b"), mistakes=(),
        drive=lambda Doubler, x: Doubler(x).twice(), cases=lambda rng: [(float(x),) for x in rng.normal(size=3)],
    )  # fmt: skip
    names = [name for name, _ in mutants(doubler)]
    assert names
    assert all("self.x" in name and "0.0" not in name for name in names)
