"""The command line as its users call it: a process of its own.

What needs none is in `test_models.py` and `test_runs.py`.
"""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from mnist_core import recipes
from mnist_core.data import synthetic
from mnist_core.models import registry
from mnist_core.runs import manager
from tests.conftest import end, rows, until

CHECKOUT = Path(__file__).parents[2]


def call_process(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mnist_core", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        check=False,
    )


def test_train_says_what_came_out_on_its_last_line():
    changes = ("--images", "1500", "--epochs", "1", "--batch-size", "32")
    more = ("--learning-rate", "0.01", "--seed", "5", "--name", "ada", "--json")
    done = call_process(
        "train", "--recipe", "quick", "--data", "synthetic", *changes, *more
    )
    assert done.returncode == 0, done.stderr
    first, *_, result = rows(done.stdout)
    assert first["id"] == first["run"] == result["run"]
    saved = registry.find("ada")
    assert (result["model"], result["status"]) == ("ada", "finished")
    assert result["test_accuracy"] == saved.card["test_accuracy"]
    assert result["test_loss"] == saved.card["test_loss"]
    assert result["history"] == saved.card["history"]
    assert result["epochs"] == 1
    assert result["fit_seconds"] > 0
    asked = {"images": 1500, "epochs": 1, "batch_size": 32, "seed": 5}
    expected = recipes.get("quick", data="synthetic", learning_rate=0.01, **asked)
    assert saved.card["recipe"] == expected.to_dict()


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
    if run := manager.active():
        end(run)
    for process in begun:
        process.kill()
        process.communicate()


def test_a_run_is_steered_from_other_terminals_and_resumed_after_a_signal(begin, call):
    sizes = ("--images", "1500", "--validation", "500", "--batch-size", "16")
    training = begin("train", "--data", "synthetic", "--epochs", "20", *sizes)
    run = manager.get(training.stdout.readline().strip())
    until(lambda: run.metrics().epochs)
    (row,) = rows(call("pause", "--json")[1])
    assert (row["id"], row["status"], row["recipe"]) == (run.id, "paused", "quick")
    assert rows(call("runs", "--json")[1]) == [row]
    watching = begin("watch", run.id, "--json")
    assert json.loads(watching.stdout.readline()) == run.metrics().samples[0]
    assert rows(call("resume", "--json")[1])[0]["status"] == "running"
    training.send_signal(signal.SIGINT)
    output, _ = training.communicate(timeout=60)
    assert training.returncode == 0
    facts = {line.split()[0]: line.split()[-1] for line in output.splitlines()}
    assert (facts["status"], facts["model"]) == ("stopped", "quick")
    *_, last = map(json.loads, watching.communicate(timeout=60)[0].splitlines())
    assert (last["status"], last["model"]) == ("stopped", "quick")
    first, epochs = registry.find("quick"), run.metrics().epochs

    training = begin("train", "--resume", run.id, "--json")
    assert json.loads(training.stdout.readline())["run"] == run.id
    until(lambda: run.read().stage == "training" and run.metrics().batches)
    training.send_signal(signal.SIGTERM)
    output, problem = training.communicate(timeout=60)
    assert training.returncode == 0, problem
    result = json.loads(output.splitlines()[-1])
    assert (result["status"], result["model"]) == ("stopped", "quick-2")
    assert run.metrics().epochs[0] == epochs[0]
    assert registry.find("quick") == first
    assert registry.find("quick-2").problem is None
    assert list((run.folder / "checkpoint").iterdir()), "it can be resumed again"


SHOWN, DIGITS = synthetic.digits(6, seed=5)


@pytest.fixture
def pictures(tmp_path, enlarge):
    """A folder of drawings and of what people leave between them."""
    folder = tmp_path / "pictures"
    (folder / "more").mkdir(parents=True)
    for index, image in enumerate(SHOWN):
        drawing = 255 - enlarge(image, 5)  # black on white
        name = folder / ("more" if index % 2 else ".") / f"{index}.png"
        Image.fromarray(drawing).save(name)
    Image.new("RGB", (280, 280), "white").save(folder / "empty.png")
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    (folder / "notes.txt").write_text("no picture")
    (folder / ".hidden").write_text("not looked at")
    return folder


def test_predict_answers_for_every_file_in_order_and_says_nothing_else(pictures):
    done = call_process("predict", pictures, "--json")
    assert done.stderr.strip() == "", "TensorFlow's notes"
    answers = rows(done.stdout)
    paths = [row["path"] for row in answers]
    assert paths == sorted(paths)
    assert len(paths) == 9
    assert done.returncode == 1, "two files were no pictures"
    by_name = {Path(row["path"]).name: row for row in answers}
    assert "error" in by_name["broken.png"]
    assert "error" in by_name["notes.txt"]
    assert by_name["empty.png"]["digit"] is None
    read = [by_name[f"{index}.png"] for index in range(6)]
    right = [r["digit"] == d for r, d in zip(read, DIGITS, strict=True)]
    assert sum(right) >= 5
    for row in read:
        assert len(row["probabilities"]) == 10
        assert sum(row["probabilities"]) == pytest.approx(1, abs=1e-5)
        assert row["confidence"] == max(row["probabilities"])
        assert row["probabilities"][row["digit"]] == row["confidence"]
