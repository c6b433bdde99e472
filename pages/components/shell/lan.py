"""This machine's address in the local network, found without sending anything.

python -c "from pages.components.shell import lan; print(lan.address())"
"""

import socket
from contextlib import suppress
from typing import Final

from pages.components.shared.loopback import is_loopback

OUTSIDE: Final = "192.0.2.1"  # nobody's (RFC 5737): the way there leads out of here


def address() -> str | None:
    """Return an IPv4 address at which others in the network reach this machine."""
    for find in (_at_the_way_out, _by_host_name):
        for host in find():
            if not is_loopback(host):
                return host
    return None


def _at_the_way_out() -> list[str]:
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((OUTSIDE, 1))  # of a datagram socket this only looks up the way
        return [str(probe.getsockname()[0])]
    return []


def _by_host_name() -> list[str]:
    """Look up this machine's name: a hotspot's network, say, has no way out."""
    with suppress(OSError):
        found = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        return [str(where[0]) for *_, where in found]
    return []
