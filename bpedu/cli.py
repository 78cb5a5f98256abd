"""The command `bpedu`: the reader's side here, the teacher's (`assign`, `grade`) in `cli_grading`.

Every command returns its exit code: 0 all is well, 1 the answer is no (an exercise is not right), 2 it could not be done,
130 it was stopped with Ctrl-C.
"""

import argparse
import importlib
import importlib.util
import json
import os
import sys
from pathlib import Path

from bpedu import __version__


class Impossible(Exception):
    """What was asked cannot be done, and why: one sentence for the reader."""


def main(argv=None) -> int:
    parser = make_parser()
    args, rest = parser.parse_known_args(argv)
    if rest and args.command != "lab":
        parser.error(
            f"bpedu {args.command} does not know {' '.join(rest)}; bpedu {args.command} --help lists what it does."
        )
    args.rest = rest
    try:
        code = args.run(args)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # nobody reads on: bpedu exercises | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print(f"bpedu {args.command}: stopped.", file=sys.stderr)
        return 130
    except Impossible as error:
        print(f"bpedu {args.command}: {error}", file=sys.stderr)
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        print(f"bpedu {args.command}: {error.strerror or error}{where}", file=sys.stderr)
    return 2


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bpedu",
        description="Backpropagation, from one neuron to a Transformer: the book in JupyterLab, and its exercises.",
        epilog="Exit codes: 0 all is well; 1 not everything is right; 2 it could not be done.",
    )
    parser.add_argument("--version", action="version", version=f"bpedu {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add_reader_commands(commands)
    if importlib.util.find_spec("bpedu.cli_grading"):
        importlib.import_module("bpedu.cli_grading").add_parsers(commands)
    return parser


def add_reader_commands(commands) -> None:
    lab = command(
        commands, "lab", run_lab, "make the workspace where needed and open the book in JupyterLab",
        "Arguments that bpedu does not know go to JupyterLab: bpedu lab --no-browser --port 8901",
    )  # fmt: skip
    reset = command(
        commands, "reset", run_reset, "put the book's copy of one chapter back; yours is kept, with the date"
    )
    reset.add_argument("chapter", metavar="NN", help="the chapter: 02, or 02_the_neuron")
    listing = command(commands, "exercises", run_exercises, "list the exercises")
    listing.add_argument("chapter", nargs="?", metavar="NN", help="only those of this chapter")
    check = command(
        commands, "check", run_check, "run the checks of your notebook, without Jupyter",
        "Exit code 0: every exercise is right; 1: not every one; 2: the file cannot be used.",
    )  # fmt: skip
    check.add_argument("notebook", type=Path, metavar="NOTEBOOK")
    check.add_argument("--seconds", type=float, default=120, help="the most that one cell may take (%(default)s)")
    progress = command(commands, "progress", run_progress, "what you have done, chapter by chapter")
    for parser in (lab, reset, progress):
        parser.add_argument("--workspace", metavar="DIR", help="the workspace, where it is not in the usual place")
    for parser in (listing, check, progress):
        parser.add_argument("--json", action="store_true", help="for programs: JSON on standard output")
        parser.add_argument(
            "--pack", action="append", default=[], metavar="DIR", help="with the exercises of this pack"
        )


def command(commands, name, run, summary, epilog=None):
    parser = commands.add_parser(
        name, help=summary, description=summary[0].upper() + summary[1:] + ".", epilog=epilog, allow_abbrev=False
    )
    parser.set_defaults(run=run)
    return parser


def run_lab(args) -> int:
    from bpedu import lab

    folder = fill_workspace(args.workspace)
    return lab.start(folder, [a for a in args.rest if a != "--"])


def fill_workspace(named) -> Path:
    from bpedu import workspace

    filled = workspace.fill(workspace.default_folder(named))
    n = len(filled.copied)
    print(f"Workspace: {filled.folder}" + (f" ({n} chapter{'s'[: n > 1]} copied)" if n else ""), flush=True)
    for name in filled.newer:
        print(
            f"The book has a newer {name}. Take it with: bpedu reset {name.split('_')[0]}  (yours is kept, with the date)"
        )
    return filled.folder


def run_reset(args) -> int:
    from bpedu import workspace

    try:
        fresh, kept = workspace.reset(workspace.default_folder(args.workspace), args.chapter)
    except (KeyError, FileNotFoundError) as error:
        raise Impossible(error.args[0]) from None
    print(f"{fresh} is the book's again." + (f" Yours is kept as {kept.name}." if kept else ""))
    return 0


def add_packs(folders) -> None:
    from bpedu import packs

    for folder in folders:
        try:
            packs.load(folder)
        except packs.PackError as error:
            raise Impossible(str(error)) from None


def run_exercises(args) -> int:
    from bpedu import exercises

    add_packs(args.pack)
    found = exercises.every()
    if args.chapter:
        chapter = args.chapter.lstrip("0") or "0"
        found = [e for e in found if e.chapter.lower() == chapter.lower()]
        if not found:
            raise Impossible(f"There are no exercises in a chapter {args.chapter!r}.")
    rows = [describe(e) for e in found]
    show_json(rows) if args.json else show_exercises(rows)
    return 0


def describe(e) -> dict:
    """An exercise as `bpedu exercises --json` lists it; mistakes and hints are counts."""
    return {
        "id": e.id, "chapter": e.chapter, "title": e.title, "kind": e.kind, "difficulty": e.difficulty,
        "points": e.points, "mistakes": len(e.mistakes), "hints": len(e.hints), "needs": list(e.needs),
    }  # fmt: skip


def run_check(args) -> int:
    from bpedu import nb_check

    add_packs(args.pack)
    try:
        report = nb_check.check_notebook(args.notebook, seconds=args.seconds)
    except nb_check.Unusable as error:
        raise Impossible(str(error)) from None
    show_json(report.as_data()) if args.json else show_report(report)
    return 0 if report.all_right else 1


def run_progress(args) -> int:
    from bpedu import records, workspace

    add_packs(args.pack)
    folder = workspace.default_folder(args.workspace)
    if not (folder / records.MARKER).exists():
        raise Impossible(f"There is no workspace in {folder}. Make one with bpedu lab, or name it: --workspace DIR.")
    done, said = records.load(folder)
    chapters = chapters_done(done)
    if said:
        print(said, file=sys.stderr)
    show_json({"workspace": str(folder), "chapters": chapters}) if args.json else show_progress(folder, chapters)
    return 0


def chapters_done(done) -> list[dict]:
    """The records chapter by chapter, exercises that were never tried included."""
    from bpedu import exercises

    chapters: dict[str, list] = {}
    for e in exercises.every():
        record = done.get(e.id, {})
        row = {"id": e.id, "title": e.title, "passed": record.get("passed"), "attempts": record.get("attempts", 0)}
        chapters.setdefault(e.chapter, []).append({**row, "hints": record.get("hints", 0), "last": record.get("last")})
    return [
        {"chapter": c, "done": sum(bool(r["passed"]) for r in rows), "of": len(rows), "exercises": rows}
        for c, rows in chapters.items()
    ]


def show_json(data) -> None:
    print(json.dumps(data, indent=1, ensure_ascii=False))


def table(*columns):
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        made.add_column(name, justify="right" if name in ("points", "mistakes", "hints", "tries") else "left")
    return made


def console():
    from rich.console import Console

    return Console(highlight=False, markup=False)


def show_exercises(rows) -> None:
    made = table("id", "title", "kind", "difficulty", "points", "mistakes", "hints")
    for r in rows:
        stars = "★" * r["difficulty"] + "☆" * (3 - r["difficulty"])
        made.add_row(r["id"], r["title"], r["kind"], stars, *(str(r[k]) for k in ("points", "mistakes", "hints")))
    console().print(made)
    console().print(f"{len(rows)} exercises, {sum(r['points'] for r in rows)} points")


def show_report(report) -> None:
    from bpedu import feedback, notebook

    out = console()
    for exercise, verdict in report.verdicts.values():
        tone = {"right": "right", "not attempted": "open"}.get(verdict.status, "wrong")
        out.print(f"{notebook.Card.MARKS[tone]} {exercise.id}  {exercise.title}")
        if tone == "wrong":
            out.print(f"    {feedback.sentence(exercise, verdict)}")
    for place, text in report.errors:
        out.print(f"! cell {place}: {text}" if place else f"! {text}")
    out.print(f"{report.right} of {len(report.verdicts)} right")


def show_progress(folder, chapters) -> None:
    made = table("chapter", "", "done", "tries", "hints")
    for c in chapters:
        marks = "".join("■" if r["passed"] else "□" for r in c["exercises"])
        tries, hints = (sum(r[k] for r in c["exercises"]) for k in ("attempts", "hints"))
        made.add_row(c["chapter"], marks, f"{c['done']} of {c['of']}", str(tries), str(hints))
    console().print(f"Workspace: {folder}")
    console().print(made)
