"""Several values are tried from the Train page, and it shows which are best."""

import pytest

from mnist_core import recipes
from mnist_core.runs import leaderboard, manager, sweeps
from pages.components.train import line
from pages.components.train.sweep_map import to_props
from pages.components.train.sweep_view import table
from tests.pages.helpers import component_props, page_text


@pytest.fixture(autouse=True)
def _no_training(small_workers):
    return small_workers


@pytest.fixture
def app(open_page):
    return open_page("train")


def end(sweep, *accuracies):
    """Have the first runs end with these results."""
    runs = sorted(sweep.runs(manager.read_runs()), key=lambda run: run.read().number)
    for run, accuracy in zip(runs, accuracies, strict=False):
        (run.folder / "waiting.json").unlink(missing_ok=True)
        run.update(status="finished", test_accuracy=accuracy, test_loss=0.1)
    return runs


def test_two_values_are_tried_in_line(app):
    app.selectbox(key="sweep_second").set_value("batch_size").run()
    app.text_input(key="sweep_second_batch_size").set_value("64, 128").run()
    assert app.button(key="start_sweep").label == "Train all 6"
    app.number_input(key="sweep_seeds").set_value(2).run()
    app.button(key="start_sweep").click().run()
    assert not app.exception
    (sweep,) = sweeps.list_sweeps()
    assert sweep.vary == {
        "learning_rate": [0.001, 0.003, 0.01],
        "batch_size": [64, 128],
    }
    assert len(sweep.runs(manager.read_runs())) == 12
    assert "0 of 12 trainings have ended" in page_text(app)
    assert "(and 10 more)" in page_text(app)
    app.button(key="stop_sweep").click().run()
    assert [run.read().status for run in sweep.runs(manager.read_runs())] == ["running"]


@pytest.mark.parametrize("values", ["0.01", "0.01, odd", "11, 12", ""])
def test_what_cannot_be_tried_says_so(app, values):
    app.text_input(key="sweep_first_learning_rate").set_value(values).run()
    assert "start_sweep" not in {button.key for button in app.button}
    assert app.error


def test_each_run_that_has_ended_is_a_point(app):
    app.button(key="start_sweep").click().run()
    (sweep,) = sweeps.list_sweeps()
    runs = end(sweep, 0.9, 0.95)
    line.forget()
    app.run()
    told = component_props(app, f"sweep_map_{sweep.id}")
    assert [point["accuracy"] for point in told["means"]] == [0.95, 0.9, None]
    assert [point["run"] for point in told["runs"]] == [runs[1].id, runs[0].id]


def test_of_what_was_ended_early_the_table_says_when_and_else_nothing():
    base = recipes.get("quick", data="synthetic", images=1000)
    sweep = sweeps.start(base, {"batch_size": [32, 64]})
    end(sweep, 0.9)
    (before,) = {tuple(row) for row in shown(sweep)}
    assert before[0] == "Batch size" and "Ended early" not in before
    _, second = sorted(sweep.runs(manager.read_runs()), key=lambda r: r.read().number)
    second.update(status="stopped", halved=1)
    assert [row["Ended early"] for row in shown(sweep)] == ["", "after epoch 1"]


def shown(sweep):
    return table(sweep, leaderboard.rows(sweep, manager.read_runs()))


def test_the_picture_has_a_place_for_each_combination():
    recipe = recipes.get("quick", data="synthetic", images=1000)
    vary = {"batch_size": [32, 64], "dropout": [True, False]}
    sweep = sweeps.start(recipe, vary)
    props = to_props(sweep, leaderboard.rows(sweep, manager.read_runs()))
    assert props["fields"] == ["Batch size", "Dropout"]
    assert props["values"] == [["32", "64"], ["on", "off"]]
    places = {(point["x"], point["y"]) for point in props["means"]}
    assert places == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert props["means"][0]["name"] == "Batch size 32, Dropout on: no result yet"
