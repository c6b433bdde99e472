"""A run is one training by one recipe: a folder that describes itself.

    runs/<run id>/
        recipe.json     what is trained and how
        state.json      status, stage, and in the end the result
        metrics.jsonl   a line several times a second, written by the worker
        log.txt         what the worker printed

A run is its own process. This module starts and stops it and reads its folder; it never
imports TensorFlow, and names the worker only as a string.

    from mnist_core import recipes, runs
    run = runs.start(recipes.get("quick"))
    run.status, run.metrics()
    run.request_stop()
"""

import fcntl
import json
import math
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from mnist_core.errors import RunActive, RunNotFound
from mnist_core.home import check_name, home, place_folder, read_json, write_json
from mnist_core.recipes import Recipe

WORKER = "mnist_core.training"
TRIES = 20  # tenths of a second, to get a lock that is changing hands


@dataclass(frozen=True)
class Metrics:
    """What the worker wrote so far, oldest first.

    batches: dicts with epoch (a fraction: 1.5 is half-way through the second), step,
        seconds since the fit began, loss and accuracy over the batches since the last.
    epochs: dicts with epoch (1 is the first), seconds, loss, accuracy, val_loss and
        val_accuracy; the last two are of the test images.
    """

    batches: list[dict[str, float]]
    epochs: list[dict[str, float]]

    def progress(self, recipe: Recipe) -> "Progress":
        """How far the run is, how fast it goes, and how long it still takes."""
        if not self.batches:
            return Progress(0.0, None, None)
        first, last = (
            self.batches[0],
            max(self.batches[-1:] + self.epochs[-1:], key=_at),
        )
        done = last["epoch"] / recipe.epochs
        if last is first:
            return Progress(done, None, None)
        pace = (last["seconds"] - first["seconds"]) / (last["epoch"] - first["epoch"])
        left = pace * (recipe.epochs - last["epoch"])
        return Progress(done, self._images_per_second(recipe), left)

    def _images_per_second(self, recipe: Recipe) -> float | None:
        """Over the last seconds of training, without the pauses for testing."""
        recent = [
            row for row in self.batches[-20:] if _same_epoch(row, self.batches[-1])
        ]
        if len(recent) < 2:
            return None
        epochs = recent[-1]["epoch"] - recent[0]["epoch"]
        return epochs * recipe.images / (recent[-1]["seconds"] - recent[0]["seconds"])


@dataclass(frozen=True)
class Progress:
    """How far a run is: a share from 0 to 1, images a second, seconds left."""

    done: float
    images_per_second: float | None
    seconds_left: float | None


def _at(row: dict[str, float]) -> float:
    return row["seconds"]


def _same_epoch(row: dict[str, float], other: dict[str, float]) -> bool:
    return math.ceil(row["epoch"]) == math.ceil(other["epoch"])


@dataclass(frozen=True)
class Run:
    """A run's folder. Nothing is held in memory: every look reads the disk."""

    folder: Path

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def recipe(self) -> Recipe:
        """What is trained and how."""
        return Recipe.from_dict(read_json(self.folder / "recipe.json"))

    @property
    def state(self) -> dict[str, Any]:
        """What the worker last said: status, stage, pid, result, reason.

        A worker that was killed cannot say so: its state still says running, but nobody
        holds the lock on its folder. Then the status is interrupted.
        """
        alive = _is_locked(self.folder / "lock")  # first: it may end before the reading
        state = self._said()
        if state["status"] == "running" and not alive:
            state["status"] = "interrupted"
        return state

    @property
    def status(self) -> str:
        """One of running, finished, stopped, failed, interrupted."""
        return self.state["status"]

    def update(self, **changes: Any) -> None:
        """Change values of the state; for the worker."""
        write_json(self.folder / "state.json", {**self._said(), **changes})

    def _said(self) -> dict[str, Any]:
        return read_json(self.folder / "state.json")

    def metrics(self) -> Metrics:
        """All metrics so far; a line that is still being written is left out."""
        path = self.folder / "metrics.jsonl"
        return _read_metrics(path, path.stat().st_size) if path.exists() else _NONE

    def request_stop(self) -> None:
        """Ask the worker to stop after the current batch and keep the model."""
        (self.folder / "stop").touch()

    @property
    def stop_requested(self) -> bool:
        """Whether somebody asked the worker to stop."""
        return (self.folder / "stop").exists()

    def wait(self) -> None:
        """Return when the worker has ended, however it did."""
        with (self.folder / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH)

    def log(self) -> str:
        """What the worker printed."""
        return (self.folder / "log.txt").read_text(encoding="utf-8", errors="replace")


