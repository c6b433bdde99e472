"""Some runs on the Train page: figures, probes, charts, and a bar to go through them.

run_view.show([record, *others])

The browser holds the runs, and moves through them by itself; see run_view.js and what
is joined with it. Where server.py serves the app, it asks for them (run_route);
otherwise they are sent with the page.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, TypedDict

import streamlit as st

from pages.components.shared import component
from pages.components.shared.session import SessionValue
from pages.components.shell import present
from pages.components.train import run_data, run_records, run_route
from pages.components.train.run_records import RunRecord

SECONDS_PER_LOOK: Final = 2  # where a run that goes on is sent with the page, whole
FOLDER: Final = Path(__file__).parent
SCRIPTS: Final = (
    *("curves", "run_store", "probe_cards", "internals", "chart", "replay", "run_view"),
)
_SLOTS = SessionValue[dict[str, int]]("run_colours", dict)

_run_view = component.define(
    "run_view",
    html="""<div class="run-view">
        <div class="progress" role="progressbar" aria-label="Progress" aria-valuemin="0"
            aria-valuemax="100"><div></div></div>
        <div class="stage"></div>
        <div class="figures"></div>
        <div class="body"><div class="cards" hidden></div>
        <div class="charts"></div></div>
        <div class="replay" role="group" aria-label="Replay" hidden></div>
        <p class="points" hidden>Points: a test on all images, at the end of an epoch.
            The line between them: always the same sample of these.</p>
        <div class="internals" hidden></div></div>""",
    css="\n".join(
        (FOLDER / f"{name}.css").read_text() for name in ("run_view", "probe_cards")
    ),
    js="\n".join((FOLDER / f"{name}.js").read_text() for name in SCRIPTS),
)


class RunProps(TypedDict):
    """A run as the browser is told of it."""

    id: str
    label: str
    slot: int  # of the theme's colours for charts: it keeps this one
    live: bool
    path: str | None  # where the browser asks for the run
    answer: run_data.Answer | None  # or what it would be told there


class Props(TypedDict):
    """What the browser is sent."""

    runs: list[RunProps]
    large: bool


def show(records: Sequence[RunRecord]) -> None:
    """Show up to four runs; figures, probes and filters are of the first."""
    is_sent = run_route.path_of("") is None and records[0].state.is_active
    st.fragment(_show, run_every=SECONDS_PER_LOOK if is_sent else None)(records)


def _show(records: Sequence[RunRecord]) -> None:
    slots = _slots_of([record.id for record in records])
    runs = [to_props(record, slots[record.id]) for record in records]
    props: Props = {"runs": runs, "large": present.is_on()}
    _run_view(key="run_view", data=props, height="content")


def to_props(record: RunRecord, slot: int) -> RunProps:
    """Return what the browser is told of a run."""
    path = run_route.path_of(record.id)
    now = None if path else run_records.find(record.id) or record
    return {
        "id": record.id,
        "label": record.label,
        "slot": slot,
        "live": record.state.is_active,
        "path": path,
        "answer": run_data.since(now) if now else None,
    }


def _slots_of(ids: Sequence[str]) -> dict[str, int]:
    """Return the colour of each run; one that had a colour before keeps it."""
    slots = _SLOTS.get()
    for run_id in ids:
        others = {slots[each] for each in ids if each != run_id and each in slots}
        if slots.get(run_id) in (None, *others):
            slots[run_id] = min(set(range(len(ids))) - others)
    return slots
