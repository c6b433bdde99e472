"""Hand browsers the runs: what a page shows of a run that goes on, they ask for.

    run_route.serve()       the route, for server.py
    run_route.path_of(id)   where a page's browser asks; None without that server

Pages are then drawn once, and the server sends each line of a run to each browser once.
"""

import threading
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mnist_core.runs.run import LOGS
from pages.components.shared.base_path import base_path
from pages.components.train import run_data, run_records
from pages.components.train.run_records import RunRecord

PATH: Final = "/runs"
# A browser asks again each time whether its copy is still good: a run that has ended
# may be resumed, or deleted.
ASK_AGAIN: Final = "no-cache"
JSON: Final = "application/json"
_IS_SERVED: Final = threading.Event()


def serve() -> Route:
    """Return the route; from now on pages have browsers ask there."""
    _IS_SERVED.set()
    return Route(base_path() + PATH + "/{run_id}", _answer)


def path_of(run_id: str) -> str | None:
    """Return the path under which this server has a run; None where it has no route."""
    return f"{base_path()}{PATH}/{run_id}" if _IS_SERVED.is_set() else None


async def _answer(request: Request) -> Response:
    return await run_in_threadpool(_respond, request)


def _respond(request: Request) -> Response:
    record = run_records.find(request.path_params["run_id"])
    if record is None:
        return Response("There is no such run.", 404)
    if record.state.is_active or "after" in request.query_params:
        body = _encode(record, request.query_params.get("after", ""))
        return Response(body, media_type=JSON, headers={"Cache-Control": "no-store"})
    stamp = _stamp(record)
    headers = {"Cache-Control": ASK_AGAIN, "ETag": f'"{stamp}"'}
    if stamp in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(_encode_ended(record, stamp), media_type=JSON, headers=headers)


def _encode(record: RunRecord, after: str) -> bytes:
    return msgspec.json.encode(run_data.since(record, after))


@st.cache_resource(max_entries=8, show_spinner=False)
def _encode_ended(_record: RunRecord, stamp: str) -> bytes:
    return _encode(_record, "")  # Streamlit tells records apart by the stamp alone


def _stamp(record: RunRecord) -> str:
    """Return a text that is another one as soon as there is something new of a run."""
    files = [record.run.folder / name for name in LOGS] if record.run else []
    versions = [_version(path) for path in files]
    return sha256(repr((record.state, versions)).encode()).hexdigest()[:16]


def _version(path: Path) -> tuple[int, int, int] | None:
    """Return what is another when a file has changed; None where there is none."""
    try:
        known = path.stat()  # it may go at any moment: somebody deletes the run
    except OSError:
        return None
    return known.st_ino, known.st_size, known.st_mtime_ns
