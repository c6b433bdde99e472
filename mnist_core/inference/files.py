"""Many pictures in files, and the answer to each.

from mnist_core.inference import files
from mnist_core.inference.predictor import Predictor
for row in pictures.answers(Predictor("pretrained"), pictures.files(["drawings"])):
    print(row)
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mnist_core.errors import DrawingError
from mnist_core.preprocessing import framing, segmentation

if TYPE_CHECKING:  # it loads TensorFlow
    from mnist_core.inference.predictor import Prediction, Predictor

FIELDS = "digit", "confidence", "probabilities", "is_digit", "number"


def files(paths: Iterable[str | Path]) -> list[str]:
    """The files among `paths` and in the folders among them, sorted; none hidden."""
    return sorted({str(file) for path in paths for file in _files(Path(path))})


def answers(predictor: "Predictor", paths: list[str]) -> Iterator[dict[str, Any]]:
    """A row for each picture, in order; the network sees all of them at once.

    A row has path, digit, confidence, ten probabilities, is_digit (None where the model
    cannot tell) and number, which is the digit again or all that stand side by side.
    Where there is no ink, is_digit is False, or None, and the others are None. A file
    that cannot be read as a picture has path and error.
    """
    seen = [_seen(path) for path in paths]
    images = [image for found in seen if isinstance(found, list) for image in found]
    answered = iter(predictor.predictions(np.array(images).reshape(-1, 28, 28)))
    unlike = None if predictor.threshold is None else False
    for path, found in zip(paths, seen, strict=True):
        if isinstance(found, str):
            yield {"path": path, "error": found}
        elif not found:
            yield {"path": path, **dict.fromkeys(FIELDS), "is_digit": unlike}
        else:
            yield {"path": path, **_answer([next(answered) for _ in found])}


def _answer(predictions: list["Prediction"]) -> dict[str, Any]:
    """The answer to the whole, which comes first, and to its parts if there are any."""
    whole, *parts = predictions
    return {
        "digit": whole.digit,
        "confidence": whole.confidence,
        "probabilities": whole.probabilities.tolist(),
        "is_digit": whole.is_digit,
        "number": "".join(str(part.digit) for part in parts or [whole]),
    }


def _seen(path: str) -> list[np.ndarray] | str:
    """The images, none where there is no ink, or the reason why it cannot be read.

    Of a number these are all of it in one image, and then each digit.
    """
    try:
        drawing = framing.read_picture(path)
        images = [image for _, image in segmentation.digits(drawing)]
        return [framing.to_mnist(drawing), *images] if len(images) > 1 else images
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
