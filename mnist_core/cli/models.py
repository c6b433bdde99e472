"""What the commands on models do; `mnist_core.__main__` reads their options.

Those on runs are in `mnist_core.cli.runs`.
"""

import argparse
import json
from typing import Any

from rich.table import Table

from mnist_core import data
from mnist_core.cli.console import (
    ERR,
    OUT,
    ensure_mnist,
    print_result,
    progress_bar,
    silence_stderr,
)
from mnist_core.data import pen_drawings
from mnist_core.errors import ModelDamaged
from mnist_core.evaluation import pen_accuracy
from mnist_core.evaluation.dataset import evaluate as evaluate_on
from mnist_core.evaluation.scores import Score
from mnist_core.inference import files
from mnist_core.models import registry
from mnist_core.models.keras_startup import fast_import
from mnist_core.runs import archive

CHUNK = 1000  # pictures held in memory at once


def evaluate(args: argparse.Namespace) -> int:
    """Score a saved model on the test images."""
    with silence_stderr(), fast_import():
        import keras  # noqa: F401, PLC0415 - it takes seconds

    name = args.model or registry.default().name
    model = registry.load(name)
    ensure_mnist(args.data)
    dataset = data.load(args.data)
    x_test, y_test = data.prepare(dataset.x_test, dataset.y_test)
    with ERR.status(f"Testing on {len(x_test):,} images"):
        scores = evaluate_on(model, x_test, y_test)
        said = model.predict(x_test, batch_size=500, verbose=0)
    per_digit = Score(dataset.y_test, said).per_digit
    print_result({"model": name, **scores, "per_digit": per_digit}, args.json)
    return 0


def predict(args: argparse.Namespace) -> int:
    """Say which digit each picture shows."""
    with silence_stderr(), fast_import():
        from mnist_core.inference.predictor import Predictor  # noqa: PLC0415 - loads TensorFlow

    paths = files.files(args.paths)
    predictor = Predictor(args.model or registry.default().name)
    failed = False
    with progress_bar(OUT if OUT.is_terminal else ERR) as shown:
        task = shown.add_task("Reading", total=len(paths))
        for start in range(0, len(paths), CHUNK):
            for row in files.answers(predictor, paths[start : start + CHUNK]):
                failed |= "error" in row
                _print_answer(row, args.json)
                shown.advance(task)
    return int(failed)


def score_pens(args: argparse.Namespace) -> int:
    """Say how many of people's pen drawings a saved model reads right."""
    saved = registry.find(args.model) if args.model else registry.default()
    drawings = pen_accuracy.held_out_from(saved.card, pen_drawings.read(args.strokes))
    with silence_stderr(), fast_import():
        from mnist_core.inference.predictor import Predictor  # noqa: PLC0415 - loads TensorFlow

    read = Predictor(saved.name).probabilities
    how = {"brush": args.brush, "size": args.size}
    with ERR.status(f"Reading {len(drawings):,} pen drawings"):
        framed = pen_accuracy.score(read, drawings, **how)
        bare = pen_accuracy.score(read, drawings, framed=False, **how)
    result = {
        "model": saved.name,
        "test_accuracy": saved.card["test_accuracy"],
        "pen_accuracy": framed.accuracy,
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
    default = registry.default().name
    rows = [
        {
            "name": saved.name,
            "default": saved.name == default,
            "recipe": saved.card.get("recipe", {}).get("name"),
            "data": saved.card.get("data", {}).get("name"),
            "test_accuracy": saved.card.get("test_accuracy"),
            "pen_accuracy": saved.card.get("pen_accuracy"),
            "created": saved.card.get("created"),
            "problem": saved.problem,
        }
        for saved in registry.models()
    ]
    if args.json:
        print(*map(json.dumps, rows), sep="\n")
        return 0
    table = Table("", "model", "recipe", "data", "test", "drawn", "made", "problem")
    for row in rows:
        accuracies = row["test_accuracy"], row["score_pens"]
        scores = ["" if share is None else f"{share:.2%}" for share in accuracies]
        mark = "*" if row["default"] else ""
        known = [row["name"], row["recipe"], row["data"], *scores, row["created"]]
        table.add_row(mark, *(value or "" for value in known), row["problem"] or "")
    OUT.print(table)
    return 0


def draw_figures(args: argparse.Namespace) -> int:
    """Write the published figures: nine digits, accuracy and loss."""
    from mnist_core.evaluation import figures  # noqa: PLC0415 - Matplotlib takes a while to load

    saved = registry.find(args.model) if args.model else registry.default()
    if saved.problem:
        raise ModelDamaged(saved.name, saved.problem)
    ensure_mnist("mnist")
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


def delete_model(args: argparse.Namespace) -> int:
    """Delete a saved model, damaged or not; its run stays."""
    registry.delete(args.model)
    if args.json:
        print(json.dumps({"name": args.model, "status": "deleted"}))
    else:
        OUT.print(f"The model {args.model!r} is deleted.")
    return 0


def archive_all(args: argparse.Namespace) -> int:
    """Put runs and models aside, for the next class; nothing is deleted."""
    found = [str(path) for path in archive.list_contents()]
    folder = str(archive.create()) if found else None
    if args.json:
        print(json.dumps({"folder": folder, "found": found}))
    elif folder:
        print(*found, f"are in {folder} now.", sep="\n")
    else:
        print("There is nothing to put aside.")
    return 0


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
    shares = result["score_pens"], result["without_framing"]
    table.add_section()
    table.add_row("all", *(f"{share:.2%}" for share in shares))
    OUT.print(table)
    print(f"{result['drawings']:,} drawings by {result['people']} people")
    print(f"{result['model']}: {result['test_accuracy']:.2%} on the test images")
