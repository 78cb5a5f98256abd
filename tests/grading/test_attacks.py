"""Attacks from inside a notebook. None gains a mark, and the honest student marked after it gets exactly the honest mark.

Every attack replaces the answers it names and leaves the others honest, so a gain shows as a point and harm as a loss.
"""

import time

import pytest
from classroom import HONEST, POINTS, points, raw, statuses

from bpedu.grading.assignment import Item
from bpedu.grading.findings import Finding
from bpedu.grading.marking import Marker

NOTHING = Finding("value", "")
pytestmark = pytest.mark.usefixtures("sandboxed")

WRONG = "def sum_of_squares(x):\n    return 0.0"
FD = "import os\nfor fd in range(3, 64):\n    try:\n        os.write(fd, {bytes})\n    except OSError:\n        pass\n"
CALL = "import ctypes\nlibc = ctypes.CDLL(None)\n"

# The answer to demo.1 in each attack is wrong; what else it costs its author is listed, nothing by default.
FORGED_COMPARISONS = {
    "np.allclose says yes": "np.allclose = lambda *a, **k: True\nnp.isclose = np.allclose\n" + WRONG,
    "np.array_equal says yes": "np.array_equal = lambda *a, **k: True\nnp.all = np.array_equal\n" + WRONG,
    "an array that agrees with everything": (
        "class Yes(np.ndarray):\n    def __array_function__(self, *a, **k): return True\n"
        "    def __array_ufunc__(self, *a, **k): return np.array(0.0)\n    def __eq__(self, o): return True\n"
        "def sum_of_squares(x):\n    return np.zeros(()).view(Yes)"
    ),
    "a float that equals everything": (
        "class Yes(float):\n    def __eq__(self, o): return True\n    def __sub__(self, o): return 0.0\n    __rsub__ = __sub__\n"
        "    __hash__ = float.__hash__\ndef sum_of_squares(x):\n    return Yes(0)"
    ),
    "an object that equals everything": (
        "class Yes:\n    def __eq__(self, o): return True\n    def __array__(self, *a, **k): return np.zeros(())\n"
        "    def __float__(self): return 0.0\ndef sum_of_squares(x):\n    return Yes()"
    ),
    "an array of such objects": "def sum_of_squares(x):\n    return np.array([type('Y', (), {'__eq__': lambda s, o: True})()])",
    "not a number": "def sum_of_squares(x):\n    return float('nan')",
    "infinity": "def sum_of_squares(x):\n    return np.inf",
    "a whole number of a thousand digits": "def sum_of_squares(x):\n    return 10 ** 1000",
    "builtins changed": "import builtins\nbuiltins.abs = lambda x: 0\nbuiltins.isinstance = lambda *a: True\n" + WRONG,
    "the input transformer": ("get_ipython().input_transformers_cleanup.append(lambda lines: [])\n" + WRONG),
    "a class of its own for floats": (
        "import builtins\nclass Meta(type):\n    def __instancecheck__(c, o): return True\n"
        "class float(float, metaclass=Meta):\n    pass\nbuiltins.float = builtins.int = builtins.dict = float\n" + WRONG
    ),
    "an object that says it is a float": (
        "class F:\n    __class__ = property(lambda self: float)\n    def __float__(self): return 0.0\n"
        "def sum_of_squares(x):\n    return F()"
    ),
    "a tensor of its own": (
        "class T:\n    detach = cpu = lambda self: self\n    def numpy(self): return np.ma.masked_all(())\n"
        "def sum_of_squares(x):\n    return T()"
    ),
    "everything masked": "def sum_of_squares(x):\n    return np.ma.masked_all(())",
    "a record": "def sum_of_squares(x):\n    return np.zeros((), dtype=[('a', float)])",
    "a date": "def sum_of_squares(x):\n    return np.datetime64('NaT')",
    "not a number in four hundred kinds": "def sum_of_squares(x):\n    return (np.float16('nan'), np.longdouble('nan'), np.complex64('nan'))[x.size % 3]",
    "a tuple that never ends": "class E(tuple):\n    def __iter__(self):\n        while True: yield 0.0\ndef sum_of_squares(x):\n    return E()",
    "a text that writes itself": "class S(str):\n    def encode(self, *a): return b'\\0' * 9\ndef sum_of_squares(x):\n    return S('a')",
    "a dictionary that grows while it is read": (
        "class D(dict):\n    def items(self):\n        while True: yield len(self), 0.0\n    def __len__(self): return 1\n"
        "def sum_of_squares(x):\n    return D(a=1.0)"
    ),
    "an array that interrupts whoever copies it": (
        "class A(np.ndarray):\n    def __array_finalize__(self, o): raise KeyboardInterrupt\n"
        "def sum_of_squares(x):\n    return np.ndarray.__new__(A, ())"
    ),
    "memory that is not there": (
        "import ctypes\ndef sum_of_squares(x):\n    return np.ctypeslib.as_array((ctypes.c_double * 1).from_address(8)).reshape(())"
    ),
    "a result that pretends when printed": (
        "class R:\n    def __repr__(self): return '2.0'\n    __str__ = __repr__\ndef sum_of_squares(x):\n    return R()"
    ),
}

