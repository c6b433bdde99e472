"""Digit by digit: how many there are, their average, and how many are misread.

Mistakes are counted per 1,000 images: 99.1 % and 99.6 % look alike, and yet one is
twice as often wrong.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
import streamlit as st

from mnist_core.data import Dataset
from mnist_core.evaluation.scores import Score
from pages.components.shared import data_url

TITLE: Final = "Digit by digit"
FOLDER = Path(__file__).parent

_by_digit = st.components.v2.component(
    "by_digit",
    html="<div class='room'></div>",
    css=(FOLDER / "per_class.css").read_text(),
    js=(FOLDER / "per_class.js").read_text(),
)


def show(dataset: Dataset, score: Score | None) -> None:
    """A row for each digit; its mistakes as soon as there is a score."""
    st.subheader(TITLE, anchor="digit-by-digit")
    st.caption(
        "The average of all training images of each digit, how many of 1,000 the "
        "network misreads, and how many images there are to train on and to test."
    )
    data = to_props(dataset, averages(dataset.name, dataset), score)
    _by_digit(key="by_digit", data=data, height="content")


@st.cache_resource(max_entries=2, show_spinner=False)
def averages(name: str, _dataset: Dataset) -> np.ndarray:
    """The average training image of each digit, uint8 (10, 28, 28).

    Kept by the data set's name: Streamlit looks at what has no underscore before it.
    """
    images, labels = _dataset.x_train, _dataset.y_train
    return np.stack([_average(images[labels == digit]) for digit in range(10)])


def to_props(
    dataset: Dataset, averages: np.ndarray, score: Score | None
) -> dict[str, Any]:
    """What the browser needs to know, all of it fit for JSON."""
    training, test = (
        np.bincount(labels, minlength=10)
        for labels in (dataset.y_train, dataset.y_test)
    )
    rows = [
        {
            "picture": data_url.encode_cached(averages[digit]),
            "training": f"{training[digit]:,}",
            "test": f"{test[digit]:,}",
        }
        for digit in range(10)
    ]
    if score:
        wrong = score.confusion_matrix.sum(axis=1) - score.confusion_matrix.diagonal()
        thousandths = 1000 * wrong / np.maximum(test, 1)
        for row, count, rate in zip(rows, wrong, thousandths, strict=True):
            row["rate"] = f"{rate:.1f}"
            row["share"] = round(float(rate / max(thousandths.max(), 1e-9)), 3)
            row["wrong"] = f"{count:,} of {row['test']}"
    return {"rows": rows}


def _average(images: np.ndarray) -> np.ndarray:
    if not len(images):
        return np.zeros((28, 28), np.uint8)
    return np.rint(images.mean(axis=0)).astype(np.uint8)
