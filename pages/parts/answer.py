"""The answer to a drawing: the digit, how sure the network is, what it saw."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from PIL import Image

from pages.parts import charts, words

if TYPE_CHECKING:  # it loads TensorFlow, and the page must not wait for that
    from mnist_core.predictor import Prediction

SURE = 0.95  # from here on no second guess is shown


def show(prediction: "Prediction", image: np.ndarray) -> None:
    """Show a prediction and the image (28, 28) it is for."""
    second = int(prediction.probabilities.argsort()[-2])
    sure = f"{words.probability(prediction.confidence)} sure"
    if prediction.confidence < SURE:
        share = float(prediction.probabilities[second])
        sure += f", or a {second} ({words.probability(share)})"
    _show(str(prediction.digit), sure, prediction.probabilities, image)


def show_nothing() -> None:
    """Say what to do; everything keeps its place for the answer."""
    line = "Draw a digit from 0 to 9. The answer comes when you lift the pen."
    _show("?", line, np.zeros(10), np.zeros((28, 28)))


def _show(sign: str, line: str, probabilities: np.ndarray, image: np.ndarray) -> None:
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=350):
            with st.container(horizontal=True, vertical_alignment="center"):
                with st.container(width=150, horizontal_alignment="center"):
                    # Streamlit has no text as large as this.
                    st.html(
                        '<div style="font-size:9rem;font-weight:700;line-height:1">'
                        f"{sign}</div>"
                    )
                st.image(
                    enlarged(image * 255, side=140),
                    caption="What the network sees",
                    alt="The drawing at 28 by 28 pixels, framed like MNIST's digits",
                    width=140,
                )
            st.html(
                '<div role="status" style="font-size:1.25rem;min-height:2lh">'
                f"{line}</div>"
            )
        with st.container(width=330):
            charts.probabilities(probabilities)


def enlarged(image: np.ndarray, *, side: int) -> Image.Image:
    """An image (28, 28) in 0 to 255 with its pixels drawn as sharp squares."""
    return Image.fromarray(image.astype(np.uint8)).resize(
        (side, side), Image.Resampling.NEAREST
    )
