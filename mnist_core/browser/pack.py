"""Pack a stored model for the browser: layers as JSON, weights in 16 bits each.

    from mnist_core.browser import pack
    data = pack.pack(Predictor("pretrained"))     # 0.72 MB, for unpack() in network.mjs

The file is the length of the JSON (uint32, little-endian), the JSON, padded with spaces
to a multiple of four bytes, some 32-bit floats, and 16-bit whole numbers. Each layer in
turn takes its own from both. A weight is a whole number times a float, the scale of its
channel: that is as small as 16-bit floats, and answers differ by a tenth of what they
would with those.
"""

import json
import struct
from collections.abc import Sequence

import numpy as np

from mnist_core.errors import MnistError
from mnist_core.inference.predictor import Predictor
from mnist_core.models.folding import Array, Layer

SIDE = 28  # pixels, of the images that the network reads
GROUP = 8  # channels that network.mjs works on at once
LARGEST = 32767  # whole number in 16 bits


class Unpackable(MnistError):
    """A model that has something which the browser's network cannot do."""


def pack(predictor: Predictor) -> bytes:
    """Pack the network of a predictor, and how its answers are calibrated.

    Raises:
        Unpackable: it has something that no network of this project has.
    """
    return pack_layers(
        predictor.network.layers,
        temperature=predictor.temperature,
        threshold=predictor.threshold,
    )


def pack_layers(
    layers: Sequence[Layer], *, temperature: float = 1.0, threshold: float | None = None
) -> bytes:
    """Pack folded layers; `temperature` and `threshold` are those of the `Predictor`.

    Raises:
        Unpackable: they have something that no network of this project has.
    """
    described = list(map(_describe, layers))
    floats, shorts = zip(*map(_arrays, layers), strict=True)
    header = {
        "side": SIDE,
        "temperature": temperature,
        "threshold": threshold,
        "floats": sum(map(len, floats)) // 4,
        "layers": described,
    }
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 4)
    return b"".join([struct.pack("<I", len(text)), text, *floats, *shorts])


def _describe(layer: Layer) -> dict[str, str | int | bool]:
    """Return what network.mjs has to know of a layer beside its weights."""
    known: dict[str, str | int | bool] = {"kind": layer.kind, "relu": layer.relu}
    if layer.kind not in ("conv", "dense"):
        return known
    kernel, channels = layer.weights[0], layer.weights[0].shape[-1]
    if layer.kind == "dense":
        return {**known, "channels": channels}
    if channels % GROUP:
        raise Unpackable(f"{layer.name} has {channels} channels")
    place = {"kernel": len(kernel), "channels": channels}
    return {**known, **place, "same": layer.is_padded}


def _arrays(layer: Layer) -> tuple[bytes, bytes]:
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
