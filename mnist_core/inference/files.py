"""Read pictures from files and answer for each.

from mnist_core.inference import files
from mnist_core.inference.predictor import Predictor
for answer in files.answers(Predictor("pretrained"), files.files(["drawings"])):
    print(answer)
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from mnist_core.errors import DrawingError
from mnist_core.preprocessing import framing, segmentation
from mnist_core.preprocessing.framing import Ink

if TYPE_CHECKING:  # it loads TensorFlow
    from mnist_core.inference.predictor import Prediction, Predictor


class FileAnswer(TypedDict, total=False):
    """The answer to the picture in a file, or why there is none.

    Where there is no ink, is_digit is False, or None where the model cannot tell, and
    the others are None. A file that cannot be read as a picture has path and error.
    """

    path: str
    error: str
    digit: int | None
    confidence: float | None
    probabilities: list[float] | None  # ten
    is_digit: bool | None  # None: the model cannot tell
    number: str | None  # the digit again, or all that stand side by side


def files(paths: Iterable[str | Path]) -> list[str]:
    """Return the files among `paths` and in folders among them: sorted, none hidden."""
    return sorted({str(file) for path in paths for file in _files(Path(path))})


def answers(predictor: "Predictor", paths: list[str]) -> Iterator[FileAnswer]:
    """Yield an answer for each picture, in order; the network sees all of them at once.

    A file that cannot be read is answered with the reason instead.
    """
    found = [_images(path) for path in paths]
    images = [image for each in found if isinstance(each, list) for image in each]
    predictions = iter(predictor.predictions(np.array(images).reshape(-1, 28, 28)))
    for path, each in zip(paths, found, strict=True):
        if isinstance(each, str):
            yield {"path": path, "error": each}
        elif each:
            yield _answer(path, [next(predictions) for _ in each])
        else:
            yield _no_ink(path, can_tell=predictor.threshold is not None)


def _answer(path: str, predictions: list["Prediction"]) -> FileAnswer:
    """Answer with the prediction for the whole, which comes first, and its parts'."""
    whole, *parts = predictions
    return {
        "path": path,
        "digit": whole.digit,
        "confidence": whole.confidence,
        "probabilities": whole.probabilities.tolist(),
        "is_digit": whole.is_digit,
        "number": "".join(str(part.digit) for part in parts or [whole]),
    }


def _no_ink(path: str, *, can_tell: bool) -> FileAnswer:
    """Answer for a picture without ink."""
    return {
        "path": path,
        "digit": None,
        "confidence": None,
        "probabilities": None,
        "is_digit": False if can_tell else None,
        "number": None,
    }


def _images(path: str) -> list[Ink] | str:
    """Return a file's images, none without ink, or the reason why it cannot be read.

    Of a number these are all of it in one image, and then each digit.
    """
    try:
        drawing = framing.read_picture(path)
        images = [image for _, image in segmentation.digits(drawing)]
        whole = framing.to_mnist(drawing) if len(images) > 1 else None
        return images if whole is None else [whole, *images]
    except DrawingError as error:
        return str(error)


def _files(path: Path) -> Iterator[Path]:
    """Yield a path itself, or all files in the folder that it is."""
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        shown = [Path(folder, name) for name in names if not name.startswith(".")]
        yield from (file for file in shown if file.is_file())  # no pipes, no sockets
