"""Starts JupyterLab on a workspace, with the few settings the book wants and without touching the reader's own."""

import os
from pathlib import Path

from bpedu import workspace

SETTINGS = Path(__file__).parent / "jupyter"  # labconfig/default_setting_overrides.json: defaults, under the user's own


def first_page(folder: Path) -> str:
    """The notebook to open: 00_start_here, or else the first chapter, or nothing."""
    names = list(workspace.book())
    name = workspace.START if workspace.START in names else next(iter(names), "")
    return f"{name}.ipynb" if name and (folder / f"{name}.ipynb").exists() else ""


def arguments(folder: Path, own=()) -> list[str]:
    """The command line of JupyterLab: the reader's own arguments come last, so that they win."""
    page = first_page(folder)
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 and "--allow-root" not in own else []
    return [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{page}" if page else "--LabApp.default_url=/lab",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *root,
        *own,
    ]


def environment(folder: Path, current=os.environ) -> dict[str, str]:
    """What the server and its kernels find in their environment."""
    found = current.get("JUPYTER_CONFIG_PATH")
    return {
        "BPEDU_WORKSPACE": str(folder),
        "JUPYTER_CONFIG_PATH": f"{found}{os.pathsep}{SETTINGS}" if found else str(SETTINGS),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # else each kernel warns about frozen modules
    }


def start(folder: Path, own=()) -> int:
    """Runs JupyterLab in this process until it is stopped."""
    os.environ.update(environment(folder))
    from jupyterlab.labapp import main

    main(arguments(folder, own))
    return 0
