"""nbgrader with our judge. One line in nbgrader_config.py, after `c = get_config()`:

    from bpedu.grading.nbgrader_bridge import configure; configure(c)

`nbgrader autograde` then runs no kernel: the judge marks every notebook in its sandbox and writes the marks where
nbgrader looks for them, as the outputs of the test cells. formgrader, feedback and export go on as ever.
Environment: BPEDU_PACKS (folders of a teacher's own exercises).
"""

import atexit
import json
import os
import secrets
from functools import cache
from pathlib import Path

from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Enum, Float, Integer, Unicode

from bpedu import exercises
from bpedu.grading import assignment as assignments
from bpedu.grading import walls
from bpedu.grading.marking import Marker, Settings


def configure(c) -> None:
    """Puts the judge into nbgrader's configuration, and a cure for copied cells, which would stop the whole batch."""
    own, theirs = "bpedu.grading.nbgrader_bridge", "nbgrader.preprocessors"
    c.Autograde.sanitize_preprocessors = [
        f"{theirs}.ClearOutput", f"{own}.Copies", f"{theirs}.OverwriteKernelspec", f"{theirs}.OverwriteCells",
        f"{theirs}.CheckCellMetadata",
    ]  # fmt: skip
    c.Autograde.autograde_preprocessors = [f"{own}.Judge", f"{theirs}.SaveAutoGrades", f"{theirs}.AssignLatePenalties"]


class Copies(NbGraderPreprocessor):
    """Takes the place of nbgrader's DeduplicateIds: the copy of a cell becomes a cell that the student has added."""

    def preprocess(self, nb, resources):
        seen = set()
        for cell in nb.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in seen:
                del cell.metadata["nbgrader"]
            elif name:
                seen.add(name)
        return nb, resources


class Judge(NbGraderPreprocessor):
    """Takes the place of nbgrader's Execute."""

    isolation = Enum(tuple(walls.WORDS), default_value=walls.FULL, help="how students' code is kept in").tag(
        config=True
    )
    seconds = Float(2.0, help="time limit of one answer").tag(config=True)
    seed = Integer(allow_none=True, default_value=None, help="repeat the hidden cases of another run").tag(config=True)
    release = Unicode("", help="the released notebook, where it is not nbgrader's own").tag(config=True)

    def preprocess(self, nb, resources):
        """Marks the notebook and writes marks and sentences into its test cells."""
        about = resources["nbgrader"]
        settings = Settings(seed=run_seed(self.seed), isolation=self.isolation, seconds=self.seconds)
        marker = marker_for(str(self.released(about)), settings)
        result = marker.mark(about["student"], json.dumps(nb).encode())
        rows = {i.test: r for i, r in zip(marker.assignment.items, result["exercises"], strict=True)}
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
                row = rows.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
                if row is not None:
                    cell.execution_count, cell.outputs = 1, outputs(row)
        return nb, resources

    def released(self, about) -> Path:
        """The release of this assignment: what students got is the only source of exercises and points."""
        if self.release:
            return Path(self.release)
        course = self.parent.parent.coursedir
        folder = course.format_path(course.release_directory, ".", about["assignment"])
        return Path(folder) / f"{about['notebook']}.ipynb"


def outputs(row) -> list:
    """The sentence, and the mark as a plain float, which nbgrader reads."""
    says = new_output("display_data", data={"text/plain": row["says"]})
    return [says, new_output("execute_result", data={"text/plain": repr(float(row["points"]))}, execution_count=1)]


@cache
def run_seed(seed) -> int:
    return secrets.randbelow(10**9) if seed is None else seed


@cache
def marker_for(release: str, settings: Settings) -> Marker:
    """One marker, with its sandbox, for a whole `nbgrader autograde`."""
    for folder in filter(None, os.environ.get("BPEDU_PACKS", "").split(os.pathsep)):
        exercises.add_pack(folder)
    marker = Marker(assignments.load(release), settings)
    atexit.register(marker.__exit__)
    return marker


def write_gradebook(path: Path, assignment: assignments.Assignment, results: list[dict]) -> int:
    """Writes the marks of a report into nbgrader's gradebook; returns how many students were written.

    The assignment has to be there already (`nbgrader generate_assignment`). Scores that a person gave stay.
    """
    with Gradebook(f"sqlite:///{path}") as book:
        book.find_assignment(assignment.name)
        for result in results:
            book.update_or_create_student(result["student"])
            book.update_or_create_submission(assignment.name, result["student"])
            for item, row in zip(assignment.items, result["exercises"], strict=True):
                grade = book.find_grade(item.test, assignment.name, assignment.name, result["student"])
                grade.auto_score = float(row["points"])
                grade.needs_manual_grade = grade.manual_score is not None
        book.db.commit()
    return len(results)
