"""Stored models: save, load, list, choose, delete.

    models/<name>/
        model_digit.json          the architecture, as the published work saves it
        model_digit.weights.h5    the weights
        card.json                 recipe, data and its hash, scores, versions, date

    from mnist_core.models import registry
    for stored in registry.models():
        print(stored.name, stored.problem or stored.card["test_accuracy"])
    model = registry.load("quick")

Models are immutable: a name that is taken gets a suffix. A model whose files are not
the ones that were saved is listed with the problem and never loaded.
"""

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, cast

from mnist_core.data import Dataset
from mnist_core.errors import ModelDamaged, ModelNotFound, ModelProtected
from mnist_core.models import folding
from mnist_core.models.card import (
    Card,
    History,
    ImportOrigin,
    Measurements,
    SteeringRow,
    check_history,
)
from mnist_core.models.folding import Layer
from mnist_core.recipes import DataName, Recipe
from mnist_core.storage.paths import (
    check_name,
    data_dir,
    new_folder,
    publish_folder,
    remove_folder,
    wrap_os_errors,
    write_json,
)
from mnist_core.storage.reading import (
    check_regular,
    convert,
    read_json,
    say_why,
    sha256,
)

if TYPE_CHECKING:
    import keras

ARCHITECTURE = "model_digit.json"
WEIGHTS = "model_digit.weights.h5"
CARD = "card.json"
DEFAULT = "default.json"
PRETRAINED = Path(__file__).parent / "pretrained"
LICENCES: dict[DataName, str] = {
    "mnist": "Y. LeCun, C. Cortes, C. Burges; CC BY-SA 3.0",
    "synthetic": "made up by this project; MIT",
}
LARGEST_WEIGHTS = 100_000_000  # bytes


class Default(TypedDict):
    """Which model new visitors get, as default.json has it."""

    model: str


@dataclass(frozen=True)
class StoredModel:
    """A model on disk: where it is, its card, and what is wrong with it if anything."""

    name: str
    folder: Path
    card: Card  # empty where there is a problem
    problem: str | None = None

    @property
    def is_bundled(self) -> bool:
        """Whether it came with the project."""
        return self.folder == PRETRAINED


def save(
    model: "keras.Model",
    name: str,
    *,
    recipe: Recipe,
    dataset: Dataset,
    test_loss: float,
    test_accuracy: float,
    fit_seconds: float,
    history: History,
    measurements: Measurements | None = None,
    steering: Sequence[SteeringRow] = (),
    imported: ImportOrigin | None = None,
    save_id: str = "",
    replaces: StoredModel | None = None,
) -> StoredModel:
    """Save a trained model as `name`, or `name-2` ... if that is taken.

    Args:
        model: a Keras model; its optimizer's state is left out.
        name: what it is to be called.
        recipe, dataset: how it was trained and on what.
        test_loss, test_accuracy: of the test images.
        fit_seconds: how long it was trained.
        history: of all epochs.
        measurements: what else the card says, such as `calibration.measure` gives it.
        steering: what was changed of the recipe while it was trained.
        imported: which files it was brought in from; its history is empty then.
        save_id: goes into the card; `find_by_save_id` finds the model by it.
        replaces: a model to remove just before, so that this one gets its name.

    Raises:
        NameInvalid: `name` cannot name a folder.
    """
    check_name(name)
    with new_folder(data_dir() / "models") as new:
        bare = _as_built(model, recipe)
        (new / ARCHITECTURE).write_text(bare.to_json(indent=2), encoding="utf-8")
        bare.save_weights(new / WEIGHTS)
        card: dict[str, Any] = {
            **_trained_on(recipe, dataset),
            "test_loss": test_loss,
            "test_accuracy": test_accuracy,
            "test_images": len(dataset.x_test),
            "epochs": len(history["loss"]),
            "fit_seconds": fit_seconds,
            "history": history,
            **({"steering": list(steering)} if steering else {}),
            **({"imported": imported} if imported else {}),
            **(measurements or {}),
            **_provenance(new),
            "save_id": save_id,
        }
        return _publish(new, name, card, replaces=replaces)


