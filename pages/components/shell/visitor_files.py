"""Visitors' states in files, so that a restart of the server loses none of them.

visitors/<name>.json        in the home, for a day

Whoever may read the home may read them, nobody else: no page and no route hands one
out. Where the home cannot be written to, there are none.
"""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

from mnist_core.storage.paths import DAY, data_dir, remove_stale, replacing
from mnist_core.storage.reading import decode, read_bytes
from pages.components.shell import visitor_json

DELAY: Final = 1.0  # seconds from a change to its file; meanwhile come more strokes
MAX_BYTES: Final = 50_000_000  # of a file; a larger one is not written, nor read


class VisitorFiles:
    """Files by names, written in a thread of their own: no stroke waits for a disk."""

    def __init__(self) -> None:
        self._changes: dict[Path, Mapping[str, Any] | None] = {}
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()  # on these two, never held for long
        self._writing = threading.Lock()

    def put(self, name: str, values: Mapping[str, Any] | None) -> None:
        """Write a state soon, or where it is None remove its file."""
        with self._lock:
            self._changes[folder() / f"{name}.json"] = values
            if self._timer is None:
                self._timer = threading.Timer(DELAY, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Write all that is to be written now."""
        with self._writing:
            with self._lock:
                changes, self._changes, self._timer = self._changes, {}, None
            for path, values in changes.items():
                with suppress(OSError):  # the home is full or read-only
                    _write(path, values)
            _remove_old()

    def load(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give the name and values of each state of the last day, the oldest first."""
        remove_stale(folder())
        _remove_old()
        for path in sorted(folder().glob("[!.]*.json"), key=_changed):
            with suppress(OSError, ValueError):  # it is damaged
                values = decode(read_bytes(path, most=MAX_BYTES), dict[str, Any])
                yield path.stem, visitor_json.decode(values)

    def clear(self) -> None:
        """Remove all files, those that are still to be written too."""
        with self._writing, self._lock:
            self._changes.clear()
            rmtree(folder(), ignore_errors=True)


def folder() -> Path:
    """Return the folder of what visitors drew, gave and said."""
    return data_dir() / "visitors"


def _write(path: Path, values: Mapping[str, Any] | None) -> None:
    text = "" if values is None else json.dumps(visitor_json.encode(values))
    if 0 < len(text) <= MAX_BYTES:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with replacing(path) as beside:
            beside.touch(mode=0o600, exist_ok=False)  # before there is anything to read
            beside.write_text(text, encoding="utf-8")
    else:
        path.unlink(missing_ok=True)


def _changed(path: Path) -> float:
    with suppress(OSError):
        return path.stat().st_mtime
    return 0.0


def _remove_old() -> None:
    for path in folder().glob("[!.]*.json"):
        if time.time() - _changed(path) > DAY:
            with suppress(OSError):  # the home is read-only
                path.unlink()
