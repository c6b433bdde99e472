"""Tell this very machine's own names and addresses from all others.

is_loopback("127.0.0.1")    # True
"""

from ipaddress import ip_address


def is_loopback(host: str | None) -> bool:
    """Return whether this name or address means the machine of whoever uses it."""
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"
