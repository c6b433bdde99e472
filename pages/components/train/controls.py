"""The buttons beside a run that is going on, for those who may steer it."""

from collections.abc import Callable

import streamlit as st

from mnist_core.errors import MnistError
from mnist_core.runs import manager
from pages.components.shared import formatting, viewport
from pages.components.shell import visitor
from pages.components.train import presets

BUTTONS = {
    "pause": (
        "Pause",
        "pause",
        "Waits after this batch, and leaves the processor to others (P)",
    ),
    "resume": ("Resume", "play_arrow", "Goes on where it was (P)"),
    "stop": (
        "Stop and keep",
        "stop",
        "Ends the training after this batch; the model is saved as it is then",
    ),
    "discard": ("Discard it", "delete", "Cannot be undone"),
}
"""What each says, its icon, and what it does."""

SHORTCUTS = {"pause": "P", "resume": "P"}


def show(run: manager.Run) -> None:
    """What is being trained, and the ways to pause and to end it."""
    done = "is paused" if run.is_requested("pause") else "is being trained"
    name = run.state["name"]
    st.markdown(f"**{name[:1].upper()}{name[1:]}** {done}")
    st.caption(formatting.describe_recipe(run.recipe))
    if look := presets.hint_for(run.recipe):
        st.markdown(f":material/lightbulb: {look}")
    starter = run.state.get("starter")  # nobody's name, from the command line
    if visitor.may_end(starter):
        if starter not in (None, visitor.id_hash()):
            st.info(
                "Somebody else started this training. You sit at the server, so you "
                "can steer it, too.",
                icon=":material/group:",
            )
        with st.container(horizontal=True, gap="small"):
            show_buttons(run)
    elif visitor.may_train():
        st.info(
            "Somebody else started this training: you can watch it. Whoever started "
            "it, or sits at the server, can pause and stop it.",
            icon=":material/visibility:",
        )
    else:
        explain()
    st.caption(
        "The training goes on when you leave this page, and even when you close the "
        "browser. Come back to see how far it is."
    )


def explain() -> None:
    """Where visitors may not train: who does."""
    st.info(
        "Trainings are started and steered at the server itself. You can watch them "
        "here, and draw on the Draw page.",
        icon=":material/visibility:",
    )


def attempt(action: Callable[..., object], *args: object, **options: object) -> None:
    """Do what a button is for; what stands against it is said on the page."""
    if not visitor.may_train():
        return  # it was shown before
    try:
        action(*args, **options)
    except MnistError as error:
        st.session_state.problem = str(error)


def show_buttons(run: manager.Run) -> None:
    """The buttons alone, for those who may press them; they stand in a row."""
    if not visitor.may_end(run.state.get("starter")):
        return
    ending = run.is_requested("stop") or run.is_requested("discard")
    if run.is_requested("pause"):
        _button("resume", ending, manager.resume, run)
    else:
        _button("pause", ending, run.ask, "pause")
    _button("stop", ending, run.ask, "stop")
    with st.popover("Discard", icon=":material/delete:", disabled=ending):
        st.markdown("The training ends, and nothing of it is kept.")
        _button("discard", ending, run.ask, "discard")


def _button(
    key: str, disabled: bool, action: Callable[..., object], *args: object
) -> None:
    label, icon, text = BUTTONS[key]
    st.button(
        label,
        key=key,
        icon=f":material/{icon}:",
        help=text,
        on_click=attempt,
        args=(action, *args),
        disabled=disabled,
        shortcut=None if viewport.is_phone() else SHORTCUTS.get(key),
    )
