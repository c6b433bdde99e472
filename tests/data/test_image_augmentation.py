import tempfile

import numpy as np
import pytest
import tensorflow as tf

from mnist_core import data
from mnist_core.data import image_augmentation

SPREADS = "TURN", "SHEAR", "SCALE", "SHIFT", "BEND", "THICKNESS", "CONTRAST"


def changed(images, labels, seed):
    return augmented(*data.prepare(images, labels), seed)


def augmented(scaled, answers, seed):
    return image_augmentation.augment(
        tf.constant(scaled[..., 0]), tf.constant(answers), seed=tf.constant(seed)
    ).numpy()


# First, because TensorFlow converts a function only once in a process.
def test_nothing_is_written_for_whoever_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    images, labels = np.zeros((10, 28, 28), np.uint8), np.zeros((10, 10), np.float32)
    list(image_augmentation.batches(images, labels, batch_size=5, seed=0))
    assert list(tmp_path.iterdir()) == []


def test_no_pass_waits_for_tensorflow_s_tuner():
    images, labels = np.zeros((10, 28, 28), np.uint8), np.zeros((10, 10), np.float32)
    batches = image_augmentation.batches(images, labels, batch_size=5, seed=0)
    assert batches.options().autotune.enabled is False


def test_images_stay_images_and_the_seed_decides_how_they_change(made_up):
    images, labels = made_up.x_test[:100], made_up.y_test[:100]
    once, again, other = (changed(images, labels, seed) for seed in (1, 1, 2))
    assert (once.shape, once.dtype) == ((100, 28, 28), np.float32)
    assert once.min() >= 0
    assert once.max() <= 1
    np.testing.assert_array_equal(once, again)
    assert np.abs(once - other).mean() > 0.01


def test_the_digits_stay_readable(made_up, trained):
    model, *_ = trained
    images, labels = made_up.x_test[:1000], made_up.y_test[:1000]
    read = model.predict(changed(images, labels, 3)[..., None], verbose=0)
    assert (read.argmax(axis=1) == labels).mean() > 0.6


@pytest.mark.parametrize(("digit", "share"), [(0, 0.15), (7, 0.15), (1, 0.17), (3, 0)])
def test_some_zeros_sevens_and_ones_get_a_stroke_and_no_other_digit(
    made_up, monkeypatch, digit, share
):
    for name in SPREADS:
        monkeypatch.setattr(image_augmentation, name, 0.0)
    images = made_up.x_train[made_up.y_train == digit][:500]
    after = changed(images, np.full(len(images), digit), 5)
    more = (after - images / 255).sum(axis=(1, 2))
    assert (more > 2).mean() == pytest.approx(share, abs=0.05 * (share > 0))


def test_a_doodle_gets_no_stroke_as_digits_do(monkeypatch):
    for name in SPREADS:
        monkeypatch.setattr(image_augmentation, name, 0.0)
    blank = np.zeros((200, 28, 28, 1), np.float32)
    assert augmented(blank, np.full((200, 10), 0.1, np.float32), 5).max() == 0


def test_a_pass_shows_every_image_once_with_its_label():
    images = np.zeros((300, 28, 28), np.uint8)
    images[:, 8:20, 8:20] = 255
    labels = np.arange(300, dtype=np.float32)[:, None] * np.ones((1, 10), np.float32)
    batches = image_augmentation.batches(images, labels / 1000, batch_size=128, seed=0)
    passes = [
        np.concatenate([answers[:, 0] for _, answers in batches.as_numpy_iterator()])
        for _ in range(2)
    ]
    assert [len(batch) for batch, _ in batches] == [128, 128, 44]
    for numbers in passes:
        np.testing.assert_allclose(np.sort(numbers) * 1000, np.arange(300), atol=1e-3)
    assert (passes[0] != passes[1]).any()
