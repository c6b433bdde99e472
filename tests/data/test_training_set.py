import numpy as np
import pytest

from mnist_core import recipes
from mnist_core.data import training_set

SMALL = {"data": "synthetic", "images": 300, "validation": 100}


def build(made_up, drawings, **changes):
    recipe = recipes.get("robust", **SMALL, rare_style_images=30, doodles=20, **changes)
    return recipe, training_set.build(recipe, made_up, drawings)


def test_everything_a_recipe_names_is_there(made_up, drawings):
    recipe, examples = build(made_up, drawings, strokes="pens.jsonl", pen_images=200)
    assert (
        len(examples.images)
        == len(examples.labels)
        == recipe.examples
        == 200 + 200 + 50
    )
    assert (examples.images.dtype, examples.labels.dtype) == (np.uint8, np.float32)
    np.testing.assert_array_equal(examples.images[:200], made_up.x_train[:200])
    drawn = examples.labels[200:400].argmax(axis=1)
    np.testing.assert_array_equal(np.bincount(drawn), np.full(10, 20))
    np.testing.assert_allclose(examples.labels.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(examples.labels[-20:], 0.1)
    assert (examples.labels[:-20].max(axis=1) == 1).all()
    assert (examples.images.reshape(450, -1).max(axis=1) == 255).mean() > 0.9


def test_the_validation_images_are_not_learned(made_up, drawings):
    _, examples = build(made_up, drawings)
    for image in made_up.x_train[200:300]:
        assert not (examples.images[:200] == image).all(axis=(1, 2)).any()


def test_without_a_file_of_strokes_nothing_is_drawn(made_up):
    recipe, examples = build(made_up, [])
    assert len(examples.images) == recipe.examples == 250


def test_a_plain_recipe_learns_from_its_images_alone(made_up):
    recipe = recipes.get("quick", data="synthetic", images=500)
    examples = training_set.build(recipe, made_up, [])
    np.testing.assert_array_equal(examples.images, made_up.x_train[:500])


def test_the_same_recipe_gives_the_same_examples(made_up, drawings):
    changes = {"strokes": "pens.jsonl", "pen_images": 50}
    one, other = (build(made_up, drawings, **changes)[1] for _ in range(2))
    np.testing.assert_array_equal(one.images, other.images)


def test_how_far_it_is_can_be_followed(made_up, drawings):
    heard = []
    recipe = recipes.get("robust", **SMALL, rare_style_images=600, doodles=0)
    training_set.build(recipe, made_up, drawings, progress=heard.append)
    assert heard == [0, pytest.approx(500 / 600)]
