"""What a worker is told while it works: pause, stop, discard, and the system's signals.

orders = Orders(run)
orders.listen()                       # to SIGINT and SIGTERM
orders.check()                         # between two batches
"""

import signal
import time
from types import FrameType

from mnist_core.runs.run import Run

SECONDS_PER_LOOK = 0.05  # while paused, for the word to go on


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
        """Since the training began."""
        return time.monotonic() - self._began

    def skip(self, seconds: float) -> None:
        """Do not count these."""
        self._began += seconds


class Control:
    """Asks the run's folder and the system, between two batches, what is wanted."""

    def __init__(self, run: Run) -> None:
        self.run, self.clock, self.signalled = run, Clock(), False

    def listen(self) -> None:
        """Hear the signals that ask a process to end; a second one ends it at once."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._hear)

    def check(self) -> None:
        """Return when the work is to go on; while the run is paused, wait.

        Raises:
            Ended: it is not.
        """
        self._end_if_wanted()
        if self.run.is_requested("pause") and not self.run.is_requested("stop"):
            self._pause()

    def check_before_training(self) -> None:
        """As `obey`, but a stop ends the run, too: there is nothing to keep yet.

        Raises:
            Ended: the work is not to go on.
        """
        self.check()
        if self.run.is_requested("stop"):
            raise RunStopped(
                "Stopped before the training went on: there is no model to keep."
            )

    def _pause(self) -> None:
        began = time.monotonic()
        self.run.update(status="paused")
        while self.run.is_requested("pause") and not self.run.is_requested("stop"):
            time.sleep(SECONDS_PER_LOOK)
            self._end_if_wanted()
        self.run.update(status="running")
        self.clock.skip(time.monotonic() - began)

    def _end_if_wanted(self) -> None:
        if self.run.is_requested("discard"):
            raise RunDiscarded
        if self.signalled:
            raise RunStopped(
                "The system ended it. Resume it to go on after its last epoch."
            )

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        self.signalled = True
        signal.signal(number, signal.SIG_DFL)
