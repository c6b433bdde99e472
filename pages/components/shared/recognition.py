"""Read what the visitor gave, and keep the pictures that show how.

result = recognize(DrawingInput("drawing", png))
print(result.predicted, result.reading.confidence)    # 407 0.98
"""

import hashlib
import io
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from mnist_core.inference import reader
from mnist_core.inference.predictor import Predictor
from mnist_core.inference.reader import Part, Reading
from mnist_core.models import registry
from mnist_core.preprocessing import framing
from pages.components.shared import cache, inputs
from pages.components.shared.inputs import DrawingInput
from pages.components.shared.session import LastResult

MAX_SIDE: Final = 640  # pixels, of the pictures that are shown and kept
NO_DIGIT: Final = "none"  # what is predicted where nothing looks like a digit


@dataclass(frozen=True)
class Recognition:
    """What was given, and what the network reads in it."""

    input: DrawingInput
    reading: Reading
    picture: Image.Image  # what was given, made smaller
    ink: Image.Image | None  # a photo's ink alone
    height: int  # of the pixels that the boxes of its parts are measured in

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return its digits from left to right; none where nothing was found."""
        return self.reading.parts

    @property
    def predicted(self) -> str:
        """Return the digits read, those of several lines in one, or `NO_DIGIT`."""
        if all(part.prediction.is_digit is False for part in self.parts):
            return NO_DIGIT
        return self.reading.number.replace(" ", "")

    @cached_property
    def least_sure(self) -> int:
        """Return the index of the digit that the network is least sure of."""
        return int(np.argmin([part.prediction.confidence for part in self.parts]))

    @cached_property
    def id(self) -> str:
        """Return the same hash for the same drawing, however often it is given.

        It is made of what the network gets, so that neither another colour nor another
        place on the paper makes another drawing of it.
        """
        digest = hashlib.sha256()
        for part in self.parts:
            digest.update((part.image * 255).round().astype(np.uint8).tobytes())
        return digest.hexdigest()


_LAST: Final = LastResult[Recognition]("recognition")
_SECOND: Final = LastResult[Recognition]("second_recognition")


def recognize(given: DrawingInput) -> Recognition:
    """Read what was given; once only, as long as it stays the same.

    Raises:
        DrawingError: it is no readable picture.
        ModelDamaged: the chosen model cannot be used.
    """
    return _recognize_once(given, cache.chosen_model(), _LAST)


def recognize_with(stored: registry.StoredModel, given: DrawingInput) -> Recognition:
    """Read what was given with a second model; once only, too.

    Raises:
        DrawingError: it is no readable picture.
        ModelDamaged: this model cannot be used.
    """
    return _recognize_once(given, stored, _SECOND)


def _recognize_once(
    given: DrawingInput, stored: registry.StoredModel, last: LastResult[Recognition]
) -> Recognition:
    key = given, stored.name, stored.card.get("card_sha256")
    return last.get(key, lambda: _recognize(given, stored))


def _recognize(given: DrawingInput, stored: registry.StoredModel) -> Recognition:
    drawing = framing.read_picture(io.BytesIO(given.data))
    predictor = cache.predictor(stored)
    ink = None
    if given.kind == "digit":
        reading = _read_framed(predictor, drawing)
    else:
        written = framing.extract(drawing, paper=given.paper)
        reading = reader.read_written(predictor, written)
        if given.kind == "photo":  # elsewhere there is nothing to see
            ink = Image.fromarray((written.ink * 255).astype(np.uint8))
    picture = Image.fromarray(drawing)
    picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BOX)
    return Recognition(given, reading, picture, ink, drawing.shape[0])


def _read_framed(predictor: Predictor, drawing: npt.NDArray[np.uint8]) -> Reading:
    """Read a digit of the data set, which is framed already."""
    pixels = drawing[:: inputs.SCALE, :: inputs.SCALE]
    image = pixels.astype(np.float32) / np.float32(255)
    box = slice(0, len(drawing)), slice(0, len(drawing))
    (prediction,) = predictor.predictions(image[None])
    return reader.Reading((reader.Part(box, image, prediction),))
