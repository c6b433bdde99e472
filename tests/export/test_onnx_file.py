"""The writer of ONNX, with Keras's own answers as the oracle."""

import keras
import numpy as np
import pytest
from keras import layers

from mnist_core import recipes
from mnist_core.export import onnx_file
from mnist_core.models import networks
from tests.browser.test_parity import randomize

pytest.importorskip("onnx", reason="requirements-export.txt is not installed")
pytest.importorskip("onnxruntime", reason="requirements-export.txt is not installed")


@pytest.mark.parametrize("dropout", [True, False])
@pytest.mark.parametrize("name", networks.NETWORKS)
def test_every_network_answers_as_in_keras(tmp_path, name, dropout):
    model = networks.assemble(recipes.get(name, dropout=dropout))
    rng = np.random.default_rng(1)
    randomize(model, rng)
    images = rng.random((8, 28, 28, 1), np.float32)
    onnx_file.write(model, tmp_path)
    expected = np.asarray(model(images, training=False))
    assert expected.max(axis=1).min() > 0.12, "no answer without an opinion"
    given = onnx_file.load(tmp_path)(images)
    np.testing.assert_allclose(given, expected, atol=1e-5)


@pytest.mark.parametrize(
    "layer",
    [
        layers.AveragePooling2D(2),
        layers.MaxPooling2D(2, padding="same"),
        layers.Conv2D(4, 3, dilation_rate=2),
        layers.Dense(10, activation="tanh"),
    ],
    ids=["average", "padded pool", "dilation", "tanh"],
)
def test_a_layer_without_a_counterpart_is_refused(tmp_path, layer):
    model = keras.Sequential([keras.Input((28, 28, 1)), layer])
    with pytest.raises(NotImplementedError):
        onnx_file.write(model, tmp_path)
