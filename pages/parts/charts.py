"""Charts of the pages. A fixed key lets a chart change in place, without a flicker."""

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from pages.parts import words


def probabilities(values: np.ndarray) -> None:
    """Ten bars, one a digit; the highest stands out."""
    shares = [float(value) for value in values]
    best = int(np.argmax(values))
    rows = pd.DataFrame(
        {
            "digit": range(10),
            "series": "Probability",  # all in the theme's first colour, the text too
            "probability": shares,
            "best": [digit == best for digit in range(10)],
            "label": [words.probability(s) if s >= 0.005 else "" for s in shares],
        }
    )
    base = alt.Chart(rows).encode(
        y=alt.Y(
            "digit:O",
            title=None,
            axis=alt.Axis(labelFontSize=16, domain=False, ticks=False),
        ),
        x=alt.X("probability:Q", axis=None, scale=alt.Scale(domain=[0, 1.15])),
        color=alt.Color("series", legend=None),
        opacity=alt.condition("datum.best", alt.value(1.0), alt.value(0.5)),
        tooltip=[
            alt.Tooltip("digit", title="Digit"),
            alt.Tooltip("probability", title="Probability", format=".1%"),
        ],
    )
    bars = base.mark_bar(cornerRadiusEnd=3, size=16)
    text = base.mark_text(align="left", dx=5, fontSize=13).encode(text="label")
    said = (
        f"{best}: {words.probability(shares[best])}" if any(shares) else "nothing drawn"
    )
    st.altair_chart(
        (bars + text).properties(height=280),
        key="probabilities",
        alt=f"Probability of each digit; {said}",
    )
