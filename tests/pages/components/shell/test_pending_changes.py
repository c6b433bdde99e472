"""What is changed last is kept, whoever leaves the page at once."""

import threading
from types import SimpleNamespace

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.app_session import AppSession

from pages.components.shell import pending_changes
from tests.pages.components.shell.sessions import ended, run_visit

BUSY = SimpleNamespace(begun=threading.Event(), may_end=threading.Event(), kept=[])
"""What the page below is doing, and what it has kept."""

PAGE = f"""
import streamlit as st
from {__name__} import BUSY

def keep():
    BUSY.kept.append(st.session_state.word)

@st.fragment
def show():
    st.text_input("A word", key="word", on_change=keep)
    BUSY.begun.set()
    BUSY.may_end.wait(60)

show()
"""


@pytest.fixture
def installed(monkeypatch):
    monkeypatch.setattr(AppSession, "request_rerun", AppSession.request_rerun)
    pending_changes.install()


def say(word: str, **options) -> ClientState:
    state = ClientState(**options)
    state.widget_states.widgets.append(WidgetState(id=BUSY.widget, string_value=word))
    return state


@pytest.mark.parametrize(
    ("last", "kept"),
    [(ClientState, "first"), (lambda: say("second"), "second")],
    ids=["left", "changed again"],
)
def test_a_change_that_waits_is_kept_unless_there_is_a_newer_one(
    tmp_path, installed, monkeypatch, last, kept
):
    async def visit(session):
        BUSY.may_end.set()
        session.request_rerun(ClientState())
        await ended(session)
        sent = session.flush_browser_queue()
        (found,) = (
            each.delta
            for each in sent
            if each.HasField("delta") and each.delta.new_element.HasField("text_input")
        )
        BUSY.widget = found.new_element.text_input.id
        BUSY.may_end.clear()
        BUSY.begun.clear()
        session.request_rerun(ClientState(fragment_id=found.fragment_id))
        BUSY.begun.wait(60)
        session.request_rerun(say("first", fragment_id=found.fragment_id))
        session.request_rerun(last())
        BUSY.may_end.set()
        await ended(session)

    BUSY.kept.clear()
    run_visit(visit, PAGE, tmp_path, monkeypatch)
    assert BUSY.kept == [kept]
