"""The lines that a worker writes, of a small network trained here."""

import json
from itertools import pairwise

import keras
import numpy as np
import pytest

from mnist_core import data, recipes
from mnist_core.models import networks
from mnist_core.runs import metrics, probes
from mnist_core.training import callbacks
from mnist_core.training.control import Clock

RECIPE = recipes.get("quick", data="synthetic", images=250, epochs=2, batch_size=20)
LAST = 2 * RECIPE.steps_per_epoch


class Do(keras.callbacks.Callback):
    """Does something after one batch of the first epoch."""

    def __init__(self, batch: int, what) -> None:
        super().__init__()
        self.batch, self.what = batch, what

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        if batch == self.batch and self.what:
            self.what()
            self.what = None


def fit(folder, made_up, *others, recipe=RECIPE, model=None, first=0):
    """Train in this process, with all that reports."""
    model = model or networks.build(recipe)
    images, labels = made_up.x_train[: recipe.images], made_up.y_train[: recipe.images]
    known, clock = data.prepare(images, labels), Clock()
    test = data.prepare(made_up.x_test[:200], made_up.y_test[:200])
    model.optimizer.iterations.assign(first * recipe.steps_per_epoch)
    read = callbacks.make_reader(model)
    reports = [
        callbacks.MetricsLogger(folder / "metrics.jsonl", recipe, clock),
        callbacks.ProbeLogger(folder, recipe, clock, read),
        callbacks.SnapshotLogger(folder, recipe, clock, read, test),
    ]
    model.fit(
        *known,
        batch_size=recipe.batch_size,
        epochs=recipe.epochs,
        initial_epoch=first,
        validation_data=test,
        callbacks=[*reports, *others],
        verbose=0,
    )
    return model


def watch(folder, made_up, number: int) -> None:
    image = made_up.x_test[number].astype(np.float32) / 255
    probes.add(folder, probes.Probe(image, int(made_up.y_test[number])))


