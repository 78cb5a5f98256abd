"""What a student's code can see: the inputs of its own exercise, and nothing else of the judge, the course or others."""

import os
import resource
import signal
import sys

import numpy as np
import psutil
import pytest
from classroom import HONEST, Course, raw

import bpedu
from bpedu.grading import libraries, sandbox, walls
from bpedu.grading.box import codec

pytestmark = pytest.mark.usefixtures("sandboxed")

SEARCH = """
import os
def look(_):
    found = []
    for folder, _, files in os.walk('/'):
        found += [os.path.join(folder, f) for f in files]
    return len(found), [f for f in found if 'bpedu' in f or f.startswith('/box/')]
"""


@pytest.fixture(scope="module")
def box():
    with sandbox.Box() as box:
        yield box


def seen(box, source, *, cases=((1.0,),), name="look"):
    """What look(case) returned inside the sandbox."""
    sheet = {"own": "x", "name": name, "runs": True, "drive": "", "cases": [tuple(c) for c in cases]}
    job = {"cells": [("x", source)], "answers": [("", sheet, [])], "seconds": 60.0, "memory": 256 << 20}
    sitting = box.run(codec.encode(job), 1, seconds=60)
    assert sitting.end == "done"
    kind, value, *_ = codec.decode(sitting.replies[0])["outcomes"][0]
    assert kind == "value", value
    return value


def test_no_file_of_bpedu_but_the_box_can_be_found(box):
    count, ours = seen(box, SEARCH)
    assert count > 500  # it did look
    assert {os.path.basename(f) for f in ours} <= {
        "__init__.py", "absent.py", "ask.py", "cells.py", "codec.py", "names.py", "zygote.py", "runner.py", "rules.bpf",
    }  # fmt: skip
    text = seen(
        box,
        SEARCH
        + "\ndef look(_):\n    return ''.join(open('/box/' + f).read() for f in os.listdir('/box') if f[-1] == 'y')",
    )
    assert "mistakes" not in text
    assert "solution" not in text.replace("solution cells", "")


def test_nothing_of_this_machine_can_be_read(box, tmp_path):
    secret = tmp_path / "submission-of-another.ipynb"
    secret.write_text("answer_demo_4 = 42")
    targets = [secret, bpedu.__file__, "/etc/passwd", "/etc/shadow", os.path.expanduser("~/.bashrc"), "/proc/self/environ",
               "/proc/1/cmdline", "/sys/class/net", "/dev/mem", "/tmp", "/home", "/var", "/run"]  # fmt: skip
    source = f"import os\ndef look(_):\n    return [os.path.exists(p) for p in {[str(t) for t in targets]!r}]"
    assert not any(seen(box, source))


def test_the_environment_tells_nothing(box, monkeypatch):
    monkeypatch.setenv("BPEDU_SECRET", "the answer")
    box.close()
    names = seen(box, "import os\ndef look(_):\n    return [k + '=' + v for k, v in os.environ.items()]")
    assert names
    assert not any("SECRET" in n or "the answer" in n or "/work" in n for n in names)


def test_of_pythons_own_folder_only_its_library_is_seen(box):
    """Beside it may lie environments, package caches and shared files that hold bpedu, as in a conda installation."""
    source = f"import os\ndef look(_):\n    return sorted(os.listdir({sys.base_prefix!r}))"
    assert set(seen(box, source)) <= {"lib", "lib32", "lib64", "bin"}
    source = f"import os\ndef look(_):\n    return os.listdir({os.path.dirname(libraries.interpreter())!r})"
    assert seen(box, source) == [libraries.interpreter().name]


SIGNAL = """
import fcntl, os
def look(target):
    read, write = os.pipe()
    try:
        fcntl.fcntl(read, fcntl.F_SETOWN, int(target) or os.getppid())
        fcntl.fcntl(read, 10, {signal})
        fcntl.fcntl(read, fcntl.F_SETFL, fcntl.fcntl(read, fcntl.F_GETFL) | os.O_ASYNC)
    except OSError as error:
        return error.errno
    os.write(write, b"x")
    return 0
"""


@pytest.mark.parametrize("isolation", [walls.FULL, walls.SECCOMP])
@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGKILL, signal.SIGUSR1])
def test_no_signal_reaches_the_zygote_or_the_judge_by_way_of_a_descriptor(isolation, number):
    """The kernel sends one to a descriptor's owner, and fcntl names the owner: no kill is needed for it."""
    heard = []
    before = signal.signal(signal.SIGUSR1, lambda *_: heard.append(1))
    try:
        with sandbox.Box(isolation) as box:
            targets = [0] if number != signal.SIGUSR1 else [0, os.getpid()]
            for target in targets:
                assert seen(box, SIGNAL.format(signal=int(number)), cases=[(float(target),)]) == 1
            assert box.started == 1
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert not heard


