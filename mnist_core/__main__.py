"""The same work from the command line.

python -m mnist_core --help
python -m mnist_core train --recipe quick
python -m mnist_core predict drawings/
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.table import Table

from mnist_core import data, figures, metrics, pictures, recipes, runs, store
from mnist_core.errors import DatasetUnavailable, MnistError, ModelDamaged

CHUNK = 1000  # pictures held in memory at once
OUT, ERR = Console(), Console(stderr=True)  # results; progress and problems


def train(args: argparse.Namespace) -> int:
    """Train by a recipe in a worker, follow it, and say what came out."""
    asked = {field: getattr(args, field) for field in (*recipes.BOUNDS, "optimizer")}
    changes = {field: value for field, value in asked.items() if value is not None}
    recipe = recipes.get(args.recipe, data=args.data, **changes)
    _fetch(recipe.data)
    run = runs.start(recipe, name=args.name)
    _follow(run)
    state = run.state
    if run.status not in ("finished", "stopped") or "model" not in state:
        raise MnistError(state.get("reason") or f"The run ended: {run.status}.")
    keys = ("model", "test_loss", "test_accuracy", "fit_seconds", "history")
    result = {"run": run.id, "status": run.status, **{key: state[key] for key in keys}}
    result["epochs"] = len(result["history"]["loss"])
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
            "created": saved.card.get("created"),
            "problem": saved.problem,
        }
        for saved in store.models()
    ]
    if args.json:
        print(*map(json.dumps, rows), sep="\n")
        return 0
    table = Table("", "model", "recipe", "data", "test accuracy", "made", "problem")
    for row in rows:
        accuracy = row["test_accuracy"]
        score = "" if accuracy is None else f"{accuracy:.2%}"
        mark = "*" if row["default"] else ""
        known = [row["name"], row["recipe"], row["data"], score, row["created"]]
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
    args.out.mkdir(parents=True, exist_ok=True)
    for name, figure in (
        ("digits.png", figures.digits(mnist.x_train, mnist.y_train)),
        ("history.png", figures.history(saved.card["history"])),
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
                run.request_stop()


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
    else:
        print(f"{row['path']}: {row['digit']} ({row['confidence']:.1%} sure)")


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m mnist_core", description="MNIST Studio without the web app."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_train(_command(commands, "train", train, "--recipe quick --epochs 1"))
    command = _command(commands, "evaluate", evaluate, "pretrained --json")
    _add_model(command)
    _add_data(command)
    command = _command(commands, "predict", predict, "drawings/ seven.png --json")
    command.add_argument(
        "paths",
        metavar="PATH",
        nargs="+",
        type=Path,
        help="a picture, or a folder of pictures",
    )
    command.add_argument("--model", help="a saved model; default: the one chosen")
    _command(commands, "models", models, "--json")
    command = _command(commands, "figures", draw_figures, "--out figures")
    _add_model(command)
    command.add_argument("--out", required=True, type=Path, help="folder for the PNGs")
    return parser


def _command(
    commands: Any,  # argparse has no public name for what add_subparsers gives
    name: str,
    function: Callable[[argparse.Namespace], int],
    example: str,
) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name,
        help=function.__doc__,
        description=function.__doc__,
        epilog=f"Example: python -m mnist_core {name} {example}",
    )
    command.set_defaults(function=function)
    command.add_argument("--json", action="store_true", help="answer in JSON")
    return command


def _add_model(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "model",
        nargs="?",
        metavar="MODEL",
        help="a saved model; default: the one chosen",
    )


def _add_data(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data",
        choices=recipes.TRAINING_IMAGES,
        default="mnist",
        help="MNIST, or digits made up without it",
    )


def _add_train(command: argparse.ArgumentParser) -> None:
    command.add_argument("--recipe", choices=recipes.RECIPES, default="quick")
    for field, (smallest, largest) in recipes.BOUNDS.items():
        command.add_argument(
            f"--{field.replace('_', '-')}",
            type=float if field == "learning_rate" else int,
            help=f"{smallest:g} to {largest:g}; default: the recipe's",
        )
    command.add_argument("--optimizer", choices=recipes.OPTIMIZERS)
    _add_data(command)
    command.add_argument("--name", help="what to call the model; default: the recipe")


def main() -> int:
    """Run one command; a problem ends it with a sentence and exit status 1."""
    args = _parser().parse_args()
    try:
        return args.function(args)
    except MnistError as error:
        ERR.print(str(error), style="red", soft_wrap=True, markup=False)
        return 1


if __name__ == "__main__":
    sys.exit(main())
