"""Runs on a machine or a report that is not as it should be: no sandbox, dying workers, damaged files, odd cores."""

import os
import shutil
import threading

import pytest
from classroom import FULL, arguments, feedback, marks, raw

from bpedu import cli
from bpedu.grading import pool, sandbox
from bpedu.grading.sandbox import Box

pytestmark = pytest.mark.usefixtures("sandboxed")


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("error", [sandbox.SandboxError("There is no room."), OSError(28, "There is no room.")])
def test_a_machine_that_cannot_mark_stops_the_run_and_costs_no_student_a_mark(
    jobs, error, few, course, tmp_path, capsys, forked, monkeypatch
):
    out = tmp_path / "report"
    honest = pool.mark_file

    def mark_file(marker, student, path):
        if student == "bob":
            raise error
        return honest(marker, student, path)

    monkeypatch.setattr(pool, "mark_file", mark_file)
    assert cli.main(arguments(few, course, out, "--jobs", jobs)) == 2
    assert "no room" in capsys.readouterr().err
    monkeypatch.setattr(pool, "mark_file", honest)
    assert cli.main(arguments(few, course, out, "--jobs", jobs)) == 1
    assert {s: r["total"] for s, r in marks(out).items()} == {"ann": f"{FULL:g}", "bob": f"{FULL - 2:g}", "eve": "0"}


BROKEN = {
    "a full disk": ("tempfile.TemporaryDirectory", "there is no room"),
    "no more processes": ("subprocess.Popen", "there are too many"),
    "no more files": ("os.pipe", "there are too many"),
    "no more memory": ("bpedu.grading.sandbox.a_file", "there is none"),
}


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("kind", BROKEN)
def test_a_machine_that_has_no_room_for_a_sandbox_costs_no_student_a_mark(
    kind, jobs, few, course, tmp_path, capsys, forked, monkeypatch
):
    broken, says = BROKEN[kind]
    out, before = tmp_path / "report", Box.run

    def run(*arguments, **options):
        with monkeypatch.context() as machine:
            machine.setattr(broken, lambda *_, **__: (_ for _ in ()).throw(OSError(28, says)))
            return before(*arguments, **options)

    monkeypatch.setattr(Box, "run", run)
    assert cli.main(arguments(few, course, out, "--jobs", jobs)) == 2
    assert capsys.readouterr().err.endswith(f"bpedu grade: {says}\n")
    monkeypatch.setattr(Box, "run", before)
    assert cli.main(arguments(few, course, out, "--jobs", jobs)) == 1
    assert marks(out)["ann"]["total"] == f"{FULL:g}"


def test_a_sandbox_that_never_says_a_word_is_given_up(monkeypatch):
    monkeypatch.setattr(sandbox, "START_SECONDS", 0.2)
    monkeypatch.setattr(sandbox, "command", lambda *_: ["sleep", "1000"])
    with Box() as box, pytest.raises(sandbox.SandboxError, match="did not start"):
        box.start()


def test_a_lost_submission_is_tried_again_by_the_next_run(few, course, tmp_path, forked, monkeypatch):
    """What ended its worker may have been the machine's memory; its author must not stay without a mark for it."""
    out = tmp_path / "report"
    honest = pool.mark_file
    monkeypatch.setattr(
        pool, "mark_file", lambda m, student, path: os._exit(9) if student == "ann" else honest(m, student, path)
    )
    assert cli.main(arguments(few, course, out, "--jobs", 2)) == 1
    assert marks(out)["ann"]["total"] == "0"
    monkeypatch.setattr(pool, "mark_file", honest)
    assert cli.main(arguments(few, course, out, "--jobs", 2)) == 1
    assert marks(out)["ann"]["total"] == f"{FULL:g}"
    assert "twice" not in feedback(out)["ann.html"]


def test_another_reason_for_not_being_readable_is_said(few, course, tmp_path):
    out = tmp_path / "report"
    (few / "zoe").mkdir()
    assert cli.main(arguments(few, course, out)) == 1
    assert "no notebook in the folder" in feedback(out)["zoe.html"]
    (few / "zoe" / "ps1.ipynb").symlink_to(few / "ann.ipynb")
    assert cli.main(arguments(few, course, out)) == 1
    assert "not an ordinary file" in feedback(out)["zoe.html"]


