"""Where the app keeps its files, and how it writes them.

Everything is under one folder: `MNIST_HOME`, or `var/` in the checkout.

    from mnist_core.storage.paths import home
    print(home())
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
from typing import Any, Final
from uuid import uuid4

from mnist_core.errors import HomeUnwritable, NameInvalid

DAY: Final = 24 * 60 * 60  # seconds
CHECKOUT = Path(__file__).resolve().parents[2]


def data_dir() -> Path:
    """The folder that holds runs and models; it need not exist yet."""
    named = os.environ.get("MNIST_HOME")
    return Path(named).expanduser().absolute() if named else CHECKOUT / "var"


@contextmanager
def wrap_os_errors() -> Iterator[None]:
    """Around whatever writes to the home.

    Raises:
        HomeUnwritable: the disk is full, say, or the folder is read-only.
    """
    try:
        yield
    except OSError as error:
        raise HomeUnwritable(str(data_dir()), error.strerror or str(error)) from error


def check_name(name: str) -> str:
    """Return `name` when it can name a folder on every system.

    Raises:
        NameInvalid: it is empty, too long, or has characters a folder should not.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}", name) or name[-1] in " .":
        raise NameInvalid(name)
    return name


def write_json(path: Path, content: Any) -> None:
    """Write `content` to `path`: a reader sees the old file or the new, never half."""
    beside = path.with_name(f".{path.name}-{uuid4().hex}")
    try:
        with beside.open("x", encoding="utf-8") as file:
            json.dump(content, file, indent=2, allow_nan=False)
            file.write("\n")
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def read_json(path: Path) -> Any:
    """Read what `write_json` wrote.

    Raises:
        OSError: the file is not there or cannot be read.
        ValueError: what is in it is not JSON.
    """
    return json.loads(path.read_text(encoding="utf-8"))


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
    """Remove what killed processes left there half made or half removed a day ago."""
    for left in (*folder.glob(".new-*"), *folder.glob(".old-*")):
        with suppress(FileNotFoundError):  # somebody else has just removed it
            if time.time() - left.stat().st_mtime > DAY:
                shutil.rmtree(left, ignore_errors=True)


def remove_folder(folder: Path) -> None:
    """Remove a folder: it is gone at once for everybody, then taken apart."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".old-") as trash:
        folder.rename(Path(trash) / "folder")
