"""The canvas and its tools.

drawing = canvas.draw()
"""

from typing import Final

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from pages.components.draw import canvas_hint, live_reading
from pages.components.shared import canvas_state, viewport
from pages.components.shared.canvas_state import HEIGHT, INK, PAPER, WIDTH
from pages.components.shared.inputs import DrawingInput
from pages.components.shell import present

DIGIT: Final = 280  # pixels: the height that the brush's width is measured against


def draw() -> DrawingInput | None:
    """Let the visitor draw; return the drawing, or None while there is none.

    layout.css shows the canvas as large as its place, whatever pixels it has: so it
    stays the same canvas, with what is on it, when a window or a phone changes.
    """
    st.session_state.setdefault("colours", "White on black")
    st.session_state.setdefault("brush", 20)
    with st.container(key="paper"):
        _show_canvas()
    _show_tools()
    if problem := canvas_state.PROBLEM.pop():
        st.warning(f"Not kept: {problem}.")
    png = canvas_state.current()
    return DrawingInput("drawing", png, paper=canvas_state.paper()) if png else None


def _show_canvas() -> None:
    colours = st.session_state.colours
    st_canvas(
        key=canvas_state.canvas_key(),
        initial_drawing=canvas_state.to_restore(),
        return_image_data=True,
        stroke_width=round(st.session_state.brush * HEIGHT / DIGIT),
        stroke_color=INK[colours],
        background_color=PAPER[colours],
        width=WIDTH,
        height=HEIGHT,
        on_change=canvas_state.remember,
    )
    live_reading.start(paper=PAPER[colours])
    if canvas_state.current() is None:
        canvas_hint.show(ink=INK[colours], paper=PAPER[colours])


def _show_tools() -> None:
    """Show undo, clear, and the pen: its width and colours."""
    has_keyboard = not viewport.is_phone()
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            "Undo",
            icon=":material/undo:",
            on_click=canvas_state.undo,
            help="Take back the last stroke, or a clear (Ctrl+Z)",
            shortcut="Ctrl+Z" if has_keyboard else None,
        )
        st.button(
            "Clear",
            icon=":material/delete:",
            on_click=canvas_state.clear,
            help="Start with an empty canvas (Delete)",
            shortcut="Delete" if has_keyboard else None,
        )
        if not present.is_on():
            _show_pen()


def _show_pen() -> None:
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
