import hashlib
import json
import os
import shutil

import h5py
import numpy as np
import pytest

from mnist_core import data
from mnist_core.errors import ModelDamaged, ModelNotFound, ModelProtected, NameInvalid
from mnist_core.evaluation import dataset
from mnist_core.models import loading, registry
from mnist_core.models.registry import StoredModel

FILES = registry.ARCHITECTURE, registry.WEIGHTS, registry.CARD


@pytest.fixture
def save(trained, made_up):
    """Saves the trained network, as `registry.save` does it."""
    model, recipe, history = trained

    def save_as(name: str, **options) -> StoredModel:
        known = {"recipe": recipe, "dataset": made_up, "history": history}
        scores = {"test_loss": 0.1, "test_accuracy": 0.97, "fit_seconds": 1.0}
        return registry.save(model, name, **known, **scores, **options)

    return save_as


@pytest.fixture
def saved(save):
    return save("ada")


def names() -> list[str]:
    return [saved.name for saved in registry.models()]


def test_a_reloaded_model_scores_the_same(saved, trained, made_up):
    test = data.prepare(made_up.x_test, made_up.y_test)
    before = dataset.evaluate(trained[0], *test)
    after = dataset.evaluate(registry.load("ada"), *test)
    assert after["test_loss"] == pytest.approx(before["test_loss"], abs=1e-6)
    assert after["test_accuracy"] == pytest.approx(before["test_accuracy"], abs=1e-6)


def test_the_published_pair_and_the_card_are_on_disk(saved, trained):
    assert sorted(path.name for path in saved.folder.iterdir()) == [
        "card.json",
        "model_digit.json",
        "model_digit.weights.h5",
    ]
    # Four bytes a weight and little else: the optimizer's state is not in it.
    size = (saved.folder / registry.WEIGHTS).stat().st_size
    assert size < 4 * trained[0].count_params() + 50_000


def test_the_card_says_what_was_trained_on_what_and_how_well(saved, trained, made_up):
    card = saved.card
    assert card["recipe"] == trained[1].to_dict()
    assert card["data"]["name"] == "synthetic"
    assert card["data"]["sha256"] == made_up.sha256
    assert card["data"]["licence"] == "made up by this project; MIT"
    assert card["command"].startswith("python -m mnist_core train")
    assert card["test_accuracy"] > 0.9
    assert card["test_images"] == 2_000
    assert card["epochs"] == 1
    assert set(card["versions"]) == {"python", "tensorflow", "keras", "numpy"}


def test_models_are_listed_the_newest_first_whatever_the_clock_said(save):
    for name, day in (("ada", 2), ("bob", 3), ("eve", 1)):
        path = save(name).folder / registry.CARD
        card = json.loads(path.read_text()) | {"created": f"2026-11-0{day}T12:00:00Z"}
        path.write_text(json.dumps(registry.sign(card)))
    assert names() == ["eve", "bob", "ada", "pretrained"]


def test_a_model_that_replaces_another_gets_its_name_and_keeps_it_chosen(save):
    old = save("ada", save_id="one")
    registry.choose("ada")
    assert registry.find_by_save_id("one") == old
    new = save("ada", save_id="two", replaces=old)
    assert names() == ["ada", "pretrained"]
    assert registry.default() == new != old
    assert registry.find_by_save_id("one") is None
    assert registry.find_by_save_id("") is None


def test_a_model_from_another_machine_is_taken_in_as_if_it_was_saved_here(save, saved):
    files = {name: (saved.folder / name).read_bytes() for name in FILES}
    taken_in = registry.adopt(files, "ada")
    assert (taken_in.name, taken_in.problem) == ("ada-2", None)
    assert names()[:2] == ["ada-2", "ada"], "it is the newest here"
    ours = {"number", "card_sha256"}
    both = [
        {key: each.card[key] for key in each.card.keys() - ours}
        for each in (saved, taken_in)
    ]
    assert both[0] == both[1]


def test_a_model_that_comes_twice_is_taken_in_once(save):
    other = save("ada", save_id="one")
    files = {name: (other.folder / name).read_bytes() for name in FILES}
    registry.delete("ada")
    for _ in range(2):
        assert registry.adopt(files, "ada").name == "ada"
    assert names().count("ada") == 1


@pytest.mark.parametrize("file", FILES)
def test_a_model_that_comes_damaged_is_refused(saved, file):
    files = {name: (saved.folder / name).read_bytes() for name in FILES}
    with pytest.raises(ModelDamaged):
        registry.adopt({**files, file: files[file][:-9]}, "bob")
    assert names()[:-1] == ["ada"]


