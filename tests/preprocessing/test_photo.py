"""Photographs made from drawings: uneven light, grain, and what cameras do to them."""

import io

import numpy as np
import pytest
from PIL import Image, ImageFilter

from mnist_core.data import glyphs, pen_drawings
from mnist_core.inference.predictor import Predictor
from mnist_core.preprocessing import framing, photo

HEIGHT, WIDTH = 360, 480


def written(digit: int, rng: np.random.Generator, *, pen: float = 9) -> np.ndarray:
    """A digit on a large paper: ink 1, paper 0."""
    drawing = glyphs.digit(digit, rng)
    points = np.concatenate(drawing)
    scale = rng.uniform(130, 220) / np.ptp(points, axis=0).max()
    room = [WIDTH, HEIGHT] - np.ptp(points, axis=0) * scale - 60
    corner = rng.uniform(30, 30 + room)
    placed = [(s - points.min(axis=0)) * scale + corner for s in drawing]
    return pen_drawings.draw(placed, shape=(HEIGHT, WIDTH), brush=pen) / 255


def photograph(
    marks: np.ndarray, rng: np.random.Generator, *, chalk=False
) -> np.ndarray:
    """As a camera sees them: light from one side, a shadow, blur, grain, JPEG."""
    y, x = np.mgrid[:HEIGHT, :WIDTH] / HEIGHT
    light = 1 - rng.uniform(0.2, 0.5) * (x * rng.uniform(0.3, 1) + y * rng.random()) / 2
    light *= 1 - 0.25 / (1 + np.exp(-(x - y - rng.uniform(-0.3, 0.5)) * 25))
    seen = light * ((0.2 + 0.6 * marks) if chalk else (0.85 - 0.55 * marks))
    seen = seen * 255 + rng.normal(0, 6, seen.shape)
    picture = Image.fromarray(seen.clip(0, 255).astype(np.uint8)).convert("RGB")
    file = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1)).save(file, "JPEG", quality=60)
    return framing.read_picture(file)


@pytest.fixture(scope="module")
def predictor():
    return Predictor("pretrained")


@pytest.mark.parametrize("chalk", [False, True])
def test_a_photograph_is_read_as_the_drawing_is(predictor, chalk):
    rng = np.random.default_rng(8)
    digits = np.tile(np.arange(10), 4)
    marks = [written(digit, rng) for digit in digits]
    photos = [photograph(mark, rng, chalk=chalk) for mark in marks]
    assert all(photo.is_photo(taken) for taken in photos)
    framed = [framing.to_mnist(taken) for taken in photos]
    drawn = [framing.to_mnist((mark * 255).astype(np.uint8)) for mark in marks]
    read, expected = (
        predictor.probabilities(np.stack(images)).argmax(axis=1)
        for images in (framed, drawn)
    )
    assert (read == expected).mean() > 0.94


def test_a_photograph_of_empty_paper_is_empty():
    rng = np.random.default_rng(3)
    for _ in range(20):
        assert framing.to_mnist(photograph(np.zeros((HEIGHT, WIDTH)), rng)) is None


def test_the_ink_of_a_photograph_is_where_the_digit_is():
    rng = np.random.default_rng(1)
    for digit in range(10):
        marks = written(digit, rng)
        found = framing.extract_ink(photograph(marks, rng))
        assert found.shape == marks.shape
        assert (found.min(), found.max()) == (0, 1)
        assert found[marks > 0.5].mean() > 0.7
        assert found[marks == 0].mean() < 0.06


@pytest.mark.parametrize("paper", [0, 90, 255])
def test_a_clean_drawing_is_no_photograph(paper):
    drawing = written(4, np.random.default_rng(2)) * (255 if paper < 128 else -255)
    clean = (paper + drawing).clip(0, 255).astype(np.uint8)
    assert not photo.is_photo(clean)
    assert not photo.is_photo(clean[:, :140])  # even where its border cuts the ink
