"""Put runs and models away in a dated folder, for the next class; nothing is deleted.

    archive/2026-11-24-1431/
        runs/  sweeps/  models/  evaluations/  default.json

To have it back, move it back. The bundled model stays, and so do its evaluations.

    from mnist_core.runs import archive
    archive.create()        # PosixPath('var/archive/2026-11-24-1431')
"""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, get_args

from mnist_core.errors import ModelDamaged, RunActive
from mnist_core.evaluation.dataset import DatasetEvaluation
from mnist_core.models import registry
from mnist_core.recipes import DataName
from mnist_core.runs import manager, queue
from mnist_core.storage.paths import (
    data_dir,
    new_folder,
    publish_folder,
    remove_folder,
)

LOG: Final = logging.getLogger(__name__)
FOLDERS: Final = ("runs", "sweeps", "models", "evaluations")


def list_contents() -> list[Path]:
    """List what there is to archive, by its path in the data folder: models/ada."""
    every = [path for name in FOLDERS for path in (data_dir() / name).glob("[!.]*")]
    if (data_dir() / registry.DEFAULT).exists():
        every.append(data_dir() / registry.DEFAULT)
    stays = _evaluations_that_stay()
    return sorted(path.relative_to(data_dir()) for path in every if path not in stays)


def create(*, also: Callable[[Path], object] | None = None) -> Path:
    """Move it all into a folder of its own, named by date and time, and return that.

    Each thing is moved by one rename. Where one cannot be, all are moved back.

    Args:
        also: writes what else belongs into that folder; an OSError of its own has all
            moved back as well.

    Raises:
        RunActive: a run is going on; while this works none can be started.
        HomeUnwritable: the folder is read-only, say.
    """
    with queue.exclusive():
        if running := manager.active():
            raise RunActive(running.id)
        folder = _new_folder()
        try:
            _move(list_contents(), folder, also)
        except OSError:
            remove_folder(folder)  # all is back where it was
            raise
        LOG.info("all was archived: %s", folder.name)
        return folder


def _new_folder() -> Path:
    """Make an empty folder with the time of day for a name, which nobody else has."""
    archives = data_dir() / "archive"
    with new_folder(archives) as new:
        return publish_folder(new, archives, time.strftime("%Y-%m-%d-%H%M"))


def _move(
    paths: list[Path], folder: Path, also: Callable[[Path], object] | None
) -> None:
    moved: list[Path] = []
    try:
        for path in paths:
            (folder / path).parent.mkdir(exist_ok=True)
            with suppress(FileNotFoundError):  # somebody has just deleted it
                (data_dir() / path).rename(folder / path)
                moved.append(path)
        if also:
            also(folder)
    except OSError:
        for path in moved:
            (folder / path).rename(data_dir() / path)
        raise


def _evaluations_that_stay() -> list[Path]:
    bundled = registry.find(registry.PRETRAINED.name)
    with suppress(ModelDamaged):
        names = get_args(DataName)
        return [DatasetEvaluation.of(bundled, name).folder for name in names]
    return []
