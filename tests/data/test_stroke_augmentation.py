import numpy as np
import pytest

from mnist_core.data import glyphs, stroke_augmentation


def box(drawing):
    points = np.concatenate(drawing)
    return points.min(axis=0), points.max(axis=0)


@pytest.mark.parametrize("digit", range(10))
def test_an_augmented_drawing_fills_a_box_of_side_one_around_the_middle(digit):
    rng = np.random.default_rng(digit)
    for _ in range(30):
        varied = stroke_augmentation.augment(glyphs.digit(digit, rng), rng, digit=digit)
        low, high = box(varied)
        assert (high - low).max() == pytest.approx(1)
        np.testing.assert_allclose(low + high, 0, atol=1e-6)


def test_the_same_seed_augments_alike():
    drawing = glyphs.digit(7, np.random.default_rng(0))
    once, again = (
        stroke_augmentation.augment(drawing, np.random.default_rng(5), digit=7)
        for _ in range(2)
    )
    for stroke, same in zip(once, again, strict=True):
        np.testing.assert_array_equal(stroke, same)


def test_the_drawing_itself_stays_as_it_was():
    drawing = [np.array([[0.0, 0.0], [6.0, 0.0], [2.0, 10.0]])]
    before = drawing[0].copy()
    for seed in range(20):
        stroke_augmentation.augment(drawing, np.random.default_rng(seed), digit=7)
    np.testing.assert_array_equal(drawing[0], before)


@pytest.mark.parametrize(
    ("digit", "drawing"),
    [
        (0, [np.array([[3, 0], [0, 5], [3, 10], [6, 5], [3, 0]])]),
        (1, [np.array([[0, 0], [0, 10]])]),
        (7, [np.array([[0, 0], [6, 0], [4.5, 4], [3.5, 7], [2, 10]])]),
    ],
)
def test_some_zeros_are_slashed_some_ones_flagged_and_some_sevens_crossed(
    digit, drawing
):
    drawing = [stroke.astype(float) for stroke in drawing]
    counts = set()
    for seed in range(60):
        rng = np.random.default_rng(seed)
        counts.add(len(stroke_augmentation.augment(drawing, rng, digit=digit)))
    assert len(counts) > 1
    plain = stroke_augmentation.augment(drawing, np.random.default_rng(0))
    assert len(plain) == len(drawing)


HAT, BELLY = [[1, 0], [6, 0]], [[1, 0], [1, 4], [5, 5], [5, 9], [0, 10]]
STEM, ANGLE, SHORT = [[5, 0], [5, 10]], [[1, 0], [0, 6], [6, 6]], [[1, 2], [0, 5]]


def points_left(digit, *strokes):
    """Augment a drawing often; return how many points are left of it each time."""
    drawing = [np.array(stroke, float) for stroke in strokes]
    rng = np.random.default_rng(0)
    copies = [
        stroke_augmentation.augment(drawing, rng, digit=digit) for _ in range(400)
    ]
    return {len(np.concatenate(copy)) for copy in copies}


@pytest.mark.parametrize("strokes", [(HAT, BELLY), (BELLY, HAT)])
def test_a_five_may_lose_its_hat_but_not_the_rest(strokes):
    assert points_left(5, *strokes) == {len(HAT) + len(BELLY), len(BELLY)}


def test_a_four_may_lose_its_stem_but_the_stem_never_stands_alone():
    assert points_left(4, STEM, ANGLE) == {len(STEM) + len(ANGLE), len(ANGLE)}
    assert points_left(4, STEM, SHORT) == {len(STEM) + len(SHORT)}


def test_an_image_is_framed_as_mnist_frames():
    rng = np.random.default_rng(2)
    for digit in range(10):
        image = stroke_augmentation.render(glyphs.digit(digit, rng), rng)
        assert (image.shape, image.dtype) == ((28, 28), np.uint8)
        rows, columns = np.nonzero(image > 64)
        assert max(np.ptp(rows), np.ptp(columns)) in (19, 20)


def test_a_dot_has_an_image_too():
    rng = np.random.default_rng(0)
    dot = stroke_augmentation.augment([np.array([[4.0, 4.0]])], rng)
    assert stroke_augmentation.render(dot, rng).max() == 255


def test_an_augmented_drawing_is_rendered_with_the_same_random_numbers():
    drawing = glyphs.digit(7, np.random.default_rng(3))
    one, other = np.random.default_rng(4), np.random.default_rng(4)
    augmented = stroke_augmentation.augment(drawing, one, digit=7)
    expected = stroke_augmentation.render(augmented, one)
    image = stroke_augmentation.render_augmented(drawing, other, digit=7)
    np.testing.assert_array_equal(image, expected)
    assert one.random() == other.random()
