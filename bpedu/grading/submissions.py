"""Finds the submissions in a folder, and who handed them in.

Three shapes are understood, also mixed: nbgrader's `<student>/<assignment>/<assignment>.ipynb`, `<student>/*.ipynb`, and
`<student>.ipynb`, with the names that Canvas and Moodle give to their downloads.
"""

import itertools
import os
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from bpedu.grading.words import NOTE

CANVAS = re.compile(r"(?P<name>.+?)_(?:LATE_)?(?P<id>\d{2,})_(?P<hand_in>\d{2,})_(?P<file>.+?)(?:-(?P<copy>\d+))?$")
MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assign(?:submission|feedback)_\w*?_?(?P<file>[^_].*)?$")
# Some browsers add what they take a notebook for.
NOTEBOOK = re.compile(r"(.+)\.ipynb(?:\.txt|\.json)?", re.IGNORECASE | re.DOTALL)
SKIPPED = re.compile(r"^(\.|__MACOSX|~)|-checkpoint$")
LONGEST_NAME = 160  # bytes: the page "NAME.html", and what is written beside it first, need a few more
DEEPEST, MOST = 8, 10_000  # folders in a student's folder are looked through so far


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
    name = re.sub(r"\s+", " ", name)[:80]
    return name.encode()[:LONGEST_NAME].decode(errors="ignore").rstrip() or "unnamed"


def shown(name: str) -> str:
    """A name as tables and pages show it: what cannot be printed, or is no text, becomes a question mark."""
    return "".join(c if c.isprintable() else "?" for c in unicodedata.normalize("NFC", name))


def who(stem: str) -> dict:
    """The student that a downloaded file or folder belongs to, from the name Canvas or Moodle gave it."""
    moodle = MOODLE.fullmatch(stem)
    if moodle:
        return {
            "student": clean(moodle["name"]),
            "display": shown(moodle["name"]),
            "lms": "moodle",
            "lms_id": moodle["id"],
        }
    canvas = CANVAS.fullmatch(stem)
    if canvas:
        return {"student": clean(canvas["name"]), "display": shown(canvas["name"]), "lms": "canvas", "lms_id": canvas["id"],
                "copy": int(canvas["copy"] or 0)}  # fmt: skip
    return {"student": clean(stem), "display": shown(stem)}


def find(folder: Path, assignment: str) -> list[Submission]:
    """Every student's submission, one each, in order of name."""
    found, strange = [], []
    for entry in entries(folder):
        if os.path.isdir(entry) and not (notebook_like(entry) and entry.is_symlink()):
            found.append(in_folder(entry, assignment))
        elif notebook_like(entry):
            found.append(Submission(path=entry, **who(notebook_like(entry)[1])))
        elif "lms" in who(entry.stem):  # a student's, though no notebook: better said than passed over
            strange.append(Submission(path=entry, **who(entry.stem)))
    seen = {(s.display, s.lms_id) for s in found}
    return one_each(found + [s for s in strange if (s.display, s.lms_id) not in seen])


def left_out(folder: Path) -> list[str]:
    """Names of the files that are no notebooks, and say of nobody that they are theirs."""
    files = (e for e in entries(folder) if not os.path.isdir(e) and not notebook_like(e))
    return [shown(e.name) for e in files if "lms" not in who(e.stem)]


def entries(folder: Path) -> list[Path]:
    """What lies in the folder of submissions, without what computers put there themselves."""
    return [e for e in sorted(folder.iterdir()) if not SKIPPED.search(e.stem if e.suffix else e.name)]


def notebook_like(path: Path) -> re.Match | None:
    """Whether the file is called a notebook; [1] is its name without the ending."""
    return NOTEBOOK.fullmatch(path.name)


def in_folder(folder: Path, assignment: str) -> Submission:
    """The notebook of a student's folder: nbgrader's, one named like the assignment, or the newest.

    A link counts as a file that cannot be read, also where it stands for a folder: it could lead to another student's.
    """
    student = who(folder.name)
    place = folder / assignment
    for link in filter(os.path.islink, (folder, place)):
        return Submission(path=link, **student)
    exact = place / f"{assignment}.ipynb"
    found = notebooks_in(place) or notebooks_in(folder)
    if exact in found:
        return Submission(path=exact, **student)
    if not found:
        return Submission(path=None, **student)
    named = [p for p in found if assignment.lower() in p.stem.lower()]
    chosen = max(named or found, key=lambda p: (p.stem == assignment, changed(p), p.name))
    if len(found) == 1:
        return Submission(path=chosen, **student)
    names = ", ".join(clean(p.name) for p in found[:5])
    return Submission(path=chosen, **student, notes=(NOTE["several"].format(names=names, chosen=clean(chosen.name)),))


def notebooks_in(folder: Path) -> list[Path]:
    """The notebooks in a folder and in those inside it, not through links, and not without end."""
    found, waiting, seen = [], [(folder, 0)], 0
    while waiting:
        here, depth = waiting.pop()
        try:
            with os.scandir(here) as entries:
                for entry in entries:
                    seen += 1
                    stem, suffix = os.path.splitext(entry.name)
                    if seen > MOST or SKIPPED.search(stem if suffix else entry.name):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting += [(Path(entry.path), depth + 1)] if depth < DEEPEST else []
                    elif NOTEBOOK.fullmatch(entry.name):
                        found.append(Path(entry.path))
        except OSError:  # a folder that may not be opened holds nothing
            continue
    return sorted(found)


def changed(path: Path) -> float:
    """When a file was last changed; 0 where that cannot be told."""
    try:
        return path.lstat().st_mtime
    except OSError:
        return 0.0


def one_each(found: list[Submission]) -> list[Submission]:
    """Two hand-ins of one person become the later; two people of one name, once it is clean, get a number added."""
    people: dict[tuple, Submission] = {}
    for s in found:
        key = (s.display, s.lms_id)
        before = people.get(key)
        if before is None:
            people[key] = s
            continue
        late, early = sorted((before, s), key=lambda x: (x.copy, changed(x.path) if x.path else 0), reverse=True)
        note = NOTE["late copy"].format(names=clean(early.path.name) if early.path else "an empty folder")
        people[key] = replace(late, notes=(*late.notes, note))
    names = Counter(s.student.casefold() for s in people.values())
    taken, out = {n for n, count in names.items() if count == 1}, []
    for s in people.values():
        if names[s.student.casefold()] > 1:
            s = renamed(s, taken)
        out.append(s)
    return sorted(out, key=lambda s: s.student)


def renamed(s: Submission, taken: set[str]) -> Submission:
    """A submission under a name that nobody else has: with the number of the LMS, or the next that is free."""
    name = f"{s.student} {s.lms_id}".strip()
    free = (f"{name} {n}" if n else name for n in itertools.chain([0], itertools.count(2)))
    chosen = next(n for n in free if n.casefold() not in taken)
    taken.add(chosen.casefold())
    note = () if s.lms_id else (NOTE["same name"].format(name=s.display),)
    return replace(s, student=chosen, notes=(*s.notes, *note))
