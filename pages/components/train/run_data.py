"""What a browser is sent of a run: all of it once, then what was added since.

answer = run_data.since(record)                  # whole
answer = run_data.since(record, answer["next"])  # what its worker wrote meanwhile

All of it is fit for JSON: columns of numbers, and only so many of them, however long
the run is.
"""

import re
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypedDict

import numpy as np
import numpy.typing as npt

from mnist_core.errors import DatasetUnavailable
from mnist_core.recipes import Recipe
from mnist_core.runs import probes, steering
from mnist_core.runs.metrics import Metrics
from mnist_core.runs.probes import Mistake, Probe, ProbeRow, Snapshot
from mnist_core.runs.run import LOGS, RunState
from pages.components.shared import cache, data_url, formatting
from pages.components.train.run_records import RunRecord

MOST_LINES: Final = 4000  # more than a screen has columns of pixels
MOST_ANSWERS: Final = 1000  # to the probes
MOST_SNAPSHOTS: Final = 200  # each is a kilobyte
THOUSANDTHS: Final = 1000
NEXT: Final = re.compile(r"\d{1,20}(\.\d{1,20}){8}")
STAGES: Final = {
    "starting": "Starting",
    "waiting for the cluster": "Waiting for the cluster",
    "waiting for a machine": "Waiting for a machine",
    "loading TensorFlow": "Loading TensorFlow",
    "loading data": "Loading the images",
    "drawing": "Drawing more examples",
    "building": "Building the network",
    "training": "Training",
    "testing": "Testing on images it has never seen",
    "measuring": "Reading pen drawings of other people",
    "saving": "Saving the model",
}
STILL: Final = (
    *("starting", "waiting for the cluster", "waiting for a machine"),
    *("loading TensorFlow", "loading data", "building"),
)
"""The stages in which nothing else on the page moves."""

Columns = dict[str, list[Any]]
Row = Mapping[str, Any]


class About(TypedDict):
    """What a run is and how far it has come."""

    epochs: int
    examples: int  # images that an epoch learns from
    tested: str  # "Test" or "Validation": which images the network is tested on
    live: bool  # whether it goes on
    moves: bool  # whether something new is written several times a second
    done: float  # from 0 to 1
    text: str  # how far it is, in words


class Card(TypedDict):
    """A probe: its picture as a data URL, and the digit where that is known."""

    picture: str
    label: int | None


class Answer(TypedDict):
    """All of a run, or what was added to it since the answer before."""

    next: str  # what to ask with for what comes after this
    whole: bool  # whether it takes the place of all that was known
    about: About
    cards: list[Card] | None  # None where they are as before
    lines: Columns  # epoch, loss, accuracy of the training; of lines seconds and rate
    tests: Columns  # epoch, loss, accuracy; whole is 1 for a test on all images
    probes: Columns  # epoch, shares: for each row ten thousandths for each probe
    snapshots: Columns  # epoch, filters: side and base64; mistakes
    images: dict[int, str] | None  # of the mistakes, as data URLs; None without data
    marks: list[tuple[float, str]]  # where in the run somebody steered it


def since(record: RunRecord, after: str = "") -> Answer:
    """Return what was added to a run since an answer whose `next` was this.

    Where nothing is known of that answer, or the run was cut back when it was resumed,
    the run is returned whole.
    """
    folder = record.run.folder if record.run else None
    # First the files, then what is in them: one that is replaced between the two is
    # found to be another one at the next question.
    files = [_file_number(folder / name) if folder else 0 for name in LOGS]
    metrics, chosen = record.metrics(), probes.load(folder) if folder else []
    rows: list[Sequence[Any]] = [metrics.batches, metrics.samples, metrics.epochs]
    rows += [probes.history(folder), probes.snapshots(folder)] if folder else [[], []]
    counts = [*map(len, rows), len(chosen)]
    known = _parse(after, files, counts)
    batches, samples, epochs, answers, looks = (
        each[count:] for each, count in zip(rows, known, strict=False)
    )
    looks = _thinned(looks, MOST_SNAPSHOTS)
    images = _images(record.recipe, looks)
    return {
        "next": ".".join(map(str, [*files, *counts])),
        "whole": not any(known),
        "about": _about(record.state, metrics, _stage(record.state, folder)),
        "cards": None if any(known) and known[-1] == counts[-1] else _cards(chosen),
        "lines": _lines(batches) if record.run else _means(epochs),
        "tests": _tests(samples, epochs),
        "probes": _answers(_thinned(answers, MOST_ANSWERS)),
        "snapshots": _snapshots(looks),
        "images": images,
        "marks": _marks(folder),
    }


