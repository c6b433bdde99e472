"""Who a visitor is, and what runs a visitor may end."""

from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.components.shell import visitor
from tests.pages.helpers import component_props

AT_HOME = "http://localhost:8501/train"
OUTSIDE = "http://192.168.1.20:8501/train"


def page():
    import streamlit as st

    from pages.components.shell import visitor

    visitor.identify()
    st.text(visitor.id_hash())


@pytest.fixture
def app():
    return AppTest.from_function(page, default_timeout=60).run()


@pytest.fixture
def keeps(monkeypatch):
    """Makes the browser one that keeps this id, and says so."""

    def keep(kept):
        def browser(*, key, data, on_ids_change, **_):
            if data["visitor"] != kept:
                st.session_state[key] = {"ids": {"visitor": kept, "state": kept}}
                on_ids_change()

        monkeypatch.setattr(visitor, "_browser_ids", browser)

    return keep


def sent_ids(app):
    """The ids that the session goes by, as the browser is sent them."""
    return component_props(app, visitor.KEY)


def test_a_visitor_stays_the_same_and_another_is_another(app):
    hashed = app.text[0].value
    assert app.run().text[0].value == hashed
    assert AppTest.from_function(page, default_timeout=60).run().text[0].value != hashed


def test_a_run_does_not_betray_the_id_of_its_visitor(app):
    for known in sent_ids(app).values():
        assert known not in app.text[0].value
        assert len(known) >= 32
    assert len(app.text[0].value) == 32


def test_the_id_that_the_browser_kept_counts(app, keeps):
    keeps("kept by the browser")
    changed = app.run().text[0].value
    assert app.run().text[0].value == changed
    assert (
        AppTest.from_function(page, default_timeout=60).run().text[0].value == changed
    )


@pytest.mark.parametrize("nonsense", [None, "", 7, ["a"], {"id": "a"}, "x" * 10_000])
def test_nonsense_from_the_browser_does_not_count(app, keeps, nonsense):
    hashed = app.text[0].value
    keeps(nonsense)
    assert app.run().text[0].value == hashed


@pytest.mark.parametrize(
    ("ip", "url", "local"),
    [
        (None, AT_HOME, True),
        (None, "http://127.0.0.1:8501/", True),
        (None, "http://[::1]:8501/", True),
        (None, "http://localhost:8501", True),
        ("192.168.1.7", OUTSIDE, False),
        ("192.168.1.7", AT_HOME, False),
        ("192.168.1.7", None, False),
        (None, "https://digits.example/", False),
        (None, "http://localhost.example/", False),
    ],
)
def test_who_sits_at_the_server(come, ip, url, local):
    come(url, ip=ip)
    assert visitor.is_local() == local


def test_who_has_gone_does_not_sit_at_the_server(monkeypatch):
    """Streamlit knows no address of theirs then, and may still run what they asked."""
    gone = SimpleNamespace(ip_address=None, url=None, headers={}, cookies={})
    monkeypatch.setattr(st, "context", gone)
    assert not visitor.is_host()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Host", "digits.example:8501"),  # whose name has been given this address
        ("Origin", "http://digits.example"),  # behind a proxy that tells nothing
        ("Origin", "http://localhost:9999"),  # another app on this machine
        ("Origin", "null"),
        ("Origin", "http://[localhost:8501"),
        ("Host", "[localhost:8501"),
    ],
)
def test_what_a_page_says_its_address_is_does_not_count(come, name, value):
    come(AT_HOME, **{name: value})
    assert st.context.url == AT_HOME
    assert not visitor.is_local()


@pytest.mark.parametrize("name", visitor.PROXY_HEADERS)
def test_who_comes_through_a_proxy_does_not_sit_at_the_server(come, name):
    come(AT_HOME, **{name: "192.168.1.7"})
    assert not visitor.is_local()


def test_a_run_is_ended_by_who_started_it_or_sits_at_the_server(come, monkeypatch):
    monkeypatch.setattr(visitor, "id_hash", lambda: "this visitor")
    come(OUTSIDE, ip="192.168.1.7")
    assert visitor.may_end("this visitor")
    assert not visitor.may_end("somebody else")
    assert not visitor.may_end(None)
    come(AT_HOME)
    assert visitor.may_end("somebody else")
    assert visitor.may_end(None)