def adopt(files: Mapping[str, bytes], name: str) -> StoredModel:
    """Take in a model that was saved on another machine, as `save` would have here.

    Args:
        files: of its folder, by their names.
        name: what it is to be called; it gets a suffix if that is taken.

    Raises:
        NameInvalid: `name` cannot name a folder.
        ModelDamaged: these are not the files that were saved.
    """
    check_name(name)
    with new_folder(data_dir() / "models") as new:
        for file in (ARCHITECTURE, WEIGHTS, CARD):
            (new / file).write_bytes(files.get(file, b""))
        if problem := _read(new).problem:
            raise ModelDamaged(name, problem)
        card = read_json(new / CARD, dict[str, Any])
        before = find_by_save_id(card.get("save_id", ""))
        return _publish(new, name, card, replaces=before)


def models() -> list[StoredModel]:
    """List every stored model, damaged ones too, newest first; the bundled one last."""
    own = [_read(folder) for folder in _own_folders()]
    own.sort(key=_place, reverse=True)
    return [*own, _read(PRETRAINED)]


def find(name: str) -> StoredModel:
    """Return the stored model of this name, whole or damaged.

    Raises:
        ModelNotFound: there is none.
    """
    for folder in (*_own_folders(), PRETRAINED):
        if folder.name == name:
            return _read(folder)
    raise ModelNotFound(name, [stored.name for stored in models()])


def find_by_save_id(save_id: str) -> StoredModel | None:
    """Return the model that was saved with this id, if there is one."""
    found = (each for each in models() if each.card.get("save_id") == save_id)
    return next(found, None) if save_id else None


