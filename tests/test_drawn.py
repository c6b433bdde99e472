import numpy as np
import pytest

from mnist_core import drawn, store, strokes
from mnist_core.predictor import Predictor


@pytest.fixture
def reader(pen_drawings):
    """Reads every drawing right, but takes each 4 for a 9."""
    said = np.array([9 if d.digit == 4 else d.digit for d in pen_drawings])
    return lambda images: np.eye(10, dtype=np.float32)[said[: len(images)]]


def test_a_score_is_the_share_read_right(reader, pen_drawings):
    result = drawn.score(reader, pen_drawings)
    assert result.accuracy == pytest.approx(0.9)
    assert result.per_digit == {str(d): float(d != 4) for d in range(10)}
    assert result.confusions == [(4, 9, 10)]


def test_digits_that_do_not_occur_have_no_accuracy(reader, pen_drawings):
    assert list(drawn.score(reader, pen_drawings[:3]).per_digit) == ["0", "1", "2"]


def test_framing_fills_the_image_and_scaling_down_does_not(pen_drawings):
    few = pen_drawings[:20]
    framed, bare = (drawn.images(few, framed=framed) for framed in (True, False))
    assert framed.shape == bare.shape == (20, 28, 28)
    assert framed.dtype == bare.dtype == np.float32
    tall = [np.ptp(np.nonzero(image > 0.25)[0]) for image in bare]
    assert np.std(tall) > 1  # people draw at any size
    longer = [max(map(np.ptp, np.nonzero(image > 0.25))) for image in framed]
    assert set(longer) <= {19, 20}


def test_the_same_drawings_give_the_same_images(pen_drawings):
    one, other = (drawn.images(pen_drawings[:9]) for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_a_model_is_not_scored_on_people_it_learned_from(pen_drawings):
    card = {"strokes": {"sha256": strokes.sha256(pen_drawings)}}
    unknown = drawn.unknown_to(card, pen_drawings)
    assert {d.writer for d in unknown} == {1, 6}
    assert drawn.unknown_to({}, pen_drawings) == pen_drawings
    assert drawn.unknown_to(card, pen_drawings[:50]) == pen_drawings[:50]


def test_the_shipped_model_reads_people_as_its_card_says(people):
    card = store.default().card
    held_out = drawn.unknown_to(card, people)
    result = drawn.score(Predictor("pretrained").probabilities, held_out)
    assert result.accuracy == pytest.approx(card["drawn_accuracy"], abs=0.002)
    confidence = result.probabilities.max(axis=1)
    assert (confidence >= 0.95).mean() == pytest.approx(card["sure"], abs=0.005)
    assert (~result.right)[confidence >= 0.95].mean() < 0.01
    assert (confidence < card["digit_threshold"]).mean() < 0.02
