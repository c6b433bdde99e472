"""Make the folder of a run, and have it begin, or begin again.

What is in it, `mnist_core.runs.manager` says.
"""

import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast, get_args

from mnist_core.data import pen_drawings
from mnist_core.errors import RecipeError, StrokesUnreadable
from mnist_core.recipes import Recipe
from mnist_core.runs import probes as run_probes
from mnist_core.runs import queue, steering
from mnist_core.runs.probes import Probe
from mnist_core.runs.run import Request, Run, StateValues
from mnist_core.storage.paths import (
    new_folder,
    publish_folder,
    remove_stale,
    write_json,
)
from mnist_core.storage.reading import read_json

RESERVE: Final = 64 * 1024  # bytes, to write why it ended when the disk is full
KEPT: Final = (
    *("number", "started", "name", "starter", "sweep", "snapshots", "save_id"),
)
"""What stays in the state when a run begins again; the rest is its result."""


def check_drawings(recipe: Recipe, drawings: Path | None) -> None:
    """See that a recipe and its file of pen drawings go together.

    Raises:
        RecipeError: only one of them is there.
        StrokesUnreadable: the file cannot be read, or one person drew all of it.
    """
    if bool(recipe.strokes) != bool(drawings):
        raise RecipeError("strokes", "the recipe and the file must both be given")
    if drawings and not pen_drawings.split(pen_drawings.read(drawings))[0]:
        raise StrokesUnreadable(
            str(drawings), "it needs drawings by two people or more"
        )


def create(
    folder: Path,
    recipe: Recipe,
    state: StateValues,
    *,
    drawings: Path | None,
    probes: Sequence[Probe],
) -> Run:
    """Make a run's folder among the runs, whole before anybody sees it.

    It waits for its turn. `state` has its name, its number, and whose it is.
    """
    started = time.time()
    with new_folder(folder) as new:
        write_json(new / "recipe.json", recipe.to_dict())
        if drawings:
            shutil.copyfile(drawings, new / "strokes")
        for probe in probes:
            run_probes.add(new, probe)
        (new / "lock").touch()
        _write_state(new, {**state, "started": started})
        queue.join(Run(new))
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(started))
        return Run(publish_folder(new, folder, f"{stamp}-{recipe.name}"))


def renew(run: Run) -> None:
    """Have a run begin, or begin again if it has ended; its ticket stays.

    A file is reserved that the worker frees to write its last words on a full disk.
    """
    for request in get_args(Request):
        run.cancel(request)
    steering.take_step(run.folder)
    steering.end_step(run.folder)
    remove_stale(run.folder)
    (run.folder / "reserve").write_bytes(bytes(RESERVE))
    known = read_json(run.folder / "state.json", StateValues)
    kept = {key: value for key, value in known.items() if key in KEPT}
    _write_state(run.folder, cast(StateValues, {**kept, "begun": time.time()}))


def _write_state(folder: Path, state: StateValues) -> None:
    begun: StateValues = {**state, "status": "running", "stage": "starting"}
    write_json(folder / "state.json", begun)
