"""Measure how much of what the machine can compute a fit makes use of."""

import math
import time
from collections.abc import Callable, Iterator

import keras
import tensorflow as tf

from mnist_core import data, recipes
from mnist_core.models import networks

SIZE = 2048  # of the square matrices that are multiplied
REPEATS = 3
IMAGES = 2_560
BACK_AND_FORTH = 3  # going back takes twice what going forth does


def share_of_peak() -> Iterator[tuple[str, ...]]:
    """Compare each network's fit with the product of two large matrices."""
    factor = tf.random.normal((SIZE, SIZE))
    peak = 2 * SIZE**3 / _shortest(lambda: tf.linalg.matmul(factor, factor).numpy())
    yield "two large matrices multiplied", f"{peak / 1e9:.0f} GFLOP/s"
    dataset = data.load_synthetic()
    images = data.prepare(dataset.x_train[:IMAGES], dataset.y_train[:IMAGES])
    for name in networks.NETWORKS:
        recipe = recipes.get(name, data="synthetic")
        model = networks.build(recipe)
        seconds = _shortest(lambda: _fit(model, images, recipe.batch_size))  # noqa: B023
        reached = BACK_AND_FORTH * operations(model) * len(images[0]) / seconds
        figure = f"{reached / 1e9:.0f} GFLOP/s, {reached / peak:.0%} of that"
        yield f"a fit of the network of `{name}`", figure


def operations(model: keras.Model) -> int:
    """Return the multiplications and additions of one image's way through a network."""
    return sum(_operations(layer) for layer in model.layers)


def _operations(layer: keras.Layer) -> int:
    if not hasattr(layer, "kernel"):
        return 0  # of the others none counts beside these
    places: tuple[int, ...] = layer.output.shape[1:-1]  # (), of a dense layer
    weights: tuple[int, ...] = layer.kernel.shape
    return 2 * math.prod(weights) * math.prod(places)


def _fit(model: keras.Model, images: tuple[object, object], batch_size: int) -> None:
    model.fit(*images, batch_size=batch_size, verbose=0)


def _shortest(act: Callable[[], object]) -> float:
    """Return the seconds of the fastest of some times; the first one is the slowest."""
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - start)
    return min(seconds)
