"""Images as addresses that hold them, so that a page needs no other file for them."""

import io
from base64 import b64encode
from functools import lru_cache

import numpy as np
from PIL import Image


def address(image: np.ndarray) -> str:
    """An image, uint8 (28, 28) with the ink bright, as a PNG in an address."""
    return _address(image.tobytes(), image.shape)


@lru_cache(maxsize=1024)
def _address(pixels: bytes, shape: tuple[int, int]) -> str:
    file = io.BytesIO()
    grey = np.frombuffer(pixels, np.uint8).reshape(shape)
    Image.fromarray(grey).save(file, format="PNG", optimize=True)
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"
