"""A second model on the same drawing."""

import pytest

from mnist_core.models import registry
from pages.components.draw import comparison
from pages.components.shared import cache
from pages.components.shared.canvas_state import EMPTY
from tests.pages.helpers import component_props, upright_strokes
from tests.pages.stub import StubPredictor


@pytest.fixture
def two_models(save, monkeypatch):
    """The ready-made model, which sees no digit, and ada, which sees a 4."""
    save("ada")
    even = dict.fromkeys(range(10), 0.1)
    answers = {
        "ada": StubPredictor([{4: 0.75, 8: 0.25}], threshold=None),
        registry.PRETRAINED.name: StubPredictor([even], threshold=0.8),
    }
    monkeypatch.setattr(cache, "predictor", lambda stored: answers[stored.name])


def open_compared(open_page, **state):
    state |= {"canvas_number": 0, comparison.KEY: "ada"}
    return open_page(**{"canvas_states": [EMPTY, upright_strokes()], **state})


def test_both_answers_stand_beside_each_other(open_page, two_models):
    app = open_compared(open_page)
    first, second = (
        component_props(app, f"answer_rings_{which}") for which in ("first", "second")
    )
    assert (first["title"], second["title"]) == ("Ready-made model", "ada")
    assert first["lines"][0] == "That does not look like a digit"
    assert second["lines"][0] == "A 4, 75.0 % sure"
    assert (first["note"], bool(second["note"])) == ("", True)
    assert component_props(app, "live_reading")["second"].startswith("/packed/ada/")


def test_without_a_drawing_both_wait(open_page, two_models):
    app = open_compared(open_page, canvas_states=[EMPTY])
    for which in ("first", "second"):
        assert (
            "Draw a digit" in component_props(app, f"answer_rings_{which}")["lines"][0]
        )


def test_only_another_model_is_offered_and_one_that_is_gone_is_none(open_page, save):
    assert comparison.KEY not in [each.key for each in open_page().selectbox]
    save("ada")
    app = open_page()
    assert app.selectbox(key=comparison.KEY).options == ["ada"]
    app.selectbox(key=comparison.KEY).select("ada").run()
    assert component_props(app, "answer_rings_second")
    app.selectbox(key="model").select("ada").run()
    assert not app.exception
    assert component_props(app, "answer_rings_second") is None
    assert app.selectbox(key=comparison.KEY).options == ["Ready-made model"]
    app.selectbox(key=comparison.KEY).select(registry.PRETRAINED.name).run()
    registry.delete("ada")
    assert not app.run().exception
    assert component_props(app, "answer_rings_second") is None
