"""Sweeps on the Train page: which values are best, as a picture and as a table."""

from functools import partial
from typing import Final

import streamlit as st

from mnist_core.runs import leaderboard, sweeps
from mnist_core.runs.leaderboard import Row
from mnist_core.runs.queue import States
from mnist_core.runs.sweeps import Sweep
from pages.components.shared import formatting
from pages.components.shared.session import SessionValue
from pages.components.shell import visitor
from pages.components.train import line, run_history, run_records, sweep_map
from pages.components.train.recipe_form import LABELS

SECONDS_PER_LOOK: Final = 2
UNKNOWN: Final = "\N{EN DASH}"
OPENED = SessionValue[bool]("sweep_run_opened", lambda: False)


def show() -> None:
    """Show the newest sweep, or the one that was chosen, where there is one."""
    known = sweeps.list_sweeps()
    if not known:
        return
    with st.expander("Values that were tried", icon=":material/grid_on:", key="sweeps"):
        chosen = known[0]
        if len(known) > 1:
            chosen = st.selectbox(
                "Which", known, format_func=_label, key="shown_sweep", filter_mode=None
            )
        ended = chosen.count_ended(run_records.read_states())
        look = SECONDS_PER_LOOK if ended < chosen.count else None
        st.fragment(_show, run_every=look)(chosen)


def table(sweep: Sweep, rows: list[Row]) -> list[dict[str, str]]:
    """Return the leaderboard as rows: values, mean and spread, and of how many.

    Where some were ended early, it says of each after which epoch.
    """
    known = [
        {
            **_values(sweep, row),
            "Test accuracy": _percent(row.mean),
            "Spread": _percent(row.spread),
            "Ended": f"{len(row.accuracies)} of {sweep.seeds}",
        }
        for row in rows
    ]
    early = [", ".join(f"after epoch {each}" for each in row.halved) for row in rows]
    if any(early):
        for row, when in zip(known, early, strict=True):
            row["Ended early"] = when
    return known


def _show(sweep: Sweep) -> None:
    states = run_records.read_states()
    rows = leaderboard.rows(sweep, states)
    ended = sweep.count_ended(states)
    st.caption(f"{ended} of {sweep.count} trainings have ended. Choose one to see it.")
    sweep_map.show(sweep, rows, on_choose=_open, key=f"sweep_map_{sweep.id}")
    if OPENED.pop():
        st.rerun()  # a click runs this part of the page alone
    st.table(table(sweep, rows), hide_index=True)
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "Table",
            data=partial(_to_csv, sweep),
            file_name=f"{sweep.id}.csv",
            key="download_sweep",
            icon=":material/download:",
            on_click="ignore",
        )
        if visitor.may_end(sweep.starter):
            _offer_control(sweep, states)


def _open(run_id: str) -> None:
    run_history.open_run(run_id)
    OPENED.set(True)


def _offer_control(sweep: Sweep, states: States) -> None:
    """Offer to stop a sweep that goes on, or to go on with one that is not complete."""
    runs = sweep.runs(states).values()
    goes_on = any(state.ticket or state.is_active for state in runs)
    done = [each for each in runs if each.status == "finished" or each.halved]
    if goes_on:
        _button("Stop all of it", "stop_sweep", "stop", partial(sweeps.stop, sweep))
    elif len(done) < sweep.count:
        go_on = partial(sweeps.resume, sweep)
        _button("Train what is missing", "resume_sweep", "play_arrow", go_on)


def _button(label: str, key: str, icon: str, action: partial[None]) -> None:
    st.button(
        label,
        key=key,
        icon=f":material/{icon}:",
        on_click=line.attempt,
        args=(action,),
    )


def _to_csv(sweep: Sweep) -> str:
    return leaderboard.to_csv(sweep, run_records.read_states())


def _label(sweep: Sweep) -> str:
    fields = " and ".join(LABELS[field] for field in sweep.vary)
    return f"{fields}, {formatting.timestamp(sweep.started)}"


def _values(sweep: Sweep, row: Row) -> dict[str, str]:
    labels = [LABELS[field] for field in sweep.vary]
    return dict(zip(labels, map(sweep_map.describe, row.settings), strict=True))


def _percent(share: float | None) -> str:
    return UNKNOWN if share is None else formatting.percent(share, digits=2)
