"""A run on the Train page as it is at one moment: while it goes on, or later."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from mnist_core.recipes import Recipe
from mnist_core.runs import probes
from mnist_core.runs.metrics import Metrics, Place
from mnist_core.runs.probes import Probe, ProbeRow
from mnist_core.runs.run import RunState
from pages.components.shared import formatting
from pages.components.shell import present
from pages.components.train import charts, network_internals, probe_cards
from pages.components.train.run_records import UNKNOWN, RunRecord

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

SECONDS_PER_LOOK = 0.22  # while the curves move
SECONDS_UNMOVED = 1.0  # while it loads, tests or rests: looking takes half a processor

Row = TypeVar("Row", bound=Place)


def seconds_per_look(state: RunState) -> float:
    """Return after how many seconds there is something new to see of a run."""
    rests = state.status == "paused" and "pause" in state.requests
    moves = state.stage == "training" and not rests
    return SECONDS_PER_LOOK if moves else SECONDS_UNMOVED


def show(record: RunRecord, others: list[RunRecord]) -> None:
    """Show how far the run is, its probes and its curves; several times a second."""
    metrics = record.metrics()
    _show_progress(record.state, metrics)
    show_figures(metrics, record.recipe)
    show_learning(record, others, metrics, live=True)


def show_learning(
    record: RunRecord,
    others: list[RunRecord],
    metrics: Metrics,
    *,
    until: float | None = None,
    live: bool = False,
) -> None:
    """Show probes and curves; in Present mode side by side, to be seen at once."""
    chosen = probes.load(record.run.folder) if record.run else []
    stacked = present.is_on() and bool(chosen)
    one, other = st.columns([2, 3]) if stacked else (st.container(), st.container())
    with one:
        if chosen:
            _show_probes(record, chosen, until, stacked=stacked)
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
    """Show the curves, with those of other runs."""
    charts.show(
        charts.Curve(record.label, record.recipe, metrics),
        others=[
            charts.Curve(each.label, each.recipe, each.metrics()) for each in others
        ],
        until=until,
        live=live,
    )
    if live or metrics.samples:
        kind = "validation" if record.recipe.validation else "test"
        st.caption(
            f"Points: all {kind} images, at the end of an epoch. The line between "
            "them: always the same sample of these."
        )


def show_internals(record: RunRecord, until: float | None = None) -> None:
    """Show the network's filters and its worst mistakes, as they are, or were."""
    known = probes.snapshots(record.run.folder) if record.run else []
    known = _until(known, until)
    network_internals.show(known[-1] if known else None, record.recipe)


def show_figures(metrics: Metrics, recipe: Recipe) -> None:
    """Show four figures; before there are any, their places."""
    last = metrics.batches[-1] if metrics.batches else None
    speed = metrics.progress(recipe).images_per_second
    which = "Validation" if recipe.validation else "Test"
    with st.grid(4, min_column_width=130, gap="small"):
        score = _last_test_accuracy(metrics)
        _figure(f"{which} accuracy", score, formatting.percent)
        _figure("Train accuracy", last and last["accuracy"], formatting.percent)
        _figure("Images a second", speed, "{:,.0f}".format)
        _figure("Learning rate", last and last.get("learning_rate"), "{:.2g}".format)


def _last_test_accuracy(metrics: Metrics) -> float | None:
    """Return the accuracy of the last test, on all the images or on a sample."""
    sample, epoch = metrics.samples[-1:], metrics.epochs[-1:]
    if epoch and not (sample and sample[0]["seconds"] > epoch[0]["seconds"]):
        return epoch[0]["val_accuracy"]
    return sample[0]["sample_accuracy"] if sample else None


def _figure(label: str, value: float | None, form: Callable[[float], str]) -> None:
    about = None if present.is_on() else ABOUT[label]
    st.metric(label, UNKNOWN if value is None else form(value), help=about)


def _show_probes(
    record: RunRecord, chosen: list[Probe], until: float | None, *, stacked: bool
) -> None:
    """Show the probes, as far as the run is, or was."""
    rows = _until(probes.history(record.run.folder), until) if record.run else []
    cards = [
        probe_cards.Card(probe.image, probe.label, _history_of(index, rows))
        for index, probe in enumerate(chosen)
    ]
    probe_cards.show(cards, epochs=record.recipe.epochs, stacked=stacked)


def _until(rows: list[Row], epoch: float | None) -> list[Row]:
    return rows if epoch is None else [row for row in rows if row["epoch"] <= epoch]


def _history_of(index: int, rows: list[ProbeRow]) -> list[tuple[float, list[float]]]:
    """Return epoch and probabilities of one probe; it may have been added later."""
    return [
        (row["epoch"], row["probabilities"][index])
        for row in rows
        if index < len(row["probabilities"])
    ]


def _show_progress(state: RunState, metrics: Metrics) -> None:
    progress = metrics.progress(state.recipe)
    parts = [_stage(state)]
    if state.stage == "drawing":
        parts.append(formatting.percent(state.drawn_share, digits=0))
    elif metrics.batches:
        at = metrics.batches[-1]["epoch"]
        parts.append(f"epoch {at:.1f} of {state.recipe.epochs}")
    if progress.seconds_left and state.status == "running":
        parts.append(f"{formatting.duration(progress.seconds_left)} left")
    st.progress(min(progress.done, 1.0), "  \N{MIDDLE DOT}  ".join(parts))


def _stage(state: RunState) -> str:
    if "discard" in state.requests:
        return "Discarding ..."
    if "stop" in state.requests:
        return "Stopping ..."
    if state.status == "paused":
        return "Paused"
    if "pause" in state.requests:
        return "Pausing ..."
    return f"{STAGES.get(state.stage, 'Ending')} ..."
