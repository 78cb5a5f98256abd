"""The sandbox as the judge sees it: a job goes in as data, a reply comes back as data or not at all.

`Box` keeps one zygote (see box/zygote.py) behind the walls (walls.py) and asks it for one fresh process per job: a few answers of
one student, in order. Whatever they do, the judge reads at most `largest` bytes per answer until its deadline, then has
the process killed. A zygote that misbehaves or that finds files left behind is replaced.
"""

import contextlib
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bpedu.grading import libraries as libs
from bpedu.grading import seccomp
from bpedu.grading.box import codec
from bpedu.grading.walls import ENVIRONMENT, FULL, NONE, RULES, available, command

JOB, SHEETS, LEND = b"job", b"sheets", b"lend"
REPORT = struct.Struct("<idB")
FRAME = struct.Struct("<BI")
START_SECONDS = 60
PACKAGE = Path(__file__).resolve().parent


class SandboxError(Exception):
    """The sandbox cannot be had here; the message says what to do."""


@dataclass(frozen=True)
class Sitting:
    """What came of one job: the replies of the answers that finished, and why the next one did not.

    end  "done", "slow" (its deadline passed), "died" (its process ended) or "flood" (its reply was too long)
    cpu  seconds of processor time, all answers together
    """

    replies: list[bytes]
    end: str = "done"
    cpu: float = 0.0


class Box:
    """Runs answers, one at a time, each in a process of its own."""

    def __init__(self, isolation: str = FULL, libraries: tuple[str, ...] = libs.FIRST):
        problem = available(isolation)
        if problem:
            raise SandboxError(problem)
        self.isolation, self.libraries = isolation, libraries
        self.process = self.control = None
        self.started, self.held = 0, set()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        """Ends the zygote and with it everything in the sandbox."""
        if self.control:
            self.control.close()
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stderr.close()
        if getattr(self, "folder", None):
            self.folder.cleanup()
        self.process = self.control = self.folder = None
        self.held = set()

    def start(self):
        """A new zygote in a new sandbox; its first word is "ready"."""
        self.close()
        self.control, theirs = socket.socketpair(
            socket.AF_UNIX, socket.SOCK_SEQPACKET if sys.platform.startswith("linux") else socket.SOCK_STREAM
        )
        with theirs:
            self.folder = tempfile.TemporaryDirectory(prefix="bpedu-judge-")
            for path in [*(PACKAGE / "box").glob("*.py"), PACKAGE.parent / "runner.py"]:
                shutil.copy(path, self.folder.name)
            if self.isolation != NONE:
                Path(self.folder.name, RULES).write_bytes(seccomp.program(files=self.isolation == FULL))
            self.process = subprocess.Popen(
                command(self.isolation, self.libraries, self.folder.name, theirs.fileno()), pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=ENVIRONMENT, cwd="/", start_new_session=True,
            )  # fmt: skip
        self.control.settimeout(START_SECONDS)
        try:
            word = self.control.recv(16)
        except (ConnectionError, TimeoutError):
            word = b""
        self.started += 1
        if word != b"ready":
            self.process.kill()
            said = self.process.stderr.read(4000).decode("utf-8", "replace").strip()
            self.close()
            raise SandboxError(f"The sandbox did not start. It said: {said or 'nothing'}")
        self.folder.cleanup()  # the zygote has read all that it needs

    def run(
        self, job: bytes, count: int, *, seconds: float, largest: int = 8 << 20, lender: int | None = None,
        sheets: dict | None = None,
    ) -> Sitting:  # fmt: skip
        """Runs a job of `count` answers. lender: a socket on which somebody answers calls of earlier exercises.

        sheets: those that the job names by their keys; the zygote is told each of them once.
        """
        for _ in range(2):
            try:
                self.awake()
                self.tell({k: v for k, v in (sheets or {}).items() if k not in self.held})
                return self.once(job, count, seconds, largest, lender)
            except (ConnectionError, TimeoutError):  # the zygote is gone; any other error is the machine's
                self.close()
        return Sitting([], "died")

    def tell(self, sheets: dict):
        if sheets:
            file = a_file(codec.encode(sheets))
            try:
                socket.send_fds(self.control, [SHEETS], [file])
            finally:
                os.close(file)
            self.held |= sheets.keys()

    @contextlib.contextmanager
    def lending(self, job: bytes):
        """Runs functions to lend while the block lasts. Gives the socket on which an answer in *another* box calls them."""
        self.awake()
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                self.begin(LEND, job, theirs.fileno())
            try:
                yield ours.fileno()
            finally:
                try:
                    self.reap()
                except (ConnectionError, TimeoutError):  # the answer has been heard: nothing is lost with this sandbox
                    self.close()

    def awake(self):
        if self.process is None or self.process.poll() is not None:
            self.start()

    def begin(self, word, job, *files):
        """Hands a job to a new process of the zygote's, with what it reads from and writes to."""
        job_file = a_file(job)
        try:
            socket.send_fds(self.control, [word], [job_file, *files])
        finally:
            os.close(job_file)

    def once(self, job, count, seconds, largest, lender):
        read_end, write_end = os.pipe()
        try:
            try:
                self.begin(JOB, job, write_end, *([] if lender is None else [lender]))
            finally:
                os.close(write_end)
            replies, end = Listener(read_end).hear(count, seconds, largest)
        finally:
            os.close(read_end)
        status, cpu = self.reap()
        if end == "died" and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
            end = "slow"
        return Sitting(replies, end, cpu)

    def reap(self):
        """Ends the job's process. (its exit status, seconds of processor time); files left behind end the sandbox."""
        self.control.settimeout(10)
        self.control.send(b"x")
        word = self.control.recv(REPORT.size)
        if len(word) != REPORT.size:
            raise ConnectionError("the zygote is gone")
        status, cpu, left_files = REPORT.unpack(word)
        if left_files:
            self.close()
        return status, cpu


def a_file(content: bytes) -> int:
    """A file without a name that holds `content`."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create("job")
    else:
        with tempfile.TemporaryFile() as file:
            fd = os.dup(file.fileno())
    while content:
        content = content[os.write(fd, content) :]
    return fd


class Listener:
    """Reads the replies of one job as they come."""

    def __init__(self, fd):
        self.fd, self.held = fd, bytearray()
        self.poll = select.poll()
        self.poll.register(fd, select.POLLIN)

    def hear(self, count, seconds, largest) -> tuple[list[bytes], str]:
        """(replies, end). Every reply has `seconds`; the first that is late, lost or too long ends the hearing."""
        replies = []
        while len(replies) < count:
            try:
                deadline = time.monotonic() + seconds
                number, length = FRAME.unpack(self.take(FRAME.size, deadline))
                if number != len(replies):
                    return replies, "died"
                if length > largest:
                    return replies, "flood"
                replies.append(self.take(length, deadline))
            except TimeoutError:
                return replies, "slow"
            except EOFError:
                return replies, "died"
        return replies, "done"

    def take(self, length, deadline) -> bytes:
        """The next `length` bytes. Raises TimeoutError after the deadline and EOFError at the end of the pipe."""
        while len(self.held) < length:
            left = deadline - time.monotonic()
            if left <= 0 or not self.poll.poll(left * 1000):
                raise TimeoutError
            part = os.read(self.fd, 1 << 16)
            if not part:
                raise EOFError
            self.held += part
        out = bytes(self.held[:length])
        del self.held[:length]
        return out
