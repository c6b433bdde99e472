"""What the picture of the network shows is what the explainer in Python finds."""

from base64 import b64encode

import numpy as np
import pytest

from mnist_core import recipes
from mnist_core.browser import bundle, pack
from mnist_core.inference.explain import Explainer
from mnist_core.models import networks
from tests.folded import folded
from tests.inference.test_explain import explain

STEPS = """([weights, image]) => {
    const bytes = Uint8Array.from(atob(weights), (letter) => letter.charCodeAt(0));
    const net = network.unpack(bytes.buffer);
    const steps = new activations.Activations(net).of(Float32Array.from(image));
    return steps.map((step) => ({
        isMaps: step.isMaps, side: step.side, channels: step.channels,
        values: [...step.values], field: step.field,
        order: activations.strongest(activations.strengths(step), 4, []),
    }));
}"""


@pytest.fixture(scope="module", params=["classic", "quick", "robust"])
def both(request, browser, made_up) -> tuple[list[dict], Explainer, np.ndarray]:
    model = networks.build(recipes.get(request.param))
    image = made_up.x_test[3].astype(np.float32) / 255
    page = browser.new_page()
    page.add_script_tag(content=bundle.bundle())
    weights = b64encode(pack.pack_layers(folded(model))).decode()
    steps = page.evaluate(STEPS, [weights, image.ravel().tolist()])
    page.close()
    return steps, explain(model), image


def test_its_maps_are_the_explainer_s_and_so_are_the_strongest(both):
    steps, explainer, image = both
    maps = [step for step in steps if step["isMaps"]]
    for step, expected in zip(maps, explainer.feature_maps(image), strict=True):
        shape = step["side"], step["side"], step["channels"]
        found = np.moveaxis(np.reshape(step["values"], shape), -1, 0)
        np.testing.assert_allclose(
            found[expected.channels], expected.maps, atol=2e-3 * expected.maps.max()
        )
        assert step["order"] == expected.channels[:4].tolist()


def test_each_number_knows_which_pixels_it_looks_at(both):
    """Of the networks' last maps, in pixels: worked out by hand from their layers."""
    steps, _, _ = both
    last = [step for step in steps if step["isMaps"]][-1]
    known = {
        64: {"size": 6, "step": 2, "start": 0},  # classic: 3, 3, pool
        32: {"size": 16, "step": 4, "start": 0},  # quick: 5, pool, 5, pool
        192: {"size": 28, "step": 4, "start": -2},  # 5, pool, 3, 3, padded 3, pool, 3
    }
    assert last["field"] == known[last["channels"]]
