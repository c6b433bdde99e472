import json
import os
from typing import Annotated, TypedDict

import pytest
from msgspec import Meta

from mnist_core.storage import jsonl


def write(path, *numbers: int, tail: str = "") -> None:
    path.write_text("".join(json.dumps({"n": n}) + "\n" for n in numbers) + tail)


def numbers(path) -> list[int]:
    return [row["n"] for row in jsonl.read(path).get(dict, [])]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "some.jsonl"


def test_a_file_that_is_not_there_has_no_lines(path):
    assert jsonl.read(path) == {}


def test_what_is_added_later_is_read_later_and_half_a_line_when_it_is_whole(path):
    text = "".join(json.dumps({"n": n, "text": "x" * n}) + "\n" for n in range(20))
    for end in range(0, len(text) + 1, 7):
        path.write_text(text[:end])
        assert numbers(path) == list(range(text[:end].count("\n")))
    path.write_text(text)
    assert numbers(path) == list(range(20))


def test_damaged_lines_are_left_out(path):
    path.write_bytes(
        b'{"n": 1}\n\0\0\0\n[1]\nnull\n\r\n"n"\n{"n": 2}\n\xff\xfe\n{"n": 3'
    )
    assert numbers(path) == [1, 2]


def test_lines_are_sorted_by_their_type_and_checked(path):
    write(path, 1, 2, 3, 4, 5, 6)

    class Even(TypedDict):
        n: int

    class Odd(TypedDict):
        n: Annotated[int, Meta(le=3)]

    def kind(row: dict) -> type | None:
        return None if row["n"] == 6 else (Even, Odd)[row["n"] % 2]

    assert jsonl.read(path, kind) == {
        Odd: [{"n": 1}, {"n": 3}],
        Even: [{"n": 2}, {"n": 4}],
    }


def test_a_file_that_took_its_place_is_read_from_the_start(path, tmp_path):
    write(path, 1)
    assert numbers(path) == [1]
    write(tmp_path / "other", 2, 2, 2)
    (tmp_path / "other").replace(path)
    assert numbers(path) == [2, 2, 2]
    write(path, 3)
    assert numbers(path) == [3], "shorter than what was read"
    write(path, 4, 5)
    assert numbers(path) == [4, 5], "its number is the old one, and it is longer"


def test_a_link_and_a_pipe_have_no_lines(path, tmp_path):
    write(tmp_path / "elsewhere", 1)
    path.symlink_to(tmp_path / "elsewhere")
    assert jsonl.read(path) == {}
    path.unlink()
    os.mkfifo(path)
    assert jsonl.read(path) == {}


def test_a_cut_leaves_out_what_is_not_to_be_kept_and_what_is_damaged(path):
    write(path, 1, 2, 3, 4, tail='{"n": 5')
    assert numbers(path) == [1, 2, 3, 4]
    jsonl.retain(path, lambda row: row["n"] <= 2)
    assert path.read_text() == '{"n": 1}\n{"n": 2}\n'
    assert numbers(path) == [1, 2]
    with path.open("a") as file:
        file.write('{"n": 6}\n')
    assert numbers(path) == [1, 2, 6]
    assert [other.name for other in path.parent.glob(".*jsonl*")] == []


def test_what_a_reader_gets_is_its_own(path):
    write(path, 1)
    jsonl.read(path)[dict].clear()
    assert numbers(path) == [1]
