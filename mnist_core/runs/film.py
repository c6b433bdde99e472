"""Make a film of a run to take along: its probes and its curves, in ten seconds.

film.save(run, Path("quick.webp"))      # or .gif
film.to_bytes(run)

It is drawn from what the run's folder says, as far as the run is.
"""

import io
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from mnist_core.errors import NothingToFilm
from mnist_core.runs import probes
from mnist_core.runs.metrics import BatchRow, Metrics
from mnist_core.runs.probes import Probe, ProbeRow
from mnist_core.runs.run import Run

PICTURES: Final = 80
SECONDS, REST = 10, 2  # in all, and at the end
WIDTH, HEIGHT, EDGE = 720, 405, 24  # pixels
CHART, CHART_LEFT, ALONE_LEFT = 124, 320, 80  # its height; beside probes, or without
TOP, PROBE_HEIGHT = 52, 88  # of the first probe, and from one to the next
POINTS: Final = 160  # of the training, on a chart
PAPER, INK, PALE = "#fdfdf8", "#16181d", "#8a8d93"
TRAIN, TEST, BAR = "#9db4ec", "#d95f02", "#2f55d4"
SMALLEST_LOSS: Final = 0.01  # losses are shown from here up, each tenfold as high

Format = Literal["webp", "gif"]
Progress = Callable[[float], None]
Points = list[tuple[float, float]]
"""Epochs, and a value from 0 (at the bottom of a chart) to 1."""


@dataclass(frozen=True)
class Chart:
    """A chart's title, its place, and its lines, whole; a picture shows a part."""

    title: str
    left: int
    top: int
    epochs: float
    marks: dict[str, float]  # words at the left edge, and how high they stand, 0 to 1
    lines: dict[str, Points]  # by their colours

    def x(self, epoch: float) -> float:
        """Return how far right an epoch is, in pixels."""
        return self.left + (WIDTH - EDGE - self.left) * epoch / self.epochs

    def y(self, value: float) -> float:
        """Return how far down a value from 0 to 1 is, in pixels."""
        return self.top + CHART * (1 - value)


def save(run: Run, path: Path, *, progress: Progress = lambda share: None) -> None:
    """Write the film to a file: a GIF where its name ends so, else an animated WebP.

    Raises:
        NothingToFilm: nothing was trained yet.
    """
    kind: Format = "gif" if path.suffix.lower() == ".gif" else "webp"
    path.write_bytes(to_bytes(run, kind=kind, progress=progress))


def to_bytes(
    run: Run, *, kind: Format = "webp", progress: Progress = lambda share: None
) -> bytes:
    """Return the film as a file's content.

    Args:
        run: it may still go on.
        kind: WebP is smaller; a GIF plays everywhere.
        progress: is called now and then with the share that is drawn, 0 to 1.

    Raises:
        NothingToFilm: nothing was trained yet.
    """
    metrics, state = run.metrics(), run.read()
    if not metrics.epoch:
        raise NothingToFilm(run.id)
    watched, history = probes.load(run.folder), probes.history(run.folder)
    charts = _charts(metrics, CHART_LEFT if watched else ALONE_LEFT)
    still, pictures = _draw_still(state.name, charts, watched), []
    # Most is learned early: that is shown more slowly.
    for at in (np.linspace(0, 1, PICTURES) ** 1.5 * metrics.epoch).tolist():
        pictures.append(_draw_moving(still, charts, watched, history, at=at))
        progress(len(pictures) / (PICTURES + 1))  # they are packed at the end
    content = _encode(pictures, kind)
    progress(1.0)
    return content


