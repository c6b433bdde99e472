"""The states of the canvas: kept, restored, undone, and beginning with a digit."""

import io
from base64 import b64encode

import numpy as np
import pytest
import streamlit as st

from mnist_core.preprocessing import framing
from pages.components.shared import canvas_state, data_url
from pages.components.shared.canvas_state import (
    EMPTY,
    HEIGHT,
    INK,
    MAX_BYTES,
    WIDTH,
    CanvasState,
)
from tests.pages.helpers import png


@pytest.fixture(autouse=True)
def session(monkeypatch):
    """A session of its own, outside of any page."""

    class Session(dict):
        __getattr__, __setattr__ = dict.__getitem__, dict.__setitem__

    state = Session()
    monkeypatch.setattr(st, "session_state", state)
    return state


def drawn(left: int, right: int) -> CanvasState:
    """A bar from here to there, half as high as the canvas and in its middle."""
    paper = np.zeros((HEIGHT, WIDTH), np.uint8)
    paper[HEIGHT // 4 : HEIGHT * 3 // 4, left:right] = 255
    bar = {"type": "Path", "left": left, "top": HEIGHT / 4}
    return CanvasState({"objects": [bar]}, png(paper))


def send(strokes: dict, picture: bytes | None = b"png") -> None:
    """Have the canvas send what it has after a stroke, and the page hear of it."""
    data = picture and f"data:image/png;base64,{b64encode(picture).decode()}"
    sent = {"drawing": {"raw": strokes, "data": data}}
    st.session_state[canvas_state.canvas_key()] = sent
    canvas_state.remember()


def test_a_new_canvas_starts_with_what_is_drawn_and_adds_nothing(session):
    before = drawn(0, 640)
    session.canvas_states = [EMPTY, before]
    restored = canvas_state.to_restore()
    send(restored, None)  # it has the strokes, and no pixels until it is touched
    assert restored == before.strokes
    assert session.canvas_states == [EMPTY, before]


def test_a_canvas_keeps_what_it_started_with(session):
    session.canvas_states = [EMPTY, drawn(300, 340)]
    started = canvas_state.to_restore()
    session[canvas_state.canvas_key()] = "it is on the page"
    session.canvas_states.append(drawn(100, 340))
    assert canvas_state.to_restore() is started


def test_a_stroke_is_kept_and_the_same_one_only_once(session):
    first, second = drawn(0, 600), drawn(300, 340)
    both = {"objects": first.strokes["objects"] + second.strokes["objects"]}
    session.canvas_states = [EMPTY, first]
    for _ in range(2):
        send(both, second.png)
    assert [state.strokes for state in session.canvas_states[1:]] == [
        first.strokes,
        both,
    ]
    assert canvas_state.current() == second.png


def test_of_large_drawings_fewer_are_kept(session):
    picture = drawn(300, 340).png
    for number in range(6):
        stroke = {"type": "Path", "path": "L 1 1 " * 200_000, "left": number}
        send({"objects": [stroke]}, picture)
        last = session.canvas_states[-1]
        assert last.strokes["objects"][0]["left"] == number
    assert sum(state.size for state in session.canvas_states) <= MAX_BYTES
    assert len(session.canvas_states) > 1


@pytest.mark.parametrize("colours", list(INK))
def test_the_canvas_starts_with_a_digit_and_knows_its_pixels(session, made_up, colours):
    session.update(canvas_states=[EMPTY, drawn(0, 600)], colours=colours)
    image = made_up.x_test[0]
    canvas_state.start_with(image)
    known = framing.read_picture(io.BytesIO(canvas_state.current()))
    expected = framing.to_mnist(np.kron(image, np.ones((14, 14), np.uint8)))
    np.testing.assert_allclose(framing.to_mnist(known), expected, atol=0.01)


def test_undo_goes_from_a_digit_back_to_the_drawing_before(session, made_up):
    before = drawn(0, 600)
    session.canvas_states = [EMPTY, before]
    canvas_state.start_with(made_up.x_test[0])
    number = session.canvas_number
    canvas_state.undo()
    assert session.canvas_states == [EMPTY, before]
    assert session.canvas_number > number  # the canvas is given it back


def test_a_digit_takes_the_colour_of_the_ink(session, made_up):
    canvas_state.start_with(made_up.x_test[0])
    white = canvas_state.to_restore()["objects"][0]["src"]
    canvas_state.recolour("#000000")
    black = canvas_state.to_restore()["objects"][0]["src"]
    canvas_state.recolour("#ffffff")
    assert white != black
    assert canvas_state.to_restore()["objects"][0]["src"] == white


def test_a_digit_stands_in_the_middle_of_the_canvas(session, made_up):
    canvas_state.start_with(made_up.x_test[0])
    (digit,) = canvas_state.to_restore()["objects"]
    assert digit["top"] == HEIGHT - digit["top"] - digit["height"]
    assert digit["left"] == WIDTH - digit["left"] - digit["width"]


@pytest.mark.parametrize("change", [canvas_state.undo, canvas_state.clear])
def test_a_stroke_that_came_with_the_press_of_a_button_counts(session, change):
    first, second = drawn(0, 600), drawn(300, 340)
    session.canvas_states = [EMPTY, first]
    picture = f"data:image/png;base64,{b64encode(second.png).decode()}"
    sent = {"drawing": {"raw": second.strokes, "data": picture}}
    session[canvas_state.canvas_key()] = sent
    change()
    if change is canvas_state.clear:
        assert [state.png for state in session.canvas_states[-2:]] == [second.png, None]
    else:
        assert session.canvas_states == [EMPTY, first], "the stroke was taken back"


def test_nothing_is_undone_or_cleared_on_an_empty_canvas(session):
    canvas_state.current()
    canvas_state.undo()
    canvas_state.clear()
    assert session.canvas_states == [EMPTY]


def test_what_is_no_drawing_of_this_canvas_changes_nothing_and_is_told(session):
    before = drawn(0, 600)
    session.canvas_states = [EMPTY, before]
    send(drawn(300, 340).strokes, png(np.zeros((HEIGHT, WIDTH + 1), np.uint8)))
    assert session.canvas_states == [EMPTY, before]
    assert "draw again" in canvas_state.PROBLEM.get()


@pytest.mark.parametrize("side", [1, canvas_state.SIDE + 1])
def test_a_digit_to_draw_on_is_one_that_the_app_has_made(session, made_up, side):
    canvas_state.start_with(made_up.x_test[0])
    kept = list(session.canvas_states)
    (digit,) = canvas_state.to_restore()["objects"]
    forged = data_url.encode(np.zeros((side, side, 4), np.uint8))
    both = {"objects": [digit | {"src": forged}, {"type": "Path"}]}
    send(both, drawn(0, 600).png)
    assert session.canvas_states == kept
    send({"objects": [digit, {"type": "Path"}]}, drawn(0, 600).png)
    assert len(session.canvas_states) == len(kept) + 1
