"""What the network is given: the drawing, a box around each digit, its image."""

from typing import TYPE_CHECKING, Final

import numpy as np
import streamlit as st
from PIL import Image, ImageDraw

from pages.components.shared.data_url import enlarge
from pages.components.shared.formatting import a_digit

if TYPE_CHECKING:  # it loads TensorFlow
    from pages.components.shared.recognition import Recognition

HEIGHT: Final = 84  # pixels, of each picture in the strip
WIDEST: Final = 300  # pixels; a phone has room for so many
SHARP: Final = 2  # pixels in one, for the screens of phones
MADE: Final = (
    "Each digit is cut out along its box, shrunk to 28 by 28 pixels, and centred by "
    "the weight of its ink, as MNIST's are."
)
READY: Final = (
    "A digit of the data set is ready as it is: 28 by 28 pixels, centred by the weight "
    "of its ink."
)
BOX_COLOUR = "#e8730c"  # stands out from black and from white


def show(seen: "Recognition | None", picked: int) -> None:
    """The strip from drawing to image, and what happens on the way."""
    with st.container(key="framing", gap="xsmall"):
        st.markdown("**What the network is given**")
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            if seen:
                _steps(seen, picked)
            else:
                _blank()
        ready = seen and seen.given.kind == "digit"
        st.caption(f"{READY if ready else MADE} The network sees nothing else.")


def _steps(seen: "Recognition", picked: int) -> None:
    count = "1 box" if len(seen.parts) == 1 else f"{len(seen.parts)} boxes"
    _show_boxed(seen.picture, seen, picked, alt=f"What was given, with {count}")
    if seen.ink:
        _arrow()
        _show_boxed(seen.ink, seen, picked, alt="The ink alone, without the paper")
    _arrow()
    for part in seen.parts:
        st.image(
            enlarge(part.image * 255, side=HEIGHT * SHARP),
            alt=f"28 by 28 pixels, read as {a_digit(part.prediction.digit)}",
            width=HEIGHT,
            output_format="PNG",
        )


def _blank() -> None:
    """Empty pictures in the places of those to come."""
    _show_empty(158, alt="Nothing is drawn yet")
    _arrow()
    _show_empty(HEIGHT, alt="28 by 28 empty pixels")


def _show_empty(width: int, *, alt: str) -> None:
    st.image(Image.new("L", (width, HEIGHT)), alt=alt, width=width)


def _arrow() -> None:
    st.markdown(":material/arrow_forward:", width="content")


def _show_boxed(
    picture: Image.Image, seen: "Recognition", picked: int, *, alt: str
) -> None:
    """The picture as high as the strip, with the boxes of its digits."""
    scale = min(HEIGHT / picture.height, WIDEST / picture.width) * SHARP
    size = [max(round(side * scale), SHARP) for side in picture.size]
    shown = _on_paper(picture).resize(size, Image.Resampling.BOX)
    pen = ImageDraw.Draw(shown)
    for index, part in enumerate(seen.parts):
        rows, columns = part.box
        corners = np.array([columns.start, rows.start, columns.stop, rows.stop])
        thick = 5 if index == picked else 3
        box = corners * shown.height / seen.height + [-thick, -thick, thick, thick]
        pen.rectangle(box.tolist(), outline=BOX_COLOUR, width=thick)
    st.image(shown, alt=alt, width=-(-shown.width // SHARP))


def _on_paper(picture: Image.Image) -> Image.Image:
    """Without transparency, which would show the page's colour."""
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture).convert("RGB")
