"""Read pen drawings, the strokes that people wrote on a tablet, and draw them.

    from mnist_core.data import pen_drawings
    drawings = pen_drawings.read("pendigits-orig.tra.gz")
    canvas = pen_drawings.on_canvas(drawings[0].strokes, np.random.default_rng(7))

Two forms are read, plain or gzipped: JSON lines such as
`{"digit": 8, "writer": 12, "strokes": [[[x, y], ...], ...]}`, y growing downwards, and
UNIPEN as UCI distributes its Pen-Based Recognition of Handwritten Digits (E. Alpaydin,
F. Alimoglu, CC BY 4.0, https://archive.ics.uci.edu/dataset/81), y growing upwards.
"""

import gzip
import hashlib
import json
import os
import re
import zlib
from collections.abc import Iterable, Iterator, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypedDict

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mnist_core.data.curves import Points, Strokes
from mnist_core.errors import StrokesUnreadable

CANVAS = 280  # pixels, side of the canvas
BRUSH = 20  # pixels, the pen's width on it
SMALLEST, LARGEST = 0.45, 0.85  # share of the canvas that a drawing's longer side takes
SUPERSAMPLING = 2
LARGEST_FILE = 200_000_000  # bytes when unpacked, so that no file can fill the memory
HELD_OUT = 5  # one writer in so many is kept out of the training, to measure on
FARTHEST = 1e6  # from 0, of any point
LICENCES = {  # by `sha256`; this one is of the 7,494 drawings in pendigits-orig.tra
    "2c3c6b7716938bf427ffb45139f46b71252a0b23306e3f7251267f95186041e8": "E. Alpaydin, "
    "F. Alimoglu, UCI Pen-Based Recognition of Handwritten Digits; CC BY 4.0"
}


@dataclass(frozen=True)
class PenDrawing:
    """A digit that somebody wrote."""

    digit: int
    writer: int
    strokes: Strokes  # each float64 (n, 2): x and y, y growing downwards


class Description(TypedDict):
    """The entry on a card for the pen drawings that a network learned from."""

    sha256: str
    licence: str
    drawings: int
    people: int
    people_held_out: list[int]


def read(path: str | Path) -> list[PenDrawing]:
    """Read a file of pen drawings in either form, plain or gzipped.

    Raises:
        StrokesUnreadable: the file is missing, damaged or in another form; says where.
    """
    text = _text(Path(path))
    json_lines = text.lstrip().startswith("{")
    try:
        found = list(_json_lines(text) if json_lines else _unipen(text))
    except _BadLine as error:
        raise StrokesUnreadable(str(path), str(error)) from error
    if not found:
        raise StrokesUnreadable(str(path), "there is no drawing in it")
    return found


def configured_path() -> Path | None:
    """Return the file of pen drawings that MNIST_STROKES names, if it names one."""
    named = os.environ.get("MNIST_STROKES")
    return Path(named).expanduser() if named else None


def read_configured() -> list[PenDrawing]:
    """Read the file that MNIST_STROKES names; no drawings where it names none.

    Raises:
        StrokesUnreadable: as `read`.
    """
    path = configured_path()
    return read(path) if path else []


def split(drawings: list[PenDrawing]) -> tuple[list[PenDrawing], list[PenDrawing]]:
    """Split drawings by writer: those to train on, and those of one writer in five.

    A person's drawings resemble each other, so that only people can be held out.
    """
    writers = sorted({drawing.writer for drawing in drawings})
    held_out = set(writers[::HELD_OUT])
    return (
        [drawing for drawing in drawings if drawing.writer not in held_out],
        [drawing for drawing in drawings if drawing.writer in held_out],
    )


def sha256(drawings: list[PenDrawing]) -> str:
    """Return the hash of what was drawn, whichever form of file it came in."""
    digest = hashlib.sha256()
    for drawing in drawings:
        corner = np.concatenate(drawing.strokes).min(axis=0)
        moved = [(stroke - corner).round(3).tolist() for stroke in drawing.strokes]
        line = [drawing.digit, drawing.writer, moved]
        digest.update(json.dumps(line).encode())
    return digest.hexdigest()


def describe(drawings: list[PenDrawing]) -> Description:
    """Return what a card says about drawings: hash, licence, how many, by whom."""
    digest = sha256(drawings)
    return {
        "sha256": digest,
        "licence": LICENCES.get(digest, "not known to the project"),
        "drawings": len(drawings),
        "people": len({drawing.writer for drawing in drawings}),
        "people_held_out": sorted({drawing.writer for drawing in split(drawings)[1]}),
    }


def on_canvas(
    strokes: Strokes,
    rng: np.random.Generator,
    *,
    brush: float = BRUSH,
    size: float | None = None,
) -> NDArray[np.uint8]:
    """Draw a person's drawing somewhere on the canvas: uint8 (280, 280), ink 255.

    Args:
        strokes: as in a `PenDrawing`.
        rng: decides the place, and the size unless that is given.
        brush: the pen's width in pixels.
        size: share of the canvas that the drawing's longer side takes, 0 to 1.
    """
    share = rng.uniform(*(SMALLEST, LARGEST) if size is None else (size, size))
    points = np.concatenate(strokes)
    corner, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = share * CANVAS / max(extent.max(), 1e-6)
    margin = brush / 2 + 2
    room = np.maximum(CANVAS - margin - extent * scale, margin)
    origin = np.array([rng.uniform(margin, room[0]), rng.uniform(margin, room[1])])
    placed = [(stroke - corner) * scale + origin for stroke in strokes]
    return draw(placed, shape=(CANVAS, CANVAS), brush=brush)


