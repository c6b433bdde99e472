"""The host's key: who opens the link with it is the host in that browser.

Behind a proxy or in a container nobody sits at the server. So it prints a link at its
start, as Jupyter does. For the key in it the browser gets a cookie with a token, which
no page's script can read, and is sent on to an address without the key. Other sites'
pages cannot use the cookie (SameSite). The token ends with the server.

route(choose())    for server.py
was_shown()        for pages: whether the visitor's browser has shown the key
"""

import math
import os
import secrets
from typing import Final
from urllib.parse import quote

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from pages.components.shared.base_path import base_path
from pages.components.shell.throttle import Throttle

PATH: Final = "/host"
VARIABLE: Final = "MNIST_ADMIN_KEY"
LEAST: Final = 8  # characters
FOR_LONG: Final = 365 * 24 * 60 * 60  # seconds: a phone closes its browser all the time
# Browsers keep cookies by host name alone: each server on a machine needs its own.
COOKIE: Final = "mnist-studio-host-{port}"
UNKEPT: Final = {"Cache-Control": "no-store"}
WRONG: Final = "This is not the key. The server printed it at its start, in a link.\n"
TOO_OFTEN: Final = "Too many wrong keys. Try again in {seconds} s.\n"

_TOKEN: Final = secrets.token_urlsafe()


def choose() -> str:
    """Return the key of this start: MNIST_ADMIN_KEY, or else a random one.

    Raises:
        ValueError: MNIST_ADMIN_KEY is too short; the message says what to do.
    """
    key = os.environ.get(VARIABLE)
    if key is None:
        return secrets.token_urlsafe(16)
    if len(key) < LEAST:
        raise ValueError(
            f"{VARIABLE} is too short: it needs {LEAST} characters or more. Without "
            "it, a new key is made at each start."
        )
    return key


def describe(key: str, address: str) -> str:
    """Say in words for a terminal where the host's link is."""
    return (
        f"  Host URL: {address}{PATH}?key={quote(key, safe='')}\n\n"
        "  Open it once, and you are the host in that browser. If you come by another\n"
        f"  address, as through a proxy, put that before {PATH}.\n"
    )


def route(key: str) -> Route:
    """Return what answers the link: with a cookie for the right key."""
    throttle = Throttle()

    async def answer(request: Request) -> Response:
        peer = request.client.host if request.client else ""
        left = throttle.seconds_left(peer)
        if left > 0:  # whatever the key: it is not looked at
            return _refuse(429, TOO_OFTEN.format(seconds=math.ceil(left)))
        shown = request.query_params.get("key", "")
        if not _is_same(shown, key):
            throttle.note_wrong(peer)
            return _refuse(403, WRONG)
        throttle.forget(peer)
        return _welcome(request)

    return Route(base_path() + PATH, answer)


def was_shown() -> bool:
    """Return whether the visitor's browser has shown the key of this start."""
    return _is_same(st.context.cookies.get(_cookie(), ""), _TOKEN)


def _welcome(request: Request) -> Response:
    schemes = request.url.scheme, request.headers.get("X-Forwarded-Proto")
    answer = RedirectResponse("./", 303, headers=UNKEPT)
    answer.set_cookie(
        _cookie(),
        _TOKEN,
        max_age=FOR_LONG,
        path=f"{base_path()}/",
        secure="https" in schemes,
        httponly=True,
        samesite="strict",
    )
    return answer


def _refuse(status: int, reason: str) -> Response:
    return PlainTextResponse(reason, status, headers=UNKEPT)


def _cookie() -> str:
    return COOKIE.format(port=st.get_option("server.port"))


def _is_same(given: str, right: str) -> bool:
    """Compare in a time that says nothing of where they differ."""
    return secrets.compare_digest(given.encode(), right.encode())
