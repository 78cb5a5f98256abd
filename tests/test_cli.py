"""The command `bpedu`: what it prints, for people and for programs, and its exit codes."""

import json
import os
import subprocess
import sys
import textwrap

import pytest

from bpedu import cli, exercises, nb_check, paths, records

CHAPTER = "03_activation_functions.ipynb"
BLANK = sorted(paths.share("chapters").glob("*.ipynb"))
RIGHT = "def sigmoid_derivative(z):\n    a = 1 / (1 + np.exp(-z))\n    return a * (1 - a)"
VALUE = "def sigmoid_derivative(z):\n    return 1 / (1 + np.exp(-z))"
CHECK = 'sigmoid_derivative = check("3.2", sigmoid_derivative)'
IMPORTS = "import numpy as np\nfrom bpedu import check, hint"
PACK = """
    import numpy as np
    from bpedu.exercise import Exercise, Mistake

    def double(x):
        '''Twice x.'''
        return 2 * x

    def cases(rng):
        return [(rng.normal(size=n),) for n in (5, 3, 1)]

    EXERCISES = (Exercise(
        id="mine.1", title="Twice", task="Write `double(x)`.", solution=double, cases=cases, hints=("How often?", "2"),
        mistakes=(Mistake("square", lambda x: x * x, "This is the square; twice was wanted."),),
    ),)
"""


def bpedu(*arguments):
    """The exit code of a command, run in this process."""
    try:
        return cli.main([str(a) for a in arguments])
    except SystemExit as stop:
        return stop.code


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    """Each test has an empty folder of its own, and neither a workspace nor a pack of an earlier one."""
    monkeypatch.delenv("BPEDU_WORKSPACE", raising=False)
    monkeypatch.setattr(exercises, "_packs", {})
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)


def write(path, *cells, ids=None):
    """A notebook of code cells; `ids` gives the exercise that each belongs to."""
    ids = ids or [None] * len(cells)
    made = [
        {"cell_type": "code", "source": c.splitlines(keepends=True), "metadata": {"bpedu": {"exercise": i}} if i else {},
         "outputs": [], "execution_count": None}
        for c, i in zip(cells, ids, strict=True)
    ]  # fmt: skip
    path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
    return path


def data(capsys):
    out, err = capsys.readouterr()
    assert err == ""
    return json.loads(out)


def test_help_names_every_command(capsys):
    assert bpedu("--help") == 0
    text = capsys.readouterr().out
    for name in ("lab", "reset", "exercises", "check", "progress", "assign", "grade"):
        assert f"\n    {name} " in text or f"\n    {name}\n" in text
        assert bpedu(name, "--help") == 0
    assert bpedu("--version") == 0


@pytest.mark.parametrize(
    "line", [(), ("dance",), ("check",), ("reset",), ("progress", "--colour", "red"), ("exercises", "--jsn")]
)
def test_what_is_not_understood_ends_with_2_and_a_sentence(capsys, line):
    assert bpedu(*line) == 2
    assert "usage: bpedu" in capsys.readouterr().err


def test_exercises_for_programs(capsys):
    assert bpedu("exercises", "--json") == 0
    rows = data(capsys)
    assert [r["id"] for r in rows] == [e.id for e in exercises.every()]
    row = next(r for r in rows if r["id"] == "3.2")
    assert row.keys() >= {"id", "chapter", "title", "kind", "difficulty", "points", "mistakes", "hints"}
    assert (row["chapter"], row["kind"], row["mistakes"]) == ("3", "function", len(exercises.find("3.2").mistakes))


def test_exercises_for_people_and_of_one_chapter(capsys):
    assert bpedu("exercises", "03") == 0
    text = capsys.readouterr().out
    assert "3.2" in text
    assert "The slope of the sigmoid" in text
    assert "2.1" not in text
    assert bpedu("exercises", "77") == 2
    assert "no exercises in a chapter '77'" in capsys.readouterr().err


