"""Frame a drawing as MNIST framed its digits: 28x28 pixels, ink 1 on paper 0.

    from mnist_core.preprocessing import framing
    drawing = framing.read_picture("seven.png")
    image = framing.to_mnist(drawing)   # float32 (28, 28), or None without ink

MNIST's makers scaled each digit's bounding box into 20x20 pixels, its aspect kept, and
put its centre of mass at the centre of 28x28 (http://yann.lecun.com/exdb/mnist/). A
network that learned from their images reads only what is framed as theirs are.
"""

import math
import threading
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from mnist_core.errors import DrawingError
from mnist_core.preprocessing import photo, strokes, surroundings

BOX = 20  # pixels, the longer side of a digit
SIDE = 28  # pixels, side of the image
CENTRE = 14.5  # pixels from the edge; MNIST's centres of mass lie around it
FAINTEST = 0.1  # contrast, 0 to 1, below which a drawing is empty
EDGE = 0.25  # share of the darkest ink from which a pixel belongs to the digit
OPAQUE = 0.5  # opacity, 0 to 1, from which a pixel of the border is paper
LARGEST_PICTURE = 20_000_000  # pixels, so that no file can fill the memory
LARGEST_JPEG = 50_000_000  # pixels: a JPEG can be decoded small
MOST_COEFFICIENTS = 80_000_000  # of a progressive JPEG, two bytes each: all are kept
LONGEST_SIDE = 1000  # pixels; a larger picture is made smaller while it is read
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
ANIMATED = ("GIF", "PNG", "WEBP")  # a TIFF has pages, a phone's JPEG has previews

HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heif")
_ONE_AT_A_TIME = threading.Lock()  # of the pictures that are decoded

Box = surroundings.Box
"""Rows and columns of a drawing."""

Colour = tuple[int, int, int]
"""Red, green and blue, each 0 to 255."""

Ink = strokes.Ink
"""How much ink each pixel holds, 0 to 1: (h, w)."""


def to_mnist(drawing: NDArray[np.uint8], *, paper: Colour | None = None) -> Ink | None:
    """Frame a drawing as MNIST framed its digits.

    Args:
        drawing: uint8, grey (h, w), RGB (h, w, 3) or RGBA (h, w, 4). The colour that
            most of its border has is paper, and so is what is transparent; whatever
            differs from it is ink. Where the border has no such colour the drawing is
            taken for a photograph of one on paper.
        paper: the paper's colour, where it is known.

    Returns:
        float32 (28, 28), ink 1 on paper 0, or None where there is no ink.

    Raises:
        DrawingError: the array has another shape or type.
    """
    return frame_whole(extract(drawing, paper=paper))


@dataclass(frozen=True)
class Written:
    """The ink of a drawing, and what there is to know of it."""

    ink: Ink
    height: int  # rows of the drawing; a large photograph's ink has fewer
    is_picture: bool  # of which it is not known what is paper, and what beside it
    thinnest: float = 0  # share of a digit's longer side; narrower ones are made wider


def extract_ink(drawing: NDArray[np.uint8], *, paper: Colour | None = None) -> Ink:
    """Return how much each pixel differs from the paper, as `extract` does: (h, w)."""
    return extract(drawing, paper=paper).ink


def extract(drawing: NDArray[np.uint8], *, paper: Colour | None = None) -> Written:
    """Return how much each pixel differs from the paper, 0 to 1.

    A photograph's ink has the photograph's proportions, but fewer pixels.

    Args:
        drawing: uint8, as `to_mnist` takes it.
        paper: the paper's colour where it is known, each part 0 to 255. Otherwise it is
            what most of the border has, and the drawing may be a photograph.

    Raises:
        DrawingError: the array is no grey, RGB or RGBA picture.
    """
    drawing = _checked(drawing)
    if paper is not None:
        colour, alpha = _split(drawing)
        known = np.divide(paper, 255, dtype=np.float32)
        ink = alpha * surroundings.difference(colour, known)
        return Written(ink, len(drawing), is_picture=False)
    colours = _opaque_colour(drawing)
    if colours is None:
        return Written(_drawn(drawing), len(drawing), is_picture=True)
    return _pictured(colours)


def _pictured(colours: NDArray[np.uint8]) -> Written:
    """Return the ink on the paper in an opaque picture, (h, w) or (h, w, 3)."""
    box = surroundings.find_paper(colours)
    inside = colours[box]
    if photo.is_photo(inside):
        ink, thinnest = photo.extract_ink(inside), photo.THINNEST
    else:
        ink, thinnest = surroundings.without_lines(_drawn(_checked(inside))), 0.0
    scale = len(ink) / len(inside)  # a large photograph's ink is smaller than it
    placed = _placed(ink, box, scale, colours.shape)
    return Written(placed, len(colours), is_picture=True, thinnest=thinnest)


