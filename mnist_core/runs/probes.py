"""Digits that people watch a network learn: they belong to a run.

runs/<run id>/watched/1.png ... 4.png     28x28, with the label where it is known
runs/<run id>/probes.jsonl               ten probabilities for each, as they were

watching.add(run.folder, watching.Watched(image, label=None))
watching.digits(run.folder), watching.history(run.folder)
"""

import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from mnist_core.errors import ProbesFull
from mnist_core.storage import jsonl

MOST = 4


@dataclass(frozen=True)
class Probe:
    """A digit to watch: ink 1 on paper 0, and what it is, where that is known."""

    image: np.ndarray  # float (28, 28)
    label: int | None = None


def add(run: Path, watched: Probe) -> None:
    """Add a digit to the run in this folder; its worker sees it at its next look.

    Raises:
        WatchedFull: the run has four already.
    """
    folder = run / "probes"
    folder.mkdir(exist_ok=True)
    beside = folder / f".{uuid4().hex}"
    beside.write_bytes(_to_png(watched))
    try:
        for number in range(1, MOST + 1):
            try:  # two people may add at once: a link is made by one of them only
                return os.link(beside, folder / f"{number}.png")
            except FileExistsError:
                continue
    finally:
        beside.unlink()
    raise ProbesFull


def load(run: Path) -> list[Probe]:
    """The digits that are watched in this run, in the order they were added.

    One whose file is damaged is blank paper: the others keep their places.
    """
    return [_read(path) for path in _paths(run)]


def count(run: Path) -> int:
    """How many digits are watched in this run."""
    return len(_paths(run))


def history(run: Path) -> list[dict[str, Any]]:
    """What the network said about them, oldest first.

    Returns:
        Rows with epoch, step, seconds, and `probabilities`: ten for each digit that was
        watched by then.
    """
    return jsonl.read(run / "probes.jsonl").get("lines", [])


def snapshots(run: Path) -> list[dict[str, Any]]:
    """What the network looked like from inside, oldest first.

    Returns:
        Rows with epoch, step, seconds, `filters`, each a list of the weights of a
        square, the strongest of all 100 or -100, and `hardest`: of the images that it
        got most wrong (number, label, answer, probability of the answer). The number
        counts in the test images, or where the recipe keeps training images out for
        validation, in those.
    """
    return jsonl.read(run / "snapshots.jsonl").get("lines", [])


def _paths(run: Path) -> list[Path]:
    paths = [run / "probes" / f"{number}.png" for number in range(1, MOST + 1)]
    return [path for path in paths if path.exists()]


def _to_png(watched: Probe) -> bytes:
    note, file = PngInfo(), io.BytesIO()
    if watched.label is not None:
        note.add_text("label", str(watched.label))
    pixels = np.rint(np.clip(watched.image, 0, 1) * 255).astype(np.uint8)
    Image.fromarray(pixels).save(file, format="PNG", pnginfo=note)
    return file.getvalue()


def _read(path: Path) -> Probe:
    try:
        with Image.open(path) as picture:
            label = picture.info.get("label")
            image = np.asarray(picture, np.float32).reshape(28, 28) / 255
        return Probe(image, None if label is None else int(label))
    except (OSError, ValueError, SyntaxError):  # Pillow's for a damaged PNG, all three
        return Probe(np.zeros((28, 28), np.float32))
