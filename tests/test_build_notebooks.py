"""The check of the notebooks against their source catches what it is there for: each fault is planted once."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

pytest.importorskip("jupytext", reason="building the notebooks needs jupytext (extra dev)")
BOOK = Path(__file__).parents[1] / "book"
CHAPTER = "03_activation_functions"
BLANK, SOLVED = f"chapters/{CHAPTER}.ipynb", f"solutions/{CHAPTER}.ipynb"
SOLUTION = "def sigmoid_derivative(z):\n    # peeked\n    s = 1 / (1 + np.exp(-z))\n    return s * (1 - s)"


@pytest.fixture
def builder(tmp_path, monkeypatch):
    """build_notebooks, at work on a copy of one chapter: its source and its two notebooks."""
    monkeypatch.syspath_prepend(str(BOOK))
    import build_notebooks as builder

    for name in (BLANK, SOLVED):
        (tmp_path / name).parent.mkdir()
        shutil.copy(BOOK.parent / name, tmp_path / name)
    (tmp_path / "book").mkdir()
    shutil.copy(BOOK / f"{CHAPTER}.md", tmp_path / "book")
    monkeypatch.setattr(builder, "ROOT", tmp_path)
    yield builder
    for name in ("build_notebooks", "citations"):
        sys.modules.pop(name, None)


def checked(builder, capsys):
    """What the check says of the copy."""
    code = builder.check([builder.ROOT / "book" / f"{CHAPTER}.md"], whole=False)
    said = capsys.readouterr().out
    assert code == (0 if "match their source" in said and said.startswith("1 chapters") else 1)
    return said


def edit(builder, name, change):
    """Changes a notebook of the copy in place: change(code cells, all cells)."""
    path = builder.ROOT / name
    made = json.loads(path.read_text(encoding="utf-8"))
    change([c for c in made["cells"] if c["cell_type"] == "code"])
    path.write_text(json.dumps(made), encoding="utf-8")


def of_role(cells, role):
    return [c for c in cells if c["metadata"].get("bpedu", {}).get("role") == role]


def say(text):
    return lambda cells: [o.update(data={"text/plain": text}) for c in of_role(cells, "check") for o in c["outputs"]]


def fail(cells):
    cells[2]["outputs"] = [{"output_type": "error", "ename": "ZeroDivisionError", "evalue": "", "traceback": []}]


PLANTED = {
    "a solution typed into the blank": (BLANK, lambda cells: of_role(cells, "answer")[0].update(source="x = 1"), "does not match"),
    "a cell that fails": (BLANK, fail, "a cell fails with ZeroDivisionError"),
    "a cell that warns": (
        BLANK, lambda cells: cells[2].update(outputs=[{"output_type": "stream", "name": "stderr", "text": "w"}]), "stderr",
    ),
    "a cell that was not run": (BLANK, lambda cells: cells[2].update(execution_count=None), "was not executed"),
    "cells run in another order": (BLANK, lambda cells: cells[2].update(execution_count=99), "once each, from the top"),
    "a blank that passes": (BLANK, say("✓ 3.1"), "the blank of exercise 3.1 passes"),
    "a solution that fails": (SOLVED, say("✗ 3.1"), "the solution of exercise 3.1 does not pass"),
    "a check that says nothing": (SOLVED, lambda cells: [c.update(outputs=[]) for c in of_role(cells, "check")], "does not pass"),
}  # fmt: skip


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(builder, capsys, fault):
    name, change, wanted = PLANTED[fault]
    edit(builder, name, change)
    assert wanted in checked(builder, capsys)


def test_nothing_is_found_where_nothing_is_wrong(builder, capsys):
    assert "both notebooks of each match" in checked(builder, capsys)


def test_a_changed_source_makes_both_stale(builder, capsys):
    source = builder.ROOT / "book" / f"{CHAPTER}.md"
    source.write_text(source.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")
    assert checked(builder, capsys).count("does not match its source") == 2


def change_source(builder, pattern, instead):
    source = builder.ROOT / "book" / f"{CHAPTER}.md"
    text, count = re.subn(pattern, instead, source.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
    assert count == 1
    source.write_text(text, encoding="utf-8")
    return source


@pytest.fixture
def not_run(builder, monkeypatch):
    def run(*_):
        raise RuntimeError("it was run")

    monkeypatch.setattr(builder, "execute", run)


def test_new_words_about_a_figure_need_no_run(builder, not_run, capsys):
    source = change_source(builder, "^:caption: .*$", ':caption: "Another sentence about it."')
    for solved, name in ((False, BLANK), (True, SOLVED)):
        builder.build(source, solved, builder.ROOT / name, False)
    assert "Another sentence about it." in (builder.ROOT / BLANK).read_text(encoding="utf-8")
    assert "both notebooks of each match" in checked(builder, capsys)


@pytest.mark.parametrize(
    ("pattern", "instead"),
    [
        ("^:caption: .*\n", ""),
        ("^:alt: .*\n", ""),
        ("^plt.show\\(\\)$", "plt.show()  # again"),
        ("^:tags: .hide-input.\n", ""),
    ],
)
def test_new_code_and_a_figure_without_words_are_run(builder, not_run, pattern, instead):
    source = change_source(builder, pattern, instead)
    with pytest.raises(RuntimeError, match="it was run"):
        builder.build(source, False, builder.ROOT / BLANK, False)


@pytest.mark.parametrize("word", ["alt", "caption"])
def test_a_figure_without_words_is_told(builder, word):
    made = json.loads((builder.ROOT / BLANK).read_text(encoding="utf-8"))
    cells = [builder.nbformat.from_dict(c) for c in made["cells"] if c["metadata"].get("alt")]
    assert not [sentence for cell in cells for sentence in builder.cell_faults(cell)]
    for cell in cells:
        del cell.metadata[word]
        assert f":{word}:" in " ".join(builder.cell_faults(cell))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3}'])
def test_a_file_that_is_no_notebook_is_told(builder, capsys, text):
    (builder.ROOT / BLANK).write_text(text)
    assert "is no notebook" in checked(builder, capsys)
    (builder.ROOT / BLANK).unlink()
    assert "is missing" in checked(builder, capsys)


def test_a_leaked_solution_is_found_in_every_cell(builder):
    """Also where source and notebook agree on it: in a cell of the chapter's own, in the answer, and with its marks."""
    blank = builder.expand(BOOK / f"{CHAPTER}.md", solved=False)
    assert list(builder.leaks(blank)) == []
    code = next(c for c in blank.cells if c.cell_type == "code")
    for source in (SOLUTION, f"class Shelf:\n    pass\n\n\n{SOLUTION}"):
        code.source = source
        assert ["3.2" in leak for leak in builder.leaks(blank)] == [True]
    code.source = SOLUTION.replace("s * (1 - s)", "s")
    assert list(builder.leaks(blank)) == []
    (answer, *_) = [c for c in blank.cells if c.metadata.get("bpedu", {}).get("role") == "answer"]
    answer.source = "### BEGIN SOLUTION\nx = 1"
    assert any("stands in the blank" in leak for leak in builder.leaks(blank))


def test_an_exercise_that_the_manuscript_forgets_repeats_or_invents(builder):
    source = builder.ROOT / "book" / f"{CHAPTER}.md"
    text = source.read_text(encoding="utf-8")
    block = re.search(r"^```\{exercise\} 3\.2\n```\n", text, re.M)[0]
    for changed, wanted in (
        (text.replace(block, ""), "Exercise 3.2 stands 0 times"),
        (text + block, "Exercise 3.2 stands 2 times"),
        (text + block.replace("3.2", "3.99"), "exercise 3.99, which does not exist"),
    ):
        copy = source.with_name("copy.md")
        copy.write_text(changed, encoding="utf-8")
        others = [p for p in builder.sources() if p.stem != CHAPTER]
        (said,) = builder.exercise_faults([*others, copy])
        assert wanted in said


def test_a_notebook_without_a_source_is_told(builder):
    shutil.copy(builder.ROOT / BLANK, builder.ROOT / "chapters" / "99_astray.ipynb")
    (said,) = builder.stray_notebooks([builder.ROOT / "book" / f"{CHAPTER}.md"])
    assert "99_astray.ipynb has no source" in said
