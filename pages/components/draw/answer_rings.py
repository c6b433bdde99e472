"""The answer, large: each digit in a ring that closes as the network gets surer.

answer_rings.show([Ring("7", 0.97)], ["A 7, 97.0 % sure"], picked=0)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypedDict, get_args

import streamlit as st

from pages.components.shared import component, live
from pages.components.shared.session import SessionValue

FOLDER: Final = Path(__file__).parent

_answer_rings = component.define(
    "answer_rings",
    html="<div class='answer-rings'><div class='title'></div><div class='rings'></div>"
    "<div class='lines'><div class='said' role='status'></div>"
    "<div class='live line' aria-hidden='true'></div><div class='note'></div></div>"
    "</div>",
    css=(FOLDER / "answer_rings.css").read_text(),
    js=live.LISTEN + (FOLDER / "answer_rings.js").read_text(),
)


@dataclass(frozen=True)
class Ring:
    """A digit, how sure the network is of it, and whether it can be relied on."""

    digit: str
    confidence: float = 0.0  # 0 to 1; the ring is closed by that share
    sure: bool = True
    is_digit: bool = True
    line: int = 0  # which line of writing it stands in


NOTHING: Final = Ring("?")

_PICKED: Final = SessionValue[tuple[str, int]]("picked_digit", lambda: ("", 0))

Which = Literal["first", "second"]
"""Whose answer: the chosen model's, or that of one to compare it with."""


class RingProps(TypedDict):
    """A ring as the browser gets it."""

    digit: str
    confidence: float
    kind: Literal["waiting", "sure", "unsure", "none"]
    picked: bool
    line: int


class Props(TypedDict):
    """The whole answer as the browser gets it."""

    which: Which
    title: str
    note: str
    drawing: str  # what it is the answer to: the browser may be further on
    rings: list[RingProps]
    lines: list[str]


def show(
    rings: Sequence[Ring],
    lines: Sequence[str],
    *,
    picked: int,
    drawing: str = "",
    which: Which = "first",
    title: str = "",
    note: str = "",
) -> None:
    """Show the digits in their rings, and in words what there is to say of them.

    Args:
        rings: from left to right; `NOTHING` alone before there is an answer.
        lines: the first is the answer in words; read aloud when it changes.
        picked: which of several digits the other parts of the page are about.
        drawing: what it is the answer to, unlike any other drawing; "" for none.
        which: whose answer it is.
        title: what stands above it.
        note: what is said of the model, below.
    """
    props = to_props(
        rings,
        lines,
        picked=picked,
        drawing=drawing,
        which=which,
        title=title,
        note=note,
    )
    _answer_rings(
        key=f"answer_rings_{which}",
        data=props,
        live=True,
        height="content",
        on_chosen_change=_on_event,
    )


def picked(drawing: str, count: int) -> int | None:
    """Return which of so many digits of a drawing was chosen by its ring, if any."""
    known, index = _PICKED.get()
    return index if known == drawing and 0 <= index < count else None


def parse_event(event: object) -> tuple[str, int] | None:
    """Return the drawing and the index that the browser sent, or None."""
    match event:
        case {"drawing": str(drawing), "index": int(index)}:
            return drawing, index
    return None


def _on_event() -> None:
    for which in get_args(Which):
        state = st.session_state.get(f"answer_rings_{which}") or {}
        if chosen := parse_event(state.get("chosen")):
            _PICKED.set(chosen)


def to_props(
    rings: Sequence[Ring],
    lines: Sequence[str],
    *,
    picked: int,
    drawing: str = "",
    which: Which = "first",
    title: str = "",
    note: str = "",
) -> Props:
    """Return what the browser needs to know, all of it fit for JSON."""
    marked = picked if len(rings) > 1 else None
    shown = [_ring_props(ring, picked=i == marked) for i, ring in enumerate(rings)]
    return {
        "which": which,
        "title": title,
        "note": note,
        "drawing": drawing,
        "rings": shown,
        "lines": list(lines),
    }


def _ring_props(ring: Ring, *, picked: bool) -> RingProps:
    return {
        "digit": ring.digit,
        "confidence": round(ring.confidence, 3),
        "kind": _kind(ring),
        "picked": picked,
        "line": ring.line,
    }


def _kind(ring: Ring) -> Literal["waiting", "sure", "unsure", "none"]:
    if not ring.is_digit:
        return "none"
    if not ring.confidence:
        return "waiting"
    return "sure" if ring.sure else "unsure"
