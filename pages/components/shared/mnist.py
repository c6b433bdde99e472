"""MNIST for the pages: downloaded at first use, or else the made-up digits.

dataset = mnist.get()
"""

import threading
from typing import Final

import streamlit as st

from mnist_core import data
from mnist_core.data import mnist
from mnist_core.errors import DatasetUnavailable
from pages.components.shared import cache, formatting

MEGABYTE: Final = 1_000_000  # bytes


class Download:
    """The server's one download: thirty visitors must not start thirty.

    It goes on when the visitor who was first leaves the page.
    """

    def __init__(self) -> None:
        self.received, self.expected = 0, mnist.DOWNLOAD_BYTES
        self.error: DatasetUnavailable | None = None
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            data.load_mnist(progress=self._on_progress)
        except DatasetUnavailable as error:
            self.error = error

    def _on_progress(self, received: int, expected: int) -> None:
        self.received, self.expected = received, expected


def get() -> data.Dataset:
    """Return MNIST; or, with a word on the page about why, the made-up digits."""
    try:
        return cache.dataset("mnist")
    except DatasetUnavailable:
        download = _the_download()
        _wait(download)
    if download.error is None:
        return cache.dataset("mnist")
    _explain(download.error)
    with st.spinner("Drawing made-up digits ..."):
        return cache.dataset("synthetic")


@st.cache_resource(show_spinner=False)
def _the_download() -> Download:
    return Download()


def _wait(download: Download) -> None:
    """Show how the download grows until it ends."""
    bar = st.empty()
    while download.thread.is_alive():
        text = "Downloading MNIST (11 MB), this once ..."
        if received := download.received:
            text = f"Downloading MNIST: {received / MEGABYTE:.1f} of 11.5 MB"
        bar.progress(min(download.received / download.expected, 1.0), text)
        download.thread.join(0.2)
    bar.empty()


def _explain(error: DatasetUnavailable) -> None:
    with st.container(key="no-mnist"):
        st.warning(
            "MNIST could not be had, so **these digits are made up**: drawn by the app "
            "from strokes, 10,000 to train on and 2,000 to test. Connect to the "
            "internet and try again, or start the app with MNIST_NPZ set to the path "
            "of an mnist.npz file.",
            title="Made-up digits",
            icon=":material/cloud_off:",
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Try again",
                icon=":material/refresh:",
                on_click=_the_download.clear,
            )
            with st.popover("What was tried"):
                for source, reason in error.tried:
                    st.markdown(f"**{formatting.plain(source)}**")
                    st.text(reason)
