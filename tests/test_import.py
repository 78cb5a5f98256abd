"""What is imported when: a reader who wants one formula does not wait for PyTorch."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "tensorflow", "jax", "matplotlib", "ipywidgets", "anywidget", "IPython", "rich")


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_bpedu_alone_loads_not_even_numpy():
    assert not {*HEAVY, "numpy"} & loaded_by("import bpedu")


@pytest.mark.parametrize("room", ["rules", "tensor", "layers", "optimizers", "training", "scalar", "gradcheck"])
def test_the_computing_rooms_load_nothing_heavier_than_numpy(room):
    assert not set(HEAVY) & loaded_by(f"import bpedu; bpedu.{room}")


def test_the_rules_load_no_room_above_them():
    above = {"bpedu.layers", "bpedu.tensor", "bpedu.optimizers", "bpedu.training", "bpedu.plots", "bpedu.widgets"}
    assert not above & loaded_by("import bpedu.rules")
