import io
from base64 import b64decode

import numpy as np
import pytest
from PIL import Image

from pages.components.shared import data_url


@pytest.mark.parametrize("shape", [(28, 28), (5, 9, 3), (2, 2, 4)])
@pytest.mark.parametrize("encode", [data_url.encode, data_url.encode_cached])
def test_an_image_comes_back_from_its_url(encode, shape):
    image = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    kind, encoded = encode(image).split(",")
    assert kind == "data:image/png;base64"
    decoded = np.asarray(Image.open(io.BytesIO(b64decode(encoded))))
    np.testing.assert_array_equal(decoded, image)


def test_an_enlarged_image_has_sharp_pixels(enlarge):
    image = np.arange(784).reshape(28, 28) % 256
    large = np.asarray(data_url.enlarge(image, side=84))
    np.testing.assert_array_equal(large, enlarge(image.astype(np.uint8), 3))
