"""Files of JSON lines that grow: each line is read once, for however many people watch.

from mnist_core.storage import jsonl
jsonl.read(run.folder / "probes.jsonl")["lines"]
"""

import json
import os
import threading
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from mnist_core.storage.paths import replacing

Row = dict[str, Any]
"""One line as it was read: nobody has checked yet what is in it."""

Kind = Callable[[Row], str | None]
"""Names the list that a row belongs to; None leaves it out."""


def _any(_row: Row) -> str:
    return "lines"


def read(path: Path, kind: Kind = _any) -> dict[str, list[Row]]:
    """Return the objects in a file of JSON lines so far, oldest first, by their kind.

    A line that is damaged, still being written, or of no kind is left out. A file that
    is not there has no lines.
    """
    try:
        return _reader(path, kind).read()
    except FileNotFoundError:
        return {}


def retain(path: Path, keep: Callable[[Row], bool]) -> None:
    """Write the file anew with only the lines to keep, none of them damaged."""
    kept = [json.dumps(row) for row in read(path).get("lines", []) if keep(row)]
    with replacing(path) as beside:
        beside.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")


class _Reader:
    """Remembers how far a file was read, and what was in it."""

    def __init__(self, path: Path, kind: Kind) -> None:
        self.path, self.kind, self.lock = path, kind, threading.Lock()
        self.file_number, self.position, self.last = -1, 0, b""
        self.rows: dict[str, list[Row]] = defaultdict(list)

    def read(self) -> dict[str, list[Row]]:
        with self.lock, self.path.open("rb") as file:
            size = self._start_over_if_replaced(file)
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
        try:
            row = json.loads(line)
        except ValueError:
            return
        if isinstance(row, dict) and (kind := self.kind(row)):
            self.rows[kind].append(row)


@lru_cache(maxsize=32)
def _reader(path: Path, kind: Kind) -> _Reader:
    return _Reader(path, kind)
