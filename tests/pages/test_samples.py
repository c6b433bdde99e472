import numpy as np
import pytest

from mnist_core.evaluation.dataset import DatasetEvaluation
from pages.components.samples import grid, mistakes
from pages.components.shared import cache, viewport
from tests.pages.helpers import component_props, page_text, props


@pytest.fixture(autouse=True)
def network(stub_network):
    """It takes everything for a 3, with 80 %."""
    stub_network({3: 0.8, 5: 0.2})


@pytest.fixture
def page(open_page, made_up, monkeypatch):
    """The Samples page with data that needs no download."""
    monkeypatch.setattr(cache, "dataset", lambda name: made_up)
    return open_page("samples")


@pytest.fixture
def evaluated(made_up, monkeypatch):
    """The evaluation is done: one 4 in ten was taken for a 9, the last with 95 %."""
    answers = np.eye(10, dtype=np.float32)[made_up.y_test] * 0.9 + 0.01
    wrong = np.flatnonzero(made_up.y_test == 4)[::10]
    answers[wrong] = np.eye(10)[9] * np.linspace(0.5, 0.95, len(wrong))[:, None]
    monkeypatch.setattr(DatasetEvaluation, "test", lambda self: answers)
    return wrong


def labels(app) -> list[str]:
    return [tile["caption"] for tile in props(app, "tiles")]


def test_the_grid_shows_digits_with_their_labels(page, made_up):
    assert labels(page) == [f"Digit: {label}" for label in made_up.y_train[:40]]
    names = [tile["name"] for tile in props(page, "tiles")]
    assert names == [f"A made-up {label}" for label in made_up.y_train[:40]]


def test_filter_split_and_number(page):
    page.selectbox(key="digit").select("3").run()
    page.get_by_key("split").set_value("Test").run()
    page.slider(key="count").set_value(25).run()
    assert labels(page) == ["Digit: 3"] * 25
    assert "25 of the made-up 200 test images of a 3" in page_text(page)


def test_shuffle_shows_others(page):
    before = labels(page)
    page.button(key="shuffle").click().run()
    assert labels(page) != before
    assert len(labels(page)) == len(before)


def test_how_it_is_prepared_is_shown_with_shapes(page, made_up):
    assert "As stored" not in page_text(page)
    page.session_state["preparation"] = True
    page.run()
    for said in ("(28, 28)", "(28, 28, 1)", "(10,)", "float32", "uint8"):
        assert said in page_text(page)
    vector = page.dataframe[1].value.to_numpy()[0]
    np.testing.assert_array_equal(vector, np.eye(10)[made_up.y_train[0]])


def choose(app, split: str, index: int):
    """Choose a digit of the grid, as a click does."""
    app.session_state[grid.PICKED.key] = "synthetic", split, index
    return app.run()


@pytest.mark.parametrize("split", ["Training", "Test"])
def test_the_chosen_digit_is_shown_with_what_the_network_says(page, made_up, split):
    assert component_props(page, "grid-answer") is None
    assert "Choose a digit" in page_text(page)
    split_labels = made_up.y_test if split == "Test" else made_up.y_train
    label = next(label for label in range(10) if label != 3)
    choose(page, split, int(np.flatnonzero(split_labels == label)[0]))
    answer = component_props(page, "grid-answer")
    assert (answer["label"], answer["predicted"]) == (label, 3)
    assert (answer["kind"], answer["sure"]) == ("wrong", "80.0 % sure")
    assert component_props(page, "grid-bars")["best"] == 3


def test_the_chosen_digit_is_marked_and_stays_when_others_are_shown(page, made_up):
    choose(page, "Training", 7)
    assert component_props(page, "grid")["chosen"] == 7
    page.get_by_key("split").set_value("Test").run()
    assert component_props(page, "grid")["chosen"] is None
    answer = component_props(page, "grid-answer")
    assert answer["label"] == made_up.y_train[7]


def test_on_a_phone_nothing_stands_beside_the_grid(open_page):
    app = open_page("samples", viewport=viewport.PHONE)
    choose(app, "Test", 7)
    assert component_props(app, "grid-answer") is None
    assert "Choose a digit" not in page_text(app)


def test_before_the_evaluation_is_done_the_rest_is_there(page):
    assert "2,000 made-up test images is being read" in page_text(page)
    assert component_props(page, "confusion_matrix") is None
    rows = component_props(page, "per_class")["rows"]
    assert len(rows) == 10
    assert "misread" not in rows[0]


def test_a_sentence_says_where_it_fails(evaluated, page):
    count = len(evaluated)
    assert f"misreads {count} of the 2,000 made-up test images" in page_text(page)
    assert f"most often a 4 as a 9 ({count} times)" in page_text(page)
    assert f"[Where it fails: {count} of the 2,000" in page_text(page)


def test_the_matrix_counts_and_the_surest_mistake_is_shown_large(evaluated, page):
    table = np.array(component_props(page, "confusion_matrix")["counts"])
    assert table[4, 9] == len(evaluated)
    assert table.sum() == 2000
    assert component_props(page, "mistakes")["tiles"][0]["caption"] == (
        "4, read as 9\n95 % sure"
    )
    answer = component_props(page, "mistake-answer")
    assert (answer["label"], answer["predicted"], answer["kind"]) == (4, 9, "wrong")


def test_the_select_boxes_choose_a_cell(evaluated, page, made_up):
    page.selectbox(key="cell_label").select("4").run()
    assert component_props(page, "confusion_matrix")["chosen"] == [4, None]
    page.selectbox(key="cell_predicted").select("4").run()
    assert component_props(page, "confusion_matrix")["chosen"] == [4, 4]
    fours = int((made_up.y_test == 4).sum())
    right = fours - len(evaluated)
    said = f"{right} of the {fours} images of a 4 were read right, the least sure first"
    assert said in page_text(page)
    tiles = component_props(page, "mistakes")["tiles"]
    assert len(tiles) == mistakes.MAX_IMAGES
    assert component_props(page, "mistake-answer")["kind"] == "right"
    page.selectbox(key="cell_label").select("0").run()
    assert "0 of the 200 images of a 0 were wrongly read as a 4" in page_text(page)
    assert component_props(page, "mistakes") is None


def test_each_digit_has_its_mistakes_per_thousand(evaluated, page, made_up):
    rows = component_props(page, "per_class")["rows"]
    fours = int((made_up.y_test == 4).sum())
    assert rows[4]["misread"]["count"] == f"{len(evaluated)} of {fours}"
    assert rows[4]["misread"]["rate"] == f"{1000 * len(evaluated) / fours:.1f}"
    assert [row["misread"]["share"] for row in rows] == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert sum(int(row["training"].replace(",", "")) for row in rows) == 10_000
