"""Bend, thicken and slash training images, anew in every epoch.

    from mnist_core.data import image_augmentation
    batches = image_augmentation.batches(images, labels, batch_size=128, seed=0)
    model.fit(batches, epochs=40)

MNIST's digits are all of one size, upright and of one pen, and its writers did not
slash their zeros or cross their sevens; people who draw do. Everything here works on a
whole batch inside TensorFlow's input pipeline, on all cores, while the network trains
on the batch before.

Source of the elastic bending: P. Simard, D. Steinkraus, J. Platt, Best Practices for
Convolutional Neural Networks Applied to Visual Document Analysis, 2003.
"""

import os

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

SIDE = 28
# Standard deviations of what is done to an image.
TURN = 0.1  # radians
SHEAR = 0.1
SCALE = 0.08  # of the logarithm, each axis by itself
SHIFT = 0.7  # pixels
BEND = 0.55  # pixels that each knot of the grid is moved
THICKNESS = 0.35  # 1: the pen is wider by two pixels; negative: thinner
CONTRAST = 0.3  # of the logarithm of the exponent
KNOTS = 5  # a side, in the grid that bends an image
# Shares of the zeros, sevens and ones that get an extra stroke.
SLASHED, CROSSED, FLAGGED, FOOTED = 0.15, 0.15, 0.12, 0.06

PIXELS = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), -1).astype(np.float32)
"""The x and y of every pixel: (28, 28, 2)."""


