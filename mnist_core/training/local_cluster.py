"""Start a cluster of three nodes on this machine, to try one.

    python -m mnist_core.training.local_cluster

Each node is a Ray of its own at an address of its own, as if it were a machine, and
trains one network at a time. On real machines Ray's own command does the same, as
docs/cluster.md tells.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mnist_core.storage.paths import CHECKOUT

PORT: Final = 6379  # Ray's own choice
TRIES: Final = 3
MEMORY: Final = 100_000_000  # bytes, for what is on its way between two nodes
WITHOUT: Final = ("--include-dashboard=false", "--disable-usage-stats")
USE: Final = "    MNIST_RAY={} make run"
RAY: Final = str(Path(sys.executable).with_name("ray"))


@dataclass(frozen=True)
class Node:
    """A node: what starts it leads the group of its processes, and ends early."""

    starter: subprocess.Popen[bytes]

    def kill(self) -> None:
        """Have it vanish, as if its machine had lost its power."""
        with suppress(ProcessLookupError):
            os.killpg(self.starter.pid, signal.SIGKILL)
        self.starter.wait()


@dataclass(frozen=True)
class LocalCluster:
    """Nodes, the head first; `address` is for MNIST_RAY."""

    address: str
    nodes: list[Node]


@contextmanager
def started(*, nodes: int = 3, port: int = PORT) -> Iterator[LocalCluster]:
    """Start nodes, which end with the context. Only who has their token may join.

    Raises:
        OSError: Ray could not be started.
    """
    cluster = LocalCluster(f"{_ip(0)}:{port}", [])
    join = f"--address={cluster.address}"
    with ExitStack() as held:
        for number in range(nodes):  # of two at once, Ray takes the one for the other
            how = (join,) if number else ("--head", f"--port={port}", *WITHOUT)
            node = _start(number, *how)
            cluster.nodes.append(node)
            held.callback(node.kill)
        yield cluster


def main() -> None:
    """Start a cluster, say how to use it, and end it with Ctrl-C."""
    # Has Ray make up a token, unless there is one: the app reads it where it is kept.
    subprocess.run(
        [RAY, "get-auth-token", "--generate"], check=True, capture_output=True
    )
    print("Starting three nodes ...", flush=True)
    with started() as cluster, suppress(KeyboardInterrupt):
        print(
            f"They are there. In another terminal:\n\n{USE.format(cluster.address)}\n"
        )
        print("Ctrl-C ends them.", flush=True)
        signal.pause()


def _start(number: int, *options: str) -> Node:
    """Start a node, on a busy machine with a second try: Ray waits for 30 s."""
    for _ in range(TRIES):
        node = _try(number, *options)
        if node.starter.wait() == 0:
            return node
        node.kill()
    raise OSError("Ray could not be started; /tmp/ray/session_latest/logs says why")


def _try(number: int, *options: str) -> Node:
    slot = "--num-cpus=1", '--resources={"training": 1}'
    memory = f"--object-store-memory={MEMORY}"
    starter = subprocess.Popen(
        [RAY, "start", f"--node-ip-address={_ip(number)}", *slot, memory, *options],
        # A node finds the code by this, wherever it was started.
        env={**os.environ, "RAY_AUTH_MODE": "token", "PYTHONPATH": str(CHECKOUT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return Node(starter)


def _ip(number: int) -> str:
    """Return an address of a node; Ray takes 127.0.0.1 for another."""
    return f"127.0.0.{number + 2}"


if __name__ == "__main__":
    main()
