"""A way in is fed in a process of its own, which says what came of it."""

import json
import subprocess
import sys

import pytest

from mnist_core.storage.paths import CHECKOUT

FEED = """
import sys, time
from hypothesis import strategies
from reliability import feeding, ways
from reliability.way_in import WayIn
feeding.SECONDS = 0.2
feeding.PATIENCE = {patience}
def take(case):
    if case > 10:
        {fault}
ways.WAYS["odd"] = WayIn(strategies.integers(0, 1000), take, code=(ways,))
sys.argv = ["feeding", "odd", "20", "1"]
feeding.main()
"""


def feed(fault: str, patience: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", FEED.format(fault=fault, patience=patience)]
    return subprocess.run(
        command, cwd=CHECKOUT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("while True: pass", "Current thread"),
        ("time.sleep(60)", "Timeout"),
        ("import os; os.abort()", "Fatal Python error"),
    ],
    ids=["error", "hang", "wait", "crash"],
)
def test_a_fault_ends_it_and_is_shown(fault, said):
    ended = feed(fault, patience=1 if "sleep" in fault else 60)
    assert ended.returncode
    assert said in ended.stderr
    assert "in take" in ended.stderr


def test_it_counts_cases_and_the_lines_that_they_reached(home):
    command = [sys.executable, "-m", "reliability.feeding", "components", "1", "1"]
    told = subprocess.run(
        command, cwd=CHECKOUT, capture_output=True, text=True, check=True
    ).stdout
    fed = json.loads(told)
    assert fed["cases"] > 0
    assert 0 < fed["reached"] <= fed["lines"]
