import json

import pytest

from mnist_core import recipes
from mnist_core.runs import manager, steering
from tests.conftest import order
from tests.pages.helpers import page_text

RECIPE = recipes.get("quick", data="synthetic", images=1000)


@pytest.fixture
def run(worker):
    worker.append(manager.start(RECIPE))
    return worker[-1]


def widgets(app) -> set[str]:
    known = [*app.select_slider, *app.toggle, *app.selectbox, *app.button]
    return {widget.key for widget in known if str(widget.key).startswith("ste")}


def find(elements, name: str):
    """The widget that steers a value; where somebody else did, it is a new one."""
    (found,) = (each for each in elements if each.key.startswith(f"steer_{name}_"))
    return found


def test_what_is_changed_on_the_page_is_asked_of_the_worker(open_page, run):
    app = open_page("train")
    slider = find(app.select_slider, "learning_rate")
    assert slider.value == RECIPE.learning_rate
    slider.set_value(0.02).run()
    find(app.selectbox, "dropout").set_value(0.3).run()
    find(app.selectbox, "batch_size").set_value(256).run()
    assert not app.exception
    wanted = {"learning_rate": 0.02, "dropout": 0.3, "batch_size": 256}
    assert steering.asked(run.folder) == wanted
    assert "Asked: learning rate 0.02, dropout 0.3, batches of 256" in page_text(app)

    row = {"epoch": 1, "seconds": 9.0, "step": 8, **wanted}
    (run.folder / steering.LOG).write_text(json.dumps(row) + "\n")
    app.button(key="steer_back").click().run()
    assert steering.pending(run.folder, RECIPE) == {"learning_rate": None}
    assert find(app.select_slider, "learning_rate").value == RECIPE.learning_rate
    assert app.button(key="steer_back").disabled

    steering.ask(run.folder, augment=True)  # somebody else
    assert find(app.run().toggle, "augment").value is True


def test_a_paused_run_goes_on_step_by_step(open_page, run):
    app = open_page("train")
    assert app.button(key="step_10 batches").disabled
    app.button(key="pause").click().run()
    app.button(key="step_10 batches").click().run()
    assert steering.take_step(run.folder) == {"batches": 10}
    app.button(key="step_1 epoch").click().run()
    assert steering.take_step(run.folder) == {"batches": None}


def test_who_may_not_end_a_run_does_not_steer_it(open_page, run, monkeypatch):
    monkeypatch.setenv("MNIST_READ_ONLY", "1")
    monkeypatch.setattr("pages.components.shell.visitor.is_host", lambda: False)
    app = open_page("train")
    assert not widgets(app)
    assert "Now:" not in page_text(app)
    row = {"epoch": 1, "seconds": 9.0, "step": 8, "dropout": False}
    (run.folder / steering.LOG).write_text(json.dumps(row) + "\n")
    assert "Now: dropout off." in page_text(app.run())
    order(run, "")


def test_who_looks_at_the_next_set_up_finds_all_as_it_was(open_page, run):
    app = open_page("train")
    for view in ("Set up the next", "This training"):
        app.get_by_key("setup_view").set_value(view).run()
    assert find(app.select_slider, "learning_rate").value == RECIPE.learning_rate
    assert find(app.selectbox, "dropout").value is RECIPE.dropout
    assert find(app.selectbox, "batch_size").value == RECIPE.batch_size
