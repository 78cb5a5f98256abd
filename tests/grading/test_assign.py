"""Assignments: the notebooks that come out, and what is said when they cannot."""

import json

import nbformat
import pytest
from classroom import IDS, PACK, cell_of

from bpedu import cli, exercises
from bpedu.grading import assign
from bpedu.grading.assignment import load, seed_of


def run(*arguments):
    return cli.main(["assign", *map(str, arguments)])


def test_source_and_release(tmp_path, capsys):
    status = run("--name", "ps1", "--out", tmp_path, "--exercises", ",".join(IDS), "--pack", PACK, "--points", "demo.1=4.5,demo.2=1",
                 "--written", "3:Why the transpose?", "--written", "Anything else?")  # fmt: skip
    assert status == 0
    assert "6 exercises, 9.5 points, and 2 written" in capsys.readouterr().out
    source = nbformat.read(tmp_path / "source/ps1/ps1.ipynb", 4)
    release = nbformat.read(tmp_path / "release/ps1/ps1.ipynb", 4)
    for notebook in (source, release):
        nbformat.validate(notebook)
        names = [c.metadata.nbgrader.grade_id for c in notebook.cells]
        assert len(set(names)) == len(names)
        assert all(c.metadata.nbgrader.schema_version == 3 for c in notebook.cells)
        assert all(not c.get("outputs") for c in notebook.cells)
    assert "dZ.T @ X" in cell_of(source, "ex-demo-2").source
    text = json.dumps(release)
    assert "dZ.T @ X" not in text
    assert "SOLUTION" not in text
    assert "raise NotImplementedError" in cell_of(release, "ex-demo-2").source
    marks = cell_of(release, "test-demo-1").metadata.nbgrader
    assert (marks.points, marks.grade, marks.solution, marks.locked) == (4.5, True, False, True)
    marks = cell_of(release, "written-1").metadata.nbgrader
    assert (marks.points, marks.grade, marks.solution, marks.locked) == (3, True, True, False)
    assert "What is 6 times 7?" in cell_of(release, "task-demo-4").source
    assignment = load(tmp_path / "release/ps1/ps1.ipynb")
    assert [i.points for i in assignment.items] == [4.5, 1, 1, 1, 1, 1]


def test_every_exercise_of_the_book_can_be_assigned(tmp_path):
    """The source's solution cell, run, gives the answer; the release's does not."""
    for exercise in exercises.every():
        code = assign.solution_cell(exercise)
        assert code.count(assign.BEGIN) == code.count(assign.END) >= 1
        compile(code, exercise.id, "exec")
    chapters = [n for n in exercises.chapter_modules() if exercises.chapter(n)]
    assert run("--name", "all", "--out", tmp_path, *[a for n in chapters for a in ("--chapter", n)]) == 0
    book = [e for n in chapters for e in exercises.chapter(n)]
    assert [i.exercise.id for i in load(tmp_path / "release/all/all.ipynb").items] == [e.id for e in book]
    assert ".ipynb)" not in (tmp_path / "release/all/all.ipynb").read_text(), "a chapter does not lie beside it"


def test_ranges_and_chapters(tmp_path):
    number = next(n for n in exercises.chapter_modules() if len(exercises.chapter(n)) > 3)
    here = [e.id for e in exercises.chapter(number)]
    assert run("--name", "a", "--out", tmp_path, "--exercises", f"{here[1]}-{here[3]},{here[0]}") == 0
    assert [i.exercise.id for i in load(tmp_path / "release/a/a.ipynb").items] == [*here[1:4], here[0]]
    assert run("--name", "b", "--out", tmp_path, "--chapter", "M,8") == 0
    both = [e.id for n in ("M", "08") for e in exercises.chapter(n)]
    assert [i.exercise.id for i in load(tmp_path / "release/b/b.ipynb").items] == both


