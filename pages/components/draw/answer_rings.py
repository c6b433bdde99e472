"""The answer, large: each digit in a ring that closes as the network gets surer."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from pages.components.shell import present

FOLDER = Path(__file__).parent

_hero = st.components.v2.component(
    "hero",
    html="<div class='hero'><div class='rings' aria-hidden='true'></div>"
    "<div class='lines' role='status'></div></div>",
    css=(FOLDER / "answer_rings.css").read_text(),
    js=(FOLDER / "answer_rings.js").read_text(),
)


@dataclass(frozen=True)
class Ring:
    """A digit, how sure the network is of it, and whether it can be relied on."""

    digit: str
    share: float = 0.0
    sure: bool = True
    is_digit: bool = True


NOTHING = Ring("?")


def show(
    rings: Sequence[Ring], lines: Sequence[str], *, picked: int, beside: bool
) -> None:
    """The digits in their rings, and in words what there is to say of them.

    Args:
        rings: from left to right; `NOTHING` alone before there is an answer.
        lines: the first is the answer in words; read aloud when it changes.
        picked: which of several digits the other parts of the page are about.
        beside: the answer has a column of its own; else it is one row above a canvas.
    """
    shape = {"beside": beside, "large": present.is_on()}
    data = {**to_props(rings, lines, picked), **shape}
    _hero(key="hero", data=data, height="content")


def to_props(
    rings: Sequence[Ring], lines: Sequence[str], picked: int
) -> dict[str, Any]:
    """What the browser needs to know, all of it fit for JSON."""
    several = len(rings) > 1
    said = [
        {
            "digit": ring.digit,
            "share": round(ring.share, 3),
            "kind": _kind(ring),
            "picked": several and place == picked,
        }
        for place, ring in enumerate(rings)
    ]
    return {"rings": said, "lines": list(lines)}


def _kind(ring: Ring) -> str:
    if not ring.is_digit:
        return "none"
    if not ring.share:
        return "waiting"
    return "sure" if ring.sure else "unsure"
