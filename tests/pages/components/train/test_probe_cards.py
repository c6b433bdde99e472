"""The digits that a visitor watches a network learn."""

import io
import json
from base64 import b64decode

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from pages.components.train import probe_cards
from pages.components.train.probe_cards import Card

IMAGE = np.linspace(0, 1, 28 * 28).reshape(28, 28)


def sure(digit: int, share: float = 0.982) -> list[float]:
    """Ten probabilities: this one for the digit, the rest shared out."""
    return [share if n == digit else (1 - share) / 9 for n in range(10)]


def history(count: int, epochs: float = 3) -> list[tuple[float, list[float]]]:
    """A network that says 3 first, and 7 from the middle on."""
    return [
        (n / count * epochs, sure(3 if n <= count / 2 else 7, 0.1 + 0.8 * n / count))
        for n in range(1, count + 1)
    ]


@pytest.mark.parametrize("count", [0, 1, 2, 119, 120, 121, 1000, 5003])
def test_a_line_has_few_points_the_first_and_the_last_among_them(count):
    whole = history(count)
    points = probe_cards.thinned(whole)
    assert len(points) <= probe_cards.MOST_POINTS
    assert points == sorted(points)
    assert points[:1] == whole[:1]
    assert points[-1:] == whole[-1:]


def test_a_line_that_grows_keeps_its_points():
    """Or it would shiver while the network learns."""
    whole = history(4000)
    for count in range(1000, 4000, 7):
        now = probe_cards.thinned(whole[:count])[:-1]
        later = probe_cards.thinned(whole[: count + 1])
        assert all(point in later for point in now[:: 1 + (len(later) < len(now))])


def test_numbers_that_are_none_are_left_out():
    astray = [*history(3), (3.1, [float("nan")] * 10)]
    assert probe_cards.thinned(astray) == history(3)
    json.dumps(probe_cards.to_props(Card(IMAGE, 7, astray), 1, 12), allow_nan=False)


@pytest.mark.parametrize("count", [0, 1, 5000])
def test_what_the_browser_is_told_is_short_json(count):
    told = probe_cards.to_props(Card(IMAGE, 7, history(count)), 1, 3)
    again = json.loads(json.dumps(told, allow_nan=False))
    assert len(json.dumps(again)) < 4000
    assert len(again["shares"]) == 10
    assert sum(again["shares"]) == pytest.approx(1000, abs=5)


def test_before_the_training_all_digits_are_as_likely():
    told = probe_cards.to_props(Card(IMAGE, 7, []), 2, 3)
    assert told["shares"] == [100] * 10
    assert (told["digit"], told["sure"], told["line"]) == (None, "no idea yet", "")
    assert told["said"] == "Your digit 2: no idea yet, before the training"


@pytest.mark.parametrize(
    ("label", "note", "end"),
    [(None, "", ""), (7, "right", ", right"), (8, "should be 8", ", should be 8")],
)
def test_a_card_says_the_answer_and_what_the_digit_really_is(label, note, end):
    told = probe_cards.to_props(Card(IMAGE, label, [(1.234, sure(7))]), 1, 3)
    assert (told["digit"], told["sure"], told["note"]) == (7, "98 %", note)
    said = "Your digit 1: read as 7 with 98 %, after 1.2 epochs"
    assert told["said"] == said + end


def test_no_answer_is_certain():
    assert (
        probe_cards.to_props(Card(IMAGE, 7, [(1, sure(7, 1.0))]), 1, 3)["sure"]
        == "99 %"
    )


def test_the_line_goes_from_the_first_epoch_to_the_last():
    told = probe_cards.to_props(
        Card(IMAGE, 7, [(0, sure(1, 0.2)), (3, sure(7, 0.9))]), 1, 3
    )
    assert told["line"] == "0,800 1000,100"


def test_the_line_marks_where_the_answer_changes():
    told = probe_cards.to_props(Card(IMAGE, 7, history(100)), 1, 3)
    assert told["marks"] == [(10, 3), (510, 7)]


def test_an_answer_that_flickers_is_not_marked():
    answers = [(at, 1 if at in (300, 310) else 7) for at in range(0, 1000, 10)]
    assert probe_cards.marks(answers) == [(0, 7)]
    assert probe_cards.marks([(0, 5), (10, 2), (20, 5), (30, 8)]) == [(30, 8)]
    assert probe_cards.marks([]) == []


def test_the_picture_has_the_ink_white():
    address = probe_cards.to_props(Card(IMAGE, 7, []), 1, 3)["picture"]
    kind, coded = address.split(",")
    assert kind == "data:image/png;base64"
    pixels = np.asarray(Image.open(io.BytesIO(b64decode(coded))))
    assert np.abs(pixels / 255 - IMAGE).max() < 0.003


def test_a_page_shows_the_cards():
    def page():
        import numpy as np

        from pages.components.train import probe_cards

        blank = np.zeros((28, 28))
        probe_cards.show(
            [
                probe_cards.Card(blank, 4, [(0.5, [0.1] * 10)]),
                probe_cards.Card(blank, None, []),
            ],
            epochs=1,
        )

    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    shown = json.loads(app.get("bidi_component")[0].proto.json)
    assert [card["label"] for card in shown["cards"]] == [4, None]
    assert shown["epochs"] == "1 epoch"
