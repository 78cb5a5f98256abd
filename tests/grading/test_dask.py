"""On a real Dask cluster: scheduler and workers as processes, one worker killed midway, and the marks stay the same."""

import contextlib
import csv
import os
import subprocess
import sys
import time

import pytest
from classroom import HONEST, PACK, POINTS, arguments, marks, raw

from bpedu import cli

pytest.importorskip("distributed", reason="Dask is not installed")
pytestmark = pytest.mark.usefixtures("sandboxed")
WRONG = {**HONEST, "demo.2": "def dense_backward(X, W, dZ):\n    return dZ @ W, X.T @ dZ, dZ.sum(axis=0)"}
SLOW = {
    **HONEST,
    "demo.1": "import time\ndef sum_of_squares(x):\n    time.sleep(0.05)\n    return float((x * x).sum())",
}


@pytest.fixture
def cluster(tmp_path):
    """(address, worker processes, scheduler process) of a scheduler and two workers on this machine."""
    with started(tmp_path, 2) as all_three:
        yield all_three


@contextlib.contextmanager
def started(folder, count, *more, **environment):
    """The same with `count` workers, further options for them, and something set in everyone's environment."""
    where = folder / "scheduler.json"
    options = ["--no-dashboard", "--host", "127.0.0.1"]
    start = [sys.executable, "-m"]
    quiet = {
        "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, "env": {**os.environ, **environment},
    }  # fmt: skip
    scheduler = subprocess.Popen(
        [*start, "distributed.cli.dask_scheduler", *options, "--port", "0", "--scheduler-file", str(where)], **quiet
    )
    workers = [
        subprocess.Popen(
            [
                *start,
                "distributed.cli.dask_worker",
                *options,
                "--scheduler-file",
                str(where),
                "--nthreads",
                "1",
                "--no-nanny",
                *more,
            ],
            **quiet,
        )
        for _ in range(count)
    ]
    try:
        yield address(where, count), workers, scheduler
    finally:
        for process in [*workers, scheduler]:
            process.kill()
            process.wait()


def address(where, count):
    """The scheduler's address, once that many workers have come."""
    import json

    from distributed import Client

    deadline = time.monotonic() + 60
    while not (where.exists() and where.read_text().strip().endswith("}")):
        assert time.monotonic() < deadline, "the scheduler did not start"
    found = json.loads(where.read_text())["address"]
    with Client(found, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)
    return found


def test_a_cluster_that_loses_a_worker_gives_the_same_marks(cluster, course, submitted, tmp_path, monkeypatch):
    from bpedu.grading import cluster as clusters

    address, workers, _ = cluster
    for n in range(24):
        answers = WRONG if n % 4 == 0 else SLOW if n % 4 == 1 else HONEST
        (submitted / f"s{n:02}.ipynb").write_bytes(raw(course.hand_in(answers)))
    common = [str(submitted), "--assignment", str(course.release_path), "--pack", str(PACK), "--seed", "3"]
    assert cli.main(["grade", *common, "--out", str(tmp_path / "here")]) == 0
    monkeypatch.setattr(clusters, "BATCH", 2)
    gather = clusters.gather

    def gather_and_kill(*arguments):
        for number, result in enumerate(gather(*arguments)):
            if number == 3:
                workers[0].kill()
            yield result

    monkeypatch.setattr(clusters, "gather", gather_and_kill)
    assert cli.main(["grade", *common, "--out", str(tmp_path / "there"), "--scheduler", address]) == 0
    assert workers[0].wait() != 0
    for file in ("marks.csv", "details.jsonl"):
        assert (tmp_path / "there" / file).read_text() == (tmp_path / "here" / file).read_text()


POISON = """
import os
from bpedu.grading import cluster

def poisoned(honest):
    return lambda marker, student, *rest: os._exit(1) if student == "s03" else honest(marker, student, *rest)

def dask_setup(worker):
    cluster.mark_content = poisoned(cluster.mark_content)
"""


def test_only_the_submission_that_ends_its_worker_is_lost(course, submitted, tmp_path, monkeypatch):
    """Its batch loses a worker, and it alone loses another; here the scheduler gives up after one loss, and not after four."""
    from bpedu.grading import cluster as clusters

    monkeypatch.setattr(clusters, "RETRIES", 0)
    (tmp_path / "poison.py").write_text(POISON)
    for n in range(6):
        (submitted / f"s{n:02}.ipynb").write_bytes(raw(course.hand_in(HONEST)))
    with started(tmp_path, 3, "--preload", "poison.py", DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0") as (
        address,
        *_,
    ):
        command = ["grade", str(submitted), "--assignment", str(course.release_path), "--pack", str(PACK)]
        assert cli.main([*command, "--out", str(tmp_path / "report"), "--scheduler", address]) == 1
    with open(tmp_path / "report" / "marks.csv") as file:
        totals = {row["student"]: float(row["total"]) for row in csv.DictReader(file)}
    full = sum(POINTS.values())
    assert totals == {f"s{n:02}": 0 if n == 3 else full for n in range(6)}


LOST = {
    "the scheduler": (lambda workers, scheduler: [scheduler], "does not answer any more"),
    "every worker": (lambda workers, scheduler: workers, "without any worker"),
}


@pytest.mark.parametrize("victims", LOST)
def test_a_cluster_that_is_lost_costs_no_marks(victims, cluster, course, submitted, tmp_path, monkeypatch, capsys):
    """The run ends with a sentence, and the same command goes on, here without a cluster."""
    from bpedu.grading import cluster as clusters

    address, *processes = cluster
    lost, says = LOST[victims]
    for n in range(24):
        (submitted / f"s{n:02}.ipynb").write_bytes(raw(course.hand_in(SLOW)))
    monkeypatch.setattr(clusters, "BATCH", 2)
    monkeypatch.setattr(clusters, "SECONDS_BETWEEN_LOOKS", 0.2)
    monkeypatch.setattr(clusters, "SECONDS_WITHOUT_WORKERS", 1)
    gather = clusters.gather

    def gather_and_kill(*arguments):
        for result in gather(*arguments):
            for process in lost(*processes):
                process.kill()
            yield result

    monkeypatch.setattr(clusters, "gather", gather_and_kill)
    command = arguments(submitted, course, tmp_path / "report")
    assert cli.main([*command, "--scheduler", address]) == 2
    assert says in capsys.readouterr().err
    assert cli.main(command) == 0
    assert "were marked already" in capsys.readouterr().out
    assert {float(row["total"]) for row in marks(tmp_path / "report").values()} == {sum(POINTS.values())}
