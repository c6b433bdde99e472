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

import numpy as np
from numpy.typing import NDArray

from mnist_core.inference.predictor import Prediction, Predictor
from mnist_core.preprocessing import framing, segmentation
from mnist_core.preprocessing.framing import Box, Colour, Ink, Written
from mnist_core.preprocessing.segmentation import Cut, Digit

CLEAR = 0.9  # confidence from which another way to cut a picture is believed
NOTHING_LIKE = 0.2  # confidence below which a part is like no digit at all, and
LIKELY = 0.5  # from which two that it may be are believed
OFF = 0.5  # share of its neighbour's height from which no digit stands off
UNSURE = 0.75  # confidence below which two digits may be halves of one
MOSTLY_DIGITS = 0.6  # share of a line's parts from which it is a number


@dataclass(frozen=True)
class Part:
    """One digit of a number."""

    box: Box  # its rows and columns in the drawing
    image: Ink  # (28, 28), framed as MNIST's
    prediction: Prediction
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

    def without_ends(self) -> "Number":
        """Return it without what is no digit at an end, and stands off."""
        parts = self.parts
        while len(parts) > 1 and _stands_off(parts[-1], parts[-2]):
            parts = parts[:-1]
        while len(parts) > 1 and _stands_off(parts[0], parts[1]):
            parts = parts[1:]
        return Number(parts)


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
    predictor: Predictor,
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


def read_written(predictor: Predictor, written: Written) -> Reading:
    """Read the digits in the ink of a drawing, as `read` does."""
    cut = segmentation.cut_out(written)
    predictions = predictor.predictions(images_of(cut))
    return assemble(cut, predictions, is_picture=written.is_picture)


def images_of(cut: Cut) -> NDArray[np.float32]:
    """Return what a network gets of a drawing, all that may be digits: (n, 28, 28)."""
    others = (digit for other in cut.others for digit in other.digits)
    images = [digit.image for digit in (*cut.digits, *others)]
    return np.array(images, np.float32).reshape(-1, 28, 28)


def assemble(cut: Cut, predictions: list[Prediction], *, is_picture: bool) -> Reading:
    """Put the answers for what `images_of` gives together.

    A picture may show much beside its numbers: a line in which hardly anything is a
    digit is left out, unless there is nothing else.
    """
    everything = Reading(tuple(_most_likely(cut, predictions)))
    if not is_picture or not everything.parts:
        return everything
    kept = [
        line.without_ends()
        for line in everything.numbers
        if line.share_of_digits >= MOSTLY_DIGITS
    ]
    if not kept:  # letters, say; one of them may look like a digit
        none = tuple(p for p in everything.parts if not p.prediction.is_digit)
        return Reading(none) if none else everything
    return Reading(tuple(part for line in kept for part in line.parts))


def _most_likely(cut: Cut, predictions: list[Prediction]) -> list[Part]:
    """Return the parts as they are cut, or where one is no digit, another way."""
    answers = iter(predictions)
    parts = [_part(digit, next(answers)) for digit in cut.digits]
    others = [
        (other, [_part(digit, next(answers)) for digit in other.digits])
        for other in cut.others
    ]
    is_number = [n.share_of_digits >= 0.5 for n in Reading(tuple(parts)).numbers]
    others.sort(key=lambda other: -_surest(other[1]))
    taken: dict[int, list[Part]] = {}
    for other, instead in others:
        inside = range(*other.place.indices(len(parts)))
        # A letter may look like two digits, but stands among letters.
        fits = len(instead) == 1 or is_number[parts[inside.start].line]
        if (
            fits
            and taken.keys().isdisjoint(inside)
            and _is_better(instead, parts[other.place], is_torn=other.is_torn)
        ):
            taken |= {n: [] for n in inside} | {inside.start: instead}
    return [part for n, one in enumerate(parts) for part in taken.get(n, [one])]


def _is_better(instead: list[Part], parts: list[Part], *, is_torn: bool) -> bool:
    """Tell whether these are clearly digits, and what they take the place of is not."""
    fails = any(part.prediction.is_digit is False for part in parts)
    if len(instead) < len(parts):  # two halves of a zero look like digits, but bad ones
        fails |= math.prod(part.prediction.confidence for part in parts) < UNSURE
    is_like_nothing = max(part.prediction.confidence for part in parts) < NOTHING_LIKE
    if is_torn and not is_like_nothing:
        return False
    return fails and _surest(instead) >= (LIKELY if is_like_nothing else CLEAR)


def _part(digit: Digit, prediction: Prediction) -> Part:
    return Part(digit.box, digit.image, prediction, digit.line)


def _stands_off(part: Part, neighbour: Part) -> bool:
    """Tell whether a part is no digit, and farther off than digits of a number are."""
    rows, columns = neighbour.box
    gap = max(part.box[1].start - columns.stop, columns.start - part.box[1].stop)
    off = gap > OFF * (rows.stop - rows.start)
    return part.prediction.is_digit is False and off


def _surest(parts: list[Part]) -> float:
    """Return how sure the least sure of them is; 0 where one is no digit."""
    return min(
        part.prediction.confidence if part.prediction.is_digit else 0 for part in parts
    )
