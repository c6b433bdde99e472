"""What is let in to the server, and what browsers are told to do with what comes out.

Middleware(gate.Gate)    in server.py

A page of somebody else may give its own name this machine's address, and is then taken
by the browser for a part of the app ("DNS rebinding"). Its requests name it in `Host`.
So only names are let in that are this server's; an address is nobody else's name.
"""

import functools
import os
import socket
from ipaddress import ip_address
from typing import Final

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from pages.components.shared.loopback import host_name, is_loopback

REFUSED: Final = (
    "This server does not know itself by this name. Open it by its address, such as "
    "http://192.168.1.20:8501, or start it with MNIST_HOSTS set to the name.\n"
)
METRICS: Final = "/_stcore/metrics"  # how many visitors there are, and of what kind

# What pages need, tried on each of them: Streamlit makes modules of the components'
# scripts.
POLICY: Final = {
    "default-src": "'self'",
    "script-src": "'self' blob: 'unsafe-inline'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self' blob:",
    "connect-src": "'self' ws: wss: data: blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}


class Gate:
    """Let in who asks for this server, and send headers that keep other pages out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request or a connection, as ASGI has it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif is_allowed(scope):
            await self._app(scope, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await WebSocketClose(code=1008)(scope, receive, send)
        else:
            await PlainTextResponse(REFUSED, 421)(scope, receive, send)


def is_allowed(scope: Scope) -> bool:
    """Tell whether a request is meant for this server, and may be answered."""
    if scope["path"].endswith(METRICS) and not is_loopback((scope["client"] or "?")[0]):
        return False
    return is_own_name(Headers(scope=scope).get("host"))


def is_own_name(host: str | None) -> bool:
    """Tell whether a `Host` header, with or without port, names this server."""
    name = host_name(host).rstrip(".")
    try:
        return bool(ip_address(name))
    except ValueError:
        return name in _known_names() or (name != "" and name == _full_name())


def _known_names() -> set[str]:
    """Return what the server is called, as far as nobody has to be asked for it."""
    configured = str(st.get_option("browser.serverAddress") or "")
    more = os.environ.get("MNIST_HOSTS", "").split(",")
    machine = socket.gethostname()
    in_network = f"{machine.partition('.')[0]}.local"
    names = {"localhost", configured, *more, machine, in_network}
    return {name.strip().lower() for name in names} - {""}


@functools.cache
def _full_name() -> str:
    """Return the machine's name with its domain: for that its network is asked once."""
    return socket.getfqdn().lower()


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Referrer-Policy"] = "same-origin"
            headers["Content-Security-Policy"] = _policy()
        await send(message)

    return sending


def _policy() -> str:
    """Return the policy; MNIST_EMBEDDERS names the pages that may show the app."""
    embedders = os.environ.get("MNIST_EMBEDDERS", "")
    rules = {**POLICY, "frame-ancestors": f"'self' {embedders}".strip()}
    return "; ".join(f"{name} {value}" for name, value in rules.items())
