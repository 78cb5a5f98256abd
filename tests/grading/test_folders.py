"""Folders of submissions made to harm: links to others' work, names that are no names, folders without end, files that change."""

import os

import pytest
from classroom import HONEST, POINTS, raw

from bpedu.grading import grade as grading
from bpedu.grading import report, submissions
from bpedu.grading.grade import grade
from bpedu.grading.marking import Settings

pytestmark = pytest.mark.usefixtures("sandboxed")
FULL = sum(POINTS.values())
BLANK = {}


def totals(summary):
    return {r["student"]: r["total"] for r in summary.results}


@pytest.fixture
def run(submitted, course, tmp_path):
    """Grades the folder into a report beside it; an honest student is there already."""
    (submitted / "honest.ipynb").write_bytes(raw(course.hand_in()))

    def run(**options):
        return grade(submitted, course.release_path, tmp_path / "report", Settings(seconds=1.0), **options)

    return run


@pytest.mark.parametrize("where", ["thief", "thief/ps1", "thief/ps1/ps1.ipynb", "thief/deeper", "thief.ipynb"])
def test_a_link_to_anothers_work_earns_nothing(where, submitted, course, run):
    theirs = submitted / "victim" / "ps1" / "ps1.ipynb"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(raw(course.hand_in()))
    link = submitted / where
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(theirs if where.endswith(".ipynb") else submitted / "victim" if where == "thief" else theirs.parent)
    assert totals(run()) == {"honest": FULL, "victim": FULL, "thief": 0.0}


@pytest.mark.parametrize("target", ["/", ".", "/dev", "nowhere"])
def test_a_link_that_leads_astray(target, submitted, run):
    (submitted / "lost").mkdir()
    (submitted / "lost" / "ps1").symlink_to(target)
    (submitted / "lost" / "loop").symlink_to("..")
    assert totals(run()) == {"honest": FULL, "lost": 0.0}


def test_a_folder_without_end(submitted, course, run):
    here = os.open(submitted, os.O_RDONLY)
    for name in ["deep"] + ["d"] * 1500:
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    try:
        assert totals(run()) == {"honest": FULL, "deep": 0.0}
    finally:
        os.system(f"rm -rf '{submitted}/deep'")  # Python's own way of removing it is not up to it


def test_a_folder_of_very_many_files(submitted, course, run, monkeypatch):
    monkeypatch.setattr(submissions, "MOST", 50)
    (submitted / "many").mkdir()
    for n in range(200):
        (submitted / "many" / f"{n}.ipynb").write_bytes(b"{}")
    assert totals(run()) == {"honest": FULL, "many": 0.0}


def test_names_that_are_no_text(submitted, course, run, tmp_path):
    """Bytes that are no UTF-8, halves of letters, line breaks, directions, names as long as a file's can be."""
    names = [
        b"\xff\xfe",
        b"a\r\n=1+1",
        "\u202egnp.exe".encode(),
        ("\U00020000" * 61).encode(),
        "é".encode() * 120,
        b"-rf",
        b"..x",
    ]
    for name in names:
        with open(os.fsencode(submitted) + b"/" + name + b".ipynb", "wb") as file:
            file.write(raw(course.hand_in()))
    summary = run()
    assert [r["total"] for r in summary.results].count(FULL) == len(summary.results) == len(names)  # "..x" is hidden
    out = tmp_path / "report"
    assert len(list((out / "feedback").iterdir())) == len(names)
    for file in ("marks.csv", "canvas.csv", "moodle.csv", "details.jsonl"):
        text = (out / file).read_text(encoding="utf-8")
        assert "\u202e" not in text
        assert "\r" not in text
        assert not any(line.startswith("=") for line in text.splitlines())


def test_nobody_replaces_anothers_submission_by_a_similar_name(submitted, course, run):
    """Two names that become one when they are clean are two students."""
    for name, answers in (
        ("a?b", HONEST),
        ("a*b", BLANK),
        ("A_b", HONEST),
        ("x" * 90 + "1", HONEST),
        ("x" * 90 + "2", BLANK),
    ):
        (submitted / f"{name}.ipynb").write_bytes(raw(course.hand_in(answers)))
    summary = run()
    assert sorted(r["total"] for r in summary.results) == [0, 0, FULL, FULL, FULL, FULL]
    names = [r["student"].casefold() for r in summary.results]
    assert len(set(names)) == 6
    assert {r["display"]: r["total"] for r in summary.results}["a?b"] == FULL
    assert any("nearly the same name" in n for r in summary.results for n in r["notes"])


def test_a_download_that_names_another_student_in_its_file_name(submitted, course, run):
    """What a student can choose is the end of the name; the number before it is the LMS's."""
    for name in ("Mallory_999_assignsubmission_file_Ada_4711_assignsubmission_file_x", "mallory_12_34_ada_77_88_ps1"):
        (submitted / f"{name}.ipynb").write_bytes(raw(course.hand_in()))
    assert {r["lms_id"]: r["student"] for r in run().results} == {
        "": "honest",
        "999": "Mallory 999",
        "12": "mallory 12",
    }


def test_a_file_that_changes_while_the_class_is_marked(submitted, course, run, monkeypatch):
    """It is marked as it was when it was read, and the next run marks what it has become."""
    (submitted / "late.ipynb").write_bytes(raw(course.hand_in(BLANK)))
    kept = grading.pool.mark_all

    def change(course_, waiting, **options):
        (submitted / "late.ipynb").write_bytes(raw(course.hand_in()))
        for result in kept(course_, waiting, **options):
            (submitted / "late.ipynb").write_bytes(raw(course.hand_in({"demo.4": HONEST["demo.4"]})))
            yield result

    monkeypatch.setattr(grading.pool, "mark_all", change)
    assert set(totals(run())) == {"honest", "late"}
    monkeypatch.undo()
    assert totals(run()) == {"honest": FULL, "late": POINTS["demo.4"]}


def test_a_second_run_waits_until_the_report_is_written(run, monkeypatch):
    """The report belongs to one run until its last page is there."""
    write, held = report.write, []

    def while_writing(*arguments):
        with pytest.raises(BlockingIOError, match="Another run"):
            run()
        held.append(True)
        write(*arguments)

    monkeypatch.setattr(report, "write", while_writing)
    assert totals(run()) == {"honest": FULL}
    assert held


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠1", "|calc", "%x"]
)
def test_no_spreadsheet_takes_a_name_for_a_formula(text):
    assert report.safe(text) == "'" + text
    assert report.safe("Ada " + text) == "Ada " + text


def test_a_report_is_not_written_among_the_submissions(submitted, course, run):
    run()
    with pytest.raises(NotADirectoryError, match="lies in the folder of submissions"):
        grade(submitted, course.release_path, submitted / "report", Settings())
    assert not (submitted / "report").exists()
