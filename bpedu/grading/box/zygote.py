# ruff: noqa: E402
"""The first process of the sandbox: it has NumPy loaded and makes a copy of itself for every job.

It hears one message per job on its control socket, with three files: the job to read, the pipe to write replies to,
and (for answers that build on others) a socket to the judge. The copy gives up its rights and runs the job's answers
in order; this process only waits for the word to end it, and tells how it ended and whether it left files behind, or wrote
some: the folder's time would be a message to the next.

A sheet says what one answer is tried on. Those of the whole class come once, before the first job that names them.
"""

import os

# No library need mend itself in a copy, because there is one thread and no lock is held; their hooks cost a tenth of a mark.
os.register_at_fork = lambda **hooks: None

import ctypes
import gc
import importlib
import pathlib
import resource
import signal
import socket
import struct
import sys
import time

import absent
import ask
import cells
import codec
import numpy as np
import runner

OWN_MEMORY = 512 << 20  # address space that Python and NumPy take before any answer
STANDARD = [
    "math",
    "random",
    "collections",
    "itertools",
    "functools",
    "dataclasses",
    "time",
    "copy",
    "operator",
    "string",
]
MORE = ["json", "re", "typing", "statistics", "datetime", "fractions", "decimal", "heapq", "bisect", "textwrap", "enum", "abc", "contextlib", "io", "inspect", "numpy.linalg", "numpy.fft", "numpy.random", "numpy.polynomial", "numpy.testing", "numpy.lib.stride_tricks"]  # fmt: skip
SHEETS, LEND = b"sheets", b"lend"
REPORT = struct.Struct("<idB")
FRAME = struct.Struct("<BI")
PARENT_DEATH_SIGNAL, NO_NEW_PRIVILEGES, SECCOMP, FILTER = 1, 38, 22, 2
libc = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_char_p)]


