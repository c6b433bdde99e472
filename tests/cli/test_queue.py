"""Commands that wait for their turn, and those that change the line."""

import os
import signal
import sys
import threading

import pytest

from mnist_core import recipes
from mnist_core.runs import manager
from tests.conftest import LIGHT, order, rows, set_off, until

RECIPE = recipes.get("quick", data="synthetic", images=1000, epochs=4)
KILL = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"


@pytest.fixture
def first(worker):
    """A run that goes on until it is told to end."""
    worker.append(manager.start(RECIPE))
    return worker[-1]


def put_in_line(worker):
    worker.append(manager.start(RECIPE, wait=True))
    return worker[-1]


def newest():
    return manager.list_runs()[0]


def test_train_waits_its_turn_and_says_so(call, first, worker):
    """Nobody but the command sees that the worker before it was killed."""

    def end_the_first() -> None:
        # Its row is read before its turn comes: what is captured so far says when.
        until(lambda: "\n" in sys.stdout.getvalue())
        worker.append(newest())
        order(first, KILL)
        until(lambda: worker[-1].read().is_active)
        set_off(worker[-1], LIGHT)
        until(worker[-1].metrics)
        worker[-1].request("stop")

    helper = threading.Thread(target=end_the_first)
    helper.start()
    status, output, said = call("train", "--data", "synthetic", "--json")
    helper.join()
    begun, ended = rows(output)
    waited = begun["id"], begun["status"], begun["place"]
    assert waited == (worker[-1].id, "waiting", 1)
    assert (status, ended["status"]) == (0, "stopped"), said
    assert first.read().status == "interrupted"


def test_train_that_will_not_wait_fails(call, first):
    status, output, problem = call("train", "--data", "synthetic", "--no-wait")
    assert (status, output) == (1, "")
    assert f"{first.id!r} is going on" in problem
    assert manager.list_runs() == [first]


def test_a_ctrl_c_takes_a_run_out_of_the_line(call, first):
    def press() -> None:
        until(lambda: newest() != first)
        os.kill(os.getpid(), signal.SIGINT)

    helper = threading.Thread(target=press)
    helper.start()
    assert call("train", "--data", "synthetic")[0] == 130
    helper.join()
    assert manager.list_runs() == [first]


def test_resume_waits_unless_it_is_told_not_to(call, first, worker):
    order(first, KILL)
    second = put_in_line(worker)
    assert call("resume", first.id, "--no-wait")[0] == 1
    status, output, said = call("resume", first.id)
    assert (status, output) == (0, f"{first.id}: waiting. Place 1 in line.\n")
    assert said == f"{first.id}: place 1 in line.\n"
    (row, _) = rows(call("runs", "--json")[1])[::-1]
    assert (row["id"], row["status"], row["place"]) == (first.id, "waiting", 1)
    assert second.read().status == "running"


def test_the_line_is_changed(call, first, worker):
    second, third = put_in_line(worker), put_in_line(worker)
    assert (
        call("move-back", second.id)[1] == f"{second.id}: waiting. Place 2 in line.\n"
    )
    (row,) = rows(call("take-out", third.id, "--json")[1])
    assert (row["id"], row["status"], row["place"]) == (third.id, "discarded", None)
    status, _, problem = call("take-out", first.id)
    assert (status, problem) == (1, f"The run {first.id!r} is not in line any more.\n")
    order(first, KILL)
    assert call("runs")[0] == 0
    assert second.read().status == "running", "the command found a line and nobody"
