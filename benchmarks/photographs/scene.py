"""Lay a sheet of paper or a board with strokes on it before the camera."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from benchmarks.photographs import handwriting
from benchmarks.photographs.handwriting import Colour, Layer, Pen, Random
from mnist_core.data.curves import Points, Strokes

Pixels = NDArray[np.float32]
"""Red, green and blue of each pixel, 0 to 255: (h, w, 3)."""
Shape = tuple[int, int]
"""Height and width in pixels."""

PAPERS = (250.0, 248.0, 240.0), (244.0, 245.0, 248.0), (248.0, 240.0, 222.0)
TABLES = (
    (128.0, 88.0, 56.0),
    (58.0, 56.0, 58.0),
    (176.0, 150.0, 118.0),
    (92.0, 96.0, 104.0),
)
LINES = (150.0, 178.0, 216.0), (170.0, 172.0, 178.0), (214.0, 168.0, 170.0)
THINNEST = 1.3  # pixels; a thinner stroke is lost between the camera's


@dataclass(frozen=True)
class Surface:
    """What is written on."""

    colour: Colour
    ruling: str = ""  # "ruled" or "squared"
    spacing: float = 1.0  # of its lines, in units of a digit's height
    lines: Colour = LINES[0]
    faintness: float = 0.5  # 0 to 1, how little of their colour they have
    is_board: bool = False


@dataclass(frozen=True)
class View:
    """How the flat surface, in units of a digit's height, lies before the camera."""

    matrix: NDArray[np.float64]  # (3, 3), from the surface to pixels
    scale: float  # pixels of one unit

    def __call__(self, points: Points) -> Points:
        """Return where points (n, 2) of the surface are in the picture."""
        return _project(self.matrix, points)

    def surface(self, shape: Shape) -> tuple[Layer, Layer]:
        """Return which point of the surface each pixel shows: its x and its y."""
        m = np.linalg.inv(self.matrix).astype(np.float32)
        y, x = np.ogrid[: shape[0], : shape[1]]
        x, y = x.astype(np.float32), y.astype(np.float32)
        depth = m[2, 0] * x + m[2, 1] * y + m[2, 2]
        across = (m[0, 0] * x + m[0, 1] * y + m[0, 2]) / depth
        down = (m[1, 0] * x + m[1, 1] * y + m[1, 2]) / depth
        return across, down


@dataclass
class Scene:
    """What the camera sees: pixels to be painted on, and where the writing is."""

    pixels: Pixels
    view: View
    box: tuple[float, float, float, float]  # left, top, right, bottom of the ink
    height: float  # of a digit, in pixels
    width: float  # of its strokes, in pixels
    contrast: float  # levels of 255 between ink and paper


def look(
    rng: Random, strokes: Strokes, shape: Shape, *, share: float, most: float
) -> View:
    """Look at the strokes a little askew, so that they take this share of the width.

    Args:
        rng: turns the camera, and moves it.
        strokes: in units of a digit's height.
        shape: of the picture.
        share: of the picture's width that they take, unless they became too high.
        most: share of the picture's height that they take at most.
    """
    points = np.concatenate(strokes)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    reach = float(np.hypot(*np.ptp(points, axis=0))) / 2 / min(share, most)
    away = np.array([[1, 0, -middle[0]], [0, 1, -middle[1]], [0, 0, 1]])
    tilted = View(_tilt(rng, reach) @ away, 1)
    return _fit(
        rng, tilted, points, room=(share * shape[1], most * shape[0]), shape=shape
    )


def straight(
    rng: Random, strokes: Strokes, shape: Shape, *, share: float, most: float
) -> View:
    """Look at the strokes as a scanner does."""
    points, room = np.concatenate(strokes), (share * shape[1], most * shape[0])
    return _fit(rng, View(np.eye(3), 1), points, room=room, shape=shape)


