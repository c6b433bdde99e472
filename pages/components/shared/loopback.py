"""Tell this very machine's own names and addresses from all others.

is_loopback("127.0.0.1")          # True
host_name("localhost:8501")       # "localhost", as a request's Host header has it
"""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_loopback(host: str | None) -> bool:
    """Return whether this name or address means the machine of whoever uses it."""
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"


def host_name(host: str | None) -> str:
    """Return the name or address in a Host header; "" where there is none in it."""
    try:
        return urlsplit(f"//{host or ''}").hostname or ""
    except ValueError:  # half of an IPv6 address
        return ""
