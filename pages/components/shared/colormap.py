"""How strong something is as a colour, and pictures of it for the page."""

from typing import Final

import numpy as np

from pages.components.shared.data_url import encode

# From weak to strong ever lighter, so that it reads in grey and to colour-blind eyes.
# It begins as dark as MNIST's paper, so that it looks alike in both themes.
STOPS: Final = ["#0d1230", "#2b3fae", "#8a58b8", "#e0705e", "#ffab52", "#fff3dc"]
HEAT: Final = [STOPS[0], "#ff7a18"]


def _ramp() -> np.ndarray:
    stops = np.array([_channels(stop) for stop in STOPS])
    places = np.linspace(0, len(STOPS) - 1, 256)
    channels = [np.interp(places, range(len(STOPS)), stops[:, k]) for k in range(3)]
    return np.rint(np.stack(channels, axis=1)).astype(np.uint8)


def _channels(colour: str) -> list[int]:
    return list(bytes.fromhex(colour[1:]))


RAMP: Final = _ramp()  # uint8 (256, 3)
PAPER, INK, HOT = RAMP[0], np.array([255, 255, 255]), np.array(_channels(HEAT[-1]))


def coloured(strengths: np.ndarray, *, top: float) -> np.ndarray:
    """Strengths (h, w) as colours, uint8 (h, w, 3): from 0 to `top`, and no further."""
    shares = np.clip(strengths / top, 0, 1) if top > 0 else np.zeros_like(strengths)
    return RAMP[np.rint(shares * 255).astype(int)]


def inked(image: np.ndarray) -> np.ndarray:
    """An image (28, 28), ink 1 on paper 0, as colours, uint8 (28, 28, 3)."""
    return _between(PAPER, INK, image)


def heated(image: np.ndarray, heat: np.ndarray) -> np.ndarray:
    """A drawing with heat over it, both in 0 to 1 and (h, w), as uint8 (h, w, 3).

    The ink stays the brighter, so that the drawing is seen through any heat.
    """
    cold = _between(PAPER, np.array([150, 160, 190]), image)
    return _between(cold, _between(HOT * 0.5, HOT, image), heat)


def _between(low: np.ndarray, high: np.ndarray, shares: np.ndarray) -> np.ndarray:
    shares = shares[..., None]
    return np.rint(low * (1 - shares) + high * shares).astype(np.uint8)


def tile(pixels: np.ndarray, *, alt: str = "") -> str:
    """A picture, uint8 (h, w, 3), as HTML: as large as there is room."""
    return f'<img src="{encode(pixels)}" alt="{alt}">'
