"""What this visitor has on the canvas: kept over page changes, undone, cleared.

The canvas forgets its drawing when it leaves the page, and once given it back it has
the strokes but no pixels until the next stroke. So strokes and pixels are kept
together, one state after each stroke; the last one is what is on the canvas now.
"""

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from streamlit_drawable_canvas import CanvasResult


@dataclass(frozen=True)
class Sketch:
    """One state of the canvas: its strokes, and its pixels as a PNG file's bytes."""

    strokes: dict[str, Any]
    png: bytes | None  # None where nothing is drawn
    width: int = 640  # pixels, of the canvas that it was drawn on


MOST_STATES = 50
HEIGHT = 280  # pixels, of every canvas
EMPTY = Sketch({"objects": []}, None)


def current() -> bytes | None:
    """The picture on the canvas as a PNG file's bytes, or None while it is empty."""
    return _states()[-1].png


def canvas_key(width: int) -> str:
    """The canvas's key: another key is a new canvas, with what `to_restore` gives."""
    return f"canvas-{st.session_state.setdefault('canvas_number', 0)}-{width}"


def to_restore(width: int) -> dict[str, Any]:
    """The strokes that a canvas of this width starts with.

    They stay the same while it is there.
    """
    if canvas_key(width) not in st.session_state:  # it is new on this page
        st.session_state.canvas_start = _fitted(_states()[-1], width)
    return st.session_state.canvas_start


def remember(result: "CanvasResult", width: int) -> None:
    """Keep what the canvas of this width just sent."""
    states, strokes = _states(), result.json_data or EMPTY.strokes
    png = result.image_bytes if strokes.get("objects") else None
    if strokes.get("objects") and png is None:
        return  # a canvas that was given its strokes back and has not been touched
    if len(states) > 1 and _same(states[-2].strokes, strokes):
        states.pop()  # undone with the canvas's own tools
    elif not _same(states[-1].strokes, strokes):
        states.append(Sketch(strokes, png, width))
        del states[:-MOST_STATES]


def can_undo() -> bool:
    """Whether there is a state to go back to."""
    return len(_states()) > 1


def undo() -> None:
    """Go back one state: a stroke, or a clear."""
    if can_undo():  # a second click may come before the button is shown disabled
        _states().pop()
        _renew()


def clear() -> None:
    """Empty the canvas; undo brings the drawing back."""
    _states().append(EMPTY)
    _renew()


def recolour(ink: str) -> None:
    """Draw all strokes in another colour: ink and paper changed places."""
    for state in _states():
        for stroke in state.strokes.get("objects", []):
            stroke["stroke"] = ink
    _renew()


def _renew() -> None:
    """Have a new canvas in place of this one, with the same drawing."""
    st.session_state.canvas_number = st.session_state.get("canvas_number", 0) + 1


def _states() -> list[Sketch]:
    return st.session_state.setdefault("sketches", [EMPTY])


def _same(strokes: dict[str, Any], others: dict[str, Any]) -> bool:
    return strokes.get("objects", []) == others.get("objects", [])


def _fitted(sketch: Sketch, width: int) -> dict[str, Any]:
    """Its strokes, made smaller where they would stick out of a narrower canvas."""
    share = width / sketch.width
    if share >= 1:
        return sketch.strokes
    fitted = copy.deepcopy(sketch.strokes)
    for stroke in fitted.get("objects", []):
        for name, start in (("left", 0), ("top", HEIGHT * (1 - share) / 2)):
            stroke[name] = start + share * stroke.get(name, 0)
        for name in ("scaleX", "scaleY"):
            stroke[name] = share * stroke.get(name, 1)
    return fitted
