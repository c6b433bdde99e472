"""Draw a picture of each kind: a digit, a number, a row, and several lines."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.photographs import camera, handwriting, nothing, scene, spoiled
from benchmarks.photographs.handwriting import Random
from benchmarks.photographs.picture import Drawn, digits
from benchmarks.photographs.scene import Shape
from mnist_core.data.curves import Strokes

PICTURES = 100  # of each kind that is not spoiled
SPOILED = 40  # of each kind that is
NOTHING = 500  # without a digit
SMALLEST = 32  # pixels, the height of a digit; a person reads no smaller ones easily


@dataclass(frozen=True)
class Picture:
    """A picture, and what is right to read in it."""

    kind: str
    pixels: NDArray[np.uint8]  # (h, w) or (h, w, 3)
    lines: tuple[str, ...]  # the numbers, one a line; none where there is no digit


def pictures(seed: int, *, only: str = "") -> Iterator[Picture]:
    """Yield all pictures of a seed, or those of one kind; they are always the same."""
    for number, (kind, (count, draw)) in enumerate(KINDS.items()):
        for index in range(0 if only and only != kind else count):
            pixels, lines = draw(np.random.default_rng([seed, number, index]))
            yield Picture(kind, pixels, lines)


def _single(rng: Random) -> Drawn:
    share = rng.uniform(0.25, 0.8)
    return _photograph(rng, digits(rng, (1, 1)), share=share, most=share)


def _number(rng: Random) -> Drawn:
    return _photograph(
        rng, digits(rng, (2, 4)), share=rng.uniform(0.35, 0.85), most=0.8
    )


def _row(rng: Random) -> Drawn:
    return _photograph(
        rng, digits(rng, (5, 12)), share=rng.uniform(0.6, 0.92), most=0.75
    )


def _two_lines(rng: Random) -> Drawn:
    lines = digits(rng, (1, 6), (1, 6))
    return _photograph(rng, lines, share=rng.uniform(0.4, 0.85), most=0.8)


def _three_lines(rng: Random) -> Drawn:
    lines = digits(rng, (1, 6), (1, 6), (1, 6))
    return _photograph(rng, lines, share=rng.uniform(0.4, 0.85), most=0.85)


def _photograph(
    rng: Random, lines: tuple[str, ...], *, share: float, most: float
) -> Drawn:
    """Photograph lines written on paper, or in every sixth picture on a board."""
    board = str(rng.choice(["", "white", "black"], p=[0.84, 0.08, 0.08]))
    pen = _choose_pen(rng, board)
    strokes = handwriting.write(rng, lines, gap=pen.width + 0.04)
    is_row = len(lines) == 1 and len(lines[0]) > 4
    shape = _choose_shape(rng, strokes, share=share, is_row=is_row)
    view = scene.look(rng, strokes, shape, share=share, most=most)
    surface = (
        scene.choose_board(rng, is_black=board == "black")
        if board
        else scene.choose_paper(rng, pen)
    )
    built = scene.build(rng, strokes, shape, view=view, pen=pen, surface=surface)
    if not board and rng.random() < 0.15:
        scene.lay_on_table(rng, built)
    return camera.take(rng, built), lines


def _choose_pen(rng: Random, board: str) -> handwriting.Pen:
    choose = {
        "": handwriting.choose_pen,
        "white": handwriting.choose_marker,
        "black": handwriting.choose_chalk,
    }
    return choose[board](rng)


def _choose_shape(
    rng: Random, strokes: Strokes, *, share: float, is_row: bool
) -> Shape:
    """Choose a picture's height and width: rows are often cropped long and narrow."""
    wide, high = np.ptp(np.concatenate(strokes), axis=0)
    longer = 300 * (1600 / 300) ** rng.beta(1.5, 2)  # most are of moderate size
    if is_row and rng.random() < 0.4:
        ratio = rng.uniform(4.1, max(4.3, wide / high / share))
        height, width = longer / ratio, longer
    else:
        height, width = longer / rng.choice([1, 4 / 3, 3 / 2, 16 / 9]), longer
        if rng.random() < (0.25 if is_row else 0.5):
            height, width = width, height
    times = max(1, SMALLEST * wide / share / width)
    return round(height * times), round(width * times)


KINDS: dict[str, tuple[int, Callable[[Random], Drawn]]] = {
    "single": (PICTURES, _single),
    "number": (PICTURES, _number),
    "row": (PICTURES, _row),
    "two lines": (PICTURES, _two_lines),
    "three lines": (PICTURES, _three_lines),
    **{kind: (SPOILED, draw) for kind, draw in spoiled.KINDS.items()},
    "nothing": (NOTHING, nothing.draw),
}
