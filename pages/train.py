"""Train a network and watch its curves move."""

import streamlit as st

from mnist_core import runs
from mnist_core.errors import RecipeError, RunActive, StrokesUnreadable
from pages.parts import frame, lesson, live, mnist, settings

frame.ensure(__file__)

SECONDS_PER_LOOK = 0.3  # at a run that is going on

st.title("Train")
dataset = mnist.get()
going_on = runs.active()
run = going_on or live.last_run()


def start() -> None:
    """Start a run by the recipe in the form."""
    try:
        recipe = settings.recipe(dataset.name)
        run = runs.start(recipe, drawings=settings.drawings())
        st.session_state.run = run.id
    except (RunActive, RecipeError, StrokesUnreadable) as error:
        st.session_state.problem = str(error)


@st.fragment(run_every=SECONDS_PER_LOOK if going_on else None)
def watch() -> None:
    """The run's curves; when it ends, the page around them changes too."""
    live.show(run)
    if going_on and run.status != "running":
        st.rerun()


setup, curves = st.columns([1, 2.4], gap="large")
with setup:
    if going_on:
        live.controls(run)
    else:
        settings.choose(dataset)
        st.button(
            "Start training",
            key="start",
            type="primary",
            icon=":material/play_arrow:",
            on_click=start,
            width="stretch",
        )
    if problem := st.session_state.pop("problem", None):
        st.error(problem)
with curves:
    if run:
        watch()
    else:
        st.info(
            "Press **Start training** and watch the curves grow. The quick recipe "
            "takes less than a minute.",
            icon=":material/monitoring:",
        )

lesson.show()
