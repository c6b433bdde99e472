"""How far an evaluation is, until it has what the page waits for."""

from typing import Final, Literal

import streamlit as st

from mnist_core.errors import HomeUnwritable
from mnist_core.evaluation.dataset import DatasetEvaluation, Stage
from pages.components.shared import formatting
from pages.components.shared.session import SessionValue

Goal = Literal["test", "embeddings"]

SECONDS: Final = 0.5  # between two looks at its progress
# Where a stage begins and ends on the way to each goal: shares of the whole bar.
SPANS: Final[dict[Goal, dict[Stage, tuple[float, float]]]] = {
    "test": {"test": (0.2, 1.0)},
    "embeddings": {"test": (0.1, 0.2), "training": (0.2, 1.0)},
}
AT_FIRST: Final = (0.05, 0.05)  # of the bar, in the stages before those
TEXTS: Final[dict[Stage, str]] = {
    "waiting": "Waiting for its turn ...",
    "starting": "Getting ready, this once ...",
    "test": "The network reads every test image, this once: {:.0f} %",
    "training": "The network looks at every training digit, this once: {:.0f} %",
    "done": "Nearly there ...",
}

# Of each evaluation that this visitor started, why it could not be: by its folder.
_STARTED: Final = SessionValue[dict[str, str | None]]("evaluations_started", dict)


def show(evaluation: DatasetEvaluation, goal: Goal) -> None:
    """Start an evaluation and show its progress; run the page again at the goal."""
    start(evaluation)
    live = not _problem(evaluation)
    st.fragment(_show, run_every=SECONDS if live else None)(evaluation, goal, live=live)


def start(evaluation: DatasetEvaluation) -> None:
    """Start an evaluation, once for each visitor; it goes on beside the pages."""
    if evaluation.folder.name not in _STARTED.get():
        _start(evaluation)


def _start(evaluation: DatasetEvaluation) -> None:
    problem = None
    try:
        evaluation.start()
    except HomeUnwritable as error:
        problem = str(error)
    _STARTED.get()[evaluation.folder.name] = problem


def _problem(evaluation: DatasetEvaluation) -> str | None:
    return _STARTED.get()[evaluation.folder.name] or evaluation.progress().reason


def _show(evaluation: DatasetEvaluation, goal: Goal, *, live: bool) -> None:
    if _has_reached(evaluation, goal):
        st.rerun()
    problem = _problem(evaluation)
    if live == bool(problem):
        st.rerun()  # to look again from time to time, or no more
    with st.container(key=f"evaluation-{goal}", height=72, border=False, gap="xsmall"):
        if problem:
            _explain(evaluation, problem)
        else:
            _show_bar(evaluation, goal)


def _has_reached(evaluation: DatasetEvaluation, goal: Goal) -> bool:
    found = evaluation.test() if goal == "test" else evaluation.embeddings()
    return found is not None


def _show_bar(evaluation: DatasetEvaluation, goal: Goal) -> None:
    progress = evaluation.progress()
    start, end = SPANS[goal].get(progress.stage, AT_FIRST)
    text = TEXTS[progress.stage].format(progress.share * 100)
    st.progress(start + (end - start) * progress.share, text)


def _explain(evaluation: DatasetEvaluation, problem: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/error: {formatting.plain(problem)}")
        st.button(
            "Try again",
            key=f"evaluation-retry-{evaluation.folder.name}",
            icon=":material/refresh:",
            on_click=_start,
            args=(evaluation,),
        )
