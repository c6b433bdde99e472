"""What came of a run that has ended: its result, what to do with it, the way back."""

import csv
import io
import logging
from collections.abc import Callable
from functools import partial

import streamlit as st

from mnist_core.errors import HomeUnwritable, ModelDamaged, ModelNotFound
from mnist_core.evaluation import figures
from mnist_core.models import registry
from mnist_core.models.registry import StoredModel
from mnist_core.runs import film, manager
from mnist_core.runs.metrics import Metrics, Place
from mnist_core.runs.run import Run, RunState
from pages.components.shared import canvas_state, formatting, inputs
from pages.components.shell import leaving, present, take_along, visitor
from pages.components.train import controls, line, run_history
from pages.components.train.run_records import RunRecord

COLUMNS = (
    *("epoch", "step", "seconds", "loss", "accuracy", "learning_rate", "sample_loss"),
    *("sample_accuracy", "val_loss", "val_accuracy", "epoch_seconds"),
)
LOG = logging.getLogger(__name__)
LAST_PRINTED = 4000  # characters of what the worker printed


def show(record: RunRecord, others: list[RunRecord]) -> None:
    """Show how the run ended and its result; with others, also what differs."""
    _show_outcome(record)
    if record.state.test_accuracy is not None and not present.is_on():
        _show_scores(record.state)
    if others:
        run_history.show_differences([record, *others])


def to_csv(metrics: Metrics) -> str:
    """Return all lines of the metrics in the order they were written."""
    rows: list[Place] = [*metrics.batches, *metrics.samples, *metrics.epochs]
    file = io.StringIO()
    table = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
    table.writeheader()
    table.writerows(sorted(rows, key=lambda row: row["seconds"]))
    return file.getvalue()


def _show_outcome(record: RunRecord) -> None:
    state = record.state
    what = f"**{formatting.plain(record.label)}**: "
    what += formatting.describe_recipe(state.recipe)
    if state.status == "finished":
        st.caption(f":material/check_circle: {what}")
    elif state.status == "stopped":
        why = formatting.plain(state.reason or "Stopped before its end.")
        st.info(f"{what} {why}", icon=":material/stop_circle:")
    elif state.status == "failed":
        why = formatting.plain(state.reason or "No reason is known.")
        st.error(why, title="The training failed", icon=":material/error:")
        _show_printed(record.run)
    else:
        st.warning(
            f"{what} Its process is gone. **Resume** goes on after its last whole "
            "epoch.",
            title="Interrupted",
            icon=":material/warning:",
        )
        _show_printed(record.run)


def _show_printed(run: Run | None) -> None:
    with st.expander("What the worker printed"):
        st.code(run.log()[-LAST_PRINTED:] if run else "", language=None)


def _show_scores(state: RunState) -> None:
    with st.container(horizontal=True):
        score = state.test_accuracy or 0.0
        st.metric("Test accuracy", formatting.percent(score, digits=2))
        if state.test_loss is not None:
            st.metric("Test loss", f"{state.test_loss:.4f}")
        if state.pen_accuracy is not None:
            st.metric(
                "Pen accuracy",
                formatting.percent(state.pen_accuracy, digits=2),
                help="Pen drawings read right, by people it did not learn from",
            )
        st.metric("Trained in", formatting.duration(state.fit_seconds or 0.0))


def show_actions(run: Run, state: RunState) -> None:
    """Show what can be done with a run that has ended, and with its model; in a row."""
    stored = _find_model(state)
    may_end = visitor.may_end(state.starter)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if may_end and state.status != "finished":
            st.button(
                "Resume",
                key="resume",
                icon=":material/play_arrow:",
                help="Goes on after its last whole epoch",
                on_click=line.attempt,
                args=(partial(manager.resume, run, wait=True),),
            )
        if stored:
            _offer_use(stored)
            take_along.show(stored)
        _offer_downloads(run, state)
        if may_end:
            _offer_deletion(run, stored)


def _find_model(state: RunState) -> StoredModel | None:
    """Return the run's model; say why there is none any more."""
    if not state.model:
        return None
    try:
        stored = registry.find(state.model)
    except ModelNotFound:
        st.caption(f"The model {formatting.plain(state.model)} was deleted since.")
        return None
    if stored.problem:
        name, problem = map(formatting.plain, (stored.name, stored.problem))
        st.warning(f"The model {name} is damaged: {problem}.")
        return None
    return stored


def _offer_use(stored: StoredModel) -> None:
    """Lead back to the Draw page, where this model answers then."""
    for_all = visitor.may_train()
    drawn = canvas_state.current() is not None
    st.button(
        "Try it on your drawing" if drawn else "Try it: draw a digit",
        key="use",
        type="primary",
        icon=":material/draw:",
        on_click=_choose,
        args=(stored.name,),
        help="The Draw page answers with it from now on, for new visitors too"
        if for_all
        else "Your Draw page answers with it from now on",
    )


def _choose(name: str) -> None:
    try:
        if visitor.may_train():
            registry.choose(name)
            LOG.info("model chosen for all: %s", name)
    except (ModelNotFound, ModelDamaged, HomeUnwritable) as error:
        controls.PROBLEM.set(str(error))
    else:
        st.session_state.model = name
        inputs.METHOD.set(inputs.CANVAS)
        leaving.to("pages/draw.py")


def _offer_downloads(run: Run, state: RunState) -> None:
    called = state.model or state.name
    name = run.id if called == state.recipe.name else f"{called}-{run.id}"
    name = name.replace(" ", "-")
    _offer_download("Metrics", lambda: to_csv(run.metrics()), f"{name}.csv")
    validation = state.recipe.validation > 0
    if history := state.history:
        _offer_download(
            "Figure",
            lambda: figures.to_png(figures.history(history, validation=validation)),
            f"{name}.png",
        )
    if run.metrics().epoch:
        _offer_download("Film", lambda: film.to_bytes(run), f"{name}.webp")


def _offer_download(label: str, read: Callable[[], bytes | str], name: str) -> None:
    st.download_button(
        label,
        data=read,
        file_name=name,
        key=f"download-{label}",
        icon=":material/download:",
        on_click="ignore",
        help=name,
    )


def _offer_deletion(run: Run, stored: StoredModel | None) -> None:
    with st.popover("Delete", icon=":material/delete:"):
        st.markdown("The run and its curves are deleted for good.")
        st.button(
            "Delete the run, keep its model" if stored else "Delete the run",
            key="delete",
            icon=":material/delete:",
            on_click=controls.attempt,
            args=(manager.delete, run),
        )
        if stored:
            st.button(
                "Delete the run and its model",
                key="delete_both",
                icon=":material/delete_forever:",
                on_click=controls.attempt,
                args=(_delete_both, run, stored),
            )


def _delete_both(run: Run, stored: StoredModel) -> None:
    manager.delete(run)
    registry.delete(stored.name)
