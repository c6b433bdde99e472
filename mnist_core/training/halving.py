"""End a run of a sweep early that lags behind the others, by successive halving."""

import contextlib
from typing import Any

import keras

from mnist_core.errors import SweepNotFound
from mnist_core.runs import leaderboard, sweeps
from mnist_core.runs.run import Run


class HalvingCallback(keras.callbacks.Callback):
    """Stops a run at the end of an epoch where it is behind; its state says so."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        state = run.read()
        self.run, self.epochs = run, state.recipe.epochs
        self.sweep: sweeps.Sweep | None = None
        with contextlib.suppress(SweepNotFound):  # somebody put it away
            self.sweep = sweeps.get(state.sweep) if state.sweep else None

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Request a stop, unless the run is at its end or among the better half."""
        done = epoch + 1
        if self.sweep is None or done >= self.epochs:
            return
        if leaderboard.is_behind(self.sweep, self.run, epoch=done):
            after = "the first epoch" if done == 1 else f"{done} epochs"
            reason = (
                f"Ended early, after {after} of {self.epochs}: half of the values that "
                "its sweep tries were better by then."
            )
            self.run.update(halved=done, reason=reason)
            self.run.request("stop")
