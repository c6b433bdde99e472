"""What a run needs to go on from: weights and optimizer, as after an epoch.

    runs/<run id>/checkpoint/epoch-3.weights.h5

The file's name says how many epochs are in it, so that there is one thing to move into
place and never a half. Keras's own BackupAndRestore is not atomic and forgets its
checkpoint when a run is stopped.
"""

import os
import re
from pathlib import Path

import keras
import numpy as np

NAME = re.compile(r"epoch-(\d+)\.weights\.h5")


class Checkpoint(keras.callbacks.Callback):
    """Saves at the end of each epoch that was trained to its end."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Save, unless the loss is no number or the epoch was cut short."""
        if not self.model.stop_training and np.isfinite(list(logs.values())).all():
            save(self.model, self.folder, epochs=epoch + 1)


def save(model: keras.Model, folder: Path, *, epochs: int) -> None:
    """Keep the model as it is after so many epochs, instead of what was kept before."""
    folder.mkdir(exist_ok=True)
    beside = folder / ".new.weights.h5"
    try:
        model.save_weights(beside)  # of a compiled model: with its optimizer
    except Exception:
        beside.unlink(missing_ok=True)  # the disk is full, say
        raise
    with beside.open("rb") as file:
        os.fsync(file)  # a power cut must not leave a name without its content
    kept = beside.replace(folder / f"epoch-{epochs}.weights.h5")
    for other in folder.glob("epoch-*"):
        if other != kept:
            other.unlink()


def epochs(folder: Path) -> int:
    """How many epochs are in what is kept, 0 where nothing is."""
    return max(map(_epochs_in, folder.glob("epoch-*")), default=0)


def restore(model: keras.Model, folder: Path) -> int:
    """Take over what was kept last; return how many epochs that is, 0 where none was.

    A checkpoint that cannot be read is none.
    """
    for path in sorted(folder.glob("epoch-*"), key=_epochs_in, reverse=True):
        model.optimizer.build(model.trainable_variables)
        variables = [*model.variables, *model.optimizer.variables]
        untouched = [variable.numpy() for variable in variables]
        try:
            model.load_weights(path)
        except Exception as error:  # whatever Keras and HDF5 raise for a damaged file
            print(f"The checkpoint {path.name} cannot be read: {error}")
            for variable, value in zip(variables, untouched, strict=True):
                variable.assign(value)
        else:
            return _epochs_in(path)
    return 0


def _epochs_in(path: Path) -> int:
    match = NAME.fullmatch(path.name)
    return int(match[1]) if match else 0
