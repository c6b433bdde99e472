"""End a run of a sweep early that lags behind the others, by successive halving."""

from typing import Any

import keras

from mnist_core.runs import leaderboard
from mnist_core.runs.run import Run


class HalvingCallback(keras.callbacks.Callback):
    """Stops a run at the end of an epoch where it is behind; its state says so."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Request a stop, unless the run is at its end or among the better half."""
        leaderboard.stop_if_behind(self.run, epoch=epoch + 1)
