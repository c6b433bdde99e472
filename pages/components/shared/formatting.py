"""Numbers, times, recipes and models in words, with the digits that matter.

percent(0.9912)       # "99.1 %"
probability(1.0)      # "99.9 %": a network is never wholly certain
"""

import re
from datetime import datetime
from typing import Final

from mnist_core.models import registry
from mnist_core.models.card import Card
from mnist_core.recipes import Recipe
from mnist_core.runs import steering

ABOUT_MNIST: Final = (
    "MNIST is 70,000 digits that people wrote by hand, the classic first task for a "
    "network that reads. It learns from 60,000 of them and is tested on the others."
)
READY_MADE: Final = "Ready-made model"


def percent(share: float, *, digits: int = 1) -> str:
    """Write a share from 0 to 1 as "99.1 %"; never round it up to 100 or down to 0."""
    smallest = 10**-digits
    value = round(share * 100, digits)
    if share < 1:
        value = min(value, 100 - smallest)
    if share > 0:
        value = max(value, smallest)
    return f"{value:.{digits}f} %"


def probability(share: float, *, digits: int | None = None) -> str:
    """Write what a network says: "98.7 %", "29 %"; it is never wholly certain."""
    if digits is None:
        digits = 0 if 0.01 <= share <= 0.5 else 1
    return percent(min(share, 0.999), digits=digits)


def plain(text: object) -> str:
    """Write a text that is not ours, so that Markdown shows it as it is.

    A folder's name or a reason found on a disk may hold a picture of somebody else's
    server, or a link.
    """
    return re.sub(r"([\\`*_{}\[\]#!|<>~$:&])", r"\\\1", str(text))


def a_digit(digit: int | str) -> str:
    """Write a digit with its article: "a 7", "an 8"."""
    return f"an {digit}" if str(digit) == "8" else f"a {digit}"


def duration(seconds: float) -> str:
    """Write a length of time: "about 12 s", "about 4 min"."""
    if seconds < 1.5:
        return "about a second"
    if seconds < 90:
        return f"about {seconds:.0f} s"
    return f"about {seconds / 60:.0f} min"


def date(timestamp: float) -> str:
    """Write a time in seconds since 1970 as a day: "22 Nov 2026"."""
    return datetime.fromtimestamp(timestamp).strftime("%-d %b %Y")


def timestamp(timestamp: float) -> str:
    """Write a time in seconds since 1970: "22 Nov, 14:05:32"."""
    return datetime.fromtimestamp(timestamp).strftime("%-d %b, %H:%M:%S")


def describe_recipe(recipe: Recipe) -> str:
    """Say in a sentence what is trained and how."""
    images = "made-up digits" if recipe.data == "synthetic" else "MNIST images"
    epochs = "1 epoch" if recipe.epochs == 1 else f"{recipe.epochs} epochs"
    if recipe.strokes:
        images += f" with {recipe.pen_images:,} pen drawings"
    options = ", augmented" if recipe.augment else ""
    options += "" if recipe.dropout else ", without dropout"
    return (
        f"{epochs} over {recipe.images:,} {images}{options}, {optimizer(recipe)} at "
        f"learning rate {recipe.learning_rate:g}, batches of {recipe.batch_size}, "
        f"seed {recipe.seed}."
    )


def optimizer(recipe: Recipe) -> str:
    """Write the optimizer's name as its authors do: "Adam", "SGD"."""
    return "SGD" if recipe.optimizer == "sgd" else recipe.optimizer.capitalize()


def model_name(name: str) -> str:
    """Write the name of a model as people read it."""
    return READY_MADE if name == registry.PRETRAINED.name else name


def explain_model(card: Card) -> str:
    """Explain what the score of a model is about."""
    pens = ""
    if "pen_accuracy" in card:
        pens = (
            f" Of people's pen drawings it gets {percent(card['pen_accuracy'])} right."
        )
    steered = ""
    if changes := steering.merge(card.get("steering", [])):
        steered = f" Changed while it was trained: {steering.describe(changes)}."
    imported = ""
    if origin := card.get("imported"):
        imported = f" Trained elsewhere, and stored by Keras {plain(origin['keras'])}."
    return ABOUT_MNIST + pens + steered + imported


def describe_model(card: Card) -> str:
    """Say in one line how well a model reads, and whose digits."""
    real = card["data"]["name"] == "mnist"
    where = "test digits" if real else "made-up test digits"
    return f"Gets {percent(card['test_accuracy'])} of {where} right"
