import numpy as np
import pytest

from mnist_core.data import pen_drawings
from mnist_core.evaluation import pen_accuracy
from mnist_core.inference.predictor import Predictor
from mnist_core.models import registry


@pytest.fixture
def reader(drawings):
    """Reads every drawing right, but takes each 4 for a 9."""
    said = np.array([9 if d.digit == 4 else d.digit for d in drawings])
    return lambda images: np.eye(10, dtype=np.float32)[said[: len(images)]]


def test_a_score_is_the_share_read_right(reader, drawings):
    result = pen_accuracy.score(reader, drawings)
    assert result.accuracy == pytest.approx(0.9)
    assert result.per_digit == {str(d): float(d != 4) for d in range(10)}
    assert result.confusions == [(4, 9, 10)]


def test_digits_that_do_not_occur_have_no_accuracy(reader, drawings):
    assert list(pen_accuracy.score(reader, drawings[:3]).per_digit) == [
        "0",
        "1",
        "2",
    ]


def test_framing_fills_the_image_and_scaling_down_does_not(drawings):
    few = drawings[:20]
    framed, bare = (pen_accuracy.images(few, framed=framed) for framed in (True, False))
    assert framed.shape == bare.shape == (20, 28, 28)
    assert framed.dtype == bare.dtype == np.float32
    tall = [np.ptp(np.nonzero(image > 0.25)[0]) for image in bare]
    assert np.std(tall) > 1  # people draw at any size
    longer = [max(map(np.ptp, np.nonzero(image > 0.25))) for image in framed]
    assert set(longer) <= {19, 20}


def test_the_same_drawings_give_the_same_images(drawings):
    one, other = (pen_accuracy.images(drawings[:9]) for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_a_model_is_not_scored_on_people_it_learned_from(drawings):
    card = {"strokes": {"sha256": pen_drawings.sha256(drawings)}}
    unknown = pen_accuracy.held_out_from(card, drawings)
    assert {d.writer for d in unknown} == {1, 6}
    assert pen_accuracy.held_out_from({}, drawings) == drawings
    assert pen_accuracy.held_out_from(card, drawings[:50]) == drawings[:50]


def test_the_shipped_model_reads_people_as_its_card_says(people):
    card = registry.default().card
    held_out = pen_accuracy.held_out_from(card, people)
    result = pen_accuracy.score(Predictor("pretrained").probabilities, held_out)
    assert result.accuracy == pytest.approx(card["pen_accuracy"], abs=0.002)
    confidence = result.probabilities.max(axis=1)
    assert (confidence >= 0.95).mean() == pytest.approx(card["sure"], abs=0.005)
    assert (~result.correct)[confidence >= 0.95].mean() < 0.01
    assert (confidence < card["digit_threshold"]).mean() < 0.02
