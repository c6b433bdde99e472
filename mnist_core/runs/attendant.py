"""Start what waits in line while a server is there: a worker that was killed cannot.

with attendant.on_duty():
    serve()
"""

import logging
from contextlib import AbstractContextManager
from typing import Final

from mnist_core.errors import MnistError
from mnist_core.runs import manager
from mnist_core.storage import threads

SECONDS_PER_LOOK: Final = 2
LOG: Final = logging.getLogger(__name__)


def on_duty() -> AbstractContextManager[None]:
    """Have a thread look again and again whether somebody's turn has come."""
    return threads.repeating(_Attendant().look, seconds=SECONDS_PER_LOOK)


class _Attendant:
    """Starts the next in line, and tells of what prevents it once."""

    def __init__(self) -> None:
        self.told = ""

    def look(self) -> None:
        try:
            manager.start_next()
        except (MnistError, OSError) as error:
            if str(error) != self.told:  # not every two seconds
                LOG.warning("the next in line was not started: %s", error)
            self.told = str(error)