def test_exercises_of_a_pack(capsys, tmp_path):
    (tmp_path / "twice.py").write_text(textwrap.dedent(PACK))
    assert bpedu("exercises", "--json", "--pack", tmp_path) == 0
    assert data(capsys)[-1]["id"] == "mine.1"
    assert bpedu("exercises", "--pack", tmp_path / "none") == 2
    (tmp_path / "broken.py").write_text("import nonsense_that_is_not_there")
    exercises.pack.cache_clear()
    assert bpedu("exercises", "--pack", tmp_path) == 2
    assert "nonsense_that_is_not_there" in capsys.readouterr().err


def test_a_solved_chapter_is_right(capsys):
    notebook = paths.share("solutions") / CHAPTER
    assert bpedu("check", notebook, "--json") == 0
    report = data(capsys)
    assert report["right"] == report["of"] == len(report["exercises"]) > 0
    assert report["errors"] == []


def test_a_blank_chapter_is_not_right(capsys):
    notebook = paths.share("chapters") / CHAPTER
    assert bpedu("check", notebook, "--json") == 1
    report = data(capsys)
    assert report["right"] == 0
    assert report["errors"] == []


def test_a_wrong_answer_is_named(capsys, tmp_path):
    notebook = write(tmp_path / "mine.ipynb", IMPORTS, VALUE, CHECK)
    assert bpedu("check", notebook) == 1
    text = capsys.readouterr().out
    assert "✗ 3.2" in text
    assert "This is σ(z), the value" in text
    assert "0 of 1 right" in text
    assert bpedu("check", notebook, "--json") == 1
    (row,) = data(capsys)["exercises"]
    assert (row["status"], row["right"]) == ("mistake", False)
    assert row["mistake"] in {m.name for m in exercises.find("3.2").mistakes}


def test_what_jupyter_adds_is_left_out(capsys, tmp_path):
    notebook = write(
        tmp_path / "magic.ipynb",
        IMPORTS,
        "%matplotlib inline\n!ls\nnp.exp?\nif True:\n    %time x = 1\ntext = '''\n100\n% of it'''",
        "%%bash\nexit 1",
        "%%time\n" + RIGHT,
        "display(sigmoid_derivative)\nprint('noise')\nimport sys; print('noise', file=sys.stderr)",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()",
        CHECK,
    )
    assert bpedu("check", notebook, "--json") == 0
    assert data(capsys)["errors"] == []


def test_a_cell_that_fails_costs_no_other_exercise(capsys, tmp_path):
    notebook = write(tmp_path / "mine.ipynb", IMPORTS, "1 / 0", "def broken(:", "raise SystemExit", RIGHT, CHECK)
    assert bpedu("check", notebook, "--json") == 0
    errors = data(capsys)["errors"]
    assert [e["cell"] for e in errors] == [2, 3, 4]
    assert "ZeroDivisionError" in errors[0]["error"]
    assert "1 / 0" in errors[0]["error"]
    assert "SyntaxError" in errors[1]["error"]


STUBBORN = """class Stubborn(BaseException):
    def __str__(self):
        raise RuntimeError("no text")
raise Stubborn"""


@pytest.mark.parametrize(
    ("code", "told"), [(STUBBORN, "Stubborn"), ("input('?')", "EOFError"), ("import sys\nsys.exit(0)", "SystemExit")]
)
def test_a_cell_that_fails_in_an_odd_way_costs_no_other_exercise(capsys, tmp_path, code, told):
    path = write(tmp_path / "mine.ipynb", IMPORTS, code, RIGHT, CHECK)
    assert cli.main(["check", str(path), "--json"]) == 0
    (error,) = json.loads(capsys.readouterr().out)["errors"]
    assert told in error["error"]