def _placed(ink: Ink, box: Box, scale: float, shape: tuple[int, ...]) -> Ink:
    """Put the ink of a part of a picture to its place in all of it."""
    height, width = (max(round(side * scale), 1) for side in shape[:2])
    top, left = (round(span.start * scale) for span in box)
    placed = np.zeros((max(height, top + len(ink)), max(width, left + ink.shape[1])))
    placed[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return placed.astype(np.float32)


def _drawn(drawing: NDArray[np.uint8]) -> Ink:
    """Return what is not as most of the border of a drawing, uint8 (h, w, c)."""
    colour, alpha = _split(drawing)
    opaque = surroundings.rim(alpha) >= OPAQUE
    if opaque.mean() <= 0.5:
        return alpha  # most of the border is transparent, so that is the paper
    paper = np.median(surroundings.rim(colour)[opaque], axis=0)
    return alpha * surroundings.difference(colour, paper)


def bounding_box(ink: Ink) -> Box | None:
    """Return the rows and columns that hold the ink, or None where there is none."""
    darkest = ink.max()
    if darkest < FAINTEST:
        return None
    marked = ink >= EDGE * darkest
    return surroundings.box_of(marked)


def frame_whole(written: Written) -> Ink | None:
    """Frame all that is written as one digit, as `to_mnist` does."""
    box = bounding_box(written.ink)
    return None if box is None else frame(written.ink[box], thinnest=written.thinnest)


def frame(ink: Ink, *, thinnest: float = 0) -> Ink:
    """Frame the ink in its bounding box, float (h, w), as MNIST's: float32 (28, 28).

    It is scaled and centred in one step, so that it is resampled only once. Strokes
    that are thinner than the share `thinnest` of its longer side are made wider.
    """
    ink = strokes.thicken(ink, edge=EDGE * ink.max(), thinnest=thinnest)
    scale = max(ink.shape) / BOX  # pixels of the drawing in one of the image
    window = SIDE * scale  # side of what becomes the image, in pixels of the drawing
    profiles = [ink.sum(axis=axis, dtype=np.float64) for axis in (1, 0)]
    starts = [_start(profile, scale) * scale for profile in profiles]
    before = [math.ceil(start) for start in starts]
    after = [max(math.ceil(window) - side, 0) + 1 for side in ink.shape]
    top, left = (whole - start for whole, start in zip(before, starts, strict=True))
    image = Image.fromarray(np.pad(ink, list(zip(before, after, strict=True)))).resize(
        (SIDE, SIDE),
        Image.Resampling.BOX,
        box=(left, top, left + window, top + window),
    )
    framed = np.asarray(image, np.float32)
    filled: Ink = framed / framed.max()
    return filled


def read_picture(path: str | Path | BinaryIO) -> NDArray[np.uint8]:
    """Read an image file: uint8 grey (h, w) or RGBA (h, w, 4), turned upright.

    A picture of more than 1000 pixels a side is made smaller, to 1000.

    Raises:
        DrawingError: the file is missing, no still image of a common kind, damaged, or
            has more than 20 million pixels, a JPEG 50. The message says what to do.
    """
    try:
        with _ONE_AT_A_TIME, warnings.catch_warnings():
            # Pillow warns of odd files that it reads all the same.
            warnings.simplefilter("ignore")
            with Image.open(path, formats=FORMATS) as picture:
                _refuse(picture)
                return np.asarray(_readable(_upright(picture)))
    except DrawingError:
        raise
    except UnidentifiedImageError as error:
        raise DrawingError(HEIC if _is_heic(path) else NO_PICTURE) from error
    except Exception as error:  # a damaged file makes Pillow's decoders raise anything
        raise DrawingError(_reason(error)) from error


def _is_heic(path: str | Path | BinaryIO) -> bool:
    """Tell whether a file is a photograph as iPhones keep them."""
    if isinstance(path, str | Path):
        with Path(path).open("rb") as file:
            return _is_heic(file)
    path.seek(0)
    start = path.read(12)
    return start[4:8] == b"ftyp" and start[8:12] in HEIC_BRANDS


def _refuse(picture: Image.Image) -> None:
    """Raise DrawingError before anything of an unfit picture is decoded."""
    is_jpeg = isinstance(picture, JpegImageFile)
    largest = LARGEST_JPEG if is_jpeg else LARGEST_PICTURE
    if picture.width * picture.height > largest:
        raise Image.DecompressionBombError
    if isinstance(picture, JpegImageFile) and _is_too_progressive(picture):
        raise Image.DecompressionBombError
    if picture.format in ANIMATED and getattr(picture, "is_animated", False):
        raise DrawingError(
            "the picture is animated; save a still one as PNG or JPEG and try again"
        )


NO_PICTURE = (
    "this is no picture that can be read; save it as PNG, JPEG, WebP, GIF, BMP or TIFF "
    "and try again"
)
HEIC = (
    "this is a HEIC photo, as iPhones keep them; save it as JPEG and try again, or "
    "choose it on the iPhone itself, which hands it over as JPEG"
)


def _is_too_progressive(picture: JpegImageFile) -> bool:
    """Tell whether a progressive JPEG would fill the memory, however small it is."""
    if not picture.info.get("progressive"):
        return False
    layers = [(across, down) for _, across, down, _ in picture.layer]
    most = math.prod(map(max, zip(*layers, strict=True)))
    share = sum(across * down for across, down in layers) / most
    return bool(picture.width * picture.height * share > MOST_COEFFICIENTS)


def _reason(error: Exception) -> str:
    """Say in plain words what is wrong with a file and what to do about it."""
    match error:
        case FileNotFoundError():
            return "there is no such file; check its name and try again"
        case IsADirectoryError():
            return "this is a folder; choose a picture in it"
        case PermissionError():
            return "the file may not be opened; copy it to a folder of yours"
        case Image.DecompressionBombError():
            return (
                "the picture has more than 20 million pixels, or as a JPEG more than "
                "50 million; make it smaller and try again"
            )
    return (
        "the picture cannot be read, it is damaged or of a rare kind; save it as PNG "
        "or JPEG and try again"
    )


def _upright(picture: Image.Image) -> Image.Image:
    """Turn a picture as its camera was held, and make it no larger than is of use."""
    if max(picture.size) > LONGEST_SIDE:
        if picture.mode.startswith("I;16"):
            picture = picture.convert("I")
        elif picture.mode in ("1", "P", "PA") or "transparency" in picture.info:
            # Indices into a palette cannot be averaged, colours can.
            picture = _readable(picture)
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BOX)
    return ImageOps.exif_transpose(picture)


