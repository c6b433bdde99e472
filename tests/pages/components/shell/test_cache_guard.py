"""Caches are cleared where the host asks for it, and nobody else."""

import pytest
import streamlit as st
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.state import SessionState

from pages.components.shell import cache_guard
from pages.components.shell.cache_guard import MAY_CLEAR


@pytest.fixture
def guarded(monkeypatch):
    monkeypatch.setattr(AppSession, "handle_backmsg", AppSession.handle_backmsg)
    cache_guard.install()


@pytest.fixture
def session():
    """A visitor's session, as far as it is asked here."""
    session = AppSession.__new__(AppSession)
    session._session_state = SessionState()
    session.shutdown = lambda: None  # it is called in the end
    return session


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize(("may_clear", "expected"), [(True, 2), (False, 1), (None, 1)])
def test_only_the_host_has_the_caches_cleared(session, may_clear, expected):
    calls = []

    @st.cache_data
    def compute() -> int:
        calls.append("once")
        return 7

    compute.clear()
    compute()
    if may_clear is not None:  # else no page has run yet
        session.session_state[MAY_CLEAR.key] = may_clear
    session.handle_backmsg(BackMsg(clear_cache=True))
    compute()
    assert len(calls) == expected


def test_a_page_says_who_the_host_is(open_page, monkeypatch):
    assert open_page().session_state[MAY_CLEAR.key]
    monkeypatch.setattr(type(st.context), "ip_address", "192.168.1.20")
    assert not open_page().session_state[MAY_CLEAR.key]
