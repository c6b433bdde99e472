"""On the other pages: that a training goes on, or has ended while one was there."""

from typing import Final

import streamlit as st

from mnist_core.runs import manager
from pages.components.shared import formatting

SECONDS: Final = 3  # between looks
NOTICED: Final = "training_noticed"  # in the session: the run
SAID: Final = {
    "running": ("A network is learning now", "monitoring"),
    "paused": ("A training is paused", "pause_circle"),
    "finished": ("It has finished learning: see the result", "check_circle"),
    "stopped": ("The training was stopped: see the result", "check_circle"),
    "failed": ("The training has failed: see why", "error"),
    "interrupted": ("The training was interrupted: see the page Train", "error"),
}


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
    if manager.is_any_active() and (run := manager.active()):
        st.session_state[NOTICED] = run
    if said := SAID.get(_status()):
        label, icon = said
        st.page_link(page, label=label, icon=f":material/{icon}:")
    else:
        st.caption(otherwise, width="content", help=formatting.ABOUT_MODELS)


def _status() -> str | None:
    """Of the run that was noticed last; None where it was discarded, too."""
    run: manager.Run | None = st.session_state.get(NOTICED)
    try:
        return run.status if run else None
    except (OSError, ValueError):  # it is gone, or damaged: the Train page says it
        return None
