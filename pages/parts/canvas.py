"""The canvas and its tools."""

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from pages.parts import room, sketch
from pages.parts.ways import Given

PAPER = {"White on black": "#000000", "Black on white": "#ffffff"}
INK = {"White on black": "#ffffff", "Black on white": "#000000"}


def draw() -> Given | None:
    """Let the visitor draw; wide enough for a number where the page has the room."""
    colours = st.session_state.setdefault("colours", "White on black")
    width = min(room.get(), room.WIDE)
    st.space("small")  # the canvas shows its tools above itself
    pen = st_canvas(
        key=sketch.canvas_key(width),
        initial_drawing=sketch.to_restore(width),
        return_image_data=True,
        stroke_width=st.session_state.get("brush", 20),
        stroke_color=INK[colours],
        background_color=PAPER[colours],
        width=width,
        height=sketch.HEIGHT,
    )
    sketch.remember(pen, width)
    _tools()
    png = sketch.current()
    return Given("drawing", png) if png else None


def _tools() -> None:
    """Undo, clear, and the pen: its width and colours."""
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            "Undo",
            icon=":material/undo:",
            on_click=sketch.undo,
            disabled=not sketch.can_undo(),
            help="Take back the last stroke, or a clear",
        )
        st.button(
            "Clear",
            icon=":material/delete:",
            on_click=sketch.clear,
            disabled=sketch.current() is None,
            help="Start with an empty canvas",
        )
        with st.popover("Pen", icon=":material/brush:"):
            st.slider("Brush width", 8, 40, 20, key="brush", persist_state="session")
            st.segmented_control(
                "Ink and paper",
                list(PAPER),
                key="colours",
                persist_state="session",
                required=True,
                on_change=lambda: sketch.recolour(INK[st.session_state.colours]),
            )
