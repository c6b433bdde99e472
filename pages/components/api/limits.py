"""Let few requests in at a time, and from each address few in a minute.

The pages stand on the same processor: however much programs ask, people go on drawing.
"""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request

from pages.components.shell.throttle import MOST, network_of

EVERY: Final = 0.5  # seconds: two requests a second of an address, in the long run
BURST: Final = 60  # requests of an address at once, after a pause
MOST_INSIDE: Final = 8  # requests whose pictures are in memory
SECONDS_TO_SEND: Final = 30  # that a body may take to arrive
TOO_OFTEN: Final = "Too many requests. Try again in {seconds} s."
BUSY: Final = "Too many requests at the same time. Try again in a second."
TOO_LARGE: Final = "This is too large: {most:,} bytes is the most."
TOO_SLOW: Final = f"Nothing more came for {SECONDS_TO_SEND} s. Try again."


class Rate:
    """Counts the requests of each address, by the generic cell rate algorithm."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._due: OrderedDict[str, float] = OrderedDict()  # when all are worked off

    def count(self, address: str) -> None:
        """Count a request.

        Raises:
            HTTPException: 429, the address has asked too often.
        """
        now, network = self._clock(), network_of(address)
        due = max(self._due.pop(network, now), now)
        wait = due - now - (BURST - 1) * EVERY
        self._due[network] = due if wait > 0 else due + EVERY
        if len(self._due) > MOST:
            self._due.popitem(last=False)
        if wait > 0:
            seconds = math.ceil(wait)
            retry = {"Retry-After": str(seconds)}
            raise HTTPException(429, TOO_OFTEN.format(seconds=seconds), retry)


class Places:
    """Holds few places for requests, of which one is answered at a time."""

    def __init__(self) -> None:
        self._taken = 0
        self.turn = asyncio.Lock()

    @asynccontextmanager
    async def take(self) -> AsyncIterator[None]:
        """Take a place for as long as a request's pictures are in memory.

        Raises:
            HTTPException: 503, there is none.
        """
        if self._taken >= MOST_INSIDE:
            raise HTTPException(503, BUSY, {"Retry-After": "1"})
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1


async def read_body(request: Request, *, most: int) -> bytes:
    """Return a request's body, of so many bytes at the most.

    Raises:
        HTTPException: 408, it took too long; 413, it is longer.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS_TO_SEND):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise HTTPException(413, TOO_LARGE.format(most=most))
    except TimeoutError as error:
        raise HTTPException(408, TOO_SLOW) from error
    return bytes(body)
