import json

import pytest

from pages.components.draw import answer_rings
from pages.components.draw.answer_rings import NOTHING, Ring


@pytest.mark.parametrize(
    ("ring", "kind"),
    [
        (NOTHING, "waiting"),
        (Ring("7", 0.99), "sure"),
        (Ring("7", 0.6, sure=False), "unsure"),
        (Ring("7", 0.6, sure=False, is_digit=False), "none"),
    ],
)
def test_a_ring_says_whether_its_digit_can_be_relied_on(ring, kind):
    told = answer_rings.to_props([ring], ["A 7"], 0)
    assert [each["kind"] for each in told["rings"]] == [kind]
    assert json.loads(json.dumps(told)) == told


def test_of_several_digits_the_picked_one_is_marked_and_a_single_one_is_not():
    rings = [Ring("4", 0.9), Ring("2", 0.8)]
    picked = [each["picked"] for each in answer_rings.to_props(rings, [], 1)["rings"]]
    assert picked == [False, True]
    assert not answer_rings.to_props(rings[:1], [], 0)["rings"][0]["picked"]
