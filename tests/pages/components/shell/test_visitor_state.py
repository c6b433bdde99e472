"""What a visitor had is there again, however they come back; and nobody else's is."""

import os
import time

import numpy as np
import pytest
import streamlit as st

from mnist_core.models import registry
from pages.components.draw import answer
from pages.components.shared.canvas_state import EMPTY, HEIGHT, WIDTH, CanvasState
from pages.components.shell import visitor, visitor_state
from pages.components.shell.visitor_state import VisitorState, VisitorStates
from tests.pages.helpers import (
    answer_text,
    button,
    on_canvas,
    page_text,
    upright_strokes,
)

pytestmark = pytest.mark.usefixtures("reads_four")


@pytest.fixture
def browser(monkeypatch):
    """Makes the browser a tab that keeps this id, and says so when it is asked."""

    def come_as(state_id, *, reports_change=True):
        def report(*, key, data, on_ids_change, **_):
            if data["state"] != state_id:
                st.session_state[key] = {"ids": {"visitor": "me", "state": state_id}}
                if reports_change:
                    on_ids_change()

        monkeypatch.setattr(visitor, "_browser_ids", report)

    return come_as


def put(
    stored: VisitorStates, name: str, *states: CanvasState, address: str | None = None
) -> None:
    stored.put(
        name,
        VisitorState({"canvas_states": list(states)}, address),
        generation=stored.generation,
    )


def test_a_visitor_who_comes_back_has_drawing_answer_and_feedback(open_page, browser):
    browser("my tab")
    app = open_page(canvas_states=[EMPTY, upright_strokes()])
    button(app, "Yes").click().run()
    assert answer_text(app) == "4"
    again = open_page()
    assert answer_text(again) == "4"
    assert page_text(again) == page_text(app)
    assert again.session_state["canvas_states"] == app.session_state["canvas_states"]
    assert (
        again.session_state["feedback"].keys() == app.session_state["feedback"].keys()
    )


@pytest.fixture
def restart(monkeypatch):
    """Ends the server, and starts another one on the same home."""

    def start_again():
        visitor_state.all_states().flush()
        monkeypatch.setattr(visitor_state, "_all_states", VisitorStates())
        visitor_state.all_states().load()

    return start_again


def drawing() -> CanvasState:
    """An upright stroke, on a canvas as large as those that people draw on."""
    pixels = np.zeros((HEIGHT, WIDTH), np.uint8)
    pixels[100:300, 300:330] = 255
    return on_canvas(pixels)


def test_a_restart_of_the_server_loses_nothing(open_page, browser, restart):
    browser("my tab")
    app = open_page(canvas_states=[EMPTY, drawing()])
    button(app, "Yes").click().run()
    app.get_by_key("brush").set_value(12).run()
    restart()
    again = open_page()
    assert answer_text(again) == "4"
    assert page_text(again) == page_text(app)
    for name in ("canvas_states", "feedback", "brush"):
        assert again.session_state[name] == app.session_state[name]


def test_nor_does_anybody_else_get_it_then(open_page, browser, restart, home):
    browser("my tab")
    open_page(canvas_states=[EMPTY, drawing()])
    restart()
    (file,) = (home / "visitors").iterdir()
    assert "my tab" not in file.name + file.read_text()
    for other in ("another tab", file.stem):
        browser(other)
        assert open_page().session_state["canvas_states"] == [EMPTY]


def test_who_has_made_nothing_leaves_no_file(open_page, browser, restart, home):
    browser("my tab")
    open_page()
    restart()
    assert not (home / "visitors").exists()


def test_what_was_drawn_is_kept_before_its_answer_is_seen(open_page, monkeypatch):
    kept = []

    def look(*_, **__):
        kept.extend(
            each.values["canvas_states"] for each in visitor_state.all_states().all()
        )

    monkeypatch.setattr(answer, "show", look)
    open_page(canvas_states=[EMPTY, upright_strokes()])
    assert kept
    assert all(states == [EMPTY, upright_strokes()] for states in kept)


