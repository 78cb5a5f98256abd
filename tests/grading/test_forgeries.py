"""Replies that nobody's answer wrote, judged directly: no mark, no words of their author's in the report, no time, no memory."""

import dataclasses
import struct

import numpy as np
import pytest
from classroom import HONEST, POINTS, code, points, raw

from bpedu import exercises
from bpedu.grading.assignment import Item
from bpedu.grading.box import codec
from bpedu.grading.findings import draw_paper, judge_reply
from bpedu.grading.marking import LONG, touchy
from bpedu.runner import time_limit

SECRET = "0.123456789"
PLENTY = 20  # seconds for what takes a hundredth of one; before it was mended, a minute to a day


@pytest.fixture
def at_once():
    """Ends what would not end by itself."""
    with time_limit(PLENTY):
        yield


def paper(marker, number):
    return marker.paper(marker.assignment.items[number], "")


def judged(marker, number, **reply):
    return judge_reply(paper(marker, number), codec.encode({"used": [], **reply}))


def every_case(marker, number, value):
    """The reply of an answer that gives `value` on every case."""
    return {"outcomes": [("value", value, ())] * (len(paper(marker, number).cases) + 1)}


WIDE = np.zeros(
    (0, 60_000, 16), np.uint8
)  # its sum over the empty axis would take eight megabytes, twenty axes gigabytes
HEAVY = {
    "a list of nothing": [None] * 30_000,
    "a list of empty tuples": [()] * 30_000,
    "lists in lists": [[[[None] * 30_000]]],
    "a table whose keys collide": {i * ((1 << 61) - 1): None for i in range(1500)},
    "an array that is empty and yet large": WIDE,
    "three of them": (WIDE, WIDE, WIDE),
}


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("kind", HEAVY)
def test_a_reply_that_is_dear_to_compare_is_not_compared(kind, marker):
    assert judged(marker, 1, **every_case(marker, 1, HEAVY[kind])).status == "unreadable"


def test_a_long_word_does_not_make_room_for_itself_everywhere():
    words = b"u" + codec.encode((60_000,)) + b"l" + struct.pack("<I", 60_000)
    words += b"s" + struct.pack("<I", 200) + b"a" * 200 + (b"s" + bytes(4)) * 59_999
    with pytest.raises(codec.Unreadable, match="too much text"):
        codec.decode(words)


def test_a_truth_value_is_one_of_two():
    odd = b"ab\x01\x01" + struct.pack("<Q", 3) + b"\x02\x00\xff"
    assert codec.decode(odd).view(np.uint8).tolist() == [1, 0, 1]


COUNT = "as many results as a secret says"
FORGED = {
    "an error of syntax with a message": {"failed": (f"=HYPERLINK({SECRET})", 3)},
    "a line number that is a secret": {"failed": ("SyntaxError", 123456789)},
    "a line number that is text": {"failed": ("SyntaxError", SECRET)},
    "an error of another kind": {"failed": (SECRET, None)},
    "a type": {"foreign": SECRET},
    "an error": {"outcomes": [("error", f"E{SECRET}: {SECRET}")] * 99},
    "a number of results": {"outcomes": COUNT},
    "a library of its own": {"failed": ("ValueError", None), "used": [SECRET, "torch.123456789", 7, None]},
    "no list of libraries": {"failed": ("ValueError", None), "used": 5},
    "outcomes that are text": {"outcomes": "0123456789"},
    "outcomes that are an array": {"outcomes": np.ones(5)},
    "too few outcomes": {"outcomes": [("value", 1.0, ())]},
    "no outcome": {"outcomes": []},
    "an outcome with an array for its kind": {"outcomes": [(np.array(["value"] * 2), 1.0, ())] * 5},
    "an outcome that ends early": {"outcomes": [("value",)] * 5},
    "a verdict": {"status": "right", "right": True, "points": 2.0},
    "a value where functions are run": {"value": 1.0},
    "arguments that changed": {"outcomes": [("value", 1.0, (10**9, -5))] * 5},
    "a blank that is none": {"blank": np.array([True, True])},
}


