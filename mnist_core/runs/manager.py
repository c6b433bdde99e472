"""A run is one training by one recipe: a folder that describes itself.

    runs/<run id>/
        recipe.json     what is trained and how
        state.json      status, stage, who started it, and in the end the result
        metrics.jsonl   a line several times a second, written by the worker
        watched/        digits that people watch it learn; probes.jsonl, what it says
        snapshots.jsonl     its filters and its worst mistakes
        checkpoint/     what it needs to go on from the last whole epoch
        log.txt         what the worker printed
        strokes         the pen drawings it learns from as well, if there are any

A run is its own process. This module starts and finds runs; it never imports
TensorFlow, and names the worker only as a string.

    from mnist_core import recipes, runs
    run = runs.start(recipes.get("quick"))
    run.status, run.metrics()
    run.request("pause")
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

from mnist_core.data import pen_drawings
from mnist_core.errors import (
    RecipeError,
    RunActive,
    RunFinished,
    RunNotFound,
    StrokesUnreadable,
)
from mnist_core.recipes import Recipe
from mnist_core.runs import probes
from mnist_core.runs.run import DamagedRun, Run, find_problem
from mnist_core.storage import processes
from mnist_core.storage.paths import (
    check_name,
    data_dir,
    publish_folder,
    remove_folder,
    remove_stale,
    wrap_os_errors,
    write_json,
)

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
    "pen_accuracy",
)


def start(
    recipe: Recipe,
    *,
    name: str | None = None,
    drawings: Path | None = None,
    starter: str | None = None,
    watch: Sequence[probes.Probe] = (),
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
    state = {"name": name or recipe.name, "starter": starter, "snapshots": looks}
    folder = data_dir() / "runs"
    with wrap_os_errors():
        folder.mkdir(parents=True, exist_ok=True)
        with exclusive(folder) as home_lock:
            for left in (folder, data_dir() / "models"):
                remove_stale(left)
            run, lock = _create(folder, recipe, state, drawings, watch)
            with lock:
                processes.worker(run.folder, lock, home_lock)
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
    if run.is_active and run.is_requested("pause"):
        return run.cancel("pause")
    if run.status == "finished":
        raise RunFinished(run.id)
    with (
        wrap_os_errors(),
        exclusive(run.folder.parent) as home_lock,
        (run.folder / "lock").open("w") as lock,
    ):
        if not processes.try_lock(lock):  # only whoever is deleting it can have it
            raise RunNotFound(run.id)
        _renew(run)
        processes.worker(run.folder, lock, home_lock)
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
    with wrap_os_errors(), (run.folder / "lock").open("w") as lock:
        if not processes.try_lock(lock):
            raise RunActive(run.folder.name)
        remove_folder(run.folder)


def list_runs() -> list[Run]:
    """Every run on disk that can be read, the newest first."""
    found = [Run(folder) for folder in _folders() if not find_problem(folder)]
    started = {run: when for run in found if (when := _started(run)) is not None}
    return sorted(started, key=lambda run: started[run], reverse=True)


def list_damaged() -> list[DamagedRun]:
    """The folders among the runs that cannot be read as one."""
    return [
        DamagedRun(folder, wrong)
        for folder in sorted(_folders())
        if (wrong := find_problem(folder))
    ]


def get(run_id: str) -> Run:
    """The run with this id.

    Raises:
        RunNotFound: there is none.
    """
    for run in list_runs():
        if run.id == run_id:
            return run
    raise RunNotFound(run_id)


def active() -> Run | None:
    """The run that is going on, if there is one."""
    for run in list_runs():
        with suppress(FileNotFoundError):  # somebody has just discarded it
            if run.is_active:
                return run
    return None


def is_any_active() -> bool:
    """Whether there is a worker: as `active`, without a look at every run."""
    return processes.is_locked(data_dir() / "runs" / ".lock")


@contextmanager
def exclusive(folder: Path) -> Iterator[IO[str]]:
    """The lock of all runs, in their folder: while it is held, nobody can start one.

    Raises:
        RunActive: a run is going on.
    """
    with (folder / ".lock").open("w") as lock:
        for _ in range(TRIES):
            if processes.try_lock(lock):
                yield lock
                return
            if going_on := active():
                raise RunActive(going_on.id)  # else it just begins, or has just ended
    raise RunActive(None)


def _check_drawings(recipe: Recipe, drawings: Path | None) -> None:
    if bool(recipe.strokes) != bool(drawings):
        raise RecipeError("strokes", "the recipe and the file must both be given")
    if drawings and not pen_drawings.split(pen_drawings.read(drawings))[0]:
        raise StrokesUnreadable(
            str(drawings), "it needs drawings by two people or more"
        )


def _create(
    folder: Path,
    recipe: Recipe,
    state: dict[str, Any],
    drawings: Path | None,
    watch: Sequence[probes.Probe],
) -> tuple[Run, IO[str]]:
    """Make a run's folder, whole and locked before anybody sees it."""
    started = time.time()
    with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as scratch:
        new = Path(scratch) / "run"
        new.mkdir()
        write_json(new / "recipe.json", recipe.to_dict())
        if drawings:
            shutil.copyfile(drawings, new / "pen_drawings")
        for digit in watch:
            probes.add(new, digit)
        (new / "reserve").write_bytes(bytes(RESERVE))
        begun = {"status": "running", "stage": "starting", "started": started}
        write_json(new / "state.json", {**begun, **state})
        lock = (new / "lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(started))
        return Run(publish_folder(new, folder, f"{stamp}-{recipe.name}")), lock


def _renew(run: Run) -> None:
    """Have an ended run say that it begins."""
    state = run.state
    for name in RESULT:
        state.pop(name, None)
    for request in ("pause", "stop", "discard"):
        run.cancel(request)
    (run.folder / "reserve").write_bytes(bytes(RESERVE))
    begun = {"status": "running", "stage": "starting"}
    write_json(run.folder / "state.json", {**state, **begun})


def _folders() -> list[Path]:
    folder = data_dir() / "runs"
    if not folder.is_dir():
        return []
    return [path for path in folder.glob("[!.]*") if path.is_dir()]


def _started(run: Run) -> float | None:
    """When a run was started; None where somebody has just deleted it."""
    try:
        return run.state["started"]
    except FileNotFoundError:
        return None
