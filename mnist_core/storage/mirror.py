"""Keep a folder the same on two machines that hand each other what changed in it.

    with Mirror(folder) as here, Mirror(copy) as there:
        there.apply(here.collect())      # the first time, all of it
        here.apply(there.collect())      # what has changed there since

Files in it are appended to, or replaced as a whole. Of one that grows, only what is new
goes over. How it gets there is for others to say.
"""

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Self

from mnist_core.storage.paths import replacing
from mnist_core.storage.reading import is_regular, open_regular

Change = tuple[int, bytes] | None
"""What a file has from this byte on, a whole file from 0 on; None where it is gone."""

Changes = dict[str, Change]
"""By the file's path in the folder, such as "probes/1.png"."""


class Mirror:
    """One of the two sides: knows what the other one has, and keeps files open.

    Where both sides write a file at the same moment, both have the same one afterwards;
    one that is written outlives one that is removed.
    """

    def __init__(self, folder: Path, *, private: Collection[str] = ()) -> None:
        """Take over that the other side has nothing yet.

        Args:
            folder: it may grow, shrink and be written to by others.
            private: names of files that do not go over.
        """
        self.folder, self.private = folder, frozenset(private)
        # Read as far as the other side has them. While they are open, the system gives
        # their inodes to no other file: one that took the place of another is seen.
        self._known: dict[str, BinaryIO] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the files; the folder stays as it is."""
        for name in list(self._known):
            self._forget(name)

    def collect(self) -> Changes:
        """Return what the other side does not have yet.

        A file is never older than those before it: who has seen a checkpoint finds the
        lines that were written before that.
        """
        changes: Changes = {}
        names = self._names()
        for name in sorted(names, key=_is_log):
            with suppress(FileNotFoundError):  # removed since; next time it is missed
                if is_new := not self._is_same_file(name):
                    self._know(name)
                change = self._known[name].tell(), self._known[name].read()
                if is_new or change[1]:
                    changes[name] = change
        for name in self._known.keys() - names:
            self._forget(name)
            changes[name] = None
        return changes

    def apply(self, changes: Changes) -> None:
        """Do what the other side did: lines first, then files, and removals last.

        Raises:
            OSError: the disk is full, say.
        """
        # A checkpoint must not outlive its lines in a power cut.
        durable = any(change and not _is_log(name) for name, change in changes.items())
        for name, change in sorted(changes.items(), key=_order):
            if change is None:
                self._remove(name)
            elif change[0]:
                self._append(name, *change, durable=durable)
            else:
                self._write(name, change[1])

    def _names(self) -> set[str]:
        found = (path for path in self.folder.rglob("[!.]*") if is_regular(path))
        return {str(path.relative_to(self.folder)) for path in found} - self.private

    def _is_same_file(self, name: str) -> bool:
        """Tell whether it is still the file that was read; raise where it is gone."""
        status = (self.folder / name).stat()
        file = self._known.get(name)
        return file is not None and os.path.samestat(status, os.fstat(file.fileno()))

    def _is_unchanged(self, name: str) -> bool:
        """Tell whether the other side has this file as it is here."""
        file = self._known.get(name)
        try:
            same = self._is_same_file(name)
        except FileNotFoundError:
            return file is None
        return bool(file and same and os.fstat(file.fileno()).st_size == file.tell())

    def _know(self, name: str) -> None:
        file = open_regular(self.folder / name)
        self._forget(name)
        self._known[name] = file

    def _forget(self, name: str) -> None:
        if file := self._known.pop(name, None):
            file.close()

    def _remove(self, name: str) -> None:
        if self._is_unchanged(name):
            (self.folder / name).unlink(missing_ok=True)
            self._forget(name)

    def _append(self, name: str, offset: int, content: bytes, *, durable: bool) -> None:
        if self._is_unchanged(name) and self._known[name].tell() == offset:
            with (self.folder / name).open("ab") as file:
                file.write(content)
                file.flush()
                if durable:
                    os.fsync(file)
            self._known[name].seek(0, os.SEEK_END)

    def _write(self, name: str, content: bytes) -> None:
        path = self.folder / name
        if path.exists() and not self._is_unchanged(name):
            return  # it was written here as well, and goes over next
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path, durable=not _is_log(name)) as beside:
            beside.write_bytes(content)
        self._know(name)
        self._known[name].seek(0, os.SEEK_END)


def _is_log(name: str) -> bool:
    return name.endswith(".jsonl")


def _order(item: tuple[str, Change]) -> tuple[bool, bool]:
    name, change = item
    return change is None, not _is_log(name)
