import os
import signal

import pytest

from mnist_core import recipes
from mnist_core.cli.interrupts import InterruptHandler
from mnist_core.cli.progress import show_progress
from mnist_core.errors import MnistError
from mnist_core.runs import manager
from mnist_core.runs.run import Run
from tests.conftest import LIGHT, order, set_off, until

RECIPE = recipes.get("quick", data="synthetic", images=1000)


@pytest.fixture
def run(worker) -> Run:
    worker.append(manager.start(RECIPE))
    return worker[0]


def test_an_interrupt_stops_the_run_and_follows_it_to_its_end(run):
    set_off(run, LIGHT)
    until(lambda: run.metrics().batches)
    with InterruptHandler() as interrupts:
        os.kill(os.getpid(), signal.SIGINT)
        show_progress(run, interrupts=interrupts)
    assert (run.read().status, run.read().model) == ("stopped", "pretrained")


def test_every_line_is_told_once_even_when_some_are_taken_back(run):
    file = run.folder / "metrics.jsonl"
    line = '{{"epoch": {0}, "step": {0}, "seconds": {0}, "loss": 1, "accuracy": 1}}\n'
    file.write_text(line.format(1) + line.format(2))
    told = []

    def tell(row: dict) -> None:
        told.append(row["step"])
        if told == [1, 2]:  # its worker goes back to the first
            file.write_text(line.format(1))
        elif told == [1, 2, 3]:
            order(run, "")

    seen = []
    real = run.metrics

    def metrics():
        seen.append(1)
        if len(seen) == 3:
            with file.open("a") as more:
                more.write(line.format(3))
        return real()

    object.__setattr__(run, "metrics", metrics)
    show_progress(run, on_line=tell)
    assert told == [1, 2, 3]


def test_a_run_that_somebody_discards_ends_with_a_sentence(run):
    set_off(run, LIGHT)
    until(lambda: run.metrics().batches)
    with pytest.raises(MnistError, match="discarded the run"):
        show_progress(run, on_line=lambda row: run.request("discard"))