def _readable(picture: Image.Image) -> Image.Image:
    """Convert to 8-bit grey, or to RGBA where there is colour or transparency."""
    if picture.mode.startswith("I") or picture.mode == "F":  # 16 bits or more a pixel
        deep = np.asarray(picture, dtype=np.float64)
        deep = np.nan_to_num(deep, posinf=0, neginf=0)
        scaled = deep / max(deep.max(), 1) * 255
        picture = Image.fromarray(scaled.clip(0, 255).astype(np.uint8))
    transparent = "transparency" in picture.info
    return picture.convert(
        "L" if picture.mode in ("1", "L") and not transparent else "RGBA"
    )


def _checked(drawing: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the drawing as uint8 (h, w, c); raise DrawingError if it is no picture."""
    drawing = np.asarray(drawing)
    channels = 1 if drawing.ndim == 2 else drawing.shape[-1]
    if drawing.ndim not in (2, 3) or channels not in (1, 3, 4) or not drawing.size:
        raise DrawingError(f"{drawing.shape} is the shape of no picture")
    if drawing.dtype != np.uint8:
        raise DrawingError(f"pixels are uint8, not {drawing.dtype}")
    return drawing.reshape(*drawing.shape[:2], channels)


def _opaque_colour(drawing: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Return the colours, (h, w) or (h, w, 3); None if anything is transparent."""
    channels = drawing.shape[-1]
    if channels == 4 and drawing[..., 3].min() < 255:
        return None
    return drawing[..., 0] if channels == 1 else drawing[..., :3]


def _split(drawing: NDArray[np.uint8]) -> tuple[NDArray[np.float32], Ink]:
    """Return colour (h, w, c) and opacity (h, w), both 0 to 1."""
    scaled: NDArray[np.float32] = drawing.astype(np.float32) / np.float32(255)
    if drawing.shape[-1] == 4:
        return scaled[..., :3], scaled[..., 3]
    return scaled, np.ones(scaled.shape[:2], np.float32)


def _start(profile: NDArray[np.float64], scale: float) -> float:
    """Return where along an axis the ink starts in the image, in the image's pixels.

    Its centre of mass comes to the centre, as far as all of it stays inside.
    """
    pixels = np.arange(len(profile)) + 0.5
    mean = profile @ pixels / profile.sum()
    # In which order numbers are added up decides the last of their digits, and in the
    # browser that is another; a thousandth of a pixel is the same in both.
    mean = math.floor(mean * 1000 + 0.5) / 1000
    return float(np.clip(CENTRE - mean / scale, 0, SIDE - len(profile) / scale))
