"""Images of few pixels: enlarged, as PNG files, and as URLs that hold them.

encode(image)                      # "data:image/png;base64,iVBOR..."
enlarge(image, side=280).show()
"""

import io
from base64 import b64encode
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image


def enlarge(image: npt.NDArray[Any], *, side: int) -> Image.Image:
    """Return an image (28, 28) in 0 to 255 with its pixels drawn as sharp squares."""
    return Image.fromarray(image.astype(np.uint8)).resize(
        (side, side), Image.Resampling.NEAREST
    )


def to_png(picture: Image.Image, *, optimize: bool = False) -> bytes:
    """Return a picture as the bytes of a PNG file."""
    file = io.BytesIO()
    picture.save(file, format="PNG", optimize=optimize)
    return file.getvalue()


def encode_levels(image: npt.NDArray[np.floating]) -> str:
    """Return the bytes of an image, ink 1 as 255, in base64: for parts that draw it."""
    levels = (image * 255).round().astype(np.uint8)
    return b64encode(levels.tobytes()).decode()


def encode(image: npt.NDArray[np.uint8], *, optimize: bool = False) -> str:
    """Return an image as a data URL, so that a page needs no other file for it.

    Args:
        image: uint8; grey (h, w), coloured (h, w, 3), or that and opacity (h, w, 4).
        optimize: take longer, and make it smaller.
    """
    return encode_picture(Image.fromarray(image), optimize=optimize)


def encode_picture(picture: Image.Image, *, optimize: bool = False) -> str:
    """Return a picture as a data URL."""
    png = to_png(picture, optimize=optimize)
    return f"data:image/png;base64,{b64encode(png).decode()}"


def encode_cached(image: npt.NDArray[np.uint8]) -> str:
    """Encode an image, optimized; for small ones that are shown again and again."""
    return _encode_cached(image.tobytes(), image.shape)


@lru_cache(maxsize=1024)
def _encode_cached(pixels: bytes, shape: tuple[int, ...]) -> str:
    return encode(np.frombuffer(pixels, np.uint8).reshape(shape), optimize=True)
