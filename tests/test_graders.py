"""The proof of the graders: every exercise, present and future, accepts what is right and rejects and names what is not."""

import numpy as np
import pytest

from bpedu import exercises, feedback, runner
from bpedu.exercise import Exercise
from bpedu.judge import Verdict, check_answer, draw_cases, judge, judge_value, truth

SEEDS = range(20)
EVERY = exercises.every()
CODE = [e for e in EVERY if e.runs]
VALUES = [e for e in EVERY if not e.runs]


def ids(exercise_list):
    return [e.id for e in exercise_list]


def define(code: str, name: str):
    """What a notebook cell with this code defines."""
    namespace = {"np": np}
    exec(code, namespace)
    return namespace[name]


@pytest.mark.parametrize("exercise", EVERY, ids=ids(EVERY))
def test_exercise_is_complete(exercise: Exercise):
    assert exercise.title
    assert exercise.statement()
    assert len(exercise.hints) >= 2
    wanted = len(exercise.choices) - 1 if exercise.kind == "choice" else 3
    assert len(exercise.mistakes) >= wanted, f"{exercise.id} has {len(exercise.mistakes)} mistakes"
    assert len({m.name for m in exercise.mistakes}) == len(exercise.mistakes)
    assert all(len(m.says) > 20 for m in exercise.mistakes)
    assert 1 <= exercise.difficulty <= 3
    assert exercise.points >= 1
    assert all(exercises.find(n) for n in exercise.needs)


@pytest.mark.parametrize("exercise", CODE, ids=ids(CODE))
def test_right_answers_pass_on_twenty_seeds(exercise: Exercise):
    for answer in (exercise.solution, exercise.expected(), *exercise.alternatives):
        for seed in SEEDS:
            verdict = check_answer(exercise, answer, seed)
            assert verdict.right, f"seed {seed}: {feedback.sentence(exercise, verdict)}"


@pytest.mark.parametrize("exercise", CODE, ids=ids(CODE))
def test_the_blank_is_not_attempted(exercise: Exercise):
    if exercise.starter is None:
        answer = define(exercise.starter_code(), exercise.name)
        assert check_answer(exercise, answer, 0).status == "not attempted"
    else:
        answer = define(exercise.starter_code(), exercise.name)
        assert not check_answer(exercise, answer, 0).right, "the code to be mended must not pass"


@pytest.mark.parametrize("exercise", CODE, ids=ids(CODE))
def test_the_printed_solution_passes(exercise: Exercise):
    answer = define(exercise.solution_code(), exercise.name)
    verdict = check_answer(exercise, answer, 0)
    assert verdict.right, feedback.sentence(exercise, verdict)


@pytest.mark.parametrize("exercise", CODE, ids=ids(CODE))
def test_each_mistake_is_named_by_its_own_sentence(exercise: Exercise):
    for mistake in exercise.mistakes:
        for seed in SEEDS:
            verdict = check_answer(exercise, mistake.wrong, seed)
            named = verdict.mistake.name if verdict.mistake else verdict.status
            assert named == mistake.name, f"{mistake.name!r}, seed {seed}: {feedback.sentence(exercise, verdict)}"
            assert feedback.sentence(exercise, verdict, reveal=False) == mistake.says


def like(value, make):
    """`value` with every number replaced by make(array), its structure kept."""
    if isinstance(value, (tuple, list)):
        return type(value)(like(v, make) for v in value)
    if isinstance(value, dict):
        return {k: like(v, make) for k, v in value.items()}
    return value if isinstance(value, (str, bool, type(None))) else make(np.asarray(value, dtype=float))


FAKES = {
    "zeros": np.zeros_like,
    "ones": np.ones_like,
    "noise": lambda a: np.random.default_rng(1).normal(size=a.shape),
    "negated": lambda a: -a - 1e-3,
    "a little off": lambda a: a * (1 + 1e-3) + 1e-3,
}


@pytest.mark.parametrize("fake", FAKES)
@pytest.mark.parametrize("exercise", CODE, ids=ids(CODE))
def test_right_shaped_nonsense_fails(exercise: Exercise, fake):
    if exercise.facts and fake == "a little off":
        pytest.skip("many results are right, and these are among them")
    for seed in range(3):
        cases = draw_cases(exercise, seed)
        right = [o.value for o in runner.run(exercise.expected(), exercise.drive, cases)]
        outcomes = [runner.Outcome(value=like(t, FAKES[fake])) for t in right]
        if all(runner.same(o.value, t) for o, t in zip(outcomes, right, strict=True)):
            pytest.skip("this exercise's results hold no numbers")
        assert not judge(exercise, cases, outcomes).right


