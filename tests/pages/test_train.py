import json

import pytest

from mnist_core import recipes, runs, store
from tests.conftest import order
from tests.pages.conftest import words

RECIPE = recipes.get("quick", data="synthetic", images=1000)


def lines(run, *rows):
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (run.folder / "metrics.jsonl").write_text(text)


BATCH = {"epoch": 0.5, "seconds": 2.0, "step": 4, "loss": 0.5, "accuracy": 0.8}
LATER = {"epoch": 1.0, "seconds": 4.0, "step": 8, "loss": 0.4, "accuracy": 0.9}
EPOCH = {"epoch": 1, "seconds": 5.0, "val_loss": 0.3, "val_accuracy": 0.95}


@pytest.fixture
def going(worker):
    """A run that goes on until it is told to end."""
    run = runs.start(RECIPE)
    worker.append(run)
    return run


def test_at_first_it_says_how_to_begin(open_page):
    app = open_page("train")
    assert "Press **Start training**" in words(app)
    assert not app.button(key="start").disabled


def test_start_trains_by_the_values_in_the_form(open_page, worker):
    app = open_page("train")
    app.number_input(key="quick-synthetic-epochs").set_value(3)
    app.number_input(key="quick-synthetic-images").set_value(500)
    app.button(key="start").click().run()
    assert not app.exception
    run = runs.active()
    worker.append(run)
    expected = recipes.get("quick", data="synthetic", epochs=3, images=500)
    assert run.recipe == expected
    assert "**Quick** is being trained" in words(app)


def test_a_run_that_goes_on_shows_how_it_goes(open_page, going):
    lines(going, BATCH, LATER)
    going.update(stage="training")
    app = open_page("train")
    (bar,) = app.get("progress")
    assert bar.proto.value == 50
    assert "Training ..." in bar.proto.text
    assert "250 images a second" in bar.proto.text
    assert "about 4 s left" in bar.proto.text
    assert len(app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")) == 2


def test_stop_asks_the_worker(open_page, going):
    app = open_page("train")
    app.button(key="stop").click().run()
    assert going.is_asked("stop")
    assert app.button(key="stop").disabled


def test_who_starts_second_is_told_and_watches_the_first(open_page, worker):
    page = open_page("train")
    first = runs.start(RECIPE)
    worker.append(first)
    page.button(key="start").click().run()
    assert f"{first.id!r} is going on" in words(page)
    assert "**Quick** is being trained" in words(page)
    assert runs.runs() == [first]


@pytest.fixture
def ended(going, save):
    """A run that has ended with a saved model."""
    saved = save("ada")
    lines(going, BATCH, LATER, EPOCH)
    scores = {key: saved.card[key] for key in ("test_loss", "test_accuracy", "history")}
    going.update(status="finished", model="ada", fit_seconds=12.3, **scores)
    order(going, "")
    return going


def test_an_ended_run_shows_its_result(open_page, ended):
    app = open_page("train")
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Trained in"] == "about 12 s"
    assert shown["Test accuracy"].endswith(" %")
    labels = [button.label for button in app.get("download_button")]
    assert labels == ["Figure", "Architecture", "Weights", "Card"]


def test_pen_drawings_at_hand_can_be_learned_from(
    open_page, worker, monkeypatch, pen_file
):
    assert not open_page("train").get("toggle")
    monkeypatch.setenv("MNIST_STROKES", str(pen_file))
    app = open_page("train", pens=True)
    app.button(key="start").click().run()
    run = runs.active()
    worker.append(run)
    assert run.recipe.strokes == pen_file.name
    assert len(run.drawings()) == 100


def test_pen_drawings_that_cannot_be_read_are_no_start(
    open_page, monkeypatch, tmp_path
):
    monkeypatch.setenv("MNIST_STROKES", str(tmp_path / "nothing.jsonl"))
    app = open_page("train", pens=True)
    app.button(key="start").click().run()
    assert "there is no such file" in words(app)
    assert runs.active() is None


def test_an_ended_run_shows_how_it_reads_pen_drawings(open_page, ended):
    ended.update(drawn_accuracy=0.9812)
    shown = {metric.label: metric.value for metric in open_page("train").metric}
    assert shown["Drawn accuracy"] == "98.12 %"


def test_images_kept_out_of_the_training_are_not_called_test_images(open_page, worker):
    run = runs.start(recipes.get("robust", data="synthetic", validation=500))
    worker.append(run)
    for known in ((), (BATCH, LATER, EPOCH)):
        lines(run, *known)
        app = open_page("train")
        charts = app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")
        assert all('"Train", "Validation"' in chart.proto.spec for chart in charts)


def test_use_this_model_makes_it_everybody_s_default(open_page, ended):
    app = open_page("train")
    app.button(key="use").click().run()
    assert not app.exception
    assert store.default().name == "ada"
    assert app.selectbox(key="model").value == "ada"
    assert "The Draw page answers with **ada**" in words(app)


def test_a_result_whose_model_was_deleted_says_so(open_page, ended):
    store.delete("ada")
    assert "was deleted since" in words(open_page("train"))


def test_a_failed_run_gives_the_reason(open_page, going):
    going.update(status="failed", reason="The disk is full.")
    order(going, "print('what happened')")
    app = open_page("train")
    assert "The disk is full." in words(app)
    assert "what happened" in app.code[0].value


def test_an_interrupted_run_says_so(open_page, going):
    order(going, "")
    assert "The training was cut off" in words(open_page("train"))


def test_a_stopped_run_says_so(open_page, going):
    going.update(status="stopped")
    order(going, "")
    assert "Stopped before its end" in words(open_page("train"))
