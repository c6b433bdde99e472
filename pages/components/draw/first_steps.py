"""The first minute: what to try next, one short line at a time.

Draw (the canvas says so) -> try to fool it -> why? -> train your own. The Train page
leads back: "Try it on your drawing".
"""

from typing import TYPE_CHECKING, Final

import streamlit as st

from mnist_core.models import registry
from pages.components.shared import cache, canvas_state, explanations
from pages.components.shared.session import SessionValue

if TYPE_CHECKING:
    from pages.components.shared.recognition import Recognition

FOOL_IT: Final = "Now try to fool it: a sloppy 4, a letter, two digits at once."
ASK_WHY: Final = "Press **Why?** to see what mattered for the answer."
TRAIN: Final = "Now train a network of your own: it takes half a minute."

_HAS_ASKED: Final = SessionValue[bool]("has_asked_why", lambda: False)


def show(recognition: "Recognition | None") -> None:
    """Say what to try next; nothing any more to those who have a model of their own."""
    _HAS_ASKED.set(_HAS_ASKED.get() or explanations.VIEW.get() is not None)
    if recognition is None or not cache.chosen_model().is_bundled:
        return
    with st.container(key="first_steps", horizontal=True, vertical_alignment="center"):
        if not _HAS_ASKED.get():
            was_cleared = canvas_state.count_drawings() > 1
            st.caption(ASK_WHY if was_cleared else FOOL_IT, width="content")
        elif len(registry.models()) == 1:
            st.caption(TRAIN, width="content")
            st.page_link("pages/train.py", label="Train", icon=":material/monitoring:")
