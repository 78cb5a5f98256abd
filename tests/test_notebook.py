"""check, hint and progress as a chapter calls them: what they say, return, keep, and never do."""

import html
import os
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from bpedu import check, exercises, hint, notebook, progress, records
from bpedu.exercise import Exercise, Mistake
from bpedu.judge import check_answer

EXERCISE = exercises.find("3.2")
FOLLOWER = exercises.find("3.1")


def wrong(z):
    return 1 / (1 + np.exp(-z))


def right(z):
    a = 1 / (1 + np.exp(-z))
    return a * (1 - a)


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    monkeypatch.delenv("BPEDU_WORKSPACE", raising=False)
    monkeypatch.setattr(notebook, "_rungs", {})
    monkeypatch.chdir(tmp_path)
    (tmp_path / records.MARKER).write_text("{}")
    return tmp_path


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    monkeypatch.delenv("BPEDU_WORKSPACE", raising=False)
    monkeypatch.setattr(notebook, "_rungs", {})
    monkeypatch.chdir(tmp_path)


def said(capsys):
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_the_readers_function_when_right_and_the_books_otherwise(nowhere, capsys):
    assert check("3.2", right) is right
    assert "uses your sigmoid_derivative" in said(capsys)
    assert check("3.2", wrong) is EXERCISE.solution
    words = said(capsys)
    assert "This is σ(z), the value" in words
    assert "the book's own sigmoid_derivative" in words


def test_a_check_run_again_on_the_books_function_passes_nothing(workspace, capsys):
    given = check("3.2", wrong)
    assert check("3.2", given) is EXERCISE.solution
    assert "Run the cell with your sigmoid_derivative first" in said(capsys)
    assert records.load(workspace)[0]["3.2"]["attempts"] == 1
    assert "passed" not in records.load(workspace)[0]["3.2"]


def test_a_blank_counts_as_nothing(workspace, capsys):
    def sigmoid_derivative(z):
        raise NotImplementedError

    assert check("3.2", sigmoid_derivative) is EXERCISE.solution
    assert "Not attempted" in said(capsys)
    assert records.load(workspace)[0] == {}


def test_an_unnamed_failure_can_be_repeated(nowhere, capsys):
    def odd(z):
        return right(z) + 0.25 * np.sin(7 * z)

    check("3.2", odd, seed=7)
    first = said(capsys)
    assert 'check("3.2", sigmoid_derivative, seed=7)' in first
    check("3.2", odd, seed=7)
    assert said(capsys) == first
    check("3.2", odd, seed=8)
    assert said(capsys) != first


def test_what_a_pass_prints_does_not_vary(nowhere, capsys):
    texts = set()
    for _ in range(5):
        check("3.2", right)
        texts.add(said(capsys))
    assert len(texts) == 1


@pytest.mark.parametrize(
    "identifier", ["3.99", "33.1", "", None, 99.5, "three point two", [], object(), np.arange(3), "²"]
)
def test_an_unknown_exercise_is_said_so_and_nothing_happens(nowhere, capsys, identifier):
    assert check(identifier, wrong) is wrong
    hint(identifier)
    assert "There is no exercise" in said(capsys)


def test_the_nearest_ids_are_named(nowhere, capsys):
    check("3.22", right)
    assert "3.2" in said(capsys)


def loud(z):
    import sys
    import warnings

    print("noise")
    print("noise", file=sys.stderr)
    warnings.warn("noise", stacklevel=1)
    return right(z) / np.zeros(1)


def leaves(z):
    raise SystemExit(3)


def endless_recursion(z):
    return endless_recursion(z)


def writes(z):
    z += 1
    return right(z - 1)


def bad_repr(z):
    class Odd:
        def __repr__(self):
            raise RuntimeError("no repr")

    return Odd()


