import keras
import numpy as np
import pytest
from keras import layers

from mnist_core import recipes
from mnist_core.browser import pack
from mnist_core.inference.predictor import Predictor
from mnist_core.models import networks
from tests.folded import folded


def test_the_bundled_model_is_small_enough_for_a_phone():
    assert len(pack.pack(Predictor("pretrained"))) < 0.8e6


def test_a_normalization_after_a_convolution_costs_nothing():
    for name, count in (("classic", 5), ("quick", 8), ("robust", 10)):
        model = networks.build(recipes.get(name))
        assert pack.pack_layers(folded(model)).count(b'"kind"') == count


def test_channels_that_the_browser_cannot_group_are_refused():
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(6, 3)])
    with pytest.raises(pack.Unpackable, match="6 channels"):
        pack.pack_layers(folded(model))


def test_a_weight_that_is_no_number_is_refused():
    dense = layers.Dense(10)
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), dense])
    kernel, bias = dense.get_weights()
    kernel[3, 7] = np.nan
    dense.set_weights([kernel, bias])
    with pytest.raises(pack.Unpackable, match="not finite"):
        pack.pack_layers(folded(model))
