"""A run on the Train page as it is at one moment: while it goes on, or later."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from mnist_core.recipes import Recipe
from mnist_core.runs import manager, probes
from mnist_core.runs.metrics import Metrics
from pages.components.shared import formatting
from pages.components.shell import present
from pages.components.train import charts, network_internals, probe_cards
from pages.components.train.run_records import RunRecord

STAGES = {
    "starting": "Starting",
    "loading TensorFlow": "Loading TensorFlow",
    "loading data": "Loading the images",
    "drawing": "Drawing more examples",
    "building": "Building the network",
    "training": "Training",
    "testing": "Testing on images it has never seen",
    "measuring": "Reading pen drawings of other people",
    "saving": "Saving the model",
}
ABOUT = {
    "Test accuracy": "How many it reads right of images that it never learns from",
    "Validation accuracy": "How many it reads right of images kept out of the training",
    "Train accuracy": "How many it reads right of the images that it learns from",
    "Images a second": "How many images it learns from in a second",
    "Learning rate": "How large its corrections are now; at the end often almost 0",
}


def show(record: RunRecord, state: dict[str, Any], others: list[RunRecord]) -> None:
    """How far the run is, its digits and its curves; for a few times a second."""
    metrics = record.metrics()
    _progress(record, state, metrics)
    numbers(metrics, record.recipe)
    learning(record, others, metrics, live=True)


def learning(
    record: RunRecord,
    others: list[RunRecord],
    metrics: Metrics,
    *,
    until: float | None = None,
    live: bool = False,
) -> None:
    """Its digits and its curves; in Present mode side by side, to be seen at once."""
    stacked = present.is_on() and bool(probes.load(record.run.folder))
    one, other = st.columns([2, 3]) if stacked else (st.container(), st.container())
    with one:
        digits(record, until, stacked=stacked)
    with other:
        show_charts(record, others, metrics, until=until, live=live)


def show_charts(
    record: RunRecord,
    others: list[RunRecord],
    metrics: Metrics,
    *,
    until: float | None = None,
    live: bool = False,
) -> None:
    """The curves, with those of other runs."""
    charts.show(
        charts.Curve(record.label, record.recipe, metrics),
        others=[charts.Curve(r.label, r.recipe, r.metrics()) for r in others],
        until=until,
        live=live,
    )
    if live or metrics.samples:
        kind = "validation" if record.recipe.validation else "test"
        st.caption(
            f"Points: all {kind} images, at the end of an epoch. The line between "
            "them: always the same sample of these."
        )


def digits(record: RunRecord, until: float | None, *, stacked: bool) -> None:
    """The digits that are watched, as far as the run is, or was."""
    chosen = probes.load(record.run.folder)
    if not chosen:
        return
    rows = _until(probes.history(record.run.folder), until)
    cards = [
        probe_cards.Card(digit.image, digit.label, _said_of(index, rows))
        for index, digit in enumerate(chosen)
    ]
    probe_cards.show(cards, epochs=record.recipe.epochs, stacked=stacked)


def look_inside(record: RunRecord, until: float | None = None) -> None:
    """The network's filters and its worst mistakes, as they are, or were."""
    known = _until(probes.snapshots(record.run.folder), until)
    network_internals.show(known[-1] if known else None, record.recipe)


def numbers(metrics: Metrics, recipe: Recipe) -> None:
    """Four figures; before there are any, their places."""
    last = metrics.batches[-1] if metrics.batches else {}
    speed = metrics.progress(recipe).images_per_second
    tests = [*metrics.samples[-1:], *metrics.epochs[-1:]]
    tested = max(tests, key=lambda row: row["seconds"], default={})
    score = tested.get("sample_accuracy", tested.get("val_accuracy"))
    which = "Validation" if recipe.validation else "Test"
    with st.grid(4, min_column_width=130, gap="small"):
        _number(f"{which} accuracy", score, formatting.percent)
        _number("Train accuracy", last.get("accuracy"), formatting.percent)
        _number("Images a second", speed, "{:,.0f}".format)
        _number("Learning rate", last.get("learning_rate"), "{:.2g}".format)


def _number(label: str, value: float | None, form: Callable[[float], str]) -> None:
    about = None if present.is_on() else ABOUT[label]
    st.metric(label, "\u2013" if value is None else form(value), help=about)


def _until(rows: list[dict[str, Any]], epoch: float | None) -> list[dict[str, Any]]:
    return rows if epoch is None else [row for row in rows if row["epoch"] <= epoch]


def _said_of(index: int, rows: list[dict[str, Any]]) -> list[tuple[float, list[float]]]:
    return [
        (row["epoch"], row["probabilities"][index])
        for row in rows
        if index < len(row["probabilities"])
    ]


def _progress(record: RunRecord, state: dict[str, Any], metrics: Metrics) -> None:
    progress = metrics.progress(record.recipe)
    parts = [_stage(record.run, state)]
    if state["stage"] == "drawing":
        parts.append(formatting.percent(state.get("drawn_share", 0.0), digits=0))
    elif metrics.batches:
        at = metrics.batches[-1]["epoch"]
        parts.append(f"epoch {at:.1f} of {record.recipe.epochs}")
    if progress.seconds_left and state["status"] == "running":
        parts.append(f"{formatting.duration(progress.seconds_left)} left")
    st.progress(min(progress.done, 1.0), "  \u00b7  ".join(parts))


def _stage(run: manager.Run, state: dict[str, Any]) -> str:
    if run.is_requested("discard"):
        return "Discarding ..."
    if run.is_requested("stop"):
        return "Stopping ..."
    if state["status"] == "paused":
        return "Paused"
    if run.is_requested("pause"):
        return "Pausing ..."
    return f"{STAGES.get(state['stage'], 'Ending')} ..."
