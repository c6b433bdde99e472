"""The runs that are kept: which are shown, what differs, what is damaged."""

from collections.abc import Mapping

import streamlit as st

from mnist_core.runs import manager
from mnist_core.runs.run import DamagedRun, RunState
from pages.components.shared import formatting, session
from pages.components.shared.session import SessionValue
from pages.components.shell import visitor
from pages.components.train import controls, run_records
from pages.components.train.run_records import RunRecord

MOST = 4  # on the charts at a time
RESULT = SessionValue[str | None]("own_result", lambda: None)
"""The id of the run that has ended while the visitor was here, until they turn to
another: the next in line begins at once, and would take the place of theirs."""
BEGUN = SessionValue[list[str]]("own_begun", list)
"""The ids of the visitor's runs that go on, but for those of a sweep."""
FIRST_LOOK = SessionValue[list[str]]("first_look", list)
"""What somebody is shown who has not chosen: who they are is known a moment later."""

Records = Mapping[str, RunRecord]
"""What there is to look at, by id, the newest first."""


def look_at(run_id: str) -> None:
    """Show this run from now on, beside those that it was compared with."""
    compared = st.session_state.pop("compared_runs", [])
    st.session_state.shown_runs = [run_id, *compared]


def open_run(run_id: str) -> None:
    """Turn to a run that was chosen elsewhere on the page, away from what goes on."""
    RESULT.set(run_id)
    look_at(run_id)


def watched(records: Records, going: list[RunRecord]) -> RunRecord | None:
    """Return the run that goes on and that the visitor watches: their own, if there is.

    None where they look at what has ended, as they do when their own has.
    """
    others = {key: each for key, each in records.items() if each not in going}
    _turn_to_what_ended(others, is_any_active=bool(going))
    mine = [each for each in going if each.state.starter == visitor.id_hash()]
    begun = [each.id for each in mine if not each.state.sweep]
    if begun != BEGUN.get():
        BEGUN.set(begun)
        if begun:
            RESULT.set(None)
    if not going or RESULT.get() in others:
        return None
    return [*mine, *going][0]


def offer_to_watch() -> None:
    """Offer to watch what goes on, instead of the visitor's own result."""
    st.button(
        "Watch the training that goes on",
        key="watch_active",
        icon=":material/visibility:",
        on_click=RESULT.set,
        args=(None,),
    )


def chosen(records: Records, active: RunRecord | None) -> list[RunRecord]:
    """Return what the visitor looks at, or compares with the run that is going on.

    Who has trained nothing yet meets the published run and the bundled model's; where
    only the host may train, what was trained last.
    """
    others, key = _others(records, active), _key(active)
    wanted = [run_id for run_id in st.session_state.get(key, []) if run_id in others]
    if not active:
        has_chosen = wanted not in ([], FIRST_LOOK.get())
        FIRST_LOOK.set([] if has_chosen else _first_look(others))
        wanted = FIRST_LOOK.get() or wanted
    session.put(key, wanted)
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
    """Show all runs in a table whose rows open them, and the damaged ones."""
    kept = list(records.values())
    with st.expander("Kept runs", icon=":material/history:"):
        st.caption("Tick a run to open it. One that was cut off has Resume there.")
        st.dataframe(
            run_records.table(kept),
            key="kept_runs",
            hide_index=True,
            width="stretch",
            selection_mode="single-row",
            on_select=lambda: _open_selected(kept),
        )
    if damaged := manager.list_damaged():
        _show_damaged(damaged)


def _open_selected(kept: list[RunRecord]) -> None:
    """Turn to the run whose row was chosen, where there are its result and Resume."""
    for row in st.session_state.kept_runs.selection.rows:
        open_run(kept[row].id)


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


def _turn_to_what_ended(others: Records, *, is_any_active: bool) -> None:
    """Look at a run that has ended since the visitor was here last.

    While another goes on, only at one of their own, which is none of a sweep.
    """
    trained = _trained(others)
    known = st.session_state.get("known_runs", trained)
    ended = [run_id for run_id in trained if run_id not in known]
    mine = [each for each in ended if _is_own(others[each].state)]
    for run_id in mine[:1] or ([] if is_any_active else ended[:1]):
        RESULT.set(run_id)
        if run_id not in st.session_state.get("shown_runs", []):
            look_at(run_id)
    st.session_state.known_runs = trained


def _is_own(state: RunState) -> bool:
    return state.starter == visitor.id_hash() and not state.sweep


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
