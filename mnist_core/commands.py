"""What each command of the command line does; `mnist_core.__main__` reads its options.

Results go to the standard output, for programs as JSON; progress goes to the standard
error.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.table import Table

from mnist_core import data, drawn, figures, metrics, pictures, recipes, runs, store
from mnist_core import strokes as pen_drawings
from mnist_core.errors import DatasetUnavailable, MnistError, ModelDamaged

CHUNK = 1000  # pictures held in memory at once
OUT, ERR = Console(), Console(stderr=True)  # results; progress and problems


def train(args: argparse.Namespace) -> int:
    """Train by a recipe in a worker, follow it, and say what came out."""
    fields = (*recipes.BOUNDS, *recipes.CHOICES, *recipes.SWITCHES)
    asked = {field: getattr(args, field) for field in fields}
    changes = {field: value for field, value in asked.items() if value is not None}
    if args.strokes:
        changes["strokes"] = args.strokes.name
    recipe = recipes.get(args.recipe, data=args.data, **changes)
    _fetch(recipe.data)
    run = runs.start(recipe, name=args.name, drawings=args.strokes)
    _follow(run)
    state = run.state
    if run.status not in ("finished", "stopped") or "model" not in state:
        raise MnistError(state.get("reason") or f"The run ended: {run.status}.")
    keys = ("model", "test_loss", "test_accuracy", "fit_seconds", "history")
    result = {"run": run.id, "status": run.status, **{key: state[key] for key in keys}}
    result["epochs"] = len(result["history"]["loss"])
    result["drawn_accuracy"] = state.get("drawn_accuracy")
    _print_result(result, args.json)
    return 0


def evaluate(args: argparse.Namespace) -> int:
    """Score a saved model on the test images."""
    with _hushed():
        from mnist_core import training  # noqa: PLC0415 - loads TensorFlow

    name = args.model or store.default().name
    model = store.load(name)
    _fetch(args.data)
    dataset = data.load(args.data)
    x_test, y_test = data.prepare(dataset.x_test, dataset.y_test)
    with ERR.status(f"Testing on {len(x_test):,} images"):
        scores = training.evaluate(model, x_test, y_test)
        read = model.predict(x_test, batch_size=500, verbose=0).argmax(axis=1)
    right = read == dataset.y_test
    per_digit = {str(d): float(right[dataset.y_test == d].mean()) for d in range(10)}
    _print_result({"model": name, **scores, "per_digit": per_digit}, args.json)
    return 0


def predict(args: argparse.Namespace) -> int:
    """Say which digit each picture shows."""
    with _hushed():
        from mnist_core.predictor import Predictor  # noqa: PLC0415 - loads TensorFlow

    paths = pictures.files(args.paths)
    predictor = Predictor(args.model or store.default().name)
    failed = False
    with _bar(OUT if OUT.is_terminal else ERR) as bar:
        task = bar.add_task("Reading", total=len(paths))
        for start in range(0, len(paths), CHUNK):
            for row in pictures.answers(predictor, paths[start : start + CHUNK]):
                failed |= "error" in row
                _print_answer(row, args.json)
                bar.advance(task)
    return int(failed)


def drawn_accuracy(args: argparse.Namespace) -> int:
    """Say how many of people's pen drawings a saved model reads right."""
    saved = store.find(args.model) if args.model else store.default()
    drawings = drawn.unknown_to(saved.card, pen_drawings.read(args.strokes))
    with _hushed():
        from mnist_core.predictor import Predictor  # noqa: PLC0415 - loads TensorFlow

    read = Predictor(saved.name).probabilities
    how = {"brush": args.brush, "size": args.size}
    with ERR.status(f"Reading {len(drawings):,} pen drawings"):
        framed = drawn.score(read, drawings, **how)
        bare = drawn.score(read, drawings, framed=False, **how)
    result = {
        "model": saved.name,
        "test_accuracy": saved.card["test_accuracy"],
        "drawn_accuracy": framed.accuracy,
        "per_digit": framed.per_digit,
        "without_framing": bare.accuracy,
        "per_digit_without_framing": bare.per_digit,
        "confusions": framed.confusions[:10],
        "drawings": len(drawings),
        "people": len({drawing.writer for drawing in drawings}),
    }
    if args.json:
        print(json.dumps(result))
    else:
        _print_drawn(result)
    return 0


