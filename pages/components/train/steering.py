"""Change a run while it goes on, for those who may: and go on step by step."""

from collections.abc import Callable, Sequence
from typing import Any, Final, cast

import numpy as np
import streamlit as st

from mnist_core import recipes
from mnist_core.recipes import Recipe
from mnist_core.runs import steering
from mnist_core.runs.run import Run
from mnist_core.runs.steering import Changes
from pages.components.shared import viewport
from pages.components.shared.session import SessionValue
from pages.components.shell import present, visitor
from pages.components.train import controls
from pages.components.train.run_records import RunRecord

SECONDS_PER_LOOK: Final = 1.0  # whether what was asked is in force
MANTISSAS: Final = (1, 1.5, 2, 3, 5, 7)  # a slider has so many rates from 1 to 10
DROPOUT: Final = (True, False, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
SIZES: Final = (8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
STEPS: Final = {"1 batch": 1, "10 batches": 10, "1 epoch": None}

SHOWN = SessionValue[tuple[str, Changes, int]]("steering_shown", lambda: ("", {}, 0))
"""The run, what is asked of it as its widgets show it, how often these were made."""


def show(record: RunRecord) -> None:
    """Show what can be changed of a run that goes on, and what was."""
    run = record.run
    if run is None:
        return
    if not visitor.may_end(record.state.starter):
        if steering.history(run.folder):
            _show_state(run, record.recipe)
    elif present.is_on():
        with st.popover("Steer", icon=":material/tune:"):
            _show_widgets(run, record)
    else:
        with st.expander(
            "Steer it while it trains",
            key="steering",
            icon=":material/tune:",
            expanded=viewport.width() >= viewport.TABLET,  # a phone has charts below
        ):
            _show_widgets(run, record)


def _show_widgets(run: Run, record: RunRecord) -> None:
    recipe = record.recipe
    now = steering.in_force(run.folder, recipe)
    wanted = steering.merge([now, steering.asked(run.folder)])
    _follow(run, wanted)
    _choose_rate(run, recipe, wanted["learning_rate"])
    with st.container(horizontal=True, gap="small"):
        _choose("dropout", run, DROPOUT, wanted["dropout"], _name_dropout)
        _choose("batch_size", run, SIZES, wanted["batch_size"], "Batches of {}".format)
    _switch_augmentation(run, wanted["augment"])
    _show_state(run, recipe)
    _show_steps(run, is_paused="pause" in record.state.requests)


def _follow(run: Run, wanted: Changes) -> None:
    """Have widgets made anew that show what is wanted, where somebody else asked."""
    run_id, shown, count = SHOWN.get()
    if (run_id, shown) != (run.id, wanted):
        SHOWN.set((run.id, wanted, count + 1))


def _choose_rate(run: Run, recipe: Recipe, asked: float | None) -> None:
    known = asked or recipe.learning_rate
    st.select_slider(
        "Learning rate",
        _rates(recipe.learning_rate, known),
        value=known,
        key=_key("learning_rate"),
        format_func=_positional,
        help="How large each correction is. It is this from the next batch on, and "
        "stays so.",
        on_change=_ask,
        args=(run, "learning_rate", _key("learning_rate"), known),
    )
    own = "schedule" if recipe.schedule != "constant" else "learning rate"
    st.button(
        f"Back to the recipe's {own}",
        key="steer_back",
        type="tertiary",
        icon=":material/undo:",
        disabled=asked is None,
        on_click=controls.attempt,
        args=(_ask_for, run, {"learning_rate": None}),
    )


def _switch_augmentation(run: Run, known: bool) -> None:
    key = _key("augment")
    args = run, "augment", key, known
    st.toggle("Augmentation", known, key=key, on_change=_ask, args=args)


def _choose(
    name: str,
    run: Run,
    offered: Sequence[float],
    known: float,
    format_func: Callable[[float], str],
) -> None:
    """Offer values, each of which says what it is, the known one among them."""
    values = [*offered] if known in offered else sorted({known, *offered})
    st.selectbox(
        name.replace("_", " ").capitalize(),
        values,
        index=values.index(known),
        key=_key(name),
        format_func=format_func,
        filter_mode=None,
        label_visibility="collapsed",
        on_change=_ask,
        args=(run, name, _key(name), known),
    )


def _name_dropout(rate: bool | float) -> str:
    if rate is True:
        return "Usual dropout"
    return f"Dropout {rate:g}" if rate else "No dropout"


@st.fragment(run_every=SECONDS_PER_LOOK)
def _show_state(run: Run, recipe: Recipe) -> None:
    """Say what was asked and waits, else what was changed, else when a change comes."""
    now = steering.in_force(run.folder, recipe)
    changed = steering.differing(now, steering.as_begun(recipe))
    asked = steering.pending(run.folder, recipe)
    if asked:
        at_once = asked.keys() == {"learning_rate"}
        when = "from the next batch" if at_once else "from the next epoch"
        st.caption(f":material/schedule: Asked: {steering.describe(asked)}, {when}.")
    elif changed:
        st.caption(f":material/check: Now: {steering.describe(changed)}.")
    else:
        st.caption("The learning rate changes at once, the rest with the next epoch.")


def _show_steps(run: Run, *, is_paused: bool) -> None:
    """Offer to go on for a while only; there are always three buttons."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for label, batches in STEPS.items():
            st.button(
                label,
                key=f"step_{label}",
                disabled=not is_paused,
                help="Goes on for so long, and pauses again"
                if is_paused
                else "Pause it first: then it goes on step by step",
                on_click=controls.attempt,
                args=(steering.step, run.folder),
                kwargs={"batches": batches},
            )


def _ask(run: Run, name: str, key: str, known: float) -> None:
    """Ask for what the widget with this key says now.

    Streamlit also calls this for a widget that is new on the page, or that has just
    left it: then it says what is known, or it is none of those that are shown.
    """
    if key != _key(name) or (value := st.session_state[key]) == known:
        return
    controls.attempt(_ask_for, run, {name: value})
    run_id, shown, count = SHOWN.get()
    SHOWN.set((run_id, cast(Changes, {**shown, name: value}), count))


def _ask_for(run: Run, changes: dict[str, Any]) -> None:
    steering.ask(run.folder, **cast(Changes, changes))


def _key(name: str) -> str:
    """Return a key that is another one when what is wanted comes from elsewhere."""
    return f"steer_{name}_{SHOWN.get()[2]}"


def _rates(*known: float) -> list[float]:
    """Return the rates of the slider, these among them."""
    smallest, largest = recipes.BOUNDS["learning_rate"]
    steps = (m * 10.0**power for power in range(-6, 2) for m in MANTISSAS)
    within = (float(f"{rate:.2g}") for rate in steps)
    return sorted({*known, *(rate for rate in within if smallest <= rate <= largest)})


def _positional(rate: float) -> str:
    """Write a rate without an exponent."""
    return np.format_float_positional(rate, trim="-")
