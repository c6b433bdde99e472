"""The commands on models; `mnist_core.cli.parser` reads their options."""

import argparse
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from mnist_core import data
from mnist_core.cli.console import (
    ERR,
    OUT,
    ensure_mnist,
    percent,
    print_facts,
    print_json,
    progress_bar,
    silence_stderr,
)
from mnist_core.data import pen_drawings
from mnist_core.errors import ModelDamaged
from mnist_core.evaluation import figures, pen_accuracy
from mnist_core.evaluation.dataset import evaluate as evaluate_on
from mnist_core.evaluation.scores import Score
from mnist_core.inference import files
from mnist_core.inference.predictor import Predictor
from mnist_core.models import registry
from mnist_core.models.keras_startup import fast_import
from mnist_core.models.registry import StoredModel

CHUNK = 1000  # pictures held in memory at once


def evaluate(args: argparse.Namespace) -> int:
    """Score a stored model on the test images."""
    with silence_stderr(), fast_import():
        import keras  # noqa: F401, PLC0415 - it takes seconds

    name = args.model or registry.default().name
    model = registry.load(name)
    ensure_mnist(args.data)
    dataset = data.load(args.data)
    x_test, y_test = data.prepare(dataset.x_test, dataset.y_test)
    with ERR.status(f"Testing on {len(x_test):,} images"):
        scores = evaluate_on(model, x_test, y_test)
        answers = model.predict(x_test, batch_size=500, verbose=0)
    per_digit = Score(dataset.y_test, answers).per_digit
    if args.json:
        print_json({"model": name, **scores, "per_digit": per_digit})
        return 0
    table = Table("digit", "read right")
    for digit, share in per_digit.items():
        table.add_row(digit, percent(share))
    OUT.print(table)
    print_facts(
        {
            "model": name,
            "test accuracy": percent(scores["test_accuracy"]),
            "test loss": f"{scores['test_loss']:.4f}",
        }
    )
    return 0


def predict(args: argparse.Namespace) -> int:
    """Say which digit each picture shows."""
    paths = files.files(args.paths)
    predictor = Predictor(args.model or registry.default().name)
    failed = False
    with progress_bar(OUT if OUT.is_terminal else ERR) as shown:
        task = shown.add_task("Reading", total=len(paths))
        for start in range(0, len(paths), CHUNK):
            for row in files.answers(predictor, paths[start : start + CHUNK]):
                failed |= "error" in row
                if args.json:
                    print_json(row)
                else:
                    print(_describe(row))
                shown.advance(task)
    return int(failed)


def score_pens(args: argparse.Namespace) -> int:
    """Say how many of people's pen drawings a stored model reads right."""
    stored = registry.find(args.model) if args.model else registry.default()
    if stored.problem:
        raise ModelDamaged(stored.name, stored.problem)
    drawings = pen_accuracy.held_out_from(stored.card, pen_drawings.read(args.strokes))
    read = Predictor(stored.name).probabilities
    how = {"brush": args.brush, "size": args.size}
    with ERR.status(f"Reading {len(drawings):,} pen drawings"):
        framed = pen_accuracy.score(read, drawings, **how)
        bare = pen_accuracy.score(read, drawings, framed=False, **how)
    people = len({drawing.writer for drawing in drawings})
    if args.json:
        print_json(
            {
                "model": stored.name,
                "test_accuracy": stored.card["test_accuracy"],
                "pen_accuracy": framed.accuracy,
                "per_digit": framed.per_digit,
                "without_framing": bare.accuracy,
                "per_digit_without_framing": bare.per_digit,
                "confusions": framed.confusions[:10],
                "drawings": len(drawings),
                "people": people,
            }
        )
    else:
        OUT.print(_pen_table(framed, bare))
        print(f"{len(drawings):,} drawings by {people} people")
        share = percent(stored.card["test_accuracy"])
        print(f"{stored.name}: {share} on the test images")
    return 0


def models(args: argparse.Namespace) -> int:
    """List the stored models."""
    default, stored = registry.default().name, registry.models()
    if args.json:
        for each in stored:
            print_json(
                {
                    "name": each.name,
                    "default": each.name == default,
                    "recipe": each.card.get("recipe", {}).get("name"),
                    "data": None if each.problem else each.card["data"]["name"],
                    "test_accuracy": each.card.get("test_accuracy"),
                    "pen_accuracy": each.card.get("pen_accuracy"),
                    "created": each.card.get("created"),
                    "problem": each.problem,
                }
            )
        return 0
    OUT.print(_model_table(stored, default=default))
    return 0


def draw_figures(args: argparse.Namespace) -> int:
    """Write the published figures: nine digits, accuracy and loss."""
    stored = registry.find(args.model) if args.model else registry.default()
    if stored.problem:
        raise ModelDamaged(stored.name, stored.problem)
    ensure_mnist("mnist")
    mnist = data.load_mnist()
    history = stored.card["history"]
    validation = stored.card["recipe"].get("validation", 0) > 0
    args.out.mkdir(parents=True, exist_ok=True)
    for name, figure in (
        ("digits.png", figures.digits(mnist.x_train, mnist.y_train)),
        ("history.png", figures.history(history, validation=validation)),
    ):
        path = args.out / name
        path.write_bytes(figures.to_png(figure))
        if args.json:
            print_json({"path": str(path)})
        else:
            print(path)
    return 0


def delete_model(args: argparse.Namespace) -> int:
    """Delete a stored model, damaged or not; its run stays."""
    registry.delete(args.model)
    if args.json:
        print_json({"name": args.model, "status": "deleted"})
    else:
        print(f"The model {args.model!r} is deleted.")
    return 0


def _describe(row: Mapping[str, Any]) -> str:
    """Say in a line what a picture shows."""
    path, number = row["path"], row.get("number")
    if "error" in row:
        return f"{path}: {row['error']}"
    if not number:
        return f"{path}: nothing is drawn"
    if len(number) > 1:
        return f"{path}: {number}"
    if row["is_digit"] is False:
        return f"{path}: no digit; the most like it is a {row['digit']}"
    return f"{path}: {row['digit']} ({row['confidence'] * 100:.1f} % sure)"


def _model_table(stored: list[StoredModel], *, default: str) -> Table:
    """Lay the models out in a table; problems get a column where there are any."""
    damaged = any(each.problem for each in stored)
    table = Table("", "model", "recipe", "data", "test", "pens", "made")
    if damaged:
        table.add_column("problem")
    for each in stored:
        card = each.card
        cells = [
            "*" if each.name == default else "",
            each.name,
            card.get("recipe", {}).get("name", ""),
            "" if each.problem else card["data"]["name"],
            percent(card.get("test_accuracy")),
            percent(card.get("pen_accuracy")),
            _date(card.get("created")),
            *([each.problem or ""] if damaged else []),
        ]
        table.add_row(*map(Text, cells))  # plain: a name may have brackets
    return table


def _pen_table(framed: Score, bare: Score) -> Table:
    table = Table("digit", "with MNIST's framing", "canvas scaled down")
    for digit, share in framed.per_digit.items():
        table.add_row(digit, percent(share), percent(bare.per_digit[digit]))
    table.add_section()
    table.add_row("all", percent(framed.accuracy), percent(bare.accuracy))
    return table


def _date(iso: str | None) -> str:
    return datetime.fromisoformat(iso).astimezone().strftime("%Y-%m-%d") if iso else ""
