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
        waiting.json     its ticket, while it waits for its turn; see `queue`

A run is one training by one recipe, in a process of its own. This module never imports
TensorFlow, and names the worker only as a string.

    from mnist_core import recipes
    from mnist_core.runs import manager
    run = manager.start(recipes.get("quick"))
    run.read().status, run.metrics()
    run.request("pause")
    manager.resume(run)
"""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Final

from mnist_core.errors import (
    HomeUnwritable,
    MnistError,
    NameInvalid,
    RunActive,
    RunDamaged,
    RunFinished,
    RunNotFound,
)
from mnist_core.recipes import Recipe
from mnist_core.runs import folders, queue
from mnist_core.runs.probes import Probe
from mnist_core.runs.run import TICKET, DamagedRun, Run, RunState, StateValues
from mnist_core.storage import processes
from mnist_core.storage.paths import (
    check_name,
    data_dir,
    remove_folder,
    remove_stale,
    wrap_os_errors,
)
from mnist_core.storage.reading import is_regular

WORKER: Final = "mnist_core.training.worker"
LOG: Final = logging.getLogger(__name__)


def start(
    recipe: Recipe,
    *,
    name: str | None = None,
    drawings: Path | None = None,
    starter: str | None = None,
    probes: Sequence[Probe] = (),
    snapshots: bool = True,
    wait: bool = False,
) -> Run:
    """Start a worker that trains by `recipe`, or put the run in line for one.

    Args:
        recipe: what is trained and how.
        name: what the model will be called; the recipe's name if there is none.
        drawings: the file of pen drawings that the recipe names in `strokes`. The run
            keeps a copy: it stays what it was, whatever becomes of the file.
        starter: who starts it, for whoever asks later.
        probes: images to ask the network about while it learns, four at the most.
        snapshots: whether it is tested part-way through the epochs and looked into; the
            result is the same without.
        wait: whether it waits for its turn while others go on.

    Raises:
        RunActive: it would have to wait. Two starts at once cannot both win.
        QueueFull: the starter has as many runs in line as one can have.
        NameInvalid: `name` cannot name a folder.
        StrokesUnreadable: the file of pen drawings cannot be read, or one person drew
            all of it, so that nobody could be held out.
        RecipeError: the recipe names a file of pen drawings and there is none, or the
            other way round.
        HomeUnwritable: the disk is full, say.
    """
    known: StateValues = {
        "name": name or recipe.name,
        "starter": starter,
        "snapshots": snapshots,
    }
    (run,) = _start([recipe], known, drawings=drawings, probes=probes, wait=wait)
    return run


def start_sweep(
    recipes: Sequence[Recipe],
    sweep: str,
    *,
    drawings: Path | None = None,
    starter: str | None = None,
) -> None:
    """Put the runs of a sweep in line, as `start` does with one that may wait.

    Args:
        recipes: of the runs; name and `strokes` are the same in all.
        sweep: its id.
        drawings: the file of pen drawings that the recipes name in `strokes`.
        starter: who starts it, for whoever asks later.
    """
    known: StateValues = {
        "name": recipes[0].name,
        "starter": starter,
        "snapshots": True,
        "sweep": sweep,
    }
    _start(recipes, known, drawings=drawings, probes=(), wait=True)


def resume(run: Run, *, wait: bool = False) -> None:
    """Let a run go on: one that is paused at once, one that ended from its checkpoint.

    That is the end of its last whole epoch; what came after it is trained again.

    Args:
        run: the run; nothing happens to one that waits for its turn already.
        wait: whether it waits for its turn while others go on.

    Raises:
        RunActive: it would have to wait, or it goes on and is not paused.
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
    with queue.exclusive():
        if run.read().is_active:
            raise RunActive(run.id)
        if not state.ticket:
            starter = None if state.sweep else state.starter
            queue.check_turn(read_runs(), starter, wait=wait)
            queue.join(run)
        _fill_slots()
    return None


def start_next() -> None:
    """Start the runs whose turn it is, if there are free slots and runs in line.

    The worker that ends does so, and whoever finds a line: doing it twice is no harm.

    Raises:
        HomeUnwritable: the disk is full, say.
    """
    if any((run.folder / TICKET).exists() for run in _folders()):
        with queue.exclusive():
            _fill_slots()


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


def list_alive() -> list[Run]:
    """List the runs that have a worker; cheaper than to read every run.

    One that has just ended may be among them for a moment.
    """
    return [run for run in _folders() if run.is_alive()]


def is_any_active() -> bool:
    """Tell whether there is a worker; cheaper than `active`, which reads every run."""
    return any(run.is_alive() for run in _folders())


def _start(
    recipes: Sequence[Recipe],
    known: StateValues,
    *,
    drawings: Path | None,
    probes: Sequence[Probe],
    wait: bool,
) -> list[Run]:
    """Put runs in line, of which all but the number is `known`, and start the next."""
    check_name(known["name"])
    folders.check_drawings(recipes[0], drawings)
    folder, made = data_dir() / "runs", []
    with queue.exclusive():
        for stale in (data_dir(), folder, data_dir() / "models"):
            remove_stale(stale)
        states = read_runs()
        limited = None if "sweep" in known else known["starter"]
        queue.check_turn(states, limited, wait=wait)
        # The queue is locked meanwhile: no two runs get the same number.
        last = max((each.number for each in states.values()), default=0)
        for number, recipe in enumerate(recipes, last + 1):
            state: StateValues = {**known, "number": number}
            run = folders.create(
                folder, recipe, state, drawings=drawings, probes=probes
            )
            made.append(run)
        _fill_slots()
    return made


def _fill_slots() -> None:
    """Start what waits as far as there are free slots. The queue's lock is held."""
    states, problem = read_runs(), None
    free = queue.free_slots(states)
    for run in queue.in_turn(states):
        if free <= 0:
            break
        try:
            free -= _begin(run)
        except HomeUnwritable as error:  # one bad folder does not hold up the others
            problem = error
    if problem:
        raise problem


def _begin(run: Run) -> bool:
    """Have a run begin whose turn it is; return False if it is being deleted."""
    with ExitStack() as held, wrap_os_errors():
        try:
            lock = held.enter_context((run.folder / "lock").open("w"))
        except FileNotFoundError:
            return False
        if not processes.try_lock(lock):  # held only by a concurrent delete()
            return False
        folders.renew(run)
        _start_worker(run, lock)
        # Last: where this process ends before, the run still waits. The worker, too,
        # takes the ticket.
        queue.leave(run)
    return True


def _start_worker(run: Run, lock: IO[str]) -> None:
    """Start a run's worker, and hand it the lock of the run's folder."""
    processes.start(WORKER, str(run.folder), log=run.folder / "log.txt", locks=[lock])
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
    for run in _folders():
        try:
            yield run, run.read()
        except RunDamaged as error:
            if run.folder.is_dir():
                yield run, error
        except RunNotFound:
            continue


def _folders() -> Iterator[Run]:
    folder = data_dir() / "runs"
    return map(Run, folder.glob("[!.]*") if folder.is_dir() else ())
