"""The options that describe a recipe, for the commands that train by one."""

import argparse
from pathlib import Path

from mnist_core import presets, recipes


def add_recipe(command: argparse.ArgumentParser) -> None:
    """Add what describes a recipe: its name, and the values that are changed."""
    command.add_argument("--recipe", choices=recipes.RECIPES, help="default: quick")
    command.add_argument(
        "--preset",
        choices=presets.BY_OPTION,
        help="a training that shows something, instead of a recipe",
    )
    for field, (smallest, largest) in recipes.BOUNDS.items():
        command.add_argument(
            f"--{field.replace('_', '-')}",
            type=float if field == "learning_rate" else int,
            help=f"{smallest:g} to {largest:g}; default: the recipe's",
        )
    for field, choices in recipes.CHOICES.items():
        command.add_argument(f"--{field}", choices=choices)
    for field in recipes.SWITCHES:
        command.add_argument(f"--{field}", action=argparse.BooleanOptionalAction)
    command.add_argument(
        "--strokes",
        type=Path,
        metavar="FILE",
        help="pen drawings to learn from as well: JSON lines, or UNIPEN as UCI has it",
    )
    add_data(command, default=None)


def add_data(
    command: argparse.ArgumentParser, *, default: str | None = "mnist"
) -> None:
    """Add the option that names a data set."""
    command.add_argument(
        "--data",
        choices=recipes.TRAINING_IMAGES,
        default=default,
        help="MNIST, or digits made up without it; default: mnist",
    )


def check_preset(args: argparse.Namespace) -> None:
    """Refuse a second recipe: a preset has one."""
    if args.preset and args.recipe:
        args.error("a preset has a recipe of its own: leave out --recipe")
