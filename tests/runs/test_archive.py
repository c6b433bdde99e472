"""Start fresh: everything is put aside as it was, or stays as it was."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from mnist_core import recipes
from mnist_core.errors import HomeUnwritable, RunActive
from mnist_core.evaluation.dataset import DatasetEvaluation
from mnist_core.models import registry
from mnist_core.runs import archive, manager, queue
from mnist_core.runs.run import Run
from tests.conftest import order

RECIPE = recipes.get("quick", data="synthetic", images=1000)


@pytest.fixture
def ended(worker) -> Run:
    """A run that has ended."""
    worker.append(manager.start(RECIPE))
    order(worker[-1], "")
    return worker[-1]


def make_evaluation(saved: registry.StoredModel) -> DatasetEvaluation:
    made = DatasetEvaluation.of(saved, "synthetic")
    made.folder.mkdir(parents=True)
    np.save(made.folder / "test.npy", np.zeros((2_000, 10), np.float32))
    np.save(made.folder / "embeddings.npy", np.zeros((10_000, 4), np.float16))
    made.update("done", 1.0)
    return made


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def test_all_that_was_made_is_moved_as_it_was(home, save, ended):
    registry.choose(save("ada").name)
    make_evaluation(registry.find("ada"))
    (home / "runs" / "odd").mkdir()
    (home / "runs" / "odd" / "file").write_text("of no run")
    before = files(home)
    folder = archive.create()
    assert files(folder) == before
    assert files(home) == {
        str(folder.relative_to(home) / name): content
        for name, content in before.items()
    }


def test_the_next_class_finds_nothing_of_the_last(home, save, ended, worker):
    registry.choose(save("ada").name)
    archive.create()
    assert archive.list_contents() == []
    assert manager.list_runs() == manager.list_damaged() == []
    assert [saved.name for saved in registry.models()] == [registry.PRETRAINED.name]
    assert registry.default().is_bundled
    assert save("ada").name == "ada"  # the name is free again
    worker.append(manager.start(RECIPE, name="ada"))


def test_what_is_found_is_what_is_moved(home, save, ended):
    save("ada")
    found = archive.list_contents()
    assert Path("models/ada") in found
    assert Path("runs") / ended.id in found
    folder = archive.create()
    assert all((folder / path).is_dir() for path in found)


def test_the_folder_is_named_by_date_and_time_and_each_is_another(home):
    first, second = archive.create(), archive.create()
    assert first != second
    for folder in (first, second):
        assert folder.parent == home / "archive"
        assert re.fullmatch(r"\d{4}-\d\d-\d\d-\d{4}(-2)?", folder.name)
        assert list(folder.iterdir()) == []
    assert {path.name for path in (home / "archive").iterdir()} == {
        first.name,
        second.name,
    }


def test_the_evaluations_of_the_bundled_model_stay(home, save):
    stays = make_evaluation(registry.find(registry.PRETRAINED.name))
    goes = make_evaluation(save("ada"))
    archive.create()
    assert stays.progress().stage == "done"
    assert not goes.folder.exists()


def test_while_a_run_goes_on_nothing_is_moved(home, save, worker):
    save("ada")
    worker.append(manager.start(RECIPE))
    with pytest.raises(RunActive) as caught:
        archive.create()
    assert caught.value.run_id == worker[-1].id
    assert registry.find("ada")
    assert worker[-1].folder.exists()
    assert not (home / "archive").exists()


def test_no_run_can_be_started_meanwhile(home, save, monkeypatch):
    save("ada")
    refused = []
    rename = Path.rename

    def start_then_rename(path: Path, target: Path) -> Path:
        if path.name == "ada":
            with pytest.raises(RunActive) as caught:
                manager.start(RECIPE)
            refused.append(caught.value)
        return rename(path, target)

    monkeypatch.setattr(queue, "TRIES", 1)
    monkeypatch.setattr(Path, "rename", start_then_rename)
    archive.create()
    assert refused
    assert manager.list_runs() == []


def test_where_one_thing_cannot_be_moved_all_stay(home, save, ended, monkeypatch):
    save("ada")
    registry.choose("ada")
    before = files(home)
    rename = Path.rename

    def fail_at_runs(path: Path, target: Path) -> Path:
        if path == ended.folder:
            raise PermissionError(13, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fail_at_runs)
    with pytest.raises(HomeUnwritable, match="Permission denied"):
        archive.create()
    assert files(home) == before


def test_what_somebody_deletes_meanwhile_does_not_matter(home, save, monkeypatch):
    save("ada")
    save("eve")
    monkeypatch.setattr(archive, "list_contents", lambda: [Path("models/gone"), *found])
    found = [Path("models/ada"), Path("models/eve")]
    folder = archive.create()
    assert {path.name for path in (folder / "models").iterdir()} == {"ada", "eve"}


def test_the_command_says_what_is_where(call, home, save):
    save("ada")
    status, output, _ = call("archive")
    (folder,) = (home / "archive").iterdir()
    assert status == 0
    assert output.splitlines() == ["models/ada", f"are in {folder} now."]
    assert call("archive")[1] == "There is nothing to archive.\n"


def test_the_command_tells_programs(call, home, save):
    save("ada")
    status, output, _ = call("archive", "--json")
    (folder,) = (home / "archive").iterdir()
    assert status == 0
    assert json.loads(output) == {"folder": str(folder), "contents": ["models/ada"]}
    assert json.loads(call("archive", "--json")[1]) == {"folder": None, "contents": []}


def test_the_command_is_refused_while_a_run_goes_on(call, worker):
    worker.append(manager.start(RECIPE))
    status, output, problem = call("archive")
    assert (status, output) == (1, "")
    assert "is going on" in problem
