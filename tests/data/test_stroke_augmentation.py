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


def styled(digit, *strokes):
    """Draw a drawing in many people's styles; return those that differ from it."""
    drawing = [np.array(stroke, float) for stroke in strokes]
    rng = np.random.default_rng(0)
    copies = [stroke_augmentation.STYLES[digit](drawing, rng) for _ in range(400)]
    return [copy for copy in copies if sum(map(len, copy)) != sum(map(len, drawing))]


def along(stroke):
    """Return the x, y from where a stroke begins to where it ends."""
    return stroke[-1] - stroke[0]


ANGLES = np.linspace(-np.pi / 2, -2.5 * np.pi, 40)
RING = np.stack([0.3 * np.cos(ANGLES), 0.5 * np.sin(ANGLES)], axis=1)
UPRIGHT = np.array([[0.0, -0.5], [0, 0], [0, 0.5]])


def test_zeros_are_slashed_aslant_upright_and_level():
    slashes = [drawing[1] for drawing in styled(0, RING) if len(drawing) == 2]
    steep = np.abs([y / (abs(x) + 1e-6) for x, y in map(along, slashes)])
    shares = (steep > 4).mean(), (steep < 0.4).mean()
    assert min(shares) > 0.05
    assert sum(shares) < 0.5


def test_some_zeros_end_inside_and_some_stay_open():
    rings = [drawing[0] for drawing in styled(0, RING) if len(drawing) == 1]
    assert rings
    assert all(np.hypot(*(ring[-1] / [0.3, 0.5])) < 0.8 for ring in rings)
    copies = (
        stroke_augmentation.STYLES[0]([RING], np.random.default_rng(seed))
        for seed in range(100)
    )
    gaps = np.array([np.hypot(*along(drawing[0])) for drawing in copies])
    assert 0 < (gaps > 0.07).mean() < 0.3


def test_a_one_s_flag_is_shorter_and_steeper_than_a_seven_s_top():
    added = [stroke for drawing in styled(1, UPRIGHT) for stroke in drawing[1:]]
    flags = [stroke for stroke in added if stroke[-1, 1] < -0.4]
    assert len(flags) > 50
    for x, y in map(along, flags):
        assert np.hypot(x, y) < 0.47
        assert np.arctan2(-y, x) > 0.25  # it rises by 14 degrees or more


def test_some_ones_go_back_up_a_little_at_the_foot():
    added = [stroke for drawing in styled(1, UPRIGHT) for stroke in drawing[1:]]
    barbs = [s for s in added if s[0, 1] == 0.5 and s[0, 0] == 0]
    assert len(barbs) > 20
    for x, y in map(along, barbs):
        assert -0.25 < y < -abs(x)


def test_some_sixes_stay_open_and_some_lean_far():
    six = np.array([[0.1, -0.5], [-0.2, 0.2], [0, 0.5], [0.2, 0.2], [-0.19, 0.2]])
    rng = np.random.default_rng(0)
    copies = [stroke_augmentation.STYLES[6]([six], rng)[0] for _ in range(400)]
    assert 0.05 < np.mean([copy[-1, 0] > -0.15 for copy in copies]) < 0.3
    assert 0.02 < np.mean([abs(copy[0, 0] - 0.1) > 0.1 for copy in copies]) < 0.1


def test_the_foot_of_some_sevens_curls_to_the_right():
    seven = [[-0.3, -0.5], [0.3, -0.5], [0, 0.1], [-0.1, 0.5]]
    stems = [drawing[0] for drawing in styled(7, seven)]
    curled = [stem for stem in stems if (stem[-1] != seven[-1]).any()]
    assert 10 < len(curled) < 60
    for stem in curled:
        assert stem[-1, 0] > seven[-1][0]
        assert stem[:, 1].argmax() < len(stem) - 1


def test_some_pens_know_few_places_only():
    drawing = glyphs.digit(3, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    copies = (stroke_augmentation.augment(drawing, rng) for _ in range(300))
    places = [len(np.unique(copy[0].round(6), axis=0)) for copy in copies]
    assert 0.03 < (np.array(places) < 60).mean() < 0.1


def test_an_image_is_framed_as_mnist_frames():
    rng = np.random.default_rng(2)
    for digit in range(10):
        image = stroke_augmentation.render(glyphs.digit(digit, rng), rng)
        assert (image.shape, image.dtype) == ((28, 28), np.uint8)
        rows, columns = np.nonzero(image > 64)
        assert max(np.ptp(rows), np.ptp(columns)) in (19, 20)


def test_ink_that_fills_its_box_is_no_paper():
    frame = np.array([[0.0, 0], [0, 1], [1, 1], [1, 0], [0, 0]])
    for seed in range(60):
        stroke_augmentation.render([frame], np.random.default_rng(seed))


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
