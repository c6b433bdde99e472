"""Have the browser read while the pen moves, with the model that the server uses.

It hides the canvas's own tools as well, for which Python has no option.

live_reading.start(paper="#000000")

Where the packed model cannot be had, as when `streamlit run app.py` serves the pages
alone, nothing happens until the server has answered.
"""

from pathlib import Path
from typing import Final, TypedDict

import streamlit as st

from mnist_core.preprocessing.framing import Colour
from pages.components.draw import comparison
from pages.components.shared import cache, canvas_state, packed_model, readers

SCRIPT: Final = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

_live_reading = st.components.v2.component(
    "live_reading",
    html="<div hidden></div>",
    css=".st-key-live_reading { position: absolute; }",  # takes no room
    js=readers.SCRIPT + SCRIPT,
    isolate_styles=False,  # it looks for the canvas around itself
)


class Props(TypedDict):
    """What the browser needs to know."""

    address: str | None  # of the packed model; None where no model can be used
    second: str | None  # of the one that it is compared with
    width: int  # of the canvas, in pixels
    height: int
    paper: Colour  # its colour


def start(*, paper: str) -> None:
    """Have the browser read the canvas in the container with the key "paper"."""
    stored, second = cache.chosen_model(), comparison.chosen()
    props: Props = {
        "address": None if stored.problem else packed_model.address_of(stored),
        "second": packed_model.address_of(second) if second else None,
        "width": canvas_state.WIDTH,
        "height": canvas_state.HEIGHT,
        "paper": canvas_state.rgb(paper),
    }
    _live_reading(key="live_reading", data=props, height="content")
