"""Runs as a worker would have left them, without one."""

from typing import Any

from mnist_core.recipes import Recipe
from mnist_core.runs.run import Run
from mnist_core.storage.paths import data_dir, write_json


def write_run(run_id: str, recipe: Recipe, **state: Any) -> Run:
    """Write a run that nobody trains any more, by default one that has finished."""
    run = Run(data_dir() / "runs" / run_id)
    run.folder.mkdir(parents=True)
    write_json(run.folder / "recipe.json", recipe.to_dict())
    ended = {"status": "finished", "stage": "ended", "name": "ada", "started": 1.8e9}
    write_json(run.folder / "state.json", {**ended, **state})
    (run.folder / "lock").touch()
    return run
