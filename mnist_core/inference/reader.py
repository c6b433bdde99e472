"""Read the digits of a drawing as one number.

from mnist_core.inference import reader
from mnist_core.inference.predictor import Predictor
reading = reader.read(Predictor("pretrained"), drawing)
print(reading.number, reading.confidence)    # 407 0.98
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mnist_core.preprocessing import framing, segmentation
from mnist_core.preprocessing.framing import Box, Colour, Ink, Written
from mnist_core.preprocessing.segmentation import Digit

if TYPE_CHECKING:  # it loads TensorFlow
    from mnist_core.inference.predictor import Prediction, Predictor


MOSTLY_DIGITS = 0.6  # share of a line's parts from which it is a number


@dataclass(frozen=True)
class Part:
    """One digit of a number."""

    box: Box  # its rows and columns in the drawing
    image: Ink  # (28, 28), framed as MNIST's
    prediction: "Prediction"
    line: int = 0  # which line of writing it stands in, from the top


@dataclass(frozen=True)
class Number:
    """The number in one line of writing."""

    parts: tuple[Part, ...]  # from left to right, at least one

    @property
    def box(self) -> Box:
        """Return the rows and columns of the drawing that hold it."""
        return segmentation.union(part.box for part in self.parts)

    @property
    def digits(self) -> str:
        """Return its digits, such as "407"."""
        return "".join(str(part.prediction.digit) for part in self.parts)

    @property
    def confidence(self) -> float:
        """Return the probability that all digits are right, 0 to 1: their product."""
        return math.prod(part.prediction.confidence for part in self.parts)

    @property
    def share_of_digits(self) -> float:
        """Return how much of it looks like digits, as far as the model can tell."""
        looks = [part.prediction.is_digit is not False for part in self.parts]
        return sum(looks) / len(looks)


@dataclass(frozen=True)
class Reading:
    """The numbers in a drawing, digit by digit."""

    parts: tuple[Part, ...]  # line by line, from left to right; none where all is empty

    @property
    def numbers(self) -> list[Number]:
        """Return the number in each line, from top to bottom."""
        lines = groupby(self.parts, key=lambda part: part.line)
        return [Number(tuple(line)) for _, line in lines]

    @property
    def number(self) -> str:
        """Return its digits, such as "407", of several lines "407 128"; "" for none."""
        return self.spell(lambda part: str(part.prediction.digit))

    def spell(self, name: Callable[[Part], str]) -> str:
        """Return what each part is called, with a space between two lines."""
        return " ".join("".join(map(name, number.parts)) for number in self.numbers)

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
    return read_written(predictor, framing.extract(drawing, paper=paper))


def read_written(predictor: "Predictor", written: Written) -> Reading:
    """Read the digits in the ink of a drawing, as `read` does."""
    digits = segmentation.cut_out(written)
    predictions = predictor.predictions(images_of(digits))
    return assemble(digits, predictions, is_picture=written.is_picture)


def images_of(digits: list[Digit]) -> NDArray[np.float32]:
    """Return what a network gets of digits: (n, 28, 28)."""
    return np.array([digit.image for digit in digits], np.float32).reshape(-1, 28, 28)


def assemble(
    digits: list[Digit], predictions: list["Prediction"], *, is_picture: bool
) -> Reading:
    """Put the answers for digits together.

    A picture may show much beside its numbers: a line in which hardly anything is a
    digit is left out, unless there is nothing else.
    """
    parts = tuple(
        Part(digit.box, digit.image, prediction, digit.line)
        for digit, prediction in zip(digits, predictions, strict=True)
    )
    everything = Reading(parts)
    if not is_picture or not parts:
        return everything
    lines = everything.numbers
    kept = [line for line in lines if line.share_of_digits >= MOSTLY_DIGITS]
    if not kept:  # letters, say; one of them may look like a digit
        return Reading(tuple(p for p in parts if not p.prediction.is_digit) or parts)
    return Reading(tuple(part for line in kept for part in line.parts))
