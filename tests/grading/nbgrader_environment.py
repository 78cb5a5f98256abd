"""Makes .venv-nbgrader: nbgrader beside the project's own environment, seeing all of its packages.

nbgrader adds itself to every JupyterLab of the environment it is installed in, and the reader's JupyterLab shall stay as
it is. Run as a script, or by the tests when it is missing; takes some ten seconds and the package index.
"""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".venv-nbgrader"
PYTHON = HOME / "bin" / "python"
READY = HOME / "ready"


def make() -> str:
    """Makes the environment where it is missing. Returns an empty string, or why it cannot be had."""
    if READY.exists():
        return ""
    packages = sysconfig.get_path("purelib")
    try:
        run(sys.executable, "-m", "venv", str(HOME))
        own = run(PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
        Path(own, "project.pth").write_text(f"import site; site.addsitedir({packages!r})\n{ROOT}\n")
        constraints = ROOT / "constraints.txt"
        options = ["-c", str(constraints)] if constraints.exists() else []
        run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *options, "nbgrader>=0.9.5")
        run(PYTHON, "-m", "nbgrader", "--version")
    except (subprocess.CalledProcessError, OSError) as error:
        said = (getattr(error, "stderr", "") or str(error)).strip().splitlines()[-1:]
        return f"nbgrader could not be installed: {' '.join(said)}"
    READY.touch()
    return ""


def environment(**more) -> dict:
    """Environment variables for nbgrader's commands: it calls alembic by its name, and needs nbconvert's templates."""
    path = f"{PYTHON.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "JUPYTER_PATH": sysconfig.get_path("data") + "/share/jupyter", **more}


def run(*command) -> str:
    return subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    problem = make()
    print(problem or f"nbgrader is ready in {HOME}.")
    sys.exit(bool(problem))
