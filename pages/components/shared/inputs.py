"""How a digit or a number is given besides the canvas, all of it by keyboard too.

What was given last by each method is kept over page changes.
"""

from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
import streamlit as st

from mnist_core import data
from mnist_core.errors import DatasetUnavailable
from mnist_core.preprocessing.framing import Colour
from pages.components.shared import cache, image_grid, viewport
from pages.components.shared.data_url import enlarge, to_png
from pages.components.shared.formatting import a_digit
from pages.components.shared.image_grid import Tile
from pages.components.shared.loopback import is_loopback
from pages.components.shared.session import SessionValue

Method = Literal["Canvas", "Picture", "Camera", "MNIST digit"]

CANVAS: Final = "Canvas"
PICTURE: Final = "Picture"
CAMERA: Final = "Camera"
MNIST_DIGIT: Final = "MNIST digit"
FILE_TYPES: Final = ["png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff"]
SCALE: Final = 10  # pixels, each side of one pixel of a digit of the data set
OFFERED: Final = 21  # of the data set's digits at a time: three rows
OFFERED_ON_PHONE: Final = 12  # three rows there, too
PROMPTS: Final[dict[Method, str]] = {
    CANVAS: "Draw a digit from 0 to 9, or a whole number.",
    PICTURE: "Choose a picture of a digit or a number.",
    CAMERA: "Take a photo of a digit or a number.",
    MNIST_DIGIT: "Pick one of the digits.",
}
NOTHING_FOUND: Final = "Nothing was found in this picture."
HINT: Final = (
    "Dark ink on plain paper works best: only the digits in the picture, upright, side "
    "by side and not touching, filling most of it, without a shadow across them."
)


@dataclass(frozen=True)
class DrawingInput:
    """What the visitor gave: an image file's bytes, and what made them."""

    kind: Literal["drawing", "photo", "digit"]
    data: bytes
    label: int | None = None  # of a digit of the data set
    paper: Colour | None = None  # the paper's colour, where it is known


METHOD: Final = SessionValue[Method]("input_method", lambda: CANVAS)
_DIGIT: Final = SessionValue[DrawingInput | None]("input_digit", lambda: None)
_DIGIT_INDEX: Final = SessionValue[int | None]("input_digit_index", lambda: None)
_SHUFFLES: Final = SessionValue[int]("input_shuffles", lambda: 0)


def choose() -> Method:
    """Let the visitor choose how to give a digit."""
    METHOD.get()  # the control shows what is kept there
    methods: list[Method] = [CANVAS, PICTURE, CAMERA, MNIST_DIGIT]
    if not has_camera(st.context.url):
        methods.remove(CAMERA)
    st.segmented_control(
        "How to give a digit",
        methods,
        key=METHOD.key,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    return METHOD.get()


def has_camera(url: str | None) -> bool:
    """Return whether the browser may use its camera here: HTTPS, or this machine."""
    parts = urlsplit(url or "")
    return is_loopback(parts.hostname) or parts.scheme == "https"


def upload() -> DrawingInput | None:
    """Let the visitor give a picture from a file; on a phone, from its camera too."""
    st.file_uploader(
        "A picture of a digit or a number",
        type=FILE_TYPES,
        key="uploader",
        on_change=_keep,
        args=("uploader",),
    )
    st.caption("A HEIC photo? Save it as JPEG, or choose it on the iPhone itself.")
    return _photo("uploader").get()


def camera() -> DrawingInput | None:
    """Let the visitor take a photo with this machine's camera."""
    st.camera_input(
        "A photo of a digit or a number",
        key="camera",
        on_change=_keep,
        args=("camera",),
    )
    return _photo("camera").get()


def mnist() -> DrawingInput | None:
    """Let the visitor pick a digit that the network was not trained on."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Others", icon=":material/shuffle:", on_click=_shuffle)
        dataset = _dataset()
    chosen = _DIGIT_INDEX.get()
    _offer(dataset, _offered(len(dataset.y_test), chosen), chosen)
    return _DIGIT.get()


def set_digit(image: npt.NDArray[np.uint8], label: int, index: int | None) -> None:
    """Make a digit of the data set the one that is given.

    Args:
        image: uint8 (28, 28), ink bright.
        label: what it is.
        index: of the test images; None where it is not one of them.
    """
    png = to_png(enlarge(image, side=28 * SCALE))
    _DIGIT.set(DrawingInput("digit", png, label))
    _DIGIT_INDEX.set(index)


def _photo(key: str) -> SessionValue[DrawingInput | None]:
    return SessionValue(f"input_{key}", lambda: None)


def _keep(key: str) -> None:
    file = st.session_state[key]
    _photo(key).set(DrawingInput("photo", file.getvalue()) if file else None)


def _dataset() -> data.Dataset:
    """Return MNIST where it is on this machine, or else the made-up digits."""
    try:
        dataset = cache.dataset("mnist")
        st.caption("MNIST: people's handwriting, kept for the test", width="content")
    except DatasetUnavailable:
        with st.spinner("Drawing made-up digits ..."):
            dataset = cache.dataset("synthetic")
        st.caption("MNIST is not here: made-up digits", width="content")
    return dataset


def _shuffle() -> None:
    _SHUFFLES.set(_SHUFFLES.get() + 1)


def _offered(count: int, chosen: int | None) -> list[int]:
    """Return which of so many test images are offered, the chosen one among them."""
    most = OFFERED if viewport.width() >= viewport.TABLET else OFFERED_ON_PHONE
    indices = np.random.default_rng(_SHUFFLES.get()).permutation(count)[:most]
    # It may come from the Samples page, or be of another data set than this one.
    if chosen is not None and chosen < count and chosen not in indices:
        indices[0] = chosen
    return [int(index) for index in indices]


def _offer(dataset: data.Dataset, indices: list[int], chosen: int | None) -> None:
    """Show these test images, and take the one that the visitor chooses."""
    labels = [int(label) for label in dataset.y_test[indices]]
    tiles = [
        Tile(dataset.x_test[index], a_digit(label).capitalize(), str(label))
        for index, label in zip(indices, labels, strict=True)
    ]
    marked = indices.index(chosen) if chosen in indices else None
    clicked = image_grid.show(
        tiles, label="Digits to pick from", key="offered", chosen=marked
    )
    if clicked is not None:
        set_digit(tiles[clicked].image, labels[clicked], indices[clicked])
