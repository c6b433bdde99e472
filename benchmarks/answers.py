"""How long one answer takes, and a look at what the network saw."""

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from mnist_core import data, recipes
from mnist_core.inference.explain import Explainer
from mnist_core.inference.predictor import Predictor
from mnist_core.models import networks, registry
from mnist_core.preprocessing import framing

REPEATS = 200


def computed() -> Iterator[tuple[str, str]]:
    """Framing and predicting, beside Keras's own predict."""
    image = data.load_synthetic().x_test[0]
    drawing = np.kron(image, np.ones((10, 10), np.uint8))
    framed = framing.to_mnist(drawing)
    predictor, keras_model = Predictor("pretrained"), registry.load("pretrained")
    batch = framed.reshape(1, 28, 28, 1)
    seconds_framing = _median(lambda: framing.to_mnist(drawing))
    ours = _median(lambda: predictor.predict(framed))
    keras = _median(lambda: keras_model.predict(batch, verbose=0), repeats=30)
    yield "a drawing of 280x280 framed", f"{seconds_framing * 1000:.1f} ms"
    yield "an image answered", f"{ours * 1000:.1f} ms"
    yield "model.predict / our answer", f"{keras / ours:.0f}"


def explained() -> Iterator[tuple[str, str]]:
    """What the network saw in one image: every view, with 60,000 neighbours."""
    synthetic = data.load_synthetic()
    image = synthetic.x_test[0] / np.float32(255)
    for name in networks.NETWORKS:
        saved = _untrained(name, synthetic)
        explainer = Explainer(Predictor(saved.name))
        embeddings = explainer.embeddings(synthetic.x_train / np.float32(255))
        embeddings = np.asfortranarray(np.tile(embeddings.astype(np.float16), (6, 1)))
        looks: dict[str, Callable[[], object]] = {
            "feature maps": partial(explainer.feature_maps, image),
            "occlusion": partial(explainer.occlusion, image),
            "nearest of 60,000": partial(explainer.neighbours, image, embeddings),
            "way through": partial(explainer.way, image),
        }
        for what, look in looks.items():
            seconds = _median(look, repeats=30)
            yield f"{name}: {what}", f"{seconds * 1000:.0f} ms"


def _untrained(name: str, dataset: data.Dataset) -> registry.StoredModel:
    """A model as it is before any training: what it says takes as long."""
    recipe = recipes.get(name, data="synthetic", strokes="", images=10_000)
    return registry.save(
        networks.build(recipe),
        name,
        recipe=recipe,
        dataset=dataset,
        test_loss=0.0,
        test_accuracy=0.0,
        fit_seconds=0.0,
        history={"loss": []},
    )


def _median(call: Callable[[], object], *, repeats: int = REPEATS) -> float:
    call()
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)
