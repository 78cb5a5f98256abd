"""`bpedu assign`: an assignment out of exercises of the book and of a teacher's own; and what both classroom commands share."""

import csv
import sys
from pathlib import Path

BAD_INPUT = 2
HEADINGS = {"student", "students", "name", "full name", "username", "user", "login", "login id", "sis login id", "id", "student id",
            "student_id", "identifier", "email", "email address"}  # of a roster's first column  # fmt: skip
NOBODY = {"points possible"}  # a line of Canvas's own table


class BadInput(Exception):
    """What was asked for cannot be done; the message says why and what to do."""


def add_assign(subparsers):
    p = subparsers.add_parser("assign", help="make an assignment out of exercises",
                              description="Writes COURSE/source/NAME/NAME.ipynb (with solutions) and COURSE/release/NAME/NAME.ipynb "
                              "(for students), in nbgrader's layout.")  # fmt: skip
    p.add_argument("--name", required=True, help="name of the assignment, for example ps1")
    p.add_argument("--out", required=True, metavar="COURSE", type=Path, help="the course folder")
    p.add_argument(
        "--exercises", metavar="8.1,8.3,9.2", default="", help="the exercises, in this order; 8.1-8.4 for a range"
    )
    p.add_argument("--chapter", action="append", default=[], metavar="8", help="all exercises of a chapter")
    p.add_argument("--points", action="append", default=[], metavar="8.3=4", help="points other than the book's")
    p.add_argument("--written", action="append", default=[], metavar="[POINTS:]QUESTION",
                   help="a question with a written answer, which you mark yourself (one point by default); may be given several times")  # fmt: skip
    p.add_argument("--per-student", metavar="ROSTER", type=Path,
                   help="a file with one student per line: each gets a notebook with numbers of their own, under COURSE/handout")  # fmt: skip
    p.add_argument("--seed", type=int, default=0, help="where the students' own numbers come from (default 0)")
    p.add_argument("--pack", action="append", default=[], metavar="DIR", help="a folder with exercises of your own")
    p.add_argument("--force", action="store_true", help="replace an assignment of this name; the old files are kept")
    p.set_defaults(run=run_assign)


def told(function):
    """Turns errors that are the user's to mend into a sentence and exit code 2."""

    def wrapped(args) -> int:
        from bpedu.grading.assignment import NotAnAssignment
        from bpedu.grading.sandbox import SandboxError

        try:
            return function(args)
        except (BadInput, NotAnAssignment, SandboxError, FileNotFoundError, FileExistsError, NotADirectoryError,
                BlockingIOError, PermissionError) as error:  # fmt: skip
            says = f"{error.strerror}: {error.filename}" if getattr(error, "errno", None) else error
            print(f"bpedu {args.run.command}: {says}", file=sys.stderr)
            return BAD_INPUT
        except KeyboardInterrupt:
            print("\nInterrupted. The same command goes on where this one was.", file=sys.stderr)
            return 130

    wrapped.command = function.__name__.removeprefix("run_")
    return wrapped


@told
def run_assign(args) -> int:
    from bpedu.grading import assign

    owned = own(args.pack)
    if not assign.NAME.fullmatch(args.name):
        raise BadInput(f"--name takes plain letters, digits, - and _ (it becomes a file name); {args.name!r} came.")
    if args.out.exists() and not args.out.is_dir():
        raise BadInput(f"{args.out} is a file; --out names the course folder.")
    chosen = tuple(asked_exercises(args))
    proven(chosen, owned)
    plan = assign.Plan(
        args.name,
        chosen,
        dict(asked_points(args, chosen)),
        tuple(map(question, args.written)),
        args.seed,
        roster(args.per_student),
    )
    paths = assign.write(plan, args.out, force=args.force)
    total = sum(map(plan.worth, chosen))
    print(f"{args.name}: {len(chosen)} exercise{'s' * (len(chosen) != 1)}, {total:g} point{'s' * (total != 1)}"
          + (f", and {len(plan.written)} written" if plan.written else ""))  # fmt: skip
    for path in paths[:2]:
        print(f"  {path}")
    if paths[2:]:
        print(f"  {paths[2].parent.parent}/: {len(paths) - 2} notebook{'s' * (len(paths) != 3)}, one per student")
        if not any(e.draw for e in chosen):
            print("  None of these exercises has numbers to draw, so the notebooks differ in the student's name only.")
    return 0


