"""What it noticed: opened on demand, about the digit picked."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from mnist_core.errors import DatasetUnavailable
from mnist_core.evaluation.dataset import DatasetEvaluation, Progress
from mnist_core.inference.explain import Explainer
from mnist_core.inference.predictor import Prediction, Predictor
from mnist_core.inference.reader import Part, Reading
from mnist_core.models import registry
from pages.components.shared import (
    cache,
    explanation_views,
    explanations,
    recognition,
)
from pages.components.shared.inputs import DrawingInput
from tests.pages.helpers import page_text

VIEWS = [
    explanations.FEATURE_MAPS,
    explanations.OCCLUSION,
    explanations.NEIGHBOURS,
]


@pytest.fixture
def ada(save):
    """A model that everybody uses."""
    stored = save("ada")
    registry.choose("ada")
    return stored


@pytest.fixture
def evaluated(ada, made_up, monkeypatch):
    """Its evaluation is there."""
    embeddings = Explainer(Predictor("ada")).embeddings(made_up.x_train[:500] / 255)
    monkeypatch.setattr(
        DatasetEvaluation, "embeddings", lambda _: embeddings.astype(np.float16)
    )


def recognize(made_up, *which: int) -> recognition.Recognition:
    """Test digits, drawn side by side and read right."""
    parts = [
        Part(
            (slice(0, 28), slice(0, 28)),
            (made_up.x_test[i] / 255).astype(np.float32),
            Prediction(np.eye(10, dtype=np.float32)[made_up.y_test[i]] * 0.9 + 0.01),
        )
        for i in which
    ]
    drawing = DrawingInput("drawing", b"")
    return recognition.Recognition(
        drawing, Reading(tuple(parts)), Image.new("L", (9, 9)), None, 28
    )


def show(
    recognized: recognition.Recognition | None, view: str | None, picked: int = 0
) -> AppTest:
    """The part alone, on a page of its own."""

    def page(recognized, picked):
        from pages.components.shared import explanations

        explanations.show(recognized, picked)

    app = AppTest.from_function(page, args=(recognized, picked), default_timeout=60)
    if view:
        app.session_state[explanations.VIEW.key] = view
    app.run()
    assert not app.exception, app.exception
    return app


def square(side: int) -> str:
    return f"{side}{explanation_views.TIMES}{side}"


def html(app: AppTest) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def test_nothing_is_open_at_first_and_nothing_is_worked_out(made_up, monkeypatch):
    monkeypatch.setattr(cache, "explainer", None)
    app = show(recognize(made_up, 0), None)
    assert app.get_by_key(explanations.VIEW.key).value is None
    assert "What it noticed" in [each.value for each in app.subheader]
    assert "<img" not in html(app)


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_says_what_it_shows(view, evaluated, made_up):
    app = show(recognize(made_up, 0), view)
    assert len(page_text(app).split()) > 10
    assert "Nothing is drawn" not in page_text(app)
    assert html(app).count("<img") == html(app).count(" alt=") > 0


@pytest.mark.parametrize("view", VIEWS)
def test_with_nothing_drawn_it_says_so_and_keeps_its_place(view, evaluated, made_up):
    blank, drawn = show(None, view), show(recognize(made_up, 0), view)
    assert "Nothing is drawn yet" in page_text(blank)
    assert html(blank).count("<img") == html(drawn).count("<img")
    assert html(blank) != html(drawn)


@pytest.mark.parametrize("view", VIEWS)
def test_of_several_digits_it_is_about_the_one_picked(view, evaluated, made_up):
    both = recognize(made_up, 0, 1)
    for picked in (0, 1):
        app = show(both, view, picked)
        assert f"About the {made_up.y_test[picked]} picked above" in page_text(app)
        assert html(app) == html(show(recognize(made_up, picked), view))


def test_each_convolution_has_a_grid_of_its_strongest_maps(ada, made_up):
    shown = html(show(recognize(made_up, 0), explanations.FEATURE_MAPS))
    assert shown.count("<img") == 16 + explanation_views.MAX_MAPS
    assert f"Convolution 1:</b> 16 maps, {square(12)} numbers each" in shown
    assert f"Convolution 2:</b> the 24 strongest of its 32 maps, {square(4)}" in shown


def test_the_nearest_have_their_labels(evaluated, made_up):
    drawn = recognize(made_up, 0)
    part = replace(drawn.parts[0], image=(made_up.x_train[7] / 255).astype(np.float32))
    app = show(replace(drawn, reading=Reading((part,))), explanations.NEIGHBOURS)
    shown = html(app)
    first = shown.index("<b>")
    assert shown[first:].startswith(f"<b>{made_up.y_train[7]}</b>")
    assert shown.count("% alike") == 8
    assert "the made-up 10,000 training digits" in page_text(app)


def test_while_it_is_evaluated_its_progress_shows(ada, made_up, monkeypatch):
    progress = Progress("training", 0.42)
    monkeypatch.setattr(DatasetEvaluation, "progress", lambda _: progress)
    app = show(recognize(made_up, 0), explanations.NEIGHBOURS)
    assert "42 %" in app.get("progress")[0].proto.text
    assert "% alike" not in html(app)


def test_without_mnist_the_made_up_digits_are_used(ada, made_up, monkeypatch):
    def only_synthetic(name):
        if name == "mnist":
            raise DatasetUnavailable([])
        return made_up

    on_mnist = {**ada.card, "data": {"name": "mnist"}}
    monkeypatch.setattr(cache, "chosen_model", lambda: replace(ada, card=on_mnist))
    monkeypatch.setattr(cache, "dataset", only_synthetic)
    app = show(recognize(made_up, 0), explanations.NEIGHBOURS)
    assert "MNIST is not on this machine: these are made-up digits" in page_text(app)


def test_a_model_that_cannot_be_used_is_told(made_up, monkeypatch, tmp_path):
    monkeypatch.setattr(registry, "PRETRAINED", tmp_path / "pretrained")
    assert "is damaged" in page_text(
        show(recognize(made_up, 0), explanations.FEATURE_MAPS)
    )
