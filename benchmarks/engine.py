"""python benchmarks/engine.py --rounds 9 --json FILE: bpedu's engine and layers against PyTorch and others.

Each contender runs in a process of its own, on one thread. The processes of a workload are all alive at once and take
turns: round 1 of each, round 2 of each, and so on, so that a busy spell of the machine meets all of them. What is
compared is the median CPU time of a round; the losses of the last step must agree to 1 % (or the program says who differs).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from importlib import import_module
from importlib.util import find_spec
from math import isfinite
from pathlib import Path

import imports

HERE = Path(__file__).parent
CONTENDERS = {  # name in the table: (module in contenders/, the package that must be installed)
    "BLAS floor": ("blas", "numpy"),
    "bpedu layers": ("bpedu_layers", "bpedu"),
    "bpedu tensor": ("bpedu_tensor", "bpedu"),
    "PyTorch": ("torch_eager", "torch"),
    "HIPS autograd": ("hips_autograd", "autograd"),
    "mygrad": ("mygrad_tensor", "mygrad"),
    "tinygrad": ("tinygrad_jit", "tinygrad"),
    "micrograd": ("micrograd_scalar", "micrograd"),
    "JAX (jit)": ("jax_jit", "jax"),
    "TensorFlow (function)": ("tensorflow_function", "tensorflow"),
}
WORKLOADS = ("W1", "W1b", "W2", "W3", "W4", "W5", "ops")
ONLY = {"micrograd": ("W5",)}  # an epoch of W1 would take it days
EXCEPT = {  # ops measures engines that record one operation at a time
    "BLAS floor": ("W5", "ops"),
    "bpedu layers": ("ops",),
    "tinygrad": ("ops",),
    "JAX (jit)": ("ops",),
    "TensorFlow (function)": ("ops",),
}


def one_thread() -> dict[str, str]:
    """The environment of a worker: one thread everywhere, and OpenBLAS left to choose its own kernels."""
    ours = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    threads = (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "TF_NUM_INTRAOP_THREADS",
        "TF_NUM_INTEROP_THREADS",
    )
    flags = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    return (
        ours | dict.fromkeys(threads, "1") | {"XLA_FLAGS": flags, "TF_CPP_MIN_LOG_LEVEL": "3", "JAX_PLATFORMS": "cpu"}
    )


# In a worker's process.


def work(contender: str, workload: str) -> None:
    """Prepare, warm up once, then run one round for each line read, answering each with a line of JSON."""
    sys.path[:0] = [str(HERE), str(HERE.parent)]
    import workloads

    run = import_module(f"contenders.{CONTENDERS[contender][0]}").PREPARE[workload](workloads.WORKLOADS[workload]())
    run()
    print(json.dumps("ready"), flush=True)
    for _ in sys.stdin:
        cpu, wall = time.process_time(), time.perf_counter()
        loss = run()
        spent = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "loss": loss}
        print(json.dumps(spent), flush=True)


# In the main process.


class Worker:
    """One contender at one workload, in a process of its own."""

    def __init__(self, contender: str, workload: str):
        command = [sys.executable, str(HERE / "engine.py"), "--work", contender, workload]
        self.contender, self.workload = contender, workload
        self.process = subprocess.Popen(
            command, env=one_thread(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.ready = self.read() is not None

    def read(self) -> dict | None:
        """The worker's answer; None when it has stopped (its own message is on the screen)."""
        line = self.process.stdout.readline()
        return json.loads(line) if line else None

    def round(self) -> dict | None:
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return self.read()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def installed(contenders: list[str]) -> list[str]:
    missing = [c for c in contenders if find_spec(CONTENDERS[c][1]) is None]
    if missing:
        print(f"Not installed, so left out: {', '.join(missing)} (pip install -r benchmarks/requirements.txt).")
    return [c for c in contenders if c not in missing]


def takes_part(contender: str, workload: str) -> bool:
    return workload in ONLY.get(contender, WORKLOADS) and workload not in EXCEPT.get(contender, ())


