"""Load a stored model once, then answer in milliseconds.

from mnist_core.preprocessing import framing
from mnist_core.inference.predictor import Predictor
predictor = Predictor("pretrained")
prediction = predictor.predict(framing.to_mnist(drawing))
print(prediction.digit, prediction.confidence)
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core.errors import ModelDamaged
from mnist_core.inference.network import Images, Network
from mnist_core.inference.rejection import apply_temperature, look_like_digits
from mnist_core.models import registry


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


class Predictor:
    """A stored model, ready to answer; any number of threads may ask.

    Raises:
        ModelNotFound: there is no model of this name.
        ModelDamaged: its files are not the ones that were saved.
    """

    def __init__(self, name: str) -> None:
        self.network = Network(registry.layers(name))
        card = registry.find(name).card
        self.temperature = card.get("temperature", 1.0)
        self.threshold = card.get("digit_threshold")
        try:
            self.probabilities(np.zeros((1, 28, 28), np.float32))
        except ValueError as error:  # each layer is sound, and they do not fit
            raise ModelDamaged(name, "its layers do not fit each other") from error

    def predict(self, image: Images) -> Prediction:
        """Return the answer for one image, float (28, 28), ink 1 on paper 0."""
        return self.predictions(image[None])[0]

    def predictions(self, images: Images) -> list[Prediction]:
        """Return the answer for each image, float (n, 28, 28)."""
        rows = self.probabilities(images)
        return [Prediction(row, self.threshold) for row in rows]

    def probabilities(self, images: Images) -> NDArray[np.float32]:
        """Return ten calibrated probabilities for each image: float32 (n, 10)."""
        return apply_temperature(self.network.answers(images), self.temperature)
