"""Colours for how strong something is, and images in them.

coloured(maps[0], top=float(maps.max()))    # uint8 (h, w, 3)
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pages.components.shared.data_url import encode

# From weak to strong ever lighter, so that it reads in grey and to colour-blind eyes.
# It begins as dark as MNIST's paper, so that it looks alike in both themes.
STOPS: Final = ["#0d1230", "#2b3fae", "#8a58b8", "#e0705e", "#ffab52", "#fff3dc"]
HEAT: Final = [STOPS[0], "#ff7a18"]

Pixels = npt.NDArray[np.uint8]  # (h, w, 3)
Numbers = npt.NDArray[Any]  # of any number type


def _ramp() -> Pixels:
    stops = np.array([_channels(stop) for stop in STOPS])
    positions = np.linspace(0, len(STOPS) - 1, 256)
    channels = [np.interp(positions, range(len(STOPS)), stops[:, k]) for k in range(3)]
    return _round(np.stack(channels, axis=1))


def _channels(colour: str) -> list[int]:
    return list(bytes.fromhex(colour[1:]))


def _round(values: Numbers) -> Pixels:
    return np.asarray(np.rint(values), np.uint8)


RAMP: Final = _ramp()  # uint8 (256, 3)
PAPER, INK, HOT = RAMP[0], np.array([255, 255, 255]), np.array(_channels(HEAT[-1]))


def coloured(strengths: Numbers, *, top: float) -> Pixels:
    """Colour strengths (h, w), from 0 to `top`, as uint8 (h, w, 3)."""
    shares = np.clip(strengths / top, 0, 1) if top > 0 else np.zeros_like(strengths)
    return np.asarray(RAMP[np.rint(shares * 255).astype(int)])


def inked(image: Numbers) -> Pixels:
    """Colour an image (28, 28), ink 1 on paper 0, as uint8 (28, 28, 3)."""
    return _blend(PAPER, INK, image)


def heated(image: Numbers, heat: Numbers) -> Pixels:
    """Colour a drawing with heat over it, both (h, w) in 0 to 1, as uint8 (h, w, 3).

    The ink stays the brighter, so that the drawing is seen through any heat.
    """
    cold = _blend(PAPER, np.array([150, 160, 190]), image)
    return _blend(cold, _blend(HOT * 0.5, HOT, image), heat)


def _blend(low: Numbers, high: Numbers, shares: Numbers) -> Pixels:
    shares = shares[..., None]
    return _round(low * (1 - shares) + high * shares)


def to_html(pixels: Pixels, *, alt: str = "") -> str:
    """Return an image, uint8 (h, w, 3), as HTML: as large as there is room."""
    return f'<img src="{encode(pixels)}" alt="{alt}">'