def start(recipe: Recipe, *, name: str | None = None) -> Run:
    """Start a worker that trains by `recipe`; the model will be called `name`.

    Raises:
        RunActive: a run is going on. Two starts at once cannot both win.
        NameInvalid: `name` cannot name a folder.
    """
    check_name(name or recipe.name)
    folder = home() / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    with _home_lock(folder) as home_lock:
        run = _create(folder, recipe, name or recipe.name)
        _launch(run, home_lock)
    return run


def runs() -> list[Run]:
    """Every run on disk that can be read, the newest first."""
    folder = home() / "runs"
    found = [Run(path) for path in folder.iterdir()] if folder.is_dir() else []
    readable = [run for run in found if _is_readable(run)]
    return sorted(readable, key=lambda run: run.state["started"], reverse=True)


def get(run_id: str) -> Run:
    """The run with this id.

    Raises:
        RunNotFound: there is none.
    """
    for run in runs():
        if run.id == run_id:
            return run
    raise RunNotFound(run_id)


def active() -> Run | None:
    """The run that is going on, if there is one."""
    return next((run for run in runs() if run.status == "running"), None)


def _create(folder: Path, recipe: Recipe, name: str) -> Run:
    """Make a run's folder, whole before anybody sees it."""
    started = time.time()
    with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as scratch:
        new = Path(scratch) / "run"
        new.mkdir()
        write_json(new / "recipe.json", recipe.to_dict())
        state = {"status": "running", "stage": "starting", "started": started}
        write_json(new / "state.json", {**state, "name": name})
        (new / "lock").touch()
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(started))
        return Run(place_folder(new, folder, f"{stamp}-{recipe.name}"))


def _launch(run: Run, home_lock: IO[str]) -> None:
    """Start the worker and hand it both locks.

    A lock taken with flock belongs to the open file, which the child inherits: there is
    no moment in which nobody holds it, and it is free when the worker is gone, however
    it went.
    """
    with (
        (run.folder / "lock").open("w") as lock,
        (run.folder / "log.txt").open("w") as log,
    ):
        fcntl.flock(lock, fcntl.LOCK_EX)
        worker = subprocess.Popen(
            [sys.executable, "-m", WORKER, str(run.folder)],
            cwd=Path(__file__).resolve().parent.parent,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=(lock.fileno(), home_lock.fileno()),
            start_new_session=True,  # a Ctrl-C for the server is not for the worker
        )
        # Somebody has to collect the worker's exit status, or it stays a zombie.
        threading.Thread(target=worker.wait, daemon=True).start()


@contextmanager
def _home_lock(folder: Path) -> Iterator[IO[str]]:
    with (folder / ".lock").open("w") as lock:
        for _ in range(TRIES):
            if _take(lock):
                yield lock
                return
            if going_on := active():
                raise RunActive(going_on.id)
            time.sleep(0.1)  # its run is just beginning, or has just ended
    raise RunActive(None)


def _take(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_locked(path: Path) -> bool:
    try:
        with path.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _is_readable(run: Run) -> bool:
    try:
        return bool(run.recipe and run.state["status"] and run.state["started"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


_NONE = Metrics([], [])


@lru_cache(maxsize=8)
def _read_metrics(path: Path, size: int) -> Metrics:
    """Read the first `size` bytes, once for however many people watch."""
    with path.open("rb") as file:
        lines = file.read(size).splitlines(keepends=True)
    rows = [json.loads(line) for line in lines if line.endswith(b"\n")]
    return Metrics(
        [row for row in rows if "step" in row],
        [row for row in rows if "val_loss" in row],
    )
