"""Makes .venv and installs into it what is asked for, once: python3 tools/environment.py [EXTRA …]

The Makefile calls this before everything it does. A stamp in .venv says what is there; when it covers what is asked
for and neither pyproject.toml nor constraints.txt has changed since, nothing happens. A .venv that was made elsewhere,
because the folder was moved, or by a Python that is gone, is made again.
Written for any Python 3, so that one that is too old is told so.
"""

import hashlib
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "bpedu-installed.json")
PYTHON = os.path.join(VENV, "Scripts", "python.exe") if os.name == "nt" else os.path.join(VENV, "bin", "python")
OLDEST = (3, 11)

SIZES = """
About to download what the book needs, once, into .venv:
  JupyterLab, NumPy, Matplotlib and their company: about 90 MB to download.
{torch}Ctrl-C stops; nothing outside this folder is touched.
"""
TORCH = """  PyTorch: about 190 MB where pip finds a build for the CPU (macOS, Windows, an index of CPU builds);
           on Linux pip's usual choice brings NVIDIA's CUDA libraries, several GB. Only some chapters use it:
           TORCH=no leaves it out (make lab TORCH=no).
"""
TENSORFLOW = """  TensorFlow and JAX: several hundred MB more.
"""
OLD = "bpedu needs Python 3.11 or newer; {} is {}.{}. Name another one: make lab PYTHON=python3.12"
NO_VENV = """{} cannot make virtual environments: its module {} is missing.
On Debian and Ubuntu it is a package of its own:  sudo apt install python3-venv   Then run make again."""


def main(extras):
    if sys.version_info < OLDEST:
        sys.exit(OLD.format(sys.executable, *sys.version_info[:2]))
    state = digest()
    there = installed(state)
    if usable() and there is not None and set(extras) <= set(there):
        return
    wanted = sorted(set(extras) | set(installed(None) or ()))
    before = None if make_venv() else installed(None)
    print(sizes(wanted, before), flush=True)
    install(wanted)
    with open(STAMP, "w", encoding="utf-8") as file:
        json.dump({"state": state, "extras": wanted}, file)


def digest():
    """Changes when what is to be installed changes."""
    made = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        with open(os.path.join(ROOT, name), "rb") as file:
            made.update(file.read())
    return made.hexdigest()


def installed(state):
    """The extras that the stamp speaks of, in whatever state (None) or only in this one; None if there is no stamp."""
    try:
        with open(STAMP, encoding="utf-8") as file:
            stamp = json.load(file)
        return stamp["extras"] if state in (None, stamp["state"]) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def sizes(wanted, there):
    """What is about to be downloaded, in words; a short line where most of it is there already."""
    new = set(wanted) - set(there or ())
    if there is not None and not new & {"torch", "tensorflow"}:
        return "Bringing .venv up to date ({}).".format(", ".join(wanted) or "nothing extra")
    large = (TORCH if "torch" in new else "") + (TENSORFLOW if "tensorflow" in new else "")
    return SIZES.format(torch=large)


def usable():
    """Whether .venv's Python is there, and its commands call it: they hold its full path, which moving the folder breaks."""
    if not os.path.exists(PYTHON):
        return False
    try:
        with open(os.path.join(os.path.dirname(PYTHON), "bpedu"), "rb") as file:
            return os.fsencode(PYTHON) in file.read()
    except OSError:  # not installed yet; on Windows it is a bpedu.exe
        return True


def has_pip():
    """Whether .venv can install something: a Ctrl-C while it was being made leaves one that cannot."""
    return not subprocess.call([PYTHON, "-m", "pip", "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_venv():
    """Makes .venv where there is none that is of use. Returns whether it did."""
    if usable() and has_pip():
        return False
    for module in ("venv", "ensurepip"):
        try:
            __import__(module)
        except ImportError:
            sys.exit(NO_VENV.format(sys.executable, module))
    again = ["--clear"] if os.path.exists(VENV) else []
    done = subprocess.call([sys.executable, "-m", "venv", *again, VENV])
    if done:
        sys.exit("python -m venv .venv failed. Remove the folder .venv and run make again.")
    return True


def install(extras):
    what = ROOT + ("[" + ",".join(extras) + "]" if extras else "")
    constraints = os.path.join(ROOT, "constraints.txt")
    command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "-c", constraints, "-e", what]
    if subprocess.call(command, cwd=ROOT):
        sys.exit("pip could not install what is needed (see above). With the network back, run the same command again.")


if __name__ == "__main__":
    main(sys.argv[1:])
