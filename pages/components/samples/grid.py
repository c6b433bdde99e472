"""The digits of the data set in a grid; the one that is chosen is shown large.

grid.show(dataset)
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import streamlit as st

from mnist_core.data import Dataset
from mnist_core.evaluation import figures
from pages.components.samples import digit_detail, preparation
from pages.components.samples.digit_detail import Digit, Split
from pages.components.shared import image_grid, viewport
from pages.components.shared.image_grid import Tile
from pages.components.shared.session import SessionValue

SPLITS: Final[dict[str, Split]] = {"Training": "train", "Test": "test"}
# Down at the end of a long grid, the digit that is chosen is seen all the same.
STICKY: Final = """
<style>:has(> .st-key-grid-detail) { position: sticky; top: 4.5rem; }</style>
"""

PICKED: Final = SessionValue[tuple[str, str, int] | None]("grid_picked", lambda: None)
"""The digit that is chosen: data set, split (a key of `SPLITS`), and index."""

_SHUFFLES: Final = SessionValue[int]("grid_shuffles", lambda: 0)


@dataclass(frozen=True)
class Selection:
    """The digits that are shown, in their order."""

    split: str  # a key of SPLITS
    indices: npt.NDArray[np.integer[Any]]  # among all of the split, (n,)
    images: npt.NDArray[np.uint8]  # (n, 28, 28)
    labels: npt.NDArray[np.uint8]  # (n,)
    description: str


@st.fragment
def show(dataset: Dataset) -> None:
    """Show the digits that the visitor wants to see, and the one chosen of them."""
    selection = _select(dataset)
    st.caption(selection.description)
    if viewport.is_desktop():
        grid, detail = st.columns([1.7, 1], gap="medium")
    else:
        grid, detail = st.container(), None
    with grid:
        is_new = _show_grid(dataset, selection)
    picked = _picked(dataset)
    if detail:
        with detail:
            _show_detail(picked)
    elif is_new and picked:
        digit_detail.open_dialog(picked, key="grid")
    _offer_figure(dataset)
    _explain_preparation(selection)


def _select(dataset: Dataset) -> Selection:
    """Let the visitor say which digits to show."""
    with st.container(horizontal=True, vertical_alignment="top"):
        split = st.segmented_control(
            "Images", list(SPLITS), default="Training", required=True, key="split"
        )
        digit = st.selectbox(
            "Digit", ["All", *map(str, range(10))], key="digit", width=110
        )
        most = image_grid.MAX_IMAGES
        count = st.slider("How many", 9, most, 40, key="count", width=220)
        _offer_shuffle()
    return _selection(dataset, split, digit, count)


def _offer_shuffle() -> None:
    with st.container(width="content", gap=None):
        st.space(28)  # where the others have their labels
        st.button(
            "Shuffle",
            icon=":material/shuffle:",
            key="shuffle",
            on_click=lambda: _SHUFFLES.set(_SHUFFLES.get() + 1),
            help="Show others",
        )


def _selection(dataset: Dataset, split: str, digit: str, count: int) -> Selection:
    """Return the first so many images of a digit, or of "All", shuffled or not."""
    all_images, all_labels = dataset.x_train, dataset.y_train
    if SPLITS[split] == "test":
        all_images, all_labels = dataset.x_test, dataset.y_test
    found = np.arange(len(all_labels))
    if digit != "All":
        found = np.flatnonzero(all_labels == int(digit))
    if shuffles := _SHUFFLES.get():
        found = np.random.default_rng(shuffles).permutation(found)
    indices = found[:count]
    whose = "MNIST's" if dataset.name == "mnist" else "the made-up"
    what = "digits" if digit == "All" else f"images of a {digit}"
    description = f"{len(indices)} of {whose} {len(found):,} {split.lower()} {what}"
    return Selection(
        split, indices, all_images[indices], all_labels[indices], description
    )


def _show_grid(dataset: Dataset, selection: Selection) -> bool:
    """Show the grid; return whether the visitor chose one of it just now."""
    tiles = [
        Tile(image, digit_detail.name(dataset, label), f"Digit: {label}")
        for image, label in zip(selection.images, selection.labels, strict=True)
    ]
    indices = selection.indices.tolist()
    chosen = None
    match PICKED.get():
        case (dataset.name, selection.split, index) if index in indices:
            chosen = indices.index(index)
    clicked = image_grid.show(
        tiles, label=selection.description, key="grid", chosen=chosen
    )
    if clicked is not None:
        PICKED.set((dataset.name, selection.split, indices[clicked]))
    return clicked is not None


def _picked(dataset: Dataset) -> Digit | None:
    """Return the digit that was chosen last, whatever the grid shows now."""
    match PICKED.get():
        case (dataset.name, split, index):
            return digit_detail.pick(dataset, SPLITS[split], index)
    return None


def _show_detail(picked: Digit | None) -> None:
    st.html(STICKY)
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


def _explain_preparation(selection: Selection) -> None:
    how = st.expander(
        "How it is prepared",
        key="preparation",
        icon=":material/transform:",
        on_change="rerun",
    )
    if how.open:
        with how:
            preparation.show(selection.images, selection.labels)
