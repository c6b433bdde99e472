"""Pause, stop, discard and the system's signals, as a worker meets them.

control = Control(run)
control.check()                       # between two batches
"""

import math
import time

from mnist_core.runs import steering
from mnist_core.runs.run import Run, Status
from mnist_core.storage.processes import SignalListener

SECONDS_PER_CHECK = 0.05  # while paused


class RunStopped(Exception):
    """The run ends here, and no model is kept; the message says why."""

    status: Status = "stopped"


class RunInterrupted(RunStopped):
    """Its machine is gone; the run can go on elsewhere, after its last whole epoch."""

    status: Status = "interrupted"


class RunDiscarded(RunStopped):
    """Somebody wants neither the run nor its model."""


class Clock:
    """Seconds of work: it stands still while the run is paused.

    A run that is resumed goes on from the seconds that it had `before`.
    """

    def __init__(self, before: float = 0.0) -> None:
        self._began = time.monotonic() - before

    @property
    def seconds(self) -> float:
        """Return the seconds since the training began."""
        return time.monotonic() - self._began

    def skip(self, seconds: float) -> None:
        """Leave these seconds out."""
        self._began += seconds


class Control:
    """Asks the run's folder and the system, between two batches, what is requested."""

    def __init__(self, run: Run) -> None:
        self.run, self.clock, self.signals = run, Clock(), SignalListener()
        # So many batches a paused run goes on for; infinitely many: to the epoch's end.
        self._batches = 0.0

    def check(self) -> None:
        """Return when the work is to go on; while the run is paused, wait.

        Raises:
            RunStopped: it is not to go on.
        """
        self.raise_if_ended()
        if self._is_paused():
            self._pause()

    def count_batch(self) -> None:
        """Count a batch of the training; a paused run goes on for so many at a time."""
        self._batches = max(self._batches - 1, 0)

    def count_epoch(self) -> None:
        """Note the end of an epoch; a paused run goes on for one at a time."""
        if self._batches == math.inf:
            self._batches = 0

    def check_before_training(self) -> None:
        """Check, and let a stop end the run, too: there is no model to keep yet.

        Raises:
            RunStopped: the work is not to go on.
        """
        self.check()
        self.raise_if_stopped()

    def raise_if_stopped(self) -> None:
        """Let a stop end the run, where nothing was trained that could be kept.

        Raises:
            RunStopped: that was requested.
        """
        if self.run.is_requested("stop"):
            raise RunStopped(
                "Stopped before the training went on: there is no model to keep."
            )

    def raise_if_ended(self) -> None:
        """Let a discard or a signal end the run; a pause does not hold this up.

        Raises:
            RunStopped: one of them came.
        """
        if self.run.is_requested("discard"):
            raise RunDiscarded
        if self.signals.received:
            raise RunStopped(
                "The system ended it. Resume it to go on after its last epoch."
            )

    def _is_paused(self) -> bool:
        """Tell whether to wait; a pause is requested while it goes on step by step."""
        if not self.run.is_requested("pause"):
            self._batches = 0
            return False
        if taken := steering.take_step(self.run.folder):
            batches = taken["batches"]
            self._batches += math.inf if batches is None else batches
        return not self._batches and not self.run.is_requested("stop")

    def _pause(self) -> None:
        began = time.monotonic()
        self.run.update(status="paused")
        steering.end_step(self.run.folder)
        while self._is_paused():
            time.sleep(SECONDS_PER_CHECK)
            self.raise_if_ended()
        self.run.update(status="running")
        self.clock.skip(time.monotonic() - began)
