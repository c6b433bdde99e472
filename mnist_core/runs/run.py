"""The folder of one run: read what it says, and steer its worker.

    run = Run(folder)
    state = run.read()
    state.status, state.recipe.epochs
    run.request("pause")

What is in the folder, `mnist_core.runs.manager` says.
"""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, TypedDict, Unpack, cast, get_args

from mnist_core.data import pen_drawings
from mnist_core.data.pen_drawings import PenDrawing
from mnist_core.errors import RecipeError, RunDamaged, RunNotFound, StrokesUnreadable
from mnist_core.models.card import History, check_history
from mnist_core.recipes import Recipe, RecipeValues
from mnist_core.runs import metrics
from mnist_core.runs.metrics import Metrics
from mnist_core.storage import processes, reading
from mnist_core.storage.paths import check_name, wrap_os_errors, write_json
from mnist_core.storage.reading import (
    Count,
    Moment,
    Seconds,
    Share,
    Text,
    read_json,
    say_why,
)

Request = Literal["pause", "stop", "discard"]
Status = Literal[
    "waiting", "running", "paused", "finished", "stopped", "failed", "interrupted"
]

ACTIVE: Final = ("running", "paused")
"""The statuses of a run whose worker is there."""

LOGS: Final = ("metrics.jsonl", "probes.jsonl", "snapshots.jsonl")
"""The files that a worker adds a line to while it trains, of what it sees."""

LOG_SHOWN: Final = 100_000
"""So many bytes of the end of a log are shown."""

TICKET: Final = "waiting.json"
"""The file of a run that waits for its turn, with its `Ticket`."""


class Ticket(TypedDict):
    """What a run has while it waits; `mnist_core.runs.queue` makes a line of them."""

    since: Moment  # when it was put in line, or moved back
    moved: bool  # whether somebody moved it back, behind all that waited then


class StateValues(TypedDict, total=False):
    """What state.json holds, or a part of it; `RunState` says what each value is."""

    status: Status
    stage: Text
    number: Count
    started: Moment
    begun: Moment
    name: Text
    starter: Text | None
    sweep: Text
    snapshots: bool
    pid: Count
    ended: Moment
    reason: Text
    halved: Count
    drawn_share: Share
    save_id: Text
    model: Text
    history: History
    fit_seconds: Seconds
    test_loss: float
    test_accuracy: Share
    pen_accuracy: Share | None


@dataclass(frozen=True, kw_only=True)
class RunState:
    """What a run's folder said when it was read."""

    recipe: Recipe
    requests: frozenset[Request] = frozenset()  # that the worker has not met yet
    status: Status
    stage: str
    number: int = 0  # counts the runs here: a clock may be set back
    started: float  # seconds since 1970
    begun: float | None = None  # when its worker was started last, seconds since 1970
    ticket: Ticket | None = None  # while it waits for its turn
    name: str  # what the model is to be called
    starter: str | None = None  # who started it; None from the command line
    sweep: str | None = None  # the one it belongs to
    snapshots: bool = True  # whether it is tested part-way and looked into
    pid: int | None = None  # of the worker, once it has begun
    ended: float | None = None  # seconds since 1970
    reason: str | None = None  # why it ended early
    halved: int | None = None  # after so many epochs, as it lagged behind in its sweep
    drawn_share: float = 0.0  # of the made-up examples, 0 to 1
    save_id: str = ""  # of a model whose name is not noted yet
    model: str | None = None  # the model it left
    history: History | None = None
    fit_seconds: float | None = None
    test_loss: float | None = None
    test_accuracy: float | None = None
    pen_accuracy: float | None = None

    @property
    def place(self) -> tuple[int, float]:
        """Its place among the runs: what began later has a larger one."""
        return self.number, self.started

    @property
    def is_active(self) -> bool:
        """Whether its worker is there: running or paused."""
        return self.status in ACTIVE


