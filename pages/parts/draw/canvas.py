"""The canvas and its tools."""

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from pages.parts import present, room
from pages.parts.draw import hint, sketch
from pages.parts.draw.sketch import INK, PAPER
from pages.parts.draw.ways import Given

SIZES = {
    room.HALL: (640, 400),
    room.BESIDE: (640, 340),
    room.WIDE: (640, 340),
    room.PHONE: (320, 280),
    room.SMALL: (280, 280),
}
PRESENTED = {room.HALL: (960, 640), room.BESIDE: (640, 500)}
"""Width and height in pixels for each width of the page."""


def size() -> tuple[int, int]:
    """Of the canvas, wide enough for a number where the page has the room."""
    here = room.get()
    return PRESENTED.get(here, SIZES[here]) if present.is_on() else SIZES[here]


def draw() -> Given | None:
    """Let the visitor draw."""
    colours = st.session_state.setdefault("colours", "White on black")
    brush = st.session_state.setdefault("brush", 20)
    width, height = size()
    st.space("small")  # the canvas shows its tools above itself
    # The canvas comes later than what is below it, which is not to jump then.
    st.html(f"<style>.st-key-paper {{ min-height: {height}px; }}</style>")
    with st.container(key="paper"):
        pen = st_canvas(
            key=sketch.canvas_key(width, height),
            initial_drawing=sketch.to_restore(width, height),
            return_image_data=True,
            stroke_width=round(brush * height / 280),
            stroke_color=INK[colours],
            background_color=PAPER[colours],
            width=width,
            height=height,
        )
        sketch.remember(pen, width, height)
        png = sketch.current()
        if png is None:
            hint.show(
                width=width, height=height, paper=PAPER[colours], ink=INK[colours]
            )
    _tools()
    return Given("drawing", png) if png else None


def _tools() -> None:
    """Undo, clear, and the pen: its width and colours."""
    keys = not room.is_phone()  # a keyboard to speak of
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            "Undo",
            icon=":material/undo:",
            on_click=sketch.undo,
            disabled=not sketch.can_undo(),
            help="Take back the last stroke, or a clear (Ctrl+Z)",
            shortcut="Ctrl+Z" if keys else None,
        )
        st.button(
            "Clear",
            icon=":material/delete:",
            on_click=sketch.clear,
            disabled=sketch.current() is None,
            help="Start with an empty canvas (Delete)",
            shortcut="Delete" if keys else None,
        )
        if not present.is_on():
            _pen()


def _pen() -> None:
    with st.popover("Pen", icon=":material/brush:"):
        st.slider("Brush width", 8, 40, key="brush", persist_state="session")
        st.segmented_control(
            "Ink and paper",
            list(PAPER),
            key="colours",
            persist_state="session",
            required=True,
            on_change=lambda: sketch.recolour(INK[st.session_state.colours]),
        )
