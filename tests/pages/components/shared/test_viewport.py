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


@pytest.mark.parametrize(
    ("told", "width"),
    [
        ("358", viewport.PHONE),
        ("12", viewport.PHONE),
        ("1120", viewport.DESKTOP),
        ("99999", viewport.PROJECTOR),
        ("-1120", viewport.PHONE),
        ("1e3", viewport.PHONE),
        ("\u0661\u0661\u0662\u0660", viewport.PHONE),
        ("9" * 5000, viewport.PHONE),
    ],
)
def test_a_cookie_tells_the_width_unless_it_is_none(monkeypatch, told, width):
    monkeypatch.setattr(type(st.context), "headers", {"User-Agent": "Mobile"})
    monkeypatch.setattr(type(st.context), "cookies", {viewport.COOKIE: told})
    assert viewport.width() == width


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
