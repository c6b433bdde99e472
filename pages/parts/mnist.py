"""MNIST for the pages: downloaded at first use, or else the made-up digits."""

import streamlit as st

from mnist_core import data
from mnist_core.errors import DatasetUnavailable
from pages.parts import cache

MEGABYTE = 1_000_000


def get() -> data.Dataset:
    """MNIST; or, with a word on the page about why, the made-up digits."""
    if "mnist_problem" not in st.session_state:
        try:
            return cache.dataset("mnist")
        except DatasetUnavailable:
            _download()
    if "mnist_problem" not in st.session_state:
        return cache.dataset("mnist")
    _explain(st.session_state.mnist_problem)
    with st.spinner("Drawing made-up digits ..."):
        return cache.dataset("synthetic")


def _download() -> None:
    """Fetch MNIST behind a progress bar; on failure remember what was said."""
    bar = st.progress(0.0, "Downloading MNIST (11 MB), this once ...")

    def show(received: int, expected: int) -> None:
        of = f"{received / MEGABYTE:.1f} of {expected / MEGABYTE:.1f} MB"
        bar.progress(min(received / expected, 1.0), f"Downloading MNIST: {of}")

    try:
        data.load_mnist(progress=show)
    except DatasetUnavailable as error:
        st.session_state.mnist_problem = error
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
                on_click=lambda: st.session_state.pop("mnist_problem", None),
            )
            with st.popover("What was tried"):
                for source, reason in error.tried:
                    st.markdown(f"**{source}**")
                    st.text(reason)
