"""What a browser gets of a run is the whole run, on a busy machine too."""

import asyncio
from unittest.mock import MagicMock

import pytest
from streamlit import runtime
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner.script_cache import ScriptCache

from pages.components.shell import whole_runs

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
    whole_runs.install()


@pytest.fixture
def visit(tmp_path, installed, monkeypatch):
    """Run a visit to the page above: as a coroutine that is given its session."""
    monkeypatch.setattr(runtime, "get_instance", MagicMock())  # what keeps pictures
    script = tmp_path / "app.py"
    script.write_text(NESTED)

    def run(visit):
        async def main():
            session = AppSession(
                ScriptData(str(script), is_hello=False),
                MemoryUploadedFileManager("/upload"),
                ScriptCache(),
                lambda: None,
                {},
            )
            try:
                return await visit(session)
            finally:
                session.shutdown()
                await ended(session)

        return asyncio.run(main())

    return run


async def ended(session):
    """Wait until a run has ended and the loop has heard of all of it."""
    while session._scriptrunner:
        await asyncio.sleep(0.01)


def fragments(messages):
    """Return the ids of the outer and of the inner fragment."""
    found = {
        each.delta.fragment_id: list(each.metadata.delta_path)
        for each in messages
        if each.HasField("delta") and each.delta.fragment_id
    }
    return sorted(found, key=lambda each: len(found[each]))


def texts(messages):
    return [
        each.delta.new_element.text.body
        for each in messages
        if each.HasField("delta") and each.delta.new_element.HasField("text")
    ]


def test_the_end_of_a_run_arrives_though_a_fragment_is_asked_for(visit):
    async def hurried(session):
        session.request_rerun(ClientState())
        await ended(session)
        outer, _ = fragments(session.flush_browser_queue())
        session.request_rerun(ClientState())
        session._scriptrunner._script_thread.join()  # the loop hears of nothing
        session.request_rerun(ClientState(fragment_id=outer))
        await ended(session)
        return session.flush_browser_queue()

    messages = visit(hurried)
    kinds = [each.WhichOneof("type") for each in messages]
    assert kinds.count("new_session") == kinds.count("script_finished") == 2
    assert {"outside", "the last", "inside", "deep inside"} == set(texts(messages))


def test_what_waits_of_a_fragment_goes_with_what_lies_inside(visit):
    async def slow(session):
        session.request_rerun(ClientState())
        await ended(session)
        outer, _ = fragments(session._browser_queue._queue)
        session.request_rerun(ClientState(fragment_id=outer))
        await ended(session)
        return session.flush_browser_queue()

    assert texts(visit(slow)) == ["outside", "the last", "inside", "deep inside"]


def test_what_the_browser_has_cached_goes_with_what_is_around_it(visit):
    async def slow(session):
        session.request_rerun(ClientState())
        await ended(session)
        first = session.flush_browser_queue()
        outer, _ = fragments(first)
        hashes = [each.hash for each in first if each.metadata.cacheable]
        for _ in range(2):
            state = ClientState(fragment_id=outer, cached_message_hashes=hashes)
            session.request_rerun(state)
            await ended(session)
        return session.flush_browser_queue()

    kinds = [each.WhichOneof("type") for each in visit(slow)]
    assert kinds.count("ref_hash") == 1
    assert kinds[::-1].index("ref_hash") < kinds[::-1].index("new_session")


def test_what_waits_of_other_parts_stays(visit):
    async def slow(session):
        session.request_rerun(ClientState())
        await ended(session)
        _, inner = fragments(session._browser_queue._queue)
        session.request_rerun(ClientState(fragment_id=inner))
        await ended(session)
        return session.flush_browser_queue()

    assert texts(visit(slow)) == ["outside", "inside", "the last", "deep inside"]
