"""What was trained is not lost, whatever happens: real workers, real signals and disks.

What needs no network is told of a worker without one, in `test_control.py`.
"""

import json
import os
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from mnist_core import data, recipes
from mnist_core.errors import RunNotFound
from mnist_core.models import registry
from mnist_core.runs import manager, probes
from mnist_core.runs.metrics import Metrics
from mnist_core.runs.run import Run
from mnist_core.training import fit
from mnist_core.training.control import Control
from tests.conftest import end, train_here, until
from tests.training.test_control import processor_seconds

# An epoch is long enough to be interrupted.
SIZES = {"data": "synthetic", "images": 1200, "validation": 200, "batch_size": 16}
RECIPE = recipes.get("quick", epochs=3, **SIZES)
SHORT = recipes.get("quick", data="synthetic", images=200, epochs=1, batch_size=40)


@pytest.fixture(autouse=True)
def nobody_left():
    """A test that fails leaves no worker behind."""
    yield
    if run := manager.active():
        end(run)


@pytest.fixture(scope="module")
def apart(tmp_path_factory):
    """A home for the runs that several tests look at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNIST_HOME", str(tmp_path_factory.mktemp("home")))
        yield


def begin() -> Run:
    """Start the run of this module, with a probe."""
    image = data.load_synthetic().x_test[0].astype(np.float32) / 255
    return manager.start(RECIPE, probes=[probes.Probe(image)])


@pytest.fixture(scope="module")
def undisturbed(apart) -> Run:
    run = begin()
    run.wait()
    assert run.read().status == "finished", run.log()
    return run


@dataclass
class Killed:
    """A run whose worker was killed within an epoch, and what became of it."""

    run: Run
    status: str
    before: Metrics
    snapshot: Path
    models: list[str]


@pytest.fixture(scope="module")
def killed(apart, tmp_path_factory) -> Killed:
    known = {saved.name for saved in registry.models()}
    run = begin()
    until(lambda: is_within_second_epoch(run))
    os.kill(run.read().pid, signal.SIGKILL)
    run.wait()
    status, before = run.read().status, run.metrics()
    snapshot = tmp_path_factory.mktemp("killed") / run.id
    shutil.copytree(run.folder, snapshot)
    manager.resume(run)
    run.wait()
    made = [saved.name for saved in registry.models() if saved.name not in known]
    return Killed(run, status, before, snapshot, made)


def is_within_second_epoch(run: Run) -> bool:
    assert run.read().is_active, run.log()
    return bool(run.metrics().batches) and run.metrics().batches[-1]["epoch"] > 1


def results(run: Run) -> list[dict[str, float]]:
    """What the epochs came to, without the seconds they took."""
    return [
        {name: value for name, value in row.items() if "seconds" not in name}
        for row in run.metrics().epochs
    ]


def test_a_killed_worker_s_run_is_interrupted_and_finishes_when_resumed(killed):
    assert killed.status == "interrupted"
    assert killed.run.read().status == "finished", killed.run.log()
    assert killed.run.read().reason is None
    assert not (killed.run.folder / "checkpoint").exists()
    assert killed.models == [killed.run.read().model]


def test_what_was_trained_before_the_kill_is_kept_to_the_last_digit(
    killed, undisturbed
):
    whole = len(killed.before.epochs)
    assert whole >= 1
    after = killed.run.metrics()
    assert after.epochs[:whole] == killed.before.epochs
    assert results(killed.run)[:whole] == results(undisturbed)[:whole]
    known = [row for row in killed.before.batches if row["epoch"] <= whole]
    assert after.batches[: len(known)] == known


def test_the_lines_of_a_resumed_run_go_on_where_it_goes_on(killed):
    so_far = killed.run.metrics()
    assert [row["epoch"] for row in so_far.epochs] == [1, 2, 3]
    steps = [row["step"] for row in so_far.batches]
    spe, whole = RECIPE.steps_per_epoch, len(killed.before.epochs)
    assert {spe, 2 * spe, 3 * spe, whole * spe + 1} <= set(steps)
    folder = killed.run.folder
    snapshots, history = probes.snapshots(folder), probes.history(folder)
    assert snapshots[0]["step"] == history[0]["step"] == 0
    for rows in (so_far.batches, so_far.samples, snapshots, history):
        steps = [row["step"] for row in rows]
        assert steps == sorted(set(steps))
        assert steps[-1] == 3 * spe
    for name in ("metrics.jsonl", "snapshots.jsonl", "probes.jsonl"):
        rows = [json.loads(line) for line in (folder / name).read_text().splitlines()]
        seconds = [row["seconds"] for row in rows]
        assert seconds == sorted(seconds)
    assert killed.run.read().fit_seconds >= so_far.epochs[-1]["seconds"]


def test_a_resumed_run_comes_to_a_result_like_an_undisturbed_one(killed, undisturbed):
    mine, other = killed.run.read(), undisturbed.read()
    assert mine.test_accuracy == pytest.approx(other.test_accuracy, abs=0.02)
    assert len(mine.history["loss"]) == 3


def test_a_pause_changes_nothing_but_the_time(undisturbed):
    began = time.monotonic()
    run = manager.start(RECIPE)
    until(lambda: is_within_second_epoch(run))
    run.request("pause")
    until(lambda: run.read().status == "paused")
    paused = time.monotonic()
    lines, used = run.metrics(), processor_seconds(run.read().pid)
    until(lambda: time.monotonic() - paused > 1)
    assert run.metrics() == lines
    assert processor_seconds(run.read().pid) - used <= 0.1
    rested = time.monotonic() - paused
    manager.resume(run)
    run.wait()
    assert run.read().status == "finished", run.log()
    assert results(run) == results(undisturbed)
    mine, other = run.read(), undisturbed.read()
    assert mine.history == other.history
    assert mine.test_loss == other.test_loss
    assert mine.test_accuracy == other.test_accuracy
    assert run.read().fit_seconds < time.monotonic() - began - rested


def place(snapshot: Path, home: Path, name: str = "killed") -> Run:
    """The killed run as it was before it was resumed, in this test's home."""
    shutil.copytree(snapshot, home / "runs" / name)
    return manager.get(name)