FORGED_REPLIES = {
    "the runner says right": "import runner\nrunner.run = lambda *a: [runner.Outcome(value=1.0)] * 5\n" + WRONG,
    "the runner says nothing": "import runner\nrunner.run = lambda *a: []\n" + WRONG,
    "the codec writes what it likes": "import codec\ncodec.encode = lambda v: b'T'\n" + WRONG,
    "the zygote's own functions": "import __main__, sys\nz = sys.modules.get('zygote')\nz.answer = lambda *a: {'right': True}\n"
    + WRONG,
    "a pickle": FD.format(bytes="b'\\x80\\x04\\x95cposix\\nsystem\\n(S\"true\"\\ntR.'") + WRONG,
    "an empty reply": "def sum_of_squares(x):\n    "
    + FD.format(bytes="b'\\0\\0\\0\\0\\0'").replace("\n", "\n    ")
    + "\n    os._exit(0)",
    "a reply of four gigabytes": FD.format(bytes="b'\\0\\xff\\xff\\xff\\xff' * 10") + WRONG,
    "a reply for another exercise": FD.format(bytes="b'\\5\\1\\0\\0\\0N'") + WRONG,
    "a reply cut short, then the end": FD.format(bytes="b'\\0\\x10\\0\\0\\0d'") + "os._exit(0)\n" + WRONG,
    "JSON that says right": FD.format(bytes='b\'{"status": "right", "points": 2}\'') + WRONG,
    "nested a hundred deep": (
        "def sum_of_squares(x):\n    v = ()\n    for _ in range(100):\n        v = (v,)\n    return v"
    ),
    "an axis of ten billion": "def sum_of_squares(x):\n    return np.empty((0, 10 ** 10))",
    "through the functions that answer": (
        "import sys\nf = sys._getframe()\nwhile f.f_back: f = f.f_back\nf.f_globals['send'] = lambda *a: None\n"
        "f.f_locals.get('sheet', {}).clear()\nimport runner\nrunner.as_data = runner.unchanged = lambda *a: True\n"
        + WRONG
    ),
    "the hidden inputs changed": (
        "import gc\ndef sum_of_squares(x):\n    for o in gc.get_objects():\n        if isinstance(o, np.ndarray): o[...] = 0\n"
        "    x[...] = 0\n    return 0.0"
    ),
    "a frame length that is longer than the frame": FD.format(bytes="b'\\0\\0\\0\\0\\4' + b'N' * 100") + WRONG,
    "a byte at a time": FD.format(bytes="b'\\0'") * 3 + "import time\ntime.sleep(1000)\n" + WRONG,
    "the pipe made larger and closed": (
        "import fcntl, os\nfor fd in range(3, 64):\n    try:\n        fcntl.fcntl(fd, 1031, 1 << 20)\n        os.close(fd)\n"
        "    except OSError: pass\n" + WRONG
    ),
    "the end of the process taken away": "import os\nos._exit = lambda *a: None\n" + WRONG,
    "the end taken away, and an interrupt": (
        "import os\nos._exit = lambda *a: None\ndef sum_of_squares(x):\n    raise KeyboardInterrupt"
    ),
    "every call watched": "import sys\nwatch = lambda frame, event, arg: frame.f_locals.clear()\nsys.setprofile(watch)\nsys.settrace(watch)\n"
    + WRONG,
    "the noted libraries forgotten": "import absent, torch\ndef sum_of_squares(x):\n    try:\n        return torch.tensor(x)\n"
    "    except ImportError:\n        absent.used.clear()\n        return 0.0",
    "the head of a reply at once, the rest never": FD.format(bytes="b'\\0\\x64\\0\\0\\0'")
    + "import time\nwhile True:\n    time.sleep(0.2)\n    for fd in range(3, 9):\n        try:\n            os.write(fd, b'N')\n"
    "        except OSError: pass\n",
    "fewer cases to answer": (
        "import sys\ndef sum_of_squares(x):\n    f = sys._getframe()\n    while f:\n"
        "        for v in list(f.f_locals.values()):\n            if isinstance(v, dict) and 'cases' in v: del v['cases'][1:]\n"
        "        f = f.f_back\n    return 0.0"
    ),
    "a write that says it has written more": "import os\nwrite = os.write\nos.write = lambda fd, b: write(fd, b[:1]) + 10 ** 9\n"
    + WRONG,
    "a clock that takes the outcomes away": (
        "import signal, time\ndef ring(number, f):\n    while f:\n        if 'outcomes' in f.f_locals: f.f_locals['outcomes'].clear()\n"
        "        f = f.f_back\nsignal.signal(signal.SIGALRM, ring)\nsignal.setitimer(signal.ITIMER_REAL, 1e-4, 1e-4)\n"
        "def sum_of_squares(x):\n    time.sleep(0.01)\n    return 0.0"
    ),
    "sixty axes": "def sum_of_squares(x):\n    return np.zeros((1,) * 60)",
}

