"""What happens at Ctrl-C in a terminal."""

import signal
from types import FrameType


class InterruptHandler:
    """Hears the signals that ask a command to end; a second one ends it at once.

    Raises:
        KeyboardInterrupt: at the second.
    """

    def __init__(self) -> None:
        self.heard = False

    def __enter__(self) -> "InterruptHandler":
        numbers = signal.SIGINT, signal.SIGTERM
        self.before = {number: signal.signal(number, self._hear) for number in numbers}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        if self.heard:
            raise KeyboardInterrupt
        self.heard = True
