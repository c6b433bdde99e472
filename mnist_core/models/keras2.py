"""Bring in a network that Keras 2 wrote: its architecture as JSON, its weights as HDF5.

    from mnist_core.models import keras2
    brought = keras2.load(Path("model_digit.json"), Path("model_digit.h5"))
    brought.model, brought.recipe.network

That is how the published work and others of its day kept their networks. The JSON only
tells which of our own networks it is, and the weights go into that one. So nothing that
the files say is executed, and no room is made for what they say they hold.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, NotRequired, TypedDict

import keras
from keras import layers

from mnist_core import recipes
from mnist_core.errors import ImportRefused
from mnist_core.models import loading, networks
from mnist_core.models.card import ImportOrigin
from mnist_core.recipes import Recipe
from mnist_core.storage import reading
from mnist_core.storage.reading import Text

RECIPE: Final = "imported"  # its name; how the network was trained nobody knows
NO_MATTER: Final = ("InputLayer", "Dropout")  # layers that do nothing to an answer
DECISIVE: Final = (
    *("filters", "kernel_size", "strides", "padding", "dilation_rate", "pool_size"),
    *("units", "activation", "use_bias", "data_format", "epsilon", "max_value"),
)
"""What decides the answers of a layer, beside its weights."""


class _Layer(TypedDict):
    class_name: str
    config: dict[str, Any]


class _Stack(TypedDict):
    layers: list[_Layer]


class _Architecture(TypedDict):
    class_name: Literal["Sequential"]
    config: _Stack | list[_Layer]  # a list before Keras 2.2.3
    keras_version: NotRequired[Text]


@dataclass(frozen=True)
class Imported:
    """A network that was brought in, and what is known of it."""

    model: keras.Model  # not compiled
    recipe: Recipe  # says which network it is; the rest of it is not known
    origin: ImportOrigin


def load(architecture: Path, weights: Path) -> Imported:
    """Return the network in two files that Keras 2 wrote.

    Args:
        architecture: JSON, as its `to_json` gave it.
        weights: HDF5, as its `save_weights` or its `save` wrote it.

    Raises:
        ImportRefused: one of them is damaged, or holds no network of this project.
        OSError: one of them cannot be read.
    """
    try:
        stored = reading.read_json(architecture, _Architecture)
        recipe = _recipe_of(stored)
    except ValueError as error:
        raise ImportRefused(architecture.name, str(error)) from error
    model = networks.assemble(recipe)
    reading.check_regular(weights)
    try:
        loading.load_weights(model, weights)
    except ValueError as error:
        raise ImportRefused(weights.name, str(error)) from error
    hashes = {each.name: reading.sha256(each) for each in (architecture, weights)}
    version = stored.get("keras_version", "unknown")
    return Imported(model, recipe, {"keras": version, "sha256": hashes})


def _recipe_of(stored: _Architecture) -> Recipe:
    """Return a recipe of the network that has this architecture.

    Raises:
        ValueError: there is none.
    """
    known = [each for each in _layers(stored) if each["class_name"] not in NO_MATTER]
    for name, table in networks.NETWORKS.items():
        own = [each for each in table() if type(each).__name__ not in NO_MATTER]
        if len(known) == len(own) and all(map(_is_same, known, own)):
            return replace(recipes.get("classic"), name=RECIPE, network=name)
    names = ", ".join(networks.NETWORKS)
    raise ValueError(f"its layers are not those of {names}, the networks of this app")


def _layers(architecture: _Architecture) -> list[_Layer]:
    config = architecture["config"]
    return config if isinstance(config, list) else config["layers"]


def _is_same(stored: _Layer, own: layers.Layer) -> bool:
    """Compare what decides a layer's answers; of some, Keras 2 said less."""
    built = {
        key: list(value) if isinstance(value, tuple) else value  # as JSON has it
        for key, value in own.get_config().items()
        if key in DECISIVE
    }
    known = stored["config"]
    alike = all(known.get(key, value) == value for key, value in built.items())
    return alike and stored["class_name"] == type(own).__name__