def test_what_other_programs_print_is_not_mixed_in(tmp_path):
    path = write(
        tmp_path / "mine.ipynb",
        IMPORTS,
        "import os\nos.system('echo loud; echo loud >&2')\nos.write(1, b'raw')",
        RIGHT,
        CHECK,
    )
    done = subprocess.run([sys.executable, "-m", "bpedu", "check", str(path), "--json"], capture_output=True, text=True)
    assert json.loads(done.stdout)["right"] == 1
    assert done.stderr == ""


def test_ctrl_c_ends_with_130_and_a_word(capsys, tmp_path):
    path = write(tmp_path / "mine.ipynb", IMPORTS, "raise KeyboardInterrupt", RIGHT, CHECK)
    assert cli.main(["check", str(path)]) == 130
    assert capsys.readouterr() == ("", "bpedu check: stopped.\n")


def test_an_answer_whose_check_is_gone_is_judged_all_the_same(capsys, tmp_path):
    notebook = write(tmp_path / "mine.ipynb", IMPORTS, RIGHT, ids=[None, "3.2"])
    assert bpedu("check", notebook) == 0
    notebook = write(tmp_path / "mine.ipynb", IMPORTS, "def sigmoid_derivative(z)\n    return 1", ids=[None, "3.2"])
    assert bpedu("check", notebook) == 1
    assert "SyntaxError" in capsys.readouterr().out
    notebook = write(tmp_path / "mine.ipynb", IMPORTS, "", ids=[None, "3.2"])
    assert bpedu("check", notebook, "--json") == 1
    assert data(capsys)["exercises"][0]["status"] == "not attempted"


def test_a_cell_that_never_ends_is_stopped(capsys, tmp_path):
    notebook = write(tmp_path / "mine.ipynb", IMPORTS, "while True: pass", RIGHT, CHECK)
    assert bpedu("check", notebook, "--seconds", 0.3) == 0
    assert "! cell 2: not finished after 0.3 seconds" in capsys.readouterr().out


def test_the_notebook_runs_in_its_own_folder_and_counts_there(capsys, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / records.MARKER).write_text("{}")
    (tmp_path / "mine" / "note.txt").write_text("here")
    notebook = write(tmp_path / "mine" / "a.ipynb", IMPORTS, "assert open('note.txt').read() == 'here'", RIGHT, CHECK)
    before = os.getcwd()
    assert bpedu("check", notebook) == 0
    assert os.getcwd() == before
    assert "!" not in capsys.readouterr().out
    assert records.load(tmp_path / "mine")[0]["3.2"]["passed"]


def test_exercises_of_a_pack_are_checked(capsys, tmp_path):
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "twice.py").write_text(textwrap.dedent(PACK))
    cells = IMPORTS, "def double(x):\n    return x * x", 'double = check("mine.1", double)'
    notebook = write(tmp_path / "mine.ipynb", *cells)
    assert bpedu("check", notebook, "--pack", tmp_path / "pack") == 1
    assert "This is the square" in capsys.readouterr().out
    exercises._packs.clear()
    assert bpedu("check", notebook) == 2
    assert "no exercise 'mine.1'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", [None, "", "{", "[]", "{}", '{"cells": 3}', '{"cells": [{"cell_type": "code"}]}', '{"cells": []}', "\udcff",
             '{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}', '{"worksheets": []}'],
)  # fmt: skip
def test_an_unusable_notebook_ends_with_2_and_a_sentence(capsys, tmp_path, text):
    path = tmp_path / "it.ipynb"
    if text is not None:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert bpedu("check", path) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("bpedu check: ")
    assert "it.ipynb" in err
    assert len(err.splitlines()) == 1


