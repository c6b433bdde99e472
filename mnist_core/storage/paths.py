"""Where files are, and how they are written so that a reader never sees half of one.

Everything is under one folder: `MNIST_HOME`, or `var/` in the checkout.

    from mnist_core.storage.paths import data_dir, replacing
    with replacing(data_dir() / "notes.txt") as beside:
        beside.write_text("all of it or nothing")
"""

import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

from mnist_core.errors import HomeUnwritable, NameInvalid

DAY: Final = 24 * 60 * 60  # seconds
CHECKOUT: Final = Path(__file__).resolve().parents[2]
NEW: Final = ".new-"
"""Begins the names of files and folders that are still being written."""

OLD: Final = ".old-"
"""Begins the names of folders that are being removed."""

RESERVED: Final = re.compile(r"(con|prn|aux|nul|(com|lpt)\d) *(\.|$)", re.IGNORECASE)
"""Matches the names of Windows's devices, which no file there can have."""


def data_dir() -> Path:
    """Return the folder that holds runs and models; it need not exist yet."""
    named = os.environ.get("MNIST_HOME")
    return Path(named).expanduser().absolute() if named else CHECKOUT / "var"


@contextmanager
def wrap_os_errors() -> Iterator[None]:
    """Give an error that people can act on for whatever fails to write to the folder.

    Raises:
        HomeUnwritable: the disk is full, say, or the folder is read-only.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise HomeUnwritable(str(data_dir()), reason) from error


def check_name(name: str) -> str:
    """Return `name` when it can name a folder on every system.

    Raises:
        NameInvalid: it is empty, too long, a name that Windows keeps for its devices,
            or has characters a folder should not.
    """
    allowed = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}", name)
    if not allowed or name[-1] in " ." or RESERVED.match(name):
        raise NameInvalid(name)
    return name


@contextmanager
def replacing(
    path: Path, *, durable: bool = False, exclusive: bool = False
) -> Iterator[Path]:
    """Give a path beside `path` to write to; the file moves into place at the end.

    A reader sees the old file or the new one, never half. Where the writing fails, the
    old file stays and nothing is left behind.

    Args:
        path: the file to write; what is given ends in its name.
        durable: have the content on the disk before it gets the name, so that a power
            cut cannot leave the name without it.
        exclusive: raise FileExistsError if there is such a file already. Of two
            processes that write the same one, exactly one succeeds.
    """
    beside = path.with_name(f"{NEW}{uuid4().hex}-{path.name}")
    try:
        yield beside
        if durable:
            with beside.open("rb") as file:
                os.fsync(file)
        if exclusive:
            os.link(beside, path)
        else:
            beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_json(path: Path, content: object) -> None:
    """Write `content` to `path` as JSON, all of it or nothing."""
    with replacing(path) as beside, beside.open("x", encoding="utf-8") as file:
        json.dump(content, file, indent=2, allow_nan=False)
        file.write("\n")


@contextmanager
def new_folder(among: Path) -> Iterator[Path]:
    """Make an empty folder beside others, which nobody sees before `publish_folder`.

    What is not published is removed at the end.
    """
    among.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=among, prefix=NEW) as scratch:
        new = Path(scratch) / "new"
        new.mkdir()
        yield new


def publish_folder(finished: Path, folder: Path, name: str) -> Path:
    """Move a finished folder to `folder/name`, or to `name-2`, `name-3` ... if taken.

    The move is one rename: nobody sees the folder before it is whole, and of two
    processes that want the same name each gets one of its own.
    """
    attempt = 1
    while True:
        target = folder / (name if attempt == 1 else f"{name}-{attempt}")
        try:
            if not target.exists():
                return finished.rename(target)
        except OSError:
            if not target.exists():
                raise
        attempt += 1


def remove_stale(folder: Path) -> None:
    """Remove what killed processes left half written or half removed a day ago."""
    for left in (*folder.glob(f"{NEW}*"), *folder.glob(f"{OLD}*")):
        with suppress(FileNotFoundError):  # another process has just removed it
            if time.time() - left.stat().st_mtime > DAY:
                _remove(left)


def remove_folder(folder: Path) -> None:
    """Remove a folder: it is gone at once for everybody, then taken apart."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=OLD) as trash:
        folder.rename(Path(trash) / "folder")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink()
