"""Finds the submissions in a folder, and who handed them in.

Three shapes are understood, also mixed: nbgrader's `<student>/<assignment>/<assignment>.ipynb`, `<student>/*.ipynb`, and
`<student>.ipynb`, with the names that Canvas and Moodle give to their downloads.
"""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path

from bpedu.grading.words import NOTE

CANVAS = re.compile(r"(?P<name>.+?)_(?:LATE_)?(?P<id>\d{2,})_(?P<hand_in>\d{2,})_(?P<file>.+?)(?:-(?P<copy>\d+))?$")
MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assign(?:submission|feedback)_\w*?_?(?P<file>[^_].*)?$")
SKIPPED = re.compile(r"^(\.|__MACOSX|~)|-checkpoint$")


@dataclass(frozen=True)
class Submission:
    """One student's work. path: None when the folder held no notebook. lms: "canvas" or "moodle" with the id used there."""

    student: str
    path: Path | None
    display: str = ""
    lms: str = ""
    lms_id: str = ""
    copy: int = 0
    notes: tuple[str, ...] = field(default=())


def clean(name: str) -> str:
    """A student's name that is safe as a file name and in a table: no path, no control signs, no leading = + - @ or dot."""
    name = unicodedata.normalize("NFC", name)
    name = "".join(c if c.isalnum() or c in " .@-_'" else "_" for c in name).strip().lstrip("-.@ ").rstrip(". ")
    return re.sub(r"\s+", " ", name)[:80] or "unnamed"


def who(stem: str) -> dict:
    """The student that a downloaded file or folder belongs to, from the name Canvas or Moodle gave it."""
    moodle = MOODLE.fullmatch(stem)
    if moodle:
        return {"student": clean(moodle["name"]), "display": moodle["name"], "lms": "moodle", "lms_id": moodle["id"]}
    canvas = CANVAS.fullmatch(stem)
    if canvas:
        return {"student": clean(canvas["name"]), "display": canvas["name"], "lms": "canvas", "lms_id": canvas["id"],
                "copy": int(canvas["copy"] or 0)}  # fmt: skip
    return {"student": clean(stem), "display": stem}


def find(folder: Path, assignment: str) -> list[Submission]:
    """Every student's submission, one each, in order of name."""
    found = []
    for entry in sorted(folder.iterdir()):
        if SKIPPED.search(entry.stem if entry.suffix else entry.name):
            continue
        if entry.is_dir() and not entry.is_symlink():
            found.append(in_folder(entry, assignment))
        elif entry.suffix.lower() == ".ipynb":
            found.append(Submission(path=entry, **who(entry.stem)))
    return one_each(found)


def in_folder(folder: Path, assignment: str) -> Submission:
    """The notebook of a student's folder: nbgrader's, one named like the assignment, or the newest."""
    student = who(folder.name)
    exact = folder / assignment / f"{assignment}.ipynb"
    if is_there(exact):
        return Submission(path=exact, **student)
    places = [folder / assignment] if (folder / assignment).is_dir() else [folder]
    found = [p for place in places for p in sorted(place.rglob("*.ipynb"))
             if not any(SKIPPED.search(part) for part in p.relative_to(folder).with_suffix("").parts)]  # fmt: skip
    if not found:
        return Submission(path=None, **student)
    named = [p for p in found if assignment.lower() in p.stem.lower()]
    chosen = max(named or found, key=lambda p: (p.stem == assignment, p.lstat().st_mtime, p.name))
    if len(found) == 1:
        return Submission(path=chosen, **student)
    names = ", ".join(clean(p.name) for p in found[:5])
    return Submission(path=chosen, **student, notes=(NOTE["several"].format(names=names, chosen=clean(chosen.name)),))


def is_there(path):
    return path.is_symlink() or path.exists()


def one_each(found: list[Submission]) -> list[Submission]:
    """Two hand-ins of one person become the later; two people of one name get their numbers added."""
    people: dict[tuple, Submission] = {}
    for s in found:
        key = (s.student.casefold(), s.lms_id)
        before = people.get(key)
        if before is None:
            people[key] = s
            continue
        late, early = sorted(
            (before, s), key=lambda x: (x.copy, x.path.lstat().st_mtime if x.path else 0), reverse=True
        )
        note = NOTE["late copy"].format(names=clean(early.path.name) if early.path else "an empty folder")
        people[key] = replace(late, notes=(*late.notes, note))
    names = [s.student.casefold() for s in people.values()]
    out = [replace(s, student=f"{s.student} {s.lms_id}") if names.count(s.student.casefold()) > 1 and s.lms_id else s
           for s in people.values()]  # fmt: skip
    return sorted(out, key=lambda s: s.student)
