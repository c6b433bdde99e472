"""How wide the page is: Streamlit does not know, so the browser is asked.

A cookie tells it to the first run, where server.py serves the page; without, that run
guesses from the browser's name. Only where it was wrong, or the window changes, does
the browser say so, and the page is laid out again.
"""

from typing import Final, TypedDict

import streamlit as st

from pages.components.shared import component
from pages.components.shared.session import SessionValue

PROJECTOR: Final = 1500  # pixels; a projector's, in Present mode
DESKTOP: Final = 1010  # here the answer fits beside the wide canvas
TABLET: Final = 640  # here the wide canvas fits
PHONE: Final = 320  # every phone of today
STEPS: Final = [PROJECTOR, DESKTOP, TABLET, PHONE]
KEY: Final = "measured_viewport"
COOKIE: Final = "mnist-studio-width"  # pixels, by shell/first_look.html

_viewport = component.define(
    "viewport",
    html="<div></div>",
    js="""
    export default function ({ data, parentElement, setStateValue }) {
        let known = data.known;
        const report = () => {
            const width = parentElement.clientWidth;
            const step = data.steps.find((step) => step <= width) ?? data.steps.at(-1);
            if (width && step !== known) setStateValue("step", (known = step));
        };
        const observer = new ResizeObserver(report);
        observer.observe(parentElement);
        return () => observer.disconnect();
    }
    """,
    isolate_styles=False,
)


class Props(TypedDict):
    """What the browser is sent."""

    steps: list[int]
    known: int  # the step that the page is laid out for


def width() -> int:
    """Return the largest of the steps that fits the page."""
    return _WIDTH.get()


def is_desktop() -> bool:
    """Return whether the answer has room beside the canvas."""
    return width() >= DESKTOP


def is_phone() -> bool:
    """Return whether there is no room for the wide canvas."""
    return width() < TABLET


def measure() -> None:
    """Have the browser report the width of the container that this is called in."""
    props: Props = {"steps": STEPS, "known": width()}
    _viewport(key=KEY, data=props, on_step_change=_on_step, height="content")


def parse_event(event: object) -> int | None:
    """Return the step that the browser sent, or None unless it is one."""
    match event:
        case {"step": int(step)} if step in STEPS:
            return step
    return None


def _guess() -> int:
    """Return the step that the cookie tells, or else one by the browser's name."""
    told = st.context.cookies.get(COOKIE, "")
    if told.isascii() and told.isdecimal() and len(told) < len("100000"):
        return next((step for step in STEPS if step <= int(told)), PHONE)
    return PHONE if "Mobi" in st.context.headers.get("User-Agent", "") else DESKTOP


_WIDTH: Final = SessionValue[int]("viewport", _guess)


def _on_step() -> None:
    if step := parse_event(st.session_state[KEY]):
        _WIDTH.set(step)
