"""Calibrate a network on drawings of people whom it did not learn from.

    measured = calibration.measure(read, held_out, rejects=True)
    measured["temperature"], measured["digit_threshold"]

A network's probabilities are corrected by one number, the temperature, chosen so that
they fit what it reads right (C. Guo and others, On Measurements of Modern Neural
Networks, 2017). A network that has learned to be unsure about doodles (D. Hendrycks and
others, Deep Anomaly Detection with Outlier Exposure, 2019) also tells them apart: what
it is less sure of than a threshold does not look like a digit.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from mnist_core.data import doodles, stroke_augmentation
from mnist_core.data.pen_drawings import PenDrawing
from mnist_core.evaluation import pen_accuracy
from mnist_core.evaluation.pen_accuracy import Reader
from mnist_core.evaluation.scores import Probabilities, Score
from mnist_core.inference.rejection import apply_temperature, look_like_digits
from mnist_core.models.card import Measurements

TURNED_AWAY = 0.005  # share of the real digits that may be below the threshold
SURE = 0.95  # from this probability on an answer counts as sure
DOODLES = 2_000  # not those that it learned from
SEED = 1_000_003  # decides them, and how the held-out drawings are varied


def measure(read: Reader, held_out: list[PenDrawing], *, rejects: bool) -> Measurements:
    """Choose temperature and threshold, and score the answers that they give.

    Args:
        read: the network's own probabilities, float32 (n, 28, 28) -> (n, 10).
        held_out: drawings of people whom the network did not learn from.
        rejects: whether the network has learned to be unsure about doodles. If not, it
            gets no threshold.

    Returns:
        What a card says of it: the temperature, at least 1; digit_threshold or None;
        how many drawings of how many people were read, and how well; the ten most
        frequent confusions; the shares of sure answers, of wrong ones among these, of
        digits below the threshold, and of doodles below it.
    """
    plain = pen_accuracy.score(read, held_out)
    hard, labels = _harder(read, held_out, plain)
    temperature = _temperature(hard, labels)
    softened = Score(plain.labels, apply_temperature(plain.probabilities, temperature))
    result = _pen_scores(softened, held_out, temperature)
    if rejects:
        real = apply_temperature(hard, temperature).max(axis=1)
        threshold = float(np.quantile(real, TURNED_AWAY))
        digits = look_like_digits(softened.probabilities, threshold)
        doodles_read = apply_temperature(read(_doodles()), temperature)
        others = look_like_digits(doodles_read, threshold)
        result["digit_threshold"] = threshold
        result["digits_turned_away"] = float((~digits).mean())
        result["doodles_recognized"] = float((~others).mean())
    return result


def _harder(
    read: Reader, held_out: list[PenDrawing], plain: Score
) -> tuple[Probabilities, npt.NDArray[Any]]:
    """Return answers and labels of the held-out drawings, and of each varied once.

    Six people write more alike than everybody who will ever draw: calibrated on them
    alone, a network would still be too sure.
    """
    rng = np.random.default_rng(SEED)
    varied = [
        stroke_augmentation.render_augmented(d.strokes, rng, digit=d.digit)
        for d in held_out
    ]
    again = read(np.stack(varied).astype(np.float32) / np.float32(255))
    both = np.concatenate([plain.probabilities, again])
    return both, np.tile(plain.labels, 2)


def _temperature(probabilities: Probabilities, labels: npt.NDArray[Any]) -> float:
    """Return the temperature at which the labels are likeliest, but at least 1.

    Below 1, a few drawings that are all read right would make the network ever surer.
    """

    def loss(logarithm: float) -> float:
        softened = apply_temperature(probabilities, float(np.exp(logarithm)))
        of_labels = softened[np.arange(len(labels)), labels]
        return float(-np.log(np.maximum(of_labels, 1e-12)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(0, 2), method="bounded").x))


def _pen_scores(
    score: Score, held_out: list[PenDrawing], temperature: float
) -> Measurements:
    sure = score.probabilities.max(axis=1) >= SURE
    return {
        "temperature": temperature,
        "digit_threshold": None,
        "pen_accuracy": score.accuracy,
        "pen_accuracy_per_digit": score.per_digit,
        "pen_drawings": len(held_out),
        "pen_people": len({drawing.writer for drawing in held_out}),
        "confusions": score.confusions[:10],
        "sure": float(sure.mean()),
        "sure_but_wrong": float((~score.correct[sure]).mean()) if sure.any() else 0.0,
    }


def _doodles() -> npt.NDArray[np.float32]:
    rng = np.random.default_rng(SEED)
    images = list(doodles.images(DOODLES, seed=SEED, rng=rng))
    return np.stack(images).astype(np.float32) / np.float32(255)
