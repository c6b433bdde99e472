"""Invite who has trained nothing yet to train a network, before all else."""

from collections.abc import Callable

import streamlit as st

from pages.components.shell import present, visitor
from pages.components.train import probe_picker, run_history
from pages.components.train.run_history import Records


def show(records: Records, start: Callable[[], None]) -> None:
    """Show what there is to gain, the digits to watch, and one button.

    Args:
        records: all runs; whoever has one of their own needs no invitation.
        start: starts a run by the recipe in the form.
    """
    if present.is_on() or not visitor.may_train() or run_history.own(records):
        return
    with st.container(border=True, key="invitation"):
        st.markdown("#### Train a network and watch it learn your digits")
        st.caption(
            "At first it knows nothing and guesses. Every few hundred images later it "
            "is surer of the digits below: you see each step, and in the end it is "
            "yours to draw for."
        )
        with st.container(
            horizontal=True,
            vertical_alignment="center",
            horizontal_alignment="distribute",
        ):
            probe_picker.show_pictures()
            st.button(
                "Train a network",
                key="start_first",
                type="primary",
                icon=":material/play_arrow:",
                on_click=start,
            )
