"""Who opens the host's link trains on a server at which nobody sits."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import proxy
from tests.browser.conftest import serving

VISITORS = {"MNIST_READ_ONLY": "1"}


@pytest.fixture
def printed(capfd):
    """What servers have printed since the start of the test."""
    return lambda: capfd.readouterr().out


@pytest.fixture
def server(home, printed):
    """A server for visitors, behind a proxy; gives the proxy's address."""
    with (
        serving(home, environment=VISITORS) as address,
        proxy.before(address) as public,
    ):
        yield public


def expect_host(page: Page) -> None:
    expect(page.get_by_role("button", name="Start training")).to_be_visible()


def expect_visitor(page: Page) -> None:
    expect(page.get_by_text("Only the host starts and steers")).to_be_visible()
    expect(page.get_by_role("button", name="Start training")).to_have_count(0)


def test_the_printed_link_makes_one_browser_the_host_s(visit, server, printed):
    (link,) = re.findall(r"Host URL: http://[^/]+(/host\?\S+)", printed())
    page = visit("/train")
    expect_visitor(page)
    page.goto(server + link)
    expect(page.get_by_role("button", name="Archive and start fresh")).to_be_visible()
    assert page.url == f"{server}/"
    assert "host" not in page.evaluate("document.cookie")
    page.get_by_role("link", name="Train").click()
    expect_host(page)
    page.reload()
    expect_host(page)
    other = visit("/host?key=guessed")
    expect(other.get_by_text("This is not the key")).to_be_visible()
    other.goto(f"{server}/train")
    expect_visitor(other)
