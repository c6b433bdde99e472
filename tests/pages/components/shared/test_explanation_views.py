import numpy as np

from pages.components.shared import explanation_views


def test_what_covering_does_is_told_with_the_numbers_that_matter():
    text = explanation_views.describe_occlusion(4, 0.999, drop=9.0)
    assert "only 11 % sure of a 4, instead of 99.9 %" in text
    text = explanation_views.describe_occlusion(8, 0.999, drop=1.0)
    assert "still be 99.7 % sure of an 8" in text
    assert "99.9 %" in explanation_views.describe_occlusion(8, 1.0, drop=0.0)


def test_the_hottest_place_has_a_frame():
    image, drops = np.zeros((28, 28)), np.zeros((28, 28))
    cold = explanation_views.occlusion(image, drops, patch=5, alt="")
    drops[0, 27] = 3
    assert explanation_views.occlusion(image, drops, patch=5, alt="") != cold


def test_neighbours_are_counted_in_words():
    assert explanation_views.describe_neighbours([4] * 8, 4) == "All eight are 4s."
    some = [4, 9, 4, 4, 4, 4, 9, 8]
    counted = "Five are 4s, two are 9s, one is an 8."
    assert explanation_views.describe_neighbours(some, 4) == counted
    explained = explanation_views.describe_neighbours(some, 9)
    assert explained.startswith(f"{counted} The answer is a 9 all the same:")
