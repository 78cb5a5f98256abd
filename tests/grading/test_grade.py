"""A run from the command line: files, exit codes, several jobs, seeds, an interruption at any moment, older reports."""

import contextlib
import csv
import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from classroom import FULL, HONEST, PACK, WRONG, arguments, cell_of, feedback, marks, raw

from bpedu import cli
from bpedu.grading import pool
from bpedu.grading.drawing import bars, histogram
from bpedu.grading.journal import Journal

pytestmark = pytest.mark.usefixtures("sandboxed")


def test_the_report(few, course, tmp_path, capsys):
    out = tmp_path / "report"
    assert cli.main(arguments(few, course, out)) == 1  # eve's file cannot be read
    said = capsys.readouterr().out
    assert "mean (1)" in said
    assert "eve" in said
    rows = marks(out)
    assert (out / "marks.csv").read_text().splitlines()[
        0
    ] == "student,total,max,demo.1,demo.2,demo.3,demo.4,demo.5,demo.6"
    assert [rows[s]["total"] for s in ("ann", "bob", "eve")] == [f"{FULL:g}", f"{FULL - 2:g}", "0"]
    details = [json.loads(line) for line in (out / "details.jsonl").read_text().splitlines()]
    assert [d["student"] for d in details] == ["ann", "bob", "eve"]
    assert details[1]["exercises"][0]["mistake"] == "mean"
    page = (out / "feedback" / "bob.html").read_text()
    assert "the sum was divided by the count" in page
    for said in ("breaks off", "file that ends in .ipynb"):
        assert said in (out / "feedback" / "eve.html").read_text()
    whole = (out / "class.html").read_text()
    assert whole.count("<svg") == 2
    assert "the sum was divided by the count" in whole
    assert "bubblewrap, seccomp" in whole
    with open(out / "moodle.csv") as file:
        assert [r["Grade"] for r in csv.DictReader(file)] == [f"{FULL:g}", f"{FULL - 2:g}", "0"]


def test_gradebooks_carry_the_numbers_of_canvas_and_moodle(submitted, course, tmp_path):
    (submitted / "doejane_12345_67890_ps1.ipynb").write_bytes(raw(course.hand_in()))
    (submitted / "Max Muster_4711_assignsubmission_file_ps1.ipynb").write_bytes(raw(course.hand_in(WRONG)))
    assert cli.main(arguments(submitted, course, tmp_path / "report")) == 0
    with open(tmp_path / "report" / "canvas.csv") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["Student"].strip() == "Points Possible"
    assert rows[0]["ps1"] == f"{FULL:g}"
    assert {r["ID"]: r["ps1"] for r in rows[1:]}["12345"] == f"{FULL:g}"
    with open(tmp_path / "report" / "moodle.csv") as file:
        rows = {r["Identifier"]: r for r in csv.DictReader(file)}
    assert rows["Participant 4711"]["Grade"] == f"{FULL - 2:g}"
    assert rows["Participant 4711"]["Last modified (grade)"] == "-"  # without that column Moodle refuses the worksheet
    assert "divided by the count" in rows["Participant 4711"]["Feedback comments"]


def test_the_page_about_the_class_begins_with_what_to_talk_about(few, course, tmp_path):
    again = course.hand_in({**WRONG, "demo.3": "class Momentum(:"})
    (few / "b b.ipynb").write_bytes(raw(again))
    assert cli.main(arguments(few, course, tmp_path / "r")) == 1
    page = (tmp_path / "r" / "class.html").read_text()
    top, rest = page.split("<h2>Points</h2>")
    assert "<td class=n>2</td><td>demo.1: mean</td>" in top
    assert "SyntaxError" not in top
    assert "SyntaxError" in rest
    assert (tmp_path / "r" / "feedback" / "b b.html").exists()
    assert 'href="feedback/b%20b.html"' in rest