@pytest.fixture(scope="module")
def reported(tmp_path_factory, made_up):
    """What was reported of two epochs, and the model after them."""
    folder = tmp_path_factory.mktemp("run")
    watch(folder, made_up, 0)
    later = Do(5, lambda: watch(folder, made_up, 1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(callbacks, "SECONDS_PER_LINE", 0)
        return folder, fit(folder, made_up, later)


def test_every_batch_and_every_epoch_has_its_line_in_order(reported):
    so_far = metrics.read(reported[0] / "metrics.jsonl")
    assert [row["step"] for row in so_far.batches] == list(range(1, LAST + 1))
    assert [row["epoch"] for row in so_far.epochs] == [1, 2]
    assert so_far.batches[0]["epoch"] == 20 / 250
    assert so_far.batches[-1]["epoch"] == 2
    for row, later in pairwise(so_far.batches):
        assert row["seconds"] <= later["seconds"]
    for row in so_far.batches:
        assert 0 <= row["learning_rate"] <= RECIPE.learning_rate * 1.001


def test_the_samples_begin_at_nothing_and_end_with_the_epochs(reported):
    samples = metrics.read(reported[0] / "metrics.jsonl").samples
    steps = [row["step"] for row in samples]
    assert steps[0] == 0
    assert {8, 13, 16, LAST} <= set(steps)
    assert steps == sorted(set(steps))
    # The sample is all of these 200 test images.
    epochs = metrics.read(reported[0] / "metrics.jsonl").epochs
    ends = [row for row in samples if row["step"] in (13, LAST)]
    for sample, epoch in zip(ends, epochs, strict=True):
        assert sample["sample_loss"] == pytest.approx(epoch["val_loss"], rel=1e-4)
        assert sample["sample_accuracy"] == pytest.approx(epoch["val_accuracy"])


def test_a_look_shows_the_filters_as_they_are(reported):
    folder, model = reported
    snapshots = probes.snapshots(folder)
    weights = model.layers[0].get_weights()[0]
    shown = np.array(snapshots[-1]["filters"]).T.reshape(weights.shape)
    assert np.abs(shown).max() == 100
    assert np.allclose(shown / 100, weights / np.abs(weights).max(), atol=0.006)
    assert snapshots[0]["step"] == 0
    assert snapshots[0]["filters"] != snapshots[-1]["filters"]


def test_a_snapshot_names_the_images_that_are_most_wrong(reported, made_up):
    folder, model = reported
    images = data.prepare(made_up.x_test[:200], made_up.y_test[:200])[0]
    answers = model.predict(images, verbose=0)
    mistakes = probes.snapshots(folder)[-1]["mistakes"]
    assert mistakes
    sure = [answers[each["index"], each["label"]] for each in mistakes]
    assert sure == sorted(sure)
    for each in mistakes:
        answer = answers[each["index"]]
        assert each["label"] == made_up.y_test[each["index"]] != each["predicted"]
        assert each["predicted"] == answer.argmax()
        assert each["confidence"] == pytest.approx(answer.max(), abs=1e-3)


def test_a_probe_is_asked_about_from_the_moment_it_is_added(reported, made_up):
    folder, model = reported
    rows = probes.history(folder)
    assert rows[0]["step"] == 0
    assert rows[-1]["step"] == LAST
    counts = [len(row["probabilities"]) for row in rows]
    assert counts == sorted(counts)
    assert set(counts) == {1, 2}
    images = data.prepare(made_up.x_test[:2], made_up.y_test[:2])[0]
    last = model.predict(images, verbose=0)
    assert np.allclose(rows[-1]["probabilities"], last, atol=1e-3)


def test_what_is_wrong_with_the_probes_hurts_nothing(tmp_path, made_up):
    folder = tmp_path / "probes"
    folder.mkdir()  # somebody is just adding the first
    damage = Do(3, lambda: (folder / "1.png").write_bytes(b"no picture"))
    fit(tmp_path, made_up, damage)
    assert len(metrics.read(tmp_path / "metrics.jsonl").epochs) == 2
    assert len(probes.history(tmp_path)[-1]["probabilities"]) == 1


def test_a_run_that_goes_on_counts_on(tmp_path, made_up):
    (tmp_path / "snapshots.jsonl").touch()
    (tmp_path / "probes.jsonl").touch()
    watch(tmp_path, made_up, 0)
    fit(tmp_path, made_up, first=1)
    so_far = metrics.read(tmp_path / "metrics.jsonl")
    rows = so_far.batches + so_far.samples + probes.history(tmp_path)
    assert all(RECIPE.steps_per_epoch < row["step"] <= LAST for row in rows)
    assert [row["epoch"] for row in so_far.epochs] == [2]


def test_no_line_has_a_number_that_is_none(tmp_path, made_up):
    model = networks.build(RECIPE)
    last = model.layers[-1]
    nothing = [np.full_like(values, np.nan) for values in last.get_weights()]
    wild = Do(5, lambda: last.set_weights(nothing))
    fit(tmp_path, made_up, wild, keras.callbacks.TerminateOnNaN(), model=model)
    text = (tmp_path / "metrics.jsonl").read_text()
    rows = [json.loads(line, parse_constant=pytest.fail) for line in text.splitlines()]
    assert max(row["step"] for row in rows) <= 6


def test_a_short_pause_between_lines_is_enough(tmp_path, made_up, monkeypatch):
    monkeypatch.setattr(callbacks, "SECONDS_PER_LINE", 1e9)
    fit(tmp_path, made_up)
    so_far = metrics.read(tmp_path / "metrics.jsonl")
    assert [row["step"] for row in so_far.batches] == [13, 26], "the ends of epochs"
    for row, epoch in zip(so_far.batches, so_far.epochs, strict=True):
        assert row["loss"] == pytest.approx(epoch["loss"], rel=1e-5)
