import numpy as np
from streamlit.testing.v1 import AppTest

SNAPSHOT = {
    "epoch": 1.0,
    "filters": [[100, -100, 0, 50], [0, 0, 0, 1]],
    "mistakes": [
        {"index": 7, "label": 8, "predicted": 1, "confidence": 0.847},
        {"index": 3, "label": 2, "predicted": 0, "confidence": 0.5},
    ],
}


def show(snapshot, validation=0):
    """The part alone, on a page of its own."""

    def page(snapshot, validation):
        from mnist_core import recipes
        from pages.components.train import network_internals

        recipe = recipes.get("quick", data="synthetic", validation=validation)
        network_internals.show(snapshot, recipe)

    args = (snapshot, validation)
    app = AppTest.from_function(page, args=args, default_timeout=60).run()
    assert not app.exception
    return app, [element.proto.body for element in app.get("html")]


def test_each_filter_is_a_picture_with_a_name():
    _, (filters, _) = show(SNAPSHOT)
    assert filters.count("<img") == 2
    assert 'alt="Filter 2"' in filters


def test_each_mistake_says_what_it_is_and_what_was_read():
    _, (_, mistakes) = show(SNAPSHOT)
    assert mistakes.count("<img") == 2
    assert 'alt="A 8, read as 1"' in mistakes
    assert "8, read as 1<br>85 % sure" in mistakes


def test_mistakes_are_of_validation_images_where_some_were_kept(made_up):
    _, (_, tested) = show(SNAPSHOT)
    app, (_, kept) = show(SNAPSHOT, validation=500)
    assert tested != kept
    assert any("validation images" in caption.value for caption in app.caption)
    assert not np.array_equal(made_up.x_test[7], made_up.x_train[9507])


def test_before_there_is_anything_the_places_are_kept():
    _, parts = show(None)
    assert len(parts) == 2
    assert all("min-height" in part for part in parts)


def test_no_mistakes_at_all_is_said():
    _, (_, mistakes) = show({**SNAPSHOT, "mistakes": []})
    assert "it has all of them right" in mistakes
