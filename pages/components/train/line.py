"""Who waits for a training: each place in line, and about when its turn comes."""

from typing import Final, NamedTuple

import streamlit as st

from mnist_core.runs import forecast, queue
from mnist_core.runs.forecast import Turn
from mnist_core.runs.run import Run, RunState
from pages.components.shared import formatting
from pages.components.shell import visitor
from pages.components.train import controls, run_records

SECONDS_PER_LOOK: Final = 2
TALL: Final = 6  # a longer line scrolls in itself


class Line(NamedTuple):
    """Who waits, and whether nobody's turn comes."""

    places: list[tuple[Run, RunState, Turn]]  # the next one first
    is_held: bool  # by trainings that are paused


@st.fragment(run_every=SECONDS_PER_LOOK)
def show() -> None:
    """Show how long the line is and the visitor's place in it; on demand, all of it."""
    line = read()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.popover("In line", icon=":material/format_list_numbered:"):
            _show_all(line)
        held = " It moves on when the paused training does." if line.is_held else ""
        st.caption(_summarize(line) + held, width="stretch")


@st.cache_resource(ttl=1, show_spinner=False)
def read() -> Line:
    """Return the line; it is read once a second, for however many look at it."""
    states = run_records.read_states()
    turns = forecast.turns(states)
    places = [(run, states[run], turn) for run, turn in turns.items()]
    return Line(places, bool(places) and queue.is_held(states))


def attempt(*args: object) -> None:
    """Do what a button is for, and have everybody see the line as it is then."""
    controls.attempt(*args)  # type: ignore[arg-type]
    forget()


def forget() -> None:
    """Have the runs read anew, by whoever looks next."""
    run_records.read_states.clear()
    read.clear()


def _summarize(line: Line) -> str:
    places = line.places
    mine = [turn for _, state, turn in places if state.starter == visitor.id_hash()]
    if mine:
        first = mine[0]
        when = f": {_when(first)}" if _when(first) else ""
        others = f" (and {len(mine) - 1} more)" if len(mine) > 1 else ""
        return f"You are **number {first.place} in line**{others}{when}."
    if not places:
        return "Nobody waits in line."
    count = len(places)
    return "One training waits." if count == 1 else f"{count} trainings wait."


def _when(turn: Turn) -> str:
    if turn.seconds is None:
        return ""
    return f"begins in {formatting.duration(turn.seconds)}"


def _show_all(line: Line) -> None:
    if not line.places:
        st.markdown("A training that is started now begins when this one has ended.")
        return
    st.caption("Everybody takes turns, however many trainings they have in line.")
    with st.container(
        height=300 if len(line.places) > TALL else "content", border=False
    ):
        for run, state, turn in line.places:
            _show_place(run, state, turn)
    if visitor.is_host() and len(line.places) > 1:
        st.button(
            "Empty the line",
            key="empty_line",
            icon=":material/playlist_remove:",
            on_click=attempt,
            args=(_take_out_all, [run for run, _, _ in line.places]),
        )


def _show_place(run: Run, state: RunState, turn: Turn) -> None:
    whose = ", yours" if state.starter == visitor.id_hash() else ""
    when = f"  \n{_when(turn)}" if _when(turn) else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        name = formatting.plain(state.name)
        st.markdown(f"{turn.place}. **{name}**{whose}{when}", width="stretch")
        if visitor.may_end(state.starter):
            _offer(run, "move_back", "Move back", "Let the others go first")
            _offer(run, "take_out", "Take out", "It is not trained then")


def _offer(run: Run, what: str, label: str, why: str) -> None:
    st.button(
        label,
        key=f"{what}-{run.id}",
        help=why,
        type="tertiary",
        on_click=attempt,
        args=(getattr(queue, what), run),
    )


def _take_out_all(runs: list[Run]) -> None:
    for run in runs:
        queue.take_out(run)
