"""What is said about a drawing, and what the visitor says about that."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from pages.components.shared import cache, feedback_store
from pages.components.shared.canvas_state import EMPTY, CanvasState
from tests.pages.conftest import answered, told, words
from tests.pages.stub import Stub


@pytest.fixture
def answering(open_page, monkeypatch):
    """Opens the page on so many strokes, which a network answers as told."""

    def answer(*rows: dict[int, float], threshold: float | None = None):
        stub = Stub(list(rows), threshold=threshold)
        monkeypatch.setattr(cache, "predictor", lambda _saved: stub)
        return open_page(sketches=[EMPTY, bars(len(rows))], canvas_number=0)

    return answer


def bars(count: int, *, height: int = 160) -> CanvasState:
    """A drawing of so many upright strokes."""
    pixels = np.zeros((280, 640), np.uint8)
    for place in range(count):
        pixels[60 : 60 + height, 60 + 90 * place : 80 + 90 * place] = 255
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return CanvasState({"objects": [{"type": "path", "top": height}]}, file.getvalue())


def button(app, label):
    return next(button for button in app.button if button.label == label)


def open_no(app):
    """Open what is behind "No"."""
    app.session_state["no"] = True
    return app.run()


def say_no(app, truth: str):
    open_no(app)
    if truth.isdigit() and len(truth) > 1:
        field = next(field for field in app.text_input)
        field.set_value(truth).run()
    else:
        pills = next(g for g in app.button_group if g.key.startswith("truth-"))
        pills.set_value(truth).run()
    assert not app.exception
    return app


def test_where_no_digit_comes_close_the_ring_stays_open(answering):
    app = answering(dict.fromkeys(range(10), 0.1), threshold=0.9)
    (ring,) = told(app, "rings")
    assert (ring["digit"], ring["kind"], ring["share"]) == ("?", "none", 0)


def test_a_correction_counts_and_it_is_said_that_nothing_learns_from_it(answering):
    app = say_no(answering({7: 0.97, 1: 0.03}), "1")
    assert "You drew 1; the network read 7" in words(app)
    assert "The network does not learn from it" in words(app)


def test_why_opens_what_the_answer_rests_on(answering):
    app = answering({7: 0.97, 1: 0.03})
    assert not app.session_state["view_inside"]
    button(app, "Why?").click().run()
    assert app.session_state["view_inside"] == "What the answer rests on"


def test_a_sure_answer_says_only_that(answering):
    app = answering({7: 0.97, 1: 0.03})
    assert told(app, "lines") == ["A 7, 97.0 % sure"]
    assert told(app, "rings")[0]["kind"] == "sure"
    assert told(app, "shares")[7] == 0.97


def test_an_unsure_answer_says_what_else_it_could_be(answering):
    app = answering({8: 0.71, 9: 0.25, 1: 0.04})
    assert told(app, "lines") == ["Perhaps an 8, 71.0 % sure", "or a 9 (25 %)"]
    assert told(app, "rings")[0]["kind"] == "unsure"


def test_what_is_no_digit_is_said_to_be_none(answering):
    app = answering({4: 0.5, 9: 0.3, 1: 0.2}, threshold=0.8)
    said = ["That does not look like a digit", "closest to a 4 (50 %)"]
    assert told(app, "lines") == said
    assert told(app, "rings")[0]["kind"] == "none"


def test_one_of_two_digits_is_a_digit_however_close_they_are(answering):
    app = answering({4: 0.52, 9: 0.47, 7: 0.01}, threshold=0.8)
    assert told(app, "lines") == ["Perhaps a 4, 52.0 % sure", "or a 9 (47 %)"]
    assert told(app, "rings")[0]["kind"] == "unsure"


def test_what_is_close_to_no_digit_is_given_none(answering):
    even = dict.fromkeys(range(10), 0.1)
    app = answering(even, threshold=0.8)
    said = ["That does not look like a digit", "no digit comes close"]
    assert told(app, "lines") == said
    assert answered(app) == "?"
    app = answering({4: 1.0}, even, threshold=0.8)
    assert told(app, "lines")[0] == "Perhaps 4?"
    assert "One of them does not look like a digit" in words(app)
    digits = next(g for g in app.button_group if g.key.startswith("part-"))
    assert digits.options == ["4 · 99.9 %", "?"]


def test_a_number_shows_its_least_sure_digit_and_any_other_when_picked(answering):
    app = answering({4: 0.99, 9: 0.01}, {0: 0.6, 6: 0.4}, {7: 1.0})
    assert answered(app) == "407"
    assert [ring["picked"] for ring in told(app, "rings")] == [False, True, False]
    assert "407, 59.4 % sure of all 3 digits" in words(app)
    assert "The 0 could be a 6 (40 %)" in words(app)
    digits = next(g for g in app.button_group if g.key.startswith("part-"))
    assert digits.options == ["4 · 99.0 %", "0 · 60.0 %", "7 · 99.9 %"]
    digits.set_value(0).run()
    assert "The bars are about the 4" in words(app)


def test_the_network_s_images_are_shown_with_words_for_those_who_see_none(answering):
    app = answering({4: 1.0}, {2: 1.0})
    said = [image.alt for element in app.get("image") for image in element.proto.imgs]
    assert said == [
        "What was given, with 2 boxes",
        "28 by 28 pixels, read as a 4",
        "28 by 28 pixels, read as a 2",
    ]


def test_a_drawing_counts_once_and_its_verdict_can_be_changed(answering):
    app = answering({7: 1.0})
    for _ in range(2):
        button(app, "Yes").click().run()
    assert tally(app) == "1 of 1 right"
    say_no(app, "1")
    assert tally(app) == "0 of 1 right"
    button(app, "Clear").click().run()
    button(app, "Undo").click().run()
    button(app, "Yes").click().run()
    assert tally(app) == "1 of 1 right"


def test_a_wrong_answer_is_owned_up_to(answering):
    app = say_no(answering({7: 1.0}), "1")
    assert "You drew 1; the network read 7" in words(app)
    button(app, "Yes").click().run()
    assert "A 7, 99.9 % sure" in words(app)


def test_a_verdict_on_one_model_s_answer_is_none_on_another_s(answering, monkeypatch):
    app = say_no(answering({7: 1.0}), "4")
    assert "You drew 4; the network read 7" in words(app)
    monkeypatch.setattr(cache, "predictor", lambda _saved: Stub([{9: 1.0}]))
    del app.session_state["seen"]  # as with another choice of model
    app.run()
    assert "A 9, 99.9 % sure" in words(app)
    assert tally(app) == "0 of 1 right"


def test_another_drawing_is_another_verdict(answering):
    app = answering({7: 1.0})
    button(app, "Yes").click().run()
    app.session_state["sketches"].append(bars(1, height=120))
    app.run()
    say_no(app, "4")
    assert tally(app) == "1 of 2 right"
    assert "No, a 4" in labels(app)
    button(app, "Undo").click().run()
    assert "No, a 4" not in labels(app)
    assert tally(app) == "1 of 2 right"


def test_a_number_counts_by_its_digits(answering):
    app = answering({4: 1.0}, {7: 1.0})
    open_no(app)
    app.text_input[0].set_value("4x").run()
    assert "is no number" in words(app)
    say_no(app, "42")
    assert tally(app) == "1 of 2 right"
    assert "No, 42" in labels(app)


def test_the_verdicts_are_downloaded_with_their_labels_and_forgotten(answering):
    app = answering({4: 1.0}, {7: 1.0})
    say_no(app, "42")
    app.session_state["tally"] = True
    app.run()
    assert "**2**: 1 of 1 wrong, read as 7" in words(app)
    said = list(app.session_state["verdicts"].values())
    with zipfile.ZipFile(io.BytesIO(feedback_store.to_zip(said))) as archive:
        assert archive.namelist() == [
            "drawing-0001_is-42_read-47.png",
            "28x28/drawing-0001-1_is-4_read-4.png",
            "28x28/drawing-0001-2_is-2_read-7.png",
        ]
        drawn = archive.read("drawing-0001_is-42_read-47.png")
        assert drawn == bars(2).png
    button(app, "Start over").click().run()
    assert tally(app) is None


def labels(app) -> list[str]:
    return [block.proto.popover.label for block in app.get("popover")]


def tally(app) -> str | None:
    return next((label for label in labels(app) if label.endswith("right")), None)