ESCAPES = {
    "kill the zygote": "import os\nfor p in (1, 2, os.getppid(), -1):\n    try:\n        os.kill(p, 9)\n    except OSError: pass\n"
    + WRONG,
    "stop the zygote by a descriptor's owner": (
        "import fcntl, os\nr, w = os.pipe()\ntry:\n    fcntl.fcntl(r, fcntl.F_SETOWN, os.getppid())\n    fcntl.fcntl(r, 10, 19)\n"
        "    fcntl.fcntl(r, fcntl.F_SETFL, os.O_ASYNC)\nexcept OSError: pass\nos.write(w, b'x')\n" + WRONG
    ),
    "the other system calls": CALL + "for n in range(336, 462):\n    libc.syscall(n, 0, 0, 0, 0, 0, 0)\n" + WRONG,
    "the other architecture": CALL + "libc.syscall(0x40000000 + 39)\n" + WRONG,
    "fork": "import os\ndef sum_of_squares(x):\n    while True:\n        os.fork()",
    "fork by the C library": CALL + "libc.fork()\n" + WRONG,
    "another program": "import os\ntry:\n    os.execv('/bin/sh', ['sh', '-c', 'true'])\nexcept OSError: pass\n" + WRONG,
    "a subprocess": "import subprocess\ndef sum_of_squares(x):\n    return float(subprocess.check_output(['echo', '1']))",
    "a thread": "import threading\nthreading.Thread(target=lambda: None).start()\n" + WRONG,
    "a socket": "import socket\ns = socket.socket()\ns.connect(('1.1.1.1', 80))\n" + WRONG,
    "a socket of the machine": "import socket\ns = socket.socket(socket.AF_UNIX)\ns.bind('\\0bpedu')\n" + WRONG,
    "trace the parent": CALL + "import os\nlibc.ptrace(16, os.getppid(), 0, 0)\n" + WRONG,
    "another process's memory": "open('/proc/1/mem', 'rb').read(1)\n" + WRONG,
    "mount and chroot": CALL
    + "libc.mount(b'none', b'/scratch', b'tmpfs', 0, 0)\nlibc.chroot(b'/')\nlibc.unshare(0x10000000)\n"
    + WRONG,
    "lift its limits": "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (-1, -1))\n" + WRONG,
    "shared memory": CALL + "libc.shmget(7, 4096, 0o1777)\nlibc.memfd_create(b'x', 0)\n" + WRONG,
    "end the process": "import os\nos._exit(0)\n" + WRONG,
    "a fault in C": CALL + "ctypes.string_at(0)\n" + WRONG,
    "end politely": "import sys\nsys.exit(0)\n" + WRONG,
    "interrupt": "raise KeyboardInterrupt\n" + WRONG,
    "abort": "import os\nos.abort()\n" + WRONG,
}

