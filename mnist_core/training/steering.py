"""What was asked of a run while it goes on, put into force.

The learning rate is set before each batch: that of the recipe's schedule, or one that
somebody asked for. All else ends the fit with the epoch, to be entered again.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import keras
import numpy as np
import numpy.typing as npt

from mnist_core.models import networks
from mnist_core.models.card import Changes
from mnist_core.recipes import Recipe
from mnist_core.runs import steering
from mnist_core.storage import jsonl
from mnist_core.training.control import Clock

Rates = npt.NDArray[np.float32]


class Steering:
    """What is in force of a run's recipe, and what was asked instead.

    Each change gets a line in the run's steering.jsonl.
    """

    def __init__(self, folder: Path, recipe: Recipe, clock: Clock) -> None:
        self.folder, self.recipe, self.clock = folder, recipe, clock
        self.now = steering.in_force(folder, recipe)
        self.steered = steering.apply(recipe, self.now)  # but for the learning rate
        self._modified, self._asked = -1, steering.Asked()

    def due(self, step: int) -> Changes:
        """Return what is to be another after so many steps."""
        if not (asked := self._read()):
            return {}  # as a rule
        replay = asked.get("replay", [])
        reached = [row for row in replay if row["step"] <= step]
        whole = len(reached) == len(replay)  # only then what was asked since
        wanted = steering.merge([*reached, *([asked] if whole else [])])
        return steering.differing(wanted, self.now)

    def put_in_force(self, names: Sequence[str], *, epoch: float, step: int) -> bool:
        """Take what is due of these over and write it down; tell whether any was."""
        due = {name: value for name, value in self.due(step).items() if name in names}
        if not due:
            return False
        self.now = steering.merge([self.now, cast(Changes, due)])
        self.steered = steering.apply(self.recipe, self.now)
        seconds = round(self.clock.seconds, 3)
        row = {"epoch": epoch, "seconds": seconds, "step": step, **due}
        jsonl.append(self.folder / steering.LOG, row)
        return True

    def _read(self) -> steering.Asked:
        """Return what is asked; the file is read when it was written anew."""
        try:
            modified = (self.folder / steering.ASKED).stat().st_mtime_ns
        except OSError:
            return {}
        if modified != self._modified:
            self._modified, self._asked = modified, steering.asked(self.folder)
        return self._asked


class SteeringCallback(keras.callbacks.Callback):
    """Sets the learning rate before each batch; ends the fit where more is to change.

    `again` tells whether the fit is to be entered again.
    """

    def __init__(self, state: Steering) -> None:
        super().__init__()
        self.state, self.again = state, False
        self.epoch, self.first, self.rate = 0, 0, math.nan
        self.rates: Rates = np.zeros(0, np.float32)

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Look up the schedule's rates of this epoch."""
        self.epoch, self.first = epoch, int(self.model.optimizer.iterations)
        self.rates = networks.learning_rates(self.state.recipe, self._positions())

    def on_train_batch_begin(
        self, batch: int, logs: dict[str, float] | None = None
    ) -> None:
        """Set the learning rate of this batch."""
        recipe = self.state.steered
        seen = min(batch * recipe.batch_size, recipe.examples) / recipe.examples
        place, step = self.epoch + seen, self.first + batch
        self.state.put_in_force(("learning_rate",), epoch=place, step=step)
        asked = self.state.now["learning_rate"]
        rate = float(self.rates[batch] if asked is None else asked)
        if rate != self.rate:
            # TensorFlow's own: Keras takes four times as long to assign it.
            self.model.optimizer.learning_rate.value.assign(rate, read_value=False)
            self.rate = rate

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """End the fit where something else than the learning rate is to change."""
        due = self.state.due(int(self.model.optimizer.iterations))
        self.again = bool(due.keys() - {"learning_rate"})
        self.again &= epoch + 1 < self.state.recipe.epochs
        if self.again:
            self.model.stop_training = True

    def _positions(self) -> Rates:
        """Return where each batch of this epoch is, in steps of the recipe's own.

        With batches of another size than its, the schedule goes by the images.
        """
        own = self.state.recipe.steps_per_epoch
        steps = self.state.steered.steps_per_epoch
        return self.epoch * own + np.arange(steps, dtype=np.float32) * (own / steps)
