"""The commands and their options."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mnist_core import recipes
from mnist_core.cli import export, importing, models, queue, runs, steering, sweeps
from mnist_core.cli.recipe_options import add_data, add_recipe, check_preset
from mnist_core.data import pen_drawings
from mnist_core.runs import sweeps as runs_sweeps

RUN = "20261122-101500-quick"  # for the examples


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of `python -m mnist_core`; `function` runs the command."""
    parser = argparse.ArgumentParser(
        prog="python -m mnist_core", description="MNIST Studio without the web app."
    )
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    example = "--recipe quick --epochs 1"
    _add_train(_command(subparsers, "train", runs.train, example))
    example = "--vary learning_rate=0.001,0.003 --seeds 3"
    _add_sweep(_command(subparsers, "sweep", sweeps.sweep, example))
    _command(subparsers, "sweeps", sweeps.list_sweeps, "--json")
    _add_runs(subparsers)
    command = _command(subparsers, "evaluate", models.evaluate, "pretrained --json")
    _add_model(command)
    add_data(command)
    _add_predict(_command(subparsers, "predict", models.predict, "drawings/ --json"))
    _command(subparsers, "models", models.models, "--json")
    command = _command(subparsers, "delete-model", models.delete_model, "quick-2")
    command.add_argument("model", metavar="MODEL", help="one that `models` lists")
    _command(subparsers, "archive", runs.archive_all, "--json")
    example = "pendigits-orig.tra pretrained"
    _add_pens(_command(subparsers, "pen-accuracy", models.score_pens, example))
    command = _command(subparsers, "figures", models.draw_figures, "--out figures")
    _add_model(command)
    command.add_argument("--out", required=True, type=Path, help="folder for the PNGs")
    _add_export(_command(subparsers, "export", export.export, "quick --format html"))
    example = "model_digit.json model_digit.h5"
    _add_import(_command(subparsers, "import", importing.import_model, example))
    return parser


def _add_runs(subparsers: Any) -> None:
    """Add the commands on runs; RUN may be left out where it is clear."""
    _command(subparsers, "runs", runs.list_runs, "--json")
    for function in (runs.pause, runs.stop, runs.watch):
        command = _command(subparsers, function.__name__, function, "--json")
        _add_run(command, "the one that is going on")
    _add_steer(_command(subparsers, "steer", steering.steer, "--learning-rate 0.01"))
    _add_step(_command(subparsers, "step", steering.step, "--batches 10"))
    command = _command(subparsers, "resume", runs.resume, RUN)
    _add_run(command, "the one that is paused, else the newest that has not finished")
    _add_wait(command)
    for function in (queue.move_back, queue.take_out):
        name = function.__name__.replace("_", "-")
        command = _command(subparsers, name, function, RUN)
        command.add_argument("run", metavar="RUN", help="a run that waits in line")
    command = _command(subparsers, "film", steering.make_film, f"{RUN} -o quick.gif")
    command.add_argument("run", metavar="RUN", help="a run that `runs` lists")
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="where to: a .webp, or a .gif; default: the run's name",
    )
    for function in (runs.discard, runs.delete):
        command = _command(subparsers, function.__name__, function, RUN)
        command.add_argument("run", metavar="RUN", help="a run that `runs` lists")


def _add_run(command: argparse.ArgumentParser, default: str) -> None:
    command.add_argument(
        "run",
        nargs="?",
        metavar="RUN",
        help=f"a run that `runs` lists; default: {default}",
    )


def _add_wait(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--wait",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="wait in line while others go on (default), or end with an error",
    )


def _add_steer(command: argparse.ArgumentParser) -> None:
    _add_run(command, "the one that is going on")
    smallest, largest = recipes.BOUNDS["learning_rate"]
    command.add_argument(
        "--learning-rate",
        type=_rate,
        metavar="RATE",
        help=f"{smallest:g} to {largest:g}, fixed from the next batch on; or "
        f"{steering.OWN_RATE!r}: back to the recipe's own schedule",
    )
    smallest, largest = recipes.BOUNDS["batch_size"]
    command.add_argument(
        "--batch-size",
        type=int,
        help=f"{smallest:g} to {largest:g}, from the next epoch on",
    )
    for field in recipes.SWITCHES:
        command.add_argument(
            f"--{field}",
            action=argparse.BooleanOptionalAction,
            help="from the next epoch on",
        )
    command.add_argument(
        "--dropout-rate",
        dest="dropout",
        type=float,
        metavar="RATE",
        help=f"0 to {recipes.MOST_DROPOUT:g}, that of the strongest dropout, from the "
        "next epoch on",
    )


def _rate(text: str) -> float | str:
    return text if text == steering.OWN_RATE else float(text)


