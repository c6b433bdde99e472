"""What this visitor has on the canvas: kept over page changes, undone, cleared.

The canvas forgets its drawing when it leaves the page, and once given it back it has
the strokes but no pixels until the next stroke. So strokes and pixels are kept
together, one state after each stroke; the last one is what is on the canvas now.

Every canvas has the same pixels, and the page shows them as large as it has room for:
so neither a window's size nor a phone that is turned changes anything here.
"""

import io
import json
import logging
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import streamlit as st
from PIL import Image, ImageColor

from mnist_core.errors import DrawingError
from mnist_core.preprocessing.framing import Colour
from pages.components.shared import canvas_message, data_url
from pages.components.shared.canvas_message import Strokes
from pages.components.shared.data_url import enlarge, to_png
from pages.components.shared.session import SessionValue

PAPER: Final = {"White on black": "#000000", "Black on white": "#ffffff"}
INK: Final = {"White on black": "#ffffff", "Black on white": "#000000"}
MAX_STATES: Final = 50
MAX_BYTES: Final = 20_000_000  # of all; fifty of a full canvas have half of it
WIDTH: Final = 640  # pixels, of every canvas: room for a number
HEIGHT: Final = 400
SIDE: Final = 392  # pixels, of a digit to draw on top of: 14 for each of its 28
BYTES_PER_CHARACTER: Final = 6  # of JSON: in memory as lists of numbers, and as text


@dataclass(frozen=True)
class CanvasState:
    """One state of the canvas: its strokes, and its pixels as a PNG file's bytes."""

    strokes: Strokes
    png: bytes | None  # None where nothing is drawn
    paper: str = "#000000"  # the colour of what is not drawn on in the PNG

    @cached_property
    def strokes_json(self) -> str:
        """Return its strokes as JSON; written once, as it takes two milliseconds."""
        return json.dumps(self.strokes)

    @cached_property
    def size(self) -> int:
        """Return about how many bytes of memory it takes."""
        return len(self.png or b"") + BYTES_PER_CHARACTER * len(self.strokes_json)


LOG: Final = logging.getLogger(__name__)
EMPTY: Final = CanvasState({"objects": []}, None)
PROBLEM: Final = SessionValue[str]("canvas_problem", lambda: "")
"""Why what the canvas sent was not kept, in words; "" where it was."""

_STATES: Final = SessionValue[list[CanvasState]]("canvas_states", lambda: [EMPTY])
_NUMBER: Final = SessionValue[int]("canvas_number", lambda: 0)
_START: Final = SessionValue[Strokes]("canvas_start", lambda: EMPTY.strokes)
_COLOURS: Final = SessionValue[str]("colours", lambda: "White on black")


def current() -> bytes | None:
    """Return the drawing on the canvas as a PNG file's bytes, or None while empty."""
    return _STATES.get()[-1].png


def paper() -> Colour:
    """Return the colour of the paper in what `current` returns."""
    return rgb(_STATES.get()[-1].paper)


def rgb(colour: str) -> Colour:
    """Return a colour such as "#ffffff" as red, green and blue."""
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red, green, blue


def canvas_key() -> str:
    """Return the canvas's key: with another key comes a new canvas."""
    return f"canvas-{_NUMBER.get()}"


def to_restore() -> Strokes:
    """Return the strokes that a canvas starts with; they stay while it is there."""
    if canvas_key() not in st.session_state:  # it is new on this page
        _START.set(_STATES.get()[-1].strokes)
    return _START.get()


def remember() -> None:
    """Keep what the canvas has sent; called when it has, and before it is changed.

    Otherwise a stroke would be lost that came together with the press of a button.
    """
    value = st.session_state.get(canvas_key())
    try:
        state = parse(value, paper=PAPER[_COLOURS.get()])
    except DrawingError as error:
        LOG.info("a drawing was refused: %s", error)
        PROBLEM.set(str(error))
        return
    if state and not _is_same(_STATES.get()[-1].strokes, state.strokes):
        _add(state)


