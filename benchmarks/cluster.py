"""How runs go on a cluster of nodes on this machine: what it costs, what is lost."""

import os
import re
import secrets
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from matplotlib import pyplot

from mnist_core import recipes
from mnist_core.runs import manager, queue, sweeps
from mnist_core.runs.run import Run
from mnist_core.storage.paths import CHECKOUT
from mnist_core.training import local_cluster
from mnist_core.training.local_cluster import LocalCluster
from tests.browser.waiting import wait_until

LIMIT = 3_600  # seconds that all of them may take
CHART = CHECKOUT / "docs" / "cluster.png"
PORT = 8723  # a cluster that somebody tries out has another
RECIPE = recipes.get("quick", data="synthetic", images=1280, epochs=2)
VARIED: dict[str, list[int | float | str | bool]] = {
    "learning_rate": [0.001, 0.003, 0.01],
    "batch_size": [32, 64, 128],
}
SEEDS = 3
RUNS, MANY = 6, 27
Lines = Iterator[tuple[str, str]]


def many() -> Lines:
    """Measure a sweep of 27 small runs on three nodes, one of which is killed."""
    began = time.monotonic()
    with _cluster(3) as cluster:
        sweep = sweeps.start(RECIPE, VARIED, seeds=SEEDS)
        runs = [*sweep.runs(manager.read_runs())]
        _until(lambda: _count(runs, "finished") >= MANY // 3)
        cluster.nodes[2].kill()
        _until(lambda: not any(_goes_on(run) for run in runs))
    whole = sum(_is_whole(run) for run in runs)
    lost = sum("was lost" in run.log() for run in runs)
    yield "runs that came to their end, a node killed", f"{whole} of {MANY}"
    yield "of these moved to another node", str(lost)
    yield "all of it", f"{time.monotonic() - began:.0f} s"


def overhead() -> Lines:
    """Measure from the start of a run to its first metric: here, and on a node."""
    seconds, _ = _first_metric()
    yield "start to first metric, this machine trains", seconds
    with _cluster(1):
        seconds, memory = _first_metric()
    yield "start to first metric, a node trains", seconds
    yield "memory of the worker beside the home", memory


def slots() -> Lines:
    """Measure six runs on one node, on two and on three, and draw docs/cluster.png."""
    taken = {}
    for nodes in (1, 2, 3):
        with _cluster(nodes):
            _wait_for(_start(1))  # by then it is known how many there are
            began = time.monotonic()
            _wait_for(_start(RUNS))
            seconds = taken[nodes] = time.monotonic() - began
        an_hour = RUNS * 3600 / seconds
        yield f"{RUNS} runs, nodes: {nodes}", f"{seconds:.0f} s ({an_hour:.0f} an hour)"
    _draw(taken)


def _draw(taken: dict[int, float]) -> None:
    """Draw the seconds by nodes, beside those that as many machines would take."""
    figure, axes = pyplot.subplots(figsize=(5, 3), layout="constrained")
    axes.bar([*taken], [*taken.values()], label="nodes of this machine")
    axes.plot([*taken], [taken[1] / nodes for nodes in taken], "ko", label="ideal")
    axes.set(xlabel="nodes", ylabel=f"seconds for {RUNS} runs", xticks=[*taken])
    axes.legend()
    figure.savefig(CHART, dpi=150)


@contextmanager
def _cluster(nodes: int) -> Iterator[LocalCluster]:
    os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    with local_cluster.started(nodes=nodes, port=PORT) as cluster:
        os.environ[queue.CLUSTER] = cluster.address
        try:
            yield cluster
        finally:
            del os.environ[queue.CLUSTER]


def _start(count: int) -> list[Run]:
    return [manager.start(RECIPE, wait=True) for _ in range(count)]


def _first_metric() -> tuple[str, str]:
    """Return how long it takes, and the memory of the run's worker by then."""
    taken = []
    for _ in range(3):
        began = time.monotonic()
        (run,) = _start(1)
        _until(partial(_has_begun, run))
        taken.append(time.monotonic() - began)
        memory = _memory(run.read().pid)
        _wait_for([run])
    return f"{statistics.median(taken):.1f} s, median of 3", memory


def _memory(pid: int | None) -> str:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (kilobytes,) = re.findall(r"VmRSS:\s+(\d+) kB", status)
    return f"{int(kilobytes) / 1000:.0f} MB"


def _wait_for(runs: list[Run]) -> None:
    _until(lambda: not any(_goes_on(run) for run in runs))


def _has_begun(run: Run) -> bool:
    return bool(run.metrics().batches)


def _goes_on(run: Run) -> bool:
    return run.read().status in ("waiting", "running")


def _count(runs: list[Run], status: str) -> int:
    return sum(run.read().status == status for run in runs)


def _is_whole(run: Run) -> bool:
    """Tell whether a run has its model, and each of its lines once and in order."""
    state, metrics = run.read(), run.metrics()
    steps = [row["step"] for row in metrics.batches]
    epochs = [row["epoch"] for row in metrics.epochs]
    return (
        state.status == "finished"
        and bool(state.model)
        and steps == sorted(set(steps))
        and epochs == [1.0, 2.0]
    )


def _until(condition: Callable[[], object]) -> None:
    wait_until(condition, seconds=LIMIT, problem="the runs do not end")
