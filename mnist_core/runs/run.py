"""The folder of one run, and how to read and steer it.

    run = Run(folder)
    run.status, run.metrics().epochs
    run.request("pause")

What is in the folder, `mnist_core.runs.manager` says.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from mnist_core.data import pen_drawings
from mnist_core.errors import RecipeError, RunNotFound
from mnist_core.recipes import Recipe
from mnist_core.runs import metrics
from mnist_core.storage import processes
from mnist_core.storage.paths import check_name, read_json, wrap_os_errors, write_json

ACTIVE = ("running", "paused")
BAD = OSError, ValueError, KeyError, TypeError, OverflowError
Request = Literal["pause", "stop", "discard"]


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
        alive = processes.is_locked(
            self.folder / "lock"
        )  # first: it may end in between
        state = self._said()
        if state["status"] in ACTIVE and not alive:
            state["status"] = "interrupted"
        return state

    @property
    def status(self) -> str:
        """One of running, paused, finished, stopped, failed, interrupted."""
        return self.state["status"]

    @property
    def is_active(self) -> bool:
        """Whether its worker is there: running or paused."""
        return self.status in ACTIVE

    def update(self, **changes: Any) -> None:
        """Change values of the state; for the worker."""
        write_json(self.folder / "state.json", {**self._said(), **changes})

    def _said(self) -> dict[str, Any]:
        return read_json(self.folder / "state.json")

    def metrics(self) -> metrics.Metrics:
        """All metrics so far; a line that is still being written is left out."""
        return metrics.read(self.folder / "metrics.jsonl")

    def request(self, request: Request) -> None:
        """Ask the worker to pause, to stop and keep the model, or to discard all of it.

        It obeys after the batch that it is at.

        Raises:
            RunNotFound: the run is gone.
            HomeUnwritable: the request cannot be left in the run's folder.
        """
        if not self.folder.exists():
            raise RunNotFound(self.id)
        with wrap_os_errors():
            (self.folder / request).touch()

    def is_requested(self, request: Request) -> bool:
        """Whether somebody asked the worker for this."""
        return (self.folder / request).exists()

    def cancel(self, request: Request) -> None:
        """Take a request back: a paused worker goes on."""
        with wrap_os_errors():
            (self.folder / request).unlink(missing_ok=True)

    def wait(self) -> None:
        """Return when the worker has ended, however it did."""
        processes.wait(self.folder / "lock")

    def drawings(self) -> list[pen_drawings.PenDrawing]:
        """The pen drawings that the run learns from; none where the recipe names none.

        Raises:
            StrokesUnreadable: the file was damaged since the start.
        """
        return (
            pen_drawings.read(self.folder / "pen_drawings")
            if self.recipe.strokes
            else []
        )

    def log(self) -> str:
        """What the worker printed; nothing where it never began."""
        try:
            path = self.folder / "log.txt"
            return path.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""


@dataclass(frozen=True)
class DamagedRun:
    """A folder among the runs that is none, or is one no more, and what is wrong."""

    folder: Path
    problem: str


def find_problem(folder: Path) -> str | None:
    """What is wrong with the folder of a run, if anything."""
    for name in ("recipe.json", "state.json", "lock"):
        if not (folder / name).is_file():
            return f"{name} is missing"
    try:
        run = Run(folder)
        state = run.recipe and run.state
        datetime.fromtimestamp(state["started"], UTC)
        check_name(state["name"])
    except RecipeError as error:
        return f"recipe.json is damaged: {error}"
    except BAD as error:
        return f"it cannot be read ({type(error).__name__}: {error})"
    return None
