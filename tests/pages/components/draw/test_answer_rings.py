import json

import pytest

from pages.components.draw import answer_rings
from pages.components.draw.answer_rings import NOTHING, Props, Ring


def to_props(rings: list[Ring], *, picked: int = 0) -> Props:
    return answer_rings.to_props(rings, ["A 7"], picked=picked)


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
    props = to_props([ring])
    assert [each["kind"] for each in props["rings"]] == [kind]
    assert json.loads(json.dumps(props)) == props


def test_of_several_digits_the_picked_one_is_marked_and_a_single_one_is_not():
    rings = [Ring("4", 0.9), Ring("2", 0.8)]
    props = to_props(rings, picked=1)
    assert [each["picked"] for each in props["rings"]] == [False, True]
    assert not to_props(rings[:1])["rings"][0]["picked"]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"drawing": "a", "index": 1}, ("a", 1)),
        ({"drawing": 3, "index": 1}, None),
        ({"drawing": "a", "index": "1"}, None),
        ({"index": 1}, None),
        (None, None),
        ("a", None),
    ],
)
def test_only_what_a_ring_can_send_is_heard(event, expected):
    assert answer_rings.parse_event(event) == expected
