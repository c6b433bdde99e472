"""What a model's probabilities are worth, measured on people it never learned from.

    measured = calibration.measure(read, held_out)
    measured["temperature"], measured["digit_threshold"]

A network's probabilities are corrected by one number, the temperature, chosen so that
they fit what it reads right (C. Guo and others, On Calibration of Modern Neural
Networks, 2017). A network that has learned to be unsure about doodles (D. Hendrycks and
others, Deep Anomaly Detection with Outlier Exposure, 2019) also tells them apart: what
it is less sure of than a threshold does not look like a digit.
"""

from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar

from mnist_core.data import doodles, stroke_augmentation
from mnist_core.data.pen_drawings import PenDrawing
from mnist_core.evaluation import pen_accuracy
from mnist_core.evaluation.pen_accuracy import Reader
from mnist_core.evaluation.scores import Score
from mnist_core.inference.rejection import apply_temperature, look_like_digits

TURNED_AWAY = 0.005  # share of the real digits that may be below the threshold
SURE = 0.95  # from this probability on an answer counts as sure
DOODLES = 2_000  # other ones than those learned from
SEED = 1_000_003  # decides them, and how the held-out drawings are varied


def measure(
    read: Reader, held_out: list[PenDrawing], *, rejects: bool
) -> dict[str, Any]:
    """Choose temperature and threshold, and say how good the answers are with them.

    Args:
        read: the network's own probabilities, float32 (n, 28, 28) -> (n, 10).
        held_out: drawings of people whom the network did not learn from.
        rejects: whether the network has learned to be unsure about doodles; else there
            is no threshold.

    Returns:
        What a card says: temperature, digit_threshold or None, drawn accuracy with the
        number of drawings and of people, confusions, and shares of sure answers.
    """
    plain = pen_accuracy.score(read, held_out)
    hard, digits = _harder(read, held_out, plain)
    temperature = _temperature(hard, digits)
    softened = Score(plain.labels, apply_temperature(plain.probabilities, temperature))
    result = {"temperature": temperature, "digit_threshold": None, **_drawn(softened)}
    result["pen_people"] = len({drawing.writer for drawing in held_out})
    if rejects:
        real = apply_temperature(hard, temperature).max(axis=1)
        threshold = float(np.quantile(real, TURNED_AWAY))
        digits = look_like_digits(softened.probabilities, threshold)
        others = look_like_digits(
            apply_temperature(read(_doodles()), temperature), threshold
        )
        result["digit_threshold"] = threshold
        result["digits_turned_away"] = float((~digits).mean())
        result["doodles_recognized"] = float((~others).mean())
    return result


def _harder(
    read: Reader, held_out: list[PenDrawing], plain: Score
) -> tuple[np.ndarray, np.ndarray]:
    """The held-out drawings, and each again as yet another hand and pen would have it.

    Six people write more alike than everybody who will ever draw: calibrated on them
    alone, a network would still be too sure.
    """
    rng = np.random.default_rng(SEED)
    varied = [
        stroke_augmentation.render(
            stroke_augmentation.augment(d.strokes, rng, digit=d.digit), rng
        )
        for d in held_out
    ]
    again = read(np.stack(varied).astype(np.float32) / 255)
    both = np.concatenate([plain.probabilities, again])
    return both, np.tile(plain.labels, 2)


def _temperature(probabilities: np.ndarray, digits: np.ndarray) -> float:
    """The temperature at which the right digits are likeliest, 1 at the least.

    A few drawings that are all read right would make the network surer and surer.
    """

    def loss(logarithm: float) -> float:
        softened = apply_temperature(probabilities, float(np.exp(logarithm)))
        right = softened[np.arange(len(digits)), digits]
        return float(-np.log(np.maximum(right, 1e-12)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(0, 2), method="bounded").x))


def _drawn(score: Score) -> dict[str, Any]:
    sure = score.probabilities.max(axis=1) >= SURE
    return {
        "pen_accuracy": score.accuracy,
        "pen_drawings": len(score.labels),
        "pen_accuracy_per_digit": score.per_digit,
        "confusions": score.confusions[:10],
        "sure": float(sure.mean()),
        "sure_but_wrong": float((~score.correct[sure]).mean()) if sure.any() else 0.0,
    }


def _doodles() -> np.ndarray:
    rng = np.random.default_rng(SEED)
    images = [
        stroke_augmentation.render(stroke_augmentation.augment(doodle, rng), rng)
        for doodle in doodles.doodles(DOODLES, seed=SEED)
    ]
    return np.stack(images).astype(np.float32) / 255
