import random

import pytest

from mnist_core import recipes
from mnist_core.errors import RecipeError


def test_classic_is_the_published_recipe():
    classic = recipes.get("classic")
    assert (classic.optimizer, classic.learning_rate) == ("adadelta", 1.0)
    assert (classic.batch_size, classic.epochs, classic.images) == (128, 10, 60_000)
    assert classic.schedule == "constant"


@pytest.mark.parametrize("name", recipes.RECIPES)
def test_a_recipe_survives_json(name):
    recipe = recipes.get(name, epochs=3, seed=7)
    assert recipes.Recipe.from_dict(recipe.to_dict()) == recipe


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epochs", 4),
        ("batch_size", 32),
        ("learning_rate", 0.5),
        ("optimizer", "sgd"),
        ("images", 500),
        ("seed", 99),
    ],
)
def test_every_value_can_be_changed_and_nothing_else_changes(field, value):
    changed = recipes.get("classic", **{field: value}).to_dict()
    assert changed == {**recipes.get("classic").to_dict(), field: value}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epochs", 0),
        ("epochs", 1.5),
        ("epochs", True),
        ("batch_size", 7),
        ("learning_rate", 0.0),
        ("learning_rate", float("nan")),
        ("learning_rate", "fast"),
        ("images", 60_001),
        ("seed", -1),
        ("optimizer", "magic"),
        ("network", "huge"),
        ("data", "cats"),
    ],
)
def test_values_out_of_bounds_are_named(field, value):
    with pytest.raises(RecipeError) as caught:
        recipes.get("classic", **{field: value})
    assert caught.value.field == field


@pytest.mark.parametrize("seed", range(20))
def test_whatever_a_value_is_it_is_taken_or_named(seed):
    rng = random.Random(seed)
    odd = [None, True, "", "x" * 10**6, [], {}, [[1]], -1, 0, 10**400, -(10**5000)]
    odd += [float("inf"), float("nan"), 1e-320, 2**63, "adam", 1.5, (), b"\x00"]
    for _ in range(200):
        values = recipes.get(rng.choice(list(recipes.RECIPES))).to_dict()
        for field in rng.sample(list(values), rng.randint(1, 3)):
            values[field] = rng.choice(odd)
        try:
            recipe = recipes.Recipe.from_dict(values)
        except RecipeError as error:
            assert len(str(error)) < 200
        else:
            assert recipes.Recipe.from_dict(recipe.to_dict()) == recipe


def test_unknown_recipes_and_values_are_refused():
    with pytest.raises(RecipeError, match="'best' is none of classic, quick"):
        recipes.get("best")
    with pytest.raises(RecipeError, match="colour"):
        recipes.get("quick", colour="blue")


def test_a_recipe_takes_all_images_its_data_set_has():
    assert recipes.get("quick").images == 60_000
    assert recipes.get("quick", data="synthetic").images == 10_000
    with pytest.raises(RecipeError, match="only 10,000"):
        recipes.get("quick", data="synthetic", images=10_001)


def test_the_last_batch_of_an_epoch_may_be_small():
    assert recipes.get("classic").steps_per_epoch == 469
    assert recipes.get("classic", images=128).steps_per_epoch == 1
    assert recipes.get("classic", images=129).steps_per_epoch == 2


def test_the_published_run_has_ten_epochs_and_its_result():
    history = recipes.published_history()
    assert len(history["loss"]) == len(history["val_accuracy"]) == 10
    assert history["val_accuracy"][-1] == 0.9904
    assert sum(history["seconds"]) == 2715


def test_the_command_of_a_recipe_trains_by_it():
    changes = {"epochs": 30, "strokes": "pens.jsonl", "pen_images": 10_000, "seed": 3}
    recipe = recipes.get("robust", **changes)
    assert recipe.command == (
        "python -m mnist_core train --recipe robust --strokes pens.jsonl"
        " --epochs 30 --pen-images 10000 --seed 3"
    )
    made_up = recipes.get("quick", data="synthetic")
    assert made_up.command.endswith("--recipe quick --data synthetic")


def test_what_is_seen_in_an_epoch_is_what_the_recipe_names():
    recipe = recipes.get("robust", pen_images=7, rare_style_images=5, doodles=3)
    assert recipe.examples == 55_000 + 5 + 3  # without a file nothing is drawn
    drawn = recipes.get(
        "robust", pen_images=7, rare_style_images=5, doodles=3, strokes="pens.jsonl"
    )
    assert drawn.examples == 55_000 + 7 + 5 + 3


def test_some_images_must_be_left_to_learn_from():
    with pytest.raises(RecipeError, match="too few images"):
        recipes.get("robust", images=5_050)
