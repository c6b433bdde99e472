"""Whatever a browser sends in a canvas's place."""

import struct
import zlib
from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mnist_core.errors import DrawingError
from pages.components.shared import canvas_message
from pages.components.shared.canvas_message import MOST_BYTES, MOST_STROKES, PREFIX

STROKE = {"type": "Path", "path": [["M", 1, 2], ["L", 3, 4]]}
WIDTH, HEIGHT = 640, 400


def chunk(kind: bytes, content: bytes) -> bytes:
    checked = kind + content
    return (
        struct.pack(">I", len(content))
        + checked
        + struct.pack(">I", zlib.crc32(checked))
    )


def png(width: int = WIDTH, height: int = HEIGHT) -> bytes:
    """A PNG file of one bit a pixel, all of them 0: small, however large it is."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = bytes(1 + (width + 7) // 8)
    packed = zlib.compressobj(9)
    pixels = b"".join(packed.compress(row) for _ in range(height)) + packed.flush()
    chunks = chunk(b"IHDR", header), chunk(b"IDAT", pixels), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def url(content: bytes) -> str:
    return PREFIX + b64encode(content).decode()


def sent(objects: object = (STROKE,), data: object = None) -> dict:
    objects = list(objects) if isinstance(objects, tuple) else objects
    return {"drawing": {"raw": {"objects": objects}, "data": data or url(png())}}


def parse(value: object):
    return canvas_message.parse(value, width=WIDTH, height=HEIGHT)


def test_a_drawing_is_returned_as_it_was_sent():
    assert parse(sent()) == ({"objects": [STROKE]}, png())


UNTOUCHED = {"raw": {"objects": []}, "data": url(png())}
NOT_PAINTED = {"raw": {"objects": [STROKE]}, "data": None}


@pytest.mark.parametrize(
    "value",
    [None, {}, *({"drawing": each} for each in (None, UNTOUCHED, NOT_PAINTED))],
)
def test_a_canvas_that_was_not_touched_has_sent_nothing(value):
    assert parse(value) is None


def test_a_small_file_that_holds_a_huge_picture_is_refused():
    huge = png(13_000, 13_000)
    assert len(huge) < 50_000
    with pytest.raises(DrawingError):
        parse(sent(data=url(huge)))


@pytest.mark.parametrize("size", [(640, 401), (1, 400), (400, 640)])
def test_a_picture_of_another_size_is_refused(size):
    with pytest.raises(DrawingError):
        parse(sent(data=url(png(*size))))


@pytest.mark.parametrize(
    "data",
    [
        "https://pictures.example/a.png",
        "data:text/html;base64," + b64encode(b"<script>").decode(),
        url(b"GIF89a"),
        url(png()[:20]),
        url(png()[:50]),  # its size is there, but not all of its pixels
        PREFIX + "not base64!",
        PREFIX + "A" * (2 * MOST_BYTES),
        b64encode(png()).decode(),  # without a word of what it is
    ],
)
def test_what_is_no_png_is_refused(data):
    with pytest.raises(DrawingError):
        parse(sent(data=data))


def nested(depth: int) -> list:
    inner: list = []
    for _ in range(depth):
        inner = [inner]
    return inner


@pytest.mark.parametrize(
    "objects",
    [
        (STROKE,) * (MOST_STROKES + 1),
        ({"path": "x" * MOST_BYTES},),
        ("a word",),
        ({"path": nested(100_000)},),
    ],
    ids=["many", "long", "word", "deep"],
)
def test_strokes_without_number_or_end_are_refused(objects):
    with pytest.raises(DrawingError):
        parse(sent(objects))


def test_as_many_strokes_as_a_hand_can_draw_are_taken():
    assert len(parse(sent((STROKE,) * MOST_STROKES)).strokes["objects"]) == MOST_STROKES


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
canvases = st.fixed_dictionaries(
    {
        "drawing": values
        | st.fixed_dictionaries(
            {
                "raw": values | st.fixed_dictionaries({"objects": values}),
                "data": values | st.binary().map(url),
            }
        )
    }
)


@settings(max_examples=100)
@given(values | canvases)
def test_anything_else_is_nothing_or_refused_in_words(value):
    try:
        assert parse(value) is None
    except DrawingError as error:
        assert str(error) in (canvas_message.REFUSED, canvas_message.TOO_LARGE)
