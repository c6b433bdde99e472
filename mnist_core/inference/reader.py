"""Read the digits of a drawing as one number.

from mnist_core.inference import reader
from mnist_core.inference.predictor import Predictor
reading = reader.read(Predictor("pretrained"), drawing)
print(reading.number, reading.confidence)    # 407 0.98
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mnist_core.preprocessing import segmentation
from mnist_core.preprocessing.framing import Box, Colour, Ink

if TYPE_CHECKING:  # it loads TensorFlow
    from mnist_core.inference.predictor import Prediction, Predictor


@dataclass(frozen=True)
class Part:
    """One digit of a number."""

    box: Box  # its rows and columns in the drawing
    image: Ink  # (28, 28), framed as MNIST's
    prediction: "Prediction"


@dataclass(frozen=True)
class Reading:
    """The number in a drawing, digit by digit."""

    parts: tuple[Part, ...]  # from left to right; none in an empty drawing

    @property
    def number(self) -> str:
        """Return its digits, such as "407"; "" for an empty drawing."""
        return "".join(str(part.prediction.digit) for part in self.parts)

    @property
    def confidence(self) -> float:
        """Return the probability that all digits are right, 0 to 1: their product."""
        return math.prod(part.prediction.confidence for part in self.parts)


def read(
    predictor: "Predictor",
    drawing: NDArray[np.uint8],
    *,
    paper: Colour | None = None,
) -> Reading:
    """Read the digits in a drawing as one number.

    Args:
        predictor: answers for each digit.
        drawing: uint8, grey (h, w), RGB (h, w, 3) or RGBA (h, w, 4), ink and paper
            told apart as by `framing.to_mnist`. The digits stand side by side and do
            not touch.
        paper: the paper's colour, where it is known.

    Raises:
        DrawingError: the array has another shape or type.
    """
    digits = segmentation.digits(drawing, paper=paper)
    images = np.array([image for _, image in digits]).reshape(-1, 28, 28)
    pairs = zip(digits, predictor.predictions(images), strict=True)
    return Reading(tuple(Part(*digit, prediction) for digit, prediction in pairs))
