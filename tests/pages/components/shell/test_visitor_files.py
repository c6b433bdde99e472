"""Files are written a moment after a change, private, for a day."""

import os
import time

import pytest

from mnist_core.storage.paths import DAY
from pages.components.shell import visitor_files
from pages.components.shell.visitor_files import VisitorFiles


@pytest.fixture(autouse=True)
def nothing_by_itself(monkeypatch):
    """Files are written when a test says so."""
    monkeypatch.setattr(visitor_files, "DELAY", DAY)


@pytest.fixture
def files() -> VisitorFiles:
    return VisitorFiles()


def put(files: VisitorFiles, name: str, **values) -> None:
    files.put(name, values)
    files.flush()


def loaded() -> dict[str, dict]:
    """What a server finds that is started now."""
    return dict(VisitorFiles().load())


def test_what_was_put_there_is_found_by_its_name(files):
    put(files, "a", brush=12)
    put(files, "b", brush=13)
    put(files, "a", brush=14)
    assert loaded() == {"a": {"brush": 14}, "b": {"brush": 13}}


def test_it_is_written_by_itself(files, monkeypatch, home):
    monkeypatch.setattr(visitor_files, "DELAY", 0)
    files.put("a", {"brush": 12})
    files._timer.join()
    assert loaded() == {"a": {"brush": 12}}


def test_only_who_runs_the_server_may_read_it(files, home):
    before = os.umask(0)
    try:
        put(files, "a", brush=12)
    finally:
        os.umask(before)
    folder = home / "visitors"
    (file,) = folder.iterdir()
    assert [path.stat().st_mode & 0o777 for path in (folder, file)] == [0o700, 0o600]


def test_it_is_removed_with_its_state(files, home):
    put(files, "a", brush=12)
    files.put("a", None)
    files.put("never there", None)
    files.flush()
    assert list((home / "visitors").iterdir()) == []


def test_all_of_it_is_cleared_and_what_was_still_to_be_written_too(files):
    put(files, "a", brush=12)
    files.put("b", {"brush": 13})
    files.clear()
    files.flush()
    assert loaded() == {}


def age(path) -> None:
    then = time.time() - DAY - 1
    os.utime(path, (then, then))


def test_after_a_day_it_goes_when_others_are_written_and_when_the_server_starts(
    files, home
):
    put(files, "a", brush=12)
    age(home / "visitors" / "a.json")
    put(files, "b", brush=13)
    assert [path.name for path in (home / "visitors").iterdir()] == ["b.json"]
    age(home / "visitors" / "b.json")
    assert loaded() == {}
    assert list((home / "visitors").iterdir()) == []


@pytest.mark.parametrize("text", ["", "{", "7", "[" * 100_000, "\x00", "NaN"])
def test_a_damaged_file_is_nobody_s(files, home, text):
    put(files, "a", brush=12)
    (home / "visitors" / "b.json").write_text(text)
    assert loaded().pop("a") == {"brush": 12}


def test_one_too_large_is_neither_written_nor_read(files, monkeypatch):
    put(files, "a", brush=12, colours="Black on white")
    monkeypatch.setattr(visitor_files, "MAX_BYTES", 20)
    assert loaded() == {}
    put(files, "a", brush=12, colours="White on black")
    monkeypatch.undo()
    assert loaded() == {}


def test_without_a_home_that_can_be_written_to_nothing_breaks(files, home):
    home.write_text("no folder")
    put(files, "a", brush=12)
    assert loaded() == {}
    files.clear()
