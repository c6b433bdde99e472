"""The digits of the data set in a grid; the one that is chosen is shown large."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st

from mnist_core.data import Dataset
from mnist_core.evaluation import figures
from pages.components.samples import digit_detail, preparation
from pages.components.samples.digit_detail import Digit
from pages.components.shared import image_grid, viewport
from pages.components.shared.image_grid import Tile

SPLITS: Final = {"Training": "train", "Test": "test"}
# Down at the end of a long grid, the digit that is chosen is seen all the same.
STAYS: Final = """
<style>:has(> .st-key-grid-portrait) { position: sticky; top: 4.5rem; }</style>
"""
PICK = "grid_pick"  # in the session: what is chosen, and its number among what


@dataclass(frozen=True)
class Shown:
    """The digits that are shown, in their order."""

    split: str  # a key of SPLITS
    numbers: np.ndarray  # among all of the split, int (n,)
    images: np.ndarray  # uint8 (n, 28, 28)
    labels: np.ndarray  # (n,)
    said: str  # what they are, in words


@st.fragment
def show(dataset: Dataset) -> None:
    """The digits that the visitor wants to see, and the one chosen of them."""
    shown = _choose(dataset)
    st.caption(shown.said)
    if viewport.is_desktop():
        left, right = st.columns([1.7, 1], gap="medium")
    else:
        left, right = st.container(), None
    with left:
        is_new = _show_wall(dataset, shown)
    picked = _picked(dataset)
    if right:
        with right:
            _show_beside(picked)
    elif is_new and picked:
        digit_detail.open_dialog(picked, key="grid")
    _offer_figure(dataset)
    _explain_preparation(shown)


def _choose(dataset: Dataset) -> Shown:
    with st.container(horizontal=True, vertical_alignment="top"):
        split = st.segmented_control(
            "Images", list(SPLITS), default="Training", required=True, key="split"
        )
        digit = st.selectbox(
            "Digit", ["All", *map(str, range(10))], key="digit", width=110
        )
        count = st.slider("How many", 9, image_grid.MOST, 40, key="count", width=220)
        with st.container(width="content", gap=None):
            st.space(28)  # where the others have their labels
            st.button(
                "Shuffle",
                icon=":material/shuffle:",
                key="shuffle",
                on_click=_shuffle,
                help="Show others",
            )
    labels = getattr(dataset, f"y_{SPLITS[split]}")
    found = np.arange(len(labels))
    if digit != "All":
        found = np.flatnonzero(labels == int(digit))
    if shuffles := st.session_state.get("shuffles", 0):
        found = np.random.default_rng(shuffles).permutation(found)
    numbers = found[:count]
    images = getattr(dataset, f"x_{SPLITS[split]}")[numbers]
    whose = "MNIST's" if dataset.name == "mnist" else "the made-up"
    what = "digits" if digit == "All" else f"images of a {digit}"
    said = f"{len(numbers)} of {whose} {len(found):,} {split.lower()} {what}"
    return Shown(split, numbers, images, labels[numbers], said)


def _shuffle() -> None:
    st.session_state.shuffles = st.session_state.get("shuffles", 0) + 1


def _show_wall(dataset: Dataset, shown: Shown) -> bool:
    """The grid; gives whether the visitor chose one of it just now."""
    tiles = [
        Tile(image, digit_detail.name(dataset, label), f"Digit: {label}")
        for image, label in zip(shown.images, shown.labels, strict=True)
    ]
    numbers = shown.numbers.tolist()
    chosen = None
    match st.session_state.get(PICK):
        case (dataset.name, shown.split, number) if number in numbers:
            chosen = numbers.index(number)
    place = image_grid.show(tiles, label=shown.said, key="grid", chosen=chosen)
    if place is not None:
        st.session_state[PICK] = dataset.name, shown.split, numbers[place]
    return place is not None


def _picked(dataset: Dataset) -> Digit | None:
    """The digit that was chosen last, whatever the grid shows now."""
    match st.session_state.get(PICK):
        case (dataset.name, split, number):
            return digit_detail.pick(dataset, SPLITS[split], number)
    return None


def _show_beside(picked: Digit | None) -> None:
    st.html(STAYS)
    if picked:
        digit_detail.show(picked, key="grid")
    else:
        st.markdown("**Choose a digit** to see it large and what the network reads.")


def _offer_figure(dataset: Dataset) -> None:
    st.download_button(
        "The published figure",
        data=lambda: figures.to_png(figures.digits(dataset.x_train, dataset.y_train)),
        file_name="digits.png",
        mime="image/png",
        icon=":material/download:",
        on_click="ignore",
        help="The first nine training digits, three by three, as a PNG",
    )


def _explain_preparation(shown: Shown) -> None:
    how = st.expander(
        "How it is prepared",
        key="preparation",
        icon=":material/transform:",
        on_change="rerun",
    )
    if how.open:
        with how:
            preparation.show(shown.images, shown.labels)
