from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
import streamlit as st


@pytest.fixture
def reads_four(stub_network):
    """The network reads a 4 in whatever it is given."""
    stub_network({4: 0.99})


@pytest.fixture
def come(monkeypatch):
    """Makes the visitor come by this URL, from an address that Streamlit tells."""

    def come_by(url: str | None, *, ip: str | None = None, cookies=(), **headers):
        scheme, netloc = urlsplit(url or "")[:2]
        headers = {"Host": netloc, "Origin": f"{scheme}://{netloc}", **headers}
        context = SimpleNamespace(
            ip_address=ip, url=url, headers=headers, cookies=dict(cookies)
        )
        monkeypatch.setattr(st, "context", context)

    return come_by
