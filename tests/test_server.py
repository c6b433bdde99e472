"""`make run` and `make share` serve the app; `share` to the local network as well."""

import asyncio
import importlib
import os
import platform
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from streamlit import config, net_util
from streamlit.runtime import memory_uploaded_file_manager

from mnist_core.storage import processes
from pages.components.shared import canvas_message
from pages.components.shell.share import EVERYWHERE

CHECKOUT = Path(__file__).parents[1]


@pytest.fixture
def server(monkeypatch) -> ModuleType:
    """The module as Streamlit runs it; other tests' pages keep Streamlit's uploads."""
    own = memory_uploaded_file_manager.MemoryUploadedFileManager
    name = "MemoryUploadedFileManager"
    monkeypatch.setattr(memory_uploaded_file_manager, name, own)
    return importlib.import_module("server")


def test_nobody_outside_is_asked_for_an_address(server):
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


def enter(server: ModuleType) -> None:
    """Do what a server does when it starts and ends."""

    async def serve() -> None:
        async with server.lifespan(server.app):
            pass

    asyncio.run(serve())


def test_a_second_server_in_one_folder_says_so_and_goes_on(server, home, capsys):
    enter(server)
    assert "Another server" not in capsys.readouterr().out
    with processes.present_at(home / ".server"):
        enter(server)
    said = capsys.readouterr().out
    assert f"Another server uses {home}, too" in said
    assert "MNIST_HOME" in said


CHECK = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (256, {hard}))
import server
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.parametrize(("hard", "expected"), [(5000, 4096), (512, 512)])
def test_there_are_descriptors_for_a_room_full_of_phones(hard, expected):
    command = [sys.executable, "-c", CHECK.format(hard=hard)]
    told = subprocess.run(
        command, cwd=CHECKOUT, capture_output=True, text=True, check=True
    ).stdout
    assert told.split() == [str(expected), str(hard)]


COUNT_ARENAS = """
import ctypes
import threading
import server

all_here = threading.Barrier(8)
def take():
    kept = [bytes(3000) for _ in range(100)]
    all_here.wait()

threads = [threading.Thread(target=take) for _ in range(8)]
[each.start() for each in threads]
[each.join() for each in threads]
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
output = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, output)
libc.fflush(output)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc has arenas")
def test_threads_share_their_memory():
    command = [sys.executable, "-c", COUNT_ARENAS]
    told = subprocess.run(
        command, cwd=CHECKOUT, capture_output=True, text=True, check=True
    ).stdout
    assert 1 <= told.count("<heap nr") <= 2


def test_a_key_that_will_not_do_ends_the_start_in_words():
    told = subprocess.run(
        [sys.executable, "-c", "import server"],
        cwd=CHECKOUT,
        env=os.environ | {"MNIST_ADMIN_KEY": "short"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    assert told.stderr.startswith("MNIST_ADMIN_KEY is too short")
    assert "Traceback" not in told.stderr


BASE_PATH = """
from streamlit import config
config.set_option("server.baseUrlPath", "/studio/")
import server
from mnist_core.models import registry
from pages.components.shared import packed_model
path = packed_model.address_of(registry.find("pretrained"))
for path in (path, "/studio/host", "/host"):
    scope = {"type": "http", "method": "GET", "path": path}
    routes = packed_model.ROUTE, server.host_key.route("the key")
    print(any(route.matches(scope)[0].value for route in routes))
"""


def test_under_a_path_weights_and_the_host_s_link_are_under_it_too():
    command = [sys.executable, "-c", BASE_PATH]
    told = subprocess.run(
        command, cwd=CHECKOUT, capture_output=True, text=True, check=True
    ).stdout
    assert told.split() == ["True", "True", "False"]


def test_a_canvas_that_is_kept_fits_into_a_message():
    encoded = 4 / 3 * canvas_message.MOST_BYTES  # the picture, as base64
    limit = config.get_option("server.maxMessageSize") * 1_000_000
    assert encoded + canvas_message.MOST_BYTES < limit < 10_000_000
