import numpy as np
import pytest

from mnist_core.data import stroke_augmentation
from mnist_core.data.doodle_glyphs import PICTURES, SIGNS
from mnist_core.data.doodles import SHARES, doodles, images
from mnist_core.data.glyphs import STEP, read_glyph
from mnist_core.data.letter_glyphs import CAPITALS, GREEK, LETTERS, SMALL

GLYPHS = [*SIGNS, *PICTURES, *(text for texts in LETTERS.values() for text in texts)]


@pytest.fixture(scope="module")
def drawn():
    return doodles(600, seed=1)


def test_strokes_are_finite_points(drawn):
    strokes = [stroke for drawing in drawn for stroke in drawing]
    assert all(stroke.dtype == np.float32 for stroke in strokes)
    assert all(stroke.ndim == 2 and stroke.shape[1] == 2 for stroke in strokes)
    assert all(len(stroke) for stroke in strokes)
    assert np.isfinite(np.concatenate(strokes)).all()


def test_points_are_close_enough_to_draw_lines_between(drawn):
    for stroke in (stroke for drawing in drawn for stroke in drawing):
        steps = np.hypot(*np.diff(stroke, axis=0).T)
        if len(stroke) > 3:  # not a dot
            assert steps.max() < 4 * STEP  # the bend stretches some


def test_most_drawings_are_about_as_high_as_the_grid(drawn):
    points = [np.concatenate(drawing) for drawing in drawn]
    sizes = np.array([np.ptp(drawing, axis=0).max() for drawing in points])
    assert 9 < np.median(sizes) < 11
    assert sizes.max() < 25


@pytest.mark.parametrize("count", [0, 1, 7])
def test_any_count_can_be_drawn(count):
    drawings = doodles(count)
    assert len(drawings) == count
    assert all(drawings)


def test_a_seed_fixes_every_point():
    def points(seed):
        return np.concatenate([np.concatenate(d) for d in doodles(20, seed=seed)])

    np.testing.assert_array_equal(points(3), points(3))
    assert not np.array_equal(points(3), points(4))


def test_no_two_drawings_are_the_same(drawn):
    assert len({np.concatenate(drawing).tobytes() for drawing in drawn}) == 600


def test_images_are_of_the_same_doodles_with_hands_and_pens_of_their_own():
    rng = np.random.default_rng(5)
    expected = [
        stroke_augmentation.render_augmented(strokes, rng)
        for strokes in doodles(10, seed=3)
    ]
    drawn = list(images(10, seed=3, rng=np.random.default_rng(5)))
    np.testing.assert_array_equal(drawn, expected)
    assert drawn[0].shape == (28, 28)
    others = list(images(10, seed=3, rng=np.random.default_rng(6)))
    assert not np.array_equal(drawn, others)


def test_shares_make_a_whole():
    assert sum(SHARES.values()) == pytest.approx(1)


def test_each_letter_has_several_glyphs():
    assert set(CAPITALS) == set("AEFHKMNRVWXY")
    assert set(SMALL) == set("fhkmnrwx")
    assert set(GREEK) == set("ΓΔΠΣΨΩλπ")
    assert len(LETTERS) == len(CAPITALS) + len(SMALL) + len(GREEK)
    assert all(len(set(texts)) >= 6 for texts in LETTERS.values())


def test_glyphs_fit_the_grid():
    for text in GLYPHS:
        points, strokes = read_glyph(text)
        assert (points >= -2).all(), text
        assert (points <= 12).all(), text
        assert all(len(part) > 1 for parts in strokes for part in parts), text


def test_a_bar_turns_a_corner_where_the_stroke_was():
    _, strokes = read_glyph("0,0 5,5 | 0,10; 1,1 2,2")
    assert strokes == [[[0, 1], [1, 2]], [[3, 4]]]
