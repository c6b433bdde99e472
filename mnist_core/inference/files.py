"""Read pictures and answer for each.

from mnist_core.inference import files
from mnist_core.inference.predictor import Predictor
for answer in files.answers(Predictor("pretrained"), files.files(["drawings"])):
    print(answer)
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypedDict

import numpy as np

from mnist_core.errors import DrawingError
from mnist_core.inference import reader
from mnist_core.inference.predictor import Prediction, Predictor
from mnist_core.preprocessing import framing, segmentation
from mnist_core.preprocessing.framing import Ink
from mnist_core.preprocessing.segmentation import Cut


class NumberAnswer(TypedDict):
    """A number in a picture."""

    box: list[int]  # left, top, right, bottom: pixels of the picture
    digits: str
    confidence: float  # that all of them are right


class Answer(TypedDict, total=False):
    """The answer to a picture, or why there is none.

    `digit`, `confidence`, `probabilities` and `is_digit` are about the picture as one
    digit, the others about the numbers in it. Where there is no ink, is_digit is False,
    or None where the model cannot tell, and the others are None. What cannot be read as
    a picture has an error, and nothing else.
    """

    error: str
    digit: int | None
    confidence: float | None
    probabilities: list[float] | None  # ten
    is_digit: bool | None  # None: the model cannot tell
    number: str | None  # the digit again, or all of them; a space between lines
    number_confidence: float | None  # that all digits of the number are right
    numbers: list[NumberAnswer] | None  # from top to bottom


class FileAnswer(Answer):
    """The answer to the picture in a file, or why there is none."""

    path: str


@dataclass(frozen=True)
class _Found:
    """What a picture holds, before a network has seen it."""

    whole: Ink  # all of it as one digit, (28, 28)
    cut: Cut


def files(paths: Iterable[str | Path]) -> list[str]:
    """Return the files among `paths` and in folders among them: sorted, none hidden."""
    return sorted({str(file) for path in paths for file in _files(Path(path))})


def answers(predictor: Predictor, paths: list[str]) -> Iterator[FileAnswer]:
    """Yield an answer for the picture in each file, as `read_all` does."""
    for path, answer in zip(paths, read_all(predictor, paths), strict=True):
        yield {"path": path, **answer}


def read_all(
    predictor: Predictor, pictures: Sequence[str | BinaryIO]
) -> Iterator[Answer]:
    """Yield an answer for each picture, in order; the network sees all of them at once.

    One that cannot be read is answered with the reason instead.

    Args:
        predictor: answers for each digit.
        pictures: their files, by path or open.
    """
    found = [_find(picture) for picture in pictures]
    images = [
        image for each in found if isinstance(each, _Found) for image in _images(each)
    ]
    predictions = iter(predictor.predictions(np.array(images).reshape(-1, 28, 28)))
    for each in found:
        if isinstance(each, str):
            yield {"error": each}
        elif each:
            yield _answer(each, [next(predictions) for _ in _images(each)])
        else:
            yield _no_ink(can_tell=predictor.threshold is not None)


def _answer(found: _Found, predictions: list[Prediction]) -> Answer:
    """Answer with the prediction for the whole, which comes first, and its digits'."""
    whole, *each = predictions
    reading = reader.assemble(found.cut, each, is_picture=True)
    return {
        "digit": whole.digit,
        "confidence": whole.confidence,
        "probabilities": whole.probabilities.tolist(),
        "is_digit": whole.is_digit,
        "number": reading.number,
        "number_confidence": reading.confidence,
        "numbers": [_number_answer(number) for number in reading.numbers],
    }


def _number_answer(number: reader.Number) -> NumberAnswer:
    rows, columns = number.box
    return {
        "box": [columns.start, rows.start, columns.stop, rows.stop],
        "digits": number.digits,
        "confidence": number.confidence,
    }


def _no_ink(*, can_tell: bool) -> Answer:
    """Answer for a picture without ink."""
    return {
        "digit": None,
        "confidence": None,
        "probabilities": None,
        "is_digit": False if can_tell else None,
        "number": None,
        "number_confidence": None,
        "numbers": None,
    }


def _find(picture: str | BinaryIO) -> _Found | str | None:
    """Return what a picture holds, None without ink, or why it cannot be read."""
    try:
        written = framing.extract(framing.read_picture(picture))
    except DrawingError as error:
        return str(error)
    cut = segmentation.cut_out(written)
    if not cut.digits:
        return None
    whole = framing.frame_whole(written) if len(cut.digits) > 1 else None
    return _Found(cut.digits[0].image if whole is None else whole, cut)


def _images(found: _Found) -> list[Ink]:
    """Return the images that the network is asked about, the whole first."""
    return [found.whole, *reader.images_of(found.cut)]


def _files(path: Path) -> Iterator[Path]:
    """Yield a path itself, or all files in the folder that it is."""
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        shown = [Path(folder, name) for name in names if not name.startswith(".")]
        yield from (file for file in shown if file.is_file())  # no pipes, no sockets
