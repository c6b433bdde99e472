"""Write the pictures of a seed into a folder, to look at them.

python -m benchmarks.photographs OUT               contact sheets, one or more a kind
python -m benchmarks.photographs OUT --each        each picture, the number in its name
python -m benchmarks.photographs OUT --kind row    of one kind only
"""

import argparse
from collections.abc import Iterator
from functools import partial
from itertools import groupby, islice
from pathlib import Path

from PIL import Image, ImageDraw

from benchmarks.photographs.kinds import Picture, pictures

COLUMNS, TILE = 5, 300


def main() -> None:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.photographs")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", default="")
    parser.add_argument("--each", action="store_true")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    chosen = pictures(asked.seed, only=asked.kind)
    (_write_each if asked.each else _write_sheets)(asked.out, chosen)


def _write_each(out: Path, chosen: Iterator[Picture]) -> None:
    for number, picture in enumerate(chosen):
        name = "_".join(
            [picture.kind.replace(" ", "-"), f"{number:04d}", *picture.lines]
        )
        Image.fromarray(picture.pixels).save(out / f"{name}.png")


def _write_sheets(out: Path, chosen: Iterator[Picture]) -> None:
    for kind, same in groupby(chosen, key=lambda picture: picture.kind):
        pages = iter(partial(_page, same), [])
        for number, page in enumerate(pages):
            _sheet(page).save(out / f"{kind.replace(' ', '-')}_{number:02d}.png")


def _page(chosen: Iterator[Picture]) -> list[Picture]:
    return list(islice(chosen, 4 * COLUMNS))


def _sheet(page: list[Picture]) -> Image.Image:
    """Return a contact sheet, with what is right to read below each picture."""
    rows = -(-len(page) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * TILE, rows * (TILE + 16)), (90, 110, 90))
    for index, picture in enumerate(page):
        left, top = index % COLUMNS * TILE, index // COLUMNS * (TILE + 16)
        image = Image.fromarray(picture.pixels)
        said = f"{' / '.join(picture.lines)}   {image.width}x{image.height}"
        image.thumbnail((TILE - 4, TILE - 4))
        sheet.paste(image, (left, top))
        ImageDraw.Draw(sheet).text((left + 2, top + TILE - 1), said)
    return sheet


if __name__ == "__main__":
    main()
