"""The wheel carries the book: installed into an empty folder, it lists, copies, reads and checks without the checkout."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SETTINGS = "bpedu/jupyter/labconfig/default_setting_overrides.json"
WORKSPACE = """
import numpy, pathlib, sys
from bpedu import cli, data, paths, workspace
assert not paths.in_checkout()
folder = cli.fill_workspace(None)
assert folder == pathlib.Path.cwd() / "bpedu-workspace", folder
print(len(list(folder.glob("*.ipynb"))), data.mnist().train_images.shape, len(data.iris().X))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built without network by the installed hatchling."""
    pytest.importorskip("hatchling", reason="building the wheel offline needs hatchling (extra dev)")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", str(ROOT), "--no-deps", "--no-build-isolation", "--no-index", "-q"]
    done = subprocess.run([*command, "-w", str(folder)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Runs a command in an empty folder, with the wheel's bpedu and with no way to the checkout's."""
    site, empty = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("empty")
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--no-index",
        "-q",
        "--target",
        str(site),
        str(wheel),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    hidden = ("PYTHONPATH", "BPEDU_WORKSPACE", "COV_CORE_SOURCE")
    environment = {k: v for k, v in os.environ.items() if k not in hidden} | {"PYTHONPATH": str(site)}

    def run(*arguments):
        return subprocess.run(
            [sys.executable, *arguments], cwd=empty, env=environment, capture_output=True, text=True, timeout=120
        )

    assert str(site) in run("-c", "import bpedu; print(bpedu.__file__)").stdout
    return run


def test_what_is_inside(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for folder in ("chapters", "solutions"):
        there = {Path(n).name for n in names if n.startswith(f"bpedu/_share/{folder}/")}
        assert there >= {p.name for p in (ROOT / folder).glob("*.ipynb")}
    assert {"bpedu/_share/data/mnist/mnist.npz", "bpedu/_share/data/mnist/LICENSE", "bpedu/py.typed", SETTINGS} <= set(
        names
    )
    assert any(n.endswith("neuron.js") for n in names)
    assert not [n for n in names if n.startswith(("tests", "book", "benchmarks")) or "__pycache__" in n]


def test_exercises_are_listed(installed):
    done = installed("-m", "bpedu", "exercises", "--json")
    assert done.returncode == 0, done.stderr
    here = subprocess.run([sys.executable, "-m", "bpedu", "exercises", "--json"], capture_output=True, text=True)
    assert json.loads(done.stdout) == json.loads(here.stdout)


def test_a_workspace_is_made_and_the_data_are_read(installed):
    done = installed("-c", WORKSPACE)
    assert done.returncode == 0, done.stderr
    chapters = len(list((ROOT / "chapters").glob("*.ipynb")))
    assert done.stdout.splitlines()[-1] == f"{chapters} (60000, 28, 28) 150"


def test_a_chapter_is_checked(installed):
    solved = ROOT / "solutions" / "03_activation_functions.ipynb"
    done = installed("-m", "bpedu", "check", str(solved), "--json")
    assert done.returncode == 0, done.stdout + done.stderr
