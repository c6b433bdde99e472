"""Stored networks, read without Keras."""

import json

import h5py
import keras
import numpy as np
import pytest
from keras import layers

from mnist_core.models import folding, registry
from tests.folded import folded


@pytest.fixture
def files(save):
    folder = save("ada").folder
    return folder / registry.ARCHITECTURE, folder / registry.WEIGHTS


def test_what_is_stored_is_read_as_it_was(files, trained):
    read, expected = folding.read(*files), folded(trained[0])
    assert [layer.kind for layer in read] == [layer.kind for layer in expected]
    for one, other in zip(read, expected, strict=True):
        assert (one.relu, one.is_padded) == (other.relu, other.is_padded)
        for mine, same in zip(one.weights, other.weights, strict=True):
            np.testing.assert_array_equal(mine, same)


@pytest.mark.parametrize(
    "layer",
    [
        layers.Conv2D(8, 3, strides=2),
        layers.Conv2D(8, (3, 5)),
        layers.Conv2D(8, 3, dilation_rate=2),
        layers.Conv2D(8, 3, activation="tanh"),
        layers.Conv2D(2000, 3),
        layers.AveragePooling2D(2),
        layers.MaxPooling2D(3),
        layers.MaxPooling2D(2, strides=1),
        layers.MaxPooling2D(2, padding="same"),
        layers.ReLU(max_value=6),
    ],
    ids=lambda layer: layer.name,
)
def test_a_layer_of_another_kind_is_refused(layer):
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(8, 3), layer])
    with pytest.raises(folding.UnknownLayer):
        folded(model)


def test_more_layers_than_any_network_has_are_refused():
    dropout = {"class_name": "Dropout", "config": {}}
    with pytest.raises(folding.UnknownLayer, match="101 layers"):
        folding.fold([dropout] * 101, [[]] * 101)


def _swell(file: h5py.File) -> None:
    """A terabyte of zeros, which takes no room in the file."""
    vars_ = file["layers/dense/vars"]
    del vars_["0"]
    vars_.create_dataset("0", (10**6, 250_000), "f4", chunks=(10**3, 10**3))


def _point_elsewhere(file: h5py.File) -> None:
    vars_ = file["layers/dense/vars"]
    shape = vars_["0"].shape
    del vars_["0"]
    vars_.create_dataset("0", shape, "f4", external=[("/dev/zero", 0, 10**9)])


def _link_elsewhere(file: h5py.File) -> None:
    del file["layers/dense"]
    file["layers/dense"] = h5py.ExternalLink("other.h5", "/layers/dense")


def _lose_one(file: h5py.File) -> None:
    del file["layers/dense/vars/0"]


@pytest.mark.parametrize(
    "spoil", [_swell, _point_elsewhere, _link_elsewhere, _lose_one]
)
def test_weights_that_are_not_what_was_saved_are_refused(files, spoil):
    with h5py.File(files[1], "r+") as file:
        spoil(file)
    with pytest.raises(ValueError, match="do not fit"):
        folding.read(*files)


@pytest.mark.parametrize("left", [slice(0), slice(-1), slice(-2)])
def test_a_network_that_does_not_end_in_ten_numbers_is_refused(files, left):
    described = json.loads(files[0].read_text())
    described["config"]["layers"] = described["config"]["layers"][left]
    files[0].write_text(json.dumps(described))
    with pytest.raises(ValueError, match=r"\w"):
        folding.read(*files)


def test_a_network_that_does_not_begin_with_a_convolution_is_refused(files):
    described = json.loads(files[0].read_text())
    _, conv, *_ = described["config"]["layers"]
    described["config"]["layers"].remove(conv)
    files[0].write_text(json.dumps(described))
    with pytest.raises(ValueError, match="begin with a convolution"):
        folding.read(*files)


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"config": {"layers": [5]}}', "nonsense"]
)
def test_an_architecture_that_is_none_is_refused(files, text):
    files[0].write_text(text)
    with pytest.raises(ValueError, match=r"\w"):
        folding.read(*files)
