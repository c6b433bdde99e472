"""What a browser is sent of a run."""

import io
import json
import os
import time
from base64 import b64decode
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from PIL import Image

from mnist_core import recipes
from mnist_core.errors import DatasetUnavailable
from mnist_core.runs import probes, steering
from mnist_core.runs.probes import Probe
from mnist_core.runs.run import Run, RunState
from pages.components.shared import cache
from pages.components.train import run_data, run_records
from pages.components.train.run_records import RunRecord

RECIPE = recipes.get("quick", data="synthetic", images=1000)
STATE = RunState(
    recipe=RECIPE, status="running", stage="training", started=1.8e9, name="quick"
)
WEIGHTS = [100, -100, 0, 50, 0, 0, 0, 1, 2]
IMAGE = np.linspace(0, 1, 28 * 28, dtype=np.float32).reshape(28, 28)


@pytest.fixture
def record(tmp_path) -> RunRecord:
    """A run of which nothing is written yet."""
    return RunRecord("quick", "quick", STATE, Run(tmp_path))


def append(record: RunRecord, name: str, *rows: dict) -> None:
    with (record.run.folder / name).open("a") as file:
        file.writelines(
            json.dumps({"seconds": 1.0, "step": 1, **row}) + "\n" for row in rows
        )


def batch(epoch: float, loss: float = 0.5) -> dict:
    return {"epoch": epoch, "loss": loss, "accuracy": 0.9, "learning_rate": 0.01}


def sample(epoch: float) -> dict:
    return {"epoch": epoch, "sample_loss": 0.6, "sample_accuracy": 0.8}


def epoch_end(epoch: int) -> dict:
    scores = {"val_loss": 0.3, "val_accuracy": 0.95}
    return {"epoch": epoch, "loss": 0.4, "accuracy": 0.9, **scores}


def answer(epoch: float, count: int = 1) -> dict:
    return {"epoch": epoch, "probabilities": [[0.9823, 0.0177, *[0] * 8]] * count}


def look(epoch: float, *mistakes: dict) -> dict:
    return {
        "epoch": epoch,
        "filters": [[100, -100, 0, 50, 0, 0, 0, 1, 2]],
        "mistakes": mistakes,
    }


def mistake(index: int, confidence: float = 0.5) -> dict:
    return {"index": index, "label": 8, "predicted": 1, "confidence": confidence}


def test_what_is_added_is_sent_once(record):
    parts = "lines", "tests", "probes", "snapshots"
    known: dict[str, dict[str, list]] = {part: {} for part in parts}
    after = ""
    for n in range(1, 6):
        append(record, "metrics.jsonl", batch(n - 0.5), sample(n - 0.5), batch(n))
        append(record, "metrics.jsonl", sample(n), epoch_end(n))
        append(record, "probes.jsonl", answer(n))
        append(record, "snapshots.jsonl", look(n, mistake(n)))
        told = run_data.since(record, after)
        assert told["whole"] == (n == 1)
        after = told["next"]
        for part in parts:
            for name, values in told[part].items():
                known[part].setdefault(name, []).extend(values)
    whole = run_data.since(record)
    assert known == {part: whole[part] for part in parts}
    assert known["lines"]["epoch"] == [n / 2 for n in range(1, 11)]
    assert known["tests"]["epoch"] == [n / 2 for n in range(1, 11)]
    assert known["tests"]["whole"] == [0, 1] * 5, "all images outdo a sample"
    nothing = run_data.since(record, after)
    assert not any(values for part in parts for values in nothing[part].values())
    assert not nothing["whole"]


def test_where_somebody_steered_is_said_in_words(record):
    append(record, steering.LOG, {"epoch": 0.5, "learning_rate": 0.01})
    append(
        record, steering.LOG, {"epoch": 1.0, "learning_rate": None, "dropout": False}
    )
    back = "the recipe's learning rate, dropout off"
    marks = [(0.5, "learning rate 0.01"), (1.0, back)]
    assert run_data.since(record)["marks"] == marks


def test_a_paused_run_says_when_it_goes_on_for_a_step(record):
    state = replace(STATE, requests=frozenset({"pause"}))
    paused = replace(record, state=state)
    assert run_data.since(paused)["about"]["text"].startswith("Pausing")
    steering.step(record.run.folder, batches=1)
    assert run_data.since(paused)["about"]["text"].startswith("Going on for a step")


def test_the_seconds_go_on_while_nothing_else_moves(record):
    path = record.run.folder / "state.json"
    path.touch()
    os.utime(path, (0, time.time() - 7.5))
    for stage, text in (
        ("loading TensorFlow", "Loading TensorFlow ... 7 s"),
        ("waiting for a machine", "Waiting for a machine ... 7 s"),
        ("training", "Training ..."),
    ):
        known = replace(record, state=replace(STATE, stage=stage))
        assert run_data.since(known)["about"]["text"] == text


def test_a_run_that_was_cut_back_is_sent_whole(record):
    append(record, "metrics.jsonl", *(batch(n / 10) for n in range(1, 20)))
    path = record.run.folder / "metrics.jsonl"
    before = run_data.since(record)["next"]
    written = path.read_text().splitlines(keepends=True)
    beside = path.with_name("beside")
    beside.write_text("".join(written[:10]))
    beside.replace(path)
    assert run_data.since(record, before)["whole"]
    append(record, "metrics.jsonl", *(batch(n / 10, 0.1) for n in range(11, 40)))
    told = run_data.since(record, before)
    assert (told["whole"], len(told["lines"]["epoch"])) == (True, 39)


