"""The benchmark compares like with like: on the first steps of every workload the contenders' losses agree."""

import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def benchmarks(monkeypatch):
    """Imports from benchmarks/, forgotten again afterwards."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    before = set(sys.modules)
    yield import_module
    for name in set(sys.modules) - before:
        if name.split(".")[0] in ("contenders", "workloads", "engine", "imports"):
            del sys.modules[name]


def few_steps(workloads, name):
    if name in ("W1", "W1b"):
        return workloads.mlp(name, 64, 0.01, images=160)
    work = workloads.WORKLOADS[name]()
    return replace(work, batches=work.batches[:2])


@pytest.mark.parametrize("name", ["W1", "W2", "W3", "W4", "W5"])
def test_layers_engine_and_pytorch_do_the_same_work(benchmarks, name):
    pytest.importorskip("torch")
    work = few_steps(benchmarks("workloads"), name)
    losses = {
        contender: benchmarks(f"contenders.{contender}").PREPARE[name](work)()
        for contender in ("bpedu_layers", "bpedu_tensor", "torch_eager")
    }
    middle = np.median(list(losses.values()))
    assert all(abs(loss - middle) < 1e-4 * middle for loss in losses.values()), losses


def test_a_run_can_be_repeated(benchmarks):
    """A round starts from the initial weights, or the second round would measure other work than the first."""
    work = few_steps(benchmarks("workloads"), "W5")
    for contender in ("bpedu_layers", "bpedu_tensor"):
        run = benchmarks(f"contenders.{contender}").PREPARE["W5"](work)
        assert run() == run()


def test_a_contender_that_does_other_work_is_named(benchmarks):
    rows = [
        {"contender": c, "workload": "W1", "loss": loss}
        for c, loss in (("a", 1.0), ("b", 1.001), ("c", 1.2), ("d", None))
    ]
    assert benchmarks("engine").odd_losses(rows) == ["c ends W1 with loss 1.2, the others with 1.001"]
    rows[1]["loss"] = float("nan")
    assert len(benchmarks("engine").odd_losses(rows)) >= 1
