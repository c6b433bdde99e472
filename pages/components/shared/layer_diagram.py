"""The way of a drawing through the network's layers, as a picture in HTML."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from pages.components.shared import formatting
from pages.components.shared.colormap import coloured, inked, tile
from pages.components.shared.formatting import a_digit

if TYPE_CHECKING:  # it loads TensorFlow
    from mnist_core.inference.explain import Step

TIMES: Final = "\N{MULTIPLICATION SIGN}"
STACKED: Final = 3  # maps behind each other
NAMES: Final = {
    "image": ("Drawing", "as the network gets it"),
    "convolution": ("Convolution", "looks for patterns of {0}"),
    "pool": ("Pool", "keeps the strongest of {0}"),
    "flat": ("Flat", "all of it in one row"),
    "dense": ("Dense", "each weighs all before it"),
}


def show(
    steps: "Sequence[Step]", values: Sequence[np.ndarray], answer: np.ndarray
) -> str:
    """The steps from the drawing to ten bars.

    Args:
        steps: as `Explainer.layers` gives them.
        values: what each passes on, as `Explainer.way` gives them.
        answer: the ten probabilities, (10,); all 0 where nothing is drawn.
    """
    pairs = zip(steps[:-1], values[:-1], strict=True)
    parts = [_step(step, value) for step, value in pairs]
    style = f"--steps:{len(steps)}"
    return f'<ol class="saw-way" style="{style}">{"".join(parts)}{_answer(answer)}</ol>'


def _step(step: "Step", value: np.ndarray) -> str:
    name, does = NAMES[step.kind]
    return _item(
        _picture(step, value), name, size(step), does.format(_square(step.window))
    )


def size(step: "Step") -> str:
    """What a step passes on, in words: "32 maps of 24x24"."""
    if step.kind == "image":
        return _square(step.side)
    if step.side > 1:
        return f"{step.count} maps of {_square(step.side)}"
    return f"{step.count:,} numbers"


def _square(side: int) -> str:
    return f"{side}{TIMES}{side}"


def _item(picture: str, name: str, size: str, does: str) -> str:
    return (
        f'<li><div class="saw-step">{picture}</div>'
        f"<div><b>{name}</b><span>{size}</span><small>{does}</small></div></li>"
    )


def _picture(step: "Step", value: np.ndarray) -> str:
    if step.kind == "image":
        return _stack([inked(value[0])], step.side)
    if value.ndim == 3:
        strongest = value[:STACKED]
        top = float(strongest.max())
        return _stack([coloured(each, top=top) for each in strongest], step.side)
    numbers = value.reshape(rows(len(value)), -1)
    return _column(coloured(numbers, top=float(value.max())))


def _stack(maps: list[np.ndarray], side: int) -> str:
    """The first in front of the others, and the larger the more it has a side."""
    tiles = "".join(tile(each) for each in reversed(maps))
    return f'<div class="saw-stack" style="--side:{side}">{tiles}</div>'


def _column(pixels: np.ndarray) -> str:
    return f'<div class="saw-numbers">{tile(pixels)}</div>'


def rows(count: int) -> int:
    """How many rows to lay numbers out in: half as wide as high, about, and full."""
    wanted = (count * 2) ** 0.5
    divisors = [n for n in range(1, count + 1) if count % n == 0]
    return min(divisors, key=lambda n: abs(n - wanted))


def _answer(shares: np.ndarray) -> str:
    best = int(shares.argmax()) if shares.any() else None
    bars = "".join(
        f"<span{' class=saw-best' if digit == best else ''}>"
        f'<i style="height:{share * 100:.1f}%"></i>{digit}</span>'
        for digit, share in enumerate(shares.tolist())
    )
    sure = "ten probabilities"
    if best is not None:
        sure = f"{a_digit(best)}, {formatting.probability(float(shares[best]))}"
    picture = f'<div class="saw-bars" aria-hidden="true">{bars}</div>'
    return _item(picture, "The answer", "10 numbers", sure)