def test_what_was_given_and_how_is_there_again(open_page, browser, choose):
    browser("my tab")
    app = open_page(canvas_states=[EMPTY, upright_strokes()])
    app.get_by_key("colours").set_value("Black on white").run()
    app.get_by_key("input_method").set_value("MNIST digit").run()
    button(app, "Others").click().run()
    choose(app, 3)
    again = open_page()
    for name in (
        "input_method",
        "colours",
        "input_digit",
        "input_shuffles",
        "input_digit_index",
    ):
        assert again.session_state[name] == app.session_state[name]
    assert answer_text(again) == "4"


def test_a_model_that_was_chosen_stays_and_one_that_was_not_does_not(
    open_page, browser, save
):
    save("ada")
    save("eve")
    browser("a tab")
    open_page(canvas_states=[EMPTY, upright_strokes()])
    browser("another tab")
    open_page(canvas_states=[EMPTY, upright_strokes()], model="ada")
    registry.choose("eve")
    assert open_page().session_state["model"] == "ada"
    browser("a tab")
    assert open_page().session_state["model"] == "eve"


def test_the_canvas_is_a_new_one_with_the_old_drawing(open_page, browser):
    browser("my tab")
    app = open_page(canvas_states=[EMPTY, upright_strokes()])
    again = open_page()
    number, at_first = again.session_state["canvas_number"], 0
    assert number not in (at_first, app.session_state["canvas_number"])
    start = again.session_state["canvas_start"]["objects"]
    assert len(start) == 1


def test_a_browser_that_was_here_before_the_session_began_reports_no_change(
    open_page, browser
):
    browser("my tab", reports_change=False)
    app = open_page(canvas_states=[EMPTY, upright_strokes()])
    assert (
        open_page().session_state["canvas_states"] == app.session_state["canvas_states"]
    )


@pytest.mark.parametrize("other", ["another tab", ""])
def test_nobody_else_gets_it(open_page, browser, other):
    browser("my tab")
    open_page(canvas_states=[EMPTY, upright_strokes()])
    browser(other)
    assert open_page().session_state["canvas_states"] == [EMPTY]


def test_two_windows_with_one_state_do_not_draw_on_each_other(open_page, browser):
    browser("my tab")
    app = open_page(canvas_states=[EMPTY, upright_strokes()])
    twin = open_page()
    button(twin, "Clear").click().run()
    assert len(app.run().session_state["canvas_states"]) == 2


def test_a_page_load_leaves_one_state(open_page, browser):
    browser("my tab")
    open_page(canvas_states=[EMPTY, upright_strokes()])
    open_page()
    assert len(visitor_state.all_states().all()) == 1


def test_when_all_are_cleared_a_visitor_who_is_there_begins_afresh(open_page, browser):
    browser("my tab")
    app = open_page(canvas_states=[EMPTY, upright_strokes()])
    button(app, "Yes").click().run()
    cleared = []
    visitor_state.all_states().clear(cleared.extend)
    assert [feedback.predicted for each in cleared for feedback in each.feedback] == [
        "4"
    ]
    app.run()
    assert app.session_state["canvas_states"] == [EMPTY]
    assert not app.session_state["feedback"]
    assert "Draw a digit" in page_text(app)
    assert open_page().session_state["canvas_states"] == [EMPTY]


def test_states_are_limited_in_number_and_the_least_recently_used_one_goes():
    stored = VisitorStates(max_states=3)
    for name in "abc":
        put(stored, name, upright_strokes())
    put(stored, "a", upright_strokes(), upright_strokes(2))
    put(stored, "d", upright_strokes())
    assert [bool(stored.get(name)) for name in "abcd"] == [True, False, True, True]


def test_who_has_made_nothing_makes_room_first():
    stored = VisitorStates(max_states=3)
    put(stored, "a", upright_strokes())
    for name in "bcdef":
        put(stored, name, EMPTY)
    put(stored, "g", upright_strokes())
    put(stored, "h", upright_strokes())
    put(stored, "i", EMPTY)  # nor does it push out a drawing itself
    assert "".join(name for name in "abcdefghi" if stored.get(name)) == "agh"


