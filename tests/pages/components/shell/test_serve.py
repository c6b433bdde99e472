"""`make share` serves the local network."""

import sys

import pytest
from streamlit import net_util
from streamlit.web import cli

from pages.components.shell import serve


def test_it_listens_to_all_and_asks_nobody_outside(monkeypatch):
    asked = []
    monkeypatch.setattr(net_util, "get_external_ip", lambda: asked.append(1))
    monkeypatch.setattr(cli, "main", lambda: 0)
    monkeypatch.setattr(sys, "argv", ["serve"])
    with pytest.raises(SystemExit):
        serve.main()
    assert sys.argv[1:] == ["run", "app.py", "--server.address", "0.0.0.0"]
    assert net_util.get_external_ip() is None
    assert not asked
