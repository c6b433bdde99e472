import pytest

from pages.components.shared.loopback import is_loopback


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.1.1", "::1"])
def test_this_machine(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "192.168.1.20", "digits.example", "localhost.example", "::", None],
)
def test_any_other(host):
    assert not is_loopback(host)
