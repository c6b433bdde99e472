import pytest
import streamlit as st

from pages.components.shared import viewport


@pytest.fixture(autouse=True)
def session(monkeypatch):
    """A session of its own, outside of any page."""
    state = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


@pytest.mark.parametrize(("agent", "is_phone"), [("Mobile Safari", True), ("", False)])
def test_the_first_guess_is_by_the_browser_s_name(monkeypatch, agent, is_phone):
    monkeypatch.setattr(type(st.context), "headers", {"User-Agent": agent})
    assert viewport.is_phone() == is_phone
    assert viewport.is_desktop() != is_phone


@pytest.mark.parametrize("step", ["640", 641, -1, [640], {"a": 1}, None, 1e309])
def test_what_is_no_width_does_not_count(session, step):
    session["viewport"] = viewport.DESKTOP
    session[viewport.KEY] = {"step": step}
    viewport._on_step()
    assert viewport.is_desktop()


def test_what_the_browser_measures_counts(session):
    session[viewport.KEY] = {"step": viewport.TABLET}
    viewport._on_step()
    assert viewport.width() == viewport.TABLET
