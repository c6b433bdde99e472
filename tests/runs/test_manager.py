import importlib.util
import json
import os
import subprocess
import sys
import threading

import pytest

from mnist_core import recipes
from mnist_core.errors import (
    NameInvalid,
    RecipeError,
    RunActive,
    RunNotFound,
    StrokesUnreadable,
)
from mnist_core.evaluation import dataset
from mnist_core.runs import manager
from mnist_core.runs.metrics import Metrics
from mnist_core.runs.run import Run
from tests.conftest import order, until

RECIPE = recipes.get("quick", data="synthetic", images=1000, epochs=4)


def start(worker, **options) -> Run:
    run = manager.start(RECIPE, **options)
    worker.append(run)
    return run


def write_metrics(run: Run, *rows: dict, tail: str = "") -> None:
    text = "".join(json.dumps(row) + "\n" for row in rows) + tail
    (run.folder / "metrics.jsonl").write_text(text)


def batch(epoch: float, seconds: float) -> dict:
    step = round(epoch * RECIPE.steps_per_epoch)
    return {"epoch": epoch, "seconds": seconds, "step": step, "loss": 1, "accuracy": 0}


def test_a_run_describes_itself_from_the_start(worker, home):
    run = start(worker, name="ada")
    assert run.folder.parent == home / "runs"
    assert run.id.endswith("-quick")
    assert run.read().recipe == RECIPE
    assert run.read().status == "running"
    assert (run.read().stage, run.read().name) == ("starting", "ada")
    assert manager.list_runs() == [run]
    assert manager.active() == run
    assert manager.get(run.id) == run


def test_the_newest_run_is_first_when_the_clock_was_set_back(worker):
    before = start(worker)
    order(before, "")
    # It was begun while the clock was a year ahead.
    before.update(started=before.read().started + 365 * 24 * 3600)
    after = start(worker)
    assert after.read().started < before.read().started
    assert manager.list_runs() == [after, before]
    order(after, "")
    manager.resume(before)
    order(before, "")
    assert manager.list_runs() == [after, before], "a resumed run keeps its place"


def test_a_start_removes_what_a_worker_killed_long_ago_left(worker, home):
    for folder in ("runs", "models"):
        (left := home / folder / ".new-model").mkdir(parents=True)
        os.utime(left, (0, 0))
    (left := home / ".new-1-default.json").touch()
    os.utime(left, (0, 0))
    start(worker)
    assert list(home.rglob(".new-*")) == []


@pytest.mark.parametrize("module", [manager.WORKER, dataset.WORKER])
def test_the_modules_that_are_started_by_name_exist(module):
    assert importlib.util.find_spec(module)