def own(folders) -> dict:
    """The exercises of the packs, by id, with the folder of each."""
    from bpedu import packs

    try:
        return {e.id: (e, folder) for folder in folders for e in packs.load(folder)}
    except packs.PackError as error:
        raise BadInput(str(error)) from None


def proven(chosen, owned):
    """Tries what comes out of a pack before a student gets it."""
    from bpedu import packs

    try:
        for exercise in chosen:
            if exercise.id in owned:
                packs.prove(*owned[exercise.id])
    except packs.PackError as error:
        raise BadInput(str(error)) from None


def asked_exercises(args):
    """The exercises of --exercises and --chapter, each once."""
    from bpedu import exercises

    found = []
    for part in filter(None, (p.strip() for p in args.exercises.split(","))):
        found += ranged(part)
    for number in filter(None, (p.strip() for p in ",".join(args.chapter).split(","))):
        here = chapter(number)
        if not here:
            raise BadInput(f"Chapter {number} has no exercises. These have: {', '.join(exercises.chapter_modules())}.")
        found += here
    if not found:
        raise BadInput("Nothing was chosen: add --exercises 8.1,8.3 or --chapter 8. `bpedu exercises` lists them.")
    return list({e.id: e for e in found}.values())


def chapter(number):
    """The exercises of a chapter of the book, or those of a pack whose ids begin so."""
    from bpedu import exercises

    return exercises.chapter(number) or tuple(e for e in exercises.every() if e.chapter == number)


def ranged(part):
    """One exercise, or those from the first to the last of 8.1-8.4."""
    from bpedu import exercises

    first, _, last = part.partition("-")
    if "." not in last or any(e.id == part for e in exercises.every()):
        return [one(part)]
    begin, end = one(first), one(last)
    here, there = chapter(begin.chapter), chapter(end.chapter)
    if here != there:
        raise BadInput(
            f"--exercises {part}: a range stays in one chapter. Give one for each: {first}-{here[-1].id},{there[0].id}-{last}."
        )
    found = here[here.index(begin) : here.index(end) + 1]
    if not found:
        raise BadInput(f"--exercises {part}: a range goes upward, {last}-{first}.")
    return found


def one(identifier):
    from bpedu import exercises

    try:
        return exercises.find(identifier)
    except KeyError as error:
        own = "" if identifier[:1].isdigit() else " Exercises of your own are found with --pack DIR."
        raise BadInput(error.args[0] + own) from None


def asked_points(args, chosen):
    for part in ",".join(args.points).split(","):
        if not part:
            continue
        identifier, _, value = part.partition("=")
        if identifier not in {e.id for e in chosen}:
            raise BadInput(f"--points {part}: {identifier} is not among the exercises of this assignment.")
        try:
            points = float(value)
        except ValueError:
            points = -1
        if not 0 < points < 10000:
            raise BadInput(f"--points {part}: points are a positive number, for example 8.3=4.")
        yield identifier, points


def question(text):
    """ "3:Why …?" is a question of three points; without a number it is worth one."""
    points, colon, rest = text.partition(":")
    numbered = colon and points.strip().replace(".", "", 1).isdigit()
    asked, worth = (rest.strip(), float(points)) if numbered else (text.strip(), 1.0)
    if not asked or not worth:
        raise BadInput(f"--written {text!r}: points, a colon and the question are expected, for example '2:Why …?'.")
    return asked, worth


def roster(path):
    from bpedu.grading.notebooks import Unusable, text_of
    from bpedu.grading.submissions import clean

    if path is None:
        return ()
    if not path.is_file():
        raise BadInput(f"--per-student names the roster, a file with one student per line; there is none at {path}.")
    try:
        text, _ = text_of(path.read_bytes())  # spreadsheets write a mark at the beginning, or an older encoding
    except Unusable as error:
        raise BadInput(f"The roster {path} cannot be read. {error.args[0]}") from None
    lines = [line for line in text.splitlines() if line.strip()]
    between = next(
        (d for d in ";\t" if all(d in line for line in lines)), ","
    )  # a spreadsheet's own, country by country
    first = [row[0].strip() for row in csv.reader(lines, delimiter=between) if row and row[0].strip()]
    if first and first[0].casefold() in HEADINGS:
        del first[0]
    names = [clean(name) for name in first if name.casefold() not in NOBODY]
    if not names:
        raise BadInput(f"The roster {path} names no student.")
    twice = next((n for n in names if names.count(n) > 1), None)
    if twice:
        raise BadInput(f"The roster {path} names {twice} twice. Its first column tells the students apart.")
    return tuple(names)
