"""How far a survey is, until it has what the page waits for."""

from typing import Final, Literal

import streamlit as st

from mnist_core.errors import HomeUnwritable
from mnist_core.evaluation.dataset import DatasetEvaluation

Goal = Literal["test", "embeddings"]

EVERY: Final = 0.5  # seconds between two looks
# Where a stage begins and ends on the way to each goal: shares of the whole bar.
SPANS: Final[dict[Goal, dict[str, tuple[float, float]]]] = {
    "test": {"test": (0.2, 1.0)},
    "embeddings": {"test": (0.1, 0.2), "training": (0.2, 1.0)},
}
SAID: Final = {
    "waiting": "Waiting for its turn ...",
    "starting": "Getting ready, this once ...",
    "test": "The network reads every test image, this once: {:.0f} %",
    "training": "The network looks at every training digit, this once: {:.0f} %",
    "done": "Nearly there ...",
}


def show(survey: DatasetEvaluation, goal: Goal) -> None:
    """Begin a survey, and say how far it is; the page runs again when it is there."""
    start(survey)
    live = not _problem(survey)
    st.fragment(_show, run_every=EVERY if live else None)(survey, goal, live=live)


def start(survey: DatasetEvaluation) -> None:
    """Begin a survey, once for each visitor; it goes on beside the pages."""
    begun = st.session_state.setdefault("surveys_begun", {})
    if survey.folder.name not in begun:
        _start(survey)


def _start(survey: DatasetEvaluation) -> None:
    """Begin it, and keep what keeps it from beginning."""
    problem = None
    try:
        survey.start()
    except HomeUnwritable as error:
        problem = str(error)
    st.session_state.surveys_begun[survey.folder.name] = problem


def _problem(survey: DatasetEvaluation) -> str | None:
    return (
        st.session_state.surveys_begun[survey.folder.name] or survey.progress().reason
    )


def _show(survey: DatasetEvaluation, goal: Goal, *, live: bool) -> None:
    if getattr(survey, goal)() is not None:
        st.rerun()
    problem = _problem(survey)
    if live == bool(problem):
        st.rerun()  # to look again from time to time, or no more
    with st.container(key=f"survey-{goal}", height=72, border=False, gap="xsmall"):
        if problem:
            _explain(survey, problem)
        else:
            _bar(survey, goal)


def _bar(survey: DatasetEvaluation, goal: Goal) -> None:
    progress = survey.progress()
    start, end = SPANS[goal].get(progress.stage, (0.05, 0.05))
    text = SAID[progress.stage].format(progress.share * 100)
    st.progress(start + (end - start) * progress.share, text)


def _explain(survey: DatasetEvaluation, problem: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/error: {problem}")
        st.button(
            "Try again",
            key=f"survey-again-{survey.folder.name}",
            icon=":material/refresh:",
            on_click=_start,
            args=(survey,),
        )