@pytest.mark.parametrize("place", ["feedback", "feedback.new"])
@pytest.mark.parametrize("what", ["file", "link", "nowhere", "folder"])
def test_whatever_stands_where_the_pages_go_is_replaced(place, what, few, course, tmp_path):
    out = tmp_path / "report"
    assert cli.main(arguments(few, course, out)) == 1
    pages, there, other = feedback(out), out / place, tmp_path / "other"
    other.mkdir()
    (other / "mine.html").write_text("keep me")
    if there.exists():
        shutil.rmtree(there)
    if what == "folder":
        shutil.copytree(other, there)
    elif what == "file":
        there.write_text("half a page")
    else:
        there.symlink_to(other if what == "link" else tmp_path / "nowhere")
    assert cli.main(arguments(few, course, out)) == 1
    assert feedback(out) == pages
    assert not (out / "feedback.new").exists()
    assert (other / "mine.html").read_text() == "keep me"


def test_a_students_page_goes_with_the_file(few, course, tmp_path):
    out = tmp_path / "report"
    cli.main(arguments(few, course, out))
    (few / "ann.ipynb").unlink()
    (few / "bob.ipynb").write_bytes(raw(course.hand_in()))
    assert cli.main(arguments(few, course, out)) == 1
    assert set(feedback(out)) == {"bob.html", "eve.html"}
    assert marks(out).keys() == {"bob", "eve"}
    assert marks(out)["bob"]["total"] == f"{FULL:g}"


DAMAGES = {
    "zeros at the end": lambda lines: [*lines[:2], b"\0" * 4096],
    "zeros and a line after them": lambda lines: [lines[0], b"\0" * 100 + b"\n", *lines[2:]],
    "a line that is no table": lambda lines: [lines[0], b"[1]\n", *lines[1:]],
    "a line without a student": lambda lines: [*lines[:2], b"{}\n", *lines[2:]],
    "no letters": lambda lines: [*lines[:2], b"\xff\xfe\n", *lines[2:]],
    "nothing": lambda lines: [],
    "the first line": lambda lines: [lines[0][:9] + b"\n", *lines[1:]],
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_journal_is_gone_on_with_from_where_it_is_whole(kind, few, course, tmp_path):
    out = tmp_path / "report"
    assert cli.main(arguments(few, course, out, "--seed", 5)) == 1
    before = {f: (out / f).read_text() for f in ("marks.csv", "details.jsonl")}
    lines = (out / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (out / "journal.jsonl").write_bytes(b"".join(DAMAGES[kind](lines)))
    assert cli.main(arguments(few, course, out, "--seed", 5)) == 1
    assert {f: (out / f).read_text() for f in before} == before
    assert sorted((out / "journal.jsonl").read_bytes().splitlines(keepends=True)) == sorted(lines)


@pytest.mark.parametrize("cores", [{1}, set()])
def test_more_workers_than_cores(cores, few, course, tmp_path, monkeypatch):
    """A single core is shared, and a system that takes a core away or lets nobody choose stops nothing."""

    def refused(*_):
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(os, "sched_setaffinity", refused)
    monkeypatch.setattr(os, "sched_getaffinity", (lambda pid: cores) if cores else refused)
    assert cli.main(arguments(few, course, tmp_path / "report", "--jobs", 1000)) == 1
    assert marks(tmp_path / "report")["ann"]["total"] == f"{FULL:g}"


def test_workers_beside_another_thread(few, course, tmp_path):
    """They are started anew and not copied, because a copy of a process with threads may hang."""
    done = threading.Event()
    beside = threading.Thread(target=done.wait)
    beside.start()
    try:
        assert cli.main(arguments(few, course, tmp_path / "report", "--jobs", 2)) == 1
    finally:
        done.set()
        beside.join()
    assert marks(tmp_path / "report")["ann"]["total"] == f"{FULL:g}"
