"""Marks many submissions at once: `jobs` processes on this machine, each with a sandbox of its own."""

import contextlib
import multiprocessing
import signal
import sys
import threading
from collections import Counter, deque
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing.connection import wait
from pathlib import Path

from bpedu import exercises
from bpedu.grading import assignment as assignments
from bpedu.grading.marking import Marker, Settings
from bpedu.grading.notebooks import Unusable, read_file
from bpedu.grading.words import SUBMISSION

UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Course:
    """All that a worker needs to begin: plain data, so that it can go to another process or machine."""

    release: str
    packs: tuple[str, ...]
    settings: Settings

    def marker(self) -> Marker:
        for folder in self.packs:
            exercises.add_pack(folder)
        return Marker(assignments.load(self.release), self.settings)


def mark_file(marker: Marker, student: str, path: str | None) -> dict:
    """The marks of one file, with the digest of what was read."""
    try:
        return mark_raw(marker, student, content_of(path), None)
    except Unusable as error:
        return mark_raw(marker, student, None, error.args[0])


def mark_raw(marker: Marker, student: str, raw: bytes | None, reason: str | None) -> dict:
    """The marks of a file's content, or of a file that could not be read for this reason."""
    if raw is None:
        return {**marker.nothing(student, reason), "digest": UNREADABLE}
    return {**marker.mark(student, raw), "digest": digest(raw)}


def content_of(path: str | None) -> bytes:
    if path is None:
        raise Unusable(SUBMISSION["none"])
    return read_file(Path(path))


def digest_of(path: str | None) -> str:
    """What tells one version of a submission from another."""
    try:
        return digest(content_of(path))
    except Unusable:
        return UNREADABLE


def digest(raw: bytes) -> str:
    return sha256(raw).hexdigest()[:16]


def mark_all(course: Course, waiting, *, jobs: int = 1, scheduler: str | None = None):
    """An iterator of the submissions' results as they come, in any order. What marks them is running when it returns."""
    tasks = [(s.student, str(s.path) if s.path else None) for s in waiting]
    if scheduler:
        from bpedu.grading.cluster import mark_there

        return mark_there(course, tasks, scheduler)
    jobs = min(jobs, len(tasks))
    return Workers(course, jobs).mark(tasks) if jobs > 1 else mark_here(course, tasks)


def mark_here(course: Course, tasks):
    """Results of (student, path) pairs, one by one, in this process."""
    with course.marker() as marker:
        for student, path in tasks:
            yield mark_file(marker, student, path)


def work(connection, course: Course):
    """A worker's life: a task in, a result out, until there is no more or the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process().sentinel
    with contextlib.suppress(EOFError, OSError), course.marker() as marker:
        while connection in wait([connection, parent]) and (task := connection.recv()) is not None:
            connection.send(mark_file(marker, *task))


class Workers:
    """Processes that mark. One that dies is replaced, and its submission tried once more in another."""

    def __init__(self, course: Course, jobs: int):
        alone = threading.active_count() == 1 and sys.platform.startswith("linux")
        self.context = multiprocessing.get_context("fork" if alone else "spawn")
        self.course, self.busy, self.idle = course, {}, []
        for _ in range(jobs):
            self.hire()

    def hire(self):
        ours, theirs = self.context.Pipe()
        process = self.context.Process(target=work, args=(theirs, self.course), daemon=True)
        process.start()
        theirs.close()
        self.idle.append((ours, process))

    def mark(self, tasks):
        """Results of (student, path) pairs as they come."""
        waiting, tried = deque(tasks), Counter()
        try:
            while waiting or self.busy:
                while waiting and self.idle:
                    self.give(waiting.popleft())
                for connection in wait(list(self.busy)):
                    task, process = self.busy.pop(connection)
                    try:
                        result = connection.recv()
                        self.idle.append((connection, process))
                        yield result
                    except (EOFError, OSError):
                        process.join()
                        self.hire()
                        tried[task] += 1
                        if tried[task] < 2:
                            waiting.append(task)
                        else:
                            yield self.lost(task)
        finally:
            self.close()

    def give(self, task):
        connection, process = self.idle.pop()
        with contextlib.suppress(OSError):  # a worker that has died is noticed when its result is waited for
            connection.send(task)
        self.busy[connection] = task, process

    def lost(self, task):
        marker = self.course.marker()
        return {**marker.nothing(task[0], SUBMISSION["lost"]), "digest": digest_of(task[1])}

    def close(self):
        for connection, process in [*self.idle, *((c, p) for c, (_, p) in self.busy.items())]:
            with contextlib.suppress(OSError):
                connection.send(None)
            connection.close()
            process.join(5)
            if process.is_alive():
                process.kill()
                process.join()
