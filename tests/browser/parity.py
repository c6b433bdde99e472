"""Compare the browser's reading with Python's, drawing by drawing, in a real Chromium.

    python -m tests.browser.parity            10,000 drawings; what `make parity` does
    python -m tests.browser.parity 500

Each drawing is a picture of what a canvas could hold: a digit or a number of people's
(or made-up) strokes at every size and brush, slashed digits, doodles, specks, nothing.
Python reads its pixels, and so does Chromium; what differs is counted.
"""

import io
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from mnist_core.browser import bundle, pack
from mnist_core.data import doodles, glyphs, pen_drawings
from mnist_core.data.curves import Strokes
from mnist_core.data.pen_drawings import PenDrawing
from mnist_core.data.synthetic import GLYPHS
from mnist_core.inference import reader
from mnist_core.inference.predictor import Predictor
from mnist_core.inference.reader import Part, Reading
from mnist_core.inference.rejection import ONE_OF_TWO
from tests.browser import chromium

SHARES = {
    "digit": 0.45,
    "number": 0.2,
    "lines": 0.1,
    "slashed": 0.08,
    "doodle": 0.1,
    "specks": 0.04,
    "empty": 0.03,
}

SIZES = (280, 280), (280, 320), (340, 640), (400, 640), (640, 960)  # height and width
PAPERS = (0, 0, 0), (255, 255, 255)
AT_ONCE = 50  # drawings that are sent to the browser together
IMAGE_LIMIT, PROBABILITY_LIMIT = 1e-5, 2e-3

READ = """async ([drawings, weights]) => {
    if (weights) {
        const bytes = Uint8Array.from(atob(weights), (letter) => letter.charCodeAt(0));
        window.reading = new reader.Reader(network.unpack(bytes.buffer));
    }
    const answers = [];
    for (const [url, paper] of drawings) {
        const picture = await createImageBitmap(await (await fetch(url)).blob());
        const canvas = new OffscreenCanvas(picture.width, picture.height);
        const context = canvas.getContext("2d", { willReadFrequently: true });
        context.drawImage(picture, 0, 0);
        const { data } = context.getImageData(0, 0, picture.width, picture.height);
        const { parts } = reading.read(data, picture.width, picture.height, paper);
        answers.push(parts.map((part) => ({
            line: part.line,
            box: [part.box.top, part.box.bottom, part.box.left, part.box.right],
            image: [...part.image],
            probabilities: [...part.probabilities],
            isDigit: part.isDigit,
        })));
    }
    return answers;
}"""


@dataclass(frozen=True)
class Drawing:
    """What a canvas may hold: ink on paper, and what kind of thing it is."""

    kind: str
    pixels: np.ndarray  # uint8 (h, w, 3), all three the same
    paper: tuple[int, int, int]


@dataclass
class Comparison:
    """How often the two readings agree, and how far they are apart at the most."""

    drawings: Counter[str] = field(default_factory=Counter)  # of each kind
    digits: int = 0
    differences: list[str] = field(default_factory=list)  # in words
    on_edge: int = 0  # answers so near a threshold that they may fall either way
    image: float = 0.0  # largest difference of a pixel
    probability: float = 0.0  # largest difference of a probability

    @property
    def agrees(self) -> bool:
        """Whether all readings were the same, within the limits."""
        close = self.image <= IMAGE_LIMIT and self.probability <= PROBABILITY_LIMIT
        return close and not self.differences

    def add(self, drawing: Drawing, mine: Reading, theirs: list[dict]) -> None:
        """Compare Python's reading of a drawing with the browser's."""
        self.drawings[drawing.kind] += 1
        places = [(*part.box, part.line) for part in mine.parts]
        other = [
            (slice(*part["box"][:2]), slice(*part["box"][2:]), part["line"])
            for part in theirs
        ]
        if places != other:
            self.differences.append(f"{drawing.kind}: places {places} and {other}")
            return
        for one, two in zip(mine.parts, theirs, strict=True):
            self._add_digit(drawing, one, two)

    def _add_digit(self, drawing: Drawing, mine: Part, theirs: dict) -> None:
        self.digits += 1
        image = np.abs(mine.image.ravel() - theirs["image"]).max()
        prediction, rows = mine.prediction, np.array(theirs["probabilities"])
        apart = np.abs(prediction.probabilities - rows).max()
        self.image = max(self.image, float(image))
        self.probability = max(self.probability, float(apart))
        first, second = np.sort(rows)[::-1][:2]
        if prediction.digit != rows.argmax():
            self._note(f"{drawing.kind}: digit", abs(first - second))
        if prediction.is_digit != theirs["isDigit"]:
            near = abs(first - prediction.threshold), abs(first + second - ONE_OF_TWO)
            self._note(f"{drawing.kind}: is it a digit", min(near))

    def _note(self, what: str, distance: float) -> None:
        """Note a difference; one so near the edge may fall either way."""
        if distance <= PROBABILITY_LIMIT:
            self.on_edge += 1
        else:
            self.differences.append(what)


