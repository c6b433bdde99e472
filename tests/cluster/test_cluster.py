"""Runs on a real cluster: whatever vanishes, nothing is lost and nothing is doubled.

All tests share three nodes, in this order: each leaves fewer of them.
"""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("ray", reason="make test-cluster has Ray")

from mnist_core import recipes
from mnist_core.models import registry
from mnist_core.runs import manager, queue, steering
from mnist_core.runs.run import Run
from mnist_core.storage import jsonl
from mnist_core.training import local_cluster
from mnist_core.training.local_cluster import LocalCluster
from tests import conftest

PORT = 8722
EPOCHS = 2
# On two cores three nodes load TensorFlow at a time, and Ray beside them.
until = partial(conftest.until, seconds=240)


@contextmanager
def nodes(count: int, far_home: Path) -> Iterator[LocalCluster]:
    """Nodes that cannot see the home of the test."""
    with ExitStack() as held:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MNIST_HOME", str(far_home))
            started = local_cluster.started(nodes=count, port=PORT)
            cluster = held.enter_context(started)
        yield cluster


@pytest.fixture(scope="module")
def token() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_AUTH_MODE", "token")
        patch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
        yield


@pytest.fixture(scope="module")
def cluster(token, tmp_path_factory) -> Iterator[LocalCluster]:
    with nodes(3, tmp_path_factory.mktemp("far")) as started:
        yield started


@pytest.fixture(autouse=True)
def to_the_cluster(home: Path, token, monkeypatch) -> None:
    monkeypatch.setenv(queue.CLUSTER, f"127.0.0.2:{PORT}")


def start(number: int) -> Run:
    recipe = recipes.get(
        "quick", data="synthetic", images=1280, epochs=EPOCHS, seed=number
    )
    return manager.start(recipe, name=f"run-{number}", wait=True)


def status(run: Run) -> str:
    return run.read().status


def train_an_epoch(runs: list[Run]) -> None:
    """Have runs pause after their first epoch, with all of it here."""
    for run in runs:
        until(lambda run=run: run.read().is_active)
        steering.step(run.folder, batches=None)
    for run in runs:
        until(lambda run=run: status(run) == "paused" and run.metrics().epochs)
        until(lambda run=run: any((run.folder / "checkpoint").glob("epoch-1*")))


def go_on_to_the_end(runs: list[Run]) -> None:
    for run in runs:
        run.cancel("pause")
        until(lambda run=run: status(run) in ("finished", "failed", "stopped"))


def assert_whole(run: Run, *, epochs: int = EPOCHS) -> None:
    """Assert that every step is here once, in order, and the model as it was saved."""
    assert status(run) == "finished", run.log()
    rows = jsonl.read(run.folder / "metrics.jsonl")[dict]
    steps = [row["step"] for row in rows if "learning_rate" in row]
    assert steps == sorted(set(steps))
    places = [row["epoch"] for row in rows]
    assert places == sorted(places)
    assert [row["epoch"] for row in run.metrics().epochs] == [*range(1, epochs + 1)]
    stored = registry.find(run.read().model)
    assert stored.problem is None
    assert stored.card["epochs"] == epochs
    assert stored.card["recipe"]["seed"] == run.read().recipe.seed


def test_who_has_another_token_is_told_so(cluster, monkeypatch):
    monkeypatch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
    run = start(0)
    until(lambda: status(run) == "failed")
    assert "does not know this machine's token" in run.read().reason


def test_six_runs_come_home_from_three_nodes_though_one_of_these_dies(cluster):
    runs = [start(number) for number in range(6)]
    until(lambda: queue.cluster_slots() == 3)
    until(lambda: [status(run) for run in runs].count("waiting") == 3)
    first = [run for run in runs if status(run) != "waiting"]
    train_an_epoch(first)
    assert all(run.read().pid for run in first)

    cluster.nodes[2].kill()
    until(lambda: "waiting for a machine" in {run.read().stage for run in first})
    (moved,) = (run for run in first if run.read().stage == "waiting for a machine")
    kept = [run for run in first if run != moved]
    assert [len(run.metrics().epochs) for run in first] == [1, 1, 1], "none is lost"

    kept[0].request("stop")  # it makes room
    until(lambda: status(kept[0]) == "stopped")
    assert registry.find(kept[0].read().model).card["epochs"] == 1
    until(lambda: status(moved) == "paused")
    rest = [run for run in runs if run != kept[0]]
    go_on_to_the_end(rest)
    for run in rest:
        assert_whole(run)
    assert "was lost" in moved.log()
    assert len({run.read().model for run in runs}) == 6
    assert not any(path.is_dir() for path in manager.data_dir().glob(".new-*"))


def test_when_the_head_is_gone_runs_are_interrupted_and_resumed(
    cluster, tmp_path_factory
):
    runs = [start(number) for number in range(2)]
    train_an_epoch(runs)
    cluster.nodes[0].kill()
    until(lambda: [status(run) for run in runs] == ["interrupted"] * 2)
    cluster.nodes[1].kill()

    for run in runs:
        manager.resume(run, wait=True)
    until(lambda: runs[0].read().stage == "waiting for the cluster")
    with nodes(1, tmp_path_factory.mktemp("far")):
        go_on_to_the_end(runs)
    for run in runs:
        assert_whole(run)


def test_a_run_that_waits_for_a_cluster_can_be_discarded():
    run = start(0)
    until(lambda: run.read().stage == "waiting for the cluster")
    run.request("discard")
    until(lambda: not run.folder.exists())
