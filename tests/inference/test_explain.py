"""Explanations beside Keras's own intermediate outputs."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest

from mnist_core import recipes
from mnist_core.inference.explain import Explainer, log_odds
from mnist_core.inference.predictor import Predictor
from mnist_core.models import networks, registry
from tests.conftest import channels_first
from tests.folded import folded

# Of each convolution, the last layer before the next one or before the numbers.
ENDS = {"classic": [0, 3], "quick": [3, 7], "robust": [3, 6, 9, 13, 16]}


def explain(model: keras.Model) -> Explainer:
    """Explains a model that was never stored."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "layers", lambda _: folded(model))
        patch.setattr(registry, "find", lambda _: SimpleNamespace(card={}))
        return Explainer(Predictor("any"))


@pytest.fixture(scope="module", params=["classic", "quick", "robust"])
def explained(request, trained):
    """Each network and its explainer; quick has learned made-up digits."""
    quick = request.param == "quick"
    model = trained[0] if quick else networks.build(recipes.get(request.param))
    return model, explain(model)


@pytest.fixture(scope="module")
def explainer(trained):
    return explain(trained[0])


@pytest.fixture(scope="module")
def image(made_up):
    return made_up.x_test[3].astype(np.float32) / 255


def outputs_of(model, image, outputs):
    """What Keras says that layers pass on."""
    return keras.Model(model.inputs[0], outputs)(image[None, ..., None])


def test_feature_maps_are_what_keras_says_is_passed_on(explained, image):
    model, explainer = explained
    ends = [model.layers[i].output for i in ENDS[model.name]]
    expected = outputs_of(model, image, ends)
    found = explainer.feature_maps(image)
    assert len(found) == len(ends)
    for layer, array in zip(found, expected, strict=True):
        maps = np.moveaxis(array[0].numpy(), -1, 0)
        assert sorted(layer.channels) == list(range(len(maps)))
        np.testing.assert_allclose(layer.maps, maps[layer.channels], atol=1e-5)


def test_the_strongest_maps_come_first(explained, image):
    _, explainer = explained
    for layer in explainer.feature_maps(image):
        assert (np.diff(layer.strengths) <= 0).all()
        assert layer.strengths[0] > 0
    for layer in explainer.feature_maps(np.zeros((28, 28), np.float32)):
        assert not layer.strengths.any(), "empty paper moves nothing"


def test_channels_may_come_first(trained, explainer, image):
    """Keras can have them there; the weights are the same."""
    with channels_first():
        model = networks.assemble(recipes.get("quick"))
    model.set_weights(trained[0].get_weights())
    expected = explainer.feature_maps(image)
    for layer, other in zip(explain(model).feature_maps(image), expected, strict=True):
        np.testing.assert_array_equal(layer.maps, other.maps)


def test_occlusion_is_what_covering_does_to_the_log_odds(trained, explainer, image):
    row, column = np.argwhere(image > 0.5)[0]
    covered = image.copy()
    covered[row - 2 : row + 3, column - 2 : column + 3] = 0
    answers = trained[0](np.stack([image, covered])[..., None]).numpy()
    before, after = log_odds(answers, answers[0].argmax())
    drops = explainer.occlusion(image)
    assert drops[row, column] == pytest.approx(before - after, abs=1e-3)


def test_the_answer_rests_on_ink_and_not_on_paper(explainer, made_up):
    for pixels in made_up.x_test[:8]:
        image = pixels.astype(np.float32) / 255
        drops = explainer.occlusion(image)
        assert drops.shape == (28, 28)
        assert not drops[:3, :3].any(), "nothing is written in the corner"
        assert drops[image > 0.5].mean() > 2 * drops[image < 0.5].mean()
        row, column = np.unravel_index(drops.argmax(), drops.shape)
        near = image[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
        assert near.max() > 0.5


def test_occlusion_goes_to_the_edge_and_empty_paper_has_none(explainer):
    blank = np.zeros((28, 28), np.float32)
    assert not explainer.occlusion(blank).any()
    corner = blank.copy()
    corner[27, 27] = 1
    assert not explainer.occlusion(corner)[:25, :25].any()


def test_log_odds_tell_sure_answers_apart():
    sure = np.full((2, 10), 1e-9, np.float32)
    sure[1] = 1e-12
    sure[:, 3] = 1
    first, second = log_odds(sure, 3)
    assert second > first + 3
    assert np.isfinite(log_odds(np.eye(10), 0)).all()


def test_embeddings_are_what_the_last_layer_decides_by(explained, made_up):
    model, explainer = explained
    images = made_up.x_test[:20].astype(np.float32) / 255
    last = keras.Model(model.inputs[0], model.layers[-1].input)(
        images[..., None]
    ).numpy()
    embeddings = explainer.embeddings(images)
    np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), 1, atol=1e-5)
    expected = last / np.linalg.norm(last, axis=1, keepdims=True)
    np.testing.assert_allclose(embeddings, expected, atol=1e-5)


@pytest.mark.parametrize("order", ["C", "F"])
def test_the_nearest_to_a_training_image_is_itself(explainer, made_up, order):
    images = made_up.x_train[:3000].astype(np.float32) / 255
    exact = explainer.embeddings(images)
    kept = np.asarray(exact, np.float16, order=order)
    for number in (0, 17, 2999):
        nearest, cosines = explainer.neighbours(images[number], kept)
        assert nearest[0] == number
        assert cosines[0] == pytest.approx(1, abs=1e-5)
        expected = np.sort(exact @ exact[number])[::-1][:8]
        np.testing.assert_allclose(cosines, expected, atol=1e-3)
        assert (np.diff(cosines) <= 0).all()
        assert len(set(nearest)) == 8


def test_as_many_neighbours_as_are_asked_for(explainer, image):
    embeddings = explainer.embeddings(image[None])
    nearest, cosines = explainer.neighbours(image, embeddings, count=1)
    assert nearest.tolist() == [0]
    assert cosines.shape == (1,)
