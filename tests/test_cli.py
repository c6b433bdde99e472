"""The command line as its users call it: a process of its own."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mnist_core import recipes, runs, store
from tests.conftest import end, until

CHECKOUT = Path(__file__).parent.parent


def call(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mnist_core", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        check=False,
    )


def objects(done: subprocess.CompletedProcess[str]) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_train_says_what_came_out_on_its_last_line():
    changes = ("--images", "1500", "--epochs", "1", "--batch-size", "32")
    more = ("--learning-rate", "0.01", "--seed", "5", "--name", "ada", "--json")
    done = call("train", "--recipe", "quick", "--data", "synthetic", *changes, *more)
    assert done.returncode == 0, done.stderr
    first, *_, result = objects(done)
    assert first["id"] == first["run"] == result["run"]
    saved = store.find("ada")
    assert (result["model"], result["status"]) == ("ada", "finished")
    assert result["test_accuracy"] == saved.card["test_accuracy"]
    assert result["test_loss"] == saved.card["test_loss"]
    assert result["history"] == saved.card["history"]
    assert result["epochs"] == 1
    assert result["fit_seconds"] > 0
    asked = {"images": 1500, "epochs": 1, "batch_size": 32, "seed": 5}
    expected = recipes.get("quick", data="synthetic", learning_rate=0.01, **asked)
    assert saved.card["recipe"] == expected.to_dict()


def test_train_refuses_what_cannot_be_trained(worker):
    done = call("train", "--epochs", "0", "--data", "synthetic")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip() == "epochs: 0 is not within 1 to 100"
    assert "MNIST is not available" in call("train", "--recipe", "quick").stderr
    worker.append(runs.start(recipes.get("quick")))
    done = call("train", "--data", "synthetic")
    assert done.returncode == 1
    assert worker[0].id in done.stderr


@pytest.fixture
def begin():
    """Starts a command and goes on; whatever it trains ends with the test."""
    begun: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "mnist_core", *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        begun.append(subprocess.Popen(command, cwd=CHECKOUT, **pipes))
        return begun[-1]

    yield start
    if run := runs.active():
        end(run)
    for process in begun:
        process.kill()
        process.communicate()


def test_a_run_is_steered_from_other_terminals_and_resumed_after_a_signal(begin):
    sizes = ("--images", "1500", "--validation", "500", "--batch-size", "16")
    training = begin("train", "--data", "synthetic", "--epochs", "20", *sizes)
    run = runs.get(training.stdout.readline().strip())
    until(lambda: run.metrics().epochs)
    (row,) = objects(call("pause", "--json"))
    assert (row["id"], row["status"], row["recipe"]) == (run.id, "paused", "quick")
    assert objects(call("runs", "--json")) == [row]
    watching = begin("watch", run.id, "--json")
    assert json.loads(watching.stdout.readline()) == run.metrics().samples[0]
    assert objects(call("resume", "--json"))[0]["status"] == "running"
    training.send_signal(signal.SIGINT)
    output, _ = training.communicate(timeout=60)
    assert training.returncode == 0
    assert {"status: stopped", "model: quick"} <= set(output.splitlines())
    *_, last = map(json.loads, watching.communicate(timeout=60)[0].splitlines())
    assert (last["status"], last["model"]) == ("stopped", "quick")
    first, epochs = store.find("quick"), run.metrics().epochs

    training = begin("train", "--resume", run.id, "--json")
    assert json.loads(training.stdout.readline())["run"] == run.id
    until(lambda: run.state["stage"] == "training" and run.metrics().batches)
    training.send_signal(signal.SIGTERM)
    output, problem = training.communicate(timeout=60)
    assert training.returncode == 0, problem
    result = json.loads(output.splitlines()[-1])
    assert (result["status"], result["model"]) == ("stopped", "quick-2")
    assert run.metrics().epochs[0] == epochs[0]
    assert store.find("quick") == first
    assert store.find("quick-2").problem is None
    assert list((run.folder / "checkpoint").iterdir()), "it can be resumed again"


def test_evaluate_scores_a_model_digit_by_digit(save):
    saved = save("ada")
    done = call("evaluate", "ada", "--data", "synthetic", "--json")
    assert done.returncode == 0, done.stderr
    (result,) = objects(done)
    accuracy = saved.card["test_accuracy"]
    assert result["test_loss"] == pytest.approx(saved.card["test_loss"], abs=1e-6)
    assert result["test_accuracy"] == pytest.approx(accuracy, abs=1e-6)
    assert list(result["per_digit"]) == list("0123456789")
    # The made-up digits are balanced: 200 of each among the 2,000.
    assert np.mean(list(result["per_digit"].values())) == pytest.approx(accuracy)


@pytest.fixture
def pictures(tmp_path, made_up, enlarge):
    """A folder of drawings and of what people leave between them."""
    folder = tmp_path / "pictures"
    (folder / "more").mkdir(parents=True)
    for index in range(6):
        drawing = 255 - enlarge(made_up.x_test[index], 5)  # black on white
        name = folder / ("more" if index % 2 else ".") / f"{index}.png"
        Image.fromarray(drawing).save(name)
    Image.new("RGB", (280, 280), "white").save(folder / "empty.png")
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    (folder / "notes.txt").write_text("no picture")
    (folder / ".hidden").write_text("not looked at")
    return folder


def test_predict_answers_for_every_file_in_order(pictures, save, made_up):
    save("ada")
    done = call("predict", pictures, "--model", "ada", "--json")
    rows = objects(done)
    paths = [row["path"] for row in rows]
    assert paths == sorted(paths)
    assert len(paths) == 9
    assert done.returncode == 1, "two files were no pictures"
    by_name = {Path(row["path"]).name: row for row in rows}
    assert "error" in by_name["broken.png"]
    assert "error" in by_name["notes.txt"]
    assert by_name["empty.png"]["digit"] is None
    read = [by_name[f"{index}.png"] for index in range(6)]
    right = [r["digit"] == d for r, d in zip(read, made_up.y_test, strict=False)]
    assert sum(right) >= 5
    for row in read:
        assert len(row["probabilities"]) == 10
        assert sum(row["probabilities"]) == pytest.approx(1, abs=1e-5)
        assert row["confidence"] == max(row["probabilities"])
        assert row["probabilities"][row["digit"]] == row["confidence"]


def test_predict_speaks_to_people_too(pictures):
    done = call("predict", pictures / "0.png", pictures / "none.png")
    seven, missing = done.stdout.splitlines()
    assert "% sure)" in seven
    assert "there is no such file" in missing
    assert done.returncode == 1
    assert call("predict", pictures / "0.png").returncode == 0


def test_drawn_scores_a_model_on_pen_drawings(pen_file):
    done = call("drawn", pen_file, "pretrained", "--brush", "16", "--json")
    assert done.returncode == 0, done.stderr
    (result,) = objects(done)
    assert (result["drawings"], result["people"]) == (100, 10)
    assert result["drawn_accuracy"] == pytest.approx(
        np.mean(list(result["per_digit"].values()))
    )
    assert result["drawn_accuracy"] > result["without_framing"]
    assert result["test_accuracy"] > 0.99


@pytest.mark.parametrize(
    "wrong", [("--brush", "0"), ("--brush", "nan"), ("--size", "5"), ("--size", "x")]
)
def test_drawn_refuses_what_cannot_be_drawn(pen_file, wrong):
    done = call("drawn", pen_file, *wrong)
    assert done.returncode == 2
    assert f"argument {wrong[0]}" in done.stderr


@pytest.mark.parametrize("command", [("drawn",), ("train", "--strokes")])
def test_pen_drawings_that_cannot_be_read_end_with_a_sentence(tmp_path, command):
    path = tmp_path / "pens.jsonl"
    path.write_text("no drawings")
    done = call(*command, path, *(["--data", "synthetic"] * (len(command) - 1)))
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no drawing in it" in done.stderr
    assert "Traceback" not in done.stderr


def test_models_lists_what_there_is_and_what_is_wrong(save):
    (save("ada").folder / store.WEIGHTS).unlink()
    store.choose("pretrained")
    ada, pretrained = objects(call("models", "--json"))
    assert (ada["name"], ada["default"]) == ("ada", False)
    assert "is missing" in ada["problem"]
    assert pretrained["default"]
    assert pretrained["problem"] is None
    assert pretrained["test_accuracy"] > 0.99
    assert "ada" in call("models").stdout


def test_figures_are_written(mnist, tmp_path):
    done = call("figures", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    for name in ("digits.png", "history.png"):
        with Image.open(tmp_path / "out" / name) as picture:
            assert picture.width > 500


COMMANDS = ("train", "evaluate", "predict", "drawn", "models", "figures")
ON_RUNS = ("runs", "pause", "resume", "stop", "watch", "discard", "delete")


@pytest.mark.parametrize("command", [*COMMANDS, *ON_RUNS])
def test_every_command_has_help_with_an_example(command):
    done = call(command, "--help")
    assert done.returncode == 0
    assert f"Example: python -m mnist_core {command}" in " ".join(done.stdout.split())


@pytest.mark.parametrize("command", ["evaluate", "figures"])
def test_unknown_models_end_with_a_sentence(command):
    more = ["--out", "x"] if command == "figures" else []
    done = call(command, "nobody", *more)
    assert done.returncode == 1
    assert "no model named 'nobody'" in done.stderr
    assert "Traceback" not in done.stderr
