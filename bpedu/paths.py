"""Where the book's shared folders lie: the data, the blank chapters and the solved ones.

In a checkout they stand beside the package; a wheel carries them inside it, under ``_share``.
Nothing else in bpedu asks which of the two it is.
"""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parent
SHARED = ("data", "chapters", "solutions")


def in_checkout() -> bool:
    """True when bpedu runs from a clone of its repository, False when it was installed from a wheel."""
    return not (PACKAGE / "_share").is_dir()


def share(name: str) -> Path:
    """The folder ``name``, one of ``"data"``, ``"chapters"`` and ``"solutions"``.

    Raises ``ValueError`` for any other name and ``FileNotFoundError`` when the folder is not there.

    >>> share("data").name
    'data'
    """
    if name not in SHARED:
        raise ValueError(f"share() was asked for the folder {name!r}; bpedu shares {', '.join(SHARED)}.")
    home = CHECKOUT if in_checkout() else PACKAGE / "_share"
    if not (home / name).is_dir():
        raise FileNotFoundError(
            f"bpedu looked for its folder {name!r} at {home / name}, and it is not there. "
            "Work from a complete clone of the repository, or install bpedu again from its wheel."
        )
    return home / name
