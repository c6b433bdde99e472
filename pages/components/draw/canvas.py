"""The canvas and its tools."""

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from pages.components.draw import canvas_hint
from pages.components.shared import canvas_state, viewport
from pages.components.shared.canvas_state import INK, PAPER
from pages.components.shared.inputs import DrawingInput
from pages.components.shell import present

SIZES = {
    viewport.PROJECTOR: (640, 400),
    viewport.DESKTOP: (640, 340),
    viewport.TABLET: (640, 340),
    viewport.PHONE: (320, 280),
    viewport.SMALL: (280, 280),
}
PRESENTED = {viewport.PROJECTOR: (960, 640), viewport.DESKTOP: (640, 500)}
"""Width and height in pixels for each width of the page."""


def size() -> tuple[int, int]:
    """Of the canvas, wide enough for a number where the page has the room."""
    here = viewport.width()
    return PRESENTED.get(here, SIZES[here]) if present.is_on() else SIZES[here]


def draw() -> DrawingInput | None:
    """Let the visitor draw."""
    colours = st.session_state.setdefault("colours", "White on black")
    brush = st.session_state.setdefault("brush", 20)
    width, height = size()
    st.space("small")  # the canvas shows its tools above itself
    # The canvas comes later than what is below it, which is not to jump then.
    st.html(f"<style>.st-key-paper {{ min-height: {height}px; }}</style>")
    with st.container(key="paper"):
        pen = st_canvas(
            key=canvas_state.canvas_key(width, height),
            initial_drawing=canvas_state.to_restore(width, height),
            return_image_data=True,
            stroke_width=round(brush * height / 280),
            stroke_color=INK[colours],
            background_color=PAPER[colours],
            width=width,
            height=height,
        )
        canvas_state.remember(pen, width, height)
        png = canvas_state.current()
        if png is None:
            canvas_hint.show(
                width=width, height=height, paper=PAPER[colours], ink=INK[colours]
            )
    _tools()
    return DrawingInput("drawing", png) if png else None


def _tools() -> None:
    """Undo, clear, and the pen: its width and colours."""
    keys = not viewport.is_phone()  # a keyboard to speak of
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            "Undo",
            icon=":material/undo:",
            on_click=canvas_state.undo,
            disabled=not canvas_state.can_undo(),
            help="Take back the last stroke, or a clear (Ctrl+Z)",
            shortcut="Ctrl+Z" if keys else None,
        )
        st.button(
            "Clear",
            icon=":material/delete:",
            on_click=canvas_state.clear,
            disabled=canvas_state.current() is None,
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
            on_change=lambda: canvas_state.recolour(INK[st.session_state.colours]),
        )
