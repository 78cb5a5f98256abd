"""The workspace: copies are made once, never overwritten, and given back on request."""

import json
import os
import shutil

import pytest

from bpedu import lab, paths, records, workspace


def notebook(*sources, **extra):
    cells = [
        {"cell_type": "code", "source": s, "metadata": {}, "outputs": [], "execution_count": None} for s in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **extra})


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book of two small chapters."""
    folder = tmp_path / "chapters"
    folder.mkdir()
    for name in ("00_start_here", "02_the_neuron"):
        (folder / f"{name}.ipynb").write_text(notebook(f"{name!r}"))
    monkeypatch.setattr(paths, "share", lambda name: tmp_path / name)
    monkeypatch.delenv("BPEDU_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def mine(book, tmp_path):
    folder = tmp_path / "mine"
    workspace.fill(folder)
    return folder


def test_filling_copies_every_chapter_once(book, tmp_path):
    first, second = workspace.fill(tmp_path / "a" / "b"), workspace.fill(tmp_path / "a" / "b")
    assert first.copied == ("00_start_here", "02_the_neuron")
    assert second.copied == second.newer == ()
    for path in book.iterdir():
        assert (first.folder / path.name).read_bytes() == path.read_bytes()
    assert (first.folder / records.MARKER).exists()


def test_a_copy_is_never_overwritten(book, mine):
    (mine / "02_the_neuron.ipynb").write_text("my work")
    (book / "02_the_neuron.ipynb").write_text(notebook("a better chapter"))
    (book / "03_activation_functions.ipynb").write_text(notebook("a new chapter"))
    filled = workspace.fill(mine)
    assert (mine / "02_the_neuron.ipynb").read_text() == "my work"
    assert filled.copied == ("03_activation_functions",)
    assert filled.newer == ("02_the_neuron",)


def test_two_that_start_at_once_do_not_disturb_each_other(book, tmp_path, monkeypatch):
    """While the first has copied a chapter and not yet renamed it, a second fills the same folder from start to end."""
    copy, processes = shutil.copyfile, [1, 2]

    def copy_and_be_overtaken(original, beside):
        copy(original, beside)
        if len(processes) == 2:
            processes.pop()
            with monkeypatch.context() as second:
                second.setattr(os, "getpid", lambda: 2)
                workspace.fill(tmp_path / "mine")

    monkeypatch.setattr(os, "getpid", lambda: 1)
    monkeypatch.setattr(shutil, "copyfile", copy_and_be_overtaken)
    workspace.fill(tmp_path / "mine")
    assert sorted(p.name for p in (tmp_path / "mine").iterdir()) == sorted(
        [records.MARKER, *(p.name for p in book.iterdir())]
    )


def test_other_outputs_make_no_newer_chapter(book, mine):
    (book / "02_the_neuron.ipynb").write_text(notebook("'02_the_neuron'", metadata={"executed": "again"}))
    assert workspace.fill(mine).newer == ()


def test_an_unreadable_marker_loses_nothing(book, mine):
    for text in ("", "no JSON", '{"chapters": []}', "[]"):
        (mine / records.MARKER).write_text(text)
        (mine / "02_the_neuron.ipynb").write_text("my work")
        filled = workspace.fill(mine)
        assert filled.copied == filled.newer == ()
        assert (mine / "02_the_neuron.ipynb").read_text() == "my work"


@pytest.mark.parametrize("name", ["02", "2", "02_the_neuron", "02_the_neuron.ipynb", "workspace/02_the_neuron.ipynb"])
def test_reset_keeps_the_old_under_a_dated_name(book, mine, name):
    (mine / "02_the_neuron.ipynb").write_text("my work")
    fresh, kept = workspace.reset(mine, name)
    assert fresh == mine / "02_the_neuron.ipynb"
    assert fresh.read_bytes() == (book / fresh.name).read_bytes()
    assert kept.read_text() == "my work"
    assert kept.name.startswith("02_the_neuron-20")
    assert (mine / "00_start_here.ipynb").exists()


def test_two_resets_in_one_second_keep_both(book, mine):
    kept = set()
    for work in ("first", "second", "third"):
        (mine / "02_the_neuron.ipynb").write_text(work)
        kept.add(workspace.reset(mine, "02")[1])
    assert sorted(path.read_text() for path in kept) == ["first", "second", "third"]


def test_reset_takes_the_newer_chapter(book, mine):
    (book / "02_the_neuron.ipynb").write_text(notebook("a better chapter"))
    assert workspace.fill(mine).newer == ("02_the_neuron",)
    workspace.reset(mine, "02")
    assert workspace.fill(mine).newer == ()


def test_reset_says_what_is_wrong(book, mine, tmp_path):
    with pytest.raises(KeyError, match="no chapter '77'; it has 00_start_here, 02_the_neuron"):
        workspace.reset(mine, "77")
    with pytest.raises(FileNotFoundError, match="bpedu lab"):
        workspace.reset(tmp_path / "elsewhere", "02")
    assert not (tmp_path / "elsewhere").exists()


def test_a_copy_that_is_broken_off_leaves_no_half_chapter(book, tmp_path, monkeypatch):
    def full_disk(source, target):
        target.write_text("half a note")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(workspace.shutil, "copyfile", full_disk)
    with pytest.raises(OSError, match="No space"):
        workspace.fill(tmp_path / "mine")
    assert not (tmp_path / "mine" / "00_start_here.ipynb").exists()


def test_where_the_workspace_is(book, mine, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "in_checkout", lambda: True)
    assert workspace.default_folder() == paths.CHECKOUT / "workspace"
    monkeypatch.setattr(paths, "in_checkout", lambda: False)
    assert workspace.default_folder() == tmp_path / "bpedu-workspace"
    monkeypatch.chdir(mine)
    assert workspace.default_folder() == mine
    monkeypatch.setenv("BPEDU_WORKSPACE", str(tmp_path / "named"))
    assert workspace.default_folder() == tmp_path / "named"
    assert workspace.default_folder("other") == mine / "other"


def test_the_lab_opens_the_first_page(book, mine):
    assert lab.first_page(mine) == "00_start_here.ipynb"
    (book / "00_start_here.ipynb").unlink()
    assert lab.first_page(mine) == "02_the_neuron.ipynb"


def test_the_readers_arguments_come_last(book, mine):
    line = lab.arguments(mine, ["--no-browser", "--port", "8901"])
    assert line[-3:] == ["--no-browser", "--port", "8901"]
    assert f"--ServerApp.root_dir={mine}" in line
    assert "--LabApp.default_url=/lab/tree/00_start_here.ipynb" in line


def test_the_labs_settings_stand_beside_the_readers_own(mine):
    kept = lab.environment(mine, {"JUPYTER_CONFIG_PATH": "/their/own"})
    assert kept["JUPYTER_CONFIG_PATH"].split(lab.os.pathsep) == ["/their/own", str(lab.SETTINGS)]
    assert lab.environment(mine, {})["BPEDU_WORKSPACE"] == str(mine)
    settings = json.loads((lab.SETTINGS / "labconfig" / "default_setting_overrides.json").read_text())
    assert settings["@jupyterlab/notebook-extension:tracker"]["autoStartDefaultKernel"] is True
