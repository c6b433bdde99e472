"""Pictures of digits with what else comes with them: bars, frames, snips, lines."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mnist_core.data import synthetic
from mnist_core.preprocessing import framing, surroundings
from tests.drawings import draw

SEVEN = [[(80, 60), (200, 60), (120, 230)]]


def written(paper: int = 255) -> np.ndarray:
    """A seven, dark on paper: uint8 (280, 280)."""
    ink = draw(SEVEN).astype(np.int16)
    return (paper - ink * (paper - 20) // 255).astype(np.uint8)


def assert_read_as(picture: np.ndarray, expected: np.ndarray) -> None:
    image = framing.to_mnist(picture)
    assert image is not None
    assert np.abs(image - framing.to_mnist(expected)).mean() < 0.01


@pytest.mark.parametrize("thick", [1, 4, 40])
@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_bar_along_a_side_is_no_ink(thick, turns):
    picture = np.rot90(written(), -turns).copy()
    picture[:thick] = 0
    assert_read_as(np.rot90(picture, turns), written())


def test_bars_may_hold_a_clock_and_symbols():
    picture = np.pad(written(), ((60, 40), (0, 0)), constant_values=10)
    picture[20:40, 30:90] = picture[20:40, 200:240] = 250
    assert_read_as(picture, written())


@pytest.mark.parametrize("inset", [0, 15, 30])
def test_a_frame_around_the_digit_is_no_ink(inset):
    picture = Image.fromarray(written())
    pen = ImageDraw.Draw(picture)
    pen.rectangle((inset, inset, 279 - inset, 279 - inset), outline=20, width=3)
    assert_read_as(np.asarray(picture), written())


@pytest.mark.parametrize("grey", [180, 235])
def test_a_snip_of_paper_on_white_is_paper(grey):
    picture = np.pad(written(grey), 50, constant_values=255)
    assert_read_as(picture, written(grey))


def test_where_light_falls_off_nothing_is_a_snip():
    y, x = np.meshgrid(
        *(np.linspace(-1, 1, side) for side in (300, 600)), indexing="ij"
    )
    paper = (235 - 40 * np.maximum(np.abs(x), np.abs(y)) ** 8) * (1 - 0.04 * x)
    paper[8:292, 100:112] = 40  # a one, nearly as tall as the picture
    box = surroundings.find_paper(paper.astype(np.uint8))
    assert box == (slice(0, 300), slice(0, 600))


@pytest.mark.parametrize("shade", [240, 200, 160])
def test_ruled_and_squared_paper_has_no_ink_of_its_own(shade):
    picture = written()
    lines = np.zeros(picture.shape, bool)
    lines[15::40] = True
    assert_read_as(np.where(lines, np.minimum(picture, shade), picture), written())
    lines[:, 15::40] = True
    assert_read_as(np.where(lines, np.minimum(picture, shade), picture), written())


def test_most_pictures_are_paper_all_over():
    images, _ = synthetic.digits(100, seed=3)
    for image in images:
        found = surroundings.find_paper(np.kron(image, np.ones((8, 8), np.uint8)))
        assert found == (slice(0, 224), slice(0, 224))
        ink = image.astype(np.float32) / 255
        np.testing.assert_array_equal(surroundings.without_lines(ink), ink)


@pytest.mark.parametrize("side", [1, 2, 5, 30])
@pytest.mark.parametrize("level", [0, 255])
def test_a_picture_of_one_colour_is_paper(side, level):
    picture = np.full((side, 2 * side), level, np.uint8)
    assert surroundings.find_paper(picture) == (slice(0, side), slice(0, 2 * side))
    assert framing.to_mnist(picture) is None


def test_pictures_of_any_size_and_content_have_paper():
    rng = np.random.default_rng(0)
    for _ in range(300):
        height, width = rng.integers(1, 60, 2)
        levels = rng.choice([0, 120, 255], (height, width), p=rng.dirichlet([1, 1, 1]))
        rows, columns = surroundings.find_paper(levels.astype(np.uint8))
        assert 0 <= rows.start < rows.stop <= height
        assert 0 <= columns.start < columns.stop <= width


def test_the_rim_is_every_outermost_pixel_once():
    picture = np.arange(20).reshape(4, 5)
    rim = sorted(surroundings.rim(picture))
    assert rim == [0, 1, 2, 3, 4, 5, 9, 10, *range(14, 20)]
