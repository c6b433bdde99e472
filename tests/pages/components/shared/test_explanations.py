"""What the network saw: opened on demand, about the digit picked."""

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
    layer_diagram,
    recognition,
)
from pages.components.shared.inputs import DrawingInput
from tests.pages.conftest import words

VIEWS = [explanations.FEATURE_MAPS, explanations.OCCLUSION, explanations.NEIGHBOURS, explanations.ACTIVATIONS]


@pytest.fixture
def ada(save):
    """A model that everybody uses."""
    saved = save("ada")
    registry.choose("ada")
    return saved


@pytest.fixture
def surveyed(ada, made_up, monkeypatch):
    """Its survey is there."""
    embeddings = Explainer(Predictor("ada")).embeddings(made_up.x_train[:500] / 255)
    monkeypatch.setattr(
        DatasetEvaluation, "embeddings", lambda _: embeddings.astype(np.float16)
    )


def seen(made_up, *which: int) -> recognition.Recognition:
    """Test digits, drawn side by side and read right."""
    parts = [
        Part(
            (slice(0, 28), slice(0, 28)),
            (made_up.x_test[i] / 255).astype(np.float32),
            Prediction(np.eye(10, dtype=np.float32)[made_up.y_test[i]] * 0.9 + 0.01),
        )
        for i in which
    ]
    given = DrawingInput("drawing", b"")
    return recognition.Recognition(
        given, Reading(tuple(parts)), Image.new("L", (9, 9)), None, 28
    )


def show(
    drawn: recognition.Recognition | None, view: str | None, picked: int = 0
) -> AppTest:
    """The part alone, on a page of its own."""

    def page(drawn, picked):
        from pages.components.shared import explanations

        explanations.show(drawn, picked)

    app = AppTest.from_function(page, args=(drawn, picked), default_timeout=60)
    if view:
        app.session_state[explanations.VIEW] = view
    app.run()
    assert not app.exception, app.exception
    return app


def square(side: int) -> str:
    return f"{side}{explanation_views.TIMES}{side}"


def html(app: AppTest) -> str:
    return "".join(element.proto.body for element in app.get("html"))


def test_nothing_is_open_at_first_and_nothing_is_worked_out(made_up, monkeypatch):
    monkeypatch.setattr(cache, "explainer", None)
    app = show(seen(made_up, 0), None)
    assert app.get_by_key(explanations.VIEW).value is None
    assert "What the network saw" in [each.value for each in app.subheader]
    assert "<img" not in html(app)


@pytest.mark.parametrize("view", VIEWS)
def test_each_view_says_what_it_shows(view, surveyed, made_up):
    app = show(seen(made_up, 0), view)
    assert len(words(app).split()) > 10
    assert "Nothing is drawn" not in words(app)
    assert html(app).count("<img") == html(app).count(" alt=") > 0


@pytest.mark.parametrize("view", VIEWS)
def test_with_nothing_drawn_it_says_so_and_keeps_its_place(view, surveyed, made_up):
    blank, drawn = show(None, view), show(seen(made_up, 0), view)
    assert "Nothing is drawn yet" in words(blank)
    assert html(blank).count("<img") == html(drawn).count("<img")
    assert html(blank) != html(drawn)


@pytest.mark.parametrize("view", VIEWS)
def test_of_several_digits_it_is_about_the_one_picked(view, surveyed, made_up):
    both = seen(made_up, 0, 1)
    for picked in (0, 1):
        app = show(both, view, picked)
        assert f"About the {made_up.y_test[picked]} picked above" in words(app)
        assert html(app) == html(show(seen(made_up, picked), view))


def test_each_convolution_has_a_wall_of_its_strongest_maps(ada, made_up):
    shown = html(show(seen(made_up, 0), explanations.FEATURE_MAPS))
    assert shown.count("<img") == 16 + explanation_views.MOST
    assert f"Convolution 1:</b> 16 maps, {square(12)} numbers each" in shown
    assert f"Convolution 2:</b> the 24 strongest of its 32 maps, {square(4)}" in shown


def test_the_nearest_have_their_labels(surveyed, made_up):
    drawn = seen(made_up, 0)
    part = replace(drawn.parts[0], image=(made_up.x_train[7] / 255).astype(np.float32))
    app = show(replace(drawn, reading=Reading((part,))), explanations.NEIGHBOURS)
    shown = html(app)
    first = shown.index("<b>")
    assert shown[first:].startswith(f"<b>{made_up.y_train[7]}</b>")
    assert shown.count("% alike") == 8
    assert "the made-up 10,000 training digits" in words(app)


def test_while_the_survey_is_made_its_progress_shows(ada, made_up, monkeypatch):
    progress = Progress("training", 0.42)
    monkeypatch.setattr(DatasetEvaluation, "progress", lambda _: progress)
    app = show(seen(made_up, 0), explanations.NEIGHBOURS)
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
    app = show(seen(made_up, 0), explanations.NEIGHBOURS)
    assert "MNIST is not on this machine: these are made-up digits" in words(app)


def test_a_model_that_cannot_be_used_is_told(made_up, monkeypatch, tmp_path):
    monkeypatch.setattr(registry, "PRETRAINED", tmp_path / "pretrained")
    assert "is damaged" in words(show(seen(made_up, 0), explanations.FEATURE_MAPS))


def test_the_way_has_a_step_for_each_layer_and_the_answer_in_words(ada, made_up):
    shown = html(show(seen(made_up, 0), explanations.ACTIVATIONS))
    assert shown.count("<li>") == 8
    sizes = square(28), f"16 maps of {square(24)}", f"32 maps of {square(4)}"
    for size in (*sizes, "512 numbers"):
        assert f"<span>{size}</span>" in shown
    assert f"{made_up.y_test[0]}, 91.0 %" in shown


@pytest.mark.parametrize("count", [1, 2, 10, 97, 128, 512, 768, 9216])
def test_numbers_fill_a_picture_that_is_no_line_if_it_can_be(count):
    rows = layer_diagram.rows(count)
    assert count % rows == 0
    if count % 4 == 0:
        assert rows < count


def test_what_covering_does_is_told_with_the_numbers_that_matter():
    told = explanation_views.rests_on(4, 0.999, fall=9.0)
    assert "only 11 % sure of a 4, instead of 99.9 %" in told
    told = explanation_views.rests_on(8, 0.999, fall=1.0)
    assert "still be 99.7 % sure of an 8" in told
    assert "99.9 %" in explanation_views.rests_on(8, 1.0, fall=0.0)


def test_the_hottest_place_has_a_frame():
    image, drops = np.zeros((28, 28)), np.zeros((28, 28))
    cold = explanation_views.heat(image, drops, patch=5, alt="")
    drops[0, 27] = 3
    assert explanation_views.heat(image, drops, patch=5, alt="") != cold


def test_neighbours_are_counted_in_words():
    assert explanation_views.count([4] * 8, 4) == "All eight are 4s."
    some = [4, 9, 4, 4, 4, 4, 9, 8]
    said = "Five are 4s, two are 9s, one is an 8."
    assert explanation_views.count(some, 4) == said
    explained = explanation_views.count(some, 9)
    assert explained.startswith(f"{said} The answer is a 9 all the same:")
