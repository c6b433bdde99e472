"""The worker: one run in a process of its own.

    python -m mnist_core.training.worker var/runs/20261122-101500-quick

`mnist_core.runs.manager` makes the folder and starts this module by its name.
"""

import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Final

from mnist_core.errors import ClusterUnavailable, MnistError, describe
from mnist_core.models import keras_startup
from mnist_core.runs import manager, queue
from mnist_core.runs.run import Run
from mnist_core.storage.paths import remove_folder
from mnist_core.training.control import Control, RunDiscarded, RunStopped

THEN: Final = "resume the run"  # where there is room on the disk again


def main() -> int:
    """Train the run whose folder is the one argument; return the exit status.

    Whatever ends the run, its state says why in words, and the next one in line begins.
    """
    run = Run(Path(sys.argv[1]))
    queue.leave(run)  # whoever started this may have been killed before it did so
    status = work(run, train_there if os.environ.get(queue.CLUSTER) else train_here)
    start_next()
    return status


def work(run: Run, train: Callable[[Run, Control], None]) -> int:
    """Do a worker's work on a run, in whichever process; return the exit status."""
    control = Control(run)
    reserve = run.folder / "reserve"
    try:
        _work(run, control, train)
    except Exception as error:
        # On a full disk this makes room to say so.
        reserve.unlink(missing_ok=True)
        reason = describe(error, then=THEN)
        run.update(status="failed", reason=reason, stage="ended", ended=time.time())
        traceback.print_exc()
        return 1
    finally:
        reserve.unlink(missing_ok=True)
    return 0


def start_next() -> None:
    """Start what waits in line, as far as that is possible."""
    try:
        manager.start_next()
    except MnistError as error:  # whoever comes by next starts it
        print(f"The next run in line was not started: {error}")


def train_here(run: Run, control: Control) -> None:
    """Train the run on this machine."""
    run.update(stage="loading TensorFlow")
    with keras_startup.fast_import():
        from mnist_core.training import fit  # noqa: PLC0415 - it takes seconds

    fit.train(run, control)


def train_there(run: Run, control: Control) -> None:
    """Train the run on the cluster.

    Raises:
        ClusterUnavailable: Ray is not installed.
    """
    try:
        from mnist_core.training import cluster  # noqa: PLC0415 - few have Ray
    except ModuleNotFoundError as error:
        raise ClusterUnavailable(
            f"{queue.CLUSTER} is set, but {error.name} is not installed. Start the app "
            f"by make, which installs it, or without {queue.CLUSTER}."
        ) from error
    cluster.train(run, control)


def _work(run: Run, control: Control, train: Callable[[Run, Control], None]) -> None:
    run.update(pid=os.getpid())
    try:
        train(run, control)
    except RunDiscarded:
        return remove_folder(run.folder)
    except RunStopped as stopped:
        run.update(status=stopped.status, reason=str(stopped))
    return run.update(stage="ended", ended=time.time())


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is on disk. Python would first take TensorFlow apart, with the locks
    # still held: 3.3 s instead of 0.15 (median of five, a busy machine). Whoever starts
    # the next run would wait.
    os._exit(status)
