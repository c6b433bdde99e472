"""Sweeps: the same recipe with several values, to see which are best.

    sweeps/<sweep id>/
        sweep.json       the recipe, what is varied, how many seeds, whose it is
        strokes          the pen drawings it learns from as well, if there are any

Its runs are runs like any other, in line like any other; each knows its sweep. Which
there are to be follows from sweep.json, so that a sweep whose start was cut short goes
on where it was.

    from mnist_core import recipes
    from mnist_core.runs import sweeps
    vary = {"learning_rate": [0.001, 0.003], "batch_size": [64, 128]}
    sweep = sweeps.start(recipes.get("quick"), vary, seeds=3)
    sweeps.leaderboard(sweep, manager.read_runs())[0].mean
"""

import math
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Final, TypedDict, cast

from msgspec import Meta

from mnist_core import recipes
from mnist_core.errors import NameInvalid, RecipeError, SweepNotFound
from mnist_core.recipes import Recipe, RecipeValues
from mnist_core.runs import folders, manager, queue
from mnist_core.runs.queue import States
from mnist_core.runs.run import Run, RunState
from mnist_core.storage.paths import (
    check_name,
    data_dir,
    new_folder,
    publish_folder,
    wrap_os_errors,
    write_json,
)
from mnist_core.storage.reading import Moment, Text, read_json

MOST: Final = 100  # runs of a sweep
FIELDS: Final = (
    *(field for field in recipes.BOUNDS if field != "seed"),
    *recipes.CHOICES,
    *recipes.SWITCHES,
)
"""The values of a recipe that can be varied."""

Value = int | float | str | bool
Settings = tuple[Value, ...]
"""One value for each field that is varied."""


class SweepValues(TypedDict):
    """What sweep.json holds; `Sweep` says what each value is."""

    recipe: dict[str, Any]
    vary: dict[str, list[Value]]
    seeds: Annotated[int, Meta(ge=1, le=MOST)]
    halving: bool
    started: Moment
    starter: Text | None


@dataclass(frozen=True)
class Sweep:
    """A sweep's folder, and what it says."""

    folder: Path
    recipe: Recipe
    vary: Mapping[str, Sequence[Value]]
    seeds: int  # for each of its settings: this one of the recipe, and those after it
    halving: bool  # whether those that lag behind are ended early
    started: float  # seconds since 1970
    starter: str | None = None  # who started it; None from the command line

    @property
    def id(self) -> str:
        """Return the folder's name."""
        return self.folder.name

    @property
    def settings(self) -> list[Settings]:
        """Return every combination of the values."""
        return list(product(*self.vary.values()))

    def recipes(self) -> list[Recipe]:
        """Return the recipe of each run: of all settings first with the first seed.

        Raises:
            RecipeError: a combination cannot be trained.
        """
        seeds = range(self.recipe.seed, self.recipe.seed + self.seeds)
        return [self._recipe(each, seed) for seed in seeds for each in self.settings]

    def _recipe(self, settings: Settings, seed: int) -> Recipe:
        changes: Any = dict(zip(self.vary, settings, strict=True))
        return replace(self.recipe, seed=seed, **changes)

    @property
    def count(self) -> int:
        """Return how many runs it has when all are in line."""
        return math.prod(map(len, self.vary.values())) * self.seeds

    def count_ended(self, states: States) -> int:
        """Return how many of its runs neither wait nor go on."""
        runs = self.runs(states).values()
        return sum(not (state.ticket or state.is_active) for state in runs)

    def settings_of(self, recipe: Recipe) -> Settings:
        """Return the values that a run's recipe has of those that are varied."""
        return tuple(getattr(recipe, field) for field in self.vary)

    def runs(self, states: States) -> dict[Run, RunState]:
        """Return those of the runs that are the sweep's."""
        return {run: each for run, each in states.items() if each.sweep == self.id}


def parse_values(field: str, text: str) -> list[Value]:
    """Read values that are separated by commas: "0.001, 0.003" of a learning rate.

    Raises:
        RecipeError: there is no such field, or a value is none of it.
    """
    if field not in FIELDS:
        raise RecipeError(field, f"is none of {', '.join(FIELDS)}")
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return list(dict.fromkeys(_parse_value(field, part) for part in parts))


def count(
    recipe: Recipe, vary: Mapping[str, Sequence[Value]], *, seeds: int = 1
) -> int:
    """Return how many runs a sweep would have.

    Raises:
        RecipeError: it would be none, as `start` says.
    """
    sweep = Sweep(Path(), recipe, vary, seeds, halving=False, started=0.0)
    _check(sweep)
    return sweep.count


