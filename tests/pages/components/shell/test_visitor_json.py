"""What a visitor has comes back from JSON, and what does not fit is left out."""

import io
import json
from base64 import b64encode

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pages.components.shared.canvas_state import EMPTY, HEIGHT, WIDTH, CanvasState
from pages.components.shared.data_url import enlarge, to_png
from pages.components.shared.feedback_store import Feedback
from pages.components.shared.inputs import CANVAS, SCALE, DrawingInput
from pages.components.shell import visitor_json
from pages.components.shell.visitor_json import MAX_CANVAS_STATES, MAX_PICTURE

PNG = to_png(Image.new("L", (WIDTH, HEIGHT), 7))
DRAWN = CanvasState({"objects": [{"type": "Path", "left": 1.5}]}, PNG, "#ffffff")
IMAGE = np.arange(28 * 28, dtype=np.uint8).reshape(28, 28)
DIGIT = to_png(enlarge(IMAGE, side=28 * SCALE))
VALUES = {
    "canvas_states": [EMPTY, DRAWN],
    "feedback": {"a": Feedback(3, "7", "none", PNG, [IMAGE / np.float32(255)])},
    "input_uploader": DrawingInput("photo", b"a photo"),
    "input_digit": DrawingInput("digit", DIGIT, label=4),
    "input_digit_index": 17,
    "input_shuffles": 2,
    "input_method": CANVAS,
    "colours": "Black on white",
    "brush": 12,
    "model": "ada",
    "canvas_number": 5,
}


def written(**values) -> dict:
    """These values as a file has them, and nothing that a file could not have."""
    return json.loads(json.dumps(visitor_json.encode(values)))


def test_all_of_it_comes_back():
    values = visitor_json.decode(written(**VALUES))
    assert values == VALUES
    np.testing.assert_array_equal(
        values["feedback"]["a"].images, VALUES["feedback"]["a"].images
    )


def test_of_many_strokes_the_last_can_be_undone():
    states = [EMPTY, *[CanvasState({"objects": [{"left": n}]}, PNG) for n in range(30)]]
    values = visitor_json.decode(written(canvas_states=states))
    assert values["canvas_states"] == states[-MAX_CANVAS_STATES:]


def test_a_photo_too_large_is_not_written():
    photo = DrawingInput("photo", bytes(MAX_PICTURE + 1))
    assert written(input_uploader=photo, brush=12) == {"brush": 12}


def huge_png() -> str:
    file = io.BytesIO()
    Image.new("1", (5000, 5000)).save(file, format="PNG")
    return b64encode(file.getvalue()).decode()


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("canvas_states", lambda states: states[1].update(png=huge_png())),
        ("canvas_states", lambda states: states[1].update(strokes='{"objects": [1]}')),
        ("canvas_states", lambda states: states[1].update(strokes="[" * 100_000)),
        ("canvas_states", lambda states: states[1].update(paper="url(x)")),
        ("canvas_states", lambda states: states.clear()),
        ("feedback", lambda feedback: feedback["a"].update(label="../7")),
        ("feedback", lambda feedback: feedback["a"].update(number=True)),
        ("feedback", lambda feedback: feedback["a"].update(png=huge_png())),
        ("feedback", lambda feedback: feedback["a"].update(images=["AAAA"])),
        ("input_digit", lambda digit: digit.update(png=huge_png())),
        ("input_digit", lambda digit: digit.update(label=10)),
    ],
)
def test_what_was_edited_is_left_out_and_nothing_else(key, change):
    content = written(**VALUES)
    change(content[key])
    expected = {name: value for name, value in VALUES.items() if name != key}
    assert visitor_json.decode(content) == expected


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=30)
@given(ANYTHING | st.fixed_dictionaries({}, optional=dict.fromkeys(VALUES, ANYTHING)))
def test_whatever_is_in_a_file_nothing_breaks(content):
    values = visitor_json.decode(content)
    assert visitor_json.decode(written(**values)) == values
