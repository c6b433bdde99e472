"""What the network saw: the inside of a saved model for one image.

from mnist_core.inference.explain import Explainer
from mnist_core.inference.predictor import Predictor
explainer = Explainer(Predictor("pretrained"))
explainer.layers()               # the way from 28x28 to 10, with sizes
explainer.activations(image)             # what is passed on at each of these steps
explainer.feature_maps(image)    # of each convolution, the strongest first
explainer.occlusion(image)       # which places the answer rests on
"""

from dataclasses import dataclass, replace
from typing import Literal

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from scipy import ndimage

from mnist_core.inference.predictor import BATCH, Predictor, as_graph

FEW = 4  # times as many neighbours as are asked for are looked at closely
SMALLEST = 1e-12  # number to divide by

Kind = Literal["image", "convolution", "pool", "flat", "dense"]


@dataclass(frozen=True)
class Step:
    """One step of the way through a network."""

    kind: Kind
    count: int  # of its maps, or of its numbers
    side: int  # of each map, in numbers; 1 where it has no maps
    window: int = 1  # side of what a convolution or a pool looks at


@dataclass(frozen=True)
class LayerMaps:
    """The feature maps that a convolution passes on."""

    maps: np.ndarray  # float32 (n, side, side), the strongest first
    channels: np.ndarray  # int (n,), which of the layer's maps each one is
    strengths: np.ndarray  # float32 (n,): how far above empty paper, on average
    pooled: bool = False  # as its pool passes them on


class Explainer:
    """Looks into the model that a predictor holds; any number of threads may ask."""

    patch = 5  # pixels each way are covered: a piece of a stroke, which is 2 to 4 thick

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self._shape = predictor.model.input_shape[1:]
        self._groups = _grouped(predictor.model.layers)
        self._look = as_graph(self._passed_on, self._shape)
        self._embed = as_graph(lambda images: self._passed_on(images)[-2], self._shape)
        self._on_paper = self._values(np.zeros((28, 28), np.float32))

    def layers(self) -> list[Step]:
        """The way through the network: layers that belong together are one step."""
        pairs = zip(self._groups, self._on_paper[1:], strict=True)
        return [Step("image", 1, 28), *(_step(group, value) for group, value in pairs)]

    def activations(self, image: np.ndarray) -> list[np.ndarray]:
        """What each step of `layers` passes on for one image, float (28, 28).

        Maps are float32 (n, side, side), the strongest first, and numbers (n,). Where
        a pool comes next, a convolution's maps are those that the pool would pass on,
        but in their full size.
        """
        pairs = zip(self._values(image), self._on_paper, strict=True)
        return [
            _by_strength(*pair).maps if pair[0].ndim == 3 else pair[0] for pair in pairs
        ]

    def feature_maps(self, image: np.ndarray) -> list[LayerMaps]:
        """The maps that each convolution passes on for one image, float (28, 28)."""
        kinds = [step.kind for step in self.layers()]
        pairs = list(zip(self._values(image), self._on_paper, strict=True))
        return [
            replace(_by_strength(*pairs[i]), pooled=kinds[i] == "pool")
            for i in _ends_of_convolutions(kinds)
        ]

    def occlusion(self, image: np.ndarray) -> np.ndarray:
        """How much each place of an image, float (28, 28), speaks for the answer.

        A patch around the place is covered with paper: by so much the log-odds of the
        answer fall, float32 (28, 28); 0 where there is no ink to cover. The probability
        itself would hardly move where the network is sure, and the odds do.

        Source: M. Zeiler, R. Fergus, Visualizing and Understanding Convolutional
        Networks, 2014.
        """
        centres = np.argwhere(ndimage.maximum_filter(image, self.patch) > 0)
        covered = [image, *(_covered(image, *at, self.patch) for at in centres)]
        answers = self._predictor.probabilities(np.stack(covered))
        odds = log_odds(answers, int(answers[0].argmax()))
        drops = np.zeros((28, 28), np.float32)
        drops[tuple(centres.T)] = odds[0] - odds[1:]
        return drops

    def neighbours(
        self, image: np.ndarray, embeddings: np.ndarray, *, count: int = 8
    ) -> tuple[np.ndarray, np.ndarray]:
        """The images whose embeddings are nearest to that of one, float (28, 28).

        Args:
            image: what is looked for.
            embeddings: of the images to look among, as `embeddings` gives them, (n, k);
                of any float type.
            count: how many to find.

        Returns:
            Which they are, int (count,), the nearest first, and their cosines.
        """
        wanted = self.embeddings(image[None])[0]
        alike = np.zeros(len(embeddings), np.float32)
        for k in np.flatnonzero(wanted):  # few: most of what a ReLU passes on is 0
            alike += embeddings[:, k] * wanted[k]
        near = np.argsort(-alike)[: count * FEW]
        rounded = embeddings[near].astype(np.float32)
        exact = _unit(rounded) @ wanted
        order = np.argsort(-exact)[:count]
        return near[order], exact[order]

    def embeddings(self, images: np.ndarray) -> np.ndarray:
        """The images in the network's own embeddings: (n, 28, 28) -> float32 (n, k).

        That is what its last layer decides by, in rows of length 1: a dot product of
        two is a cosine.
        """
        starts = range(0, len(images), BATCH)
        rows = [self._embed(self._batch(images[i : i + BATCH])) for i in starts]
        return _unit(np.concatenate(rows))

    def _batch(self, images: np.ndarray) -> tf.Tensor:
        return tf.constant(images.reshape(-1, *self._shape), tf.float32)

    def _values(self, image: np.ndarray) -> list[np.ndarray]:
        """What each step passes on, with the maps in the network's own order."""
        values = self._look(self._batch(image))
        pairs = zip(self._groups, values, strict=True)
        return [image[None], *(_maps_first(group, value) for group, value in pairs)]

    def _passed_on(self, images: tf.Tensor) -> list[tf.Tensor]:
        """What each group of layers passes on, for images in a batch; see `way`."""
        values, followers = [], [*self._groups[1:], []]
        for group, following in zip(self._groups, followers, strict=True):
            images = _through(group, images)
            # Batch normalization goes by the last axis, and needs maps along that.
            pooled = (
                following and _kind(following[0]) == "pool" and _has_maps_last(group)
            )
            values.append(_through(following[1:], images) if pooled else images)
        return values


