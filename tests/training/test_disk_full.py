"""A disk that is full and folders that nobody may write to."""

import os
import subprocess
from collections.abc import Callable

import pytest

from mnist_core import recipes
from mnist_core.errors import HomeUnwritable
from mnist_core.models import registry
from mnist_core.runs import manager

SHORT = recipes.get("quick", data="synthetic", images=200, epochs=1, batch_size=40)


@pytest.fixture
def small_disk(tmp_path, monkeypatch):
    """A home on a disk too small for a checkpoint; calling it makes room."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(options: str) -> bool:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        try:
            return not subprocess.run(
                command, capture_output=True, check=False
            ).returncode
        except FileNotFoundError:
            return False

    if not mount("size=700k"):
        pytest.skip("only root can mount a small disk")
    monkeypatch.setenv("MNIST_HOME", str(folder))
    yield lambda: mount("remount,size=50m")
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_on_a_small_disk_a_run_says_so_and_goes_on_when_there_is_room(
    small_disk: Callable[[], bool],
):
    run = manager.start(SHORT)
    run.wait()
    assert run.read().status == "failed", run.log()
    assert run.read().reason.startswith("The disk is full."), run.log()
    assert not list((run.folder / "checkpoint").glob(".*"))
    assert small_disk()
    manager.resume(run)
    run.wait()
    assert run.read().status == "finished", run.log()
    assert registry.find(run.read().model).problem is None


def test_a_home_that_cannot_be_written_to_is_told_in_words(monkeypatch):
    monkeypatch.setenv("MNIST_HOME", "/dev/null/home")
    with pytest.raises(
        HomeUnwritable, match="Nothing can be written to /dev/null/home"
    ):
        manager.start(SHORT)
    assert manager.list_runs() == manager.list_damaged() == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_home_is_told_in_words(home):
    home.mkdir()
    home.chmod(0o555)
    with pytest.raises(HomeUnwritable, match="Permission denied"):
        manager.start(SHORT)
    home.chmod(0o755)
