"""Train a network and watch its curves move."""

import streamlit as st

from mnist_core import runs
from mnist_core.errors import MnistError
from mnist_core.run import GOING_ON
from pages.parts import (
    controls,
    frame,
    history,
    lesson,
    live,
    mnist,
    pick,
    records,
    result,
    settings,
    visitor,
)

frame.ensure(__file__)

SECONDS_PER_LOOK = 0.22  # at the curves of a run that goes on
SECONDS_INSIDE = 2  # between looks into its network
SECONDS_IDLE = 2  # between looks for a run that somebody else starts

st.title("Train")
dataset = mnist.get()
going_on = runs.active()


def start() -> None:
    """Start a run by the recipe in the form."""
    try:
        runs.start(
            settings.recipe(dataset.name),
            name=settings.name(),
            drawings=settings.drawings(),
            starter=visitor.me(),
            watch=pick.chosen(),
        )
    except MnistError as error:
        st.session_state.problem = str(error)


@st.fragment(run_every=SECONDS_PER_LOOK)
def watch(record: records.Record, others: list[records.Record]) -> None:
    """The run that goes on; when it is steered or ends, the page changes too."""
    try:
        state = record.run.state
        live.show(record, state, others)
        if state["status"] not in GOING_ON:
            history.look_at(record.id)
        elif steered == (state["status"], record.run.is_asked("pause")):
            return
    except FileNotFoundError:
        pass  # it was discarded
    st.rerun()


@st.fragment(run_every=SECONDS_INSIDE)
def look_inside(record: records.Record) -> None:
    """What needs no look several times a second."""
    live.look_inside(record)


@st.fragment(run_every=SECONDS_IDLE)
def wait_for_a_run() -> None:
    """When somebody starts a run, everybody watches."""
    if runs.is_any_going_on() and runs.active():  # the second look is dearer
        st.rerun()


def show_setup() -> None:
    """The form of the next run, or the controls of the one that goes on."""
    if going_on:
        controls.show(going_on)
        if visitor.may_end(going_on.state.get("starter")):
            pick.show(dataset, going_on)
    else:
        settings.choose(dataset)
        st.button(
            "Start training",
            key="start",
            type="primary",
            icon=":material/play_arrow:",
            on_click=start,
            width="stretch",
        )
        pick.show(dataset, None)
    if problem := st.session_state.pop("problem", None):
        st.error(problem)


def show_stage() -> None:
    """The run that goes on, or those that are looked at."""
    shown = history.chosen(going_on)
    if going_on:
        record = records.of(going_on)
        watch(record, shown)
        history.choose(going_on)
        look_inside(record)
    else:
        wait_for_a_run()
        history.choose(None)
        if shown:
            result.show(shown[0], shown[1:])


setup, stage = st.columns([1, 2.4], gap="large")
parts = [(setup, show_setup), (stage, show_stage)]
try:
    steered = going_on and (going_on.status, going_on.is_asked("pause"))
    # Whoever presses Start looks for a sign of life, everybody else for that button.
    for column, show in reversed(parts) if going_on else parts:
        with column:
            show()
except FileNotFoundError:
    if not going_on or going_on.folder.exists():
        raise
    st.rerun()  # somebody discarded it meanwhile

history.show_kept()
lesson.show()
visitor.identify()
