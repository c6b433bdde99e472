"""Measure how many pictures like photographs the bundled model reads right."""

from collections import Counter
from collections.abc import Iterator

from benchmarks.photographs.kinds import Picture, pictures
from mnist_core.inference import reader
from mnist_core.inference.predictor import Predictor

Lines = Iterator[tuple[str, str]]
SEED = 0  # of the pictures that the work on the reader looks at
SECOND_SEED = 1  # of others, measured once at its end


def first() -> Lines:
    """Measure the pictures that the work on the reader looks at."""
    yield from _read(SEED)


def again() -> Lines:
    """Measure others, which show whether the reader was fitted to the first."""
    yield from _read(SECOND_SEED)


def _read(seed: int) -> Lines:
    """Measure the share read right of each kind."""
    predictor = Predictor("pretrained")
    every: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for picture in pictures(seed):
        every[picture.kind] += 1
        right[picture.kind] += _is_right(predictor, picture)
    for kind, count in every.items():
        what = "read right" if kind != "nothing" else "nothing is taken for a digit"
        yield f"{kind}, {count}: {what}", f"{right[kind] / count:.1%}"


def _is_right(predictor: Predictor, picture: Picture) -> bool:
    """Tell whether the numbers are read, and nothing where there is none."""
    reading = reader.read(predictor, picture.pixels)
    if not picture.lines:
        return not any(part.prediction.is_digit for part in reading.parts)
    return reading.number == " ".join(picture.lines)
