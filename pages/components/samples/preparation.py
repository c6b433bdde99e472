"""One digit on its way into the network: stored, reshaped, scaled, one-hot.

preparation.show(dataset.x_train[:40], dataset.y_train[:40])
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from mnist_core import data
from pages.components.shared.data_url import enlarge

ROW: Final = 14  # of the image, through its middle: the one whose numbers are shown


def show(images: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8]) -> None:
    """Let the visitor choose one of the images (n, 28, 28) and follow it."""
    which = st.selectbox(
        "Which of the digits above",
        range(len(labels)),
        format_func=lambda i: f"Number {i + 1}, a {labels[i]}",
        width=240,
    )
    image, label = images[which], int(labels[which])
    with st.spinner("Loading Keras; the first time takes seconds ..."):
        scaled, one_hot = data.prepare(image[None], labels[which : which + 1])
    with st.container(horizontal=True, gap="large"):
        with st.container(width=180):
            alt = f"The chosen digit, a {label}, enlarged"
            st.image(enlarge(image, side=168), alt=alt)
        with st.container(width="stretch"):
            _explain(image, scaled, label, one_hot)
            _show_numbers(image, scaled, label, one_hot)


def _explain(
    image: npt.NDArray[np.uint8],
    scaled: npt.NDArray[np.floating[Any]],
    label: int,
    one_hot: npt.NDArray[np.floating[Any]],
) -> None:
    stored, shape = image.shape, scaled.shape[1:]
    st.markdown(
        f"""
1. **As stored**: {stored[0]} rows of {stored[1]} whole numbers, 0 for paper to 255 for
   ink. Shape `{stored}`, type `{image.dtype}`.
2. **Reshaped**: a channel axis is added, because convolutions read colour too. Shape
   `{shape}`; a backend that wants channels first gets `(1, 28, 28)`.
3. **Scaled**: divided by 255, so that all inputs lie between 0 and 1. Type
   `{scaled.dtype}`. Small numbers of one size make the training steady.
4. **Its label as a one-hot vector**: {label} becomes ten numbers with a 1 in place
   {label}, to compare the network's ten probabilities with. Shape `{one_hot[0].shape}`.
"""
    )


def _show_numbers(
    image: npt.NDArray[np.uint8],
    scaled: npt.NDArray[np.floating[Any]],
    label: int,
    one_hot: npt.NDArray[np.floating[Any]],
) -> None:
    st.caption(f"Row {ROW + 1} of 28, stored and scaled")
    rows = [image[ROW], scaled.reshape(28, 28)[ROW].round(2)]
    columns = [str(column) for column in range(28)]
    table = pd.DataFrame(rows, ["stored", "scaled"], columns)
    st.dataframe(table, alt="The numbers of one row of the digit, stored and scaled")
    st.caption(f"The label {label} as a one-hot vector")
    digits = [str(digit) for digit in range(10)]
    vector = pd.DataFrame(one_hot.astype(int), ["one-hot"], digits)
    st.dataframe(vector, alt=f"Ten numbers, all 0 but a 1 in place {label}")
