import keras
import numpy as np
import pytest
from keras import layers

from mnist_core import recipes
from mnist_core.browser import pack
from mnist_core.browser.bundle import PRETRAINED
from mnist_core.inference.predictor import Predictor
from mnist_core.models import networks


def test_the_bundled_model_is_packed_beforehand_and_small_enough_for_a_phone():
    """`python -m mnist_core.browser.pack` packs it anew."""
    packed = PRETRAINED.read_bytes()
    assert packed == pack.pack(Predictor("pretrained"))
    assert len(packed) < 0.8e6


def test_a_normalization_after_a_convolution_costs_nothing():
    for name, count in (("classic", 5), ("quick", 8), ("robust", 10)):
        model = networks.build(recipes.get(name))
        assert pack.pack_model(model).count(b'"kind"') == count


@pytest.mark.parametrize(
    "layer",
    [
        layers.Conv2D(8, 3, strides=2),
        layers.Conv2D(6, 3),
        layers.Conv2D(8, 3, activation="tanh"),
        layers.AveragePooling2D(2),
        layers.MaxPooling2D(3),
    ],
    ids=["strides", "channels", "activation", "average", "pool"],
)
def test_what_the_browser_cannot_do_is_refused(layer):
    model = keras.Sequential([keras.Input((28, 28, 1)), layer])
    with pytest.raises(pack.Unpackable):
        pack.pack_model(model)


def test_a_weight_that_is_no_number_is_refused():
    dense = layers.Dense(10)
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), dense])
    kernel, bias = dense.get_weights()
    kernel[3, 7] = np.nan
    dense.set_weights([kernel, bias])
    with pytest.raises(pack.Unpackable, match="not finite"):
        pack.pack_model(model)
