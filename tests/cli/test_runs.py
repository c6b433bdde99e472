"""The commands on runs, in this process, on workers that do not really train."""

import json
import os
import signal
import subprocess
import sys
import threading

import pytest

from mnist_core import presets, recipes
from mnist_core.cli import runs
from mnist_core.cli.progress import show_progress
from mnist_core.runs import manager
from mnist_core.runs.run import Run
from tests.conftest import LIGHT, order, rows, set_off, until

RECIPE = recipes.get("quick", data="synthetic", images=1000, epochs=4)
KEYS = {"id", "status", "recipe", "epoch", "step", "pid", "test_accuracy", "name"}
KEYS |= {"place", "stage", "epochs", "started", "model", "reason", "problem"}


@pytest.fixture
def run(worker) -> Run:
    """A run whose worker waits for orders."""
    worker.append(manager.start(RECIPE, name="ada"))
    return worker[-1]


@pytest.fixture
def working(run) -> Run:
    """A run whose worker is in the middle of its work."""
    set_off(run, LIGHT)
    until(lambda: run.metrics().batches)
    return run


@pytest.fixture
def ended(run) -> Run:
    """A run whose worker was killed."""
    order(run, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    return run


def test_runs_lists_those_there_are_the_newest_first(call, ended, worker, home):
    worker.append(manager.start(RECIPE))
    newer = worker[-1]
    set_off(newer, LIGHT)
    until(lambda: newer.metrics().batches)
    (home / "runs" / "odd").mkdir()
    status, output, _ = call("runs", "--json")
    first, second, odd = rows(output)
    assert status == 0
    assert set(first) == set(second) == set(odd) == KEYS
    assert (first["id"], first["status"]) == (newer.id, "running")
    assert first["pid"] == newer.read().pid
    assert first["step"] >= 1
    assert first["epoch"] == pytest.approx(first["step"] / 10000)
    assert (second["id"], second["status"]) == (ended.id, "interrupted")
    assert (second["name"], second["recipe"]) == ("ada", "quick")
    assert (second["epoch"], second["step"], second["pid"]) == (0, 0, None)
    assert (odd["id"], odd["status"]) == ("odd", "damaged")
    assert odd["problem"] == "recipe.json is missing"
    assert {value for key, value in odd.items()} == {
        *("odd", "damaged", "recipe.json is missing", None)
    }
    table = call("runs")[1]
    assert newer.id in table
    assert "interrupted" in table


def test_no_runs_are_no_lines(call):
    assert call("runs", "--json")[:2] == (0, "")
    assert call("runs")[1] == "There are no runs yet.\n"


@pytest.mark.parametrize("named", [True, False])
def test_pause_resume_and_stop_return_when_it_is_so(call, working, named):
    name = [working.id] if named else []
    for command, expected in (("pause", "paused"), ("resume", "running")):
        status, output, _ = call(command, *name, "--json")
        (row,) = rows(output)
        assert (status, row["id"], row["status"]) == (0, working.id, expected)
        assert set(row) == KEYS
        assert row["pid"] == working.read().pid
    (row,) = rows(call("stop", *name, "--json")[1])
    assert (row["status"], row["model"]) == ("stopped", "pretrained")
    assert (row["test_accuracy"], row["pid"]) == (0.5, None)


def test_a_run_is_steered_filmed_and_goes_on_step_by_step(call, working, tmp_path):
    status, output, _ = call("steer", "--learning-rate", "0.01", "--no-dropout")
    assert status == 0
    assert output.endswith("Asked: learning rate 0.01, dropout off.\n")
    options = "--learning-rate", "recipe", "--batch-size", "64", "--json"
    (row,) = rows(call("steer", working.id, "--dropout-rate", "0.3", *options)[1])
    assert row["asked"] == {"dropout": 0.3, "batch_size": 64}
    assert row["in_force"]["learning_rate"] is None
    status, _, problem = call("steer", "--learning-rate", "11")
    assert (status, "learning_rate" in problem) == (1, True)
    (before,) = rows(call("pause", "--json")[1])
    status, output, _ = call("film", working.id, "-o", tmp_path / "film.gif")
    assert (status, output.strip()) == (0, str(tmp_path / "film.gif"))
    assert (tmp_path / "film.gif").read_bytes().startswith(b"GIF89a")
    (row,) = rows(call("step", "--batches", "10", "--json")[1])
    assert (row["status"], row["step"]) == ("paused", before["step"] + 10)
    assert call("step")[1] == f"{working.id}: paused.\n"
    assert working.metrics().batches[-1]["step"] == before["step"] + 11
    call("resume")


def test_a_preset_asks_before_and_explains_afterwards(call, worker, monkeypatch):
    def end_well(run, **_options):
        worker.append(run)
        scores = {"test_loss": 0.1, "test_accuracy": 0.5, "fit_seconds": 1.0}
        run.update(status="finished", model="ada", **scores)
        return run.read()

    monkeypatch.setattr(runs, "show_progress", end_well)
    preset = presets.PRESETS["Too few images"]
    chosen = "train", "--data", "synthetic", "--preset", "too-few-images"
    status, output, asked = call(*chosen)
    assert (status, asked) == (0, f"{preset.question}\n")
    assert output.endswith(f"{preset.explanation}\n")
    state = worker[-1].read()
    assert state.recipe == presets.recipe("Too few images", data="synthetic")
    assert state.name == "Too few images"
    order(worker[-1], "")
    status, output, asked = call(*chosen, "--epochs", "3", "--name", "three")
    assert (asked, preset.explanation in output) == ("", False)
    assert (worker[-1].read().recipe.epochs, worker[-1].read().name) == (3, "three")
    assert call(*chosen, "--recipe", "quick")[0] == 2


def test_people_get_sentences(call, working):
    assert call("pause")[1] == f"{working.id}: paused.\n"
    assert call("resume")[1] == f"{working.id}: running.\n"
    said = call("stop")[1]
    model = "Its model 'pretrained' reads 50.00 % of the test images."
    assert said == f"{working.id}: stopped. {model}\n"


def test_a_pause_that_comes_too_late_says_how_it_ended(call, run):
    def end_instead():
        until(lambda: run.is_requested("pause"))
        order(run, "raise SystemExit")

    thread = threading.Thread(target=end_instead)
    thread.start()
    status, output, _ = call("pause")
    assert (status, output) == (0, f"{run.id}: interrupted.\n")
    thread.join()


def test_resume_starts_the_newest_that_has_not_finished(call, ended, worker):
    status, output, _ = call("resume", "--json")
    (row,) = rows(output)
    assert (status, row["id"], row["status"]) == (0, ended.id, "running")
    assert row["stage"] == "starting"
    order(ended, "")
    ended.update(status="finished")
    assert "no run that can be resumed" in call("resume")[2]
    status, _, problem = call("resume", ended.id)
    assert status == 1
    assert "has finished" in problem


@pytest.mark.parametrize("command", ["pause", "stop", "watch"])
def test_what_needs_a_run_that_goes_on_says_so(call, ended, command):
    assert "No run is going on." in call(command)[2]
    assert "There is no run 'nobody'" in call(command, "nobody")[2]
    if command != "watch":
        assert "is not going on. Its status: interrupted." in call(command, ended.id)[2]


def test_resuming_a_run_that_works_is_refused(call, working):
    status, _, problem = call("resume")
    assert status == 1
    assert "is going on" in problem


@pytest.mark.parametrize("which", ["working", "ended"])
def test_discard_ends_a_run_and_deletes_it(call, which, request):
    run = request.getfixturevalue(which)
    (row,) = rows(call("discard", run.id, "--json")[1])
    assert (row["id"], row["status"], row["pid"]) == (run.id, "discarded", None)
    assert not run.folder.exists()
    assert manager.list_runs() == []


def test_delete_is_for_runs_that_have_ended(call, working):
    status, _, problem = call("delete", working.id)
    assert status == 1
    assert "is going on" in problem
    call("stop")
    (row,) = rows(call("delete", working.id, "--json")[1])
    assert (row["status"], row["model"]) == ("deleted", "pretrained")
    assert not working.folder.exists()
    assert "There is no run" in call("delete", working.id)[2]


def test_a_damaged_run_can_only_be_deleted(call, ended):
    (ended.folder / "state.json").write_text('{"status": "run')
    status, _, problem = call("resume", ended.id)
    assert status == 1
    assert "state.json is damaged" in problem
    (row,) = rows(call("delete", ended.id, "--json")[1])
    assert (row["status"], row["recipe"]) == ("deleted", None)
    assert not ended.folder.exists()


def test_watch_tells_every_line_and_then_the_row(call, working, monkeypatch):
    def stop_at_the_first_line(run, *, on_line):
        def told(row):
            on_line(row)
            run.request("stop")

        return show_progress(run, on_line=told)

    monkeypatch.setattr(runs, "show_progress", stop_at_the_first_line)
    status, output, _ = call("watch", "--json")
    *lines, row = rows(output)
    assert status == 0
    assert lines == working.metrics().batches
    assert (row["status"], row["model"]) == ("stopped", "pretrained")


def test_watching_a_run_that_was_interrupted_says_so(call, ended):
    status, output, _ = call("watch", ended.id)
    assert (status, output) == (1, f"{ended.id}: interrupted.\n")


def test_a_ctrl_c_leaves_the_run_that_is_watched_alone(working):
    command = [sys.executable, "-m", "mnist_core", "watch", "--json"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as watcher:
        assert json.loads(watcher.stdout.readline())["step"] == 1
        watcher.send_signal(signal.SIGINT)
        assert watcher.wait() == 130
        problem = watcher.stderr.read()
    assert "Traceback" not in problem
    assert f"{working.id} goes on." in problem
    assert working.read().status == "running"
    assert not working.is_requested("stop")


def test_train_says_first_which_run_it_is(call, worker):
    def stop_it() -> None:
        until(manager.active)
        worker.append(manager.active())
        until(lambda: "\n" in sys.stdout.getvalue())
        set_off(worker[0], "from mnist_core.training import worker\nraise SystemExit")

    helper = threading.Thread(target=stop_it)
    helper.start()
    status, output, problem = call("train", "--data", "synthetic", "--json")
    helper.join()
    (row,) = rows(output)
    assert row["id"] == row["run"] == worker[0].id
    assert row["status"] == "running"
    assert status == 1
    assert "The run ended: interrupted." in problem


def test_a_recipe_s_options_and_a_resume_exclude_each_other(call):
    given = ("--epochs", "3", "--no-augment", "--batch-size", "8", "--name", "x")
    status, _, problem = call("train", "--resume", "a", *given)
    assert status == 2
    assert "leave out --name, --epochs, --batch-size, --augment" in problem


def test_a_home_that_cannot_be_written_to_ends_with_a_sentence(call, monkeypatch):
    monkeypatch.setenv("MNIST_HOME", "/dev/null/home")
    status, output, problem = call("train", "--data", "synthetic")
    assert (status, output) == (1, "")
    assert problem.startswith("Nothing can be written to /dev/null/home")
    assert call("runs", "--json")[:2] == (0, "")


def test_what_the_system_refuses_ends_with_a_sentence(call, monkeypatch):
    def refuse() -> None:
        raise PermissionError(13, "Permission denied", "/somewhere")

    monkeypatch.setattr(manager, "read_runs", refuse)
    assert call("runs") == (1, "", "/somewhere: Permission denied.\n")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has such a file")  # noqa: PTH110
@pytest.mark.parametrize(
    ("shell", "problem"),
    [
        ("models > /dev/full", "The results cannot be written: No space left"),
        ("models --json | true", ""),
    ],
)
def test_results_that_nobody_can_take_end_quietly(shell, problem):
    done = subprocess.run(
        f"{sys.executable} -m mnist_core {shell}",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.startswith(problem)
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr
