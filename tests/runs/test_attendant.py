"""While a server is there, a line goes on though the worker before was killed."""

import signal

import pytest

from mnist_core import recipes
from mnist_core.errors import HomeUnwritable
from mnist_core.runs import attendant, manager
from tests.conftest import order, until

RECIPE = recipes.get("quick", data="synthetic", images=1000)


@pytest.fixture(autouse=True)
def look_often(monkeypatch):
    monkeypatch.setattr(attendant, "SECONDS_PER_LOOK", 0.01)


def test_the_next_begins_when_a_worker_was_killed(worker):
    worker += [manager.start(RECIPE, wait=True) for _ in range(2)]
    with attendant.on_duty():
        order(worker[0], f"import os; os.kill(os.getpid(), {signal.SIGKILL})")
        until(lambda: worker[1].read().status == "running")


def test_what_cannot_be_started_is_told_once(monkeypatch, caplog):
    looks = []

    def fail() -> None:
        looks.append(1)
        raise HomeUnwritable("/nowhere", "no room")

    monkeypatch.setattr(manager, "start_next", fail)
    with attendant.on_duty():
        until(lambda: len(looks) > 3)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "no room" in caplog.text
