"""What was given -> what the network reads in it, and pictures that show how."""

import hashlib
import io
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st
from PIL import Image

from mnist_core.inference import reader
from mnist_core.models import registry
from mnist_core.preprocessing import framing
from pages.components.shared import cache, inputs
from pages.components.shared.inputs import DrawingInput

if TYPE_CHECKING:  # it loads TensorFlow, and the page must not wait for that
    from mnist_core.inference.predictor import Predictor
    from mnist_core.inference.reader import Part, Reading

LONGEST: Final = 640  # pixels, of the pictures that are shown and kept
NO_DIGIT = "none"  # what is read where nothing looks like a digit


@dataclass(frozen=True)
class Recognition:
    """A drawing, and what the network reads in it."""

    given: DrawingInput
    reading: "Reading"
    picture: Image.Image  # what was given, made smaller
    ink: Image.Image | None  # a photo's ink alone
    height: int  # of the pixels that the boxes of its parts are measured in

    @property
    def parts(self) -> "tuple[Part, ...]":
        """Its digits from left to right; none where nothing was found."""
        return self.reading.parts

    @property
    def read(self) -> str:
        """The number read, or `NO_DIGIT`."""
        if all(part.prediction.is_digit is False for part in self.parts):
            return NO_DIGIT
        return self.reading.number

    @cached_property
    def least_sure(self) -> int:
        """Which of its digits the network is least sure of."""
        shares = [part.prediction.confidence for part in self.parts]
        return int(np.argmin(shares))

    @cached_property
    def id(self) -> str:
        """The same for the same drawing, however often it is given.

        It is made of what the network gets, so that neither another colour nor another
        place on the paper makes another drawing of it.
        """
        digest = hashlib.sha256()
        for part in self.parts:
            digest.update((part.image * 255).round().astype(np.uint8).tobytes())
        return digest.hexdigest()


def recognize(given: DrawingInput) -> Recognition:
    """Read what was given; once only, as long as it stays the same.

    Raises:
        DrawingError: it is no readable picture.
        ModelDamaged: the chosen model cannot be used.
    """
    saved = cache.chosen_model()
    key = given, saved.name, saved.card.get("card_sha256")
    if st.session_state.get("seen", (None,))[0] != key:
        st.session_state.seen = key, _recognize(given, saved)
    return st.session_state.seen[1]


def _recognize(given: DrawingInput, saved: registry.StoredModel) -> Recognition:
    drawing = framing.read_picture(io.BytesIO(given.data))
    with st.spinner("The network is waking up; the first time takes seconds ..."):
        predictor = cache.predictor(saved)
    read = _read_as_it_is if given.kind == "digit" else reader.read
    reading = read(predictor, drawing)
    picture = Image.fromarray(drawing)
    picture.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
    if given.kind != "photo":  # it takes time, and there is nothing to see in it
        return Recognition(given, reading, picture, None, drawing.shape[0])
    alone = Image.fromarray((framing.extract_ink(drawing) * 255).astype(np.uint8))
    return Recognition(given, reading, picture, alone, drawing.shape[0])


def _read_as_it_is(predictor: "Predictor", drawing: np.ndarray) -> "Reading":
    """Read a digit of the data set, which is framed already."""
    image = drawing[:: inputs.LARGER, :: inputs.LARGER] / np.float32(255)
    box = slice(0, len(drawing)), slice(0, len(drawing))
    (prediction,) = predictor.predictions(image[None])
    return reader.Reading((reader.Part(box, image, prediction),))
