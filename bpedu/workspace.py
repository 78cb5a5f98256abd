"""The reader's workspace: a folder of their own copies of the chapters, which nothing here ever overwrites.

A marker file makes the folder a workspace and remembers from which version of the book each copy was taken, so that
a newer chapter can be announced. Progress is kept beside it (see `records`).
"""

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bpedu import paths, records

START = "00_start_here"


@dataclass(frozen=True)
class Filled:
    """What filling a workspace did: names of chapters copied now, and of those of which the book has a newer version."""

    folder: Path
    copied: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()


def default_folder(named=None) -> Path:
    """The workspace to use: the one named, the one we are in, or the usual place.

    The usual place is `workspace` in a checkout and `bpedu-workspace` in the current folder otherwise.
    """
    if named:
        return Path(named).expanduser().resolve()
    if os.environ.get("BPEDU_WORKSPACE"):
        return Path(os.environ["BPEDU_WORKSPACE"]).expanduser().resolve()
    return records.workspace() or (
        paths.CHECKOUT / "workspace" if paths.in_checkout() else Path.cwd() / "bpedu-workspace"
    )


def book() -> dict[str, Path]:
    """The book's own blank chapters: 'NN_slug' -> notebook, in the order of the book."""
    return {p.stem: p for p in sorted(paths.share("chapters").glob("*.ipynb"))}


def fill(folder: Path) -> Filled:
    """Makes `folder` a workspace and copies every chapter that is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = read_marker(folder)
    copied, newer = [], []
    for name, original in book().items():
        version = fingerprint(original)
        if not (folder / original.name).exists():
            copy(original, folder / original.name)
            copied.append(name)
            taken[name] = version
        elif taken.get(name, version) != version:
            newer.append(name)
    write_marker(folder, taken)
    return Filled(folder, tuple(copied), tuple(newer))


def reset(folder: Path, chapter: str) -> tuple[Path, Path | None]:
    """Puts the book's copy of one chapter back. Returns it, and where the reader's own is kept (None: there was none).

    Raises KeyError for a chapter that the book does not have and FileNotFoundError where there is no workspace.
    """
    name = find_chapter(chapter)
    if not (folder / records.MARKER).exists():
        raise FileNotFoundError(
            f"There is no workspace in {folder}. Make one with bpedu lab, or name it: --workspace DIR."
        )
    mine = folder / f"{name}.ipynb"
    kept = None
    if mine.exists():
        kept = dated(mine)
        mine.rename(kept)
    copy(book()[name], mine)
    write_marker(folder, {**read_marker(folder), name: fingerprint(book()[name])})
    return mine, kept


def find_chapter(chapter: str) -> str:
    """'02_the_neuron' for '02', '2', '02_the_neuron' or '02_the_neuron.ipynb'."""
    wanted = Path(chapter).name.removesuffix(".ipynb")
    number = wanted.zfill(2) if wanted.isdigit() else wanted
    for name in book():
        if wanted == name or number.lower() == name.split("_")[0].lower():
            return name
    raise KeyError(f"The book has no chapter {chapter!r}; it has {', '.join(book()) or 'none at all'}.")


def dated(path: Path) -> Path:
    """A free name beside `path` that carries the time: 02_the_neuron-2026-03-01-174502.ipynb."""
    stem = f"{path.stem}-{datetime.now():%Y-%m-%d-%H%M%S}"
    names = (path.with_name(f"{stem}{tail}{path.suffix}") for tail in ("", *(f"-{i}" for i in range(2, 1000))))
    return next(name for name in names if not name.exists())


def copy(original: Path, target: Path) -> None:
    """Copies beside and then renames, so that no half a notebook is ever left under the right name."""
    beside = beside_of(target)
    shutil.copyfile(original, beside)
    os.replace(beside, target)


def beside_of(target: Path) -> Path:
    """A hidden name beside `target`, this process's own: two that start at once do not take each other's file away."""
    return target.with_name(f".{target.name.lstrip('.')}.{os.getpid()}.tmp")


def fingerprint(notebook: Path) -> str:
    """A digest of what a reader sees of a notebook before running it: its cells, without outputs and ids."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    text = json.dumps([[c["cell_type"], "".join(c["source"])] for c in cells])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read_marker(folder: Path) -> dict[str, str]:
    """Chapter -> version of the book's chapter that the copy was made from. Unreadable counts as unknown."""
    try:
        chapters = json.loads((folder / records.MARKER).read_text(encoding="utf-8"))["chapters"]
        return {str(k): str(v) for k, v in chapters.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write_marker(folder: Path, taken: dict[str, str]) -> None:
    beside = beside_of(folder / records.MARKER)
    beside.write_text(json.dumps({"version": 1, "chapters": taken}, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(beside, folder / records.MARKER)
