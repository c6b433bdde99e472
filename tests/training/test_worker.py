"""Whatever ends a worker, the run's state says why in words."""

from pathlib import Path

import pytest

from mnist_core import recipes
from mnist_core.runs import manager
from mnist_core.runs.run import Run
from tests.conftest import LIGHT, order, set_off, until

RECIPE = recipes.get("quick", data="synthetic", images=1000)
on_linux = pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="Linux has such a file"
)
DO = "fit.train = train\n"


def failed(worker, code: str) -> Run:
    """A run whose worker did this instead of training."""
    run = manager.start(RECIPE)
    worker.append(run)
    wrong = f"def train(run, control):\n    import errno\n    {code}\n"
    order(run, LIGHT.replace(DO, wrong + DO))
    return run


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise OSError(errno.ENOSPC, 'x')", "The disk is full. Free some space"),
        pytest.param(
            "open('/dev/full', 'w').write('x' * 10**6)",
            "The disk is full.",
            marks=on_linux,
        ),
        (
            "raise RuntimeError('write failed: errno = 28, no more')",
            "The disk is full.",
        ),
        ("open('/nowhere/x')", "/nowhere/x cannot be used: No such file or directory."),
        ("raise ValueError('odd')", "ValueError: odd"),
        ("from mnist_core.errors import Diverged; raise Diverged(0)", "lower learning"),
    ],
)
def test_a_failure_is_told_in_words(worker, code, reason):
    run = failed(worker, code)
    assert run.read().status == "failed"
    assert reason in run.read().reason
    assert run.read().ended >= run.read().started
    assert "Traceback" in run.log()
    assert not (run.folder / "reserve").exists(), "it is for the last words"


@on_linux
def test_a_run_on_a_full_disk_goes_on_when_there_is_room(worker):
    run = manager.start(RECIPE)
    worker.append(run)
    metrics = run.folder / "metrics.jsonl"
    metrics.symlink_to("/dev/full")
    order(run, LIGHT)
    assert run.read().status == "failed"
    assert run.read().reason.startswith("The disk is full.")
    metrics.unlink()
    manager.resume(run)
    set_off(run, LIGHT)
    until(lambda: run.metrics().batches)
    assert run.read().status == "running"


def test_a_run_whose_data_vanished_goes_on_when_it_is_back(worker):
    run = failed(worker, "from mnist_core import data; data.find_mnist()")
    assert run.read().reason.startswith("MNIST is not available")
    manager.resume(run)
    set_off(run, LIGHT)
    until(lambda: run.metrics().batches)
    assert run.read().status == "running"


def test_a_run_that_failed_begins_anew_when_it_is_resumed(worker):
    run = failed(worker, "raise ValueError('odd')")
    manager.resume(run)
    state = run.read()
    assert (state.status, state.stage) == ("running", "starting")
    assert state.reason is state.ended is state.pid is None
    assert (run.folder / "reserve").stat().st_size > 10_000


def test_without_ray_a_run_for_a_cluster_says_what_to_do(worker, monkeypatch):
    monkeypatch.setenv("MNIST_RAY", "auto")
    run = manager.start(RECIPE)
    worker.append(run)
    order(run, "import sys\nsys.modules['ray'] = None\n" + LIGHT)
    assert run.read().status == "failed"
    assert "ray is not installed. Start the app by make" in run.read().reason


def test_a_worker_says_who_it_is_and_that_it_loads(worker):
    run = failed(worker, "print(run.read().pid, run.read().stage)")
    assert str(run.read().pid) in run.log()
    assert "loading TensorFlow" in run.log()
