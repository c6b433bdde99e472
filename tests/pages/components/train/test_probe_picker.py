import numpy as np
import pytest

from mnist_core import recipes
from mnist_core.runs import manager, probes
from pages.components.shared.canvas_state import EMPTY
from tests.pages.helpers import page_text, upright_strokes

RECIPE = recipes.get("quick", data="synthetic", images=1000)


def take(app, digit):
    app.get_by_key("probe_source").set_value("MNIST digit").run()
    app.get_by_key("probe_sample").set_value(digit).run()
    assert not app.exception


def test_digits_are_chosen_before_a_run_and_belong_to_it(open_page, worker):
    app = open_page("train")
    for digit in (4, 7):
        take(app, digit)
    app.button(key="start").click().run()
    run = manager.active()
    worker.append(run)
    labels = [probe.label for probe in probes.load(run.folder)]
    assert labels[2:] == [4, 7], "beside the two that are there at first"


def test_a_digit_can_be_taken_away_again(open_page):
    app = open_page("train")
    before = app.session_state["chosen_probes"]
    take(app, 7)
    app.button(key="remove-probe-1").click().run()
    left = app.session_state["chosen_probes"]
    assert [digit.label for digit in left] == [before[0].label, 7]


def test_digits_are_added_while_it_trains(open_page, worker):
    run = manager.start(RECIPE)
    worker.append(run)
    take(open_page("train"), 3)
    (probe,) = probes.load(run.folder)
    assert probe.label == 3
    assert probe.image.shape == (28, 28)


def test_four_are_the_most(open_page):
    app = open_page("train")
    for digit in (3, 4):
        take(app, digit)
    assert len(app.session_state["chosen_probes"]) == 4
    assert "probe_source" not in {element.key for element in app.get("button_group")}


def test_the_drawing_of_the_draw_page_is_offered(open_page):
    app = open_page("train")
    app.get_by_key("probe_source").set_value("My drawing").run()
    assert "Nothing is drawn on the Draw page yet" in page_text(app)


@pytest.mark.parametrize(("drawn", "taken"), [(1, 1), (2, 2), (5, 4)])
def test_what_the_visitor_has_drawn_is_watched(open_page, drawn, taken):
    app = open_page("train")
    app.session_state["canvas_states"] = [EMPTY, upright_strokes(drawn)]
    app.run()
    chosen = app.session_state["chosen_probes"]
    are_drawn = [digit.label is None for digit in chosen]
    assert are_drawn == [True] * taken + [False][taken - 1 :]
    app.button(key="remove-probe-0").click().run()
    app.session_state["canvas_states"] = [EMPTY]
    app.run()
    left = app.session_state["chosen_probes"]
    assert len(left) == len(chosen) - 1, "what was chosen by hand stays"


@pytest.mark.parametrize("label", [None, 5])
def test_a_digit_comes_back_as_it_was_kept(tmp_path, label):
    image = np.random.default_rng(0).integers(0, 256, (28, 28)) / np.float32(255)
    probes.add(tmp_path, probes.Probe(image.astype(np.float32), label))
    (kept,) = probes.load(tmp_path)
    assert np.array_equal(kept.image, image.astype(np.float32))
    assert kept.label == label
