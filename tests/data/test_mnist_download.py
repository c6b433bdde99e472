"""Keras downloads MNIST from a local server, which misbehaves as networks do."""

import hashlib
import io
import os
import subprocess
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keras.src.datasets import mnist as keras_mnist

from mnist_core import data
from mnist_core.data import mnist as mnist_module
from mnist_core.data import mnist_download
from mnist_core.data.mnist_download import BYTES, Stopped, Transfer, Unusable
from mnist_core.errors import DatasetUnavailable
from tests.conftest import NOWHERE

REAL_MNIST = os.environ.get("MNIST_NPZ")  # before the tests' homes take it away
PAGE = b"<!DOCTYPE html><title>Welcome to our network. Please log in.</title>"


class Handler(BaseHTTPRequestHandler):
    """Answers each path in a way of its own; the server holds what it sends."""

    def do_GET(self) -> None:
        match self.path.split("/"):
            case _, "status", status:
                self.send_response(int(status))
                self.send_header("Location", self.path)  # in circles
                self.end_headers()
            case _, "whole":
                self._send(self.server.content, len(self.server.content))
            case _, "broken-off":
                self._send(self.server.content[:1000], len(self.server.content))
            case _, "cut-short":
                self._send(self.server.content[:-1000], None)
            case _, "page":
                self._send(PAGE, len(PAGE))
            case _, "another":
                self._send(b"a newer file", None)
            case _, "trickle":
                self._send(b"P", BYTES)
                self.server.ends.wait(60)
            case _, "silence":
                self.server.ends.wait(60)

    def do_CONNECT(self) -> None:
        """Answer as a school's proxy does that wants a password."""
        self.send_response(407)
        self.end_headers()

    def _send(self, content: bytes, length: int | None) -> None:
        self.send_response(200)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def log_message(self, *_):
        pass


@pytest.fixture
def content(request, monkeypatch) -> bytes:
    """A file of MNIST's arrays; of a few made-up ones where MNIST is not to be had."""
    if REAL_MNIST:
        request.getfixturevalue("mnist")
        monkeypatch.delenv("MNIST_NPZ")
        return Path(REAL_MNIST).read_bytes()
    made_up = request.getfixturevalue("made_up")
    few = {name: getattr(made_up, name)[:50] for name in mnist_module.MNIST_SHA256}
    hashes = {
        name: hashlib.sha256(array.tobytes()).hexdigest() for name, array in few.items()
    }
    monkeypatch.setattr(mnist_module, "MNIST_SHA256", hashes)
    file = io.BytesIO()
    np.savez(file, **few)
    return file.getvalue()