EXHAUSTION = {
    "memory at once": "def sum_of_squares(x):\n    return np.ones(10 ** 10).sum()",
    "memory bit by bit": "def sum_of_squares(x):\n    a = []\n    while True:\n        a.append(bytes(1 << 20))",
    "print without end": "def sum_of_squares(x):\n    while True:\n        print('x' * 10000)",
    "a flood on every descriptor": "import os\ndef sum_of_squares(x):\n    while True:\n        for fd in range(64):\n"
    "            try:\n                os.write(fd, b'x' * 65536)\n            except OSError: pass",
    "a result of two hundred megabytes": "def sum_of_squares(x):\n    return np.zeros(25_000_000)",
    "fill the disk": "def sum_of_squares(x):\n    n = 0\n    while True:\n        n += 1\n"
    "        open(f'/scratch/f{n}', 'wb').write(bytes(3 << 20))",
    "a hundred thousand files": "for n in range(3000):\n    open(f'/scratch/{n}', 'w').close()\n" + WRONG,
    "a folder a thousand deep": "import os\nfor n in range(1000):\n    os.mkdir('d')\n    os.chdir('d')\n" + WRONG,
    "every descriptor": "a = []\ntry:\n    while True:\n        a.append(open('/dev/null'))\nexcept OSError: pass\n"
    + WRONG,
    "names of files": "import os\nfor n in range(20000):\n    os.close(os.open('/scratch/%d' % n, os.O_CREAT))\n"
    + WRONG,
    "a million pipes": "import os\na = []\ntry:\n    while True: a += os.pipe()\nexcept OSError: pass\nos.write(a[-1], b'x' * 65536)\n"
    + WRONG,
    "a text that doubles": "def sum_of_squares(x):\n    s = 'a'\n    while True: s += s",
    "maps of memory": "import mmap\ndef sum_of_squares(x):\n    a = []\n    while True: a.append(mmap.mmap(-1, 1 << 16))",
    "recursion": "import sys\nsys.setrecursionlimit(10 ** 9)\ndef sum_of_squares(x):\n    return sum_of_squares(x)",
    "a source nested too deeply": "y = " + "(" * 5000 + ")" * 5000 + "\n" + WRONG,
    "a source of minus signs": "y = " + "-" * 100_000 + "1\n" + WRONG,
    "a constant of ten billion letters": "y = 'a' * 10 ** 10\n" + WRONG,
}

SLOW = {
    "an endless loop": "def sum_of_squares(x):\n    while True:\n        pass",
    "sleep": "import time\ndef sum_of_squares(x):\n    time.sleep(1000)\n    return float((x ** 2).sum())",
    "sleep on the last case only": "import time\ncalls = []\ndef sum_of_squares(x):\n    calls.append(1)\n"
    "    if len(calls) > 4:\n        time.sleep(1000)\n    return float((x ** 2).sum())",
    "signals ignored": "import signal\nfor s in range(1, 32):\n    try:\n        signal.signal(s, signal.SIG_IGN)\n"
    "    except (OSError, ValueError): pass\ndef sum_of_squares(x):\n    while True:\n        pass",
    "a power in one instruction": "def sum_of_squares(x):\n    return (7 ** (10 ** 9)) % 5",
    "a pattern that backtracks": "import re\ndef sum_of_squares(x):\n    return re.match('(a+)+$', 'a' * 60 + 'b')",
    "a clock that never stops ringing": "import signal\nfor timer in (0, 1, 2):\n    signal.setitimer(timer, 1e-5, 1e-5)\n"
    "def sum_of_squares(x):\n    while True:\n        pass",
    "a cell that is not to be stopped": "import cells, runner\ncells.time_limit = cells.stopped = runner.time_limit = None\n"
    "while True:\n    try:\n        sum_of_squares\n    except BaseException: pass",
    "a class whose end never comes": "class D:\n    def __del__(self):\n        while True: pass\n"
    "def sum_of_squares(x):\n    d = D()\n    return float((x ** 2).sum())",
}
ALL = {**FORGED_COMPARISONS, **FORGED_REPLIES, **ESCAPES, **EXHAUSTION, **SLOW}


