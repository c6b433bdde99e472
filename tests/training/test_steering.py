"""Runs that are changed while they go on, trained in this process."""

from collections.abc import Callable

import numpy as np
import pytest

from mnist_core import recipes
from mnist_core.models import registry
from mnist_core.runs import manager, steering
from mnist_core.runs.run import Run
from mnist_core.training import fit
from mnist_core.training.control import Control, RunStopped
from tests.conftest import order

SIZES = {"images": 516, "validation": 100, "batch_size": 32, "epochs": 2}
RECIPE = recipes.get("quick", data="synthetic", dropout=False, **SIZES)


class Steered(Control):
    """A control that does something after so many batches."""

    def __init__(self, run: Run, **actions: Callable[[], object]) -> None:
        super().__init__(run)
        self.actions, self.batches = actions, 0

    def count_batch(self) -> None:
        super().count_batch()
        self.batches += 1
        if action := self.actions.get(f"after_{self.batches}"):
            action()


@pytest.fixture
def begin(worker) -> Callable[[], Run]:
    def start() -> Run:
        worker.append(run := manager.start(RECIPE, snapshots=False))
        order(run, "")
        return run

    return start


def train(run: Run, *, stop_after: int | None = None) -> None:
    """Train a run that is changed at several places; end it after so many batches."""

    def ask(**changes) -> Callable[[], object]:
        return lambda: steering.ask(run.folder, **changes)

    def stop() -> None:
        raise RunStopped("the system ended it")

    actions = {
        "after_5": ask(learning_rate=0.002),
        "after_8": ask(dropout=0.3, batch_size=64, augment=True),
        "after_16": ask(learning_rate=None),
    }
    if stop_after:
        actions[f"after_{stop_after}"] = stop
    fit.train(run, Steered(run, **actions))


def changes(run: Run) -> list[dict]:
    """What was changed of a run, without the seconds."""
    rows = steering.history(run.folder)
    return [{key: row[key] for key in row if key != "seconds"} for row in rows]


def test_a_run_that_is_steered_ends_alike_resumed_or_not(begin):
    whole, cut = begin(), begin()
    train(whole)
    assert changes(whole) == [
        {"epoch": 5 / 13, "step": 5, "learning_rate": 0.002},
        {"epoch": 1, "step": 13, "dropout": 0.3, "batch_size": 64, "augment": True},
        {"epoch": 1 + 192 / 416, "step": 16, "learning_rate": None},
    ]
    card = registry.find(whole.read().model).card
    assert card["recipe"] == RECIPE.to_dict()
    assert card["steering"] == steering.history(whole.folder)

    with pytest.raises(RunStopped):
        train(cut, stop_after=18)
    assert changes(cut) == changes(whole)
    fit.train(cut, Control(cut))
    assert changes(cut) == changes(whole)
    assert cut.read().history == whole.read().history
    mine, other = (registry.load(run.read().model) for run in (cut, whole))
    for weights, same in zip(mine.get_weights(), other.get_weights(), strict=True):
        assert np.array_equal(weights, same)

    so_far = whole.metrics()
    steps = [(row["step"], row["epoch"]) for row in so_far.batches]
    assert steps == sorted(set(steps))
    assert steps[-1] == (13 + 7, 2)
    for row in so_far.batches:
        if row["step"] <= 5 or row["step"] > 16:
            assert row["learning_rate"] != pytest.approx(0.002)
        else:
            assert row["learning_rate"] == pytest.approx(0.002)
    assert [row["epoch"] for row in so_far.epochs] == [1, 2]