def log_odds(answers: np.ndarray, digit: int) -> np.ndarray:
    """How probabilities (n, 10) speak for a digit against all others: (n,)."""
    others = np.delete(answers, digit, axis=1).sum(axis=1)  # 1 - p is 0 near p = 1
    return np.log(answers[:, digit] + SMALLEST) - np.log(others + SMALLEST)


def _kind(layer: keras.Layer) -> Kind | None:
    """The step that begins with this layer; None for one that belongs to the last."""
    kinds: dict[Kind, type] = {
        "convolution": layers.Conv2D,
        "pool": layers.MaxPooling2D,
        "flat": layers.Flatten,
        "dense": layers.Dense,
    }
    return next((kind for kind, of in kinds.items() if isinstance(layer, of)), None)


def _grouped(table: list[keras.Layer]) -> list[list[keras.Layer]]:
    """The layers of each step: the one that begins it, and those that belong to it."""
    groups: list[list[keras.Layer]] = []
    for layer in table:
        if _kind(layer):
            groups.append([layer])
        else:
            groups[-1].append(layer)
    return groups


def _through(table: list[keras.Layer], images: tf.Tensor) -> tf.Tensor:
    for layer in table:
        images = layer(images)
    return images


def _step(group: list[keras.Layer], value: np.ndarray) -> Step:
    first, kind = group[0], _kind(group[0])
    if kind == "convolution":
        return Step(kind, *value.shape[:2], first.kernel_size[0])
    if kind == "pool":
        return Step(kind, *value.shape[:2], first.pool_size[0])
    return Step(kind, len(value), 1)


def _maps_first(group: list[keras.Layer], value: tf.Tensor) -> np.ndarray:
    """What a step passes on for one image, with its maps along the first axis."""
    array = value.numpy()[0]
    turn = array.ndim == 3 and _has_maps_last(group)
    return np.moveaxis(array, -1, 0) if turn else array


def _has_maps_last(group: list[keras.Layer]) -> bool:
    return getattr(group[0], "data_format", "") == "channels_last"


def _ends_of_convolutions(kinds: list[Kind]) -> list[int]:
    """Of each convolution, the last step before the next one or before the numbers."""
    begins = [i for i, kind in enumerate(kinds) if kind in ("convolution", "flat")]
    return [following - 1 for following in begins[1:]]


def _by_strength(maps: np.ndarray, on_paper: np.ndarray) -> LayerMaps:
    # Some maps are bright on empty paper, too, and say nothing of the drawing.
    strengths = np.maximum(maps - on_paper, 0).mean(axis=(1, 2))
    channels = np.argsort(-strengths, kind="stable")
    return LayerMaps(maps[channels], channels, strengths[channels])


def _covered(image: np.ndarray, row: int, column: int, patch: int) -> np.ndarray:
    top, left = max(row - patch // 2, 0), max(column - patch // 2, 0)
    copy = image.copy()
    copy[top : row + patch // 2 + 1, left : column + patch // 2 + 1] = 0
    return copy


def _unit(rows: np.ndarray) -> np.ndarray:
    """Rows scaled to length 1; what is all 0 stays so."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.maximum(lengths, SMALLEST)
