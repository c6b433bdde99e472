"""Read files that somebody may have edited: regular ones, bounded, of the right types.

    from mnist_core.storage.reading import read_json
    values = read_json(folder / "state.json", StateValues)

What a TypedDict says is checked here, once, by msgspec; whoever gets the values need
not look again. A pipe would keep a page waiting for ever, and a link may lead anywhere.
"""

import hashlib
import os
import stat
from pathlib import Path
from typing import Annotated, BinaryIO, Final, TypeVar

import msgspec
from msgspec import Meta

T = TypeVar("T")

LARGEST: Final = 1_000_000  # bytes of a file of JSON, or of one line

Share = Annotated[float, Meta(ge=-0.001, le=1.001)]
"""From 0 to 1, but for what rounding adds."""

Seconds = Annotated[float, Meta(ge=0, le=1e9)]
"""A time that something takes: thirty years at the most."""

Moment = Annotated[float, Meta(ge=0, lt=4_102_444_800)]
"""Seconds since 1970, in this century or before."""

Count = Annotated[int, Meta(ge=0, le=1_000_000_000)]
"""A number of things."""

Text = Annotated[str, Meta(max_length=10_000)]
"""As much as a page can show."""


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file to read its bytes.

    Raises:
        OSError: there is none, or it is a link, a pipe or a device.
    """
    check_regular(path)
    # In between it may have become something else, which must not be waited for.
    file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(f"{path.name} is no regular file")
    return file


def check_regular(path: Path) -> None:
    """Raise an OSError unless this is a regular file: no link, pipe or device."""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        raise OSError(f"{path.name} is a link to another file")
    if not stat.S_ISREG(mode):
        raise OSError(f"{path.name} is no regular file")


def is_regular(path: Path) -> bool:
    """Tell whether this is a regular file: no link, pipe or device."""
    try:
        check_regular(path)
    except OSError:
        return False
    return True


def read_bytes(path: Path, *, most: int = LARGEST) -> bytes:
    """Return what is in a regular file.

    Raises:
        OSError: the file is not there or cannot be read.
        ValueError: it has more bytes than `most`.
    """
    with open_regular(path) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise ValueError(f"it is larger than {most:,} bytes")
    return content


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_json(path: Path, kind: type[T]) -> T:
    """Return what is in a JSON file, as a type that msgspec knows: a TypedDict, say.

    Raises:
        OSError: the file is not there or cannot be read.
        ValueError: what is in it is too long, no JSON, or of another type.
    """
    try:
        return decode(read_bytes(path), kind)
    except ValueError as error:
        raise ValueError(f"{path.name} is damaged: {error}") from error


def say_why(error: Exception) -> str:
    """Say why a file cannot be read, without Python's own words around it."""
    if isinstance(error, OSError) and error.strerror:
        return f"{Path(error.filename or 'a file').name}: {error.strerror}"
    return str(error)


def decode(text: bytes, kind: type[T]) -> T:
    """Return what JSON says, as this type; values that it does not name are left out.

    Raises:
        ValueError: it is no JSON, or of another type.
    """
    try:
        return msgspec.json.decode(text, type=kind)
    except RecursionError as error:
        raise ValueError("JSON is nested too deeply") from error


def convert(values: object, kind: type[T]) -> T:
    """Return what was decoded already, as this type, as `decode` does.

    Raises:
        ValueError: it is of another type.
    """
    return msgspec.convert(values, kind)
