"""Where the chosen model fails: its confusion matrix, and the images of each cell."""

from contextlib import suppress
from dataclasses import replace
from typing import Final

import numpy as np
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

TITLE, ANCHOR = "Where it fails", "where-it-fails"
ANY, ANOTHER = "any digit", "any other"  # of the select boxes
SHOWN: Final = 40  # images at a time
PICK = "mistake_pick"  # in the session: the number of the test image that is chosen


def score(dataset: Dataset) -> Score | None:
    """How the chosen model reads the test images; None before that is known.

    Raises:
        ModelDamaged: there is no model that can be used.
    """
    said = DatasetEvaluation.of(cache.chosen_model(), dataset.name).test()
    return None if said is None else Score(dataset.y_test, said)


def lead_to(dataset: Dataset) -> None:
    """A line that leads down the page to what the chosen model misreads."""
    said = TITLE
    with suppress(ModelDamaged):  # said below
        if known := score(dataset):
            said += f": {len(known.mistakes):,} of {_images(dataset)} are misread"
    st.markdown(f"[{said}](#{ANCHOR})")


def show(dataset: Dataset) -> None:
    """All about what the chosen model misreads, as soon as that is known."""
    st.header(TITLE, anchor=ANCHOR)
    try:
        known = score(dataset)
    except ModelDamaged as error:
        st.error(f"{error} Train a network on the Train page.")
        per_class.show(dataset, None)
        return
    if known:
        st.markdown(in_words(known, dataset))
        _show(known, dataset)
    else:
        st.markdown(f"Every one of {_images(dataset)} is being read, this once.")
        evaluation_progress.show(
            DatasetEvaluation.of(cache.chosen_model(), dataset.name), "test"
        )
        per_class.show(dataset, None)


def in_words(score: Score, dataset: Dataset) -> str:
    """The whole in a sentence."""
    name, images = cache.chosen_model().name, _images(dataset)
    wrong = len(score.mistakes)
    if not wrong:
        return f"**{name}** reads all of {images} right."
    true, read, count = score.confusions[0]
    times = "once" if count == 1 else f"{count} times"
    return (
        f"**{name}** misreads {wrong:,} of {images}, most often "
        f"{a_digit(true)} as {a_digit(read)} ({times})."
    )


def places(score: Score, cell: Cell) -> np.ndarray:
    """The test images of a cell: the surest first, or where right the least sure."""
    true, read = cell
    if true is not None and read is not None:
        found = score.indices(true, read)
        return found[::-1] if true == read else found
    wrong = score.mistakes
    if true is not None:
        wrong = wrong[score.labels[wrong] == true]
    if read is not None:
        wrong = wrong[score.predicted[wrong] == read]
    return wrong


def about(score: Score, cell: Cell) -> str:
    """What the images of a cell are, in words."""
    true, read = cell
    count = len(places(score, cell))
    of_all = f"{count:,} of the {len(score.labels):,} images"
    if true is not None:
        of_all = f"{count:,} of the {(score.labels == true).sum():,} images of a {true}"
    what, order = f"wrongly read as {a_digit(read)}", "the surest first"
    if read is None:
        what = "misread"
    elif read == true:
        what, order = "read right", "the least sure first"
    what = f"{'was' if count == 1 else 'were'} {what}"
    if count < 2:
        return f"{of_all} {what}."
    first = f"; here are {SHOWN}" if count > SHOWN else ""
    return f"{of_all} {what}, {order}{first}."


def _images(dataset: Dataset) -> str:
    """The test images in words."""
    whose = "MNIST's" if dataset.name == "mnist" else "the"
    made_up = "" if dataset.name == "mnist" else "made-up "
    return f"{whose} {len(dataset.y_test):,} {made_up}test images"


@st.fragment
def _show(score: Score, dataset: Dataset) -> None:
    cell = _cell()
    if viewport.is_desktop():
        column, right = st.columns(2, gap="large")
        left, below = column.container(), column.container()
    else:
        left, right, below = (st.container() for _ in range(3))
    with left:
        confusion_matrix.show(
            score.confusion_matrix, chosen=cell, key="confusion", on_choose=_choose
        )
        st.caption(
            "This confusion matrix counts the test images: the row is what they are, "
            "the column what the network read; blue is right, orange wrong. Choose a "
            "number, or a digit at the edge, to see the images."
        )
    with right:
        _ask()
        st.markdown(about(score, cell))
        _show_images(score, dataset, cell)
    with below:
        per_class.show(dataset, score)


def _cell() -> Cell:
    """The cell that the select boxes name."""
    chosen = st.session_state.get("is_a", ANY), st.session_state.get("read_as", ANOTHER)
    true, read = (int(each) if each.isdigit() else None for each in chosen)
    return true, read


def _choose(cell: Cell) -> None:
    true, read = cell
    st.session_state.is_a = ANY if true is None else str(true)
    st.session_state.read_as = ANOTHER if read is None else str(read)


def _ask() -> None:
    """The same choice as in the matrix, by keyboard."""
    digits = [str(digit) for digit in range(10)]
    width = 136 if viewport.is_phone() else 220
    with st.container(horizontal=True):
        for label, key, every in (
            ("It is a", "is_a", ANY),
            ("read as a", "read_as", ANOTHER),
        ):
            st.selectbox(
                label, [every, *digits], key=key, persist_state="session", width=width
            )


def _show_images(score: Score, dataset: Dataset, cell: Cell) -> None:
    numbers = places(score, cell)[:SHOWN].tolist()
    if not numbers:
        return
    picked = st.session_state.get(PICK)
    if picked not in numbers:
        picked = numbers[0]  # a first one is shown large without being asked
    beside = viewport.is_desktop()
    large = st.container()
    tiles = [_tile(score, dataset, number, cell) for number in numbers]
    label = f"Test images: {about(score, cell)}"
    marked = numbers.index(picked) if beside else None
    place = image_grid.show(tiles, label=label, key="mistakes", chosen=marked)
    if place is not None:
        picked = st.session_state[PICK] = numbers[place]
    digit = digit_detail.pick(dataset, "test", picked)
    digit = replace(digit, said=score.probabilities[picked])
    if beside:
        with large:
            digit_detail.show(digit, key="mistake")
    elif place is not None:
        digit_detail.open_dialog(digit, key="mistake")


def _tile(score: Score, dataset: Dataset, number: int, cell: Cell) -> Tile:
    true, read = int(score.labels[number]), int(score.predicted[number])
    share = float(score.probabilities[number].max())
    sure = f"{formatting.probability(share, digits=0)} sure"
    name = f"{a_digit(true).capitalize()}, read as {read}, {sure}"
    caption = f"{true}, read as {read}\n{sure}" if None in cell else sure
    return Tile(dataset.x_test[number], name, caption)