def halve(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


KILL_WHEN_TESTED = """
import os, signal
from mnist_core.training import fit
fit.evaluate = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
"""
DO_NOT_TRAIN = "import keras; keras.Model.fit = None"


def test_a_run_whose_files_are_cut_short_starts_over_and_is_finished_by_another_worker(
    killed, forked_workers, home
):
    run = place(killed.snapshot, home)
    (checkpoint,) = (run.folder / "checkpoint").iterdir()
    for name in ("metrics.jsonl", "probes.jsonl", "snapshots.jsonl", "probes/1.png"):
        halve(run.folder / name)
    halve(checkpoint)
    forked_workers.first = KILL_WHEN_TESTED
    manager.resume(run)
    run.wait()
    assert run.read().status == "interrupted", run.log()
    assert "cannot be read" in run.log()
    epochs = run.metrics().epochs
    assert [row["epoch"] for row in epochs] == [1, 2, 3]
    forked_workers.first = DO_NOT_TRAIN
    manager.resume(run)
    run.wait()
    assert run.read().status == "finished", run.log()
    assert run.metrics().epochs == epochs
    assert run.read().history["loss"] == [row["loss"] for row in epochs]
    made = [saved.name for saved in registry.models()]
    assert made == [run.read().model, "pretrained"]


@pytest.mark.parametrize(
    "name",
    [
        *("recipe.json", "state.json", "metrics.jsonl", "probes.jsonl"),
        *("snapshots.jsonl", "log.txt", "probes/1.png"),
    ],
)
def test_a_run_with_half_a_file_is_read_or_listed_as_damaged(killed, home, name):
    run = place(killed.snapshot, home)
    other = place(killed.snapshot, home, "other")
    halve(run.folder / name)
    if name.endswith(".json"):
        (damaged,) = manager.list_damaged()
        assert damaged.folder == run.folder
        assert "is damaged" in damaged.problem
        assert manager.list_runs() == [other]
        with pytest.raises(RunNotFound):
            manager.get(run.id)
        manager.delete(damaged)
    else:
        assert manager.list_damaged() == []
        assert set(manager.list_runs()) == {run, other}
        assert run.read().status == "interrupted"
        assert run.metrics().batches
        assert len(probes.load(run.folder)) == 1
        assert run.log() or name == "log.txt"
        manager.delete(run)
    assert manager.list_runs() == [other]
    assert manager.list_damaged() == []


def test_lost_lines_do_not_keep_a_trained_network_from_being_saved(worker, monkeypatch):
    run = manager.start(SHORT)
    worker.append(run)
    with monkeypatch.context() as patch:
        patch.setattr(registry, "save", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            train_here(run)
    (run.folder / "metrics.jsonl").write_text('{}\n{"epoch": 0.5, "sec')
    monkeypatch.setattr("keras.Model.fit", None)
    fit.train(run, Control(run))
    assert run.read().status == "finished"
    assert registry.find(run.read().model).problem is None


def test_a_kill_after_the_model_is_saved_leaves_one_model(worker, monkeypatch):
    run = manager.start(SHORT, name="ada")
    worker.append(run)
    update = Run.update

    def die_with_the_name(run: Run, **changes: object) -> None:
        if "model" in changes:
            raise KeyboardInterrupt
        update(run, **changes)

    with monkeypatch.context() as patch:
        patch.setattr(Run, "update", die_with_the_name)
        with pytest.raises(KeyboardInterrupt):
            train_here(run)
    assert [each.name for each in registry.models()] == ["ada", "pretrained"]
    registry.choose("ada")
    monkeypatch.setattr("keras.Model.fit", None)
    fit.train(run, Control(run))
    assert [each.name for each in registry.models()] == ["ada", "pretrained"]
    assert run.read().model == registry.default().name == "ada"


def test_a_run_that_is_killed_in_its_first_epoch_starts_over():
    run = manager.start(recipes.get("quick", epochs=1, **SIZES))
    run.request("pause")  # after its first batch
    until(lambda: run.read().status == "paused")
    os.kill(run.read().pid, signal.SIGKILL)
    run.wait()
    assert run.read().status == "interrupted"
    assert not (run.folder / "checkpoint").exists(), "it is within its first epoch"

    manager.resume(run)
    run.wait()
    assert run.read().status == "finished", run.log()
    assert [row["epoch"] for row in run.metrics().epochs] == [1]
    steps = [row["step"] for row in run.metrics().batches]
    assert steps == sorted(set(steps))
    assert len(registry.models()) == 2