def parse(value: object, *, paper: str) -> CanvasState | None:
    """Return what a canvas has sent, or None while it was not touched.

    Raises:
        DrawingError: it is no drawing on this canvas, or too large a one.
    """
    sent = canvas_message.parse(value, width=WIDTH, height=HEIGHT)
    if sent is None:
        return None
    _check_digits(sent.strokes)
    return CanvasState(sent.strokes, sent.png, paper)


def _check_digits(strokes: Strokes) -> None:
    """Raise DrawingError where a digit to draw on is not one that `start_with` gave."""
    for each in strokes["objects"]:
        if "src" in each:
            canvas_message.decode_png(str(each["src"]), width=SIDE, height=SIDE)


def start_with(image: npt.NDArray[np.uint8]) -> None:
    """Put a digit on the canvas, to draw on top of; undo brings back what was there.

    Args:
        image: uint8 (28, 28), bright ink on a dark ground.
    """
    remember()
    colours = _COLOURS.get()
    inked = _inked(image, INK[colours])
    left, top = (WIDTH - SIDE) // 2, (HEIGHT - SIDE) // 2
    digit = {
        "type": "Image",
        "src": data_url.encode_picture(inked),
        "originX": "left",
        "originY": "top",
        "left": left,
        "top": top,
        "width": SIDE,
        "height": SIDE,
    }
    picture = Image.new("RGBA", (WIDTH, HEIGHT), PAPER[colours])
    picture.alpha_composite(inked, (left, top))
    png = to_png(picture.convert("RGB"))
    _add(CanvasState({"objects": [digit]}, png, PAPER[colours]))
    renew()


def count_drawings() -> int:
    """Return how often the visitor began with an empty canvas, and then drew."""
    pairs = pairwise(_STATES.get())
    return sum(before.png is None and after.png is not None for before, after in pairs)


def undo() -> None:
    """Go back one state, if there is one: a stroke, or a clear."""
    remember()
    if len(_STATES.get()) > 1:
        _STATES.get().pop()
        renew()


def clear() -> None:
    """Empty the canvas; undo brings the drawing back."""
    remember()
    if current() is not None:
        _add(EMPTY)
        renew()


def recolour(ink: str) -> None:
    """Draw all strokes in another colour: ink and paper changed places."""
    remember()
    states = _STATES.get()
    states[:] = [_recoloured(state, ink) for state in states]
    renew()


def renew() -> None:
    """Put a new canvas in place of this one, with what is drawn now."""
    _NUMBER.set(_NUMBER.get() + 1)


def _add(state: CanvasState) -> None:
    states = _STATES.get()
    states.append(state)
    del states[:-MAX_STATES]
    while len(states) > 1 and sum(each.size for each in states) > MAX_BYTES:
        del states[0]


def _is_same(strokes: Strokes, others: Strokes) -> bool:
    return bool(strokes.get("objects", []) == others.get("objects", []))


def _recoloured(state: CanvasState, ink: str) -> CanvasState:
    def recolour_one(stroke: dict[str, Any]) -> dict[str, Any]:
        if "src" not in stroke:
            return stroke | {"stroke": ink}
        png = canvas_message.decode_png(stroke["src"], width=SIDE, height=SIDE)
        alpha = Image.open(io.BytesIO(png)).convert("RGBA").getchannel("A")
        return stroke | {"src": data_url.encode_picture(_filled(alpha, ink))}

    objects = [recolour_one(stroke) for stroke in state.strokes.get("objects", [])]
    return replace(state, strokes=state.strokes | {"objects": objects})


def _inked(image: npt.NDArray[np.uint8], ink: str) -> Image.Image:
    """Return a digit large and in ink, on nothing: the paper shows through."""
    return _filled(enlarge(image, side=SIDE), ink)


def _filled(alpha: Image.Image, ink: str) -> Image.Image:
    picture = Image.new("RGBA", alpha.size, ink)
    picture.putalpha(alpha)
    return picture
