"""Read a stored network without Keras: the layers that matter for an answer.

    layers = folding.read(stored.folder / ARCHITECTURE, stored.folder / WEIGHTS)

Loading Keras and TensorFlow takes five seconds of a processor and 540 MB; to answer,
a network needs neither. A batch normalization becomes part of the convolution or dense
layer before it, or a factor and a shift for each channel where a pooling layer lies
between: the largest value times a negative factor would no longer be the largest.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, Final, Literal

import h5py
import numpy as np
from numpy.typing import NDArray

from mnist_core.storage import reading

# A file of a few kilobytes can describe layers that take gigabytes, or hours.
MOST_LAYERS: Final = 100
MOST_CHANNELS: Final = 1024
DIGITS: Final = 10
KNOWN: Final[dict[str, dict[str, Any]]] = {
    "Conv2D": {"strides": [1, 1], "dilation_rate": [1, 1], "groups": 1},
    "MaxPooling2D": {"pool_size": [2, 2], "strides": [2, 2], "padding": "valid"},
    "ReLU": {"max_value": None, "negative_slope": 0, "threshold": 0},
}
"""What must hold of a layer, so that it is one of those that are computed here."""

GROUPS: Final = {
    "Conv2D": "conv2d",
    "Dense": "dense",
    "BatchNormalization": "batch_normalization",
}
"""By the names of layers with weights, the names of their groups in the HDF5 file."""

Array = NDArray[np.float32]
Config = Mapping[str, Any]
"""What Keras writes of a layer."""


class UnknownLayer(ValueError):
    """A layer that no network of this project has."""


@dataclass(frozen=True)
class Layer:
    """A layer of a folded network; between layers, maps lie along the last axis.

    Its weights are, of a convolution, a kernel (k, k, inputs, channels) and biases
    (channels,); of a dense layer, a matrix (inputs, channels) and biases; of a scale,
    factors and shifts (channels,). The last layer's numbers go through softmax.
    """

    kind: Literal["conv", "pool", "scale", "dense"]
    weights: tuple[Array, ...] = ()
    is_padded: bool = False  # a convolution whose maps stay as large as they were
    relu: bool = False
    name: str = ""  # as Keras calls it


def read(architecture: Path, weights: Path) -> list[Layer]:
    """Return the folded layers of a stored network.

    Args:
        architecture: JSON, as Keras's `to_json` gives it.
        weights: HDF5, as Keras's `save_weights` writes it.

    Raises:
        OSError: a file cannot be read.
        ValueError: they are not the files of a network of this project.
    """
    described = reading.read_json(architecture, dict[str, Any])
    try:
        layers = described["config"]["layers"]
        folded = fold(layers, _by_layer(layers, _arrays(weights)))
    except UnknownLayer:
        raise
    except Exception as error:  # HDF5 raises anything for a damaged file
        raise ValueError("its architecture and weights do not fit") from error
    if not folded or folded[0].kind != "conv":
        raise UnknownLayer("it does not begin with a convolution")
    if folded[-1].kind != "dense" or folded[-1].weights[0].shape[1] != DIGITS:
        raise UnknownLayer("it does not end in ten numbers")
    return folded


def fold(layers: Sequence[Config], weights: Iterable[Sequence[Array]]) -> list[Layer]:
    """Return the layers that matter for an answer, batch normalizations folded in.

    Args:
        layers: as Keras's `to_json` lists them.
        weights: of each of them, as its `get_weights` gives them.

    Raises:
        UnknownLayer: no network of this project has such a layer.
    """
    if len(layers) > MOST_LAYERS:
        raise UnknownLayer(f"it has {len(layers):,} layers")
    folded: list[Layer] = []
    for layer, own in zip(layers, weights, strict=True):
        kind, config = layer["class_name"], layer["config"]
        if any(config[key] != value for key, value in KNOWN.get(kind, {}).items()):
            raise UnknownLayer(f"{config['name']} is a {kind} of another kind")
        _add(folded, kind, config, [np.asarray(each, np.float32) for each in own])
    return folded


def _add(folded: list[Layer], kind: str, config: Config, arrays: list[Array]) -> None:
    """Add a layer, or change the last one as it says.

    Maps that come first in Keras come last here: its `Flatten` turns them, too.
    """
    match kind:
        case "InputLayer" | "Dropout" | "Flatten":
            pass
        case "Conv2D":
            folded.append(_conv(config, arrays))
        case "MaxPooling2D":
            folded.append(Layer("pool"))
        case "Dense":
            folded.append(_weighted("dense", config, arrays))
        case "BatchNormalization":
            _normalize(folded, config, arrays)
        case "ReLU":
            folded[-1] = replace(folded[-1], relu=True)
        case _:
            raise UnknownLayer(f"{config['name']} is no layer that is known here")


def _conv(config: Config, arrays: list[Array]) -> Layer:
    height, width, _, _ = arrays[0].shape
    if height != width:
        raise UnknownLayer(f"{config['name']} is a convolution of another kind")
    layer = _weighted("conv", config, arrays)
    return replace(layer, is_padded=config["padding"] == "same")


def _weighted(
    kind: Literal["conv", "dense"], config: Config, arrays: list[Array]
) -> Layer:
    """Return a convolution or a dense layer, which may be without biases."""
    kernel, *biases = arrays
    activation, channels = config["activation"], kernel.shape[-1]
    if activation not in ("relu", "linear", "softmax"):
        raise UnknownLayer(f"{config['name']} has the activation {activation}")
    if channels > MOST_CHANNELS:
        raise UnknownLayer(f"{config['name']} has {channels:,} channels")
    weights = kernel, biases[0] if biases else np.zeros(channels, np.float32)
    return Layer(kind, weights, relu=activation == "relu", name=config["name"])


def _normalize(folded: list[Layer], config: Config, arrays: list[Array]) -> None:
    """Fold a batch normalization into the layer before it, or add it as a layer."""
    gamma, beta, mean, variance = arrays
    factor = gamma / np.sqrt(variance + config["epsilon"])
    shift = beta - mean * factor
    before = folded[-1]
    if before.weights and not before.relu:
        kernel, bias = before.weights
        weights = kernel * factor, bias * factor + shift
        folded[-1] = replace(before, weights=weights)
    else:
        folded.append(Layer("scale", (factor, shift), name=config["name"]))


def _by_layer(
    layers: Sequence[Config], arrays: dict[str, list[Array]]
) -> Iterator[list[Array]]:
    """Give each layer its arrays: Keras counts the layers of a class in their order."""
    numbers = {name: count() for name in GROUPS}
    for layer in layers:
        if layer["class_name"] not in GROUPS:
            yield []
            continue
        group, number = GROUPS[layer["class_name"]], next(numbers[layer["class_name"]])
        yield arrays[f"{group}_{number}" if number else group]


def datasets(file: h5py.File) -> list[h5py.Dataset]:
    """List the arrays of an HDF5 file, none read; links to others are not followed."""
    listed: list[h5py.Dataset] = []

    def note(_name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            listed.append(item)

    file.visititems(note)
    return listed


def _arrays(weights: Path) -> dict[str, list[Array]]:
    """Read the arrays of an HDF5 file, by the names of their layers' groups.

    Raises:
        ValueError: one says that it is larger than the file, or is not in it.
    """
    found: dict[str, list[Array]] = {}
    with h5py.File(weights) as file:
        stored = datasets(file)
        if any(each.external or each.is_virtual for each in stored):
            raise ValueError("an array is not in the file")
        if sum(each.nbytes for each in stored) > weights.stat().st_size:
            raise ValueError("the arrays are larger than their file")
        for each in stored:  # in layers/<group>/vars/<number>, numbers ascending
            group = each.name.split("/")[-3]
            found.setdefault(group, []).append(each[...])
    return found
