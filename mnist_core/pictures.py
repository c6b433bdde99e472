"""Many pictures in files, and the answer to each.

from mnist_core import pictures
from mnist_core.predictor import Predictor
for row in pictures.answers(Predictor("pretrained"), pictures.files(["drawings"])):
    print(row)
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mnist_core import ink
from mnist_core.errors import DrawingError

if TYPE_CHECKING:  # it loads TensorFlow
    from mnist_core.predictor import Predictor


def files(paths: Iterable[str | Path]) -> list[str]:
    """The files among `paths` and in the folders among them, sorted; none hidden."""
    return sorted({str(file) for path in paths for file in _files(Path(path))})


def answers(predictor: "Predictor", paths: list[str]) -> Iterator[dict[str, Any]]:
    """A row for each picture, in order; the network sees all of them at once.

    A row has path, digit, confidence and ten probabilities, all None where there is no
    ink; or path and error where the file cannot be read as a picture.
    """
    framed = [_framed(path) for path in paths]
    images = [image for image in framed if isinstance(image, np.ndarray)]
    probabilities = iter(predictor.probabilities(np.array(images)))
    for path, image in zip(paths, framed, strict=True):
        if isinstance(image, str):
            yield {"path": path, "error": image}
        elif image is None:
            empty = dict.fromkeys(("digit", "confidence", "probabilities"))
            yield {"path": path, **empty}
        else:
            yield {"path": path, **_answer(next(probabilities))}


def _answer(probabilities: np.ndarray) -> dict[str, Any]:
    return {
        "digit": int(probabilities.argmax()),
        "confidence": float(probabilities.max()),
        "probabilities": probabilities.tolist(),
    }


def _framed(path: str) -> np.ndarray | str | None:
    """The image, None where there is no ink, or the reason why it cannot be read."""
    try:
        return ink.to_mnist(ink.read_picture(path))
    except DrawingError as error:
        return str(error)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        shown = [Path(folder, name) for name in names if not name.startswith(".")]
        yield from (file for file in shown if file.is_file())  # no pipes, no sockets
