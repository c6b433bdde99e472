"""How far a survey is, and what to do when it fails."""

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.errors import HomeUnwritable
from mnist_core.evaluation.dataset import DatasetEvaluation, Progress
from tests.pages.conftest import words


@pytest.fixture
def of_ada(home):
    return DatasetEvaluation(home / "evaluations" / "ada", "ada", "synthetic")


@pytest.fixture
def begun(monkeypatch):
    """The surveys that the pages began; none of them has a process."""
    surveys = []

    def start(self):
        surveys.append(self)

    monkeypatch.setattr(DatasetEvaluation, "start", start)
    return surveys


def follow(of_model: DatasetEvaluation, goal: str = "embeddings") -> AppTest:
    """A page that waits for a survey."""

    def page(of_model, goal):
        import streamlit as st

        from pages.components.shared import evaluation_progress

        if getattr(of_model, goal)() is None:
            evaluation_progress.show(of_model, goal)
        else:
            st.markdown("There it is.")

    app = AppTest.from_function(page, args=(of_model, goal)).run()
    assert not app.exception, app.exception
    return app


def say(monkeypatch, stage: str, share: float = 0.0, reason: str | None = None) -> None:
    progress = Progress(stage, share, reason)
    monkeypatch.setattr(DatasetEvaluation, "progress", lambda _: progress)


def bar(app: AppTest) -> int:
    return app.get("progress")[0].proto.value


def test_a_page_begins_a_survey_once(of_ada, begun):
    app = follow(of_ada)
    app.run()
    assert begun == [of_ada]
    assert "Waiting" in app.get("progress")[0].proto.text


@pytest.mark.parametrize("goal", ["test", "embeddings"])
def test_the_bar_only_grows(of_ada, begun, monkeypatch, goal):
    app, bars = follow(of_ada, goal), []
    stages = [("waiting", 0), ("starting", 0), ("test", 0), ("test", 0.5), ("test", 1)]
    if goal == "embeddings":
        stages += [("training", 0), ("training", 0.3), ("training", 1)]
    for stage in stages:
        say(monkeypatch, *stage)
        bars.append(bar(app.run()))
    assert bars == sorted(bars)
    assert bars[-1] == 100


def test_when_it_is_there_the_page_shows_it(of_ada, begun, monkeypatch):
    app = follow(of_ada)
    monkeypatch.setattr(DatasetEvaluation, "embeddings", lambda _: [1.0])
    app.run()
    assert "There it is." in words(app)
    assert not app.get("progress")


def test_a_failure_is_told_and_can_be_tried_again(of_ada, begun, monkeypatch):
    say(monkeypatch, "failed", reason="The disk is full.")
    app = follow(of_ada)
    assert "The disk is full." in words(app)
    assert len(begun) == 1, "nobody asked for another try"
    say(monkeypatch, "waiting")
    app.button[0].click().run()
    assert len(begun) == 2
    assert not app.button
    assert "Waiting" in app.get("progress")[0].proto.text


def test_a_home_that_cannot_be_written_to_is_told(of_ada, monkeypatch):
    def start(self):
        raise HomeUnwritable("/there", "it is full")

    monkeypatch.setattr(DatasetEvaluation, "start", start)
    app = follow(of_ada)
    assert "Nothing can be written to /there" in words(app)
    app.button[0].click().run()
    assert "Nothing can be written to /there" in words(app)
