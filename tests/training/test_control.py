"""Pause, stop, discard and the system's signals, in a worker of its own process."""

import os
import signal
import time
from pathlib import Path

import pytest

from mnist_core import recipes
from mnist_core.runs import manager, steering
from mnist_core.runs.run import Run
from mnist_core.training.control import Clock, Control
from tests.conftest import LIGHT, order, set_off, until

RECIPE = recipes.get("quick", data="synthetic", images=1000)


@pytest.fixture
def working(worker) -> Run:
    """A run whose worker is in the middle of its work."""
    run = manager.start(RECIPE)
    worker.append(run)
    set_off(run, LIGHT)
    until(lambda: run.metrics().batches)
    return run


@pytest.fixture
def paused(working) -> Run:
    """A run that is paused."""
    working.request("pause")
    until(lambda: working.read().status == "paused")
    return working


def test_a_pause_comes_within_a_moment(working):
    working.request("pause")
    asked = time.monotonic()
    until(lambda: working.read().status == "paused")
    assert time.monotonic() - asked < 1


def test_a_paused_run_goes_on_for_so_many_batches_and_pauses_again(paused):
    reached = paused.metrics().batches[-1]["step"]
    for batches in (1, 10):
        steering.step(paused.folder, batches=batches)
        reached += batches
        until(lambda step=reached: paused.metrics().batches[-1]["step"] == step)
        until(lambda: paused.read().status == "paused")
    assert paused.metrics().batches[-1]["step"] == reached
    steering.step(paused.folder, batches=None)
    until(lambda: paused.metrics().batches[-1]["step"] > reached + 5)
    assert paused.read().status == "running"  # there is no end of an epoch here


class Waits(Exception):
    """The worker would wait now."""


class Impatient(Control):
    """A control that says so where it would wait."""

    def _pause(self) -> None:
        raise Waits


def test_a_step_to_the_end_of_an_epoch_ends_there_and_not_with_a_batch(worker):
    worker.append(run := manager.start(RECIPE))
    order(run, "")
    control = Impatient(run)
    steering.step(run.folder, batches=None)
    for _ in range(3):
        control.count_batch()
        control.check()
    control.count_epoch()
    with pytest.raises(Waits):
        control.check()
    steering.step(run.folder, batches=2)
    control.check()
    control.count_batch()
    control.count_epoch()  # two batches may be of two epochs
    control.check()
    run.cancel("pause")
    control.check()
    run.request("pause")
    with pytest.raises(Waits):
        control.check()


def processor_seconds(pid: int) -> float:
    """What a process has used of the processor so far, where the system tells it."""
    if not Path("/proc/self/stat").exists():
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="Linux tells it there")
def test_a_paused_worker_rests(paused):
    lines = len(paused.metrics().batches)
    used, began = processor_seconds(paused.read().pid), time.monotonic()
    until(lambda: time.monotonic() - began > 0.5)
    assert processor_seconds(paused.read().pid) - used <= 0.05
    assert len(paused.metrics().batches) == lines


def test_the_clock_stands_still_during_a_pause(paused):
    before, began = paused.metrics().batches[-1]["seconds"], time.monotonic()
    until(lambda: time.monotonic() - began > 1)
    lines = len(paused.metrics().batches)
    manager.resume(paused)
    until(lambda: len(paused.metrics().batches) > lines)
    assert paused.read().status == "running"
    assert paused.metrics().batches[lines]["seconds"] - before < 0.9


def test_a_paused_run_can_be_stopped_and_keeps_its_model(paused):
    paused.request("stop")
    paused.wait()
    assert (paused.read().status, paused.read().model) == ("stopped", "pretrained")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("when", ["working", "paused"])
def test_a_signal_ends_the_worker_in_order_without_a_model(number, when, request):
    run = request.getfixturevalue(when)
    os.kill(run.read().pid, number)
    run.wait()
    assert run.read().status == "stopped"
    assert "Resume it" in run.read().reason
    assert run.read().model is None
    assert run.read().ended > run.read().started


def test_a_worker_that_is_killed_while_it_is_paused_can_be_resumed(paused):
    os.kill(paused.read().pid, signal.SIGKILL)
    paused.wait()
    assert paused.read().status == "interrupted"
    lines = len(paused.metrics().batches)
    manager.resume(paused)
    assert (paused.read().status, paused.read().pid) == ("running", None)
    set_off(paused, LIGHT)
    until(lambda: len(paused.metrics().batches) > lines)
    assert paused.read().status == "running", "the pause is forgotten"


@pytest.mark.parametrize("when", ["working", "paused"])
def test_a_run_that_is_discarded_leaves_nothing(when, request, home):
    run = request.getfixturevalue(when)
    run.request("discard")
    run.wait()
    until(lambda: not any((home / "runs").glob(".old-*")))
    assert manager.list_runs() == []
    assert not run.folder.exists()
    assert not (home / "models").exists()


def test_a_clock_counts_on_from_before_and_skips_what_it_is_told():
    clock = Clock(100.0)
    assert 100 <= clock.seconds < 101
    clock.skip(50)
    assert 50 <= clock.seconds < 51
