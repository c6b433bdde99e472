"""Start the app's server as a process, for tests, pictures and benchmarks."""

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.browser.waiting import wait_until

CHECKOUT = Path(__file__).parents[2]
SECONDS = 90  # to wait at the most; a cold start on a busy machine takes its time
SECONDS_TO_END = 20  # before a server that was asked to end is killed


@contextmanager
def start(
    *options: str,
    environment: Mapping[str, str] = os.environ,
    ulimit: str = "",
    port: int = 0,
) -> Iterator[tuple[str, int]]:
    """Start a server with more of Streamlit's options; give its address and process id.

    Args:
        options: of Streamlit.
        environment: its variables.
        ulimit: what a shell is to limit for it first, such as "-n 256".
        port: where it is to be; otherwise at one that is free.

    Raises:
        TimeoutError: it did not start.
    """
    port = port or _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "server.py"]
    command += ["--server.port", str(port), *options]
    if ulimit:
        command = ["sh", "-c", f'ulimit {ulimit} && exec "$@"', "sh", *command]
    process = subprocess.Popen(command, cwd=CHECKOUT, env=environment)
    address = f"http://localhost:{port}"
    try:
        _wait_for(address)
        yield address, process.pid
    finally:
        _end(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(address: str) -> None:
    """Return when the server answers."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def is_up() -> bool:
        try:
            with direct.open(f"{address}/_stcore/health", timeout=5):
                return True
        except OSError:
            return False

    wait_until(is_up, seconds=SECONDS, problem="the server did not start")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=SECONDS_TO_END)
