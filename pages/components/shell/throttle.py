"""Slow down who guesses: each wrong guess has the next one wait for longer."""

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Final

FIRST: Final = 1.0  # seconds after the first wrong guess; twice that after each other
LONGEST: Final = 60.0  # seconds
MOMENT: Final = 0.1  # seconds for everybody: one person may have many addresses
MOST: Final = 1000  # addresses that are remembered


class Throttle:
    """Says how long an address has to wait until a guess from it is looked at."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all_wait_until = 0.0
        self._wrong: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def seconds_left(self, address: str) -> float:
        """Return how many seconds are left; 0 or less where a guess is looked at."""
        _, until = self._wrong.get(network_of(address), (0.0, 0.0))
        return max(until, self._all_wait_until) - self._clock()

    def note_wrong(self, address: str) -> None:
        """Have an address wait, longer than the last time, and all others a moment."""
        now, network = self._clock(), network_of(address)
        last, _ = self._wrong.pop(network, (0.0, 0.0))
        pause = min(2 * last, LONGEST) or FIRST
        self._wrong[network] = pause, now + pause
        self._all_wait_until = now + MOMENT
        if len(self._wrong) > MOST:
            self._wrong.popitem(last=False)

    def forget(self, address: str) -> None:
        """Forget the wrong guesses of an address: it knows the right one."""
        self._wrong.pop(network_of(address), None)


def network_of(address: str) -> str:
    """Return whose address it is: whoever has one of IPv6 has 2 ** 64 of them."""
    try:
        ip = ip_address(address)
    except ValueError:  # no address, such as a socket's path
        return address
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is None:
        return f"{int(ip) >> 64:x}"
    return address
