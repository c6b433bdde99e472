"""What is asked of the server beside its pages: runs, a model's page, answers."""

import asyncio
from base64 import b64encode
from functools import cache
from typing import Any, Final

from hypothesis import strategies as st
from starlette.applications import Starlette

from mnist_core.models import registry
from mnist_core.storage.paths import data_dir
from pages.components.api import endpoint, limits
from pages.components.shared import cache as page_cache
from pages.components.shell import take_route
from pages.components.train import run_data, run_records, run_route
from reliability import pictures, stored
from reliability.mutations import changed, encode, spoiled
from reliability.way_in import WayIn
from tests.asgi import ask, piece

PATHS: Final = [
    *("/runs/published", "/runs/bundled", "/runs/whole", "/runs/.."),
    *("/take/pretrained", "/take/quick", "/take/%00", "/api/models", "/api/predict"),
]
QUERIES: Final = [b"after=", b"after=1.2.3.0.0.0", b"model=pretrained", b"model=quick"]
KINDS: Final = ["image/png", "application/json", "text/plain", "image/\xff", ""]
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
    method, path, kind = case["method"], case["path"], case["kind"]
    _add_run()
    page_cache.predictor(registry.default())  # the first picture would load it
    routes = [run_route.serve(), take_route.serve(), endpoint.mount(None)]
    app, headers = Starlette(routes=routes), {"host": "localhost", "content_type": kind}
    request = ask(
        app, method, path, [piece(case["body"])], query=case["query"], headers=headers
    )
    start, *parts = asyncio.run(request)
    body = b"".join(each.get("body", b"") for each in parts)
    assert start["status"] < FAULT, body
    assert start["status"] < REFUSED or body or method == "HEAD"


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
