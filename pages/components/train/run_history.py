"""The runs that are kept: which are shown, what differs, what is damaged."""

from collections.abc import Mapping

import streamlit as st

from mnist_core.runs import manager
from mnist_core.runs.run import DamagedRun
from pages.components.shared import formatting
from pages.components.shell import visitor
from pages.components.train import controls, run_records
from pages.components.train.run_records import RunRecord

MOST = 4  # on the charts at a time

Records = Mapping[str, RunRecord]
"""What there is to look at, by id, the newest first."""


def look_at(run_id: str) -> None:
    """Show this run from now on, beside those that it was compared with."""
    compared = st.session_state.pop("compared_runs", [])
    st.session_state.shown_runs = [run_id, *compared]


def chosen(records: Records, active: RunRecord | None) -> list[RunRecord]:
    """Return what the visitor looks at, or compares with the run that is going on.

    Who has trained nothing yet meets the published run and the bundled model's; where
    only the host may train, what was trained last.
    """
    others, key = _others(records, active), _key(active)
    _turn_to_what_ended(others)
    wanted = [run_id for run_id in st.session_state.get(key, []) if run_id in others]
    if not wanted and not active:
        wanted = _first_look(others)
    st.session_state[key] = wanted
    return [others[run_id] for run_id in wanted]


def choose(records: Records, active: RunRecord | None) -> None:
    """Let the visitor choose what to look at."""
    others = _others(records, active)
    st.multiselect(
        "Compare it with" if active else "Runs on the charts",
        list(others),
        key=_key(active),
        max_selections=MOST - 1 if active else MOST,
        format_func=lambda run_id: others[run_id].label,
        placeholder="Compare it with up to three runs"
        if active
        else "Choose up to four runs",
        label_visibility="collapsed" if active else "visible",
        persist_state="session",
    )


def show_differences(shown: list[RunRecord]) -> None:
    """Show what is not the same in all of these runs."""
    rows = run_records.differences(shown)
    labels = [record.label for record in shown]
    st.table(
        [
            {"What differs": name, **dict(zip(labels, values, strict=True))}
            for name, values in rows.items()
        ],
        hide_index=True,
    )


def show_kept(records: Records) -> None:
    """Show all runs in a table, opened on demand, and the damaged ones."""
    with st.expander("Kept runs", icon=":material/history:"):
        st.dataframe(
            run_records.table(list(records.values())),
            hide_index=True,
            width="stretch",
        )
    if damaged := manager.list_damaged():
        _show_damaged(damaged)


def _key(active: RunRecord | None) -> str:
    return "compared_runs" if active else "shown_runs"


def _others(records: Records, active: RunRecord | None) -> dict[str, RunRecord]:
    """Return all but the run that is going on."""
    return {
        run_id: record
        for run_id, record in records.items()
        if not active or run_id != active.id
    }


def own(records: Records) -> list[str]:
    """Return what this visitor trained, or somebody at the command line."""
    mine = (None, visitor.id_hash())
    trained = _trained(records)
    return [run_id for run_id in trained if records[run_id].state.starter in mine]


def _first_look(records: Records) -> list[str]:
    """Return what somebody looks at who has not chosen."""
    trained = own(records) if visitor.may_train() else _trained(records)
    return trained[:1] or [each for each in records if not records[each].run]


def _turn_to_what_ended(records: Records) -> None:
    """Look at a run that has ended since the visitor was here last."""
    trained = _trained(records)
    known = st.session_state.get("known_runs", trained)
    ended = [run_id for run_id in trained if run_id not in known]
    if ended and ended[0] not in st.session_state.get("shown_runs", []):
        look_at(ended[0])
    st.session_state.known_runs = trained


def _trained(records: Records) -> list[str]:
    """Return those that were trained here, the newest first."""
    return [run_id for run_id, record in records.items() if record.run]


def _show_damaged(damaged: list[DamagedRun]) -> None:
    with st.expander(f"Damaged runs ({len(damaged)})", icon=":material/warning:"):
        for run in damaged:
            with st.container(horizontal=True, vertical_alignment="center"):
                name, problem = map(formatting.plain, (run.folder.name, run.problem))
                st.markdown(f"**{name}**: {problem}.")
                if visitor.is_host():
                    st.button(
                        "Delete",
                        key=f"delete-{run.folder.name}",
                        icon=":material/delete:",
                        on_click=controls.attempt,
                        args=(manager.delete, run),
                    )
