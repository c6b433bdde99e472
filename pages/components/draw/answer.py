"""The answer to a drawing: the number, how sure the network is, and of what.

picked = answer.picked_digit(recognition)
answer.show(recognition, picked=picked, prompt="Draw a digit.")
answer.show_digits(recognition, picked=picked)
"""

from typing import Final

import numpy as np
import streamlit as st

from mnist_core.inference.predictor import Prediction
from mnist_core.inference.reader import Part
from mnist_core.preprocessing.framing import Ink
from pages.components.draw import answer_rings, feedback
from pages.components.draw.answer_rings import Ring, Which
from pages.components.shared import formatting, probability_bars
from pages.components.shared.recognition import Recognition

SURE: Final = 0.95  # from here on no second guess is shown
ONLY_DIGITS: Final = (
    "This model has only ever seen digits: it takes everything for one."
)
LIKELY: Final = 0.75  # from here on it is "a 7", below it "perhaps a 7"


def picked_digit(recognition: Recognition | None) -> int:
    """Return which digit of a number the visitor wants to know more about."""
    if recognition is None or len(recognition.parts) < 2:
        return 0
    chosen = answer_rings.picked(recognition.id, len(recognition.parts))
    return recognition.least_sure if chosen is None else chosen


def image(recognition: Recognition | None, picked: int) -> Ink | None:
    """Return the image of the digit picked, or None where nothing is read."""
    return recognition.parts[picked].image if recognition else None


def show(
    recognition: Recognition | None,
    *,
    picked: int,
    prompt: str,
    which: Which = "first",
    title: str = "",
) -> None:
    """Show the number, and what there is to say about it and the digit picked.

    Where the visitor said that it is wrong, that is said instead. Without a
    recognition, the prompt says what to do, and everything keeps its place.

    Args:
        recognition: what a model reads.
        picked: which of several digits the other parts of the page are about.
        prompt: what is said without a recognition.
        which: whether it is the chosen model's answer, or that of a second one.
        title: the model's name, where two are compared.
    """
    if recognition is None:
        nothing = [answer_rings.NOTHING]
        answer_rings.show(nothing, [prompt], picked=0, which=which, title=title)
        return
    correction = feedback.correction(recognition) if which == "first" else []
    predictions = [part.prediction for part in recognition.parts]
    knows = all(prediction.is_digit is not None for prediction in predictions)
    answer_rings.show(
        [_ring(part) for part in recognition.parts],
        correction or _lines(recognition, picked),
        picked=picked,
        drawing=recognition.id,
        which=which,
        title=title,
        note="" if knows else ONLY_DIGITS,
    )


def show_digits(recognition: Recognition | None, *, picked: int) -> None:
    """Show how likely each digit is: for the one picked, of those that can be."""
    st.caption("How likely each digit is")
    probability_bars.show(
        recognition.parts[picked].prediction.probabilities
        if recognition
        else np.zeros(10, np.float32),
        live=True,
    )


def _ring(part: Part) -> Ring:
    prediction = part.prediction
    return Ring(
        _name(prediction),
        0 if _is_far_from_all(prediction) else prediction.confidence,
        sure=prediction.confidence >= LIKELY,
        is_digit=prediction.is_digit is not False,
        line=part.line,
    )


def _name(prediction: Prediction) -> str:
    return "?" if _is_far_from_all(prediction) else str(prediction.digit)


def _is_far_from_all(prediction: Prediction) -> bool:
    """Return whether it is no digit, and no digit comes close to it either."""
    faint = prediction.confidence < probability_bars.STANDS_OUT
    return prediction.is_digit is False and faint


def _lines(recognition: Recognition, picked: int) -> list[str]:
    """Return the answer in words, from the most to the least important."""
    predictions = [part.prediction for part in recognition.parts]
    if len(predictions) == 1:
        return [*_about_lone(predictions[0]), *_about_label(recognition)]
    name = _name(predictions[picked])
    return [_about_number(recognition), _about_one(predictions[picked], name)]


def _about_lone(prediction: Prediction) -> list[str]:
    """Say how sure the network is of a lone digit, and what else it could be."""
    sure = formatting.probability(prediction.confidence)
    digit = formatting.a_digit(prediction.digit)
    if prediction.is_digit is False:
        close = f"closest to {digit} ({sure})"
        if _is_far_from_all(prediction):
            close = "no digit comes close"
        return ["That does not look like a digit", close]
    likely = prediction.confidence >= LIKELY
    lines = [f"{digit.capitalize() if likely else f'Perhaps {digit}'}, {sure} sure"]
    if prediction.confidence < SURE:
        lines.append(f"or {_runner_up(prediction)}")
    return lines


def _about_label(recognition: Recognition) -> list[str]:
    """Say what a digit of the data set is, where it was misread."""
    label = recognition.input.label
    if label is None or label == recognition.parts[0].prediction.digit:
        return []
    return [f"Wrong: its label says {formatting.a_digit(label)}"]


def _about_number(recognition: Recognition) -> str:
    """Say what several digits are together."""
    predictions = [part.prediction for part in recognition.parts]
    if all(prediction.is_digit is False for prediction in predictions):
        return "That does not look like a number"
    number = recognition.reading.spell(lambda part: _name(part.prediction))
    if any(map(_is_far_from_all, predictions)):
        return f"Perhaps {number}"
    sure = formatting.probability(recognition.reading.confidence)
    count = "both" if len(predictions) == 2 else f"all {len(predictions)}"
    return f"{number}, {sure} sure of {count} digits"


def _about_one(prediction: Prediction, name: str) -> str:
    """Say what is special about one of several; how sure it is stands on its button."""
    which = "One of them" if name == "?" else f"The {name}"
    if prediction.is_digit is False:
        return f"{which} does not look like a digit"
    if prediction.confidence < SURE:
        return f"{which} could be {_runner_up(prediction)}"
    return f"The bars are about the {name}"


def _runner_up(prediction: Prediction) -> str:
    digit = prediction.runner_up
    probability = formatting.probability(float(prediction.probabilities[digit]))
    return f"{formatting.a_digit(digit)} ({probability})"
