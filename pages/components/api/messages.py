"""What programs send and get, as JSON; the description is made from these types."""

from typing import Annotated, Final, TypedDict

import msgspec
from msgspec import Meta

from mnist_core.inference.files import Answer

MOST_PICTURES: Final = 32
MOST_BYTES: Final = 20_000_000  # of a request, as of an upload

Picture = Annotated[bytes, Meta(extra_json_schema={"format": "byte"})]
"""A picture's file, as base64."""


class Batch(msgspec.Struct, forbid_unknown_fields=True):
    """Pictures to read: the bytes of their files, as base64."""

    pictures: Annotated[list[Picture], Meta(min_length=1, max_length=MOST_PICTURES)]


class Answers(TypedDict):
    """An answer for each picture, in the order in which they were sent."""

    model: str
    answers: list[Answer]


class Model(TypedDict):
    """A stored model, and how well it reads."""

    name: str
    is_default: bool
    recipe: str
    created: str
    test_accuracy: float
    pen_accuracy: float | None


class Models(TypedDict):
    """The stored models that can be used, the newest first."""

    models: list[Model]


class Refusal(TypedDict):
    """Why there is no answer, in a sentence."""

    error: str
