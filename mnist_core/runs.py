"""A run is one training by one recipe: a folder that describes itself.

    runs/<run id>/
        recipe.json     what is trained and how
        state.json      status, stage, and in the end the result
        metrics.jsonl   a line several times a second, written by the worker
        log.txt         what the worker printed
        strokes         the pen drawings it learns from as well, if there are any

A run is its own process. This module starts and stops it and reads its folder; it never
imports TensorFlow, and names the worker only as a string.

    from mnist_core import recipes, runs
    run = runs.start(recipes.get("quick"))
    run.status, run.metrics()
    run.request_stop()
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from mnist_core import metrics, strokes
from mnist_core.errors import (
    RecipeError,
    RunActive,
    RunNotFound,
    StrokesUnreadable,
)
from mnist_core.home import (
    CHECKOUT,
    check_name,
    home,
    place_folder,
    read_json,
    write_json,
)
from mnist_core.recipes import Recipe

WORKER = "mnist_core.training"
PATHS = "MNIST_HOME", "MNIST_NPZ", "MNIST_STROKES"
TRIES = 20  # tenths of a second, to get a lock that is changing hands


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

    def metrics(self) -> metrics.Metrics:
        """All metrics so far; a line that is still being written is left out."""
        return metrics.read(self.folder / "metrics.jsonl")

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

    def drawings(self) -> list[strokes.PenDrawing]:
        """The pen drawings that the run learns from; none where the recipe names none.

        Raises:
            StrokesUnreadable: the file was damaged since the start.
        """
        return strokes.read(self.folder / "strokes") if self.recipe.strokes else []

    def log(self) -> str:
        """What the worker printed."""
        return (self.folder / "log.txt").read_text(encoding="utf-8", errors="replace")


def start(
    recipe: Recipe, *, name: str | None = None, drawings: Path | None = None
) -> Run:
    """Start a worker that trains by `recipe`; the model will be called `name`.

    `drawings` is the file of pen drawings that the recipe names in `strokes`. The run
    keeps a copy: it stays what it was, whatever becomes of the file.

    Raises:
        RunActive: a run is going on. Two starts at once cannot both win.
        NameInvalid: `name` cannot name a folder.
        StrokesUnreadable: the file of pen drawings cannot be read, or one person drew
            all of it, so that nobody could be held out.
        RecipeError: the recipe names a file of pen drawings and there is none, or the
            other way round.
    """
    check_name(name or recipe.name)
    if bool(recipe.strokes) != bool(drawings):
        raise RecipeError("strokes", "the recipe and the file must both be given")
    if drawings and not strokes.split(strokes.read(drawings))[0]:
        raise StrokesUnreadable(
            str(drawings), "it needs drawings by two people or more"
        )
    folder = home() / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    with _home_lock(folder) as home_lock:
        run, lock = _create(folder, recipe, name or recipe.name, drawings)
        with lock:
            _launch(run, lock, home_lock)
    return run


def runs() -> list[Run]:
    """Every run on disk that can be read, the newest first."""
    folder = home() / "runs"
    found = [Run(path) for path in folder.iterdir()] if folder.is_dir() else []
    started = {run: when for run in found if (when := _started(run)) is not None}
    return sorted(started, key=lambda run: started[run], reverse=True)


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


def _create(
    folder: Path, recipe: Recipe, name: str, drawings: Path | None
) -> tuple[Run, IO[str]]:
    """Make a run's folder, whole and locked before anybody sees it."""
    started = time.time()
    with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as scratch:
        new = Path(scratch) / "run"
        new.mkdir()
        write_json(new / "recipe.json", recipe.to_dict())
        if drawings:
            shutil.copyfile(drawings, new / "strokes")
        state = {"status": "running", "stage": "starting", "started": started}
        write_json(new / "state.json", {**state, "name": name})
        lock = (new / "lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(started))
        return Run(place_folder(new, folder, f"{stamp}-{recipe.name}")), lock


def _launch(run: Run, lock: IO[str], home_lock: IO[str]) -> None:
    """Start the worker and hand it both locks.

    A lock taken with flock belongs to the open file, which the child inherits: there is
    no moment in which nobody holds it, and it is free when the worker is gone, however
    it went.
    """
    with (run.folder / "log.txt").open("w") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", WORKER, str(run.folder)],
            cwd=CHECKOUT,
            env={**os.environ, **_absolute_paths()},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=(lock.fileno(), home_lock.fileno()),
            start_new_session=True,  # a Ctrl-C for the server is not for the worker
        )
    # Somebody has to collect the worker's exit status, or it stays a zombie.
    threading.Thread(target=worker.wait, daemon=True).start()


def _absolute_paths() -> dict[str, str]:
    """The variables that name paths, for a process in another working directory."""
    named = {name: os.environ.get(name) for name in PATHS}
    return {
        name: str(Path(path).expanduser().absolute())
        for name, path in named.items()
        if path
    }


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


def _started(run: Run) -> float | None:
    """When a run was started; None where the folder is no run that can be read."""
    try:
        return float(run.state["started"]) if run.recipe else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
