"""Lends the functions of earlier exercises to an answer that builds on them, call by call, as data.

So an answer that calls an earlier function, which its author got wrong, is judged on its own merits, and yet no
reference enters the process that runs it: the calls are computed here, in a copy of the judge with limits of its own,
because the arguments come from the student.
"""

import contextlib
import os
import re
import resource
import signal
import socket
import warnings

from bpedu import exercises
from bpedu.exercise import Exercise
from bpedu.grading.box import codec
from bpedu.grading.box.codec import CALL, LARGEST_CALL
from bpedu.runner import as_data


def lendable(exercise: Exercise) -> list[Exercise]:
    """The exercises that `exercise` builds on and that are plain functions: arguments in, data out."""
    found = [exercises.find(n) for n in exercise.needs]
    return [e for e in found if e.kind == "function" and e.drive is None]


def wanted(exercise: Exercise, text: str, assigned: set[str]) -> list[tuple[Exercise, bool]]:
    """(exercise to lend, whether it replaces the student's own): those of its needs that the code mentions."""
    return [(e, e.id in assigned) for e in lendable(exercise) if re.search(rf"\b{e.name}\b", text)]


class Lender:
    """A process that answers calls on a socket, for one answer. As a context it gives the answer's end of the socket."""

    def __init__(self, lent: list[Exercise], seconds: float, memory: int):
        self.functions = [e.solution for e in lent]
        self.seconds, self.memory = seconds, memory

    def __enter__(self) -> int:
        ours, self.theirs = socket.socketpair()
        with warnings.catch_warnings():  # newer Pythons warn of forking beside threads; this copy uses none
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        if self.pid == 0:
            self.theirs.close()
            try:
                self.serve(ours)
            finally:
                os._exit(0)
        ours.close()
        return self.theirs.fileno()

    def __exit__(self, *error):
        self.theirs.close()
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    def serve(self, connection):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        seconds = int(self.seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        with contextlib.suppress(OSError, ValueError):
            used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()  # noqa: SIM115
            resource.setrlimit(resource.RLIMIT_AS, (used + self.memory, used + self.memory))
        with connection.makefile("rb") as stream:
            while head := stream.read(CALL.size):
                number, length = CALL.unpack(head)
                if length > LARGEST_CALL:
                    return
                worked, result = self.call(number, stream.read(length))
                connection.sendall(CALL.pack(worked, len(result)) + result)

    def call(self, number, raw) -> tuple[bool, bytes]:
        try:
            arguments, options = codec.decode(raw)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return True, codec.encode(as_data(self.functions[number](*arguments, **options)))
        except Exception:  # whatever the student's arguments provoke is an error of the student's call
            return False, codec.encode(None)