def start(
    recipe: Recipe,
    vary: Mapping[str, Sequence[Value]],
    *,
    seeds: int = 1,
    halving: bool = False,
    drawings: Path | None = None,
    starter: str | None = None,
) -> Sweep:
    """Put a run in line for every combination of values, and for every seed.

    Args:
        recipe: what all of them have in common.
        vary: the values by the names of their fields, such as "learning_rate".
        seeds: how many runs each combination gets.
        halving: whether runs are ended early that lag behind; see `halving`.
        drawings: the file of pen drawings that the recipe names in `strokes`.
        starter: who starts it, for whoever asks later.

    Raises:
        RecipeError: there is nothing to vary, or too much, or a combination cannot be
            trained.
        StrokesUnreadable: the file of pen drawings cannot be read.
        HomeUnwritable: the disk is full, say.
    """
    started = time.time()
    sweep = Sweep(Path(), recipe, vary, seeds, halving, started, starter)
    _check(sweep)
    folders.check_drawings(recipe, drawings)
    home = data_dir() / "sweeps"
    with wrap_os_errors(), new_folder(home) as new:
        write_json(new / "sweep.json", _to_values(sweep))
        if drawings:
            shutil.copyfile(drawings, new / "strokes")
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(started))
        folder = publish_folder(new, home, f"{stamp}-{recipe.name}")
    sweep = replace(sweep, folder=folder)
    resume(sweep)
    return sweep


def resume(sweep: Sweep) -> None:
    """Put in line what a sweep has not trained yet, and what was cut off.

    What was ended early, since it lagged behind, stays as it is.

    Raises:
        HomeUnwritable: the disk is full, say.
    """
    known = sweep.runs(manager.read_runs())
    for run, state in known.items():
        cut_off = state.status in ("interrupted", "failed", "stopped")
        if cut_off and not state.halved:
            manager.resume(run, wait=True)
    trained = [state.recipe for state in known.values()]
    missing = [recipe for recipe in sweep.recipes() if recipe not in trained]
    if missing:
        drawings = sweep.folder / "strokes" if sweep.recipe.strokes else None
        manager.start_sweep(missing, sweep.id, drawings=drawings, starter=sweep.starter)
    else:
        manager.start_next()


def stop(sweep: Sweep) -> None:
    """Take a sweep's runs out of the line; those that go on stop and keep the model.

    Raises:
        HomeUnwritable: the disk is full, say.
    """
    for run, state in sweep.runs(manager.read_runs()).items():
        if state.ticket:
            queue.take_out(run)
        elif state.is_active:
            run.request("stop")


def get(sweep_id: str) -> Sweep:
    """Return the sweep with this id.

    Raises:
        SweepNotFound: there is none, or it cannot be read.
    """
    folder = data_dir() / "sweeps" / sweep_id
    try:
        check_name(sweep_id)
        values = read_json(folder / "sweep.json", SweepValues)
        recipe = Recipe.from_dict(cast(RecipeValues, values["recipe"]))
        sweep = Sweep(folder, recipe, **_but_recipe(values))
        _check(sweep)
    except (OSError, ValueError, NameInvalid) as error:
        raise SweepNotFound(sweep_id) from error
    return sweep


def list_sweeps() -> list[Sweep]:
    """List the sweeps that can be read, the newest first."""
    found = []
    for folder in (data_dir() / "sweeps").glob("[!.]*"):
        try:
            found.append(get(folder.name))
        except SweepNotFound:
            continue
    return sorted(found, key=lambda sweep: sweep.started, reverse=True)


def _check(sweep: Sweep) -> None:
    """Refuse what is no sweep: nothing to vary, too much, or what cannot be trained."""
    for field, values in sweep.vary.items():
        if field not in FIELDS or not values:
            raise RecipeError(field, "has no values to try")
    if sweep.count < 2 * sweep.seeds:
        raise RecipeError("vary", "two values or more are needed")
    # Before the combinations are listed: a file may ask for any number of them.
    if not 1 <= sweep.seeds <= sweep.count <= MOST:
        raise RecipeError("seeds", f"{sweep.count} trainings are not 2 to {MOST}")
    sweep.recipes()


def _to_values(sweep: Sweep) -> SweepValues:
    return {
        "recipe": cast(dict[str, Any], sweep.recipe.to_dict()),
        "vary": {field: list(values) for field, values in sweep.vary.items()},
        "seeds": sweep.seeds,
        "halving": sweep.halving,
        "started": sweep.started,
        "starter": sweep.starter,
    }


def _but_recipe(values: SweepValues) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != "recipe"}


def _parse_value(field: str, text: str) -> Value:
    if field in recipes.SWITCHES:
        if text not in ("on", "off"):
            raise RecipeError(field, f"{text!r} is neither on nor off")
        return text == "on"
    if field in recipes.CHOICES:
        return text
    try:
        return float(text) if field == "learning_rate" else int(text)
    except ValueError:
        raise RecipeError(field, f"{text!r} is no number") from None
