"""Join the JavaScript modules into one script.

    from mnist_core.browser import bundle
    code = bundle.bundle() + "const reads = new reader.Reader(...);"

An inline component of Streamlit and a file that is opened from a disk cannot import a
neighbour. So each module becomes a function that runs at once, and what it exports the
fields of a constant of its name.
"""

import re
from functools import cache
from pathlib import Path
from typing import Final

FORMAT: Final = 1  # of what pack.py writes and network.mjs reads

# Each after those that it imports.
READING: Final = "framing", "segmentation", "network", "reader", "answer", "activations"
"""What reads a drawing."""

PICTURE: Final = "tiles", "picture"
"""What draws a network at work; `READING` stands before it."""

PEN: Final = ("pen",)
"""What tells strokes from palms."""

MODULES: Final = READING + PICTURE + PEN
IMPORT: Final = re.compile(r'^import (\{[^}]*\}) from "\./(\w+)\.mjs";$', re.MULTILINE)
EXPORT: Final = re.compile(r"^export (?=(?:const|function|class) (\w+))", re.MULTILINE)


@cache
def bundle(modules: tuple[str, ...] = READING) -> str:
    """Return these modules as one script, which leaves a constant for each."""
    return "\n".join(map(_wrapped, modules))


def _wrapped(name: str) -> str:
    source = Path(__file__).with_name(f"{name}.mjs").read_text(encoding="utf-8")
    exported = EXPORT.findall(source)
    body = EXPORT.sub("", IMPORT.sub(r"const \1 = \2;", source))
    return (
        f"const {name} = (() => {{\n{body}\nreturn {{ {', '.join(exported)} }};\n}})();"
    )
