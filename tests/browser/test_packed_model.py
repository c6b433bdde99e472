"""What the server has for browsers beside the pages."""

import shutil
import urllib.error
import urllib.request

import pytest

from mnist_core.browser import pack
from mnist_core.inference.predictor import Predictor
from mnist_core.models import registry
from pages.components.shared import packed_model

pytestmark = pytest.mark.usefixtures("at_the_server")


def get(address: str) -> tuple[int, bytes, str | None]:
    """Fetch an address: status, content, and how long it may be kept."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(address, timeout=60) as answer:
            return answer.status, answer.read(), answer.headers["Cache-Control"]
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers["Cache-Control"]


def test_a_packed_model_may_be_kept_for_good(server):
    path = packed_model.address_of(registry.find("pretrained"))
    status, content, kept = get(server + path)
    assert status == 200
    assert content == pack.pack(Predictor("pretrained"))
    assert kept == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "path",
    ["pretrained/1-0000", "nobody/1-0000", "..%2Fpretrained/1-0", "pretrained%00/1-0"],
)
def test_nothing_else_is_handed_out(server, path):
    status, content, kept = get(f"{server}/packed/{path}")
    assert status in (400, 404)
    assert b"Traceback" not in content
    assert kept is None


def test_a_damaged_model_is_not_handed_out(server, server_home, stored_once):
    folder = server_home / "models" / "damaged"
    shutil.copytree(stored_once, folder)
    path = packed_model.address_of(registry.find("damaged"))
    (folder / registry.WEIGHTS).write_bytes(b"no weights")
    assert get(server + path)[0] == 404
    shutil.rmtree(folder)