def batches(
    images: NDArray[np.uint8],
    labels: NDArray[np.float32],
    *,
    batch_size: int,
    seed: int,
) -> tf.data.Dataset:
    """Return shuffled batches for `fit`, augmented anew at every pass.

    Args:
        images: uint8 (n, 28, 28).
        labels: float32 (n, 10).
        batch_size: images in a batch; the last may have fewer.
        seed: decides the order and all that is done to the images.

    Returns:
        Batches of float32 images (b, 28, 28, 1) in [0, 1], or (b, 1, 28, 28) where
        Keras wants the channel first, and their labels (b, 10).
    """
    from keras import config  # noqa: PLC0415 - nothing else here needs Keras

    channel = 1 if config.image_data_format() == "channels_first" else -1
    all_images, all_labels = tf.constant(images), tf.constant(labels)

    def batch(rows: tf.Tensor, number: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        chosen, digits = tf.gather(all_images, rows), tf.gather(all_labels, rows)
        scaled = tf.cast(chosen, tf.float32) / 255
        changed = augment(scaled, digits, seed=tf.cast(number, tf.int32))
        return tf.expand_dims(changed, channel), digits

    # There is no Python control flow for AutoGraph to convert. It would look for some
    # for 1.5 seconds, and write 13 files into the temporary folder, which stay there
    # when a training is killed.
    as_it_is = tf.autograph.experimental.do_not_convert(batch)
    numbered = _numbered_rows(len(images), batch_size=batch_size, seed=seed)
    ready = numbered.map(as_it_is, os.cpu_count(), deterministic=True).prefetch(8)
    # The tuner has nothing to choose, as threads and buffer are given, but every pass
    # waits for it at its end: on a busy computer an epoch of ten batches took 4.4
    # instead of 2.1 seconds.
    options = tf.data.Options()
    options.autotune.enabled = False
    return ready.with_options(options)


def _numbered_rows(count: int, *, batch_size: int, seed: int) -> tf.data.Dataset:
    """Return shuffled rows in batches, each with a random number to augment it by."""
    rows = tf.data.Dataset.range(count).shuffle(count, seed=seed)
    numbers = tf.data.Dataset.random(seed=seed, rerandomize_each_iteration=True)
    return tf.data.Dataset.zip(rows.batch(batch_size), numbers)


def augment(images: tf.Tensor, labels: tf.Tensor, *, seed: tf.Tensor) -> tf.Tensor:
    """Change each image as another hand and pen might have made it.

    Args:
        images: float32 (n, 28, 28) in [0, 1].
        labels: float32 (n, 10), one-hot, or a tenth each for a doodle.
        seed: int32 scalar; the same seed does the same.

    Returns:
        float32 (n, 28, 28) in [0, 1].
    """
    draws = _RandomDraws(seed, tf.shape(images)[0])
    is_digit = tf.cast(labels > 0.5, tf.float32)  # a doodle is none of the ten
    images = _slash(images, is_digit[:, 0], draws)
    images = _cross(images, is_digit[:, 7], draws)
    images = _flag(images, is_digit[:, 1], draws)
    images = _bend(images, draws)
    images = _thicken(images, draws)
    return images ** tf.exp(draws.normal(CONTRAST)[:, None, None])


class _RandomDraws:
    """Draws random numbers, some for each image, that depend on the seed alone."""

    def __init__(self, seed: tf.Tensor, count: tf.Tensor) -> None:
        self.seed, self.count, self.drawn = seed, count, 0

    def normal(self, deviation: float, *shape: int, mean: float = 0) -> tf.Tensor:
        """Draw from a normal distribution: (n, *shape)."""
        self.drawn += 1
        seed = tf.stack([self.seed, self.drawn])
        return tf.random.stateless_normal((self.count, *shape), seed, mean, deviation)

    def uniform(self, low: float, high: float) -> tf.Tensor:
        """Draw from a uniform distribution: (n,)."""
        self.drawn += 1
        seed = tf.stack([self.seed, self.drawn])
        return tf.random.stateless_uniform((self.count,), seed, low, high)


def _slash(images: tf.Tensor, zero: tf.Tensor, draws: _RandomDraws) -> tf.Tensor:
    """Draw a stroke through the middle of some zeros, mostly from the lower left."""
    angle = draws.normal(0.25, mean=-0.85)
    length = draws.uniform(6, 13)
    arm = length[:, None] * tf.stack([tf.cos(angle), tf.sin(angle)], 1)
    middle = draws.normal(0.5, 2, mean=SIDE / 2)
    wanted = zero * _chance(SLASHED, draws)
    return _stroke(images, middle - arm, middle + arm, wanted, draws)


def _cross(images: tf.Tensor, seven: tf.Tensor, draws: _RandomDraws) -> tf.Tensor:
    """Draw a bar through the stem of some sevens."""
    height = draws.uniform(13, 17)
    stem = _middle(images, height, reach=1.5)
    arm = tf.stack([draws.uniform(2.5, 6), draws.normal(0.6)], 1)
    middle = tf.stack([stem, height], 1)
    return _stroke(
        images, middle - arm, middle + arm, seven * _chance(CROSSED, draws), draws
    )


def _flag(images: tf.Tensor, one: tf.Tensor, draws: _RandomDraws) -> tf.Tensor:
    """Draw a flag at the top of some ones, and a foot at the bottom of some."""
    top, bottom = 5 * tf.ones_like(one), 23 * tf.ones_like(one)
    start = tf.stack([_middle(images, top, reach=1.5), top], 1)
    tip = start + tf.stack([draws.uniform(-6, -2), draws.uniform(0.5, 6)], 1)
    flagged = _stroke(images, start, tip, one * _chance(FLAGGED, draws), draws)
    end = tf.stack([_middle(images, bottom, reach=1.5), bottom], 1)
    arm = tf.stack([draws.uniform(2, 5), draws.normal(0.4)], 1)
    return _stroke(flagged, end - arm, end + arm, one * _chance(FOOTED, draws), draws)


def _chance(share: float, draws: _RandomDraws) -> tf.Tensor:
    """Choose this share of the images at random: 1 or 0, (n,)."""
    return tf.cast(draws.uniform(0, 1) < share, tf.float32)


def _middle(images: tf.Tensor, height: tf.Tensor, *, reach: float) -> tf.Tensor:
    """Return the mean x of the ink in the rows around a height: (n,)."""
    near = tf.abs(PIXELS[None, :, 0, 1] - height[:, None]) <= reach  # (n, 28)
    ink = tf.reduce_sum(images * tf.cast(near, tf.float32)[:, :, None], 1)  # (n, 28)
    x = tf.linalg.matvec(ink, PIXELS[0, :, 0])
    return x / tf.maximum(tf.reduce_sum(ink, 1), 0.1)


def _stroke(
    images: tf.Tensor,
    start: tf.Tensor,
    end: tf.Tensor,
    wanted: tf.Tensor,
    draws: _RandomDraws,
) -> tf.Tensor:
    """Draw a line from start to end, each (n, 2), where `wanted` (n,) is 1."""
    along = (end - start)[:, None, None]  # (n, 1, 1, 2)
    apart = PIXELS - start[:, None, None]  # (n, 28, 28, 2)
    length = tf.maximum(tf.reduce_sum(along**2, -1), 1e-6)
    share = tf.clip_by_value(tf.reduce_sum(apart * along, -1) / length, 0, 1)
    far = tf.norm(apart - share[..., None] * along, axis=-1)
    radius = draws.uniform(0.6, 1.6)[:, None, None]
    ink = tf.clip_by_value(radius - far + 0.5, 0, 1)
    return tf.maximum(images, ink * wanted[:, None, None])


def _bend(images: tf.Tensor, draws: _RandomDraws) -> tf.Tensor:
    """Turn, shear, scale, shift and bend in one step, so that pixels mix only once."""
    turn, shear = draws.normal(TURN), draws.normal(SHEAR)
    width, height = tf.exp(draws.normal(SCALE)), tf.exp(draws.normal(SCALE))
    cos, sin = tf.cos(turn), tf.sin(turn)
    rows = [cos * width, (shear * cos - sin) * height]
    columns = [sin * width, (shear * sin + cos) * height]
    matrix = tf.stack([tf.stack(rows, -1), tf.stack(columns, -1)], 1)  # (n, 2, 2)
    centred = (PIXELS - (SIDE - 1) / 2).reshape(-1, 2)
    source = tf.einsum("nij,pj->npi", matrix, centred) + (SIDE - 1) / 2
    source += draws.normal(SHIFT, 1, 2)
    grid = draws.normal(BEND, KNOTS, KNOTS, 2)
    waves = tf.image.resize(grid, (SIDE, SIDE), "bicubic")
    return _sample(images, source + tf.reshape(waves, (-1, SIDE * SIDE, 2)))


def _sample(images: tf.Tensor, source: tf.Tensor) -> tf.Tensor:
    """Interpolate the images at `source`, the x and y to take each pixel from.

    Args:
        images: (n, 28, 28).
        source: (n, 784, 2).

    Returns:
        (n, 28, 28).
    """
    source = tf.clip_by_value(source, 0, SIDE - 1.001)
    corner = tf.floor(source)
    x, y = tf.unstack(source - corner, axis=-1)
    left, top = tf.unstack(tf.cast(corner, tf.int32), axis=-1)
    first = tf.range(tf.shape(images)[0])[:, None] * SIDE * SIDE + top * SIDE + left
    pixels = tf.reshape(images, (-1,))
    upper = tf.gather(pixels, first) * (1 - x) + tf.gather(pixels, first + 1) * x
    below = first + SIDE
    lower = tf.gather(pixels, below) * (1 - x) + tf.gather(pixels, below + 1) * x
    return tf.reshape(upper * (1 - y) + lower * y, (-1, SIDE, SIDE))


def _thicken(images: tf.Tensor, draws: _RandomDraws) -> tf.Tensor:
    """Take each pixel towards its largest neighbour, or its smallest: another pen."""
    more = draws.normal(THICKNESS)[:, None, None]
    channel = images[..., None]
    wide = tf.nn.max_pool2d(channel, 3, 1, "SAME")[..., 0]
    thin = -tf.nn.max_pool2d(-channel, 3, 1, "SAME")[..., 0]
    changed = images + tf.nn.relu(more) * (wide - images)
    changed -= 0.7 * tf.nn.relu(-more) * (images - thin)
    darkest = tf.reduce_max(changed, (1, 2), keepdims=True)
    return tf.clip_by_value(changed / tf.maximum(darkest, 0.3), 0, 1)
