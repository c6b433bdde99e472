"""The set-up of a training on the Train page: a preset or a recipe, and its values.

It is in the page's address as far as it differs from that preset or recipe.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypedDict, cast

import streamlit as st

from mnist_core import presets, recipes
from mnist_core.data import Dataset, pen_drawings
from mnist_core.errors import NameInvalid, RecipeError
from mnist_core.recipes import DataName, Recipe, RecipeValues
from mnist_core.storage.paths import check_name
from pages.components.shared import formatting
from pages.components.shell import present
from pages.components.train import copy_link, query_params
from pages.components.train.query_params import Possible

ABOUT = {
    "quick": "A small network, trained while you watch: two passes over the images.",
    "classic": "The published recipe, exactly: 99.04 % after ten passes over MNIST.",
    "robust": "A deeper network, taught with bent, thickened and slashed digits and "
    "with doodles: it reads what people really draw. About an hour.",
}
LABELS = {
    "images": "Training images",
    "epochs": "Epochs",
    "learning_rate": "Learning rate",
    "augment": "Augmentation",
    "dropout": "Dropout",
    "network": "Network",
    "optimizer": "Optimizer",
    "schedule": "Schedule",
    "batch_size": "Batch size",
    "validation": "Validation images",
    "rare_style_images": "Unusual handwriting",
    "doodles": "Non-digits",
    "pen_images": "From pen drawings",
    "seed": "Seed",
}
HELP = {
    "images": "How many of the data set's images it learns from, the first so many. "
    "Fewer are faster, and teach less.",
    "epochs": "How often the network sees every image.",
    "learning_rate": "How large each correction is: too small learns slowly, too large "
    "not at all.",
    "augment": "Bends, thickens and slashes the images, anew at each pass: slower, but "
    "it never sees the same image twice.",
    "dropout": "Switches off a random part of the network at each step, so that it "
    "cannot learn the images by heart.",
    "network": "Its layers, as the recipe of this name has them.",
    "optimizer": "The rule that turns errors into corrections of the weights.",
    "schedule": "Whether the learning rate stays as it is, or goes up for a fifth of "
    "the training and then down to nothing.",
    "batch_size": "Images it looks at before each small correction of its weights.",
    "validation": "Training images kept out of the training, the last so many. It is "
    "tested on these after each epoch, and on the test images only at the end.",
    "rare_style_images": "Made-up images of digits as only some people write them, "
    "such as a slashed 7, to learn from as well.",
    "doodles": "Made-up images of what is no digit, from which it learns to be unsure.",
    "pen_images": "Images made from the pen drawings, by varying them.",
    "seed": "Decides all that is random: the same seed gives the same result.",
}
PRIMARY = ("images", "epochs", "learning_rate")
OTHERS = (
    "batch_size",
    "validation",
    "rare_style_images",
    "doodles",
    "pen_images",
    "seed",
)
STEPS = {
    "images": 100,
    "batch_size": 8,
    "validation": 100,
    "rare_style_images": 1_000,
    "doodles": 1_000,
    "pen_images": 1_000,
}

STYLE = Path(__file__).with_suffix(".css")


class _InAddress(TypedDict):
    """The options of a widget whose value is kept in the page's address."""

    bind: Literal["query-params"]
    on_change: Callable[[], None]


IN_ADDRESS: _InAddress = {"bind": "query-params", "on_change": query_params.forget}


@st.fragment
def choose(dataset: Dataset) -> None:
    """Let the visitor choose a preset or a recipe and change its values."""
    query_params.tidy(_possible(dataset.name))
    with st.container(gap="xsmall"):  # on a phone, Start is not far below
        _show_form(dataset.name)


def recipe(data_name: DataName) -> Recipe:
    """Return the recipe as it stands in the form.

    Raises:
        RecipeError: a value is out of bounds, or they do not go together.
    """
    shown = st.session_state
    start = _base(data_name)
    given = {field: shown[field] for field in HELP if shown.get(field) is not None}
    changes = cast(RecipeValues, given)
    if pens := drawings():
        changes["strokes"] = pens.name
    else:
        changes.pop("pen_images", None)  # it was chosen for a file of pen drawings
    return Recipe.from_dict({**start.to_dict(), **changes})


def name() -> str | None:
    """Return what the model is to be called; None where the recipe's name will do."""
    return (st.session_state.get("run_name") or "").strip() or _preset()


def drawings() -> Path | None:
    """Return the file of pen drawings to learn from, where the visitor wants that."""
    return pen_drawings.configured_path() if st.session_state.get("pens") else None


def _show_form(data_name: DataName) -> None:
    base = _choose_start(data_name)
    with st.grid(2, min_column_width=120):
        for field in PRIMARY:
            _show_number(base, field)
        st.text_input(
            "Model name",
            key="run_name",
            placeholder=_preset() or base.name,
            persist_state="session",
            help="What the trained model will be called. Without one, it is called "
            "like the preset or the recipe.",
        )
    with st.container(horizontal=True):
        for field in recipes.SWITCHES:
            on: bool = getattr(base, field)
            st.toggle(LABELS[field], on, key=field, help=HELP[field], **IN_ADDRESS)
        if pen_drawings.configured_path():
            st.toggle("Learn from pen drawings, too", key="pens", **IN_ADDRESS)
    with st.expander("All other values", icon=":material/tune:", key="others"):
        _show_others(base)
    _show_problems(data_name)


