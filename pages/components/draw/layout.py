"""Where things are on the Draw page: beside each other, or on a phone in a column."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.components.shared import viewport


@dataclass(frozen=True)
class Places:
    """The containers of the page, to be filled in any order."""

    ways: DeltaGenerator
    input: DeltaGenerator
    answer: DeltaGenerator
    verdict: DeltaGenerator
    digits: DeltaGenerator
    framing: DeltaGenerator


def lay_out(width: int) -> Places:
    """Lay out the page around a canvas of this many pixels.

    The answer stands beside it. On a phone it stands above it, where the hand that
    draws does not hide it, and what is needed less often comes below.
    """
    return _beside(width) if viewport.is_desktop() else _column()


def _beside(width: int) -> Places:
    with st.container(horizontal=True, gap="large"):
        left = st.container(width=width + 10)
        right = st.container(width="stretch")
    with left:
        ways, given, framing = (st.container() for _ in range(3))
    with right:
        # What "No" opens has room below it.
        answer, verdict, digits = (st.container() for _ in range(3))
    return Places(ways, given, answer, verdict, digits, framing)


def _column() -> Places:
    with st.container(gap="small"):
        answer, given, digits, verdict, ways, framing = (
            st.container() for _ in range(6)
        )
    return Places(ways, given, answer, verdict, digits, framing)
