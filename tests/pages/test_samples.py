import numpy as np
import pytest

from pages.parts import cache
from tests.pages.conftest import words


@pytest.fixture
def page(open_page, made_up, monkeypatch):
    """The Samples page with data that needs no download."""
    monkeypatch.setattr(cache, "dataset", lambda name: made_up)
    return open_page("samples")


def labels(app) -> list[str]:
    return [caption for image in app.image for caption in image.captions]


def test_the_grid_shows_digits_with_their_labels(page, made_up):
    assert labels(page) == [f"Digit: {label}" for label in made_up.y_train[:40]]


def test_filter_split_and_number(page):
    page.selectbox(key="digit").select("3").run()
    page.get_by_key("split").set_value("Test").run()
    page.slider(key="count").set_value(25).run()
    assert labels(page) == ["Digit: 3"] * 25
    assert "25 of the made-up 200 test images of a 3" in words(page)


def test_shuffle_shows_others(page):
    before = labels(page)
    page.button(key="shuffle").click().run()
    assert labels(page) != before
    assert len(labels(page)) == len(before)


def test_how_it_is_prepared_is_shown_with_shapes(page, made_up):
    assert "As stored" not in words(page)
    page.session_state["preparation"] = True
    page.run()
    for said in ("(28, 28)", "(28, 28, 1)", "(10,)", "float32", "uint8"):
        assert said in words(page)
    vector = page.dataframe[1].value.to_numpy()[0]
    np.testing.assert_array_equal(vector, np.eye(10)[made_up.y_train[0]])


def test_without_mnist_the_page_says_so_and_goes_on(open_page):
    app = open_page("samples")
    assert "these digits are made up" in words(app)
    assert len(labels(app)) == 40
    assert "no network" in "".join(text.value for text in app.text)


def test_try_again_looks_again(open_page, made_up, monkeypatch):
    app = open_page("samples")
    monkeypatch.setattr(cache, "dataset", lambda name: made_up)
    next(b for b in app.button if b.label == "Try again").click().run()
    assert "these digits are made up" not in words(app)
