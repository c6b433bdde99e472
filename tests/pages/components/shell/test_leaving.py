"""Pages are left in two steps, the first without anything that runs by itself."""

import pytest
import streamlit as st

from mnist_core.evaluation.dataset import DatasetEvaluation, Progress
from pages.components.shell import leaving, training_notice

ANSWERED = leaving._leaving  # before a test's browser takes its place


@pytest.fixture
def intervals(monkeypatch) -> list:
    """How often each part of the page runs by itself."""
    noted, fragment = [], st.fragment

    def noting(function=None, *, run_every=None):
        noted.append(run_every)
        return fragment(function, run_every=run_every)

    monkeypatch.setattr(st, "fragment", noting)
    return noted


def test_nothing_runs_by_itself_until_the_browser_has_heard(
    open_page, intervals, monkeypatch
):
    progress = Progress("training", 0.42)
    monkeypatch.setattr(DatasetEvaluation, "progress", lambda _: progress)
    app = open_page("samples")
    assert training_notice.SECONDS in intervals
    intervals.clear()
    monkeypatch.setattr(leaving, "_leaving", ANSWERED)
    app.session_state["leaving_to"] = "pages/draw.py"
    app.run()
    assert intervals == []
    assert not app.button
    assert not app.exception


def test_then_the_other_page_is_there(open_page):
    app = open_page("samples")
    app.session_state["leaving_to"] = "pages/draw.py"
    app.run()
    assert "Undo" in [button.label for button in app.button]
    assert not app.exception


def test_what_the_browser_has_said_outlives_a_run_that_is_cut_short(
    open_page, monkeypatch
):
    app = open_page("samples")
    monkeypatch.setattr(leaving, "_leaving", ANSWERED)
    app.session_state["leaving_to"] = "pages/draw.py"
    app.session_state["leaving_heard"] = True
    app.run()
    assert "Undo" in [button.label for button in app.button]
