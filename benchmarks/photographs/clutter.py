"""Put things beside the writing: printed words, a finger, a ruler."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

from benchmarks.photographs import scene
from benchmarks.photographs.handwriting import Layer, Random
from benchmarks.photographs.scene import Scene, Shape

SKIN = (224.0, 172.0, 140.0), (190.0, 132.0, 100.0), (120.0, 80.0, 60.0)
WORDS = (
    "Name and class:",
    "Write your answer here",
    "How many apples are left?",
    "Please fill in with black ink",
    "Total amount",
    "Telephone number of the school",
)  # without a digit


def add(rng: Random, built: Scene) -> None:
    """Put one of the things beside the writing."""
    things = _print_words, _point_finger, _lay_ruler
    things[rng.integers(len(things))](rng, built)


def _print_words(rng: Random, built: Scene) -> None:
    """Print a line of words above or below the writing."""
    height, width = built.pixels.shape[:2]
    _, top, _, bottom = built.box
    above = top > height - bottom
    room = top if above else height - bottom
    words = WORDS[rng.integers(len(WORDS))]
    size = min(0.45 * room, 1.5 * width / len(words), 0.45 * built.height)
    font = ImageFont.load_default(max(size, 9))
    middle = room / 2 if above else bottom + room / 2
    sheet = Image.new("L", (width, height), 0)
    left = rng.uniform(0.03, 0.15) * width
    ImageDraw.Draw(sheet).text((left, middle), words, 255, font, anchor="lm")
    sheet = sheet.rotate(rng.uniform(-1.5, 1.5), Image.Resampling.BICUBIC)
    layer = np.asarray(sheet, np.float32) / np.float32(255)
    scene.cover(built.pixels, layer * np.float32(0.9), (30.0, 30.0, 30.0))


def _point_finger(rng: Random, built: Scene) -> None:
    """Let a finger or a thumb reach into the picture, and cast a little shadow."""
    height, width = built.pixels.shape[:2]
    tip, away = _finger_place(rng, built)
    thick = float(
        np.clip(rng.uniform(0.5, 1.0) * np.hypot(*away), 12, 0.16 * max(height, width))
    )
    far = tip + away / np.hypot(*away) * 2 * max(height, width)
    start = tip + away / np.hypot(*away) * thick / 2
    inside = thick / 2 - _distance((height, width), start, far)
    skin = SKIN[rng.integers(len(SKIN))]
    shaded = np.clip(inside / (thick / 2), 0, 1) ** 0.5
    soft = ndimage.gaussian_filter((inside > 0).astype(np.float32), 0.12 * thick)
    built.pixels *= (1 - 0.3 * soft)[..., None]
    finger = np.empty_like(built.pixels)
    finger[:] = skin
    finger *= (0.55 + 0.45 * shaded)[..., None]
    mask = np.clip(inside + 0.5, 0, 1)[..., None]
    built.pixels += mask * (finger - built.pixels)


def _finger_place(
    rng: Random, built: Scene
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where a finger's tip is, beside the writing, and the way to its hand."""
    height, width = built.pixels.shape[:2]
    left, _, right, bottom = built.box
    rooms = {"left": left, "right": width - right, "bottom": height - bottom}
    side = max(rooms, key=lambda name: rooms[name])
    reach, along = rooms[side] * rng.uniform(0.4, 0.75), rng.uniform(0.25, 0.75)
    tip, away = {
        "left": ((reach, along * height), (-reach, rng.uniform(0, reach))),
        "right": ((width - reach, along * height), (reach, rng.uniform(0, reach))),
        "bottom": ((along * width, height - reach), (rng.normal(0, reach / 3), reach)),
    }[side]
    return np.array(tip), np.array(away)


def _distance(
    shape: Shape, start: NDArray[np.float64], end: NDArray[np.float64]
) -> Layer:
    """Return how far each pixel is from the line between two points."""
    y, x = np.ogrid[: shape[0], : shape[1]]
    way = end - start
    length = np.hypot(*way)
    unit = way / length
    along = ((x - start[0]) * unit[0] + (y - start[1]) * unit[1]).clip(0, length)
    away = np.hypot(x - start[0] - along * unit[0], y - start[1] - along * unit[1])
    distance: Layer = away.astype(np.float32)
    return distance


def _lay_ruler(rng: Random, built: Scene) -> None:
    """Lay a ruler across the picture, above or below the writing."""
    height, width = built.pixels.shape[:2]
    _, top, _, bottom = built.box
    above = top > height - bottom
    room = top if above else height - bottom
    thick, near = rng.uniform(0.35, 0.7) * room, rng.uniform(0.1, 0.2) * room
    edge = top - near if above else bottom + near
    angle = np.tan(np.radians(rng.normal(0, 1)))
    y, x = np.ogrid[:height, :width]
    away = ((y - edge) * (-1 if above else 1) + angle * (x - width / 2)).astype(
        np.float32
    )
    on = (np.clip(away + 0.5, 0, 1) * np.clip(thick - away + 0.5, 0, 1)).astype(
        np.float32
    )
    colour = ((236.0, 214.0, 120.0), (200.0, 204.0, 208.0), (214.0, 178.0, 130.0))[
        rng.integers(3)
    ]
    scene.cover(built.pixels, on * np.float32(rng.uniform(0.75, 1)), colour)
    _tick(rng, built, x.astype(np.float32), away, thick)


def _tick(rng: Random, built: Scene, x: Layer, away: Layer, thick: float) -> None:
    """Draw a ruler's ticks along its edge, each tenth of them longer."""
    step = np.float32(max(rng.uniform(0.05, 0.12) * built.height, 5))
    number = np.round(x / step)
    near = np.clip(0.12 * step + 0.5 - np.abs(x - number * step), 0, 1)
    long = np.where(number % 10 == 0, 0.45, np.where(number % 5 == 0, 0.33, 0.22))
    layer = near * ((away > 0) & (away < long * thick))
    scene.cover(built.pixels, layer.astype(np.float32), (40.0, 40.0, 40.0))
