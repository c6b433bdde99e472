"""What there is to look at on the Train page: the runs, and two that were before them.

The published run and the one that made the model that ships are known by their epochs
only; every other run has its folder.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from mnist_core import recipes
from mnist_core.models import registry
from mnist_core.runs import manager
from mnist_core.runs.metrics import Metrics
from pages.components.shared import formatting

PUBLISHED, SHIPPED = "published", "shipped"  # beside the runs' ids


@dataclass(frozen=True)
class RunRecord:
    """A run as it is shown: its recipe, its result, its metrics."""

    id: str
    label: str
    recipe: recipes.Recipe
    state: dict[str, Any]
    run: manager.Run | None = None

    def metrics(self) -> Metrics:
        """As far as the run is; epochs alone where nothing else is known."""
        if self.run:
            return self.run.metrics()
        return Metrics(epochs=_epochs(self.state["history"]))


def list_records() -> dict[str, RunRecord]:
    """All that can be looked at, by id: runs, the newest first, then the two others."""
    own = []
    for run in manager.list_runs():
        with suppress(FileNotFoundError):  # somebody has just deleted it
            own.append(record_of(run))
    return {record.id: record for record in [*own, _published(), *_shipped()]}


def record_of(run: manager.Run) -> RunRecord:
    """A run that is going on, or has ended."""
    state = run.state
    name = state.get("model") or state["name"]
    label = f"{name}, {formatting.timestamp(state['started'])}"
    return RunRecord(run.id, label, run.recipe, state, run)


def differences(records: list[RunRecord]) -> dict[str, list[str]]:
    """What is not the same in all of them: a row for each value, a column for each."""
    rows = [_in_words(record) for record in records]
    return {
        name: [row[name] for row in rows]
        for name in rows[0]
        if len({row[name] for row in rows}) > 1
    }


def table(records: list[RunRecord]) -> list[dict[str, str]]:
    """The runs as rows: name, status, recipe, result, duration, date."""
    return [
        {
            "Name": record.label,
            "Status": record.state["status"].capitalize(),
            "Recipe": record.recipe.name.capitalize(),
            "Test accuracy": _score(record),
            "Trained in": _duration(record),
            "Date": _date(record),
        }
        for record in records
    ]


def _published() -> RunRecord:
    history = recipes.published_history()
    state = {
        "status": "finished",
        "test_accuracy": history["val_accuracy"][-1],
        "fit_seconds": sum(history["seconds"]),
        "history": history,
    }
    label = "The published run"
    return RunRecord(PUBLISHED, label, recipes.get("classic"), state)


def _shipped() -> list[RunRecord]:
    saved = registry.find(registry.PRETRAINED.name)
    if saved.problem:
        return []
    recipe = recipes.Recipe.from_dict(saved.card["recipe"])
    state = {"status": "finished", **saved.card}
    return [RunRecord(SHIPPED, "The model that ships", recipe, state)]


def _epochs(history: dict[str, list[float]]) -> list[dict[str, float]]:
    names = ("loss", "accuracy", "val_loss", "val_accuracy")
    columns = zip(*(history[name] for name in names), strict=True)
    return [
        {"epoch": number, "seconds": 0.0, **dict(zip(names, values, strict=True))}
        for number, values in enumerate(columns, start=1)
    ]


def _in_words(record: RunRecord) -> dict[str, str]:
    recipe = record.recipe
    return {
        "Network": recipe.network.capitalize(),
        "Training images": f"{recipe.images - recipe.validation:,}",
        "Data": "MNIST" if recipe.data == "mnist" else "Made-up digits",
        "Pen drawings": f"{recipe.pen_images:,}" if recipe.strokes else "None",
        "Digits in rare hands": f"{recipe.rare_style_images:,}",
        "Doodles": f"{recipe.doodles:,}",
        "Augmentation": "On" if recipe.augment else "Off",
        "Dropout": "On" if recipe.dropout else "Off",
        "Epochs": str(recipe.epochs),
        "Batch size": str(recipe.batch_size),
        "Optimizer": formatting.optimizer(recipe),
        "Learning rate": f"{recipe.learning_rate:g}, {recipe.schedule}",
        "Seed": str(recipe.seed),
        "Test accuracy": _score(record),
        "Trained in": _duration(record),
    }


def _score(record: RunRecord) -> str:
    score = record.state.get("test_accuracy")
    return formatting.percent(score, digits=2) if score is not None else "\u2013"


def _duration(record: RunRecord) -> str:
    seconds = record.state.get("fit_seconds")
    return formatting.duration(seconds) if seconds is not None else "\u2013"


def _date(record: RunRecord) -> str:
    if record.run:
        return formatting.timestamp(record.state["started"])
    created = record.state.get("created")
    return formatting.date(created) if created else "\u2013"
