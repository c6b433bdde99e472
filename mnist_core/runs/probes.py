"""Images whose probabilities are recorded while a network trains; they belong to a run.

runs/<run id>/probes/1.png ... 4.png     28x28, with the label where it is known
runs/<run id>/probes.jsonl               ten probabilities for each, as they were
runs/<run id>/snapshots.jsonl            filters and worst mistakes, as they were

probes.add(run.folder, probes.Probe(image, label=None))
probes.load(run.folder), probes.history(run.folder)
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, TypedDict

import numpy as np
import numpy.typing as npt
from msgspec import Meta
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from mnist_core.errors import ProbesFull
from mnist_core.runs.metrics import Place
from mnist_core.storage import jsonl, reading
from mnist_core.storage.paths import replacing
from mnist_core.storage.reading import Count, Share

MOST: Final = 4
DIGITS: Final = tuple("0123456789")
SQUARES: Final = {side**2 for side in (1, 3, 5, 7)}  # weights in a filter

Digit = Annotated[int, Meta(ge=0, le=9)]
Weight = Annotated[int, Meta(ge=-100, le=100)]
Answer = Annotated[list[Share], Meta(min_length=10, max_length=10)]
"""Ten probabilities."""


@dataclass(frozen=True)
class Probe:
    """An image to follow, ink 1 on paper 0, and what it shows where that is known."""

    image: npt.NDArray[np.float32]  # (28, 28)
    label: int | None = None


class ProbeRow(Place):
    """What the network said of the probes at one moment."""

    step: Count
    probabilities: list[Answer]  # one for each probe that was there by then


class Mistake(TypedDict):
    """An image that the network got wrong.

    The index counts in the test images, or where the recipe keeps training images out
    for validation, in those.
    """

    index: Count
    label: Digit
    predicted: Digit
    confidence: Share


class Snapshot(Place):
    """What the network looked like from inside at one moment."""

    step: Count
    filters: list[list[Weight]]  # of a square, the strongest of all 100 or -100
    mistakes: list[Mistake]  # the most wrong first


def add(run: Path, probe: Probe) -> None:
    """Add a probe to the run in this folder; its worker asks about it from then on.

    Raises:
        ProbesFull: the run has four already.
    """
    folder = run / "probes"
    folder.mkdir(exist_ok=True)
    for path in _places(run):
        try:  # of two people who add at once, one gets the next place
            with replacing(path, exclusive=True) as beside:
                beside.write_bytes(_to_png(probe))
        except FileExistsError:
            continue
        return
    raise ProbesFull


def load(run: Path) -> list[Probe]:
    """Return the probes of this run, in the order they were added.

    One whose file is damaged is blank paper, so that the others keep their places.
    """
    return [_read(path) for path in _places(run) if path.exists()]


def count(run: Path) -> int:
    """Count the probes of this run."""
    return sum(path.exists() for path in _places(run))


def history(run: Path) -> list[ProbeRow]:
    """Return what the network said about the probes, oldest first."""
    return jsonl.read(run / "probes.jsonl", _probe_row).get(ProbeRow, [])


def snapshots(run: Path) -> list[Snapshot]:
    """Return what the network looked like from inside, oldest first."""
    return jsonl.read(run / "snapshots.jsonl", _snapshot).get(Snapshot, [])


def _probe_row(_row: jsonl.Row) -> type:
    return ProbeRow


def _snapshot(row: jsonl.Row) -> type | None:
    """Name a snapshot's type, unless its filters are no squares."""
    try:
        are_squares = all(len(each) in SQUARES for each in row["filters"])
    except (KeyError, TypeError):
        return None
    return Snapshot if are_squares else None


def _places(run: Path) -> list[Path]:
    return [run / "probes" / f"{number}.png" for number in range(1, MOST + 1)]


def _to_png(probe: Probe) -> bytes:
    note, file = PngInfo(), io.BytesIO()
    if probe.label is not None:
        note.add_text("label", str(probe.label))
    pixels = np.rint(np.clip(probe.image, 0, 1) * 255).astype(np.uint8)
    Image.fromarray(pixels).save(file, format="PNG", pnginfo=note)
    return file.getvalue()


def _read(path: Path) -> Probe:
    try:
        with Image.open(io.BytesIO(reading.read_bytes(path)), formats=["PNG"]) as png:
            if png.size != (28, 28):  # nobody unpacks a large one to find that out
                raise ValueError("it is no image of 28x28 pixels")
            image = np.asarray(png.convert("L"), np.float32) / np.float32(255)
            label = png.info.get("label")
        return Probe(image, None if label is None else DIGITS.index(label))
    except (OSError, ValueError, SyntaxError):  # Pillow's for a damaged PNG, all three
        return Probe(np.zeros((28, 28), np.float32))
