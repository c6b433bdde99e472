"""Train a network and watch its curves move."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mnist_core import presets
from mnist_core.errors import RecipeError, RunDamaged, RunNotFound
from mnist_core.runs import manager, queue
from mnist_core.runs.run import Run
from pages.components.shared import mnist, viewport
from pages.components.shell import app_shell, present, visitor
from pages.components.train import (
    controls,
    glossary,
    invitation,
    line,
    probe_picker,
    recipe_form,
    result,
    run_history,
    run_records,
    run_view,
    steering,
    sweep_form,
    sweep_view,
)
from pages.components.train.run_records import RunRecord

app_shell.ensure(__file__)

SECONDS_PER_LOOK = 1  # between looks whether a run was steered, begins or has ended
SECONDS_IDLE = 2  # between looks for a run that somebody else starts

dataset = mnist.get(may_stop=visitor.is_host())
records = run_records.list_records()  # every run is read once, and handed on
going = [each for each in records.values() if each.state.is_active]
active = run_history.watched(records, going)


def start() -> None:
    """Start a run by the recipe in the form, or put it in line."""
    line.attempt(
        lambda: manager.start(
            recipe_form.recipe(dataset.name),
            name=recipe_form.name(),
            drawings=recipe_form.drawings(),
            starter=visitor.id_hash(),
            probes=probe_picker.chosen(),
            wait=True,
        )
    )
    controls.SETS_UP.set(False)


@st.fragment(run_every=SECONDS_PER_LOOK if going else SECONDS_IDLE)
def follow() -> None:
    """Run the page anew when a run begins, is steered or ends."""
    for record in going:
        if record.run and has_changed(record.run, record):
            st.rerun()
    known = {record.id for record in going}
    for run in manager.list_alive():
        if run.id not in known and has_begun(run):
            st.rerun()


def has_changed(run: Run, record: RunRecord) -> bool:
    """Tell whether a run is not as it was when the page was drawn."""
    try:
        now = run.read()
    except (RunNotFound, RunDamaged):
        return True  # somebody discarded it
    shown = record.state
    return (now.status, now.requests) != (shown.status, shown.requests)


def has_begun(run: Run) -> bool:
    """Tell whether a run goes on that has a worker, or had one a moment ago."""
    try:
        return run.read().is_active
    except (RunNotFound, RunDamaged):
        return False


def show_setup() -> None:
    """Show the form of the next run, or the controls of the one that goes on."""
    if active and not controls.sets_up_next():
        line.show()
        controls.show(active)
        steering.show(active)
        if visitor.may_end(active.state.starter):
            probe_picker.show(dataset, active.run)
    elif not visitor.may_train():
        controls.explain()
    else:
        if going and not active:
            line.show()
            run_history.offer_to_watch()
        recipe_form.choose(dataset)
        show_start(stretch=True)
        show_sweep_form()
        probe_picker.show(dataset, None)
    controls.show_problem()


def show_sweep_form() -> None:
    """Show how to try several values, as long as the form above has a recipe."""
    try:
        base = recipe_form.recipe(dataset.name)
    except RecipeError:
        return  # the form says what is wrong
    sweep_form.show(base, recipe_form.drawings())


def show_row() -> None:
    """Show as little of the set-up and the controls as will do, in Present mode."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if active:
            controls.show_buttons(active)
            steering.show(active)
        elif going:
            run_history.offer_to_watch()
        if visitor.may_train():
            with st.popover("Set up", icon=":material/tune:"):
                recipe_form.choose(dataset)
                probe_picker.show(dataset, None)
                if going:  # the row is for the one that goes on
                    show_start(stretch=True)
            if not going:
                show_start(stretch=False)
        if going:
            line.show()
    controls.show_problem()


def show_start(*, stretch: bool) -> None:
    """Show the button that starts a run, or puts it in line."""
    waits = len(going) >= queue.slots()
    st.button(
        "Get in line" if waits else "Start training",
        key="start",
        type="primary",
        icon=":material/hourglass_empty:" if waits else ":material/play_arrow:",
        on_click=start,
        width="stretch" if stretch else "content",
        help="Trains a network by these settings when its turn has come (S)"
        if waits
        else "Trains a network by these settings; you can watch (S)",
        shortcut=None if viewport.is_phone() else "S",
    )


def invite() -> None:
    """Invite who has trained nothing yet, where nothing is trained now."""
    if not active:
        invitation.show(records, start)


def show_stage() -> None:
    """Show the run that goes on, or those that the visitor chose."""
    chosen = run_history.chosen(records, active)
    shown = [active, *chosen] if active else chosen
    is_wide = not (present.is_on() or viewport.is_phone())
    if is_wide:
        show_row_above(shown[0])
    # At the same place in either state: where a run ends, nothing jumps.
    run_view.show(shown)
    follow()
    if not active:
        if shown[0].run and viewport.is_phone() and not present.is_on():
            result.show_actions(shown[0].run, shown[0].state)
        show_answer(shown)
        result.show(shown[0], shown[1:])
    if not present.is_on() and not (active and is_wide):
        run_history.choose(records, active)


def show_answer(shown: list[RunRecord]) -> None:
    """Answer the question that a preset asked before the run."""
    run, *others = shown
    preset = presets.find(run.recipe) if run.run and not others else None
    if preset and run.state.status == "finished":
        st.info(
            f"**{preset.question}** {preset.explanation}", icon=":material/lightbulb:"
        )


def show_row_above(record: RunRecord) -> None:
    """Show a row of the same height, whether the run goes on or has ended."""
    if active:
        run_history.choose(records, active)
    elif record.run:
        result.show_actions(record.run, record.state)


def lay_out() -> list[tuple[DeltaGenerator, Callable[[], None]]]:
    """Return what is shown where; the stage first for who has just pressed Start."""
    is_run_first = active or any(record.run for record in records.values())
    if present.is_on() or (viewport.is_phone() and is_run_first):
        return [(st.container(), each) for each in (show_row, invite, show_stage)]
    if viewport.is_phone():
        top = st.container()  # with the digits that are chosen in the set-up
        setup, stage = st.container(), st.container()
        return [(setup, show_setup), (top, invite), (stage, show_stage)]
    setup, stage = st.columns([1, 2.4], gap="large")
    parts = [(setup, show_setup), (stage, invite), (stage, show_stage)]
    return parts[::-1] if active else parts


for place, show in lay_out():
    with place:
        show()
if not present.is_on():
    sweep_view.show()
    run_history.show_kept(records)
    glossary.show()