def _tilt(rng: Random, reach: float) -> NDArray[np.float64]:
    """Turn and tilt the surface by no more than a careless photographer would."""
    angle = np.radians(np.clip(rng.normal(0, 2.5), -7, 7))
    cos, sin = np.cos(angle), np.sin(angle)
    lean = np.clip(rng.normal(0, 0.05, 2), -0.12, 0.12) / reach
    return np.array([[cos, -sin, 0], [sin, cos, 0], [*lean, 1]])


def _fit(
    rng: Random, view: View, points: Points, *, room: tuple[float, float], shape: Shape
) -> View:
    """Enlarge a view until the points fill the room, and move it somewhere."""
    seen = view(points)
    corner, extent = seen.min(axis=0), np.ptp(seen, axis=0)
    scale = float(min(room[0] / max(extent[0], 0.3), room[1] / extent[1]))
    free = np.array(shape[::-1]) - scale * extent
    at = free * np.clip(rng.normal(0.5, 0.13, 2), 0.25, 0.75) - scale * corner
    moved = np.array([[scale, 0, at[0]], [0, scale, at[1]], [0, 0, 1]])
    return View(moved @ view.matrix, scale)


def _project(matrix: NDArray[np.floating], points: Points) -> Points:
    """Return the points (n, 2) as a projective matrix (3, 3) moves them."""
    moved = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    projected: Points = moved[:, :2] / moved[:, 2:]
    return projected


def choose_paper(rng: Random, pen: Pen) -> Surface:
    """Choose plain, ruled or squared paper, its lines much fainter than the pen."""
    ruling = str(rng.choice(["", "ruled", "squared"], p=[0.56, 0.22, 0.22]))
    spacing = rng.uniform(1.2, 1.8) if ruling == "ruled" else rng.uniform(0.35, 1.0)
    lines = LINES[rng.choice(3, p=[0.55, 0.3, 0.15])]
    faint = rng.uniform(0.1, 0.7) if pen.strength > 0.8 else rng.uniform(0.65, 0.85)
    return Surface(PAPERS[rng.integers(3)], ruling, spacing, lines, faint)


def choose_board(rng: Random, *, is_black: bool) -> Surface:
    """Choose a whiteboard or a blackboard."""
    if not is_black:
        return Surface((236.0, 240.0, 242.0), is_board=True)
    green = rng.uniform(0, 22)
    level = rng.uniform(34, 62)
    return Surface((level, level + green, level + green / 2), is_board=True)


def build(
    rng: Random,
    strokes: Strokes,
    shape: Shape,
    *,
    view: View,
    pen: Pen,
    surface: Surface,
) -> Scene:
    """Put the strokes, in units of a digit's height, on the surface."""
    width = max(pen.width * view.scale, THINNEST)
    pixels = paper(rng, shape, view, surface)
    placed = [view(stroke) for stroke in strokes]
    ink = handwriting.ink(rng, placed, shape, width=width, pen=pen)
    cover(pixels, ink * np.float32(pen.strength), pen.colour)
    every = np.concatenate(placed)
    (left, top), (right, bottom) = every.min(axis=0), every.max(axis=0)
    box = left - width / 2, top - width / 2, right + width / 2, bottom + width / 2
    contrast = pen.strength * float(
        np.abs(np.subtract(pen.colour, surface.colour)).mean()
    )
    return Scene(pixels, view, box, view.scale, width, contrast)


def cover(pixels: Pixels, layer: Layer, colour: Colour) -> None:
    """Paint a layer of one colour on the pixels."""
    for channel, value in enumerate(colour):
        plane = pixels[..., channel]
        plane += layer * (np.float32(value) - plane)


def paper(rng: Random, shape: Shape, view: View, surface: Surface) -> Pixels:
    """Return the bare surface with its lines."""
    pixels = np.empty((*shape, 3), np.float32)
    pixels[:] = surface.colour
    if surface.ruling:
        lines = _ruling(rng, shape, view, surface) * np.float32(1 - surface.faintness)
        cover(pixels, lines, surface.lines)
    if surface.is_board:
        wiped = 0.06 if surface.colour[0] < 128 else 0.008  # chalk leaves more behind
        pixels *= (1 + wiped * clouds(rng, shape, 5))[..., None]
    return pixels


