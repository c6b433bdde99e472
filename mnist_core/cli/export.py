"""The command that writes a stored model for other places."""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from mnist_core.cli.console import print_facts, print_json, silence_stderr
from mnist_core.errors import ModelDamaged
from mnist_core.export import formats, html
from mnist_core.export.check import Export
from mnist_core.models import registry
from mnist_core.models.keras_startup import fast_import
from mnist_core.models.registry import StoredModel

Writer = Callable[[StoredModel, Path], Export | None]
"""Writes a model to a path; says how it was checked where another runtime reads it."""


def export(args: argparse.Namespace) -> int:
    """Write a stored model for other places: a page that reads digits, or a runtime."""
    stored = registry.find(args.model) if args.model else registry.default()
    if stored.problem:
        raise ModelDamaged(stored.name, stored.problem)
    write, suffix = FORMATS[args.format]
    path: Path = args.output or Path(f"{stored.name}{suffix}")
    with silence_stderr() as shown, shown.status(f"Writing {path} and checking it"):
        checked = write(stored, path)
    if args.json:
        known = {"model": stored.name, "format": args.format, "file": str(path)}
        print_json({**known, **(checked or {})})
    elif checked:
        print_facts({"file": str(path), **_describe(checked)})
    else:
        print(path)
    return 0


def _describe(checked: Export) -> dict[str, str]:
    images = f"{checked['images']:,} test images"
    return {
        "size": f"{checked['bytes'] / 1e6:.2f} MB",
        "checked by": checked["runtime"],
        "same digits": f"{checked['same_digits']:,} of {images}",
        "largest difference": f"{checked['largest_difference']:.1e}",
        "one image": f"{checked['milliseconds']:.2f} ms",
    }


def _write_for_runtime(name: str, stored: StoredModel, path: Path) -> Export:
    with fast_import():
        from mnist_core.export import runtimes  # noqa: PLC0415 - it takes seconds

    return runtimes.write(stored, path, name)


FORMATS: Final[dict[str, tuple[Writer, str]]] = {
    "html": (html.write, ".html"),
    **{
        name: (partial(_write_for_runtime, name), f"-{name}.zip")
        for name in formats.FORMATS
    },
}
"""What writes each format, and how its files' names end."""
