"""The ways to give a digit or a number besides the canvas, all of them by keyboard too.

What was given last in each way is kept over page changes.
"""

from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

import numpy as np
import streamlit as st

from mnist_core import data
from mnist_core.errors import DatasetUnavailable
from pages.components.shared import cache, image_grid, viewport
from pages.components.shared.data_url import enlarge, to_png
from pages.components.shared.formatting import a_digit
from pages.components.shared.image_grid import Tile

DRAW, UPLOAD, CAMERA, MNIST = "Draw", "Upload", "Camera", "MNIST"
TYPES = ["png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff"]
LARGER: Final = 10  # times, each side of a digit of the data set
OFFERED: Final = 21  # of the data set's digits at a time: three rows
OFFERED_ON_PHONE: Final = 12  # three rows there, too
ASKS = {
    DRAW: "Draw a digit from 0 to 9, or a whole number.",
    UPLOAD: "Choose a picture of a digit or a number.",
    CAMERA: "Take a photo of a digit or a number.",
    MNIST: "Pick one of the digits.",
}
NOTHING_FOUND = "Nothing was found in this picture."
HINT = (
    "Dark ink on plain paper works best: only the digits in the picture, upright, side "
    "by side and not touching, filling most of it, without a shadow across them."
)


@dataclass(frozen=True)
class DrawingInput:
    """What the visitor gave: an image file's bytes, and what made them."""

    kind: Literal["drawing", "photo", "digit"]
    data: bytes
    label: int | None = None  # of a digit of the data set


def choose() -> str:
    """Let the visitor pick a way in."""
    camera = [CAMERA] if has_camera(st.context.url) else []
    st.session_state.setdefault("way", DRAW)
    return st.segmented_control(
        "How to give a digit",
        [DRAW, UPLOAD, *camera, MNIST],
        key="way",
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )


def has_camera(url: str | None) -> bool:
    """Whether a browser may use its camera at this address: HTTPS, or this machine."""
    address = urlsplit(url or "")
    here = address.hostname in ("localhost", "127.0.0.1", "::1")
    return here or address.scheme == "https"


def upload() -> DrawingInput | None:
    """A picture from a file; on a phone this offers the camera too."""
    st.file_uploader(
        "A picture of a digit or a number",
        type=TYPES,
        key="uploader",
        on_change=_keep,
        args=("uploader",),
    )
    return _photo("uploader")


def camera() -> DrawingInput | None:
    """A photo from this machine's camera."""
    st.camera_input(
        "A photo of a digit or a number",
        key="camera",
        on_change=_keep,
        args=("camera",),
    )
    return _photo("camera")


def mnist() -> DrawingInput | None:
    """A digit of the data set that the network was not trained on."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Others", icon=":material/shuffle:", on_click=_offer_others)
        dataset = _dataset()
    rng = np.random.default_rng(st.session_state.get("offers", 0))
    count = OFFERED if viewport.width() >= viewport.TABLET else OFFERED_ON_PHONE
    for_choice = rng.permutation(len(dataset.y_test))[:count]
    chosen = st.session_state.get("offer_chosen")
    if chosen is not None and chosen not in for_choice:  # come from the Samples page
        for_choice[0] = chosen
    _offer(dataset, for_choice.tolist(), chosen)
    return st.session_state.get("given_digit")


def _keep(key: str) -> None:
    file = st.session_state[key]
    given = DrawingInput("photo", file.getvalue()) if file else None
    st.session_state[f"given_{key}"] = given


def _photo(key: str) -> DrawingInput | None:
    return st.session_state.get(f"given_{key}")


def _dataset() -> data.Dataset:
    """MNIST where it is on this machine, or else the made-up digits."""
    try:
        dataset = cache.dataset("mnist")
        st.caption("From MNIST's test set", width="content")
    except DatasetUnavailable:
        with st.spinner("Drawing made-up digits ..."):
            dataset = cache.dataset("synthetic")
        st.caption("MNIST is not here: made-up digits", width="content")
    return dataset


def _offer_others() -> None:
    st.session_state.offers = st.session_state.get("offers", 0) + 1


def _offer(dataset: data.Dataset, numbers: list[int], chosen: int | None) -> None:
    """Show these test images, and take the one that the visitor chooses."""
    labels = dataset.y_test[numbers].tolist()
    tiles = [
        Tile(dataset.x_test[number], a_digit(label).capitalize(), str(label))
        for number, label in zip(numbers, labels, strict=True)
    ]
    marked = numbers.index(chosen) if chosen in numbers else None
    place = image_grid.show(
        tiles, label="Digits to pick from", key="offered", chosen=marked
    )
    if place is not None:
        give_digit(tiles[place].image, labels[place], numbers[place])


def give_digit(image: np.ndarray, label: int, index: int | None) -> None:
    """Have a digit of the data set as the one given.

    Args:
        image: uint8 (28, 28), ink bright.
        label: what it is.
        index: of the test images; None where it is not one of them.
    """
    png = to_png(enlarge(image, side=28 * LARGER))
    st.session_state.given_digit = DrawingInput("digit", png, label)
    st.session_state.offer_chosen = index