def _ruling(rng: Random, shape: Shape, view: View, surface: Surface) -> Layer:
    """Return how much each pixel is covered by the paper's lines."""
    across, down = view.surface(shape)
    spacing = max(surface.spacing, 10 / view.scale)
    thick = float(np.clip(0.04 * spacing * view.scale, 1, 2.5))
    lines = _lines(down + rng.uniform(-0.15, 0), spacing, view.scale, thick)
    if surface.ruling == "squared":
        upright = _lines(across + rng.uniform(0, 1), spacing, view.scale, thick)
        lines = np.maximum(lines, upright)
    return lines


def _lines(along: Layer, spacing: float, scale: float, thick: float) -> Layer:
    """Return how much of each pixel lines at even distances cover."""
    away = np.abs((along / np.float32(spacing) + 0.5) % 1 - 0.5) * np.float32(spacing)
    covered: Layer = np.clip(thick / 2 + 0.5 - away * np.float32(scale), 0, 1)
    return covered.astype(np.float32)


def clouds(rng: Random, shape: Shape, count: int) -> Layer:
    """Return smooth random hills and dales, about -2 to 2, so many along a side."""
    longer = max(shape)
    size = [max(round(3 * count * side / longer), 4) for side in shape]
    small = ndimage.gaussian_filter(rng.standard_normal(size, np.float32), 1.2)
    image = Image.fromarray(small / small.std())
    return np.asarray(image.resize(shape[::-1], Image.Resampling.BICUBIC))


def lay_on_table(rng: Random, scene: Scene) -> None:
    """Let the table show beside the paper, where there is room beside the writing."""
    height, width = scene.pixels.shape[:2]
    left, top, right, bottom = scene.box
    rooms = {
        "left": left,
        "right": width - right,
        "top": top,
        "bottom": height - bottom,
    }
    side = str(rng.choice(sorted(rooms)))
    if rooms[side] < 0.08 * max(height, width):
        return
    inwards = rooms[side] * rng.uniform(0.25, 0.6)
    beyond = _beyond(scene, side, inwards)
    table = TABLES[rng.integers(len(TABLES))]
    near = np.clip(1 + 0.06 * beyond / np.float32(0.012 * max(height, width)), 1, 1.3)
    pixels = np.empty_like(scene.pixels)
    pixels[:] = table
    pixels *= (_wood(rng, (height, width)) * near / 1.3)[..., None]
    covered = np.clip(beyond + 0.5, 0, 1)[..., None]
    scene.pixels += covered * (pixels - scene.pixels)


def _beyond(scene: Scene, side: str, inwards: float) -> Layer:
    """Return how far each pixel lies beyond an edge of the paper, in pixels."""
    height, width = scene.pixels.shape[:2]
    middle = {
        "left": (inwards, height / 2),
        "right": (width - inwards, height / 2),
        "top": (width / 2, inwards),
        "bottom": (width / 2, height - inwards),
    }[side]
    edge = _project(np.linalg.inv(scene.view.matrix), np.array([middle]))[0]
    axis = side in ("top", "bottom")
    where = scene.view.surface((height, width))[axis] - np.float32(edge[int(axis)])
    sign = -1 if side in ("left", "top") else 1
    beyond: Layer = where * np.float32(sign * scene.view.scale)
    return beyond


def _wood(rng: Random, shape: Shape) -> Layer:
    """Return a table's grain, around 1."""
    noise = rng.standard_normal((shape[0] // 2 + 1, shape[1] // 2 + 1), np.float32)
    noise = ndimage.gaussian_filter(noise, (0.8, 14))
    image = Image.fromarray(noise / noise.std()).resize(shape[::-1])
    grain: Layer = 1 + np.float32(rng.uniform(0.02, 0.1)) * np.asarray(image)
    return grain.clip(0.5, 1.3)
