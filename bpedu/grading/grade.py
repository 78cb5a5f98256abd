"""One grading run from a folder of submissions to a finished report."""

import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bpedu.grading import assignment as assignments
from bpedu.grading import pages, pool, report, submissions, walls
from bpedu.grading.journal import Journal, put_aside
from bpedu.grading.marking import Settings


@dataclass(frozen=True)
class Summary:
    """What the run did. kept: results taken from an interrupted run; aside: where an older report was put; before: where
    tables were put that have others in their place now; left_out: files that are no notebooks."""

    results: list[dict]
    graded: int
    kept: int
    aside: Path | None
    seed: int
    isolation: str
    before: Path | None = None
    left_out: tuple[str, ...] = ()


def grade(folder: Path, release: Path, out: Path, settings: Settings, *, seed=None, packs=(), jobs=1, scheduler=None,
          again=False, tell=lambda done, of: None) -> Summary:  # fmt: skip
    """Marks every submission in `folder` and writes the report to `out`. `tell(done, of)` is called after each.

    Raises NotAnAssignment, SandboxError, FileNotFoundError, NotADirectoryError or BlockingIOError with a sentence.
    """
    assignment = assignments.load(release)
    if not folder.is_dir():
        came = "that is a file. Unpack it into a folder" if folder.is_file() else "there is none"
        raise FileNotFoundError(f"A folder of submissions was expected at {folder}; {came}.")
    if folder.resolve() in Path(release).resolve().parents:
        raise NotADirectoryError(
            f"The assignment {release} lies in {folder}, and would be taken for a submission. The folder is expected that "
            "holds what was handed in and nothing else."
        )
    if folder.resolve() in out.resolve().parents:
        raise NotADirectoryError(
            f"--out {out} lies in the folder of submissions, and would be taken for one. Choose another."
        )
    found = submissions.find(folder, assignment.name)
    if not found:
        other = pages.listed(submissions.left_out(folder))
        raise FileNotFoundError(
            f"The folder {folder} holds no notebook and no student's folder"
            + (f", only {other}. An archive has to be unpacked first." if other else ".")
        )
    journal, settings, aside = open_journal(out, assignment, settings, seed, again)
    course = pool.Course(str(Path(release).resolve()), tuple(map(str, packs)), settings)
    left_out = submissions.left_out(folder)
    run = {"seed": settings.seed, "isolation": walls.WORDS[settings.isolation], "per_student": settings.per_student,
           "left_out": left_out}  # fmt: skip
    try:
        feedback = report.Feedback(out, assignment, run)
        versions = {s.student: key(s) for s in found}
        kept = [s for s in found if (s.student, versions[s.student]) in journal.done]
        waiting = [s for s in found if (s.student, versions[s.student]) not in journal.done]
        marked = pool.mark_all(course, waiting, jobs=jobs, scheduler=scheduler)
        people, results = {s.student: s for s in found}, {}
        for s in kept:
            results[s.student] = dress(s, journal.done[s.student, versions[s.student]])
            feedback.add(results[s.student])
        tell(len(kept), len(found))
        for done, result in enumerate(marked, len(kept) + 1):
            journal.add(result)
            student = result["student"]
            results[student] = dress(people[student], result)
            feedback.add(results[student])  # while others are marked
            tell(done, len(found))
        results = [results[s.student] for s in found]
        before = report.write(out, assignment, results, run)
        feedback.publish()
    finally:
        journal.close()
    return Summary(results, len(waiting), len(kept), aside, settings.seed, settings.isolation, before,
                   tuple(left_out))  # fmt: skip


def key(submission) -> str:
    return pool.digest_of(str(submission.path) if submission.path else None)


def dress(submission, result) -> dict:
    """A result with what the folder says about the student."""
    own = {"display": submission.display, "lms": submission.lms, "lms_id": submission.lms_id}
    return {**result, **own, "notes": [*submission.notes, *result["notes"]]}


def open_journal(out: Path, assignment, settings: Settings, seed, again) -> tuple[Journal, Settings, Path | None]:
    """The journal to go on with, or a new one; a report that belongs to something else is put aside first."""
    aside, journal = None, Journal(out)
    if out.exists() and not out.is_dir():
        raise NotADirectoryError(f"{out} is a file; --out names the folder of the report.")
    before = journal.load()
    if before is None and journal.file is None and out.is_dir() and any(out.iterdir()):
        raise NotADirectoryError(f"{out} exists and is no report of bpedu grade. Choose another --out.")
    if before is not None:
        chosen = before.get("seed") if seed is None else seed
        if not again and before == {"format": 1, **header(assignment, replace(settings, seed=chosen))}:
            return journal, replace(settings, seed=chosen), None
        journal.close()
        aside, journal = put_aside(out), Journal(out)
    out.mkdir(parents=True, exist_ok=True)
    settings = replace(settings, seed=secrets.randbelow(10**9) if seed is None else seed)
    return journal.begin(header(assignment, settings)), settings, aside


def header(assignment, settings) -> dict:
    return {"assignment": assignment.name, "digest": assignment.digest, **asdict(settings)}
