"""On the other pages: that a training goes on, or has ended while one was there."""

from typing import TYPE_CHECKING, Final, NamedTuple

import streamlit as st

from mnist_core.errors import RunDamaged, RunNotFound
from mnist_core.models.card import Card
from mnist_core.runs import manager
from mnist_core.runs.run import Run, RunState, Status
from pages.components.shared import formatting
from pages.components.shared.session import SessionValue
from pages.components.shell import visitor

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

SECONDS: Final = 3  # between looks
NOTICED = SessionValue[Run | None]("noticed_run", lambda: None)


class Notice(NamedTuple):
    """What a link to the Train page says."""

    label: str
    icon: str


NOTICES: Final[dict[Status, Notice]] = {
    "waiting": Notice("A training waits for its turn", "hourglass_empty"),
    "running": Notice("A network is learning now", "monitoring"),
    "paused": Notice("A training is paused", "pause_circle"),
    "finished": Notice("It has finished learning: see the result", "check_circle"),
    "stopped": Notice("The training was stopped: see the result", "check_circle"),
    "failed": Notice("The training has failed: see why", "error"),
    "interrupted": Notice("The training was interrupted: see the page Train", "error"),
}


def forget() -> None:
    """Say no more about a run: the visitor is on the Train page, and sees it there."""
    NOTICED.set(None)


def show(page: "StreamlitPage", card: Card, *, live: bool) -> None:
    """Show a link to the Train page that says how a run stands, or else the model.

    Args:
        page: the Train page.
        card: of the model in use, where no run goes on or has ended.
        live: whether to look again and again. Not beside a canvas: a part of the page
            that runs by itself just when the canvas is replaced leaves both there.
    """
    if live:
        st.fragment(_show, run_every=SECONDS)(page, card)
    else:
        _show(page, card)


def _show(page: "StreamlitPage", card: Card) -> None:
    if not _has_own_ended() and manager.is_any_active() and (run := manager.active()):
        NOTICED.set(run)
    if notice := _notice():
        st.page_link(page, label=notice.label, icon=f":material/{notice.icon}:")
    else:
        describe(card)


def describe(card: Card) -> None:
    """Say in one line how well a model reads."""
    help_text = formatting.explain_model(card)
    st.caption(formatting.describe_model(card), width="content", help=help_text)


def _has_own_ended() -> bool:
    """Tell whether there is a result of the visitor's own that they have not seen."""
    state = _noticed()
    if state is None or state.is_active or state.ticket:
        return False
    return state.starter == visitor.id_hash()


def _notice() -> Notice | None:
    """Return what to say of the run that was noticed last; None if it was discarded."""
    state = _noticed()
    return NOTICES[state.status] if state else None


def _noticed() -> RunState | None:
    run = NOTICED.get()
    try:
        return run.read() if run else None
    except (RunNotFound, RunDamaged):  # the Train page says what is wrong
        return None
