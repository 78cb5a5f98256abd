"""python benchmarks/grading.py [--write]: the judge against nbgrader, on the same assignment and the same submissions.

Makes .venv-nbgrader when it is missing and goes on in it. --write puts what was measured into README.md, between its marks.
"""

import argparse
import contextlib
import io
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "grading"))
EXERCISES = ("2.1", "3.1", "3.2", "4.1", "4.3")
LIMIT = 2.0
PAUSE = 0.3  # before each turn, so that what the other left running has ended
BEGIN, END = "<!-- grading: begin -->", "<!-- grading: end -->"
HOSTILE = (
    "import os\nos._exit(0)", "while True:\n    pass", "a = []\nwhile True:\n    a.append(bytes(1 << 20))",
    "np.allclose = np.isclose = lambda *a, **k: True", "import os\nwhile True:\n    os.fork()",
)  # fmt: skip
CONFIG = "c = get_config()\nfrom bpedu.grading.nbgrader_bridge import configure; configure(c)\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    parser.add_argument("--rounds", type=int, default=9, help="submissions that both mark, in turn (default 9)")
    parser.add_argument("--many", type=int, default=300, help="submissions of the large class (default 300)")
    args = parser.parse_args()
    in_nbgraders_environment()
    with tempfile.TemporaryDirectory(prefix="bpedu-bench-") as folder:
        course = Course(Path(folder))
        rows = [*against_nbgrader(course, args.rounds), *floors(course), *loop(course), *many(course, args.many)]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"{name:{width}}  {value}")
    if args.write:
        write(rows, args)


def in_nbgraders_environment():
    """Goes on in .venv-nbgrader, where nbgrader and everything of ours are."""
    import nbgrader_environment as own

    problem = own.make()
    if problem:
        sys.exit(problem)
    os.environ.update(own.environment() if "JUPYTER_PATH" not in os.environ else {})
    if Path(sys.prefix).resolve() != own.HOME.resolve():
        os.execv(own.PYTHON, [str(own.PYTHON), *sys.argv])


class Course:
    """The assignment, and submissions that no two students share: each exercise right, wrong in its own way, or blank."""

    def __init__(self, folder: Path):
        from bpedu import cli, exercises

        self.folder, self.release_path = folder, folder / "release" / "ps1" / "ps1.ipynb"
        with contextlib.redirect_stdout(io.StringIO()):
            status = cli.main(["assign", "--name", "ps1", "--out", str(folder), "--exercises", ",".join(EXERCISES)])
        if status:
            sys.exit("the assignment could not be made")
        self.exercises = [exercises.find(i) for i in EXERCISES]

    def submission(self, number: int, hostile: str = "") -> bytes:
        """The notebook of student `number`."""
        draw = random.Random(number)
        notebook = json.loads(self.release_path.read_text())
        for exercise in self.exercises:
            kind = draw.choices(("right", "wrong", "blank"), (70, 22, 8))[0]
            if kind != "blank":
                cell = cell_of(notebook, exercise)
                cell["source"] = exercise.solution_code() + (
                    wrong(exercise.name, draw.random()) if kind == "wrong" else ""
                )
        if hostile:
            cell_of(notebook, self.exercises[0])["source"] = hostile + "\n" + self.exercises[0].starter_code()
        return json.dumps(notebook).encode()


def wrong(name, k):
    """The right function spoilt by a factor of the student's own."""
    return f"\n_right = {name}\ndef {name}(*a):\n    y = _right(*a)\n" \
           f"    return tuple(v * {1.1 + k:.6f} for v in y) if isinstance(y, tuple) else y * {1.1 + k:.6f}"  # fmt: skip


def cell_of(notebook, exercise):
    name = "ex-" + exercise.id.replace(".", "-")
    return next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name)


def marker(course):
    from bpedu.grading import assignment
    from bpedu.grading.marking import Marker, Settings

    return Marker(assignment.load(course.release_path), Settings(seed=1, seconds=LIMIT))


