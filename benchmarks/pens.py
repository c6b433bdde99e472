"""Measure how the model that ships reads pen drawings of people new to it.

MNIST_STROKES names the file that they are in.
"""

from collections.abc import Iterator
from typing import Any, TypedDict

import numpy as np
import numpy.typing as npt

from mnist_core.data import doodles, pen_drawings
from mnist_core.data.pen_drawings import PenDrawing
from mnist_core.evaluation import pen_accuracy
from mnist_core.inference import reader
from mnist_core.inference.predictor import Predictor
from mnist_core.inference.rejection import look_like_digits
from mnist_core.models import registry

Lines = Iterator[tuple[str, str]]


class Setting(TypedDict, total=False):
    """What is varied of how drawings come onto the canvas; see `pen_accuracy.score`."""

    framed: bool
    brush: float
    size: float


NUMBERS = 1_000
SURE = 0.95
SETTINGS: dict[str, Setting] = {
    "usual": {},
    "canvas scaled down, without framing": {"framed": False},
    "brush of 12 pixels": {"brush": 12},
    "brush of 28 pixels": {"brush": 28},
    "35 % of the canvas": {"size": 0.35},
    "95 % of the canvas": {"size": 0.95},
}


def read() -> Lines:
    """Measure the pen accuracy of the model that ships, one thing varied at a time."""
    predictor, drawings = _set_up()
    people = len({drawing.writer for drawing in drawings})
    yield "drawings, people", f"{len(drawings):,}, {people}"
    for what, setting in SETTINGS.items():
        score = pen_accuracy.score(predictor.probabilities, drawings, **setting)
        yield f"read right: {what}", f"{score.accuracy:.2%}"


def sure() -> Lines:
    """Measure what its probabilities are worth, and what it takes for no digit."""
    predictor, drawings = _set_up()
    threshold = predictor.threshold
    assert threshold is not None  # the model that ships tells doodles from digits
    score = pen_accuracy.score(predictor.probabilities, drawings)
    confidence = score.probabilities.max(axis=1)
    is_sure = confidence >= SURE
    yield "answered with 95 % or more", f"{is_sure.mean():.2%}"
    yield "of these wrong", f"{(~score.correct[is_sure]).mean():.2%}"
    digits = look_like_digits(score.probabilities, threshold)
    yield "digits turned away", f"{(~digits).mean():.2%}"
    rng = np.random.default_rng(1)
    images = list(doodles.images(NUMBERS, seed=2_000_003, rng=rng))
    scaled = np.stack(images).astype(np.float32) / np.float32(255)
    others = look_like_digits(predictor.probabilities(scaled), threshold)
    yield "doodles turned away", f"{(~others).mean():.2%}"


def whole_numbers() -> Lines:
    """Measure how many numbers of two to five drawings are read right whole."""
    predictor, drawings = _set_up()
    rng = np.random.default_rng(7)
    right = 0
    for _ in range(NUMBERS):
        chosen = rng.choice(len(drawings), rng.integers(2, 6))
        parts = [drawings[index] for index in chosen]
        expected = "".join(str(part.digit) for part in parts)
        right += reader.read(predictor, _side_by_side(parts, rng)).number == expected
    yield (
        f"{NUMBERS:,} numbers of 2 to 5 digits read right whole",
        f"{right / NUMBERS:.2%}",
    )


def _set_up() -> tuple[Predictor, list[PenDrawing]]:
    path = pen_drawings.configured_path()
    if not path:
        raise SystemExit("Set MNIST_STROKES to a file of pen drawings.")
    stored = registry.find(registry.PRETRAINED.name)
    drawings = pen_accuracy.held_out_from(stored.card, pen_drawings.read(path))
    return Predictor(stored.name), drawings


def _side_by_side(
    drawings: list[PenDrawing], rng: np.random.Generator
) -> npt.NDArray[np.uint8]:
    """Draw the digits of one number about equally large, 12 to 40 pixels apart."""
    height, brush, left = rng.uniform(110, 190), pen_drawings.BRUSH, 30.0
    placed: list[npt.NDArray[Any]] = []
    for drawing in drawings:
        points = np.concatenate(drawing.strokes)
        corner, extent = points.min(axis=0), np.ptp(points, axis=0)
        scale = height * rng.uniform(0.85, 1.15) / extent.max()
        top = 140 - extent[1] * scale / 2 + rng.normal(0, 8)
        placed += [(s - corner) * scale + [left, top] for s in drawing.strokes]
        left += extent[0] * scale + brush + rng.uniform(12, 40)
    return pen_drawings.draw(placed, shape=(280, round(left + 30)), brush=brush)
