"""Say what a model's card says, in words that travel along with it.

summarize(card)     # "Reads 99.6 % of MNIST's 10,000 test images right"
describe(card)      # [("Learned from", "60,000 images of MNIST ..."), ...]
"""

from datetime import datetime
from typing import Final

from mnist_core.models.card import Card
from mnist_core.recipes import DataName

LIBRARIES: Final = {"keras": "Keras", "tensorflow": "TensorFlow", "jax": "JAX"}
DATA: Final[dict[DataName, str]] = {"mnist": "MNIST", "synthetic": "made-up digits"}


def summarize(card: Card) -> str:
    """Say in a line how well a model reads."""
    share = _percent(card["test_accuracy"], digits=1)
    return f"Reads {share} of the test images of {DATA[card['data']['name']]}"


def describe(card: Card) -> list[tuple[str, str]]:
    """Return what people want to know of a model: terms, and what each is."""
    facts = [
        ("Reads right", _accuracies(card)),
        ("Learned from", _sources(card)),
        ("Trained by", card["command"]),
        ("Made", _origin(card)),
        ("Known limits", " ".join(card.get("limits", []))),
        ("Sources", _licences(card)),
    ]
    return [(term, value) for term, value in facts if value]


def _accuracies(card: Card) -> str:
    said = [f"{_percent(card['test_accuracy'])} of {_test_images(card)}"]
    if "pen_accuracy" in card:
        count = f"{card['pen_drawings']:,} " if "pen_drawings" in card else ""
        share = _percent(card["pen_accuracy"])
        said.append(f"{share} of {count}pen drawings by people it never saw")
    return "; ".join(said)


def _test_images(card: Card) -> str:
    return f"{card['test_images']:,} test images of {DATA[card['data']['name']]}"


def _sources(card: Card) -> str:
    recipe = card["recipe"]
    name = DATA[card["data"]["name"]]
    said = [f"{recipe['images']:,} images of {name}"]
    if "strokes" in card:
        said.append("people's pen drawings")
    times = "once" if card["epochs"] == 1 else f"{card['epochs']} times"
    return f"{' and '.join(said)}, {times}, in {_duration(card['fit_seconds'])}"


def _origin(card: Card) -> str:
    created = datetime.fromisoformat(card["created"])
    versions = card["versions"]
    made = f"{created.day} {created:%B %Y}"
    known = [
        f"{label} {versions[name]}"
        for name, label in LIBRARIES.items()
        if name in versions
    ]
    return f"{made}, with {' and '.join(known)}" if known else made


def _licences(card: Card) -> str:
    said = [f"{DATA[card['data']['name']]}: {card['data']['licence']}"]
    if licence := card.get("strokes", {}).get("licence"):
        said.append(f"pen drawings: {licence}")
    return "; ".join(said)


def _percent(share: float, *, digits: int = 2) -> str:
    return f"{100 * share:.{digits}f} %"


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes"