@pytest.mark.parametrize(
    ("maximum", "labels"),
    [(3, ["0", "1", "2", "3"]), (28, ["0–2", "3–5", "24–26", "27–28"]), (24, ["0–1", "22–23", "24"]), (120, ["0–14", "105–119", "120"])],
)  # fmt: skip
def test_columns_of_points_are_whole(maximum, labels):
    drawn = re.findall(r'y="168"[^>]*>([^<]*)<', histogram([0, maximum], maximum))
    assert [*drawn[: len(labels) // 2], *drawn[-(len(labels) - len(labels) // 2) :]] == labels
    assert "rounded down" not in histogram([0, maximum], maximum)
    assert "rounded down" in histogram([0.5, maximum], maximum)


def test_a_long_name_fits_above_its_bar():
    drawn = bars([("my-seminar-of-2026.12", "A title that goes on and on " * 4, {"right": 3, "not attempted": 1})])
    assert max(map(len, re.findall(r'x="0" y="55">([^<]*)<', drawn))) <= 68
    assert "my-seminar-of-2026.12  A title" in drawn


def test_what_is_remarked_on_in_several_files_is_said_once(few, course, tmp_path):
    for student in ("ann", "bob"):
        other = course.hand_in(edit=lambda n: cell_of(n, "test-demo-1")["metadata"]["nbgrader"].update(points=9))
        (few / f"{student}.ipynb").write_bytes(raw(other))
    assert cli.main(arguments(few, course, tmp_path / "r")) == 1
    page = (tmp_path / "r" / "class.html").read_text()
    assert page.count("The points written in the notebook for demo.1 were changed") == 1
    assert "<td>ann, bob</td>" in page


def test_a_table_that_a_teacher_has_written_in_is_kept(few, course, tmp_path, capsys):
    out = tmp_path / "report"
    assert cli.main(arguments(few, course, out)) == 1
    assert cli.main(arguments(few, course, out)) == 1
    assert not (out / "before").exists(), "nothing has changed"
    mine = (out / "marks.csv").read_text().replace("bob,", "bob (two points for question 1),")
    (out / "marks.csv").write_text(mine)
    (few / "zoe.ipynb").write_bytes(raw(course.hand_in()))
    capsys.readouterr()
    assert cli.main(arguments(few, course, out)) == 1
    assert "kept in" in capsys.readouterr().out
    assert [p.read_text() for p in (out / "before").glob("*/marks.csv")] == [mine]
    assert "zoe" in marks(out)


def test_files_that_are_left_out_are_said(few, course, tmp_path, capsys):
    (few / "ann.pdf").write_bytes(b"%PDF-1.4")
    (few / "hal.ipynb").write_text('{"cells": [], "metadata": {}}')
    out = tmp_path / "report"
    assert cli.main(arguments(few, course, out)) == 1
    said = capsys.readouterr().out
    assert "no notebooks: ann.pdf." in said
    assert "remarked on in class.html: hal." in said
    assert "no notebooks: ann.pdf." in (out / "class.html").read_text()
    with open(out / "moodle.csv") as file:
        comments = {r["Username"]: r["Feedback comments"] for r in csv.DictReader(file)}
    assert comments["hal"].startswith("No cell of the assignment was found")
    assert comments["hal"].count(".") + comments["hal"].count("?") == 1, "one sentence, and not one for each exercise"


def test_a_run_can_be_repeated_and_spread(few, course, tmp_path):
    outs = [tmp_path / n for n in ("one", "two", "other")]
    for out, more in zip(
        outs, (["--seed", 5], ["--seed", 5, "--jobs", 2], ["--seed", 6, "--per-student"]), strict=True
    ):
        assert cli.main(arguments(few, course, out, *more)) == 1
    texts = [(o / "marks.csv").read_text() for o in outs]
    assert texts[0] == texts[1] == texts[2]
    assert (outs[0] / "details.jsonl").read_text() == (outs[1] / "details.jsonl").read_text()


def test_what_is_marked_is_not_marked_again(few, course, tmp_path, capsys):
    out = tmp_path / "report"
    cli.main(arguments(few, course, out))
    seed = json.loads((out / "journal.jsonl").read_text().splitlines()[0])["seed"]
    (few / "eve.ipynb").write_bytes(raw(course.hand_in()))
    (few / "new.ipynb").write_bytes(raw(course.hand_in()))
    capsys.readouterr()
    assert cli.main(arguments(few, course, out)) == 0
    assert "2 were marked already" in capsys.readouterr().out
    assert marks(out)["eve"]["total"] == f"{FULL:g}"
    assert set(feedback(out)) == {f"{s}.html" for s in ("ann", "bob", "eve", "new")}
    assert "breaks off" not in feedback(out)["eve.html"]
    lines = [json.loads(line) for line in (out / "journal.jsonl").read_text().splitlines()]
    assert lines[0]["seed"] == seed
    assert [line["student"] for line in lines[1:]] == ["ann", "bob", "eve", "eve", "new"]


def test_killed_at_any_moment_it_goes_on(submitted, course, tmp_path):
    for n in range(30):
        (submitted / f"s{n:02}.ipynb").write_bytes(raw(course.hand_in(HONEST if n % 3 else WRONG)))
    whole, out = tmp_path / "whole", tmp_path / "report"
    assert cli.main(arguments(submitted, course, whole, "--seed", 9)) == 0
    command = [
        sys.executable,
        "-c",
        "import sys; from bpedu.cli import main; sys.exit(main())",
        *arguments(submitted, course, out, "--seed", 9, "--jobs", 2),
    ]
    journal, lines = out / "journal.jsonl", 0
    for more in (4, 9, 15):
        run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        while run.poll() is None and lines < more:
            lines = len(journal.read_bytes().splitlines()) if journal.exists() else 0
        run.send_signal(signal.SIGKILL)
        assert run.wait() in (0, -signal.SIGKILL), "refused: what the killed run left behind still held the report"
    with open(journal, "ab") as file:
        file.write(b'{"student": "s99", "to')  # a line that the end tore off
    before = len(journal.read_bytes().splitlines()) - 1
    assert cli.main(arguments(submitted, course, out, "--seed", 9, "--jobs", 2)) == 0
    assert before >= 15
    students = [json.loads(line)["student"] for line in journal.read_text().splitlines()[1:]]
    assert len(students) == len(set(students)) == 30, "graded twice or lost"
    assert (out / "marks.csv").read_text() == (whole / "marks.csv").read_text()
    assert feedback(out) == feedback(whole)
    wait_for_orphans(out)


def test_a_worker_does_not_hold_the_report(tmp_path):
    """A forked worker that outlives its run must not keep the next run out."""
    first, second = Journal(tmp_path), Journal(tmp_path)
    first.begin({})
    with pytest.raises(BlockingIOError, match="Another run"):
        second.hold()
    heard, said = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(said, b"here")
        signal.pause()
    os.read(heard, 4)
    try:
        first.close()
        second.load()
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        second.close()


def wait_for_orphans(out):
    """The workers of a killed run end by themselves."""
    import psutil

    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        alive = [p for p in psutil.process_iter(["cmdline"]) if str(out) in (p.info["cmdline"] or [])]
        if not alive:
            return
    raise AssertionError(f"still there: {alive}")


def test_a_worker_that_dies_is_replaced(few, course, tmp_path, forked, monkeypatch):
    """A worker killed from outside costs nothing; one that dies on the same submission twice is said to."""
    flag = tmp_path / "killed-once"
    honest = pool.mark_file

    def mark_file(marker, student, path):
        if student == "bob" and not flag.exists():
            flag.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if student == "eve":
            os.kill(os.getpid(), signal.SIGKILL)
        return honest(marker, student, path)

    monkeypatch.setattr(pool, "mark_file", mark_file)
    (few / "zoe.ipynb").write_bytes(raw(course.hand_in()))
    assert cli.main(arguments(few, course, tmp_path / "report", "--jobs", 2)) == 1
    rows = marks(tmp_path / "report")
    assert [rows[s]["total"] for s in ("ann", "bob", "eve", "zoe")] == [f"{FULL:g}", f"{FULL - 2:g}", "0", f"{FULL:g}"]
    assert "twice" in (tmp_path / "report" / "feedback" / "eve.html").read_text()


def test_the_cores_are_dealt_out(monkeypatch):
    """Every worker has cores of its own while they last, and together they have all that this process may use."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {1, 3, 4, 6, 7})
    assert pool.shares_of_cores(2) == [{1, 4, 7}, {3, 6}]
    assert pool.shares_of_cores(7) == [{1}, {3}, {4}, {6}, {7}, {1}, {3}]
    monkeypatch.delattr(os, "sched_getaffinity")  # macOS has none
    assert pool.shares_of_cores(2) == [set(), set()]


def test_a_worker_keeps_to_its_cores(forked, monkeypatch, tmp_path):
    """Also one that takes the place of another."""
    died = tmp_path / "died"

    def mark_file(marker, student, path):
        if not died.exists():
            died.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return os.sched_getaffinity(0)

    monkeypatch.setattr(pool, "mark_file", mark_file)
    monkeypatch.setattr(pool.Course, "marker", lambda self: contextlib.nullcontext())
    before = os.sched_getaffinity(0)
    seen = list(pool.Workers(pool.Course("", (), pool.Settings()), 2).mark([(str(n), None) for n in range(20)]))
    assert len(seen) == 20
    assert {frozenset(cores) for cores in seen} == {frozenset(share) for share in pool.shares_of_cores(2)}
    assert os.sched_getaffinity(0) == before


def test_another_assignments_report_is_put_aside(few, course, tmp_path, capsys):
    out = tmp_path / "report"
    cli.main(arguments(few, course, out, "--seed", 1))
    first = (out / "journal.jsonl").read_text()
    cli.main(arguments(few, course, out, "--seed", 2))
    assert "was kept as" in capsys.readouterr().out
    kept = [p for p in tmp_path.iterdir() if p.name.startswith("report.before-")]
    assert len(kept) == 1
    assert (kept[0] / "journal.jsonl").read_text() == first
    cli.main(arguments(few, course, out, "--again"))
    assert len([p for p in tmp_path.iterdir() if p.name.startswith("report.before-")]) == 2


def test_two_runs_do_not_write_one_report(few, course, tmp_path, capsys):
    out = tmp_path / "report"
    cli.main(arguments(few, course, out))
    holder = Journal(out)
    holder.load()
    try:
        assert cli.main(arguments(few, course, out)) == 2
        assert "Another run" in capsys.readouterr().err
    finally:
        holder.close()


def test_bad_input_is_a_sentence_and_exit_code_2(few, course, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("bpedu.grading.cluster.SECONDS_TO_CONNECT", 1)
    release, out = str(course.release_path), str(tmp_path / "r")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.ipynb").write_text('{"cells": [], "metadata": {}}')
    cases = [
        (["grade", str(tmp_path / "nowhere"), "--assignment", release, "--out", out], "there is none"),
        (["grade", str(tmp_path / "empty"), "--assignment", release, "--out", out], "no notebook"),
        (["grade", str(few), "--assignment", str(tmp_path / "none.ipynb"), "--out", out], "could not be read"),
        (["grade", str(few), "--assignment", str(tmp_path / "a.ipynb"), "--out", out], "bpedu assign"),
        (["grade", str(course.folder), "--assignment", release, "--out", out], "would be taken for a submission"),
        (["grade", str(tmp_path / "mine"), "--assignment", release, "--out", out], "only thesis.txt. An archive"),
        (["grade", str(tmp_path / "mine" / "thesis.txt"), "--assignment", release, "--out", out], "Unpack it"),
        (["grade", str(few), "--assignment", str(few), "--out", out], "a folder with 3 notebooks"),
        (["grade", str(few), "--assignment", release, "--out", str(tmp_path / "mine")], "is no report"),
        (["grade", str(few), "--assignment", release, "--out", str(tmp_path / "a.ipynb" / "r")], "Not a directory: "),
        (["grade", str(few), "--assignment", release, "--out", out, "--jobs", "0"], "at least 1"),
        (["grade", str(few), "--assignment", release, "--out", out, "--pack", str(tmp_path / "empty")], "no exercises"),
        (["grade", str(few), "--assignment", release, "--out", out, "--pack", str(tmp_path / "gone")], "there is none"),
        (
            ["grade", str(few), "--assignment", release, "--out", out, "--scheduler", "tcp://127.0.0.1:9"],
            "No Dask scheduler",
        ),
    ]
    for command, says in cases:
        assert cli.main(command) == 2, command
        assert says in capsys.readouterr().err
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "x"


def test_the_folder_of_the_release_stands_for_it(few, course, tmp_path):
    asked = [
        "grade",
        str(few),
        "--assignment",
        str(course.release_path.parent),
        "--out",
        str(tmp_path / "r"),
        "--pack",
        str(PACK),
    ]
    assert cli.main(asked) == 1
    assert marks(tmp_path / "r")["ann"]["total"] == f"{FULL:g}"


def test_weaker_isolation_is_said_and_still_judges(few, course, tmp_path, capsys):
    for isolation in ("seccomp", "none"):
        out = tmp_path / isolation
        assert cli.main(arguments(few, course, out, "--isolation", isolation)) == 1
        assert ("weaker" if isolation == "seccomp" else "NOT ISOLATED") in capsys.readouterr().err
        assert [marks(out)[s]["total"] for s in ("ann", "bob")] == [f"{FULL:g}", f"{FULL - 2:g}"]
        assert ("weaker" if isolation == "seccomp" else "NOT ISOLATED") in (out / "class.html").read_text()
