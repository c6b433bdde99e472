"""What this visitor has on the canvas: kept over page changes, undone, cleared.

The canvas forgets its drawing when it leaves the page, and once given it back it has
the strokes but no pixels until the next stroke. So strokes and pixels are kept
together, one state after each stroke; the last one is what is on the canvas now.

A canvas may be larger or smaller than the one that a state was drawn on. The state
stays as it is, and its strokes are scaled anew for each canvas: so nothing is lost on
the way there and back.
"""

import io
import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from PIL import Image

from pages.components.shared.data_url import enlarge, to_png

if TYPE_CHECKING:
    from streamlit_drawable_canvas import CanvasResult

PAPER = {"White on black": "#000000", "Black on white": "#ffffff"}
INK = {"White on black": "#ffffff", "Black on white": "#000000"}
MOST_STATES = 50
SIDE = 280  # pixels, of a digit that a drawing starts with
DISTINCT = 64  # of 255 grey levels, by which ink differs from the paper at the least
TAKEN = 5  # bytes of memory by a character of JSON, as lists of numbers go
DIGITS = 4  # after the point: the canvas says no more of them


@dataclass(frozen=True)
class CanvasState:
    """One state of the canvas: its strokes, and its pixels as a PNG file's bytes."""

    strokes: dict[str, Any]
    png: bytes | None  # None where nothing is drawn
    width: int = 640  # pixels, of the canvas that it was drawn on
    height: int = SIDE

    def fitted(self, width: int, height: int) -> dict[str, Any]:
        """Its strokes for another canvas, by its height, and its ink within the sides.

        The brush is scaled with them.
        """
        if self.png is None or (width, height) == (self.width, self.height):
            return self.strokes
        left, right = self._span
        scale = min(height / self.height, width / (right - left))
        half = scale * (right - left) / 2
        centre = (left + right) / 2 * width / self.width
        across = min(max(centre, half), width - half) - scale * (left + right) / 2
        return self._moved(scale, across, (height - scale * self.height) / 2)

    @cached_property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        return len(self.png or b"") + TAKEN * len(json.dumps(self.strokes))

    @cached_property
    def _span(self) -> tuple[float, float]:
        """Where its ink begins and ends, in pixels from the left."""
        grey = np.asarray(Image.open(io.BytesIO(self.png)).convert("L"), np.int16)
        inked = np.abs(grey - np.median(grey)) >= DISTINCT
        columns = np.flatnonzero(inked.any(axis=0)) * self.width / grey.shape[1]
        if not columns.size:  # it was moved off the paper
            return 0.0, float(self.width)
        return float(columns[0]), float(columns[-1]) + 1

    def _moved(self, scale: float, across: float, down: float) -> dict[str, Any]:
        """Its strokes, scaled and then moved by so many pixels."""

        def move(stroke: dict[str, Any]) -> dict[str, Any]:
            moved = {
                "left": across + scale * stroke.get("left", 0),
                "top": down + scale * stroke.get("top", 0),
                "scaleX": scale * stroke.get("scaleX", 1),
                "scaleY": scale * stroke.get("scaleY", 1),
            }
            return stroke | {name: round(at, DIGITS) for name, at in moved.items()}

        objects = [move(stroke) for stroke in self.strokes.get("objects", [])]
        return self.strokes | {"objects": objects}


EMPTY = CanvasState({"objects": []}, None)


def current() -> bytes | None:
    """The picture on the canvas as a PNG file's bytes, or None while it is empty."""
    return _states()[-1].png


def canvas_key(width: int, height: int) -> str:
    """The canvas's key: another key is a new canvas, with what `to_restore` gives."""
    number = st.session_state.setdefault("canvas_number", 0)
    return f"canvas-{number}-{width}x{height}"


