"""A run is one training by one recipe: a folder that describes itself.

    runs/<run id>/
        recipe.json     what is trained and how
        state.json      status, stage, who started it, and in the end the result
        metrics.jsonl   a line several times a second, written by the worker
        watched/        digits that people watch it learn; watched.jsonl, what it says
        looks.jsonl     its filters and its worst mistakes
        checkpoint/     what it needs to go on from the last whole epoch
        log.txt         what the worker printed
        strokes         the pen drawings it learns from as well, if there are any

A run is its own process. This module starts and finds runs; it never imports
TensorFlow, and names the worker only as a string.

    from mnist_core import recipes, runs
    run = runs.start(recipes.get("quick"))
    run.status, run.metrics()
    run.ask("pause")
    runs.resume(run)
"""

import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from mnist_core import launch, strokes, watching
from mnist_core.errors import (
    RecipeError,
    RunActive,
    RunFinished,
    RunNotFound,
    StrokesUnreadable,
)
from mnist_core.home import (
    check_name,
    home,
    place_folder,
    remove_folder,
    sweep,
    write_json,
    writing,
)
from mnist_core.recipes import Recipe
from mnist_core.run import DamagedRun, Run, problem

TRIES = 50  # tenths of a second, to get a lock that is changing hands
RESERVE = 64 * 1024  # bytes, for the last words on a disk that is full
RESULT = (
    "ended",
    "pid",
    "reason",
    "model",
    "history",
    "fit_seconds",
    "test_loss",
    "test_accuracy",
    "drawn_accuracy",
)


def start(
    recipe: Recipe,
    *,
    name: str | None = None,
    drawings: Path | None = None,
    starter: str | None = None,
    watch: Sequence[watching.Watched] = (),
    looks: bool = True,
) -> Run:
    """Start a worker that trains by `recipe`.

    Args:
        recipe: what is trained and how.
        name: what the model will be called; the recipe's name if there is none.
        drawings: the file of pen drawings that the recipe names in `strokes`. The run
            keeps a copy: it stays what it was, whatever becomes of the file.
        starter: who starts it, for whoever asks later.
        watch: digits to ask the network about while it learns, four at the most.
        looks: whether it is tested part-way through the epochs and looked into; the
            result is the same without.

    Raises:
        RunActive: a run is going on. Two starts at once cannot both win.
        NameInvalid: `name` cannot name a folder.
        StrokesUnreadable: the file of pen drawings cannot be read, or one person drew
            all of it, so that nobody could be held out.
        RecipeError: the recipe names a file of pen drawings and there is none, or the
            other way round.
        HomeUnwritable: the disk is full, say.
    """
    check_name(name or recipe.name)
    _check_drawings(recipe, drawings)
    state = {"name": name or recipe.name, "starter": starter, "looks": looks}
    folder = home() / "runs"
    with writing():
        folder.mkdir(parents=True, exist_ok=True)
        with alone(folder) as home_lock:
            for left in (folder, home() / "models"):
                sweep(left)
            run, lock = _create(folder, recipe, state, drawings, watch)
            with lock:
                launch.worker(run.folder, lock, home_lock)
    return run


def resume(run: Run) -> None:
    """Let a run go on: one that is paused at once, one that ended from its checkpoint.

    That is the end of its last whole epoch; what came after it is trained again.

    Raises:
        RunActive: another run is going on, or this one and it is not paused.
        RunFinished: it has come to its end.
        RunNotFound: it was deleted.
        HomeUnwritable: the disk is full, say.
    """
    if not run.folder.exists():
        raise RunNotFound(run.id)
    if run.is_going_on and run.is_asked("pause"):
        return run.withdraw("pause")
    if run.status == "finished":
        raise RunFinished(run.id)
    with (
        writing(),
        alone(run.folder.parent) as home_lock,
        (run.folder / "lock").open("w") as lock,
    ):
        if not launch.take(lock):  # only whoever is deleting it can have it
            raise RunNotFound(run.id)
        _renew(run)
        launch.worker(run.folder, lock, home_lock)
    return None


