import numpy as np
import pytest

from mnist_core.data import synthetic
from mnist_core.errors import DrawingError
from mnist_core.inference import reader
from mnist_core.inference.predictor import Prediction, Predictor
from mnist_core.preprocessing import framing, segmentation
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


def test_each_line_is_a_number(predictor, digits):
    upper, _ = beside(digits[0][:3], size=(180, 640))
    lower, boxes = beside(digits[0][3:5], size=(180, 640))
    reading = reader.read(predictor, np.concatenate([upper, lower]))
    expected = [reader.read(predictor, line).number for line in (upper, lower)]
    assert [number.digits for number in reading.numbers] == expected
    assert reading.number == " ".join(expected)
    rows, columns = reading.numbers[1].box
    assert (rows.start - 180, rows.stop - 180) == (
        min(box[0].start for box in boxes),
        max(box[0].stop for box in boxes),
    )
    assert (columns.start, columns.stop) == (boxes[0][1].start, boxes[-1][1].stop)
    shares = [number.confidence for number in reading.numbers]
    assert reading.confidence == pytest.approx(np.prod(shares))


def predictions(*are_digits: bool) -> list[Prediction]:
    """Answers: a sure four for a digit, and no idea of anything else."""
    four = np.eye(10, dtype=np.float32)[4]
    unsure = np.full(10, 0.1, np.float32)
    return [Prediction(four if is_digit else unsure, 0.5) for is_digit in are_digits]


@pytest.mark.parametrize(
    ("lines", "are_digits", "number"),
    [
        ("0011", "yyyy", "44 44"),
        ("00111", "yynnn", "44"),  # a line of print
        ("000", "yyn", "440"),  # an unclear digit is not kept back
        ("000", "ynn", "00"),  # letters, of which one looks like a four
        ("0", "n", "0"),
    ],
)
def test_in_a_picture_a_line_is_a_number_if_most_of_it_is(lines, are_digits, number):
    box, image = (slice(0, 9), slice(0, 9)), np.zeros((28, 28), np.float32)
    digits = [segmentation.Digit(box, image, int(line)) for line in lines]
    found = segmentation.Cut(digits, [])
    answers = predictions(*(one == "y" for one in are_digits))
    assert reader.assemble(found, answers, is_picture=True).number == number
    everything = reader.assemble(found, answers, is_picture=False)
    assert len(everything.parts) == len(lines)


def cut(*, digits: int, others: list[tuple[int, int, int]]) -> segmentation.Cut:
    """Digits 10 pixels apart, 40 high, and what may stand in place of some."""
    image = np.zeros((28, 28), np.float32)

    def digit(at: float, line: int = 0) -> segmentation.Digit:
        left = round(30 * at)
        return segmentation.Digit((slice(0, 40), slice(left, left + 20)), image, line)

    return segmentation.Cut(
        [digit(n) for n in range(digits)],
        [
            segmentation.Other(
                slice(start, stop), tuple(digit(start + n / 10) for n in range(count))
            )
            for start, stop, count in others
        ],
    )


@pytest.mark.parametrize(
    ("digits", "others", "are_digits", "number"),
    [
        (3, [(1, 3, 1)], "ynn y", "44"),  # two halves of a digit
        (3, [(0, 2, 1)], "yyy y", "444"),  # two digits that would look like one, too
        (3, [(0, 2, 1), (1, 3, 1)], "yny n y", "44"),  # the way that is clear
        (3, [(0, 2, 1), (1, 3, 1)], "yny y y", "44"),  # one piece is in one digit
        (3, [(1, 2, 2)], "yny yy", "4444"),  # two that touch
        (3, [(1, 2, 2)], "yny yn", "404"),
        (1, [(0, 1, 2)], "n yy", "0"),  # a letter
    ],
)
def test_where_a_part_of_a_picture_is_no_digit_another_way_to_cut_it_is_tried(
    digits, others, are_digits, number
):
    answers = predictions(*(one == "y" for one in are_digits.replace(" ", "")))
    found = cut(digits=digits, others=others)
    reading = reader.assemble(found, answers, is_picture=True)
    assert reading.number == number


@pytest.mark.parametrize(("confidence", "number"), [(0.8, "4"), (0.9, "11")])
def test_two_halves_of_a_digit_may_look_like_bad_ones(confidence, number):
    one = np.full(10, (1 - confidence) / 9, np.float32)
    one[1] = confidence
    answers = [Prediction(one, 0.5)] * 2 + predictions(True)
    found = cut(digits=2, others=[(0, 2, 1)])
    assert reader.assemble(found, answers, is_picture=True).number == number


def prediction(digit: int, confidence: float) -> Prediction:
    """An answer that is none of a digit where it is below a half."""
    answer = np.full(10, (1 - confidence) / 9, np.float32)
    answer[digit] = confidence
    return Prediction(answer, 0.5)


@pytest.mark.parametrize(
    ("whole", "half", "is_torn", "number"),
    [
        (0.15, 0.6, True, "4774"),  # like nothing: two that are likely take its place
        (0.15, 0.6, False, "4774"),
        (0.3, 0.95, False, "4774"),  # two pieces that are clearly digits
        (0.3, 0.95, True, "434"),  # through a stroke is cut only what is like nothing
        (0.3, 0.6, False, "434"),
        (0.15, 0.4, True, "434"),
    ],
)
def test_the_less_a_part_is_like_a_digit_the_sooner_it_is_cut(
    whole, half, is_torn, number
):
    found = cut(digits=3, others=[(1, 2, 2)])
    (other,) = found.others
    found = found._replace(others=[other._replace(is_torn=is_torn)])
    answers = [prediction(*each) for each in ((4, 1), (3, whole), (4, 1))]
    answers += [prediction(7, half)] * 2
    assert reader.assemble(found, answers, is_picture=True).number == number


@pytest.mark.parametrize(("gap", "number"), [(15, "440"), (45, "44")])
def test_what_is_no_digit_and_stands_off_is_left_out(gap, number):
    found = cut(digits=3, others=[])
    last = found.digits[2]
    rows, columns = last.box
    moved = slice(columns.start + gap - 10, columns.stop + gap - 10)
    found.digits[2] = last._replace(box=(rows, moved))
    answers = predictions(True, True, False)
    assert reader.assemble(found, answers, is_picture=True).number == number
    mirrored = [
        digit._replace(box=(rows, slice(400 - x.stop, 400 - x.start)))
        for digit in reversed(found.digits)
        for _, x in [digit.box]
    ]
    found = segmentation.Cut(mirrored, [])
    reading = reader.assemble(found, answers[::-1], is_picture=True)
    assert reading.number == number[::-1]
