"""Write numbers as people whose writing the bundled model never saw, with some pen."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from mnist_core.data import curves, pen_drawings
from mnist_core.data.curves import Points, Strokes
from mnist_core.evaluation import pen_accuracy
from mnist_core.models import registry

Random = np.random.Generator
Colour = tuple[float, float, float]
Layer = NDArray[np.float32]
"""How much of each pixel is covered, 0 to 1: (h, w)."""
Hand = dict[str, list[Strokes]]
"""One person's drawings of each digit, about one unit high."""

BLACK, BLUE = (28.0, 27.0, 32.0), (38.0, 55.0, 138.0)
RED, GREEN = (188.0, 38.0, 48.0), (25.0, 105.0, 62.0)
DARK = BLACK, BLACK, BLUE, BLUE, RED


@dataclass(frozen=True)
class Pen:
    """What a number is written with."""

    width: float  # share of a digit's height
    colour: Colour
    strength: float = 0.95  # share of the paper that its middle covers
    roughness: float = 0.0  # share of its ink that the paper does not take
    streak: float = 1.0  # length to width of the gaps that this leaves


def choose_pen(rng: Random) -> Pen:
    """Choose a pen for paper: most are ball-points, many felt pens or pencils."""
    colour = DARK[rng.integers(len(DARK))]
    kind = rng.choice(
        ["ball-point", "gel", "felt", "dry", "pencil"], p=[0.3, 0.2, 0.22, 0.1, 0.18]
    )
    if kind == "ball-point":
        return Pen(rng.uniform(0.02, 0.03), colour, rng.uniform(0.75, 0.95), 0.05)
    if kind == "gel":
        return Pen(rng.uniform(0.03, 0.06), colour)
    if kind == "felt":
        return Pen(rng.uniform(0.08, 0.12), colour)
    if kind == "dry":
        return Pen(rng.uniform(0.06, 0.11), colour, 0.9, rng.uniform(0.08, 0.2), 5)
    grey = rng.uniform(60, 95)
    strength, rough = rng.uniform(0.5, 0.8), rng.uniform(0.15, 0.3)
    return Pen(rng.uniform(0.025, 0.05), (grey, grey, grey + 4), strength, rough)


def choose_marker(rng: Random) -> Pen:
    """Choose a pen for a whiteboard."""
    colours = BLACK, BLUE, RED, GREEN
    colour, width = colours[rng.integers(4)], rng.uniform(0.045, 0.09)
    return Pen(width, colour, rng.uniform(0.75, 0.95), rng.uniform(0, 0.1), 4)


def choose_chalk(rng: Random) -> Pen:
    """Choose chalk, white or yellow."""
    colour = (236.0, 236.0, 228.0) if rng.random() < 0.8 else (236.0, 222.0, 140.0)
    rough = rng.uniform(0.1, 0.25)
    return Pen(rng.uniform(0.05, 0.09), colour, rng.uniform(0.75, 0.95), rough)


@cache
def hands() -> tuple[Hand, ...]:
    """Return the hands of the people that the bundled model did not learn from."""
    card = registry.find(registry.PRETRAINED.name).card
    drawings = pen_accuracy.held_out_from(card, pen_drawings.read_configured())
    found: dict[int, Hand] = {}
    for drawing in drawings:
        hand = found.setdefault(drawing.writer, {})
        hand.setdefault(str(drawing.digit), []).append(smooth(drawing.strokes))
    return tuple(found[writer] for writer in sorted(found))


def smooth(strokes: Strokes) -> Strokes:
    """Lay curves through a drawing's points, and make it one unit high."""
    points = np.concatenate(strokes)
    corner, extent = points.min(axis=0), np.ptp(points, axis=0)
    size = max(extent[1], 0.8 * extent[0], 1e-6)
    return [_curve((stroke - corner) / size) for stroke in strokes]


def _curve(points: Points) -> Points:
    """Lay a smooth curve through a stroke's points, with a point every 0.005 units."""
    if len(points) < 2:  # a dot
        return points
    curve = curves.spline(points)
    length = curves.distances(curve)[-1]
    return curves.resample(curve, np.linspace(0, length, int(length / 0.005) + 2))


def write(rng: Random, lines: tuple[str, ...], *, gap: float) -> Strokes:
    """Write lines of digits in one hand, in units of a digit's height.

    Args:
        rng: chooses the hand, and one of its drawings of each digit.
        lines: the digits.
        gap: what lies between two digits at least, in the same units.
    """
    hand = hands()[rng.integers(len(hands()))]
    pitch, indents = rng.uniform(1.55, 2.2), rng.normal(0, 0.15, len(lines))
    placed: Strokes = []
    for row, (line, indent) in enumerate(zip(lines, indents, strict=True)):
        letters = [hand[digit][rng.integers(len(hand[digit]))] for digit in line]
        written = in_a_row(rng, letters, gap=gap)
        placed += [stroke + np.array([indent, row * pitch]) for stroke in written]
    return placed


