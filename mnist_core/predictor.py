"""Load a saved model once, then answer in milliseconds.

from mnist_core import ink
from mnist_core.predictor import Predictor
predictor = Predictor("pretrained")
prediction = predictor.predict(ink.to_mnist(drawing))
print(prediction.digit, prediction.confidence)
"""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from mnist_core import store

BATCH = 1000  # images at once; more gains nothing and takes memory


@dataclass(frozen=True)
class Prediction:
    """The model's answer for one image."""

    probabilities: np.ndarray  # float32 (10,), summing to 1

    @property
    def digit(self) -> int:
        """The digit it takes the image for."""
        return int(self.probabilities.argmax())

    @property
    def confidence(self) -> float:
        """The probability of that digit, 0 to 1."""
        return float(self.probabilities.max())


class Predictor:
    """A saved model, ready to answer; any number of threads may ask.

    Raises:
        ModelNotFound: there is no model of this name.
        ModelDamaged: its files are not the ones that were saved.
    """

    def __init__(self, name: str) -> None:
        self.model = store.load(name)
        self._shape = self.model.input_shape[1:]
        # A traced function: model.predict sets up a data pipeline at every call.
        signature = tf.TensorSpec((None, *self._shape), tf.float32)
        function = tf.function(
            lambda images: self.model(images, training=False),
            input_signature=[signature],
        )
        self._answer = function.get_concrete_function()
        self.probabilities(np.zeros((1, 28, 28), np.float32))  # the first call is slow

    def predict(self, image: np.ndarray) -> Prediction:
        """The answer for one image, float (28, 28), ink 1 on paper 0."""
        return Prediction(self.probabilities(image[None])[0])

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Ten probabilities for each image: (n, 28, 28) -> float32 (n, 10)."""
        batches = [
            self._answer(tf.constant(images[i : i + BATCH].reshape(-1, *self._shape)))
            for i in range(0, len(images), BATCH)
        ]
        return np.concatenate([np.zeros((0, 10), np.float32), *batches])