@pytest.fixture
def address(content):
    """A server for what Keras asks for."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.content, server.ends = content, threading.Event()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.ends.set()
    server.shutdown()
    server.server_close()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def ask(content, monkeypatch):
    """Has Keras ask at an address in this process, which has loaded it.

    Keras knows one address and the hash of one file: only these are replaced.
    """

    def ask(address: str) -> str:
        get_file, cache = keras_mnist.get_file, mnist_module.cached_file().parents[1]
        cache.mkdir()  # otherwise Keras takes another
        there = {"origin": address, "cache_dir": str(cache)}
        there["file_hash"] = sha256(content)
        with monkeypatch.context() as patch:
            patch.setattr(keras_mnist, "get_file", lambda **k: get_file(**(k | there)))
            with pytest.raises(SystemExit) as caught:
                mnist_download.main()
        cause = caught.value.__context__.__context__
        if isinstance(cause, HTTPError):
            cause.close()  # Keras leaves the answer open
        return caught.value.code

    return ask


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/page", "What came is not MNIST but a web page. Networks with a login"),
        ("/status/302", "in circles, as some do until you log in. Open a browser"),
        ("/status/511", "wants you to log in first. Open a browser, log in"),
        ("/status/404", "MNIST's server refused (404)."),
        ("/status/503", "try again later, or in another network."),
        ("/broken-off", "broke off before all of MNIST was here. Try again."),
        ("/hang-up", "broke off before all of MNIST was here. Try again."),
        ("/cut-short", "not MNIST but a file that was cut short. Try again"),
        ("/another", "not MNIST but a damaged file, or another one. Try again"),
    ],
)
def test_what_a_network_does_instead_is_told_with_the_next_step(
    ask, address, path, said
):
    assert said in ask(address + path)


def test_without_a_network_the_next_step_is_to_connect(ask):
    assert ask(NOWHERE).startswith("MNIST's server cannot be reached. Connect")


def test_a_server_that_is_not_mnist_s_is_not_trusted(ask, address):
    said = ask(address.replace("http:", "https:"))
    assert "not MNIST's server that answered, or not safely" in said
    assert "Open a browser, log in" in said


def test_a_proxy_that_wants_a_login_is_told(ask, address, monkeypatch):
    monkeypatch.setenv("https_proxy", address)
    monkeypatch.setattr(urllib.request, "_opener", None)  # it has read the variable
    assert "wants you to log in first" in ask("https://mnist.example")


def test_a_full_disk_is_told_with_the_next_step(tmp_path):
    if not (full := Path("/dev/full")).exists():
        pytest.skip("this system has no disk that is always full")
    with pytest.raises(OSError, match="space") as caught:
        full.write_bytes(b"MNIST")
    said = mnist_download.explain(caught.value, tmp_path / "mnist.npz")
    assert said == "The disk is full. Free some space, and try again."


@pytest.fixture
def keras_asks(content, monkeypatch):
    """Has the process in which Keras downloads ask at an address of ours."""

    def ask_at(address: str) -> None:
        there = {"origin": address, "file_hash": sha256(content)}
        code = (
            "from keras.src.datasets import mnist\n"
            "get_file = mnist.get_file\n"
            f"mnist.get_file = lambda **known: get_file(**(known | {there}))\n"
        )
        monkeypatch.setattr(mnist_download, "CHILD", code + mnist_download.CHILD)

    return ask_at


def test_a_download_comes_into_keras_s_cache_and_stays_there(
    keras_asks, address, content
):
    keras_asks(address + "/whole")
    heard = []
    found = data.load_mnist(progress=heard.append)
    cached = mnist_module.cached_file()
    assert found.sha256 == mnist_module.MNIST_SHA256
    assert found.source == str(cached)
    assert cached.read_bytes() == content
    assert list(cached.parent.iterdir()) == [cached]
    assert {transfer.hours_left for transfer in heard} == {0}
    received = [transfer.received for transfer in heard]
    assert received == sorted(received)
    np.testing.assert_array_equal(data.find_mnist().x_test, found.x_test)


def test_without_any_source_the_error_says_what_was_tried(monkeypatch, tmp_path):
    monkeypatch.setenv("MNIST_NPZ", str(tmp_path / "none.npz"))
    cached = mnist_module.cached_file()
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"PK half a file")
    with pytest.raises(DatasetUnavailable, match="set MNIST_NPZ") as caught:
        data.load_mnist()
    assert caught.value.tried == [
        ("MNIST_NPZ", f"There is no file {tmp_path / 'none.npz'}."),
        ("Keras's cache", f"{cached} is not MNIST but a file that was cut short."),
        (
            "Download",
            "MNIST's server cannot be reached. Connect this computer to the internet "
            "and try again.",
        ),
    ]
    assert cached.read_bytes() == b"PK half a file"
    assert list(cached.parent.iterdir()) == [cached], "a failed download leaves nothing"


def test_a_folder_that_nobody_may_write_to_is_told(monkeypatch):
    monkeypatch.setenv("KERAS_HOME", "/dev/null")
    with pytest.raises(DatasetUnavailable, match="set KERAS_HOME to another folder"):
        data.load_mnist()


# Loading Keras takes seconds: from here on a process that asks as Keras does, by
# `urlretrieve`, stands in for it.
FETCH = """
import os, pathlib, urllib.request
file = pathlib.Path(os.environ["KERAS_HOME"]) / "datasets" / "mnist.npz"
file.parent.mkdir()
urllib.request.urlretrieve("{address}", file)
"""


@pytest.fixture
def fetch(address, monkeypatch):
    """Sets where it is asked, and notes the process that asks."""
    children = []
    start = mnist_download._start

    def note(folder):
        children.append(start(folder))
        return children[-1]

    def at(path: str) -> list[subprocess.Popen]:
        code = FETCH.format(address=address + path)
        monkeypatch.setattr(mnist_download, "CHILD", code)
        monkeypatch.setattr(mnist_download, "_start", note)
        return children

    return at


def test_a_trickle_is_given_up_as_one(fetch, monkeypatch, tmp_path):
    children = fetch("/trickle")

    def lose_patience(transfer: Transfer) -> None:
        if transfer.seconds:
            monkeypatch.setattr(mnist_download, "STALLED_AFTER", 0.0)

    with pytest.raises(Unusable, match="so slow that it would take hours"):
        mnist_download.run(tmp_path, lose_patience)
    assert children[0].returncode == -9


def test_a_download_is_stopped_by_who_hears_of_it(fetch):
    children = fetch("/trickle")

    def stop(transfer: Transfer) -> None:
        if transfer.seconds:
            raise Stopped

    with pytest.raises(DatasetUnavailable) as caught:
        data.load_mnist(progress=stop)
    assert caught.value.tried[-1] == ("Download", str(Stopped()))
    assert children[0].returncode == -9
    assert list(mnist_module.cached_file().parent.iterdir()) == []


def test_a_server_that_says_nothing_is_given_up(fetch, monkeypatch, tmp_path):
    children = fetch("/silence")
    monkeypatch.setattr(mnist_download, "STALLED_AFTER", 0.0)
    with pytest.raises(Unusable, match="did not answer"):
        mnist_download.run(tmp_path)
    assert children[0].returncode == -9


def test_a_computer_on_which_keras_never_starts_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(mnist_download, "SLOWEST_START", 0.0)
    monkeypatch.setattr(mnist_download, "CHILD", "import signal; signal.pause()")
    with pytest.raises(Unusable, match="too busy"):
        mnist_download.run(tmp_path)


def test_other_digits_never_reach_the_cache(fetch, made_up, address, monkeypatch):
    mnist_module.cached_file().parent.mkdir(parents=True)
    mnist_module.cached_file().write_bytes(b"half a file")
    fetch("/whole")
    monkeypatch.setattr(mnist_module, "MNIST_SHA256", dict.fromkeys(made_up.sha256, ""))
    with pytest.raises(DatasetUnavailable, match="is not MNIST: x_train, y_train"):
        data.load_mnist()
    assert mnist_module.cached_file().read_bytes() == b"half a file"


def steady(rate: int, seconds: float) -> Transfer:
    """A download that has come at so many bytes a second for so long."""
    return Transfer(round(rate * seconds), seconds)


@given(rate=st.integers(10_000, 10**8), seconds=st.floats(0.1, 60))
def test_what_comes_in_minutes_is_not_called_slow(rate, seconds):
    assert steady(rate, seconds).hours_left == 0
    assert "slow" not in str(steady(rate, seconds))


@given(rate=st.integers(1, 1000), seconds=st.floats(10, 60))
def test_what_takes_hours_is_called_so_within_ten_seconds(rate, seconds):
    transfer = steady(rate, seconds)
    assert 1 <= transfer.hours_left <= (BYTES - transfer.received) / rate / 3600
    assert "so slowly that it takes more than" in str(transfer)
