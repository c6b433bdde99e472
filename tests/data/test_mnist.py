import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from mnist_core import data
from mnist_core.data import mnist as mnist_module
from mnist_core.errors import DatasetUnavailable


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
    with pytest.raises(DatasetUnavailable) as caught:
        data.load_mnist()
    sources = [source for source, _ in caught.value.tried]
    assert sources == ["MNIST_NPZ", "Keras's cache", "download"]
    assert "none.npz" in str(caught.value)
    assert "URL fetch failure" in caught.value.tried[-1][1]
    assert "set MNIST_NPZ" in str(caught.value)


def test_a_failed_download_leaves_the_cache_as_it_was():
    mnist_module.cached_file().parent.mkdir(parents=True)
    mnist_module.cached_file().write_bytes(b"half a file")
    with pytest.raises(DatasetUnavailable, match="damaged or no MNIST"):
        data.load_mnist()
    assert mnist_module.cached_file().read_bytes() == b"half a file"
    assert list(mnist_module.cached_file().parent.iterdir()) == [
        mnist_module.cached_file()
    ]


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
