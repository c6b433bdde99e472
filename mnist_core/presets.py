"""Presets: trainings that go wrong, or right, in a way one can see.

    from mnist_core import presets
    presets.recipe("Too few images", data="mnist")
    presets.PRESETS["Too few images"].question

Each asks a question before, and its explanation is true afterwards, with MNIST and with
the made-up digits; all but the published recipe take about half a minute to a minute on
two cores.
"""

from dataclasses import dataclass

from mnist_core import recipes
from mnist_core.recipes import DataName, Recipe, RecipeValues


@dataclass(frozen=True)
class Preset:
    """Changed values of a recipe; what to ask before, and what has been seen then."""

    recipe: str
    changes: RecipeValues
    question: str
    explanation: str


PRESETS = {
    "Too few images": Preset(
        recipe="classic",
        changes={"images": 100, "batch_size": 16, "epochs": 16},
        question="What happens with only 100 images?",
        explanation="Training came near 100 %, and the test stayed far behind: the "
        "network learned the images by heart. Give it more images, and compare.",
    ),
    "Learning rate too high": Preset(
        recipe="classic",
        changes={
            "images": 2_000,
            "optimizer": "adam",
            "learning_rate": 0.1,
            "epochs": 5,
        },
        question="What happens when every correction is a hundred times too large?",
        explanation="The loss stayed at 2.3 and the accuracy near 10 %: it guesses, "
        "because each correction overshoots. Try a learning rate of 0.001.",
    ),
    "No dropout": Preset(
        recipe="classic",
        changes={"images": 1_000, "dropout": False, "epochs": 15},
        question="Does the test go on getting better as long as the training does?",
        explanation="The training loss went to 0 while the test loss stopped falling: "
        "the network began to learn the images by heart. Switch dropout on, and "
        "compare.",
    ),
    "The published recipe": Preset(
        recipe="classic",
        changes={},
        question="How much do nine more passes over the images add to the first?",
        explanation="With MNIST the first epoch brings the test to 98 %, nine more to "
        "99 %. Training is behind at first, since dropout makes it harder, and "
        "catches up with the test.",
    ),
}
"""By the name that people choose from; links hold it, too."""

BY_OPTION = {name.lower().replace(" ", "-"): name for name in PRESETS}
"""Their names by what the command line calls them: too-few-images."""


def recipe(name: str, *, data: DataName) -> Recipe:
    """Return the recipe of the preset of this name, on these data."""
    preset = PRESETS[name]
    changes: RecipeValues = {"data": data, **preset.changes}
    return recipes.get(preset.recipe, **changes)


def find(trained: Recipe) -> Preset | None:
    """Return the preset whose recipe this is, unchanged."""
    for name, preset in PRESETS.items():
        if recipe(name, data=trained.data) == trained:
            return preset
    return None
