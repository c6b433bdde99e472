import time

import pytest

from mnist_core import recipes
from mnist_core.runs.run import RunState
from pages.components.train.progress import seconds_per_look


@pytest.mark.parametrize(
    ("status", "stage", "requests", "moves"),
    [
        ("running", "training", (), True),
        ("running", "training", ("pause",), True),
        ("paused", "training", ("pause",), False),
        ("paused", "training", (), True),  # it goes on at any moment
        ("running", "loading TensorFlow", (), False),
        ("running", "testing", (), False),
    ],
)
def test_one_looks_often_while_something_moves(status, stage, requests, moves):
    state = RunState(
        recipe=recipes.get("quick"),
        status=status,
        stage=stage,
        requests=frozenset(requests),
        started=time.time(),
        name="quick",
    )
    assert seconds_per_look(state) == (0.22 if moves else 1.0)
