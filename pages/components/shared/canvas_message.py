"""Check what a canvas sends, where it comes in: strokes as JSON, pixels as a PNG.

sent = canvas_message.parse(st.session_state["canvas-3"], width=640, height=400)

A browser may send anything, and a small PNG may hold a picture of any size. So nothing
is kept, and nothing decoded, before it was looked at here.
"""

import io
import json
from base64 import b64decode
from typing import Any, Final, NamedTuple

from PIL import Image

from mnist_core.errors import DrawingError

Strokes = dict[str, Any]
"""A drawing as Fabric.js writes it in JSON; its strokes are the list "objects"."""

MOST_BYTES: Final = 2_000_000  # of the PNG, and of the JSON; a full canvas has a tenth
MOST_STROKES: Final = 5_000
PREFIX: Final = "data:image/png;base64,"
REFUSED: Final = "what the canvas sent is no drawing of it; clear it and draw again"
TOO_LARGE: Final = "the drawing has become too large; clear the canvas and draw again"


class Sent(NamedTuple):
    """What is on a canvas."""

    strokes: Strokes
    png: bytes


def parse(sent: object, *, width: int, height: int) -> Sent | None:
    """Return what a canvas has sent, or None while it was not touched.

    Args:
        sent: its value, whatever it is.
        width: of the canvas, in pixels.
        height: of the canvas, in pixels.

    Raises:
        DrawingError: it is no drawing on such a canvas, or too large a one.
    """
    match sent:
        case {"drawing": {"raw": {"objects": [_, *_]} as strokes, "data": str(data)}}:
            _check_strokes(strokes)
            return Sent(strokes, decode_png(data, width=width, height=height))
    return None


def decode_png(url: str, *, width: int, height: int) -> bytes:
    """Return the PNG file in a data URL, which has that size in pixels.

    Raises:
        DrawingError: it is none, or of another size.
    """
    if len(url) > MOST_BYTES * 4 / 3:
        raise DrawingError(TOO_LARGE)
    try:
        png = b64decode(url.removeprefix(PREFIX), validate=True)
        with Image.open(io.BytesIO(png), formats=("PNG",)) as picture:
            fits = picture.size == (width, height)
            if fits:
                picture.load()  # its size does not say that the rest of it is there
    except Exception as error:  # of a damaged file Pillow raises anything
        raise DrawingError(REFUSED) from error
    if not fits or not url.startswith(PREFIX):
        raise DrawingError(REFUSED)
    return png


def _check_strokes(strokes: Strokes) -> None:
    """Raise DrawingError where these are too many, or no strokes at all."""
    objects = strokes["objects"]
    try:
        too_large = len(json.dumps(strokes)) > MOST_BYTES
    except (RecursionError, TypeError) as error:  # no drawing is so deep, or no JSON
        raise DrawingError(REFUSED) from error
    if too_large or len(objects) > MOST_STROKES:
        raise DrawingError(TOO_LARGE)
    if not all(isinstance(each, dict) for each in objects):
        raise DrawingError(REFUSED)
