"""What a visitor had is there again, however they come back; and nobody else's is."""

import io

import numpy as np
import pytest
import streamlit as st
from PIL import Image

from mnist_core.models import registry
from pages.components.draw import answer
from pages.components.shared import cache
from pages.components.shared.canvas_state import EMPTY, CanvasState
from pages.components.shell import visitor, visitor_state
from pages.components.shell.visitor_state import VisitorState, VisitorStates
from tests.pages.conftest import answered, words
from tests.pages.stub import Stub


@pytest.fixture(autouse=True)
def four(monkeypatch):
    """A network that reads a 4 in whatever it sees."""
    stub = Stub([{4: 0.99}])
    monkeypatch.setattr(cache, "predictor", lambda _saved: stub)


@pytest.fixture
def browser(monkeypatch):
    """Makes the browser a tab that keeps this id, and says so when it is asked."""

    def come_as(desk_id, *, news=True):
        def say(*, key, data, on_ids_change, **_):
            if data["visitor_state"] != desk_id:
                st.session_state[key] = {"ids": {"visitor": "me", "desk": desk_id}}
                if news:
                    on_ids_change()

        monkeypatch.setattr(visitor, "_identify", say)

    return come_as


def bar(height: int = 160) -> CanvasState:
    """An upright stroke."""
    pixels = np.zeros((280, 640), np.uint8)
    pixels[60 : 60 + height, 300:320] = 255
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format="PNG")
    return CanvasState({"objects": [{"type": "path", "top": height}]}, file.getvalue())


def lay(desks: VisitorStates, name: str, *states: CanvasState) -> None:
    desks.put(name, VisitorState({"sketches": list(states)}), clearings=desks.clearings)


def button(app, label):
    return next(button for button in app.button if button.label == label)


def test_a_visitor_who_comes_back_has_drawing_answer_and_verdict(open_page, browser):
    browser("my tab")
    app = open_page(sketches=[EMPTY, bar()])
    button(app, "Yes").click().run()
    assert answered(app) == "4"
    again = open_page()
    assert answered(again) == "4"
    assert words(again) == words(app)
    assert again.session_state["sketches"] == app.session_state["sketches"]
    assert (
        again.session_state["verdicts"].keys() == app.session_state["verdicts"].keys()
    )


def test_what_was_drawn_is_kept_before_its_answer_is_seen(open_page, monkeypatch):
    kept = []

    def look(*_, **__):
        kept.extend(
            each.things["sketches"] for each in visitor_state.all_states().all()
        )

    monkeypatch.setattr(answer, "show", look)
    open_page(sketches=[EMPTY, bar()])
    assert kept
    assert all(states == [EMPTY, bar()] for states in kept)


def test_what_was_given_and_how_is_there_again(open_page, browser, choose):
    browser("my tab")
    app = open_page(sketches=[EMPTY, bar()])
    app.get_by_key("colours").set_value("Black on white").run()
    app.get_by_key("way").set_value("MNIST").run()
    button(app, "Others").click().run()
    choose(app, 3)
    again = open_page()
    for name in ("way", "colours", "given_digit", "offers", "offer_chosen"):
        assert again.session_state[name] == app.session_state[name]
    assert answered(again) == "4"


def test_a_model_that_was_chosen_stays_and_one_that_was_not_does_not(
    open_page, browser, save
):
    save("ada")
    save("eve")
    browser("a tab")
    open_page(sketches=[EMPTY, bar()])
    browser("another tab")
    open_page(sketches=[EMPTY, bar()], model="ada")
    registry.choose("eve")
    assert open_page().session_state["model"] == "ada"
    browser("a tab")
    assert open_page().session_state["model"] == "eve"


def test_the_canvas_is_a_new_one_with_the_old_drawing(open_page, browser):
    browser("my tab")
    app = open_page(sketches=[EMPTY, bar()])
    again = open_page()
    number, at_first = again.session_state["canvas_number"], 0
    assert number not in (at_first, app.session_state["canvas_number"])
    start = again.session_state["canvas_start"]["objects"]
    assert len(start) == 1


def test_a_browser_that_was_here_before_the_session_began_says_no_news(
    open_page, browser
):
    browser("my tab", news=False)
    app = open_page(sketches=[EMPTY, bar()])
    assert open_page().session_state["sketches"] == app.session_state["sketches"]


@pytest.mark.parametrize("other", ["another tab", ""])
def test_nobody_else_gets_it(open_page, browser, other):
    browser("my tab")
    open_page(sketches=[EMPTY, bar()])
    browser(other)
    assert open_page().session_state["sketches"] == [EMPTY]


def test_two_windows_on_one_desk_do_not_draw_on_each_other(open_page, browser):
    browser("my tab")
    app = open_page(sketches=[EMPTY, bar()])
    twin = open_page()
    button(twin, "Clear").click().run()
    assert len(app.run().session_state["sketches"]) == 2


def test_a_page_load_leaves_one_desk(open_page, browser):
    browser("my tab")
    open_page(sketches=[EMPTY, bar()])
    open_page()
    assert len(visitor_state.all_states().all()) == 1


def test_when_all_are_cleared_a_visitor_who_is_there_begins_afresh(open_page, browser):
    browser("my tab")
    app = open_page(sketches=[EMPTY, bar()])
    button(app, "Yes").click().run()
    cleared = []
    visitor_state.all_states().clear(cleared.extend)
    assert [verdict.read for each in cleared for verdict in each.verdicts] == ["4"]
    app.run()
    assert app.session_state["sketches"] == [EMPTY]
    assert not app.session_state["verdicts"]
    assert "Draw a digit" in words(app)
    assert open_page().session_state["sketches"] == [EMPTY]


def test_desks_are_limited_in_number_and_the_least_recently_used_one_goes():
    desks = VisitorStates(most=3)
    for name in "abc":
        lay(desks, name, EMPTY)
    lay(desks, "a", EMPTY, bar())
    lay(desks, "d", EMPTY)
    assert [bool(desks.get(name)) for name in "abcd"] == [True, False, True, True]


def test_desks_are_limited_in_bytes():
    states = [bar(height) for height in range(20, 40)]
    size = VisitorState({"sketches": states}).size
    assert size > sum(len(state.png) for state in states)
    desks = VisitorStates(most_bytes=2 * size)
    for name in "abc":
        lay(desks, name, *states)
    assert [bool(desks.get(name)) for name in "abc"] == [False, True, True]


def test_a_desk_too_large_for_all_the_room_is_kept_alone():
    desks = VisitorStates(most_bytes=1)
    lay(desks, "a", bar())
    assert desks.get("a")


def test_what_was_there_before_a_clearing_does_not_come_back():
    desks = VisitorStates()
    before = desks.clearings
    desks.clear(list)
    assert not desks.put("a", VisitorState({}), clearings=before)
    assert desks.get("a") is None


def test_where_nobody_could_take_it_nothing_is_cleared():
    def fail(_desks):
        raise OSError

    desks = VisitorStates()
    lay(desks, "a", bar())
    with pytest.raises(OSError):
        desks.clear(fail)
    assert desks.get("a")
    assert desks.clearings == 0
