import io
from pathlib import Path

import keras
import numpy as np
import pytest

from mnist_core import data
from mnist_core.data import mnist as mnist_module
from mnist_core.errors import DatasetUnavailable
from tests.conftest import channels_first


def arrays(dataset) -> dict:
    return {name: getattr(dataset, name) for name in mnist_module.MNIST_SHA256}


def write_npz(path, dataset, **changes):
    np.savez(path, **{**arrays(dataset), **changes})


def test_the_named_file_comes_first(mnist):
    assert mnist.x_train.shape == (60_000, 28, 28)
    assert mnist.y_test.shape == (10_000,)
    assert mnist.sha256 == mnist_module.MNIST_SHA256


def test_then_comes_keras_s_cache(mnist, monkeypatch):
    monkeypatch.delenv("MNIST_NPZ")
    mnist_module.cached_file().parent.mkdir(parents=True)
    mnist_module.cached_file().symlink_to(mnist.source)
    assert data.load_mnist().source == str(mnist_module.cached_file())


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


def npz(**changed) -> bytes:
    """Return an npz file's bytes, packed as the real one is."""
    file = io.BytesIO()
    np.savez_compressed(file, **changed)
    return file.getvalue()


def spoiled(kind: str, dataset) -> bytes:
    """Return what may lie where MNIST should."""
    few = {name: array[:200] for name, array in arrays(dataset).items()}
    whole, one = npz(**few), io.BytesIO()
    np.save(one, dataset.x_test)
    return {
        "empty": b"",
        "cut": whole[:-5000],
        "torn": whole[:5000] + bytes(5000) + whole[10_000:],
        "web page": b"\n<!DOCTYPE html><title>Log in</title>",
        "one array": one.getvalue(),
        "incomplete": npz(x_train=few["x_train"]),
        "dates": npz(**few | {"x_test": np.array(["2026-11-27"], "datetime64[D]")}),
        "other digits": whole,
    }[kind]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("empty", "is not MNIST but an empty file."),
        ("cut", "is not MNIST but a file that was cut short."),
        ("web page", "is not MNIST but a web page."),
        ("torn", "is not MNIST but a damaged file, or another one."),
        ("one array", "is not MNIST but a damaged file, or another one."),
        ("incomplete", "is not MNIST but a damaged file, or another one."),
        ("dates", "is not MNIST but a damaged file, or another one."),
        ("other digits", "is not MNIST: x_train, y_train, x_test, y_test differ."),
    ],
)
def test_a_file_that_is_not_mnist_is_told_in_words(
    kind, said, made_up, monkeypatch, tmp_path
):
    path = tmp_path / "mnist.npz"
    path.write_bytes(spoiled(kind, made_up))
    monkeypatch.setenv("MNIST_NPZ", str(path))
    with pytest.raises(DatasetUnavailable) as caught:
        data.find_mnist()
    assert dict(caught.value.tried)["MNIST_NPZ"] == f"{path} {said}"


def test_a_file_that_cannot_be_read_is_told_in_words(monkeypatch):
    unreadable = Path("/proc/self/mem")
    if not unreadable.is_file():
        pytest.skip("there is no file that nobody can read")
    monkeypatch.setenv("MNIST_NPZ", str(unreadable))
    with pytest.raises(DatasetUnavailable, match=f"{unreadable} cannot be read: "):
        data.find_mnist()


def test_one_changed_pixel_is_found(mnist, monkeypatch, tmp_path):
    pixel = mnist.x_test.copy()
    pixel[5, 14, 14] ^= 1
    write_npz(tmp_path / "mnist.npz", mnist, x_test=pixel)
    monkeypatch.setenv("MNIST_NPZ", str(tmp_path / "mnist.npz"))
    with pytest.raises(DatasetUnavailable, match="is not MNIST: x_test differ"):
        data.find_mnist()


def test_prepared_images_are_scaled_and_have_a_channel(made_up):
    images, labels = made_up.x_test[:50], made_up.y_test[:50]
    x, y = data.prepare(images, labels)
    assert (x.shape, x.dtype) == ((50, 28, 28, 1), np.float32)
    assert (x.min(), x.max()) == (0, 1)
    np.testing.assert_array_equal(np.rint(x[..., 0] * 255), images)
    np.testing.assert_array_equal(y, keras.utils.to_categorical(labels, 10))


def test_channels_come_first_where_keras_wants_it(made_up):
    last, _ = data.prepare(made_up.x_test[:5], made_up.y_test[:5])
    with channels_first():
        first, _ = data.prepare(made_up.x_test[:5], made_up.y_test[:5])
    assert first.shape == (5, 1, 28, 28)
    np.testing.assert_array_equal(first[:, 0], last[..., 0])


def test_the_made_up_digits_are_two_different_sets(made_up):
    assert made_up.name == "synthetic"
    assert made_up.x_train.shape == (10_000, 28, 28)
    assert made_up.x_test.shape == (2_000, 28, 28)
    known = {image.tobytes() for image in made_up.x_train}
    assert not any(image.tobytes() in known for image in made_up.x_test)
