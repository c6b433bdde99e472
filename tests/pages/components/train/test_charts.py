import itertools
import json
import math

import numpy as np
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from mnist_core import recipes
from mnist_core.runs.metrics import Metrics
from pages.components.train import chart_data
from pages.components.train.charts import Curve

RECIPE = recipes.get("classic")  # ten epochs
RUNS = ["classic, 14:32", "quick, 14:02", "robust, 13:40", "published"]


def batches(losses, *, accuracies=None, epochs=10):
    """Lines of metrics, spread evenly over the epochs."""
    accuracies = np.full(len(losses), 0.98) if accuracies is None else accuracies
    at = np.arange(1, len(losses) + 1) * epochs / len(losses)
    rows = zip(at.tolist(), losses, accuracies, strict=True)
    return [{"epoch": e, "loss": float(x), "accuracy": float(a)} for e, x, a in rows]


def ended(epoch, loss=0.05, accuracy=0.99):
    train = {"loss": 2 * loss, "accuracy": accuracy - 0.01}
    return {"epoch": epoch, "val_loss": loss, "val_accuracy": accuracy, **train}


def sample(epoch, loss=0.06, accuracy=0.98):
    return {"epoch": epoch, "sample_loss": loss, "sample_accuracy": accuracy}


def falling(count, *, noise=0.0, final=0.05):
    """Losses as a good run has them."""
    at = np.linspace(0, 1, count)
    wild = np.random.default_rng(1).normal(0, noise, count)
    return (final + (2.3 - final) * np.exp(-20 * at)) + wild


@pytest.fixture
def charts():
    """The two charts that `show` draws: what is specified, and the data by name."""

    def page(main, options):
        from pages.components.train import charts

        charts.show(main, **options)

    def draw(main, **options):
        app = AppTest.from_function(page, args=(main, options), default_timeout=60)
        app.run()
        assert not app.exception, app.exception
        drawn = [chart.proto for chart in app.get("vega_lite_chart")]
        assert len(drawn) == 2
        return [(json.loads(chart.spec), data(chart), chart.alt) for chart in drawn]

    return draw


def data(chart):
    return {
        each.name: pa.ipc.open_stream(each.data.data).read_all().to_pydict()
        for each in chart.datasets
    }


def curve(metrics, *, label=RUNS[0], recipe=RECIPE):
    return Curve(label, recipe, metrics)


def series(spec):
    """The names in the legend, and the names that lines are drawn for."""
    lines, _ = spec["layer"]
    colours = [layer["encoding"]["color"] for layer in lines["layer"]]
    named = lines["encoding"]["color"]["scale"]["domain"]
    return named, {colour["datum"] for colour in colours}


def test_a_run_has_a_line_for_each_kind_of_images(charts):
    known = Metrics(batches([2.0, 1.0]), [ended(10)], [sample(2.5), sample(10)])
    accuracy, loss = charts(curve(known))
    for spec, lines, _ in (accuracy, loss):
        assert series(spec) == (["Train", "Test"], {"Train", "Test"})
        assert lines["train0"]["epoch"] == lines["raw0"]["epoch"] == [5, 10]
        assert lines["test0"]["epoch"] == [2.5, 10]  # all images outdo a sample
    assert loss[1]["raw0"]["value"] == [2, 1]
    assert loss[1]["train0"]["value"][1] == pytest.approx(1.42, abs=0.01)
    assert loss[1]["test0"]["value"] == pytest.approx([0.06, 0.05])
    assert accuracy[1]["test0"]["value"] == pytest.approx([0.98, 0.99])


def test_the_chart_says_where_the_lines_are(charts):
    known = Metrics(batches([0.5]), [ended(1)])
    for live, said in ((False, " Train 0.5000, Test 0.0500"), (True, "")):
        assert charts(curve(known), live=live)[1][2] == f"Loss by epoch.{said}"


def test_what_a_run_adds_changes_only_the_data(charts):
    known = [Metrics(), Metrics(batches([2.0])), Metrics(batches(falling(300)))]
    drawn = [charts(curve(each), live=True) for each in known]
    for one, *rest in zip(*drawn, strict=True):
        assert all((spec, alt) == (one[0], one[2]) for spec, _, alt in rest)
    reaches = [loss[1]["now"]["reach"] for _, loss in drawn]
    assert reaches == [[2.5], [2.5], [pytest.approx(0.4)]]


def test_kept_out_images_are_called_validation(charts):
    recipe = recipes.get("classic", validation=500)
    spec, *_ = charts(curve(Metrics(), recipe=recipe))[0]
    assert series(spec)[0] == ["Train", "Validation"]


def test_each_of_four_runs_has_a_colour(charts):
    runs = [
        curve(Metrics(batches(falling(50))), label=RUNS[0]),
        curve(Metrics(), label=RUNS[1], recipe=recipes.get("quick")),
        curve(Metrics(), label=RUNS[2], recipe=recipes.get("robust")),
        curve(Metrics(epochs=[ended(1), ended(2)]), label=RUNS[3]),
    ]
    for spec, lines, _ in charts(runs[0], others=runs[1:]):
        assert series(spec) == (RUNS, set(RUNS))
        (ends,) = {tuple(x["scale"]["domain"]) for x in encodings(spec, "x")}
        assert ends == (0, 40)
        assert lines["train3"]["epoch"] == lines["test3"]["epoch"] == [1, 2]
        assert "raw0" not in lines


