"""Draw pictures without a digit: photographs, textures, shadows, blots, letters."""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from skimage import data

from benchmarks.photographs import camera, handwriting, scene
from benchmarks.photographs.handwriting import Pen, Random
from benchmarks.photographs.picture import Drawn
from benchmarks.photographs.scene import Pixels, Shape
from mnist_core.data import glyphs
from mnist_core.data.curves import Strokes
from mnist_core.data.letter_glyphs import LETTERS

# Those that scikit-image's wheel holds. Left out are a page and a text, whose letters
# may pass for digits, a clock, a test chart and a logo.
PHOTOGRAPHS = (
    "astronaut",
    "brick",
    "camera",
    "cat",
    "cell",
    "coffee",
    "coins",
    "grass",
    "gravel",
    "hubble_deep_field",
    "immunohistochemistry",
    "moon",
    "retina",
    "rocket",
)
# No digit resembles these letters; letter_glyphs says how they are written.
UNLIKE_DIGITS = "AEFHKMNRWX"


def draw(rng: Random) -> Drawn:
    """Draw a picture without a digit: four in ten are photographs."""
    kind = rng.choice(list(KINDS), p=list(SHARES))
    return KINDS[str(kind)](rng), ()


def _photograph(rng: Random) -> NDArray[np.uint8]:
    """Return a part of a photograph, of any size."""
    whole = _stored(str(rng.choice(PHOTOGRAPHS)))
    share = rng.uniform(0.25, 1, 2)
    size = np.maximum(whole.size * share, 120).round().astype(int)
    corner = (rng.random(2) * (np.array(whole.size) - size)).astype(int)
    part = whole.crop((*corner.tolist(), *(corner + size).tolist()))
    times = np.exp(rng.uniform(np.log(300), np.log(900))) / max(part.size)
    sides = round(part.width * times), round(part.height * times)
    return camera.as_jpeg(part.resize(sides), int(rng.integers(60, 96)))


@cache
def _stored(name: str) -> Image.Image:
    """Return one of scikit-image's photographs."""
    return Image.fromarray(getattr(data, name)()).convert("RGB")


def _texture(rng: Random) -> NDArray[np.uint8]:
    """Return noise as of plaster, cloth or a carpet."""
    shape = _shape(rng)
    pixels = _sheet(rng, shape)
    rough = np.exp(rng.uniform(np.log(3), np.log(120)))
    hills = scene.clouds(rng, shape, int(rough))
    pixels *= (1 + rng.uniform(0.03, 0.25) * hills).clip(0, 1.5)[..., None]
    return _exposed(rng, pixels)


def _empty(rng: Random) -> NDArray[np.uint8]:
    """Return empty paper, plain or with lines, in light with a shadow."""
    shape = _shape(rng)
    view = scene.View(np.diag([80.0, 80.0, 1.0]), 80.0)
    pen = Pen(0.05, handwriting.BLACK)
    pixels = scene.paper(rng, shape, view, scene.choose_paper(rng, pen))
    for _ in range(rng.integers(1, 3)):
        pixels *= camera.shadow(rng, shape)[..., None]
    return _exposed(rng, pixels)


def _blot(rng: Random) -> NDArray[np.uint8]:
    """Return paper with one to five blots or stains."""
    shape = _shape(rng)
    pixels = _sheet(rng, shape)
    hills = scene.clouds(rng, shape, int(rng.integers(2, 6)))
    level = np.quantile(hills, rng.uniform(0.75, 0.97))
    soft = np.exp(rng.uniform(np.log(0.01), np.log(0.5)))
    covered = ((hills - level) / soft + 0.5).clip(0, 1).astype(np.float32)
    colours = (*handwriting.DARK, (128.0, 92.0, 56.0))
    strength = np.float32(rng.uniform(0.2, 0.9))
    scene.cover(pixels, covered * strength, colours[rng.integers(len(colours))])
    return _exposed(rng, pixels)


