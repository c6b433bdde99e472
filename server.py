"""Serve the app to who asks for it, what its pages fetch, and programs.

streamlit run server.py
"""

import resource
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from streamlit import net_util
from streamlit.runtime import memory_uploaded_file_manager

from mnist_core.runs import attendant
from mnist_core.storage import processes
from mnist_core.storage.paths import data_dir
from pages.components.api import endpoint
from pages.components.shared import packed_model
from pages.components.shell import (
    cache_guard,
    first_look,
    host_key,
    memory,
    pending_changes,
    server_log,
    share,
    take_route,
    whole_runs,
)
from pages.components.shell.gate import Gate
from pages.components.shell.uploads import Uploads
from pages.components.train import run_route

# At its start, and whenever a browser comes by an address that it does not know,
# Streamlit asks a server outside for this machine's address there. Where no answer
# comes, as in a classroom without internet, that held everything up for 2.0 s.
net_util.get_external_ip = lambda: None
# Streamlit keeps whatever is uploaded, and has no option for another keeper.
memory_uploaded_file_manager.MemoryUploadedFileManager = Uploads  # type: ignore[misc]

T = TypeVar("T")

SHARED = (
    "Another server uses {folder}, too: both show the same runs and models, and who "
    "starts one waits in the same line. For a folder of its own, start this one with "
    "MNIST_HOME set to another."
)


def allow_file_descriptors(count: int) -> None:
    """Allow so many, where the system lets us: each visitor's line takes some.

    macOS allows 256 unless asked for more, and 81 visits had used them up.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def settle(choose: Callable[[], T]) -> T:
    """Return what is chosen; end in words where what was set for it will not do."""
    try:
        return choose()
    except ValueError as error:
        sys.exit(str(error))


def routes() -> list[BaseRoute]:
    """Return what is served beside the pages; to programs only where that is wanted."""
    own: list[BaseRoute] = [
        packed_model.ROUTE,
        run_route.serve(),
        take_route.serve(),
        host_key.route(KEY),
        *first_look.serve(),
    ]
    return [*own, endpoint.mount(TOKEN)] if endpoint.is_wanted() else own


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Have what visitors had when the server ended last, and keep it when it ends."""
    # It defines components, which are registered with the app once that runs.
    from pages.components.shell import visitor_state  # noqa: PLC0415

    print(host_key.describe(KEY, share.printed_address()), flush=True)
    if endpoint.is_wanted():
        print(endpoint.describe(share.printed_address()), flush=True)
    with server_log.writing(), processes.present_at(data_dir() / ".server") as alone:
        if not alone:
            print(SHARED.format(folder=data_dir()), flush=True)
        visitor_state.all_states().load()
        with attendant.on_duty(), memory.giving_back():
            yield
        visitor_state.all_states().flush()


allow_file_descriptors(4096)
memory.share_arenas(2)
cache_guard.install()
whole_runs.install()
pending_changes.install()
KEY, TOKEN = settle(host_key.choose), settle(endpoint.choose_token)
app = st.App(
    Path(__file__).with_name("app.py"),
    lifespan=lifespan,
    routes=routes(),
    middleware=[Middleware(Gate)],
)
