"""Find MNIST, check it and prepare it for a network; synthetic digits the same way.

    from mnist_core import data
    mnist = data.load("mnist")                                     # uint8
    x_train, y_train = data.prepare(mnist.x_train, mnist.y_train)  # ready for fit()

MNIST: Y. LeCun, C. Cortes, C. Burges, http://yann.lecun.com/exdb/mnist/, CC BY-SA 3.0.
"""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mnist_core.data import mnist_download, synthetic
from mnist_core.data.mnist_download import Progress, Unusable
from mnist_core.errors import DatasetUnavailable
from mnist_core.recipes import TEST_IMAGES, TRAINING_IMAGES, DataName

MNIST_SHA256 = {
    "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}
"""SHA-256 over the bytes of each array of MNIST, in C order."""

Images = NDArray[np.uint8]
"""Grey images, ink 255 on paper 0: (n, 28, 28)."""

Labels = NDArray[np.uint8]
"""The digit that each image shows: (n,)."""


@dataclass(frozen=True)
class Dataset:
    """Images and labels, uint8, split for training and test."""

    name: DataName
    source: str  # where it came from, for people
    x_train: Images  # (n, 28, 28)
    y_train: Labels  # (n,)
    x_test: Images  # (m, 28, 28)
    y_test: Labels  # (m,)

    @cached_property
    def sha256(self) -> dict[str, str]:
        """Return the hash of each array's bytes, in C order."""
        return {name: _sha256(getattr(self, name)) for name in MNIST_SHA256}


def load(
    name: str, *, download: bool = True, progress: Progress | None = None
) -> Dataset:
    """Load the data set that a recipe names: "mnist" or "synthetic".

    Args:
        name: which one.
        download: whether MNIST may be downloaded where it is not on this machine.
        progress: hears how a download goes on.

    Raises:
        DatasetUnavailable: MNIST is nowhere to be had; says what was tried.
        ValueError: there is no data set of this name.
    """
    match name:
        case "mnist":
            return load_mnist(progress=progress) if download else find_mnist()
        case "synthetic":
            return load_synthetic()
    raise ValueError(f'there is no data set {name!r}: choose "mnist" or "synthetic"')


@cache
def load_synthetic() -> Dataset:
    """Draw 10,000 synthetic digits to train on and 2,000 others to test.

    Drawing them takes two seconds, so they are drawn once in a process.
    """
    x_train, y_train = synthetic.digits(TRAINING_IMAGES["synthetic"], seed=0)
    x_test, y_test = synthetic.digits(TEST_IMAGES["synthetic"], seed=1)
    return Dataset("synthetic", "made up", x_train, y_train, x_test, y_test)


def load_mnist(*, progress: Progress | None = None) -> Dataset:
    """Load MNIST from the file MNIST_NPZ names, Keras's cache or Keras's download.

    Whatever the source, the arrays are checked by their SHA-256.

    Raises:
        DatasetUnavailable: no source has it; says what was tried.
    """
    try:
        return find_mnist()
    except DatasetUnavailable as error:
        tried = error.tried
    try:
        _download(progress)
        return _read(cached_file())
    except Unusable as error:
        raise DatasetUnavailable([*tried, ("Download", str(error))]) from None


def find_mnist() -> Dataset:
    """Load MNIST as it lies on this machine, without a download.

    Raises:
        DatasetUnavailable: neither MNIST_NPZ nor Keras's cache has it.
    """
    tried = []
    for source, path in _places():
        try:
            return _read(path)
        except Unusable as error:
            tried.append((source, str(error)))
    raise DatasetUnavailable(tried)


def prepare(
    images: Images, labels: Labels
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what the networks are fed: images with a channel axis, one-hot labels.

    Args:
        images: uint8, (n, 28, 28).
        labels: digits 0 to 9, (n,).

    Returns:
        float32 in [0, 1], (n, 28, 28, 1) or (n, 1, 28, 28) as
        `keras.config.image_data_format()` wants it, and float32 labels, (n, 10).
    """
    return scale(images), one_hot(labels)


def scale(images: Images) -> NDArray[np.float32]:
    """Return images alone, as `prepare` gives them."""
    import keras  # noqa: PLC0415 - takes seconds, and the pages read data without it

    axis = 1 if keras.config.image_data_format() == "channels_first" else -1
    scaled: NDArray[np.float32] = np.expand_dims(images, axis).astype(np.float32)
    return scaled / np.float32(255)


def one_hot(labels: Labels) -> NDArray[np.float32]:
    """Return digits (n,) as rows (n, 10) with a 1 where the digit is."""
    return np.eye(10, dtype=np.float32)[labels]


def cached_file() -> Path:
    """Return the file in which Keras keeps its download of MNIST."""
    keras_home = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    return Path(keras_home) / "datasets" / "mnist.npz"


def _download(progress: Progress | None) -> None:
    """Have Keras download MNIST; only a whole file takes the place of what it had.

    Raises:
        Unusable: the download failed, or what came is not MNIST.
    """
    try:
        cached_file().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cached_file().parent) as folder:
            file = mnist_download.run(Path(folder), progress)
            _read(file)
            file.replace(cached_file())
    except OSError as error:
        raise Unusable(
            f"Nothing can be written to {cached_file().parent} ({error.strerror}). "
            "Free some space or change its permissions, or set KERAS_HOME to another "
            "folder."
        ) from error


def _places() -> list[tuple[str, Path]]:
    """Return the name and the file of each place on this machine to look in."""
    named = os.environ.get("MNIST_NPZ")
    places = [("MNIST_NPZ", Path(named).expanduser())] if named else []
    return [*places, ("Keras's cache", cached_file())]


def _read(path: Path) -> Dataset:
    """Read and check a file; raise Unusable where it is not MNIST."""
    if not path.is_file():
        raise Unusable(f"There is no file {path}.")
    try:
        dataset = _parse(path)
    except Exception as error:  # of a damaged file NumPy lets through whatever comes
        raise Unusable(_explain(path)) from error
    if dataset.sha256 != MNIST_SHA256:
        wrong = [n for n, digest in dataset.sha256.items() if digest != MNIST_SHA256[n]]
        raise Unusable(f"{path} is not MNIST: {', '.join(wrong)} differ.")
    return dataset


def _parse(path: Path) -> Dataset:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        dataset = Dataset("mnist", str(path), *(arrays[n] for n in MNIST_SHA256))
    _ = dataset.sha256  # some arrays have no bytes to hash
    return dataset


def _explain(path: Path) -> str:
    try:
        return f"{path} is not MNIST but {mnist_download.diagnose(path)}."
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}."


def _sha256(array: Images | Labels) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).data).hexdigest()
