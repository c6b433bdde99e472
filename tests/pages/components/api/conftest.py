"""The endpoint as a program meets it."""

import asyncio
import io
import json
from base64 import b64encode
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette

from pages.components.api import endpoint
from tests import asgi
from tests.asgi import piece
from tests.drawings import beside, draw

SEVEN = [(60, 50), (210, 60), (140, 230)]
ONE = [(140, 40), (140, 230)]
PHONE, OTHER_PHONE = "192.168.1.7", "192.168.1.8"


class Programs:
    """A server's endpoint, for asking: each request gives status, headers and JSON."""

    def __init__(self, token: str | None = None) -> None:
        self._app = Starlette(routes=[endpoint.mount(token)])

    def get(self, path: str, **options):
        return asyncio.run(self.ask("GET", path, **options))

    def post(self, body: bytes, kind: str = "image/png", *, query: str = "", **options):
        """Ask what is in a body of this kind."""
        path, pieces = f"/api/predict?{query}", [piece(body)]
        request = self.ask("POST", path, pieces, content_type=kind, **options)
        return asyncio.run(request)

    async def ask(
        self,
        method: str,
        path: str,
        pieces=(),
        *,
        peer: str = PHONE,
        noted: list | None = None,
        **headers: str,
    ):
        """Send a body piece by piece, and then hang up; what comes back is noted."""
        parts = urlsplit(path)
        asked = {"query": parts.query.encode(), "headers": headers, "peer": peer}
        start, body = await asgi.ask(
            self._app, method, parts.path, pieces, noted=noted, **asked
        )
        found = {name.decode(): value.decode() for name, value in start["headers"]}
        return start["status"], found, json.loads(body["body"])


def png(drawing: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(drawing).save(file, "PNG")
    return file.getvalue()


def batch(*pictures: bytes) -> bytes:
    """A batch of pictures, as JSON."""
    encoded = [b64encode(picture).decode() for picture in pictures]
    return json.dumps({"pictures": encoded}).encode()


@pytest.fixture
def programs() -> Programs:
    return Programs()


@pytest.fixture(scope="session")
def seven() -> bytes:
    """A picture of a seven."""
    return png(draw([SEVEN]))


@pytest.fixture(scope="session")
def seventeen() -> bytes:
    """A picture of a number."""
    return png(beside([draw([ONE]), draw([SEVEN])])[0])
