"""Hand a model's packed weights to browsers, each once.

    ROUTE                   for server.py
    address_of(stored)      where a page fetches them
    pack(stored)            what lies there

The address holds the hash of the model's card. So what lies under it never changes, and
a browser may keep it for good.
"""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mnist_core.browser.bundle import FORMAT
from mnist_core.browser.pack import Unpackable
from mnist_core.errors import ModelDamaged, ModelNotFound
from mnist_core.models import registry
from mnist_core.models.registry import StoredModel
from pages.components.shared import cache
from pages.components.shared.base_path import base_path

PATH: Final = "/packed"
FOR_GOOD: Final = {"Cache-Control": "public, max-age=31536000, immutable"}


def address_of(stored: StoredModel) -> str:
    """Return the path under which this server has a model's packed weights."""
    return f"{base_path()}{PATH}/{stored.name}/{_version(stored)}"


def _version(stored: StoredModel) -> str:
    return f"{FORMAT}-{stored.card['card_sha256']}"


async def _answer(request: Request) -> Response:
    name, version = request.path_params["name"], request.path_params["version"]
    packed = await run_in_threadpool(_packed, name, version)
    if packed is None:
        return Response("There is no such model.", 404)
    kind = "application/octet-stream"
    return Response(packed, media_type=kind, headers=FOR_GOOD)


ROUTE: Final = Route(base_path() + PATH + "/{name}/{version}", _answer)


def _packed(name: str, version: str) -> bytes | None:
    """Return a model's packed weights, or None where there is no such version of it."""
    try:
        stored = registry.find(name)
    except ModelNotFound:
        return None
    if stored.problem or version != _version(stored):
        return None
    return pack(stored)


def pack(stored: StoredModel) -> bytes | None:
    """Return a model's packed weights, or None where it cannot be packed."""
    try:
        return cache.packed(stored)
    except (ModelDamaged, Unpackable):
        return None