def compare(page: Page, model: str, drawings: Iterable[Drawing]) -> Comparison:
    """Read drawings in Python and in a browser's page, and compare."""
    page.add_script_tag(content=bundle.bundle())
    predictor, comparison = Predictor(model), Comparison()
    weights: str | None = b64encode(pack.pack(predictor)).decode()
    drawings = iter(drawings)
    while some := list(islice(drawings, AT_ONCE)):
        sent = [[_encode(drawing.pixels), drawing.paper] for drawing in some]
        answers = page.evaluate(READ, [sent, weights])
        weights = None  # the page keeps its reader
        for drawing, answer in zip(some, answers, strict=True):
            mine = reader.read(predictor, drawing.pixels, paper=drawing.paper)
            comparison.add(drawing, mine, answer)
    return comparison


def _encode(pixels: np.ndarray) -> str:
    """Return a grey picture as a data URL, packed as quickly as can be."""
    file = io.BytesIO()
    Image.fromarray(pixels[..., 0]).save(file, format="PNG", compress_level=1)
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"


def make_drawings(count: int, *, seed: int) -> Iterator[Drawing]:
    """Make what canvases of all sizes may hold, mixed as `SHARES` says."""
    rng = np.random.default_rng(seed)
    people = pen_drawings.read_configured()
    for kind in rng.choice(list(SHARES), count, p=list(SHARES.values())):
        shape = SIZES[rng.integers(len(SIZES))]
        strokes = _strokes(kind, shape, people, rng)
        brush = round(rng.uniform(8, 40) * shape[0] / 280)
        ink = pen_drawings.draw(strokes, shape=shape, brush=brush)
        paper = PAPERS[rng.integers(len(PAPERS))]
        grey = 255 - ink if paper[0] else ink
        yield Drawing(kind, np.repeat(grey[..., None], 3, axis=2), paper)


def _strokes(
    kind: str,
    shape: tuple[int, int],
    people: list[PenDrawing],
    rng: np.random.Generator,
) -> Strokes:
    """Return the strokes of one drawing, in pixels of its canvas."""
    height, width = shape
    if kind == "empty":
        return []
    if kind == "specks":
        return [
            rng.uniform(0, [width, height], (1, 2)) for _ in range(rng.integers(1, 9))
        ]
    if kind == "number":
        count = int(rng.integers(2, 6))
        digits = [_digit(people, rng) for _ in range(count)]
        return _beside(digits, shape, rng)
    if kind == "lines":
        upper = _strokes("number", (height // 2, width), people, rng)
        lower = _strokes("number", (height // 2, width), people, rng)
        middle = np.array([0, height // 2])
        return upper + [stroke + middle for stroke in lower]
    drawn = {
        "digit": lambda: _digit(people, rng),
        "slashed": lambda: glyphs.copy(glyphs.RARE[0][:3] + GLYPHS[7][3:4], rng),
        "doodle": lambda: doodles.doodles(1, seed=int(rng.integers(2**31)))[0],
    }[kind]()
    return _beside([drawn], shape, rng)


def _digit(people: list[PenDrawing], rng: np.random.Generator) -> Strokes:
    if people:
        return people[rng.integers(len(people))].strokes
    return glyphs.digit(int(rng.integers(10)), rng)


def _beside(
    things: list[Strokes], shape: tuple[int, int], rng: np.random.Generator
) -> Strokes:
    """Put things beside each other on a canvas, about equally tall."""
    height, width = shape
    tall, gap = rng.uniform(0.15, 0.9) * height, rng.uniform(0, 0.3) * height
    tall = min(tall, (width - gap * (len(things) - 1)) / len(things))
    left, placed = rng.uniform(0, 0.1) * width, []
    for strokes in things:
        points = np.concatenate(strokes)
        corner, extent = points.min(axis=0), np.ptp(points, axis=0).max()
        scale = tall * rng.uniform(0.8, 1.1) / max(extent, 1e-6)
        top = rng.uniform(0, max(height - tall, 1))
        placed += [(stroke - corner) * scale + [left, top] for stroke in strokes]
        left += (np.ptp(points[:, 0]) * scale) + gap
    return placed


def main() -> int:
    """Compare and print what came out; return 1 where something differs."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with sync_playwright() as playwright:
        path = chromium.find()
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        found = compare(browser.new_page(), "pretrained", make_drawings(count, seed=1))
        browser.close()
    kinds = ", ".join(f"{n} {kind}" for kind, n in found.drawings.most_common())
    print(f"{found.drawings.total()} drawings ({kinds}) with {found.digits} digits")
    print(f"largest difference of a pixel {found.image:.1e}")
    print(f"largest difference of a probability {found.probability:.1e}")
    print(f"{found.on_edge} so near an edge that they fell the other way")
    print(
        f"{len(found.differences)} otherwise different",
        *found.differences[:20],
        sep="\n",
    )
    return 0 if found.agrees else 1


if __name__ == "__main__":
    sys.exit(main())