def measure(workload: str, contenders: list[str], rounds: int) -> list[dict]:
    """Median milliseconds of each contender at one workload, the contenders taking turns."""
    started = [Worker(c, workload) for c in contenders if takes_part(c, workload)]
    for worker in started:
        if not worker.ready:
            print(f"{worker.contender} could not run {workload} and is left out; its own message is above.")
    workers = [worker for worker in started if worker.ready]
    results: dict[str, list[dict]] = {w.contender: [] for w in workers}
    for turn in range(rounds):
        for worker in workers[turn % len(workers) :] + workers[: turn % len(workers)]:
            answer = worker.round()
            if answer is None:
                raise SystemExit(f"{worker.contender} stopped in the middle of {workload}; its own message is above.")
            results[worker.contender].append(answer)
    for worker in workers:
        worker.close()
    ms = {c: 1e3 * statistics.median(r["cpu"] for r in rs) for c, rs in results.items()}
    return [row(workload, c, ms, results[c]) for c in ms]


def row(workload: str, contender: str, ms: dict[str, float], results: list[dict]) -> dict:
    def ratio(to):
        return round(ms[contender] / ms[to], 4) if to in ms else None

    loss = results[-1]["loss"]
    wall = 1e3 * statistics.median(r["wall"] for r in results)
    return {
        "workload": workload, "contender": contender, "ms": round(ms[contender], 3),
        "ratio_to_torch": ratio("PyTorch"), "ratio_to_blas": ratio("BLAS floor"), "loss": loss, "wall_ms": round(wall, 3),
    }  # fmt: skip


def odd_losses(rows: list[dict], tolerance: float = 0.01) -> list[str]:
    """Sentences about contenders whose last loss is not the median one of their workload."""
    losses = [r["loss"] for r in rows if r["loss"] is not None and isfinite(r["loss"])]
    middle = statistics.median(losses) if losses else 0.0
    return [
        f"{r['contender']} ends {r['workload']} with loss {r['loss']:.6g}, the others with {middle:.6g}"
        for r in rows
        if r["loss"] is not None and not abs(r["loss"] - middle) <= tolerance * abs(middle)
    ]


def table(rows: list[dict]) -> str:
    """One Markdown row per contender, one column per workload: ratio to PyTorch (milliseconds)."""
    names = list(dict.fromkeys(r["workload"] for r in rows))
    cells = {(r["contender"], r["workload"]): r for r in rows}
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for contender in dict.fromkeys(r["contender"] for r in rows):
        found = [cells.get((contender, name)) for name in names]
        lines.append(f"| {contender} | " + " | ".join(map(cell, found)) + " |")
    return "\n".join(lines)


def cell(r: dict | None) -> str:
    if r is None:
        return "–"
    ratio = "" if r["ratio_to_torch"] is None else f"{r['ratio_to_torch']:.2f} "
    return f"{ratio}({r['ms']:.1f} µs an op)" if r["workload"] == "ops" else f"{ratio}({r['ms']:.0f} ms)"


def main(arguments=None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9, help="rounds of each contender at each workload (default 9)")
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    parser.add_argument("--workloads", nargs="+", choices=WORKLOADS, default=WORKLOADS)
    parser.add_argument("--contenders", nargs="+", choices=list(CONTENDERS), default=list(CONTENDERS))
    parser.add_argument("--no-imports", dest="imports", action="store_false", help="leave out the cost of imports")
    parser.add_argument("--work", nargs=2, metavar=("CONTENDER", "WORKLOAD"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.work:
        return work(*options.work)
    contenders, rows = installed(options.contenders), []
    for workload in options.workloads:
        rows += measure(workload, contenders, options.rounds)
        print(
            "\n".join(f"{r['workload']:4} {r['contender']:22} {cell(r)}" for r in rows if r["workload"] == workload),
            flush=True,
        )
        print("\n".join(odd_losses([r for r in rows if r["workload"] == workload])), end="")
    print("\nMedian CPU time, as a ratio to PyTorch (milliseconds):\n\n" + table(rows))
    if options.imports:
        rows += (costs := imports.measure(options.rounds))
        print(
            "\n"
            + "\n".join(
                f"import {r['contender']:14} {r['ms']:7.1f} ms, {r['ratio_to_numpy']:.2f} of numpy's" for r in costs
            )
        )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
