from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from mnist_core import data
from mnist_core.errors import ModelDamaged, ModelNotFound
from mnist_core.inference.predictor import Predictor
from mnist_core.models import registry


@pytest.fixture
def predictor(save):
    save("ada")
    return Predictor("ada")


@pytest.fixture
def images(made_up):
    return (made_up.x_test / 255).astype(np.float32)


def test_it_answers_as_keras_does(predictor, made_up, images):
    x_test, _ = data.prepare(made_up.x_test, made_up.y_test)
    expected = registry.load("ada").predict(x_test, verbose=0)
    answers = predictor.probabilities(images)
    assert (answers.shape, answers.dtype) == ((2000, 10), np.float32)
    np.testing.assert_allclose(answers, expected, atol=1e-5)


def test_one_image_gets_the_answer_it_gets_among_many(predictor, images):
    prediction = predictor.predict(images[3])
    many = predictor.probabilities(images[:8])[3]
    np.testing.assert_allclose(prediction.probabilities, many, atol=1e-5)
    assert prediction.digit == many.argmax()
    assert prediction.confidence == pytest.approx(many.max(), abs=1e-5)


def test_it_reads_what_the_network_learned(predictor, made_up, images):
    read = predictor.probabilities(images).argmax(axis=1)
    assert (read == made_up.y_test).mean() > 0.9


def test_no_images_get_no_answers(predictor):
    assert predictor.probabilities(np.zeros((0, 28, 28))).shape == (0, 10)


def test_many_threads_may_ask_at_once(predictor, images):
    expected = predictor.probabilities(images[:64]).argmax(axis=1)
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(lambda i: predictor.predict(images[i]).digit, range(64)))
    assert read == list(expected)


def test_damaged_and_unknown_models_are_refused(save):
    (save("ada").folder / registry.WEIGHTS).unlink()
    with pytest.raises(ModelDamaged):
        Predictor("ada")
    with pytest.raises(ModelNotFound):
        Predictor("nobody")


def test_layers_that_do_not_fit_each_other_are_refused(save, monkeypatch):
    layers = registry.layers(save("ada").name)
    monkeypatch.setattr(registry, "layers", lambda _: layers[::-1])
    with pytest.raises(ModelDamaged, match="do not fit"):
        Predictor("ada")
