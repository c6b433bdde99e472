import numpy as np
import pytest

from mnist_core.data import synthetic
from mnist_core.errors import DrawingError
from mnist_core.inference import reader
from mnist_core.inference.predictor import Predictor
from mnist_core.preprocessing import framing
from tests.drawings import IN_PIECES, beside, draw


@pytest.fixture(scope="module")
def predictor():
    return Predictor("pretrained")


@pytest.fixture
def digits(enlarge):
    """Synthetic digits, 120 pixels tall, each of one piece; and what they are."""
    images, labels = synthetic.digits(60, seed=5)
    return [enlarge(image, 6) for image in images], labels


def boxes_of(reading: reader.Reading) -> list[framing.Box]:
    return [part.box for part in reading.parts]


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


def test_one_digit_is_read_as_its_image_alone(predictor, digits):
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
    drawing, _ = beside(digits[0][:3], size=(280, 480))
    expected = reader.read(predictor, drawing)
    moved = np.pad(drawing, ((31, 5), (7, 90)))
    for other in (moved, enlarge(drawing, 3), drawing[::2, ::2]):
        assert reader.read(predictor, other).number == expected.number


def test_an_empty_drawing_has_no_parts(predictor):
    reading = reader.read(predictor, np.zeros((280, 640, 4), np.uint8))
    assert (reading.parts, reading.number) == ((), "")


def test_a_number_is_as_sure_as_all_its_digits_together(predictor, digits):
    reading = reader.read(predictor, beside(digits[0][:3])[0])
    confidences = [part.prediction.confidence for part in reading.parts]
    assert reading.confidence == pytest.approx(np.prod(confidences))
    assert reading.confidence <= min(confidences)


def test_what_is_no_picture_is_refused(predictor):
    with pytest.raises(DrawingError):
        reader.read(predictor, np.zeros((28, 28), np.float32))
