"""Draw pictures that something beside the writing spoils: a kind for each."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from scipy import ndimage

from benchmarks.photographs import camera, clutter, handwriting, scene
from benchmarks.photographs.handwriting import Layer, Pen, Random
from benchmarks.photographs.picture import Drawn, digits
from benchmarks.photographs.scene import Scene, Shape, Surface
from mnist_core.data.curves import Strokes

WHITE = 255.0, 255.0, 255.0
MOST = 0.55  # share of a scan or screen that its writing takes from top to bottom


def edge(rng: Random) -> Drawn:
    """Draw a black column, row or bar at the edge of a scan or a photograph."""
    is_scan = rng.random() < 0.6
    built, lines = _written(rng, digits(rng, (1, 3)), is_scan=is_scan)
    pixels = _scanned(rng, built) if is_scan else camera.take(rng, built)
    pixels = pixels.copy()
    for side in rng.choice(4, 2 if rng.random() < 0.25 else 1, replace=False):
        turned = np.rot90(pixels, side)  # a view: what is painted on it is on all
        thick = rng.choice(
            [1, 2, 4, max(3, round(rng.uniform(0.01, 0.04) * len(turned)))]
        )
        turned[:thick] = rng.integers(0, 40)
    return pixels, lines


def screenshot(rng: Random) -> Drawn:
    """Draw a digit on a phone's white screen, with bars above and below."""
    pen = Pen(rng.uniform(0.06, 0.11), handwriting.DARK[rng.integers(5)], 1)
    lines = digits(rng, (1, 1))
    built = _scan(
        rng,
        lines,
        (1280, 720),
        pen=pen,
        surface=Surface(WHITE),
        share=rng.uniform(0.3, 0.75),
    )
    picture = Image.fromarray(built.pixels.astype(np.uint8))
    bars = rng.choice(["top", "bottom", "both"])
    dark = int(rng.choice([0, 0, 30, 66, 225]))
    if bars != "bottom":
        _status_bar(picture, int(rng.integers(40, 121)), dark)
    if bars != "top":
        top = int(1280 - rng.integers(60, 121))
        ImageDraw.Draw(picture).rectangle((0, top, 719, 1279), fill=(dark, dark, dark))
        _buttons(picture, top, dark)
    if rng.random() < 0.4:
        return camera.as_jpeg(picture, int(rng.integers(70, 96))), lines
    return np.asarray(picture), lines


