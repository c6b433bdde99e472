"""The forms in which a model is taken to other runtimes, and what each is for."""

import sys
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final

from mnist_core.errors import PackageMissing
from mnist_core.storage.paths import CHECKOUT

REQUIREMENTS: Final = "requirements-export.txt"
EXACT: Final = 1e-4  # difference of a probability that the order of sums explains


@dataclass(frozen=True)
class Format:
    """A form in which a model is taken along."""

    label: str
    about: str  # what it is for, a sentence in plain words
    runtime: str  # the package that reads it, and by which it is checked
    packages: tuple[str, ...] = ()  # modules that it needs beside those of the app
    tolerance: float = EXACT  # largest difference of a probability from the app's


FORMATS: Final[dict[str, Format]] = {
    "keras": Format("Keras", "One file, to train on or change it in Python.", "keras"),
    "saved_model": Format(
        "SavedModel", "A folder for TensorFlow's own servers.", "tensorflow"
    ),
    "litert": Format(
        "LiteRT",
        "For apps on phones and small computers.",
        "ai-edge-litert",
        packages=("ai_edge_litert",),
    ),
    "litert-int8": Format(
        "LiteRT, 8 bits",
        "The same with rounded weights: a quarter of the size, and nearly as exact.",
        "ai-edge-litert",
        packages=("ai_edge_litert",),
        tolerance=0.2,
    ),
    "onnx": Format(
        "ONNX",
        "For nearly everything else: C++, C#, Java, Rust and browsers.",
        "onnxruntime",
        packages=("onnx", "onnxruntime"),
    ),
    "json+h5": Format(
        "JSON and HDF5",
        "Architecture and weights, as the published work has them.",
        "keras",
    ),
}
"""What can be written by `runtimes.write`, by the name that the command line has."""


def require_packages(name: str) -> None:
    """Say what has to be installed before a model can be written in a format.

    Raises:
        PackageMissing: something is; the message has the command that installs it.
    """
    missing = [each for each in FORMATS[name].packages if not find_spec(each)]
    if missing:
        raise PackageMissing(
            missing, f"{sys.executable} -m pip install -r {CHECKOUT / REQUIREMENTS}"
        )
