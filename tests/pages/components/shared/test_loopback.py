import pytest

from pages.components.shared.loopback import host_name, is_loopback


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.1.1", "::1"])
def test_this_machine(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "192.168.1.20", "digits.example", "localhost.example", "::", None],
)
def test_any_other(host):
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("localhost", "localhost"),
        ("LOCALHOST:8501", "localhost"),
        ("192.168.1.20:8501", "192.168.1.20"),
        ("[::1]:8501", "::1"),
        ("[::1", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_host_header_names_a_host(host, name):
    assert host_name(host) == name
