"""What a visitor has, as JSON, with pictures in base64.

content = visitor_json.encode(values)       # to be written to a file
values = visitor_json.decode(content)       # read back, after a restart

A file can be edited, or damaged. So each value is checked as if a browser had sent it,
and one that does not fit is left out.
"""

import io
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple, get_args

import numpy as np
from PIL import Image

from mnist_core.storage.paths import check_name
from pages.components.shared import canvas_message, canvas_state, data_url, inputs
from pages.components.shared.canvas_state import EMPTY, CanvasState
from pages.components.shared.feedback_store import Feedback
from pages.components.shared.inputs import DrawingInput, Method
from pages.components.shared.recognition import MAX_SIDE, NO_DIGIT

MAX_CANVAS_STATES: Final = 10  # so many strokes can be undone afterwards
MAX_PICTURE: Final = 10_000_000  # bytes; a phone's photo has fewer
MOST: Final = 1_000_000  # of whatever is counted
DIGIT_SIDE: Final = 28 * inputs.SCALE  # pixels, of a digit of the data set


class Form(NamedTuple):
    """How a value is written as JSON, and read back; the reader raises what it will."""

    write: Callable[[Any], object]
    read: Callable[[Any], object]


def encode(values: Mapping[str, Any]) -> dict[str, object]:
    """Return what JSON can hold of these values, by their keys in the session."""
    written = {
        key: form.write(values[key])
        for key, form in FORMS.items()
        if values.get(key) is not None
    }
    return {key: value for key, value in written.items() if value is not None}


def decode(content: object) -> dict[str, Any]:
    """Return the values that fit, of whatever was read as JSON."""
    values = {}
    for key, form in FORMS.items():
        # What is missing or damaged raises anything, Pillow's errors among it.
        with suppress(Exception):
            values[key] = form.read(content[key])  # type: ignore[index]
    return values


def _write_canvas(states: list[CanvasState]) -> list[dict[str, object]]:
    return [
        {
            "strokes": each.strokes_json,
            "png": each.png and _text(each.png),
            "paper": each.paper,
        }
        for each in states[-MAX_CANVAS_STATES:]
    ]


def _read_canvas(content: list[dict[str, Any]]) -> list[CanvasState]:
    states = [_read_canvas_state(each) for each in content[-MAX_CANVAS_STATES:]]
    _check(states)
    return states


def _read_canvas_state(content: dict[str, Any]) -> CanvasState:
    if content["png"] is None:
        return EMPTY
    url = canvas_message.PREFIX + content["png"]
    sent = {"drawing": {"raw": json.loads(content["strokes"]), "data": url}}
    _check(content["paper"] in canvas_state.PAPER.values())
    state = canvas_state.parse(sent, paper=content["paper"])
    if state is None:
        raise ValueError("it has pixels, but no strokes")
    return state


def _write_feedback(feedback: dict[str, Feedback]) -> dict[str, object]:
    return {
        key: {
            "number": each.number,
            "label": each.label,
            "predicted": each.predicted,
            "png": _text(each.png),
            "images": [data_url.encode_levels(image) for image in each.images],
        }
        for key, each in feedback.items()
    }


def _read_feedback(content: dict[str, dict[str, Any]]) -> dict[str, Feedback]:
    return {key: _read_one_feedback(each) for key, each in content.items()}


def _read_one_feedback(content: dict[str, Any]) -> Feedback:
    for answer in (content["label"], content["predicted"]):
        _check(answer == NO_DIGIT or re.fullmatch("[0-9]{1,200}", answer))
    png = b64decode(content["png"], validate=True)
    _check(max(_picture(png).size) <= MAX_SIDE)
    levels = [b64decode(each, validate=True) for each in content["images"]]
    images = [np.frombuffer(each, np.uint8).reshape(28, 28) for each in levels]
    return Feedback(
        _number(content["number"], 1, MOST),
        content["label"],
        content["predicted"],
        png,
        [image.astype(np.float32) / np.float32(255) for image in images],
    )


def _write_photo(given: DrawingInput) -> str | None:
    return _text(given.data) if len(given.data) <= MAX_PICTURE else None


def _read_photo(content: str) -> DrawingInput:
    _check(len(content) <= MAX_PICTURE * 4 / 3 + 4)
    return DrawingInput("photo", b64decode(content, validate=True))


def _write_digit(given: DrawingInput) -> dict[str, object]:
    return {"png": _text(given.data), "label": given.label}


def _read_digit(content: dict[str, Any]) -> DrawingInput:
    png = b64decode(content["png"], validate=True)
    picture = _picture(png)
    _check(picture.size == (DIGIT_SIDE, DIGIT_SIDE) and picture.mode == "L")
    return DrawingInput("digit", png, _number(content["label"], 0, 9))


def _picture(png: bytes) -> Image.Image:
    """Return a PNG file's picture, which is not decoded yet."""
    return Image.open(io.BytesIO(png), formats=("PNG",))


def _text(data: bytes) -> str:
    return b64encode(data).decode()


def _check(fits: object) -> None:
    if not fits:
        raise ValueError("it is not what was written")


def _number(content: object, least: int, most: int) -> int:
    if type(content) is not int or not least <= content <= most:
        raise ValueError("it is no such number")
    return content


def _from_to(least: int, most: int) -> Form:
    return Form(int, lambda content: _number(content, least, most))


def _one_of(*choices: str) -> Form:
    def read(content: str) -> str:
        _check(content in choices)
        return content

    return Form(str, read)


FORMS: Final = {
    "canvas_states": Form(_write_canvas, _read_canvas),
    "feedback": Form(_write_feedback, _read_feedback),
    "input_uploader": Form(_write_photo, _read_photo),
    "input_camera": Form(_write_photo, _read_photo),
    "input_digit": Form(_write_digit, _read_digit),
    "input_digit_index": _from_to(0, MOST),
    "input_shuffles": _from_to(0, MOST),
    "input_method": _one_of(*get_args(Method)),
    "colours": _one_of(*canvas_state.PAPER),
    "brush": _from_to(8, 40),
    "model": Form(str, check_name),
    "canvas_number": _from_to(0, MOST),
}
"""How each value is written, by its key in the session."""
