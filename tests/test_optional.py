"""Chapters whose libraries are missing run all the same, say what to install, and leave out the cells that need them."""

import ast
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from bpedu.optional import LeaveOut, listing

CHAPTERS = Path(__file__).parents[1] / "chapters"


def read(path):
    return nbformat.read(path, as_version=4)


WITH_NEEDS = [p for p in sorted(CHAPTERS.glob("*.ipynb")) if read(p).metadata["bpedu"].get("needs")]


def left_out(cells, missing=("torch",)):
    """For each cell, in order, whether it is left out."""
    shell = LeaveOut(missing)
    return ["Left out" in ast.unparse(shell.visit(ast.parse(cell))) for cell in cells]


def test_cells_that_import_a_missing_library_are_left_out():
    assert left_out(["import torch", "from torch import nn", "import torch.nn.functional as F", "import numpy"]) == [
        True, True, True, False,
    ]  # fmt: skip


def test_cells_that_use_what_such_a_cell_would_have_made_are_left_out():
    cells = [
        "from torch import nn",
        "def net():\n    return nn.ReLU()",
        "model = net()",
        "print([model for _ in 'ab'])",
    ]
    assert left_out(cells) == [True] * 4


def test_a_name_made_again_can_be_used_again():
    assert left_out(["import torch\nx = 1", "print(x)", "x = 2", "print(x)"]) == [True, True, False, False]


def test_local_names_are_not_confused_with_those_of_cells_left_out():
    assert left_out(["import torch\nloss = 1", "def step(model):\n    loss = model()\n    return loss"]) == [
        True,
        False,
    ]


def test_a_name_that_the_cell_makes_itself_is_not_missed():
    cells = ["import torch\nname = 1", "for name in 'ab':\n    print(name)", "name = name + 'c'"]
    assert left_out(cells[:2]) == [True, False]
    assert left_out([cells[0], cells[2]]) == [True, True]


def test_a_cell_that_cannot_be_compiled_is_left_to_python():
    assert left_out(["import torch\nx = 1", "return x", "await x", "y = 1"]) == [True, False, True, False]


def test_names_inside_a_class_are_its_own():
    cells = [
        "import torch\nstep = 1",
        "class Net:\n    step = 2\n    also = step",
        "class Net:\n    also = step\n    step = 2",
    ]
    assert left_out(cells[:2]) == [True, False]
    assert left_out([cells[0], cells[2]]) == [True, True]


def test_several_libraries_are_listed_as_one_says_them():
    assert [listing(names) for names in (["torch"], ["jax", "torch"], ["tensorflow", "jax", "torch"])] == [
        "PyTorch", "JAX and PyTorch", "TensorFlow, JAX and PyTorch",
    ]  # fmt: skip


def test_what_is_left_out_names_the_library():
    assert ast.unparse(LeaveOut({"torch"}).visit(ast.parse("import torch"))).count("PyTorch") == 1


@pytest.mark.parametrize("path", WITH_NEEDS, ids=lambda p: p.stem)
def test_a_chapter_runs_without_its_libraries(path):
    notebook = read(path)
    needs = notebook.metadata["bpedu"]["needs"]
    hidden = "; ".join(f"sys.modules[{name!r}] = None" for name in needs)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(f"import sys; {hidden}"))
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(CHAPTERS)}}
    ).execute()
    outputs = [o for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs]
    text = "\n".join(o.get("text", "") + o.get("data", {}).get("text/plain", "") for o in outputs)
    assert not [o for o in outputs if o.get("name") == "stderr"]
    assert re.search(r"(is|are) not installed\n  Run make lab", text)
    assert text.count("Left out: this cell needs") > 5
