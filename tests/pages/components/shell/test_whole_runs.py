"""What a browser gets of a run is the whole run, on a busy machine too."""

import asyncio
from functools import partial
from unittest.mock import MagicMock

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from pages.components.shell import whole_runs
from tests.pages.components.shell.sessions import ended, run_visit

NESTED = """
import streamlit as st

@st.fragment
def inner():
    st.text("deep inside")
    st.code("cached" * 2000)

@st.fragment
def outer():
    st.text("inside")
    inner()

st.text("outside")
outer()
st.text("the last")
"""


@pytest.fixture
def installed(monkeypatch):
    for name in (
        *("request_rerun", "_clear_queue"),
        "_handle_scriptrunner_event_on_event_loop",
    ):
        monkeypatch.setattr(AppSession, name, getattr(AppSession, name))
    monkeypatch.setattr(WebsocketSessionManager, "connect_session", lambda _: "its id")
    whole_runs.install()


@pytest.fixture
def visit(tmp_path, installed, monkeypatch):
    """Run a visit to the page above: as a coroutine that is given its session."""
    return lambda visit: run_visit(visit, NESTED, tmp_path, monkeypatch)


def fragments(messages):
    """Return the ids of the outer and of the inner fragment."""
    found = {
        each.delta.fragment_id: list(each.metadata.delta_path)
        for each in messages
        if each.HasField("delta") and each.delta.fragment_id
    }
    return sorted(found, key=lambda each: len(found[each]))


def places(messages):
    """Return the kind of each message, and where on the page it belongs."""
    return [(each.WhichOneof("type"), [*each.metadata.delta_path]) for each in messages]


def test_the_end_of_a_run_arrives_though_a_fragment_is_asked_for(visit):
    async def look(session, *, is_busy):
        session.request_rerun(ClientState())
        await ended(session)
        outer, _ = fragments(session.flush_browser_queue())
        session.request_rerun(ClientState())
        if is_busy:  # the loop hears of nothing
            session._scriptrunner._script_thread.join()
        else:
            await ended(session)
        session.request_rerun(ClientState(fragment_id=outer))
        await ended(session)
        return session.flush_browser_queue()

    busy, other = (visit(partial(look, is_busy=each)) for each in (True, False))
    assert sorted(places(busy)) == sorted(places(other))


def test_a_new_line_hears_nothing_of_the_run_that_was_cut_short(visit):
    async def look(session):
        session.request_rerun(ClientState())
        session._scriptrunner._script_thread.join()  # the loop hears of nothing
        manager = MagicMock()
        manager.get_active_session_info.return_value.session = session
        WebsocketSessionManager.connect_session(manager)
        await asyncio.sleep(0)  # now it does
        return session.flush_browser_queue()

    assert visit(look) == []


@pytest.mark.parametrize("order", ["outer outer", "outer inner outer", "inner outer"])
def test_a_slow_browser_gets_what_a_fast_one_gets(visit, order):
    async def look(session, *, is_slow):
        session.request_rerun(ClientState())
        await ended(session)
        first = list(session._browser_queue._queue)
        hashes = [each.hash for each in first if each.metadata.cacheable]
        got = [] if is_slow else session.flush_browser_queue()
        for fragment in order.split():
            name = fragments(first)[fragment == "inner"]
            state = ClientState(fragment_id=name, cached_message_hashes=hashes)
            session.request_rerun(state)
            await ended(session)
            got += [] if is_slow else session.flush_browser_queue()
        return got + session.flush_browser_queue()

    slow, fast = (visit(partial(look, is_slow=each)) for each in (True, False))
    assert "ref_hash" in dict(places(fast))
    assert places(slow) == places(fast)
