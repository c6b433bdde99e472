"""Where the chosen model fails: its confusion matrix, and the images of each cell.

mistakes.show_link(dataset)    # at the top of the page
mistakes.show(dataset)
"""

from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import streamlit as st

from mnist_core.data import Dataset
from mnist_core.errors import ModelDamaged
from mnist_core.evaluation.dataset import DatasetEvaluation
from mnist_core.evaluation.scores import Score
from pages.components.samples import confusion_matrix, digit_detail, per_class
from pages.components.samples.confusion_matrix import Cell
from pages.components.shared import (
    cache,
    evaluation_progress,
    formatting,
    image_grid,
    viewport,
)
from pages.components.shared.formatting import a_digit
from pages.components.shared.image_grid import Tile
from pages.components.shared.session import SessionValue

TITLE: Final = "Where it fails"
ANCHOR: Final = "where-it-fails"
ANY, ANOTHER = "any digit", "any other"  # of the select boxes
MAX_IMAGES: Final = 40  # at a time

_LABEL: Final = SessionValue[str]("cell_label", lambda: ANY)
_PREDICTED: Final = SessionValue[str]("cell_predicted", lambda: ANOTHER)
_PICKED: Final = SessionValue[int | None]("mistake_picked", lambda: None)
"""The index of the test image that is chosen."""


def show_link(dataset: Dataset) -> None:
    """Show a line that leads down the page to what the chosen model misreads."""
    text = TITLE
    with suppress(ModelDamaged):  # `show` says so, further down
        if score := _score(dataset):
            count = len(score.mistakes)
            text += f": {count:,} of {_test_images(dataset)} are misread"
    st.markdown(f"[{text}](#{ANCHOR})")


def show(dataset: Dataset) -> None:
    """Show all about what the chosen model misreads, as soon as that is known."""
    st.header(TITLE, anchor=ANCHOR)
    try:
        score = _score(dataset)
    except ModelDamaged as error:
        st.error(f"{formatting.plain(error)} Train a network on the Train page.")
        per_class.show(dataset, None)
        return
    if score:
        st.markdown(summary(score, dataset))
        _show_mistakes(score, dataset)
    else:
        st.markdown(f"Every one of {_test_images(dataset)} is being read, this once.")
        evaluation_progress.show(_evaluation(dataset), "test")
        per_class.show(dataset, None)


def summary(score: Score, dataset: Dataset) -> str:
    """Return a sentence about all of the mistakes."""
    name, images = cache.chosen_model().name, _test_images(dataset)
    wrong = len(score.mistakes)
    if not wrong:
        return f"**{formatting.model_name(name)}** reads all of {images} right."
    label, predicted, count = score.confusions[0]
    times = "once" if count == 1 else f"{count} times"
    return (
        f"**{formatting.model_name(name)}** misreads {wrong:,} of {images}, most often "
        f"{a_digit(label)} as {a_digit(predicted)} ({times})."
    )


def indices(score: Score, cell: Cell) -> npt.NDArray[np.integer[Any]]:
    """Return a cell's test images: the surest first, or where right the least sure."""
    label, predicted = cell
    if label is not None and predicted is not None:
        found = score.indices(label, predicted)
        return found[::-1] if label == predicted else found
    wrong = score.mistakes
    if label is not None:
        wrong = wrong[score.labels[wrong] == label]
    if predicted is not None:
        wrong = wrong[score.predicted[wrong] == predicted]
    return wrong


def describe(score: Score, cell: Cell) -> str:
    """Say what the images of a cell are."""
    label, predicted = cell
    count = len(indices(score, cell))
    share = f"{count:,} of the {len(score.labels):,} images"
    if label is not None:
        of_label = (score.labels == label).sum()
        share = f"{count:,} of the {of_label:,} images of a {label}"
    order = "the surest first"
    if predicted is None:
        what = "misread"
    elif predicted == label:
        what, order = "read right", "the least sure first"
    else:
        what = f"wrongly read as {a_digit(predicted)}"
    what = f"{'was' if count == 1 else 'were'} {what}"
    if count < 2:
        return f"{share} {what}."
    first = f"; here are {MAX_IMAGES}" if count > MAX_IMAGES else ""
    return f"{share} {what}, {order}{first}."


