"""Where things are on the Draw page: beside each other, or on a phone in a column.

containers = layout.lay_out(640)
with containers.answer: ...
"""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.components.shared import viewport


@dataclass(frozen=True)
class Containers:
    """The containers of the page, to be filled in any order."""

    method: DeltaGenerator  # how a digit is given
    input: DeltaGenerator
    answer: DeltaGenerator
    feedback: DeltaGenerator
    digits: DeltaGenerator
    framing: DeltaGenerator


def lay_out(width: int) -> Containers:
    """Lay out the page around a canvas of this many pixels.

    The answer stands beside it. On a phone it stands above it, where the hand that
    draws does not hide it, and what is needed less often comes below.
    """
    return _columns(width) if viewport.is_desktop() else _one_column()


def _columns(width: int) -> Containers:
    with st.container(horizontal=True, gap="large"):
        left = st.container(width=width + 10)
        right = st.container(width="stretch")
    with left:
        method, drawing, framing = (st.container() for _ in range(3))
    with right:
        # The feedback comes before the digits, so that what "No" opens has room below.
        answer, feedback, digits = (st.container() for _ in range(3))
    return Containers(method, drawing, answer, feedback, digits, framing)


def _one_column() -> Containers:
    with st.container(gap="small"):
        answer, drawing, digits, feedback, method, framing = (
            st.container() for _ in range(6)
        )
    return Containers(method, drawing, answer, feedback, digits, framing)
