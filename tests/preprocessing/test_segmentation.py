import numpy as np
import pytest
from PIL import Image

from mnist_core.data import synthetic
from mnist_core.errors import DrawingError
from mnist_core.preprocessing import framing, segmentation
from tests.drawings import IN_PIECES, beside, draw
from tests.preprocessing.test_photo import photograph, written


def boxes_of(drawing: np.ndarray) -> list[framing.Box]:
    return [digit.box for digit in segmentation.digits(drawing)]


def rectangles(*boxes: tuple[int, int, int, int], size=(280, 400)) -> np.ndarray:
    """A drawing of rectangles of ink: top, bottom, left and right of each."""
    drawing = np.zeros(size, np.uint8)
    for top, bottom, left, right in boxes:
        drawing[top:bottom, left:right] = 255
    return drawing


@pytest.fixture(scope="module")
def digits():
    """Synthetic digits, 120 pixels tall, nearly all of one piece."""
    images, _ = synthetic.digits(60, seed=5)
    return [np.kron(image, np.ones((6, 6), np.uint8)) for image in images]


def test_digits_side_by_side_are_found_one_by_one(digits):
    whole = [digit for digit in digits if len(boxes_of(digit)) == 1]
    assert len(whole) >= 59
    for start in range(0, 56, 4):
        drawing, boxes = beside(whole[start : start + 4])
        assert boxes_of(drawing) == boxes


@pytest.mark.parametrize("gap", [5, 8, 30, 60])
def test_how_far_apart_digits_stand_changes_nothing(digits, gap):
    drawing, boxes = beside(digits[:4], gap=gap, size=(280, 900))
    assert boxes_of(drawing) == boxes


def test_digits_may_be_of_different_heights_and_on_different_lines(enlarge):
    images, _ = synthetic.digits(4, seed=5)
    sizes = [
        enlarge(image, times)
        for image, times in zip(images, (5, 10, 4, 8), strict=True)
    ]
    drawing, boxes = beside(sizes, gap=25, tops=[120, 20, 90, 60])
    assert boxes_of(drawing) == boxes


def test_digits_may_lean_over_each_other():
    seven, one = [(60, 50), (210, 50), (120, 230)], [(265, 90), (205, 230)]
    found = segmentation.digits(draw([seven, one]))
    left, right = (digit.box[1] for digit in found)
    assert right.start < left.stop, "they share columns"
    for (_, image, _), stroke in zip(found, (seven, one), strict=True):
        np.testing.assert_allclose(image, framing.to_mnist(draw([stroke])), atol=1e-6)


def test_digits_come_from_left_to_right_whichever_is_larger():
    small, tall, wide = (100, 180, 20, 60), (60, 200, 80, 120), (90, 190, 150, 300)
    assert [box[1].start for box in boxes_of(rectangles(small, tall, wide))] == [
        *(20, 80, 150)
    ]


@pytest.mark.parametrize("strokes", IN_PIECES.values(), ids=IN_PIECES)
@pytest.mark.parametrize("brush", [12, 18])
def test_a_digit_in_pieces_is_one_digit(strokes, brush):
    drawing = draw(strokes, brush=brush)
    ((box, image, _),) = segmentation.digits(drawing)
    assert box == framing.bounding_box(framing.extract_ink(drawing))
    np.testing.assert_array_equal(image, framing.to_mnist(drawing))


@pytest.mark.parametrize("strokes", IN_PIECES.values(), ids=IN_PIECES)
def test_a_digit_in_pieces_stays_one_in_a_number(strokes, digits):
    drawing, boxes = beside([digits[0], draw(strokes, brush=18), digits[1]])
    assert boxes_of(drawing) == boxes


@pytest.mark.parametrize(
    ("width", "height", "count"),
    [
        # A bar, wider than 1.3 times its height, is a digit from 0.4 of the tallest.
        *[(100, 37, 1), (100, 43, 2)],
        # Anything else is one from 0.3 of it.
        *[(35, 28, 1), (37, 32, 2)],
        *[(45, 37, 2), (51, 37, 1)],
    ],
)
def test_what_is_short_beside_the_tallest_is_no_digit(width, height, count):
    tall, short = (50, 150, 20, 60), (80, 80 + height, 90, 90 + width)
    assert len(boxes_of(rectangles(tall, short))) == count


@pytest.mark.parametrize(
    ("step", "gap", "count"),
    [
        # They share 0.54 and 0.67 of the rows of both.
        *[(30, 3, 1), (20, 3, 2)],
        # A gap of 0.03 and of 0.06 of their height.
        *[(30, 4, 1), (30, 8, 2)],
    ],
)
def test_strokes_that_are_stepped_and_nearly_touch_are_one_digit(step, gap, count):
    first, second = (20, 120, 20, 60), (20 + step, 120 + step, 60 + gap, 100 + gap)
    assert len(boxes_of(rectangles(first, second))) == count


