import gzip

import numpy as np
import pytest

from mnist_core.data import pen_drawings
from mnist_core.errors import StrokesUnreadable
from mnist_core.preprocessing import framing


def as_unipen(drawings):
    """The drawings as UCI distributes them: y grows upwards."""
    lines = [".INCLUDE dene.doc", '.LEXICON "0" "1"', ".HIERARCHY DIGIT"]
    for number, drawing in enumerate(drawings):
        lines.append(f'.SEGMENT DIGIT {number} ? "{drawing.digit}"')
        lines.append(f".COMMENT {drawing.digit} {drawing.writer} 224")
        for stroke in drawing.strokes:
            points = [f" {x:.0f} {500 - y:.0f}" for x, y in stroke]
            lines += [".PEN_DOWN", *points, ".PEN_UP", ".DT 100"]
    return "\n".join(lines) + "\n"


def assert_same(drawings, others):
    for one, other in zip(drawings, others, strict=True):
        assert (one.digit, one.writer) == (other.digit, other.writer)
        for stroke, again in zip(one.strokes, other.strokes, strict=True):
            np.testing.assert_array_equal(
                np.diff(stroke, axis=0), np.diff(again, axis=0)
            )


@pytest.mark.parametrize("packed", [False, True])
def test_both_forms_give_the_same_drawings(tmp_path, pen_file, drawings, packed):
    unipen = tmp_path / "pens.tra"
    unipen.write_text(as_unipen(drawings))
    if packed:
        for path in (pen_file, unipen):
            path.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    assert_same(pen_drawings.read(pen_file), drawings)
    assert_same(pen_drawings.read(unipen), drawings)
    hashes = {
        pen_drawings.sha256(pen_drawings.read(path)) for path in (pen_file, unipen)
    }
    assert hashes == {pen_drawings.sha256(drawings)}


def test_another_drawing_has_another_hash(drawings):
    assert pen_drawings.sha256(drawings) != pen_drawings.sha256(drawings[1:])


LINE = '{"digit": 1, "writer": 2, "strokes": [[[0, 0], [0, 9]]]}\n'
PACKED = gzip.compress(LINE.encode() * 50, mtime=0)
SEGMENT = '.SEGMENT DIGIT 0 ? "1"\n.COMMENT 1 2 3\n.PEN_DOWN\n 0 9\n 0 0\n.PEN_UP\n'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no drawing"),
        (b"hello", "no drawing"),
        (
            (LINE + LINE[:-9]).encode(),
            "line 2 is no drawing: it is damaged",
        ),
        (LINE.replace("1", "11", 1).encode(), "11 is no digit"),
        (LINE.replace("[[[0, 0], [0, 9]]]", "[[]]").encode(), "no points"),
        (LINE.replace("9", "NaN").encode(), "no points"),
        (LINE.replace("9", "1e308").encode(), "no points"),
        (LINE.replace("[0, 0], [0, 9]", "[0, 0, 5], [0, 9, 5]").encode(), "x and y"),
        (LINE.replace("1", "1.0", 1).encode(), "1.0 is no whole number"),
        (LINE.replace("2", "Infinity", 1).encode(), "inf is no whole number"),
        (LINE.replace("[[[0, 0], [0, 9]]]", "[" * 100_000).encode(), "line 1"),
        (LINE.replace('"writer": 2, ', "").encode(), "its writer is missing"),
        (
            (SEGMENT + SEGMENT.replace("COMMENT", "NOTE")).encode(),
            "segment 2 is no drawing: it does not say which writer",
        ),
        (
            SEGMENT.replace(" 0 0\n", " 0\n").encode(),
            "segment 1 is no drawing: it is",
        ),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "it is damaged, or no text"),
        (PACKED[:-20], "it is damaged or was cut short: copy it once more"),
        (PACKED[:20] + bytes(9) + PACKED[29:], "it is damaged or was cut short"),
        (PACKED[:-8] + bytes(8), "it is damaged or was cut short"),
    ],
)
def test_a_file_that_is_none_is_refused_with_the_reason(tmp_path, content, reason):
    path = tmp_path / "pens.txt"
    path.write_bytes(content)
    with pytest.raises(StrokesUnreadable, match=reason):
        pen_drawings.read(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(StrokesUnreadable, match="no such file"):
        pen_drawings.read(tmp_path / "nothing")
    with pytest.raises(StrokesUnreadable, match="cannot be read: Is a directory"):
        pen_drawings.read(tmp_path)


def test_people_are_held_out_not_drawings(drawings):
    learned, held_out = pen_drawings.split(drawings)
    people = [{drawing.writer for drawing in part} for part in (learned, held_out)]
    assert not people[0] & people[1]
    assert len(people[1]) == 2
    assert len(learned) + len(held_out) == len(drawings)
    assert pen_drawings.split([]) == ([], [])


@pytest.mark.parametrize("brush", [12, 28])
@pytest.mark.parametrize("size", [0.35, 0.95])
def test_a_drawing_on_the_canvas_has_the_size_and_brush_asked_for(
    drawings, brush, size
):
    rng = np.random.default_rng(3)
    for drawing in drawings[:10]:
        canvas = pen_drawings.on_canvas(drawing.strokes, rng, brush=brush, size=size)
        assert (canvas.shape, canvas.dtype) == ((280, 280), np.uint8)
        rows, columns = framing.bounding_box(framing.extract_ink(canvas))
        longer = max(rows.stop - rows.start, columns.stop - columns.start)
        assert longer == pytest.approx(min(280, size * 280 + brush), abs=brush / 2 + 3)


def test_a_dot_is_drawn_as_one():
    rng = np.random.default_rng(0)
    canvas = pen_drawings.on_canvas([np.array([[5.0, 5.0]])], rng)
    assert (canvas > 127).sum() == pytest.approx(np.pi * 10**2, rel=0.1)
