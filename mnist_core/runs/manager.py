"""Runs on disk: start, resume, find and delete them.

    runs/<run id>/
        recipe.json      what is trained and how
        state.json       status, stage, who started it, and in the end the result
        metrics.jsonl    a line several times a second, written by the worker
        probes/          images that are followed; probes.jsonl, what it says of them
        snapshots.jsonl  its filters and its worst mistakes
        steering.jsonl   what was changed while it went on; steering.json, what is asked
        checkpoint/      what it needs to go on from the last whole epoch
        log.txt          what the worker printed
        strokes          the pen drawings it learns from as well, if there are any

A run is one training by one recipe, in a process of its own. This module never imports
TensorFlow, and names the worker only as a string.

    from mnist_core import recipes
    from mnist_core.runs import manager
    run = manager.start(recipes.get("quick"))
    run.read().status, run.metrics()
    run.request("pause")
    manager.resume(run)
"""

import fcntl
import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final, cast, get_args

from mnist_core.data import pen_drawings
from mnist_core.errors import (
    MnistError,
    NameInvalid,
    RecipeError,
    RunActive,
    RunDamaged,
    RunFinished,
    RunNotFound,
    StrokesUnreadable,
)
from mnist_core.recipes import Recipe
from mnist_core.runs import probes as run_probes
from mnist_core.runs import steering
from mnist_core.runs.probes import Probe
from mnist_core.runs.run import DamagedRun, Request, Run, RunState, StateValues
from mnist_core.storage import processes
from mnist_core.storage.paths import (
    NEW,
    check_name,
    data_dir,
    publish_folder,
    remove_folder,
    remove_stale,
    wrap_os_errors,
    write_json,
)
from mnist_core.storage.reading import is_regular, read_json

WORKER: Final = "mnist_core.training.worker"
TRIES: Final = 50  # tenths of a second, to get a lock that is changing hands
LOG: Final = logging.getLogger(__name__)
RESERVE: Final = 64 * 1024  # bytes, to write why it ended when the disk is full
KEPT: Final = ("number", "started", "name", "starter", "snapshots", "save_id")
"""What stays in the state when a run is resumed; the rest is its result."""