@pytest.mark.parametrize(("left", "count"), [(75, 1), (65, 2)])
def test_what_lies_above_most_of_another_is_one_digit_with_it(left, count):
    upper, lower = (20, 120, 100, 200), (140, 240, left - 40, left + 90)
    assert len(boxes_of(rectangles(upper, lower))) == count


def test_a_speck_is_dirt_and_a_larger_one_belongs_to_the_digit():
    digit = (50, 150, 50, 90)  # 4,000 pixels
    (box,) = boxes_of(rectangles(digit, (50, 58, 200, 208)))
    assert box == (slice(50, 150), slice(50, 90))
    (box,) = boxes_of(rectangles(digit, (50, 60, 105, 115)))
    assert box == (slice(50, 150), slice(50, 115))
    (box,) = boxes_of(rectangles(digit, (50, 60, 200, 210)))  # too far off to belong
    assert box == (slice(50, 150), slice(50, 90))


def test_one_digit_is_framed_as_ever(digits):
    for drawing in digits:
        for _, image, _ in segmentation.digits(drawing):
            np.testing.assert_array_equal(image, framing.to_mnist(drawing))


def test_moving_and_scaling_change_nothing(digits, enlarge):
    drawing, boxes = beside(digits[:3], size=(280, 480))
    moved = boxes_of(np.pad(drawing, ((31, 5), (7, 90))))
    assert [box[0].start for box in moved] == [box[0].start + 31 for box in boxes]
    assert [box[1].stop for box in moved] == [box[1].stop + 7 for box in boxes]
    for scaled in (enlarge(drawing, 3), drawing[::2, ::2]):
        assert len(boxes_of(scaled)) == 3


