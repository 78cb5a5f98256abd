"""python benchmarks/report.py FILE: put the rows of one run of engine.py into README.md, as tables and as a picture.

Nothing is written by hand between the two marks in README.md, so the page can show only what was measured.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

HERE = Path(__file__).parent
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
REQUIRED = {  # ratio to PyTorch that the project set itself, on a machine whose BLAS floor was BLAS_THEN times PyTorch
    "bpedu layers": {"W1": 0.55, "W1b": 0.50, "W2": 0.90, "W3": 1.25, "W4": 0.60, "W5": 0.25},
    "bpedu tensor": {"W1": 0.55, "W1b": 0.52, "W2": 1.1, "W3": 1.9, "W4": 0.72, "W5": 0.38},
}
BLAS_THEN = {"W1": 0.36, "W1b": 0.40, "W2": 0.14, "W3": 0.92, "W4": 0.37}
STYLES = {  # colour-blind-safe, and every contender has a marker of its own
    "BLAS floor": ("_", "#666666"), "bpedu layers": ("o", "#0072B2"), "bpedu tensor": ("D", "#56B4E9"),
    "PyTorch": ("|", "#000000"), "HIPS autograd": ("s", "#D55E00"), "mygrad": ("^", "#E69F00"),
    "tinygrad": ("v", "#CC79A7"), "micrograd": ("P", "#009E73"), "JAX (jit)": ("X", "#F0E442"),
    "TensorFlow (function)": ("*", "#999999"),
}  # fmt: skip


def ratios(rows, key):
    return {(r["contender"], r["workload"]): r[key] for r in rows if r.get(key) is not None}


def grid(rows, cell):
    """A Markdown table, contenders down and workloads across; ``cell(row)`` is the text of one."""
    workloads = list(dict.fromkeys(r["workload"] for r in rows))
    found = {(r["contender"], r["workload"]): r for r in rows}
    lines = ["| | " + " | ".join(workloads) + " |", "|---" * (len(workloads) + 1) + "|"]
    for contender in dict.fromkeys(r["contender"] for r in rows):
        cells = [cell(found[contender, w]) if (contender, w) in found else "–" for w in workloads]
        lines.append(f"| {contender} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def to_torch(r):
    return f"{r['ratio_to_torch']:.2f}"


def milliseconds(r):
    return f"{r['ms']:.1f}" if r["ms"] < 100 else f"{r['ms']:.0f}"


def against_aims(rows):
    """Ours as a ratio to PyTorch and to the BLAS floor, each with what was required of it."""
    torch, blas = ratios(rows, "ratio_to_torch"), ratios(rows, "ratio_to_blas")
    lines = ["| | workload | to PyTorch | required | to BLAS floor | required |", "|---|---|---|---|---|---|"]
    for contender, aims in REQUIRED.items():
        for workload, aim in aims.items():
            got, floor = torch.get((contender, workload)), blas.get((contender, workload))
            if got is None:
                continue
            then = aim / BLAS_THEN[workload] if workload in BLAS_THEN else None
            floors = f"{mark(floor, then)} | {then:.2f}" if then and floor else "– | –"
            lines.append(f"| {contender} | {workload} | {mark(got, aim)} | {aim:.2f} | {floors} |")
    return "\n".join(lines)


def mark(value, aim):
    return f"{value:.2f} {'✓' if value <= aim else '✗'}"


def import_table(rows):
    lines = ["| import | ms of CPU time | to numpy |", "|---|---|---|"]
    lines += [f"| `{r['contender']}` | {r['ms']:.0f} | {r['ratio_to_numpy']:.2f} |" for r in rows]
    return "\n".join(lines)


def draw(rows, path):
    plt.rcParams["svg.hashsalt"] = "bpedu"
    workloads = list(dict.fromkeys(r["workload"] for r in rows))
    figure, axes = plt.subplots(figsize=(9, 4.4), layout="constrained")
    for contender in dict.fromkeys(r["contender"] for r in rows):
        mine = [r for r in rows if r["contender"] == contender and r["ratio_to_torch"]]
        marker, colour = STYLES[contender]
        x = [workloads.index(r["workload"]) + 0.07 * (list(STYLES).index(contender) - 4.5) for r in mine]
        y = [r["ratio_to_torch"] for r in mine]
        axes.plot(
            x,
            y,
            marker,
            color=colour,
            ms=9,
            mew=1.5 if marker in "_|" else 0.8,
            mec=colour if marker in "_|" else "#222222",
            label=contender,
        )
    axes.axhline(1, color="#666666", lw=0.8)
    axes.set(yscale="log", ylabel="CPU time, PyTorch = 1", xticks=range(len(workloads)), xticklabels=workloads)
    axes.set_yticks([0.1, 0.2, 0.5, 1, 2, 5, 10, 20], ["0.1", "0.2", "0.5", "1", "2", "5", "10", "20"])
    axes.grid(axis="y", alpha=0.3)
    figure.legend(loc="outside right center", frameon=False)
    figure.savefig(path, metadata={"Date": None}, facecolor="white")


def main(source):
    rows = json.loads(Path(source).read_text(encoding="utf-8"))
    work, imports = [r for r in rows if r["workload"] != "import"], [r for r in rows if r["workload"] == "import"]
    draw(work, HERE / "engine.svg")
    parts = [
        "CPU time as a ratio to PyTorch; lower is better.", grid(work, to_torch),
        "![Every contender's CPU time relative to PyTorch, on a logarithmic scale, one column per workload](engine.svg)",
        "The same in milliseconds (for *ops*: microseconds an operation).", grid(work, milliseconds),
        "Against what was required:", against_aims(work),
    ]  # fmt: skip
    parts += ["What importing costs, beyond starting Python:", import_table(imports)] if imports else []
    page = (HERE / "README.md").read_text(encoding="utf-8")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    (HERE / "README.md").write_text(
        before + BEGIN + "\n\n" + "\n\n".join(parts) + "\n\n" + END + after, encoding="utf-8"
    )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else HERE / "engine.json")
