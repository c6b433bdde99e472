import numpy as np
import pytest
from PIL import Image, ImageDraw

from mnist_core.data import synthetic
from mnist_core.errors import DrawingError
from mnist_core.inference import reader
from mnist_core.inference.predictor import Predictor
from mnist_core.preprocessing import framing, segmentation

# Strokes of one digit on a canvas of 280 that do not touch.
IN_PIECES = {
    "5 without its hat": [
        [(100, 60), (95, 130), (150, 130), (170, 180), (140, 230), (90, 220)],
        [(130, 40), (210, 40)],
    ],
    "4 in two strokes": [
        [(100, 40), (70, 150), (162, 150)],
        [(185, 110), (175, 240)],
    ],
    "7 with a bar beside it": [
        [(60, 50), (210, 60), (140, 230)],
        [(90, 150), (130, 150)],
    ],
    "1 with a foot": [[(140, 40), (140, 200)], [(100, 240), (180, 240)]],
    "1 with a flag": [[(150, 40), (150, 240)], [(100, 80), (118, 62)]],
    "0 with a slash": [
        [(140, 30), (70, 90), (70, 190), (140, 250), (210, 190), (210, 90), (140, 30)],
        [(120, 170), (160, 110)],
    ],
    "1 of a broken pen": [[(150, 30), (145, 90)], [(143, 118), (135, 240)]],
    "8 in two halves": [
        [(180, 70), (140, 30), (100, 70), (140, 115), (180, 70)],
        [(140, 150), (90, 200), (140, 245), (190, 200), (140, 150)],
    ],
}


def draw(strokes, *, brush=20, size=(280, 280)) -> np.ndarray:
    """Lines with a round brush, white on black."""
    image = Image.new("L", size, 0)
    pen = ImageDraw.Draw(image)
    for points in strokes:
        pen.line(points, fill=255, width=brush, joint="curve")
        for point in points:
            pen.circle(point, brush / 2, fill=255)
    return np.asarray(image)


def beside(
    digits, *, gap=20, tops=None, size=(280, 640)
) -> tuple[np.ndarray, list[segmentation.Box]]:
    """Put digits side by side, `gap` pixels of paper between: drawing and boxes."""
    drawing, boxes, left = np.zeros(size, np.uint8), [], 10
    for digit, top in zip(digits, tops or [40] * len(digits), strict=True):
        cut = digit[framing.bounding_box(framing.extract_ink(digit))]
        box = slice(top, top + cut.shape[0]), slice(left, left + cut.shape[1])
        drawing[box] = np.maximum(drawing[box], cut)
        boxes.append(box)
        left = box[1].stop + gap
    return drawing, boxes


def boxes_of(reading: reader.Reading) -> list[segmentation.Box]:
    return [part.box for part in reading.parts]


@pytest.fixture(scope="module")
def predictor():
    return Predictor("pretrained")


@pytest.fixture
def digits(enlarge):
    """Synthetic digits, 120 pixels tall, each of one piece; and what they are."""
    images, labels = synthetic.digits(60, seed=5)
    return [enlarge(image, 6) for image in images], labels


def test_digits_side_by_side_are_one_number(predictor, digits):
    images, labels = digits
    alone = [reader.read(predictor, image) for image in images]
    whole = [i for i, reading in enumerate(alone) if len(reading.parts) == 1]
    assert len(whole) >= 59
    right = 0
    for start in range(0, 56, 4):
        chosen = whole[start : start + 4]
        drawing, boxes = beside([images[i] for i in chosen])
        reading = reader.read(predictor, drawing)
        assert boxes_of(reading) == boxes
        assert reading.number == "".join(alone[i].number for i in chosen)
        right += sum(
            int(d) == labels[i] for d, i in zip(reading.number, chosen, strict=True)
        )
    assert right > 0.8 * 56, "far fewer than the model reads by itself"


@pytest.mark.parametrize("gap", [5, 8, 30, 60])
def test_how_far_apart_digits_stand_changes_nothing(predictor, digits, gap):
    drawing, boxes = beside(digits[0][:4], gap=gap, size=(280, 900))
    assert boxes_of(reader.read(predictor, drawing)) == boxes


def test_digits_may_be_of_different_heights_and_on_different_lines(predictor, enlarge):
    images, _ = synthetic.digits(4, seed=5)
    sizes = [
        enlarge(image, times)
        for image, times in zip(images, (5, 10, 4, 8), strict=True)
    ]
    drawing, boxes = beside(sizes, gap=25, tops=[120, 20, 90, 60])
    assert boxes_of(reader.read(predictor, drawing)) == boxes


def test_digits_may_lean_over_each_other(predictor):
    seven, one = [(60, 50), (210, 50), (120, 230)], [(265, 90), (205, 230)]
    drawing = draw([seven, one])
    reading = reader.read(predictor, drawing)
    left, right = (part.box[1] for part in reading.parts)
    assert right.start < left.stop, "they share columns"
    for part, stroke in zip(reading.parts, (seven, one), strict=True):
        np.testing.assert_allclose(
            part.image, framing.to_mnist(draw([stroke])), atol=1e-6
        )