def test_ink_and_paper_may_be_any_two_colours(digits):
    drawing, boxes = beside(digits[:3])
    clear = np.dstack([np.zeros((*drawing.shape, 3), np.uint8), drawing])
    for other in (255 - drawing, 40 + drawing // 2, clear):
        assert boxes_of(other) == boxes


def test_the_boxes_hold_all_ink_but_specks(digits):
    drawing, boxes = beside(digits[:3])
    specks = drawing.copy()
    for row, column in [(3, 3), (270, 630), (15, 300), (250, 60)]:
        specks[row : row + 4, column : column + 4] = 255
    assert boxes_of(specks) == boxes
    for found, clean in zip(
        segmentation.digits(specks), segmentation.digits(drawing), strict=True
    ):
        np.testing.assert_array_equal(found.image, clean.image)
    ringed = drawing.copy()
    for box in boxes:
        ringed[box] = 0
    assert not ringed.any()


def test_a_digit_s_image_has_its_pale_edges():
    drawing = rectangles((50, 150, 20, 60), (50, 150, 100, 140))
    drawing[50:100, 20:30] = drawing[50:100, 100:110] = 30  # too pale to be marked
    for box, image, _ in segmentation.digits(drawing):
        expected = framing.frame(framing.extract_ink(drawing)[box])
        np.testing.assert_array_equal(image, expected)
        assert ((image > 0.05) & (image < 0.2)).any()


def test_the_ink_of_a_neighbour_is_not_in_a_digit_s_image():
    lean, other = [(60, 50), (210, 50), (120, 230)], [(265, 90), (205, 230)]
    rows, columns = boxes_of(draw([lean, other]))[1]
    alone = draw([lean])
    assert alone[rows, columns].any(), "some of the first is in the second's box"
    _, image, _ = segmentation.digits(draw([lean, other]))[1]
    np.testing.assert_allclose(image, framing.to_mnist(draw([other])), atol=1e-6)


@pytest.mark.parametrize("times", [1, 2])
def test_boxes_are_where_the_digit_is_in_a_photograph_of_any_size(times):
    marks = written(4, np.random.default_rng(4))
    small = Image.fromarray(photograph(marks, np.random.default_rng(5)))
    large = small.resize([side * times for side in small.size])  # 600 pixels or more
    (box,) = boxes_of(np.asarray(large))
    expected = framing.bounding_box(marks.astype(np.float32))
    for found, known in zip(box, expected, strict=True):
        assert found.start == pytest.approx(known.start * times, abs=8 * times)
        assert found.stop == pytest.approx(known.stop * times, abs=8 * times)


def test_an_empty_drawing_has_no_digits():
    assert segmentation.digits(np.zeros((280, 640, 4), np.uint8)) == []


def test_a_picture_of_anything_else_has_few_parts():
    noise = np.random.default_rng(0).integers(0, 256, (600, 800)).astype(np.uint8)
    checks = np.kron(np.eye(2, dtype=np.uint8)[np.arange(40) % 2], np.ones((20, 10)))
    apart = np.zeros((400, 400), np.uint8)
    apart[::10, ::10] = 255
    for drawing in (noise, (checks * 255).astype(np.uint8), apart):
        assert len(boxes_of(drawing)) <= segmentation.MOST


def test_what_is_no_picture_is_refused():
    with pytest.raises(DrawingError):
        segmentation.digits(np.zeros((28, 28), np.float32))


def lines_of(drawing: np.ndarray) -> list[int]:
    return [digit.line for digit in segmentation.digits(drawing)]


@pytest.mark.parametrize("gap", [10, 40, 120])
def test_lines_are_read_from_top_to_bottom(digits, gap):
    upper, _ = beside(digits[:3], size=(180, 640))
    lower, _ = beside(digits[3:7], size=(180, 640))
    blank = np.zeros((gap, 640), np.uint8)
    drawing = np.concatenate([upper, blank, lower])
    assert lines_of(drawing) == [0, 0, 0, 1, 1, 1, 1]
    assert boxes_of(drawing)[:3] == boxes_of(upper)


def test_a_line_may_rise_above_where_the_one_before_began():
    upper = [(20 + 25 * i, 120 + 25 * i, 20 + 90 * i, 32 + 90 * i) for i in range(4)]
    lower = [(top + 140, bottom + 140, *sides) for top, bottom, *sides in upper]
    drawing = rectangles(*upper, *lower, size=(420, 400))
    assert lines_of(drawing) == [0] * 4 + [1] * 4


@pytest.mark.parametrize(("gap", "count"), [(30, 1), (45, 2)])
def test_two_digits_above_each_other_are_farther_apart_than_halves(gap, count):
    upper, lower = (20, 120, 100, 160), (120 + gap, 220 + gap, 100, 160)
    assert len(lines_of(rectangles(upper, lower))) == count


def test_in_a_picture_a_far_smaller_line_is_not_read():
    upper = [(20, 120, 20 + 90 * i, 32 + 90 * i) for i in range(4)]
    for height, lines in ((40, {0}), (60, {0, 1})):
        print_ = [(160, 160 + height, 20 + 50 * i, 28 + 50 * i) for i in range(6)]
        assert set(lines_of(rectangles(*upper, *print_))) == lines


def test_a_pen_that_runs_dry_writes_one_digit():
    stem = [(20 + 26 * i, 40 + 26 * i, 60, 72) for i in range(8)]
    bar = [(20, 32, 80 + 26 * i, 100 + 26 * i) for i in range(3)]
    assert len(boxes_of(rectangles(*stem, *bar))) == 1
    other = [
        (top, bottom, left + 170, right + 170) for top, bottom, left, right in stem
    ]
    assert len(boxes_of(rectangles(*stem, *other))) == 2


def test_a_picture_may_be_cut_otherwise():
    picture = rectangles((20, 120, 20, 32), (20, 120, 90, 102), (20, 120, 200, 212))
    cut = segmentation.cut_out(framing.extract(picture))
    assert len(cut.digits) == 3
    joined = {
        other.place.start: other.digits[0].box[1]
        for other in cut.others
        if len(other.digits) == 1
    }
    assert joined == {0: slice(20, 102), 1: slice(90, 212)}


def test_a_digit_of_several_pieces_may_be_two():
    picture = rectangles((20, 120, 20, 32), (70, 110, 34, 46), (20, 120, 150, 162))
    cut = segmentation.cut_out(framing.extract(picture))
    boxes = [digit.box[1] for digit in cut.digits]
    assert boxes == [slice(20, 46), slice(150, 162)]
    (two,) = [other for other in cut.others if len(other.digits) == 2]
    assert two.place == slice(0, 1)
    assert [digit.box[1] for digit in two.digits] == [slice(20, 32), slice(34, 46)]


def test_one_wide_piece_may_be_two_digits_that_touch():
    bars = (20, 120, 20, 32), (20, 120, 120, 132), (20, 120, 300, 312)
    picture = rectangles(*bars, (68, 72, 32, 120))
    cut = segmentation.cut_out(framing.extract(picture))
    assert [digit.box[1] for digit in cut.digits] == [slice(20, 132), slice(300, 312)]
    (two,) = [other for other in cut.others if len(other.digits) == 2]
    assert (two.place, two.is_torn) == (slice(0, 1), True)
    left, right = (digit.box[1] for digit in two.digits)
    assert (left.start, left.stop, right.stop) == (20, right.start, 132)


def test_a_drawing_on_the_canvas_is_cut_in_one_way():
    picture = rectangles((20, 120, 20, 32), (20, 120, 90, 102))
    drawing = framing.extract(picture, paper=(0, 0, 0))
    assert segmentation.cut_out(drawing).others == []
