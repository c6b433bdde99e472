"""Ten bars, one a digit: how likely the network holds each to be."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from pages.components.shared import formatting

LEAST_SAID = 0.005  # a share below this has no number above its bar
LEADS = 0.2  # twice an even share: what is below this does not stand out
FOLDER = Path(__file__).parent

_bars = st.components.v2.component(
    "bars",
    html="<div class='bars' role='img'></div>",
    css=(FOLDER / "probability_bars.css").read_text(),
    js=(FOLDER / "probability_bars.js").read_text(),
)


def show(probabilities: np.ndarray, *, key: str = "bars") -> None:
    """The bars; they glide to where they belong when the values change.

    Args:
        probabilities: of the ten digits, (10,); all 0 where nothing is known yet.
        key: another one for each place in a page.
    """
    _bars(key=key, data=to_props(probabilities.tolist()), height="content")


def to_props(shares: Sequence[float]) -> dict[str, Any]:
    """What the browser needs to know, all of it fit for JSON."""
    best = max(range(10), key=shares.__getitem__)
    said = [_label(share) for share in shares]
    order = sorted(range(10), key=shares.__getitem__, reverse=True)
    likely = ", ".join(f"{digit}: {said[digit]}" for digit in order if said[digit])
    return {
        "shares": [round(share, 3) for share in shares],
        "labels": said,
        "best": best if shares[best] >= LEADS else None,
        "said": f"How likely each digit is. {likely or 'Nothing to read yet'}",
    }


def _label(share: float) -> str:
    return formatting.probability(share) if share >= LEAST_SAID else ""
