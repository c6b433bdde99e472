"""Measure pen accuracy: the share of people's pen drawings that a model reads right.

    drawings = pen_drawings.read("pendigits-orig.tra.gz")
    result = pen_accuracy.score(predictor.probabilities, drawings)
    result.accuracy, result.per_digit

The drawings are put on a canvas of 280 pixels as people would: of any size, anywhere,
with a round pen of 20 pixels. Test accuracy says how a model reads images that were
framed and cleaned like those it learned from; this says how it reads what people draw.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image

from mnist_core.data import pen_drawings
from mnist_core.data.pen_drawings import PenDrawing
from mnist_core.evaluation.scores import Probabilities, Score
from mnist_core.models.card import Card
from mnist_core.preprocessing import framing

SEED = 7  # decides where on the canvas each drawing is placed

Images = npt.NDArray[np.float32]  # (n, 28, 28), ink 1 on paper 0
Reader = Callable[[Images], Probabilities]
"""Gives ten probabilities for each image: (n, 28, 28) -> (n, 10)."""


def held_out_from(card: Card, drawings: list[PenDrawing]) -> list[PenDrawing]:
    """Return the drawings that the model with this card did not learn from.

    Of the file that it was trained with, these are the drawings of the people held out.
    """
    learned_from = card.get("strokes", {})
    if learned_from.get("sha256") != pen_drawings.sha256(drawings):
        return drawings
    return pen_drawings.split(drawings)[1]


def score(
    read: Reader,
    drawings: list[PenDrawing],
    *,
    framed: bool = True,
    brush: float = pen_drawings.BRUSH,
    size: float | None = None,
) -> Score:
    """Score how `read` reads the drawings, each put on the canvas.

    Args:
        read: such as `Predictor.probabilities`.
        drawings: at least one.
        framed: whether they are framed as MNIST's digits are. If not, the canvas is
            scaled down as it is, as many demos do.
        brush, size: as in `pen_drawings.on_canvas`.
    """
    labels = np.array([drawing.digit for drawing in drawings])
    return Score(labels, read(images(drawings, framed=framed, brush=brush, size=size)))


def images(
    drawings: list[PenDrawing],
    *,
    framed: bool = True,
    brush: float = pen_drawings.BRUSH,
    size: float | None = None,
) -> Images:
    """Return what a network sees of each drawing, (n, 28, 28)."""
    rng = np.random.default_rng(SEED)
    canvases = (
        pen_drawings.on_canvas(drawing.strokes, rng, brush=brush, size=size)
        for drawing in drawings
    )
    shrink = _framed if framed else _resized
    return np.stack([shrink(canvas) for canvas in canvases])


def _framed(canvas: npt.NDArray[np.uint8]) -> Images:
    image = framing.to_mnist(canvas, paper=pen_drawings.PAPER)
    assert image is not None  # only an empty canvas gives no image
    return image


def _resized(canvas: npt.NDArray[np.uint8]) -> Images:
    small = Image.fromarray(canvas).resize((28, 28), Image.Resampling.BILINEAR)
    return np.asarray(small, np.float32) / np.float32(255)
