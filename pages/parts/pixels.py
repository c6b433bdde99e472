"""Images made of few pixels: enlarged, and as addresses that hold them."""

import io
from base64 import b64encode
from functools import lru_cache

import numpy as np
from PIL import Image


def enlarged(image: np.ndarray, *, side: int) -> Image.Image:
    """An image (28, 28) in 0 to 255 with its pixels drawn as sharp squares."""
    return Image.fromarray(image.astype(np.uint8)).resize(
        (side, side), Image.Resampling.NEAREST
    )


def address(image: np.ndarray) -> str:
    """An image as a PNG in an address, so that a page needs no other file for it.

    Args:
        image: uint8; grey (h, w), or with colours and opacity (h, w, 4).
    """
    return _address(image.tobytes(), image.shape)


@lru_cache(maxsize=1024)
def _address(pixels: bytes, shape: tuple[int, ...]) -> str:
    file = io.BytesIO()
    image = Image.fromarray(np.frombuffer(pixels, np.uint8).reshape(shape))
    image.save(file, format="PNG", optimize=True)
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"
