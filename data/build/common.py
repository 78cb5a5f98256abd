"""What every script here needs: checksums of what came in, and a list of checksums of what went out.

Run it alone, ``python data/build/common.py``, to write data/CHECKSUMS again after a file was added.
"""

import hashlib
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent
UNLISTED = {"README.md", "CHECKSUMS", ".gitattributes"}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def expect(name: str, content: bytes, digest: str) -> bytes:
    """``content`` itself when its SHA-256 is ``digest``; otherwise stop with a sentence."""
    if sha256(content) != digest:
        raise SystemExit(
            f"{name} is not the file this script was written for: expected {digest}, got {sha256(content)}."
        )
    return content


def data_files() -> list[Path]:
    """Every shipped file that has a checksum, in alphabetical order; data/build/ is not one of them."""
    files = (path for path in DATA.rglob("*") if path.is_file() and path.name not in UNLISTED)
    return sorted(path for path in files if path.relative_to(DATA).parts[0] != "build")


def write_checksums() -> None:
    """Write data/CHECKSUMS in the format of ``sha256sum``, so that ``sha256sum -c CHECKSUMS`` reads it."""
    lines = [f"{sha256(path.read_bytes())}  {path.relative_to(DATA).as_posix()}\n" for path in data_files()]
    (DATA / "CHECKSUMS").write_bytes("".join(lines).encode())


if __name__ == "__main__":
    write_checksums()