def test_models_are_immutable_a_taken_name_gets_a_suffix(save):
    first = save("ada")
    weights = (first.folder / registry.WEIGHTS).read_bytes()
    assert save("ada").name == "ada-2"
    assert (first.folder / registry.WEIGHTS).read_bytes() == weights


def test_nothing_takes_the_name_of_the_bundled_model(save):
    assert save("pretrained").name == "pretrained-2"
    assert save("pretrained").name == "pretrained-2-2"
    assert registry.default().is_bundled


def test_a_name_that_is_no_folder_name_is_refused(save, home):
    with pytest.raises(NameInvalid):
        save("../ada")
    assert not home.exists()


def test_the_bundled_model_is_listed_last_and_works():
    assert names() == ["pretrained"]
    bundled = registry.default()
    assert bundled.is_bundled
    assert bundled.problem is None
    blank = np.zeros((1, 28, 28, 1), np.float32)
    assert registry.load("pretrained").predict(blank, verbose=0).shape == (1, 10)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("harm", ["missing", "truncated", "altered"])
def test_a_harmed_model_is_listed_as_damaged_and_never_used(saved, file, harm):
    path = saved.folder / file
    content = path.read_bytes()
    if harm == "missing":
        path.unlink()
    elif harm == "truncated":
        path.write_bytes(content[: len(content) // 2])
    else:
        middle = len(content) // 2
        other = b"0" if content[middle : middle + 1] != b"0" else b"1"
        path.write_bytes(content[:middle] + other + content[middle + 1 :])
    listed = registry.find("ada")
    assert file in listed.problem
    assert "(" not in listed.problem, "what a library says is for programmers"
    with pytest.raises(ModelDamaged) as caught:
        registry.load("ada")
    assert caught.value.reason == listed.problem
    with pytest.raises(ModelDamaged):
        registry.choose("ada")


def test_weights_that_keras_cannot_read_are_told_in_words(saved):
    path = saved.folder / registry.CARD
    card = json.loads(path.read_text())
    (saved.folder / registry.WEIGHTS).write_bytes(b"no HDF5")
    card["sha256"][registry.WEIGHTS] = hashlib.sha256(b"no HDF5").hexdigest()
    path.write_text(json.dumps(registry.sign(card)))
    with pytest.raises(ModelDamaged) as caught:
        registry.load("ada")
    assert caught.value.reason == loading.UNREADABLE


def test_an_altered_score_is_found(saved):
    path = saved.folder / registry.CARD
    card = json.loads(path.read_text())
    path.write_text(json.dumps({**card, "test_accuracy": 1.0}))
    assert "altered" in registry.find("ada").problem


def test_an_empty_folder_is_a_damaged_model(home):
    (home / "models" / "empty").mkdir(parents=True)
    assert registry.find("empty").problem == "card.json is missing"


def test_the_chosen_model_is_the_default_until_it_is_gone(saved):
    assert registry.default().name == "pretrained"
    registry.choose("ada")
    assert registry.default().name == "ada"
    (saved.folder / registry.WEIGHTS).unlink()
    assert registry.default().name == "pretrained"
    registry.delete("ada")
    assert registry.default().name == "pretrained"


def test_a_deleted_default_leaves_its_place_to_nobody(saved, save):
    registry.choose("ada")
    registry.delete("ada")
    save("ada")
    assert registry.default().name == "pretrained"


def test_the_bundled_model_scores_on_mnist_what_its_card_says(mnist):
    bundled = registry.default()
    test = data.prepare(mnist.x_test, mnist.y_test)
    scores = dataset.evaluate(registry.load(bundled.name), *test)
    for name in ("test_loss", "test_accuracy"):
        assert scores[name] == pytest.approx(bundled.card[name], abs=1e-4)


def test_a_deleted_model_is_gone(saved, home):
    registry.delete("ada")
    assert names() == ["pretrained"]
    assert list((home / "models").iterdir()) == []


def test_the_bundled_model_cannot_be_deleted():
    with pytest.raises(ModelProtected):
        registry.delete("pretrained")
    assert names() == ["pretrained"]


@pytest.mark.parametrize(
    "act", [registry.find, registry.load, registry.choose, registry.delete]
)
@pytest.mark.parametrize("name", ["nobody", "..", "../models/ada", ""])
def test_unknown_names_are_refused(saved, act, name):
    with pytest.raises(ModelNotFound) as caught:
        act(name)
    assert caught.value.known == ["ada", "pretrained"]
    assert saved.folder.is_dir()


def alter(saved: StoredModel, **values: object) -> None:
    """Write other values on a model's card, with a hash that fits them."""
    path = saved.folder / registry.CARD
    path.write_text(json.dumps(registry.sign({**saved.card, **values})))


@pytest.mark.parametrize(
    "values",
    [
        *({"created": value} for value in (5, None, "today", "2026-11-20T12:00:00")),
        *({"test_accuracy": value} for value in ("0.9", None, 2.0, [])),
        *({"sha256": value} for value in ({}, [], {"/etc/passwd": "0"})),
        *({"history": value} for value in ([], {"loss": []}, {"loss": "x"})),
        {"recipe": {"name": "quick"}},
        {"epochs": -1},
        {"temperature": 0},
        {"confusions": [[1, 2]]},
        {"data": {"name": "other", "licence": "", "sha256": {}}},
    ],
    ids=str,
)
def test_a_card_with_a_wrong_value_is_damaged_whatever_its_hash(saved, values):
    alter(saved, **values)
    listed = registry.find("ada")
    assert listed.problem
    assert listed.card == {}
    assert registry.default().name == "pretrained"


def test_a_history_that_is_longer_in_one_list_is_damaged(saved):
    alter(saved, history={**saved.card["history"], "loss": [0.5, 0.4, 0.3]})
    assert "history" in registry.find("ada").problem


def test_a_card_names_its_two_files_and_no_others(saved):
    hashes = saved.card["sha256"]
    alter(saved, sha256={**hashes, "more.h5": hashes[registry.WEIGHTS]})
    shutil.copy(saved.folder / registry.WEIGHTS, saved.folder / "more.h5")
    assert "other files" in registry.find("ada").problem


@pytest.mark.parametrize("file", FILES)
def test_links_and_pipes_are_not_read(saved, tmp_path, file):
    path = saved.folder / file
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert registry.find("ada").problem == f"{file} is a link to another file"
    path.unlink()
    os.mkfifo(path)
    assert registry.find("ada").problem == f"{file} is no regular file"


def test_a_folder_that_is_a_link_is_listed_and_only_the_link_is_deleted(saved, home):
    (home / "models" / "alias").symlink_to(saved.folder)
    assert registry.find("alias").problem == "its folder is a link"
    registry.delete("alias")
    assert names() == ["ada", "pretrained"]
    assert registry.find("ada").problem is None


def sign_files(saved: StoredModel) -> None:
    """Have the card say the hashes that the files have now."""
    contents = {name: (saved.folder / name).read_bytes() for name in FILES[:2]}
    hashes = {name: hashlib.sha256(text).hexdigest() for name, text in contents.items()}
    alter(saved, sha256=hashes)


@pytest.mark.parametrize(
    ("layer", "key", "value"),
    [
        (-1, "units", 2_000_000_000),
        (1, "filters", 17),
        (1, "kernel_size", [27, 27]),
        (-1, "activation", "linear"),
        (1, "dtype", "float64"),
    ],
)
def test_an_architecture_that_the_recipe_does_not_build_is_never_made(
    saved, layer, key, value
):
    path = saved.folder / registry.ARCHITECTURE
    architecture = json.loads(path.read_text())
    architecture["config"]["layers"][layer]["config"][key] = value
    path.write_text(json.dumps(architecture))
    sign_files(saved)
    assert registry.find("ada").problem is None, "its hashes fit"
    with pytest.raises(
        ModelDamaged, match="its architecture is not that of its recipe"
    ):
        registry.load("ada")


def test_an_architecture_with_more_or_other_layers_is_never_made(saved):
    path = saved.folder / registry.ARCHITECTURE
    architecture = json.loads(path.read_text())
    layers = architecture["config"]["layers"]
    odd = {"module": "builtins", "class_name": "exec", "config": {}}
    for wrong in ([*layers, odd], [*layers[:-1], odd], layers[:-1], [], None, [5]):
        architecture["config"]["layers"] = wrong
        path.write_text(json.dumps(architecture))
        sign_files(saved)
        with pytest.raises(ModelDamaged, match="architecture"):
            registry.load("ada")


def test_weights_that_say_they_are_huge_are_never_read(saved):
    path = saved.folder / registry.WEIGHTS
    with h5py.File(path, "r+") as file:
        vars_ = file["layers/dense/vars"]
        del vars_["0"]
        # A kilobyte on disk; whoever reads it makes room for three gigabytes.
        shape = {"shape": (8_000, 100_000), "chunks": (100, 100_000), "dtype": "f4"}
        vars_.create_dataset("0", compression="gzip", **shape)
    assert path.stat().st_size < 1_000_000
    sign_files(saved)
    with pytest.raises(ModelDamaged, match="its weights are more than its network has"):
        registry.load("ada")
