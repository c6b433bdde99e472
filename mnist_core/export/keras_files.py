"""Write a network as Keras and TensorFlow read it, and read it back.

Three forms: one `.keras` file, TensorFlow's SavedModel, and the published work's pair
of architecture as JSON and weights as HDF5.
"""

from pathlib import Path
from typing import Any, Final

import keras
import tensorflow as tf

from mnist_core.export.check import Answer
from mnist_core.models.networks import as_graph
from mnist_core.models.registry import ARCHITECTURE, WEIGHTS

KERAS: Final = "model.keras"
SAVED_MODEL: Final = "saved_model"


def write_keras(model: keras.Model, folder: Path) -> None:
    """Write a network as one file that Keras 3 loads."""
    model.save(folder / KERAS)


def load_keras(folder: Path) -> Answer:
    """Load what `write_keras` wrote."""
    return _ask(keras.models.load_model(folder / KERAS))


def write_saved_model(model: keras.Model, folder: Path) -> None:
    """Write a network as the folder that TensorFlow and its servers load."""
    model.export(folder / SAVED_MODEL, format="tf_saved_model", verbose=False)


def load_saved_model(folder: Path) -> Answer:
    """Load what `write_saved_model` wrote."""
    loaded = tf.saved_model.load(str(folder / SAVED_MODEL))
    # The variables are gone with what was loaded, so that is kept.
    return lambda image: _to_numpy(loaded.serve(tf.constant(image)))


def write_json_h5(model: keras.Model, folder: Path) -> None:
    """Write architecture and weights, as the published work and this app do."""
    (folder / ARCHITECTURE).write_text(model.to_json(indent=2), encoding="utf-8")
    model.save_weights(folder / WEIGHTS)


def load_json_h5(folder: Path) -> Answer:
    """Load what `write_json_h5` wrote."""
    text = (folder / ARCHITECTURE).read_text(encoding="utf-8")
    model = keras.models.model_from_json(text)
    model.load_weights(folder / WEIGHTS)
    return _ask(model)


def _ask(model: keras.Model) -> Answer:
    graph = as_graph(
        lambda images: model(images, training=False), model.input_shape[1:]
    )
    return lambda image: _to_numpy(graph(tf.constant(image)))


def _to_numpy(tensor: tf.Tensor) -> Any:
    return tensor.numpy()
