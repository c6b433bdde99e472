"""What this visitor said about the answers: one verdict for each drawing, and a tally.

It lies on the visitor's desk (`pages.components.shell.visitor_state`); nothing is written to a disk, unless
somebody at the server starts afresh.
"""

import io
import zipfile
from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
import streamlit as st
from PIL import Image

from pages.components.shared.data_url import to_png
from pages.components.shared.recognition import NO_DIGIT, Recognition

MOST: Final = 20_000_000  # bytes of pictures, which lie in the server's memory


@dataclass(frozen=True)
class Feedback:
    """What a drawing is and what was read, with the pictures of it."""

    number: int  # of the drawing, counted from 1
    truth: str  # "42", or `NO_DIGIT`
    read: str
    png: bytes  # as it was drawn
    images: list[np.ndarray]  # each float (28, 28), as the network got them

    @property
    def digits(self) -> list[tuple[str, str]]:
        """What each digit is and was read as; none was right in a number too long."""
        if NO_DIGIT in (self.truth, self.read):
            return [(self.truth, self.read)]
        if len(self.truth) != len(self.read):
            return [(digit, self.read) for digit in self.truth]
        return list(zip(self.truth, self.read, strict=True))


def all_feedback() -> dict[str, Feedback]:
    """This visitor's verdicts by drawing."""
    return st.session_state.setdefault("verdicts", {})


def feedback_on(seen: Recognition) -> Feedback | None:
    """What was said about this answer; another model may read the drawing otherwise."""
    verdict = all_feedback().get(seen.id)
    return verdict if verdict and verdict.read == seen.read else None


def record(seen: Recognition, truth: str) -> None:
    """Say what a drawing is; what was said about it before is forgotten."""
    verdicts = all_feedback()
    last = max((verdict.number for verdict in verdicts.values()), default=0)
    number = verdicts[seen.id].number if seen.id in verdicts else last + 1
    images = [part.image for part in seen.parts]
    verdicts[seen.id] = Feedback(number, truth, seen.read, _png(seen), images)
    while len(verdicts) > 1 and sum(len(v.png) for v in verdicts.values()) > MOST:
        del verdicts[next(iter(verdicts))]


def start_over() -> None:
    """Forget all verdicts."""
    all_feedback().clear()


def tally() -> tuple[int, int]:
    """How many digits were read right, of how many."""
    digits = [pair for verdict in all_feedback().values() for pair in verdict.digits]
    return sum(truth == read for truth, read in digits), len(digits)


def went_wrong() -> dict[str, tuple[int, int, str]]:
    """For each digit read wrong: how often, of how many, and what was read."""
    digits = [pair for verdict in all_feedback().values() for pair in verdict.digits]
    given = Counter(truth for truth, _ in digits)
    read: dict[str, list[str]] = {}
    for truth, said in digits:
        if truth != said:
            read.setdefault(truth, []).append(said)
    return {
        truth: (len(wrong), given[truth], ", ".join(dict.fromkeys(wrong)))
        for truth, wrong in sorted(read.items())
    }


def to_zip(verdicts: list[Feedback]) -> bytes:
    """A ZIP file: each drawing with its label in its name, and what the network got."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for verdict in verdicts:
            name = f"drawing-{verdict.number:04}"
            label = f"is-{verdict.truth}_read-{verdict.read}"
            archive.writestr(f"{name}_{label}.png", verdict.png)
            if len(verdict.digits) != len(verdict.images):
                continue  # nobody can say which image should have been what
            pairs = zip(verdict.digits, verdict.images, strict=True)
            for place, ((truth, read), image) in enumerate(pairs, start=1):
                label = f"is-{truth}_read-{read}"
                archive.writestr(
                    f"28x28/{name}-{place}_{label}.png",
                    to_png(Image.fromarray((image * 255).round().astype(np.uint8))),
                )
    return file.getvalue()


def _png(seen: Recognition) -> bytes:
    """The drawing as it was drawn; a photo no larger than it is shown."""
    return seen.given.data if seen.given.kind != "photo" else to_png(seen.picture)