PAPER: Final = (0, 0, 0)
"""The colour of what `draw` draws on."""


def draw(
    strokes: Strokes, *, shape: tuple[int, int], brush: float
) -> NDArray[np.uint8]:
    """Draw strokes, in pixels, with a round brush: uint8 of this shape, ink 255."""
    height, width = shape
    paper = Image.new("L", (width * SUPERSAMPLING, height * SUPERSAMPLING), 0)
    pen, radius = ImageDraw.Draw(paper), brush * SUPERSAMPLING / 2
    for stroke in strokes:
        points = [(x, y) for x, y in (stroke * SUPERSAMPLING).tolist()]
        if len(points) > 1:
            pen.line(points, fill=255, width=round(2 * radius))
        for x, y in points:  # round ends and joints
            pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=255)
    return np.asarray(paper.resize((width, height), Image.Resampling.BOX))


class _BadLine(Exception):
    """A line is not what its file should hold; the message says which."""


class _BadDrawing(ValueError):
    """A drawing that can be told to be none; the message says why."""


# What parsing raises, whatever the file holds in place of a drawing.
PARSE_ERRORS = ValueError, KeyError, TypeError, OverflowError, RecursionError


def _text(path: Path) -> str:
    """Return what the file holds, unpacked; raise StrokesUnreadable where it cannot."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise StrokesUnreadable(str(path), "it is larger than 200 MB")
        return content.decode("utf-8")
    except FileNotFoundError:
        raise StrokesUnreadable(str(path), "there is no such file") from None
    except UnicodeDecodeError as error:
        raise StrokesUnreadable(str(path), "it is damaged, or no text") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        reason = "it is damaged or was cut short: copy it once more"
        raise StrokesUnreadable(str(path), reason) from error
    except OSError as error:
        raise StrokesUnreadable(str(path), error.strerror or "it is damaged") from error


def _json_lines(text: str) -> Iterator[PenDrawing]:
    """Yield the drawing of each line that holds one."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            yield _checked(record["digit"], record["writer"], record["strokes"])
        except PARSE_ERRORS as error:
            raise _BadLine(f"line {number} is no drawing{_why(error)}") from error


def _unipen(text: str) -> Iterator[PenDrawing]:
    """Yield the drawing of each segment: digit, a comment with the writer, strokes."""
    for number, segment in enumerate(re.split(r"^\.SEGMENT", text, flags=re.M)[1:], 1):
        try:
            digit = _match(r'"(\d)"', segment, "digit")
            writer = _match(r"^\.COMMENT\s+\d+\s+(\d+)", segment, "writer")
            downs = re.findall(r"\.PEN_DOWN\s([-\d\s.]*?)(?=^\.|\Z)", segment, re.M)
            strokes = [np.array(down.split(), float).reshape(-1, 2) for down in downs]
            yield _checked(int(digit), int(writer), [s * [1, -1] for s in strokes])
        except PARSE_ERRORS as error:
            raise _BadLine(f"segment {number} is no drawing{_why(error)}") from error


def _match(pattern: str, segment: str, what: str) -> str:
    """Return what the pattern's group matches in a segment: a digit, say."""
    found = re.search(pattern, segment, re.M)
    if not found:
        raise _BadDrawing(f"it does not say which {what}")
    return found[1]


def _why(error: Exception) -> str:
    """Return a reason that is ours; what parsers say is for programmers."""
    if isinstance(error, _BadDrawing):
        return f": {error}"
    if isinstance(error, KeyError):
        return f": its {error.args[0]} is missing"
    return ": it is damaged, or was cut short"


def _checked(digit: object, writer: object, strokes: Iterable[Sized]) -> PenDrawing:
    """Return the drawing; raise one of PARSE_ERRORS where it is none."""
    digit, writer = _whole(digit), _whole(writer)
    if digit not in range(10):
        raise _BadDrawing(f"{digit} is no digit")
    arrays = [np.asarray(stroke, float) for stroke in strokes if len(stroke)]
    if not arrays or not all(_are_points(array) for array in arrays):
        raise _BadDrawing("its strokes hold no points, or others than x and y")
    return PenDrawing(digit, writer, arrays)


def _whole(number: object) -> int:
    """Return a whole number as it is; raise _BadDrawing for any other object."""
    if not isinstance(number, int) or isinstance(number, bool):
        raise _BadDrawing(f"{number!r} is no whole number")
    return number


def _are_points(array: Points) -> bool:
    """Tell whether an array holds points x, y that are not absurdly far away."""
    return array.shape == (len(array), 2) and bool((np.abs(array) < FARTHEST).all())
