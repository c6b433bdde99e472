"""What this visitor said about the answers: feedback on each drawing, and a tally.

It belongs to the visitor's state (`pages.components.shell.visitor_state`), and stays
when somebody at the server archives all of it.
"""

import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

from pages.components.shared.data_url import to_png
from pages.components.shared.recognition import NO_DIGIT, Recognition
from pages.components.shared.session import SessionValue

MAX_BYTES: Final = 20_000_000  # of pictures, which lie in the server's memory


@dataclass(frozen=True)
class Feedback:
    """What a drawing is and what was predicted, with the pictures of it."""

    number: int  # of the drawing, counted from 1
    label: str  # "42", or `NO_DIGIT`
    predicted: str
    png: bytes  # as it was drawn
    images: list[npt.NDArray[Any]] = field(compare=False)
    """Each float (28, 28), as the network got them."""

    @property
    def is_right(self) -> bool:
        """Return whether the answer was right."""
        return self.label == self.predicted

    @property
    def digits(self) -> list[tuple[str, str]]:
        """Return label and prediction of each digit.

        None of them was right where the number was read with more digits, or fewer.
        """
        if NO_DIGIT in (self.label, self.predicted):
            return [(self.label, self.predicted)]
        if len(self.label) != len(self.predicted):
            return [(digit, self.predicted) for digit in self.label]
        return list(zip(self.label, self.predicted, strict=True))


class Mistakes(NamedTuple):
    """How often a digit was misread, and as what."""

    wrong: int
    drawn: int
    predicted: str  # "1, 7"


_FEEDBACK: Final = SessionValue[dict[str, Feedback]]("feedback", dict)


def all_feedback() -> list[Feedback]:
    """Return all that this visitor said, the oldest first."""
    return list(_FEEDBACK.get().values())


def feedback_on(result: Recognition) -> Feedback | None:
    """Return what was said about this answer, or None.

    Another model may read the drawing otherwise: that is another answer.
    """
    feedback = _FEEDBACK.get().get(result.id)
    return feedback if feedback and feedback.predicted == result.predicted else None


def record(result: Recognition, label: str) -> None:
    """Keep what a drawing is; what was said about it before is forgotten."""
    feedback = _FEEDBACK.get()
    last = max((each.number for each in feedback.values()), default=0)
    number = feedback[result.id].number if result.id in feedback else last + 1
    images = [part.image for part in result.parts]
    feedback[result.id] = Feedback(
        number, label, result.predicted, _png(result), images
    )
    while len(feedback) > 1 and _size(feedback.values()) > MAX_BYTES:
        del feedback[next(iter(feedback))]


def clear() -> None:
    """Forget all feedback."""
    _FEEDBACK.get().clear()


def tally() -> tuple[int, int]:
    """Return how many answers were right, of how many; a number is one answer."""
    feedback = all_feedback()
    return sum(each.is_right for each in feedback), len(feedback)


def mistakes() -> dict[str, Mistakes]:
    """Return, for each digit that was misread, how often and as what."""
    digits = [pair for feedback in all_feedback() for pair in feedback.digits]
    drawn = Counter(label for label, _ in digits)
    misread: dict[str, list[str]] = {}
    for label, predicted in digits:
        if label != predicted:
            misread.setdefault(label, []).append(predicted)
    return {
        label: Mistakes(len(wrong), drawn[label], ", ".join(dict.fromkeys(wrong)))
        for label, wrong in sorted(misread.items())
    }


def to_zip(feedback: Iterable[Feedback]) -> bytes:
    """Return a ZIP file: each drawing, named by its label, and what the network got."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for each in feedback:
            for name, png in _files(each):
                archive.writestr(name, png)
    return file.getvalue()


def _files(feedback: Feedback) -> Iterator[tuple[str, bytes]]:
    name = f"drawing-{feedback.number:04}"
    yield f"{name}_is-{feedback.label}_read-{feedback.predicted}.png", feedback.png
    if len(feedback.digits) != len(feedback.images):
        return  # nobody can say which image should have been what
    pairs = zip(feedback.digits, feedback.images, strict=True)
    for place, ((label, predicted), image) in enumerate(pairs, start=1):
        pixels = (image * 255).round().astype(np.uint8)
        png = to_png(Image.fromarray(pixels))
        yield f"28x28/{name}-{place}_is-{label}_read-{predicted}.png", png


def _size(feedback: Iterable[Feedback]) -> int:
    return sum(len(each.png) for each in feedback)


def _png(result: Recognition) -> bytes:
    """Return the drawing as it was drawn; a photo no larger than it is shown."""
    is_photo = result.input.kind == "photo"
    return to_png(result.picture) if is_photo else result.input.data
