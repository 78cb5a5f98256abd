"""tools/environment.py, which makes .venv: it does nothing twice, forgets no extra, and says what is missing."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "tools" / "environment.py"


@pytest.fixture
def tool(tmp_path, monkeypatch):
    """The script, at work in a folder of its own; `tool.ran` collects the commands it would run."""
    spec = importlib.util.spec_from_file_location("environment_script", SCRIPT)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    tool.ROOT, tool.VENV = str(tmp_path), str(tmp_path / ".venv")
    tool.STAMP, tool.PYTHON = str(tmp_path / ".venv" / "stamp.json"), str(tmp_path / ".venv" / "python")
    (tmp_path / "pyproject.toml").write_text("a")
    (tmp_path / "constraints.txt").write_text("b")
    tool.ran = []

    def call(command, **options):
        tool.ran.append(command)
        Path(tool.VENV).mkdir(exist_ok=True)
        if "venv" in command:
            Path(tool.PYTHON).touch()
        if "install" in command:
            (tmp_path / ".venv" / "bpedu").write_text(f"#!{tool.PYTHON}")
        return 0

    monkeypatch.setattr(tool.subprocess, "call", call)
    return tool


def made(tool):
    """A function that runs the script and returns, for each call of pip, the extras that it is to install."""

    def run(*extras):
        tool.ran.clear()
        tool.main(list(extras))
        return [command[-1].partition("[")[2] for command in tool.ran if "install" in command]

    return run


def test_once_and_not_again(tool, capsys):
    run = made(tool)
    assert run("torch") == ["torch]"]
    assert "several GB" in capsys.readouterr().out
    assert run("torch") == run() == []
    assert capsys.readouterr().out == ""


def test_an_extra_that_is_there_stays(tool, capsys):
    run = made(tool)
    run("torch")
    assert run("dev", "book") == ["book,dev,torch]"]
    assert run("torch", "book") == []
    assert run("tensorflow") == ["book,dev,tensorflow,torch]"]
    assert "TensorFlow" in capsys.readouterr().out


def test_without_torch_nothing_large_is_spoken_of(tool, capsys):
    assert made(tool)() == [""]
    said = capsys.readouterr().out
    assert "About to download" in said
    assert "PyTorch" not in said


def test_new_requirements_are_installed(tool, tmp_path):
    run = made(tool)
    run("dev")
    (tmp_path / "constraints.txt").write_text("c")
    assert run() == ["dev]"]
    assert run("dev") == []


def test_a_folder_that_was_moved_is_set_up_again(tool, tmp_path):
    run = made(tool)
    run("dev")
    (tmp_path / ".venv" / "bpedu").write_text("#!/where/it/was/.venv/python")
    assert run("book") == ["book,dev]"]
    assert ["-m", "venv", "--clear"] in [command[1:4] for command in tool.ran]
    assert run("book") == []


def test_a_python_that_is_gone_is_replaced(tool):
    run = made(tool)
    run("dev")
    Path(tool.PYTHON).unlink()
    assert run() == ["dev]"]


def test_a_venv_left_without_pip_is_made_again(tool, monkeypatch):
    Path(tool.VENV).mkdir()
    Path(tool.PYTHON).touch()
    call = tool.subprocess.call
    monkeypatch.setattr(tool.subprocess, "call", lambda c, **o: call(c, **o) or "--version" in c)
    assert made(tool)("dev") == ["dev]"]
    assert any("--clear" in command for command in tool.ran)


def test_an_unreadable_stamp_counts_as_none(tool):
    run = made(tool)
    run("dev")
    for text in ("", "[]", "{}", json.dumps({"state": 1})):
        Path(tool.STAMP).write_text(text)
        assert run("dev") == ["dev]"]


def test_a_broken_download_leaves_no_stamp(tool, monkeypatch):
    monkeypatch.setattr(tool.subprocess, "call", lambda command, **options: 1 if "install" in command else 0)
    with pytest.raises(SystemExit, match="pip could not install"):
        tool.main(["dev"])
    assert not Path(tool.STAMP).exists()


def test_debians_python_without_venv_is_told_what_to_do(tool, monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit, match="sudo apt install python3-venv"):
        tool.main([])


def test_an_old_python_is_told_so(tool, monkeypatch):
    monkeypatch.setattr(tool.sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"3\.11 or newer; .* is 3\.9"):
        tool.main([])
