"""What is lent to an answer runs on arguments that a student chose: it computes, in a sandbox of its own, and can do nothing else."""

import contextlib
import os
import socket
import struct

import numpy as np
import pytest
from classroom import HONEST, POINTS, points, raw

from bpedu import exercises, runner
from bpedu.grading import lending, sandbox
from bpedu.grading.box import codec
from bpedu.grading.box.codec import CALL, LARGEST_CALL
from bpedu.judge import draw_cases

pytestmark = pytest.mark.usefixtures("sandboxed")

DOUBLE = "def double(x):\n    return x + x"
OUTER = "def outer(x, y):\n    return (x[:, None] * y[None, :]).sum()"
WALK = "def walk(x):\n    for k in range(int(x)):\n        pass\n    return 0.0"
DEEP = "def deep(x):\n    return deep(x) + 1"
TOUCH = """def touch(x):
    import ctypes, os, socket
    found = []
    for attempt in (lambda: os.fork(), lambda: socket.socket(), lambda: os.kill(os.getppid(), 9), lambda: os.execv("/bin/sh", ["sh"]),
                    lambda: open("/etc/passwd"), lambda: os.listdir("/proc/1"), lambda: open("/box/new", "w"),
                    lambda: os.setuid(0), lambda: os.write(2, b"x") and os.stat("/work")):
        try:
            found.append(str(attempt()))
        except OSError:
            pass
    return found + os.listdir("/scratch") + [k for k in os.environ if "SECRET" in k]
"""


@pytest.fixture(scope="module")
def box():
    with sandbox.Box() as box:
        yield box


class Caller:
    """The student's end of the wire, used in every way that a student's code could."""

    def __init__(self, fd):
        self.wire = socket.socket(fileno=os.dup(fd))
        self.wire.settimeout(30)

    def send(self, raw, number=0, length=None):
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wire.sendall(CALL.pack(number, len(raw) if length is None else length) + raw)

    def hear(self):
        """(worked, result); None when nobody is there any more."""
        with contextlib.suppress(ConnectionResetError), self.wire.makefile("rb") as stream:
            head = stream.read(CALL.size)
            if len(head) == CALL.size:
                worked, length = CALL.unpack(head)
                return bool(worked), stream.read(length)
        return None

    def call(self, *arguments, **options):
        self.send(codec.encode((arguments, options)))
        return self.hear()


@contextlib.contextmanager
def lent(box, function, seconds=1.0, memory=64 << 20):
    job = codec.encode({"functions": [function], "seconds": seconds, "memory": memory})
    with box.lending(job) as fd:
        caller = Caller(fd)
        with caller.wire:
            yield caller


FAILED = False, codec.encode(None)


def still_serves(box):
    with lent(box, DOUBLE) as caller:
        assert caller.call(np.arange(3.0))[0]
    assert box.started == 1


def many(letter, count, body):
    return letter + struct.pack("<I", count) + body


NESTED = many(b"t", 1, b"") * 40 + b"N"
COLLIDING = {i * ((1 << 61) - 1): None for i in range(400)}
CALLS = {  # (what is sent, to which function)
    "a function that is not lent": (codec.encode(((1.0,), {})), 1),
    "the last function": (codec.encode(((1.0,), {})), 255),
    "no data": (b"\x80\x04cposix\nsystem\n", 0),
    "nothing": (b"", 0),
    "a text for arguments and options": (codec.encode("ab"), 0),
    "numbers for options": (codec.encode(((), {1: 2})), 0),
    "an option that it does not have": (codec.encode(((), {"out": np.zeros(3)})), 0),
    "the function's own parts": (codec.encode(((), {"__globals__": {}})), 0),
    "too many arguments": (codec.encode(((1.0,) * 5000, {})), 0),
    "an object": (codec.encode(((runner.Foreign("float"),), {})), 0),
    "arguments forty deep": (NESTED, 0),
    "a number of a million digits in text": (b"t" + struct.pack("<I", 2) + b"t" + struct.pack("<I", 1) + b"i\xff\xff\xff\xff9", 0),
    "a table": (codec.encode((({"a": 1.0},), {})), 0),
    "colliding keys": (codec.encode((COLLIDING, COLLIDING)), 0),
    "an axis of ten billion": (codec.encode(((np.empty((0, 10**10)),), {})), 0),
}  # fmt: skip


@pytest.mark.parametrize("kind", CALLS)
def test_a_call_that_is_none_fails_and_says_no_more(kind, box):
    with lent(box, DOUBLE) as caller:
        caller.send(*CALLS[kind])
        assert caller.hear() == FAILED
        assert caller.call(2.0) == (True, codec.encode(4.0))
    still_serves(box)


HEAVY = {
    "an outer product of four million": (OUTER, (np.ones(1 << 18), np.ones(1 << 18))),
    "recursion": (DEEP, (1.0,)),
}