def encodings(spec, channel):
    return [
        layer["encoding"][channel]
        for layer in spec["layer"]
        if channel in layer["encoding"]
    ]


def test_the_time_machine_cuts_the_lines_and_keeps_the_axes(charts):
    rows = batches(falling(1000))
    known = Metrics(rows, [ended(n) for n in range(1, 11)], [sample(0.3)])
    whole, cut = charts(curve(known), until=None), charts(curve(known), until=3.4)
    for (spec, lines, _), (same, fewer, _) in zip(whole, cut, strict=True):
        assert spec == same
        assert fewer["now"] == {**lines["now"], "until": [3.4]}
        assert fewer["test0"]["epoch"] == pytest.approx([0.3, 1, 2, 3])
        for name in ("raw0", "train0"):
            count = len(fewer[name]["value"])
            assert fewer[name]["value"] == lines[name]["value"][:count]
            assert 3.35 < fewer[name]["epoch"][-1] <= 3.4


def test_nothing_is_drawn_before_a_run_begins(charts):
    for spec, lines, alt in charts(curve(Metrics())):
        assert all(not lines[name]["epoch"] for name in ("train0", "raw0", "test0"))
        assert series(spec)[0] == ["Train", "Test"]
        assert alt.endswith("by epoch.")


def test_a_long_line_is_thinned_to_its_last_point():
    for count in (1, 399, 401, 3000, 20_001):
        rows = batches(np.arange(count), epochs=count)
        raw = chart_data.points_of(Metrics(rows), count)["loss"].raw
        assert len(raw.epochs) <= chart_data.MOST + 1
        assert {1, count} <= set(raw.epochs)
        assert raw.values[-1] == count - 1
    samples = [sample(n / 101) for n in range(1000)]
    ends = [ended(n) for n in range(1, 10)]
    test = chart_data.points_of(Metrics(samples=samples, epochs=ends), 10)["loss"].test
    assert len(test.epochs) <= 500
    assert set(range(1, 10)) <= set(test.epochs)


def test_what_was_drawn_stays_when_a_run_goes_on():
    rows = batches(falling(3000, noise=0.1))
    before, after = (
        chart_data.points_of(Metrics(rows[:n]), 10)["loss"] for n in (2200, 2300)
    )
    for name in ("raw", "train"):
        old, new = getattr(before, name), getattr(after, name)
        count = len(old.values) - 1  # the last is there for now
        assert old.values[:count].tolist() == new.values[:count].tolist()


def test_a_smoothed_line_is_calm_and_on_time():
    rows = batches(falling(3000, noise=0.1))
    train = chart_data.points_of(Metrics(rows), 10)["loss"].train
    wanted = np.interp(train.epochs, [row["epoch"] for row in rows], falling(3000))
    assert np.abs(train.values - wanted)[20:].mean() < 0.03
    late = train.values[-100:]
    assert late.std() < 0.1 / 4
    assert late.mean() == pytest.approx(0.05, abs=0.01)


def test_a_file_that_was_cut_is_read_anew():
    rows = batches(falling(100))
    chart_data.points_of(Metrics(rows), 10)
    other = [*rows[:50], *batches(np.full(100, 0.7))[50:]]
    assert chart_data.points_of(Metrics(other), 10)["loss"].raw.values[-1] == 0.7
    fewer = chart_data.points_of(Metrics(rows[:40]), 10)["loss"].raw
    assert len(fewer.values) == 40


def test_the_same_lines_are_worked_out_once():
    rows = batches(falling(500))
    first, second = (chart_data.points_of(Metrics(list(rows)), 10) for _ in range(2))
    assert first is second


def reaches(losses, **options):
    """How far the axis goes after each tenth line."""
    rows = batches(losses, **options)
    counts = range(10, len(rows) + 1, 10)
    return [chart_data.points_of(Metrics(rows[:n]), 10)["loss"].reach for n in counts]


@pytest.mark.parametrize("final", [0.02, 0.3, 0.38, 0.4, 0.42, 0.9, 1.0])
def test_an_axis_does_not_flip_for_noisy_lines(final):
    found = reaches(falling(1000, noise=0.1, final=final))
    assert sum(a != b for a, b in itertools.pairwise(found)) <= 3
    assert found[-1] >= min(final, 1.0)


def test_an_axis_has_room_for_what_goes_wrong():
    assert reaches(falling(300))[-1] == 0.4
    diverging = np.concatenate([np.full(100, 30.0), np.full(200, 2.3)])
    found = reaches(diverging)
    assert (found[5], found[-1]) == (50, 5)
    accuracies = np.full(300, 0.1)
    rows = batches(np.full(300, 2.3), accuracies=accuracies)
    assert chart_data.points_of(Metrics(rows), 10)["accuracy"].reach == 1
    over = [ended(n, loss=0.8, accuracy=0.85) for n in range(1, 11)]
    known = chart_data.points_of(Metrics(batches(falling(300)), over), 10)
    assert (known["accuracy"].reach, known["loss"].reach) == (0.5, 1)


def test_losses_that_are_no_numbers_are_left_out(charts):
    losses = [2.0, 3.0, math.nan, math.inf]
    known = Metrics(batches(losses), [ended(1, loss=math.nan)])
    _, (_, lines, alt) = charts(curve(known))
    assert lines["now"]["reach"] == [5]
    assert "Train 2." in alt
    assert "nan" not in alt
