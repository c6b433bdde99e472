"""MNIST in: find it, check it, prepare it.

    from mnist_core import data
    mnist = data.load_mnist()                                     # uint8
    x_train, y_train = data.prepare(mnist.x_train, mnist.y_train)  # ready for fit()

MNIST: Y. LeCun, C. Cortes, C. Burges, http://yann.lecun.com/exdb/mnist/, CC BY-SA 3.0.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from mnist_core.data import synthetic
from mnist_core.errors import DatasetUnavailable
from mnist_core.recipes import TRAINING_IMAGES
from mnist_core.storage.paths import CHECKOUT

DOWNLOAD_BYTES = 11_490_434  # of the file that Keras downloads
DOWNLOAD = "import keras; keras.datasets.mnist.load_data()"
"""Run in a process of its own, which can be watched and ended."""

STALLED_AFTER = 30.0  # seconds without a new byte
SYNTHETIC_TEST_IMAGES = 2_000

MNIST_SHA256 = {
    "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}
"""SHA-256 over the bytes of each array of MNIST, in C order."""

Progress = Callable[[int, int], None]
"""Called with the bytes received and the bytes expected."""


@dataclass(frozen=True)
class Dataset:
    """Images and labels, uint8, split for training and test."""

    name: str  # "mnist" or "synthetic"
    source: str  # where it came from, for people
    x_train: np.ndarray  # (n, 28, 28)
    y_train: np.ndarray  # (n,)
    x_test: np.ndarray  # (m, 28, 28)
    y_test: np.ndarray  # (m,)

    @cached_property
    def sha256(self) -> dict[str, str]:
        """The hash of each array's bytes, in C order."""
        return {name: _sha256(getattr(self, name)) for name in MNIST_SHA256}


def load(name: str, *, progress: Progress | None = None) -> Dataset:
    """The data set that a recipe names: "mnist" or "synthetic".

    Raises:
        DatasetUnavailable: MNIST is nowhere to be had.
    """
    return load_mnist(progress=progress) if name == "mnist" else load_synthetic()


def load_synthetic() -> Dataset:
    """10,000 made-up digits to train on and 2,000 others to test: no MNIST needed."""
    x_train, y_train = synthetic.digits(TRAINING_IMAGES["synthetic"], seed=0)
    x_test, y_test = synthetic.digits(SYNTHETIC_TEST_IMAGES, seed=1)
    return Dataset("synthetic", "made up", x_train, y_train, x_test, y_test)


def load_mnist(*, progress: Progress | None = None) -> Dataset:
    """MNIST from the file MNIST_NPZ names, Keras's cache or Keras's download.

    Whatever the source, the arrays are checked by their SHA-256.

    Raises:
        DatasetUnavailable: no source has it; says what was tried.
    """
    try:
        return find_mnist()
    except DatasetUnavailable as error:
        tried = error.tried
    try:
        download(progress=progress)
        return _read(cached_file())
    except _Unusable as error:
        raise DatasetUnavailable([*tried, ("download", str(error))]) from None


def find_mnist() -> Dataset:
    """MNIST as it lies on this machine, without a download.

    Raises:
        DatasetUnavailable: neither MNIST_NPZ nor Keras's cache has it.
    """
    tried = []
    for source, path in _places():
        try:
            return _read(path)
        except _Unusable as error:
            tried.append((source, str(error)))
    raise DatasetUnavailable(tried)


def prepare(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the networks are fed: scaled images with a channel axis, one-hot labels.

    Args:
        images: uint8, (n, 28, 28).
        labels: digits 0 to 9, (n,).

    Returns:
        float32 in [0, 1], (n, 28, 28, 1) or (n, 1, 28, 28) as
        `keras.config.image_data_format()` wants it, and float32 labels, (n, 10).
    """
    return scale(images), one_hot(labels)


def scale(images: np.ndarray) -> np.ndarray:
    """Images alone, as `prepare` gives them."""
    import keras  # noqa: PLC0415 - takes seconds, and the pages read data without it

    axis = 1 if keras.config.image_data_format() == "channels_first" else -1
    return np.expand_dims(images, axis).astype(np.float32) / 255


def one_hot(labels: np.ndarray) -> np.ndarray:
    """Digits (n,) as float32 rows (n, 10) with a 1 where the digit is."""
    return np.eye(10, dtype=np.float32)[labels]


def cached_file() -> Path:
    """Where Keras keeps its download of MNIST."""
    keras_home = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    return Path(keras_home) / "datasets" / "mnist.npz"


def download(*, progress: Progress | None = None) -> None:
    """Let Keras download MNIST, in a process of its own, into its cache.

    Keras reports no progress, sets no time-out and deletes a cached file whose
    re-download fails. So it downloads into a folder of its own, whose file is watched
    growing, and what is in the cache is replaced only by a file that is whole.
    """
    try:
        cached_file().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cached_file().parent) as folder:
            file = Path(folder) / "datasets" / "mnist.npz"
            _watch(_start_download(folder), file, progress)
            _read(file)
            file.replace(cached_file())
    except OSError as error:
        raise _Unusable(f"cannot write Keras's cache ({error})") from error


class _Unusable(Exception):
    """A source does not have MNIST; the message says why."""


def _places() -> list[tuple[str, Path]]:
    named = os.environ.get("MNIST_NPZ")
    places = [("MNIST_NPZ", Path(named).expanduser())] if named else []
    return [*places, ("Keras's cache", cached_file())]


def _read(path: Path) -> Dataset:
    if not path.is_file():
        raise _Unusable(f"there is no file {path}")
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            dataset = Dataset("mnist", str(path), *(arrays[n] for n in MNIST_SHA256))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise _Unusable(f"{path} is damaged or no MNIST ({error})") from error
    if dataset.sha256 != MNIST_SHA256:
        wrong = [n for n, digest in dataset.sha256.items() if digest != MNIST_SHA256[n]]
        raise _Unusable(f"{path} is not MNIST: {', '.join(wrong)} differ")
    return dataset


def _sha256(array: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(array)).hexdigest()


def _start_download(folder: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", DOWNLOAD],
        cwd=CHECKOUT,
        env={**os.environ, "KERAS_HOME": str(Path(folder).absolute())},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _watch(child: subprocess.Popen[str], file: Path, progress: Progress | None) -> None:
    """Report how the file grows until the child ends.

    Raises:
        _Unusable: nothing came for half a minute, or the child failed.
    """
    received, since = 0, time.monotonic()
    with child:
        while (errors := _ended(child, within=0.2)) is None:
            size = file.stat().st_size if file.exists() else 0
            if size > received:
                received, since = size, time.monotonic()
            if progress:
                progress(received, DOWNLOAD_BYTES)
            if time.monotonic() - since > STALLED_AFTER:
                child.kill()
                raise _Unusable("nothing arrived for half a minute")
    if child.returncode:
        raise _Unusable((errors.strip().splitlines() or ["failed"])[-1])


def _ended(child: subprocess.Popen[str], *, within: float) -> str | None:
    """What the child said on its error stream, or None while it goes on."""
    try:
        return child.communicate(timeout=within)[1]
    except subprocess.TimeoutExpired:
        return None
