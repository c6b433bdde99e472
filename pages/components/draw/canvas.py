"""The canvas and its tools.

width, height = canvas.size()
drawing = canvas.draw()
"""

from typing import Final

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from pages.components.draw import canvas_hint, live_reading
from pages.components.shared import canvas_state, viewport
from pages.components.shared.canvas_state import INK, PAPER
from pages.components.shared.inputs import DrawingInput
from pages.components.shell import present

# Width and height in pixels for each width of the page.
SIZES: Final = {
    viewport.PROJECTOR: (640, 400),
    viewport.DESKTOP: (640, 340),
    viewport.TABLET: (640, 340),
    viewport.PHONE: (320, 280),
    viewport.SMALL: (280, 280),
}
PRESENT_SIZES: Final = {
    **SIZES,
    viewport.PROJECTOR: (960, 640),
    viewport.DESKTOP: (640, 500),
}


def size() -> tuple[int, int]:
    """Return width and height in pixels: wide enough for a number where it fits."""
    sizes = PRESENT_SIZES if present.is_on() else SIZES
    return sizes[viewport.width()]


def draw() -> DrawingInput | None:
    """Let the visitor draw; return the drawing, or None while there is none."""
    st.session_state.setdefault("colours", "White on black")
    st.session_state.setdefault("brush", 20)
    width, height = size()
    # The canvas arrives later than what is below it: its place is kept free, so that
    # nothing jumps then.
    st.html(f"<style>.st-key-paper {{ min-height: {height}px; }}</style>")
    with st.container(key="paper"):
        _show_canvas(width, height)
    _show_tools()
    png = canvas_state.current()
    return DrawingInput("drawing", png, paper=canvas_state.paper()) if png else None


def _show_canvas(width: int, height: int) -> None:
    colours = st.session_state.colours
    result = st_canvas(
        key=canvas_state.canvas_key(width, height),
        initial_drawing=canvas_state.to_restore(width, height),
        return_image_data=True,
        stroke_width=round(st.session_state.brush * height / 280),
        stroke_color=INK[colours],
        background_color=PAPER[colours],
        width=width,
        height=height,
    )
    canvas_state.remember(result, width, height)
    live_reading.start(width=width, height=height, paper=PAPER[colours])
    if canvas_state.current() is None:
        canvas_hint.show(
            width=width, height=height, ink=INK[colours], paper=PAPER[colours]
        )


def _show_tools() -> None:
    """Show undo, clear, and the pen: its width and colours."""
    has_keyboard = not viewport.is_phone()
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            "Undo",
            icon=":material/undo:",
            on_click=canvas_state.undo,
            disabled=not canvas_state.can_undo(),
            help="Take back the last stroke, or a clear (Ctrl+Z)",
            shortcut="Ctrl+Z" if has_keyboard else None,
        )
        st.button(
            "Clear",
            icon=":material/delete:",
            on_click=canvas_state.clear,
            disabled=canvas_state.current() is None,
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
