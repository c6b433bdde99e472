"""The command that brings in a model of the published work's day."""

import argparse
from typing import Final

from mnist_core import data
from mnist_core.cli.console import (
    ERR,
    ensure_mnist,
    percent,
    print_facts,
    print_json,
    silence_stderr,
)
from mnist_core.evaluation.dataset import evaluate
from mnist_core.models import registry
from mnist_core.models.card import History
from mnist_core.models.keras_startup import fast_import
from mnist_core.storage.paths import check_name

NO_HISTORY: Final[History] = {
    "loss": [],
    "accuracy": [],
    "val_loss": [],
    "val_accuracy": [],
}


def import_model(args: argparse.Namespace) -> int:
    """Bring in a network that Keras 2 stored as JSON and HDF5."""
    check_name(args.name)
    with silence_stderr(), fast_import():
        from mnist_core.models import keras2  # noqa: PLC0415 - it takes seconds

    imported = keras2.load(args.architecture, args.weights)
    ensure_mnist(args.data)
    dataset = data.load(args.data)
    x_test, y_test = data.prepare(dataset.x_test, dataset.y_test)
    imported.model.compile(loss="categorical_crossentropy", metrics=["accuracy"])
    with ERR.status(f"Testing on {len(x_test):,} images"):
        scores = evaluate(imported.model, x_test, y_test)
    stored = registry.save(
        imported.model,
        args.name,
        recipe=imported.recipe,
        dataset=dataset,
        imported=imported.origin,
        fit_seconds=0.0,
        history=NO_HISTORY,
        test_loss=scores["test_loss"],
        test_accuracy=scores["test_accuracy"],
    )
    if args.json:
        print_json({"model": stored.name, **scores})
        return 0
    print_facts(
        {
            "model": stored.name,
            "network": imported.recipe.network,
            "test accuracy": percent(scores["test_accuracy"]),
        }
    )
    return 0
