"""Start a run's worker, and the locks that say whether one is there.

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
from contextlib import suppress
from pathlib import Path
from typing import IO

from mnist_core.home import CHECKOUT

WORKER = "mnist_core.worker"
POLITE = "nice", "-n", "10"  # the pages come first
PATHS = "MNIST_HOME", "MNIST_NPZ", "MNIST_STROKES"
LOOKS, SECONDS_PER_LOOK = 10, 0.01  # at a lock that is taken


def worker(run: Path, lock: IO[str], others: IO[str]) -> None:
    """Start a worker for the run in this folder and hand it both locks."""
    with (run / "log.txt").open("a") as log:
        process = subprocess.Popen(
            [*POLITE, sys.executable, "-m", WORKER, str(run)],
            cwd=CHECKOUT,
            env={**os.environ, **_absolute_paths()},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=(lock.fileno(), others.fileno()),
            start_new_session=True,  # a Ctrl-C for the server is not for the worker
        )
    # Somebody has to collect the worker's exit status, or it stays a zombie.
    threading.Thread(target=process.wait, daemon=True).start()


def take(lock: IO[str]) -> bool:
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


def is_taken(path: Path) -> bool:
    """Whether somebody holds the lock of the file at `path`."""
    try:
        with path.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
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
