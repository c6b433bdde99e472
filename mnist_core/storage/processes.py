"""Start a process of its own, such as a run's worker, and locks that say one is there.

A lock taken with flock belongs to the open file, which the worker inherits: there is
no moment in which nobody holds it, and it is free when the worker is gone, however it
went. A worker holds two: that of its run's folder, and that of all runs, so that there
is one worker at a time.
"""

import fcntl
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from mnist_core.storage.paths import CHECKOUT

WORKER = "mnist_core.training.worker"
NICE = 10  # the pages come first
PATHS = "MNIST_HOME", "MNIST_NPZ", "MNIST_STROKES"
LOOKS, SECONDS_PER_LOOK = 10, 0.01  # at a lock that is taken


def worker(run: Path, lock: IO[str], others: IO[str]) -> None:
    """Start a worker for the run in this folder and hand it both locks."""
    start(WORKER, str(run), log=run / "log.txt", locks=[lock, others])


def start(
    module: str,
    *arguments: str,
    log: Path,
    locks: Sequence[IO[str]],
    nice: int = NICE,
) -> None:
    """Run a module of this package in a process of its own and hand it these locks.

    Args:
        module: its name, such as `WORKER`; it need not be imported here.
        arguments: of its command line.
        log: the file that gets what it prints.
        locks: open files, whose locks are free when it is gone.
        nice: how far it stands back for others, 0 to 19.
    """
    polite = "nice", "-n", str(nice)
    with log.open("a") as printed:
        started = subprocess.Popen(
            [*polite, sys.executable, "-m", module, *arguments],
            cwd=CHECKOUT,
            env={**os.environ, **_absolute_paths()},
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            pass_fds=[lock.fileno() for lock in locks],
            start_new_session=True,  # a Ctrl-C for the server is not for it
        )
    # Somebody has to collect its exit status, or it stays a zombie.
    threading.Thread(target=started.wait, daemon=True).start()


def try_lock(lock: IO[str]) -> bool:
    """Take the lock of an open file, unless somebody has it.

    Whoever asks `is_taken` has it, too, for less than a moment: that does not count.
    """
    for _ in range(LOOKS):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(SECONDS_PER_LOOK)
        else:
            return True
    return False


def is_locked(path: Path) -> bool:
    """Whether somebody holds the lock of the file at `path`; False if there is none."""
    try:
        with path.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except (FileNotFoundError, NotADirectoryError):
        return False
    return False


def wait(path: Path) -> None:
    """Return when nobody holds the lock of the file at `path`, or there is none."""
    with suppress(FileNotFoundError), path.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)


def _absolute_paths() -> dict[str, str]:
    """The variables that name paths, for a process in another working directory."""
    named = {name: os.environ.get(name) for name in PATHS}
    return {
        name: str(Path(path).expanduser().absolute())
        for name, path in named.items()
        if path
    }