@pytest.mark.parametrize("kind", HEAVY)
def test_what_cannot_be_computed_fails(kind, box):
    function, arguments = HEAVY[kind]
    with lent(box, function) as caller:
        assert caller.call(*arguments) == FAILED
    still_serves(box)


def test_a_call_without_end_ends_with_the_answer_or_its_limit(box):
    with lent(box, WALK) as caller:
        caller.send(codec.encode(((1e18,), {})))  # and nobody waits for it
    still_serves(box)
    with lent(box, WALK, seconds=0.1) as caller:
        assert caller.call(1e18) is None  # its processor time is bounded, too
    still_serves(box)


@pytest.mark.parametrize("raw", [b"", b"d" + b"\xff" * 100, b"N" * 4096])
def test_a_call_longer_than_it_is_or_may_be(raw, box):
    with lent(box, DOUBLE) as caller:
        caller.send(raw, length=LARGEST_CALL)  # the rest never comes
    with lent(box, DOUBLE) as caller:
        caller.send(raw, length=LARGEST_CALL + 1)
        assert caller.hear() is None
    with lent(box, DOUBLE) as caller:
        caller.wire.sendall(b"\0")
    still_serves(box)


def test_eight_megabytes_of_nothing_cost_their_sender_the_time(box):
    count = LARGEST_CALL - 100
    with lent(box, DOUBLE) as caller:
        caller.send(many(b"t", 2, many(b"l", count, b"N" * count) + many(b"d", 0, b"")))
        assert caller.hear() in (None, FAILED)
    still_serves(box)


def test_calls_whose_results_nobody_reads(box):
    with lent(box, DOUBLE) as caller:
        caller.wire.settimeout(1)
        with contextlib.suppress(TimeoutError):
            for _ in range(1000):
                caller.send(codec.encode(((np.zeros(10_000),), {})))
    still_serves(box)


def test_a_lent_function_stands_behind_the_same_walls(box, monkeypatch):
    """Whatever its arguments might make of it: no file, no network, no other process, nothing of the judge."""
    monkeypatch.setenv("BPEDU_SECRET", "the answer")
    with lent(box, TOUCH) as caller:
        assert caller.call(1.0) == (True, codec.encode([]))
    still_serves(box)


def test_the_answer_sees_nothing_of_the_function_that_is_lent(course, marker):
    """Neither its text, nor a way to it other than calling."""
    spy = """
def norm(x):
    import gc
    gc.unfreeze()
    result, solution = sum_of_squares(x), "".join(["(x ", "* x)"])
    texts = [t for o in gc.get_objects() if type(o) in (dict, list, tuple) for t in (o.values() if type(o) is dict else o)
             if type(t) in (str, bytes)]
    found = [t for t in texts if solution in str(t)]
    return np.sqrt(result) if len(texts) > 1000 and not found else None
"""
    answers = {**HONEST, "demo.1": "def sum_of_squares(x):\n    return 0.0", "demo.6": spy}
    result = marker.mark("spy", raw(course.hand_in(answers)))
    assert points(result) == {**POINTS, "demo.1": 0.0}, result["exercises"][5]


def test_an_answer_that_speaks_the_wires_language_itself(course, marker):
    """It may call what is lent as often as it likes; the number 255, garbage, and silence are its own loss."""
    for words in (
        "b'\\xff\\x01\\0\\0\\0N'",
        "b'\\0' * 5",
        "b'\\0\\xff\\xff\\xff\\xff'",
        "b'\\0\\0\\0\\x80\\0' + b'N' * 4096",
        "b''",
    ):
        norm = f"""
def norm(x):
    import os
    for fd in range(3, 64):
        try:
            os.write(fd, {words})
        except OSError:
            pass
    return sum_of_squares(x) * 0
"""
        answers = {**HONEST, "demo.1": "def sum_of_squares(x):\n    return 0.0", "demo.6": norm}
        assert points(marker.mark("attacker", raw(course.hand_in(answers)))) == {**POINTS, "demo.1": 0.0, "demo.6": 0.0}
    assert points(marker.mark("honest", raw(course.hand_in()))) == POINTS


def test_every_function_of_the_book_that_can_be_lent_gives_the_same_there(box):
    """They stand in their sources alone, as a reader's do."""
    found = {
        e.id: e
        for number in exercises.chapter_modules()
        for x in exercises.chapter(number)
        for e in lending.lendable(x)
    }
    assert len(found) > 15
    for exercise in found.values():
        with box.lending(lending.job([exercise], 10.0, 256 << 20)) as fd:
            caller = Caller(fd)
            with caller.wire:
                for case in draw_cases(exercise, 5):
                    right = runner.as_data(
                        exercise.solution(*(np.copy(a) if isinstance(a, np.ndarray) else a for a in case))
                    )
                    worked, result = caller.call(*case)
                    assert worked
                    assert runner.same(codec.decode(result), right), exercise.id
