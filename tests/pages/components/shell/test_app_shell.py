import streamlit as st

from mnist_core import recipes
from mnist_core.models import registry
from mnist_core.runs import manager
from pages.components.shell import training_notice
from tests.conftest import order
from tests.pages.helpers import page_text


def test_every_page_shows_the_model_and_what_it_is(open_page):
    for name in ("draw", "train", "samples"):
        app = open_page(name)
        assert app.selectbox(key="model").value == "pretrained"
        assert app.caption[0].value == "Gets 99.6 % of test digits right"


def test_the_choice_of_model_is_the_visitor_s_and_survives_a_page_change(
    open_page, save
):
    save("ada")
    app = open_page()
    app.selectbox(key="model").select("ada").run()
    app.switch_page("pages/samples.py").run()
    assert app.selectbox(key="model").value == "ada"
    assert "made-up test digits" in app.caption[0].value
    assert open_page().selectbox(key="model").value == "pretrained"


def test_new_visitors_get_the_default_model(open_page, save):
    save("ada")
    registry.choose("ada")
    assert open_page().selectbox(key="model").value == "ada"


def test_a_damaged_model_is_listed_with_the_reason_and_not_offered(open_page, save):
    (save("ada").folder / registry.WEIGHTS).unlink()
    app = open_page()
    assert app.selectbox(key="model").options == ["Ready-made model"]
    told = page_text(app).replace("\\", "")  # what Markdown would take for its own
    assert "**ada** is not used: model_digit.weights.h5 is missing." in told


def test_a_chosen_model_that_vanishes_gives_way_to_the_default(open_page, save):
    save("ada")
    app = open_page()
    app.selectbox(key="model").select("ada").run()
    registry.delete("ada")
    app.run()
    assert not app.exception
    assert app.selectbox(key="model").value == "pretrained"


def test_without_any_model_the_app_says_what_to_do(open_page, monkeypatch, tmp_path):
    monkeypatch.setattr(registry, "PRETRAINED", tmp_path / "pretrained")
    for name in ("draw", "train", "samples"):
        app = open_page(name)
        assert "card.json is missing" in page_text(app)
        assert "Train a network on the Train page" in page_text(app)


def test_other_pages_say_how_a_training_stands(open_page, worker):
    def link(app):
        return [element.proto.label for element in app.get("page_link")]

    app = open_page("samples")
    assert link(app) == []
    worker.append(manager.start(recipes.get("quick", data="synthetic", images=1000)))
    assert link(app.run()) == ["A network is learning now"]
    order(worker[-1], "")
    assert link(app.run()) == ["The training was interrupted: see the page Train"]
    worker[-1].update(status="finished")
    assert link(app.run()) == ["It has finished learning: see the result"]
    app.switch_page("pages/train.py").run()
    app.switch_page("pages/samples.py").run()
    assert link(app) == []
    assert app.caption[0].value == "Gets 99.6 % of test digits right"


def test_of_a_training_that_was_discarded_other_pages_say_nothing(open_page, worker):
    worker.append(manager.start(recipes.get("quick", data="synthetic", images=1000)))
    app = open_page("samples")
    assert app.get("page_link")
    order(worker[-1], "")
    manager.delete(worker[-1])
    assert not app.run().get("page_link")


def test_nothing_runs_by_itself_beside_the_canvas(open_page, monkeypatch):
    """It would leave the old canvas there when a clear puts a new one in its place."""
    intervals, fragment = [], st.fragment

    def noting(function=None, *, run_every=None):
        intervals.append(run_every)
        return fragment(function, run_every=run_every)

    monkeypatch.setattr(st, "fragment", noting)
    open_page("draw")
    assert set(intervals) == {None}
    open_page("samples")
    assert training_notice.SECONDS in intervals
