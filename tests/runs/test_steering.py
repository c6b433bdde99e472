import json

import pytest

from mnist_core import recipes
from mnist_core.errors import RecipeError, RunNotFound
from mnist_core.runs import steering

RECIPE = recipes.get("quick")
ROWS = [
    {"epoch": 0.5, "seconds": 1.0, "step": 5, "learning_rate": 0.01},
    {"epoch": 1, "seconds": 2.0, "step": 10, "dropout": False, "batch_size": 64},
    {"epoch": 1.5, "seconds": 3.0, "step": 12, "learning_rate": None},
]


def write(folder, rows):
    (folder / steering.LOG).write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def test_what_is_asked_adds_up_and_stands_until_it_is_in_force(tmp_path):
    assert steering.asked(tmp_path) == {}
    steering.ask(tmp_path, learning_rate=0.01, augment=True)
    steering.ask(tmp_path, learning_rate=0.02, batch_size=RECIPE.batch_size)
    assert steering.pending(tmp_path, RECIPE) == {
        "learning_rate": 0.02,
        "augment": True,
    }
    write(tmp_path, [{**ROWS[0], "learning_rate": 0.02}])
    assert steering.pending(tmp_path, RECIPE) == {"augment": True}
    steering.ask(tmp_path, augment=False)
    assert steering.pending(tmp_path, RECIPE) == {}


def test_only_what_a_recipe_could_hold_can_be_asked(tmp_path):
    for wrong in (
        *({"learning_rate": rate} for rate in (0, 11, -1, "much", float("nan"))),
        *({"batch_size": size} for size in (7, 4097, 32.5)),
        *({"dropout": rate} for rate in (1, 0.91, -0.1, "on", None)),
        {"augment": "yes"},
    ):
        with pytest.raises(RecipeError):
            steering.ask(tmp_path, **wrong)
    for batches in (0, -1, 1.5):
        with pytest.raises(RecipeError):
            steering.step(tmp_path, batches=batches)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(RunNotFound):
        steering.ask(tmp_path / "gone", dropout=True)
    with pytest.raises(RunNotFound):
        steering.step(tmp_path / "gone", batches=1)


def test_damaged_lines_and_requests_are_left_out(tmp_path):
    wrong = [{**ROWS[0], name: "odd"} for name in ROWS[0]]
    write(
        tmp_path, [*wrong, *ROWS, {"learning_rate": 0.1}, {**ROWS[1], "batch_size": 1}]
    )
    assert steering.history(tmp_path) == ROWS
    for name in (steering.ASKED, steering.STEP):
        (tmp_path / name).write_text('{"learning_rate": 1e9, "batches": "all"}')
    assert steering.asked(tmp_path) == {}
    assert steering.take_step(tmp_path) is None
    assert not (tmp_path / steering.STEP).exists()


def test_what_is_in_force_is_the_recipe_s_but_for_the_last_change_of_each(tmp_path):
    plain = {
        "learning_rate": None,
        "dropout": True,
        "batch_size": 128,
        "augment": False,
    }
    assert steering.in_force(tmp_path, RECIPE) == plain
    write(tmp_path, ROWS)
    now = steering.in_force(tmp_path, RECIPE)
    assert now == {**plain, "dropout": False, "batch_size": 64}
    words = "the recipe's learning rate, dropout off, batches of 64, augmentation off"
    assert steering.describe(now) == words
    steered = steering.apply(RECIPE, now)
    assert (steered.batch_size, steered.dropout, steered.augment) == (64, False, False)
    write(tmp_path, [{**ROWS[1], "dropout": 0.3}])
    rate = steering.in_force(tmp_path, RECIPE)
    assert "dropout 0.3," in steering.describe(rate)
    assert steering.apply(RECIPE, rate).dropout is True
    assert steered.learning_rate == RECIPE.learning_rate


def test_a_run_that_goes_back_asks_for_what_came_after_at_its_steps(tmp_path):
    write(tmp_path, ROWS)
    steering.ask(tmp_path, learning_rate=None, dropout=False, batch_size=64)
    steering.go_back(tmp_path, epochs=1)
    assert steering.history(tmp_path) == ROWS[:2]
    assert steering.asked(tmp_path)["replay"] == ROWS[2:]
    steering.go_back(tmp_path, epochs=0)  # killed again, and the checkpoint damaged
    assert steering.history(tmp_path) == []
    assert steering.asked(tmp_path)["replay"] == ROWS
    steering.ask(tmp_path, dropout=True)  # somebody wants it otherwise
    assert "replay" not in steering.asked(tmp_path)


def test_a_step_is_taken_once_and_known_until_it_ends(tmp_path):
    steering.step(tmp_path, batches=10)
    assert (tmp_path / "pause").exists()
    assert steering.is_stepping(tmp_path)
    assert steering.take_step(tmp_path) == {"batches": 10}
    assert steering.take_step(tmp_path) is None
    assert steering.is_stepping(tmp_path)
    steering.end_step(tmp_path)
    assert not steering.is_stepping(tmp_path)
