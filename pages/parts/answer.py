"""The answer to a drawing: the number, how sure the network is, and of what."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from PIL import Image

from pages.parts import charts, room, words

if TYPE_CHECKING:  # they load TensorFlow, and the page must not wait for that
    from mnist_core.numbers import Part
    from mnist_core.predictor import Prediction
    from pages.parts.reading import Seen

SURE = 0.95  # from here on no second guess is shown
ROOM = 32  # of a digit's width in root ems, about: so many fit a phone's


def show(seen: "Seen", picked: int) -> None:
    """The number, and what there is to say about it and the digit picked."""
    many = len(seen.parts) > 1
    line = "".join(f"<div>{line}</div>" for line in _lines(seen, picked))
    _say([_sign(part) for part in seen.parts], line, small=many)


def show_nothing(line: str) -> None:
    """Say what to do; everything keeps its place for the answer."""
    _say(["?"], line)


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
    bars = seen.parts[picked].prediction.probabilities if seen else np.zeros(10)
    charts.probabilities(bars)


def a_digit(digit: int | str) -> str:
    """A digit with its article: "a 7", "an 8"."""
    return f"an {digit}" if str(digit) == "8" else f"a {digit}"


def enlarged(image: np.ndarray, *, side: int) -> Image.Image:
    """An image (28, 28) in 0 to 255 with its pixels drawn as sharp squares."""
    return Image.fromarray(image.astype(np.uint8)).resize(
        (side, side), Image.Resampling.NEAREST
    )


def _label(prediction: "Prediction") -> str:
    if prediction.is_digit is False:
        return f"{prediction.digit} ?"
    return f"{prediction.digit} · {words.probability(prediction.confidence)}"


def _sign(part: "Part") -> str:
    digit = part.prediction.digit
    faint = part.prediction.is_digit is False
    return f'<span style="opacity:.35">{digit}</span>' if faint else str(digit)


def _lines(seen: "Seen", picked: int) -> list[str]:
    prediction = seen.parts[picked].prediction
    if len(seen.parts) == 1:
        return [_about(prediction, "That", a_digit(prediction.digit).capitalize())]
    share = words.probability(seen.reading.confidence)
    count = "both" if len(seen.parts) == 2 else f"all {len(seen.parts)}"
    alone = f"The {prediction.digit} alone"
    of_all = f"{seen.reading.number}, {share} sure of {count} digits"
    if all(part.prediction.is_digit is False for part in seen.parts):
        of_all = "That does not look like a number."
    return [of_all, _about(prediction, alone, alone)]


def _about(prediction: "Prediction", what: str, name: str) -> str:
    """How sure the network is of one digit, and what else it could be."""
    share = words.probability(prediction.confidence)
    if prediction.is_digit is False:
        closest = f"closest to {a_digit(prediction.digit)} ({share})"
        return f"{what} does not look like a digit; {closest}."
    said = f"{name}, {share} sure"
    if prediction.confidence < SURE:
        other = words.probability(float(prediction.probabilities[prediction.second]))
        said += f", or {a_digit(prediction.second)} ({other})"
    return said


def _say(digits: list[str], line: str, *, small: bool = False) -> None:
    height = 9 if room.is_beside() else 5  # a phone shows it below the canvas at once
    size = min(height, ROOM / len(digits))
    # Streamlit has no text as large as this.
    st.html(
        f'<div style="display:flex;align-items:center;height:{height}rem;line-height:1;'
        f'font-weight:700;font-size:{size:.2f}rem">{"".join(digits)}</div>'
    )
    size = 1.05 if small else 1.25
    st.html(
        f'<div role="status" style="font-size:{size}rem;min-height:3.75rem">'
        f"{line}</div>"
    )
