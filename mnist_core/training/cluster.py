"""Train a run on another machine of a cluster; the only module that knows Ray.

    MNIST_RAY=auto python -m mnist_core train     # the cluster that this machine is in

The worker beside the run's folder holds its locks as ever, and trains nothing. It asks
Ray for a machine with room for a training, hands a `Trainer` there the run's files, and
exchanges with it twice a second what changed on either side. It alone writes here, so
that nothing comes from a machine that was given up. When a machine dies, the files that
are here by then go to another.
"""

import os
import socket
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

# The log has every line, as it was printed. Ray looks at this when it is imported.
os.environ |= {"RAY_DEDUP_LOGS": "0", "RAY_COLOR_PREFIX": "0"}

import ray
from ray.exceptions import (
    AuthenticationError,
    GetTimeoutError,
    RayActorError,
    RayError,
    RayTaskError,
)

from mnist_core.errors import ClusterUnavailable
from mnist_core.models import registry
from mnist_core.runs import leaderboard, queue
from mnist_core.runs.run import Run, StateValues
from mnist_core.storage.mirror import Mirror
from mnist_core.storage.reading import read_json
from mnist_core.training import worker
from mnist_core.training.control import Control, RunInterrupted
from mnist_core.training.trainer import PRIVATE, News, Trainer

SLOT: Final = "training"
"""The resource of which each machine has as many as it is to train networks at once."""

WAITING: Final = "waiting for a machine"
MACHINES: Final = 4  # that a run is given, one after the other, if they die
SECONDS_PER_EXCHANGE: Final = 0.5
SILENCE: Final = 60.0  # seconds without an answer; TensorFlow may keep one busy a while
SECONDS_PER_TRY: Final = 2.0  # to reach the cluster
WRONG_TOKEN: Final = (
    "The cluster at {} does not know this machine's token. Set RAY_AUTH_TOKEN to the "
    "cluster's, or have it in ~/.ray/auth_token, and resume the run."
)
GONE: Final = (
    "The cluster is gone. Once it is back, resume the run: it goes on after its last "
    "whole epoch."
)


def train(run: Run, control: Control) -> None:
    """Have the run trained, as `fit.train` does it here.

    Raises:
        RunStopped: it was not to go on, or the cluster is gone.
        ClusterUnavailable: one machine after the other was lost.
    """
    _connect(run, control)
    for _ in range(MACHINES):
        try:
            return _follow(run, control)
        except (RayActorError, GetTimeoutError) as error:
            print("The machine of this run was lost:", error, flush=True)
        except RayTaskError:  # the far end says what went wrong, such as a full disk
            raise
        except RayError as error:
            raise RunInterrupted(GONE) from error
    raise ClusterUnavailable(
        f"{MACHINES} machines were lost while they trained this run. Look after them, "
        "and resume it."
    )


def _connect(run: Run, control: Control) -> None:
    """Join the cluster, as soon as there is one."""
    run.update(stage="waiting for the cluster")
    while not _join(os.environ[queue.CLUSTER]):
        control.raise_if_ended()
        control.raise_if_stopped()
        time.sleep(SECONDS_PER_TRY)


def _join(address: str) -> bool:
    """Join the cluster at this address; return False if there is none."""
    try:
        _reach(address)
        ray.init(address, logging_level="warning")
    except (AuthenticationError, ConnectionError, OSError) as error:
        # Of a wrong token Ray tells by the words in the error that caused this one.
        if AuthenticationError.__name__ in "".join(traceback.format_exception(error)):
            raise ClusterUnavailable(WRONG_TOKEN.format(address)) from error
        print(f"There is no cluster at {address}:", error, flush=True)
        return False
    return True


def _reach(address: str) -> None:
    """Raise an OSError if nobody answers there: Ray takes two minutes to find out."""
    host, _, port = address.removeprefix("ray://").partition(":")
    if port:
        socket.create_connection((host, int(port)), timeout=SECONDS_PER_TRY).close()


def _follow(run: Run, control: Control) -> None:
    """Have one machine train the run, and bring home what comes of it."""
    run.update(status="running", stage=WAITING)
    with Mirror(run.folder, private=PRIVATE) as mirror, _trainer(run, mirror) as far:
        answer = far.exchange.remote({})
        while not ray.wait([answer], timeout=SECONDS_PER_EXCHANGE)[0]:
            _count_slots()
            control.raise_if_ended()
            control.raise_if_stopped()
        while not _bring_home(run, mirror, ray.get(answer, timeout=SILENCE)):
            _count_slots()
            time.sleep(SECONDS_PER_EXCHANGE)
            changes = mirror.collect()
            control.raise_if_ended()  # it is for us alone to remove the run's folder
            answer = far.exchange.remote(changes)


@contextmanager
def _trainer(run: Run, mirror: Mirror) -> Iterator[Any]:
    """Have a trainer on a machine that has room for it, until it is not needed."""
    state = read_json(run.folder / "state.json", StateValues)
    trainers = ray.remote(num_cpus=0, resources={SLOT: 1})(Trainer)
    trainer = trainers.remote(run.id, mirror.collect(), state)
    try:
        yield trainer
    finally:
        ray.kill(trainer)


def _count_slots() -> None:
    """Have more runs begin when the cluster has grown."""
    count = int(ray.cluster_resources().get(SLOT, 0))
    if count != queue.cluster_slots():
        queue.note_cluster_slots(count)
        worker.start_next()


def _bring_home(run: Run, mirror: Mirror, news: News) -> bool:
    """Write down what a machine says; tell whether that was the last of it."""
    known = len(run.metrics().epochs)
    mirror.apply(news.changes)
    if (done := len(run.metrics().epochs)) > known:
        # The other runs of its sweep are here, and not where it is trained.
        leaderboard.stop_if_behind(run, epoch=done)
    if news.state:
        run.update(**_as_here(news, run.read().name))
    return news.has_ended


def _as_here(news: News, name: str) -> StateValues:
    """Return a run's state with the process and the model that it has here."""
    here: StateValues = {**news.state, "pid": os.getpid()}
    if news.model:
        here["model"] = registry.adopt(news.model, name).name
    return here
