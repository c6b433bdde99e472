"""The commands on models, in this process; `test_parser.py` has some as processes."""

import numpy as np
import pytest
from PIL import Image

from mnist_core import recipes
from mnist_core.models import registry
from mnist_core.runs import manager
from tests.conftest import rows


def test_train_refuses_what_cannot_be_trained(call, worker, no_download):
    status, output, problem = call("train", "--epochs", "0", "--data", "synthetic")
    assert (status, output) == (1, "")
    assert problem.strip() == "epochs: 0 is not within 1 to 100"
    assert "MNIST is not available" in call("train", "--recipe", "quick")[2]
    worker.append(manager.start(recipes.get("quick")))
    status, _, problem = call("train", "--data", "synthetic", "--no-wait")
    assert status == 1
    assert worker[0].id in problem


def test_evaluate_scores_a_model_digit_by_digit(call, save):
    saved = save("ada")
    status, output, problem = call("evaluate", "ada", "--data", "synthetic", "--json")
    assert status == 0, problem
    (result,) = rows(output)
    accuracy = saved.card["test_accuracy"]
    assert result["test_loss"] == pytest.approx(saved.card["test_loss"], abs=1e-6)
    assert result["test_accuracy"] == pytest.approx(accuracy, abs=1e-6)
    assert list(result["per_digit"]) == list("0123456789")
    # The made-up digits are balanced: 200 of each among the 2,000.
    assert np.mean(list(result["per_digit"].values())) == pytest.approx(accuracy)


def test_predict_speaks_to_people_too(call, made_up, enlarge, tmp_path):
    path = tmp_path / "digit.png"
    Image.fromarray(255 - enlarge(made_up.x_test[0], 5)).save(path)
    status, output, _ = call("predict", path, tmp_path / "none.png")
    read, missing = output.splitlines()
    assert "% sure)" in read
    assert "there is no such file" in missing
    assert status == 1
    assert call("predict", path)[0] == 0


def test_drawn_scores_a_model_on_pen_drawings(call, pen_file):
    status, output, problem = call(
        "pen-accuracy", pen_file, "pretrained", "--brush", "16", "--json"
    )
    assert status == 0, problem
    (result,) = rows(output)
    assert (result["drawings"], result["people"]) == (100, 10)
    assert result["pen_accuracy"] == pytest.approx(
        np.mean(list(result["per_digit"].values()))
    )
    assert result["pen_accuracy"] > result["without_framing"]
    assert result["test_accuracy"] > 0.99


@pytest.mark.parametrize(
    "wrong", [("--brush", "0"), ("--brush", "nan"), ("--size", "5"), ("--size", "x")]
)
def test_drawn_refuses_what_cannot_be_drawn(call, pen_file, wrong):
    status, _, problem = call("pen-accuracy", pen_file, *wrong)
    assert status == 2
    assert f"argument {wrong[0]}" in problem


@pytest.mark.parametrize("command", [("pen-accuracy",), ("train", "--strokes")])
def test_pen_drawings_that_cannot_be_read_end_with_a_sentence(call, tmp_path, command):
    path = tmp_path / "pens.jsonl"
    path.write_text("no drawings")
    more = ["--data", "synthetic"] * (len(command) - 1)
    status, output, problem = call(*command, path, *more)
    assert (status, output) == (1, "")
    assert "there is no drawing in it" in problem


def test_models_lists_what_there_is_and_what_is_wrong(call, save):
    (save("ada").folder / registry.WEIGHTS).unlink()
    registry.choose("pretrained")
    ada, pretrained = rows(call("models", "--json")[1])
    assert (ada["name"], ada["default"]) == ("ada", False)
    assert "is missing" in ada["problem"]
    assert pretrained["default"]
    assert pretrained["problem"] is None
    assert pretrained["test_accuracy"] > 0.99
    assert "ada" in call("models")[1]


def test_a_model_is_deleted_damaged_or_not_and_the_one_that_ships_is_not(call, save):
    (save("ada").folder / registry.WEIGHTS).unlink()
    save("eve")
    assert "'ada' is deleted" in call("delete-model", "ada")[1]
    (row,) = rows(call("delete-model", "eve", "--json")[1])
    assert row == {"name": "eve", "status": "deleted"}
    status, _, problem = call("delete-model", "pretrained")
    assert status == 1
    assert "comes with the app and stays" in problem
    assert [saved.name for saved in registry.models()] == ["pretrained"]


def test_figures_are_written(call, mnist, tmp_path):
    status, _, problem = call("figures", "--out", tmp_path / "out")
    assert status == 0, problem
    for name in ("digits.png", "history.png"):
        with Image.open(tmp_path / "out" / name) as picture:
            assert picture.width > 500


COMMANDS = (
    *("train", "evaluate", "predict", "pen-accuracy", "figures", "archive"),
    *("models", "delete-model", "export", "import"),
)
ON_RUNS = ("runs", "pause", "resume", "stop", "watch", "discard", "delete")


@pytest.mark.parametrize("command", [*COMMANDS, *ON_RUNS])
def test_every_command_has_help_with_an_example(call, command):
    status, output, _ = call(command, "--help")
    assert status == 0
    assert f"Example: python -m mnist_core {command}" in " ".join(output.split())


@pytest.mark.parametrize(
    "command",
    [
        *(("evaluate", "nobody"), ("figures", "nobody", "--out", "x")),
        *(("delete-model", "nobody"), ("predict", "x.png", "--model", "nobody")),
    ],
)
def test_unknown_models_end_with_a_sentence(call, command):
    status, _, problem = call(*command)
    assert status == 1
    assert "no model named 'nobody'" in problem
