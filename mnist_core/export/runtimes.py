"""Write a model for another runtime, once it has read there what it reads here.

    from mnist_core.export import runtimes
    runtimes.write(registry.find("quick"), Path("quick-onnx.zip"), "onnx")

The file is a zip of the model, of its card, which says how it was checked, and of short
programs that read a picture with it and without this project. Calibration is part of
its last layer: what it answers are the app's own probabilities.
"""

import tempfile
import zipfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Final

import keras
import numpy as np
from numpy.typing import NDArray

from mnist_core import data
from mnist_core.errors import DatasetUnavailable, ExportDiffers
from mnist_core.export import examples, keras_files, litert, onnx_file
from mnist_core.export.check import Answer, Export, check
from mnist_core.export.formats import FORMATS, require_packages
from mnist_core.inference.predictor import Predictor
from mnist_core.models import registry
from mnist_core.models.registry import CARD, StoredModel
from mnist_core.recipes import DataName
from mnist_core.storage.paths import replacing, write_json
from mnist_core.storage.reading import sha256

IMAGES: Final = 1000  # test images that it is checked on
ALIKE: Final = 0.99  # share of them that it reads as the app does, at least
INPUT: Final = (
    "images: float32 (n, 28, 28, 1), ink 1 on paper 0, framed as MNIST's; LiteRT takes "
    "one at a time"
)
OUTPUT: Final = "the probabilities of ten digits: float32 (n, 10)"

Writer = Callable[[keras.Model, Path], None]
"""Writes a network into a folder."""

WRITERS: Final[dict[str, tuple[Writer, Callable[[Path], Answer]]]] = {
    "keras": (keras_files.write_keras, keras_files.load_keras),
    "saved_model": (keras_files.write_saved_model, keras_files.load_saved_model),
    "litert": (litert.write, litert.load),
    "litert-int8": (litert.write_int8, litert.load),
    "onnx": (onnx_file.write, onnx_file.load),
    "json+h5": (keras_files.write_json_h5, keras_files.load_json_h5),
}
"""What writes each format and what reads it again."""


def write(stored: StoredModel, path: Path, name: str) -> Export:
    """Write a stored model in one of `FORMATS`, as a zip at `path`.

    Returns:
        What the card in it says of the export.

    Raises:
        PackageMissing: what writes this format, or reads it again, is not installed.
        ModelDamaged: the model cannot be used.
        ExportDiffers: it answers otherwise there than here; nothing is written.
    """
    require_packages(name)
    predictor = Predictor(stored.name)
    write_files, load = WRITERS[name]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        network = registry.load(stored.name)
        write_files(calibrated(network, predictor.temperature), folder)
        export = _describe(name, folder, load(folder), predictor)
        write_json(folder / CARD, registry.sign({**stored.card, "export": export}))
        for example, text in examples.of(name).items():
            (folder / example).write_text(text, encoding="utf-8")
        with replacing(path) as beside:
            _zip(folder, beside)
    return export


def calibrated(network: keras.Model, temperature: float) -> keras.Model:
    """Return a copy of a network that answers as its `Predictor` does.

    Softmax of logits that are divided by the temperature are the probabilities that
    the temperature gives, so the last layer is divided by it.
    """
    images = keras.Input(network.input_shape[1:], name="images")  # so runtimes call it
    copies = [type(each).from_config(each.get_config()) for each in network.layers]
    model = keras.Sequential([images, *copies], name=network.name)
    model.set_weights(network.get_weights())
    last = model.layers[-1]
    last.set_weights([each / temperature for each in last.get_weights()])
    return model


def _describe(name: str, folder: Path, answer: Answer, predictor: Predictor) -> Export:
    """Check the model in a folder, and return what its card says of it.

    Raises:
        ExportDiffers: it does not answer as the app does.
    """
    data_name, images = _test_images()
    said = check(answer, predictor.probabilities(images), images)
    known, runtime = FORMATS[name], FORMATS[name].runtime
    few = said["same_digits"] < ALIKE * said["images"]
    if few or said["largest_difference"] > known.tolerance:
        raise ExportDiffers(name, said["same_digits"], said["largest_difference"])
    files = {str(each.relative_to(folder)): each for each in _files(folder)}
    return {
        **said,
        "format": name,
        "runtime": f"{runtime} {version(runtime)}",
        "data": data_name,
        "bytes": sum(each.stat().st_size for each in files.values()),
        "sha256": {each: sha256(file) for each, file in files.items()},
        "input": INPUT,
        "output": OUTPUT,
    }


def _test_images() -> tuple[DataName, NDArray[np.float32]]:
    """Return test images (n, 28, 28, 1): MNIST's where it is here, or made-up."""
    try:
        dataset = data.find_mnist()
    except DatasetUnavailable:
        dataset = data.load_synthetic()
    return dataset.name, data.scale(dataset.x_test[:IMAGES])


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _zip(folder: Path, path: Path) -> None:
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
        for file in _files(folder):
            archive.write(file, file.relative_to(folder))
