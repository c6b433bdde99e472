import asyncio
import threading
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from mnist_core import recipes
from mnist_core.runs.run import Run
from pages.components.train import run_route
from tests.made_runs import write_run


@pytest.fixture
def ask(monkeypatch):
    """Asks the route for a run, as a browser does."""
    monkeypatch.setattr(run_route, "_IS_SERVED", threading.Event())
    route = run_route.serve()

    def get(run: Run) -> Response:
        scope = {"type": "http", "path_params": {"run_id": run.id}}
        asked = Request({**scope, "query_string": b"", "headers": []})
        return asyncio.run(route.endpoint(asked))

    return get


@pytest.fixture
def run() -> Run:
    """A run that has ended, with a file of metrics."""
    run = write_run("ended", recipes.get("quick", data="synthetic", images=1000))
    (run.folder / "metrics.jsonl").touch()
    return run


def test_a_run_may_be_deleted_while_a_browser_asks_for_it(run, ask, monkeypatch):
    stat, metrics = Path.stat, run.folder / "metrics.jsonl"

    def look_and_delete(path: Path, **options):
        found = stat(path, **options)
        if path == metrics:
            path.unlink()
        return found

    monkeypatch.setattr(Path, "stat", look_and_delete)
    assert ask(run).status_code == 200
    assert not metrics.exists()
