"""What an import costs: CPU time of a fresh Python that imports one thing, less that of one that imports nothing."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

IMPORTS = {  # name in the table: the statement
    "numpy": "import numpy",
    "bpedu": "import bpedu",
    "bpedu.rules": "import bpedu.rules",
    "bpedu.tensor": "import bpedu.tensor",
    "bpedu.layers": "import bpedu.layers",
    "torch": "import torch",
}


def seconds(statement: str) -> float:
    root = str(Path(__file__).parent.parent)
    before = getrusage(RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", statement], check=True, env=os.environ | {"PYTHONPATH": root})
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(rounds: int) -> list[dict]:
    """Median milliseconds of each import, taking turns, in the same kind of rows as the workloads'."""
    there = {name for name in IMPORTS if name != "torch" or find_spec("torch")}
    statements = {name: IMPORTS[name] for name in IMPORTS if name in there} | {"nothing": "pass"}
    found: dict[str, list[float]] = {name: [] for name in statements}
    for _ in range(rounds):
        for name, statement in statements.items():
            found[name].append(seconds(statement))
    nothing = statistics.median(found.pop("nothing"))
    ms = {name: 1e3 * (statistics.median(values) - nothing) for name, values in found.items()}
    return [
        {
            "workload": "import", "contender": name, "ms": round(value, 3), "ratio_to_torch": None, "ratio_to_blas": None,
            "loss": None, "ratio_to_numpy": round(value / ms["numpy"], 4),
        }
        for name, value in ms.items()
    ]  # fmt: skip
