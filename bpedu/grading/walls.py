"""The walls of the sandbox: what stands between an answer and this machine, and whether they can be had here.

`full` is bubblewrap (a read-only Python, an empty scratch folder, no network, no other process), seccomp and resource
limits; `seccomp` and `none` are weaker, are named in the report and have to be asked for. The resource limits and the
system call filter are put on by the process that runs the answer (box/zygote.py).
"""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from bpedu.grading import libraries as libs
from bpedu.grading import seccomp

FULL, SECCOMP, NONE = "full", "seccomp", "none"
WORDS = {
    FULL: "bubblewrap, seccomp and resource limits",
    SECCOMP: "seccomp and resource limits, without bubblewrap (weaker)",
    NONE: "resource limits only: NOT ISOLATED",
}
RULES = "rules.bpf"
SCRATCH, SCRATCH_BYTES = "/scratch", 16 << 20
UNSHARED = [
    "--unshare-user",
    "--unshare-pid",
    "--unshare-net",
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-cgroup-try",
    "--die-with-parent",
    "--new-session",
    "--cap-drop",
    "ALL",
    "--uid",
    "65534",
    "--gid",
    "65534",
]
ENVIRONMENT = {
    **{k: v for k, v in os.environ.items() if k.startswith("OPENBLAS_")},  # a kernel that its owner chose for this machine
    "HOME": SCRATCH, "MPLCONFIGDIR": SCRATCH, "MPLBACKEND": "Agg", "PYTHONHASHSEED": "0", "LANG": "C.UTF-8",
    "PATH": os.environ.get("PATH", os.defpath), **{f"{k}_NUM_THREADS": "1" for k in ("OPENBLAS", "OMP", "MKL")},
}  # fmt: skip


@cache
def available(isolation: str) -> str:
    """An empty string where this kind of isolation works, else a sentence that says why not and what to do."""
    if isolation == NONE:
        return ""
    if not sys.platform.startswith("linux"):
        return f"The judge's sandbox needs Linux (this is {sys.platform}). In WSL or a Linux machine it works."
    try:
        seccomp.program(files=isolation == FULL)
    except ImportError:
        return 'The judge needs pyseccomp and libseccomp: pip install "bpedu[grade]", and Debian\'s libseccomp2.'
    if isolation == SECCOMP:
        return ""
    if not shutil.which("bwrap"):
        return "The judge needs bubblewrap, which is not installed: apt-get install bubblewrap (Fedora: dnf install bubblewrap)."
    probe = ["bwrap", *UNSHARED, "--ro-bind", "/", "/", "true"]
    done = subprocess.run(probe, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        return (
            f"bubblewrap cannot make a sandbox here ({said[0]}). Ubuntu 24.04 forbids it to ordinary users: see the "
            "teacher's guide for the AppArmor profile, or run as root."
        )
    return ""


def command(isolation: str, libraries: tuple[str, ...], folder: str, fd: int) -> list[str]:
    """What starts the zygote in `folder`'s copy of the box: Python with nothing on its path but its library, NumPy and the box."""
    full = isolation == FULL
    box = "/box" if full else folder
    packages = ["/site"] if full else sorted({str(p.parent) for p, _ in libs.folders(libraries)})
    rules = f"{box}/{RULES}" if isolation != NONE else ""
    start = f"import sys; sys.path[:] = {[*libs.standard(), *packages, box]!r}; import zygote; " \
            f"zygote.main({fd}, {SCRATCH if full else ''!r}, {rules!r}, {list(libraries)!r})"  # fmt: skip
    return [
        *(bubblewrap(libraries, folder) if full else []), str(libs.interpreter()), "-I", "-S", "-B", "-c", start,
    ]  # fmt: skip


def bubblewrap(libraries: tuple[str, ...], folder: str) -> list[str]:
    """bubblewrap's options: read-only Python and libraries, an empty scratch folder, nothing else of this machine."""
    out = ["bwrap", *UNSHARED]
    for path in ("/usr/lib", "/usr/lib64", "/usr/lib32", "/etc/ld.so.cache"):
        if Path(path).exists():
            out += ["--ro-bind", path, path]
    for path in ("/lib", "/lib64", "/lib32"):
        if Path(path).is_symlink():
            out += ["--symlink", os.readlink(path), path]
        elif Path(path).exists():
            out += ["--ro-bind", path, path]
    base = Path(sys.base_prefix).resolve()
    for part in ("lib", "lib64") if base != Path("/usr") else ():  # and not `share`, `envs` or `pkgs` beside them
        if (base / part).is_dir():
            out += ["--ro-bind", str(base / part), str(base / part)]
    out += ["--ro-bind", str(libs.interpreter()), str(libs.interpreter())]
    for packages in libs.hidden():
        out += ["--tmpfs", str(packages), "--remount-ro", str(packages)]
    for path, name in libs.folders(libraries):
        out += ["--ro-bind", str(path), f"/site/{name}"]
    out += ["--ro-bind", folder, "/box"]
    for device in ("/dev/null", "/dev/urandom"):
        out += ["--dev-bind", device, device]
    return [*out, "--size", str(SCRATCH_BYTES), "--tmpfs", SCRATCH, "--remount-ro", "/", "--chdir", SCRATCH]
