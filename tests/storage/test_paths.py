import json
import os
import time

import pytest

from mnist_core.errors import NameInvalid
from mnist_core.storage.paths import (
    DAY,
    check_name,
    data_dir,
    publish_folder,
    remove_stale,
    replacing,
    write_json,
)


def test_home_is_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("MNIST_HOME", str(tmp_path))
    assert data_dir() == tmp_path
    monkeypatch.delenv("MNIST_HOME")
    assert data_dir().name == "var"


@pytest.mark.parametrize(
    "name",
    [
        *("quick", "Ada's 2nd"[:3], "a-b_c.d", "x" * 64),
        *("console", "icon", "com", "com10", "nul-2", "a.con", "lpt one"),
    ],
)
def test_good_names_stay_as_they_are(name):
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("", "..", ".hidden", "a/b", "a\\b", "x" * 65, "end.", "line\nbreak", "é"),
        *("CON", "con", "Prn", "aux.txt", "nul", "NUL .h5", "com1", "LPT9.a.b"),
    ],
)
def test_names_that_are_no_folder_names_are_refused(name):
    with pytest.raises(NameInvalid) as caught:
        check_name(name)
    assert caught.value.name == name


def test_json_comes_back_and_leaves_nothing_beside_it(tmp_path):
    write_json(tmp_path / "a.json", {"x": [1, 2.5, None]})
    assert json.loads((tmp_path / "a.json").read_text()) == {"x": [1, 2.5, None]}
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_failed_write_leaves_the_old_file(tmp_path):
    write_json(tmp_path / "a.json", {"old": True})
    with pytest.raises(ValueError, match="JSON compliant"):
        write_json(tmp_path / "a.json", {"new": float("nan")})
    assert json.loads((tmp_path / "a.json").read_text()) == {"old": True}
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize("exclusive", [False, True])
def test_a_reader_sees_the_old_file_until_the_new_one_is_whole(tmp_path, exclusive):
    path = tmp_path / "some.weights.h5"
    if not exclusive:
        path.write_text("old")
    with replacing(path, exclusive=exclusive) as beside:
        assert beside.name.endswith(path.name)  # Keras and NumPy go by the suffix
        beside.write_text("half")
        assert path.exists() != exclusive
        beside.write_text("new")
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_of_two_who_write_the_same_new_file_one_fails(tmp_path):
    path = tmp_path / "1.png"
    with replacing(path, exclusive=True) as mine:
        mine.write_text("mine")
        with replacing(path, exclusive=True) as theirs:
            theirs.write_text("theirs")
        assert path.read_text() == "theirs"
        with (
            pytest.raises(FileExistsError),
            replacing(path, exclusive=True) as third,
        ):
            third.write_text("third")
        path.unlink()
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_a_taken_name_gets_a_suffix(tmp_path):
    names = []
    for number in range(3):
        new = tmp_path / "new"
        new.mkdir()
        (new / "number").write_text(str(number))
        names.append(publish_folder(new, tmp_path, "m").name)
    assert names == ["m", "m-2", "m-3"]
    assert (tmp_path / "m-2" / "number").read_text() == "1"


def test_only_what_was_left_half_done_a_day_ago_is_removed(tmp_path):
    long_ago = time.time() - DAY - 60
    names = {".new-a", ".old-b", ".new-now", "ada"}
    for name in names:
        (tmp_path / name / "model").mkdir(parents=True)
        if name != ".new-now":
            os.utime(tmp_path / name, (long_ago, long_ago))
    (tmp_path / ".new-1-default.json").write_text("{")
    os.utime(tmp_path / ".new-1-default.json", (long_ago, long_ago))
    (tmp_path / ".new-2-default.json").write_text("{")
    remove_stale(tmp_path)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {".new-now", ".new-2-default.json", "ada"}
    remove_stale(tmp_path / "not there")
