"""Writes what a run found: marks.csv, details.jsonl, the files that Canvas and Moodle import, and the pages.

Every file, and the folder of pages, is written beside and then renamed, so that a report is never half a file.
"""

import csv
import io
import json
import os
import shutil
from datetime import datetime
from pathlib import Path

from bpedu.grading import pages

KEPT = "before"


class Feedback:
    """The students' pages. They are written as the results come, and take the place of an earlier report's at the end."""

    def __init__(self, folder: Path, assignment, run: dict):
        self.folder, self.fresh = folder / "feedback", folder / "feedback.new"
        self.assignment, self.run = assignment, run
        clear(self.fresh)
        self.fresh.mkdir()

    def add(self, result: dict):
        page = pages.student(self.assignment, result, self.run)
        save(self.fresh / f"{result['student']}.html", page)

    def publish(self):
        clear(self.folder)
        self.fresh.rename(self.folder)


def clear(place: Path):
    """Removes a folder, or whatever else stands there."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def write(folder: Path, assignment, results: list[dict], run: dict) -> Path | None:
    """All but the feedback. results: one per student, as `Marker.mark` gives them, with "display", "lms" and "lms_id" added.

    Returns where the tables are that were there and have others in their place now: a teacher may have written in them.
    """
    tables = {
        "marks.csv": marks(assignment, results), "canvas.csv": canvas(assignment, results),
        "moodle.csv": moodle(assignment, results),
    }  # fmt: skip
    kept = keep(folder, tables)
    for name, text in tables.items():
        put(folder / name, text)
    put(folder / "details.jsonl", "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in results))
    put(folder / "class.html", pages.whole_class(assignment, results, run))
    return kept


def keep(folder: Path, tables: dict[str, str]) -> Path | None:
    """Copies the tables that are about to change into a dated folder."""
    there = [folder / name for name, text in tables.items() if differs(folder / name, text)]
    if not there:
        return None
    aside = folder / KEPT / f"{datetime.now():%Y%m%d-%H%M%S-%f}"
    aside.mkdir(parents=True)
    for path in there:
        shutil.copy2(path, aside)
    return aside


def differs(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() != text.encode("utf-8", "backslashreplace")


FORMULAS = tuple("=+-@\t\r\n＝＋－＠|%")  # also in the wide forms that East Asian spreadsheets read


def put(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.tmp")
    save(beside, text)
    os.replace(beside, path)


def save(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="")


def table(rows) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def number(x) -> str:
    return f"{x:.6g}"


def marks(assignment, results) -> str:
    """student, total, max, and the points of every exercise."""
    head = ["student", "total", "max", *(i.exercise.id for i in assignment.items)]
    rows = [[r["student"], number(r["total"]), number(r["max"]), *(number(e["points"]) for e in r["exercises"])]
            for r in results]  # fmt: skip
    return table([head, *rows])


def canvas(assignment, results) -> str:
    """Canvas's gradebook import: its own columns, a column for the assignment, a row with the points possible."""
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment.name]
    possible = ["    Points Possible", "", "", "", "", number(assignment.maximum)]
    rows = [[safe(r["display"]), r["lms_id"] if r["lms"] == "canvas" else "", "", "" if r["lms"] else r["student"], "",
             number(r["total"])] for r in results]  # fmt: skip
    return table([head, possible, *rows])


def moodle(assignment, results) -> str:
    """Moodle's grading worksheet (by participant number), which its gradebook import reads too (by username).

    Moodle takes a worksheet only with all of "Identifier", "Grade" and "Last modified (grade)"; there it writes - for never.
    """
    head = [
        "Identifier",
        "Full name",
        "Username",
        "Grade",
        "Maximum grade",
        "Last modified (grade)",
        "Feedback comments",
    ]
    rows = [[f"Participant {r['lms_id']}" if r["lms"] == "moodle" else "", safe(r["display"]),
             "" if r["lms"] else r["student"], number(r["total"]), number(r["max"]), "-", comment(r)]
            for r in results]  # fmt: skip
    return table([head, *rows])


def comment(result) -> str:
    if result["unusable"]:
        return f"{result['unusable']} {pages.AGAIN}"
    if all(
        e["status"] == "missing" for e in result["exercises"]
    ):  # another assignment's notebook: not the same for each
        return " ".join(result["notes"])
    return " ".join(f"{e['id']}: {e['says']}" for e in result["exercises"] if e["status"] != "right")


def safe(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in FORMULAS else text
