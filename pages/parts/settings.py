"""The choice of a recipe and its values on the Train page."""

from pathlib import Path

import streamlit as st

from mnist_core import recipes, strokes
from mnist_core.data import Dataset

ABOUT = {
    "quick": "A small network, trained while you watch: two passes over the images.",
    "classic": "The published recipe, exactly: 99.04 % after ten passes over MNIST.",
    "robust": "A deeper network, taught with bent, thickened and slashed digits and "
    "with doodles: it reads what people really draw. About an hour.",
}
SAVED = {"persist_state": "session", "on_change": "ignore"}


def choose(dataset: Dataset) -> None:
    """Let the visitor choose a recipe and change its values."""
    name = st.segmented_control(
        "Recipe",
        list(recipes.RECIPES),
        default="quick",
        required=True,
        key="recipe",
        persist_state="session",
        format_func=str.capitalize,
        width="stretch",
    )
    st.caption(ABOUT.get(name, ""))
    if strokes.at_hand():
        st.toggle("Learn from pen drawings, too", key="pens", persist_state="session")
    with st.expander("Change its values", icon=":material/tune:"):
        _values(recipes.get(name, data=dataset.name))


def recipe(data_name: str) -> recipes.Recipe:
    """The recipe as it stands in the form.

    Raises:
        RecipeError: a value is out of bounds.
    """
    name = st.session_state.get("recipe") or "quick"
    fields = ("optimizer", *recipes.BOUNDS)
    keys = {field: _key(name, data_name, field) for field in fields}
    changes = {
        field: st.session_state[key]
        for field, key in keys.items()
        if st.session_state.get(key) is not None
    }
    if drawings():
        changes["strokes"] = drawings().name
    return recipes.get(name, data=data_name, **changes)


def drawings() -> Path | None:
    """The file of pen drawings to learn from, where one is at hand and asked for."""
    return strokes.at_hand() if st.session_state.get("pens") else None


def _values(base: recipes.Recipe) -> None:
    _number(base, "epochs", "Epochs", "How often the network sees every image")
    _number(
        base,
        "batch_size",
        "Batch size",
        "Images it looks at before each small correction of its weights",
    )
    _number(
        base,
        "learning_rate",
        "Learning rate",
        "How large each correction is: too small learns slowly, too large not at all",
    )
    st.selectbox(
        "Optimizer",
        recipes.CHOICES["optimizer"],
        index=recipes.CHOICES["optimizer"].index(base.optimizer),
        key=_key(base.name, base.data, "optimizer"),
        help="The rule that turns errors into corrections of the weights",
        **SAVED,
    )
    _number(base, "images", "Training images", "Fewer are faster, and teach less")
    _number(
        base,
        "seed",
        "Seed",
        "Decides all that is random: the same seed gives the same result",
    )


def _number(base: recipes.Recipe, field: str, label: str, text: str) -> None:
    smallest, largest = recipes.BOUNDS[field]
    if field == "images":
        largest = recipes.TRAINING_IMAGES[base.data]
    st.number_input(
        label,
        min_value=smallest,
        max_value=largest,
        value=getattr(base, field),
        step=0.001 if field == "learning_rate" else 1,
        format="%.4g" if field == "learning_rate" else None,
        key=_key(base.name, base.data, field),
        help=text,
        **SAVED,
    )


def _key(name: str, data_name: str, field: str) -> str:
    """Each recipe keeps its own changes."""
    return f"{name}-{data_name}-{field}"