def _file_number(path: Path) -> int:
    """Return a file's number: where it was written anew, that is another one."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _parse(after: str, files: list[int], counts: list[int]) -> list[int]:
    """Return how much of each is known already: nothing, unless all of it fits."""
    if NEXT.fullmatch(after):
        numbers = [int(number) for number in after.split(".")]
        known = numbers[len(files) :]
        fits = all(a <= b for a, b in zip(known, counts, strict=True))
        if numbers[: len(files)] == files and fits:
            return known
    return [0] * len(counts)


def _about(state: RunState, metrics: Metrics, stage: str) -> About:
    recipe, progress = state.recipe, metrics.progress(state.recipe)
    parts = [stage]
    if state.stage == "drawing" and state.is_active:
        parts.append(formatting.percent(state.drawn_share, digits=0))
    elif metrics.epoch:
        parts.append(f"epoch {metrics.epoch:.1f} of {recipe.epochs}")
    if progress.seconds_left and state.status == "running":
        parts.append(f"{formatting.duration(progress.seconds_left)} left")
    return {
        "epochs": recipe.epochs,
        "examples": recipe.examples,
        "tested": "Validation" if recipe.validation else "Test",
        "live": state.is_active,
        "moves": state.stage == "training" and state.status == "running",
        "done": 1.0 if state.status == "finished" else progress.done,
        "text": "  \N{MIDDLE DOT}  ".join(parts),
    }


def _stage(state: RunState, folder: Path | None) -> str:
    if not state.is_active:
        return state.status.capitalize()
    if "discard" in state.requests:
        return "Discarding ..."
    if "stop" in state.requests:
        return "Stopping ..."
    if state.status == "paused":
        return "Paused"
    if "pause" in state.requests:
        is_stepping = folder is not None and steering.is_stepping(folder)
        return "Going on for a step ..." if is_stepping else "Pausing ..."
    stage = f"{STAGES.get(state.stage, 'Ending')} ..."
    waited = _seconds_at(folder) if folder and state.stage in STILL else 0
    return f"{stage} {waited} s" if waited else stage


def _seconds_at(folder: Path) -> int:
    """Return for how long a run has been at its stage, in whole seconds."""
    try:
        return max(int(time.time() - (folder / "state.json").stat().st_mtime), 0)
    except OSError:
        return 0


def _cards(chosen: Sequence[Probe]) -> list[Card]:
    return [{"picture": _picture(each), "label": each.label} for each in chosen]


def _picture(probe: Probe) -> str:
    levels = np.rint(np.clip(probe.image, 0, 1) * 255)
    return data_url.encode_cached(levels.astype(np.uint8))


def _lines(rows: Sequence[Row]) -> Columns:
    """Return what was said of the training, where there is much of it as means.

    A line is the mean over the batches since the line before; so is that of some lines.
    """
    if not rows:
        return {}
    size = -(-len(rows) // MOST_LINES)
    starts = np.arange(0, len(rows), size)
    ends = np.append(starts[1:], len(rows)) - 1

    def mean(name: str) -> list[float]:
        sums = np.add.reduceat(_column(rows, name), starts)
        return _short(sums / (ends - starts + 1))

    return {
        "epoch": _short(_column(rows, "epoch")[ends]),
        "seconds": _short(_column(rows, "seconds")[ends]),
        "loss": mean("loss"),
        "accuracy": mean("accuracy"),
        "rate": [rows[end].get("learning_rate") for end in ends],
    }


def _means(epochs: Sequence[Row]) -> Columns:
    """Return what is known of a run that has no lines: the mean of each epoch."""
    names = ("epoch", "loss", "accuracy")
    return {name: [row[name] for row in epochs] for name in names}


def _tests(samples: Sequence[Row], epochs: Sequence[Row]) -> Columns:
    """Return the tests on a sample, and at the ends of epochs those on all images."""
    part_way = [row for row in samples if row["epoch"] % 1]
    rows = [
        (row["epoch"], row["sample_loss"], row["sample_accuracy"], 0)
        for row in _thinned(part_way, MOST_LINES)
    ]
    rows += [(r["epoch"], r["val_loss"], r["val_accuracy"], 1) for r in epochs]
    rows.sort(key=lambda row: row[0])
    names = ("epoch", "loss", "accuracy", "whole")
    return {name: [row[n] for row in rows] for n, name in enumerate(names)}


def _answers(rows: Sequence[ProbeRow]) -> Columns:
    return {
        "epoch": [row["epoch"] for row in rows],
        "shares": [
            [round(p * THOUSANDTHS) for each in row["probabilities"] for p in each]
            for row in rows
        ],
    }


def _snapshots(looks: Sequence[Snapshot]) -> Columns:
    return {
        "epoch": [look["epoch"] for look in looks],
        "filters": [_filters(look["filters"]) for look in looks],
        "mistakes": [
            [_mistake(each) for each in sorted(look["mistakes"], key=_doubt)]
            for look in looks
        ],
    }


def _filters(filters: list[list[int]]) -> tuple[int, str]:
    """Return the side of a filter, and the weights of all as signed bytes in base64."""
    side = round(len(filters[0]) ** 0.5) if filters else 0
    weights = [weight for each in filters for weight in each]
    return side, b64encode(np.array(weights, np.int8).tobytes()).decode()


def _mistake(mistake: Mistake) -> tuple[int, int, int, float]:
    labels = mistake["label"], mistake["predicted"]
    return mistake["index"], *labels, mistake["confidence"]


def _doubt(mistake: Mistake) -> float:
    return -mistake["confidence"]


def _images(recipe: Recipe, looks: Sequence[Snapshot]) -> dict[int, str] | None:
    """Return the images of the mistakes by their indices, as data URLs."""
    wanted = {mistake["index"] for look in looks for mistake in look["mistakes"]}
    if not wanted:
        return {}
    try:
        dataset = cache.dataset(recipe.data)
    except DatasetUnavailable:
        return None
    kept_out = slice(recipe.images - recipe.validation, recipe.images)
    images = dataset.x_train[kept_out] if recipe.validation else dataset.x_test
    return {
        index: data_url.encode_cached(images[index])
        for index in sorted(wanted)
        if index < len(images)
    }


def _marks(folder: Path | None) -> list[tuple[float, str]]:
    """Return where somebody steered the run: epoch, and what was changed, in words."""
    changes = steering.history(folder) if folder else []
    return [(each["epoch"], steering.describe(each)) for each in changes]


def _thinned(rows: Sequence[Any], most: int) -> Sequence[Any]:
    """Return every so many of the rows, and the last."""
    step = -(-len(rows) // most) or 1
    return [*rows[: len(rows) - 1 : step], *rows[-1:]]


def _column(rows: Sequence[Row], name: str) -> npt.NDArray[np.float64]:
    return np.array([row[name] for row in rows], float)


def _short(values: npt.NDArray[np.float64]) -> list[float]:
    rounded: list[float] = np.round(values, 5).tolist()
    return rounded
