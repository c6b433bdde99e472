"""This machine's address in the network, on networks that are not there."""

import socket

import pytest

from pages.components.shared.loopback import is_loopback
from pages.components.shell import lan


@pytest.fixture
def network(monkeypatch):
    """Makes a network: where the way out begins, and what the machine's name means."""

    class Probe:
        def __init__(self, *kind):
            assert kind == (socket.AF_INET, socket.SOCK_DGRAM)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def connect(self, _there):
            if not Probe.way_out:
                raise OSError(101, "Network is unreachable")

        def getsockname(self):
            return Probe.way_out, 50000

    def make(way_out: str | None, *named: str) -> None:
        Probe.way_out = way_out
        rows = [(socket.AF_INET, 1, 6, "", (host, 0)) for host in named]
        monkeypatch.setattr(socket, "socket", Probe)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_: rows)

    return make


def test_the_way_out_begins_at_the_address(network):
    network("192.168.1.20", "127.0.1.1")
    assert lan.address() == "192.168.1.20"


def test_without_a_way_out_the_machine_s_name_counts(network):
    network(None, "127.0.1.1", "10.42.0.1")
    assert lan.address() == "10.42.0.1"


def test_a_way_out_that_begins_at_localhost_is_none(network):
    network("127.0.0.1", "10.42.0.1")
    assert lan.address() == "10.42.0.1"


def test_without_a_network_there_is_no_address(network):
    network(None, "127.0.1.1")
    assert lan.address() is None


def test_a_name_that_nobody_knows_is_no_address(network, monkeypatch):
    network(None)

    def fail(*_):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    assert lan.address() is None


def test_the_address_of_this_very_machine_is_nobody_s_localhost():
    found = lan.address()
    assert found is None or not is_loopback(found)
