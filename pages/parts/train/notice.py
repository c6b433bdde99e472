"""On the other pages: that a training goes on, or has ended while one was there."""

from typing import Final

import streamlit as st

from mnist_core import runs

SECONDS: Final = 3  # between looks
NOTICED: Final = "training_noticed"  # in the session


def forget() -> None:
    """The visitor is on the Train page, and sees it there."""
    st.session_state.pop(NOTICED, None)


def show(page: st.Page, *, otherwise: str, live: bool) -> None:
    """A link to the Train page that says how it stands; where nothing does, a text.

    Args:
        page: the Train page.
        otherwise: the text.
        live: whether to look again and again. Not beside a canvas: a part of the page
            that runs by itself just when the canvas is replaced leaves both there.
    """
    if live:
        st.fragment(_show, run_every=SECONDS)(page, otherwise)
    else:
        _show(page, otherwise)


def _show(page: st.Page, otherwise: str) -> None:
    if runs.is_any_going_on():
        st.session_state[NOTICED] = True
        label = "A network is learning now"
        st.page_link(page, label=label, icon=":material/monitoring:")
    elif NOTICED in st.session_state:
        label = "It has finished learning: see the result"
        st.page_link(page, label=label, icon=":material/check_circle:")
    else:
        st.caption(otherwise, width="content")
