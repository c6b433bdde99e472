"""When the turn of a run comes, by how long others took."""

import json
import time

import pytest

from mnist_core import recipes
from mnist_core.runs import forecast
from mnist_core.runs.forecast import Turn
from mnist_core.runs.run import Run, RunState

QUICK = recipes.get("quick", data="synthetic", images=1000, epochs=2)
LONG = recipes.get("quick", data="synthetic", images=1000, epochs=4)
NOW = 1_700_000_000.0


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(time, "time", lambda: NOW)


@pytest.fixture
def run_of(tmp_path):
    """Returns a run, and what it says."""

    def make(status="waiting", *, recipe=QUICK, begun=None, ended=None):
        run = Run(tmp_path / str(len(list(tmp_path.iterdir()))))
        run.folder.mkdir()
        ticket = {"since": float(run.id), "moved": False}
        return run, RunState(
            recipe=recipe,
            status=status,
            stage="training",
            started=NOW,
            begun=begun,
            ended=ended,
            name="a",
            ticket=ticket if status == "waiting" else None,
        )

    return make


def turns(*runs) -> list[Turn]:
    return list(forecast.turns(dict(runs)).values())


def test_each_comes_when_those_before_it_are_done(run_of):
    finished = run_of("finished", begun=NOW - 500, ended=NOW - 480)  # 20 s
    going = run_of("running", begun=NOW - 5)
    line = [run_of(), run_of(recipe=LONG), run_of()]
    assert turns(finished, going, *line) == [
        Turn(1, pytest.approx(15)),
        Turn(2, pytest.approx(35)),
        Turn(3, pytest.approx(75)),
    ]


def test_of_two_slots_the_one_that_is_free_first_is_theirs(run_of, monkeypatch):
    monkeypatch.setenv("MNIST_RUNS", "2")
    finished = run_of("finished", begun=NOW - 500, ended=NOW - 480)
    going = [run_of("running", begun=NOW - past) for past in (5, 12)]
    found = [turn.seconds for turn in turns(finished, *going, run_of())]
    assert found == [pytest.approx(8)]


def test_what_goes_on_says_itself_how_long_it_takes(run_of):
    run, state = run_of("running", begun=NOW - 10)
    rows = [
        {"epoch": n / 4, "seconds": n, "step": n, "loss": 1, "accuracy": 0}
        for n in range(1, 4)
    ]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (run.folder / "metrics.jsonl").write_text(text)
    left = run.metrics().progress(QUICK).seconds_left
    found = turns((run, state), run_of(), run_of())
    assert [turn.seconds for turn in found] == [
        pytest.approx(left),
        pytest.approx(left + 10 + left),
    ]


@pytest.mark.parametrize("status", ["running", "paused"])
def test_where_nobody_knows_there_is_the_place_alone(run_of, status):
    finished = run_of("finished", begun=NOW - 500, ended=NOW - 480)
    known = [finished] if status == "paused" else []
    going = run_of(status, begun=NOW - 5)
    assert turns(*known, going, run_of()) == [Turn(1, None)]