def _add_step(command: argparse.ArgumentParser) -> None:
    _add_run(command, "the one that is going on")
    which = command.add_mutually_exclusive_group()
    which.add_argument("--batches", type=int, default=1, help="how many; default: 1")
    which.add_argument("--epoch", action="store_true", help="to the end of the epoch")


def _command(
    subparsers: Any,  # argparse has no public name for what add_subparsers gives
    name: str,
    function: Callable[[argparse.Namespace], int],
    example: str,
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = subparsers.add_parser(
        name,
        help=function.__doc__,
        description=function.__doc__,
        epilog=f"Example: python -m mnist_core {name} {example}",
    )
    command.set_defaults(function=function)
    command.add_argument("--json", action="store_true", help="answer in JSON")
    return command


def _add_predict(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "paths",
        metavar="PATH",
        nargs="+",
        type=Path,
        help="a picture, or a folder of pictures",
    )
    command.add_argument("--model", help="a stored model; default: the one chosen")


def _add_pens(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "strokes",
        metavar="FILE",
        type=Path,
        help="pen drawings: JSON lines, or UNIPEN as UCI has it; plain or gzipped",
    )
    _add_model(command)
    command.add_argument(
        "--brush",
        type=_within(1, 100),
        default=pen_drawings.BRUSH,
        help="the pen's width in pixels, 1 to 100",
    )
    command.add_argument(
        "--size",
        type=_within(0.05, 1),
        help="share of the canvas that a drawing takes, 0.05 to 1; default: any",
    )


def _within(smallest: float, largest: float) -> Callable[[str], float]:
    """Return what reads an option that is a number within bounds."""

    def number(text: str) -> float:
        value = float(text)
        if not smallest <= value <= largest:
            raise argparse.ArgumentTypeError(f"not within {smallest:g} to {largest:g}")
        return value

    return number


def _add_export(command: argparse.ArgumentParser) -> None:
    _add_model(command)
    command.add_argument(
        "--format", choices=export.FORMATS, required=True, help="what to write"
    )
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="where to; default: the model's name",
    )


def _add_import(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "architecture", metavar="JSON", type=Path, help="what Keras 2's to_json gave"
    )
    command.add_argument(
        "weights", metavar="HDF5", type=Path, help="what its save_weights or save wrote"
    )
    command.add_argument("--name", default="imported", help="what to call the model")
    add_data(command)


def _add_model(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "model",
        nargs="?",
        metavar="MODEL",
        help="a stored model; default: the one chosen",
    )


def _add_train(command: argparse.ArgumentParser) -> None:
    command.set_defaults(check=_check_train, error=command.error)
    add_recipe(command)
    command.add_argument(
        "--resume",
        metavar="RUN",
        nargs="?",
        const="",
        help="go on with a run by its own recipe, without any other option; "
        "default: the one that is paused, else the newest that has not finished",
    )
    command.add_argument("--name", help="what to call the model; default: the recipe")
    _add_wait(command)


def _add_sweep(command: argparse.ArgumentParser) -> None:
    command.set_defaults(check=_check_sweep, error=command.error)
    command.add_argument(
        "sweep",
        nargs="?",
        metavar="SWEEP",
        help="one that `sweeps` lists, to follow it, instead of a new one",
    )
    command.add_argument(
        "--vary",
        action="append",
        default=[],
        metavar="VALUE=A,B,...",
        help=f"what to try: {', '.join(runs_sweeps.FIELDS)}; may be given again",
    )
    command.add_argument(
        "--seeds", type=int, default=1, help="trainings by each of them; default: 1"
    )
    command.add_argument(
        "--halving",
        action="store_true",
        help="end those early that lag behind, after 1, 2, 4 ... epochs",
    )
    which = command.add_mutually_exclusive_group()
    which.add_argument(
        "--resume", action="store_true", help="put in line what SWEEP lacks"
    )
    which.add_argument("--stop", action="store_true", help="end SWEEP, keep the models")
    command.add_argument(
        "--csv", action="store_true", help="answer with a line of CSV for each training"
    )
    add_recipe(command)


def _check_sweep(args: argparse.Namespace) -> None:
    """Refuse a sweep without values, and values for one that has its own."""
    if not args.sweep and not args.vary:
        args.error("say what to try: --vary learning_rate=0.001,0.003")
    if args.sweep and args.vary:
        args.error("a sweep has its own values: leave out --vary")
    if not args.sweep and (args.resume or args.stop):
        args.error("--resume and --stop need the id of a sweep")
    check_preset(args)


def _check_train(args: argparse.Namespace) -> None:
    """Refuse a second recipe: a preset has one, and so has a run that is resumed."""
    check_preset(args)
    options = "recipe", "preset", "data", "name", "strokes", *runs.RECIPE_OPTIONS
    given = [name for name in options if getattr(args, name) is not None]
    if args.resume is not None and given:
        named = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        args.error(f"a run is resumed by its own recipe: leave out {named}")