def test_a_folder_is_no_notebook(capsys, tmp_path):
    assert bpedu("check", tmp_path) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_progress_and_reset(capsys, tmp_path, monkeypatch):
    assert bpedu("progress") == 2 or paths.in_checkout()
    folder = tmp_path / "mine"
    assert bpedu("progress", "--workspace", folder) == 2
    assert "bpedu lab" in capsys.readouterr().err
    assert not folder.exists()

    cli.fill_workspace(folder)
    said = capsys.readouterr().out
    assert f"{len(BLANK)} chapters copied" in said
    monkeypatch.chdir(folder)
    records.record("3.2", attempts=2, last="right", passed="2026-03-01 17:45")
    assert bpedu("progress", "--json") == 0
    (three,) = [c for c in data(capsys)["chapters"] if c["chapter"] == "3"]
    assert three["done"] == 1
    assert three["of"] == len(exercises.chapter("3"))
    assert {"id": "3.2", "passed": "2026-03-01 17:45", "attempts": 2}.items() <= three["exercises"][1].items()
    assert bpedu("progress") == 0
    assert "1 of 12" in capsys.readouterr().out.replace(str(three["of"]), "12")

    (folder / BLANK[0].name).write_text("mine")
    assert bpedu("reset", BLANK[0].name.split("_")[0]) == 0
    assert "Yours is kept as " in capsys.readouterr().out
    assert (folder / BLANK[0].name).read_bytes() == BLANK[0].read_bytes()
    assert bpedu("reset", "77") == 2
    assert "no chapter '77'" in capsys.readouterr().err


def test_the_lab_gets_what_bpedu_does_not_know(monkeypatch, tmp_path):
    started = []
    monkeypatch.setattr("bpedu.lab.start", lambda folder, own: started.append((folder, own)) or 0)
    line = ["lab", "--workspace", "mine", "--no-browser", "--port", "8901", "--ServerApp.token=x", "-y"]
    assert bpedu(*line) == 0
    assert started == [(tmp_path / "mine", ["--no-browser", "--port", "8901", "--ServerApp.token=x", "-y"])]


def test_a_newer_chapter_is_announced(capsys, tmp_path):
    folder = cli.fill_workspace(tmp_path / "mine")
    marker = folder / records.MARKER
    marker.write_text(json.dumps({"chapters": {BLANK[0].stem: "an older version"}}))
    capsys.readouterr()
    cli.fill_workspace(folder)
    said = capsys.readouterr().out
    assert f"The book has a newer {BLANK[0].stem}" in said
    assert f"bpedu reset {BLANK[0].stem.split('_')[0]}" in said


def test_a_workspace_that_cannot_be_written_is_a_sentence(capsys, tmp_path):
    (tmp_path / "file").write_text("")
    assert bpedu("lab", "--workspace", tmp_path / "file" / "mine") == 2
    assert str(tmp_path / "file") in capsys.readouterr().err


def test_as_a_program_of_its_own():
    def run(*arguments, **options):
        command = [sys.executable, "-W", "error", "-m", "bpedu", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, **options)

    listed = run("exercises", "--json")
    assert listed.returncode == 0
    assert listed.stderr == ""
    assert len(json.loads(listed.stdout)) == len(exercises.every())
    assert run("check", "nothing.ipynb").returncode == 2


def test_output_that_nobody_reads_is_no_error():
    command = [sys.executable, "-m", "bpedu", "exercises", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as writer:
        writer.stdout.close()
        assert writer.stderr.read() == ""
    assert writer.returncode == 0


def test_magics_are_left_out_only_where_they_are_magics():
    keep = "text = '''\n% kept\n'''\nx = 7 % 4"
    assert nb_check.without_magics(keep) == keep
    remark = "%matplotlib inline\nx = 1  # why?\nx?"
    assert nb_check.without_magics(remark).splitlines() == ["pass  # %matplotlib inline", "x = 1  # why?", "pass  # x?"]
    assert nb_check.without_magics("%%latex\nx") == ""
    assert nb_check.without_magics("%%capture out\nx = 1") == "x = 1"
    assert nb_check.without_magics("%%time\n%%capture\n!ls\nx = 1").splitlines() == ["pass  # !ls", "x = 1"]
