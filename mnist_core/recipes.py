"""A recipe says what to train and how; everything that changes the result is in it.

from mnist_core import recipes
recipes.get("classic")                            # the published recipe, exactly
recipes.get("quick", epochs=1, seed=7)            # any value can be changed
"""

import csv
import shlex
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, TypedDict, Unpack, cast, get_args

from mnist_core.errors import RecipeError

DataName = Literal["mnist", "synthetic"]
NetworkName = Literal["classic", "quick", "robust"]
OptimizerName = Literal["adadelta", "adam", "sgd"]
ScheduleName = Literal["constant", "one-cycle"]

TRAINING_IMAGES: dict[DataName, int] = {"mnist": 60_000, "synthetic": 10_000}
"""How many training images each data set has."""

TEST_IMAGES: dict[DataName, int] = {"mnist": 10_000, "synthetic": 2_000}
"""How many test images each data set has."""

CHOICES: dict[str, tuple[str, ...]] = {
    "network": get_args(NetworkName),
    "optimizer": get_args(OptimizerName),
    "schedule": get_args(ScheduleName),
}
"""What each named part of a recipe can be."""

SWITCHES = ("augment", "dropout")
"""What is on or off in a recipe."""

BOUNDS: dict[str, tuple[float, float]] = {
    "epochs": (1, 100),
    "batch_size": (8, 4096),
    "learning_rate": (1e-6, 10.0),
    "images": (100, 60_000),
    "validation": (0, 10_000),
    "pen_images": (0, 200_000),
    "rare_style_images": (0, 100_000),
    "doodles": (0, 100_000),
    "seed": (0, 2**31 - 1),
}
"""The smallest and the largest value of each number in a recipe."""

MOST_DROPOUT = 0.9
"""The highest rate of dropout that somebody may steer to."""

TEXTS = ("name", "strokes")
LONGEST_TEXT = 255  # characters; so long may a file's name be
LONGEST_SHOWN = 40  # characters of a wrong value