@pytest.mark.parametrize("exercise", [e for e in CODE if not e.facts], ids=ids([e for e in CODE if not e.facts]))
def test_results_are_not_known_beforehand(exercise: Exercise):
    """A reply made up of what was right the last time is wrong this time: results differ from seed to seed."""
    cases = draw_cases(exercise, 1)
    learned = runner.run(exercise.expected(), exercise.drive, draw_cases(exercise, 0))
    assert not judge(exercise, cases, learned).right


@pytest.mark.parametrize("exercise", [e for e in CODE if e.facts], ids=ids([e for e in CODE if e.facts]))
def test_facts_are_established_and_not_reported(exercise: Exercise):
    """A process that was made to send the facts themselves has sent no results."""
    cases = draw_cases(exercise, 0)
    outcomes = [runner.Outcome(value=facts) for facts in truth(exercise, [*cases, cases[0]])]
    assert not judge(exercise, cases, outcomes).right


@pytest.mark.parametrize("exercise", CODE, ids=ids(CODE))
def test_returning_an_argument_fails(exercise: Exercise):
    for position in range(len(draw_cases(exercise, 0)[0])):
        cases = draw_cases(exercise, 0)
        outcomes = [runner.Outcome(value=runner.as_data(case[position])) for case in [*cases, cases[0]]]
        assert not judge(exercise, cases, outcomes).right


@pytest.mark.parametrize("exercise", CODE, ids=ids(CODE))
def test_a_result_that_ignores_its_arguments_fails(exercise: Exercise):
    """A function that is right for the first inputs and returns the same for all others."""
    cases = draw_cases(exercise, 0)
    first = runner.run(exercise.expected(), exercise.drive, cases[:1])[0].value
    outcomes = [runner.Outcome(value=first)] * (len(cases) + 1)
    assert not judge(exercise, cases, outcomes).right


@pytest.mark.parametrize("exercise", [e for e in CODE if e.drive], ids=ids([e for e in CODE if e.drive]))
def test_drive_needs_nothing_but_numpy(exercise: Exercise):
    """The judge sends the drive's source into a sandbox that knows neither the module nor the package."""
    from bpedu.exercise import source

    drive = define(source(exercise.drive), exercise.drive.__name__)
    cases = draw_cases(exercise, 0)
    for here, there in zip(
        runner.run(exercise.solution, exercise.drive, cases), runner.run(exercise.solution, drive, cases), strict=True
    ):
        assert here.error == there.error
        assert runner.same(here.value, there.value)


@pytest.mark.parametrize("exercise", VALUES, ids=ids(VALUES))
def test_numbers_and_choices(exercise: Exercise):
    for seed in [None, *range(5)] if exercise.draw else [None]:
        given = exercise.draw(np.random.default_rng(seed)) if seed is not None else exercise.given
        assert judge_value(exercise, exercise.expected(given), given).right
        for mistake in exercise.mistakes:
            wrong = mistake.wrong(**given) if callable(mistake.wrong) else mistake.wrong
            verdict = judge_value(exercise, wrong, given)
            assert verdict.mistake is mistake, f"{exercise.id}: {mistake.name!r} got {verdict.status}"
    for blank in (..., None):
        assert judge_value(exercise, blank).status == "not attempted"
    for nonsense in ("zz", "", [], {}, float("nan"), object(), True):
        verdict = judge_value(exercise, runner.as_data(nonsense))
        assert not verdict.right
        assert feedback.sentence(exercise, verdict)


def test_ids_are_unique_and_ordered():
    assert len({e.id for e in EVERY}) == len(EVERY)
    for number in exercises.chapter_modules():
        numbers = [int(e.id.split(".")[1]) for e in exercises.chapter(number)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert all(e.chapter.zfill(2) == number or e.chapter == number for e in exercises.chapter(number))


def test_every_status_has_words():
    exercise = CODE[0]
    for status in ("right", "not attempted", "slow", "none", "modified", "remembers"):
        verdict = Verdict(status, details={"seconds": 10, "names": ["X"]})
        assert feedback.sentence(exercise, verdict)
