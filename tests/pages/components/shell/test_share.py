"""The QR code for phones."""

import re
from base64 import b64decode
from xml.etree import ElementTree

import numpy as np
import pytest
import segno
import streamlit as st

from pages.components.shell import lan, share
from tests.pages.helpers import page_text

HERE = "http://192.168.1.20:8501"


@pytest.fixture
def server(monkeypatch):
    """Makes the server one that listens there, in a network, and says where from."""
    options = {"browser.serverAddress": "localhost", "browser.serverPort": 8501}
    read = st.get_option
    monkeypatch.setattr(
        st, "get_option", lambda name: options[name] if name in options else read(name)
    )

    def listen(at: str | None, *, network: str | None = "192.168.1.20", **others):
        options["server.address"] = at
        options.update({name.replace("__", "."): to for name, to in others.items()})
        monkeypatch.setattr(lan, "address", lambda: network)

    return listen


def opened(open_page):
    app = open_page()
    return app.button(key="share").click().run()


def modules(html: str) -> np.ndarray:
    """What a camera sees: True where the picture is black, a module each."""
    (encoded,) = re.findall(r"base64,([^\"]+)", html)
    svg = ElementTree.fromstring(b64decode(encoded))
    side = int(svg.attrib["viewBox"].split()[2])
    white, black = svg
    assert white.attrib["fill"] in ("white", "#fff")
    assert white.attrib["d"] == f"M0 0h{side}v{side}h-{side}z"
    assert black.attrib["stroke"] == "#000"
    black_at = np.zeros((side, side), bool)
    x = y = 0.0
    for kind, numbers in re.findall(r"([Mmh])([-\d. ]+)", black.attrib["d"]):
        values = [float(number) for number in numbers.split()]
        if kind == "h":
            black_at[int(y), int(x) : int(x + values[0])] = True
            x += values[0]
        else:
            x, y = values if kind == "M" else (x + values[0], y + values[1])
    return black_at


def test_a_visitor_finds_code_and_address(open_page, server):
    server("0.0.0.0")
    text = page_text(opened(open_page))
    assert f">{HERE}</p>" in text
    assert f'alt="QR code: {HERE}"' in text
    assert "same network" in text


def test_the_code_says_the_address_and_has_white_around_it():
    black = modules(share.qr_code(HERE))
    inside = black[4:-4, 4:-4]
    assert black.sum() == inside.sum()
    assert np.array_equal(inside, np.array(segno.make_qr(HERE).matrix, bool))
    other = modules(share.qr_code(HERE.replace("20", "21")))
    assert not np.array_equal(black, other)


def test_a_server_for_this_machine_only_says_how_to_share_it(open_page, server):
    server("localhost")
    text = page_text(opened(open_page))
    assert "`make share`" in text
    assert "QR" not in text


def test_without_a_network_it_says_so(open_page, server):
    server("0.0.0.0", network=None)
    text = page_text(opened(open_page))
    assert "in no network" in text
    assert "QR" not in text


@pytest.mark.parametrize("at", [None, "", "0.0.0.0", "::", "192.168.1.20"])
def test_a_server_for_others_is_where_the_network_finds_this_machine(server, come, at):
    server(at)
    come("http://localhost:8501/train")
    assert share.address() == HERE


@pytest.mark.parametrize("at", ["localhost", "127.0.0.1", "::1", "unix:/tmp/socket"])
def test_a_server_for_this_machine_only_has_no_address_for_phones(server, come, at):
    server(at)
    come("http://localhost:8501/")
    assert share.address() is None


def test_who_came_from_outside_knows_the_way(server, come):
    server("localhost")  # behind a proxy
    come("https://digits.example/train?present=true")
    assert share.address() == "https://digits.example"


def test_the_address_that_is_set_counts_first(server, come):
    server("0.0.0.0", browser__serverAddress="digits.example", browser__serverPort=80)
    come("http://10.0.0.7:8501/")
    assert share.address() == "http://digits.example:80"


@pytest.mark.parametrize(
    ("at", "options", "printed"),
    [
        ("0.0.0.0", {}, HERE),
        ("localhost", {}, "http://localhost:8501"),
        ("localhost", {"server__baseUrlPath": "mnist"}, "http://localhost:8501/mnist"),
        ("localhost", {"browser__serverAddress": "a.example"}, "http://a.example:8501"),
    ],
)
def test_before_anybody_came_the_server_knows_an_address(server, at, options, printed):
    server(at, **options)
    assert share.printed_address() == printed


def test_https_and_a_path_belong_to_the_address(server, come):
    server("0.0.0.0", server__sslCertFile="cert.pem", server__baseUrlPath="/mnist/")
    come(None)
    assert share.address() == "https://192.168.1.20:8501/mnist"
    come("https://10.0.0.7/mnist/train")
    assert share.address() == "https://10.0.0.7/mnist"
