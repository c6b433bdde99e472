"""Where things are on the Draw page; layout.css places them for every window.

containers = layout.lay_out()
with containers.answer: ...

Python does not know how large a window is, and what is moved to another container comes
anew, a canvas without its ink. So the containers are always the same ones.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

STYLE: Final = Path(__file__).with_suffix(".css")


@dataclass(frozen=True)
class Containers:
    """The containers of the page, to be filled in any order."""

    method: DeltaGenerator  # how a digit is given
    input: DeltaGenerator
    network: DeltaGenerator
    answer: DeltaGenerator
    feedback: DeltaGenerator
    digits: DeltaGenerator
    framing: DeltaGenerator


def lay_out() -> Containers:
    """Lay out the page: the answer beside the canvas, or above it where it is narrow.

    There the hand that draws does not hide it, and what is needed less often is below.
    """
    st.html(STYLE)
    with st.container(key="draw_page"):
        method, drawing, network = (
            st.container(key=key) for key in ("method", "input", "network")
        )
        with st.container(key="beside", gap="small"):
            # The feedback comes before the digits, so that what "No" opens has room.
            answer, feedback, digits = (
                st.container(key=key) for key in ("answer", "feedback_row", "digits")
            )
        framing = st.container(key="framing_row")
    return Containers(method, drawing, network, answer, feedback, digits, framing)