class RecipeValues(TypedDict, total=False):
    """The values of a recipe, or some of them, as JSON holds them."""

    name: str
    network: NetworkName
    optimizer: OptimizerName
    learning_rate: float
    schedule: ScheduleName
    batch_size: int
    epochs: int
    images: int
    data: DataName
    augment: bool
    validation: int
    dropout: bool
    strokes: str
    pen_images: int
    rare_style_images: int
    doodles: int
    seed: int


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """What to train and how. Equal recipes give equal results on one machine.

    Raises:
        RecipeError: a value is unknown or out of `BOUNDS`.
    """

    name: str
    network: NetworkName  # a table of layers in mnist_core.models.networks
    optimizer: OptimizerName
    learning_rate: float  # of a one-cycle schedule, the highest
    schedule: ScheduleName  # one-cycle: up for a fifth of the way, then down
    batch_size: int  # images a step
    epochs: int
    images: int  # training images used, the first so many
    data: DataName = "mnist"
    augment: bool = False  # bend, thicken and slash the images, anew in every epoch
    validation: int = 0  # of the images, the last so many: kept to look at, not learned
    dropout: bool = True  # switch off a random part of the network at each step
    strokes: str = ""  # name of a file of pen drawings to learn from as well
    pen_images: int = 60_000  # images made from those, by augmenting them
    rare_style_images: int = 0  # images of digits written in rare ways, by data.glyphs
    doodles: int = 0  # images of what is no digit, to be unsure about
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be trained."""
        for field in TEXTS:
            _check_text(self, field)
        for field, choices in {**CHOICES, "data": tuple(TRAINING_IMAGES)}.items():
            _check_choice(self, field, choices)
        for field in SWITCHES:
            _check_switch(self, field)
        for field in BOUNDS:
            _check_number(self, field)
        if self.images > TRAINING_IMAGES[self.data]:
            raise RecipeError(
                "images", f"{self.data} has only {TRAINING_IMAGES[self.data]:,}"
            )
        if self.images - self.validation < BOUNDS["images"][0]:
            raise RecipeError("validation", "too few images are left to learn from")

    @property
    def examples(self) -> int:
        """Return how many images the network sees in an epoch, made-up ones too."""
        drawn = self.pen_images if self.strokes else 0
        return (
            self.images
            - self.validation
            + drawn
            + self.rare_style_images
            + self.doodles
        )

    @property
    def steps_per_epoch(self) -> int:
        """Return the batches in an epoch; the last may be smaller than the others."""
        return -(-self.examples // self.batch_size)

    @property
    def command(self) -> str:
        """Return the command that trains by this recipe, as far as its options go."""
        if self.name not in RECIPES:
            return ""
        base = get(self.name, data=self.data)
        parts = ["python -m mnist_core train", f"--recipe {self.name}"]
        parts += ["--data synthetic"] if self.data == "synthetic" else []
        for field in ("strokes", *CHOICES, *BOUNDS):
            if getattr(self, field) != getattr(base, field):
                value = shlex.quote(str(getattr(self, field)))
                parts.append(f"--{field.replace('_', '-')} {value}")
        for field in SWITCHES:
            if (on := getattr(self, field)) != getattr(base, field):
                parts.append(f"--{'' if on else 'no-'}{field}")
        return " ".join(parts)

    def to_dict(self) -> RecipeValues:
        """Return the recipe as plain values, for JSON."""
        return cast(RecipeValues, asdict(self))

    @classmethod
    def from_dict(cls, values: RecipeValues) -> "Recipe":
        """Return the recipe that `to_dict` gave `values` for.

        Raises:
            RecipeError: a value is missing, unknown or out of bounds.
        """
        try:
            return cls(**values)
        except TypeError as error:
            raise RecipeError("recipe", str(error)) from error


def _check_text(recipe: Recipe, field: str) -> None:
    if not isinstance(value := getattr(recipe, field), str):
        raise RecipeError(field, f"{_shown(value)} is no text")
    if len(value) > LONGEST_TEXT:
        raise RecipeError(field, f"{_shown(value)} is too long")


def _check_choice(recipe: Recipe, field: str, choices: tuple[str, ...]) -> None:
    if (value := getattr(recipe, field)) not in choices:
        raise RecipeError(field, f"{_shown(value)} is none of {', '.join(choices)}")


def _check_switch(recipe: Recipe, field: str) -> None:
    if not isinstance(value := getattr(recipe, field), bool):
        raise RecipeError(field, f"{_shown(value)} is neither true nor false")


def _check_number(recipe: Recipe, field: str) -> None:
    value, (smallest, largest) = getattr(recipe, field), BOUNDS[field]
    whole = field != "learning_rate"
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise RecipeError(field, f"{_shown(value)} is not a {'whole ' * whole}number")
    if not smallest <= value <= largest:
        bounds = f"{smallest:g} to {largest:g}"
        raise RecipeError(field, f"{_shown(value)} is not within {bounds}")


def _shown(value: object) -> str:
    """Return a wrong value for a message; whoever sent it may have sent a megabyte."""
    try:
        shown = repr(value)
    except (ValueError, RecursionError):  # Python refuses to print very long numbers
        return "the value"
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}..."


RECIPES: dict[str, Recipe] = {
    # F. Chollet's Keras example as the published write-up ran it: 99.04 %.
    # Keras's Adadelta starts at 0.001 today; the published run used 1.0.
    "classic": Recipe(
        name="classic",
        network="classic",
        optimizer="adadelta",
        learning_rate=1.0,
        schedule="constant",
        batch_size=128,
        epochs=10,
        images=60_000,
    ),
    # A whole training while the audience watches.
    "quick": Recipe(
        name="quick",
        network="quick",
        optimizer="adam",
        learning_rate=0.008,
        schedule="one-cycle",
        batch_size=128,
        epochs=2,
        images=60_000,
    ),
    # The one that ships; about an hour. With --strokes it reads what people draw.
    "robust": Recipe(
        name="robust",
        network="robust",
        optimizer="adam",
        learning_rate=0.004,
        schedule="one-cycle",
        batch_size=128,
        epochs=40,
        images=60_000,
        augment=True,
        validation=5_000,
        rare_style_images=20_000,
        doodles=28_000,
    ),
}
"""The named recipes: classic is the published one, quick the one to watch, robust the
one that reads what people draw."""


def get(name: str, /, **changes: Unpack[RecipeValues]) -> Recipe:
    """Return the named recipe, with the given values changed.

    Unless told how many images, a recipe takes all that its data set has.

    Raises:
        RecipeError: there is no such recipe or value, or it is out of bounds.
    """
    if name not in RECIPES:
        raise RecipeError("recipe", f"{_shown(name)} is none of {', '.join(RECIPES)}")
    known = RECIPES[name].to_dict()
    if changes.get("data") == "synthetic":
        known["images"] = TRAINING_IMAGES["synthetic"]
    return Recipe.from_dict({**known, **changes})


class PublishedHistory(TypedDict):
    """The epochs of the published run: one number each."""

    loss: list[float]
    accuracy: list[float]
    val_loss: list[float]  # of the test images
    val_accuracy: list[float]
    seconds: list[float]


def published_history() -> PublishedHistory:
    """Return the ten epochs of the published classic run, as its log gives them."""
    path = Path(__file__).with_name("published_run.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = {name: [float(row[name]) for row in rows] for name in rows[0]}
    return cast(PublishedHistory, columns)
