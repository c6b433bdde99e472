import numpy as np
import pytest

from mnist_core.data import glyphs


@pytest.mark.parametrize("digit", range(10))
def test_every_way_to_write_a_digit_can_be_copied(digit):
    rng = np.random.default_rng(digit)
    for text in glyphs.RARE[digit]:
        drawing = glyphs.humanize(glyphs.copy((text,), rng), rng)
        assert len(drawing) == text.count(";") + 1
        points = np.concatenate(drawing)
        assert np.isfinite(points).all()
        assert 5 < np.ptp(points[:, 1]) < 16


def test_a_bar_turns_a_sharp_corner_without_lifting_the_pen():
    rng = np.random.default_rng(4)  # keeps its corners sharp
    (stroke,) = glyphs.copy(("0,0 5,0 | 5,10",), rng)
    along = np.diff(stroke, axis=0)
    along = along[np.hypot(*along.T) > 0]
    headings = np.unwrap(np.arctan2(along[:, 1], along[:, 0]))
    assert np.abs(np.diff(headings)).max() > 1


def test_the_same_seed_writes_alike():
    one, other = (glyphs.digit(4, np.random.default_rng(9)) for _ in range(2))
    for stroke, same in zip(one, other, strict=True):
        np.testing.assert_array_equal(stroke, same)
