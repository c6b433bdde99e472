"""Sweeps: which runs there are, which are best, and which lag behind."""

import csv
import io
import json
from statistics import mean, stdev

import pytest

from mnist_core import recipes
from mnist_core.errors import HomeUnwritable, RecipeError, SweepNotFound
from mnist_core.runs import folders, leaderboard, manager, queue, sweeps

RECIPE = recipes.get("quick", data="synthetic", images=1000, epochs=4, seed=5)
VARY = {"learning_rate": [0.001, 0.01], "dropout": [True, False]}
TWO = {"batch_size": [32, 64]}


@pytest.fixture(autouse=True)
def no_training(small_workers):
    return small_workers


def runs_of(sweep):
    """Its runs and what they say, as they were put in line."""
    runs = sweep.runs(manager.read_runs())
    return dict(sorted(runs.items(), key=lambda pair: pair[1].number))


def report(run, *accuracies, ended=False):
    """Have a run say what its tests came to; the last one is the result."""
    lines = [
        {"epoch": n, "seconds": n, "loss": 1, "accuracy": 0}
        | {"val_loss": 1, "val_accuracy": accuracy}
        for n, accuracy in enumerate(accuracies, start=1)
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (run.folder / "metrics.jsonl").write_text(text)
    if ended:
        (run.folder / "waiting.json").unlink(missing_ok=True)
        run.update(status="finished", test_accuracy=accuracies[-1], test_loss=0.5)


def test_every_combination_has_a_run_for_each_seed(home):
    sweep = sweeps.start(RECIPE, VARY, seeds=2, starter="ada")
    runs = runs_of(sweep)
    found = [(r.learning_rate, r.dropout, r.seed) for r in map(recipe_of, runs)]
    assert found == [
        (rate, dropout, seed)
        for seed in (5, 6)
        for rate in (0.001, 0.01)
        for dropout in (True, False)
    ], "all of them with one seed first"
    assert {state.starter for state in runs.values()} == {"ada"}
    assert [state.status for state in runs.values()] == ["running"] + ["waiting"] * 7
    assert sweeps.get(sweep.id) == sweep
    assert sweeps.list_sweeps() == [sweep]


def recipe_of(run):
    return run.read().recipe


def test_a_sweep_takes_turns_as_one_visitor(no_training):
    sweeps.start(RECIPE, TWO, seeds=6, starter="ada")
    alone = manager.start(RECIPE, starter="ada", wait=True)
    other = manager.start(RECIPE, starter="bob", wait=True)
    first, second, third = queue.in_turn(manager.read_runs())[:3]
    assert [first, second] == [other, alone], "its own run goes before the sweep's"
    assert third.read().sweep


def test_a_start_that_was_cut_short_is_made_up_for(monkeypatch):
    create, count = folders.create, []

    def create_three(*args, **options):
        count.append(1)
        if len(count) > 3:
            raise HomeUnwritable("/", "no room")
        return create(*args, **options)

    with monkeypatch.context() as patch, pytest.raises(HomeUnwritable):
        patch.setattr(folders, "create", create_three)
        sweeps.start(RECIPE, VARY, seeds=2)
    (sweep,) = sweeps.list_sweeps()
    before = runs_of(sweep)
    assert len(before) == 3
    sweeps.resume(sweep)
    sweeps.resume(sweep)
    after = runs_of(sweep)
    assert list(after)[:3] == list(before)
    assert [state.recipe for state in after.values()] == sweep.recipes()


def test_a_sweep_that_was_stopped_goes_on(no_training):
    sweep = sweeps.start(RECIPE, TWO)
    first, _ = runs_of(sweep)
    sweeps.stop(sweep)
    assert first.is_requested("stop")
    assert list(runs_of(sweep)) == [first], "what never began is gone"
    first.update(status="stopped")
    no_training(first)
    sweeps.resume(sweep)
    assert [s.status for s in runs_of(sweep).values()] == ["running", "waiting"]


def test_one_that_was_ended_early_is_left_so(no_training):
    sweep = sweeps.start(RECIPE, TWO)
    first, second = runs_of(sweep)
    first.update(status="stopped", halved=1)
    no_training(first)
    sweeps.resume(sweep)
    assert [run.read().status for run in (first, second)] == ["stopped", "running"]


def test_the_leaderboard_has_mean_and_spread(no_training):
    sweep = sweeps.start(RECIPE, TWO, seeds=3)
    scores = {32: [0.9, 0.8, 0.85], 64: [0.95, 0.99]}
    left = {size: list(each) for size, each in scores.items()}
    for run in runs_of(sweep):
        if known := left[recipe_of(run).batch_size]:
            report(run, known.pop(0), ended=True)
        else:
            run.update(halved=1)
    no_training(next(iter(runs_of(sweep))))
    first, second = leaderboard.rows(sweep, manager.read_runs())
    assert (first.settings, second.settings) == ((64,), (32,))
    assert (first.mean, first.spread) == (mean(scores[64]), stdev(scores[64]))
    assert (second.mean, second.spread) == (mean(scores[32]), stdev(scores[32]))
    assert (first.halved, second.halved) == ([1], [])
    rows = list(csv.DictReader(io.StringIO(leaderboard.to_csv(*of(sweep)))))
    assert [row["batch_size"] for row in rows] == ["64"] * 3 + ["32"] * 3
    told = [float(row["test_accuracy"]) for row in rows if row["test_accuracy"]]
    assert sorted(told) == sorted([*scores[32], *scores[64]])
    assert {row["run"] for row in rows} == {run.id for run in runs_of(sweep)}


def of(sweep):
    return sweep, manager.read_runs()


def test_without_a_result_nothing_is_best(no_training):
    rows = leaderboard.rows(*of(sweeps.start(RECIPE, TWO)))
    assert [(row.mean, row.spread) for row in rows] == [(None, None)] * 2


def test_what_has_no_result_yet_comes_last(no_training):
    sweep = sweeps.start(RECIPE, TWO)
    report(list(runs_of(sweep))[1], 0.9, ended=True)
    rows = leaderboard.rows(*of(sweep))
    assert [(row.settings, row.mean) for row in rows] == [((64,), 0.9), ((32,), None)]


def behind(scores, *, epoch=1, halving=True):
    """Which of the runs are behind, when each has come as far."""
    vary = {"learning_rate": [rate / 1000 for rate in range(1, len(scores) + 1)]}
    sweep = sweeps.start(RECIPE, vary, halving=halving)
    runs = list(runs_of(sweep))
    for run, score in zip(runs, scores, strict=True):
        report(run, *[score] * epoch)
    return [leaderboard.is_behind(sweep, run, epoch=epoch) for run in runs]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([0.5, 0.9], [True, False]),
        ([0.9, 0.5, 0.7], [False, True, False]),
        ([0.9, 0.5, 0.7, 0.6], [False, True, False, True]),
        ([0.7, 0.7, 0.7], [False, False, False]),
    ],
)
def test_the_better_half_goes_on(scores, expected):
    assert behind(scores) == expected


