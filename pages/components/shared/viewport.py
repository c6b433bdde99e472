"""How wide the page is: Streamlit does not know, so the browser is asked.

The first run guesses from the browser's name. Only where the guess was wrong, or the
window changes, does the browser say so, and the page is laid out again.
"""

from typing import Final

import streamlit as st

PROJECTOR: Final = 1500  # pixels; a projector's, in Present mode
DESKTOP: Final = 1010  # here the answer fits beside the wide canvas
TABLET: Final = 640  # here the wide canvas fits
PHONE: Final = 320  # every phone of today
SMALL: Final = 280  # what the narrowest ones leave
STEPS = [PROJECTOR, DESKTOP, TABLET, PHONE, SMALL]

_measure = st.components.v2.component(
    "room",
    html="<div></div>",
    js="""
    export default function ({ data, parentElement, setStateValue }) {
        let known = data.known;
        const tell = () => {
            const width = parentElement.clientWidth;
            const step = data.steps.find((step) => step <= width) ?? data.steps.at(-1);
            if (width && step !== known) setStateValue("step", (known = step));
        };
        const observer = new ResizeObserver(tell);
        observer.observe(parentElement);
        return () => observer.disconnect();
    }
    """,
    isolate_styles=False,
)


def width() -> int:
    """The largest of the steps that fits the page."""
    return st.session_state.setdefault("room", _guess())


def is_desktop() -> bool:
    """Whether the answer has room beside the canvas."""
    return width() >= DESKTOP


def is_phone() -> bool:
    """Whether there is no room for the wide canvas."""
    return width() < TABLET


def measure() -> None:
    """Have the browser say how wide the container is that this is called in."""
    _measure(
        key="measured_room",
        data={"steps": STEPS, "known": width()},
        on_step_change=_note,
        height="content",
    )


def _guess() -> int:
    return PHONE if "Mobi" in st.context.headers.get("User-Agent", "") else DESKTOP


def _note() -> None:
    if step := st.session_state.measured_room.get("step"):
        st.session_state.room = step