def load(name: str) -> "keras.Model":
    """Load a stored model: its architecture from JSON, its weights from HDF5.

    It is compiled, so that `evaluate` gives loss and accuracy.

    Raises:
        ModelNotFound: there is none of this name.
        ModelDamaged: its files are not the ones that were saved.
    """
    stored = _whole(name)
    from mnist_core.models import loading  # noqa: PLC0415 - takes seconds, and listing models does not need it

    with _damaged_unless_read(name):
        recipe = Recipe.from_dict(stored.card["recipe"])
        model = loading.load(*_files(stored), recipe=recipe)
    model.compile(loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def layers(name: str) -> list[Layer]:
    """Read a stored model's layers, which is all that it takes to answer.

    Neither Keras nor TensorFlow is loaded for it.

    Raises:
        ModelNotFound: there is none of this name.
        ModelDamaged: its files are not the ones that were saved.
    """
    stored = _whole(name)
    with _damaged_unless_read(name):
        return folding.read(*_files(stored))


def default() -> StoredModel:
    """Return the model that new visitors get: the one chosen, else the bundled one."""
    try:
        chosen = find(read_json(data_dir() / DEFAULT, Default)["model"])
    except (OSError, ValueError, ModelNotFound):
        return find(PRETRAINED.name)
    return find(PRETRAINED.name) if chosen.problem else chosen


def choose(name: str) -> None:
    """Make this the model that new visitors get.

    Raises:
        ModelNotFound: there is none of this name.
        ModelDamaged: it cannot be used.
        HomeUnwritable: the choice cannot be kept.
    """
    _whole(name)
    with wrap_os_errors():
        data_dir().mkdir(parents=True, exist_ok=True)
        write_json(data_dir() / DEFAULT, {"model": name})


def delete(name: str) -> None:
    """Delete a stored model, damaged or not.

    Raises:
        ModelNotFound: there is none of this name.
        ModelProtected: it is the bundled one.
        HomeUnwritable: its folder cannot be removed.
    """
    stored = find(name)
    if stored.is_bundled:
        raise ModelProtected(name)
    with wrap_os_errors():
        if default().name == name:  # another of this name must not inherit the place
            (data_dir() / DEFAULT).unlink()
        remove_folder(stored.folder)


def sign(card: Mapping[str, Any]) -> dict[str, Any]:
    """Return a card with the hash of all else that it says, which shows damage."""
    said = {key: value for key, value in card.items() if key != "card_sha256"}
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return {**said, "card_sha256": digest}


def _whole(name: str) -> StoredModel:
    """Return the stored model of this name; raise ModelDamaged if it is not whole."""
    stored = find(name)
    if stored.problem:
        raise ModelDamaged(name, stored.problem)
    return stored


def _files(stored: StoredModel) -> tuple[Path, Path]:
    return stored.folder / ARCHITECTURE, stored.folder / WEIGHTS


@contextmanager
def _damaged_unless_read(name: str) -> Iterator[None]:
    """Say of a model whose files cannot be read that it is damaged."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise ModelDamaged(name, say_why(error)) from error


def _publish(
    new: Path, name: str, card: dict[str, Any], *, replaces: StoredModel | None
) -> StoredModel:
    """Give a model its number here, sign its card, and put it in its place."""
    number = 1 + max(_place(stored)[0] for stored in models())
    write_json(new / CARD, sign({**card, "number": number}))
    if replaces:
        remove_folder(replaces.folder)
    taken = name == PRETRAINED.name  # it is not in the same folder
    folder = data_dir() / "models"
    return _read(publish_folder(new, folder, f"{name}-2" if taken else name))


def _as_built(model: "keras.Model", recipe: Recipe) -> "keras.Model":
    """Return a copy as the recipe's network is built, without the optimizer's state.

    What was changed while it was trained, such as its dropout, is not in it.
    """
    from mnist_core.models import networks  # noqa: PLC0415 - Keras is loaded already

    bare = networks.assemble(recipe)
    bare.set_weights(model.get_weights())
    return bare


def _own_folders() -> list[Path]:
    """Return the folders of the models that were stored here."""
    folder = data_dir() / "models"
    return [path for path in folder.glob("[!.]*") if path.is_dir()]


def _read(folder: Path) -> StoredModel:
    try:
        if folder.is_symlink():
            raise ValueError("its folder is a link")
        card = _read_card(folder / CARD)
        for file in (ARCHITECTURE, WEIGHTS):
            _check_file(folder / file, card["sha256"][file])
    except FileNotFoundError as error:
        problem = f"{Path(error.filename).name} is missing"
    except (OSError, ValueError) as error:
        problem = say_why(error)
    else:
        return StoredModel(folder.name, folder, card)
    return StoredModel(folder.name, folder, cast(Card, {}), problem)


def _place(stored: StoredModel) -> tuple[int, str]:
    """Return its place among the models; a clock may be set back, a count may not."""
    return stored.card.get("number", 0), str(stored.card.get("created", ""))


def _read_card(path: Path) -> Card:
    """Return what a card says, once its hash and its values were checked."""
    check_regular(path)
    return cast(Card, dict(_card_of(path, *_version(path))))


@lru_cache(maxsize=256)
def _card_of(path: Path, _modified: int, _size: int) -> Card:
    """Check each version of a card once; pages look at it all the time."""
    values = read_json(path, dict[str, Any])
    if values != sign(values):
        raise ValueError(f"{CARD} was altered")
    try:
        card = convert(values, Card)
    except ValueError as error:
        raise ValueError(f"{CARD} is damaged: {error}") from error
    Recipe.from_dict(card["recipe"])
    check_history(card["history"])
    if datetime.fromisoformat(card["created"]).tzinfo is None:
        raise ValueError(f"{CARD} does not say of what time zone its date is")
    if set(card["sha256"]) != {ARCHITECTURE, WEIGHTS}:
        raise ValueError(f"{CARD} names other files than {ARCHITECTURE} and {WEIGHTS}")
    return card


def _check_file(path: Path, digest: str) -> None:
    """Raise ValueError unless a file has this hash."""
    check_regular(path)
    if path.stat().st_size > LARGEST_WEIGHTS:
        raise ValueError(f"{path.name} is larger than any that this project writes")
    if _sha256(path) != digest:
        raise ValueError(f"{path.name} was cut short or altered")


def _sha256(path: Path) -> str:
    return _sha256_of(path, *_version(path))


def _version(path: Path) -> tuple[int, int]:
    """Return what is another when a file has changed: its time and its size."""
    status = path.stat()
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=256)
def _sha256_of(path: Path, _modified: int, _size: int) -> str:
    """Hash each version of a file once; pages list the models all the time."""
    return sha256(path)


def _trained_on(recipe: Recipe, dataset: Dataset) -> dict[str, Any]:
    """Return what a card says of the recipe and the data set."""
    return {
        "recipe": recipe.to_dict(),
        "command": recipe.command,
        "data": {
            "name": dataset.name,
            "licence": LICENCES[dataset.name],
            "sha256": dataset.sha256,
        },
    }


def _provenance(folder: Path) -> dict[str, Any]:
    """Return when and with what a model was made, and the hashes of its files."""
    import tensorflow  # noqa: PLC0415 - Keras has loaded it already

    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {
            "python": platform.python_version(),
            "tensorflow": tensorflow.__version__,
            "keras": version("keras"),
            "numpy": version("numpy"),
        },
        "sha256": {file: _sha256(folder / file) for file in (ARCHITECTURE, WEIGHTS)},
    }
