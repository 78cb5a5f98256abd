"""Progress: it survives a kill at any moment, two writers at once, and a file that is not one."""

import json
import os
import subprocess
import sys

import pytest

from bpedu import records

KILLED_AT_EACH_STEP = """
import os, signal, sys
from pathlib import Path
from bpedu import records

folder, old, new = Path({folder!r}), {{"3.1": {{"attempts": 1}}}}, {{"3.1": {{"attempts": 2}}, "3.2": {{"attempts": 1}}}}
step = finished = 0
while not finished:
    step += 1
    records.save(folder, old)
    child = os.fork()
    if child == 0:
        left = [step]
        def trace(frame, event, argument):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return trace
        sys.settrace(trace)
        records.save(folder, new)
        sys.settrace(None)
        os._exit(0)
    finished = os.waitpid(child, 0)[1] == 0
    found, said = records.load(folder)
    assert not said and found in (old, new), (step, found, said)
assert found == new and step > 50, step
print(step)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / records.MARKER).write_text("{}")
    monkeypatch.delenv("BPEDU_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def leftovers(folder):
    return [p.name for p in folder.iterdir() if p.name.startswith("progress-unreadable")]


def test_outside_a_workspace_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.delenv("BPEDU_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    assert records.record("3.1", attempts=1) == ""
    assert list(tmp_path.iterdir()) == []


def test_a_workspace_is_found_from_below_and_by_name(folder, tmp_path_factory, monkeypatch):
    below = folder / "notes" / "more"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert records.workspace() == folder
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.setenv("BPEDU_WORKSPACE", str(elsewhere))
    assert records.workspace() == elsewhere
    monkeypatch.setenv("BPEDU_WORKSPACE", str(elsewhere / "gone"))
    assert records.workspace() is None


def test_attempts_add_up_and_a_pass_stays(folder):
    records.record("3.1", attempts=1, last="sign")
    records.record("3.1", attempts=1, last="right", passed="2026-03-01 17:45")
    records.record("3.1", attempts=1, last="sign", passed="2026-03-02 09:00")
    records.record("3.2", hints=2)
    found, said = records.load(folder)
    assert found["3.1"] == {"attempts": 3, "hints": 0, "last": "sign", "passed": "2026-03-01 17:45"}
    assert found["3.2"]["hints"] == 2
    assert said == ""


@pytest.mark.parametrize(
    "text",
    [
        '{"exercises": {"3.1": {"hints": "two"}}}',
        '{"exercises": {"3.1": {"attempts": null}}}',
        "[" * 10**5,
        "",
        "{",
        "[]",
        '{"exercises": 3}',
        '{"exercises": {"3.1": 1}}',
        "\0" * 50,
        "\udcff",
    ],
)
def test_a_corrupt_file_is_kept_aside_and_said_so(folder, text):
    (folder / records.FILE).write_bytes(text.encode("utf-8", "surrogateescape"))
    said = records.record("3.1", attempts=1)
    (kept,) = leftovers(folder)
    assert kept in said
    assert (folder / kept).read_bytes() == text.encode("utf-8", "surrogateescape")
    assert records.load(folder)[0]["3.1"]["attempts"] == 1
    assert records.record("3.1", attempts=1) == ""


def test_a_folder_that_cannot_be_written_is_said_so(folder, monkeypatch):
    def refuse(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(records.tempfile, "mkstemp", refuse)
    assert "No space left" in records.record("3.1", attempts=1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that forks")
def test_a_kill_at_any_moment_leaves_a_whole_file(folder):
    """Killed at every single step of the writing, in turn: the old file is there, or the new one."""
    command = [sys.executable, "-c", KILLED_AT_EACH_STEP.format(folder=str(folder))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert leftovers(folder) == []


def test_two_notebooks_at_once_lose_nothing(folder):
    code = "from bpedu import records\nfor _ in range(40): records.record('3.1', attempts=1)"
    environment = {**os.environ, "BPEDU_WORKSPACE": str(folder)}
    writers = [subprocess.Popen([sys.executable, "-c", code], env=environment) for _ in range(2)]
    assert [w.wait() for w in writers] == [0, 0]
    assert json.loads((folder / records.FILE).read_text())["exercises"]["3.1"]["attempts"] == 80
