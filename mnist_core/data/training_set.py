"""What a recipe learns from, put together.

    learned = examples.gather(recipe, dataset, drawings)
    learned.images, learned.labels

Beside the images of its data set, a recipe may learn from people's pen drawings, from
digits written in rare ways and from doodles. They are all inked and framed alike, or
the network would learn to tell the ink instead of the digit.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from mnist_core import data
from mnist_core.data import doodles, glyphs, stroke_augmentation
from mnist_core.data.pen_drawings import PenDrawing
from mnist_core.recipes import Recipe

UNSURE = np.full(10, 0.1, np.float32)  # the label of what is no digit


@dataclass(frozen=True)
class Examples:
    """Images to learn from and what to answer."""

    images: np.ndarray  # uint8 (n, 28, 28)
    labels: np.ndarray  # float32 (n, 10): one-hot, or a tenth each for what is no digit


def build(
    recipe: Recipe,
    dataset: data.Dataset,
    drawings: list[PenDrawing],
    *,
    progress: Callable[[float], None] = lambda share: None,
) -> Examples:
    """Everything that `recipe` learns from; `progress` hears how much is drawn, 0 to 1.

    `drawings` are the pen drawings to vary; there may be none where the recipe names no
    file of strokes.
    """
    known = slice(0, recipe.images - recipe.validation)
    images, labels = dataset.x_train[known], data.one_hot(dataset.y_train[known])
    made = recipe.examples - len(images)
    if not made:
        return Examples(images, labels)
    more, answers = np.zeros((made, 28, 28), np.uint8), np.zeros((made, 10), np.float32)
    for number, (image, answer) in enumerate(_made_up(recipe, drawings)):
        more[number], answers[number] = image, answer
        if number % 500 == 0:
            progress(number / made)
    return Examples(np.concatenate([images, more]), np.concatenate([labels, answers]))


def _made_up(
    recipe: Recipe, drawings: list[PenDrawing]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(recipe.seed)
    one_hot = np.eye(10, dtype=np.float32)
    for number in range(recipe.pen_images if recipe.strokes else 0):
        drawing = drawings[number % len(drawings)]
        varied = stroke_augmentation.augment(drawing.strokes, rng, digit=drawing.digit)
        yield stroke_augmentation.render(varied, rng), one_hot[drawing.digit]
    for number in range(recipe.rare_style_images):
        digit = number % 10
        varied = stroke_augmentation.augment(glyphs.digit(digit, rng), rng)
        yield stroke_augmentation.render(varied, rng), one_hot[digit]
    for doodle in doodles.doodles(recipe.doodles, seed=recipe.seed):
        yield (
            stroke_augmentation.render(stroke_augmentation.augment(doodle, rng), rng),
            UNSURE,
        )
