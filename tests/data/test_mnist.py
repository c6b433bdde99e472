import hashlib
import io
import os
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import keras
import numpy as np
import pytest

from mnist_core import data
from mnist_core.data import mnist as mnist_module
from mnist_core.errors import DatasetUnavailable

REAL_MNIST = os.environ.get("MNIST_NPZ")  # before the tests' homes take it away


def write_npz(path, dataset, **changes):
    arrays = {name: getattr(dataset, name) for name in mnist_module.MNIST_SHA256}
    np.savez(path, **{**arrays, **changes})


def test_the_named_file_comes_first(mnist):
    assert mnist.x_train.shape == (60_000, 28, 28)
    assert mnist.y_test.shape == (10_000,)
    assert mnist.sha256 == mnist_module.MNIST_SHA256


def test_then_comes_keras_s_cache(mnist, monkeypatch):
    monkeypatch.delenv("MNIST_NPZ")
    mnist_module.cached_file().parent.mkdir(parents=True)
    mnist_module.cached_file().symlink_to(mnist.source)
    assert data.load_mnist().source == str(mnist_module.cached_file())


def test_without_any_source_the_error_says_what_was_tried(monkeypatch, tmp_path):
    monkeypatch.setenv("MNIST_NPZ", str(tmp_path / "none.npz"))
    cached = mnist_module.cached_file()
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"half a file")
    with pytest.raises(DatasetUnavailable, match="damaged or no MNIST") as caught:
        data.load_mnist()
    sources = [source for source, _ in caught.value.tried]
    assert sources == ["MNIST_NPZ", "Keras's cache", "download"]
    assert "none.npz" in str(caught.value)
    assert "URL fetch failure" in caught.value.tried[-1][1]
    assert "set MNIST_NPZ" in str(caught.value)
    assert cached.read_bytes() == b"half a file"
    assert list(cached.parent.iterdir()) == [cached], "a failed download leaves nothing"


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def serve(tmp_path, monkeypatch):
    """Serves a file where Keras looks for MNIST; the call and the checks stay Keras's.

    Keras knows one address and the hash of one file: only these two are replaced.
    """
    folder = tmp_path / "served"
    folder.mkdir()
    handler = partial(QuietHandler, directory=folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def start(content: bytes, *, sha256: str) -> None:
        (folder / "mnist.npz").write_bytes(content)
        address = f"http://127.0.0.1:{server.server_port}/mnist.npz"
        there = {"origin": address, "file_hash": sha256}
        code = (
            "from keras.src.datasets import mnist\n"
            "get_file = mnist.get_file\n"
            f"mnist.get_file = lambda **known: get_file(**(known | {there}))\n"
        )
        monkeypatch.setattr(mnist_module, "DOWNLOAD", code + mnist_module.DOWNLOAD)

    yield start
    server.shutdown()
    server.server_close()


@pytest.fixture
def npz(request, monkeypatch) -> bytes:
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


def test_a_download_comes_into_keras_s_cache_and_stays_there(serve, npz):
    serve(npz, sha256=hashlib.sha256(npz).hexdigest())
    heard = []
    found = data.load_mnist(progress=lambda *numbers: heard.append(numbers))
    assert found.sha256 == mnist_module.MNIST_SHA256
    assert found.source == str(mnist_module.cached_file())
    assert mnist_module.cached_file().read_bytes() == npz
    assert list(mnist_module.cached_file().parent.iterdir()) == [
        mnist_module.cached_file()
    ]
    assert {expected for _, expected in heard} == {mnist_module.DOWNLOAD_BYTES}
    received = [number for number, _ in heard]
    assert received == sorted(received)
    np.testing.assert_array_equal(data.find_mnist().x_test, found.x_test)


def test_a_download_of_another_file_is_refused_by_keras(serve, npz):
    serve(npz, sha256=hashlib.sha256(b"another").hexdigest())
    with pytest.raises(DatasetUnavailable, match="hash"):
        data.load_mnist()
    assert not mnist_module.cached_file().exists()


def test_a_download_of_other_arrays_never_reaches_the_cache(made_up, monkeypatch):
    mnist_module.cached_file().parent.mkdir(parents=True)
    mnist_module.cached_file().write_bytes(b"half a file")

    def start(folder):
        file = Path(folder) / "datasets" / "mnist.npz"
        file.parent.mkdir()
        write_npz(file, made_up)
        return subprocess.Popen(
            [sys.executable, "-c", ""], stderr=subprocess.PIPE, text=True
        )

    monkeypatch.setattr(mnist_module, "_start_download", start)
    with pytest.raises(DatasetUnavailable, match="is not MNIST: x_train, y_train"):
        data.load_mnist()
    assert mnist_module.cached_file().read_bytes() == b"half a file"


@pytest.mark.parametrize("begun", [False, True])
def test_a_download_that_stands_still_is_given_up(monkeypatch, begun):
    # Nothing has begun until Keras is loaded, which takes long where much else runs.
    monkeypatch.setattr(mnist_module, "STALLED_AFTER", 0.0 if begun else 60.0)
    monkeypatch.setattr(mnist_module, "SLOWEST_START", 60.0 if begun else 0.0)
    children = []

    def start(folder):
        if begun:
            (Path(folder) / "datasets").mkdir()
        command = [sys.executable, "-c", "import signal; signal.pause()"]
        children.append(subprocess.Popen(command, stderr=subprocess.PIPE, text=True))
        return children[0]

    monkeypatch.setattr(mnist_module, "_start_download", start)
    with pytest.raises(DatasetUnavailable, match="nothing arrived"):
        data.load_mnist()
    assert children[0].returncode == -9


@pytest.mark.parametrize("download", [True, False])
def test_a_data_set_is_loaded_by_its_name(monkeypatch, made_up, download):
    found = made_up if download else None
    monkeypatch.setattr(mnist_module, "load_mnist", lambda *, progress: made_up)
    monkeypatch.setattr(mnist_module, "find_mnist", lambda: None)
    monkeypatch.setattr(mnist_module, "load_synthetic", lambda: "synthetic")
    assert data.load("mnist", download=download) is found
    assert data.load("synthetic", download=download) == "synthetic"


@pytest.mark.parametrize("name", ["MNIST", "fashion", ""])
def test_a_data_set_of_another_name_is_refused(name):
    with pytest.raises(ValueError, match='choose "mnist" or "synthetic"'):
        data.load(name)


@pytest.mark.parametrize("kind", ["truncated", "swapped", "incomplete", "empty"])
def test_a_damaged_file_is_named_and_never_used(kind, made_up, monkeypatch, tmp_path):
    path = tmp_path / "mnist.npz"
    write_npz(path, made_up)
    if kind == "truncated":
        path.write_bytes(path.read_bytes()[:-5000])
    elif kind == "incomplete":
        np.savez(path, x_train=made_up.x_train)
    elif kind == "empty":
        path.write_bytes(b"")
    monkeypatch.setenv("MNIST_NPZ", str(path))
    with pytest.raises(DatasetUnavailable, match=r"mnist\.npz is"):
        data.find_mnist()


def test_one_changed_pixel_is_found(mnist, monkeypatch, tmp_path):
    pixel = mnist.x_test.copy()
    pixel[5, 14, 14] ^= 1
    write_npz(tmp_path / "mnist.npz", mnist, x_test=pixel)
    monkeypatch.setenv("MNIST_NPZ", str(tmp_path / "mnist.npz"))
    with pytest.raises(DatasetUnavailable, match="is not MNIST: x_test differ"):
        data.find_mnist()


def test_the_download_is_watched_growing(monkeypatch):
    # Keras stands in for itself: a child that writes the file in pieces.
    script = """
import os, pathlib, signal
file = pathlib.Path(os.environ["KERAS_HOME"]) / "datasets" / "mnist.npz"
file.parent.mkdir()
file.write_bytes(b"x" * 1000)
signal.pause()
"""
    seen = []

    def start(folder):
        child = subprocess.Popen(
            [sys.executable, "-c", script],
            env={**os.environ, "KERAS_HOME": folder},
            stderr=subprocess.PIPE,
            text=True,
        )
        seen.append(child)
        return child

    def progress(received, expected):
        assert expected == mnist_module.DOWNLOAD_BYTES
        if received == 1000:
            seen[0].kill()

    monkeypatch.setattr(mnist_module, "_start_download", start)
    with pytest.raises(DatasetUnavailable):
        data.load_mnist(progress=progress)
    assert seen[0].returncode == -9


def test_prepared_images_are_scaled_and_have_a_channel(made_up):
    images, labels = made_up.x_test[:50], made_up.y_test[:50]
    x, y = data.prepare(images, labels)
    assert (x.shape, x.dtype) == ((50, 28, 28, 1), np.float32)
    assert (x.min(), x.max()) == (0, 1)
    np.testing.assert_array_equal(np.rint(x[..., 0] * 255), images)
    np.testing.assert_array_equal(y, keras.utils.to_categorical(labels, 10))


def test_channels_come_first_where_keras_wants_it(made_up):
    last, _ = data.prepare(made_up.x_test[:5], made_up.y_test[:5])
    keras.config.set_image_data_format("channels_first")
    try:
        first, _ = data.prepare(made_up.x_test[:5], made_up.y_test[:5])
    finally:
        keras.config.set_image_data_format("channels_last")
    assert first.shape == (5, 1, 28, 28)
    np.testing.assert_array_equal(first[:, 0], last[..., 0])


def test_the_made_up_digits_are_two_different_sets(made_up):
    assert made_up.name == "synthetic"
    assert made_up.x_train.shape == (10_000, 28, 28)
    assert made_up.x_test.shape == (2_000, 28, 28)
    known = {image.tobytes() for image in made_up.x_train}
    assert not any(image.tobytes() in known for image in made_up.x_test)
