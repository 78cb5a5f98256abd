"""`bpedu grade`: marks a class; and `add_parser`, which adds both of the classroom's commands to `bpedu`'s."""

import statistics
import warnings
from pathlib import Path

from bpedu.cli_assign import BadInput, add_assign, own, proven, told


def add_parser(subparsers):
    """Adds both commands to `bpedu`'s."""
    add_assign(subparsers)
    add_grade(subparsers)


add_parsers = add_parser


def add_grade(subparsers):
    p = subparsers.add_parser("grade", help="grade a class",
                              description="Marks every submission in a sandbox and writes marks.csv, details.jsonl, feedback pages, a "
                              "page about the class, and gradebook files for Canvas and Moodle. Started again after an "
                              "interruption it goes on where it was. Exit code: 0 all graded, 1 some submission could not be read, "
                              "2 nothing done.")  # fmt: skip
    p.add_argument("submitted", type=Path, help="folder of submissions: nbgrader's, or a download of Canvas or Moodle")
    p.add_argument("--assignment", required=True, type=Path, metavar="NOTEBOOK", help="the released notebook")
    p.add_argument("--out", required=True, type=Path, metavar="REPORT", help="folder for the report")
    p.add_argument("--jobs", type=int, default=1, metavar="N", help="submissions marked at the same time (default 1)")
    p.add_argument("--seed", type=int, help="repeat an earlier run's hidden cases; by default they are new in each run")
    p.add_argument("--again", action="store_true", help="grade everything anew; the report that is there is kept aside")
    p.add_argument("--per-student", action="store_true", help="hidden cases of each student's own")
    p.add_argument("--pack", action="append", default=[], metavar="DIR", help="a folder with exercises of your own")
    p.add_argument("--seconds", type=float, default=2.0, help="time limit of one answer (default 2)")
    p.add_argument("--memory", type=int, default=512, metavar="MB", help="memory limit of one answer (default 512)")
    p.add_argument("--isolation", choices=("full", "seccomp", "none"), default="full",
                   help="how students' code is kept in: full (bubblewrap and seccomp, the default); weaker kinds must be asked for")  # fmt: skip
    p.add_argument("--scheduler", metavar="tcp://…", help="mark on the workers of a Dask cluster")
    p.add_argument(
        "--nbgrader", metavar="GRADEBOOK", type=Path, help="also write the marks into nbgrader's gradebook.db"
    )
    p.set_defaults(run=run_grade)


@told
def run_grade(args) -> int:
    from rich.console import Console

    from bpedu.grading import assignment
    from bpedu.grading.grade import grade
    from bpedu.grading.marking import Settings

    owned = own(args.pack)
    if args.jobs < 1 or not 0 < args.seconds <= 3600 or args.memory < 16:
        raise BadInput("--jobs is at least 1, --seconds more than 0 and at most 3600, --memory at least 16.")
    args.assignment = notebook_in(args.assignment)
    proven([i.exercise for i in assignment.load(args.assignment).items], owned)
    settings = Settings(
        per_student=args.per_student, isolation=args.isolation, seconds=args.seconds, memory=args.memory << 20
    )
    console = Console(stderr=True)
    if args.isolation != "full":
        from bpedu.grading.walls import WORDS

        console.print(f"[bold]Students' code runs with {WORDS[args.isolation]}.[/bold]")
    bar = progress(console)
    task = bar.add_task("grading", total=None)

    def tell(done, of):
        bar.start()
        bar.update(task, completed=done, total=of)

    try:
        summary = grade(
            args.submitted, args.assignment, args.out, settings, seed=args.seed, jobs=args.jobs, again=args.again,
            packs=[str(Path(p).resolve()) for p in args.pack], scheduler=args.scheduler, tell=tell,
        )  # fmt: skip
    finally:
        bar.stop()
    say(Console(), summary, args.out)
    if args.nbgrader:
        print(to_gradebook(args, summary))
    return 1 if any(r["unusable"] for r in summary.results) else 0


def notebook_in(path) -> Path:
    """The notebook that is meant by --assignment: a folder stands for the only one in it."""
    inside = list(path.glob("*.ipynb")) if path.is_dir() else [path]
    if len(inside) != 1:
        raise BadInput(f"--assignment {path} is a folder with {len(inside)} notebooks; name the released one.")
    return inside[0]


def to_gradebook(args, summary) -> str:
    """Writes the marks into nbgrader's gradebook."""
    from bpedu.grading import assignment

    try:
        from nbgrader.api import MissingEntry

        from bpedu.grading.nbgrader_bridge import write_gradebook
    except ImportError:
        raise BadInput("--nbgrader needs nbgrader: pip install nbgrader. The report itself is complete.") from None
    if not args.nbgrader.is_file():
        raise BadInput(f"There is no gradebook at {args.nbgrader}. The report itself is complete.")
    if not args.nbgrader.read_bytes().startswith(b"SQLite format 3"):
        raise BadInput(f"{args.nbgrader} is no gradebook of nbgrader. The report itself is complete.")
    try:
        with warnings.catch_warnings(action="ignore"):  # SQLAlchemy's, of nbgrader
            written = write_gradebook(args.nbgrader, assignment.load(args.assignment), summary.results)
    except MissingEntry:
        raise BadInput("nbgrader's gradebook does not know this assignment: run nbgrader generate_assignment first. "
                       "The report itself is complete.") from None  # fmt: skip
    return f"Marks of {written} student{'s' * (written != 1)} written into {args.nbgrader}."


def progress(console):
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
    )


def say(console, summary, out):
    """The summary at the end."""
    from rich.markup import escape
    from rich.table import Table

    from bpedu.grading.pages import listed

    results = summary.results
    table = Table("exercise", "right", "commonest mistake")
    for number, first in enumerate(results[0]["exercises"]):
        rows = [r["exercises"][number] for r in results]
        mistakes = [e["mistake"] for e in rows if e["mistake"]]
        common = max(set(mistakes), key=lambda m: (mistakes.count(m), m)) if mistakes else ""
        counted = f"{escape(common)} ({mistakes.count(common)})" if common else "–"
        table.add_row(escape(first["id"]), f"{sum(e['status'] == 'right' for e in rows)} of {len(rows)}", counted)
    console.print(table)
    median = statistics.median(r["total"] for r in results)
    console.print(f"{len(results)} submission{'s' * (len(results) != 1)}, median {median:g} of {results[0]['max']:g} point{'s' * (results[0]['max'] != 1)}."
                  + (f" {summary.kept} were marked already." if summary.kept else ""))  # fmt: skip
    for r in results:
        if r["unusable"]:
            console.print(f"Could not be graded: {r['student']}. {r['unusable']}", markup=False)
    remarked = [r["student"] for r in results if r["notes"] and not r["unusable"]]
    if remarked:
        console.print(f"Something about the file is remarked on in class.html: {listed(remarked)}.", markup=False)
    if summary.left_out:
        console.print(f"Left out, because they are no notebooks: {listed(summary.left_out)}.", markup=False)
    if summary.before:
        console.print(f"The tables have changed; as they were they are kept in {summary.before}.", markup=False)
    if summary.aside:
        console.print(f"The report of an earlier run was kept as {summary.aside}.", markup=False)
    console.print(
        f"Report: {out}/class.html, marks: {out}/marks.csv. The same hidden cases again: --seed {summary.seed}",
        markup=False,
    )
