"""Change a run while it goes on: what is asked of its worker, and what it has done.

runs/<run id>/steering.json      what is asked, all of it together
runs/<run id>/steering.jsonl     a line for each change, from the step on that it names
runs/<run id>/step.json          go on for so long, and pause again

The learning rate is another from the next batch on, and then stays as it is: no
schedule changes it until somebody asks for the recipe's own. Dropout, batch size and
augmentation change with the next epoch. The recipe stays as it began.

steering.ask(run.folder, learning_rate=0.01, dropout=0.3)
steering.history(run.folder), steering.pending(run.folder)
steering.step(run.folder, batches=10)
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import (
    Annotated,
    Final,
    NotRequired,
    TypeAlias,
    TypedDict,
    Unpack,
    cast,
)

from msgspec import Meta

from mnist_core.errors import RecipeError, RunNotFound
from mnist_core.models import card
from mnist_core.recipes import Recipe
from mnist_core.storage import jsonl
from mnist_core.storage.paths import wrap_os_errors, write_json
from mnist_core.storage.reading import convert, read_json

Changes: TypeAlias = card.Changes
SteeringRow: TypeAlias = card.SteeringRow
LOG: Final = "steering.jsonl"
ASKED: Final = "steering.json"
STEP: Final = "step.json"
STEPPING: Final = "stepping.json"  # while it is met
FIELDS: Final = ("learning_rate", "dropout", "batch_size", "augment")
"""What can be changed; all but the first with the next epoch."""


class Asked(Changes):
    """What is asked of a worker.

    A run that is resumed repeats the changes of the epochs that it trains again, each
    at its step, before it does what is asked since.
    """

    replay: NotRequired[list[SteeringRow]]


class Step(TypedDict):
    """How long a paused run is to go on: so many batches, or to the epoch's end."""

    batches: Annotated[int, Meta(ge=1, le=1_000_000)] | None


def ask(folder: Path, **changes: Unpack[Changes]) -> None:
    """Ask a worker, by its run's folder, for changes; what was asked before stays.

    Raises:
        RecipeError: a value is out of `recipes.BOUNDS`.
        RunNotFound: the run is gone.
        HomeUnwritable: the request cannot be left in the run's folder.
    """
    try:
        convert(changes, Changes)
    except ValueError as error:
        raise RecipeError("steering", str(error)) from error
    before = merge([asked(folder)])
    _write(folder, ASKED, {**before, **changes})


def asked(folder: Path) -> Asked:
    """Return what is asked of the run in this folder; nothing where that is damaged."""
    try:
        return read_json(folder / ASKED, Asked)
    except (OSError, ValueError):
        return {}


def history(folder: Path) -> list[SteeringRow]:
    """Return the changes of the run in this folder, oldest first."""
    return jsonl.read(folder / LOG, _row).get(SteeringRow, [])


def merge(rows: Iterable[Changes]) -> Changes:
    """Return what these changes come to, the last one of each kind."""
    merged = {name: row[name] for row in rows for name in FIELDS if name in row}
    return cast(Changes, merged)


def in_force(folder: Path, recipe: Recipe) -> Changes:
    """Return what a run trains by now, of all that can be changed."""
    return merge([as_begun(recipe), *history(folder)])


def as_begun(recipe: Recipe) -> Changes:
    """Return what a run trains by as long as nothing is changed."""
    return {
        "learning_rate": None,
        "dropout": recipe.dropout,
        "batch_size": recipe.batch_size,
        "augment": recipe.augment,
    }


def pending(folder: Path, recipe: Recipe) -> Changes:
    """Return what is asked and not in force yet."""
    return differing(merge([asked(folder)]), in_force(folder, recipe))


def differing(wanted: Changes, now: Changes) -> Changes:
    """Return those of the changes that are wanted which are not in force now."""
    known = dict(now)
    rest = {name: value for name, value in wanted.items() if known[name] != value}
    return cast(Changes, rest)


def apply(recipe: Recipe, changes: Changes) -> Recipe:
    """Return the recipe with these changes, but for a learning rate.

    That takes the place of the schedule, whose highest one the recipe names.
    """
    return replace(
        recipe,
        dropout=bool(changes.get("dropout", recipe.dropout)),
        batch_size=changes.get("batch_size", recipe.batch_size),
        augment=changes.get("augment", recipe.augment),
    )


def go_back(folder: Path, *, epochs: int) -> None:
    """Drop the changes after so many epochs, and ask for them again at their steps."""
    known = {row["step"]: row for row in asked(folder).get("replay", [])}
    known |= {row["step"]: row for row in history(folder)}
    later = [known[at] for at in sorted(known) if known[at]["epoch"] > epochs]
    if (folder / ASKED).exists():
        _write(folder, ASKED, {**merge([asked(folder)]), "replay": later})
    if (folder / LOG).is_file():
        jsonl.retain(folder / LOG, lambda row: row.get("epoch", epochs + 1) <= epochs)


def step(folder: Path, *, batches: int | None) -> None:
    """Have a run go on for so many batches, or to the epoch's end, and pause then.

    Raises:
        RecipeError: that is no number of batches.
        RunNotFound: the run is gone.
        HomeUnwritable: the request cannot be left in the run's folder.
    """
    try:
        convert({"batches": batches}, Step)
    except ValueError as error:
        raise RecipeError("batches", str(error)) from error
    _write(folder, STEP, {"batches": batches})  # first: a worker that sees the other
    with wrap_os_errors():
        (folder / "pause").touch()  # finds this one, too


def take_step(folder: Path) -> Step | None:
    """Return how long the run is to go on, if that was asked since the last time."""
    try:
        (folder / STEP).rename(folder / STEPPING)
        return read_json(folder / STEPPING, Step)
    except (OSError, ValueError):  # as a rule there is none
        return None


def end_step(folder: Path) -> None:
    """Note that the run goes on no longer step by step: it is paused, or not at all."""
    (folder / STEPPING).unlink(missing_ok=True)


def is_stepping(folder: Path) -> bool:
    """Tell whether a paused run goes on for a while, or is about to."""
    return any((folder / name).exists() for name in (STEP, STEPPING))


def describe(changes: Changes) -> str:
    """Say changes in words: "learning rate 0.01, dropout off"."""
    words = []
    if "learning_rate" in changes:
        rate = changes["learning_rate"]
        words.append("the recipe's learning rate" if rate is None else _rate(rate))
    if "dropout" in changes:
        words.append(_dropout(changes["dropout"]))
    if "batch_size" in changes:
        words.append(f"batches of {changes['batch_size']}")
    if "augment" in changes:
        words.append(f"augmentation {'on' if changes['augment'] else 'off'}")
    return ", ".join(words)


def _rate(rate: float) -> str:
    return f"learning rate {rate:g}"


def _dropout(rate: bool | float) -> str:
    if not rate:
        return "dropout off"
    return "dropout on" if rate is True else f"dropout {rate:g}"


def _row(_row: jsonl.Row) -> type:
    return SteeringRow


def _write(folder: Path, name: str, content: object) -> None:
    if not folder.exists():
        raise RunNotFound(folder.name)
    with wrap_os_errors():
        write_json(folder / name, content)
