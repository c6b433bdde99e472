"""The answer to a drawing: the number, how sure the network is, and of what."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pages.parts import room, words
from pages.parts.draw import bars, hero
from pages.parts.draw.hero import Ring

if TYPE_CHECKING:  # they load TensorFlow, and the page must not wait for that
    from mnist_core.numbers import Part
    from mnist_core.predictor import Prediction
    from pages.parts.draw.reading import Seen

SURE = 0.95  # from here on no second guess is shown
LIKELY = 0.75  # from here on it is "a 7", below it "perhaps a 7"


def show(seen: "Seen", picked: int, *, corrected: Sequence[str] = ()) -> None:
    """The number, and what there is to say about it and the digit picked.

    Where the visitor said that it is wrong, that is said instead.
    """
    rings = [_ring(part) for part in seen.parts]
    lines = corrected or _lines(seen, picked)
    hero.show(rings, lines, picked=picked, beside=room.is_beside())


def show_nothing(*lines: str) -> None:
    """Say what to do; everything keeps its place for the answer."""
    hero.show([hero.NOTHING], lines, picked=0, beside=room.is_beside())


def pick(seen: "Seen | None") -> int:
    """The digit of a number that the visitor wants to know more about."""
    if seen is None or len(seen.parts) < 2:
        return 0
    return st.session_state.get(f"part-{seen.id}", seen.least_sure)


def show_digits(seen: "Seen | None", picked: int) -> None:
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
    bars.show(seen.parts[picked].prediction.probabilities if seen else np.zeros(10))


def _label(prediction: "Prediction") -> str:
    if prediction.is_digit is False:
        return "?" if _is_close_to_none(prediction) else f"{prediction.digit} ?"
    return f"{prediction.digit} · {words.probability(prediction.confidence)}"


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
    return prediction.is_digit is False and prediction.confidence < bars.LEADS


def _lines(seen: "Seen", picked: int) -> list[str]:
    said = [part.prediction for part in seen.parts]
    if len(said) == 1:
        return [*_about(said[0]), *_truth(seen)]
    number = "".join(map(_name, said))
    share = words.probability(seen.reading.confidence)
    count = "both" if len(said) == 2 else f"all {len(said)}"
    of_all = f"{number}, {share} sure of {count} digits"
    if any(map(_is_close_to_none, said)):
        of_all = f"Perhaps {number}"
    if all(prediction.is_digit is False for prediction in said):
        of_all = "That does not look like a number"
    return [of_all, _about_one(said[picked], number[picked])]


def _truth(seen: "Seen") -> list[str]:
    """What a digit of the data set is, where it was misread."""
    label = seen.given.label
    wrong = label is not None and label != seen.parts[0].prediction.digit
    return [f"Wrong: its label says {words.a_digit(label)}"] if wrong else []


def _about(prediction: "Prediction") -> list[str]:
    """How sure the network is of a lone digit, and what else it could be."""
    share = words.probability(prediction.confidence)
    this = words.a_digit(prediction.digit)
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
    share = float(prediction.probabilities[prediction.second])
    return f"{words.a_digit(prediction.second)} ({words.probability(share)})"