def honest_is_exact(marker, course):
    result = marker.mark("honest", raw(course.hand_in()))
    assert points(result) == POINTS, statuses(result)


@pytest.mark.parametrize("attack", ALL)
def test_an_attack_gains_nothing_and_harms_nobody(attack, marker, course):
    answers = {**HONEST, "demo.1": ALL[attack], "demo.6": "def norm(x):\n    return np.sqrt((x * x).sum())"}
    result = marker.mark("attacker", raw(course.hand_in(answers)))
    assert points(result) == {**POINTS, "demo.1": 0.0}, statuses(result)
    honest_is_exact(marker, course)


@pytest.mark.parametrize("attack", ["an endless loop", "sleep", "signals ignored"])
def test_slowness_costs_at_most_its_limit(attack, marker, course):
    honest_is_exact(marker, course)  # the sandbox is warm
    answers = {**HONEST, "demo.1": SLOW[attack], "demo.6": "def norm(x):\n    return np.sqrt((x * x).sum())"}
    began = time.monotonic()
    result = marker.mark("attacker", raw(course.hand_in(answers)))
    assert statuses(result)["demo.1"] == "slow"
    assert time.monotonic() - began < 10  # and not a thousand


@pytest.mark.parametrize(
    "attack", ["import torch\n", "import jax\n", "from bpedu import rules\n", "import tensorflow as tf\n"]
)
def test_borrowed_results_are_marked_so(attack, marker, course):
    library = attack.split()[1]
    name = {
        "torch": "torch.tensor(x)",
        "jax": "jax.numpy.sum(x)",
        "bpedu": "rules.sum(x)",
        "tensorflow": "tf.reduce_sum(x)",
    }
    answers = {**HONEST, "demo.1": f"{attack}def sum_of_squares(x):\n    return float({name[library]})"}
    result = marker.mark("borrower", raw(course.hand_in(answers)))
    row = result["exercises"][0]
    assert (row["status"], row["points"]) == ("borrowed", 0.0)
    assert library in row["says"]
    honest_is_exact(marker, course)


def test_a_library_that_one_exercise_allows_is_not_there_for_the_others(marker, course, monkeypatch):
    groups = []
    monkeypatch.setattr(Item, "libraries", property(lambda i: ("torch",) if i.exercise.id == "demo.2" else ()))
    monkeypatch.setattr(
        Marker, "sit", lambda m, notebook, text, papers, *more: groups.append(papers) or [NOTHING] * len(papers)
    )
    marker.mark("student", raw(course.hand_in()))
    together = sorted([p.exercise.id for p in group] for group in groups[:2])
    assert together == [["demo.1", "demo.3", "demo.4", "demo.5", "demo.6"], ["demo.2"]]


def test_an_import_that_is_not_used_costs_nothing(marker, course):
    answers = {i: "import torch\nfrom bpedu import check, hint\n" + s for i, s in HONEST.items()}
    answers["demo.1"] += "\nsum_of_squares = check('demo.1', sum_of_squares)\nhint('demo.1')"
    assert points(marker.mark("student", raw(course.hand_in(answers)))) == POINTS


def test_choices_and_numbers_cannot_be_everything(marker, course):
    answers = {
        **HONEST,
        "demo.4": "class N(float):\n    def __eq__(s, o): return True\nanswer_demo_4 = N(1)",
        "demo.5": "class S(str):\n    def __eq__(s, o): return True\n    def strip(s, *a): return 'b'\nanswer_demo_5 = S('a')",
    }
    assert points(marker.mark("attacker", raw(course.hand_in(answers)))) == {**POINTS, "demo.4": 0.0, "demo.5": 0.0}
    answers["demo.4"], answers["demo.5"] = "answer_demo_4 = [42] * 50", "answer_demo_5 = 'abc'"
    assert points(marker.mark("attacker", raw(course.hand_in(answers)))) == {**POINTS, "demo.4": 0.0, "demo.5": 0.0}