def to_restore(width: int, height: int) -> dict[str, Any]:
    """The strokes that a canvas of this size starts with.

    They stay the same while it is there.
    """
    if canvas_key(width, height) not in st.session_state:  # it is new on this page
        st.session_state.canvas_start = _states()[-1].fitted(width, height)
    return st.session_state.canvas_start


def remember(result: "CanvasResult", width: int, height: int) -> None:
    """Keep what the canvas of this size just sent."""
    states, strokes = _states(), result.json_data or EMPTY.strokes
    png = result.image_bytes if strokes.get("objects") else None
    if strokes.get("objects") and png is None:
        return  # a canvas that was given its strokes back and has not been touched
    if len(states) > 1 and _same(states[-2].fitted(width, height), strokes):
        states.pop()  # undone with the canvas's own tools
    elif not _same(states[-1].fitted(width, height), strokes):
        _add(CanvasState(strokes, png, width, height))


def start_with(image: np.ndarray) -> None:
    """Put a digit on the canvas, to draw on top of; undo brings back what was there.

    Args:
        image: uint8 (28, 28), bright ink on a dark ground.
    """
    ink, paper = _colours()
    digit = {
        "type": "Image",
        "src": _address(_inked(image, ink)),
        "originX": "left",
        "originY": "top",
        "left": 0,
        "top": 0,
        "width": SIDE,
        "height": SIDE,
    }
    picture = Image.new("RGBA", (SIDE, SIDE), paper)
    picture.alpha_composite(_inked(image, ink))
    _add(CanvasState({"objects": [digit]}, to_png(picture.convert("RGB")), SIDE, SIDE))
    renew()


def can_undo() -> bool:
    """Whether there is a state to go back to."""
    return len(_states()) > 1


def undo() -> None:
    """Go back one state: a stroke, or a clear."""
    if can_undo():  # a second click may come before the button is shown disabled
        _states().pop()
        renew()


def clear() -> None:
    """Empty the canvas; undo brings the drawing back."""
    _add(EMPTY)
    renew()


def recolour(ink: str) -> None:
    """Draw all strokes in another colour: ink and paper changed places."""
    states = _states()
    states[:] = [_recoloured(state, ink) for state in states]
    renew()


def renew() -> None:
    """Have a new canvas in place of this one, with what there is now."""
    st.session_state.canvas_number = st.session_state.get("canvas_number", 0) + 1


def _states() -> list[CanvasState]:
    return st.session_state.setdefault("sketches", [EMPTY])


def _add(state: CanvasState) -> None:
    states = _states()
    states.append(state)
    del states[:-MOST_STATES]


def _same(strokes: dict[str, Any], others: dict[str, Any]) -> bool:
    return strokes.get("objects", []) == others.get("objects", [])


def _colours() -> tuple[str, str]:
    """Of the ink and of the paper."""
    chosen = st.session_state.get("colours", "White on black")
    return INK[chosen], PAPER[chosen]


def _recoloured(state: CanvasState, ink: str) -> CanvasState:
    def recolour_one(stroke: dict[str, Any]) -> dict[str, Any]:
        if stroke.get("type") != "Image":
            return stroke | {"stroke": ink}
        encoded = stroke["src"].partition(",")[2]
        alpha = Image.open(io.BytesIO(b64decode(encoded))).getchannel("A")
        return stroke | {"src": _address(_filled(alpha, ink))}

    objects = [recolour_one(stroke) for stroke in state.strokes.get("objects", [])]
    return replace(state, strokes=state.strokes | {"objects": objects})


def _inked(image: np.ndarray, ink: str) -> Image.Image:
    """A digit large and in ink, on nothing: the paper shows through."""
    return _filled(enlarge(image, side=SIDE), ink)


def _filled(alpha: Image.Image, ink: str) -> Image.Image:
    picture = Image.new("RGBA", alpha.size, ink)
    picture.putalpha(alpha)
    return picture


def _address(picture: Image.Image) -> str:
    """A picture as an address that holds it."""
    return f"data:image/png;base64,{b64encode(to_png(picture)).decode()}"
