"""Draw a digit; the chosen model says which one it is."""

import streamlit as st
from streamlit_drawable_canvas import st_canvas

from mnist_core import ink
from mnist_core.errors import ModelDamaged
from pages.parts import answer, cache, frame, sketch

frame.ensure(__file__)

SIDE = 280  # pixels; with the page's margins it fits the narrowest phone
PAPER = {"White on black": "#000000", "Black on white": "#ffffff"}
INK = {"White on black": "#ffffff", "Black on white": "#000000"}

st.session_state.setdefault("colours", "White on black")


@st.fragment
def draw() -> None:
    """The canvas and the answer: a stroke runs these again, not the whole page."""
    colours = st.session_state.colours
    with st.container(horizontal=True, gap="large"):
        with st.container(width=SIDE + 10):
            st.space("small")  # the canvas shows its tools above itself
            pen = st_canvas(
                key=sketch.canvas_key(),
                initial_drawing=sketch.to_restore(),
                return_image_data=True,
                stroke_width=st.session_state.get("brush", 20),
                stroke_color=INK[colours],
                background_color=PAPER[colours],
                width=SIDE,
                height=SIDE,
            )
            sketch.remember(pen)
            tools()
        with st.container(width="stretch", key="answer"):
            show_answer()


def tools() -> None:
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


def show_answer() -> None:
    """The digit, how sure the network is, and what it saw."""
    picture = sketch.current()
    image = ink.to_mnist(ink.read_picture(picture)) if picture else None
    if image is None:
        answer.show_nothing()
        return
    try:
        with st.spinner("The network is waking up; the first time takes seconds ..."):
            predictor = cache.predictor(cache.chosen_model())
        answer.show(predictor.predict(image), image)
    except ModelDamaged as error:
        st.error(f"{error} Choose another model above, or train one.")


draw()
