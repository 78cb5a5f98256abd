"""No network at run time: a chapter runs and the data load with every way out refused."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REFUSE = """
import socket, sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request"):
        asked.append((event, arguments[1:]))
        raise PermissionError(f"the network was asked for: {event}")

asked = []
sys.addaudithook(refuse)
"""
LOAD = """
from bpedu import data
data.mnist(), data.iris(), data.wine(), data.diabetes(), data.breast_cancer()
assert asked == [], asked
"""
CHECK = """
from bpedu import cli
code = cli.main(["check", sys.argv[1], "--json"])
assert asked == [], asked
sys.exit(code)
"""
ASK = """
try:
    socket.create_connection(("127.0.0.1", 9))
except PermissionError:
    sys.exit(7)
"""


def refused(code, *arguments):
    command = [sys.executable, "-c", REFUSE + code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def test_the_refusal_refuses():
    assert refused(ASK).returncode == 7


def test_the_data_load():
    done = refused(LOAD)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", [p.name for p in sorted((ROOT / "solutions").glob("*.ipynb"))[:4]])
def test_a_chapter_runs(name):
    done = refused(CHECK, str(ROOT / "solutions" / name))
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["errors"] == []
