"""The app's server in a process of its own, for tests, pictures and benchmarks."""

import os
import select
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
SECONDS = 90  # to wait at the most; a cold start on a busy machine takes its time


@contextmanager
def start(
    *options: str, environment: Mapping[str, str] = os.environ
) -> Iterator[tuple[str, int]]:
    """A server with more of Streamlit's options; gives its address and process id.

    Raises:
        TimeoutError: it did not start.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    given = [*command, "--server.port", port, *options]
    with subprocess.Popen(given, cwd=CHECKOUT, env=environment) as process:
        address = f"http://localhost:{port}"
        try:
            _wait_for(address)
            yield address, process.pid
        finally:
            process.terminate()


def _wait_for(address: str) -> None:
    """Return when the server answers: its socket is tried until it does."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(SECONDS * 10):
        try:
            with direct.open(f"{address}/_stcore/health", timeout=5):
                return
        except OSError:
            select.select([], [], [], 0.1)  # let the server have the processor
    raise TimeoutError("the server did not start")
