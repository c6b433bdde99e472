"""Who opens the host's link is the host in that browser, and nobody else is."""

import asyncio
import re
from http.cookies import Morsel, SimpleCookie
from urllib.parse import urlencode, urlsplit

import pytest
from starlette.applications import Starlette

from pages.components.shell import host_key, visitor
from pages.components.shell.throttle import FIRST, Throttle
from tests import asgi

KEY = "open, sesame & öffne dich"
AT = "http://192.168.1.20:8501"
PHONE, OTHER_PHONE = "192.168.1.7", "192.168.1.8"


class Links:
    """A server's link, for asking."""

    def __init__(self) -> None:
        self._app = Starlette(routes=[host_key.route(KEY)])

    def ask(self, query: str, *, peer: str = PHONE, scheme="http", **headers: str):
        """Open the link with this query; give status, headers and text."""
        named = {"host": urlsplit(AT).netloc, **headers}
        asked = {"query": query.encode(), "peer": peer, "scheme": scheme}
        request = asgi.ask(self._app, "GET", host_key.PATH, headers=named, **asked)
        start, body = asyncio.run(request)
        found = {name.decode(): value.decode() for name, value in start["headers"]}
        return start["status"], found, body["body"].decode()

    def show(self, key: str, **options):
        """Open the link with this key."""
        return self.ask(urlencode({"key": key}), **options)

    def cookie(self, **options) -> Morsel:
        """Return the cookie that the right key gets."""
        _, headers, _ = self.show(KEY, **options)
        (cookie,) = SimpleCookie(headers["set-cookie"]).values()
        return cookie


@pytest.fixture
def now():
    """The time, in a list so that a test may change it."""
    return [1000.0]


@pytest.fixture
def links(monkeypatch, now):
    monkeypatch.setattr(host_key, "Throttle", lambda: Throttle(lambda: now[0]))
    return Links()


def test_the_right_key_leads_to_the_app_by_an_address_without_it(links):
    status, headers, _ = links.show(KEY)
    assert (status, headers["location"]) == (303, "./")
    assert headers["cache-control"] == "no-store"


def test_the_browser_keeps_no_key_and_shows_its_cookie_to_no_page(links):
    cookie = links.cookie()
    assert KEY not in cookie.value
    assert len(cookie.value) >= 32
    assert cookie["httponly"]
    assert cookie["samesite"] == "strict"
    assert cookie["path"] == "/"


@pytest.mark.parametrize(
    ("options", "secure"),
    [
        ({}, False),
        ({"scheme": "https"}, True),
        ({"x_forwarded_proto": "https"}, True),  # a proxy speaks HTTPS for the server
        ({"x_forwarded_proto": "http"}, False),
    ],
)
def test_a_cookie_of_https_goes_by_https_alone(links, options, secure):
    assert bool(links.cookie(**options)["secure"]) == secure


@pytest.mark.parametrize("query", ["", "key=", "key=wrong", "key=%FF%00", "kex=" + KEY])
def test_any_other_key_gets_no_cookie(links, query):
    status, headers, text = links.ask(query)
    assert status == 403
    assert "set-cookie" not in headers
    assert "not the key" in text


def test_after_a_wrong_key_not_even_the_right_one_is_looked_at_for_a_while(links, now):
    links.show("wrong")
    status, headers, text = links.show(KEY)
    assert status == 429
    assert "set-cookie" not in headers
    assert "Try again in 1 s" in text
    now[0] += FIRST
    assert links.show(KEY)[0] == 303


def test_who_gives_wrong_keys_does_not_keep_others_out(links, now):
    for wait in (1, 2, 4):
        links.show("wrong")
        now[0] += wait
    links.show("wrong")
    now[0] += 1
    assert links.show(KEY)[0] == 429
    assert links.show(KEY, peer=OTHER_PHONE)[0] == 303


def test_who_knows_the_key_after_all_begins_anew(links, now):
    for wait in (1, 2, 4):
        links.show("wrong")
        now[0] += wait
    assert links.show(KEY)[0] == 303
    links.show("wrong")
    assert "Try again in 1 s" in links.show(KEY)[2]


def test_who_has_the_cookie_is_the_host_and_others_are_not(links, come, monkeypatch):
    monkeypatch.setenv("MNIST_READ_ONLY", "1")
    cookie = links.cookie()
    come(AT, ip=PHONE, cookies={cookie.key: cookie.value})
    assert visitor.is_host()
    assert visitor.may_train()
    assert visitor.may_end("somebody else")
    assert not visitor.is_local()
    for value in ("", "guessed", KEY, cookie.value[:-1], "ö"):
        come(AT, ip=OTHER_PHONE, cookies={cookie.key: value})
        assert not visitor.is_host()
        assert not visitor.may_train()
    come(AT, ip=OTHER_PHONE)
    assert not visitor.is_host()


def test_through_a_proxy_the_cookie_counts(links, come):
    cookie = links.cookie()
    jar = {cookie.key: cookie.value}
    proxied = {"X-Forwarded-For": PHONE, "X-Forwarded-Proto": "https"}
    come("https://digits.example/train", cookies=jar, **proxied)
    assert visitor.is_host()


@pytest.mark.parametrize(
    "origin",
    [
        "http://192.168.1.20:9999",  # same site, to a browser
        "http://localhost:8501",
        "http://digits.example",
        "null",
        "",
    ],
)
def test_a_page_from_elsewhere_cannot_use_the_host_s_cookie(links, come, origin):
    cookie = links.cookie()
    come(AT, ip=PHONE, cookies={cookie.key: cookie.value}, Origin=origin)
    assert not visitor.is_host()


def test_each_start_has_a_key_of_its_own(monkeypatch):
    monkeypatch.delenv(host_key.VARIABLE, raising=False)
    assert host_key.choose() != host_key.choose()
    assert len(host_key.choose()) >= 20


def test_a_key_may_be_set(monkeypatch):
    monkeypatch.setenv(host_key.VARIABLE, KEY)
    assert host_key.choose() == KEY


@pytest.mark.parametrize("key", ["", "short", "7 chars"])
def test_a_short_key_is_refused_in_words(monkeypatch, key):
    monkeypatch.setenv(host_key.VARIABLE, key)
    with pytest.raises(ValueError, match=r"MNIST_ADMIN_KEY is too short: .* 8 char"):
        host_key.choose()


def test_the_link_that_is_printed_opens(links):
    (link,) = re.findall(r"http\S+", host_key.describe(KEY, AT))
    assert link.startswith(f"{AT}/host?")
    assert links.ask(urlsplit(link).query)[0] == 303
