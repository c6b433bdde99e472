"""What lies on the disk, and may be another's: recipes, models, runs, pen drawings."""

import gzip
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np
from hypothesis import strategies as st

from mnist_core import recipes
from mnist_core.data import pen_drawings
from mnist_core.errors import RecipeError, RunDamaged, StrokesUnreadable, SweepNotFound
from mnist_core.models import registry
from mnist_core.recipes import Recipe
from mnist_core.runs import (
    forecast,
    leaderboard,
    manager,
    metrics,
    probes,
    run,
    steering,
    sweeps,
)
from mnist_core.runs.probes import Probe
from mnist_core.runs.run import Run
from mnist_core.storage import jsonl
from mnist_core.storage.paths import data_dir
from mnist_core.storage.reading import read_json
from pages.components.shared import formatting
from reliability.mutations import changed, encode, json_files, odd_values, spoiled
from reliability.way_in import WayIn

RECIPE: Final = recipes.get("quick", data="synthetic", images=1000)
PLACE: Final = {"epoch": 0.5, "seconds": 1.5, "step": 8}
STATE: Final = {
    "name": "ada",
    "starter": "0" * 32,
    "snapshots": True,
    "started": 1.8e9,
    "status": "running",
    "stage": "training",
    "pid": 1,
    "history": {
        name: [0.5] for name in ("loss", "accuracy", "val_loss", "val_accuracy")
    },
    "fit_seconds": 2.5,
    "test_loss": 0.1,
    "test_accuracy": 0.98,
}
SWEEP: Final = {
    "recipe": RECIPE.to_dict(),
    "vary": {"learning_rate": [0.001, 0.01], "dropout": [True, False]},
    "seeds": 3,
    "halving": True,
    "started": 1.8e9,
    "starter": None,
}
ROWS: Final[dict[str, list[Any]]] = {
    "metrics.jsonl": [
        {**PLACE, "loss": 0.5, "accuracy": 0.9, "learning_rate": 0.001},
        {**PLACE, "sample_loss": 0.5, "sample_accuracy": 0.9},
        {
            **PLACE,
            "epoch_seconds": 2.5,
            **dict.fromkeys(("loss", "accuracy", "val_loss", "val_accuracy"), 0.5),
        },
    ],
    "probes.jsonl": [{**PLACE, "probabilities": [[0.1] * 10]}],
    "steering.jsonl": [
        {**PLACE, "learning_rate": 0.01},
        {**PLACE, "learning_rate": None, "dropout": False},
        {**PLACE, "batch_size": 64, "augment": True},
    ],
    "snapshots.jsonl": [
        {
            **PLACE,
            "filters": [[100, -100] * 4],
            "mistakes": [{"index": 1, "label": 2, "predicted": 3, "confidence": 0.5}],
        }
    ],
}


def _take_recipe(values: Any) -> None:
    recipe = Recipe.from_dict(values)
    assert Recipe.from_dict(recipe.to_dict()) == recipe
    formatting.describe_recipe(recipe)
    assert recipe.steps_per_epoch >= 1
    assert recipe.command or recipe.name not in recipes.RECIPES


def _take_model(case: tuple[bytes, bytes, bool]) -> None:
    """List the models where one has this card, and the choice of a model is this."""
    card, chosen, is_signed = case
    folder = data_dir() / "models" / "odd"
    if not folder.exists():
        shutil.copytree(registry.PRETRAINED, folder)
    (folder / registry.CARD).write_bytes(_signed(card) if is_signed else card)
    (data_dir() / registry.DEFAULT).write_bytes(chosen)
    for stored in (*registry.models(), registry.default()):
        if not stored.problem:
            formatting.describe_model(stored.card)
            formatting.explain_model(stored.card)
    assert registry.find(registry.PRETRAINED.name).problem is None


def _signed(card: bytes) -> bytes:
    """Return a card with the hash that says nobody altered it, if it can have one."""
    try:
        return encode(registry.sign(json.loads(card)))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return card


def _take_run(files: dict[str, bytes]) -> None:
    """Read all there is of a run with these files, and list it beside others."""
    odd = Run(data_dir() / "runs" / "odd")
    shutil.rmtree(odd.folder, ignore_errors=True)
    (odd.folder / "probes").mkdir(parents=True)
    (odd.folder / "lock").touch()
    for name, content in files.items():
        (odd.folder / name).write_bytes(content)
    assert {*manager.list_runs(), *(each.folder for each in manager.list_damaged())}
    odd.log()
    forecast.turns(manager.read_runs())
    for read in (probes.load, probes.count, probes.history, probes.snapshots):
        read(odd.folder)
    so_far = odd.metrics()
    state = odd.read()
    steering.apply(state.recipe, steering.in_force(odd.folder, state.recipe))
    steering.describe(steering.pending(odd.folder, state.recipe))
    so_far.progress(state.recipe)
    so_far.until(1.0).progress(state.recipe)
    formatting.timestamp(state.started)


