"""Charts of the pages. A fixed key lets a chart change in place, without a flicker."""

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st

from mnist_core.metrics import Metrics
from mnist_core.recipes import Recipe
from pages.parts import words

MOST_POINTS = 500
SMOOTH = 10  # lines of metrics, at the least; about a second of training
SERIES = ["Train", "Test", "Published test"]
KEPT_OUT = "Validation"  # instead of the test images, where some were kept for this


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


def curves(
    metrics: Metrics, recipe: Recipe, *, published: dict[str, list[float]] | None
) -> None:
    """Accuracy and loss against epochs, side by side where there is room.

    Args:
        metrics: of the run, as far as it is.
        recipe: of the run; the axis has room for all its epochs from the start.
        published: the history of the published run, for a faint line to compare with.
    """
    for column, name in zip(st.columns(2), ("accuracy", "loss"), strict=True):
        rows = _rows(metrics, name, published)
        rows = rows[rows["epoch"] <= recipe.epochs]
        if recipe.validation:
            rows["series"] = rows["series"].replace(SERIES[1], KEPT_OUT)
        with column:
            st.markdown(f"**{name.capitalize()}**")
            st.altair_chart(
                _curve(rows, name, recipe), key=f"curve-{name}", alt=_said(rows, name)
            )


def _rows(
    metrics: Metrics, name: str, published: dict[str, list[float]] | None
) -> pd.DataFrame:
    """One row a point: epoch, value, series."""
    train = _points(metrics.batches, name, "Train")
    span = max(SMOOTH, len(train) / 40)  # a long run has more lines to an inch
    train["value"] = train["value"].ewm(span=span).mean()
    train = _thinned(train)
    test = _points(metrics.epochs, f"val_{name}", "Test")
    values = published[f"val_{name}"] if published else []
    known = [{"epoch": n, name: value} for n, value in enumerate(values, start=1)]
    return pd.concat([train, test, _points(known, name, "Published test")])


def _thinned(points: pd.DataFrame) -> pd.DataFrame:
    """As many points as a chart can show, the last one among them."""
    step = -(-len(points) // MOST_POINTS) or 1
    return points.iloc[::-step][::-1]


def _points(lines: list[dict[str, float]], name: str, series: str) -> pd.DataFrame:
    points = pd.DataFrame(lines, columns=["epoch", name], dtype=float)
    return points.set_axis(["epoch", "value"], axis=1).assign(series=series)


def _curve(rows: pd.DataFrame, name: str, recipe: Recipe) -> alt.LayerChart:
    # The share of the axis where something happens; most of it is the last percents.
    low, high = (0.9, 1.0) if name == "accuracy" else (0.0, 0.4)
    now = rows[rows["series"] != SERIES[2]].groupby("series")["value"].last()
    if not now.between(low, high).all():
        low, high = 0.0, max(1.0, now.max())
    series = [SERIES[0], KEPT_OUT if recipe.validation else SERIES[1], SERIES[2]]
    compared = (rows["series"] == SERIES[2]).any()
    base = alt.Chart(rows).encode(
        x=alt.X(
            "epoch:Q",
            title="Epoch",
            scale=alt.Scale(domain=[0, recipe.epochs], nice=False),
            axis=alt.Axis(tickMinStep=1, format="d"),
        ),
        y=alt.Y(
            "value:Q",
            title=None,
            scale=alt.Scale(domain=[low, high], clamp=True),
            axis=alt.Axis(format=".0%" if name == "accuracy" else ".2f"),
        ),
        color=alt.Color(
            "series:N",
            scale=alt.Scale(domain=series),
            legend=alt.Legend(
                title=None, orient="bottom", values=series if compared else series[:2]
            ),
        ),
        tooltip=[
            alt.Tooltip("series", title="Images"),
            alt.Tooltip("epoch", format=".1f", title="Epoch"),
            alt.Tooltip("value", format=".4f", title=name.capitalize()),
        ],
    )
    published = alt.datum.series == SERIES[2]
    lines = base.transform_filter(alt.datum.series != SERIES[2]).mark_line()
    tested = alt.datum.series != SERIES[0]
    points = base.transform_filter(tested).mark_point(filled=True)
    faint = base.transform_filter(published).mark_line(strokeDash=[4, 4], opacity=0.7)
    return (faint + lines + points).properties(height=260)


def _said(rows: pd.DataFrame, name: str) -> str:
    """The chart in words: where each curve is now."""
    last = rows.groupby("series")["value"].last()
    return f"{name.capitalize()} by epoch. " + ", ".join(
        f"{series} {value:.4f}" for series, value in last.items()
    )
