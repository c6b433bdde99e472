"""What the commands say of a run: a row for programs; for people, words or a table."""

from datetime import UTC, datetime
from typing import TypedDict, cast

from rich.table import Table
from rich.text import Text

from mnist_core.cli.console import percent, print_json
from mnist_core.runs import forecast, manager
from mnist_core.runs.run import DamagedRun, Run, RunState


class RunRow(TypedDict):
    """What programs are told about a run; all but three are None if it is damaged."""

    id: str
    status: str
    stage: str | None
    recipe: str | None
    epoch: float | None
    epochs: int | None
    step: int | None
    place: int | None
    pid: int | None
    name: str | None
    started: str | None
    model: str | None
    test_accuracy: float | None
    reason: str | None
    problem: str | None


def to_row(run: Run, state: RunState) -> RunRow:
    """Return what programs are told about a run."""
    so_far = run.metrics()
    turn = forecast.turns(manager.read_runs()).get(run) if state.ticket else None
    started = datetime.fromtimestamp(state.started, UTC)
    return {
        "id": run.id,
        "status": state.status,
        "stage": state.stage,
        "recipe": state.recipe.name,
        "epoch": so_far.epoch,
        "epochs": state.recipe.epochs,
        "step": max((row["step"] for row in so_far.batches[-1:]), default=0),
        "place": turn.place if turn else None,
        "pid": state.pid if state.is_active else None,
        "name": state.name,
        "started": started.isoformat(timespec="seconds"),
        "model": state.model,
        "test_accuracy": state.test_accuracy,
        "reason": state.reason,
        "problem": None,
    }


def damaged_row(damaged: DamagedRun) -> RunRow:
    """Return what programs are told about a folder that cannot be read as a run."""
    known = {"id": damaged.folder.name, "status": "damaged", "problem": damaged.problem}
    return cast(RunRow, {**dict.fromkeys(RunRow.__annotations__), **known})


def answer(row: RunRow, as_json: bool) -> int:
    """Say in a row or a sentence how a run is."""
    if as_json:
        print_json(row)
        return 0
    parts = [f"{row['id']}: {row['status']}."]
    parts += [f"Place {row['place']} in line."] if row["place"] else []
    if row["model"] and row["test_accuracy"] is not None:
        share = percent(row["test_accuracy"])
        parts.append(f"Its model {row['model']!r} reads {share} of the test images.")
    parts += [row["reason"]] if row["reason"] else []
    print(*parts)
    return 0


def to_table(rows: list[RunRow]) -> Table:
    """Return the runs as a table for people."""
    table = Table()
    table.add_column("run", no_wrap=True)  # to be copied
    for name in ("status", "epoch", "test", "model", "what happened"):
        table.add_column(name)
    for row in rows:
        far = "" if row["epoch"] is None else f"{row['epoch']:.1f} of {row['epochs']}"
        happened = row["reason"] or row["problem"]
        test = percent(row["test_accuracy"])
        cells = [row["id"], row["status"], far, test, row["model"], happened]
        # As plain text: a name may have brackets, which rich takes for markup.
        table.add_row(*(Text(cell or "") for cell in cells))
    return table
