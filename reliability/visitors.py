"""Visitors without a browser, who draw digits and see what is answered.

A drawing's answer says which drawing it answers to: so answers that were mixed up, or
given to somebody else, are found out.
"""

import hashlib
import io
import json
import time
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from PIL import Image
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from mnist_core.data import glyphs, pen_drawings
from mnist_core.inference import reader
from mnist_core.preprocessing import framing, segmentation
from pages.components.shared import canvas_message
from pages.components.shared.canvas_state import HEIGHT, WIDTH
from tests.raw_session import RawSession, widget_id

BRUSH: Final = 28  # pixels
CANVAS: Final = "canvas-0"


@dataclass(frozen=True)
class Drawing:
    """What a canvas sends, and the id that the answer to it has."""

    sent: str  # as JSON
    id: str


def draw(digit: int, *, strokes: int, seed: int) -> Drawing:
    """Draw a digit in a hand of its own, in a message with so many strokes."""
    rng = np.random.default_rng(seed)
    small = pen_drawings.on_canvas(glyphs.digit(digit, rng), rng, brush=BRUSH)
    pixels = np.zeros((HEIGHT, WIDTH), np.uint8)
    left = int(rng.integers(0, WIDTH - len(small)))
    pixels[60 : 60 + len(small), left : left + len(small)] = small
    file = io.BytesIO()
    Image.fromarray(pixels).convert("RGB").save(file, "PNG")
    url = canvas_message.PREFIX + b64encode(file.getvalue()).decode()
    path = {"type": "Path", "stroke": "#ffffff", "path": [["M", seed, strokes]]}
    raw = {"objects": [path] * strokes}
    return Drawing(json.dumps({"drawing": {"raw": raw, "data": url}}), _id_of(pixels))


def _id_of(pixels: np.ndarray) -> str:
    """Return the id that `Recognition` gives such a drawing."""
    coloured = np.repeat(pixels[..., None], 3, axis=2)
    cut = segmentation.cut_out(framing.extract(coloured, paper=(0, 0, 0)))
    digest = hashlib.sha256()
    for image in reader.images_of(cut):
        digest.update((image * 255).round().astype(np.uint8).tobytes())
    return digest.hexdigest()


class Visitor:
    """Somebody on the Draw page, by a session without a browser."""

    def __init__(self, session: RawSession) -> None:
        self.session = session
        self.faults: list[str] = []
        self.seconds: list[float] = []  # until each answer was there
        self._canvas = self._fragment = ""

    def open(self, page: str = "") -> None:
        """Open a page."""
        messages = self.session.run(page=page)
        self._note_exceptions(messages)
        if not page:
            self._canvas = widget_id(messages, CANVAS)
            parts = (each.delta.fragment_id for each in messages)
            self._fragment = next(part for part in parts if part)

    def draw(self, drawing: Drawing) -> None:
        """Draw; note how long the answer takes, and whether it is to this drawing."""
        began = time.monotonic()
        value = WidgetState(id=self._canvas, json_value=drawing.sent)
        messages = self.session.run(value, fragment=self._fragment)
        self.seconds.append(time.monotonic() - began)
        self._note_exceptions(messages)
        answered = {props["drawing"] for props in answers(messages)}
        if answered != {drawing.id}:
            self.faults.append(f"{drawing.id[:8]} was answered by {answered}")

    def _note_exceptions(self, messages: Iterable[ForwardMsg]) -> None:
        for message in messages:
            element = message.delta.new_element
            if element.WhichOneof("type") == "exception":
                self.faults.append(element.exception.message)


def answers(messages: Iterable[ForwardMsg]) -> list[dict[str, Any]]:
    """Return what the rings of the first answer were sent."""
    parts = (each.delta.new_element.bidi_component for each in messages)
    sent = [json.loads(part.json) for part in parts if "answer_rings" in part.id]
    return [props for props in sent if props["which"] == "first"]
