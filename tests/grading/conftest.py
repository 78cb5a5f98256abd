"""The course, the sandboxed marker, and a way to run code inside the sandbox and see what it returns."""

import shutil

import pytest
from classroom import IDS, MISSING, PACK, WRONG, Course, raw

from bpedu import cli, exercises
from bpedu.grading import assignment as assignments
from bpedu.grading.marking import Marker, Settings


@pytest.fixture(scope="session", autouse=True)
def pack():
    """The demo pack, known while these tests run."""
    exercises.add_pack(PACK)
    yield str(PACK)
    exercises._packs.clear()


@pytest.fixture(scope="session")
def course(tmp_path_factory, pack) -> Course:
    folder = tmp_path_factory.mktemp("course")
    code = cli.main(["assign", "--name", "ps1", "--out", str(folder), "--exercises", ",".join(IDS), "--pack", pack])
    assert code == 0
    return Course(folder)


@pytest.fixture(scope="session")
def sandboxed():
    """Skips, and says so, where the full sandbox cannot be had."""
    if MISSING:
        pytest.skip(MISSING)


@pytest.fixture(scope="session")
def marker(course, sandboxed):
    """One marker, and so one zygote, for attackers and honest students alike."""
    with Marker(assignments.load(course.release_path), Settings(seed=7, seconds=1.0)) as marker:
        yield marker


@pytest.fixture
def submitted(tmp_path):
    folder = tmp_path / "submitted"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def few(submitted, course):
    """Three students: all right, a named mistake, a file that breaks off."""
    (submitted / "ann.ipynb").write_bytes(raw(course.hand_in()))
    (submitted / "bob.ipynb").write_bytes(raw(course.hand_in(WRONG)))
    (submitted / "eve.ipynb").write_bytes(raw(course.hand_in())[:500])
    return submitted


@pytest.fixture
def forked(monkeypatch):
    """Workers are copies of this process, so that they see what a test has changed, also beside a thread that an earlier test left."""
    monkeypatch.setattr("threading.active_count", lambda: 1)
