"""The runs that are kept: which are looked at, what differs, what is damaged."""

import streamlit as st

from mnist_core.runs import manager
from pages.components.shell import visitor
from pages.components.train import controls, run_records
from pages.components.train.run_records import RunRecord

MOST = 4  # on the charts at a time


def look_at(run_id: str) -> None:
    """Look at this run from now on, beside those that it was compared with."""
    st.session_state.shown = [run_id, *st.session_state.pop("beside", [])]


def chosen(going_on: manager.Run | None) -> list[RunRecord]:
    """What the visitor looks at; beside the run that goes on, if one does.

    Where there is no run yet, these are the published one and the shipped model's.
    """
    known, key = _known(going_on), _key(going_on)
    _turn_to_what_ended(known)
    wanted = [run_id for run_id in st.session_state.get(key, []) if run_id in known]
    if not wanted and not going_on:
        wanted = _at_first(known)
    st.session_state[key] = wanted
    return [known[run_id] for run_id in wanted]


def choose(going_on: manager.Run | None) -> None:
    """Let the visitor choose what to look at."""
    known = _known(going_on)
    st.multiselect(
        "Compare it with" if going_on else "Runs on the charts",
        list(known),
        key=_key(going_on),
        max_selections=MOST - 1 if going_on else MOST,
        format_func=lambda run_id: known[run_id].label,
        placeholder="Choose up to three runs" if going_on else "Choose up to four runs",
        persist_state="session",
    )


def show_differences(chosen: list[RunRecord]) -> None:
    """What is not the same in all of these runs."""
    rows = run_records.differences(chosen)
    labels = [record.label for record in chosen]
    st.table(
        [
            {"What differs": name, **dict(zip(labels, values, strict=True))}
            for name, values in rows.items()
        ],
        hide_index=True,
    )


def show_kept() -> None:
    """All runs in a table, opened on demand, and the folders that are none."""
    with st.expander("Kept runs", icon=":material/history:"):
        st.dataframe(
            run_records.table(list(run_records.list_records().values())),
            hide_index=True,
            width="stretch",
        )
    if damaged := manager.list_damaged():
        _show_damaged(damaged)


def _key(going_on: manager.Run | None) -> str:
    return "beside" if going_on else "shown"


def _known(going_on: manager.Run | None) -> dict[str, RunRecord]:
    known = run_records.list_records()
    if going_on:
        known.pop(going_on.id, None)
    return known


def _turn_to_what_ended(known: dict[str, RunRecord]) -> None:
    """Look at a run that has ended since the visitor was here last."""
    own = _own(known)
    met = st.session_state.get("runs_met", own)
    ended = [run_id for run_id in own if run_id not in met]
    if ended and ended[0] not in st.session_state.get("shown", []):
        look_at(ended[0])
    st.session_state.runs_met = own


def _at_first(known: dict[str, RunRecord]) -> list[str]:
    return _own(known)[:1] or list(known)


def _own(known: dict[str, RunRecord]) -> list[str]:
    """Those that were trained here, the newest first."""
    return [run_id for run_id, record in known.items() if record.run]


def _show_damaged(damaged: list[manager.DamagedRun]) -> None:
    with st.expander(f"Damaged runs ({len(damaged)})", icon=":material/warning:"):
        for run in damaged:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{run.folder.name}**: {run.problem}.")
                if visitor.is_local():
                    st.button(
                        "Delete",
                        key=f"delete-{run.folder.name}",
                        icon=":material/delete:",
                        on_click=controls.attempt,
                        args=(manager.delete, run),
                    )
