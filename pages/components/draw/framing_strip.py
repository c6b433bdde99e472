"""What goes in: the drawing, a box around each digit, its image.

framing_strip.show(recognition, picked=0)
"""

from typing import Final

import numpy as np
import streamlit as st
from PIL import Image, ImageDraw

from pages.components.draw import framed_digits
from pages.components.shared.recognition import Recognition

HEIGHT: Final = 84  # pixels, of each picture in the strip
MAX_WIDTH: Final = 300  # pixels; a phone has room for so many
EMPTY_WIDTH: Final = 158  # pixels: HEIGHT at the proportions of the desktop's canvas
PIXEL_RATIO: Final = 2  # a phone's screen has so many pixels in one of the page
BOX_COLOUR: Final = "#e8730c"  # stands out from black and from white
HOW_FRAMED: Final = "Your digit, cropped, centred and shrunk to 28 x 28 pixels."
ALREADY_FRAMED: Final = "A digit of the data set is ready as it is: 28 x 28 pixels."


def show(recognition: Recognition | None, *, picked: int) -> None:
    """Show the strip from drawing to image, and what happens on the way."""
    with st.container(key="framing", gap="xsmall"):
        st.markdown("**What goes in**")
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            if recognition:
                _show_steps(recognition, picked)
            else:
                _show_empty(EMPTY_WIDTH, alt="Nothing is drawn yet")
            _show_arrow()
            _show_digits(recognition)
        framed = recognition is not None and recognition.input.kind == "digit"
        how = ALREADY_FRAMED if framed else HOW_FRAMED
        st.caption(f"{how} This is all the network sees.")


def _show_steps(recognition: Recognition, picked: int) -> None:
    count = len(recognition.parts)
    boxes = "1 box" if count == 1 else f"{count} boxes"
    alt = f"What was given, with {boxes}"
    _show_boxed(recognition.picture, recognition, picked, alt=alt)
    if recognition.ink:
        _show_arrow()
        alt = "The ink alone, without the paper"
        _show_boxed(recognition.ink, recognition, picked, alt=alt)


def _show_digits(recognition: Recognition | None) -> None:
    """Show the images that the network gets, or an empty one."""
    parts = recognition.parts if recognition else ()
    framed_digits.show(
        [part.image for part in parts],
        [part.prediction.digit for part in parts],
        drawing=recognition.id if recognition else "",
    )


def _show_empty(width: int, *, alt: str) -> None:
    st.image(Image.new("L", (width, HEIGHT)), alt=alt, width=width)


def _show_arrow() -> None:
    st.markdown(":material/arrow_forward:", width="content")


def _show_boxed(
    picture: Image.Image, recognition: Recognition, picked: int, *, alt: str
) -> None:
    """Show the picture as high as the strip, with the boxes of its digits."""
    scale = min(HEIGHT / picture.height, MAX_WIDTH / picture.width) * PIXEL_RATIO
    width, height = (
        max(round(side * scale), PIXEL_RATIO)
        for side in (picture.width, picture.height)
    )
    small = _on_white(picture).resize((width, height), Image.Resampling.BOX)
    pen = ImageDraw.Draw(small)
    for index, part in enumerate(recognition.parts):
        rows, columns = part.box
        corners = np.array([columns.start, rows.start, columns.stop, rows.stop])
        line = 5 if index == picked else 3  # pixels wide
        box = corners * height / recognition.height + [-line, -line, line, line]
        pen.rectangle(box.tolist(), outline=BOX_COLOUR, width=line)
    st.image(small, alt=alt, width=-(-width // PIXEL_RATIO))


def _on_white(picture: Image.Image) -> Image.Image:
    """Return it without transparency, which would show the page's colour."""
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture).convert("RGB")
