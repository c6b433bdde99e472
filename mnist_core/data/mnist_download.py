"""Let Keras download MNIST, in a process of its own, and say in words why it did not.

    from mnist_core.data import mnist_download
    mnist_download.run(folder, lambda transfer: print(transfer))

Keras reports no progress, sets no time-out and deletes a cached file whose re-download
fails. So it works in a process and in a folder of its own, and its file is watched
growing.
"""

import os
import re
import ssl
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.error import ContentTooShortError, HTTPError, URLError

from mnist_core.errors import describe
from mnist_core.storage.paths import CHECKOUT

BYTES: Final = 11_490_434  # of the file that Keras downloads
UNSEEN: Final = 16_384  # bytes that may have come before the file grows by them
MEGABYTE: Final = 1_000_000  # bytes
HOUR: Final = 3600  # seconds
STALLED_AFTER = 30.0  # seconds in which the file does not grow
SLOWEST_START = 300.0  # seconds until Keras is loaded, on a computer that is busy

CHILD = "from mnist_core.data import mnist_download; mnist_download.main()"
"""The code of the process in which Keras downloads MNIST."""

WEB_PAGE: Final = "a web page"
LOG_IN: Final = "Open a browser, log in if your network asks you to, and try again."
NO_START: Final = "This computer is too busy to begin. Try again later."
NO_ANSWER: Final = (
    "MNIST's server did not answer for half a minute. Check the connection to the "
    "internet and try again."
)
TRICKLES: Final = (
    "Hardly anything of MNIST arrived for half a minute. The network is so slow that "
    "it would take hours, or it is gone: try again later, or in another network."
)


class Unusable(Exception):
    """A source does not have MNIST; the message says why, in whole sentences."""


class Stopped(Unusable):
    """Whoever hears of the progress raises this to end the download."""

    def __init__(self) -> None:
        super().__init__("It was stopped. Try again when you like.")


@dataclass(frozen=True)
class Transfer:
    """How far a download is; as text, a line for people."""

    received: int = 0  # bytes
    seconds: float = 0.0  # since the server began to answer

    @property
    def share(self) -> float:
        """Return how much of it is here, 0 to 1."""
        return min(self.received / BYTES, 1.0)

    @property
    def hours_left(self) -> int:
        """Return how many whole hours it will take at the least, at its speed so far.

        What comes is written a block at a time: a byte a second shows as nothing.
        """
        fastest = (self.received + UNSEEN) / max(self.seconds, 1.0)
        return int((BYTES - self.received) / fastest / HOUR)

    def __str__(self) -> str:
        if not self.seconds:
            return f"Asking for MNIST ({BYTES / MEGABYTE:.0f} MB), this once ..."
        so_far = f"{self.received / MEGABYTE:.1f} of {BYTES / MEGABYTE:.1f} MB"
        line = f"Downloading MNIST: {so_far}"
        if hours := self.hours_left:
            length = "an hour" if hours == 1 else f"{hours} hours"
            line += f", so slowly that it takes more than {length}"
        return line


Progress = Callable[[Transfer], None]
"""Hears several times a second how far a download is; what it raises ends it."""


def run(folder: Path, progress: Progress | None = None) -> Path:
    """Have Keras download MNIST, with `folder` for its home, and return the file.

    Raises:
        Unusable: it could not, or nothing came for half a minute.
    """
    file = folder / "datasets" / "mnist.npz"
    _watch(_start(folder), file, progress)
    return file


def diagnose(file: Path) -> str:
    """Say what a file is that should hold MNIST and does not.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as content:
        head = content.read(1000).lstrip()
    if not head:
        return "an empty file"
    if head.startswith(b"<"):
        return WEB_PAGE
    if head.startswith(b"PK") and not zipfile.is_zipfile(file):
        return "a file that was cut short"
    return "a damaged file, or another one"


def explain(error: Exception, file: Path) -> str:
    """Say why Keras could not download MNIST into `file`, and what to do about it."""
    # Keras puts a sentence of its own around what urllib says.
    cause = error.__context__ or error
    if isinstance(cause, HTTPError):
        return _explain_answer(cause.code)
    broken = ContentTooShortError, ConnectionError, TimeoutError, HTTPException
    if isinstance(cause, broken):
        return "The connection broke off before all of MNIST was here. Try again."
    if isinstance(cause, URLError):
        return _explain_silence(cause.reason)
    if isinstance(error, ValueError) and file.is_file():
        what = diagnose(file)
        came = f"What came is not MNIST but {what}."
        if what == WEB_PAGE:
            return f"{came} Networks with a login send such pages. {LOG_IN}"
        return f"{came} Try again, or in another network."
    return describe(error, then="try again")


def _explain_answer(status: int) -> str:
    if 300 <= status < 400:
        return (
            "The network sends us round in circles, as some do until you log in. "
            f"{LOG_IN}"
        )
    if status in (401, 407, 511):
        return f"The network wants you to log in first. {LOG_IN}"
    return (
        f"MNIST's server refused ({status}). Perhaps your network forbids it, or the "
        "server has trouble: try again later, or in another network."
    )


def _explain_silence(reason: object) -> str:
    if refused := re.match(r"Tunnel connection failed: (\d+)", str(reason)):
        return _explain_answer(int(refused[1]))  # by a proxy
    if isinstance(reason, ssl.SSLError):
        return (
            "It was not MNIST's server that answered, or not safely. Some networks do "
            "so until you log in; so does a computer whose date is wrong. "
            f"{LOG_IN}"
        )
    return (
        "MNIST's server cannot be reached. Connect this computer to the internet and "
        "try again."
    )


def main() -> None:
    """Have Keras download MNIST; end the process with a sentence where it cannot."""
    file = Path(os.environ["KERAS_HOME"]) / "datasets" / "mnist.npz"
    try:
        import keras  # noqa: PLC0415 - only this process needs it

        keras.datasets.mnist.load_data()
    except Exception as error:
        sys.exit(explain(error, file))


def _start(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD],
        cwd=CHECKOUT,
        env={**os.environ, "KERAS_HOME": str(folder.absolute())},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _watch(child: subprocess.Popen[str], file: Path, progress: Progress | None) -> None:
    """Report how the file grows until the child ends, and end it where it does not."""
    began = received = None
    since = time.monotonic()
    with child:
        try:
            while (errors := _ended(child, within=0.2)) is None:
                now = time.monotonic()
                if began is None and file.exists():
                    began = since = now
                if (size := _received(file)) != received:
                    received, since = size, now
                if progress:
                    progress(Transfer(received or 0, now - began if began else 0.0))
                if now - since > (SLOWEST_START if received is None else STALLED_AFTER):
                    raise Unusable(_explain_stall(received, answered=bool(began)))
        finally:
            child.kill()  # where it goes on
    if child.returncode:
        said = errors.strip().splitlines() or ["The download ended. Try again."]
        raise Unusable(said[-1])


def _explain_stall(received: int | None, *, answered: bool) -> str:
    if received is None:
        return NO_START
    return TRICKLES if answered else NO_ANSWER


def _received(file: Path) -> int | None:
    """Return how many bytes have come, or None before Keras made the file's folder."""
    try:
        return file.stat().st_size  # Keras removes what it could not use
    except OSError:
        return 0 if file.parent.exists() else None


def _ended(child: subprocess.Popen[str], *, within: float) -> str | None:
    """Return what an ended child said on its error stream; None while it goes on."""
    try:
        return child.communicate(timeout=within)[1]
    except subprocess.TimeoutExpired:
        return None
