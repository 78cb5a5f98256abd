"""Files that are no notebooks, notebooks that were tampered with, and folders as Canvas, Moodle and nbgrader leave them."""

import json
import os

import pytest
from classroom import HONEST, POINTS, cell_of, code, points, raw, statuses

from bpedu.grading import notebooks, submissions
from bpedu.grading.grade import grade
from bpedu.grading.marking import Settings

FULL = sum(POINTS.values())


# --- what is no notebook costs its author everything, with a reason, and nobody else anything ------------------------

UNREADABLE = {
    "truncated": (lambda n: raw(n)[:2000], "breaks off"),
    "empty": (lambda n: b"", "empty"),
    "blanks": (lambda n: b" \n\n", "empty"),
    "a PDF": (lambda n: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
    "a ZIP": (lambda n: b"PK\x03\x04" + bytes(100), "ZIP"),
    "a web page": (lambda n: b"<!DOCTYPE html><html></html>", "web page"),
    "noise": (lambda n: bytes(range(256)) * 10, "encoding"),
    "text": (lambda n: b"I forgot my notebook.", "not JSON"),
    "a list": (lambda n: b"[1, 2]", "no list of cells"),
    "null": (lambda n: b"null", "no list of cells"),
    "cells that are no list": (lambda n: b'{"cells": {"a": 1}}', "no list of cells"),
    "nested too deeply": (lambda n: b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
    "the old format": (lambda n: b'{"nbformat": 3, "worksheets": []}', "old format"),
    "a cell for every letter": (lambda n: raw({"cells": [code("x")] * 100_000}), "far more parts"),
    "a number of a million digits": (lambda n: b'{"cells": ' + b"9" * 1_000_000 + b"}", "not JSON"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_cannot_be_read_is_said(kind, course, marker):
    make, says = UNREADABLE[kind]
    result = marker.mark("student", make(course.hand_in()))
    assert (result["total"], result["max"]) == (0, FULL)
    assert says in result["unusable"]


def test_other_encodings_are_read(course, marker):
    notebook = course.hand_in({**HONEST, "demo.1": "# größer\n" + HONEST["demo.1"]})
    text = json.dumps(notebook, ensure_ascii=False)
    text = "".join(c if ord(c) < 256 else "?" for c in text)
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        result = marker.mark("student", text.encode(encoding))
        assert points(result) == POINTS, encoding
        assert bool(result["notes"]) == (encoding != "utf-8-sig")


def odd_cells(notebook):
    notebook["cells"] += [None, 3, "x", {}, {"cell_type": "code"}, {"cell_type": "code", "source": 7, "metadata": []},
                          {"cell_type": "code", "source": ["a", 1], "metadata": {"nbgrader": 5}},
                          {"cell_type": "code", "source": "x", "metadata": {"nbgrader": {"grade_id": ["a"]}}}]  # fmt: skip


def many_cells(notebook):
    notebook["cells"] += [code("pass")] * 5000


def no_outputs(notebook):
    for cell in notebook["cells"]:
        cell.pop("outputs", None)
        cell.pop("id", None)


def split_sources(notebook):
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).splitlines(keepends=True)


@pytest.mark.parametrize("edit", [odd_cells, many_cells, no_outputs, split_sources])
def test_odd_notebooks_are_graded_all_the_same(edit, course, marker):
    assert points(marker.mark("student", raw(course.hand_in(edit=edit)))) == POINTS


# --- tampering gains nothing, accidents cost what they must ----------------------------------------------------------

BLANK_1 = {i: s for i, s in HONEST.items() if i not in ("demo.1", "demo.6")}
WITHOUT_1 = {**POINTS, "demo.1": 0.0, "demo.6": 0.0}


def more_points(notebook):
    cell_of(notebook, "test-demo-2")["metadata"]["nbgrader"]["points"] = 1000
    cell_of(notebook, "test-demo-1")["metadata"]["nbgrader"]["points"] = 1000


def fake_outputs(notebook):
    cell_of(notebook, "test-demo-1")["outputs"] = [
        {"output_type": "execute_result", "data": {"text/plain": "2.0"}, "metadata": {}, "execution_count": 1}
    ]


def rewritten_tests(notebook):
    cell_of(notebook, "test-demo-1")["source"] = "2.0"


def deleted_tests(notebook):
    notebook["cells"] = [c for c in notebook["cells"] if not c["metadata"].get("nbgrader", {}).get("grade")]


def plan_changed(notebook):
    notebook["metadata"]["bpedu"].update(exercises=["demo.5"] * 6, seed=1, name="ps2")


def marks_changed(notebook):
    for cell in notebook["cells"]:
        cell["metadata"].get("nbgrader", {}).update(grade=True, locked=False, solution=True, task=True)


def answer_renamed(notebook):
    cell_of(notebook, "ex-demo-5")["metadata"]["nbgrader"]["grade_id"] = "ex-demo-1"


def metadata_poisoned(notebook):
    notebook["metadata"]["kernelspec"] = {"name": "../../bin/sh", "language": "bash"}
    notebook["metadata"]["bpedu"] = {"exercises": {"__class__": 1}}


TAMPERING = [more_points, fake_outputs, rewritten_tests, deleted_tests, plan_changed, marks_changed, metadata_poisoned]


@pytest.mark.parametrize("edit", TAMPERING)
def test_tampering_changes_no_mark(edit, course, marker):
    assert points(marker.mark("attacker", raw(course.hand_in(BLANK_1, edit=edit)))) == WITHOUT_1
    assert points(marker.mark("honest", raw(course.hand_in(edit=edit)))) == POINTS


def test_edited_points_are_remarked_on(course, marker):
    notes = marker.mark("attacker", raw(course.hand_in(edit=more_points)))["notes"]
    assert any("demo.2" in n and "points" in n for n in notes)


def test_an_answer_under_another_name_does_not_count_there(course, marker):
    result = marker.mark("student", raw(course.hand_in(BLANK_1, edit=answer_renamed)))
    assert points(result)["demo.1"] == 0


@pytest.mark.parametrize("name", ["f", "my_sum_of_squares", "sum_of_square"])
def test_an_answer_under_another_name_is_not_called_blank(name, course, marker):
    answers = {**HONEST, "demo.1": HONEST["demo.1"].replace("sum_of_squares", name)}
    result = marker.mark("x", raw(course.hand_in(answers)))["exercises"][0]
    assert result["status"] == "renamed"
    assert "defines no sum_of_squares" in result["says"]
    empty = marker.mark("x", raw(course.hand_in({**HONEST, "demo.1": ""})))["exercises"][0]
    assert empty["status"] == "not attempted"


def test_a_duplicated_cell_costs_nothing(course, marker):
    def blank_copy_below(notebook):
        notebook["cells"].append(cell_of(course.hand_in({}), "ex-demo-1"))

    def blank_copy_above(notebook):
        notebook["cells"].insert(0, cell_of(course.hand_in({}), "ex-demo-1"))

    for edit in (blank_copy_above, blank_copy_below):
        result = marker.mark("student", raw(course.hand_in(edit=edit)))
        assert points(result) == POINTS
        assert any("2 times" in n for n in result["notes"])


def test_a_deleted_cell_costs_its_own_points(course, marker):
    def delete(notebook):
        notebook["cells"].remove(cell_of(notebook, "ex-demo-2"))

    result = marker.mark("student", raw(course.hand_in(edit=delete)))
    assert points(result) == {**POINTS, "demo.2": 0.0}
    assert statuses(result)["demo.2"] == "missing"


def test_an_answer_moved_into_another_cell_is_found(course, marker):
    answers = {i: s for i, s in HONEST.items() if i != "demo.2"}
    assert points(marker.mark("student", raw(course.hand_in(answers, last=[HONEST["demo.2"]])))) == POINTS


@pytest.mark.parametrize("below", ["", "    # mine is in another cell\n", "\n\n    #\n"])
def test_a_blank_with_a_remark_does_not_hide_an_answer_in_another_cell(below, course, marker):
    blank = "".join(cell_of(course.hand_in({}), "ex-demo-1")["source"])
    answers = {**HONEST, "demo.1": blank.replace("    # YOUR CODE HERE\n", below)}
    for place in ("first", "last"):
        assert points(marker.mark("student", raw(course.hand_in(answers, **{place: [HONEST["demo.1"]]})))) == POINTS
    assert statuses(marker.mark("student", raw(course.hand_in(answers))))["demo.1"] == "not attempted"


def test_what_was_added_to_the_first_cell_counts(course, marker):
    """It is where imports belong, and Jupyter lets everyone write into it."""

    def more(notebook):
        cell_of(notebook, "setup")["source"] += ["\nimport math\ndef square(x):\n    return x * x"]

    answers = {**HONEST, "demo.1": "def sum_of_squares(x):\n    return math.fsum(square(x).ravel())"}
    assert points(marker.mark("student", raw(course.hand_in(answers, edit=more)))) == POINTS


def test_metadata_lost_altogether(course, marker):
    """Some editors throw the metadata away; the answers are then found by their names."""

    def strip(notebook):
        for cell in notebook["cells"]:
            cell["metadata"] = {}

    result = marker.mark("student", raw(course.hand_in(edit=strip)))
    assert points(result) == POINTS
    assert any("another assignment" in n for n in result["notes"])


def test_the_blank_release_earns_nothing(course, marker):
    result = marker.mark("student", raw(course.hand_in({})))
    assert result["total"] == 0
    assert set(statuses(result).values()) == {"not attempted"}


# --- helpers, errors elsewhere, earlier exercises --------------------------------------------------------------------


def test_helpers_in_added_cells_are_found_wherever_they_stand(course, marker):
    answers = {**HONEST, "demo.1": "def sum_of_squares(x):\n    return total(square(x))"}
    first, last = ["def square(x):\n    return x * x"], ["import math\ntotal = lambda a: float(np.sum(a))"]
    assert points(marker.mark("student", raw(course.hand_in(answers, first=first, last=last)))) == POINTS


def test_a_helper_is_the_one_that_stood_before_the_answer(course, marker):
    """The same helper name in two answers, as in a notebook run from top to bottom."""
    answers = {
        **HONEST,
        "demo.1": "def helper(x):\n    return x * x\ndef sum_of_squares(x):\n    return float(np.sum(helper(x)))",
        "demo.2": "def helper(x):\n    return x.sum(axis=0)\ndef dense_backward(X, W, dZ):\n    return dZ @ W, dZ.T @ X, helper(dZ)",
    }
    assert (
        points(marker.mark("student", raw(course.hand_in(answers, last=["def helper(x):\n    return None"])))) == POINTS
    )


@pytest.mark.parametrize(
    "cell",
    ["1/0", "while True: pass", "this is no Python", "%matplotlib inline\n!ls\n%%bash", "import os; os._exit(1)"],
)
def test_cells_that_have_nothing_to_do_with_it_cost_nothing(cell, course, marker):
    assert points(marker.mark("student", raw(course.hand_in(first=[cell], last=[cell])))) == POINTS


def test_an_error_after_the_definition_costs_nothing(course, marker):
    answers = {**HONEST, "demo.1": HONEST["demo.1"] + "\nprint(undefined)"}
    assert points(marker.mark("student", raw(course.hand_in(answers)))) == POINTS


def test_magics_in_the_answer_itself(course, marker):
    answers = {**HONEST, "demo.1": "%%time\n%matplotlib inline\n" + HONEST["demo.1"] + "\nsum_of_squares?"}
    assert points(marker.mark("student", raw(course.hand_in(answers)))) == POINTS


QUESTION = HONEST["demo.1"] + "  # why not np.dot?"
ODD_CELLS = {
    "a remark that is a question": QUESTION,
    "beside a magic": "%matplotlib inline\n" + QUESTION,
    "a docstring that is a question": 'def sum_of_squares(x):\n    """Is it one number?\n    Yes.\n    """\n    return float(np.sum(x ** 2))',
    "a magic in a loop": HONEST["demo.1"] + "\nfor _ in range(1):\n    %timeit sum_of_squares(np.ones(3))",
    "a magic's value": "files = !ls\n" + HONEST["demo.1"] + "\ntook = %timeit -o sum_of_squares(np.ones(3))",
    "a cell all indented": "    " + HONEST["demo.1"].replace("\n", "\n    "),
    "with the prompt": ">>> " + HONEST["demo.1"].replace("\n", "\n... "),
    "await": HONEST["demo.1"] + "\nimport asyncio\nawait asyncio.sleep(0)",
    "a library that is missing": "import pandas as pd\nfrom IPython.display import clear_output\n" + HONEST["demo.1"],
    "IPython itself": "get_ipython().run_line_magic('matplotlib', 'inline')\n" + HONEST["demo.1"],
    "a type that is missing": "import torch\ndef sum_of_squares(x: torch.Tensor | Array) -> Number:\n    return float(np.sum(x ** 2))",
    "a file that is missing": "data = np.loadtxt('mine.csv')\n" + HONEST["demo.1"],
    "a type that is asked for": "import torch\ndef sum_of_squares(x):\n    if isinstance(x, torch.Tensor):\n        x = x.numpy()\n"
    "    return float(np.sum(x ** 2))",
    "types that are looked at": "def typed(f):\n    assert f.__annotations__['return'] is float\n    return f\n@typed\n"
    "def sum_of_squares(x) -> float:\n    return float(np.sum(x ** 2))",
    "a check around it": "sum_of_squares = check('demo.1', lambda x: float(np.sum(x ** 2)))",
    "a command of two lines": "!pip install \\\n    numpy\n" + HONEST["demo.1"],
    "measured": "%%prun\n" + HONEST["demo.1"],
    "a loop without end, before": "while True:\n    pass\n" + HONEST["demo.1"],
    "a loop without end, after": HONEST["demo.1"] + "\nwhile True:\n    pass",
}


@pytest.mark.parametrize("kind", ODD_CELLS)
def test_an_answer_whose_cell_runs_in_jupyter_counts(kind, course, marker):
    assert points(marker.mark("student", raw(course.hand_in({**HONEST, "demo.1": ODD_CELLS[kind]})))) == POINTS


def test_annotations_that_another_cell_has_made_lazy(course, marker):
    answers = {
        **HONEST,
        "demo.1": "@staticmethod\ndef sum_of_squares(x: Array) -> Number:\n    return float(np.sum(x ** 2))",
    }
    lazy = ["from __future__ import annotations"]
    assert points(marker.mark("student", raw(course.hand_in(answers, first=lazy)))) == POINTS


ROUGH = {
    "a library": "import pandas as pd\nimport math",
    "a seed of a library": "import torch\ntorch.manual_seed(0)\nimport math",
    "a loop without end": "import math\nwhile True:\n    pass",
    "a loop without end, before": "while True:\n    pass\nimport math",
}


@pytest.mark.parametrize("kind", ROUGH)
def test_a_helper_beside_what_is_missing_or_slow_here_is_found(kind, course, marker):
    answers = {**HONEST, "demo.1": "def sum_of_squares(x):\n    return math.fsum((x * x).ravel())"}
    assert points(marker.mark("student", raw(course.hand_in(answers, first=[ROUGH[kind]])))) == POINTS


ELSEWHERE = {
    "chosen": "try:\n    from mine import total\nexcept ImportError:\n    if np.ndim(3):\n        total = None\n    else:\n"
    "        def total(x):\n            return float(np.sum(x))",
    "counted up": "total = np.sum\nk = 1\nk += 1",
}


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_a_helper_in_another_answers_cell_is_found(kind, course, marker):
    answers = {
        **HONEST,
        "demo.1": "def sum_of_squares(x):\n    return total(x ** k)",
        "demo.4": f"answer_demo_4 = 42\n{ELSEWHERE[kind]}",
    }
    if kind == "chosen":
        answers["demo.4"] += "\nk = 2\nif k:\n    k = 1 / 0\n    print(total)"
    assert points(marker.mark("student", raw(course.hand_in(answers)))) == POINTS


def test_an_array_library_that_is_missing_gives_way_to_numpy(course, marker):
    first = "try:\n    import cupy as np\nexcept ImportError:\n    import numpy as np\n"
    assert points(marker.mark("student", raw(course.hand_in({**HONEST, "demo.1": first + HONEST["demo.1"]})))) == POINTS


@pytest.mark.parametrize("place", ["first", "last"])
def test_an_experiment_does_not_run_because_it_shares_a_name_with_an_argument(place, course, marker):
    """Its x is another than the answer's, and it may take an hour."""
    experiment = "x = np.ones(3)\nprint(sum_of_squares(x), dense_backward)\nimport os\nwhile True:\n    x = os._exit(1)"
    assert points(marker.mark("student", raw(course.hand_in(**{place: [experiment]})))) == POINTS


def test_a_loop_without_end_in_place_of_the_answer_is_slow(course, marker):
    result = marker.mark("student", raw(course.hand_in({**HONEST, "demo.1": "while True:\n    'sum_of_squares'"})))
    assert points(result) == {**POINTS, "demo.1": 0.0}
    assert statuses(result)["demo.1"] == "slow"


def test_matplotlib_may_be_used(course, marker):
    answers = {
        **HONEST,
        "demo.1": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.savefig('a.png')\nplt.show()\n"
        + HONEST["demo.1"],
    }
    assert points(marker.mark("student", raw(course.hand_in(answers)))) == POINTS


@pytest.mark.parametrize("earlier", ["def sum_of_squares(x):\n    return 0.0", "raise ValueError", None])
def test_credit_follows_through(earlier, course, marker):
    """demo.6 calls demo.1, which is wrong or blank: it is judged on its own merits."""
    answers = {**HONEST, "demo.1": earlier}
    if earlier is None:
        del answers["demo.1"]
    result = marker.mark("student", raw(course.hand_in(answers)))
    assert points(result) == {**POINTS, "demo.1": 0.0}
    assert "own merits" in result["exercises"][5]["says"]


def test_a_lent_function_is_no_back_door(course, marker):
    """The answer to demo.1 cannot be had from the function that is lent to demo.6, nor can a wrong demo.6 pass."""
    answers = {
        **HONEST,
        "demo.1": "def sum_of_squares(x):\n    return norm(x) ** 2",
        "demo.6": "def norm(x):\n    return sum_of_squares(x)",
    }
    result = marker.mark("attacker", raw(course.hand_in(answers)))
    assert points(result) == {**POINTS, "demo.1": 0.0, "demo.6": 0.0}
    bombs = "def norm(x):\n    sum_of_squares(np.ones((4000, 4000)))\n    return norm(x)"
    result = marker.mark("attacker", raw(course.hand_in({**answers, "demo.6": bombs})))
    assert points(result) == {**POINTS, "demo.1": 0.0, "demo.6": 0.0}
    assert points(marker.mark("honest", raw(course.hand_in()))) == POINTS


def test_an_answer_that_an_overloaded_machine_kept_waiting_is_tried_again(course, marker, monkeypatch):
    """A late answer that had hardly any processor time, under load, is no slow answer; without load it is."""
    from bpedu.grading.sandbox import Sitting

    box, run, ends = marker.box(("numpy",)), marker.box(("numpy",)).run, []

    def late_at_first(job, count, **options):
        ends.append(count)
        return Sitting([], "slow", 0.01) if len(ends) == 1 else run(job, count, **options)

    monkeypatch.setattr(box, "run", late_at_first)
    for load, lost in ((50.0, 0.0), (0.1, 2.0)):
        ends.clear()
        monkeypatch.setattr("os.getloadavg", lambda load=load: (load, load, load))
        answers = {i: s for i, s in HONEST.items() if i != "demo.6"}
        assert points(marker.mark("student", raw(course.hand_in(answers)))) == {
            **POINTS,
            "demo.6": 0,
            "demo.1": 2.0 - lost,
        }


# --- folders and names -----------------------------------------------------------------------------------------------


def test_names_of_downloads_are_understood():
    for stem, student, lms, number in (
        ("doejane_12345_67890_ps1", "doejane", "canvas", "12345"),
        ("doejane_LATE_12345_67890_ps1-2", "doejane", "canvas", "12345"),
        ("Jane Doe_4711_assignsubmission_file_ps1", "Jane Doe", "moodle", "4711"),
        ("Jane Doe_4711_assignsubmission_file_", "Jane Doe", "moodle", "4711"),
        ("José_Núñez", "José_Núñez", "", ""),
        ("jane", "jane", "", ""),
    ):
        who = submissions.who(stem)
        assert (who["student"], who.get("lms", ""), who.get("lms_id", "")) == (student, lms, number), stem


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "../../etc/passwd",
        "=cmd|'/c calc'!A1",
        "-rf",
        "a\nb",
        "con\x00",
        "",
        " . ",
        "a/b\\c",
        "@SUM(1)",
        "x" * 500,
    ],
)
def test_a_name_is_safe_as_a_file_and_in_a_table(name):
    clean = submissions.clean(name)
    assert clean
    assert len(clean) <= 80
    assert not set(clean) & set('/\\\0\n\r\t"<>|:*?=!,;')
    assert clean[0] not in "=+-@. "


def put(folder, path, notebook):
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(notebook if isinstance(notebook, bytes) else raw(notebook))
    return file


def test_every_shape_of_folder(submitted, course):
    honest = course.hand_in()
    put(submitted, "nbgrader/ps1/ps1.ipynb", honest)
    put(submitted, "nbgrader/ps1/scratch.ipynb", b"{}")
    put(submitted, "folder/my answer.ipynb", honest)
    put(submitted, "flat.ipynb", honest)
    put(submitted, "doejane_12_34_ps1.ipynb", b"{}")
    put(submitted, "doejane_12_35_ps1-1.ipynb", honest)
    put(submitted, "doejane_77_36_ps1.ipynb", honest)
    put(submitted, "Max M_9_assignsubmission_file_/ps1.ipynb", honest)
    put(submitted, "folder/.ipynb_checkpoints/my answer-checkpoint.ipynb", b"{}")
    put(submitted, "__MACOSX/._flat.ipynb", b"x")
    (submitted / "empty").mkdir()
    put(submitted, "readme.txt", b"x")
    put(submitted, "saved.ipynb.txt", honest)
    put(submitted, "browser/ps1.ipynb.json", honest)
    put(submitted, "beside/ps1/data.csv", b"x")
    put(submitted, "beside/ps1.ipynb", honest)
    found = {s.student: s for s in submissions.find(submitted, "ps1")}
    assert sorted(found) == [
        "Max M", "beside", "browser", "doejane 12", "doejane 77", "empty", "flat", "folder", "nbgrader", "saved",
    ]  # fmt: skip
    assert found["browser"].path.name == "ps1.ipynb.json"
    assert found["beside"].path.name == "ps1.ipynb"
    assert found["nbgrader"].path.name == "ps1.ipynb"
    assert found["doejane 12"].path.name == "doejane_12_35_ps1-1.ipynb"
    assert found["folder"].path.name == "my answer.ipynb"
    assert found["empty"].path is None


def test_whoever_handed_in_another_kind_of_file_is_not_passed_over(submitted, course):
    put(submitted, "doejane_12_34_ps1.pdf", b"%PDF-1.4")
    put(submitted, "Max M_9_assignsubmission_file_answers.docx", b"PK\x03\x04")
    put(submitted, "roejohn_13_35_ps1.ipynb", course.hand_in())
    put(submitted, "roejohn_13_36_plot.png", b"\x89PNG")
    put(submitted, "ann.pdf", b"%PDF-1.4")
    found = {s.student: s.path.name for s in submissions.find(submitted, "ps1")}
    assert found == {
        "doejane": "doejane_12_34_ps1.pdf",
        "Max M": "Max M_9_assignsubmission_file_answers.docx",
        "roejohn": "roejohn_13_35_ps1.ipynb",
    }
    assert submissions.left_out(submitted) == ["ann.pdf"]


@pytest.mark.usefixtures("sandboxed")
def test_a_class_with_every_kind_of_trouble_is_graded_to_the_end(submitted, course, tmp_path):
    """Links, pipes, a huge file, folders that look like files, names that bite: each costs its own student only."""
    honest = put(submitted, "honest.ipynb", course.hand_in())
    (submitted / "thief.ipynb").symlink_to(honest)
    os.mkfifo(submitted / "pipe.ipynb")
    (submitted / "directory.ipynb").mkdir()
    with open(submitted / "huge.ipynb", "wb") as file:
        file.truncate(200_000_000)
    locked = put(submitted, "empty-file.ipynb", b"")
    put(submitted, "=HYPERLINK(1).ipynb", course.hand_in())
    put(
        submitted,
        "<script>alert(1)<b>.ipynb",
        course.hand_in({**HONEST, "demo.5": "answer_demo_5 = '<script>alert(2)</script>'"}),
    )
    out = tmp_path / "report"
    summary = grade(submitted, course.release_path, out, Settings(seconds=1.0))
    totals = {r["student"]: r["total"] for r in summary.results}
    assert totals["honest"] == FULL
    assert next(t for name, t in totals.items() if "HYPERLINK" in name) == FULL
    assert totals["thief"] == totals["pipe"] == totals["directory.ipynb"] == totals["huge"] == totals["empty-file"] == 0
    reasons = {r["student"]: r["unusable"] for r in summary.results}
    assert "link" in reasons["thief"]
    assert "200 MB" in reasons["huge"]
    assert "no notebook" in reasons["directory.ipynb"]
    assert locked.exists()
    for page in [*out.glob("feedback/*.html"), out / "class.html"]:
        assert "<script>" not in page.read_text()
    assert not any(
        line.split(",")[0].startswith(("=", "+", "@")) for line in (out / "canvas.csv").read_text().splitlines()
    )


def test_a_file_is_never_read_beyond_the_limit(tmp_path):
    path = tmp_path / "a.ipynb"
    with open(path, "wb") as file:
        file.truncate(notebooks.LARGEST + 1)
    with pytest.raises(notebooks.Unusable, match="MB"):
        notebooks.read_file(path)
