"""Saving and loading: a network's arrays in an .npz file, which NumPy reads without running anything (no pickle)."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np

from bpedu.layers import Network


def save(network: Network, path: str | Path) -> Path:
    """Write the network's parameters and buffers to ``path``, with the ending .npz if it has none. Returns the file's path.

    Written beside and then renamed: an older file stays whole until the new one is complete.
    """
    path = Path(path)
    path = path if path.suffix == ".npz" else path.with_name(path.name + ".npz")
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            np.savez(file, **network.state())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return path


def load(network: Network, path: str | Path) -> None:
    """Give the network the arrays in ``path``, so that it predicts exactly as the one that was saved.

    The network must be built the same way first: the file holds numbers, not layers.

    Raises FileNotFoundError when there is no file; ValueError when it is no .npz file, or its arrays do not fit. Then nothing is changed.
    """
    saved, state = _read(Path(path)), network.state()
    misfit = _misfit(saved, state)
    if misfit:
        raise ValueError(f"{path} does not fit this network: {misfit} Build the network as it was when it was saved.")
    for name, array in state.items():
        array[...] = saved[name]


def _read(path: Path) -> dict[str, np.ndarray]:
    if not path.exists():
        raise FileNotFoundError(f"There is no file {path} to load a network from; save(network, path) makes one.")
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:  # opened here, so that it is closed here
            return {name: file[name] for name in file.files}
    except (ValueError, TypeError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} is not a file that save(network, path) wrote, or it is damaged ({error}).") from error


def _misfit(saved, state) -> str:
    """The first thing that does not fit, as a sentence; "" if all does."""
    missing, extra = [n for n in state if n not in saved], [n for n in saved if n not in state]
    if missing:
        return f"it has no {', '.join(missing)}."
    if extra:
        return f"it also holds {', '.join(extra)}, for which the network has no place."
    for name, array in state.items():
        found = saved[name]
        if (found.shape, found.dtype) != (array.shape, array.dtype):
            return f"its {name} is {found.shape} {found.dtype}, the network's {array.shape} {array.dtype}."
    return ""
