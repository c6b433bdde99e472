"""Try several values at once: a sweep, set up from the form of a single run."""

from pathlib import Path
from typing import Final

import streamlit as st

from mnist_core.errors import MnistError
from mnist_core.recipes import Recipe
from mnist_core.runs import sweeps
from mnist_core.runs.sweeps import Value
from pages.components.shell import visitor
from pages.components.train import line, recipe_form

FIRST, SECOND = "sweep_first", "sweep_second"
EXAMPLES: Final = {
    "learning_rate": "0.001, 0.003, 0.01",
    "batch_size": "64, 128, 256",
    "epochs": "1, 2, 4",
    "images": "1000, 5000, 10000",
    "dropout": "on, off",
    "augment": "on, off",
    "optimizer": "adam, sgd, adadelta",
    "network": "quick, classic",
    "schedule": "constant, one-cycle",
}
"""The values that can be several, and what is offered to try of each."""


def show(base: Recipe, drawings: Path | None) -> None:
    """Let the visitor name up to two values, what to try of each, and start them all.

    Args:
        base: what all of the trainings have in common.
        drawings: the file of pen drawings that they learn from as well.
    """
    with st.expander("Try several values", icon=":material/grid_on:", key="sweep"):
        st.caption("Trains once with each, and shows which are best.")
        vary = {**_choose(FIRST, "What", at=0), **_choose(SECOND, "And what", at=None)}
        with st.container(horizontal=True, vertical_alignment="bottom"):
            seeds = st.number_input(
                "Each so many times",
                min_value=1,
                max_value=5,
                key="sweep_seeds",
                help="With other seeds: so you see how much is luck.",
            )
            halving = st.toggle(
                "End the worse half early",
                key="sweep_halving",
                help="After 1, 2, 4 ... epochs only the better half goes on.",
            )
        _offer_start(base, drawings, vary, seeds, halving)


def _choose(key: str, label: str, *, at: int | None) -> dict[str, str]:
    """Let the visitor choose a value and what to try of it; nothing where they do not.

    The field for what to try is the value's own, so that each keeps its own text.
    """
    field: str | None = st.selectbox(
        label,
        tuple(EXAMPLES),
        index=at,
        key=key,
        format_func=lambda each: recipe_form.LABELS[each],
        placeholder="Nothing else",
        filter_mode=None,
    )
    if not field:
        return {}
    text = st.text_input(
        "Values",
        EXAMPLES[field],
        key=f"{key}_{field}",
        max_chars=200,
        label_visibility="collapsed",
    )
    return {field: text}


def _offer_start(
    base: Recipe,
    drawings: Path | None,
    vary: dict[str, str],
    seeds: int,
    halving: bool,
) -> None:
    try:
        values = {name: sweeps.parse_values(name, text) for name, text in vary.items()}
        count = sweeps.count(base, values, seeds=seeds)
    except MnistError as error:
        st.error(str(error))
        return
    st.button(
        f"Train all {count}",
        key="start_sweep",
        icon=":material/play_arrow:",
        on_click=line.attempt,
        args=(lambda: _start(base, values, seeds, halving, drawings),),
        width="stretch",
    )


def _start(
    base: Recipe,
    vary: dict[str, list[Value]],
    seeds: int,
    halving: bool,
    drawings: Path | None,
) -> None:
    sweeps.start(
        base,
        vary,
        seeds=seeds,
        halving=halving,
        drawings=drawings,
        starter=visitor.id_hash(),
    )
