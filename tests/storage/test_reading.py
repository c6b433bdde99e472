import os
from typing import TypedDict

import pytest

from mnist_core.storage.reading import (
    LARGEST,
    Count,
    Moment,
    Share,
    is_regular,
    read_json,
)


class Sample(TypedDict, total=False):
    when: Moment
    share: Share
    counts: list[Count]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "some.json"


def test_what_a_type_names_is_read_and_the_rest_left_out(path):
    path.write_text('{"when": 5, "share": 0.5, "counts": [1, 2], "more": null}')
    assert read_json(path, Sample) == {"when": 5.0, "share": 0.5, "counts": [1, 2]}


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "null", "5", '{"when": 5}{', "\0\0\0", '{"when": "5"}'),
        *('{"when": NaN}', '{"when": 1e999}', '{"when": -1}', '{"when": 1e300}'),
        *('{"share": 1.5}', '{"share": true}', '{"counts": [1, 2.5]}'),
        *('{"counts": [1' + "0" * 5000 + "]}", '{"counts": [null]}'),
        '{"more": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"more": "' + "x" * LARGEST + '"}',
    ],
    ids=lambda text: text[:20],
)
def test_anything_else_is_an_error_that_says_why(path, text):
    path.write_text(text)
    with pytest.raises(ValueError, match=r"some.json is damaged: \w+"):
        read_json(path, Sample)


def test_bytes_that_are_no_text_are_an_error(path):
    path.write_bytes(b'{"more": "\xff"}')
    with pytest.raises(ValueError, match="damaged"):
        read_json(path, dict)


def test_only_regular_files_are_read(path, tmp_path):
    with pytest.raises(FileNotFoundError):
        read_json(path, Sample)
    (tmp_path / "elsewhere").write_text("{}")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="is a link"):
        read_json(path, Sample)
    path.unlink()
    os.mkfifo(path)  # whoever opens it waits until somebody writes
    with pytest.raises(OSError, match="no regular file"):
        read_json(path, Sample)
    path.unlink()
    path.mkdir()
    assert not is_regular(path)