def test_a_worker_that_is_gone_without_a_word_was_interrupted(worker):
    run = start(worker)
    order(run, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert run.read().status == "interrupted"
    assert manager.active() is None


def test_what_the_worker_said_last_is_the_status(worker):
    run = start(worker)
    run.update(status="finished", model="ada")
    order(run, "")
    assert run.read().status == "finished"
    assert run.read().model == "ada"
    assert run.read().name == "quick", "an update keeps the other values"


def test_only_one_run_at_a_time(worker):
    run = start(worker)
    with pytest.raises(RunActive) as caught:
        manager.start(RECIPE)
    assert caught.value.run_id == run.id
    assert manager.list_runs() == [run]
    order(run, "")
    assert start(worker).read().status == "running"


def test_runs_are_listed_the_newest_first(worker):
    first = start(worker, name="ada")
    order(first, "")
    second = start(worker, name="bob")
    assert manager.list_runs() == [second, first]


def test_a_resumed_run_stays_whose_it_was(worker):
    run = start(worker, name="ada", starter="somebody", snapshots=False)
    before = run.read()
    order(run, "")
    manager.resume(run)
    after = run.read()
    for name in ("name", "starter", "snapshots", "started", "recipe"):
        assert getattr(after, name) == getattr(before, name)


def test_of_two_starts_in_two_processes_one_wins(home):
    script = (
        "import subprocess, sys\n"
        "from mnist_core import errors, recipes\n"
        "from mnist_core.runs import manager\n"
        "real = subprocess.Popen\n"
        "subprocess.Popen = lambda command, **options: real(['cat'], **{**options, "
        "'stdin': sys.stdin})\n"
        "try:\n"
        "    print(manager.start(recipes.get('quick')).id, flush=True)\n"
        "except errors.RunActive:\n"
        "    print('active', flush=True)\n"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    command = [sys.executable, "-c", script]
    with (
        subprocess.Popen(command, **pipes) as one,
        subprocess.Popen(command, **pipes) as other,
    ):
        said = [one.stdout.readline().strip(), other.stdout.readline().strip()]
        assert said.count("active") == 1
        assert [run.id for run in manager.list_runs()] == [
            s for s in said if s != "active"
        ]


def test_a_stop_is_a_request_to_the_worker(worker):
    run = start(worker)
    assert not run.is_requested("stop")
    run.request("stop")
    assert run.is_requested("stop")
    assert run.read().status == "running", "the worker decides when"


def test_a_bad_name_starts_nothing(home):
    with pytest.raises(NameInvalid):
        manager.start(RECIPE, name="../ada")
    assert not home.exists()


def test_unknown_runs_are_refused():
    with pytest.raises(RunNotFound):
        manager.get("20260101-000000-quick")


def test_folders_that_are_no_runs_hurt_nothing(worker, home):
    run = start(worker)
    for name, content in [("empty", None), ("half", '{"status": "runn'), ("odd", "[]")]:
        (home / "runs" / name).mkdir()
        if content:
            (home / "runs" / name / "state.json").write_text(content)
            (home / "runs" / name / "recipe.json").write_text(content)
    (home / "runs" / "file").touch()
    assert manager.list_runs() == [run]


def test_the_log_has_what_the_worker_printed(worker):
    run = start(worker)
    order(run, "print('trained')")
    assert run.log() == "waiting for orders\ntrained\n"


def test_metrics_are_read_while_they_are_written(worker):
    run = start(worker)
    assert run.metrics() == Metrics([], [])
    scores = {"loss": 0.2, "accuracy": 0.9, "val_loss": 0.1, "val_accuracy": 0.8}
    rows = [batch(0.5, 1.0), {"epoch": 1, "seconds": 2.0, **scores}]
    write_metrics(run, *rows, tail='{"epoch": 1.2, "sec')
    assert run.metrics() == Metrics(rows[:1], rows[1:])
    write_metrics(run, *rows, batch(1.5, 3.0))
    assert [row["epoch"] for row in run.metrics().batches] == [0.5, 1.5]


def test_pen_drawings_are_kept_with_the_run(worker, pen_file):
    recipe = recipes.get("quick", data="synthetic", strokes=pen_file.name)
    run = manager.start(recipe, drawings=pen_file)
    worker.append(run)
    pen_file.unlink()
    assert len(run.pen_drawings()) == 100


def test_a_recipe_and_its_pen_drawings_belong_together(pen_file, home):
    learned = recipes.get("quick", data="synthetic", strokes=pen_file.name)
    for recipe, drawings in ((learned, None), (RECIPE, pen_file)):
        with pytest.raises(RecipeError, match="strokes"):
            manager.start(recipe, drawings=drawings)
    assert manager.list_runs() == []


def test_drawings_by_one_person_leave_nobody_to_learn_from(tmp_path, pen_file):
    lines = pen_file.read_text().splitlines(keepends=True)[:10]
    (tmp_path / "mine.jsonl").write_text("".join(lines))
    recipe = recipes.get("quick", data="synthetic", strokes="mine.jsonl")
    with pytest.raises(StrokesUnreadable, match="two people"):
        manager.start(recipe, drawings=tmp_path / "mine.jsonl")


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ({"started": "1.7e9"}, "state.json is damaged"),
        ({"started": float("inf")}, "state.json is damaged"),
        ({"name": None}, "state.json is damaged: a value is missing"),
        ({"name": "../ada"}, "cannot be a name"),
        ({"status": None}, "state.json is damaged: a value is missing"),
        ({"number": "first"}, "state.json is damaged"),
    ],
)
def test_a_state_with_odd_values_is_a_damaged_run(worker, odd, said):
    run = start(worker)
    order(run, "")
    state = json.loads((run.folder / "state.json").read_text()) | odd
    state = {key: value for key, value in state.items() if value is not None}
    (run.folder / "state.json").write_text(json.dumps(state))
    assert manager.list_runs() == []
    (damaged,) = manager.list_damaged()
    assert said in damaged.problem
    manager.delete(damaged)
    assert manager.list_damaged() == []


ENDS = {
    "INFO training finished": "run.update(status='finished')",
    "WARNING training failed": "run.update(status='failed', reason='no room')",
    "WARNING training interrupted": "import os; os._exit(9)",
    "INFO training discarded": "import shutil; shutil.rmtree(run.folder)",
}
ALONE = "from mnist_core.runs.run import Run\nrun = Run(pathlib.Path(sys.argv[1]))\n"


@pytest.mark.parametrize("expected", ENDS)
def test_start_and_end_of_a_training_are_logged(worker, caplog, expected):
    caplog.set_level("INFO", logger="mnist_core")
    # Of a run of the same name, begun in the same second, somebody may not have heard
    # yet that it ended.
    ears = manager._log_end.__name__
    until(lambda: not any(ears in each.name for each in threading.enumerate()))
    run = start(worker)
    order(run, ALONE + ENDS[expected])

    def told() -> list[str]:
        lines = [f"{each.levelname} {each.getMessage()}" for each in caplog.records]
        return [line for line in lines if run.id in line]

    until(lambda: len(told()) == 2)
    began, ended = told()
    assert began == f"INFO training started: {run.id}"
    assert ended.startswith(f"{expected}: {run.id}")
    assert ended.endswith("no room") == ("failed" in expected)
