"""The exercises of the book: one module per chapter, `chNN_slug`, each with a tuple `EXERCISES` in order.

A teacher's own pack is a folder of such modules outside the package; `add_pack` makes its exercises known.
"""

import importlib
import importlib.util
import pkgutil
import sys
from functools import cache
from pathlib import Path

from bpedu.exercise import Exercise

_packs: dict[str, Path] = {}


@cache
def chapter_modules() -> dict[str, str]:
    """'03' -> 'bpedu.exercises.ch03_activation_functions', for every chapter that has exercises."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name.startswith("ch"))
    return {name[2:].split("_")[0]: f"{__name__}.{name}" for name in names}


def chapter(number: str) -> tuple[Exercise, ...]:
    """The exercises of chapter '3' (or '03', or 'M'); none if it has no module."""
    module = chapter_modules().get(number.zfill(2) if number.isdigit() else number)
    return importlib.import_module(module).EXERCISES if module else ()


def add_pack(folder) -> tuple[Exercise, ...]:
    """Loads a folder of exercise modules. Its exercises are then found by `find` and `every`."""
    folder = Path(folder).resolve()
    if not folder.is_dir():
        raise FileNotFoundError(f"A folder of exercise modules was expected; there is none at {folder}.")
    _packs[str(folder)] = folder
    clash = {e.id for e in pack(folder)} & {e.id for n in chapter_modules() for e in chapter(n)}
    if clash:
        del _packs[str(folder)]
        raise ValueError(f"The pack {folder.name} uses ids of the book: {', '.join(sorted(clash))}. Give them others.")
    return pack(folder)


@cache
def pack(folder: Path) -> tuple[Exercise, ...]:
    """The exercises of one folder, from every module in it that has EXERCISES."""
    found = []
    for path in sorted(folder.glob("*.py")):
        name = f"bpedu_pack_{folder.name}_{path.stem}".replace("-", "_")
        spec = importlib.util.spec_from_file_location(name, path)
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found += getattr(module, "EXERCISES", ())
    return tuple(found)


def every() -> list[Exercise]:
    """All exercises of the book in order, then those of added packs."""
    book = [e for number in chapter_modules() for e in chapter(number)]
    return book + [e for folder in _packs.values() for e in pack(folder)]


def find(identifier: str) -> Exercise:
    """The exercise with this id. Raises KeyError with a sentence that names the nearest ids."""
    number = str(identifier).split(".")[0]
    for e in chapter(number) if number.isalnum() else ():
        if e.id == str(identifier):
            return e
    for e in every():
        if e.id == str(identifier):
            return e
    from bpedu.feedback import unknown

    raise KeyError(unknown(identifier, [e.id for e in every()]))
