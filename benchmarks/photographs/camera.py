"""Take a photograph of a scene: light, shadow, focus, grain, and a JPEG file."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from benchmarks.photographs.handwriting import Layer, Random
from benchmarks.photographs.scene import Pixels, Scene, Shape

FAINTEST = 30.0  # levels of 255 between ink and paper after the blur


@dataclass(frozen=True)
class Quality:
    """How good a photograph is."""

    level: float  # of the lightest paper, 0 to 255
    blur: float  # pixels
    grain: float  # levels of 255
    jpeg: int  # 1 to 95


def choose_quality(rng: Random, scene: Scene) -> Quality:
    """Choose how good a photograph is; a person reads all of them with ease."""
    level = rng.triangular(130, 215, 250)
    contrast = scene.contrast * level / 255
    # A thin, faint stroke that is out of focus would be hard to see for people, too.
    most = max(scene.width * min(contrast / FAINTEST / 2.5, 1.1), 0.4)
    blur = min(0.032 * scene.height * rng.random() ** 1.8, most)
    left = min(1.0, scene.width / (2.5 * blur + 1e-6))  # of the contrast, by the blur
    visible = contrast * left
    grain = rng.uniform(0.4, max(min(6.0, 0.08 * visible), 0.5))
    return Quality(level, blur, grain, int(rng.integers(40, 96)))


def take(rng: Random, scene: Scene) -> NDArray[np.uint8]:
    """Photograph a scene: uint8 (h, w, 3), and now and then (h, w)."""
    quality = choose_quality(rng, scene)
    return expose(rng, scene.pixels, quality)


def expose(rng: Random, pixels: Pixels, quality: Quality) -> NDArray[np.uint8]:
    """Photograph pixels in uneven light, with this quality."""
    lit = light(rng, pixels.shape[:2])
    lit *= quality.level / 255 / float(np.percentile(lit[::4, ::4], 90))
    tint = 1 + rng.normal(0, 0.03) * np.array([1, 0.1, -1.2])
    seen = pixels * lit[..., None] * tint.astype(np.float32)
    return develop(rng, seen, quality)


def develop(rng: Random, seen: Pixels, quality: Quality) -> NDArray[np.uint8]:
    """Return what the camera's file holds of what it saw."""
    image = Image.fromarray(seen.clip(0, 255).astype(np.uint8))
    if quality.blur > 0.2:
        image = image.filter(ImageFilter.GaussianBlur(quality.blur))
    sharp = np.asarray(image, np.float32)
    noise = rng.standard_normal(sharp.shape[:2], np.float32) * np.float32(quality.grain)
    shares = np.array([1.15, 0.85, 1.3], np.float32)
    grainy = (sharp + noise[..., None] * shares).clip(0, 255).astype(np.uint8)
    picture = Image.fromarray(grainy)
    if rng.random() < 0.08:
        picture = picture.convert("L")
    return as_jpeg(picture, quality.jpeg)


def as_jpeg(picture: Image.Image, quality: int) -> NDArray[np.uint8]:
    """Return a picture as it comes out of a JPEG file."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def light(rng: Random, shape: Shape) -> Layer:
    """Return how bright the light is on each pixel, around 1."""
    y, x = _grid(shape)
    angle, slope = rng.uniform(0, 2 * np.pi), rng.triangular(0, 0.1, 0.5)
    slant = 1 + np.float32(slope / 2) * (np.cos(angle) * x + np.sin(angle) * y)
    dark = np.float32(rng.uniform(0, 0.12)) * (x * x + y * y)  # in the corners
    lit: Layer = (slant - dark).clip(0.4, 1.6).astype(np.float32)
    if rng.random() < 0.45:
        lit *= shadow(rng, shape)
    return lit


def shadow(rng: Random, shape: Shape) -> Layer:
    """Return the share of the light that a hand, a head or a phone leaves."""
    y, x = _grid(shape)
    angle = rng.uniform(0, 2 * np.pi)
    along = np.cos(angle) * x + np.sin(angle) * y
    across = np.cos(angle) * y - np.sin(angle) * x
    if rng.random() < 0.5:  # straight, as of a wall or a phone
        inside = along - np.float32(rng.uniform(-0.5, 0.8))
    else:  # round, as of a head, from one side
        reach, wide = rng.uniform(0.7, 1.5), rng.uniform(0.4, 0.9)
        inside = 1 - np.hypot(
            (along - 1.2) / reach, (across - rng.normal(0, 0.3)) / wide
        )
    soft = np.float32(np.exp(rng.uniform(np.log(0.008), np.log(0.12))))
    depth = np.float32(rng.uniform(0.12, 0.45))
    left: Layer = 1 - depth / (1 + np.exp(np.clip(-inside / soft, -30, 30)))
    return left.astype(np.float32)


def _grid(shape: Shape) -> tuple[Layer, Layer]:
    """Return rows and columns from -1 to 1 along the longer side."""
    height, width = shape
    longer = max(shape)
    y = (np.arange(height, dtype=np.float32) - height / 2)[:, None] * 2 / longer
    x = (np.arange(width, dtype=np.float32) - width / 2)[None] * 2 / longer
    return y.astype(np.float32), x.astype(np.float32)
