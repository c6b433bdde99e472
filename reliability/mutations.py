"""Make odd things of ordinary ones: bytes that are spoiled, JSON that is changed."""

import copy
import json
import math
from collections.abc import Callable, Sequence
from typing import Any, Final

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]

MOST_CHANGES: Final = 6
GREAT: Final = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)

odd_numbers = st.one_of(
    st.sampled_from([0, -1, 2**31, 2**63, 10**400, -0.0, 1e308, math.inf, math.nan]),
    st.integers(),
    st.floats(),
)


def nested(depth: int) -> list[Any]:
    """Return a list in a list in a list, so many deep."""
    inner: list[Any] = []
    for _ in range(depth):
        inner = [inner]
    return inner


odd_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        odd_numbers,
        st.text(max_size=20),
        st.sampled_from(["x" * 100_000, "\ud800", "../..", "1e999", "<b>"]),
        st.sampled_from([100, 300, 900]).map(nested),
    ),
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5)
    ),
    max_leaves=10,
)
"""What JSON can hold, and nobody expects."""


@st.composite
def changed(draw: Draw, documents: Sequence[Any]) -> Any:
    """Return one of some JSON documents with some of its values changed or gone."""
    document = copy.deepcopy(draw(st.sampled_from(documents)))
    for _ in range(draw(st.integers(0, 3))):
        document = _change(draw, document)
    return document


def _change(draw: Draw, document: Any) -> Any:
    """Change one value: of the whole, or of a part somewhere within."""
    keys: list[Any] = []
    match document:
        case dict():
            keys = list(document)
        case list():
            keys = list(range(len(document)))
    if not keys:
        return draw(odd_values)
    key = draw(st.sampled_from(keys))
    action = draw(st.sampled_from(["replace", "within", "within", "remove", "add"]))
    if action == "within":
        document[key] = _change(draw, document[key])
    elif action == "remove":
        del document[key]
    elif action == "add" and isinstance(document, dict):
        document[draw(st.text(max_size=10))] = draw(odd_values)
    else:
        document[key] = draw(odd_values)
    return document


def json_files(documents: Sequence[Any]) -> st.SearchStrategy[bytes]:
    """Return files of JSON: changed documents, and whole ones with spoiled bytes."""
    whole = [json.dumps(document).encode() for document in documents]
    return changed(documents).map(encode) | spoiled(whole)


def encode(document: Any) -> bytes:
    """Return a document as JSON, as Python reads it: NaN and lone surrogates too."""
    return json.dumps(document).encode()


@st.composite
def spoiled(draw: Draw, seeds: Sequence[bytes]) -> bytes:
    """Return one of some files with bytes flipped, cut, repeated, spliced or grown."""
    content = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(0, MOST_CHANGES))):
        spoil = draw(st.sampled_from(SPOILING))
        spoil(draw, content, seeds)
    return bytes(content)


def _flip(draw: Draw, content: bytearray, _seeds: Sequence[bytes]) -> None:
    if content:
        content[draw(st.integers(0, len(content) - 1))] ^= 1 << draw(st.integers(0, 7))


def _cut(draw: Draw, content: bytearray, _seeds: Sequence[bytes]) -> None:
    del content[_piece(draw, content)]


def _cut_short(draw: Draw, content: bytearray, _seeds: Sequence[bytes]) -> None:
    del content[draw(st.integers(0, len(content))) :]


def _repeat(draw: Draw, content: bytearray, _seeds: Sequence[bytes]) -> None:
    piece = content[_piece(draw, content)]
    at = draw(st.integers(0, len(content)))
    content[at:at] = piece * draw(st.integers(1, 8))


def _splice(draw: Draw, content: bytearray, seeds: Sequence[bytes]) -> None:
    other = draw(st.sampled_from(seeds))
    content[_piece(draw, content)] = other[_piece(draw, other)]


def _grow(draw: Draw, content: bytearray, _seeds: Sequence[bytes]) -> None:
    """Write a great number over what may be a length, a width or a count."""
    size = draw(st.sampled_from([1, 2, 4]))
    number = draw(st.sampled_from(GREAT)) % 256**size
    at = draw(st.integers(0, max(len(content) - size, 0)))
    content[at : at + size] = number.to_bytes(
        size, draw(st.sampled_from(["big", "little"]))
    )


def _insert(draw: Draw, content: bytearray, _seeds: Sequence[bytes]) -> None:
    at = draw(st.integers(0, len(content)))
    content[at:at] = draw(st.binary(max_size=16))


SPOILING: Final = (_flip, _cut, _cut_short, _repeat, _splice, _grow, _insert)


def _piece(draw: Draw, content: bytes | bytearray) -> slice:
    start = draw(st.integers(0, len(content)))
    return slice(start, start + draw(st.integers(0, 64)))
