"""Show the shell around every page: navigation, the choice of model, Present mode.

streamlit run app.py
"""

from pathlib import Path

import streamlit as st

from mnist_core.export import html
from mnist_core.models import registry
from pages.components.draw import comparison
from pages.components.shared import formatting, viewport
from pages.components.shell import (
    app_shell,
    archive_dialog,
    cache_guard,
    leaving,
    present,
    recovery,
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
    """Show the model in use, and what is about the app as a whole."""
    with st.container(
        horizontal=True,
        horizontal_alignment="right",
        vertical_alignment="center",
        gap="small",
        key="bar",
    ):
        model, tools = (
            st.container(
                horizontal=True, vertical_alignment="center", gap="small", width=width
            )
            for width in ("stretch", "content")
        )
        with tools:
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
    """Show links to the pages, in a row."""
    with st.container(horizontal=True, gap="xsmall", key="pages"):
        for each in PAGES:
            st.page_link(each)


def choose_model() -> None:
    """Let the visitor choose a model, and say what it is."""
    stored = registry.models()
    usable = {model.name: model for model in stored if not model.problem}
    if not usable:
        problem = registry.default().problem
        st.error(
            "No model can be used: in the one that comes with the app, "
            f"{formatting.plain(problem)}. "
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
        format_func=formatting.model_name,
        persist_state="session",
        width=180,
        label_visibility="collapsed",
    )
    others = [name for name in usable if name != st.session_state.model]
    if page == DRAW and others:
        comparison.offer(others)
    describe_model(usable[st.session_state.model])
    show_damaged([model for model in stored if model.problem])


def describe_model(model: registry.StoredModel) -> None:
    """Say how well a model reads; or on other pages than Train, how a training goes."""
    if page == TRAIN:
        training_notice.forget()
        training_notice.describe(model.card)
    else:
        with st.container(width="content"):  # a fragment needs one of its own
            training_notice.show(TRAIN, model.card, live=page != DRAW)


def show_damaged(models: list[registry.StoredModel]) -> None:
    """List the models that cannot be used, each with the reason."""
    if models:
        with st.popover("Damaged models", icon=":material/warning:"):
            for model in models:
                name, problem = map(formatting.plain, (model.name, model.problem))
                st.markdown(f"**{name}** is not used: {problem}.")


def show_page() -> None:
    """Show the page, what is above it, and on phones the links below."""
    with bar:
        show_bar()
    if viewport.is_phone():
        with links:
            show_links()
    with body:
        page.run()
        viewport.measure()


SHELL = Path(__file__).parent / "pages" / "components" / "shell"
st.set_page_config("MNIST Studio", page_icon=html.LOGO, layout="wide")
st.logo(SHELL / "name.svg", size="large")
st.html(SHELL / "app.css")
# On a phone Streamlit would put the pages behind a button, and leave them open.
page = st.navigation(PAGES, position="hidden" if viewport.is_phone() else "top")
app_shell.enter()
# Whatever the window, they come in this order: what is moved to another place comes
# anew, a canvas without its ink. app.css shows the bar below the page on phones. What
# shows nothing is last: it takes a line until the browser has it.
bar, links, body, unseen = (
    st.container(key=f"shell_{name}") for name in ("bar", "links", "body", "unseen")
)
with unseen:
    recovery.watch()
    visitor.identify()
    cache_guard.MAY_CLEAR.set(visitor.is_host())
    visitor_state.restore()  # first: it sets what widgets show
    is_leaving = leaving.go()
if not is_leaving:
    show_page()
