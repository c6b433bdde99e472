"""Have a thread of this process do something again and again."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def repeating(do: Callable[[], object], *, seconds: float) -> Iterator[None]:
    """Do something at once and then every so many seconds, in a thread of its own.

    At the end it is waited for until it is done.
    """
    ended = threading.Event()

    def repeat() -> None:
        while not ended.is_set():
            do()
            ended.wait(seconds)

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
