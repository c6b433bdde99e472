"""Pause, stop, discard and the system's signals, as a worker meets them.

control = Control(run)
control.check()                       # between two batches
"""

import time

from mnist_core.runs.run import Run
from mnist_core.storage.processes import SignalListener

SECONDS_PER_CHECK = 0.05  # while paused


class RunStopped(Exception):
    """The run ends here, and no model is kept; the message says why."""


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

    def check(self) -> None:
        """Return when the work is to go on; while the run is paused, wait.

        Raises:
            RunStopped: it is not to go on.
        """
        self._raise_if_ended()
        if self._is_paused():
            self._pause()

    def check_before_training(self) -> None:
        """Check, and let a stop end the run, too: there is no model to keep yet.

        Raises:
            RunStopped: the work is not to go on.
        """
        self.check()
        if self.run.is_requested("stop"):
            raise RunStopped(
                "Stopped before the training went on: there is no model to keep."
            )

    def _is_paused(self) -> bool:
        return self.run.is_requested("pause") and not self.run.is_requested("stop")

    def _pause(self) -> None:
        began = time.monotonic()
        self.run.update(status="paused")
        while self._is_paused():
            time.sleep(SECONDS_PER_CHECK)
            self._raise_if_ended()
        self.run.update(status="running")
        self.clock.skip(time.monotonic() - began)

    def _raise_if_ended(self) -> None:
        if self.run.is_requested("discard"):
            raise RunDiscarded
        if self.signals.received:
            raise RunStopped(
                "The system ended it. Resume it to go on after its last epoch."
            )
