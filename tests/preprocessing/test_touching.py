"""Two digits that touch, and the way between them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mnist_core.preprocessing import touching

LEVELS = st.floats(0, 1, width=32)


@given(arrays.arrays(np.float32, (12, 15), elements=LEVELS))
def test_no_ink_is_lost_and_none_is_on_both_sides(ink):
    left, right = touching.cut_apart(ink)
    np.testing.assert_array_equal(left + right, ink)
    assert not (left * right).any()


def slanted(at: float, lean: float) -> np.ndarray:
    """A stroke, five pixels wide, that leans to the right."""
    ink = np.zeros((40, 60), np.float32)
    for row in range(40):
        begin = round(at + lean * (40 - row))
        ink[row, begin : begin + 5] = 1
    return ink


def test_strokes_that_lean_and_touch_once_are_told_apart():
    one, other = slanted(14, 0.4), slanted(28, 0.4)
    bridge = np.zeros_like(one)
    bridge[20, 26:37] = 1
    left, right = touching.cut_apart(np.maximum.reduce([one, other, bridge]))
    assert not left[other > 0].any()
    assert not right[one > 0].any()


def test_what_is_narrower_than_tall_is_one_digit():
    assert touching.are_likely(40, 50)
    assert not touching.are_likely(40, 30)
