"""A teacher's own pack: what is said of one that cannot be used, before a student gets anything of it."""

import re
from pathlib import Path

import pytest

from bpedu import cli, exercises

GUIDE = Path(__file__).parents[2] / "book" / "teachers_guide.md"

PACK = '''import numpy as np
from bpedu.exercise import Exercise, Mistake


def cube(x):
    """Return x cubed, entry by entry."""
    return x ** 3


def cases(rng):
    return [(rng.normal(size=5),), (rng.normal(size=(3, 2)),)]


def squared(x):
    return x ** 2


CUBE = Exercise(id="mine.1", title="A cube", task="Write `cube(x)`.", solution=cube, cases=cases, hints=("A power?", "x ** 3"),
                mistakes=(Mistake("squared", squared, "This is the square. The cube has one factor more."),))
EXERCISES = (CUBE,)
'''
TWO = PACK.replace("(CUBE,)", '(CUBE, Exercise(id="mine-2.2", title="Half", task="Half of 3?", kind="number", solution=1.5, '
                   'hints=("", ""), mistakes=(Mistake("all", 3, "That is all of it; half is wanted."),)))')  # fmt: skip


@pytest.fixture
def pack(tmp_path):
    """Writes a pack with one module, and forgets it afterwards."""
    before = dict(exercises._packs)
    folder = tmp_path / "pack"
    folder.mkdir()

    def write(text):
        (folder / "mine.py").write_text(text)
        exercises.pack.cache_clear()
        return folder

    yield write
    exercises._packs.clear()
    exercises._packs.update(before)
    exercises.pack.cache_clear()


def run(folder, out, *asked):
    return cli.main(["assign", "--name", "ps", "--out", str(out), "--pack", str(folder), *asked])


WRONG = {
    "a module that is no Python": (PACK + "def f(:", "mine.py, line 21: SyntaxError"),
    "a module that stops": (PACK.replace("numpy", "numpi"), "mine.py, line 1: ModuleNotFoundError"),
    "a field that there is not": (PACK.replace("title=", "titel="), "mine.py, line 18: TypeError"),
    "a single exercise without its comma": (PACK.replace("(CUBE,)", "(CUBE)"), "with a comma"),
    "a function that is no exercise": (PACK.replace("(CUBE,)", "(cube,)"), "a tuple of exercises"),
    "no exercises": (PACK.replace("EXERCISES", "EXERCIZES"), "need a tuple EXERCISES"),
    "an id twice": (PACK.replace("(CUBE,)", "(CUBE, CUBE)"), "two exercises with the id mine.1"),
    "an id of the book": (PACK.replace("mine.1", "8.1"), "Give them others"),
    "cases that stop": (PACK.replace("size=5)", "size=5)[9]"), "mine.py, line 11: IndexError"),
    "no cases": (PACK.replace("return [(rng", "return [] and [(rng"), "gave no case"),
    "a solution that needs a helper": (
        PACK.replace("    return x ** 3", "    return helper(x)\n\n\ndef helper(x):\n    return x ** 3"),
        "name 'helper' is not defined",
    ),
    "a mistake that is right": (PACK.replace("x ** 2", "x * x * x"), "'squared' is judged right"),
    "a mistake by chance": (PACK.replace("x ** 2", "np.random.random(x.shape)"), "'squared' is not recognized"),
    "a mistake like another": (
        PACK.replace("more.\"),)", "more.\"), Mistake('again', squared, 'This is the square, again, and no cube.'))"),
        "'again' cannot be told from 'squared'",
    ),
    "a number whose mistake stops": (TWO.replace('"all", 3', '"all", lambda: 3 / 0').replace('"mine.1"', '"mine-2.1"'),
                                     "line 20: ZeroDivisionError"),
    "a number that is right": (TWO.replace('"all", 3', '"all", 1.5').replace('"mine.1"', '"mine-2.1"'), "'all' is judged right"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_pack_that_cannot_be_used_is_a_sentence(what, pack, tmp_path, capsys):
    text, says = WRONG[what]
    asked = ("--chapter", "mine-2") if "number" in what else ("--exercises", "mine.1")
    assert run(pack(text), tmp_path / "out", *asked) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_exercises_of_a_pack_are_chosen_like_the_books(pack, tmp_path, capsys):
    folder = pack(TWO)
    for number, asked in enumerate(
        [("--chapter", "mine"), ("--exercises", "mine.1-mine.1"), ("--exercises", "mine-2.2")]
    ):
        assert run(folder, tmp_path / str(number), *asked) == 0
        assert "1 exercise, 1 point\n" in capsys.readouterr().out
    release = (tmp_path / "0" / "release" / "ps" / "ps.ipynb").read_text()
    assert 'score(\\"mine.1' in release
    assert 'check(\\"mine.1' not in release, "a student's bpedu does not know it"


def test_where_to_find_it_is_said(tmp_path, capsys):
    assert cli.main(["assign", "--name", "ps", "--out", str(tmp_path), "--exercises", "mine.1"]) == 2
    assert "--pack DIR" in capsys.readouterr().err


def test_a_pack_that_has_been_broken_since_stops_the_marking(pack, tmp_path, capsys):
    assert run(pack(PACK), tmp_path / "out", "--exercises", "mine.1") == 0
    release = tmp_path / "out" / "release" / "ps" / "ps.ipynb"
    folder = pack(PACK.replace("size=5)", "size=5)[9]"))
    grade = ["grade", str(release.parent), "--assignment", str(release), "--out", str(tmp_path / "report")]
    assert cli.main([*grade, "--pack", str(folder)]) == 2
    assert "line 11: IndexError" in capsys.readouterr().err


def test_the_guides_example_is_as_it_says(pack, tmp_path, capsys, monkeypatch):
    guide = GUIDE.read_text(encoding="utf-8").split("## Exercises of your own")[1]
    folder = pack(re.search(r"```python\n(.*?)```", guide, re.DOTALL)[1])
    command, printed = re.search(r"```\n\$ bpedu ([^\n]*)\n(.*?)```", guide, re.DOTALL).groups()
    monkeypatch.chdir(folder.parent)
    assert cli.main(command.split()) == 0
    assert capsys.readouterr().out == printed
