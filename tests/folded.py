"""Fold a Keras model as if it had been stored and read again."""

import json

import keras

from mnist_core.models import folding
from mnist_core.models.folding import Layer


def folded(model: keras.Model) -> list[Layer]:
    """Return its folded layers."""
    layers = json.loads(model.to_json())["config"]["layers"]
    names = {layer.name: layer.get_weights() for layer in model.layers}
    weights = [names.get(layer["config"]["name"], []) for layer in layers]
    return folding.fold(layers, weights)