def _status_bar(picture: Image.Image, height: int, dark: int) -> None:
    """Draw a phone's bar at the top, with name and battery."""
    light = 255 if dark < 128 else 60
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 719, height - 1), fill=(dark, dark, dark))
    size = 20
    font = ImageFont.load_default(size)
    draw.text((24, (height - size) // 2 - 2), "Carrier", (light,) * 3, font)
    draw.rectangle(
        (650, height // 2 - 8, 690, height // 2 + 8), outline=(light,) * 3, width=2
    )
    draw.rectangle((654, height // 2 - 4, 678, height // 2 + 4), fill=(light,) * 3)


def _buttons(picture: Image.Image, top: int, dark: int) -> None:
    """Draw a phone's three buttons at the bottom."""
    light = 255 if dark < 128 else 60
    draw, middle = ImageDraw.Draw(picture), (top + 1280) // 2
    draw.polygon(
        [(172, middle), (192, middle - 12), (192, middle + 12)], fill=(light,) * 3
    )
    draw.ellipse((348, middle - 12, 372, middle + 12), outline=(light,) * 3, width=3)
    draw.rectangle((530, middle - 11, 552, middle + 11), outline=(light,) * 3, width=3)


def frame(rng: Random) -> Drawn:
    """Draw a digit in a frame, at the border or inside it, scanned or photographed."""
    is_scan = rng.random() < 0.5
    built, lines = _written(rng, digits(rng, (1, 1)), is_scan=is_scan, most=0.6)
    height, width = built.pixels.shape[:2]
    left, top, right, bottom = built.box
    room = min(left, top, width - right, height - bottom)
    at_border = is_scan and rng.random() < 0.5  # no camera is held so straight
    thick = max(1, round(rng.uniform(0.003, 0.012) * max(height, width)))
    layer = _outline(
        (height, width), 0 if at_border else rng.uniform(0.2, 0.6) * room, thick
    )
    if not is_scan:
        layer = layer.rotate(rng.normal(0, 1), Image.Resampling.BICUBIC)
    level = rng.uniform(10, 120)
    covered = np.asarray(layer, np.float32) / np.float32(255)
    scene.cover(built.pixels, covered, (level, level, level))
    return _scanned(rng, built) if is_scan else camera.take(rng, built), lines


def _outline(shape: Shape, inset: float, thick: int) -> Image.Image:
    """Draw a frame so far inside the picture."""
    layer, start = Image.new("L", shape[::-1], 0), round(inset)
    box = start, start, shape[1] - 1 - start, shape[0] - 1 - start
    ImageDraw.Draw(layer).rectangle(box, outline=255, width=thick)
    return layer


def patch(rng: Random) -> Drawn:
    """Draw a number on a grey patch of paper that was pasted on a white page."""
    lines = digits(rng, (1, 4))
    level, pen = rng.uniform(185, 238), handwriting.choose_pen(rng)
    surface = Surface((level, level, level - rng.uniform(0, 8)))
    built = _scan(
        rng, lines, _shape(rng), pen=pen, surface=surface, share=rng.uniform(0.3, 0.55)
    )
    shape = built.pixels.shape[:2]
    shade = 1 + np.float32(rng.uniform(0, 0.05)) * scene.clouds(rng, shape, 2)
    built.pixels *= shade.clip(0.85, 1.08)[..., None]
    page = np.full_like(built.pixels, 255)
    mask = _turned_box(rng, built)[..., None]
    built.pixels += (1 - mask) * (page - built.pixels)
    return _scanned(rng, built), lines


def _turned_box(rng: Random, built: Scene) -> Layer:
    """Return a mask of a slightly turned rectangle around the writing."""
    left, top, right, bottom = built.box
    height, width = built.pixels.shape[:2]
    share = rng.uniform(0.3, 0.75, 4)
    box = (
        left * (1 - share[0]),
        top * (1 - share[1]),
        right + (width - right) * share[2],
        bottom + (height - bottom) * share[3],
    )
    mask = Image.new("L", (width, height), 0)
    ImageDraw.Draw(mask).rectangle(box, fill=255)
    turned = mask.rotate(rng.uniform(-2, 2), Image.Resampling.BICUBIC)
    return np.asarray(turned, np.float32) / np.float32(255)


def squared(rng: Random) -> Drawn:
    """Draw a number on a clean scan of ruled or squared paper."""
    pen = handwriting.thicker(handwriting.choose_pen(rng), least=0.03)
    if pen.strength < 0.8:  # a pencil would be as faint as the lines of some papers
        pen = replace(pen, strength=0.85)
    ruling = "ruled" if rng.random() < 0.4 else "squared"
    spacing = rng.uniform(1.1, 1.7) if ruling == "ruled" else rng.uniform(0.15, 1.0)
    lines_colour = scene.LINES[rng.integers(3)]
    surface = Surface(WHITE, ruling, spacing, lines_colour, rng.uniform(0.0, 0.7))
    lines = digits(rng, (1, 4))
    built = _scan(
        rng, lines, _shape(rng), pen=pen, surface=surface, share=rng.uniform(0.35, 0.8)
    )
    return _scanned(rng, built), lines


def dry(rng: Random) -> Drawn:
    """Draw a digit with a pen so dry that it falls into 5 to 13 pieces."""
    while True:
        lines = digits(rng, (1, 1))
        pen = Pen(
            rng.uniform(0.05, 0.1), handwriting.DARK[rng.integers(5)], 0.92, 0.06, 4
        )
        strokes = handwriting.write(rng, lines, gap=0)
        pieces = int(rng.integers(5, 14))
        left = handwriting.dried(rng, strokes, pen=pen, pieces=pieces)
        if 5 <= _count(rng, left, pen) <= 13:
            break
    shape, share = _shape(rng), rng.uniform(0.35, 0.8)
    view = scene.look(rng, left, shape, share=share, most=share)
    surface = scene.choose_paper(rng, pen)
    surface = replace(surface, ruling="")
    built = scene.build(rng, left, shape, view=view, pen=pen, surface=surface)
    return camera.take(rng, built), lines


def _count(rng: Random, strokes: Strokes, pen: Pen) -> int:
    """Return into how many pieces the strokes fall, drawn by this pen."""
    placed = [stroke * 200 + np.array([60, 220]) for stroke in strokes]
    smooth = replace(pen, roughness=0)
    ink = handwriting.ink(rng, placed, (300, 400), width=200 * pen.width, pen=smooth)
    return int(ndimage.label(ink > 0.25, np.ones((3, 3)))[1])


def cluttered(rng: Random) -> Drawn:
    """Photograph a number beside printed words, a finger or a ruler."""
    built, lines = _written(rng, digits(rng, (1, 4)), is_scan=False, most=0.5)
    clutter.add(rng, built)
    return camera.take(rng, built), lines


def _written(
    rng: Random, lines: tuple[str, ...], *, is_scan: bool, most: float = 0.7
) -> tuple[Scene, tuple[str, ...]]:
    """Write lines on white paper for a scanner, or on any paper for a camera."""
    pen, shape = handwriting.choose_pen(rng), _shape(rng)
    share = rng.uniform(0.3, most)
    if is_scan:
        white = Surface(WHITE)
        return _scan(rng, lines, shape, pen=pen, surface=white, share=share), lines
    strokes = handwriting.write(rng, lines, gap=pen.width + 0.04)
    view = scene.look(rng, strokes, shape, share=share, most=most)
    surface = scene.choose_paper(rng, pen)
    return scene.build(rng, strokes, shape, view=view, pen=pen, surface=surface), lines


def _scan(
    rng: Random,
    lines: tuple[str, ...],
    shape: Shape,
    *,
    pen: Pen,
    surface: Surface,
    share: float,
) -> Scene:
    """Write lines on a surface that lies straight."""
    strokes = handwriting.write(rng, lines, gap=pen.width + 0.04)
    view = scene.straight(rng, strokes, shape, share=share, most=min(share, MOST))
    return scene.build(rng, strokes, shape, view=view, pen=pen, surface=surface)


def _scanned(rng: Random, built: Scene) -> NDArray[np.uint8]:
    """Return what a scanner's file holds, with or without loss."""
    picture = Image.fromarray(built.pixels.clip(0, 255).astype(np.uint8))
    picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.2, 0.8)))
    if rng.random() < 0.3:
        picture = picture.convert("L")
    if rng.random() < 0.5:
        return camera.as_jpeg(picture, int(rng.integers(60, 96)))
    return np.asarray(picture)


def _shape(rng: Random) -> Shape:
    """Choose a picture's height and width."""
    longer = np.exp(rng.uniform(np.log(350), np.log(1200)))
    sides = round(longer / rng.choice([1, 4 / 3, 3 / 2])), round(longer)
    return sides if rng.random() < 0.5 else sides[::-1]


KINDS: dict[str, Callable[[Random], Drawn]] = {
    "edge": edge,
    "screenshot": screenshot,
    "frame": frame,
    "patch": patch,
    "squared": squared,
    "dry": dry,
    "clutter": cluttered,
}
