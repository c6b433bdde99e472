"""The frame around every page: navigation, the choice of model, Present mode.

streamlit run app.py
"""

from pathlib import Path

import streamlit as st

from mnist_core.models import registry
from pages.components.shared import cache, formatting, viewport
from pages.components.shell import (
    archive_dialog,
    present,
    share,
    training_notice,
    visitor,
    visitor_state,
)

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
            if not viewport.is_phone():
                share.show()
            if not present.is_on():
                archive_dialog.show()
            if present.is_on() or not viewport.is_phone():
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
    everything = registry.models()
    usable = {saved.name: saved for saved in everything if not saved.problem}
    damaged = [saved for saved in everything if saved.problem]
    if not usable:
        problem = registry.default().problem
        st.error(
            f"No model can be used: in the one that comes with the app, {problem}. "
            "Train a network on the Train page, or install the app again.",
            icon=":material/error:",
        )
        return
    if st.session_state.get("model") not in usable:
        st.session_state.model = registry.default().name
    st.selectbox(
        "Model",
        list(usable),
        key="model",
        persist_state="session",
        width=180,
        label_visibility="collapsed",
    )
    about = formatting.describe_model(usable[st.session_state.model].card)
    if page == TRAIN:
        training_notice.forget()
        st.caption(about, width="content", help=formatting.ABOUT_MODELS)
    else:
        with st.container(width="content"):  # a part that runs by itself needs its own
            training_notice.show(TRAIN, otherwise=about, live=page != DRAW)
    if damaged:
        with st.popover("Damaged models", icon=":material/warning:"):
            for saved in damaged:
                st.markdown(f"**{saved.name}** is not used: {saved.problem}.")


SHELL = Path(__file__).parent / "pages" / "components" / "shell"
st.set_page_config("MNIST Studio", page_icon=SHELL / "logo.svg", layout="wide")
st.logo(SHELL / "name.svg", size="large")
st.html(SHELL / "app.css")
# On a phone Streamlit would put the pages behind a button, and leave them open.
page = st.navigation(PAGES, position="hidden" if viewport.is_phone() else "top")
st.session_state.framed = True
visitor.identify()
visitor_state.restore()  # first: it sets what widgets show
first, second = st.container(), st.container()
# Neither a phone nor a hall has room for the bar above what people look at.
below = viewport.is_phone() or present.is_on()
bar, stage = (second, first) if below else (first, second)
if viewport.is_phone():
    with stage:
        show_links()
with bar:
    show_bar()
with stage:
    page.run()
    viewport.measure()
cache.warm_up()  # last: the page comes first
