"""Start fresh, for the next class: all that was made since is put aside, not deleted.

    aside/2026-11-24-1431/
        runs/  models/  surveys/  default.json

To have it back, move it back. The model that ships stays, and so do its surveys.

    from mnist_core.runs import archive
    aside.put_aside()        # PosixPath('var/aside/2026-11-24-1431')
"""

import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from mnist_core.errors import ModelDamaged
from mnist_core.evaluation.dataset import DATA, DatasetEvaluation
from mnist_core.models import registry
from mnist_core.runs import manager
from mnist_core.storage.paths import (
    data_dir,
    publish_folder,
    remove_folder,
    wrap_os_errors,
)

FOLDERS: Final = ("runs", "models", "evaluations")
CHOICE: Final = "default.json"


def list_contents() -> list[Path]:
    """What there is to put aside, by its path in the home: models/ada."""
    every = [path for name in FOLDERS for path in (data_dir() / name).glob("[!.]*")]
    if (data_dir() / CHOICE).exists():
        every.append(data_dir() / CHOICE)
    stays = _surveys_that_stay()
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
    with wrap_os_errors():
        (data_dir() / "runs").mkdir(parents=True, exist_ok=True)
        with manager.exclusive(data_dir() / "runs"):
            folder = _new_folder()
            try:
                _move(list_contents(), folder, also)
            except OSError:
                remove_folder(folder)  # all is back where it was
                raise
            return folder


def _new_folder() -> Path:
    """An empty folder with the time of day for a name, which nobody has but us."""
    shelf = data_dir() / "archive"
    shelf.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=shelf, prefix=".new-") as scratch:
        (new := Path(scratch) / "new").mkdir()
        return publish_folder(new, shelf, time.strftime("%Y-%m-%d-%H%M"))


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


def _surveys_that_stay() -> list[Path]:
    shipped = registry.find(registry.PRETRAINED.name)
    with suppress(ModelDamaged):
        return [DatasetEvaluation.of(shipped, name).folder for name in DATA]
    return []
