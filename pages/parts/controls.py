"""The buttons beside a run that is going on, for those who may steer it."""

import streamlit as st

from mnist_core import runs
from mnist_core.errors import HomeUnwritable, RunActive, RunFinished
from pages.parts import visitor, words


def show(run: runs.Run) -> None:
    """What is being trained, and the ways to pause and to end it."""
    st.markdown(f"**{run.recipe.name.capitalize()}** is being trained")
    st.caption(words.recipe(run.recipe))
    if visitor.may_end(run.state.get("starter")):
        _buttons(run)
    else:
        st.info(
            "Somebody else started this training: you can watch it. Whoever started "
            "it, or sits at the server, can pause and stop it.",
            icon=":material/visibility:",
        )
    st.caption(
        "The training goes on when you leave this page, and even when you close the "
        "browser. Come back to see how far it is."
    )


def _buttons(run: runs.Run) -> None:
    ending = run.is_asked("stop") or run.is_asked("discard")
    with st.container(horizontal=True, gap="small"):
        if run.is_asked("pause"):
            _button(
                "Resume",
                "play_arrow",
                "Goes on where it was",
                runs.resume,
                run,
                disabled=ending,
            )
        else:
            _button(
                "Pause",
                "pause",
                "Waits after this batch, and leaves the processor to others",
                run.ask,
                "pause",
                disabled=ending,
            )
        _button(
            "Stop and keep",
            "stop",
            "Ends the training after this batch; the model is saved as it is then",
            run.ask,
            "stop",
            disabled=ending,
        )
        with st.popover("Discard", icon=":material/delete:", disabled=ending):
            st.markdown("The training ends, and nothing of it is kept.")
            _button("Discard it", "delete", "", run.ask, "discard")


def _button(label: str, icon: str, text: str, action, *args, disabled=False) -> None:
    st.button(
        label,
        key=label.split(maxsplit=1)[0].lower() if label != "Discard it" else "discard",
        icon=f":material/{icon}:",
        help=text or None,
        on_click=attempt,
        args=(action, *args),
        disabled=disabled,
    )


def attempt(action, *args, **options) -> None:
    """Do what a button is for; what stands against it is said on the page."""
    try:
        action(*args, **options)
    except (RunActive, RunFinished, HomeUnwritable) as error:
        st.session_state.problem = str(error)
