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
from typing import Final, TypedDict, cast

import numpy as np
import numpy.typing as npt
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from mnist_core.errors import ProbesFull
from mnist_core.runs.metrics import Place
from mnist_core.storage import jsonl
from mnist_core.storage.paths import replacing

MOST: Final = 4


@dataclass(frozen=True)
class Probe:
    """An image to follow, ink 1 on paper 0, and what it shows where that is known."""

    image: npt.NDArray[np.float32]  # (28, 28)
    label: int | None = None


class ProbeRow(Place):
    """What the network said of the probes at one moment."""

    step: int
    probabilities: list[list[float]]  # ten for each probe that was there by then


class Mistake(TypedDict):
    """An image that the network got wrong.

    The index counts in the test images, or where the recipe keeps training images out
    for validation, in those.
    """

    index: int
    label: int
    predicted: int
    confidence: float


class Snapshot(Place):
    """What the network looked like from inside at one moment."""

    step: int
    filters: list[list[int]]  # weights of a square, the strongest of all 100 or -100
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
    rows = jsonl.read(run / "probes.jsonl").get("lines", [])
    return cast(list[ProbeRow], rows)


def snapshots(run: Path) -> list[Snapshot]:
    """Return what the network looked like from inside, oldest first."""
    rows = jsonl.read(run / "snapshots.jsonl").get("lines", [])
    return cast(list[Snapshot], rows)


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
        with Image.open(path) as picture:
            label = picture.info.get("label")
            image = np.asarray(picture, np.float32).reshape(28, 28) / np.float32(255)
        return Probe(image, None if label is None else int(label))
    except (OSError, ValueError, SyntaxError):  # Pillow's for a damaged PNG, all three
        return Probe(np.zeros((28, 28), np.float32))
