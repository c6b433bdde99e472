"""A run of a sweep that lags behind is stopped, and its state says why."""

import json

import pytest

from mnist_core import recipes
from mnist_core.models import registry
from mnist_core.runs import manager, sweeps
from mnist_core.training import fit
from mnist_core.training.control import Control
from mnist_core.training.halving import HalvingCallback

SIZES = {"images": 500, "validation": 100}
RECIPE = recipes.get("quick", data="synthetic", epochs=3, **SIZES)


@pytest.fixture
def runs(small_workers, monkeypatch):
    """Two runs of a sweep of which the second reads less, and one of their own."""
    monkeypatch.setenv("MNIST_RUNS", "3")
    sweep = sweeps.start(RECIPE, {"batch_size": [32, 64]}, halving=True)
    runs = sorted(sweep.runs(manager.read_runs()), key=lambda run: run.id)
    for run, accuracy in zip(runs, (0.9, 0.5), strict=True):
        row = {"epoch": 1, "seconds": 1, "loss": 1, "accuracy": 0}
        row |= {"val_loss": 1, "val_accuracy": accuracy}
        (run.folder / "metrics.jsonl").write_text(json.dumps(row) + "\n")
    return [*runs, manager.start(RECIPE, wait=True)]


def test_the_one_behind_is_stopped_and_says_so(runs):
    for run in runs:
        HalvingCallback(run).on_epoch_end(0)
    assert [run.is_requested("stop") for run in runs] == [False, True, False]
    state = runs[1].read()
    assert state.halved == 1
    assert state.reason.startswith("Ended early, after the first epoch of 3")


def test_at_its_end_and_without_its_sweep_a_run_is_left_alone(runs, home):
    HalvingCallback(runs[1]).on_epoch_end(2)
    (home / "sweeps").rename(home / "elsewhere")
    HalvingCallback(runs[1]).on_epoch_end(0)
    assert not runs[1].is_requested("stop")


def test_a_training_ends_after_the_epoch_in_which_it_is_behind(runs):
    fit.train(runs[1], Control(runs[1]))
    state = runs[1].read()
    assert (state.status, state.halved) == ("stopped", 1)
    assert [row["epoch"] for row in runs[1].metrics().epochs] == [1.0]
    assert registry.find(state.model).card["epochs"] == 1
