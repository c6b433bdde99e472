"""How long one answer takes, from the drawing's pixels to ten probabilities."""

import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np

from mnist_core import data, ink, store
from mnist_core.predictor import Predictor

REPEATS = 200


def computed() -> Iterator[tuple[str, str]]:
    """Framing and predicting, beside Keras's own predict."""
    image = data.load_synthetic().x_test[0]
    drawing = np.kron(image, np.ones((10, 10), np.uint8))
    framed = ink.to_mnist(drawing)
    predictor, keras_model = Predictor("pretrained"), store.load("pretrained")
    batch = framed.reshape(1, 28, 28, 1)
    framing = _median(lambda: ink.to_mnist(drawing))
    ours = _median(lambda: predictor.predict(framed))
    keras = _median(lambda: keras_model.predict(batch, verbose=0), repeats=30)
    yield "a drawing of 280x280 framed", f"{framing * 1000:.1f} ms"
    yield "an image answered", f"{ours * 1000:.1f} ms"
    yield "model.predict / our answer", f"{keras / ours:.0f}"


def _median(call: Callable[[], object], *, repeats: int = REPEATS) -> float:
    call()
    seconds = []
    for _ in range(repeats):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)
