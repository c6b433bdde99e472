"""The picture of a sweep: its values against test accuracy, each point a run to open.

One value makes a line, two make a heat map. More of them have the table alone.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypedDict

import streamlit as st

from mnist_core.runs.leaderboard import Row
from mnist_core.runs.sweeps import Settings, Sweep, Value
from pages.components.shared import component, formatting
from pages.components.train.recipe_form import LABELS

FOLDER: Final = Path(__file__).parent

_sweep_map = component.define(
    "sweep_map",
    html="<div class='sweep-map'></div>",
    css=(FOLDER / "sweep_map.css").read_text(),
    js=(FOLDER / "sweep_map.js").read_text(),
)


class Point(TypedDict):
    """A run that has a result, or one combination of values with their mean."""

    x: int  # which of the values, counted from 0
    y: int  # the same of the second field; 0 where there is none
    accuracy: float | None  # None where nothing has ended yet
    run: str | None  # that is opened: of a combination, its best
    name: str  # what it says, in words


class Props(TypedDict):
    """What the browser is sent."""

    fields: list[str]
    values: list[list[str]]  # of each field
    means: list[Point]
    runs: list[Point]


def show(
    sweep: Sweep, rows: Sequence[Row], *, on_choose: Callable[[str], None], key: str
) -> None:
    """Show the picture.

    Args:
        sweep: of one value or two; of more, there is none.
        rows: what it has found.
        on_choose: called with the id of the run that the visitor chooses, before the
            page runs.
        key: another one for each place in a page.
    """
    if len(sweep.vary) > 2:
        return
    ids = {run.id for row in rows for run in row.runs}

    def on_event() -> None:
        chosen = st.session_state[key].chosen
        if isinstance(chosen, str) and chosen in ids:
            on_choose(chosen)

    _sweep_map(
        key=key,
        data=to_props(sweep, rows),
        height="content",
        on_chosen_change=on_event,
    )


def to_props(sweep: Sweep, rows: Sequence[Row]) -> Props:
    """Return what the browser is sent."""
    return {
        "fields": [LABELS[field] for field in sweep.vary],
        "values": [list(map(describe, values)) for values in sweep.vary.values()],
        "means": [_mean(sweep, row) for row in rows],
        "runs": [point for row in rows for point in _points(sweep, row)],
    }


def describe(value: Value) -> str:
    """Write a value as the form has it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else f"{value:g}"


def name(sweep: Sweep, settings: Settings) -> str:
    """Write a combination of values in words: "Learning rate 0.003, Batch size 64"."""
    pairs = zip(sweep.vary, settings, strict=True)
    return ", ".join(f"{LABELS[field]} {describe(value)}" for field, value in pairs)


def _mean(sweep: Sweep, row: Row) -> Point:
    begun = {run: state for run, state in row.runs.items() if not state.ticket}
    scores = {run: state.test_accuracy or 0.0 for run, state in begun.items()}
    best = max(scores, key=lambda run: scores[run], default=None)
    said = "no result yet" if row.mean is None else formatting.percent(row.mean)
    if row.halved and row.mean is None:
        said = f"ended early after epoch {row.halved[-1]}"
    return {
        **_place(sweep, row.settings),
        "accuracy": row.mean,
        "run": best.id if best else None,
        "name": f"{name(sweep, row.settings)}: {said}",
    }


def _points(sweep: Sweep, row: Row) -> list[Point]:
    return [
        {
            **_place(sweep, row.settings),
            "accuracy": state.test_accuracy,
            "run": run.id,
            "name": f"{name(sweep, row.settings)}, seed {state.recipe.seed}: "
            f"{formatting.percent(state.test_accuracy)}",
        }
        for run, state in row.runs.items()
        if state.status == "finished" and state.test_accuracy is not None
    ]


class _Place(TypedDict):
    x: int
    y: int


def _place(sweep: Sweep, settings: Settings) -> _Place:
    columns = [list(values) for values in sweep.vary.values()]
    x, *rest = (
        column.index(value) for column, value in zip(columns, settings, strict=True)
    )
    return {"x": x, "y": rest[0] if rest else 0}