def test_students_with_numbers_of_their_own(tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text("ann,Ann A\nbob,Bob B\n")
    assert (
        run("--name", "ps1", "--out", tmp_path, "--exercises", "demo.4,demo.5", "--pack", PACK, "--per-student", roster)
        == 0
    )
    tasks = []
    for student in ("ann", "bob"):
        notebook = json.loads((tmp_path / "handout/ps1" / student / "ps1.ipynb").read_text())
        tasks.append("".join(cell_of(notebook, "task-demo-4")["source"]))
        given = load(tmp_path / "release/ps1/ps1.ipynb").given(exercises.find("demo.4"), student)
        assert f"What is {given['a']} times {given['b']}?" in tasks[-1]
    assert tasks[0] != tasks[1]
    assert seed_of(0, "demo.4", "ann") == seed_of(0, "demo.4", "ann") != seed_of(0, "demo.4", "bob")


@pytest.mark.usefixtures("sandboxed")
def test_their_answers_are_judged_by_their_numbers(tmp_path, submitted):
    import csv

    roster = tmp_path / "roster.csv"
    roster.write_text("ann\nbob\n")
    run("--name", "ps1", "--out", tmp_path, "--exercises", "demo.4,demo.5", "--pack", PACK, "--per-student", roster)
    release = tmp_path / "release/ps1/ps1.ipynb"
    given = load(release).given(exercises.find("demo.4"), "ann")
    for student in ("ann", "bob"):
        notebook = json.loads((tmp_path / "handout/ps1" / student / "ps1.ipynb").read_text())
        cell_of(notebook, "ex-demo-4")["source"] = f"answer_demo_4 = {given['a'] * given['b']}"  # bob copies from ann
        (submitted / f"{student}.ipynb").write_text(json.dumps(notebook))
        if student == "ann":  # passed on whole, and handed in under a name that Canvas made
            (submitted / "carlos_12_34_ps1.ipynb").write_text(json.dumps(notebook))
    out = tmp_path / "report"
    assert (
        cli.main(
            [
                "grade",
                str(submitted),
                "--assignment",
                str(release),
                "--out",
                str(out),
                "--per-student",
                "--pack",
                str(PACK),
            ]
        )
        == 0
    )
    with open(out / "marks.csv") as file:
        assert {r["student"]: r["demo.4"] for r in csv.DictReader(file)} == {"ann": "1", "bob": "0", "carlos": "1"}
    assert "handed out to ann" in (out / "class.html").read_text()


def test_nothing_is_overwritten(tmp_path, capsys):
    asked = ("--name", "ps1", "--out", tmp_path, "--exercises", "demo.5", "--pack", PACK)
    assert run(*asked) == 0
    source = tmp_path / "source/ps1/ps1.ipynb"
    source.write_text("my own work")
    assert run(*asked) == 2
    assert "--force" in capsys.readouterr().err
    assert source.read_text() == "my own work"
    for _ in range(2):
        assert run(*asked, "--force") == 0
    kept = sorted((tmp_path / "before").glob("*/source/ps1/ps1.ipynb"))
    assert len(kept) == 2
    assert kept[0].read_text() == "my own work"
    for folder in ("source", "release"):  # nbgrader hands out whatever lies beside the notebook
        assert [p.name for p in (tmp_path / folder / "ps1").iterdir()] == ["ps1.ipynb"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_roster_is_read_as_spreadsheets_write_it(encoding, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_bytes('Student,Number\nZoë,1\n"Hopper, Grace",2\n\n../x,3\n'.encode(encoding))
    assert (
        run("--name", "ps1", "--out", tmp_path, "--exercises", "demo.4", "--pack", PACK, "--per-student", roster) == 0
    )
    assert sorted(p.name for p in (tmp_path / "handout" / "ps1").iterdir()) == ["Hopper_ Grace", "Zoë", "_x"]


@pytest.mark.parametrize(
    "text",
    ["student;email\nada;a@x\nbob;b@x\n", "ada\ta@x\nbob\tb@x\n", '"ada";1\n"bob";2\n',
     "Student,ID,SIS Login ID\n    Points Possible,,\nada,1,a\nbob,2,b\n"],
)  # fmt: skip
def test_a_roster_of_any_spreadsheet(text, tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text(text)
    arguments = ("--name", "ps1", "--out", tmp_path, "--exercises", "demo.4", "--pack", PACK, "--per-student", roster)
    assert run(*arguments) == 0
    assert sorted(p.name for p in (tmp_path / "handout" / "ps1").iterdir()) == ["ada", "bob"]
    roster.write_text("ada\n")
    assert run(*arguments, "--force") == 0
    left = sorted(p.parent.name for p in (tmp_path / "handout" / "ps1").glob("*/ps1.ipynb"))
    assert left == ["ada"], "bob's is of an older assignment"
    assert len(list((tmp_path / "before").glob("*/handout/ps1/bob/ps1.ipynb"))) == 1


def test_handouts_that_do_not_differ_are_said(tmp_path, capsys):
    roster = tmp_path / "roster.csv"
    roster.write_text("ada\nbob\n")
    for exercise, said in (("demo.5", True), ("demo.4", False)):
        asked = ("--name", exercise[:4] + exercise[5:], "--out", tmp_path, "--exercises", exercise, "--pack", PACK)
        assert run(*asked, "--per-student", roster) == 0
        assert ("numbers to draw" in capsys.readouterr().out) == said


def test_bad_input_is_a_sentence(tmp_path, capsys):
    (tmp_path / "file").write_text("x")
    (tmp_path / "twice.csv").write_text("ada\nbob\nada\n")
    base = ("--name", "ps1", "--out", tmp_path)
    for arguments, says in (
        ((*base, "--exercises", "99.1"), "no exercise"),
        ((*base, "--exercises", ""), "Nothing was chosen"),
        ((*base, "--chapter", "99"), "no exercises"),
        ((*base, "--exercises", "demo.5", "--pack", PACK, "--points", "demo.1=3"), "not among"),
        ((*base, "--exercises", "demo.5", "--pack", PACK, "--points", "demo.5=lots"), "positive number"),
        ((*base, "--exercises", "demo.5", "--pack", PACK, "--points", "demo.5=-1"), "positive number"),
        (("--name", "../x", "--out", tmp_path, "--exercises", "demo.5"), "letters, digits"),
        ((*base, "--exercises", "demo.5", "--pack", tmp_path), "no exercises"),
        ((*base, "--exercises", "8.1-9.2"), "one for each: 8.1-8.12,9.1-9.2"),
        ((*base, "--exercises", "8.3-8.1"), "goes upward, 8.1-8.3"),
        ((*base, "--exercises", "8.1", "--written", "2:"), "a colon and the question"),
        ((*base, "--exercises", "8.1", "--per-student", tmp_path / "nobody.csv"), "there is none at"),
        ((*base, "--exercises", "8.1", "--per-student", tmp_path / "twice.csv"), "names ada twice"),
        (("--name", "ps1", "--out", tmp_path / "file", "--exercises", "8.1"), "file is a file; --out names"),
    ):
        assert run(*arguments) == 2, arguments
        assert says in capsys.readouterr().err
    assert not (tmp_path / "release").exists()
