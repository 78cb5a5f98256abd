"""Reads a submitted notebook, whatever it turns out to be: the cells in it, or the reason why there are none."""

import json
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from bpedu.grading.words import SUBMISSION

LARGEST = 20 << 20
LARGEST_CELL = 1 << 20
MOST_CELLS = 20_000  # each is looked at for every exercise
MOST_PARTS = 500_000  # lists and tables in its JSON: each takes far more memory than its text


class Unusable(Exception):
    """The submission cannot be read. `args[0]` is the reason in words."""


@dataclass(frozen=True)
class Cell:
    """A code cell: its nbgrader name ("" for one that the student added), its source, and its nbgrader metadata."""

    grade_id: str
    source: str
    marks: dict = field(default_factory=dict)


def read_file(path) -> bytes:
    """The content of an ordinary file of sensible size; nothing else is opened."""
    try:
        info = os.lstat(path)
        if not stat.S_ISREG(info.st_mode):
            raise Unusable(SUBMISSION["not a file"])
        if info.st_size > LARGEST:
            raise Unusable(SUBMISSION["too large"].format(megabytes=info.st_size / 1e6, limit=LARGEST / 1e6))
        with open(
            os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)), "rb"
        ) as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise Unusable(SUBMISSION["io"].format(reason=error.strerror)) from None


def text_of(raw: bytes) -> tuple[str, str]:
    """(text, encoding). Raises `Unusable` for what is no text or plainly another kind of file."""
    start = raw[:400].lstrip().lower()
    for head, reason in ((b"%pdf", "pdf"), (b"pk\x03\x04", "zip"), (b"<!doctype html", "html"), (b"<html", "html")):
        if start.startswith(head):
            raise Unusable(SUBMISSION[reason])
    if not raw.strip():
        raise Unusable(SUBMISSION["empty"])
    marks = (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if raw.startswith(marks) else ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise Unusable(SUBMISSION["encoding"])


def parse(raw: bytes) -> tuple[dict, str]:
    """(notebook as JSON, encoding). Raises `Unusable`."""
    text, encoding = text_of(raw)
    if raw.count(b"{") + raw.count(b"[") > MOST_PARTS:
        raise Unusable(SUBMISSION["too many"])
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        whole = text.rstrip()
        torn = whole.lstrip().startswith("{") and not whole.endswith("}")
        raise Unusable(SUBMISSION["truncated" if torn else "not json"].format(position=error.pos)) from None
    except RecursionError:
        raise Unusable(SUBMISSION["too deep"]) from None
    except ValueError:
        raise Unusable(SUBMISSION["not json"]) from None
    if isinstance(notebook, dict) and "worksheets" in notebook:
        version = notebook.get("nbformat")
        raise Unusable(SUBMISSION["old format"].format(version=version if version in (1, 2, 3) else "1, 2 or 3"))
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise Unusable(SUBMISSION["not a notebook"])
    if len(notebook["cells"]) > MOST_CELLS:
        raise Unusable(SUBMISSION["too many"])
    return notebook, encoding


def cells_of(notebook: dict) -> list[Cell]:
    """The code cells, in order. What is malformed in a cell counts as absent."""
    out = []
    for cell in notebook["cells"]:
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source", "")
        if isinstance(source, list):
            source = "".join(s for s in source if isinstance(s, str))
        if not isinstance(source, str) or len(source) > LARGEST_CELL:
            source = ""
        metadata = cell.get("metadata")
        marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        marks = marks if isinstance(marks, dict) else {}
        name = marks.get("grade_id")
        out.append(Cell(name if isinstance(name, str) else "", source, marks))
    return out


def load(path: Path) -> tuple[dict, str]:
    """(notebook as JSON, encoding) of a file. Raises `Unusable`."""
    return parse(read_file(path))
