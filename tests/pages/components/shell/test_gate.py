"""Who is let in, and what browsers are told."""

import asyncio
import socket

import pytest
from starlette.responses import PlainTextResponse

from pages.components.shell import gate

ADDRESS = "192.168.1.20"


async def everything(scope, receive, send):
    """An app that answers whoever is let in."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await PlainTextResponse("the app")(scope, receive, send)


def ask(host: str | None, *, kind="http", path="/", peer: str = ADDRESS) -> list[dict]:
    """What is sent to who asks under this name."""
    headers = [] if host is None else [(b"host", host.encode())]
    scope = {"type": kind, "path": path, "headers": headers, "client": (peer, 5000)}
    sent: list[dict] = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": f"{kind}.connect"}

    asyncio.run(gate.Gate(everything)(scope | {"method": "GET"}, receive, send))
    return sent


def is_let_in(*args, **kwargs) -> bool:
    sent = ask(*args, **kwargs)
    return sent[0].get("status") == 200 or sent[0]["type"] == "websocket.accept"


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("localhost:8501", True),
        ("LOCALHOST.:8501", True),
        ("127.0.0.1:8501", True),
        ("192.168.1.20:8501", True),  # whichever: an address is nobody else's name
        ("[::1]:8501", True),
        ("[fe80::1]", True),
        (socket.gethostname(), True),
        ("digits.example", False),
        ("localhost.digits.example", False),
        ("127.0.0.1.digits.example:8501", False),
        ("[::1", False),
        ("", False),
        ("user@digits.example", False),
        (None, False),
    ],
)
def test_only_this_server_s_names_are_let_in(kind, host, expected):
    assert is_let_in(host, kind=kind) == expected


def test_the_network_is_asked_for_a_name_only_where_the_server_knows_it_not(
    monkeypatch,
):
    asked = []

    def full_name() -> str:
        asked.append("once")
        return "pc.school.example"

    monkeypatch.setattr(socket, "getfqdn", full_name)
    gate._full_name.cache_clear()
    assert is_let_in("localhost:8501")
    assert is_let_in("192.168.1.20")
    assert not asked  # without a network that takes seconds
    assert is_let_in("PC.school.example:8501")
    assert not is_let_in("digits.example")
    assert asked == ["once"]
    gate._full_name.cache_clear()


def test_more_names_may_be_given(monkeypatch):
    monkeypatch.setenv("MNIST_HOSTS", "digits.example, other.example")
    assert is_let_in("digits.example:8501")
    assert is_let_in("other.example")
    assert not is_let_in("third.example")


def test_who_is_refused_reads_what_to_do():
    start, body = ask("digits.example")
    assert start["status"] == 421
    assert b"MNIST_HOSTS" in body["body"]


@pytest.mark.parametrize("prefix", ["", "/studio"])
def test_the_metrics_are_for_local_eyes(prefix):
    assert is_let_in("localhost", path=prefix + gate.METRICS, peer="127.0.0.1")
    assert not is_let_in("localhost", path=prefix + gate.METRICS, peer=ADDRESS)


def headers_of(sent: list[dict]) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def test_browsers_are_told_to_keep_other_pages_out(monkeypatch):
    headers = headers_of(ask("localhost"))
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'self'" in headers["content-security-policy"].split("; ")
    monkeypatch.setenv("MNIST_EMBEDDERS", "https://school.example")
    policy = headers_of(ask("localhost"))["content-security-policy"].split("; ")
    assert "frame-ancestors 'self' https://school.example" in policy
