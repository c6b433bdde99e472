"""Pack a stored model for the browser: layers as JSON, weights in 16 bits each.

    from mnist_core.browser import pack
    data = pack.pack(Predictor("pretrained"))     # 0.71 MB, for unpack() in network.mjs
    python -m mnist_core.browser.pack             # packs the bundled model anew

The file is the length of the JSON (uint32, little-endian), the JSON, padded with spaces
to a multiple of four bytes, some 32-bit floats, and 16-bit whole numbers. Each layer in
turn takes its own from both. A weight is a whole number times a float, the scale of its
channel: that is as small as 16-bit floats, and answers differ by a tenth of what they
would with those. A batch normalization
becomes part of the convolution or dense layer before it, or a factor and a shift for
each channel where a pooling layer lies between: the largest value times a negative
factor would no longer be the largest.
"""

import json
import struct
from dataclasses import dataclass, field
from typing import Literal

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from mnist_core.browser.bundle import PRETRAINED
from mnist_core.errors import MnistError
from mnist_core.inference.predictor import Predictor

SIDE = 28  # pixels, of the images that the network reads
GROUP = 8  # channels that network.mjs works on at once
LARGEST = 32767  # whole number in 16 bits

Array = NDArray[np.float64]


class Unpackable(MnistError):
    """A model that has something which the browser's network cannot do."""


@dataclass
class _Layer:
    """One layer of the packed network."""

    kind: Literal["conv", "pool", "scale", "dense"]
    weights: list[Array] = field(default_factory=list)  # channels last
    described: dict[str, int | bool] = field(default_factory=dict)
    relu: bool = False


def pack(predictor: Predictor) -> bytes:
    """Pack the network of a predictor, and how its answers are calibrated.

    Raises:
        Unpackable: it has a layer that no network of this project has.
    """
    return pack_model(
        predictor.model,
        temperature=predictor.temperature,
        threshold=predictor.threshold,
    )


def pack_model(
    model: keras.Model, *, temperature: float = 1.0, threshold: float | None = None
) -> bytes:
    """Pack a network; `temperature` and `threshold` are those of the `Predictor`.

    Raises:
        Unpackable: it has a layer that no network of this project has.
    """
    packed = _layers(model)
    floats, shorts = zip(*map(_arrays, packed), strict=True)
    header = {
        "side": SIDE,
        "temperature": temperature,
        "threshold": threshold,
        "floats": sum(map(len, floats)) // 4,
        "layers": [
            {"kind": layer.kind, "relu": layer.relu, **layer.described}
            for layer in packed
        ],
    }
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 4)
    return b"".join([struct.pack("<I", len(text)), text, *floats, *shorts])


def _layers(model: keras.Model) -> list[_Layer]:
    """Return the layers that matter for an answer, batch normalizations folded in."""
    packed: list[_Layer] = []
    for layer in model.layers:
        match layer:
            case layers.Dropout() | layers.Flatten():
                pass
            case layers.Conv2D():
                packed.append(_conv(layer))
            case layers.MaxPooling2D(pool_size=(2, 2), padding="valid"):
                packed.append(_Layer("pool"))
            case layers.Dense():
                packed.append(_dense(layer))
            case layers.BatchNormalization():
                _normalize(packed, layer)
            case layers.ReLU():
                packed[-1].relu = True
            case _:
                raise Unpackable(f"{layer.name} has no counterpart in the browser")
    return packed


def _conv(layer: layers.Conv2D) -> _Layer:
    """Return a convolution: kernel (k, k, inputs, channels) and bias (channels,)."""
    kernel, *bias = map(_array, layer.get_weights())
    side, _, _, channels = kernel.shape
    known = layer.strides == (1, 1) and layer.data_format == "channels_last"
    if not known or kernel.shape[1] != side or channels % GROUP:
        raise Unpackable(f"{layer.name} is a convolution of another kind")
    described = {"kernel": side, "channels": channels, "same": layer.padding == "same"}
    weights = [kernel, bias[0] if bias else np.zeros(channels)]
    return _Layer("conv", weights, described, relu=_is_relu(layer))


def _dense(layer: layers.Dense) -> _Layer:
    """Return a dense layer: weights (inputs, channels) and bias (channels,)."""
    kernel, *bias = map(_array, layer.get_weights())
    channels = kernel.shape[1]
    weights = [kernel, bias[0] if bias else np.zeros(channels)]
    return _Layer("dense", weights, {"channels": channels}, relu=_is_relu(layer))


def _is_relu(layer: layers.Layer) -> bool:
    """Tell whether a layer cuts off what is below 0; the last one's softmax is known.

    Raises:
        Unpackable: it does something else.
    """
    name = layer.activation.__name__
    if name not in ("relu", "linear", "softmax"):
        raise Unpackable(f"{layer.name} has the activation {name}")
    return bool(name == "relu")


def _normalize(packed: list[_Layer], layer: layers.BatchNormalization) -> None:
    """Fold a batch normalization into the layer before it, or add it as a layer."""
    gamma, beta, mean, variance = map(_array, layer.get_weights())
    factor = gamma / np.sqrt(variance + layer.epsilon)
    shift = beta - mean * factor
    before = packed[-1]
    if before.kind in ("conv", "dense") and not before.relu:
        kernel, bias = before.weights
        before.weights = [kernel * factor, bias * factor + shift]
    else:
        packed.append(_Layer("scale", [factor, shift]))


def _arrays(layer: _Layer) -> tuple[bytes, bytes]:
    """Return a layer's floats and whole numbers, in the order that network.mjs reads.

    Raises:
        Unpackable: a weight is not finite.
    """
    if layer.kind not in ("conv", "dense"):
        return _floats(*layer.weights), b""
    kernel, bias = layer.weights
    scale = np.abs(kernel).max(axis=tuple(range(kernel.ndim - 1))) / LARGEST
    scale[scale == 0] = 1
    floats = _floats(scale, bias)  # first: it refuses what is not finite
    shorts = np.rint(kernel / scale).astype("<i2")
    if layer.kind == "dense":
        return floats, shorts.T.tobytes()
    # Eight channels beside each other, for each input.
    groups = np.split(shorts, shorts.shape[-1] // GROUP, axis=-1)
    return floats, np.stack(groups).tobytes()


def _floats(*arrays: Array) -> bytes:
    if not all(np.isfinite(array).all() for array in arrays):
        raise Unpackable("a weight is not finite")
    return b"".join(array.astype("<f4").tobytes() for array in arrays)


def _array(weights: NDArray[np.float32]) -> Array:
    return weights.astype(np.float64)


if __name__ == "__main__":
    PRETRAINED.write_bytes(pack(Predictor("pretrained")))
