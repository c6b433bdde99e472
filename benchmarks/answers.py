"""Measure how long one answer takes, and each view of what the network saw."""

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
    """Time framing and predicting, beside Keras's own predict."""
    image = data.load_synthetic().x_test[0]
    drawing = np.kron(image, np.ones((10, 10), np.uint8))
    framed = framing.to_mnist(drawing)
    assert framed is not None  # there is ink in it
    predictor, keras_model = Predictor("pretrained"), registry.load("pretrained")
    batch = framed.reshape(1, 28, 28, 1)
    seconds_framing = _median(lambda: framing.to_mnist(drawing))
    ours = _median(lambda: predictor.predict(framed))
    keras = _median(lambda: keras_model.predict(batch, verbose=0), repeats=30)
    yield "a drawing of 280x280 framed", f"{seconds_framing * 1000:.1f} ms"
    yield "an image answered", f"{ours * 1000:.1f} ms"
    yield "model.predict / our answer", f"{keras / ours:.0f}"


def explained() -> Iterator[tuple[str, str]]:
    """Time every view of what the network saw in one image, with 60,000 neighbours."""
    synthetic = data.load_synthetic()
    image = synthetic.x_test[0] / np.float32(255)
    for name in networks.NETWORKS:
        stored = store_untrained(name, synthetic)
        explainer = Explainer(Predictor(stored.name))
        embeddings = explainer.embeddings(synthetic.x_train / np.float32(255))
        embeddings = np.asfortranarray(np.tile(embeddings.astype(np.float16), (6, 1)))
        views: dict[str, Callable[[], object]] = {
            "feature maps": partial(explainer.feature_maps, image),
            "occlusion": partial(explainer.occlusion, image),
            "nearest of 60,000": partial(explainer.neighbours, image, embeddings),
        }
        for what, view in views.items():
            seconds = _median(view, repeats=30)
            yield f"{name}: {what}", f"{seconds * 1000:.0f} ms"


def store_untrained(name: str, dataset: data.Dataset) -> registry.StoredModel:
    """Store a network that was never trained: its answers take as long."""
    recipe = recipes.get(name, data="synthetic", strokes="", images=10_000)
    return registry.save(
        networks.build(recipe),
        name,
        recipe=recipe,
        dataset=dataset,
        test_loss=0.0,
        test_accuracy=0.0,
        fit_seconds=0.0,
        history={"loss": [], "accuracy": [], "val_loss": [], "val_accuracy": []},
    )


def _median(call: Callable[[], object], *, repeats: int = REPEATS) -> float:
    """Return the median of the seconds that a call takes, the first left out."""
    call()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)
