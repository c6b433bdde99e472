"""The buttons beside a run that is going on, for those who may steer it."""

from collections.abc import Callable
from typing import Literal, NamedTuple

import streamlit as st

from mnist_core import presets
from mnist_core.errors import MnistError
from mnist_core.runs import manager
from pages.components.shared import formatting, session, viewport
from pages.components.shared.session import SessionValue
from pages.components.shell import visitor
from pages.components.train.run_records import RunRecord

PROBLEM = SessionValue[str | None]("problem", lambda: None)
"""What stood against the visitor's last request, until it was shown."""

SETS_UP = SessionValue[bool]("sets_up_next", lambda: False)
"""Whether the visitor sets up a run while they watch another."""

WATCH, NEXT = "This training", "Set up the next"
VIEW_KEY = "setup_view"

Action = Literal["pause", "resume", "stop", "discard"]


class Button(NamedTuple):
    """What a button says, its icon, and what it does."""

    label: str
    icon: str
    help: str
    shortcut: str | None = None


BUTTONS: dict[Action, Button] = {
    "pause": Button(
        "Pause",
        "pause",
        "Waits after this batch, and leaves the processor to others (P)",
        "P",
    ),
    "resume": Button("Resume", "play_arrow", "Goes on where it was (P)", "P"),
    "stop": Button(
        "Stop and keep",
        "stop",
        "Ends the training after this batch; the model is saved as it is then",
    ),
    "discard": Button("Discard it", "delete", "Cannot be undone"),
}


def sets_up_next() -> bool:
    """Let the visitor turn to the next run; return whether they do."""
    if not visitor.may_train():
        return False
    session.put(VIEW_KEY, NEXT if SETS_UP.get() else WATCH)
    st.segmented_control(
        "What to look at",
        [WATCH, NEXT],
        key=VIEW_KEY,
        required=True,
        on_change=_turn,
        width="stretch",
        label_visibility="collapsed",
    )
    return SETS_UP.get()


def _turn() -> None:
    SETS_UP.set(st.session_state[VIEW_KEY] == NEXT)


def show(record: RunRecord) -> None:
    """Show what is being trained, and the ways to pause and to end it."""
    state = record.state
    done = "is paused" if "pause" in state.requests else "is being trained"
    name = formatting.plain(state.name[:1].upper() + state.name[1:])
    st.markdown(f"**{name}** {done}")
    st.caption(formatting.describe_recipe(state.recipe))
    if preset := presets.find(state.recipe):
        st.markdown(f":material/lightbulb: {preset.question}")
    if visitor.may_end(state.starter):
        if state.starter not in (None, visitor.id_hash()):
            st.info(
                "Somebody else started this training. You are the host, so you can "
                "steer it, too.",
                icon=":material/group:",
            )
        with st.container(horizontal=True, gap="small"):
            show_buttons(record)
    elif visitor.may_train():
        st.info(
            "Somebody else started this training: you can watch it. Whoever started "
            "it, and the host, can pause and stop it.",
            icon=":material/visibility:",
        )
    else:
        explain()
    st.caption(
        "The training goes on when you leave this page, and even when you close the "
        "browser. Come back to see how far it is."
    )


def show_buttons(record: RunRecord) -> None:
    """Show the buttons alone, for those who may press them; they stand in a row."""
    run, state = record.run, record.state
    if run is None or not visitor.may_end(state.starter):
        return
    ending = bool(state.requests & {"stop", "discard"})
    if "pause" in state.requests:
        _button("resume", ending, manager.resume, run)
    else:
        _button("pause", ending, run.request, "pause")
    _button("stop", ending, run.request, "stop")
    with st.popover("Discard", icon=":material/delete:", disabled=ending):
        st.markdown("The training ends, and nothing of it is kept.")
        _button("discard", ending, run.request, "discard")


def explain() -> None:
    """Say who trains, where visitors may not."""
    st.info(
        "Only the host starts and steers trainings. You can watch them here, and draw "
        "on the Draw page. Are you the host? Open the Host URL, which the server "
        "printed at its start.",
        icon=":material/visibility:",
    )


def attempt(action: Callable[..., object], *args: object, **options: object) -> None:
    """Do what a button is for; the page says what stands against it."""
    if not visitor.may_train():
        return  # the button was shown while the visitor still could
    try:
        action(*args, **options)
    except MnistError as error:
        PROBLEM.set(str(error))


def show_problem() -> None:
    """Show what stood against the visitor's last request."""
    if problem := PROBLEM.pop():
        st.error(formatting.plain(problem))


def _button(
    key: Action, disabled: bool, action: Callable[..., object], *args: object
) -> None:
    button = BUTTONS[key]
    st.button(
        button.label,
        key=key,
        icon=f":material/{button.icon}:",
        help=button.help,
        on_click=attempt,
        args=(action, *args),
        disabled=disabled,
        shortcut=None if viewport.is_phone() else button.shortcut,
    )
