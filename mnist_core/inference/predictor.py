"""Load a stored model once, then answer in milliseconds.

from mnist_core.preprocessing import framing
from mnist_core.inference.predictor import Predictor
predictor = Predictor("pretrained")
prediction = predictor.predict(framing.to_mnist(drawing))
print(prediction.digit, prediction.confidence)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnist_core.inference.rejection import apply_temperature, look_like_digits
from mnist_core.models import registry

BATCH = 1000  # images at once; more gains nothing and takes memory

Images = NDArray[np.floating]
"""Framed images, ink 1 on paper 0: (n, 28, 28), or one, (28, 28)."""


@dataclass(frozen=True)
class Prediction:
    """The model's answer for one image."""

    probabilities: NDArray[np.float32]  # (10,), summing to 1
    threshold: float | None = None  # of confidence, see `rejection.look_like_digits`

    @property
    def is_digit(self) -> bool | None:
        """Whether it looks like a digit at all; None where the model cannot tell."""
        if self.threshold is None:
            return None
        return bool(look_like_digits(self.probabilities[None], self.threshold)[0])

    @property
    def runner_up(self) -> int:
        """Return the second likeliest digit."""
        return int(self.probabilities.argsort()[-2])

    @property
    def digit(self) -> int:
        """Return the likeliest digit."""
        return int(self.probabilities.argmax())

    @property
    def confidence(self) -> float:
        """Return the probability of that digit, 0 to 1."""
        return float(self.probabilities.max())


def as_graph(
    function: Callable[[tf.Tensor], Any], shape: tuple[int, ...]
) -> tf.types.experimental.ConcreteFunction:
    """Turn a function of a batch of such images into a graph, which is quick to call.

    `shape` is that of one image, with its channel.
    """
    signature = [tf.TensorSpec((None, *shape), tf.float32)]
    # There is no Python control flow for AutoGraph to convert. It would write a file
    # for each function into the temporary folder, which stays there when a worker is
    # killed or ends by os._exit.
    graph = tf.function(function, input_signature=signature, autograph=False)
    return graph.get_concrete_function()


class Predictor:
    """A stored model, ready to answer; any number of threads may ask.

    Raises:
        ModelNotFound: there is no model of this name.
        ModelDamaged: its files are not the ones that were saved.
    """

    def __init__(self, name: str) -> None:
        self.model = registry.load(name)
        card = registry.find(name).card
        self.temperature = card.get("temperature", 1.0)
        self.threshold = card.get("digit_threshold")
        self._shape = self.model.input_shape[1:]
        # model.predict would set up a data pipeline at every call.
        self._answer = as_graph(
            lambda images: self.model(images, training=False), self._shape
        )
        # The first call is slow, and this one nobody waits for.
        self.probabilities(np.zeros((1, 28, 28), np.float32))

    def predict(self, image: Images) -> Prediction:
        """Return the answer for one image, float (28, 28), ink 1 on paper 0."""
        return self.predictions(image[None])[0]

    def predictions(self, images: Images) -> list[Prediction]:
        """Return the answer for each image, float (n, 28, 28)."""
        rows = self.probabilities(images)
        return [Prediction(row, self.threshold) for row in rows]

    def probabilities(self, images: Images) -> NDArray[np.float32]:
        """Return ten calibrated probabilities for each image: float32 (n, 10)."""
        batches = [
            self._answer(tf.constant(images[i : i + BATCH].reshape(-1, *self._shape)))
            for i in range(0, len(images), BATCH)
        ]
        answers = np.concatenate([np.zeros((0, 10), np.float32), *batches])
        return apply_temperature(answers, self.temperature)
