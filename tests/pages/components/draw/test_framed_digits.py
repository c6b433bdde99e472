from base64 import b64decode

import numpy as np

from pages.components.draw.framed_digits import to_props


def test_each_digit_has_its_pixels_and_words_for_those_who_see_none():
    image = np.random.default_rng(0).random((28, 28), np.float32)
    first, second = to_props([image, 1 - image], [4, 8])
    pixels = np.frombuffer(b64decode(first["pixels"]), np.uint8).reshape(28, 28)
    np.testing.assert_allclose(pixels / 255, image, atol=0.002)
    assert first["description"] == "28 by 28 pixels, read as a 4"
    assert second["description"] == "28 by 28 pixels, read as an 8"


def test_before_anything_is_drawn_there_is_an_empty_one():
    (empty,) = to_props([], [])
    assert not any(b64decode(empty["pixels"]))
    assert empty["description"] == "28 by 28 empty pixels"