def against_nbgrader(course, rounds):
    """Both mark the same submissions in turn: ours, nbgrader's, ours, nbgrader's; one that does not count comes first."""
    import logging

    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    logging.getLogger().setLevel(logging.CRITICAL)
    submissions = {f"s{n:03}": course.submission(n) for n in range(rounds + 1)}
    for student, raw in submissions.items():
        path = course.folder / "submitted" / student / "ps1" / "ps1.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(raw)
    config = Config()
    config.CourseDirectory.root = str(course.folder)
    os.chdir(course.folder)
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    quietly(lambda: api.generate_assignment("ps1", force=True))
    ours, theirs, totals = [], [], []
    with marker(course) as judge:
        for student in submissions:
            time.sleep(PAUSE)
            began = time.perf_counter()
            result = judge.mark(student, (course.folder / "submitted" / student / "ps1" / "ps1.ipynb").read_bytes())
            ours.append(time.perf_counter() - began)
            time.sleep(PAUSE)
            began = time.perf_counter()
            quietly(lambda s=student: api.autograde("ps1", s, force=True))
            theirs.append(time.perf_counter() - began)
            score = api.get_submission("ps1", student)["score"]
            totals.append((result["total"], score))
    if any(a != b for a, b in totals):
        sys.exit(f"the two do not agree: {totals}")
    bridged = through_the_bridge(course)
    a, b = statistics.median(ours[1:]), statistics.median(theirs[1:])
    return [
        ("nbgrader, one process, median a submission", f"{b * 1e3:.0f} ms"),
        ("**our judge, one process, median a submission**", f"**{a * 1e3:.1f} ms**"),
        ("**times faster** (required: 100)", f"**{b / a:.0f}**"),
        ("submissions of which both gave the same total", f"{len(totals)} of {len(totals)}"),
        ("`nbgrader autograde` on them with our judge inside, a submission", f"{bridged / len(totals) * 1e3:.0f} ms"),
    ]