@dataclass(frozen=True)
class Run:
    """A run's folder. Nothing is held in memory: every method reads the disk."""

    folder: Path

    @property
    def id(self) -> str:
        """Return the folder's name."""
        return self.folder.name

    def read(self) -> RunState:
        """Return what the run is and how far it has come.

        A worker that was killed cannot say so: its state still says running, but nobody
        holds the lock on its folder. Then the status is interrupted. Where nobody does
        and it has a ticket it is waiting, whatever its state said before.

        Raises:
            RunNotFound: it was deleted.
            RunDamaged: a file is missing or cannot be read.
        """
        # The lock comes first, because the worker may end while its files are read.
        alive = self.is_alive()
        try:
            state = _parse(self.folder, alive=alive)
            if state.status == "interrupted" and self.is_alive():  # it has just begun
                return _parse(self.folder, alive=True)
            return state
        except (OSError, ValueError, TypeError) as error:
            if not self.folder.exists():
                raise RunNotFound(self.id) from None
            raise RunDamaged(self.id, _describe(self.folder, error)) from error

    def is_alive(self) -> bool:
        """Tell whether there is a worker; cheaper than `read`."""
        return processes.is_locked(self.folder / "lock")

    def update(self, **changes: Unpack[StateValues]) -> None:
        """Change values of the state; only the worker may."""
        path = self.folder / "state.json"
        write_json(path, {**read_json(path, StateValues), **changes})

    def metrics(self) -> Metrics:
        """Return all metrics so far; a line that is still being written is left out."""
        return metrics.read(self.folder / "metrics.jsonl")

    def request(self, request: Request) -> None:
        """Request that the worker pauses, stops and keeps the model, or discards all.

        It does so after the batch that it is at.

        Raises:
            RunNotFound: the run is gone.
            HomeUnwritable: the request cannot be left in the run's folder.
        """
        if not self.folder.exists():
            raise RunNotFound(self.id)
        with wrap_os_errors():
            (self.folder / request).touch()

    def is_requested(self, request: Request) -> bool:
        """Tell whether this was requested of the worker."""
        return (self.folder / request).exists()

    def cancel(self, request: Request) -> None:
        """Take a request back: a paused worker goes on."""
        with wrap_os_errors():
            (self.folder / request).unlink(missing_ok=True)

    def wait(self) -> None:
        """Return when the worker has ended, however it did."""
        processes.wait(self.folder / "lock")

    def pen_drawings(self) -> list[PenDrawing]:
        """Return the pen drawings that the run learns from; none where it names none.

        Raises:
            StrokesUnreadable: the file was damaged since the start.
        """
        if not self.read().recipe.strokes:
            return []
        path = self.folder / "strokes"
        if path.exists() and not reading.is_regular(path):
            raise StrokesUnreadable(str(path), "it is a link, or no regular file")
        return pen_drawings.read(path)

    def log(self) -> str:
        """Return what the worker printed last; nothing where it never began."""
        try:
            with reading.open_regular(self.folder / "log.txt") as file:
                file.seek(max(0, os.fstat(file.fileno()).st_size - LOG_SHOWN))
                return file.read(LOG_SHOWN).decode("utf-8", errors="replace")
        except OSError:
            return ""


@dataclass(frozen=True)
class DamagedRun:
    """A folder among the runs that cannot be read as one, and what is wrong with it."""

    folder: Path
    problem: str


def _parse(folder: Path, *, alive: bool) -> RunState:
    if folder.is_symlink():
        raise ValueError("its folder is a link")
    recipe = Recipe.from_dict(
        cast(RecipeValues, read_json(folder / "recipe.json", dict))
    )
    values = read_json(folder / "state.json", StateValues)
    reading.check_regular(folder / "lock")
    requests = frozenset(r for r in get_args(Request) if (folder / r).exists())
    state = RunState(recipe=recipe, requests=requests, **values)
    check_name(state.name)
    if state.history:
        check_history(state.history)
    if alive:
        return state
    if ticket := _read_ticket(folder):
        return replace(state, status="waiting", ticket=ticket)
    return replace(state, status="interrupted") if state.is_active else state


def _read_ticket(folder: Path) -> Ticket | None:
    try:
        return read_json(folder / TICKET, Ticket)
    except FileNotFoundError:
        return None


def _describe(folder: Path, error: Exception) -> str:
    """Say in a few words what is wrong with a run's folder."""
    for name in ("recipe.json", "state.json", "lock"):
        if not (folder / name).exists():
            return f"{name} is missing"
    if isinstance(error, RecipeError):
        return f"recipe.json is damaged: {error}"
    if isinstance(error, TypeError):
        return "state.json is damaged: a value is missing"
    return say_why(error)
