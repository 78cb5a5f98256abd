"""The memory of a grading run: one line per submission, written as soon as it is marked.

A run that is killed at any moment and started again reads it and goes on; a line that is torn or damaged is cut off with
all that follow. The first line says which assignment and which hidden cases the marks belong to.
"""

import json
import os
import time
import weakref
from datetime import datetime
from pathlib import Path

FILE = "journal.jsonl"
FORMAT = 1
SYNC_SECONDS = 0.5

_held = weakref.WeakSet()


class Journal:
    """The journal of a report folder, held by one run at a time. `done` maps (student, digest of the file) to the result."""

    def __init__(self, folder: Path):
        self.path = folder / FILE
        self.file, self.done = None, {}
        self.synced = 0.0

    def load(self) -> dict | None:
        """Takes an existing journal and returns its first line; None where there is none. Cuts off what is no line of ours.

        Raises BlockingIOError where another run holds it.
        """
        if not self.path.exists():
            return None
        self.hold()
        header, whole = None, 0
        for raw in self.path.read_bytes().splitlines(keepends=True):
            line = read(raw)
            if line is None or not line.keys() >= ({"student", "digest"} if header else {"format", "seed"}):
                break
            if header:
                self.done[line["student"], line["digest"]] = line
            header, whole = header or line, whole + len(raw)
        self.file.truncate(whole)
        return header

    def begin(self, header: dict):
        """Begins a journal with its first line."""
        self.hold()
        self.write({"format": FORMAT, **header})
        self.sync()
        return self

    def hold(self):
        if self.file:
            return
        self.file = open(self.path, "ab")  # noqa: SIM115 (kept open)
        try:
            lock(self.file)
        except BlockingIOError:
            self.file.close()
            self.file = None
            raise
        _held.add(self)

    def add(self, result: dict):
        """Writes one result. At most half a second of results is lost if the machine itself stops; none if we do."""
        self.done[result["student"], result["digest"]] = result
        self.write(result)
        if time.monotonic() - self.synced > SYNC_SECONDS:
            self.sync()

    def write(self, line):
        self.file.write(json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
        self.file.flush()

    def sync(self):
        os.fsync(self.file.fileno())
        self.synced = time.monotonic()

    def close(self):
        if self.file:
            self.sync()
            self.file.close()


def read(raw: bytes) -> dict | None:
    """A whole line of a journal; None for what is none."""
    try:
        line = json.loads(raw) if raw.endswith(b"\n") else None
    except ValueError:
        return None
    return line if isinstance(line, dict) else None


def let_go():
    """In a forked worker: the journal is its parent's. Else the lock would outlive a run that is killed."""
    for journal in _held:
        if journal.file:
            journal.file.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=let_go)


def lock(file):
    """One run at a time writes a report."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise BlockingIOError("Another run is writing this report. Wait for it, or choose another --out.") from None


def put_aside(folder: Path) -> Path:
    """Renames a report that belongs to something else, so that nothing is overwritten."""
    kept = folder.with_name(f"{folder.name}.before-{datetime.now():%Y%m%d-%H%M%S-%f}")
    folder.rename(kept)
    return kept
