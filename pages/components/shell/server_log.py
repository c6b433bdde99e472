"""Keep a log of the server: when it started, who came, what was trained and went wrong.

with server_log.writing(): ...    in server.py, for as long as it serves

It is for people: an event is a line with its time, an exception's traceback stands
indented below it. What happens is logged where it happens, by Python's `logging`. No
drawing goes into it, and nothing that says who somebody is.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from mnist_core.storage.paths import data_dir

OURS: Final = ("mnist_core", "pages")
# Of Streamlit and its server only faults: a page's exception, one of its parts', one
# while a request is answered. Each keeps its loggers apart from all others.
THEIRS: Final = ("streamlit.error_util", "streamlit.runtime.fragment", "uvicorn.error")
MOST_BYTES: Final = 1_000_000  # of a file; then the next one begins
OLD_FILES: Final = 2
LONGEST: Final = 300  # characters of a line, whatever somebody sent that is in it

_LOG: Final = logging.getLogger(__name__)


def path() -> Path:
    """Return the file of the log."""
    return data_dir() / "log" / "studio.log"


@contextmanager
def writing() -> Iterator[None]:
    """Log what happens from the start of the server to its end."""
    handler = _handler()
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    for name in (*OURS, *THEIRS):
        logging.getLogger(name).addHandler(handler)
    _LOG.info("server started")
    try:
        yield
    finally:
        _LOG.info("server ended")
        for name in (*OURS, *THEIRS):
            logging.getLogger(name).removeHandler(handler)
        handler.close()


def _handler() -> logging.Handler:
    """Return what writes the log: into its file, or on a read-only disk to stderr."""
    handler: logging.Handler
    try:
        path().parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            path(), maxBytes=MOST_BYTES, backupCount=OLD_FILES, encoding="utf-8"
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.addFilter(_is_wanted)
    handler.setFormatter(_OneLine("%(asctime)s %(levelname)-7s %(message)s"))
    return handler


def _is_wanted(record: logging.LogRecord) -> bool:
    return record.name not in THEIRS or record.levelno >= logging.ERROR


class _OneLine(logging.Formatter):
    """An event's line; what is more is indented, so that nobody can forge one."""

    default_msec_format = ""

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines for an event."""
        first, *more = super().format(record).splitlines()
        return "\n".join([_plain(first), *(f"    {_plain(line)}" for line in more)])


def _plain(line: str) -> str:
    return "".join(c if c.isprintable() else " " for c in line[:LONGEST])