def _choose_start(data_name: DataName) -> Recipe:
    """Let the visitor choose a preset or a recipe; return the values it begins with."""
    st.html(STYLE)
    st.pills(
        "Preset",
        list(presets.PRESETS),
        key="preset",
        bind="query-params",
        on_change=_on_preset,
        help="A training that goes wrong, or right, in a way you can see.",
    )
    preset = _preset()
    st.segmented_control(
        "Recipe",
        list(recipes.RECIPES),
        default=presets.PRESETS[preset].recipe if preset else "quick",
        required=True,
        key="recipe",
        bind="query-params",
        on_change=_on_recipe,
        width="stretch",
    )
    base = _base(data_name)
    _fill(base)
    about = presets.PRESETS[preset].question if preset else ABOUT.get(base.name, "")
    st.caption(about)
    return base


def _on_preset() -> None:
    query_params.forget()
    preset = _preset()
    # Set in any case, for the address: the preset decides the recipe's default.
    recipe = presets.PRESETS[preset].recipe if preset else _recipe()
    st.session_state.recipe = recipe


def _on_recipe() -> None:
    query_params.forget()
    st.session_state.preset = None


def _fill(base: Recipe) -> None:
    """Fill the form with what a preset or recipe begins with, where that is another."""
    start = (_preset(), base)
    before, known = st.session_state.get("start_of_form", start)
    st.session_state.start_of_form = start
    another = (before, known.name) != (_preset(), base.name)
    for field in HELP:
        value = getattr(base, field)
        if another or getattr(known, field) != value:  # other data have other images
            st.session_state[field] = value


def _show_others(base: Recipe) -> None:
    with st.grid(2, min_column_width=120):
        for field, options in recipes.CHOICES.items():
            st.selectbox(
                LABELS[field],
                options,
                index=options.index(getattr(base, field)),
                key=field,
                help=HELP[field],
                filter_mode=None,
                **IN_ADDRESS,
            )
        for field in OTHERS:
            if field != "pen_images" or drawings():
                _show_number(base, field)


def _show_number(base: Recipe, field: str) -> None:
    smallest, largest = _bounds(field, base.data)
    value: float = getattr(base, field)
    in_address = st.query_params.get(field, str(value))
    # Back at an address that was put right before, there may be an inf in it, at which
    # Streamlit breaks.
    usable = query_params.number(smallest, largest).check(in_address)
    st.number_input(
        LABELS[field],
        min_value=smallest,
        max_value=largest,
        value=value,
        step=STEPS.get(field, 1) if isinstance(value, int) else value / 10,
        format=None if isinstance(value, int) else "%.4g",
        key=field,
        help=HELP[field],
        bind="query-params" if usable else None,
        on_change=query_params.forget,
    )


def _bounds(field: str, data_name: DataName) -> tuple[float, float]:
    smallest, largest = recipes.BOUNDS[field]
    if field == "images":
        largest = recipes.TRAINING_IMAGES[data_name]
    return smallest, largest


def _show_problems(data_name: DataName) -> None:
    """Say what is wrong with the set-up, if anything is, and where it is kept."""
    if ignored := query_params.ignored():
        text = f"Left out of the link: {'; '.join(ignored)}."
        st.warning(text, icon=":material/link_off:")
    try:
        recipe(data_name)
        check_name(name() or _recipe())
    except RecipeError as error:
        sentence = str(error).removeprefix(f"{error.field}: ")
        st.error(f"{LABELS.get(error.field, error.field)}: {sentence}.")
    except NameInvalid as error:
        st.error(formatting.plain(error))
    copy_link.show()


def _possible(data_name: DataName) -> dict[str, Possible]:
    """Return what an address can hold."""
    on_off = query_params.one_of(("true", "false"))
    choices: dict[str, tuple[str, ...]] = {
        "preset": tuple(presets.PRESETS),
        "recipe": tuple(recipes.RECIPES),
        **recipes.CHOICES,
    }
    bounds = {field: _bounds(field, data_name) for field in recipes.BOUNDS}
    return {
        **{field: query_params.one_of(options) for field, options in choices.items()},
        **dict.fromkeys(recipes.SWITCHES, on_off),
        **{field: query_params.number(*ends) for field, ends in bounds.items()},
        **({"pens": on_off} if pen_drawings.configured_path() else {}),
        present.KEY: on_off,
    }


def _base(data_name: DataName) -> Recipe:
    """Return the recipe that the form starts from, before its values are changed."""
    if preset := _preset():
        return presets.recipe(preset, data=data_name)
    return recipes.get(_recipe(), data=data_name)


def _preset() -> str | None:
    preset: str | None = st.session_state.get("preset")
    return preset


def _recipe() -> str:
    return st.session_state.get("recipe") or "quick"
