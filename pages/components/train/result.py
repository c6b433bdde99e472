"""What came of a run that has ended: its result, what to do with it, the way back."""

import csv
import io
import zipfile
from collections.abc import Callable

import streamlit as st

from mnist_core.errors import HomeUnwritable, ModelDamaged, ModelNotFound
from mnist_core.evaluation import figures
from mnist_core.models import registry
from mnist_core.runs import manager, probes
from mnist_core.runs.metrics import Metrics
from pages.components.shared import formatting
from pages.components.shell import present, visitor
from pages.components.train import controls, progress, run_history
from pages.components.train.run_records import RunRecord

COLUMNS = (
    "epoch",
    "step",
    "seconds",
    "loss",
    "accuracy",
    "learning_rate",
    "sample_loss",
    "sample_accuracy",
    "val_loss",
    "val_accuracy",
    "epoch_seconds",
)


def show(record: RunRecord, others: list[RunRecord]) -> None:
    """How the run ended, and its result; beneath it the run as it was, at any time.

    With others to compare it with, all their curves, and what differs.
    """
    _outcome(record)
    back = record.run and not others  # the way back has these figures, too
    if record.state.get("test_accuracy") is not None and not (back and present.is_on()):
        _scores(record)
    if record.run and not present.is_on():
        _actions(record.run, record)
    if not back:
        progress.show_charts(record, others, record.metrics())
    else:
        _time_machine(record)
    if others:
        run_history.show_differences([record, *others])


def to_csv(metrics: Metrics) -> str:
    """All lines of the metrics in the order they were written."""
    rows = [*metrics.batches, *metrics.samples, *metrics.epochs]
    file = io.StringIO()
    table = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
    table.writeheader()
    table.writerows(sorted(rows, key=lambda row: row["seconds"]))
    return file.getvalue()


def _outcome(record: RunRecord) -> None:
    state, status = record.state, record.state["status"]
    what = f"**{record.label}**: {formatting.describe_recipe(record.recipe)}"
    if status == "finished":
        st.caption(f":material/check_circle: {what}")
    elif status == "stopped":
        why = state.get("reason", "Stopped before its end.")
        st.info(f"{what} {why}", icon=":material/stop_circle:")
    elif status == "failed":
        why = state.get("reason", "No reason is known.")
        st.error(why, title="The training failed", icon=":material/error:")
        _printed(record.run)
    else:
        st.warning(
            f"{what} Its process is gone. **Resume** goes on after its last whole "
            "epoch.",
            title="Interrupted",
            icon=":material/warning:",
        )
        _printed(record.run)


def _printed(run: manager.Run) -> None:
    with st.expander("What the worker printed"):
        st.code(run.log()[-4000:], language=None)


def _scores(record: RunRecord) -> None:
    state = record.state
    with st.container(horizontal=True):
        st.metric("Test accuracy", formatting.percent(state["test_accuracy"], digits=2))
        if "test_loss" in state:
            st.metric("Test loss", f"{state['test_loss']:.4f}")
        if state.get("pen_accuracy") is not None:
            st.metric(
                "Drawn accuracy",
                formatting.percent(state["pen_accuracy"], digits=2),
                help="Pen drawings read right, by people it did not learn from",
            )
        st.metric("Trained in", formatting.duration(state["fit_seconds"]))


def _actions(run: manager.Run, record: RunRecord) -> None:
    saved = _saved(record)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        may_end = visitor.may_end(record.state.get("starter"))
        if may_end and record.state["status"] != "finished":
            st.button(
                "Resume",
                key="resume",
                icon=":material/play_arrow:",
                help="Goes on after its last whole epoch",
                on_click=controls.attempt,
                args=(manager.resume, run),
            )
        if saved:
            _use(saved)
        _downloads(run, saved, record)
        if may_end:
            _delete(run, saved)


def _saved(record: RunRecord) -> registry.StoredModel | None:
    """The run's model, or a word on why there is none any more."""
    name = record.state.get("model")
    if not name:
        return None
    try:
        saved = registry.find(name)
    except ModelNotFound:
        st.caption(f"The model {name!r} was deleted since.")
        return None
    if saved.problem:
        st.warning(f"The model {saved.name!r} is damaged: {saved.problem}.")
        return None
    return saved


def _use(saved: registry.StoredModel) -> None:
    for_all = visitor.may_train()
    used = not for_all or registry.default().name == saved.name
    if used and st.session_state.get("model") == saved.name:
        st.markdown(f":material/check: The Draw page answers with **{saved.name}**.")
        return
    st.button(
        "Use this model",
        key="use",
        type="primary",
        icon=":material/draw:",
        on_click=_choose,
        args=(saved.name,),
        help="The Draw page answers with it from now on, for new visitors too"
        if for_all
        else "Your Draw page answers with it from now on",
    )


def _choose(name: str) -> None:
    try:
        if visitor.may_train():
            registry.choose(name)
    except (ModelNotFound, ModelDamaged, HomeUnwritable) as error:
        st.session_state.problem = str(error)
    else:
        st.session_state.model = name


def _downloads(
    run: manager.Run, saved: registry.StoredModel | None, record: RunRecord
) -> None:
    _download("Metrics", lambda: to_csv(run.metrics()), f"{run.id}.csv")
    kept = record.recipe.validation > 0
    if history := record.state.get("history"):
        _download(
            "Figure",
            lambda: figures.to_png(figures.history(history, validation=kept)),
            f"{run.id}.png",
        )
    if saved:
        _download("Model", lambda: _zipped(saved), f"{saved.name}.zip")


def _zipped(saved: registry.StoredModel) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in (registry.ARCHITECTURE, registry.WEIGHTS, registry.CARD):
            archive.write(saved.folder / name, name)
    return file.getvalue()


def _download(label: str, read: Callable[[], bytes | str], name: str) -> None:
    st.download_button(
        label,
        data=read,
        file_name=name,
        key=f"download-{label}",
        icon=":material/download:",
        on_click="ignore",
        help=name,
    )


def _delete(run: manager.Run, saved: registry.StoredModel | None) -> None:
    with st.popover("Delete", icon=":material/delete:"):
        st.markdown("The run and its curves are deleted for good.")
        st.button(
            "Delete the run, keep its model" if saved else "Delete the run",
            key="delete",
            icon=":material/delete:",
            on_click=controls.attempt,
            args=(manager.delete, run),
        )
        if saved:
            st.button(
                "Delete the run and its model",
                key="delete_both",
                icon=":material/delete_forever:",
                on_click=controls.attempt,
                args=(_delete_both, run, saved),
            )


def _delete_both(run: manager.Run, saved: registry.StoredModel) -> None:
    manager.delete(run)
    registry.delete(saved.name)


@st.fragment
def _time_machine(record: RunRecord) -> None:
    """The run as it was at any moment: a slider goes back through it."""
    metrics, until = record.metrics(), None
    end = max((row["epoch"] for row in metrics.batches), default=0)
    if end:
        at = st.slider(
            "Go back through the training, by epochs",
            0.0,
            float(end),
            float(end),
            step=float(end) / 100,
            format="%.2f",
            key=f"moment-{record.id}",
        )
        until = at if at < end else None
        progress.numbers(metrics.until(at), record.recipe)
    progress.learning(record, [], metrics, until=until)
    if probes.snapshots(record.run.folder):
        progress.look_inside(record, until)