@pytest.mark.parametrize("isolation", walls.WORDS)
def test_no_answer_outlives_the_judge(isolation):
    """Not even one that sleeps, which no limit of processor time ends; nor where no namespace ends with the sandbox."""
    sheet = {"own": "x", "name": "look", "runs": True, "drive": "", "cases": [(1.0,)]}
    source = "import time\ndef look(_):\n    time.sleep(1000)"
    job = {"cells": [("x", source)], "answers": [("", sheet, [])], "seconds": 60.0, "memory": 256 << 20}

    def interrupt(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    box = sandbox.Box(isolation)
    try:
        box.start()
        signal.setitimer(signal.ITIMER_REAL, 1.0)
        with pytest.raises(KeyboardInterrupt):
            box.run(codec.encode(job), 1, seconds=60)
        running = psutil.Process(box.process.pid).children(recursive=True)
        assert running
    finally:
        signal.signal(signal.SIGALRM, before)
        box.close()
    assert psutil.wait_procs(running, timeout=20)[1] == []


def test_descriptors_can_still_be_copied_and_looked_at(box):
    source = """
import fcntl, os
def look(_):
    copy = os.dup(os.open("/scratch/a", os.O_RDWR | os.O_CREAT))
    fcntl.fcntl(copy, fcntl.F_SETFD, fcntl.FD_CLOEXEC)
    flags = fcntl.fcntl(copy, fcntl.F_GETFD), fcntl.fcntl(fcntl.fcntl(copy, fcntl.F_DUPFD_CLOEXEC, 20), fcntl.F_GETFL) & 3
    os.unlink("/scratch/a")
    return list(flags)
"""
    assert seen(box, source) == [1, os.O_RDWR]


def test_no_reference_is_in_the_process(box):
    source = """
import gc, sys
def look(_):
    gc.unfreeze()
    kinds = {type(o).__name__ for o in gc.get_objects()} | {getattr(o, '__name__', '') for o in gc.get_objects()}
    return sorted(kinds & {'Exercise', 'Mistake', 'Verdict', 'Paper', 'Marker'}), sorted(m for m in sys.modules if 'bpedu' in m)
"""
    assert seen(box, source) == ([], [])


def test_the_frames_hold_inputs_and_no_answers(course, marker):
    """Everything reachable from the frames and the garbage collector, searched for the numbers that would be right."""
    from bpedu.grading.marking import draw_paper

    item = marker.assignment.items[0]
    paper = draw_paper(item, marker.assignment, marker.settings, "")
    source = """
import gc
def sum_of_squares(x):
    gc.unfreeze()
    numbers = []
    for o in gc.get_objects():
        values = list(o) if isinstance(o, (list, tuple)) else list(o.values()) if isinstance(o, dict) else ()
        numbers += [float(np.ravel(v)[0]) for v in values if isinstance(v, (float, np.floating)) or isinstance(v, np.ndarray) and v.size == 1]
    return np.array(numbers + [float(x.ravel()[0])])
"""
    box = marker.box(("numpy",))
    for case, right in zip(paper.cases, paper.expected, strict=True):
        numbers = seen(box, source, cases=[case], name="sum_of_squares")
        assert len(numbers) > 20  # it did look
        assert np.isclose(numbers[-1], case[0].ravel()[0])
        assert not np.isclose(numbers, right).any()


def test_nothing_outlives_a_process(box):
    plant = """
import os, sys, builtins
def look(_):
    for path in ('/scratch/note', '/tmp/note', '/box/note', '/site/note', '/dev/shm/note', 'note'):
        try:
            with open(path, 'w') as f:
                f.write('42')
        except OSError:
            pass
    builtins.note = np.note = 42
    sys.modules['note'] = sys
    os.environ['NOTE'] = '42'
    return os.listdir('/scratch')
"""
    find = """
import os, sys, builtins
def look(_):
    files = [p for p in ('/scratch/note', '/tmp/note', '/box/note', '/site/note', '/dev/shm/note', 'note') if os.path.exists(p)]
    return files + [k for k in ('note',) if hasattr(builtins, k) or hasattr(np, k) or k in sys.modules or 'NOTE' in os.environ]
"""
    assert seen(box, plant) == ["note"]
    assert seen(box, find) == []


def test_no_message_is_left_in_the_time_of_the_scratch_folder(box):
    source = """
import os
def look(write):
    if write:
        open('/scratch/note', 'w').close()
        os.unlink('/scratch/note')
    return str(os.stat('/scratch').st_mtime_ns)
"""
    seen(box, source, cases=[(0.0,)])
    started = box.started
    written = [seen(box, source, cases=[(write,)]) for write in (0.0, 1.0, 0.0)]
    assert box.started == started + 1
    assert len(set(written)) == 3


def test_only_the_scratch_folder_can_be_written(box):
    """Whatever else can be would outlive the process, for a friend's to read, and fill this machine's memory."""
    source = """
import os
def look(_):
    found = []
    for folder, _, _ in os.walk('/'):
        try:
            os.close(os.open(folder + '/note', os.O_CREAT | os.O_WRONLY))
            found.append(folder)
        except OSError:
            pass
    return found
"""
    assert seen(box, source) == ["/scratch"]


def test_no_message_is_left_in_the_times_of_a_device(box):
    """They are this machine's own, and a judge that is root may set them."""
    source = """
import os
def look(_):
    for path in ('/dev/null', '/dev/urandom'):
        for times in (None, (42, 42)):
            try:
                os.utime(path, times)
                return path
            except OSError:
                pass
"""
    assert seen(box, source) is None


def test_the_packages_of_the_systems_own_python_are_covered(box):
    """bpedu may be installed there as well, with its references, whichever Python runs the judge."""
    source = """
import glob
def look(_):
    return glob.glob('/usr/lib*/python3*/*-packages/*')
"""
    assert seen(box, source) == []


@pytest.mark.parametrize("isolation", [walls.FULL, walls.SECCOMP])
def test_an_answer_holds_no_descriptor_but_its_own(isolation):
    """Also in a judge that has a thousand open, as a worker of a cluster may: the zygote's socket is not its answers'."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 2000:
        pytest.skip("no process may open that many files here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2000), hard))
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    source = """
import os
def look(_):
    found = []
    for fd in range(2000):
        try:
            os.get_inheritable(fd)
            found.append(fd)
        except OSError:
            pass
    return len(found), found[:3]
"""
    try:
        with sandbox.Box(isolation) as box:
            assert seen(box, source) == (4, [0, 1, 2])  # nothing, three times, and the pipe for the reply
    finally:
        for fd in held:
            os.close(fd)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_an_error_or_a_type_cannot_carry_inputs_into_the_feedback(course, marker):
    for source in (
        "def sum_of_squares(x):\n    raise type('E' + str(x.size * 1000 + 77), (Exception,), {})",
        "def sum_of_squares(x):\n    raise ValueError('77' * 40)",
        "def sum_of_squares(x):\n    return type('T77', (), {})()",
    ):
        row = marker.mark("spy", raw(course.hand_in({**HONEST, "demo.1": source})))["exercises"][0]
        assert row["points"] == 0
        assert "77" not in row["says"]


def test_the_feedback_holds_nothing_of_the_cases(course: Course, marker):
    wrong = "def dense_backward(X, W, dZ):\n    return dZ @ W + 1e-3, dZ.T @ X, dZ.sum(axis=0)"
    row = marker.mark("student", raw(course.hand_in({**HONEST, "demo.2": wrong})))["exercises"][1]
    assert row["points"] == 0
    assert "dW and db are right" in row["says"]
    assert not any(c.isdigit() for c in row["says"])


def test_the_sandbox_is_the_full_one_here_and_says_what_it_is():
    assert walls.available(walls.FULL) == ""
    assert "NOT ISOLATED" in walls.WORDS[walls.NONE]
    assert np.__name__ == "numpy"


def test_an_ordinary_user_has_the_same_sandbox():
    """The same probe as uid 1000 of a user namespace, which has no rights outside of it."""
    import shutil
    import subprocess
    import sys

    if not shutil.which("unshare"):
        pytest.skip("there is no unshare here to become an ordinary user with")
    script = (
        "import os; from bpedu.grading import sandbox; assert os.getuid() == 1000; b = sandbox.Box(); b.start(); "
        "print(b.process.poll()); b.close()"
    )
    command = ["unshare", "--user", "--map-user=1000", "--map-group=1000", sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if "unshare failed" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.stdout.strip() == "None", done.stderr
