"""Have the browser read while the pen moves, with the model that the server uses.

It looks after the canvas as well: see pen.js, and how its own tools are hidden.

live_reading.start(paper="#000000")

Where the packed model cannot be had, as when `streamlit run app.py` serves the pages
alone, nothing happens until the server has answered.
"""

from pathlib import Path
from typing import Final, TypedDict

from mnist_core.browser import bundle
from mnist_core.preprocessing.framing import Colour
from pages.components.draw import comparison
from pages.components.shared import (
    cache,
    canvas_state,
    component,
    packed_model,
    readers,
)
from pages.components.shell import visitor

FOLDER: Final = Path(__file__).parent

_live_reading = component.define(
    "live_reading",
    html="<div hidden></div>",
    js=readers.SCRIPT
    + bundle.bundle(bundle.PEN)
    + (FOLDER / "pen.js").read_text()
    + (FOLDER / "live_reading.js").read_text(),
    isolate_styles=False,  # it looks for the canvas around itself
)


class Props(TypedDict):
    """What the browser needs to know."""

    address: str | None  # of the packed model; None where no model can be used
    second: str | None  # of the one that it is compared with
    width: int  # of the canvas, in pixels
    height: int
    paper: Colour  # its colour
    state: str  # the id of what the canvas shows


def start(*, paper: str) -> None:
    """Have the browser read the canvas in the container with the key "paper"."""
    stored, second = cache.chosen_model(), comparison.chosen()
    props: Props = {
        "address": None if stored.problem else packed_model.address_of(stored),
        "second": packed_model.address_of(second) if second else None,
        "width": canvas_state.WIDTH,
        "height": canvas_state.HEIGHT,
        "paper": canvas_state.rgb(paper),
        "state": visitor.state_id(),
    }
    _live_reading(key="live_reading", data=props, height="content")