class Hostile:
    """Raises whatever it is asked."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __array__(self, *args, **options):
        raise RuntimeError("no array")


class Stubborn(Exception):
    def __str__(self):
        raise RuntimeError("no text")


def raises(error):
    def answer(z):
        raise error("x" * 10_000)

    return answer


def holds_itself(z):
    itself = []
    itself.append(itself)
    return itself


def takes_over(z):
    import sys
    import warnings

    sys.stdout = sys.stderr = None
    np.seterr(all="raise")
    warnings.simplefilter("error")
    return 1e200 * right(z) * 1e200


STRANGE = [
    Hostile(), lambda z: Hostile(), lambda z: {Hostile(): 1}, raises(Stubborn), raises(ValueError), raises(GeneratorExit),
    raises(BaseException), holds_itself, lambda z: np.array({"a": z}), takes_over, lambda z: (yield), lambda z: 10**5000, 10**5000, [1, [2, 3]],
    lambda z: np.broadcast_to(1.0, (10**7, 10**7)), lambda z: np.ma.array([1.0], mask=[True]), 1j, np.array(1j),
    loud, leaves, endless_recursion, writes, bad_repr, lambda: 0, lambda z: None, lambda z: (z, z), lambda z: "a",
    lambda z: {}, lambda z: [[1], [1, 2]], lambda z: z.astype(complex) * 1j, lambda z: z.astype(object), print, int,
    np.ndarray, -77.3, None, ..., "sigmoid", [1, 2], {}, float("nan"), object(), type("T", (), {"__call__": lambda s: 1}),
]  # fmt: skip


@pytest.mark.parametrize("identifier", [e.id for e in exercises.every()][::6])
@pytest.mark.parametrize("answer", STRANGE, ids=range(len(STRANGE)))
def test_no_answer_makes_a_check_raise_or_pass(nowhere, capsys, answer, identifier):
    check(identifier, answer)
    words = said(capsys)
    assert words
    assert not words.startswith("✓"), words
    assert "a fault of the book" not in words
    assert "Foreign" not in words
    assert len(words) < 2000


def test_a_fault_of_the_judge_is_not_the_readers(workspace, capsys, monkeypatch):
    def broken(exercise, answer, seed):
        raise RuntimeError("the reference failed")

    monkeypatch.setattr(notebook, "check_answer", broken)
    assert check("3.2", right, seed=5) is EXERCISE.solution
    words = said(capsys)
    assert "a fault of the book" in words
    assert "exercise 3.2, seed 5, RuntimeError('the reference failed')" in words
    assert records.load(workspace)[0] == {}


def test_an_array_subclass_and_a_tensor_are_judged_by_their_numbers(nowhere, capsys):
    torch = pytest.importorskip("torch")

    def with_torch(z):
        a = torch.sigmoid(torch.from_numpy(np.asarray(z)))
        return a * (1 - a)

    assert check("3.2", with_torch) is with_torch
    assert check("3.2", lambda z: np.asmatrix(right(z)) if z.ndim == 2 else right(z)) is not EXERCISE.solution
    said(capsys)


def test_an_array_of_jax_is_judged_by_its_numbers(nowhere, capsys):
    jnp = pytest.importorskip("jax.numpy")

    def update(parameters, gradients, lr):
        if isinstance(parameters, dict):
            return {name: update(parameters[name], gradients[name], lr) for name in parameters}
        if isinstance(parameters, list):
            return [update(p, g, lr) for p, g in zip(parameters, gradients, strict=True)]
        return jnp.asarray(parameters) - lr * jnp.asarray(gradients)  # in float32

    assert check("13.6", update) is update
    assert said(capsys).startswith("✓")


def test_what_is_no_data_is_named_by_its_type(nowhere, capsys):
    class Best:
        def look(self, epoch, accuracy, parameters):
            if getattr(self, "accuracy", -1.0) < accuracy:
                self.epoch, self.accuracy = epoch, accuracy
                self.parameters = {name: array.copy for name, array in parameters.items()}

    check("11.6", Best)
    words = " ".join(said(capsys).split())
    assert "something of type builtin_function_or_method" in words
    assert "Foreign" not in words


def test_hints_climb_the_ladder_and_begin_again(workspace, capsys):
    texts = []
    for _ in range(len(EXERCISE.hints) + 1):
        hint("3.2")
        texts.append(said(capsys))
    for i, text in enumerate(EXERCISE.hints):
        assert text.replace("`", "") in texts[i].replace("`", "")
        assert f"Hint {i + 1} of {len(EXERCISE.hints)}" in texts[i]
    assert 'hint("3.2", 1)' in texts[-1]
    hint("3.2", 1)
    assert EXERCISE.hints[0] in said(capsys)
    assert records.load(workspace)[0]["3.2"]["hints"] == len(EXERCISE.hints)


def test_who_stops_a_check_stops_it(nowhere):
    with pytest.raises(KeyboardInterrupt):
        check("3.2", raises(KeyboardInterrupt))


def test_a_number_may_be_any_kind_of_number():
    exercise = next(
        e for e in exercises.every() if e.kind == "number" and not e.given and e.expected() == int(e.expected())
    )
    for kind in (int, float, Fraction, Decimal, np.float32, np.array, lambda n: [n]):
        assert check_answer(exercise, kind(int(exercise.expected())), 0).right, kind


@pytest.mark.parametrize("rung", [0, -5, 99, 2.7, "2", None, [], float("nan"), float("inf"), 10**400])
def test_no_rung_makes_a_hint_raise(nowhere, capsys, rung):
    hint("3.2", rung)
    assert "Hint" in said(capsys)


def test_what_comes_first_is_named(workspace, capsys, monkeypatch):
    later = Exercise(
        id="3.2", title="T", task="t", solution=right, hints=("?", "!"), cases=EXERCISE.cases, needs=("3.1",),
        mistakes=(Mistake("value", wrong, "the value"),),
    )  # fmt: skip
    monkeypatch.setattr(notebook.exercises, "find", {"3.2": later, "3.1": FOLLOWER}.__getitem__)
    check("3.2", wrong)
    assert "builds on 3.1" in said(capsys)
    check("3.1", lambda z: FOLLOWER.solution(z))
    check("3.2", wrong)
    words = said(capsys)
    assert "✓ 3.1" in words
    assert "builds on" not in words


def test_progress_is_recorded_and_shown(workspace, capsys):
    check("3.2", wrong)
    check("3.2", right)
    check("3.2", wrong)
    said(capsys)
    assert records.load(workspace)[0]["3.2"]["attempts"] == 3
    progress()
    (line,) = [row for row in said(capsys).splitlines() if row.strip().startswith("03")]
    assert line.count("■") == 1
    assert line.count("□") == len(exercises.chapter("3")) - 1


def test_a_corrupt_progress_file_is_mentioned_with_the_verdict(workspace, capsys):
    (workspace / records.FILE).write_text("{")
    check("3.2", right)
    words = said(capsys)
    assert words.startswith("✓")
    assert "could not be read" in words


def test_a_workspace_that_cannot_be_written_hides_no_verdict(workspace, capsys):
    (workspace / ".progress.lock").mkdir()  # what stands in the way even of an administrator
    check("3.2", right)
    words = said(capsys)
    assert words.startswith("✓")
    assert "could not be written" in words
    hint("3.2")
    words = said(capsys)
    assert "Hint 1" in words
    assert "could not be written" in words


def test_a_folder_that_is_gone_is_no_workspace(nowhere, tmp_path, capsys):
    (tmp_path / "gone").mkdir()
    os.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    check("3.2", right)
    hint("3.2")
    progress()
    assert "make lab" in said(capsys)


def test_progress_without_a_workspace_says_how_to_get_one(nowhere, capsys):
    progress()
    assert "make lab" in said(capsys)


def test_a_card_is_text_and_html_with_the_same_words():
    card = notebook.Card("wrong", "3.2  The <slope>", ["a < b & c", "", "`dW` is wrong"])
    assert str(card).splitlines() == ["✗ 3.2  The <slope>", "  a < b & c", "  `dW` is wrong"]
    shown = card._repr_html_()
    assert html.escape("a < b & c") in shown
    assert "<slope>" not in shown
    assert "✗" in shown, "the colour is not the only sign"


def test_complex_numbers_are_not_taken_by_their_real_part(nowhere, capsys):
    assert check("3.2", lambda z: right(z) + 1j) is EXERCISE.solution
    assert "entries of type complex128" in said(capsys)
