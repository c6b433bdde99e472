"""MNIST for the pages: downloaded at first use, or else the made-up digits."""

import threading

import streamlit as st

from mnist_core import data
from mnist_core.errors import DatasetUnavailable
from pages.parts import cache

MEGABYTE = 1_000_000


class Download:
    """The server's one download: thirty visitors must not start thirty."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.error: DatasetUnavailable | None = None


def get() -> data.Dataset:
    """MNIST; or, with a word on the page about why, the made-up digits."""
    try:
        return cache.dataset("mnist")
    except DatasetUnavailable:
        error = _download(_the_download())
    if error is None:
        return cache.dataset("mnist")
    _explain(error)
    with st.spinner("Drawing made-up digits ..."):
        return cache.dataset("synthetic")


@st.cache_resource(show_spinner=False)
def _the_download() -> Download:
    return Download()


def _download(attempt: Download) -> DatasetUnavailable | None:
    """Fetch MNIST behind a progress bar; returns what it failed with, if it did."""
    bar = st.progress(0.0, "Downloading MNIST (11 MB), this once ...")

    def show(received: int, expected: int) -> None:
        of = f"{received / MEGABYTE:.1f} of {expected / MEGABYTE:.1f} MB"
        bar.progress(min(received / expected, 1.0), f"Downloading MNIST: {of}")

    with attempt.lock:
        if attempt.error is None:
            try:
                data.load_mnist(progress=show)
            except DatasetUnavailable as error:
                attempt.error = error
    bar.empty()
    return attempt.error


def _forget() -> None:
    _the_download().error = None


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
                on_click=_forget,
            )
            with st.popover("What was tried"):
                for source, reason in error.tried:
                    st.markdown(f"**{source}**")
                    st.text(reason)
