"""All that the network sees: each digit as 28x28 pixels, enlarged.

framed_digits.show([part.image for part in parts], [4, 2])
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypedDict

import numpy as np

from mnist_core.preprocessing.framing import SIDE, Ink
from pages.components.shared import component, data_url, live
from pages.components.shared.formatting import a_digit

FOLDER: Final = Path(__file__).parent
EMPTY: Final = np.zeros((SIDE, SIDE), np.float32)

_framed_digits = component.define(
    "framed_digits",
    html="<div class='framed-digits'></div>",
    css=(FOLDER / "framed_digits.css").read_text(),
    js=live.LISTEN + (FOLDER / "framed_digits.js").read_text(),
)


class DigitProps(TypedDict):
    """One digit as the browser gets it."""

    pixels: str  # 784 bytes, ink 255, in base64
    description: str  # for those who do not see it


def show(images: Sequence[Ink], digits: Sequence[int], *, drawing: str = "") -> None:
    """Show what the network sees; the browser changes it while the pen moves.

    Args:
        images: float32 (28, 28) each, ink 1; none before anything is drawn.
        digits: what each is read as.
        drawing: what they were found in, unlike any other drawing; "" for none.
    """
    data = {"drawing": drawing, "digits": to_props(images, digits)}
    _framed_digits(key="framed_digits", data=data, live=True, height="content")


def to_props(images: Sequence[Ink], digits: Sequence[int]) -> list[DigitProps]:
    """Return what the browser needs to know; without images, one that is empty."""
    if not images:
        return [_props(EMPTY, "28 by 28 empty pixels")]
    return [
        _props(image, f"28 by 28 pixels, read as {a_digit(digit)}")
        for image, digit in zip(images, digits, strict=True)
    ]


def _props(image: Ink, description: str) -> DigitProps:
    return {"pixels": data_url.encode_levels(image), "description": description}
