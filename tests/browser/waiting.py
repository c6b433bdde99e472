"""Wait for something to happen, but never without a limit."""

import re
import time
from collections.abc import Callable

PAUSE = 0.1  # seconds between two looks

LEARNING = re.compile(r"^Training .* epoch \d+\.\d of")
"""What the Train page says of a run that learns; an epoch, it says of others, too."""


def wait_until(
    condition: Callable[[], object], *, seconds: float, problem: str
) -> None:
    """Return when the condition holds.

    Raises:
        TimeoutError: it does not after so many seconds; the message is `problem`.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{problem} (waited {seconds:.0f} seconds)")
        time.sleep(PAUSE)
