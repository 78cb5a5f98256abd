"""What a reader has done, in one small file of the workspace, which no crash can leave half written.

The file is written beside and then renamed. A file that cannot be read is kept under a dated name, and that is said.
"""

import json
import os
import tempfile
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

MARKER = ".bpedu-workspace"
FILE = "progress.json"


def workspace() -> Path | None:
    """The reader's workspace: where BPEDU_WORKSPACE points, or the folder above with the marker file, or none."""
    named = os.environ.get("BPEDU_WORKSPACE")
    if named:
        return Path(named) if Path(named).is_dir() else None
    try:
        here = Path.cwd()
    except OSError:  # the folder we are in has been removed
        return None
    return next((p for p in (here, *here.parents) if (p / MARKER).exists()), None)


def load(folder: Path | None) -> tuple[dict, str]:
    """(records by exercise id, a sentence if something was wrong). Without a workspace there is nothing to load."""
    path = folder / FILE if folder else None
    if path is None or not path.exists():
        return {}, ""
    try:
        records = json.loads(path.read_text(encoding="utf-8"))["exercises"]
        if not all(map(is_record, records.values())):
            raise ValueError("not a table of exercises")
        return records, ""
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}, put_aside(path)


def is_record(entry) -> bool:
    """Whether an entry of the file is one that `record` could have written."""
    counts = (entry.get("attempts", 0), entry.get("hints", 0)) if isinstance(entry, dict) else (None,)
    return all(type(n) is int and n >= 0 for n in counts)


def put_aside(path: Path) -> str:
    """Keeps a file that cannot be read under a dated name. Returns the sentence that says so."""
    kept = path.with_name(f"progress-unreadable-{datetime.now():%Y%m%d-%H%M%S-%f}.json")
    try:
        path.rename(kept)
    except OSError as error:
        return f"The progress file {path} could not be read, nor put aside ({error.strerror})."
    return f"The progress file could not be read. It is kept as {kept.name}, and a new one is begun."


def record(identifier: str, **changes) -> str:
    """Updates one exercise's record: counts are added, other values replaced. Returns a sentence, empty if all is well.

    Does nothing outside a workspace. `passed`, once set, stays.
    """
    folder = workspace()
    if folder is None:
        return ""
    try:
        with locked(folder):
            records, said = load(folder)
            entry = records.setdefault(identifier, {"attempts": 0, "hints": 0})
            for key, value in changes.items():
                if key == "attempts":
                    entry[key] = entry.get(key, 0) + value
                elif not (key == "passed" and entry.get("passed")):
                    entry[key] = value
            save(folder, records)
    except OSError as error:
        return f"Your progress could not be written to {folder / FILE} ({error.strerror})."
    return said


def save(folder: Path, records: dict) -> None:
    """Writes the records beside the old file, then renames: a kill at any moment leaves the old file or the new one."""
    handle, name = tempfile.mkstemp(dir=folder, prefix=".progress-", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"version": 1, "exercises": records}, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, folder / FILE)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def locked(folder: Path):
    """Lets one notebook at a time update the file, where the system has locks."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with open(folder / ".progress.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
