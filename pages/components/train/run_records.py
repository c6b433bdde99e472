"""What there is to look at on the Train page: the runs, and two that were before them.

The published run and the one that made the bundled model are known by their epochs
only; every other run has its folder.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import streamlit as st

from mnist_core import recipes
from mnist_core.errors import RunDamaged, RunNotFound
from mnist_core.models import registry
from mnist_core.models.card import History
from mnist_core.recipes import Recipe
from mnist_core.runs import manager
from mnist_core.runs.metrics import EpochRow, Metrics
from mnist_core.runs.queue import States
from mnist_core.runs.run import Run, RunState
from pages.components.shared import formatting

PUBLISHED, BUNDLED = "published", "bundled"
"""The ids of the two that are no runs."""

UNKNOWN: Final = "\N{EN DASH}"


@dataclass(frozen=True)
class RunRecord:
    """A run as it is shown: what it said when the page read it."""

    id: str
    label: str
    state: RunState
    run: Run | None = None

    @property
    def recipe(self) -> Recipe:
        """Return what is trained and how."""
        return self.state.recipe

    def metrics(self) -> Metrics:
        """Return the metrics as far as the run is; epochs alone where it has none."""
        if self.run:
            return self.run.metrics()
        history = self.state.history
        return Metrics(epochs=_epochs(history) if history else [])


@st.cache_resource(ttl=1, show_spinner=False)
def read_states() -> States:
    """Return all runs; they are read once a second, for however many look on."""
    return manager.read_runs()


def list_records() -> dict[str, RunRecord]:
    """List all that can be looked at, by id: runs, the newest first, then the two.

    One that waits for its turn is no such thing yet.
    """
    states = manager.read_runs().items()
    runs = [record_of(run, state) for run, state in states if not state.ticket]
    return {record.id: record for record in [*runs, _published(), *_bundled()]}


def find(run_id: str) -> RunRecord | None:
    """Return one of them by its id; None where there is none, or it is damaged."""
    if run_id in (PUBLISHED, BUNDLED):
        records = [_published(), *_bundled()]
        return next((each for each in records if each.id == run_id), None)
    try:
        run = manager.get(run_id)
        return record_of(run, run.read())
    except (RunNotFound, RunDamaged):
        return None


def record_of(run: Run, state: RunState) -> RunRecord:
    """Return the record of a run that was read."""
    label = f"{state.model or state.name}, {formatting.timestamp(state.started)}"
    return RunRecord(run.id, label, state, run)


def differences(records: list[RunRecord]) -> dict[str, list[str]]:
    """Return what is not the same in all of them: a row a value, a column a record."""
    rows = [_describe(record) for record in records]
    return {
        name: [row[name] for row in rows]
        for name in rows[0]
        if len({row[name] for row in rows}) > 1
    }


def table(records: list[RunRecord]) -> list[dict[str, str]]:
    """Return the runs as rows: name, status, recipe, result, duration, date."""
    return [
        {
            "Name": record.label,
            "Status": record.state.status.capitalize(),
            "Recipe": record.recipe.name.capitalize(),
            "Test accuracy": _score(record),
            "Trained in": _duration(record),
            "Date": _date(record),
        }
        for record in records
    ]


def _published() -> RunRecord:
    history = recipes.published_history()
    state = RunState(
        recipe=recipes.get("classic"),
        status="finished",
        stage="ended",
        started=0.0,
        name="classic",
        test_accuracy=history["val_accuracy"][-1],
        fit_seconds=sum(history["seconds"]),
        history={
            "loss": history["loss"],
            "accuracy": history["accuracy"],
            "val_loss": history["val_loss"],
            "val_accuracy": history["val_accuracy"],
        },
    )
    return RunRecord(PUBLISHED, "The published run", state)


def _bundled() -> list[RunRecord]:
    stored = registry.find(registry.PRETRAINED.name)
    if stored.problem:
        return []
    card = stored.card
    state = RunState(
        recipe=Recipe.from_dict(card["recipe"]),
        status="finished",
        stage="ended",
        started=datetime.fromisoformat(card["created"]).timestamp(),
        name=stored.name,
        model=stored.name,
        test_loss=card["test_loss"],
        test_accuracy=card["test_accuracy"],
        pen_accuracy=card.get("pen_accuracy"),
        fit_seconds=card["fit_seconds"],
        history=card["history"],
    )
    return [RunRecord(BUNDLED, "The model that ships", state)]


def _epochs(history: History) -> list[EpochRow]:
    columns = zip(
        *(history["loss"], history["accuracy"]),
        *(history["val_loss"], history["val_accuracy"]),
        strict=True,
    )
    return [
        {
            "epoch": number,
            "seconds": 0.0,
            "loss": loss,
            "accuracy": accuracy,
            "val_loss": val_loss,
            "val_accuracy": val_accuracy,
        }
        for number, (loss, accuracy, val_loss, val_accuracy) in enumerate(columns, 1)
    ]


def _describe(record: RunRecord) -> dict[str, str]:
    """Say in words what a run was trained on and how, and what came of it."""
    recipe = record.recipe
    return {
        "Network": recipe.network.capitalize(),
        "Training images": f"{recipe.images - recipe.validation:,}",
        "Data": "MNIST" if recipe.data == "mnist" else "Made-up digits",
        "Pen drawings": f"{recipe.pen_images:,}" if recipe.strokes else "None",
        "Unusual handwriting": f"{recipe.rare_style_images:,}",
        "Non-digits": f"{recipe.doodles:,}",
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
    score = record.state.test_accuracy
    return UNKNOWN if score is None else formatting.percent(score, digits=2)


def _duration(record: RunRecord) -> str:
    seconds = record.state.fit_seconds
    return UNKNOWN if seconds is None else formatting.duration(seconds)


def _date(record: RunRecord) -> str:
    started = record.state.started
    if record.run:
        return formatting.timestamp(started)
    return formatting.date(started) if started else UNKNOWN
