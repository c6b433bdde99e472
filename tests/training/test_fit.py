"""Training on made-up digits: by the worker as it is, or its work done here."""

import json

import keras
import numpy as np
import pytest

from mnist_core import data, recipes
from mnist_core.data import mnist_download, pen_drawings
from mnist_core.errors import Diverged
from mnist_core.evaluation import calibration, pen_accuracy
from mnist_core.inference.predictor import Predictor
from mnist_core.models import networks, registry
from mnist_core.runs import manager
from mnist_core.runs.run import Run
from mnist_core.training import checkpoint
from mnist_core.training.control import RunStopped
from tests.conftest import train_here, until

QUICK = recipes.get("quick", data="synthetic", images=2000, epochs=2, batch_size=32)
SHORT = recipes.get("quick", data="synthetic", images=500, epochs=1)


def train(recipe: recipes.Recipe, **options) -> Run:
    run = manager.start(recipe, **options)
    run.wait()
    return run


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """One run from start to end, for the tests that look at what it left."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MNIST_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("TMPDIR", str(tmp_path_factory.mktemp("temporary")))
        run = train(QUICK, name="ada")
        return run, registry.find("ada")


def test_a_run_ends_with_a_saved_model_and_nothing_else(finished, tmp_path_factory):
    run, saved = finished
    assert run.read().status == "finished", run.log()
    assert run.read().model == saved.name
    assert saved.problem is None
    assert saved.card["recipe"] == QUICK.to_dict()
    assert saved.card["test_accuracy"] == run.read().test_accuracy > 0.5
    assert list(tmp_path_factory.getbasetemp().glob("temporary*/*")) == []


def test_the_history_is_keras_s_and_ends_with_the_final_score(finished):
    state = finished[0].read()
    assert set(state.history) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert all(len(values) == 2 for values in state.history.values())
    last = state.history["val_accuracy"][-1]
    assert last == pytest.approx(state.test_accuracy, abs=1e-6)
    loss = state.history["val_loss"][-1]
    assert loss == pytest.approx(state.test_loss, rel=1e-4)


def test_a_stop_ends_a_download_that_would_never_end(
    worker, endless_download, monkeypatch
):
    run = manager.start(recipes.get("quick"))
    worker.append(run)
    start = mnist_download._start

    def begin(folder):
        run.request("stop")
        return start(folder)

    monkeypatch.setattr(mnist_download, "_start", begin)
    with pytest.raises(RunStopped):
        train_here(run)


def test_every_line_of_the_metrics_lies_after_the_one_before(finished):
    metrics = finished[0].metrics()
    steps = [row["step"] for row in metrics.batches]
    assert steps == sorted(set(steps))
    assert steps[-1] == QUICK.epochs * QUICK.steps_per_epoch
    assert [row["epoch"] for row in metrics.epochs] == [1, 2]
    everything = (finished[0].folder / "metrics.jsonl").read_text().splitlines()
    seconds = [json.loads(line)["seconds"] for line in everything]
    assert seconds == sorted(seconds)


def test_the_lines_of_an_epoch_add_up_to_its_mean(finished):
    metrics = finished[0].metrics()
    for number, epoch in enumerate(metrics.epochs):
        lines = [r for r in metrics.batches if number < r["epoch"] <= number + 1]
        images = np.diff([number, *(row["epoch"] for row in lines)])
        for name in ("loss", "accuracy"):
            mean = images @ [row[name] for row in lines]
            assert mean == pytest.approx(epoch[name], rel=1e-5)


def test_the_same_recipe_and_seed_give_the_same_result_whoever_looks(finished):
    again = train(QUICK, snapshots=False).read()
    assert again.history == finished[0].read().history
    assert again.test_loss == finished[0].read().test_loss


def test_a_stop_keeps_the_model_as_it_is_at_that_moment():
    recipe = recipes.get("classic", data="synthetic", images=5000)
    run = manager.start(recipe)
    until(lambda: run.metrics().batches or run.read().status != "running")
    run.request("stop")
    run.wait()
    assert run.read().status == "stopped", run.log()
    saved = registry.find(run.read().model)
    assert saved.problem is None
    assert saved.card["epochs"] == 1
    assert run.metrics().epochs[-1]["epoch"] < recipe.epochs
    assert saved.card["test_accuracy"] == run.read().test_accuracy


def test_a_stop_that_comes_too_late_changes_nothing(worker, monkeypatch):
    worker.append(run := manager.start(SHORT))
    save = registry.save

    def late(*arguments, **options):
        run.request("stop")
        return save(*arguments, **options)

    monkeypatch.setattr(registry, "save", late)
    train_here(run)
    assert run.read().status == "finished"


def test_a_stop_before_the_training_leaves_no_model():
    run = manager.start(QUICK)
    run.request("stop")
    run.wait()
    assert run.read().status == "stopped", run.log()
    assert run.read().model is None
    assert "no model to keep" in run.read().reason
    assert [saved.name for saved in registry.models()] == ["pretrained"]


def test_a_run_that_diverges_keeps_the_last_good_model(worker, monkeypatch):
    recipe = recipes.get("quick", data="synthetic", images=1280, epochs=3)
    worker.append(run := manager.start(recipe))
    # No value within a recipe's bounds is wild enough: after the first epoch, 1e38.
    wild = lambda _, steps: np.where(steps <= 10, 1.0, 1e38)  # noqa: E731
    monkeypatch.setattr(networks, "learning_rates", wild)
    with pytest.raises(Diverged, match="lower learning rate") as diverged:
        train_here(run)
    assert "after the first epoch is kept" in str(diverged.value)
    card = registry.find(run.read().model).card
    assert card["epochs"] == 1
    assert card["test_accuracy"] == run.read().test_accuracy
    assert card["history"]["val_accuracy"] == [pytest.approx(card["test_accuracy"])]


@pytest.fixture
def learned_from_pens(pen_file, worker, monkeypatch):
    """A short run by the robust recipe that learned from pen drawings, too."""
    monkeypatch.setattr(calibration, "DOODLES", 100)
    few = {
        "images": 700,
        "validation": 200,
        "pen_images": 200,
        "rare_style_images": 60,
        "doodles": 60,
    }
    recipe = recipes.get(
        "robust", data="synthetic", epochs=1, strokes=pen_file.name, **few
    )
    worker.append(run := manager.start(recipe, name="pens", drawings=pen_file))
    pen_file.unlink()  # the run has a copy
    train_here(run)
    return run


def test_a_run_with_pen_drawings_says_how_it_reads_other_people(
    learned_from_pens, drawings
):
    run = learned_from_pens
    assert run.read().status == "finished", run.log()
    card = registry.find("pens").card
    assert card["strokes"]["sha256"] == pen_drawings.sha256(drawings)
    assert card["strokes"]["people"] == 10
    assert card["strokes"]["people_held_out"] == [1, 6]
    assert (card["pen_drawings"], card["pen_people"]) == (20, 2)
    assert card["command"].endswith(
        "--pen-images 200 --rare-style-images 60 --doodles 60"
    )
    assert run.read().pen_accuracy == card["pen_accuracy"]
    predictor = Predictor("pens")
    result = pen_accuracy.score(
        predictor.probabilities, pen_accuracy.held_out_from(card, drawings)
    )
    assert result.accuracy == pytest.approx(card["pen_accuracy"])
    assert predictor.predictions(pen_accuracy.images(drawings[:1]))[0].is_digit in (
        True,
        False,
    )


class Fitted(Exception):
    """Keras was about to train."""


@pytest.fixture
def fits(monkeypatch):
    """What Keras is told to train on; it does not."""
    told = []

    def fit(_model, **options):
        told.append(options)
        raise Fitted

    monkeypatch.setattr("keras.Model.fit", fit)
    return told


def test_validation_is_on_the_last_images_which_are_not_learned(worker, fits, made_up):
    recipe = recipes.get("quick", data="synthetic", images=700, validation=200)
    worker.append(run := manager.start(recipe))
    with pytest.raises(Fitted):
        train_here(run)
    (told,) = fits
    learned = data.prepare(made_up.x_train[:500], made_up.y_train[:500])
    kept = data.prepare(made_up.x_train[500:700], made_up.y_train[500:700])
    for mine, expected in ((told["x"], learned[0]), (told["y"], learned[1])):
        assert np.array_equal(mine, expected)
    for mine, expected in zip(told["validation_data"], kept, strict=True):
        assert np.array_equal(mine, expected)


def test_without_validation_it_is_on_the_test_images(worker, fits, made_up):
    worker.append(run := manager.start(SHORT))
    with pytest.raises(Fitted):
        train_here(run)
    images, _ = fits[0]["validation_data"]
    assert np.array_equal(images, data.scale(made_up.x_test))


def test_a_resumed_run_goes_on_after_its_last_whole_epoch(worker, fits, monkeypatch):
    recipe = recipes.get("quick", data="synthetic", images=500, epochs=3, seed=7)
    worker.append(run := manager.start(recipe))
    (run.folder / "checkpoint").mkdir()
    model = networks.build(recipe, steerable=True)
    checkpoint.save(model, run.folder / "checkpoint", epochs=2)
    ends = {"loss": 1.0, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5}
    rows = [
        {"epoch": 1, "seconds": 10.0, **ends},
        {"epoch": 2, "seconds": 20.0, **ends},
        {"epoch": 2.5, "seconds": 25.0, "step": 10, "loss": 1, "accuracy": 0},
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    for name in ("metrics.jsonl", "probes.jsonl", "snapshots.jsonl"):
        (run.folder / name).write_text(text)
    seeds = []
    monkeypatch.setattr(keras.utils, "set_random_seed", seeds.append)
    with pytest.raises(Fitted):
        train_here(run)
    assert fits[0]["initial_epoch"] == 2
    assert seeds[-1] == 7 + 2
    clock = fits[0]["callbacks"][0].clock
    assert 20 <= clock.seconds < 25
    for name in ("metrics.jsonl", "probes.jsonl", "snapshots.jsonl"):
        kept = (run.folder / name).read_text().splitlines()
        assert [json.loads(line) for line in kept] == rows[:2]


def test_a_stop_while_examples_are_drawn_leaves_no_model(monkeypatch):
    run = manager.start(recipes.get("robust", data="synthetic", validation=0))
    until(lambda: run.read().stage == "drawing")
    run.request("stop")
    run.wait()
    assert run.read().status == "stopped", run.log()
    assert "no model to keep" in run.read().reason
    assert [saved.name for saved in registry.models()] == ["pretrained"]


def test_pen_drawings_at_hand_are_scored_and_hurt_nothing_when_damaged(
    monkeypatch, pen_file, worker, capsys
):
    monkeypatch.setenv("MNIST_STROKES", str(pen_file))
    worker.append(run := manager.start(SHORT, name="scored"))
    train_here(run)
    card = registry.find("scored").card
    assert card["scored_on"]["drawings"] == 100
    assert run.read().pen_accuracy == card["pen_accuracy"]
    assert card["digit_threshold"] is None
    pen_file.write_text("no drawings")
    worker.append(run := manager.start(SHORT, name="plain"))
    train_here(run)
    assert run.read().status == "finished"
    assert "not scored on pen drawings" in capsys.readouterr().out
    assert "pen_accuracy" not in registry.find("plain").card
