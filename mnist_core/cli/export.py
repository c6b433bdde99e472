"""The command that writes a stored model for other places."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

from mnist_core.cli.console import ERR, print_json, silence_stderr
from mnist_core.errors import ModelDamaged
from mnist_core.export import html
from mnist_core.models import registry
from mnist_core.models.registry import StoredModel

FORMATS: Final[dict[str, tuple[Callable[[StoredModel, Path], None], str]]] = {
    "html": (html.write, ".html"),
}
"""What writes each format, given a model and a path, and how its files' names end."""


def export(args: argparse.Namespace) -> int:
    """Write a stored model for other places, such as one page that reads digits."""
    stored = registry.find(args.model) if args.model else registry.default()
    if stored.problem:
        raise ModelDamaged(stored.name, stored.problem)
    write, suffix = FORMATS[args.format]
    path: Path = args.output or Path(f"{stored.name}{suffix}")
    with ERR.status(f"Writing {path}"), silence_stderr():
        write(stored, path)
    if args.json:
        print_json({"model": stored.name, "format": args.format, "file": str(path)})
    else:
        print(path)
    return 0
