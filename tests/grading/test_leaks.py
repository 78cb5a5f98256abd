"""A thousand submissions, one after the other: no process, descriptor, file or memory is left behind."""

import tempfile
from pathlib import Path

import psutil
import pytest
from classroom import HONEST, POINTS, points, raw

from bpedu.grading import assignment as assignments
from bpedu.grading.marking import Marker, Settings

pytestmark = pytest.mark.usefixtures("sandboxed")
NOISE = "def sum_of_squares(x):\n    return float((x * x).sum()) + {n}"
RUDE = [
    "import os\nos._exit(1)",
    "raise ValueError",
    "def sum_of_squares(x):\n    return np.zeros(100_000)",
    "open('/scratch/a', 'w').write('x')",
]


def measure():
    me = psutil.Process()
    children = me.children(recursive=True)
    held = [c.memory_info().rss for c in children if "zygote" in " ".join(c.cmdline())]
    temporary = len([p for p in Path(tempfile.gettempdir()).iterdir() if p.name.startswith("bpedu-judge-")])
    return {"fds": me.num_fds(), "children": len(children), "rss": me.memory_info().rss, "held": max(held, default=0),
            "temporary": temporary}  # fmt: skip


def sandboxes():
    return {c.pid for c in psutil.Process().children() if c.status() != psutil.STATUS_ZOMBIE and "bwrap" in c.name()}


def test_a_thousand_submissions_leave_nothing_behind(course, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # another judge on this machine may be using the usual one
    others = sandboxes()
    with Marker(assignments.load(course.release_path), Settings(seed=1)) as marker:

        def mark(n):
            first = RUDE[n // 50 % len(RUDE)] if n % 50 == 0 else NOISE.format(n=n) if n % 2 else HONEST["demo.1"]
            result = marker.mark(f"s{n}", raw(course.hand_in({"demo.1": first, "demo.4": HONEST["demo.4"]})))
            assert points(result)["demo.4"] == POINTS["demo.4"]

        for n in range(200):
            mark(n)
        before = measure()
        for n in range(200, 1200):
            mark(n)
        after = measure()
        assert after["fds"] <= before["fds"] + 1
        assert after["children"] <= before["children"] + 1
        assert after["temporary"] <= before["temporary"]
        assert after["rss"] - before["rss"] < 8 << 20
        assert after["held"] - before["held"] < 8 << 20
        assert len(marker.known) <= 2000
    assert sandboxes() == others