@pytest.mark.parametrize("kind", FORGED)
@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_forged_reply_earns_nothing_and_says_nothing(kind, number, marker):
    reply = FORGED[kind]
    if reply.get("outcomes") is COUNT:
        reply = every_case(marker, number, tuple(range(123)))
    finding = judged(marker, number, **reply)
    assert not finding.right
    assert "123" not in finding.says, finding.says
    assert "HYPERLINK" not in finding.says


@pytest.mark.parametrize("reply", [None, 5, [], (), "right", np.ones(3), {}, {"used": []}, [("value", 1.0, ())]])
def test_a_reply_that_is_no_reply(reply, marker):
    for number in range(len(marker.assignment.items)):
        assert judge_reply(paper(marker, number), codec.encode(reply)).status == "unreadable"


VALUES = [
    np.nan, np.inf, -np.inf, 0.0, 10**400, 1 + 0j, True, "", "42", b"42", [], (), {}, [[]], {"answer": 42.0}, np.array(["42"]),
    np.array([42.0, 42.0]), np.array(42 + 1j), np.full((1,) * 32, 7.0), np.zeros((0, 3)), np.float16(65504), [42, [42]], "ab", "A B",
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_no_such_value_is_right(value, marker):
    """Of a function, a class, a number and a choice."""
    for number in (0, 1, 2, 5):
        assert not judged(marker, number, **every_case(marker, number, value)).right
    assert not judged(marker, 3, value=value).right
    assert not judged(marker, 4, value=value).right


@pytest.mark.parametrize("answer", [SECRET, 0.123456789, [SECRET], {"a": SECRET}, 123456789, b"123"])
def test_the_answer_to_a_number_or_choice_carries_no_inputs_into_the_feedback(answer, marker):
    """Its cell runs beside the inputs of the other exercises, so it could write them there."""
    for number in (3, 4):
        assert "123" not in judged(marker, number, value=answer).says


def everywhere(change):
    """Applies `change` to every array and number of a result."""

    def changed(value):
        if isinstance(value, (tuple, list)):
            return type(value)(map(changed, value))
        if isinstance(value, dict):
            return {k: changed(v) for k, v in value.items()}
        return value if value is None or isinstance(value, (bool, str)) else change(np.asarray(value))

    return changed


def with_keys(value):
    """Dictionaries with a key of the answer's own."""
    if isinstance(value, (tuple, list)):
        return type(value)(map(with_keys, value))
    return {**value, "SECRET 987654": 1.0} if isinstance(value, dict) else value


WRITTEN = {
    "a key": with_keys,
    "a factor": everywhere(lambda a: a * 987.654),
    "a small factor": everywhere(lambda a: a / 987.654),
    "an offset": everywhere(lambda a: a + 987.654),
    "one entry": everywhere(lambda a: np.where(np.arange(a.size).reshape(a.shape) == 0, 987.654, a)),
    "a shape": everywhere(lambda a: np.zeros((987, 6))),
    "an imaginary part": everywhere(lambda a: a + 987.654j),
    "text": everywhere(lambda a: np.full(a.shape, "SECRET 987654".ljust(987))),
    "bytes": lambda value: b"SECRET 987654",
    "a text alone": lambda value: "SECRET 987654",
    "a type": everywhere(lambda a: codec.Foreign("SECRET 987654")),
    "a whole number": everywhere(lambda a: 987654),
    "a dictionary": lambda value: {"SECRET 987654": value},
    "many results": lambda value: (1.0,) * 987,
}


@pytest.mark.parametrize("number", exercises.chapter_modules())
def test_no_result_writes_a_word_or_a_number_of_its_own_into_the_feedback(number, marker):
    """An answer sees the hidden inputs of the whole assignment, so it could write them there."""
    for exercise in filter(lambda e: e.runs, exercises.chapter(number)):
        paper = draw_paper(Item(exercise, "ex", "test", 1.0, ""), marker.assignment, marker.settings)
        for kind, write in WRITTEN.items():
            outcomes = [("value", write(value), ()) for value in [*paper.expected, *paper.expected[:1]]]
            says = judge_reply(paper, codec.encode({"outcomes": outcomes, "used": []})).says
            assert "SECRET" not in says, (exercise.id, kind, says)
            assert "987" not in says, (exercise.id, kind, says)
            assert "0.00101" not in says, (exercise.id, kind, says)


SOURCES = {
    "points": "a." * LONG,
    "empty lines": "\n" * LONG,
    "indented empty lines": "\n " * LONG,
    "a long line": "import" + " " * LONG,
    "long names": ("a" * 2000 + ".") * (LONG // 2000),
    "underscores": "__" + "a_" * LONG,
}


@pytest.mark.usefixtures("at_once", "sandboxed")
@pytest.mark.parametrize("kind", SOURCES)
def test_no_source_keeps_the_judge_busy(kind, course, marker):
    """The judge itself looks at the text, before any limit of the sandbox."""
    touchy(SOURCES[kind][:LONG])
    answers = {**HONEST, "demo.1": HONEST["demo.1"] + '\n"""' + SOURCES[kind] + '"""'}
    assert points(marker.mark("student", raw(course.hand_in(answers)))) == POINTS


def test_what_touches_python_is_still_seen():
    for text in ("np.allclose = f", "x = 1\n  np.linalg.norm=f", "import os", "  from os import path", "a.__class__", "setattr(np, 'x', 1)",
                 "exec('1')", "import os.path as p", "from  ctypes  import CDLL"):  # fmt: skip
        assert touchy(text), text
    for text in (
        "self.v = 1",
        "a == b",
        "np.sum(x)",
        "import numpy as np",
        "from math import pi",
        "x.y == 3",
        "def __init__(self): pass",
    ):
        assert not touchy(text), text


NOTEBOOKS = {
    "half a letter in its version": b'{"worksheets": [], "nbformat": "\\ud800"}',
    "a version of lists": b'{"worksheets": [], "nbformat": ' + b"[" * 900 + b"]" * 900 + b"}",
    "a million tables": b'{"cells": [' + b"{}," * 600_000 + b"{}]}",
    "a million lists": b'{"cells": [' + b"[]," * 600_000 + b"[]]}",
    "half a letter as its student": b'{"cells": [], "metadata": {"bpedu": {"student": "\\ud800"}}}',
    "metadata that is a list": b'{"cells": [], "metadata": [1]}',
    "a cell of half letters": b'{"cells": [{"cell_type": "code", "source": "\\udcff", "metadata": {"nbgrader": {"grade_id": "\\ud800"}}}]}',
    "nothing finite": b'{"cells": [{"cell_type": "code", "source": NaN, "metadata": {"nbgrader": {"points": Infinity}}}]}',
    "the same key twice": b'{"cells": [], "cells": 5}',
}


@pytest.mark.usefixtures("sandboxed")
@pytest.mark.parametrize("kind", NOTEBOOKS)
def test_no_notebook_stops_the_run(kind, marker):
    result = marker.mark("attacker", NOTEBOOKS[kind])
    assert result["total"] == 0


@pytest.mark.usefixtures("sandboxed")
def test_a_notebook_that_reading_stumbles_over_costs_its_author_only(marker, monkeypatch, course):
    """Whatever it may be that nobody has thought of."""
    monkeypatch.setattr("bpedu.grading.marking.remarks", lambda *_: 1 / 0)
    assert marker.mark("attacker", raw(course.hand_in()))["unusable"] == "It could not be read (ZeroDivisionError)."
    monkeypatch.undo()
    assert points(marker.mark("honest", raw(course.hand_in(last=[code("x")["source"]])))) == POINTS


def test_half_a_letter_is_on_no_roster(marker):
    assignment = dataclasses.replace(marker.assignment, roster=frozenset(["0123456789ab"]))
    whose, remark = assignment.numbers_of("ada", {"metadata": {"bpedu": {"student": "\ud800"}}})
    assert whose == ""
    assert "nobody" in remark
