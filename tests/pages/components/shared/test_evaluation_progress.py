"""How far an evaluation is, and what to do when it fails."""

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.errors import HomeUnwritable
from mnist_core.evaluation.dataset import DatasetEvaluation, Progress
from tests.pages.helpers import page_text


@pytest.fixture
def evaluation(home):
    return DatasetEvaluation(home / "evaluations" / "ada", "ada", "synthetic")


@pytest.fixture
def started(monkeypatch):
    """The evaluations that the pages started; none of them has a process."""
    evaluations = []

    def start(self):
        evaluations.append(self)

    monkeypatch.setattr(DatasetEvaluation, "start", start)
    return evaluations


def wait_for(evaluation: DatasetEvaluation, goal: str = "embeddings") -> AppTest:
    """Open a page that waits for an evaluation."""

    def page(evaluation, goal):
        import streamlit as st

        from pages.components.shared import evaluation_progress

        if getattr(evaluation, goal)() is None:
            evaluation_progress.show(evaluation, goal)
        else:
            st.markdown("There it is.")

    app = AppTest.from_function(page, args=(evaluation, goal), default_timeout=60)
    app.run()
    assert not app.exception, app.exception
    return app


def report(
    monkeypatch, stage: str, share: float = 0.0, reason: str | None = None
) -> None:
    progress = Progress(stage, share, reason)
    monkeypatch.setattr(DatasetEvaluation, "progress", lambda _: progress)


def bar(app: AppTest) -> int:
    return app.get("progress")[0].proto.value


def test_a_page_starts_an_evaluation_once(evaluation, started):
    app = wait_for(evaluation)
    app.run()
    assert started == [evaluation]
    assert "Waiting" in app.get("progress")[0].proto.text


@pytest.mark.parametrize("goal", ["test", "embeddings"])
def test_the_bar_only_grows(evaluation, started, monkeypatch, goal):
    app, bars = wait_for(evaluation, goal), []
    stages = [("waiting", 0), ("starting", 0), ("test", 0), ("test", 0.5), ("test", 1)]
    if goal == "embeddings":
        stages += [("training", 0), ("training", 0.3), ("training", 1)]
    for stage in stages:
        report(monkeypatch, *stage)
        bars.append(bar(app.run()))
    assert bars == sorted(bars)
    assert bars[-1] == 100


def test_when_it_is_there_the_page_shows_it(evaluation, started, monkeypatch):
    app = wait_for(evaluation)
    monkeypatch.setattr(DatasetEvaluation, "embeddings", lambda _: [1.0])
    app.run()
    assert "There it is." in page_text(app)
    assert not app.get("progress")


def test_a_failure_is_told_and_can_be_tried_again(evaluation, started, monkeypatch):
    report(monkeypatch, "failed", reason="The disk is full.")
    app = wait_for(evaluation)
    assert "The disk is full." in page_text(app)
    assert len(started) == 1, "nobody asked for another try"
    report(monkeypatch, "waiting")
    app.button[0].click().run()
    assert len(started) == 2
    assert not app.button
    assert "Waiting" in app.get("progress")[0].proto.text


def test_a_home_that_cannot_be_written_to_is_told(evaluation, monkeypatch):
    def start(self):
        raise HomeUnwritable("/there", "it is full")

    monkeypatch.setattr(DatasetEvaluation, "start", start)
    app = wait_for(evaluation)
    assert "Nothing can be written to /there" in page_text(app)
    app.button[0].click().run()
    assert "Nothing can be written to /there" in page_text(app)
