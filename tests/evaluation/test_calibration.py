import numpy as np
import pytest

from mnist_core.evaluation import calibration
from mnist_core.inference.rejection import apply_temperature


@pytest.fixture
def logits():
    return np.random.default_rng(0).normal(0, 3, (200, 10))


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("temperature", [0.5, 1, 2.5])
def test_softening_divides_the_logits(logits, temperature):
    softened = apply_temperature(softmax(logits), temperature)
    np.testing.assert_allclose(softened, softmax(logits / temperature), atol=1e-6)
    assert (softened.argmax(axis=1) == logits.argmax(axis=1)).all()


@pytest.fixture
def reader(drawings):
    """Reads nine drawings in ten right, all as if it were certain; doubts doodles."""
    _, held_out = calibration_people(drawings)
    digits = np.array([d.digit for d in held_out])

    def read(images):
        if len(images) != len(held_out):
            return np.full((len(images), 10), 0.1, np.float32)
        said = np.where(np.arange(len(digits)) % 10 == 3, (digits + 1) % 10, digits)
        return softmax(12 * np.eye(10)[said]).astype(np.float32)

    return read, held_out


def calibration_people(drawings):
    return drawings[20:], drawings[:20]


def test_a_reader_that_is_too_sure_is_softened(reader):
    read, held_out = reader
    measured = calibration.measure(read, held_out, rejects=False)
    assert measured["temperature"] > 2
    assert measured["pen_accuracy"] == pytest.approx(0.9)
    assert measured["pen_drawings"] == 20
    assert measured["pen_people"] == 2
    assert measured["digit_threshold"] is None
    assert measured["confusions"] == [(3, 4, 2)]
    # Right nine times in ten, and sure accordingly.
    logits = np.eye(10)[:1] * 12 / measured["temperature"]
    assert softmax(logits).max() == pytest.approx(0.9, abs=0.02)


def test_the_threshold_lets_digits_pass_and_holds_doodles_back(reader, monkeypatch):
    monkeypatch.setattr(calibration, "DOODLES", 50)
    read, held_out = reader
    measured = calibration.measure(read, held_out, rejects=True)
    assert 0.1 < measured["digit_threshold"] < 1
    assert measured["digits_turned_away"] == 0
    assert measured["doodles_recognized"] == 1


def test_a_few_drawings_read_right_make_nobody_surer(drawings):
    few = drawings[:10]
    answers = np.eye(10)[[d.digit for d in few]] * 0.9 + 0.01
    measured = calibration.measure(
        lambda images: np.tile(answers, (len(images) // 10, 1)), few, rejects=False
    )
    assert measured["temperature"] == pytest.approx(1, abs=0.01)