def _stripes(rng: Random) -> NDArray[np.uint8]:
    """Return stripes or checks, as of cloth, blinds or tiles."""
    shape = _shape(rng)
    pixels = _sheet(rng, shape)
    y, x = np.ogrid[: shape[0], : shape[1]]
    angle, period = rng.uniform(0, np.pi), rng.uniform(10, 120)
    wave = np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / period)
    if rng.random() < 0.3:
        wave *= np.sin((y * np.cos(angle) - x * np.sin(angle)) * 2 * np.pi / period)
    sharp = np.exp(rng.uniform(0, np.log(20)))
    covered = ((wave - rng.uniform(0, 0.6)) * sharp + 0.5).clip(0, 1).astype(np.float32)
    colour = tuple(rng.uniform(30, 190, 3).tolist())
    scene.cover(pixels, covered * np.float32(rng.uniform(0.3, 0.9)), colour)
    return _exposed(rng, pixels)


def _letters(rng: Random) -> NDArray[np.uint8]:
    """Photograph one to four letters, written by hand."""
    pen, shape = handwriting.choose_pen(rng), _shape(rng)
    names = rng.choice(list(UNLIKE_DIGITS), rng.integers(1, 5))
    letters = [handwriting.smooth(_written(rng, str(name))) for name in names]
    strokes = handwriting.in_a_row(rng, letters, gap=pen.width + 0.04)
    view = scene.look(rng, strokes, shape, share=rng.uniform(0.3, 0.8), most=0.7)
    surface = scene.choose_paper(rng, pen)
    built = scene.build(rng, strokes, shape, view=view, pen=pen, surface=surface)
    return camera.take(rng, built)


def _written(rng: Random, name: str) -> Strokes:
    return [
        np.asarray(s, float)
        for s in glyphs.humanize(glyphs.copy(LETTERS[name], rng), rng)
    ]


def _print(rng: Random) -> NDArray[np.uint8]:
    """Photograph one to five printed letters."""
    shape = _shape(rng)
    pixels = _sheet(rng, shape)
    text = "".join(rng.choice(list(UNLIKE_DIGITS), rng.integers(1, 6)))
    size = rng.uniform(0.3, 0.9) * min(shape[0], 1.2 * shape[1] / len(text))
    sheet = Image.new("L", shape[::-1], 0)
    middle = shape[1] / 2, shape[0] / 2
    font = ImageFont.load_default(size)
    ImageDraw.Draw(sheet).text(middle, text, 255, font, anchor="mm")
    sheet = sheet.rotate(rng.uniform(-4, 4), Image.Resampling.BICUBIC)
    layer = np.asarray(sheet, np.float32) / np.float32(255)
    colours = handwriting.DARK
    scene.cover(pixels, layer * np.float32(0.9), colours[rng.integers(len(colours))])
    return _exposed(rng, pixels)


def _sheet(rng: Random, shape: Shape) -> Pixels:
    """Return plain paper."""
    pixels = np.empty((*shape, 3), np.float32)
    pixels[:] = scene.PAPERS[rng.integers(len(scene.PAPERS))]
    return pixels


def _exposed(rng: Random, pixels: Pixels) -> NDArray[np.uint8]:
    """Photograph pixels well enough."""
    quality = camera.Quality(
        rng.triangular(130, 215, 250),
        2 * rng.random() ** 2,
        rng.uniform(0.4, 5),
        int(rng.integers(40, 96)),
    )
    return camera.expose(rng, pixels, quality)


def _shape(rng: Random) -> Shape:
    """Choose a picture's height and width."""
    longer = np.exp(rng.uniform(np.log(300), np.log(900)))
    sides = round(longer / rng.choice([1, 4 / 3, 3 / 2])), round(longer)
    return sides if rng.random() < 0.5 else sides[::-1]


KINDS: dict[str, Callable[[Random], NDArray[np.uint8]]] = {
    "photograph": _photograph,
    "texture": _texture,
    "empty": _empty,
    "blot": _blot,
    "stripes": _stripes,
    "letters": _letters,
    "print": _print,
}
SHARES = 0.4, 0.1, 0.12, 0.1, 0.08, 0.1, 0.1
