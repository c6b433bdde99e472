"""The states of the canvas: on canvases of any size, and beginning with a digit."""

import io
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st

from mnist_core.preprocessing import framing
from pages.components.shared import canvas_state
from pages.components.shared.canvas_state import EMPTY, INK, CanvasState
from tests.pages.helpers import png

WIDE, PHONE, PROJECTOR = (640, 280), (320, 280), (1120, 560)


@pytest.fixture(autouse=True)
def session(monkeypatch):
    """A session of its own, outside of any page."""

    class Session(dict):
        __getattr__, __setattr__ = dict.__getitem__, dict.__setitem__

    state = Session()
    monkeypatch.setattr(st, "session_state", state)
    return state


def drawn(left: int, right: int, size: tuple[int, int] = WIDE) -> CanvasState:
    """A bar from here to there, half as high as the canvas and in its middle."""
    width, height = size
    paper = np.zeros((height, width), np.uint8)
    paper[height // 4 : height * 3 // 4, left:right] = 255
    bar = {"type": "Path", "left": left, "top": height / 4, "scaleX": 1, "scaleY": 1}
    return CanvasState({"objects": [bar]}, png(paper), width, height)


def placement(strokes: dict) -> tuple[float, float, float]:
    """Where the only stroke is, from the left and from the top, and its scale."""
    (stroke,) = strokes["objects"]
    assert stroke.get("scaleX") == stroke.get("scaleY")
    return stroke["left"], stroke["top"], stroke["scaleX"]


def send(strokes: dict, size: tuple[int, int], picture: bytes | None = b"png") -> None:
    """Remember what the canvas sends after a stroke."""
    result = SimpleNamespace(json_data=strokes, image_bytes=picture)
    canvas_state.remember(result, *size)


def test_a_drawing_is_scaled_by_the_height_of_the_canvas():
    assert placement(drawn(300, 340).fitted(1280, 560)) == (600, 140, 2)
    assert placement(drawn(300, 340).fitted(640, 140)) == (310, 35, 0.5)


def test_a_drawing_too_wide_for_the_canvas_is_made_smaller_and_stays_in_the_middle():
    left, top, scale = placement(drawn(0, 640).fitted(*PHONE))
    assert (left, top, scale) == (0, 70 + 280 / 4 / 2, 0.5)


@pytest.mark.parametrize("size", [WIDE, PHONE, PROJECTOR, (280, 280), (200, 900)])
@pytest.mark.parametrize("ink_at", [(0, 30), (610, 640), (100, 500), (0, 640)])
def test_all_of_the_ink_stays_on_the_paper(size, ink_at):
    left, top, scale = placement(drawn(*ink_at).fitted(*size))
    width, height = size
    assert left >= 0
    assert left + scale * (ink_at[1] - ink_at[0]) <= width + 0.01
    assert top + scale * 70 == pytest.approx(height / 2, abs=0.01)


def test_there_and_back_is_the_same_drawing(session):
    before = drawn(0, 640)
    session.canvas_states = [EMPTY, before]
    for number, size in enumerate([PHONE, PROJECTOR, PHONE, WIDE]):
        session.canvas_number = number
        restored = canvas_state.to_restore(*size)
        send(restored, size, None)
    assert restored == before.strokes
    assert session.canvas_states == [EMPTY, before]


def test_a_canvas_keeps_what_it_started_with(session):
    session.canvas_states = [EMPTY, drawn(300, 340)]
    started = canvas_state.to_restore(*PHONE)
    session[canvas_state.canvas_key(*PHONE)] = "it is on the page"
    session.canvas_states.append(drawn(100, 340))
    assert canvas_state.to_restore(*PHONE) is started


def test_the_canvas_s_own_undo_works_on_a_drawing_that_was_scaled(session):
    first, second = drawn(0, 600), drawn(300, 340)
    session.canvas_states = [EMPTY, first]
    scaled = canvas_state.to_restore(*PHONE)
    send({"objects": scaled["objects"] + second.strokes["objects"]}, PHONE)
    assert len(session.canvas_states) == 3
    send(scaled, PHONE)
    assert session.canvas_states == [EMPTY, first]


@pytest.mark.parametrize("colours", list(INK))
def test_the_canvas_starts_with_a_digit_and_knows_its_pixels(session, made_up, colours):
    session.update(canvas_states=[EMPTY, drawn(0, 600)], colours=colours)
    image = made_up.x_test[0]
    canvas_state.start_with(image)
    known = framing.read_picture(io.BytesIO(canvas_state.current()))
    expected = framing.to_mnist(np.kron(image, np.ones((10, 10), np.uint8)))
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
    white = canvas_state.to_restore(*WIDE)["objects"][0]["src"]
    canvas_state.recolour("#000000")
    black = canvas_state.to_restore(*WIDE)["objects"][0]["src"]
    canvas_state.recolour("#ffffff")
    assert white != black
    assert canvas_state.to_restore(*WIDE)["objects"][0]["src"] == white


def test_a_digit_fills_the_height_of_the_canvas(session, made_up):
    canvas_state.start_with(made_up.x_test[0])
    _, top, scale = placement(canvas_state.to_restore(*PROJECTOR))
    assert (top, scale) == (0, 2)
