"""What to draw: a digit drawn faintly on the empty canvas, and after a while ideas.

with st.container(key="paper"):
    st_canvas(...)
    canvas_hint.show(ink="#ffffff", paper="#000000")
"""

from pathlib import Path
from typing import Final, TypedDict

from pages.components.shared import component

FOLDER: Final = Path(__file__).parent
SECONDS: Final = 12  # without a stroke, until another idea
# Each as the strokes of an SVG path in a square of 100; the browser draws them slowly.
FIRST: Final = (
    "M30 22C44 4 78 14 66 36 62 44 54 47 44 47 62 47 74 54 70 70 64 92 36 90 28 76"
)
IDEAS: Final = {
    "a 4, open at the top": "M38 14 28 58H76M62 26 60 88",
    "a 7 with a bar": "M26 16H74L44 88M32 52H66",
    "a number, such as 42": "M18 20 12 56H44M35 28V88"
    "M58 32C60 8 94 10 87 36 82 56 60 70 57 87H92",
    "a 0 with a slash": "M50 12C18 12 18 88 50 88 82 88 82 12 50 12M76 14 24 88",
    "your worst 5": "M72 14H38L33 46C70 34 78 60 70 74 60 92 34 90 26 78",
    "a 1 with a foot": "M32 32 52 12V86M32 86H72",
    "something that is no digit": "M50 10C24 10 10 28 10 50 10 72 28 90 50 90 72 90 90 "
    "72 90 50 90 28 76 10 50 10M35 36V42M65 36V42M28 60C38 76 62 76 72 60",
    "a 2 with a loop": "M30 32C32 4 76 8 68 38 62 60 32 68 31 82 31 94 46 70 56 80 "
    "64 88 70 88 76 80",
}

_canvas_hint = component.define(
    "canvas_hint",
    html="""<div class="canvas-hint"><svg viewBox="0 0 100 100" aria-hidden="true">
    <path pathLength="100"/></svg><div class="idea"></div></div>""",
    css=(FOLDER / "canvas_hint.css").read_text(),
    js=(FOLDER / "canvas_hint.js").read_text(),
    isolate_styles=False,  # its rules place it over the canvas, outside its own element
)


class Props(TypedDict):
    """The hint as the browser gets it."""

    ideas: list[tuple[str, str]]  # the words, and the path to draw
    seconds: int
    ink: str
    paper: str


def show(*, ink: str, paper: str) -> None:
    """Lay the hint over the canvas before it in a container with the key "paper".

    Args:
        ink, paper: the colours of what is drawn and of what is not.
    """
    props: Props = {
        "ideas": [
            ("Draw here", FIRST),
            *((f"Try {text}", path) for text, path in IDEAS.items()),
        ],
        "seconds": SECONDS,
        "ink": ink,
        "paper": paper,
    }
    _canvas_hint(key="canvas_hint", data=props, height="content")