@pytest.mark.parametrize("strokes", IN_PIECES.values(), ids=IN_PIECES)
@pytest.mark.parametrize("brush", [12, 18])
def test_a_digit_in_pieces_is_one_digit(predictor, strokes, brush):
    drawing = draw(strokes, brush=brush)
    (part,) = reader.read(predictor, drawing).parts
    assert part.box == framing.bounding_box(framing.extract_ink(drawing))
    np.testing.assert_array_equal(part.image, framing.to_mnist(drawing))


@pytest.mark.parametrize("strokes", IN_PIECES.values(), ids=IN_PIECES)
def test_a_digit_in_pieces_stays_one_in_a_number(predictor, strokes, digits):
    drawing, boxes = beside([digits[0][0], draw(strokes, brush=18), digits[0][1]])
    assert boxes_of(reader.read(predictor, drawing)) == boxes


def test_one_digit_is_framed_as_ever(predictor, digits):
    for drawing in digits[0]:
        for part in reader.read(predictor, drawing).parts:
            np.testing.assert_array_equal(part.image, framing.to_mnist(drawing))
            expected = predictor.predict(part.image).probabilities
            np.testing.assert_allclose(part.prediction.probabilities, expected, 1e-5)


def test_the_order_of_strokes_is_irrelevant(predictor):
    strokes = [
        [(x * 0.6 + left, y) for x, y in stroke]
        for left, name in ((0, "5 without its hat"), (170, "7 with a bar beside it"))
        for stroke in IN_PIECES[name]
    ]
    expected = reader.read(predictor, draw(strokes))
    backwards = [stroke[::-1] for stroke in strokes[::-1]]
    reading = reader.read(predictor, draw(backwards))
    assert reading.number == expected.number
    assert len(reading.parts) == 2
    assert boxes_of(reading) == boxes_of(expected)


def test_moving_and_scaling_change_nothing(predictor, digits, enlarge):
    drawing, boxes = beside(digits[0][:3], size=(280, 480))
    expected = reader.read(predictor, drawing)
    moved = reader.read(predictor, np.pad(drawing, ((31, 5), (7, 90))))
    assert moved.number == expected.number
    assert [box[0].start for box in boxes_of(moved)] == [b[0].start + 31 for b in boxes]
    assert [box[1].stop for box in boxes_of(moved)] == [b[1].stop + 7 for b in boxes]
    for scaled in (enlarge(drawing, 3), drawing[::2, ::2]):
        assert reader.read(predictor, scaled).number == expected.number


def test_ink_and_paper_may_be_any_two_colours(predictor, digits):
    drawing, boxes = beside(digits[0][:3])
    clear = np.dstack([np.zeros((*drawing.shape, 3), np.uint8), drawing])
    for other in (255 - drawing, 40 + drawing // 2, clear):
        assert boxes_of(reader.read(predictor, other)) == boxes


def test_the_boxes_hold_all_ink_but_specks(predictor, digits):
    drawing, boxes = beside(digits[0][:3])
    specks = drawing.copy()
    for row, column in [(3, 3), (270, 630), (15, 300), (250, 60)]:
        specks[row : row + 4, column : column + 4] = 255
    reading = reader.read(predictor, specks)
    assert boxes_of(reading) == boxes
    for part, clean in zip(
        reading.parts, reader.read(predictor, drawing).parts, strict=True
    ):
        np.testing.assert_array_equal(part.image, clean.image)
    ringed = drawing.copy()
    for box in boxes_of(reading):
        ringed[box] = 0
    assert not ringed.any()


def test_an_empty_drawing_has_no_parts(predictor):
    reading = reader.read(predictor, np.zeros((280, 640, 4), np.uint8))
    assert (reading.parts, reading.number) == ((), "")


def test_a_number_is_as_sure_as_all_its_digits_together(predictor, digits):
    reading = reader.read(predictor, beside(digits[0][:3])[0])
    confidences = [part.prediction.confidence for part in reading.parts]
    assert reading.confidence == pytest.approx(np.prod(confidences))
    assert reading.confidence <= min(confidences)


def test_a_picture_of_anything_else_has_few_parts(predictor):
    noise = np.random.default_rng(0).integers(0, 256, (600, 800)).astype(np.uint8)
    checks = np.kron(np.eye(2, dtype=np.uint8)[np.arange(40) % 2], np.ones((20, 10)))
    apart = np.zeros((400, 400), np.uint8)
    apart[::10, ::10] = 255
    for drawing in (noise, (checks * 255).astype(np.uint8), apart):
        assert len(reader.read(predictor, drawing).parts) <= segmentation.MOST


def test_what_is_no_picture_is_refused(predictor):
    with pytest.raises(DrawingError):
        reader.read(predictor, np.zeros((28, 28), np.float32))
