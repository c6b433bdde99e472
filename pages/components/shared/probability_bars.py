"""Ten bars, one a digit: how likely the network holds each to be."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypedDict

import numpy as np
import numpy.typing as npt

from pages.components.shared import component, formatting
from pages.components.shared import live as live_reading

SMALLEST_LABELLED: Final = 0.005  # a bar below this has no number above it
STANDS_OUT: Final = 0.2  # twice an even share: what is below this does not stand out
FOLDER: Final = Path(__file__).parent

_bars = component.define(
    "probability_bars",
    html="<div class='probability-bars' role='img'></div>",
    css=(FOLDER / "probability_bars.css").read_text(),
    js=live_reading.LISTEN + (FOLDER / "probability_bars.js").read_text(),
)


class Props(TypedDict):
    """What the browser is sent."""

    probabilities: list[float]  # of the ten digits
    percents: list[str]  # above the bars
    best: int | None  # the digit that stands out
    description: str  # for those who do not see the bars
    live: bool  # whether they follow what this browser reads while the pen moves


def show(
    probabilities: npt.NDArray[np.floating], *, key: str = "bars", live: bool = False
) -> None:
    """Show the bars; they glide to where they belong when the values change.

    Args:
        probabilities: of the ten digits, (10,); all 0 where nothing is known yet.
        key: another one for each place in a page.
        live: whether they follow the pen, where the browser reads.
    """
    props = to_props(probabilities.tolist(), live=live)
    _bars(key=key, data=props, live=live, height="content")


def to_props(probabilities: Sequence[float], *, live: bool = False) -> Props:
    """Return what the browser is sent."""
    order = sorted(range(10), key=probabilities.__getitem__, reverse=True)
    percents = [_percent(probability) for probability in probabilities]
    likely = ", ".join(
        f"{digit}: {percents[digit]}" for digit in order if percents[digit]
    )
    return {
        "probabilities": [round(probability, 3) for probability in probabilities],
        "percents": percents,
        "best": order[0] if probabilities[order[0]] >= STANDS_OUT else None,
        "description": f"How likely each digit is. {likely or 'Nothing to read yet'}",
        "live": live,
    }


def _percent(probability: float) -> str:
    if probability < SMALLEST_LABELLED:
        return ""
    return formatting.probability(probability)
