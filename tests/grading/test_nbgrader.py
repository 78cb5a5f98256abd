"""The real nbgrader on our assignments: as it comes, with our judge inside, and with marks written into its gradebook."""

import csv
import subprocess

import nbgrader_environment
import pytest
from classroom import HONEST, PACK, POINTS, cell_of, raw

pytestmark = pytest.mark.usefixtures("sandboxed")
FULL = sum(POINTS.values())
CONFIG = """c = get_config()
from bpedu.grading.nbgrader_bridge import configure; configure(c)
c.Judge.seconds = 1.0
"""


def duplicated(notebook):
    notebook["cells"].append(dict(cell_of(notebook, "ex-demo-1")))


def deleted(notebook):
    notebook["cells"].remove(cell_of(notebook, "ex-demo-5"))


def richer(notebook):
    for cell in notebook["cells"]:
        if "points" in cell["metadata"].get("nbgrader", {}):
            cell["metadata"]["nbgrader"]["points"] = 500


FORGED = "np.allclose = lambda *a, **k: True\nnp.isclose = np.allclose\n"
WRONG_1 = "def sum_of_squares(x):\n    return float((x * x).mean())"
WRONG_2 = "def dense_backward(X, W, dZ):\n    return dZ @ W, X.T @ dZ, dZ.sum(axis=0)"
# student -> (answers, how the notebook is changed, what the judge gives)
CLASS = {
    "ada": (HONEST, None, FULL),
    "ben": (HONEST, None, FULL),
    "cem": ({**HONEST, "demo.1": WRONG_1}, None, FULL - 2),
    "dea": ({**HONEST, "demo.2": WRONG_2}, None, FULL - 3),
    "eli": ({**HONEST, "demo.4": "answer_demo_4 = 13", "demo.5": 'answer_demo_5 = "c"'}, None, FULL - 2),
    "fay": ({}, None, 0.0),
    "gus": ({**HONEST, "demo.1": FORGED + WRONG_1}, None, FULL - 2),
    "hal": ({**HONEST, "demo.1": "import os\nos._exit(0)"}, None, FULL - 2),
    "ivy": ({**HONEST, "demo.1": "def sum_of_squares(x):\n    while True:\n        pass"}, None, FULL - 2),
    "jon": (HONEST, duplicated, FULL),
    "kim": (HONEST, deleted, FULL - 1),
    "lea": ({**HONEST, "demo.1": WRONG_1}, richer, FULL - 2),
    "mia": ({**HONEST, "demo.3": "class Momentum:\n    pass"}, None, FULL - 1),
}


@pytest.fixture(scope="module")
def nbgrader(course):
    """nbgrader in its own environment, in the course's folder, with the class handed in."""
    problem = nbgrader_environment.make()
    if problem:
        pytest.skip(problem)
    for student, (answers, edit, _) in CLASS.items():
        path = course.folder / "submitted" / student / "ps1" / "ps1.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(raw(course.hand_in(answers, edit=edit)))

    def run(*arguments):
        command = [str(nbgrader_environment.PYTHON), *map(str, arguments)]
        environment = nbgrader_environment.environment(BPEDU_PACKS=str(PACK), PYDEVD_DISABLE_FILE_VALIDATION="1")
        done = subprocess.run(
            command, cwd=course.folder, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        return done.returncode, done.stdout + done.stderr

    status, said = run("-m", "nbgrader", "generate_assignment", "ps1", "--force")
    assert status == 0, said
    return run


def exported(nbgrader, course) -> dict:
    status, said = nbgrader("-m", "nbgrader", "export")
    assert status == 0, said
    with open(course.folder / "grades.csv") as file:
        return {row["student_id"]: float(row["score"] or 0) for row in csv.DictReader(file)}


def test_its_validator_accepts_the_source_and_not_the_blank(nbgrader):
    _, said = nbgrader("-m", "nbgrader", "validate", "source/ps1/ps1.ipynb")
    assert "Success" in said, said
    _, said = nbgrader("-m", "nbgrader", "validate", "release/ps1/ps1.ipynb")
    assert "VALIDATION FAILED ON 6 CELL(S)" in said, said


def test_stock_nbgrader_grades_our_assignment(nbgrader, course):
    for student in ("ada", "cem"):
        status, said = nbgrader("-m", "nbgrader", "autograde", "ps1", "--student", student, "--force")
        assert status == 0, said
    scores = exported(nbgrader, course)
    # cem's demo.6 builds on the wrong demo.1, and in cem's own kernel it is wrong with it: our judge is fairer
    assert {s: scores[s] for s in ("ada", "cem")} == {"ada": FULL, "cem": CLASS["cem"][2] - 1}


def test_with_one_line_it_runs_through_our_judge(nbgrader, course):
    config = course.folder / "nbgrader_config.py"
    config.write_text(CONFIG)
    try:
        status, said = nbgrader("-m", "nbgrader", "autograde", "ps1", "--force")
        assert status == 0, said
        assert exported(nbgrader, course) == {s: points for s, (_, _, points) in CLASS.items()}
        status, said = nbgrader("-m", "nbgrader", "generate_feedback", "ps1", "--force")
        assert status == 0, said
    finally:
        config.unlink()
    feedback = (course.folder / "feedback" / "dea" / "ps1" / "ps1.html").read_text()
    assert "Your dW is transposed" in feedback
    assert "had not finished" in (course.folder / "feedback" / "ivy" / "ps1" / "ps1.html").read_text()


def test_marks_are_written_into_its_gradebook(nbgrader, course, tmp_path):
    """From an empty gradebook: bpedu grade marks, nbgrader exports what it wrote."""
    (course.folder / "gradebook.db").unlink()
    nbgrader("-m", "nbgrader", "generate_assignment", "ps1", "--force")
    arguments = ["grade", "submitted", "--assignment", "release/ps1/ps1.ipynb", "--out", tmp_path / "report", "--pack", PACK,
                 "--seconds", "1", "--jobs", "2", "--nbgrader", "gradebook.db"]  # fmt: skip
    status, said = nbgrader("-c", "import sys; from bpedu.cli import main; sys.exit(main())", *arguments)
    assert status == 0, said
    assert "Marks of 13 students written" in said
    assert "SAWarning" not in said
    (course.folder / "notes.db").write_text("no database")
    status, said = nbgrader(
        "-c", "import sys; from bpedu.cli import main; sys.exit(main())", *arguments[:-1], "notes.db"
    )
    assert status == 2
    assert "notes.db is no gradebook" in said
    assert exported(nbgrader, course) == {s: points for s, (_, _, points) in CLASS.items()}


def test_a_test_cell_ends_in_a_plain_float(course):
    """What nbgrader takes for the mark: anything else would be full marks."""
    from bpedu.grading.incell import score

    for answer, mark in (
        (lambda x: float((x * x).sum()), 2.0),
        (lambda x: 0.0, 0.0),
        (lambda x: 1 / 0, 0.0),
        (..., 0.0),
    ):
        got = score("demo.1", answer, points=2)
        assert type(got) is float
        assert got == mark
    assert score("demo.9", lambda x: x) == 0.0
    assert score("demo.4", 12, points=1, given={"a": 3, "b": 4}) == 1.0
    assert "".join(cell_of(course.release, "test-demo-1")["source"]).splitlines()[-1].startswith("score(")
