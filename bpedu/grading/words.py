"""What the classroom says: about one answer, about a submission that cannot be read, and on its pages."""

import re
from dataclasses import replace

from bpedu import feedback

ANSWER = {
    "right": "Right.",
    "right with help": "Right on its own merits: with a right {needs}, which it calls, its results are right.",
    "not attempted": "Not attempted: the cell is still blank.",
    "renamed": "The cell holds something, but defines no {name}. Keep the name that the exercise gives: the judge looks for it.",
    "missing": "No answer: the cell is gone from the notebook, and no other cell defines {name}.",
    "slow": "It had not finished after {seconds:g} seconds and was stopped. Is there a loop that never ends?",
    "died": "It ended the process that ran it (a crash, an exit, or more memory than it was given).",
    "flood": "It returned far more data than was asked for.",
    "unreadable": "It returned something that could not be read.",
    "borrowed": "It asks {libraries} for the result. This exercise asks for your own computation, so that earns no points.",
    "syntax": "The cell is not valid Python ({kind}{line}).",
    "stopped": "The cell stopped with {kind} before {name} was defined.",
    "not callable": "{name} is not a function or class: the name has been used for something else.",
    "error": "It stopped with {kind}.",
    "error own": "It stopped with an error.",
    "number": "That is not the number.",
    "foreign": "It returned something that is neither a number nor an array.",
}

SUBMISSION = {
    "too large": "The file is {megabytes:.0f} MB; a submission has at most {limit:.0f} MB.",
    "not a file": "It is not an ordinary file (a link or a device), so it was not opened.",
    "empty": "The file is empty.",
    "pdf": "It is a PDF document, not a notebook.",
    "zip": "It is a ZIP archive, not a notebook.",
    "html": "It is a web page, not a notebook.",
    "truncated": "The file breaks off in the middle: it is not complete JSON (position {position}).",
    "not json": "It is not a notebook: its text is not JSON.",
    "too many": "It has far more parts than a notebook can have.",
    "encoding": "Its text is in no encoding that a notebook can have.",
    "too deep": "Its JSON is nested too deeply to be a notebook.",
    "not a notebook": "It is JSON, but no notebook: it has no list of cells.",
    "old format": "It is a notebook of the old format {version}. Opened and saved once in Jupyter, it can be graded.",
    "none": "There is no notebook in the folder.",
    "unread": "It could not be read ({kind}).",
    "io": "The file could not be read ({reason}).",
    "lost": "The grading process ended while it marked this submission, twice.",
}

NOTE = {
    "duplicated": "The cell of {id} appears {count} times; the filled-in ones were used.",
    "deleted": "The cell of {id} is missing.",
    "points": "The points written in the notebook for {id} were changed; the assignment's count.",
    "metadata": "The marks of a cell ({id}) were changed in the notebook's metadata; the assignment's count.",
    "reencoded": "The file was not in UTF-8; it was read as {encoding}.",
    "several": "There were several notebooks ({names}); {chosen} was graded.",
    "other": "No cell of the assignment was found: is this the notebook of another assignment?",
    "another's": "The notebook was handed out to {student}; its numbers were judged as {student}'s.",
    "nobody's": "The notebook was handed out to nobody on the roster; the numbers of the general release were used.",
    "same name": "Another student's file or folder has nearly the same name; this one is {name}.",
    "late copy": "An earlier hand-in ({names}) was replaced by this one.",
}

KNOWN_ERRORS = {
    k for k, v in vars(__import__("builtins")).items() if isinstance(v, type) and issubclass(v, BaseException)
}
KNOWN_ERRORS |= {"LinAlgError", "AxisError", "UFuncTypeError", "_UFuncNoLoopError", "_ArrayMemoryError"}


SYNTAX_ERRORS = {"SyntaxError", "IndentationError", "TabError", "ValueError", "RecursionError", "MemoryError"}
MANY = 20  # results: a larger count is not told
OTHERS = "others"  # stands for keys of a dictionary that the answer has named
TEXT = re.compile(r"entries of type \W?[US]\d+")  # the length of the longest is the answer's to choose


def error(kind: str) -> str:
    """The kind of an error, where it is one of Python's or NumPy's own: any other could be made to carry hidden inputs."""
    kind = kind.split(":")[0].strip()
    return ANSWER["error"].format(kind=kind.lstrip("_")) if kind in KNOWN_ERRORS else ANSWER["error own"]


def answer(exercise, verdict) -> str:
    """A verdict in words, with nothing of the hidden cases."""
    if verdict.status == "error":
        return error(verdict.details.get("error") or "")
    if verdict.status == "foreign":
        return ANSWER["foreign"]
    if verdict.status in ANSWER:
        return ANSWER[verdict.status].format(name=exercise.name, **verdict.details)
    if exercise.kind == "number" and verdict.status == "value":
        return ANSWER["number"]
    return feedback.sentence(exercise, replace(verdict, details=quiet(exercise, verdict)), reveal=False)


def quiet(exercise, verdict) -> dict:
    """The details without what the answer could have written there: its code has seen the hidden inputs of all exercises."""
    details = dict(verdict.details)
    if verdict.status == "count" and details["got"] > MANY:
        details["got"] = f"more than {MANY}"
    if verdict.status == "keys" and details["extra"]:
        details["extra"] = [OTHERS]
    if verdict.status == "dtype":
        details["got"] = TEXT.sub("text", details["got"]) if exercise.runs else "something else"
    return details
