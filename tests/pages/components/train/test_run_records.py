from dataclasses import replace
from datetime import datetime

from mnist_core import recipes
from mnist_core.models import registry
from mnist_core.runs import manager
from pages.components.train import run_records
from tests.conftest import order

RECIPE = recipes.get("quick", data="synthetic", images=1000)


def test_two_records_are_there_before_any_run():
    published, bundled = run_records.list_records().values()
    assert published.recipe == recipes.get("classic")
    assert published.state.test_accuracy == 0.9904
    assert [row["epoch"] for row in published.metrics().epochs] == list(range(1, 11))
    card = registry.find("pretrained").card
    assert bundled.recipe.to_dict() == {**bundled.recipe.to_dict(), **card["recipe"]}
    assert len(bundled.metrics().epochs) == bundled.recipe.epochs


def test_runs_come_first_the_newest_on_top(worker):
    for name in ("ada", "bob"):
        worker.append(manager.start(RECIPE, name=name))
        order(worker[-1], "")
    labels = [record.label for record in run_records.list_records().values()]
    assert [label.split(",")[0] for label in labels[:2]] == ["bob", "ada"]
    assert len(labels) == 4


def test_only_what_differs_is_told():
    published, _ = run_records.list_records().values()
    recipe = replace(published.recipe, dropout=False, images=1000)
    state = replace(published.state, recipe=recipe)
    other = replace(published, label="Mine", state=state)
    assert run_records.differences([published, other]) == {
        "Training images": ["60,000", "1,000"],
        "Dropout": ["On", "Off"],
    }
    assert run_records.differences([published, published]) == {}


def test_the_table_says_what_is_not_known_yet(worker):
    worker.append(manager.start(RECIPE))
    order(worker[0], "")
    row = run_records.table(list(run_records.list_records().values()))[0]
    assert row["Status"] == "Interrupted"
    assert row["Test accuracy"] == row["Trained in"] == "\u2013"
    assert row["Recipe"] == "Quick"


def test_the_table_says_the_day_of_the_bundled_model_and_none_of_the_published_run():
    rows = run_records.table(list(run_records.list_records().values()))
    published, bundled = (row["Date"] for row in rows)
    assert published == "\u2013"
    created = registry.find("pretrained").card["created"]
    day = datetime.fromisoformat(created).astimezone()  # where the reader is
    assert bundled == f"{day.day} {day:%b %Y}"
