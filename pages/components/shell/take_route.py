"""Hand out a model as one page that reads digits, under an address of its own.

    take_route.serve()           the route, for server.py
    take_route.path_of(stored)   "/take/quick"; None without that server

A class's QR code can lead there. Who has the page needs this server no more.
"""

import threading
from typing import Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from mnist_core.errors import ModelDamaged, ModelNotFound
from mnist_core.export import html
from mnist_core.models import registry
from mnist_core.models.registry import StoredModel
from pages.components.shared import packed_model
from pages.components.shared.base_path import base_path

PATH: Final = "/take"
# A name may come back with another model; so browsers ask each time.
ASK_AGAIN: Final = {"Cache-Control": "no-cache"}
GONE: Final = "There is no such model any more. Ask for another address.\n"
_IS_SERVED: Final = threading.Event()


def serve() -> Route:
    """Return the route; from now on pages lead there."""
    _IS_SERVED.set()
    return Route(base_path() + PATH + "/{name}", _answer)


def path_of(stored: StoredModel) -> str | None:
    """Return a model's path, below the app's own; None without that route."""
    return f"{PATH}/{quote(stored.name)}" if _IS_SERVED.is_set() else None


def page(stored: StoredModel, *, link: str) -> str:
    """Return a model as one page; `link` leads to this server.

    Raises:
        ModelDamaged: the model cannot be used.
    """
    packed = packed_model.pack(stored)
    if packed is None:
        raise ModelDamaged(stored.name, stored.problem or "no browser can read with it")
    return html.render(stored, packed, link=link)


async def _answer(request: Request) -> Response:
    return await run_in_threadpool(_respond, request)


def _respond(request: Request) -> Response:
    link = str(request.base_url).rstrip("/") + base_path()
    try:
        found = page(registry.find(request.path_params["name"]), link=link)
    except (ModelNotFound, ModelDamaged):
        return PlainTextResponse(GONE, 404)
    return HTMLResponse(found, headers=ASK_AGAIN)
