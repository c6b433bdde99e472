import numpy as np
import pytest
from PIL import Image, ImageDraw

from mnist_core.data.synthetic import digits


@pytest.fixture(scope="module")
def drawn():
    return digits(2000, seed=1)


def centres_of_mass(images):
    """Return the (row, column) of each image's centre of mass: (n, 2)."""
    weights, axis = images / images.sum((1, 2), keepdims=True), np.arange(28)
    return np.stack([weights.sum(2) @ axis, weights.sum(1) @ axis], axis=1)


def box_sides(images):
    """Return the height and width of each image's inked box: (n, 2)."""
    inked = images > 0
    sides = []
    for other_axis in (2, 1):
        lines = inked.any(other_axis)  # (n, 28)
        sides.append(28 - lines.argmax(1) - lines[:, ::-1].argmax(1))
    return np.stack(sides, axis=1)


def enclosed(image):
    """Mark the paper that ink encloses: the holes of 0, 6, 8 and 9. (28, 28)."""
    picture = Image.fromarray(image).point(lambda value: 255 * (value > 100))
    ImageDraw.floodfill(picture, (0, 0), 255)
    return np.asarray(picture) == 0


def test_arrays_have_mnists_form(drawn):
    images, labels = drawn
    assert images.shape == (2000, 28, 28)
    assert labels.shape == (2000,)
    assert images.dtype == labels.dtype == np.uint8


@pytest.mark.parametrize("count", [0, 1, 201])
def test_any_count_can_be_drawn(count):
    images, labels = digits(count)
    assert images.shape == (count, 28, 28)
    assert labels.shape == (count,)


def test_a_seed_fixes_every_pixel():
    once, again, other = digits(250, seed=3), digits(250, seed=3), digits(250, seed=4)
    np.testing.assert_array_equal(once[0], again[0])
    np.testing.assert_array_equal(once[1], again[1])
    assert (once[0] != other[0]).any()
    assert (once[1] != other[1]).any()


def test_labels_are_balanced_and_shuffled(drawn):
    _, labels = drawn
    assert np.bincount(labels).tolist() == [200] * 10
    assert set(labels[:100].tolist()) == set(range(10))
    assert 0.05 < (labels[1:] == labels[:-1]).mean() < 0.15  # by chance: 0.1


def test_ink_is_white_on_black_and_smooth(drawn):
    images, _ = drawn
    assert (images.max((1, 2)) > 180).all()
    assert (np.median(images, axis=(1, 2)) == 0).all()
    assert 0.05 < (images > 127).mean() < 0.25
    grey = (images > 0) & (images < 250)
    assert grey.any((1, 2)).all()  # the ink's edges are anti-aliased


def test_ink_fills_a_20x20_box(drawn):
    images, _ = drawn
    longer = box_sides(images).max(1)
    assert longer.max() <= 20
    assert longer.min() >= 19


def test_centre_of_mass_is_at_the_middle(drawn):
    images, _ = drawn
    off = np.abs(centres_of_mass(images) - 14).max(1)
    # Images move by whole pixels; a top-heavy 7 can meet the image's edge before that.
    assert np.mean(off <= 0.51) > 0.995
    assert off.max() <= 1


@pytest.mark.parametrize("digit", range(10))
def test_no_two_people_write_alike(drawn, digit):
    images, labels = drawn
    same = images[labels == digit].reshape(-1, 784) / 255.0  # (200, 784)
    difference = np.abs(same[:100] - same[100:]).sum(1)
    ink = same.sum(1).mean()
    assert difference.mean() > 0.5 * ink
    assert difference.min() > 0  # no image twice


def test_pens_are_thin_and_thick(drawn):
    images, labels = drawn
    ink = images[labels == 0].sum((1, 2)) / 255
    thin, thick = np.percentile(ink, [5, 95])
    assert thick > 1.7 * thin


def test_like_digits_have_the_same_label(drawn):
    """The nearest of 2000 digits, by plain distance, reads 500 others."""
    known, names = drawn
    images, labels = digits(500, seed=2)
    known = known.reshape(-1, 784) / 255.0
    asked = images.reshape(-1, 784) / 255.0
    squares = (known**2).sum(1) - 2 * asked @ known.T  # (500, 2000), less a constant
    assert (names[squares.argmin(1)] == labels).mean() > 0.88


def test_labels_name_what_is_drawn(drawn):
    """0, 6, 8 and 9 have holes; 6 low, 9 high; a 1 needs the least ink."""
    images, labels = (array[:500] for array in drawn)
    holes = np.stack([enclosed(image) for image in images])  # (500, 28, 28)
    share = [holes[labels == digit].any((1, 2)).mean() for digit in range(10)]
    row = [np.argwhere(holes[labels == digit])[:, 1].mean() for digit in (6, 0, 9)]
    ink = [images[labels == digit].mean() for digit in range(10)]
    assert min(share[digit] for digit in (0, 6, 8, 9)) > 0.6
    assert max(share[digit] for digit in (1, 3, 5, 7)) < 0.3
    assert row[0] > row[1] + 1 > row[2] + 2
    assert np.argmin(ink) == 1
