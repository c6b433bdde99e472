"""What a worker loads first, loaded once; and the worker, forked from there."""

import os
import sys
from collections.abc import Callable
from multiprocessing import reduction
from typing import Any

from mnist_core import data
from mnist_core.models import keras_startup
from mnist_core.storage import processes
from mnist_core.training import worker

if "forkserver" in " ".join(sys.orig_argv):
    with keras_startup.fast_import():
        from mnist_core.training import fit  # noqa: F401
    data.load_synthetic()


class OpenFile:
    """An open file that a process hands to another, where it is a number."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __reduce__(self) -> tuple[Callable[[Any], int], tuple[Any]]:
        return _detach, (reduction.DupFd(self.number),)


def _detach(handed: Any) -> int:
    number: int = handed.detach()
    return number


def work(
    folder: str, environment: dict[str, str], first: str, log: int, *_locks: int
) -> None:
    """Run some code, and then be the worker of the run in this folder.

    Its locks are held while this process lives.
    """
    os.setsid()
    os.nice(processes.NICE)
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    print("forked, with TensorFlow loaded", flush=True)
    exec(first, {})
    sys.argv = [worker.__file__, folder]
    sys.exit(worker.main())
