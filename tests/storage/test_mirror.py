"""Whatever happens on two sides, once they have told each other they are the same."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mnist_core.storage.mirror import Mirror
from mnist_core.storage.paths import replacing

NAMES = ("a.jsonl", "b.jsonl", "checkpoint/epoch-1", "pause", "probes/1.png")
PRIVATE = ("lock",)


class Side(Mirror):
    """A folder, with what people and workers do in it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        super().__init__(folder, private=PRIVATE)

    def append(self, name: str, content: bytes) -> None:
        with self.place(name).open("ab") as file:
            file.write(content)

    def replace(self, name: str, content: bytes) -> None:
        with replacing(self.place(name)) as beside:
            beside.write_bytes(content)

    def remove(self, name: str, _content: bytes) -> None:
        self.place(name).unlink(missing_ok=True)

    def place(self, name: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        return path

    def files(self) -> dict[str, bytes]:
        paths = [path for path in self.folder.rglob("*") if path.is_file()]
        return {str(p.relative_to(self.folder)): p.read_bytes() for p in paths}


@pytest.fixture(autouse=True)
def no_power_cut(monkeypatch) -> None:
    """A disk that is not waited for: only a power cut would tell the difference."""
    monkeypatch.setattr(os, "fsync", lambda _file: None)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Side]:
    with Side(tmp_path / "home") as side:
        yield side


@pytest.fixture
def far(tmp_path: Path) -> Iterator[Side]:
    with Side(tmp_path / "far") as side:
        yield side


def exchange(home: Side, far: Side) -> None:
    far.apply(home.collect())
    home.apply(far.collect())


DEEDS = st.tuples(
    st.sampled_from(("append", "append", "replace", "remove")),
    st.sampled_from(NAMES),
    st.binary(max_size=8),
)
MOMENTS = st.lists(st.tuples(st.booleans(), st.lists(DEEDS, max_size=4)), max_size=8)


@given(MOMENTS)
def test_both_sides_end_up_with_the_same_files(tmp_path_factory, moments):
    folder = tmp_path_factory.mktemp("sides")
    with Side(folder / "home") as home, Side(folder / "far") as far:
        for at_home, deeds in moments:
            for deed, name, content in deeds:
                getattr(home if at_home else far, deed)(name, content)
            exchange(home, far)
        exchange(home, far)
        assert home.files() == far.files()
        assert home.collect() == far.collect() == {}, "nothing goes back and forth"


@given(st.lists(DEEDS, max_size=30))
def test_the_other_side_has_what_one_side_did(tmp_path_factory, deeds):
    folder = tmp_path_factory.mktemp("sides")
    with Side(folder / "home") as home, Side(folder / "far") as far:
        for number, (deed, name, content) in enumerate(deeds):
            getattr(far, deed)(name, content)
            if number % 3 == 0:
                home.apply(far.collect())
        home.apply(far.collect())
        assert home.files() == far.files()


def test_of_a_file_that_grows_only_what_is_new_goes_over(home, far):
    far.append("a.jsonl", b"first\n")
    exchange(home, far)
    far.append("a.jsonl", b"second\n")
    assert far.collect() == {"a.jsonl": (6, b"second\n")}


def test_one_that_took_the_place_of_another_goes_over_whole(home, far):
    far.append("a.jsonl", b"first\nsecond\n")
    exchange(home, far)
    far.replace("a.jsonl", b"first\n")
    far.append("a.jsonl", b"other, and longer\n")
    exchange(home, far)
    assert home.files() == {"a.jsonl": b"first\nother, and longer\n"}


def test_private_files_links_and_those_still_being_written_stay(home, far):
    far.append("lock", b"mine")
    far.append(".new-1-checkpoint", b"half")
    far.place("link").symlink_to("/etc/passwd")
    assert far.collect() == {}


def test_lines_come_before_the_checkpoint_that_follows_them(home, far, monkeypatch):
    home.append("checkpoint/epoch-1", b"one")
    exchange(home, far)
    far.append("a.jsonl", b"the second epoch\n")
    far.remove("checkpoint/epoch-1", b"")
    far.replace("checkpoint/epoch-2", b"two")
    seen = []
    for name in ("_append", "_write", "_remove"):
        deed = getattr(Mirror, name)
        monkeypatch.setattr(
            Mirror,
            name,
            lambda self, file, *rest, deed=deed, **options: (
                seen.append(file),
                deed(self, file, *rest, **options),
            ),
        )
    home.apply(far.collect())
    assert seen == ["a.jsonl", "checkpoint/epoch-2", "checkpoint/epoch-1"]


def test_a_request_that_comes_as_the_last_one_is_met_is_not_lost(home, far):
    home.replace("step.json", b"1")
    exchange(home, far)
    far.remove("step.json", b"")
    home.replace("step.json", b"2")
    exchange(home, far)
    exchange(home, far)
    assert home.files() == far.files() == {"step.json": b"2"}
