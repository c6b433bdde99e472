"""How training images are bent, thickened and slashed, freshly in every epoch.

    batches = augment.batches(images, labels, batch_size=128, seed=0)
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

SIDE = 28
# Standard deviations of what is done to an image.
TURN = 0.1  # radians
SHEAR = 0.1
SCALE = 0.08  # of the logarithm, each axis by itself
SHIFT = 0.7  # pixels
BEND = 0.55  # pixels that each knot of the net is moved
THICKNESS = 0.35  # 1: the pen is wider by two pixels; negative: thinner
CONTRAST = 0.3  # of the logarithm of the exponent
KNOTS = 5  # a side, in the net that bends an image
# Shares of the zeros, sevens and ones that get an extra stroke.
SLASHED, CROSSED, FLAGGED, FOOTED = 0.15, 0.15, 0.12, 0.06

PIXELS = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), -1).astype(np.float32)
"""x and y of every pixel: (28, 28, 2)."""


def batches(
    images: np.ndarray, labels: np.ndarray, *, batch_size: int, seed: int
) -> tf.data.Dataset:
    """Shuffled batches, augmented anew at every pass, for `fit`.

    Args:
        images: uint8 (n, 28, 28).
        labels: float32 (n, 10).
        batch_size: images in a batch; the last may have fewer.
        seed: decides the order and all that is done to the images.

    Returns:
        Batches of float32 images (b, 28, 28, 1) in [0, 1], or (b, 1, 28, 28) where
        Keras wants the channel first, and their labels (b, 10).
    """
    from keras import config  # noqa: PLC0415 - only for this question

    channel = 1 if config.image_data_format() == "channels_first" else -1
    images, labels = tf.constant(images), tf.constant(labels)

    @tf.autograph.experimental.do_not_convert  # nothing to, and it leaves files behind
    def batch(rows: tf.Tensor, number: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        chosen, digits = tf.gather(images, rows), tf.gather(labels, rows)
        scaled = tf.cast(chosen, tf.float32) / 255
        changed = augment(scaled, digits, seed=tf.cast(number, tf.int32))
        return tf.expand_dims(changed, channel), digits

    rows = tf.data.Dataset.range(len(images)).shuffle(len(images), seed=seed)
    numbers = tf.data.Dataset.random(seed=seed, rerandomize_each_iteration=True)
    numbered = tf.data.Dataset.zip(rows.batch(batch_size), numbers)
    ready = numbered.map(batch, os.cpu_count(), deterministic=True).prefetch(8)
    # Else TensorFlow's tuner, which sleeps for a minute between looks, holds up the end
    # of every pass until it wakes.
    options = tf.data.Options()
    options.autotune.enabled = False
    return ready.with_options(options)


def augment(images: tf.Tensor, labels: tf.Tensor, *, seed: tf.Tensor) -> tf.Tensor:
    """Change each image as another hand and pen might have.

    Args:
        images: float32 (n, 28, 28) in [0, 1].
        labels: float32 (n, 10), one-hot where the image is a digit.
        seed: int32 scalar; the same seed does the same.

    Returns:
        float32 (n, 28, 28) in [0, 1].
    """
    dice = _Dice(seed, tf.shape(images)[0])
    images = _slash(images, labels[:, 0], dice)
    images = _cross(images, labels[:, 7], dice)
    images = _flag(images, labels[:, 1], dice)
    images = _bend(images, dice)
    images = _thicken(images, dice)
    return images ** tf.exp(dice.normal(CONTRAST)[:, None, None])


class _Dice:
    """Random numbers, one for each image, that depend on the seed alone."""

    def __init__(self, seed: tf.Tensor, count: tf.Tensor) -> None:
        self.seed, self.count, self.drawn = seed, count, 0

    def normal(self, deviation: float, *shape: int, mean: float = 0) -> tf.Tensor:
        self.drawn += 1
        seed = tf.stack([self.seed, self.drawn])
        return tf.random.stateless_normal((self.count, *shape), seed, mean, deviation)

    def uniform(self, low: float, high: float) -> tf.Tensor:
        self.drawn += 1
        seed = tf.stack([self.seed, self.drawn])
        return tf.random.stateless_uniform((self.count,), seed, low, high)


def _slash(images: tf.Tensor, zero: tf.Tensor, dice: _Dice) -> tf.Tensor:
    """A stroke through the middle of some zeros, from the lower left mostly."""
    angle = dice.normal(0.25, mean=-0.85)
    length = dice.uniform(6, 13)
    arm = length[:, None] * tf.stack([tf.cos(angle), tf.sin(angle)], 1)
    middle = dice.normal(0.5, 2, mean=SIDE / 2)
    wanted = zero * _chance(SLASHED, dice)
    return _stroke(images, middle - arm, middle + arm, wanted, dice)


def _cross(images: tf.Tensor, seven: tf.Tensor, dice: _Dice) -> tf.Tensor:
    """A bar through the stem of some sevens."""
    height = dice.uniform(13, 17)
    stem = _middle(images, height, reach=1.5)
    arm = tf.stack([dice.uniform(2.5, 6), dice.normal(0.6)], 1)
    middle = tf.stack([stem, height], 1)
    return _stroke(
        images, middle - arm, middle + arm, seven * _chance(CROSSED, dice), dice
    )


def _flag(images: tf.Tensor, one: tf.Tensor, dice: _Dice) -> tf.Tensor:
    """A flag at the top of some ones, and a foot at the bottom of some."""
    top, bottom = 5 * tf.ones_like(one), 23 * tf.ones_like(one)
    start = tf.stack([_middle(images, top, reach=1.5), top], 1)
    tip = start + tf.stack([dice.uniform(-6, -2), dice.uniform(0.5, 6)], 1)
    flagged = _stroke(images, start, tip, one * _chance(FLAGGED, dice), dice)
    end = tf.stack([_middle(images, bottom, reach=1.5), bottom], 1)
    arm = tf.stack([dice.uniform(2, 5), dice.normal(0.4)], 1)
    return _stroke(flagged, end - arm, end + arm, one * _chance(FOOTED, dice), dice)


def _chance(share: float, dice: _Dice) -> tf.Tensor:
    return tf.cast(dice.uniform(0, 1) < share, tf.float32)


def _middle(images: tf.Tensor, height: tf.Tensor, *, reach: float) -> tf.Tensor:
    """Where the ink lies, on average, in the rows around a height: x, (n,)."""
    near = tf.abs(PIXELS[None, :, 0, 1] - height[:, None]) <= reach  # (n, 28)
    ink = tf.reduce_sum(images * tf.cast(near, tf.float32)[:, :, None], 1)  # (n, 28)
    x = tf.linalg.matvec(ink, PIXELS[0, :, 0])
    return x / tf.maximum(tf.reduce_sum(ink, 1), 0.1)


def _stroke(
    images: tf.Tensor, start: tf.Tensor, end: tf.Tensor, wanted: tf.Tensor, dice: _Dice
) -> tf.Tensor:
    """Draw a line from start to end, each (n, 2), where `wanted` (n,) is 1."""
    along = (end - start)[:, None, None]  # (n, 1, 1, 2)
    apart = PIXELS - start[:, None, None]  # (n, 28, 28, 2)
    length = tf.maximum(tf.reduce_sum(along**2, -1), 1e-6)
    share = tf.clip_by_value(tf.reduce_sum(apart * along, -1) / length, 0, 1)
    far = tf.norm(apart - share[..., None] * along, axis=-1)
    radius = dice.uniform(0.6, 1.6)[:, None, None]
    ink = tf.clip_by_value(radius - far + 0.5, 0, 1)
    return tf.maximum(images, ink * wanted[:, None, None])


def _bend(images: tf.Tensor, dice: _Dice) -> tf.Tensor:
    """Turn, shear, scale, shift and bend in one step, so that pixels mix only once."""
    turn, shear = dice.normal(TURN), dice.normal(SHEAR)
    width, height = tf.exp(dice.normal(SCALE)), tf.exp(dice.normal(SCALE))
    cos, sin = tf.cos(turn), tf.sin(turn)
    rows = [cos * width, (shear * cos - sin) * height]
    columns = [sin * width, (shear * sin + cos) * height]
    matrix = tf.stack([tf.stack(rows, -1), tf.stack(columns, -1)], 1)  # (n, 2, 2)
    centred = (PIXELS - (SIDE - 1) / 2).reshape(-1, 2)
    source = tf.einsum("nij,pj->npi", matrix, centred) + (SIDE - 1) / 2
    source += dice.normal(SHIFT, 1, 2)
    net = dice.normal(BEND, KNOTS, KNOTS, 2)
    waves = tf.image.resize(net, (SIDE, SIDE), "bicubic")
    return _sample(images, source + tf.reshape(waves, (-1, SIDE * SIDE, 2)))


def _sample(images: tf.Tensor, source: tf.Tensor) -> tf.Tensor:
    """The images' values at source, x and y of each pixel: (n, 784, 2)."""
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


def _thicken(images: tf.Tensor, dice: _Dice) -> tf.Tensor:
    """Take each pixel towards its largest neighbour, or its smallest: another pen."""
    more = dice.normal(THICKNESS)[:, None, None]
    channel = images[..., None]
    wide = tf.nn.max_pool2d(channel, 3, 1, "SAME")[..., 0]
    thin = -tf.nn.max_pool2d(-channel, 3, 1, "SAME")[..., 0]
    changed = images + tf.nn.relu(more) * (wide - images)
    changed -= 0.7 * tf.nn.relu(-more) * (images - thin)
    darkest = tf.reduce_max(changed, (1, 2), keepdims=True)
    return tf.clip_by_value(changed / tf.maximum(darkest, 0.3), 0, 1)
