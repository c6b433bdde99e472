"""One digit of the data set, large, and what the visitor can do with it."""

import io
import json

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from mnist_core.errors import ModelDamaged
from pages.components.samples import digit_detail
from pages.components.shared import cache, explanations, inputs
from pages.components.shell import present


@pytest.mark.parametrize(
    ("predicted", "confidence", "threshold", "kind", "line"),
    [
        (4, 0.9996, None, "right", "The network reads a 4, 99.9 % sure: right."),
        (8, 0.871, 0.4, "wrong", "The network reads an 8, 87.1 % sure: wrong."),
        (8, 0.3, 0.4, "none", "The network sees no digit here; closest to an 8, 30 %"),
    ],
)
def test_what_the_network_reads_in_words(predicted, confidence, threshold, kind, line):
    probabilities = np.full(10, (1 - confidence) / 9)
    probabilities[predicted] = confidence
    props = digit_detail.to_props(probabilities, 4, threshold=threshold)
    assert json.loads(json.dumps(props)) == props
    assert (props["label"], props["predicted"], props["kind"]) == (4, predicted, kind)
    assert props["description"].startswith(line)


def show() -> None:
    import streamlit as st

    from pages.components.samples import digit_detail

    dataset, index = st.session_state.of
    digit_detail.show(digit_detail.pick(dataset, "test", index), key="test")


@pytest.fixture
def page(made_up, stub_network):
    """The detail of the eighth test image."""
    stub_network({3: 0.8, 5: 0.2})
    app = AppTest.from_function(show, default_timeout=60)
    app.session_state["of"] = made_up, 7
    return app.run()


def test_it_is_shown_with_its_answer(page, made_up):
    assert not page.exception
    texts = [json.loads(c.proto.json) for c in page.get("bidi_component")]
    assert texts[0]["label"] == made_up.y_test[7]
    assert texts[0]["sure"] == "80.0 % sure"
    assert texts[1]["best"] == 3


def test_a_digit_is_drawn_on(page, made_up):
    page.button(key="test-draw").click().run()
    assert page.session_state["leaving_to"] == "pages/draw.py"
    assert page.session_state["input_method"] == inputs.CANVAS
    picture = Image.open(io.BytesIO(page.session_state["canvas_states"][-1].png))
    digit = picture.convert("L").crop((124, 4, 516, 396))
    grey = np.asarray(digit.resize((28, 28), Image.Resampling.BOX))
    assert np.abs(grey.astype(int) - made_up.x_test[7]).mean() < 2


def test_a_digit_is_explained_on_the_draw_page(page):
    page.session_state[present.KEY] = True
    page.button(key="test-explain").click().run()
    assert page.session_state["leaving_to"] == "pages/draw.py"
    assert not page.session_state[present.KEY], "there, it would be the canvas alone"
    assert page.session_state["input_method"] == inputs.MNIST_DIGIT
    assert page.session_state["input_digit"].kind == "digit"
    assert page.session_state["input_digit_index"] == 7
    assert page.session_state[explanations.VIEW.key] == explanations.OCCLUSION


def test_a_damaged_model_is_said_and_the_digit_is_there(page, monkeypatch):
    def damaged(_stored):
        raise ModelDamaged("mine", "card.json was altered")

    monkeypatch.setattr(cache, "predictor", damaged)
    page.run()
    assert "card.json was altered" in page.error[0].value
    assert page.button(key="test-draw")
