import io

import numpy as np
import pytest
from PIL import Image

from mnist_core import recipes
from mnist_core.data import synthetic
from mnist_core.evaluation import figures


def test_the_grid_has_nine_digits_with_their_labels():
    images, labels = synthetic.digits(12, seed=1)
    figure = figures.digits(images, labels)
    assert [axes.get_title() for axes in figure.axes] == [
        f"Digit: {label}" for label in labels[:9]
    ]
    for axes, image in zip(figure.axes, images, strict=False):
        np.testing.assert_array_equal(axes.images[0].get_array(), image)


def test_fewer_than_nine_digits_leave_the_rest_empty():
    images, labels = synthetic.digits(10, seed=1)
    figure = figures.digits(images[:2], labels[:2])
    assert sum(bool(axes.images) for axes in figure.axes) == 2


def test_the_history_has_the_published_two_panels():
    history = recipes.published_history()
    accuracy, loss = figures.history(history).axes
    for axes, name, corner in ((accuracy, "accuracy", 4), (loss, "loss", 1)):
        assert axes.get_title() == f"model {name}"
        assert axes.get_xlabel() == "epoch"
        legend = axes.get_legend()
        assert [text.get_text() for text in legend.get_texts()] == ["train", "test"]
        assert legend._loc == corner  # matplotlib: 4 is lower right, 1 upper right
        train, test = axes.lines
        np.testing.assert_array_equal(train.get_xdata(), range(1, 11))
        np.testing.assert_array_equal(train.get_ydata(), history[name])
        np.testing.assert_array_equal(test.get_ydata(), history[f"val_{name}"])


def test_images_kept_out_of_the_training_are_not_called_test_images():
    figure = figures.history(recipes.published_history(), validation=True)
    for axes in figure.axes:
        _, other = axes.get_legend().get_texts()
        assert other.get_text() == "validation"


@pytest.mark.parametrize("epochs", [1, 2, 10])
def test_a_figure_is_a_picture(epochs):
    history = {k: v[:epochs] for k, v in recipes.published_history().items()}
    png = figures.to_png(figures.history(history))
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.format == "PNG"
        assert min(picture.size) > 500
        assert len(picture.convert("L").getcolors()) > 10