def models(args: argparse.Namespace) -> int:
    """List the saved models."""
    default = store.default().name
    rows = [
        {
            "name": saved.name,
            "default": saved.name == default,
            "recipe": saved.card.get("recipe", {}).get("name"),
            "data": saved.card.get("data", {}).get("name"),
            "test_accuracy": saved.card.get("test_accuracy"),
            "drawn_accuracy": saved.card.get("drawn_accuracy"),
            "created": saved.card.get("created"),
            "problem": saved.problem,
        }
        for saved in store.models()
    ]
    if args.json:
        print(*map(json.dumps, rows), sep="\n")
        return 0
    table = Table("", "model", "recipe", "data", "test", "drawn", "made", "problem")
    for row in rows:
        accuracies = row["test_accuracy"], row["drawn_accuracy"]
        scores = ["" if share is None else f"{share:.2%}" for share in accuracies]
        mark = "*" if row["default"] else ""
        known = [row["name"], row["recipe"], row["data"], *scores, row["created"]]
        table.add_row(mark, *(value or "" for value in known), row["problem"] or "")
    OUT.print(table)
    return 0


def draw_figures(args: argparse.Namespace) -> int:
    """Write the published figures: nine digits, accuracy and loss."""
    saved = store.find(args.model) if args.model else store.default()
    if saved.problem:
        raise ModelDamaged(saved.name, saved.problem)
    _fetch("mnist")
    mnist = data.load_mnist()
    history, kept = saved.card["history"], saved.card["recipe"].get("validation", 0)
    args.out.mkdir(parents=True, exist_ok=True)
    for name, figure in (
        ("digits.png", figures.digits(mnist.x_train, mnist.y_train)),
        ("history.png", figures.history(history, validation=kept > 0)),
    ):
        (args.out / name).write_bytes(figures.to_png(figure))
        path = str(args.out / name)
        print(json.dumps({"path": path}) if args.json else path)
    return 0


def _fetch(name: str) -> None:
    """Download MNIST with a progress bar, unless it is here already."""
    if name != "mnist":
        return
    try:
        data.find_mnist()
    except DatasetUnavailable:
        columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn()
        with Progress(*columns, console=ERR) as bar:
            task = bar.add_task("Downloading MNIST", total=data.DOWNLOAD_BYTES)
            data.load_mnist(progress=lambda got, _: bar.update(task, completed=got))


def _follow(run: runs.Run) -> None:
    """Show how the run goes until it ends; a Ctrl-C stops it and keeps the model."""
    recipe = run.recipe
    with _bar() as bar:
        task = bar.add_task("starting", total=1.0)
        while run.status == "running":
            try:
                time.sleep(0.2)
                progress = run.metrics().progress(recipe)
                bar.update(
                    task, completed=progress.done, description=_line(run, progress)
                )
            except KeyboardInterrupt:
                run.ask("stop")


def _line(run: runs.Run, progress: metrics.Progress) -> str:
    batches = run.metrics().batches
    line = f"{run.id}: {run.state['stage']}"
    if batches:
        line += f", epoch {batches[-1]['epoch']:.1f}"
        line += f", accuracy {batches[-1]['accuracy']:.1%}"
    if progress.seconds_left:
        line += f", {progress.seconds_left:.0f} s left"
    return line


def _print_answer(row: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(row))
    elif "error" in row:
        print(f"{row['path']}: {row['error']}")
    elif row["digit"] is None:
        print(f"{row['path']}: nothing is drawn")
    elif row["is_digit"] is False and len(row["number"]) == 1:
        print(f"{row['path']}: no digit; the most like it is a {row['digit']}")
    elif len(row["number"]) > 1:
        print(f"{row['path']}: {row['number']}")
    else:
        print(f"{row['path']}: {row['digit']} ({row['confidence']:.1%} sure)")


def _print_drawn(result: dict[str, Any]) -> None:
    table = Table("digit", "with MNIST's framing", "canvas scaled down")
    bare = result["per_digit_without_framing"]
    for digit, share in result["per_digit"].items():
        table.add_row(digit, f"{share:.2%}", f"{bare[digit]:.2%}")
    shares = result["drawn_accuracy"], result["without_framing"]
    table.add_section()
    table.add_row("all", *(f"{share:.2%}" for share in shares))
    OUT.print(table)
    print(f"{result['drawings']:,} drawings by {result['people']} people")
    print(f"{result['model']}: {result['test_accuracy']:.2%} on the test images")


def _print_result(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(result))
        return
    for key, value in result.items():
        if key != "history":
            print(
                f"{key}: {value:.6g}" if isinstance(value, float) else f"{key}: {value}"
            )


@contextmanager
def _hushed() -> Iterator[None]:
    """Keep TensorFlow's notes on CPUs and GPUs off the terminal while it is loaded.

    Its native code writes them past Python, and no setting silences them all.
    """
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _bar(console: Console = ERR) -> Progress:
    """A progress bar; on the console of the results, these are printed above it."""
    columns = TextColumn("{task.description}"), BarColumn()
    return Progress(*columns, console=console, redirect_stdout=console is OUT)
