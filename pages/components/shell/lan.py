"""This machine's address in the local network, found without sending anything.

python -c "from mnist_core import lan; print(lan.address())"
"""

import socket
from contextlib import suppress
from ipaddress import ip_address
from typing import Final

OUTSIDE: Final = "192.0.2.1"  # nobody's (RFC 5737): the way there leads out of here


def address() -> str | None:
    """An IPv4 address at which others in the network reach this machine, or None."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((OUTSIDE, 1))  # of a datagram socket this only looks up the way
        if not is_local(found := probe.getsockname()[0]):
            return found
    with suppress(OSError):  # a network without a way out, such as a hotspot's
        for *_, (found, _) in socket.getaddrinfo(
            socket.gethostname(), None, socket.AF_INET
        ):
            if not is_local(found):
                return found
    return None


def is_local(host: str) -> bool:
    """Whether this name or number means the machine itself, to whoever uses it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
