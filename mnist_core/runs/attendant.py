"""Start what waits in line while a server is there: a worker that was killed cannot.

with attendant.on_duty():
    serve()
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from mnist_core.errors import MnistError
from mnist_core.runs import manager

SECONDS_PER_LOOK: Final = 2
LOG: Final = logging.getLogger(__name__)


@contextmanager
def on_duty() -> Iterator[None]:
    """Have a thread look again and again whether somebody's turn has come."""
    ended = threading.Event()
    thread = threading.Thread(target=_attend, args=(ended,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _attend(ended: threading.Event) -> None:
    told = ""
    while not ended.is_set():
        try:
            manager.start_next()
        except (MnistError, OSError) as error:
            if str(error) != told:  # not every two seconds
                LOG.warning("the next in line was not started: %s", error)
            told = str(error)
        ended.wait(SECONDS_PER_LOOK)
