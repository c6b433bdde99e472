"""What a stored model's `card.json` says: how it was made and how well it reads."""

from typing import Annotated, NotRequired, TypedDict, cast

from msgspec import Meta

from mnist_core.recipes import BOUNDS, MOST_DROPOUT, DataName, RecipeValues
from mnist_core.storage.reading import Count, Seconds, Share, Text

Temperature = Annotated[float, Meta(gt=0, le=1000)]
Rate = Annotated[
    float, Meta(ge=BOUNDS["learning_rate"][0], le=BOUNDS["learning_rate"][1])
]
DropoutRate = Annotated[float, Meta(ge=0, le=MOST_DROPOUT)]
BatchSize = Annotated[
    int, Meta(ge=int(BOUNDS["batch_size"][0]), le=int(BOUNDS["batch_size"][1]))
]


class Changes(TypedDict, total=False):
    """What can be changed of a recipe while a network trains by it."""

    learning_rate: Rate | None  # None: the recipe's own, by its schedule
    # Whether there is any; or the rate of the strongest, the others in proportion.
    dropout: bool | DropoutRate
    batch_size: BatchSize
    augment: bool


class SteeringRow(Changes):
    """A change that somebody made, and from where on it was in force."""

    epoch: Annotated[float, Meta(ge=0, le=100)]
    seconds: Seconds
    step: Count  # so many were done by then


class History(TypedDict):
    """What Keras calls a history: one number an epoch."""

    loss: list[float]
    accuracy: list[Share]
    val_loss: list[float]
    val_accuracy: list[Share]


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
    drawings: Count
    people: Count
    people_held_out: list[Count]


class ImportOrigin(TypedDict):
    """Which files a model was brought in from, that something else had trained."""

    keras: Text  # the version that wrote them
    sha256: dict[str, str]


class Measurements(TypedDict, total=False):
    """How a model reads people's pen drawings; empty where none were at hand."""

    temperature: Temperature
    digit_threshold: Share | None
    pen_accuracy: Share
    pen_drawings: Count
    pen_people: Count
    pen_accuracy_per_digit: dict[str, Share]
    confusions: list[tuple[Count, Count, Count]]
    sure: Share
    sure_but_wrong: Share
    digits_turned_away: Share
    doodles_recognized: Share
    strokes: PenOrigin
    scored_on: PenOrigin
    limits: list[Text]


class Card(Measurements):
    """How a model was made and how well it reads."""

    recipe: RecipeValues
    command: Text
    data: DataOrigin
    test_loss: float
    test_accuracy: Share
    test_images: Count
    epochs: Count
    fit_seconds: Seconds
    history: History
    steering: NotRequired[list[SteeringRow]]
    imported: NotRequired[ImportOrigin]
    save_id: NotRequired[Text]
    number: NotRequired[Count]
    created: Text
    versions: dict[str, str]
    sha256: dict[str, str]
    card_sha256: str


def check_history(history: History) -> None:
    """Raise ValueError unless a history has the same epochs in all its lists."""
    epochs = {len(cast(list[float], values)) for values in history.values()}
    if len(epochs) != 1:
        raise ValueError("its history has more epochs in one list than in another")
