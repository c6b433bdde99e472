"""A second model on the same drawing, so that both answers can be seen side by side.

comparison.show(drawing, recognition, picked=0, prompt="Draw a digit.")
comparison.offer(["quick"])
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import streamlit as st

from mnist_core.errors import DrawingError, ModelDamaged, ModelNotFound
from mnist_core.models import registry
from pages.components.draw import answer
from pages.components.shared import cache, formatting
from pages.components.shared import recognition as reading

if TYPE_CHECKING:
    from pages.components.shared.inputs import DrawingInput
    from pages.components.shared.recognition import Recognition

KEY: Final = "second_model"


def offer(others: Sequence[str]) -> None:
    """Let the visitor choose a second model, of those that can be used."""
    if st.session_state.get(KEY) not in others:
        st.session_state[KEY] = None
    st.selectbox(
        "Compare with",
        others,
        index=None,
        key=KEY,
        format_func=formatting.model_name,
        placeholder="Compare with ...",
        width=200,
        label_visibility="collapsed",
        persist_state="session",
    )


def chosen() -> registry.StoredModel | None:
    """Return the second model, or None where none is chosen, or it is gone."""
    name = st.session_state.get(KEY)
    try:
        stored = registry.find(name) if name else None
    except ModelNotFound:
        return None
    if stored is None or stored.problem or stored.name == cache.chosen_model().name:
        return None
    return stored


def show(
    drawing: "DrawingInput | None",
    recognition: "Recognition | None",
    *,
    picked: int,
    prompt: str,
) -> None:
    """Show the answer, and beside it that of the second model where there is one."""
    second = chosen()
    with st.container(horizontal=True, gap="small", key="answers"):
        if second is None:
            answer.show(recognition, picked=picked, prompt=prompt)
            return
        title = formatting.model_name(cache.chosen_model().name)
        answer.show(recognition, picked=picked, prompt=prompt, title=title)
        other = _recognize(drawing, second)
        title = formatting.model_name(second.name)
        answer.show(other, picked=picked, prompt=prompt, which="second", title=title)


def _recognize(
    drawing: "DrawingInput | None", stored: registry.StoredModel
) -> "Recognition | None":
    """Return what the second model reads; None where it cannot, or there is nothing."""
    try:
        found = reading.recognize_with(stored, drawing) if drawing else None
    except (DrawingError, ModelDamaged):  # the first model's answer says why
        return None
    return found if found and found.parts else None
