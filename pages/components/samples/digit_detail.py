"""One digit of the data set, large: what it is, and what the chosen model says of it.

digit_detail.show(digit_detail.pick(dataset, "test", 7), key="grid")

It stands beside the grid that it was chosen from, or on a phone in front of the page.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypedDict

import numpy as np
import numpy.typing as npt
import streamlit as st

from mnist_core.data import Dataset
from mnist_core.errors import ModelDamaged
from mnist_core.inference.rejection import look_like_digits
from pages.components.shared import (
    cache,
    canvas_state,
    component,
    explanations,
    formatting,
    inputs,
    probability_bars,
    viewport,
)
from pages.components.shared.data_url import enlarge
from pages.components.shared.formatting import a_digit
from pages.components.shell import leaving, present

Split = Literal["train", "test"]
Probabilities = npt.NDArray[np.floating[Any]]  # of the ten digits, (10,)

# The picture's side and the width of the answer beside it, in pixels, for each width
# of the page. Each pixel of the image is ten of the page, or seven, or five.
SIZES: Final = {
    viewport.PROJECTOR: (280, 240),
    viewport.DESKTOP: (196, 150),
    viewport.TABLET: (196, 150),
}
SMALL: Final = 140, 124
FOLDER: Final = Path(__file__).parent

_digit_detail = component.define(
    "digit_detail",
    html="<div class='container'><div class='pair' aria-hidden='true'></div>"
    "<div class='description' role='status'></div></div>",
    css=(FOLDER / "digit_detail.css").read_text(),
    js=(FOLDER / "digit_detail.js").read_text(),
)


@dataclass(frozen=True)
class Digit:
    """A digit of the data set, and what is known of it."""

    image: npt.NDArray[np.uint8]  # (28, 28), ink bright
    label: int
    name: str  # such as "A handwritten 4"
    test_index: int | None = None  # where it is one of the test images
    probabilities: Probabilities | None = None  # the model's, where known


class Props(TypedDict):
    """The model's answer as the browser is sent it."""

    label: int
    predicted: int
    sure: str  # "97.0 % sure"
    kind: Literal["right", "wrong", "none"]
    description: str  # for those who do not see the others


def pick(dataset: Dataset, split: Split, index: int) -> Digit:
    """Return a digit of the data set: of its training or of its test images."""
    images, labels = dataset.x_train, dataset.y_train
    if split == "test":
        images, labels = dataset.x_test, dataset.y_test
    label = int(labels[index])
    test_index = index if split == "test" else None
    return Digit(images[index], label, name(dataset, label), test_index)


def name(dataset: Dataset, label: int) -> str:
    """Return what a digit is called: "A handwritten 4"."""
    return f"A {'handwritten' if dataset.name == 'mnist' else 'made-up'} {label}"


def open_dialog(digit: Digit, *, key: str) -> None:
    """Show the digit in front of the page; a tap beside it closes it."""
    st.dialog(digit.name)(show)(digit, key=key)


def show(digit: Digit, *, key: str) -> None:
    """Show the digit, what the model makes of it, and what the visitor can do with it.

    Args:
        digit: as `pick` gives it.
        key: another one for each place in a page.
    """
    side, width = SIZES.get(viewport.width(), SMALL)
    with st.container(key=f"{key}-detail", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            picture = enlarge(digit.image, side=4 * side)
            st.image(picture, alt=f"{digit.name}, enlarged", width=side)
            with st.container(width=width):
                probabilities = _predict(digit)
                if probabilities is not None:
                    _show_answer(digit, probabilities, key)
        if probabilities is not None:
            probability_bars.show(probabilities, key=f"{key}-bars")
        _show_buttons(digit, key)


def to_props(
    probabilities: Probabilities, label: int, *, threshold: float | None = None
) -> Props:
    """Return what the browser is sent of an answer.

    Args:
        probabilities: of the ten digits, (10,).
        label: what the digit is.
        threshold: the model's, see `rejection.look_like_digits`.
    """
    predicted = int(probabilities.argmax())
    sure = f"{formatting.probability(float(probabilities.max()))} sure"
    kind: Literal["right", "wrong", "none"]
    kind = "right" if predicted == label else "wrong"
    description = f"The network reads {a_digit(predicted)}, {sure}: {kind}."
    if (
        threshold is not None
        and not look_like_digits(probabilities[None], threshold)[0]
    ):
        kind = "none"
        closest = f"closest to {a_digit(predicted)}, {sure}"
        description = f"The network sees no digit here; {closest}."
    return {
        "label": label,
        "predicted": predicted,
        "sure": sure,
        "kind": kind,
        "description": description,
    }


def _predict(digit: Digit) -> Probabilities | None:
    """Return the chosen model's probabilities; None, and say why, where it cannot."""
    if digit.probabilities is not None:
        return digit.probabilities
    try:
        predictor = cache.predictor(cache.chosen_model())
        images = digit.image[None] / np.float32(255)
        probabilities: Probabilities = predictor.probabilities(images)[0]
    except ModelDamaged as error:
        st.error(f"{formatting.plain(error)} Choose another model above, or train one.")
        return None
    return probabilities


def _show_answer(digit: Digit, probabilities: Probabilities, key: str) -> None:
    threshold = cache.chosen_model().card.get("digit_threshold")
    props = to_props(probabilities, digit.label, threshold=threshold)
    _digit_detail(key=f"{key}-answer", data=props, height="content")


def _show_buttons(digit: Digit, key: str) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Draw on top of it",
            key=f"{key}-draw",
            icon=":material/draw:",
            help="Change it on the Draw page, and see when the answer changes",
            on_click=_draw_on_top,
            args=(digit,),
        )
        st.button(
            "Show what it noticed",
            key=f"{key}-explain",
            icon=":material/visibility:",
            help="On the Draw page: what the network makes of it, step by step",
            on_click=_explain,
            args=(digit,),
        )


def _draw_on_top(digit: Digit) -> None:
    canvas_state.start_with(digit.image)
    inputs.METHOD.set(inputs.CANVAS)
    leaving.to("pages/draw.py")


def _explain(digit: Digit) -> None:
    inputs.set_digit(digit.image, digit.label, digit.test_index)
    inputs.METHOD.set(inputs.MNIST_DIGIT)
    st.session_state[present.KEY] = False  # Present mode would show the canvas alone
    explanations.open_view()
    leaving.to("pages/draw.py")
