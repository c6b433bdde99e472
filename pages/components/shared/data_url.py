"""Images made of few pixels: enlarged, and as addresses that hold them."""

import io
from base64 import b64encode
from functools import lru_cache

import numpy as np
from PIL import Image


def enlarge(image: np.ndarray, *, side: int) -> Image.Image:
    """An image (28, 28) in 0 to 255 with its pixels drawn as sharp squares."""
    return Image.fromarray(image.astype(np.uint8)).resize(
        (side, side), Image.Resampling.NEAREST
    )


def to_png(picture: Image.Image, *, optimize: bool = False) -> bytes:
    """A picture as the bytes of a PNG file."""
    file = io.BytesIO()
    picture.save(file, format="PNG", optimize=optimize)
    return file.getvalue()


def encode(image: np.ndarray, *, optimize: bool = False) -> str:
    """An image as a PNG in an address, so that a page needs no other file for it.

    Args:
        image: uint8; grey (h, w), coloured (h, w, 3), or that and opacity (h, w, 4).
        optimize: take longer, and make it smaller.
    """
    png = to_png(Image.fromarray(image), optimize=optimize)
    return f"data:image/png;base64,{b64encode(png).decode()}"


def encode_cached(image: np.ndarray) -> str:
    """As `address`, optimized; for small images that are shown again and again."""
    return _kept(image.tobytes(), image.shape)


@lru_cache(maxsize=1024)
def _kept(pixels: bytes, shape: tuple[int, ...]) -> str:
    return encode(np.frombuffer(pixels, np.uint8).reshape(shape), optimize=True)