def start(
    recipe: Recipe,
    *,
    name: str | None = None,
    drawings: Path | None = None,
    starter: str | None = None,
    probes: Sequence[Probe] = (),
    snapshots: bool = True,
) -> Run:
    """Start a worker that trains by `recipe`.

    Args:
        recipe: what is trained and how.
        name: what the model will be called; the recipe's name if there is none.
        drawings: the file of pen drawings that the recipe names in `strokes`. The run
            keeps a copy: it stays what it was, whatever becomes of the file.
        starter: who starts it, for whoever asks later.
        probes: images to ask the network about while it learns, four at the most.
        snapshots: whether it is tested part-way through the epochs and looked into; the
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
    state: StateValues = {
        "name": name or recipe.name,
        "starter": starter,
        "snapshots": snapshots,
    }
    folder = data_dir() / "runs"
    with wrap_os_errors():
        folder.mkdir(parents=True, exist_ok=True)
        with exclusive(folder) as all_runs_lock:
            for stale in (data_dir(), folder, data_dir() / "models"):
                remove_stale(stale)
            run, lock = _create(folder, recipe, state, drawings, probes)
            with lock:
                _start_worker(run, lock, all_runs_lock)
    return run


def resume(run: Run) -> None:
    """Let a run go on: one that is paused at once, one that ended from its checkpoint.

    That is the end of its last whole epoch; what came after it is trained again.

    Raises:
        RunActive: another run is going on, or this one and it is not paused.
        RunFinished: it has come to its end.
        RunNotFound: it was deleted.
        RunDamaged: its files cannot be used.
        HomeUnwritable: the disk is full, say.
    """
    state = run.read()
    if state.is_active and "pause" in state.requests:
        return run.cancel("pause")
    if state.status == "finished":
        raise RunFinished(run.id)
    with (
        wrap_os_errors(),
        exclusive(run.folder.parent) as all_runs_lock,
        (run.folder / "lock").open("w") as lock,
    ):
        if not processes.try_lock(lock):  # held only by a concurrent delete()
            raise RunNotFound(run.id)
        _renew(run)
        _start_worker(run, lock, all_runs_lock)
    return None


def delete(run: Run | DamagedRun) -> None:
    """Delete a run that has ended, or a damaged one; its model stays.

    Raises:
        RunActive: it is going on.
        RunNotFound: it is gone already.
        HomeUnwritable: its folder cannot be removed.
    """
    if not run.folder.exists():
        raise RunNotFound(run.folder.name)
    path = run.folder / "lock"
    with wrap_os_errors(), ExitStack() as held:
        # Without a lock there is no worker; a pipe of that name would never open.
        if is_regular(path) and not run.folder.is_symlink():
            lock = held.enter_context(path.open("w"))
            if not processes.try_lock(lock):
                raise RunActive(run.folder.name)
        remove_folder(run.folder)


def read_runs() -> dict[Run, RunState]:
    """Read every run on disk that can be read, the newest first."""
    found = {each: state for each, state in _scan() if isinstance(state, RunState)}
    return dict(sorted(found.items(), key=lambda pair: pair[1].place, reverse=True))


def list_runs() -> list[Run]:
    """List every run on disk that can be read, the newest first."""
    return list(read_runs())


def list_damaged() -> list[DamagedRun]:
    """List the folders among the runs that cannot be read as one, by name."""
    damaged = [
        DamagedRun(run.folder, error.reason)
        for run, error in _scan()
        if isinstance(error, RunDamaged)
    ]
    return sorted(damaged, key=lambda each: each.folder)


def get(run_id: str) -> Run:
    """Return the run with this id.

    Raises:
        RunNotFound: there is none, or it is damaged.
    """
    run = Run(data_dir() / "runs" / run_id)
    try:
        check_name(run_id)
        run.read()
    except (NameInvalid, RunDamaged):
        raise RunNotFound(run_id) from None
    return run


def active() -> Run | None:
    """Return the run that is going on, if there is one."""
    return next((run for run, state in read_runs().items() if state.is_active), None)


def is_any_active() -> bool:
    """Tell whether there is a worker; cheaper than `active`, which reads every run."""
    return processes.is_locked(data_dir() / "runs" / ".lock")


@contextmanager
def exclusive(folder: Path) -> Iterator[IO[str]]:
    """Hold the lock of all runs, in their folder: nobody can start one meanwhile.

    Raises:
        RunActive: a run is going on.
    """
    with (folder / ".lock").open("w") as lock:
        for _ in range(TRIES):
            if processes.try_lock(lock):
                yield lock
                return
            if running := active():
                raise RunActive(running.id)
            # Otherwise the run just begins, or has just ended: try once more.
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
    state: StateValues,
    drawings: Path | None,
    probes: Sequence[Probe],
) -> tuple[Run, IO[str]]:
    """Make a run's folder, whole and locked before anybody sees it."""
    started = time.time()
    with tempfile.TemporaryDirectory(dir=folder, prefix=NEW) as scratch:
        new = Path(scratch) / "run"
        new.mkdir()
        write_json(new / "recipe.json", recipe.to_dict())
        if drawings:
            shutil.copyfile(drawings, new / "strokes")
        for probe in probes:
            run_probes.add(new, probe)
        # All runs are locked meanwhile: no two of them get the same number.
        number = 1 + max((each.number for each in read_runs().values()), default=0)
        _begin(new, {**state, "number": number, "started": started})
        lock = (new / "lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(started))
        return Run(publish_folder(new, folder, f"{stamp}-{recipe.name}")), lock


def _begin(folder: Path, state: StateValues) -> None:
    """Write that a run begins, and what its worker frees to write on a full disk."""
    (folder / "reserve").write_bytes(bytes(RESERVE))
    begun: StateValues = {**state, "status": "running", "stage": "starting"}
    write_json(folder / "state.json", begun)


def _renew(run: Run) -> None:
    """Have a run that has ended begin again."""
    for request in get_args(Request):
        run.cancel(request)
    steering.take_step(run.folder)
    steering.end_step(run.folder)
    remove_stale(run.folder)
    known = read_json(run.folder / "state.json", StateValues)
    kept = {key: value for key, value in known.items() if key in KEPT}
    _begin(run.folder, cast(StateValues, kept))


def _start_worker(run: Run, lock: IO[str], all_runs_lock: IO[str]) -> None:
    locks = [lock, all_runs_lock]
    processes.start(WORKER, str(run.folder), log=run.folder / "log.txt", locks=locks)
    LOG.info("training started: %s", run.id)
    threading.Thread(target=_log_end, args=(run,), daemon=True).start()


def _log_end(run: Run) -> None:
    """Wait for a run's worker and log how it ended; one that was killed cannot."""
    run.wait()
    try:
        state = run.read()
    except MnistError:  # its folder is gone
        LOG.info("training discarded: %s", run.id)
        return
    is_as_wanted = state.status in ("finished", "stopped")
    level = logging.INFO if is_as_wanted else logging.WARNING
    why = f": {state.reason}" if state.reason else ""
    LOG.log(level, "training %s: %s%s", state.status, run.id, why)


def _scan() -> Iterator[tuple[Run, RunState | MnistError]]:
    """Read each folder among the runs; one that goes meanwhile is left out."""
    folder = data_dir() / "runs"
    for path in folder.glob("[!.]*") if folder.is_dir() else ():
        run = Run(path)
        try:
            yield run, run.read()
        except RunDamaged as error:
            if path.is_dir():
                yield run, error
        except RunNotFound:
            continue
