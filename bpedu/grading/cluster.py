"""Marks on the workers of an existing Dask cluster. They need bpedu installed, and a sandbox of their own; no shared disk.

The judge is the same and the hidden cases follow from the run's seed, so the marks are the same as on one machine. A
worker that dies midway costs nothing: Dask gives its submissions to another.
"""

import atexit
import queue
import shutil
import tempfile
import threading
import time
from collections import deque
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from bpedu.grading.pool import Course, content_of, lost, mark_content
from bpedu.grading.sandbox import SandboxError

BATCH = 8
RETRIES = 2  # of a batch, after errors; how many lost workers a batch may cost is the scheduler's setting
SECONDS_TO_CONNECT = 15
SECONDS_WITHOUT_WORKERS = 60  # so long a cluster may be without any: one that is lost may be started again
SECONDS_BETWEEN_LOOKS = 5


@dataclass(frozen=True)
class Parcel:
    """A course as data: the release and the teacher's own exercises travel with it."""

    release: bytes
    packs: tuple[tuple[str, tuple[tuple[str, bytes], ...]], ...]
    course: Course

    @classmethod
    def of(cls, course: Course) -> "Parcel":
        packs = tuple(
            (Path(p).name, tuple((f.name, f.read_bytes()) for f in sorted(Path(p).glob("*.py")))) for p in course.packs
        )
        return cls(Path(course.release).read_bytes(), packs, course)

    def unpacked(self) -> Course:
        """The course with its files written down on this machine."""
        folder = Path(tempfile.mkdtemp(prefix="bpedu-course-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        release = folder / "release.ipynb"
        release.write_bytes(self.release)
        for name, files in self.packs:
            (folder / name).mkdir()
            for file, content in files:
                (folder / name / file).write_bytes(content)
        return replace(self.course, release=str(release), packs=tuple(str(folder / n) for n, _ in self.packs))


def mark_there(course: Course, tasks, scheduler: str):
    """An iterator of the results of (student, path) pairs, as the cluster gives them."""
    try:
        from distributed import Client
    except ImportError:
        raise SandboxError('--scheduler needs Dask: pip install "bpedu[dask]".') from None
    try:
        client = Client(scheduler, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise SandboxError(f"No Dask scheduler answers at {scheduler} ({type(error).__name__}).") from None
    if not client.scheduler_info()["workers"]:
        client.close()
        raise SandboxError(f"The Dask scheduler at {scheduler} has no workers. Start some: dask worker {scheduler}")
    return gather(client, course, tasks)


def gather(client, course, tasks):
    from distributed.comm import CommClosedError
    from distributed.scheduler import KilledWorker

    suspects, on_trial = deque(), None  # of batches that were lost with their worker: marked one by one, one at a time
    with client:
        parcel = Parcel.of(course)  # goes with every batch: what is scattered ends with the worker that holds it
        batches, finished = {}, queue.SimpleQueue()

        def submit(batch):
            future = client.submit(mark_batch, parcel, batch, pure=False, retries=RETRIES)
            batches[future] = batch
            future.add_done_callback(finished.put)
            return future

        for start in range(0, len(tasks), BATCH):
            submit([(student, *content_of(path)) for student, path in tasks[start : start + BATCH]])
        while batches:
            future = patiently(client, finished.get)
            batch = batches.pop(future)
            try:
                yield from patiently(client, future.result)  # what lay on a worker that is lost is marked again
            except SandboxError as error:
                raise SandboxError(f"On a worker of the cluster: {error}") from None
            except (CancelledError, CommClosedError):
                raise SandboxError(
                    "The Dask scheduler does not answer any more. The same command, with one that does, goes on where this one was."
                ) from None
            except KilledWorker:
                if future is not on_trial:
                    suspects.extend(batch)
                else:
                    yield lost(course, batch[0][0])
            if future is on_trial:
                on_trial = None
            if suspects and on_trial is None:
                on_trial = submit([suspects.popleft()])


def patiently(client, get):
    """get(timeout=…) of what the cluster has yet to give. Raises SandboxError when it has been without workers for too long."""
    alone_since = None
    while True:
        try:
            return get(timeout=SECONDS_BETWEEN_LOOKS)
        except (queue.Empty, TimeoutError):
            if client.scheduler_info()["workers"]:
                alone_since = None
                continue
        now = time.monotonic()
        alone_since = alone_since or now
        if now - alone_since >= SECONDS_WITHOUT_WORKERS:
            raise SandboxError(
                f"The Dask cluster has been without any worker for {now - alone_since:.0f} seconds. Start some; the same "
                "command then goes on where this one was."
            )


def mark_batch(parcel: Parcel, batch) -> list[dict]:
    """On a worker: the marks of some submissions."""
    marker = marker_of(parcel, threading.get_ident())
    return [mark_content(marker, *submission) for submission in batch]


@cache
def marker_of(parcel: Parcel, thread: int):
    """One marker, with its sandbox, per thread of a worker: kept for the worker's life."""
    return parcel.unpacked().marker()
