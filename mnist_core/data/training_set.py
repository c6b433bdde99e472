"""Put together what a recipe learns from.

    from mnist_core.data import training_set
    examples = training_set.build(recipe, dataset, drawings)
    examples.images, examples.labels

Beside the images of its data set, a recipe may learn from people's pen drawings, from
digits written in rare ways and from doodles. They are all inked and framed alike, or
the network would learn to tell the ink instead of the digit.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mnist_core import data
from mnist_core.data import doodles, glyphs
from mnist_core.data.pen_drawings import PenDrawing
from mnist_core.data.stroke_augmentation import render_augmented
from mnist_core.recipes import Recipe

UNSURE = np.full(10, 0.1, np.float32)  # the label of a doodle
REPORT_EVERY = 500  # images

Example = tuple[NDArray[np.uint8], NDArray[np.float32]]
"""An image, (28, 28), and its label, (10,)."""


@dataclass(frozen=True)
class Examples:
    """Images to learn from and what to answer."""

    images: NDArray[np.uint8]  # (n, 28, 28)
    labels: NDArray[np.float32]  # (n, 10): one-hot, or a tenth each for a doodle


def build(
    recipe: Recipe,
    dataset: data.Dataset,
    drawings: list[PenDrawing],
    *,
    progress: Callable[[float], None] = lambda share: None,
) -> Examples:
    """Return all the examples that `recipe` learns from.

    Args:
        recipe: names how many images of each kind there are; its seed decides them.
        dataset: the images that it begins with, without those kept for validation.
        drawings: pen drawings to augment; at least one where the recipe names a file
            of them.
        progress: is called now and then with the share that is drawn, 0 to 1.
    """
    kept = slice(0, recipe.images - recipe.validation)
    images, labels = dataset.x_train[kept], data.one_hot(dataset.y_train[kept])
    count = recipe.examples - len(images)
    if not count:
        return Examples(images, labels)
    drawn_images = np.zeros((count, 28, 28), np.uint8)
    drawn_labels = np.zeros((count, 10), np.float32)
    for number, (image, label) in enumerate(_drawn(recipe, drawings)):
        drawn_images[number], drawn_labels[number] = image, label
        if number % REPORT_EVERY == 0:
            progress(number / count)
    return Examples(
        np.concatenate([images, drawn_images]), np.concatenate([labels, drawn_labels])
    )


def _drawn(recipe: Recipe, drawings: list[PenDrawing]) -> Iterator[Example]:
    """Yield the recipe's pen drawings, digits in rare styles and doodles."""
    rng = np.random.default_rng(recipe.seed)
    one_hot = np.eye(10, dtype=np.float32)
    for number in range(recipe.pen_images if recipe.strokes else 0):
        drawing = drawings[number % len(drawings)]
        image = render_augmented(drawing.strokes, rng, digit=drawing.digit)
        yield image, one_hot[drawing.digit]
    for number in range(recipe.rare_style_images):
        digit = number % 10
        yield render_augmented(glyphs.digit(digit, rng), rng), one_hot[digit]
    for image in doodles.images(recipe.doodles, seed=recipe.seed, rng=rng):
        yield image, UNSURE
