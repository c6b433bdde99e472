"""What there is to look at on the Train page: the runs, and two that were before them.

The published run and the one that made the model that ships are known by their epochs
only; every other run has its folder.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from mnist_core import recipes, runs, store
from mnist_core.metrics import Metrics
from pages.parts import words

PUBLISHED, SHIPPED = "published", "shipped"  # beside the runs' ids


@dataclass(frozen=True)
class Record:
    """A run as it is shown: its recipe, its result, its metrics."""

    id: str
    label: str
    recipe: recipes.Recipe
    state: dict[str, Any]
    run: runs.Run | None = None

    def metrics(self) -> Metrics:
        """As far as the run is; epochs alone where nothing else is known."""
        if self.run:
            return self.run.metrics()
        return Metrics(epochs=_epochs(self.state["history"]))


def every() -> dict[str, Record]:
    """All that can be looked at, by id: runs, the newest first, then the two others."""
    own = []
    for run in runs.runs():
        with suppress(FileNotFoundError):  # somebody has just deleted it
            own.append(of(run))
    return {record.id: record for record in [*own, _published(), *_shipped()]}


def of(run: runs.Run) -> Record:
    """A run that is going on, or has ended."""
    state = run.state
    name = state.get("model") or state["name"]
    label = f"{name}, {words.moment(state['started'])}"
    return Record(run.id, label, run.recipe, state, run)


def differences(records: list[Record]) -> dict[str, list[str]]:
    """What is not the same in all of them: a row for each value, a column for each."""
    rows = [_in_words(record) for record in records]
    return {
        name: [row[name] for row in rows]
        for name in rows[0]
        if len({row[name] for row in rows}) > 1
    }


def table(records: list[Record]) -> list[dict[str, str]]:
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


def _published() -> Record:
    history = recipes.published_history()
    state = {
        "status": "finished",
        "test_accuracy": history["val_accuracy"][-1],
        "fit_seconds": sum(history["seconds"]),
        "history": history,
    }
    label = "The published run"
    return Record(PUBLISHED, label, recipes.get("classic"), state)


def _shipped() -> list[Record]:
    saved = store.find(store.PRETRAINED.name)
    if saved.problem:
        return []
    recipe = recipes.Recipe.from_dict(saved.card["recipe"])
    state = {"status": "finished", **saved.card}
    return [Record(SHIPPED, "The model that ships", recipe, state)]


def _epochs(history: dict[str, list[float]]) -> list[dict[str, float]]:
    names = ("loss", "accuracy", "val_loss", "val_accuracy")
    columns = zip(*(history[name] for name in names), strict=True)
    return [
        {"epoch": number, "seconds": 0.0, **dict(zip(names, values, strict=True))}
        for number, values in enumerate(columns, start=1)
    ]


def _in_words(record: Record) -> dict[str, str]:
    recipe = record.recipe
    return {
        "Network": recipe.network.capitalize(),
        "Training images": f"{recipe.images - recipe.validation:,}",
        "Data": "MNIST" if recipe.data == "mnist" else "Made-up digits",
        "Pen drawings": f"{recipe.drawn:,}" if recipe.strokes else "None",
        "Digits in rare hands": f"{recipe.written:,}",
        "Doodles": f"{recipe.doodles:,}",
        "Augmentation": "On" if recipe.augment else "Off",
        "Dropout": "On" if recipe.dropout else "Off",
        "Epochs": str(recipe.epochs),
        "Batch size": str(recipe.batch_size),
        "Optimizer": words.optimizer(recipe),
        "Learning rate": f"{recipe.learning_rate:g}, {recipe.schedule}",
        "Seed": str(recipe.seed),
        "Test accuracy": _score(record),
        "Trained in": _duration(record),
    }


def _score(record: Record) -> str:
    score = record.state.get("test_accuracy")
    return words.percent(score, digits=2) if score is not None else "\u2013"


def _duration(record: Record) -> str:
    seconds = record.state.get("fit_seconds")
    return words.duration(seconds) if seconds is not None else "\u2013"


def _date(record: Record) -> str:
    if record.run:
        return words.moment(record.state["started"])
    created = record.state.get("created")
    return words.date(created) if created else "\u2013"
