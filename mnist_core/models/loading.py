"""Load a stored network, once its files are what this project's own code would write.

A file of a few kilobytes can describe a layer of a billion weights, or hold an array of
gigabytes, and Keras would make room for either. So the network is built by its recipe;
the stored architecture and the weights only have to fit it.
"""

import json
from pathlib import Path
from typing import Any

import h5py
import keras

from mnist_core.models import folding, networks
from mnist_core.recipes import Recipe
from mnist_core.storage import reading

UNREADABLE = "Keras cannot read its weights: perhaps another version of it wrote them"


def load(architecture: Path, weights: Path, *, recipe: Recipe) -> keras.Model:
    """Return the network of these two files, not compiled.

    Args:
        architecture: JSON, as Keras's `to_json` gives it.
        weights: HDF5, as Keras's `save_weights` writes it.
        recipe: what it was trained by.

    Raises:
        OSError: a file cannot be read.
        ValueError: a file is not what the recipe's network is saved as.
    """
    model = networks.assemble(recipe)
    stored = reading.read_json(architecture, dict[str, Any])
    if not _is_same(stored, json.loads(model.to_json())):
        raise ValueError("its architecture is not that of its recipe")
    load_weights(model, weights)
    return model


def load_weights(model: keras.Model, weights: Path) -> None:
    """Have a network take the weights of an HDF5 file, of Keras 3 or of Keras 2.

    Raises:
        ValueError: they are not those of such a network.
    """
    try:
        fits = _count_values(weights) <= model.count_params()
        if fits:
            model.load_weights(weights)
    except Exception as error:  # Keras and HDF5 raise anything for a damaged file
        raise ValueError(UNREADABLE) from error
    if not fits:
        raise ValueError("its weights are more than its network has")


def _is_same(stored: dict[str, Any], own: dict[str, Any]) -> bool:
    """Compare two architectures by what both say of each layer, names aside.

    Another version of Keras may say more of a layer, or less.
    """
    try:
        layers = zip(stored["config"]["layers"], own["config"]["layers"], strict=True)
        return all(_is_same_layer(layer, as_built) for layer, as_built in layers)
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def _is_same_layer(stored: dict[str, Any], own: dict[str, Any]) -> bool:
    if stored["class_name"] != own["class_name"]:
        return False
    known, built = stored["config"], own["config"]
    both = known.keys() & built.keys() - {"name"}
    return all(known[key] == built[key] for key in both)


def _count_values(weights: Path) -> int:
    """Count the numbers that the arrays of a file say they hold; read none.

    Keras 2 put an optimizer's numbers beside the weights; they are not read.
    """
    with h5py.File(weights) as file:
        return sum(
            each.size
            for each in folding.datasets(file)
            if not each.name.startswith("/optimizer_weights/")
        )
