"""A card for each probe: what the network says of it, as it learns.

The page calls this several times a second, and all of it is sent each time: so numbers
are thousandths, lines are thinned, and an image is made once.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final, TypedDict

import numpy as np
import numpy.typing as npt
import streamlit as st

from pages.components.shared import data_url, formatting

MOST_POINTS: Final = 120  # of a line; a card is not much wider in pixels
WHOLE: Final = 1000  # of a share, and of a line's width and height
READABLE: Final = 90  # of the width, that an answer lasts to be marked in the line
EVEN = [0.1] * 10
FOLDER = Path(__file__).parent

_probe_cards = st.components.v2.component(
    "probe_cards",
    html="<div class='room'><div class='cards'></div></div>",
    css=(FOLDER / "probe_cards.css").read_text(),
    js=(FOLDER / "probe_cards.js").read_text(),
)


@dataclass(frozen=True)
class Card:
    """A probe, and what the network said of it so far."""

    image: npt.NDArray[np.float32]  # (28, 28), ink 1 on paper 0
    label: int | None  # where it is known
    history: list[tuple[float, list[float]]]  # epoch, ten probabilities; oldest first


def show(cards: Sequence[Card], *, epochs: int, stacked: bool = False) -> None:
    """Show the cards side by side, each as far as the network is.

    Args:
        cards: up to four.
        epochs: of the run; each line has room for them from the start.
        stacked: two of them stand one above the other.
    """
    said = [
        to_props(card, number, epochs) for number, card in enumerate(cards, start=1)
    ]
    axis = "1 epoch" if epochs == 1 else f"{epochs} epochs"
    data = {"cards": said, "epochs": axis, "stacked": stacked}
    _probe_cards(key="probe_cards", data=data, height="content")


class CardProps(TypedDict):
    """What the browser is sent of one card."""

    picture: str  # a data URL
    shares: list[int]  # of each digit, in thousandths
    digit: int | None  # the answer; None before there is one
    sure: str
    label: int | None
    note: str
    said: str  # for those who do not see the card
    line: str  # points of an SVG path, in thousandths of width and height
    marks: list[tuple[int, int]]  # where the answer changes, and to what


def to_props(card: Card, number: int, epochs: int) -> CardProps:
    """Return what the browser is sent of one card, all of it fit for JSON."""
    points = thinned(card.history)
    epoch, shares = points[-1] if points else (0.0, EVEN)
    digit = _answer(shares) if points else None
    sure = formatting.probability(max(shares), digits=0) if points else "no idea yet"
    note = _note(digit, card.label)
    read = [(_place(at, epochs), row) for at, row in points]
    return {
        "picture": _picture(card.image),
        "shares": [round(share * WHOLE) for share in shares],
        "digit": digit,
        "sure": sure,
        "label": card.label,
        "note": note,
        "said": _describe(number, digit, sure, epoch, note),
        "line": " ".join(f"{at},{round((1 - max(row)) * WHOLE)}" for at, row in read),
        "marks": marks([(at, _answer(row)) for at, row in read]),
    }


def thinned(
    history: list[tuple[float, list[float]]],
) -> list[tuple[float, list[float]]]:
    """Return few enough points for a line, the first and the last among them.

    The step is a power of two: so a line that grows keeps its points, and stays still.
    """
    step = 1
    while len(history) > step * (MOST_POINTS - 1):
        step *= 2
    points = history[::step]
    if history and (len(history) - 1) % step:
        points.append(history[-1])
    # A training that went astray says "not a number", which no browser can read.
    return [point for point in points if math.isfinite(sum(point[1]))]


def marks(answers: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return where in a line the answer changes, and to what, if that lasts.

    Args:
        answers: of each point of the line, its place in the width and its digit.
    """
    starts = _firsts(answers)
    ends = [start for start, _ in starts[1:]]
    pairs = zip(starts[:-1], ends, strict=True)
    lasting = [start for start, end in pairs if end - start[0] >= READABLE]
    return _firsts(lasting + starts[-1:])


def _firsts(answers: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the first of those in a row with the same digit."""
    return [next(same) for _, same in groupby(answers, key=itemgetter(1))]


def _note(digit: int | None, label: int | None) -> str:
    if digit is None or label is None:
        return ""
    return "right" if digit == label else f"should be {label}"


def _describe(
    number: int, digit: int | None, sure: str, epoch: float, note: str
) -> str:
    """Say what is on a card to those who do not see it."""
    if digit is None:
        return f"Your digit {number}: no idea yet, before the training"
    said = f"Your digit {number}: read as {digit} with {sure}, after {epoch:.1f} epochs"
    return f"{said}, {note}" if note else said


def _answer(shares: list[float]) -> int:
    return shares.index(max(shares))


def _place(epoch: float, epochs: int) -> int:
    """Return where an epoch is in the width of a line."""
    return min(round(epoch / epochs * WHOLE), WHOLE)


def _picture(image: npt.NDArray[np.float32]) -> str:
    return data_url.encode_cached(np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8))
