"""Lessons: set-ups of a training that go wrong, or right, in a way one can see.

Each shows on the charts what its sentence says, with MNIST and with the made-up digits,
and all but the published recipe in about half a minute to a minute on two cores.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mnist_core import recipes


@dataclass(frozen=True)
class Preset:
    """Changed values of a recipe, and what to look for on the charts."""

    recipe: str
    changes: Mapping[str, Any]
    look: str


PRESETS = {
    "Too few images": Preset(
        recipe="classic",
        changes={"images": 100, "batch_size": 16, "epochs": 16},
        look="Training nears 100 %, the test stays far behind: the network learned the "
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
        look="The loss stays at 2.3 and the accuracy near 10 %: it guesses, because "
        "each correction overshoots. Then try a learning rate of 0.001.",
    ),
    "No dropout": Preset(
        recipe="classic",
        changes={"images": 1_000, "dropout": False, "epochs": 15},
        look="The training loss goes to 0 while the test loss stops falling: it begins "
        "to learn the images by heart. Then switch dropout on and compare.",
    ),
    "The published recipe": Preset(
        recipe="classic",
        changes={},
        look="The first epoch brings the test to 98 %, nine more to 99 %: all ten take "
        "minutes. Look at how training catches up with the test.",
    ),
}
"""By the name that people choose from; links hold it, too."""


def hint_for(recipe: recipes.Recipe) -> str | None:
    """What to look for in a run, where it is a lesson's with nothing changed."""
    return next(
        (
            lesson.look
            for name, lesson in PRESETS.items()
            if base(name, lesson.recipe, recipe.data) == recipe
        ),
        None,
    )


def base(lesson: str | None, recipe: str, data_name: str) -> recipes.Recipe:
    """The recipe that a set-up starts from: its values before anybody changes them."""
    changes = PRESETS[lesson].changes if lesson else {}
    return recipes.get(recipe, data=data_name, **changes)
