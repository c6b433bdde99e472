import os
import signal

import pytest

from mnist_core import recipes
from mnist_core.cli.interrupts import InterruptHandler
from mnist_core.runs import manager

RECIPE = recipes.get("quick", data="synthetic", images=1000)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_at_the_first_interrupt_the_run_is_to_stop_once(worker, number):
    worker.append(run := manager.start(RECIPE))
    with InterruptHandler() as interrupts:
        interrupts.stop_if_interrupted(run)
        assert not run.is_requested("stop")
        os.kill(os.getpid(), number)
        interrupts.stop_if_interrupted(run)
        assert run.is_requested("stop")


def test_a_second_ctrl_c_ends_the_command():
    # Whoever runs the tests in the background has it ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with InterruptHandler():
            os.kill(os.getpid(), signal.SIGINT)
            with pytest.raises(KeyboardInterrupt):
                os.kill(os.getpid(), signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
