"""What is killed while it writes; each says when it begins."""

import os
from multiprocessing.synchronize import Event

from mnist_core import data, recipes
from mnist_core.models import registry
from mnist_core.runs import archive


def save_on_and_on(home: str, begun: Event) -> None:
    """Save one network after the other, each under the name that the last one has."""
    from mnist_core.models import networks  # noqa: PLC0415 - others need no TensorFlow

    os.environ["MNIST_HOME"] = home
    recipe = recipes.get("quick", data="synthetic")
    model, dataset = networks.build(recipe), data.load_synthetic()
    begun.set()
    while True:
        registry.save(
            model,
            "ada",
            recipe=recipe,
            dataset=dataset,
            test_loss=0.1,
            test_accuracy=0.9,
            fit_seconds=1.0,
            history={"loss": [], "accuracy": [], "val_loss": [], "val_accuracy": []},
        )


def choose_on_and_on(home: str, begun: Event) -> None:
    """Choose one model, and the other, and the one again."""
    os.environ["MNIST_HOME"] = home
    begun.set()
    while True:
        for name in ("ada", "bob"):
            registry.choose(name)


def archive_once(home: str, begun: Event) -> None:
    """Archive all that there is."""
    os.environ["MNIST_HOME"] = home
    begun.set()
    archive.create()
