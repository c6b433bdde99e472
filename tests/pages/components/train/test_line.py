"""Who waits, who may change it, and what whoever has had their turn looks at."""

import pytest

from mnist_core import recipes
from mnist_core.runs import manager, queue
from pages.components.shell import visitor
from pages.components.train import line
from tests.pages.helpers import page_text

RECIPE = recipes.get("quick", data="synthetic", images=1000)


def put_in_line(starter=None):
    return manager.start(RECIPE, wait=True, starter=starter)


@pytest.fixture(autouse=True)
def first(small_workers):
    """A run that goes on."""
    return put_in_line("somebody")


def keys(app) -> set[str]:
    return {button.key for button in app.button}


def test_everybody_sees_the_line_and_changes_their_own_place(open_page, monkeypatch):
    monkeypatch.setattr(visitor, "is_local", lambda: False)
    monkeypatch.setattr(visitor, "id_hash", lambda: "me")
    other, mine = put_in_line("other"), put_in_line("me")
    app = open_page("train")
    assert "You are **number 2 in line**." in page_text(app)
    offered = {f"{what}-{mine.id}" for what in ("move_back", "take_out")}
    assert keys(app) & {f"move_back-{other.id}", *offered, "empty_line"} == offered
    last = put_in_line("last")
    app.button(key=f"move_back-{mine.id}").click().run()
    assert "number 3" in page_text(app)
    assert queue.in_turn(manager.read_runs()) == [other, last, mine]
    app.button(key=f"take_out-{mine.id}").click().run()
    assert "2 trainings wait." in page_text(app)


def test_who_waits_is_told_that_a_paused_training_holds_the_line(open_page, first):
    told = "It moves on when the paused training does."
    put_in_line("other")
    assert told not in page_text(open_page("train"))
    first.update(status="paused")
    line.forget()
    assert f"One training waits. {told}" in page_text(open_page("train"))


def test_the_host_may_empty_the_line(open_page):
    put_in_line("other")
    put_in_line("another")
    app = open_page("train")
    app.button(key="empty_line").click().run()
    assert queue.in_turn(manager.read_runs()) == []


def test_the_next_one_is_set_up_while_one_goes_on(open_page):
    app = open_page("train")
    assert "start" not in keys(app)
    app.get_by_key("setup_view").set_value("Set up the next").run()
    assert app.button(key="start").label == "Get in line"
    app.number_input(key="epochs").set_value(3)
    app.button(key="start").click().run()
    (run,) = queue.in_turn(manager.read_runs())
    assert run.read().recipe.epochs == 3
    assert "start" not in keys(app), "it shows the one that goes on again"


def test_whose_run_has_ended_looks_at_it_though_the_next_one_began(
    open_page, monkeypatch, small_workers, first
):
    monkeypatch.setattr(visitor, "id_hash", lambda: "somebody")
    app = open_page("train")
    second = put_in_line("other")
    small_workers(first)
    manager.start_next()
    line.forget()
    app.run()
    assert app.multiselect(key="shown_runs").value == [first.id]
    assert "Its process is gone" in page_text(app)
    app.button(key="watch_active").click().run()
    assert "compared_runs" in {each.key for each in app.multiselect}
    assert second.read().status == "running"


def test_who_watches_another_s_run_goes_on_to_the_next(open_page, small_workers, first):
    app = open_page("train")
    put_in_line("other")
    small_workers(first)
    manager.start_next()
    app.run()
    assert "compared_runs" in {each.key for each in app.multiselect}
