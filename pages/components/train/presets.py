"""Presets: set-ups of a training that go wrong, or right, in a way one can see.

Each shows on the charts what its sentence says, with MNIST and with the made-up digits,
and all but the published recipe in about half a minute to a minute on two cores.
"""

from dataclasses import dataclass

from mnist_core import recipes
from mnist_core.recipes import DataName, Recipe, RecipeValues


@dataclass(frozen=True)
class Preset:
    """Changed values of a recipe, and what to look for on the charts."""

    recipe: str
    changes: RecipeValues
    hint: str


PRESETS = {
    "Too few images": Preset(
        recipe="classic",
        changes={"images": 100, "batch_size": 16, "epochs": 16},
        hint="Training nears 100 %, the test stays far behind: the network learned the "
        "images by heart. Then give it more images.",
    ),
    "Learning rate too high": Preset(
        recipe="classic",
        changes={
            "images": 2_000,
            "optimizer": "adam",
            "learning_rate": 0.1,
            "epochs": 5,
        },
        hint="The loss stays at 2.3 and the accuracy near 10 %: it guesses, because "
        "each correction overshoots. Then try a learning rate of 0.001.",
    ),
    "No dropout": Preset(
        recipe="classic",
        changes={"images": 1_000, "dropout": False, "epochs": 15},
        hint="The training loss goes to 0 while the test loss stops falling: it begins "
        "to learn the images by heart. Then switch dropout on and compare.",
    ),
    "The published recipe": Preset(
        recipe="classic",
        changes={},
        hint="The first epoch brings the test to 98 %, nine more to 99 %: all ten take "
        "minutes. Look at how training catches up with the test.",
    ),
}
"""By the name that people choose from; links hold it, too."""


def hint_for(recipe: Recipe) -> str | None:
    """Return what to look for in a run whose recipe is a preset's, unchanged."""
    for name, preset in PRESETS.items():
        if base(name, preset.recipe, recipe.data) == recipe:
            return preset.hint
    return None


def base(preset: str | None, recipe: str, data_name: DataName) -> Recipe:
    """Return the recipe that a set-up starts from, before its values are changed."""
    changes: RecipeValues = {"data": data_name}
    if preset:
        changes.update(PRESETS[preset].changes)
    return recipes.get(recipe, **changes)
