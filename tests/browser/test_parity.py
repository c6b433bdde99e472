"""The browser reads as Python does: the same boxes, images and answers."""

from base64 import b64encode

import keras
import numpy as np
import pytest

from mnist_core import recipes
from mnist_core.browser import bundle, pack
from mnist_core.models import networks
from tests.browser import parity
from tests.folded import folded

FORWARD = """([weights, images]) => {
    const bytes = Uint8Array.from(atob(weights), (letter) => letter.charCodeAt(0));
    const packed = network.unpack(bytes.buffer);
    const answer = (image) => [...network.forward(packed, Float32Array.from(image))];
    return images.map(answer);
}"""


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    page.add_script_tag(content=bundle.bundle())
    yield page
    page.close()


def test_drawings_are_read_as_in_python(browser):
    page = browser.new_page()
    found = parity.compare(page, "pretrained", parity.make_drawings(500, seed=2))
    page.close()
    assert found.differences == []
    assert found.image <= parity.IMAGE_LIMIT
    assert found.probability <= parity.PROBABILITY_LIMIT
    assert set(found.drawings) == set(parity.SHARES)


def test_another_network_reads_drawings_as_in_python(browser, save):
    page = browser.new_page()
    drawings = parity.make_drawings(40, seed=3)
    found = parity.compare(page, save("ada").name, drawings)
    page.close()
    assert found.differences == []
    assert found.probability <= parity.PROBABILITY_LIMIT


@pytest.mark.parametrize("dropout", [True, False])
@pytest.mark.parametrize("name", networks.NETWORKS)
def test_every_network_answers_as_in_python(page, name, dropout):
    model = networks.build(recipes.get(name, dropout=dropout))
    rng = np.random.default_rng(1)
    randomize(model, rng)
    images = rng.random((8, 28, 28, 1), np.float32)
    weights = b64encode(pack.pack_layers(folded(model))).decode()
    flat = [image.ravel().tolist() for image in images]
    answers = page.evaluate(FORWARD, [weights, flat])
    expected = np.asarray(model(images, training=False))
    assert expected.max(axis=1).min() > 0.12, "no answer without an opinion"
    assert np.abs(answers - expected).max() <= parity.PROBABILITY_LIMIT


def randomize(model: keras.Model, rng: np.random.Generator) -> None:
    """Give a network weights of every sign, and averages as after a training."""
    for layer in model.layers:
        names = [variable.name for variable in layer.weights]
        values = zip(names, layer.get_weights(), strict=True)
        layer.set_weights([random_like(value, name, rng) for name, value in values])


def random_like(value: np.ndarray, name: str, rng: np.random.Generator) -> np.ndarray:
    if name == "moving_variance":
        return rng.uniform(0.5, 2, value.shape)
    inputs = np.prod(value.shape[:-1]) if value.ndim > 1 else 1
    return rng.normal(0, 1 / np.sqrt(inputs), value.shape)