def quietly(function):
    """A command of nbgrader's interface, its chatter swallowed; its failure ends the program."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        result = function()
    if not result["success"]:
        sys.exit(f"nbgrader failed: {result.get('error') or result.get('log')}")


def through_the_bridge(course) -> float:
    config = course.folder / "nbgrader_config.py"
    config.write_text(CONFIG)
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", "ps1", "--force"],
        cwd=course.folder,
        check=True,
        capture_output=True,
    )
    config.unlink()
    return time.perf_counter() - began


def floors(course):
    """What nothing can go under: a fork of a process with NumPy in it; and the same answers run in one, not judged."""
    from bpedu.grading.box import codec

    raws = [course.submission(n) for n in range(1000, 1060)]
    with marker(course) as judge:
        judge.mark("warm", raws[0])
        box = judge.box(("numpy",))
        empty = codec.encode({"cells": [], "answers": [], "seconds": LIMIT, "memory": 512 << 20})
        jobs, kept = [], box.run

        def listen(job, count, **options):
            jobs.append((job, count, options))
            return kept(job, count, **options)

        box.run = listen
        forks, runs, marks = [], [], []
        for raw in raws:
            jobs.clear()
            marks.append(timed(lambda r=raw: judge.mark("s", r)))
            forks.append(timed(lambda: kept(empty, 0, seconds=LIMIT)))
            runs.append(timed(lambda: [kept(job, count, **options) for job, count, options in jobs]))
    fork, run, mark = map(statistics.median, (forks, runs, marks))
    return [
        ("floor: fork a process with NumPy in the sandbox and end it", f"{fork * 1e3:.1f} ms"),
        ("floor: fork, run the same answers, bring the results out", f"{run * 1e3:.1f} ms"),
        ("our judge in the same turns, and its ratio to that floor", f"{mark * 1e3:.1f} ms, {mark / run:.2f}"),
    ]


def timed(function) -> float:
    began = time.perf_counter()
    function()
    return time.perf_counter() - began


def loop(course):
    raw = course.submission(5000, hostile="while True:\n    pass")
    calm = course.submission(5000)
    with marker(course) as judge:
        judge.mark("warm", calm)
        extra = [timed(lambda: judge.mark("s", raw)) - timed(lambda: judge.mark("s", calm)) for _ in range(3)]
    return [(f"an endless loop costs, with a limit of {LIMIT:g} s", f"{statistics.median(extra):.2f} s")]


def many(course, count):
    """A large class with 5 % hostile submissions, through the whole of `bpedu grade`; and an honest one on one and two jobs."""
    import psutil

    from bpedu.grading.grade import grade
    from bpedu.grading.marking import Settings

    mixed, honest = course.folder / "mixed", course.folder / "honest"
    for folder in (mixed, honest):
        folder.mkdir()
        for n in range(count):
            hostile = HOSTILE[n // 20 % len(HOSTILE)] if folder == mixed and n % 20 == 7 else ""
            (folder / f"s{n:03}.ipynb").write_bytes(course.submission(n, hostile))
    times = {1: [], 2: []}
    for turn in range(3):
        for jobs in (1, 2):
            out = course.folder / f"report-{turn}-{jobs}"
            times[jobs].append(
                timed(lambda o=out, j=jobs: grade(honest, course.release_path, o, Settings(), seed=1, jobs=j))
            )
    with marker(course) as judge:
        sizes = []
        for n in range(3 * count):
            judge.mark(f"s{n}", course.submission(n))
            if n % count == count - 1:
                sizes.append(psutil.Process().memory_info().rss)
    began = time.perf_counter()
    summary = grade(mixed, course.release_path, course.folder / "report-mixed", Settings(), seed=1, jobs=2)
    took = time.perf_counter() - began
    clean = {
        r["student"]: r["total"]
        for r in grade(honest, course.release_path, course.folder / "r1", Settings(), seed=1, jobs=2).results
    }
    first = EXERCISES[0]
    harmed = [r["student"] for n, r in enumerate(summary.results) if n % 20 != 7 and r["total"] != clean[r["student"]]]
    gained = [r["student"] for n, r in enumerate(summary.results) if n % 20 == 7 and points(r, first) > 0]
    one, two = statistics.median(times[1]), statistics.median(times[2])
    return [
        (f"`bpedu grade` of {count} honest submissions, one job / two jobs", f"{one:.1f} s / {two:.1f} s"),
        ("two jobs against one, on two cores (required: 1.7)", f"{one / two:.2f} times"),
        (
            f"`bpedu grade --jobs 2` of {count} submissions, {count // 20} of them hostile",
            f"{took:.1f} s, {len(summary.results)} graded",
        ),
        ("of those: honest ones harmed, hostile ones with a mark gained", f"{len(harmed)}, {len(gained)}"),
        (
            f"memory of the judge after {count}, {2 * count}, {3 * count} submissions",
            ", ".join(f"{s / 2**20:.0f}" for s in sizes) + " MiB",
        ),
    ]


def points(result, identifier):
    return next(e["points"] for e in result["exercises"] if e["id"] == identifier)


def write(rows, args):
    """The section of README.md between its marks; made where it is missing."""
    import platform

    from nbgrader import __version__ as version

    path = HERE / "README.md"
    page = path.read_text(encoding="utf-8") if path.exists() else "# Benchmarks\n"
    if BEGIN not in page:
        page = page.rstrip() + f"\n\n{SECTION}\n\n{BEGIN}\n{END}\n"
    table = "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])
    said = f"Python {platform.python_version()}, nbgrader {version}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end."
    head, rest = page.split(BEGIN, 1)
    path.write_text(f"{head}{BEGIN}\n\n{table}\n\n{said}\n\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")


SECTION = f"""# Grading: our judge and nbgrader

```
python benchmarks/grading.py --write
```

The assignment is exercises {", ".join(EXERCISES)}. Every submission is different: each exercise is right, wrong by a factor of the
student's own, or blank. Judge and nbgrader mark the same files in turn, in one process, so that a busy spell of the machine
meets both; one submission that does not count goes first. nbgrader runs through its own interface, which spares it the 2 s that
its command takes to start. The program stops when the two give a submission different totals."""

if __name__ == "__main__":
    main()
