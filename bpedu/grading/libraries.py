"""Finds on the disk what the sandbox shows of Python: the standard library, NumPy, and what an exercise lists."""

import importlib.metadata
import re
import site
import sys
import sysconfig
from functools import cache
from pathlib import Path

FIRST = ("numpy",)


@cache
def folders(libraries: tuple[str, ...]) -> tuple[tuple[Path, str], ...]:
    """(path on disk, name in the sandbox) of everything that importing `libraries` needs, their requirements included."""
    found, seen, waiting = {}, set(), list(libraries)
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            here = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        waiting += [re.split(r"[^\w.-]", r, maxsplit=1)[0] for r in here.requires or () if "extra ==" not in r]
        for file in here.files or ():
            top = file.parts[0]
            if top not in found and top != ".." and not top.endswith((".dist-info", ".pth", ".egg-info")):
                found[top] = Path(here.locate_file(top))
    return tuple(
        (path.resolve(), name) for name, path in sorted(found.items()) if path.exists() and name != "__pycache__"
    )


@cache
def standard() -> tuple[str, ...]:
    """sys.path for the standard library alone."""
    paths = [sysconfig.get_path("stdlib"), sysconfig.get_config_var("DESTSHARED")]
    return tuple(p for p in paths if p and Path(p).is_dir())


def interpreter() -> Path:
    """The Python to run: the real file, not a virtual environment's link to it."""
    return Path(getattr(sys, "_base_executable", None) or sys.executable).resolve()


def hidden() -> list[Path]:
    """Folders of other packages inside Python's own and the system's, which the sandbox covers with nothing."""
    places = {Path(p) for p in site.getsitepackages([sys.base_prefix])}
    for base in (Path(sys.base_prefix), Path("/usr")):
        places |= {*base.glob("lib*/python3*/site-packages"), *base.glob("lib*/python3*/dist-packages")}
    return sorted({p.resolve() for p in places if p.is_dir()})
