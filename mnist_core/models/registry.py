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
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from mnist_core.data import Dataset
from mnist_core.errors import ModelDamaged, ModelNotFound, ModelProtected
from mnist_core.models.card import Card, History, Measurements
from mnist_core.recipes import DataName, Recipe
from mnist_core.storage.paths import (
    NEW,
    check_name,
    data_dir,
    publish_folder,
    read_json,
    remove_folder,
    wrap_os_errors,
    write_json,
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


@dataclass(frozen=True)
class StoredModel:
    """A model on disk: where it is, its card, and what is wrong with it if anything."""

    name: str
    folder: Path
    card: Card
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
        save_id: goes into the card; `find_by_save_id` finds the model by it.
        replaces: a model to remove just before, so that this one gets its name.

    Raises:
        NameInvalid: `name` cannot name a folder.
    """
    check_name(name)
    folder = data_dir() / "models"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=NEW) as scratch:
        new = Path(scratch) / "model"
        new.mkdir()
        bare = _without_optimizer(model)
        (new / ARCHITECTURE).write_text(bare.to_json(indent=2), encoding="utf-8")
        bare.save_weights(new / WEIGHTS)
        card: Card = {
            **_trained_on(recipe, dataset),
            "test_loss": test_loss,
            "test_accuracy": test_accuracy,
            "test_images": len(dataset.x_test),
            "epochs": len(history["loss"]),
            "fit_seconds": fit_seconds,
            "history": history,
            **(measurements or {}),
            **_provenance(new),
            "save_id": save_id,
        }
        write_json(new / CARD, {**card, "card_sha256": _card_sha256(card)})
        if replaces:
            remove_folder(replaces.folder)
        taken = name == PRETRAINED.name  # it is not in the same folder
        return _read(publish_folder(new, folder, f"{name}-2" if taken else name))


def models() -> list[StoredModel]:
    """List every stored model, damaged ones too, newest first; the bundled one last."""
    folder = data_dir() / "models"
    folders = [path for path in folder.glob("[!.]*") if path.is_dir()]
    own = [_read(path) for path in folders]
    own.sort(key=lambda stored: stored.card.get("created", ""), reverse=True)
    return [*own, _read(PRETRAINED)]


def find(name: str) -> StoredModel:
    """Return the stored model of this name, whole or damaged.

    Raises:
        ModelNotFound: there is none.
    """
    everything = models()
    for stored in everything:
        if stored.name == name:
            return stored
    raise ModelNotFound(name, [stored.name for stored in everything])


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
    stored = find(name)
    if stored.problem:
        raise ModelDamaged(name, stored.problem)
    import keras  # noqa: PLC0415 - takes seconds, and listing models does not need it

    try:
        text = (stored.folder / ARCHITECTURE).read_text(encoding="utf-8")
        model = keras.models.model_from_json(text)
        model.load_weights(stored.folder / WEIGHTS)
    except Exception as error:  # written by another version, say: whatever Keras raises
        raise ModelDamaged(name, f"Keras cannot read it ({error})") from error
    model.compile(loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def default() -> StoredModel:
    """Return the model that new visitors get: the one chosen, else the bundled one."""
    try:
        chosen = find(read_json(data_dir() / DEFAULT)["model"])
    except (OSError, ValueError, KeyError, TypeError, ModelNotFound):
        return find(PRETRAINED.name)
    return find(PRETRAINED.name) if chosen.problem else chosen


def choose(name: str) -> None:
    """Make this the model that new visitors get.

    Raises:
        ModelNotFound: there is none of this name.
        ModelDamaged: it cannot be used.
        HomeUnwritable: the choice cannot be kept.
    """
    stored = find(name)
    if stored.problem:
        raise ModelDamaged(name, stored.problem)
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


def _without_optimizer(model: "keras.Model") -> "keras.Model":
    """Return a copy that was never compiled, without the optimizer's state."""
    bare = type(model).from_config(model.get_config())
    bare.set_weights(model.get_weights())
    return bare


def _read(folder: Path) -> StoredModel:
    card: Card = {}
    try:
        card = read_json(folder / CARD)
        problem = _find_problem(folder, card)
    except FileNotFoundError:
        problem = f"{CARD} is missing"
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        problem = f"{CARD} cannot be read ({error})"
    return StoredModel(folder.name, folder, {} if problem else card, problem)


def _find_problem(folder: Path, card: Card) -> str | None:
    """Compare a model's files and its card with the hashes on the card."""
    signed = {key: value for key, value in card.items() if key != "card_sha256"}
    if card["card_sha256"] != _card_sha256(signed):
        return f"{CARD} was altered"
    for file, digest in card["sha256"].items():
        if not (folder / file).is_file():
            return f"{file} is missing"
        if _sha256(folder / file) != digest:
            return f"{file} was cut short or altered"
    return None


def _sha256(path: Path) -> str:
    status = path.stat()
    return _sha256_of(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)
def _sha256_of(path: Path, _modified: int, _size: int) -> str:
    """Hash each version of a file once; pages list the models all the time."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _card_sha256(card: object) -> str:
    return hashlib.sha256(json.dumps(card, sort_keys=True).encode()).hexdigest()


def _trained_on(recipe: Recipe, dataset: Dataset) -> Card:
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


def _provenance(folder: Path) -> Card:
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
