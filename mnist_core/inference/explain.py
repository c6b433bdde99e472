"""Explain a stored model's answer: look at its feature maps for one image.

from mnist_core.inference.explain import Explainer
from mnist_core.inference.predictor import Predictor
explainer = Explainer(Predictor("pretrained"))
explainer.feature_maps(image)    # of each convolution, the strongest first
explainer.occlusion(image)       # which places the answer rests on
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from mnist_core.inference.network import Floats, Images
from mnist_core.inference.predictor import Predictor
from mnist_core.inference.rejection import Probabilities
from mnist_core.models.folding import Layer

CANDIDATES = 4  # times as many neighbours as are asked for are compared exactly
SMALLEST = 1e-12  # number to divide by

Embeddings = NDArray[np.floating]
"""Images in a network's own embeddings: (n, k)."""


@dataclass(frozen=True)
class LayerMaps:
    """The feature maps that a convolution passes on."""

    maps: Floats  # (n, side, side), the strongest first
    channels: NDArray[np.intp]  # (n,), which of the layer's maps each one is
    strengths: Floats  # (n,): how far above empty paper, on average
    pooled: bool = False  # whether they are as its pool passes them on


class Explainer:
    """Looks into the model that a predictor holds; any number of threads may ask."""

    patch = 5  # pixels each way are covered: a piece of a stroke, which is 2 to 4 thick

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        self._network = predictor.network
        self._ends = _ends_of_convolutions(self._network.layers)
        self._on_paper = self._maps(np.zeros((28, 28), np.float32))

    def feature_maps(self, image: Images) -> list[LayerMaps]:
        """Return what each convolution passes on for one image, float (28, 28)."""
        pairs = zip(self._maps(image), self._on_paper, self._ends, strict=True)
        return [
            replace(_by_strength(maps, on_paper), pooled=has_pool)
            for maps, on_paper, (_, has_pool) in pairs
        ]

    def occlusion(self, image: Images) -> Floats:
        """Return how much each place of an image, float (28, 28), supports the answer.

        That is by how much the log-odds of the answer fall when a patch around the
        place is covered with paper: float32 (28, 28), 0 where there is no ink to cover.
        The probability itself would hardly move where the network is sure.

        Source: M. Zeiler, R. Fergus, Visualizing and Understanding Convolutional
        Networks, 2014.
        """
        centres = np.argwhere(ndimage.maximum_filter(image, self.patch) > 0)
        covered = [_covered(image, row, column, self.patch) for row, column in centres]
        answers = self._predictor.probabilities(np.stack([image, *covered]))
        odds = log_odds(answers, int(answers[0].argmax()))
        drops = np.zeros((28, 28), np.float32)
        drops[tuple(centres.T)] = odds[0] - odds[1:]
        return drops

    def neighbours(
        self, image: Images, embeddings: Embeddings, *, count: int = 8
    ) -> tuple[NDArray[np.intp], Floats]:
        """Find the images whose embeddings are nearest to that of one, float (28, 28).

        Args:
            image: the one whose neighbours are wanted.
            embeddings: of the images to look among, as `embeddings` gives them, (n, k);
                of any float type.
            count: how many to find.

        Returns:
            Their places among the embeddings, int (count,), the nearest first, and
            their cosines, float32 (count,).
        """
        wanted = self.embeddings(image[None])[0]
        cosines = np.zeros(len(embeddings), np.float32)
        for k in np.flatnonzero(wanted):  # few: most of what a ReLU passes on is 0
            cosines += embeddings[:, k] * wanted[k]
        near = np.argsort(-cosines)[: count * CANDIDATES]
        # Stored embeddings may be rounded, so that their length is no longer 1.
        exact = _normalized(embeddings[near].astype(np.float32)) @ wanted
        order = np.argsort(-exact)[:count]
        return near[order], exact[order]

    def embeddings(self, images: Images) -> Floats:
        """Return the network's own embeddings of images, (n, 28, 28): float32 (n, k).

        That is what its last layer decides by, in rows of length 1: a dot product of
        two is a cosine.
        """
        return _normalized(self._network.inputs_of_last(images))

    def _maps(self, image: Images) -> list[Floats]:
        """Return the maps that each convolution passes on: (channels, side, side)."""
        outputs = self._network.outputs(image)
        return [np.moveaxis(outputs[end][0], -1, 0) for end, _ in self._ends]


def log_odds(answers: Probabilities, digit: int) -> Floats:
    """Return the log-odds of a digit against all others, of answers (n, 10): (n,)."""
    # Not 1 - p, which is 0 near p = 1.
    others: Probabilities = np.delete(answers, digit, axis=1).sum(axis=1)
    odds: Floats = np.log(answers[:, digit] + SMALLEST) - np.log(others + SMALLEST)
    return odds


def _ends_of_convolutions(layers: Sequence[Layer]) -> list[tuple[int, bool]]:
    """Return of each convolution the last layer that belongs to it, and has it a pool.

    With it go a pool and a scale, up to the next layer that multiplies.
    """
    ends: list[tuple[int, bool]] = []
    for number, layer in enumerate(layers):
        if layer.kind == "conv":
            ends.append((number, False))
        elif layer.kind == "dense":
            break
        else:
            ends[-1] = number, ends[-1][1] or layer.kind == "pool"
    return ends


def _by_strength(maps: Floats, on_paper: Floats) -> LayerMaps:
    """Sort a layer's maps by how far they are above those of empty paper."""
    # Some maps are bright on empty paper, too, and say nothing of the drawing.
    strengths = np.maximum(maps - on_paper, 0).mean(axis=(1, 2))
    channels = np.argsort(-strengths, kind="stable")
    return LayerMaps(maps[channels], channels, strengths[channels])


def _covered(image: Images, row: int, column: int, patch: int) -> Images:
    """Return the image with a patch of paper over a place."""
    top, left = max(row - patch // 2, 0), max(column - patch // 2, 0)
    copy = image.copy()
    copy[top : row + patch // 2 + 1, left : column + patch // 2 + 1] = 0
    return copy


def _normalized(rows: Floats) -> Floats:
    """Scale rows to length 1; a row of zeros stays one."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    normalized: Floats = rows / np.maximum(lengths, SMALLEST)
    return normalized
