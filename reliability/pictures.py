"""Pictures that somebody hands in: small ones of each format, spoiled."""

import io
import struct
import zlib
from functools import cache
from typing import Any, Final

import numpy as np
from hypothesis import strategies as st
from PIL import Image

from mnist_core.data import glyphs, pen_drawings
from mnist_core.errors import DrawingError, ModelDamaged
from mnist_core.inference import reader
from mnist_core.preprocessing import (
    framing,
    photo,
    segmentation,
    strokes,
    surroundings,
    writing,
)
from pages.components.shared import recognition
from pages.components.shared.inputs import DrawingInput
from reliability.mutations import spoiled
from reliability.way_in import WayIn

PNG: Final = b"\x89PNG\r\n\x1a\n"
ROTATED: Final = 6  # by a quarter, as EXIF numbers it


@cache
def seeds() -> list[bytes]:
    """Return a picture of a digit in each format and mode that is read."""
    rng = np.random.default_rng(7)
    drawn = pen_drawings.on_canvas(glyphs.digit(7, rng), rng)
    ink = Image.fromarray(drawn).resize((140, 140))
    grey, colour = Image.eval(ink, lambda level: 255 - level), ink.convert("RGB")
    deep = Image.fromarray(np.asarray(ink, np.uint16) * 257)
    clear = Image.new("RGBA", ink.size, "#2f55d4")
    clear.putalpha(ink)
    exif = Image.Exif()
    exif[0x0112] = ROTATED
    return [
        *(_encode(each, "PNG") for each in (ink, clear, colour.quantize(8), deep)),
        _encode(ink.convert("1"), "PNG"),
        _encode(colour.quantize(8), "PNG", transparency=0),
        _encode(_photograph(grey), "JPEG", exif=exif, quality=60),
        _encode(_photograph(grey), "JPEG", progressive=True, quality=40),
        _encode(colour.convert("CMYK"), "JPEG"),
        _encode(colour, "WEBP"),
        _encode(clear, "WEBP", lossless=True),
        _encode(ink, "GIF"),
        _encode(ink, "GIF", save_all=True, append_images=[grey]),
        _encode(grey, "BMP"),
        _encode(grey.convert("1"), "BMP"),
        *(_encode(grey, "TIFF", compression=how) for how in ("raw", "tiff_lzw")),
        _encode(colour, "TIFF", compression="tiff_adobe_deflate"),
        _encode(grey.convert("1"), "TIFF", compression="group4"),
        _encode(deep, "TIFF"),
        _encode(Image.fromarray(np.asarray(ink, np.float32)), "TIFF"),
    ]


def _photograph(grey: Image.Image) -> Image.Image:
    """Return a drawing as a camera sees it: shaded, with grain."""
    paper = np.asarray(grey.resize((240, 240)), float) * 0.6 + 60
    shade = np.linspace(0.6, 1, 240)[None, :]
    grain = np.random.default_rng(7).normal(0, 4, (240, 240))
    return Image.fromarray((paper * shade + grain).clip(0, 255).astype(np.uint8))


def _encode(picture: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def mend_checksums(content: bytes) -> bytes:
    """Return a PNG with the checksums of its chunks put right, as far as they reach.

    Otherwise a decoder would look at nothing behind the first changed byte.
    """
    mended, at = bytearray(content), len(PNG)
    while content.startswith(PNG) and at + 12 <= len(mended):
        (length,) = struct.unpack_from(">I", mended, at)
        end = at + 8 + length
        if end + 4 <= len(mended):
            struct.pack_into(">I", mended, end, zlib.crc32(mended[at + 4 : end]))
        at = end + 4
    return bytes(mended)


def _read(content: bytes) -> None:
    """Read a picture as `predict` does, up to what a network would be asked."""
    written = framing.extract(framing.read_picture(io.BytesIO(content)))
    cut = segmentation.cut_out(written)
    if cut.digits:
        framing.frame_whole(written)


def _recognize(content: bytes) -> None:
    """Read a picture as the Draw page does."""
    recognition.recognize(DrawingInput("photo", content))


CASES: Final = st.deferred(
    lambda: spoiled(seeds()) | spoiled(seeds()).map(mend_checksums)
)
CODE: Final = (framing, photo, segmentation, strokes, surroundings, writing)
SEEDS: Final = "21 pictures of a seven: PNG, JPEG, WebP, GIF, BMP, TIFF"
PICTURES: Final = WayIn(CASES, _read, (DrawingError,), CODE, SEEDS)
UPLOADS: Final = WayIn(
    CASES,
    _recognize,
    (DrawingError, ModelDamaged),
    (*CODE, reader, recognition),
    SEEDS,
)
