"""What a stored model's `card.json` says: how it was made and how well it reads."""

from typing import TypedDict

from mnist_core.recipes import DataName, RecipeValues


class History(TypedDict):
    """What Keras calls a history: one number an epoch."""

    loss: list[float]
    accuracy: list[float]
    val_loss: list[float]
    val_accuracy: list[float]


class DataOrigin(TypedDict):
    """Which data set a model was trained on; the hashes are of its arrays."""

    name: DataName
    licence: str
    sha256: dict[str, str]


class PenOrigin(TypedDict, total=False):
    """Which pen drawings a model was trained or measured on."""

    file: str
    sha256: str
    licence: str
    drawings: int
    people: int
    people_held_out: list[int]


class Measurements(TypedDict, total=False):
    """How a model reads people's pen drawings; empty where none were at hand."""

    temperature: float
    digit_threshold: float | None
    pen_accuracy: float
    pen_drawings: int
    pen_people: int
    pen_accuracy_per_digit: dict[str, float]
    confusions: list[tuple[int, int, int]]
    sure: float
    sure_but_wrong: float
    digits_turned_away: float
    doodles_recognized: float
    strokes: PenOrigin
    scored_on: PenOrigin
    limits: list[str]


class Card(Measurements, total=False):
    """How a model was made and how well it reads; empty for a damaged model."""

    recipe: RecipeValues
    command: str
    data: DataOrigin
    test_loss: float
    test_accuracy: float
    test_images: int
    epochs: int
    fit_seconds: float
    history: History
    save_id: str
    created: str
    versions: dict[str, str]
    sha256: dict[str, str]
    card_sha256: str