def delete(run: Run | DamagedRun) -> None:
    """Delete a run that has ended, or a folder that is none; its model stays.

    Raises:
        RunActive: it is going on.
        RunNotFound: it is gone already.
        HomeUnwritable: its folder cannot be removed.
    """
    if not run.folder.exists():
        raise RunNotFound(run.folder.name)
    with writing(), (run.folder / "lock").open("w") as lock:
        if not launch.take(lock):
            raise RunActive(run.folder.name)
        remove_folder(run.folder)


def runs() -> list[Run]:
    """Every run on disk that can be read, the newest first."""
    found = [Run(folder) for folder in _folders() if not problem(folder)]
    started = {run: when for run in found if (when := _started(run)) is not None}
    return sorted(started, key=lambda run: started[run], reverse=True)


def damaged() -> list[DamagedRun]:
    """The folders among the runs that cannot be read as one."""
    return [
        DamagedRun(folder, wrong)
        for folder in sorted(_folders())
        if (wrong := problem(folder))
    ]


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
    for run in runs():
        with suppress(FileNotFoundError):  # somebody has just discarded it
            if run.is_going_on:
                return run
    return None


def is_any_going_on() -> bool:
    """Whether there is a worker: as `active`, without a look at every run."""
    return launch.is_taken(home() / "runs" / ".lock")


@contextmanager
def alone(folder: Path) -> Iterator[IO[str]]:
    """The lock of all runs, in their folder: while it is held, nobody can start one.

    Raises:
        RunActive: a run is going on.
    """
    with (folder / ".lock").open("w") as lock:
        for _ in range(TRIES):
            if launch.take(lock):
                yield lock
                return
            if going_on := active():
                raise RunActive(going_on.id)  # else it just begins, or has just ended
    raise RunActive(None)


def _check_drawings(recipe: Recipe, drawings: Path | None) -> None:
    if bool(recipe.strokes) != bool(drawings):
        raise RecipeError("strokes", "the recipe and the file must both be given")
    if drawings and not strokes.split(strokes.read(drawings))[0]:
        raise StrokesUnreadable(
            str(drawings), "it needs drawings by two people or more"
        )


def _create(
    folder: Path,
    recipe: Recipe,
    state: dict[str, Any],
    drawings: Path | None,
    watch: Sequence[watching.Watched],
) -> tuple[Run, IO[str]]:
    """Make a run's folder, whole and locked before anybody sees it."""
    started = time.time()
    with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as scratch:
        new = Path(scratch) / "run"
        new.mkdir()
        write_json(new / "recipe.json", recipe.to_dict())
        if drawings:
            shutil.copyfile(drawings, new / "strokes")
        for digit in watch:
            watching.add(new, digit)
        (new / "reserve").write_bytes(bytes(RESERVE))
        begun = {"status": "running", "stage": "starting", "started": started}
        write_json(new / "state.json", {**begun, **state})
        lock = (new / "lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(started))
        return Run(place_folder(new, folder, f"{stamp}-{recipe.name}")), lock


def _renew(run: Run) -> None:
    """Have an ended run say that it begins."""
    state = run.state
    for name in RESULT:
        state.pop(name, None)
    for request in ("pause", "stop", "discard"):
        run.withdraw(request)
    (run.folder / "reserve").write_bytes(bytes(RESERVE))
    begun = {"status": "running", "stage": "starting"}
    write_json(run.folder / "state.json", {**state, **begun})


def _folders() -> list[Path]:
    folder = home() / "runs"
    if not folder.is_dir():
        return []
    return [path for path in folder.glob("[!.]*") if path.is_dir()]


def _started(run: Run) -> float | None:
    """When a run was started; None where somebody has just deleted it."""
    try:
        return run.state["started"]
    except FileNotFoundError:
        return None