class _Picture:
    """One picture of the film; what does not move is drawn once, on a first one."""

    def __init__(self, image: Image.Image) -> None:
        self.image, self.draw = image, ImageDraw.Draw(image)

    def write(
        self,
        place: tuple[float, float],
        text: str,
        *,
        size: int = 13,
        colour: str = INK,
        anchor: str = "la",
    ) -> None:
        """Write a line of text."""
        self.draw.text(place, text, fill=colour, font=_font(size), anchor=anchor)

    def draw_axes(self, chart: Chart) -> None:
        """Draw a chart without its lines."""
        self.write((chart.left, chart.top - 24), chart.title)
        for text, value in chart.marks.items():
            y = chart.y(value)
            self.draw.line([(chart.left, y), (WIDTH - EDGE, y)], fill="#e4e3da")
            self.write((chart.left - 8, y), text, size=12, colour=PALE, anchor="rm")

    def draw_lines(self, chart: Chart, *, until: float) -> None:
        """Draw a chart's lines as far as the run had come."""
        for colour, points in chart.lines.items():
            seen = points[: bisect_right(points, until, key=lambda point: point[0])]
            if len(seen) > 1:
                places = [(chart.x(epoch), chart.y(value)) for epoch, value in seen]
                self.draw.line(places, fill=colour, width=2, joint="curve")

    def draw_probe(self, probe: Probe, *, top: int) -> None:
        """Draw a probe, and the digits below its bars."""
        pixels = np.rint((1 - probe.image) * 255).astype(np.uint8)
        picture = Image.fromarray(pixels).resize((70, 70), Image.Resampling.NEAREST)
        self.image.paste(picture, (EDGE, top))
        self.draw.rectangle([EDGE, top, EDGE + 70, top + 70], outline="#c9c8bf")
        for digit in range(10):
            place = EDGE + 122 + digit * 10, top + 61
            self.write(place, str(digit), size=9, anchor="ma")

    def draw_answer(self, probe: Probe, answer: list[float], *, top: int) -> None:
        """Draw the digit that a probe is taken for, and ten bars."""
        best = int(np.argmax(answer))
        right = probe.label is None or probe.label == best
        colour = BAR if right else TEST
        place = EDGE + 92, top + 35
        self.write(place, str(best), size=44, colour=colour, anchor="mm")
        for digit, share in enumerate(answer):
            left, bottom = EDGE + 118 + digit * 10, top + 58
            height = 54 * min(max(share, 0.0), 1.0)
            fill = colour if digit == best else TRAIN
            self.draw.rectangle([left, bottom - height, left + 7, bottom], fill=fill)


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _draw_still(title: str, charts: list[Chart], watched: list[Probe]) -> Image.Image:
    """Draw what all pictures have."""
    still = _Picture(Image.new("RGB", (WIDTH, HEIGHT), PAPER))
    still.write((EDGE, 14), title, size=17)
    for chart in charts:
        still.draw_axes(chart)
    for right, text, colour in ((60, "training", TRAIN), (0, "test", TEST)):
        place = WIDTH - EDGE - right, HEIGHT - 22
        still.write(place, text, size=12, colour=colour, anchor="ra")
    for number, probe in enumerate(watched):
        still.draw_probe(probe, top=TOP + number * PROBE_HEIGHT)
    return still.image


def _draw_moving(
    still: Image.Image,
    charts: list[Chart],
    watched: list[Probe],
    history: list[ProbeRow],
    *,
    at: float,
) -> Image.Image:
    """Draw the picture of one moment, at so many epochs."""
    picture = _Picture(still.copy())
    picture.write((WIDTH - EDGE, 14), f"epoch {at:.1f}", size=17, anchor="ra")
    for chart in charts:
        picture.draw_lines(chart, until=at)
    known = bisect_right(history, at, key=lambda row: row["epoch"])
    answers = history[known - 1]["probabilities"] if known else []
    for number, (probe, answer) in enumerate(zip(watched, answers, strict=False)):
        picture.draw_answer(probe, answer, top=TOP + number * PROBE_HEIGHT)
    return picture.image


def _charts(metrics: Metrics, left: int) -> list[Chart]:
    """Return the two charts: accuracy, and loss by tens."""
    batches = _thinned(metrics.batches)
    looks = [
        (row["epoch"], row["sample_accuracy"], row["sample_loss"])
        for row in metrics.samples
    ]
    whole = [
        (row["epoch"], row["val_accuracy"], row["val_loss"]) for row in metrics.epochs
    ]
    tests = sorted([*looks, *whole])
    accuracy = {
        TRAIN: [(epoch, accuracy) for epoch, accuracy, _ in batches],
        TEST: [(epoch, accuracy) for epoch, accuracy, _ in tests],
    }
    loss = {
        TRAIN: [(epoch, _height(loss)) for epoch, _, loss in batches],
        TEST: [(epoch, _height(loss)) for epoch, _, loss in tests],
    }
    percents = {"0 %": 0.0, "50 %": 0.5, "100 %": 1.0}
    tens = {f"{value:g}": _height(value) for value in (0.01, 0.1, 1, 10)}
    return [
        Chart("Accuracy", left, 76, metrics.epoch, percents, accuracy),
        Chart("Loss", left, 246, metrics.epoch, tens, loss),
    ]


def _height(loss: float) -> float:
    """Return how high a loss stands on its chart: each step up is ten times as much."""
    return float(np.clip(np.log10(max(loss, SMALLEST_LOSS)) + 2, 0, 3)) / 3


def _thinned(rows: list[BatchRow]) -> list[tuple[float, float, float]]:
    """Return epoch, accuracy and loss, of so few lines that each is a mean of many."""
    table = [(row["epoch"], row["accuracy"], row["loss"]) for row in rows]
    parts = np.array_split(np.array(table).reshape(-1, 3), POINTS)
    means = [part.mean(axis=0).tolist() for part in parts if len(part)]
    return [(epoch, accuracy, loss) for epoch, accuracy, loss in means]


def _encode(pictures: list[Image.Image], kind: Format) -> bytes:
    """Return the pictures as a film that stands still at its end and begins again."""
    milliseconds = [1000 * (SECONDS - REST) // PICTURES] * len(pictures)
    milliseconds[-1] += 1000 * REST
    options: dict[str, Any] = {"quality": 80, "method": 2}
    if kind == "gif":
        options = {"optimize": False}
        colours = pictures[-1].quantize(64)
        without = Image.Dither.NONE
        pictures = [each.quantize(palette=colours, dither=without) for each in pictures]
    file = io.BytesIO()
    pictures[0].save(
        file,
        format=kind.upper(),
        save_all=True,
        append_images=pictures[1:],
        duration=milliseconds,
        loop=0,
        **options,
    )
    return file.getvalue()
