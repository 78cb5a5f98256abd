"""Marks many submissions at once: `jobs` processes on this machine, each with a sandbox of its own."""

import contextlib
import multiprocessing
import os
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
from bpedu.grading.sandbox import SandboxError
from bpedu.grading.words import SUBMISSION

LOST = "lost"  # the digest of no file: the next run tries a lost submission again


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
    return mark_content(marker, student, *content_of(path))


def mark_content(marker: Marker, student: str, raw: bytes | None, reason: str | None) -> dict:
    """The marks of a file's content, or of a file that could not be read for this reason."""
    marks = marker.nothing(student, reason) if raw is None else marker.mark(student, raw)
    return {**marks, "digest": digest(raw, reason)}


def lost(course: Course, student: str) -> dict:
    """The marks of a submission that ended the process that marked it, more than once."""
    return {**course.marker().nothing(student, SUBMISSION["lost"]), "digest": LOST}


def content_of(path: str | None) -> tuple[bytes | None, str | None]:
    """(content, None) of a file, or (None, the reason why there is none)."""
    try:
        return (None, SUBMISSION["none"]) if path is None else (read_file(Path(path)), None)
    except Unusable as error:
        return None, error.args[0]


def digest_of(path: str | None) -> str:
    """What tells one version of a submission from another."""
    return digest(*content_of(path))


def digest(raw: bytes | None, reason: str | None) -> str:
    return sha256(reason.encode() if raw is None else raw).hexdigest()[:16]


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


def work(connection, course: Course, cores: set[int]):
    """A worker's life: a task in, a result out, until there is no more or the parent is gone.

    Where this machine keeps it from marking (no sandbox, a full disk), the error is the result: it is no student's.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if cores:
        with contextlib.suppress(OSError):  # they may have been taken from us since
            os.sched_setaffinity(0, cores)  # its sandbox too, which is started from here
    parent = multiprocessing.parent_process().sentinel
    with contextlib.suppress(EOFError, OSError), course.marker() as marker:
        while connection in wait([connection, parent]) and (task := connection.recv()) is not None:
            try:
                result = mark_file(marker, *task)
            except (SandboxError, OSError) as error:
                result = error
            connection.send(result)


def shares_of_cores(jobs: int) -> list[set[int]]:
    """The cores that we may use, dealt out to the workers; empty sets where the system cannot hold a process to some.

    A worker and its sandbox wake each other hundreds of times a second, and Linux wakes a process where its waker runs:
    left to it, both chains of one and the same core wait for each other while the next core idles.
    """
    try:
        allowed = sorted(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        allowed = []
    return [set(allowed[k % len(allowed) :: jobs]) if allowed else set() for k in range(jobs)]


class Worker:
    """A process that marks what it is sent on `cores` of its own, and the tasks that it has not given back yet."""

    def __init__(self, context, course: Course, cores: set[int]):
        self.cores = cores
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=work, args=(theirs, course, cores), daemon=True)
        self.process.start()
        theirs.close()
        self.tasks: deque = deque()

    def give(self, task):
        with contextlib.suppress(OSError):  # a worker that has died is noticed when its result is waited for
            self.connection.send(task)
        self.tasks.append(task)

    def ask_to_end(self):
        with contextlib.suppress(OSError):
            self.connection.send(None)

    def end(self):
        self.ask_to_end()
        self.connection.close()
        self.process.join(5)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


class Workers:
    """Processes that mark. One that dies is replaced, and its submission tried once more in another."""

    def __init__(self, course: Course, jobs: int):
        alone = threading.active_count() == 1 and sys.platform.startswith("linux")
        self.context = multiprocessing.get_context("fork" if alone else "spawn")
        self.course = course
        self.workers = [Worker(self.context, course, cores) for cores in shares_of_cores(jobs)]

    def mark(self, tasks):
        """Results of (student, path) pairs as they come. Raises SandboxError or OSError where a worker cannot mark."""
        waiting, tried = deque(tasks), Counter()
        try:
            while waiting or any(w.tasks for w in self.workers):
                self.share_out(waiting)
                busy = {w.connection: w for w in self.workers if w.tasks}
                for connection in wait(list(busy)):
                    worker = busy[connection]
                    try:
                        result = connection.recv()
                    except (EOFError, OSError):
                        task = self.bury(worker, waiting)
                        tried[task] += 1
                        if tried[task] < 2:
                            waiting.append(task)
                        else:
                            yield lost(self.course, task[0])
                        continue
                    if isinstance(result, Exception):
                        raise result
                    worker.tasks.popleft()
                    self.share_out(waiting)
                    yield result
        finally:
            for worker in self.workers:
                worker.ask_to_end()
            for worker in self.workers:
                worker.end()

    def share_out(self, waiting):
        """Everyone has a task, and while there are plenty a second one, so that nobody waits while a result is written down."""
        for ahead in (1, 2):
            for worker in self.workers:
                if len(worker.tasks) < ahead and len(waiting) > (ahead - 1) * len(self.workers):
                    worker.give(waiting.popleft())

    def bury(self, worker, waiting):
        """Replaces a worker that has died. Returns the task at which it did, and puts back the one it had not begun."""
        worker.end()
        self.workers[self.workers.index(worker)] = Worker(self.context, self.course, worker.cores)
        died_at, *others = worker.tasks
        waiting.extendleft(others)
        return died_at
