"""What was drawn -> 28x28, as MNIST was made.

    from mnist_core import ink
    image = ink.to_mnist(ink.read_picture("seven.png"))   # float32 (28, 28), or None

MNIST's makers scaled each digit's bounding box into 20x20 pixels, its aspect kept, and
put its centre of mass at the centre of 28x28 (http://yann.lecun.com/exdb/mnist/). A
network that learned from their images reads only what is framed as theirs are.
"""

import math
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from mnist_core.errors import DrawingError

BOX = 20  # pixels, the longer side of a digit
SIDE = 28  # pixels, side of the image
CENTRE = 14.5  # pixels from the edge; MNIST's centres of mass lie around it
FAINTEST = 0.1  # contrast, 0 to 1, below which a drawing is empty
EDGE = 0.25  # share of the darkest ink from which a pixel belongs to the digit
LARGEST_PICTURE = 20_000_000  # pixels, so that no file can fill the memory


def to_mnist(drawing: np.ndarray) -> np.ndarray | None:
    """Frame a drawing as MNIST framed its digits.

    Args:
        drawing: uint8, grey (h, w), RGB (h, w, 3) or RGBA (h, w, 4). The colour that
            most of its border has is paper, and so is what is transparent; whatever
            differs from it is ink.

    Returns:
        float32 (28, 28), ink 1 on paper 0, or None where there is no ink.

    Raises:
        DrawingError: the array has another shape or type.
    """
    ink = extract_ink(drawing)
    box = bounding_box(ink)
    return None if box is None else _frame(ink[box])


def extract_ink(drawing: np.ndarray) -> np.ndarray:
    """How much each pixel differs from the paper: float32 (h, w), 0 to 1.

    Raises:
        DrawingError: the array is no grey, RGB or RGBA picture.
    """
    colour, alpha = _split(drawing)
    opaque = _border(alpha) >= 0.5
    if opaque.mean() <= 0.5:
        return alpha
    paper = np.median(_border(colour)[opaque], axis=0)
    return alpha * np.abs(colour - paper).max(axis=-1)


def bounding_box(ink: np.ndarray) -> tuple[slice, slice] | None:
    """Rows and columns that hold the ink, or None where there is none."""
    darkest = ink.max()
    if darkest < FAINTEST:
        return None
    marked = ink >= EDGE * darkest
    return _span(marked.any(axis=1)), _span(marked.any(axis=0))


def read_picture(path: str | Path | BinaryIO) -> np.ndarray:
    """Read an image file: uint8 grey (h, w) or RGBA (h, w, 4), turned upright.

    Raises:
        DrawingError: the file is missing, no image, cut short or too large.
    """
    try:
        with Image.open(path) as picture:
            if picture.width * picture.height > LARGEST_PICTURE:
                raise DrawingError("the picture has more than 20 million pixels")
            return np.asarray(_readable(ImageOps.exif_transpose(picture)))
    except FileNotFoundError:
        raise DrawingError("there is no such file") from None
    except UnidentifiedImageError:
        raise DrawingError("this is no picture") from None
    except DrawingError:
        raise
    except Exception as error:  # a damaged file makes Pillow's decoders raise anything
        raise DrawingError(f"the picture cannot be read ({error})") from error


def _readable(picture: Image.Image) -> Image.Image:
    """As 8-bit grey, or as RGBA where there is colour or transparency."""
    if picture.mode.startswith("I") or picture.mode == "F":  # 16 bits or more a pixel
        deep = np.asarray(picture, dtype=np.float64)
        scaled = deep / max(deep.max(), 1) * 255
        picture = Image.fromarray(scaled.clip(0, 255).astype(np.uint8))
    transparent = "transparency" in picture.info
    return picture.convert(
        "L" if picture.mode in ("1", "L") and not transparent else "RGBA"
    )


def _split(drawing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Colour (h, w, c) and opacity (h, w), both 0 to 1."""
    drawing = np.asarray(drawing)
    channels = 1 if drawing.ndim == 2 else drawing.shape[-1]
    if drawing.ndim not in (2, 3) or channels not in (1, 3, 4) or not drawing.size:
        raise DrawingError(f"{drawing.shape} is the shape of no picture")
    if drawing.dtype != np.uint8:
        raise DrawingError(f"pixels are uint8, not {drawing.dtype}")
    scaled = drawing.reshape(*drawing.shape[:2], channels).astype(np.float32) / 255
    if channels == 4:
        return scaled[..., :3], scaled[..., 3]
    return scaled, np.ones(scaled.shape[:2], np.float32)


def _border(picture: np.ndarray) -> np.ndarray:
    """The outermost pixels, one after the other."""
    sides = picture[0], picture[-1], picture[1:-1, 0], picture[1:-1, -1]
    return np.concatenate(sides)


def _span(marked: np.ndarray) -> slice:
    where = np.flatnonzero(marked)
    return slice(int(where[0]), int(where[-1]) + 1)


def _frame(ink: np.ndarray) -> np.ndarray:
    """Scale and centre in one step, so that the ink is resampled only once."""
    scale = max(ink.shape) / BOX  # pixels of the drawing in one of the image
    window = SIDE * scale  # side of what becomes the image, in pixels of the drawing
    starts = [_start(ink.sum(axis=axis), scale) * scale for axis in (1, 0)]
    before = [math.ceil(start) for start in starts]
    after = [max(math.ceil(window) - side, 0) + 1 for side in ink.shape]
    top, left = (whole - start for whole, start in zip(before, starts, strict=True))
    image = Image.fromarray(np.pad(ink, list(zip(before, after, strict=True)))).resize(
        (SIDE, SIDE),
        Image.Resampling.BOX,
        box=(left, top, left + window, top + window),
    )
    framed = np.asarray(image)
    return framed / framed.max()


def _start(profile: np.ndarray, scale: float) -> float:
    """Where along an axis the ink starts in the image, in the image's pixels.

    Its centre of mass comes to the centre, as far as all of it stays inside.
    """
    pixels = np.arange(len(profile)) + 0.5
    mean = profile @ pixels / profile.sum()
    return float(np.clip(CENTRE - mean / scale, 0, SIDE - len(profile) / scale))
