"""Train a network and watch its curves move."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core.errors import MnistError
from mnist_core.runs import manager
from mnist_core.runs.run import ACTIVE
from pages.components.shared import mnist, viewport
from pages.components.shell import app_shell, present, visitor
from pages.components.train import (
    controls,
    glossary,
    probe_picker,
    progress,
    recipe_form,
    result,
    run_history,
    run_records,
)

app_shell.ensure(__file__)

SECONDS_PER_LOOK = 0.22  # at the curves of a run that goes on
SECONDS_INSIDE = 2  # between looks into its network
SECONDS_IDLE = 2  # between looks for a run that somebody else starts

if not present.is_on():
    st.title("Train")
dataset = mnist.get()
going_on = manager.active()


def start() -> None:
    """Start a run by the recipe in the form."""
    if not visitor.may_train():
        return
    try:
        manager.start(
            recipe_form.recipe(dataset.name),
            name=recipe_form.name(),
            drawings=recipe_form.drawings(),
            starter=visitor.id_hash(),
            watch=probe_picker.chosen(),
        )
    except MnistError as error:
        st.session_state.problem = str(error)


@st.fragment(run_every=SECONDS_PER_LOOK)
def watch(record: run_records.RunRecord, others: list[run_records.RunRecord]) -> None:
    """The run that goes on; when it is steered or ends, the page changes too."""
    try:
        state = record.run.state
        progress.show(record, state, others)
        if state["status"] not in ACTIVE:
            run_history.look_at(record.id)
        elif steered == (state["status"], record.run.is_requested("pause")):
            return
    except FileNotFoundError:
        pass  # it was discarded
    st.rerun()


@st.fragment(run_every=SECONDS_INSIDE)
def look_inside(record: run_records.RunRecord) -> None:
    """What needs no look several times a second."""
    progress.look_inside(record)


@st.fragment(run_every=SECONDS_IDLE)
def wait_for_a_run() -> None:
    """When somebody starts a run, everybody watches."""
    if manager.is_any_active() and manager.active():  # the second look is dearer
        st.rerun()


def show_setup() -> None:
    """The form of the next run, or the controls of the one that goes on."""
    if going_on:
        controls.show(going_on)
        if visitor.may_end(going_on.state.get("starter")):
            probe_picker.show(dataset, going_on)
    elif not visitor.may_train():
        controls.explain()
    else:
        recipe_form.choose(dataset)
        show_start(width="stretch")
        probe_picker.show(dataset, None)
    show_problem()


def show_row() -> None:
    """In Present mode: as little of the set-up and the controls as will do."""
    with st.container(horizontal=True, gap="small"):
        if going_on:
            controls.show_buttons(going_on)
        elif visitor.may_train():
            with st.popover("Set up", icon=":material/tune:"):
                recipe_form.choose(dataset)
                probe_picker.show(dataset, None)
            show_start(width="content")
    show_problem()


def show_start(*, width: str) -> None:
    """The button that starts a run."""
    st.button(
        "Start training",
        key="start",
        type="primary",
        icon=":material/play_arrow:",
        on_click=start,
        width=width,
        help="Trains a network by these settings; you can watch (S)",
        shortcut=None if viewport.is_phone() else "S",
    )


def show_problem() -> None:
    """What stood against the visitor's last wish."""
    if problem := st.session_state.pop("problem", None):
        st.error(problem)


def show_stage() -> None:
    """The run that goes on, or those that are looked at."""
    shown = run_history.chosen(going_on)
    if going_on:
        record = run_records.record_of(going_on)
        watch(record, shown)
        if not present.is_on():
            run_history.choose(going_on)
        look_inside(record)
    else:
        wait_for_a_run()
        if not present.is_on():
            run_history.choose(None)
        if shown:
            result.show(shown[0], shown[1:])


def lay_out() -> list[tuple[DeltaGenerator, Callable[[], None]]]:
    """What is shown where; first what somebody looks for who has just pressed Start."""
    if present.is_on():
        return [(st.container(), show_row), (st.container(), show_stage)]
    setup, stage = st.columns([1, 2.4], gap="large")
    parts = [(setup, show_setup), (stage, show_stage)]
    return parts[::-1] if going_on else parts


try:
    steered = going_on and (going_on.status, going_on.is_requested("pause"))
    for place, show in lay_out():
        with place:
            show()
except FileNotFoundError:
    if not going_on or going_on.folder.exists():
        raise
    st.rerun()  # somebody discarded it meanwhile

if not present.is_on():
    run_history.show_kept()
    glossary.show()