def _take_sweep(content: bytes) -> None:
    """Read a sweep of this file, and what it has found so far."""
    folder = data_dir() / "sweeps" / "odd"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sweep.json").write_bytes(content)
    sweep = sweeps.get("odd")
    assert sweeps.list_sweeps() == [sweep]
    assert 2 <= len(sweep.recipes()) <= sweeps.MOST
    leaderboard.to_csv(sweep, {})
    formatting.timestamp(sweep.started)


def _take_pens(content: bytes) -> None:
    path = data_dir() / "pens"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    drawings = pen_drawings.read(path)
    pen_drawings.describe(drawings)
    for drawing in drawings[:3]:
        pen_drawings.on_canvas(drawing.strokes, np.random.default_rng(1))


def _lines(documents: list[Any]) -> st.SearchStrategy[bytes]:
    """Return files of JSON lines, some of them odd."""
    line = json_files(documents)
    return st.lists(line, max_size=5).map(lambda lines: b"\n".join([*lines, b""]))


def _probe() -> bytes:
    """Return the file of a probe, as it is kept beside a run."""
    with tempfile.TemporaryDirectory() as folder:
        probes.add(Path(folder), Probe(np.eye(28, dtype=np.float32), 7))
        return Path(folder, "probes", "1.png").read_bytes()


def _run_files() -> st.SearchStrategy[dict[str, bytes]]:
    asked = {"learning_rate": 0.01, "replay": ROWS["steering.jsonl"]}
    documents = {
        "recipe.json": RECIPE.to_dict(),
        "state.json": STATE,
        "steering.json": asked,
        "waiting.json": {"since": 1.8e9, "moved": True},
    }
    odd: dict[str, st.SearchStrategy[bytes]] = {
        name: st.just(encode(document)) | json_files([document])
        for name, document in documents.items()
    }
    odd |= {name: _lines(rows) for name, rows in ROWS.items()}
    odd |= {"probes/1.png": spoiled([_probe()]), "log.txt": st.binary(max_size=50)}
    return st.fixed_dictionaries(odd)


def _models() -> st.SearchStrategy[tuple[bytes, bytes, bool]]:
    card = read_json(registry.PRETRAINED / registry.CARD, dict)
    return st.tuples(json_files([card]), json_files([{"model": "odd"}]), st.booleans())


def _pen_file() -> st.SearchStrategy[bytes]:
    lines = [
        {"digit": digit, "writer": 3, "strokes": [[[0, 0], [9.5, 40]], [[5, 5]]]}
        for digit in range(2)
    ]
    unipen = (
        '.SEGMENT CHARACTER 0-1 ? "8"\n.COMMENT 8 12\n.PEN_DOWN\n 5 -10\n 20 30\n'
        ".PEN_UP\n.DT 100\n.PEN_DOWN\n 1 1\n.PEN_UP\n"
    )
    plain = 2 * unipen.encode()
    return _lines(lines) | spoiled([plain, gzip.compress(plain, mtime=0)])


RECIPES: Final = WayIn(
    changed([recipe.to_dict() for recipe in recipes.RECIPES.values()]) | odd_values,
    _take_recipe,
    (RecipeError,),
    (recipes,),
    "the named recipes",
)
MODELS: Final = WayIn(
    st.deferred(_models),
    _take_model,
    (),
    (
        registry.models,
        registry.find,
        registry.default,
        formatting.describe_model,
        formatting.explain_model,
    ),
    "the bundled model's card, signed anew or not; default.json",
)
RUNS: Final = WayIn(
    st.deferred(_run_files),
    _take_run,
    (RunDamaged,),
    (run, metrics, probes, steering, jsonl),
    "the files of a run",
)
SWEEPS: Final = WayIn(
    json_files([SWEEP]) | st.just(encode(SWEEP)),
    _take_sweep,
    (SweepNotFound,),
    (sweeps, leaderboard),
    "the file of a sweep",
)
PENS: Final = WayIn(
    st.deferred(_pen_file),
    _take_pens,
    (StrokesUnreadable,),
    (pen_drawings,),
    "JSON lines and UNIPEN, plain and gzipped",
)
