"""Files of JSON lines that grow: each line is read once, for however many people watch.

from mnist_core.storage import jsonl
jsonl.read(run.folder / "metrics.jsonl")[dict]
"""

import json
import os
import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Final

from mnist_core.storage import reading
from mnist_core.storage.paths import replacing

MOST_BYTES: Final = 100_000_000  # of a file that are read: many hours of training

Row = dict[str, Any]
"""One line as it was read: nobody has checked yet what is in it."""

Kind = Callable[[Row], type | None]
"""Names the type that a row should be of, a TypedDict; None leaves it out."""


def _any(_row: Row) -> type:
    return dict


def read(path: Path, kind: Kind = _any) -> dict[type, list[Any]]:
    """Return the objects in a file of JSON lines so far, oldest first, by their type.

    A line that is damaged, still being written, or not what its type says is left out.
    A file that is not there, or no regular file, has no lines.
    """
    try:
        return _reader(path, kind).read()
    except OSError:
        return {}


def append(path: Path, row: Row) -> None:
    """Append an object as a line; numbers of NumPy's are numbers in it."""
    with path.open("a") as file:
        file.write(json.dumps(row, default=float) + "\n")


def retain(path: Path, keep: Callable[[Row], bool]) -> None:
    """Write the file anew with only the lines to keep, none of them damaged."""
    kept = [json.dumps(row) for row in read(path).get(dict, []) if keep(row)]
    with replacing(path) as beside:
        beside.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")


class _Reader:
    """Remembers how far a file was read, and what was in it."""

    def __init__(self, path: Path, kind: Kind) -> None:
        self.path, self.kind, self.lock = path, kind, threading.Lock()
        self.file_number, self.position, self.last = -1, 0, b""
        self.rows: dict[type, list[Any]] = defaultdict(list)

    def read(self) -> dict[type, list[Any]]:
        with self.lock, reading.open_regular(self.path) as file:
            size = min(self._start_over_if_replaced(file), MOST_BYTES)
            file.seek(self.position)
            while line := file.readline(size - self.position):
                if not line.endswith(b"\n"):
                    break  # the worker is still writing it
                self.position, self.last = self.position + len(line), line
                self._add(line)
            return {kind: list(rows) for kind, rows in self.rows.items()}

    def _start_over_if_replaced(self, file: BinaryIO) -> int:
        """Return the file's size. The system gives an inode to another file later."""
        status = os.fstat(file.fileno())
        file.seek(self.position - len(self.last))
        same = file.read(min(len(self.last), status.st_size)) == self.last
        if status.st_ino != self.file_number or not same:
            self.file_number, self.position, self.last = status.st_ino, 0, b""
            self.rows.clear()
        return status.st_size

    def _add(self, line: bytes) -> None:
        with suppress(ValueError):
            row = reading.decode(line, Row)
            if kind := self.kind(row):
                self.rows[kind].append(reading.convert(row, kind))


@lru_cache(maxsize=32)
def _reader(path: Path, kind: Kind) -> _Reader:
    return _Reader(path, kind)
