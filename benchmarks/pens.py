"""How the model that ships reads pen drawings, of a file that MNIST_STROKES names.

Scored are only people whom it did not learn from.
"""

from collections.abc import Iterator

import numpy as np

from mnist_core.data import doodles, pen_drawings, stroke_augmentation
from mnist_core.data.pen_drawings import PenDrawing
from mnist_core.evaluation import pen_accuracy
from mnist_core.inference import reader
from mnist_core.inference.predictor import Predictor
from mnist_core.inference.rejection import look_like_digits
from mnist_core.models import registry

Lines = Iterator[tuple[str, str]]
NUMBERS = 1_000
SURE = 0.95
SETTINGS = {
    "usual": {},
    "canvas scaled down, without framing": {"framed": False},
    "brush of 12 pixels": {"brush": 12},
    "brush of 28 pixels": {"brush": 28},
    "35 % of the canvas": {"size": 0.35},
    "95 % of the canvas": {"size": 0.95},
}


def read() -> Lines:
    """Drawn accuracy of the model that ships, one thing varied at a time."""
    predictor, drawings = _set_up()
    people = len({drawing.writer for drawing in drawings})
    yield "drawings, people", f"{len(drawings):,}, {people}"
    for what, setting in SETTINGS.items():
        score = pen_accuracy.score(predictor.probabilities, drawings, **setting)
        yield f"read right: {what}", f"{score.accuracy:.2%}"


def sure() -> Lines:
    """What its probabilities are worth, and what it takes for no digit."""
    predictor, drawings = _set_up()
    score = pen_accuracy.score(predictor.probabilities, drawings)
    confidence = score.probabilities.max(axis=1)
    certain = confidence >= SURE
    yield "answered with 95 % or more", f"{certain.mean():.2%}"
    yield "of these wrong", f"{(~score.correct[certain]).mean():.2%}"
    digits = look_like_digits(score.probabilities, predictor.threshold)
    yield "digits turned away", f"{(~digits).mean():.2%}"
    rng = np.random.default_rng(1)
    images = [
        stroke_augmentation.render(stroke_augmentation.augment(doodle, rng), rng)
        for doodle in doodles.doodles(NUMBERS, seed=2_000_003)
    ]
    others = predictor.probabilities(np.stack(images).astype(np.float32) / 255)
    digits = look_like_digits(others, predictor.threshold)
    yield "doodles turned away", f"{(~digits).mean():.2%}"


def whole_numbers() -> Lines:
    """Numbers put together from two to five drawings, read right whole."""
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
    saved = registry.find(registry.PRETRAINED.name)
    return Predictor(saved.name), pen_accuracy.held_out_from(
        saved.card, pen_drawings.read(path)
    )


def _side_by_side(drawings: list[PenDrawing], rng: np.random.Generator) -> np.ndarray:
    """The digits of one number, much of one size, 12 to 40 pixels of paper between."""
    height, brush, left, placed = rng.uniform(110, 190), pen_drawings.BRUSH, 30.0, []
    for drawing in drawings:
        points = np.concatenate(drawing.strokes)
        corner, extent = points.min(axis=0), np.ptp(points, axis=0)
        scale = height * rng.uniform(0.85, 1.15) / extent.max()
        top = 140 - extent[1] * scale / 2 + rng.normal(0, 8)
        placed += [(s - corner) * scale + [left, top] for s in drawing.strokes]
        left += extent[0] * scale + brush + rng.uniform(12, 40)
    return pen_drawings.draw(placed, shape=(280, round(left + 30)), brush=brush)
