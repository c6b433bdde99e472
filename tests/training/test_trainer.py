"""A run's two ends, without the machines between them."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mnist_core import recipes
from mnist_core.models import registry
from mnist_core.runs import folders
from mnist_core.runs.run import Run, StateValues
from mnist_core.storage import jsonl
from mnist_core.storage.mirror import Mirror
from mnist_core.storage.paths import data_dir
from mnist_core.storage.reading import read_json
from mnist_core.training import worker
from mnist_core.training.control import RunStopped
from mnist_core.training.trainer import PRIVATE, News, Trainer
from tests.conftest import until

RECIPE = recipes.get("quick", data="synthetic", images=640)


@pytest.fixture
def run(home: Path) -> Run:
    folder = home / "runs"
    folder.mkdir(parents=True)
    state: StateValues = {"name": "ada", "number": 7}
    return folders.create(folder, RECIPE, state, drawings=None, probes=())


class Line:
    """What is between two machines."""

    def __init__(self, run: Run) -> None:
        self.run, self.mirror = run, Mirror(run.folder, private=PRIVATE)
        state = read_json(run.folder / "state.json", StateValues)
        self.trainer = Trainer(run.id, self.mirror.collect(), state)
        self.news: list[News] = []

    def exchange(self) -> News:
        self.news.append(self.trainer.exchange(self.mirror.collect()))
        self.mirror.apply(self.news[-1].changes)
        return self.news[-1]

    def stage(self) -> str:
        self.exchange()
        stages = [each.state["stage"] for each in self.news if each.state]
        return stages[-1] if stages else "starting"


@pytest.fixture
def line(run: Run, home: Path, monkeypatch) -> Iterator[Line]:
    monkeypatch.setenv("MNIST_HOME", str(home.with_name("far")))
    line = Line(run)
    yield line
    run.request("stop")
    until(lambda: line.news and (line.news[-1].has_ended or line.exchange().has_ended))
    line.mirror.close()


def light(run: Run, control) -> None:
    """Train without TensorFlow: a line a step, until somebody stops it."""
    run.update(stage="training")
    step = 0
    while not run.is_requested("stop"):
        step += 1
        control.check()
        jsonl.append(run.folder / "metrics.jsonl", {"step": step})
    shutil.copytree(registry.PRETRAINED, data_dir() / "models" / "ada")
    run.update(status="stopped", model="ada")


@pytest.fixture
def lightly(monkeypatch) -> None:
    monkeypatch.setattr(worker, "train_here", light)


@pytest.fixture
def refused(monkeypatch) -> None:
    def refuse(run: Run, control) -> None:
        raise RunStopped("no more")

    monkeypatch.setattr(worker, "train_here", refuse)


def lines(run: Run) -> list[int]:
    rows = jsonl.read(run.folder / "metrics.jsonl").get(dict, [])
    return [row["step"] for row in rows]


def test_lines_come_home_in_order_and_requests_go_there(lightly, line, run):
    until(lambda: line.stage() == "training" and lines(run))
    run.request("pause")
    until(lambda: line.exchange().state.get("status") == "paused")
    line.exchange()
    held = lines(run)
    line.exchange()
    assert lines(run) == held == [*range(1, len(held) + 1)]
    run.cancel("pause")
    until(lambda: line.exchange() and len(lines(run)) > len(held))
    run.request("stop")
    until(lambda: line.exchange().has_ended)
    assert lines(run) == [*range(1, len(lines(run)) + 1)]
    last = line.news[-1]
    assert (last.state["status"], last.state["number"]) == ("stopped", 7)
    assert json.loads(last.model[registry.CARD])
    assert "strokes" not in last.changes
    assert not list(data_dir().parent.iterdir()), "nothing stays on that machine"


def test_a_state_is_told_once(lightly, line):
    until(lambda: line.stage() == "training")
    line.exchange()
    assert line.exchange().state == {}


def test_what_ends_a_run_there_is_said_here(refused, line):
    until(lambda: line.exchange().has_ended)
    assert line.news[-1].model is None
    assert line.news[-1].state["reason"] == "no more"