def _evaluation(dataset: Dataset) -> DatasetEvaluation:
    return DatasetEvaluation.of(cache.chosen_model(), dataset.name)


def _score(dataset: Dataset) -> Score | None:
    """Return how the chosen model reads the test images; None before that is known.

    Raises:
        ModelDamaged: there is no model that can be used.
    """
    probabilities = _evaluation(dataset).test()
    return None if probabilities is None else Score(dataset.y_test, probabilities)


def _test_images(dataset: Dataset) -> str:
    """Return what the test images are called, and how many they are."""
    whose, made_up = ("MNIST's", "") if dataset.name == "mnist" else ("the", "made-up ")
    return f"{whose} {len(dataset.y_test):,} {made_up}test images"


@st.fragment
def _show_mistakes(score: Score, dataset: Dataset) -> None:
    cell = _chosen_cell()
    if viewport.is_desktop():
        column, right = st.columns(2, gap="large")
        left, below = column.container(), column.container()
    else:
        left, right, below = (st.container() for _ in range(3))
    with left:
        confusion_matrix.show(
            score.confusion_matrix,
            chosen=cell,
            on_choose=_choose_cell,
            key="confusion_matrix",
        )
    with right:
        _offer_select_boxes()
        st.markdown(describe(score, cell))
        _show_images(score, dataset, cell)
    with below:
        per_class.show(dataset, score)


def _chosen_cell() -> Cell:
    """Return the cell that the select boxes name."""
    label, predicted = _LABEL.get(), _PREDICTED.get()
    return Cell(
        int(label) if label.isdigit() else None,
        int(predicted) if predicted.isdigit() else None,
    )


def _choose_cell(cell: Cell) -> None:
    _LABEL.set(ANY if cell.label is None else str(cell.label))
    _PREDICTED.set(ANOTHER if cell.predicted is None else str(cell.predicted))


def _offer_select_boxes() -> None:
    """Offer the same choice as in the matrix, in words."""
    digits = [str(digit) for digit in range(10)]
    width = 136 if viewport.is_phone() else 220
    with st.container(horizontal=True):
        for title, value, other in (
            ("It is a", _LABEL, ANY),
            ("read as a", _PREDICTED, ANOTHER),
        ):
            st.selectbox(
                title,
                [other, *digits],
                key=value.key,
                persist_state="session",
                width=width,
            )


def _show_images(score: Score, dataset: Dataset, cell: Cell) -> None:
    """Show the first images of a cell, and the one chosen of them large."""
    shown: list[int] = indices(score, cell)[:MAX_IMAGES].tolist()
    if not shown:
        return
    picked = _PICKED.get()
    if picked is None or picked not in shown:
        picked = shown[0]  # the first is shown large without being asked for
    beside = viewport.is_desktop()
    large = st.container()
    clicked = image_grid.show(
        [_tile(score, dataset, index, cell) for index in shown],
        label=f"Test images: {describe(score, cell)}",
        key="mistakes",
        chosen=shown.index(picked) if beside else None,
    )
    if clicked is not None:
        picked = shown[clicked]
        _PICKED.set(picked)
    digit = digit_detail.pick(dataset, "test", picked)
    digit = replace(digit, probabilities=score.probabilities[picked])
    if beside:
        with large:
            digit_detail.show(digit, key="mistake")
    elif clicked is not None:
        digit_detail.open_dialog(digit, key="mistake")


def _tile(score: Score, dataset: Dataset, index: int, cell: Cell) -> Tile:
    label, predicted = int(score.labels[index]), int(score.predicted[index])
    confidence = float(score.probabilities[index].max())
    sure = f"{formatting.probability(confidence, digits=0)} sure"
    name = f"{a_digit(label).capitalize()}, read as {predicted}, {sure}"
    caption = f"{label}, read as {predicted}\n{sure}" if None in cell else sure
    return Tile(dataset.x_test[index], name, caption)
