"""A server of the app on a home of its own, and what it takes of the machine."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mnist_core.storage.paths import data_dir
from pages.components.shell import server_log, visitor_files
from reliability.way_in import MEGABYTE
from tests.browser.server import start

PAGE = os.sysconf("SC_PAGE_SIZE")
TICK = os.sysconf("SC_CLK_TCK")
NOWHERE = "http://127.0.0.1:9"  # no network: refused at once


@dataclass(frozen=True)
class Served:
    """A server that runs, by its address and its process; on Linux it is measured."""

    address: str
    process: int

    @property
    def megabytes(self) -> float:
        """Return the memory that it takes now."""
        pages = int(self._proc("statm").read_text().split()[1])
        return pages * PAGE / MEGABYTE

    @property
    def descriptors(self) -> int:
        """Return how many files and lines it has open."""
        return len(list(self._proc("fd").iterdir()))

    @property
    def processor_seconds(self) -> float:
        """Return the processor seconds that it has taken so far."""
        fields = self._proc("stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def _proc(self, name: str) -> Path:
        return Path(f"/proc/{self.process}/{name}")


@contextmanager
def serve() -> Iterator[Served]:
    """Start a server with an empty home, which is this process's as well meanwhile."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(
            {
                "MNIST_HOME": home,
                "KERAS_HOME": f"{home}/keras",
                "http_proxy": NOWHERE,
                "https_proxy": NOWHERE,
            }
        )
        try:
            with start(environment=os.environ) as (address, process):
                yield Served(address, process)
        finally:
            os.environ.clear()
            os.environ.update(before)


def errors() -> list[str]:
    """Return the errors in the server's log, each with the traceback below it."""
    events = re.split(r"\n(?! )", server_log.path().read_text(encoding="utf-8"))
    return [event for event in events if " ERROR " in event.partition("\n")[0]]


def files() -> int:
    """Count the files in the home but those of the log and of visitors."""
    kept = {server_log.path().parent, visitor_files.folder()}
    every = (path for path in data_dir().rglob("*") if path.is_file())
    return sum(path.parent not in kept for path in every)


def visitors_kept() -> int:
    """Count the files of what visitors drew and said, which are kept for a day."""
    return len(list(visitor_files.folder().glob("*.json")))
