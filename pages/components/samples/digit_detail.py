"""One digit of the data set, large: what it is, and what the chosen model says of it.

It stands beside the wall that it was chosen from, or on a phone in front of the page.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import streamlit as st

from mnist_core.data import Dataset
from mnist_core.errors import ModelDamaged
from mnist_core.inference.rejection import look_like_digits
from pages.components.shared import (
    cache,
    canvas_state,
    explanations,
    formatting,
    inputs,
    probability_bars,
    viewport,
)
from pages.components.shared.data_url import enlarge
from pages.components.shared.formatting import a_digit
from pages.components.shell import present

# The picture's side and the width of what is said beside it, in pixels, for each width
# of the page. Each pixel of the image is ten of the page, or seven, or five.
SIZES: Final = {
    viewport.PROJECTOR: (280, 240),
    viewport.DESKTOP: (196, 150),
    viewport.TABLET: (196, 150),
}
SMALL: Final = 140, 124
LOADING = "The network is waking up; the first time that takes some seconds ..."
LEAVE = "leave_for_draw"  # in the session: a click asked for the Draw page
FOLDER = Path(__file__).parent

_verdict = st.components.v2.component(
    "portrait",
    html="<div class='room'><div class='pair' aria-hidden='true'></div>"
    "<div class='said' role='status'></div></div>",
    css=(FOLDER / "digit_detail.css").read_text(),
    js=(FOLDER / "digit_detail.js").read_text(),
)


@dataclass(frozen=True)
class Digit:
    """A digit of the data set, and what is known of it."""

    image: np.ndarray  # uint8 (28, 28), ink bright
    label: int
    name: str  # such as "A handwritten 4"
    number: int | None = None  # among the test images, where it is one of them
    said: np.ndarray | None = None  # the model's ten probabilities, where known


def pick(dataset: Dataset, split: str, number: int) -> Digit:
    """A digit of the data set: of its "train" or its "test" images."""
    image = getattr(dataset, f"x_{split}")[number]
    label = int(getattr(dataset, f"y_{split}")[number])
    where = number if split == "test" else None
    return Digit(image, label, name(dataset, label), where)


def name(dataset: Dataset, label: int) -> str:
    """What a digit is called: "A handwritten 4"."""
    return f"A {'handwritten' if dataset.name == 'mnist' else 'made-up'} {label}"


def open_dialog(digit: Digit, *, key: str) -> None:
    """The digit in front of the page; a tap beside it closes it."""
    st.dialog(digit.name)(show)(digit, key=key)


def show(digit: Digit, *, key: str) -> None:
    """The digit, what the model makes of it, and what the visitor can do with it.

    Args:
        key: another one for each place in a page.
    """
    side, width = SIZES.get(viewport.width(), SMALL)
    with st.container(key=f"{key}-portrait", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            picture = enlarge(digit.image, side=4 * side)
            st.image(picture, alt=f"{digit.name}, enlarged", width=side)
            with st.container(width=width):
                said = _ask(digit)
                if said is not None:
                    verdict = to_props(said, digit.label, threshold=_threshold())
                    _verdict(key=f"{key}-verdict", data=verdict, height="content")
        if said is not None:
            probability_bars.show(said, key=f"{key}-bars")
        _offer(digit, key)


def to_props(
    said: np.ndarray, label: int, *, threshold: float | None = None
) -> dict[str, Any]:
    """What the browser needs to know of an answer (10,), all of it fit for JSON.

    Args:
        threshold: the model's, see `scores.look_like_digits`.
    """
    read, share = int(said.argmax()), float(said.max())
    sure = f"{formatting.probability(share)} sure"
    kind = "right" if read == label else "wrong"
    line = f"The network reads {a_digit(read)}, {sure}: {kind}."
    if threshold is not None and not look_like_digits(said[None], threshold)[0]:
        kind = "none"
        line = f"The network sees no digit here; closest to {a_digit(read)}, {sure}."
    return {"label": label, "read": read, "sure": sure, "kind": kind, "said": line}


def _ask(digit: Digit) -> np.ndarray | None:
    """The chosen model's probabilities (10,); None, and a word, where it cannot."""
    if digit.said is not None:
        return digit.said
    try:
        with st.spinner(LOADING):
            predictor = cache.predictor(cache.chosen_model())
        return predictor.probabilities(digit.image[None] / np.float32(255))[0]
    except ModelDamaged as error:
        st.error(f"{error} Choose another model above, or train one.")
    return None


def _threshold() -> float | None:
    return cache.chosen_model().card.get("digit_threshold")


def _offer(digit: Digit, key: str) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Draw on top of it",
            key=f"{key}-draw",
            icon=":material/draw:",
            help="Change it on the Draw page, and see when the answer changes",
            on_click=_draw_on,
            args=(digit,),
        )
        st.button(
            "Show what the network saw",
            key=f"{key}-saw",
            icon=":material/visibility:",
            help="On the Draw page: what the network makes of it, step by step",
            on_click=_look_inside,
            args=(digit,),
        )
    # A callback may not switch pages; and the click itself is forgotten where the page
    # runs again meanwhile.
    if st.session_state.pop(LEAVE, False):
        st.switch_page("pages/draw.py")


def _draw_on(digit: Digit) -> None:
    canvas_state.start_with(digit.image)
    st.session_state.way = inputs.DRAW
    st.session_state[LEAVE] = True


def _look_inside(digit: Digit) -> None:
    inputs.give_digit(digit.image, digit.label, digit.number)
    st.session_state.way = inputs.MNIST
    st.session_state[present.KEY] = False  # there, it is the canvas alone
    explanations.open_view()
    st.session_state[LEAVE] = True
