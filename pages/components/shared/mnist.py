"""MNIST for the pages: downloaded at first use, and the made-up digits until then.

dataset = mnist.get(may_stop=visitor.is_host())
"""

import threading
from typing import Final

import streamlit as st

from mnist_core import data
from mnist_core.data.mnist_download import Stopped, Transfer
from mnist_core.errors import DatasetUnavailable
from pages.components.shared import cache, formatting

SECONDS_PER_LOOK: Final = 0.5  # at how far a download is


class Download:
    """The server's one download: thirty visitors must not start thirty.

    It goes on when the visitor who was first leaves the page.
    """

    def __init__(self) -> None:
        self.transfer, self.is_stopped = Transfer(), False
        self.error: DatasetUnavailable | None = None
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    @property
    def goes_on(self) -> bool:
        """Whether MNIST may still come."""
        return self.thread.is_alive()

    def stop(self) -> None:
        """Have it end soon, without MNIST."""
        self.is_stopped = True

    def _run(self) -> None:
        try:
            data.load_mnist(progress=self._on_progress)
        except DatasetUnavailable as error:
            self.error = error

    def _on_progress(self, transfer: Transfer) -> None:
        self.transfer = transfer
        if self.is_stopped:
            raise Stopped


def get(*, may_stop: bool) -> data.Dataset:
    """Return MNIST; or, with a word on the page about why, the made-up digits.

    Nobody waits for a download: the page runs again when it has ended.

    Args:
        may_stop: whether this visitor may end the download, which is everybody's.
    """
    try:
        return cache.dataset("mnist")
    except DatasetUnavailable as error:
        here = error
    download = _the_download()
    goes_on = download.goes_on
    if not goes_on and not download.error:
        _the_download.clear()  # the next one comes if somebody removes the file
        return cache.dataset("mnist")
    with st.container(key="no-mnist"):
        _explain(download.error or here)
        if goes_on:
            st.fragment(_watch, run_every=SECONDS_PER_LOOK)(download, may_stop=may_stop)
        else:
            _offer_again()
    with st.spinner("Drawing made-up digits ..."):
        return cache.dataset("synthetic")


@st.cache_resource(show_spinner=False)
def _the_download() -> Download:
    return Download()


def _explain(error: DatasetUnavailable) -> None:
    """Say why the digits are made up: each place where MNIST is not, and the reason."""
    reasons = [f"{source}: {reason}" for source, reason in error.tried]
    st.warning(
        "There is no MNIST yet, so **these digits are made up**: drawn by the app "
        "from strokes, 10,000 to train on and 2,000 to test.\n"
        + "".join(f"\n- {formatting.plain(reason)}" for reason in reasons),
        title="Made-up digits",
        icon=":material/cloud_off:",
    )


def _watch(download: Download, *, may_stop: bool) -> None:
    """Show how the download grows; when it has ended, run the page again."""
    if not download.goes_on:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(download.transfer.share, f"{download.transfer}")
        if may_stop:
            st.button("Stop", icon=":material/stop:", on_click=download.stop)


def _offer_again() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Try again", icon=":material/refresh:", on_click=_the_download.clear)
        st.caption(
            "Or start the app with MNIST_NPZ set to the path of an mnist.npz file."
        )
