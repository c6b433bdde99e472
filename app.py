"""The frame around every page: navigation, the choice of model, Present mode.

streamlit run app.py
"""

from pathlib import Path

import streamlit as st

from mnist_core import store
from pages.parts import cache, desk, fresh, present, room, share, visitor, words
from pages.parts.train import notice

DRAW = st.Page(
    "pages/draw.py",
    title="Draw",
    icon=":material/draw:",
    default=True,
    help="Draw a digit and see what the network reads.",
)
TRAIN = st.Page(
    "pages/train.py",
    title="Train",
    icon=":material/monitoring:",
    help="Train a network and watch its curves move.",
)
PAGES = [
    DRAW,
    TRAIN,
    st.Page(
        "pages/samples.py",
        title="Samples",
        icon=":material/grid_view:",
        help="Look through the digits that the network learns from.",
    ),
]


def show_bar() -> None:
    """The model in use, and what is about the app as a whole."""
    with st.container(
        horizontal=True,
        horizontal_alignment="right",
        vertical_alignment="center",
        gap="small",
        key="bar",
    ):
        model, others = (
            st.container(
                horizontal=True, vertical_alignment="center", gap="small", width=width
            )
            for width in ("stretch", "content")
        )
        with others:
            if not room.is_phone():
                share.show()
            if not present.is_on():
                fresh.show()
            if present.is_on() or not room.is_phone():
                present.switch()
        if not present.is_on():
            with model:
                choose_model()


def show_links() -> None:
    """The pages, in a row."""
    with st.container(horizontal=True, gap="xsmall", key="pages"):
        for each in PAGES:
            st.page_link(each)


def choose_model() -> None:
    """Let the visitor pick a model, and say what it is."""
    everything = store.models()
    usable = {saved.name: saved for saved in everything if not saved.problem}
    damaged = [saved for saved in everything if saved.problem]
    if not usable:
        problem = store.default().problem
        st.error(
            f"No model can be used: in the one that comes with the app, {problem}. "
            "Train a network on the Train page, or install the app again.",
            icon=":material/error:",
        )
        return
    if st.session_state.get("model") not in usable:
        st.session_state.model = store.default().name
    st.selectbox(
        "Model",
        list(usable),
        key="model",
        persist_state="session",
        width=180,
        label_visibility="collapsed",
    )
    about = words.about_model(usable[st.session_state.model].card)
    if page == TRAIN:
        notice.forget()
        st.caption(about, width="content", help=words.ABOUT_MODELS)
    else:
        with st.container(width="content"):  # a part that runs by itself needs its own
            notice.show(TRAIN, otherwise=about, live=page != DRAW)
    if damaged:
        with st.popover("Damaged models", icon=":material/warning:"):
            for saved in damaged:
                st.markdown(f"**{saved.name}** is not used: {saved.problem}.")


PARTS = Path(__file__).parent / "pages" / "parts"
st.set_page_config("MNIST Studio", page_icon=PARTS / "logo.svg", layout="wide")
st.logo(PARTS / "name.svg", size="large")
st.html(PARTS / "app.css")
# On a phone Streamlit would put the pages behind a button, and leave them open.
page = st.navigation(PAGES, position="hidden" if room.is_phone() else "top")
st.session_state.framed = True
visitor.identify()
desk.sit_down()  # first: it sets what widgets show
first, second = st.container(), st.container()
# Neither a phone nor a hall has room for the bar above what people look at.
below = room.is_phone() or present.is_on()
bar, stage = (second, first) if below else (first, second)
if room.is_phone():
    with stage:
        show_links()
with bar:
    show_bar()
with stage:
    page.run()
    room.measure()
cache.warm_up()  # last: the page comes first