@pytest.mark.parametrize("drawn", [True, False])
def test_one_visitor_cannot_push_out_the_others(drawn):
    stored, drawing = VisitorStates(), upright_strokes()
    for number in range(30):
        put(stored, f"{number}", drawing, address=f"192.168.1.{number}")
    for number in range(505):
        sent = drawing if drawn else EMPTY
        put(stored, f"again {number}", sent, address="192.168.1.99")
    assert all(stored.get(f"{number}") for number in range(30))
    assert stored.get("again 504")


def test_whose_is_whose_is_told_by_their_addresses(open_page, browser, monkeypatch):
    monkeypatch.setattr(visitor_state, "_all_states", VisitorStates(max_states=3))
    tabs = [("192.168.1.20", "theirs"), *[("192.168.1.99", f"{n}") for n in range(4)]]
    for address, tab in tabs:
        monkeypatch.setattr(type(st.context), "ip_address", address)
        browser(tab)
        open_page(canvas_states=[EMPTY, upright_strokes()])
    kept = [tab for _, tab in tabs if visitor_state.all_states().get(tab)]
    assert kept == ["theirs", "2", "3"]


def test_nor_with_few_that_are_large():
    small, large = upright_strokes(), CanvasState({"objects": []}, bytes(20_000))
    stored = VisitorStates(max_bytes=50_000)
    for name in "abc":
        put(stored, name, small, address=name)
    for name in "xyz":
        put(stored, name, large, address="one")
    assert "".join(name for name in "abcxyz" if stored.get(name)) == "abcyz"


def test_states_are_limited_in_bytes():
    states = [upright_strokes(height=height) for height in range(20, 40)]
    size = VisitorState({"canvas_states": states}).size
    assert size > sum(len(state.png) for state in states)
    stored = VisitorStates(max_bytes=2 * size)
    for name in "abc":
        put(stored, name, *states)
    assert [bool(stored.get(name)) for name in "abc"] == [False, True, True]


def test_a_state_too_large_for_all_the_memory_is_kept_alone():
    stored = VisitorStates(max_bytes=1)
    put(stored, "a", upright_strokes())
    assert stored.get("a")


def test_what_was_there_before_a_clearing_does_not_come_back():
    stored = VisitorStates()
    before = stored.generation
    stored.clear(list)
    assert not stored.put("a", VisitorState({}), generation=before)
    assert stored.get("a") is None


def test_where_nobody_could_take_it_nothing_is_cleared():
    def fail(_states):
        raise OSError

    stored = VisitorStates()
    put(stored, "a", upright_strokes())
    with pytest.raises(OSError):
        stored.clear(fail)
    assert stored.get("a")
    assert stored.generation == 0


def test_what_has_not_changed_is_not_written_again(home):
    stored = VisitorStates()
    put(stored, "a", EMPTY, last := drawing())
    stored.flush()
    (file,) = (home / "visitors").iterdir()
    os.utime(file, (then := time.time() - 60, then))
    put(stored, "a", EMPTY, last)
    stored.flush()
    assert file.stat().st_mtime == pytest.approx(then)


def test_a_file_goes_with_its_state(home):
    stored = VisitorStates(max_states=2)
    for name in "abc":
        put(stored, name, drawing())
    stored.flush()
    assert len(list((home / "visitors").iterdir())) == 2
    put(stored, "b", EMPTY)
    stored.remove("c")
    stored.flush()
    assert list((home / "visitors").iterdir()) == []


def test_those_from_before_a_restart_are_not_taken_for_one_visitor_s(home):
    before = VisitorStates()
    for name in "abc":
        put(before, name, drawing(), address="192.168.1.20")
    before.flush()
    stored = VisitorStates(max_states=5)
    stored.load()
    for name in "xyz":
        put(stored, name, drawing(), address="192.168.1.99")
    assert "".join(name for name in "abcxyz" if stored.get(name)) == "abcyz"