def in_a_row(rng: Random, letters: list[Strokes], *, gap: float) -> Strokes:
    """Set drawings side by side on a line that goes up or down a little."""
    spread, slope = rng.uniform(0.05, 0.3), rng.normal(0, 0.012)
    left, placed = 0.0, []
    for letter in letters:
        size = rng.uniform(0.88, 1.12)
        bottom = rng.normal(0, 0.03) + slope * left
        points = np.concatenate(letter) * size
        shift = [left - points[:, 0].min(), bottom - points[:, 1].max()]
        placed += [stroke * size + shift for stroke in letter]
        left += np.ptp(points[:, 0]) + gap + rng.uniform(0.04, 0.04 + spread)
    return placed


def ink(
    rng: Random, strokes: Strokes, shape: tuple[int, int], *, width: float, pen: Pen
) -> Layer:
    """Return how much ink the strokes leave, in pixels, with a pen so wide in them."""
    points = np.concatenate(strokes)
    low = np.maximum(points.min(axis=0) - width - 2, 0).astype(int)
    high = np.minimum(points.max(axis=0) + width + 3, shape[::-1]).astype(int)
    box = slice(low[1], high[1]), slice(low[0], high[0])
    drawn = _draw(rng, [s - low for s in strokes], high - low, width=width)
    if pen.roughness:
        drawn *= _texture(rng, drawn.shape, width=width, pen=pen)
    layer = np.zeros(shape, np.float32)
    layer[box] = drawn
    return layer


def _draw(
    rng: Random, strokes: Strokes, size: NDArray[np.int_], *, width: float
) -> Layer:
    """Draw the strokes with a round pen that is pressed unevenly."""
    times = 4 if max(size) < 700 else 2
    sheet = Image.new("L", (int(size[0]) * times, int(size[1]) * times), 0)
    brush = ImageDraw.Draw(sheet)
    for stroke in strokes:
        for x, y, radius in _dabs(rng, stroke * times, width * times / 2):
            brush.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    small = sheet.resize((int(size[0]), int(size[1])), Image.Resampling.BOX)
    return np.asarray(small, np.float32) / np.float32(255)


def _dabs(
    rng: Random, stroke: Points, radius: float
) -> Iterator[tuple[float, float, float]]:
    """Yield centre and radius of the dabs that make a stroke."""
    length = curves.distances(stroke)[-1]
    count = int(length / max(0.3 * radius, 0.5)) + 2
    points = curves.resample(stroke, np.linspace(0, length, count))
    waves = max(2, int(length / (12 * radius)))
    knots = rng.normal(1, 0.07, waves + 1).clip(0.8, 1.2)
    pressure = np.interp(np.linspace(0, waves, count), np.arange(waves + 1), knots)
    yield from np.column_stack([points, radius * pressure]).tolist()


def _texture(
    rng: Random, shape: tuple[int, ...], *, width: float, pen: Pen
) -> NDArray[np.float32]:
    """Return how much of a rough pen's ink the paper takes, pixel by pixel."""
    fine = max(0.15 * width, 0.7)
    noise = rng.standard_normal(shape, np.float32)
    noise = ndimage.gaussian_filter(noise, (fine, fine * pen.streak))
    limit = np.quantile(noise[::3, ::3], pen.roughness)
    taken: NDArray[np.float32] = (noise - limit) / (0.8 * noise.std()) + 0.5
    return taken.clip(0.2, 1).astype(np.float32)


def dried(rng: Random, strokes: Strokes, *, pen: Pen, pieces: int) -> Strokes:
    """Leave gaps in the strokes, so that a pen so wide leaves so many pieces."""
    lengths = [curves.distances(stroke)[-1] for stroke in strokes]
    total = sum(lengths)
    step = total / max(pieces, 1)
    starts = list(accumulate(lengths, initial=0.0))[:-1]
    cuts = np.arange(1, pieces) * step + rng.uniform(-0.2, 0.2, pieces - 1) * step
    gap = pen.width + rng.uniform(0.025, 0.05)
    return [
        piece
        for stroke, start, length in zip(strokes, starts, lengths, strict=True)
        for piece in _without(stroke, cuts - start, length, gap)
    ]


def _without(
    stroke: Points, cuts: NDArray[np.floating], length: float, gap: float
) -> Iterator[Points]:
    """Yield what is left of a stroke beside gaps around these distances along it."""
    inside = cuts[(cuts > gap) & (cuts < length - gap)]
    firsts = [0.0, *(inside + gap / 2)]
    lasts = [*(inside - gap / 2), length]
    for first, last in zip(firsts, lasts, strict=True):
        if last > first:
            count = int((last - first) / 0.005) + 2
            yield curves.resample(stroke, np.linspace(first, last, count))


def thicker(pen: Pen, *, least: float) -> Pen:
    """Return the pen, but with strokes at least so wide."""
    return replace(pen, width=max(pen.width, least))
