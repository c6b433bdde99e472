"""Worker processes, the locks that say one is there, and the signals that end one.

A lock taken with flock belongs to the open file, which the worker inherits: there is
no moment in which nobody holds it, and it is free when the worker is gone, however it
went.
"""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO, Self

from mnist_core.storage.paths import CHECKOUT
from mnist_core.storage.reading import open_regular

NICE = 10  # the pages come first
PATHS = "MNIST_HOME", "MNIST_NPZ", "MNIST_STROKES"
TRIES, SECONDS_PER_TRY = 10, 0.01  # to take a lock that somebody has


def start(
    module: str,
    *arguments: str,
    log: Path,
    locks: Sequence[IO[str]],
    nice: int = NICE,
) -> None:
    """Start a module of this package in a process of its own and hand it these locks.

    Args:
        module: its name, such as "mnist_core.training.worker"; the caller need not
            import it.
        arguments: of its command line.
        log: the file that gets what it prints.
        locks: open files, whose locks are free when the process is gone.
        nice: how far it stands back for others, 0 to 19.
    """
    # A worker that starts the next one stands back already.
    polite = "nice", "-n", str(max(nice - os.nice(0), 0))
    with log.open("a") as printed:
        started = subprocess.Popen(
            [*polite, sys.executable, "-m", module, *arguments],
            cwd=CHECKOUT,
            env={**os.environ, **absolute_paths()},
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            pass_fds=[lock.fileno() for lock in locks],
            start_new_session=True,  # a Ctrl-C for the server must not reach it
        )
    # The process stays a zombie until its exit status is collected.
    threading.Thread(target=started.wait, daemon=True).start()


def absolute_paths() -> dict[str, str]:
    """Return the variables that name paths, fit for another working directory."""
    named = {name: os.environ.get(name) for name in PATHS}
    return {
        name: str(Path(path).expanduser().absolute())
        for name, path in named.items()
        if path
    }


def try_lock(lock: IO[str]) -> bool:
    """Take the lock of an open file; return False where another process holds it.

    `is_locked` takes the lock for less than a moment, too, so one refusal is not
    believed.
    """
    for _ in range(TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(SECONDS_PER_TRY)
        else:
            return True
    return False


def is_locked(path: Path) -> bool:
    """Tell whether a process holds the lock of a file; False if there is no file."""
    try:
        with open_regular(path) as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # there is none, or a pipe, which would never open
        return False
    return False


@contextmanager
def present_at(path: Path) -> Iterator[bool]:
    """Be known to be here by the lock of a file; tell whether nobody else is.

    True as well where there can be no such file: in a read-only folder, say.
    """
    with ExitStack() as held:
        alone = True
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = held.enter_context(path.open("w"))
            alone = try_lock(lock)
            fcntl.flock(lock, fcntl.LOCK_SH)  # together with those that come later
        yield alone


def wait(path: Path) -> None:
    """Return when nobody holds the lock of the file at `path`, or there is no file."""
    with suppress(FileNotFoundError), path.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)


class SignalListener:
    """Notes the first SIGINT or SIGTERM; a second one acts as it did before.

    Outside of the main thread, which alone is told of them, it notes none. As a context
    manager it gives the signals back at the end.
    """

    def __init__(self) -> None:
        self.received = False
        is_told = threading.current_thread() is threading.main_thread()
        numbers = (signal.SIGINT, signal.SIGTERM) if is_told else ()
        self._before = {each: signal.signal(each, self._note) for each in numbers}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._give_back()

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.received = True
        self._give_back()

    def _give_back(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
