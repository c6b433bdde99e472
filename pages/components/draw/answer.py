"""The answer to a drawing: the number, how sure the network is, and of what."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pages.components.draw import answer_rings
from pages.components.draw.answer_rings import Ring
from pages.components.shared import formatting, probability_bars, viewport

if TYPE_CHECKING:  # they load TensorFlow, and the page must not wait for that
    from mnist_core.inference.predictor import Prediction
    from mnist_core.inference.reader import Part
    from pages.components.shared.recognition import Recognition

SURE = 0.95  # from here on no second guess is shown
LIKELY = 0.75  # from here on it is "a 7", below it "perhaps a 7"


def show(seen: "Recognition", picked: int, *, corrected: Sequence[str] = ()) -> None:
    """The number, and what there is to say about it and the digit picked.

    Where the visitor said that it is wrong, that is said instead.
    """
    rings = [_ring(part) for part in seen.parts]
    lines = corrected or _lines(seen, picked)
    answer_rings.show(rings, lines, picked=picked, beside=viewport.is_desktop())


def show_nothing(*lines: str) -> None:
    """Say what to do; everything keeps its place for the answer."""
    answer_rings.show(
        [answer_rings.NOTHING], lines, picked=0, beside=viewport.is_desktop()
    )


def pick(seen: "Recognition | None") -> int:
    """The digit of a number that the visitor wants to know more about."""
    if seen is None or len(seen.parts) < 2:
        return 0
    return st.session_state.get(f"part-{seen.id}", seen.least_sure)


def show_digits(seen: "Recognition | None", picked: int) -> None:
    """How likely each digit is: for the one picked, of those that can be."""
    if seen is None or len(seen.parts) < 2:
        with st.container(height=32, border=False, vertical_alignment="bottom"):
            st.caption("How likely each digit is")
    else:
        st.segmented_control(
            "The digit to look at",
            range(len(seen.parts)),
            default=picked,
            key=f"part-{seen.id}",
            format_func=lambda index: _label(seen.parts[index].prediction),
            required=True,
            label_visibility="collapsed",
        )
    probability_bars.show(
        seen.parts[picked].prediction.probabilities if seen else np.zeros(10)
    )


def _label(prediction: "Prediction") -> str:
    if prediction.is_digit is False:
        return "?" if _is_close_to_none(prediction) else f"{prediction.digit} ?"
    return f"{prediction.digit} · {formatting.probability(prediction.confidence)}"


def _ring(part: "Part") -> Ring:
    prediction = part.prediction
    return Ring(
        _name(prediction),
        0 if _is_close_to_none(prediction) else prediction.confidence,
        sure=prediction.confidence >= LIKELY,
        is_digit=prediction.is_digit is not False,
    )


def _name(prediction: "Prediction") -> str:
    return "?" if _is_close_to_none(prediction) else str(prediction.digit)


def _is_close_to_none(prediction: "Prediction") -> bool:
    return (
        prediction.is_digit is False and prediction.confidence < probability_bars.LEADS
    )


def _lines(seen: "Recognition", picked: int) -> list[str]:
    said = [part.prediction for part in seen.parts]
    if len(said) == 1:
        return [*_about(said[0]), *_truth(seen)]
    number = "".join(map(_name, said))
    share = formatting.probability(seen.reading.confidence)
    count = "both" if len(said) == 2 else f"all {len(said)}"
    of_all = f"{number}, {share} sure of {count} digits"
    if any(map(_is_close_to_none, said)):
        of_all = f"Perhaps {number}"
    if all(prediction.is_digit is False for prediction in said):
        of_all = "That does not look like a number"
    return [of_all, _about_one(said[picked], number[picked])]


def _truth(seen: "Recognition") -> list[str]:
    """What a digit of the data set is, where it was misread."""
    label = seen.given.label
    wrong = label is not None and label != seen.parts[0].prediction.digit
    return [f"Wrong: its label says {formatting.a_digit(label)}"] if wrong else []


def _about(prediction: "Prediction") -> list[str]:
    """How sure the network is of a lone digit, and what else it could be."""
    share = formatting.probability(prediction.confidence)
    this = formatting.a_digit(prediction.digit)
    if prediction.is_digit is False:
        close = f"closest to {this} ({share})"
        if _is_close_to_none(prediction):
            close = "no digit comes close"
        return ["That does not look like a digit", close]
    likely = prediction.confidence >= LIKELY
    said = [f"{this.capitalize() if likely else f'Perhaps {this}'}, {share} sure"]
    if prediction.confidence < SURE:
        said.append(f"or {_second(prediction)}")
    return said


def _about_one(prediction: "Prediction", name: str) -> str:
    """What to say about one of several; how sure it is stands on its button."""
    which = "One of them" if name == "?" else f"The {name}"
    if prediction.is_digit is False:
        return f"{which} does not look like a digit"
    if prediction.confidence < SURE:
        return f"{which} could be {_second(prediction)}"
    return f"The bars are about the {name}"


def _second(prediction: "Prediction") -> str:
    share = float(prediction.probabilities[prediction.runner_up])
    return (
        f"{formatting.a_digit(prediction.runner_up)} ({formatting.probability(share)})"
    )