@pytest.mark.parametrize(("epoch", "halves"), [(1, True), (2, True), (3, False)])
def test_it_is_halved_after_1_2_4_epochs(epoch, halves):
    assert behind([0.5, 0.9], epoch=epoch) == [halves, False]


def test_nobody_is_ended_early_unless_it_was_asked_for():
    assert behind([0.5, 0.9], halving=False) == [False, False]


def test_two_seeds_of_one_setting_do_not_end_each_other():
    sweep = sweeps.start(RECIPE, TWO, seeds=2, halving=True)
    runs = list(runs_of(sweep))
    for run, score in zip(runs, [0.9, 0.5, 0.4, 0.3], strict=True):
        report(run, score)
    states = [leaderboard.is_behind(sweep, run, epoch=1) for run in runs]
    assert states == [False, True, False, True]


@pytest.mark.parametrize(
    ("vary", "seeds"),
    [
        ({}, 1),
        ({"seed": [1, 2]}, 1),
        ({"batch_size": [32]}, 3),
        ({"batch_size": []}, 1),
        ({"batch_size": [32, 1]}, 1),
        ({"network": ["quick", "odd"]}, 1),
        ({"batch_size": [32, 64]}, 0),
        ({"batch_size": [32, 64]}, 51),
    ],
)
def test_what_is_no_sweep_starts_nothing(home, vary, seeds):
    with pytest.raises(RecipeError):
        sweeps.start(RECIPE, vary, seeds=seeds)
    assert not home.exists()


@pytest.mark.parametrize(
    ("field", "text", "values"),
    [
        ("learning_rate", "0.001, 0.01,0.001", [0.001, 0.01]),
        ("batch_size", "32,64,", [32, 64]),
        ("optimizer", "adam,sgd", ["adam", "sgd"]),
        ("dropout", "on, off", [True, False]),
    ],
)
def test_values_are_read_as_people_write_them(field, text, values):
    assert sweeps.parse_values(field, text) == values


@pytest.mark.parametrize(
    ("field", "text"),
    [("seed", "1,2"), ("batch_size", "1.5"), ("dropout", "yes"), ("name", "a,b")],
)
def test_values_that_are_none_are_refused(field, text):
    with pytest.raises(RecipeError, match=field):
        sweeps.parse_values(field, text)


@pytest.mark.parametrize(
    "odd",
    [{"vary": {}}, {"seeds": "3"}, {"recipe": {}}, {"vary": {"batch_size": [[]]}}],
)
def test_a_sweep_with_odd_values_is_not_listed(odd):
    sweep = sweeps.start(RECIPE, TWO)
    path = sweep.folder / "sweep.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | odd))
    assert sweeps.list_sweeps() == []
    for name in (sweep.id, "nobody", "../runs"):
        with pytest.raises(SweepNotFound):
            sweeps.get(name)


def test_pen_drawings_are_kept_for_runs_that_are_made_up_for(pen_file):
    recipe = recipes.get("quick", data="synthetic", strokes=pen_file.name)
    sweep = sweeps.start(recipe, TWO, drawings=pen_file)
    manager.delete(list(runs_of(sweep))[1])
    pen_file.unlink()
    sweeps.resume(sweep)
    assert [len(run.pen_drawings()) for run in runs_of(sweep)] == [100, 100]
