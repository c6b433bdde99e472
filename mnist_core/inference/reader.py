"""Read the digits of a drawing as one number.

reading = reader.read(Predictor("pretrained"), drawing)
print(reading.number, reading.confidence)    # 407 0.98
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mnist_core.preprocessing import segmentation
from mnist_core.preprocessing.segmentation import Box

if TYPE_CHECKING:  # it loads TensorFlow
    from mnist_core.inference.predictor import Prediction, Predictor


@dataclass(frozen=True)
class Part:
    """One digit of a number."""

    box: Box  # its rows and columns in the drawing
    image: np.ndarray  # float32 (28, 28), framed as MNIST's
    prediction: "Prediction"


@dataclass(frozen=True)
class Reading:
    """What a drawing says."""

    parts: tuple[Part, ...]  # from left to right; none in an empty drawing

    @property
    def number(self) -> str:
        """Its digits, such as "407"; "" for an empty drawing."""
        return "".join(str(part.prediction.digit) for part in self.parts)

    @property
    def confidence(self) -> float:
        """The probability that all digits are right, 0 to 1: their product."""
        return math.prod(part.prediction.confidence for part in self.parts)


def read(predictor: "Predictor", drawing: np.ndarray) -> Reading:
    """Read the digits in a drawing as one number.

    Args:
        predictor: what reads each digit.
        drawing: uint8, grey (h, w), RGB (h, w, 3) or RGBA (h, w, 4), ink and paper
            told apart as by `ink.to_mnist`. The digits stand side by side and do not
            touch.

    Raises:
        DrawingError: the array has another shape or type.
    """
    found = segmentation.digits(drawing)
    images = np.array([image for _, image in found]).reshape(-1, 28, 28)
    pairs = zip(found, predictor.predictions(images), strict=True)
    return Reading(tuple(Part(*digit, answer) for digit, answer in pairs))
