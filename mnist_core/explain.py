"""What the network saw: the inside of a saved model for one image.

from mnist_core.explain import Explainer
from mnist_core.predictor import Predictor
explainer = Explainer(Predictor("pretrained"))
eyes = explainer.features(images)    # float32 (n, k): dot products are cosines
"""

import keras
import numpy as np
import tensorflow as tf

from mnist_core.predictor import BATCH, Predictor

SMALLEST = 1e-12  # a length to divide by


class Explainer:
    """Looks into the model that a predictor holds; any number of threads may ask."""

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self._shape = predictor.model.input_shape[1:]
        dense = [each for each in predictor.model.layers if _is_dense(each)]
        self._features = self._traced(dense[-1].input)

    def features(self, images: np.ndarray) -> np.ndarray:
        """The images in the network's own eyes: (n, 28, 28) -> float32 (n, k).

        That is what its last layer decides by, scaled to length 1.
        """
        batches = [
            self._features(self._batch(images[i : i + BATCH]))
            for i in range(0, len(images), BATCH)
        ]
        rows = np.concatenate([each.numpy() for each in batches])
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return rows / np.maximum(lengths, SMALLEST)

    def _traced(self, outputs: object) -> tf.types.experimental.ConcreteFunction:
        """A function from images to what the model has at these places."""
        inner = keras.Model(self._predictor.model.inputs, outputs)
        signature = tf.TensorSpec((None, *self._shape), tf.float32)
        function = tf.function(
            lambda images: inner(images, training=False), input_signature=[signature]
        )
        return function.get_concrete_function()

    def _batch(self, images: np.ndarray) -> tf.Tensor:
        return tf.constant(images.reshape(-1, *self._shape), tf.float32)


def _is_dense(layer: keras.Layer) -> bool:
    return isinstance(layer, keras.layers.Dense)
