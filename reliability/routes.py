"""What is asked of the server beside its pages: runs, a model's page, answers."""

import asyncio
from base64 import b64encode
from functools import cache
from typing import Any, Final

from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.types import Message, Scope

from mnist_core.models import registry
from mnist_core.storage.paths import data_dir
from pages.components.api import endpoint, limits
from pages.components.shared import cache as page_cache
from pages.components.shell import take_route
from pages.components.train import run_data, run_records, run_route
from reliability import pictures, stored
from reliability.mutations import changed, encode, spoiled
from reliability.way_in import WayIn

PATHS: Final = [
    *("/runs/published", "/runs/bundled", "/runs/whole", "/runs/.."),
    *("/take/pretrained", "/take/quick", "/take/%00", "/api/models", "/api/predict"),
]
QUERIES: Final = [b"after=", b"after=1.2.3.0.0.0", b"model=pretrained", b"model=quick"]
KINDS: Final = [b"image/png", b"application/json", b"text/plain", b"image/\xff", b""]
REFUSED, FAULT = 400, 500  # and above


@cache
def _add_run() -> None:
    """Put a run into the home, to be asked for."""
    folder = data_dir() / "runs" / "whole"
    folder.mkdir(parents=True)
    (folder / "lock").touch()
    (folder / "recipe.json").write_bytes(encode(stored.RECIPE.to_dict()))
    (folder / "state.json").write_bytes(encode(stored.STATE))
    for name, rows in stored.ROWS.items():
        (folder / name).write_bytes(b"\n".join([*map(encode, rows), b""]))


def _take_request(case: dict[str, Any]) -> None:
    """Answer a request; where it is refused, in words."""
    _add_run()
    page_cache.predictor(registry.default())  # the first picture would load it
    routes = [run_route.serve(), take_route.serve(), endpoint.mount(None)]
    status, body = asyncio.run(_ask(Starlette(routes=routes), **case))
    assert status < FAULT, body
    assert status < REFUSED or body or case["method"] == "HEAD"


async def _ask(
    app: Starlette, *, method: str, path: str, query: bytes, kind: bytes, body: bytes
) -> tuple[int, bytes]:
    """Return the status and the body of the answer."""
    scope: Scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(errors="replace"),
        "root_path": "",
        "scheme": "http",
        "query_string": query,
        "headers": [(b"host", b"localhost"), (b"content-type", kind)],
        "client": ("127.0.0.1", 50_000),
        "server": ("localhost", 8501),
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    content = b"".join(each.get("body", b"") for each in sent[1:])
    return sent[0]["status"], content


def _bodies() -> st.SearchStrategy[bytes]:
    """Return a picture or a batch of them, whole or spoiled."""
    texts = [b64encode(each).decode() for each in pictures.seeds()]
    batches = [{"pictures": texts[:2]}, {"pictures": texts[-1:]}]
    whole = [encode(each) for each in batches]
    return spoiled(pictures.seeds()) | changed(batches).map(encode) | spoiled(whole)


ROUTES: Final = WayIn(
    st.fixed_dictionaries(
        {
            "method": st.sampled_from(["GET", "POST", "HEAD"]),
            "path": st.sampled_from(PATHS) | st.text(max_size=20).map("/runs/".__add__),
            "query": spoiled(QUERIES),
            "kind": st.sampled_from(KINDS),
            "body": st.deferred(_bodies),
        }
    ),
    _take_request,
    (),
    (run_route, run_data, run_records, take_route, endpoint, limits),
    "paths of runs, models and the endpoint; pictures and batches of them",
)
