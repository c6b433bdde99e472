import numpy as np
import pytest

from mnist_core.models import registry
from pages.components.shared import cache
from pages.components.shared.canvas_state import EMPTY
from pages.components.shared.formatting import a_digit
from tests.pages.helpers import answer_text, button, on_canvas, page_text, props


@pytest.fixture
def drawn(made_up, enlarge):
    """A made-up digit on the canvas, and which one it is."""
    return on_canvas(enlarge(made_up.x_test[0], 10)), int(made_up.y_test[0])


def test_a_blank_canvas_says_what_to_do_and_guesses_nothing(open_page):
    app = open_page()
    assert "Draw a digit from 0 to 9" in page_text(app)
    assert "sure" not in page_text(app)


def test_a_drawing_is_answered(open_page, save, drawn):
    save("ada")
    registry.choose("ada")
    picture, digit = drawn
    app = open_page(canvas_states=[EMPTY, picture], canvas_number=0)
    assert answer_text(app) == str(digit)
    assert "% sure" in page_text(app)


def test_a_drawing_and_its_answer_survive_a_page_change(open_page, drawn):
    app = open_page(canvas_states=[EMPTY, drawn[0]], canvas_number=0)
    before = page_text(app)
    app.switch_page("pages/samples.py").run()
    app.switch_page("pages/draw.py").run()
    assert page_text(app) == before


def test_clear_empties_the_canvas_and_undo_brings_the_drawing_back(open_page, drawn):
    app = open_page(canvas_states=[EMPTY, drawn[0]], canvas_number=0)
    button(app, "Clear").click().run()
    assert "Draw a digit" in page_text(app)
    button(app, "Undo").click().run()
    assert "% sure" in page_text(app)
    for _ in range(2):  # there is nothing to take back the second time
        button(app, "Undo").click().run()
        assert "Draw a digit" in page_text(app)


def test_another_model_under_the_same_name_is_loaded_anew(save):
    first = save("ada")
    loaded = cache.predictor(first)
    assert cache.predictor(registry.find("ada")) is loaded
    registry.delete("ada")
    second = save("ada", fit_seconds=2.0)
    assert cache.predictor(second) is not loaded


def test_other_colours_keep_the_drawing(open_page, drawn):
    app = open_page(canvas_states=[EMPTY, drawn[0]], canvas_number=0)
    control = app.get_by_key("colours")
    control.set_value("Black on white").run()
    assert not app.exception
    assert "% sure" in page_text(app)
    strokes = app.session_state["canvas_start"]["objects"]
    assert [stroke["stroke"] for stroke in strokes] == ["#000000"]


def test_without_any_model_a_drawing_is_not_answered(
    open_page, drawn, monkeypatch, tmp_path
):
    monkeypatch.setattr(registry, "PRETRAINED", tmp_path / "pretrained")
    app = open_page(canvas_states=[EMPTY, drawn[0]], canvas_number=0)
    assert "is damaged" in page_text(app)
    assert "% sure" not in page_text(app)


def test_a_digit_of_the_data_set_is_read_as_it_is_and_its_label_said(
    open_page, made_up, choose
):
    predictor = cache.predictor(registry.default())
    answers = predictor.probabilities(made_up.x_test / np.float32(255))
    place = int(np.flatnonzero(answers.argmax(axis=1) != made_up.y_test)[0])
    label, answer = int(made_up.y_test[place]), answers[place]
    app = open_page(input_method="MNIST digit", input_digit_index=place)
    choose(app, props(app, "chosen"))
    assert np.abs(np.array(props(app, "probabilities")) - answer).max() < 0.001
    assert f"Wrong: its label says {a_digit(label)}" in page_text(app)


def test_why_a_drawing_was_not_kept_is_told_once(open_page):
    app = open_page(canvas_problem="it is too large")
    assert [warning.value for warning in app.warning] == ["Not kept: it is too large."]
    assert not app.run().warning
