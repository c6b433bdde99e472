"""What a page of somebody else gets of the app: nothing."""

import socket
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser import proxy
from tests.browser.chromium import ELSEWHERE

pytestmark = pytest.mark.usefixtures("at_the_server")

HANDSHAKE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


def status(server: str, host: str, *, path: str = "/", more: str = "") -> int:
    """The answer's status, for a request that names this host."""
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n"
    with socket.create_connection(("127.0.0.1", urlsplit(server).port), 60) as line:
        line.sendall(request.encode())
        return int(line.recv(64).split()[1])


def test_a_foreign_name_with_this_machine_s_address_gets_nothing(server):
    own = urlsplit(server).netloc
    for path in ("/", "/train", "/_stcore/health", "/static/js/x.js"):
        assert status(server, "evil.example", path=path) == 421
    assert status(server, own) == status(server, ELSEWHERE) == 200


def connect(server: str, host: str) -> int:
    """The answer's status, where a page of this host wants to be connected."""
    more = f"{HANDSHAKE}Origin: http://{host}\r\n"
    return status(server, host, path="/_stcore/stream", more=more)


def test_nor_is_it_connected(server):
    assert connect(server, "evil.example") == 403
    assert connect(server, urlsplit(server).netloc) == 101


@pytest.mark.parametrize("host", ["192.168.7.7:8501", "10.0.0.7", "[fd00::7]:8501"])
def test_a_machine_may_get_another_address_while_it_serves(server, host):
    assert status(server, host) == 200
    assert connect(server, host) == 101


def test_through_a_proxy_the_same_names_count(server):
    with proxy.before(server) as public:
        for host in (ELSEWHERE, "192.168.7.7", urlsplit(public).netloc):
            assert status(public, host) == 200
            assert connect(public, host) == 101
        assert status(public, "evil.example") == 421
        assert connect(public, "evil.example") == 403


def test_no_other_page_may_show_the_app_inside(browser, server):
    with closing(browser.new_page()) as page:
        page.set_content(f"<iframe src='{server}'></iframe>")
        expect(page.frame_locator("iframe").locator("body")).to_contain_text("blocked")
        page.goto(f"{server}/_stcore/health")  # its own pages may
        page.set_content(f"<iframe src='{server}'></iframe>")
        expect(page.frame_locator("iframe").locator("#root")).to_be_attached()