@pytest.mark.parametrize(
    "after",
    ["", "1", "x", "0.0.0.9.9.9.9.9.9", "-1" * 9, "9" * 400, "0.0.0.0.0.0.0.0.\u0663"],
)
def test_whoever_asks_for_what_cannot_be_is_told_all(record, after):
    append(record, "probes.jsonl", answer(0.5))
    told = run_data.since(record, after)
    assert told["whole"]
    assert told["probes"]["epoch"] == [0.5]


def test_a_long_run_is_sent_as_means(record):
    losses = np.random.default_rng(1).random(30_000).round(4)
    rows = [batch(float(n + 1) / 15_000, loss) for n, loss in enumerate(losses)]
    append(record, "metrics.jsonl", *rows)
    append(record, "probes.jsonl", *(answer(n / 2500, 4) for n in range(5000)))
    append(record, "snapshots.jsonl", *(look(n / 500) for n in range(1000)))
    told = run_data.since(record)
    assert len(told["lines"]["loss"]) <= run_data.MOST_LINES
    assert told["lines"]["epoch"][-1] == 2
    assert np.mean(told["lines"]["loss"]) == pytest.approx(losses.mean(), abs=1e-4)
    assert told["lines"]["loss"][0] == pytest.approx(losses[:8].mean(), abs=1e-5)
    assert told["probes"]["epoch"][0] == 0
    assert told["probes"]["epoch"][-1] == 4999 / 2500
    assert len(told["probes"]["epoch"]) <= run_data.MOST_ANSWERS + 1
    assert len(told["snapshots"]["epoch"]) <= run_data.MOST_SNAPSHOTS + 1
    assert len(msgspec.json.encode(told)) < 500_000
    append(record, "metrics.jsonl", batch(2.1))
    assert run_data.since(record, told["next"])["lines"]["epoch"] == [2.1]


def test_a_probe_is_a_picture_with_white_ink_and_ten_thousandths(record):
    probes.add(record.run.folder, Probe(IMAGE, label=7))
    probes.add(record.run.folder, Probe(IMAGE))
    append(record, "probes.jsonl", answer(0.0, 2))
    told = run_data.since(record)
    assert [card["label"] for card in told["cards"]] == [7, None]
    kind, coded = told["cards"][0]["picture"].split(",")
    assert kind == "data:image/png;base64"
    pixels = np.asarray(Image.open(io.BytesIO(b64decode(coded))))
    assert np.abs(pixels / 255 - IMAGE).max() < 0.005
    assert told["probes"]["shares"] == [[982, 18, *[0] * 8] * 2]
    assert run_data.since(record, told["next"])["cards"] is None, "they are there"
    probes.add(record.run.folder, Probe(IMAGE))
    assert len(run_data.since(record, told["next"])["cards"]) == 3


def test_filters_are_bytes_and_mistakes_are_the_surest_first(record, made_up):
    append(
        record,
        "snapshots.jsonl",
        look(1, mistake(3), mistake(7, 0.9), mistake(10**8)),
    )
    told = run_data.since(record)
    side, coded = told["snapshots"]["filters"][0]
    weights = np.frombuffer(b64decode(coded), np.int8)
    assert (side, weights.tolist()) == (3, WEIGHTS)
    first, second, _ = told["snapshots"]["mistakes"][0]
    assert (first, second) == ((7, 8, 1, 0.9), (3, 8, 1, 0.5))
    assert list(told["images"]) == [3, 7], "of an index that is none there is no image"
    kept_out = replace(RECIPE, validation=500)
    state = replace(STATE, recipe=kept_out)
    kept = run_data.since(replace(record, state=state))
    assert kept["about"]["tested"] == "Validation"
    assert kept["images"][7] != told["images"][7]
    pixels = np.asarray(Image.open(io.BytesIO(b64decode(kept["images"][7][22:]))))
    assert (pixels == made_up.x_train[507]).all()


def test_without_the_data_set_there_are_no_images(record, monkeypatch):
    def unavailable(_name):
        raise DatasetUnavailable([])

    append(record, "snapshots.jsonl", look(1, mistake(3)))
    monkeypatch.setattr(cache, "dataset", unavailable)
    assert run_data.since(record)["images"] is None


@pytest.mark.parametrize(
    ("changes", "moves", "text"),
    [
        ({}, True, "Training ..."),
        ({"requests": frozenset({"pause"})}, True, "Pausing ..."),
        ({"requests": frozenset({"stop"})}, True, "Stopping ..."),
        ({"requests": frozenset({"discard", "stop"})}, True, "Discarding ..."),
        ({"stage": "loading TensorFlow"}, False, "Loading TensorFlow ..."),
        (
            {"stage": "drawing", "drawn_share": 0.4},
            False,
            "Drawing more examples ...  \u00b7  40 %",
        ),
        ({"status": "paused", "requests": frozenset({"pause"})}, False, "Paused"),
        ({"status": "interrupted"}, False, "Interrupted"),
    ],
)
def test_how_far_a_run_is_is_said_in_words(record, changes, moves, text):
    about = run_data.since(replace(record, state=replace(STATE, **changes)))["about"]
    assert (about["text"], about["moves"]) == (text, moves)


def test_of_the_published_run_only_the_epochs_are_known():
    told = run_data.since(run_records.find("published"))
    assert told["lines"].keys() == {"epoch", "loss", "accuracy"}
    assert told["lines"]["epoch"] == told["tests"]["epoch"] == list(range(1, 11))
    assert told["tests"]["accuracy"][-1] == 0.9904
    assert told["about"]["text"] == "Finished  \u00b7  epoch 10.0 of 10"
