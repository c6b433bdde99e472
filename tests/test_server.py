"""`make run` and `make share` serve the app; `share` to the local network as well."""

import subprocess
from pathlib import Path

from streamlit import net_util

import server
from pages.components.shell.share import EVERYWHERE

CHECKOUT = Path(server.__file__).parent


def test_nobody_outside_is_asked_for_an_address():
    assert server.app is not None
    assert net_util.get_external_ip() is None


def test_share_listens_to_all():
    told = subprocess.run(
        ["make", "--dry-run", "share"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert f"--server.address {EVERYWHERE}" in told
