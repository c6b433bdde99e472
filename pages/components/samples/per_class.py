"""Digit by digit: how many there are, their average, and how many are misread.

per_class.show(dataset, Score(dataset.y_test, probabilities))

Mistakes are counted per 1,000 images: 99.1 % and 99.6 % look alike, and yet one is
twice as often wrong.
"""

from pathlib import Path
from typing import Any, Final, NotRequired, TypedDict

import numpy as np
import numpy.typing as npt
import streamlit as st

from mnist_core.data import Dataset
from mnist_core.evaluation.scores import Score
from pages.components.shared import component, data_url

TITLE: Final = "Digit by digit"
FOLDER: Final = Path(__file__).parent

_per_class = component.define(
    "per_class",
    html="<div class='container'></div>",
    css=(FOLDER / "per_class.css").read_text(),
    js=(FOLDER / "per_class.js").read_text(),
)


class Misread(TypedDict):
    """How many images of a digit are misread."""

    rate: str  # of 1,000
    share: float  # of the worst digit's rate, 0 to 1
    count: str  # "8 of 980"


class Row(TypedDict):
    """A digit as the browser is sent it."""

    url: str  # of its average image
    training: str  # how many images there are
    test: str
    misread: NotRequired[Misread]  # as soon as it is known


class Props(TypedDict):
    """What the browser is sent."""

    rows: list[Row]


def show(dataset: Dataset, score: Score | None) -> None:
    """Show a row for each digit; its mistakes as soon as there is a score."""
    st.subheader(TITLE, anchor="digit-by-digit")
    st.caption(
        "The average of all training images of each digit, how many of 1,000 the "
        "network misreads, and how many images there are to train on and to test."
    )
    props = to_props(dataset, averages(dataset.name, dataset), score)
    _per_class(key="per_class", data=props, height="content")


@st.cache_resource(max_entries=2, show_spinner=False)
def averages(name: str, _dataset: Dataset) -> npt.NDArray[np.uint8]:
    """Return the average training image of each digit, uint8 (10, 28, 28).

    They are cached by the data set's name: Streamlit hashes the arguments that have no
    underscore before their names.
    """
    images, labels = _dataset.x_train, _dataset.y_train
    return np.stack([_average(images[labels == digit]) for digit in range(10)])


def to_props(
    dataset: Dataset, averages: npt.NDArray[np.uint8], score: Score | None
) -> Props:
    """Return what the browser is sent."""
    training = np.bincount(dataset.y_train, minlength=10)
    test = np.bincount(dataset.y_test, minlength=10)
    rows: list[Row] = [
        {
            "url": data_url.encode_cached(averages[digit]),
            "training": f"{training[digit]:,}",
            "test": f"{test[digit]:,}",
        }
        for digit in range(10)
    ]
    if score:
        for row, misread in zip(rows, _misread(score, test), strict=True):
            row["misread"] = misread
    return {"rows": rows}


def _misread(score: Score, test: npt.NDArray[Any]) -> list[Misread]:
    """Return, for each digit, how many of its test images (10,) are misread."""
    wrong = score.confusion_matrix.sum(axis=1) - score.confusion_matrix.diagonal()
    rates = 1000 * wrong / np.maximum(test, 1)
    worst = max(float(rates.max()), 1e-9)
    return [
        {
            "rate": f"{rates[digit]:.1f}",
            "share": round(float(rates[digit]) / worst, 3),
            "count": f"{wrong[digit]:,} of {test[digit]:,}",
        }
        for digit in range(10)
    ]


def _average(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    if not len(images):
        return np.zeros((28, 28), np.uint8)
    average: npt.NDArray[np.uint8] = np.rint(images.mean(axis=0)).astype(np.uint8)
    return average
