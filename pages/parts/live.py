"""A run on the Train page: its curves as it goes on, its result when it has ended."""

from collections.abc import Callable

import streamlit as st

from mnist_core import figures, recipes, runs, store
from mnist_core.errors import ModelNotFound, RunNotFound
from mnist_core.metrics import Progress
from pages.parts import charts, words

STAGES = {
    "starting": "Starting",
    "loading data": "Loading the images",
    "drawing": "Drawing more examples",
    "building": "Building the network",
    "training": "Training",
    "testing": "Testing on images it has never seen",
    "measuring": "Reading pen drawings of other people",
    "saving": "Saving the model",
}


def last_run() -> runs.Run | None:
    """The run this visitor started last, or else the newest."""
    try:
        return runs.get(st.session_state["run"])
    except (KeyError, RunNotFound):
        return next(iter(runs.runs()), None)


def controls(run: runs.Run) -> None:
    """What is being trained, and the way to stop it."""
    recipe = run.recipe
    st.markdown(f"**{recipe.name.capitalize()}** is being trained")
    st.caption(_in_words(recipe))
    st.button(
        "Stop and keep the model",
        key="stop",
        icon=":material/stop:",
        on_click=run.ask,
        args=("stop",),
        disabled=run.is_asked("stop"),
        width="stretch",
        help="Ends the training after this batch; the model is saved as it is then",
    )
    st.caption(
        "The training goes on when you leave this page, and even when you close the "
        "browser. Come back to see how far it is."
    )


def show(run: runs.Run) -> None:
    """The run as it is now: a line on how it goes, the curves, the result."""
    recipe, state, metrics = run.recipe, run.state, run.metrics()
    status = state["status"]
    if status == "running":
        _progress(run, state, metrics.progress(recipe))
    else:
        _outcome(run, state, status)
    classic = recipe.name == "classic" and recipe.data == "mnist"
    published = recipes.published_history() if classic else None
    charts.curves(metrics, recipe, published=published)
    if status in ("finished", "stopped") and "model" in state:
        _result(run, state)


def _progress(run: runs.Run, state: dict, progress: Progress) -> None:
    stage = "Stopping" if run.is_asked("stop") else STAGES.get(state["stage"], "Ending")
    parts = [f"{stage} ..."]
    if state["stage"] == "drawing":
        parts.append(words.percent(state.get("drawn", 0.0), digits=0))
    if progress.images_per_second:
        parts.append(f"{progress.images_per_second:,.0f} images a second")
    if progress.seconds_left:
        parts.append(f"{words.duration(progress.seconds_left)} left")
    st.progress(min(progress.done, 1.0), "  \u00b7  ".join(parts))


def _outcome(run: runs.Run, state: dict, status: str) -> None:
    what = f"**{run.recipe.name.capitalize()}**, {_in_words(run.recipe)}"
    if status == "finished":
        st.markdown(f":material/check_circle: {what}")
    elif status == "stopped":
        why = state.get("reason", "Stopped before its end.")
        st.info(f"{what} {why}", icon=":material/stop_circle:")
    elif status == "failed":
        st.error(state["reason"], title="The training failed", icon=":material/error:")
        with st.expander("What the worker printed"):
            st.code(run.log()[-4000:], language=None)
    else:
        st.warning(
            "The training was cut off: its process is gone. Start it again.",
            title="Interrupted",
            icon=":material/warning:",
        )


def _result(run: runs.Run, state: dict) -> None:
    with st.container(horizontal=True):
        st.metric("Test accuracy", words.percent(state["test_accuracy"], digits=2))
        st.metric("Test loss", f"{state['test_loss']:.4f}")
        if state.get("drawn_accuracy") is not None:
            st.metric(
                "Drawn accuracy",
                words.percent(state["drawn_accuracy"], digits=2),
                help="Pen drawings read right, by people it did not learn from",
            )
        st.metric("Trained in", words.duration(state["fit_seconds"]))
    try:
        saved = store.find(state["model"])
    except ModelNotFound:
        st.caption(f"The model {state['model']!r} was deleted since.")
        return
    if saved.problem:
        st.warning(f"The model {saved.name!r} is damaged: {saved.problem}.")
        return
    _use(saved)
    _downloads(run, saved, state)


def _use(saved: store.SavedModel) -> None:
    used = store.default().name == saved.name
    if used and st.session_state.get("model") == saved.name:
        st.markdown(f":material/check: The Draw page answers with **{saved.name}**.")
        return
    st.button(
        "Use this model",
        key="use",
        type="primary",
        icon=":material/draw:",
        on_click=_choose,
        args=(saved.name,),
        help="The Draw page answers with it from now on, for new visitors too",
    )


def _choose(name: str) -> None:
    store.choose(name)
    st.session_state.model = name
    st.rerun()  # all of the page: the frame above shows the model, too


def _downloads(run: runs.Run, saved: store.SavedModel, state: dict) -> None:
    kept = run.recipe.validation
    with st.container(horizontal=True, gap="small"):
        _download(
            "Figure",
            lambda: figures.to_png(
                figures.history(state["history"], validation=kept > 0)
            ),
            f"{run.id}.png",
        )
        for label, name in (
            ("Architecture", store.ARCHITECTURE),
            ("Weights", store.WEIGHTS),
            ("Card", store.CARD),
        ):
            _download(label, (saved.folder / name).read_bytes, name)


def _download(label: str, read: Callable[[], bytes], name: str) -> None:
    st.download_button(
        label,
        data=read,
        file_name=name,
        key=f"download-{label}",
        icon=":material/download:",
        on_click="ignore",
        help=name,
    )


def _in_words(recipe: recipes.Recipe) -> str:
    images = "made-up digits" if recipe.data == "synthetic" else "MNIST images"
    epochs = "1 epoch" if recipe.epochs == 1 else f"{recipe.epochs} epochs"
    if recipe.strokes:
        images += f" with {recipe.drawn:,} pen drawings"
    return (
        f"{epochs} over {recipe.images:,} {images}, {recipe.optimizer} at learning "
        f"rate {recipe.learning_rate:g}, batches of {recipe.batch_size}, "
        f"seed {recipe.seed}."
    )
