"""What a run needs to go on from: weights and optimizer, as after an epoch.

    runs/<run id>/checkpoint/epoch-3.weights.h5

The file's name says how many epochs are in it, so that one move puts it in place and
there is never a half. Keras's own BackupAndRestore is not atomic and forgets its
checkpoint when a run is stopped.
"""

import re
from pathlib import Path
from typing import Any

import keras
import numpy as np

from mnist_core.storage.paths import replacing
from mnist_core.storage.reading import is_regular

NAME = re.compile(r"epoch-(\d+)\.weights\.h5")


class Checkpoint(keras.callbacks.Callback):
    """Saves at the end of each epoch that was trained to its end."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Save, unless the loss is no number or the epoch was cut short."""
        finite = np.isfinite(list((logs or {}).values())).all()
        if finite and not self.model.stop_training:
            save(self.model, self.folder, epochs=epoch + 1)


def save(model: keras.Model, folder: Path, *, epochs: int) -> None:
    """Save the model as it is after so many epochs, instead of what was saved before.

    A compiled model is saved with its optimizer.
    """
    folder.mkdir(exist_ok=True)
    path = folder / f"epoch-{epochs}.weights.h5"
    with replacing(path, durable=True) as beside:
        model.save_weights(beside)
    for other in folder.iterdir():
        if other != path:
            other.unlink()


def epochs(folder: Path) -> int:
    """Return how many epochs are in what is saved, 0 where nothing is."""
    return max(map(_epochs_in, folder.glob("epoch-*")), default=0)


def restore(model: keras.Model, folder: Path) -> int:
    """Load what was saved last; return how many epochs that is, 0 where none was.

    A checkpoint that cannot be read counts as none.
    """
    usable = filter(_epochs_in, folder.glob("epoch-*"))
    for path in sorted(usable, key=_epochs_in, reverse=True):
        variables = [*model.variables, *model.optimizer.variables]
        untouched = [variable.numpy() for variable in variables]
        try:
            model.load_weights(path)
        except Exception as error:  # Keras and HDF5 raise anything for a damaged file
            print(f"The checkpoint {path.name} cannot be read: {error}", flush=True)
            for variable, value in zip(variables, untouched, strict=True):
                variable.assign(value)
        else:
            return _epochs_in(path)
    return 0


def _epochs_in(path: Path) -> int:
    match = NAME.fullmatch(path.name)
    return int(match[1]) if match and is_regular(path) else 0