def main(control_fd, scratch, filter_path, libraries):
    """Serves answers until the judge hangs up."""
    rules = pathlib.Path(filter_path).read_bytes() if filter_path else b""
    for name in [*STANDARD, *(() if scratch else MORE), *libraries]:
        importlib.import_module(name)
    if "matplotlib" in libraries:
        importlib.import_module("matplotlib.pyplot")
    sweep(scratch)
    sys.path.remove(os.path.dirname(os.path.abspath(__file__)))
    absent.install(libraries)
    control = socket.socket(
        fileno=os.dup(control_fd)
    )  # a low number, which `keep_only` reaches, whatever the judge has open
    os.close(control_fd)
    warm_up()
    gc.collect()
    gc.freeze()
    control.send(b"ready")
    sheets, fresh = {}, scratch and os.stat(scratch).st_mtime_ns
    while True:
        message, files, _, _ = socket.recv_fds(control, 64, 3)
        if not message:
            return
        if message == SHEETS:
            sheets.update(codec.decode(read_all(files[0])))
            os.close(files[0])
            gc.freeze()
            continue
        pid = os.fork()
        if pid == 0:
            child(message, files, scratch, rules, sheets)
        for f in files:
            os.close(f)
        wanted = control.recv(1)
        os.kill(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
        if not wanted:
            return
        left = bool(scratch and (os.listdir(scratch) or os.stat(scratch).st_mtime_ns != fresh))
        control.send(REPORT.pack(status, usage.ru_utime + usage.ru_stime, left))


def warm_up():
    """Runs an answer of our own, so that no copy has to do what Python and NumPy do only the first time."""
    x = np.linspace(-1.0, 1.0, 35).reshape(7, 5)
    source = "def f(x):\n    y = np.exp(x) @ x.T\n    return y.sum(axis=0), np.where(y > 0, y, 0).mean()\n\nclass C:\n    pass"
    sheet = {
        "own": "x",
        "name": "f",
        "runs": True,
        "drive": "def d(f, x):\n    return f(x)",
        "cases": [(x,), (x[:1],)],
    }
    for other in ("import math", "import numpy as np"):  # one that has nothing to do with the answer, and one that has
        codec.decode(
            codec.encode(answer([("x", source), ("", other)], codec.decode(codec.encode(sheet)), [], None, 10.0))
        )
    for kept in (cells.whole, cells.statements, cells.part):
        kept.cache_clear()


def sweep(scratch):
    for folder, _, files in os.walk(scratch, topdown=False) if scratch else ():
        for name in files:
            os.unlink(os.path.join(folder, name))
        if folder != scratch:
            os.rmdir(folder)


def child(message, files, scratch, rules, sheets):
    """Runs one job and ends. Nothing that it does reaches the process it was copied from.

    A job's answers are (key, sheet, functions lent); without a sheet, it is the one that came before under this key.
    A job to lend has the sources of functions instead, which another sandbox's answer calls.
    """
    try:
        if libc:
            libc.prctl(
                PARENT_DEATH_SIGNAL, ctypes.c_ulong(signal.SIGKILL)
            )  # else a sleeping answer would outlive the judge
        gc.disable()
        job = codec.decode(read_all(files[0]))
        quiet = os.open(os.devnull, os.O_RDWR)
        for fd in (0, 1, 2):
            os.dup2(quiet, fd)
        keep_only(files[1:])
        if scratch:
            os.chdir(scratch)
        limit(job["seconds"] * len(job.get("answers", "1")), job["memory"])
        if rules:
            confine(rules)
        if message == LEND:
            ask.serve(files[1], [function_of(source) for source in job["functions"]])
            return
        for number, (key, sheet, lent) in enumerate(job["answers"]):
            absent.used.clear()
            reply = answer(
                job["cells"], sheet or sheets[key], lent, files[2] if len(files) > 2 else None, job["seconds"]
            )
            send(files[1], number, {**reply, "used": absent.used})
    finally:
        os._exit(0)


def send(fd, number, reply):
    raw = codec.encode(reply)
    raw = FRAME.pack(number, len(raw)) + raw
    while raw:
        raw = raw[os.write(fd, raw) :]


def read_all(fd):
    return os.pread(fd, os.fstat(fd).st_size, 0)


def keep_only(files):
    last = 2
    for fd in sorted(files):
        os.closerange(last + 1, fd)
        last = fd
    os.closerange(last + 1, 1024)


def limit(seconds, memory):
    """Bounds processor time, memory, the size and number of files; no core dumps."""
    whole = int(seconds) + 1
    bounds = {"CPU": whole, "FSIZE": 4 << 20, "NOFILE": 64, "CORE": 0, "NPROC": 0, "MSGQUEUE": 0, "MEMLOCK": 0}
    if sys.platform.startswith("linux"):
        bounds["AS"] = OWN_MEMORY + memory
    for name, value in bounds.items():
        which = getattr(resource, f"RLIMIT_{name}", None)
        if which is None:
            continue
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(which, (value, value))
        except (ValueError, OSError):
            if sys.platform.startswith("linux"):
                raise


def confine(rules):
    """From here on only the system calls that `rules` names."""
    program = Program(len(rules) // 8, rules)
    zero = ctypes.c_ulong(0)
    if libc.prctl(NO_NEW_PRIVILEGES, ctypes.c_ulong(1), zero, zero, zero):
        raise OSError(ctypes.get_errno(), "no_new_privs")
    if libc.prctl(SECCOMP, ctypes.c_ulong(FILTER), ctypes.byref(program)):
        raise OSError(ctypes.get_errno(), "seccomp")


def answer(notebook, sheet, lent, oracle, seconds):
    """What the answer gave, as data: {"outcomes": [...]}, {"value": ...}, {"blank": True}, {"failed": (kind, line)} …"""
    try:
        value, failed = cells.run(notebook, sheet["own"], sheet["name"], seconds)
    except cells.Broken as broken:
        return {"failed": broken.args}
    attempted = value is not Ellipsis and value is not None
    if isinstance(failed, runner.TooSlow) and not attempted:
        time.sleep(seconds)  # by then the judge has ended it, and says so
    if failed is not None and not attempted:
        return {"blank": True} if isinstance(failed, NotImplementedError) else {"failed": (type(failed).__name__, None)}
    if not attempted:
        return {"blank": True}
    if not sheet["runs"]:
        return {"value": runner.as_data(value)}
    if not callable(value):
        return {"foreign": type(value).__name__}
    if oracle is not None:
        ask.lend(sys.modules["__main__"].__dict__, lent, oracle)
    outcomes = runner.run(value, function_of(sheet["drive"]), sheet["cases"])
    return {"outcomes": [tell(o) for o in outcomes]}


def function_of(source):
    """The function that a drive's or a lent function's source defines; None where there is none."""
    if not source:
        return None
    space = {"np": np}
    exec(compile(source, "<function>", "exec"), space)
    return next((v for k, v in space.items() if k not in ("np", "__builtins__")), None)


def tell(o):
    """An outcome as data."""
    if not o.attempted:
        return ("blank",)
    if o.error:
        return ("error", o.error[:2000])
    return ("value", o.value, o.modified)
