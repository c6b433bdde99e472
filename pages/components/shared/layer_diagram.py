"""A drawing's way through the network's layers, as a picture in HTML."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy.typing as npt

from pages.components.shared import colormap, formatting
from pages.components.shared.colormap import Pixels
from pages.components.shared.formatting import a_digit

if TYPE_CHECKING:  # it loads TensorFlow
    from mnist_core.inference.explain import Step

Values = npt.NDArray[Any]
"""What a step passes on: maps (n, side, side), or numbers (n,)."""

TIMES: Final = "\N{MULTIPLICATION SIGN}"
STACKED: Final = 3  # maps behind each other
NAMES: Final = {
    "image": ("Drawing", "as the network gets it"),
    "convolution": ("Convolution", "looks for patterns of {0}"),
    "pool": ("Pool", "keeps the strongest of {0}"),
    "flat": ("Flat", "all of it in one row"),
    "dense": ("Dense", "each weighs all before it"),
}


def to_html(
    steps: "Sequence[Step]", activations: Sequence[Values], probabilities: Values
) -> str:
    """Draw the steps from the drawing to ten bars.

    Args:
        steps: as `Explainer.layers` gives them.
        activations: what each passes on, as `Explainer.activations` gives them.
        probabilities: of the ten digits, (10,); all 0 where nothing is drawn.
    """
    pairs = zip(steps[:-1], activations[:-1], strict=True)
    items = [_step(step, values) for step, values in pairs]
    items.append(_answer(probabilities))
    style = f"--steps:{len(steps)}"
    return f'<ol class="layer-diagram" style="{style}">{"".join(items)}</ol>'


def describe_size(step: "Step") -> str:
    """Say in words how much a step passes on: "32 maps of 24x24"."""
    if step.kind == "image":
        return _square(step.side)
    if step.side > 1:
        return f"{step.count} maps of {_square(step.side)}"
    return f"{step.count:,} numbers"


def count_rows(count: int) -> int:
    """Return in how many full rows to lay numbers out: half as wide as high, about."""
    wanted = (count * 2) ** 0.5
    divisors = [n for n in range(1, count + 1) if count % n == 0]
    return min(divisors, key=lambda n: abs(n - wanted))


def _step(step: "Step", values: Values) -> str:
    name, purpose = NAMES[step.kind]
    purpose = purpose.format(_square(step.window))
    return _item(_picture(step, values), name, describe_size(step), purpose)


def _square(side: int) -> str:
    return f"{side}{TIMES}{side}"


def _item(picture: str, name: str, size: str, purpose: str) -> str:
    return (
        f'<li><div class="layer">{picture}</div>'
        f"<div><b>{name}</b><span>{size}</span><small>{purpose}</small></div></li>"
    )


def _picture(step: "Step", values: Values) -> str:
    if step.kind == "image":
        return _stack([colormap.inked(values[0])], step.side)
    if values.ndim == 3:
        strongest = values[:STACKED]
        top = float(strongest.max())
        maps = [colormap.coloured(each, top=top) for each in strongest]
        return _stack(maps, step.side)
    numbers = values.reshape(count_rows(len(values)), -1)
    pixels = colormap.coloured(numbers, top=float(values.max()))
    return f'<div class="layer-numbers">{colormap.to_html(pixels)}</div>'


def _stack(maps: list[Pixels], side: int) -> str:
    """Draw the first in front of the others; the more a side has, the larger."""
    tiles = "".join(colormap.to_html(each) for each in reversed(maps))
    return f'<div class="layer-stack" style="--side:{side}">{tiles}</div>'


def _answer(probabilities: Values) -> str:
    best = int(probabilities.argmax()) if probabilities.any() else None
    bars = "".join(
        f"<span{' class=best' if digit == best else ''}>"
        f'<i style="height:{probability * 100:.1f}%"></i>{digit}</span>'
        for digit, probability in enumerate(probabilities.tolist())
    )
    answer = "ten probabilities"
    if best is not None:
        sure = formatting.probability(float(probabilities[best]))
        answer = f"{a_digit(best)}, {sure}"
    picture = f'<div class="layer-bars" aria-hidden="true">{bars}</div>'
    return _item(picture, "The answer", "10 numbers", answer)
