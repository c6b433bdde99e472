"""The far end of a run that is trained on another machine: its files, and its worker.

    trainer = Trainer("20261122-101500-quick", files, state)
    news = trainer.exchange({})           # again and again, until news.has_ended

It knows nothing of how it is reached; `mnist_core.training.cluster` sees to that.
"""

import os
import tempfile
import threading
from dataclasses import dataclass
from typing import Final

from mnist_core.models import registry
from mnist_core.runs.run import Run, StateValues
from mnist_core.storage.mirror import Changes, Mirror
from mnist_core.storage.paths import NEW, data_dir, remove_stale, write_json
from mnist_core.storage.reading import read_json
from mnist_core.training import worker

PRIVATE: Final = ("lock", "log.txt", "reserve", "state.json", "waiting.json")
"""Files of a run that each side has for itself."""


@dataclass(frozen=True)
class News:
    """What there is to say of a run since the last time."""

    changes: Changes
    state: StateValues  # nothing where it is as it was
    model: dict[str, bytes] | None = None  # its files, once it has left one
    has_ended: bool = False


class Trainer:
    """Trains a run in a folder of its own, in a thread of this process."""

    def __init__(self, run_id: str, files: Changes, state: StateValues) -> None:
        """Take over a run's files and its state; it begins with the first exchange."""
        data_dir().mkdir(parents=True, exist_ok=True)
        remove_stale(data_dir())
        self._home = tempfile.TemporaryDirectory(prefix=NEW, dir=data_dir())
        # What a worker saves is under this; it goes home from there.
        os.environ["MNIST_HOME"] = self._home.name
        self.run = Run(data_dir() / "runs" / run_id)
        self.run.folder.mkdir(parents=True)
        (self.run.folder / "lock").touch()
        write_json(self.run.folder / "state.json", state)
        self.mirror = Mirror(self.run.folder, private=PRIVATE)
        self.mirror.apply(files)
        self._told = state
        work = self.run, worker.train_here
        self._thread = threading.Thread(target=worker.work, args=work, daemon=True)

    def exchange(self, changes: Changes) -> News:
        """Take what changed at home, and return what has changed here."""
        self.mirror.apply(changes)
        if not self._thread.ident:
            self._thread.start()
        has_ended = not self._thread.is_alive()  # before the rest, which is whole then
        told, self._told = self._told, self._state()
        changes, state = self.mirror.collect(), self._told
        if not has_ended:
            return News(changes, {} if state == told else state)
        model = _files(state["model"]) if "model" in state else None
        self.mirror.close()
        self._home.cleanup()
        return News(changes, state, model, has_ended=True)

    def _state(self) -> StateValues:
        return read_json(self.run.folder / "state.json", StateValues)


def _files(model: str) -> dict[str, bytes]:
    folder = registry.find(model).folder
    return {path.name: path.read_bytes() for path in folder.iterdir()}
