import json
import os
import shutil
from hashlib import sha256

import pytest
import streamlit as st
from PIL import Image

from mnist_core import presets, recipes
from mnist_core.models import registry
from mnist_core.runs import manager, probes, queue
from pages.components.shared import viewport
from pages.components.shared.canvas_state import EMPTY
from pages.components.shell import visitor
from pages.components.train import run_route, run_view
from tests.conftest import order
from tests.pages.helpers import component_props, page_text, upright_strokes

RECIPE = recipes.get("quick", data="synthetic", images=1000)


def lines(run, *rows):
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (run.folder / "metrics.jsonl").write_text(text)


def shown_runs(app) -> list[dict]:
    """What the page's browser is told of the runs that it shows."""
    return component_props(app, "run_view")["runs"]


BATCH = {"epoch": 0.5, "seconds": 2.0, "step": 4, "loss": 0.5, "accuracy": 0.8}
LATER = {
    "epoch": 1.0,
    "seconds": 4.0,
    "step": 8,
    "loss": 0.4,
    "accuracy": 0.9,
    "learning_rate": 0.004,
}
EPOCH = {
    "epoch": 1,
    "seconds": 5.0,
    "loss": 0.4,
    "accuracy": 0.9,
    "val_loss": 0.3,
    "val_accuracy": 0.95,
}


def test_at_first_the_published_run_and_the_shipped_model_s_are_there(open_page):
    app = open_page("train")
    assert app.multiselect(key="shown_runs").value == ["published", "bundled"]
    assert "The published run" in page_text(app)
    assert not app.button(key="start").disabled


def test_who_has_trained_nothing_is_invited_to(open_page, ended, worker):
    ended.update(starter="somebody else")
    app = open_page("train")
    assert "watch it learn your digits" in page_text(app)
    assert app.multiselect(key="shown_runs").value == ["published", "bundled"]
    app.button(key="start_first").click().run()
    run = manager.active()
    worker.append(run)
    assert len(probes.load(run.folder)) == 2
    order(run, "")
    app.run()
    assert app.multiselect(key="shown_runs").value == [run.id]
    assert "start_first" not in {button.key for button in app.button}


def test_on_a_phone_the_invitation_comes_first_with_its_digits(open_page):
    app = open_page("train", viewport=viewport.PHONE)
    keys = [button.key for button in app.button]
    assert keys.index("start_first") < keys.index("start")
    assert len(app.get("image")) == 2 + 2  # there, and where they are chosen


def test_who_comes_back_meets_their_own_run(open_page, ended):
    ended.update(starter=sha256(b"eve").hexdigest()[:32])
    app = open_page("train")
    assert app.multiselect(key="shown_runs").value == ["published", "bundled"]
    app.session_state["visitor_id"] = "eve"  # the browser has told by now
    app.run()
    assert app.multiselect(key="shown_runs").value == [ended.id]
    app.multiselect(key="shown_runs").set_value(["published"]).run()
    assert app.run().multiselect(key="shown_runs").value == ["published"]


def test_what_was_shown_at_first_may_be_chosen_later(open_page, ended):
    ended.update(starter=sha256(b"eve").hexdigest()[:32])
    app = open_page("train")
    first = app.multiselect(key="shown_runs").value
    app.multiselect(key="shown_runs").set_value(["published"]).run()
    app.session_state["visitor_id"] = "eve"
    app.multiselect(key="shown_runs").set_value(first).run()
    assert app.run().multiselect(key="shown_runs").value == first


def test_on_a_read_only_server_the_last_run_is_there_at_first(
    open_page, ended, monkeypatch
):
    ended.update(starter="somebody else")
    monkeypatch.setattr(visitor, "may_train", lambda: False)
    assert open_page("train").multiselect(key="shown_runs").value == [ended.id]


def test_start_trains_by_the_values_in_the_form(open_page, worker):
    app = open_page("train")
    app.number_input(key="epochs").set_value(3)
    app.number_input(key="images").set_value(500)
    app.button(key="start").click().run()
    assert not app.exception
    run = manager.active()
    worker.append(run)
    expected = recipes.get("quick", data="synthetic", epochs=3, images=500)
    assert run.read().recipe == expected
    assert "**Quick** is being trained" in page_text(app)


def test_a_run_that_goes_on_shows_how_it_goes(open_page, going):
    lines(going, BATCH, LATER)
    going.update(stage="training")
    told = shown_runs(open_page("train"))[0]["answer"]
    about = told["about"]
    assert (about["done"], about["live"], about["moves"]) == (0.5, True, True)
    assert "Training ..." in about["text"]
    assert "epoch 1.0 of 2" in about["text"]
    # An epoch takes 4 s; two tests on twice as many images are still to come.
    assert "about 9 s left" in about["text"]
    assert about["examples"] == 1000
    assert told["lines"]["seconds"] == [2, 4]
    assert told["lines"]["accuracy"] == [0.8, 0.9]
    assert told["lines"]["rate"] == [None, 0.004]


def test_stop_asks_the_worker(open_page, going):
    app = open_page("train")
    app.button(key="stop").click().run()
    assert going.is_requested("stop")
    assert app.button(key="stop").disabled
    assert app.button(key="pause").disabled


def test_discard_asks_the_worker(open_page, going):
    app = open_page("train")
    app.button(key="discard").click().run()
    assert going.is_requested("discard")
    assert app.button(key="stop").disabled


def test_pause_and_resume(open_page, going):
    app = open_page("train")
    app.button(key="pause").click().run()
    assert going.is_requested("pause")
    going.update(status="paused")
    app.run()
    assert shown_runs(app)[0]["answer"]["about"]["text"].startswith("Paused")
    app.button(key="resume").click().run()
    assert not going.is_requested("pause")


def test_a_browser_that_can_ask_for_a_run_is_not_sent_it(open_page, going, monkeypatch):
    monkeypatch.setattr(run_route, "path_of", lambda run_id: f"/runs/{run_id}")
    (told,) = shown_runs(open_page("train"))
    assert (told["path"], told["answer"]) == (f"/runs/{going.id}", None)
    assert told["live"]


def test_a_run_that_cannot_be_asked_for_is_sent_again_and_again(
    open_page, going, monkeypatch
):
    fragment, paces = st.fragment, []

    def noted(function=None, *, run_every=None):
        paces.append(run_every)
        return fragment(function, run_every=run_every)

    monkeypatch.setattr(st, "fragment", noted)
    app = open_page("train")
    assert run_view.SECONDS_PER_LOOK in paces
    lines(going, BATCH)
    app.run()
    assert shown_runs(app)[0]["answer"]["lines"]["epoch"] == [0.5]


def test_a_comparison_outlives_a_pause(open_page, going):
    lines(going, BATCH, LATER)
    app = open_page("train")
    app.multiselect(key="compared_runs").set_value(["published"]).run()
    app.button(key="pause").click().run()
    going.update(status="paused")
    app.run()
    assert not app.exception
    assert app.multiselect(key="compared_runs").value == ["published"]


def test_whoever_sits_at_the_server_may_end_any_run(open_page, worker):
    run = manager.start(RECIPE, starter="somebody else")
    worker.append(run)
    app = open_page("train")
    assert "Somebody else started this training" in page_text(app)
    app.button(key="stop").click().run()
    assert run.is_requested("stop")


def test_other_visitors_may_watch_only(open_page, worker, monkeypatch):
    monkeypatch.setattr(visitor, "is_local", lambda: False)
    run = manager.start(RECIPE, starter="somebody else")
    worker.append(run)
    app = open_page("train")
    keys = {button.key for button in app.button}
    assert not keys & {"stop", "pause", "discard", "probe_drawn"}
    assert "Somebody else started this training" in page_text(app)
    run.update(status="stopped", reason="Stopped.")
    order(run, "")
    app.run()
    assert "delete" not in {button.key for button in app.button}


def test_who_started_a_run_may_end_it_from_anywhere(open_page, worker, monkeypatch):
    monkeypatch.setattr(visitor, "is_local", lambda: False)
    app = open_page("train")
    app.button(key="start").click().run()
    run = manager.active()
    worker.append(run)
    app.button(key="stop").click().run()
    assert run.is_requested("stop")


def test_a_run_that_is_discarded_is_gone_from_the_page(open_page, going):
    app = open_page("train")
    order(going, "import shutil; shutil.rmtree(sys.argv[1])")
    app.run()
    assert not app.exception
    assert app.multiselect(key="shown_runs").value == ["published", "bundled"]


def test_a_folder_that_cannot_be_written_is_no_start(open_page, monkeypatch):
    app = open_page("train")
    monkeypatch.setenv("MNIST_HOME", "/dev/null/home")
    app.button(key="start").click().run()
    assert not app.exception
    assert "Nothing can be written to /dev/null/home" in page_text(app)


def test_who_starts_second_waits_in_line_and_watches_the_first(open_page, worker):
    page = open_page("train")
    worker.append(manager.start(RECIPE, starter="somebody else"))
    page.button(key="start").click().run()
    assert "You are **number 1 in line**." in page_text(page)
    assert "**Quick** is being trained" in page_text(page)
    (waiting,) = queue.in_turn(manager.read_runs())
    worker.append(waiting)
    page.button(key=f"take_out-{waiting.id}").click().run()
    assert "Nobody waits in line." in page_text(page)
    assert manager.list_runs() == worker[:1]


@pytest.fixture
def ended(going, save):
    """A run that has ended with a saved model."""
    saved = save("ada")
    lines(going, BATCH, LATER, EPOCH)
    scores = {key: saved.card[key] for key in ("test_loss", "test_accuracy", "history")}
    going.update(status="finished", model="ada", fit_seconds=12.3, **scores)
    order(going, "")
    return going


def test_a_run_that_ended_while_one_was_away_is_shown(open_page, worker):
    app = open_page("train")
    app.multiselect(key="shown_runs").set_value(["published"]).run()
    app.button(key="start").click().run()
    worker.append(manager.active())
    app.switch_page("pages/samples.py").run()
    order(worker[-1], "")
    app.switch_page("pages/train.py").run()
    assert app.multiselect(key="shown_runs").value == [worker[-1].id]
    app.multiselect(key="shown_runs").set_value(["published"]).run()
    app.switch_page("pages/samples.py").run()
    app.switch_page("pages/train.py").run()
    shown = app.multiselect(key="shown_runs").value
    assert shown == ["published"], "it was seen already"


def test_a_preset_asks_a_question_and_answers_it_when_its_run_has_ended(
    open_page, worker
):
    preset = presets.PRESETS["No dropout"]
    recipe = recipes.get(preset.recipe, data="synthetic", **preset.changes)
    worker.append(manager.start(recipe, name="No dropout"))
    app = open_page("train")
    assert preset.question in page_text(app)
    assert "**No dropout** is being trained" in page_text(app)
    scores = {"test_loss": 0.2, "test_accuracy": 0.9, "fit_seconds": 2.0}
    worker[-1].update(status="finished", **scores)
    order(worker[-1], "")
    assert preset.explanation in page_text(app.run())


def test_an_ended_run_shows_its_result(open_page, ended):
    app = open_page("train")
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Trained in"] == "about 12 s"
    assert shown["Test accuracy"].endswith(" %")
    labels = [button.label for button in app.get("download_button")]
    assert labels == ["Metrics", "Figure", "Film"]


def test_pen_drawings_at_hand_can_be_learned_from(
    open_page, worker, monkeypatch, pen_file
):
    keys = {toggle.key for toggle in open_page("train").get("toggle")}
    assert "pens" not in keys
    monkeypatch.setenv("MNIST_STROKES", str(pen_file))
    app = open_page("train", pens=True)
    app.button(key="start").click().run()
    run = manager.active()
    worker.append(run)
    assert run.read().recipe.strokes == pen_file.name
    assert len(run.pen_drawings()) == 100


def test_pen_drawings_that_cannot_be_read_are_no_start(
    open_page, monkeypatch, tmp_path
):
    monkeypatch.setenv("MNIST_STROKES", str(tmp_path / "nothing.jsonl"))
    app = open_page("train", pens=True)
    app.button(key="start").click().run()
    assert "there is no such file" in page_text(app)
    assert manager.active() is None


def test_an_ended_run_shows_how_it_reads_pen_drawings(open_page, ended):
    ended.update(pen_accuracy=0.9812)
    shown = {metric.label: metric.value for metric in open_page("train").metric}
    assert shown["Pen accuracy"] == "98.12 %"


def test_images_kept_out_of_the_training_are_not_called_test_images(open_page, worker):
    run = manager.start(recipes.get("robust", data="synthetic", validation=500))
    worker.append(run)
    (told,) = shown_runs(open_page("train"))
    assert told["answer"]["about"]["tested"] == "Validation"


def test_use_this_model_makes_it_everybody_s_default(open_page, ended, caplog):
    caplog.set_level("INFO", logger="pages")
    app = open_page("train")
    app.button(key="use").click().run()
    assert not app.exception
    assert registry.default().name == "ada"
    assert app.selectbox(key="model").value == "ada"
    assert "Draw a digit" in page_text(app), "it leads to the Draw page"
    assert "model chosen for all: ada" in caplog.messages


def test_a_drawing_waits_for_the_model_to_be_tried_on_it(open_page, ended):
    app = open_page("train")
    assert app.button(key="use").label == "Try it: draw a digit"
    app.session_state["canvas_states"] = [EMPTY, upright_strokes()]
    app.run()
    assert app.button(key="use").label == "Try it on your drawing"
    app.button(key="use").click().run()
    assert app.session_state["model"] == "ada"
    assert "% sure" in page_text(app)


def test_a_result_whose_model_was_deleted_says_so(open_page, ended):
    registry.delete("ada")
    assert "was deleted since" in page_text(open_page("train"))


def test_a_failed_run_gives_the_reason(open_page, going):
    going.update(status="failed", reason="The disk is full.")
    order(going, "print('what happened')")
    app = open_page("train")
    assert "The disk is full." in page_text(app)
    assert "what happened" in app.code[0].value


def test_an_interrupted_run_says_so_and_can_be_resumed(open_page, going):
    order(going, "")
    app = open_page("train")
    assert "Its process is gone" in page_text(app)
    (going.folder / "orders").unlink()
    app.button(key="resume").click().run()
    assert not app.exception
    assert going.read().status == "running"
    assert "**Quick** is being trained" in page_text(app)


def test_an_ended_run_is_deleted_and_its_model_stays(open_page, ended):
    app = open_page("train")
    app.button(key="delete").click().run()
    assert manager.list_runs() == []
    assert registry.find("ada").problem is None
    assert app.multiselect(key="shown_runs").value == ["published", "bundled"]


def test_an_ended_run_is_deleted_with_its_model_which_was_in_use(open_page, ended):
    app = open_page("train")
    app.button(key="use").click().run()
    app.switch_page("pages/train.py").run()
    app.button(key="delete_both").click().run()
    assert not app.exception
    assert manager.list_runs() == []
    assert [saved.name for saved in registry.models()] == ["pretrained"]
    assert app.session_state["model"] == "pretrained"


def test_a_run_keeps_its_colour_whatever_it_is_compared_with(open_page, ended):
    app = open_page("train")
    before = {ended.id: 0}
    for chosen in (
        [ended.id, "published"],
        ["published"],
        ["bundled", "published", ended.id],
        ["published", "bundled"],
    ):
        app.multiselect(key="shown_runs").set_value(chosen).run()
        shown = shown_runs(app)
        assert [run["id"] for run in shown] == chosen
        slots = {run["id"]: run["slot"] for run in shown}
        assert len(set(slots.values())) == len(chosen)
        assert all(slots[each] == before[each] for each in slots.keys() & before.keys())
        before |= slots


def test_runs_are_compared(open_page, ended):
    app = open_page("train")
    app.multiselect(key="shown_runs").set_value([ended.id, "published"]).run()
    assert not app.exception
    (table,) = app.table
    rows = {row.iloc[0]: list(row.iloc[1:]) for _, row in table.value.iterrows()}
    assert rows["Network"] == ["Quick", "Classic"]
    assert rows["Epochs"] == ["2", "10"]
    assert rows["Test accuracy"][1] == "99.04 %"
    assert "Dropout" not in rows, "both have it"


def test_damaged_runs_are_listed_and_can_be_deleted(open_page, going):
    (going.folder.parent / "half").mkdir()
    app = open_page("train")
    assert "**half**: recipe.json is missing" in page_text(app)
    app.button(key="delete-half").click().run()
    assert not (going.folder.parent / "half").exists()


ODD = {
    "state.json": [
        *({"status": value} for value in (5, None, "asleep", [])),
        *({"started": value} for value in ("1", None, 1e300, -1, [], True)),
        *({"name": value} for value in (None, 5, "../x", "")),
        *({name: 5} for name in ("stage", "reason", "model", "starter", "history")),
        *({name: "5"} for name in ("pid", "ended", "fit_seconds", "test_accuracy")),
        {"history": {"loss": [1], "accuracy": [], "val_loss": [], "val_accuracy": []}},
        {"snapshots": "yes"},
        {"drawn_share": 7},
        {"pen_accuracy": "high"},
    ],
    "recipe.json": [
        *({"epochs": value} for value in (0, "2", None, 10**400)),
        *({"name": value} for value in (None, 5, "x" * 1000)),
        {"network": []},
        {"more": 1},
    ],
}
"""Values that somebody may have written into the files of a run."""


def put_odd_runs(run) -> list[str]:
    """Put a copy of a run beside it for each odd value, and name them."""
    changes = [(file, odd) for file, odds in ODD.items() for odd in odds]
    for number, (file, odd) in enumerate(changes):
        folder = shutil.copytree(run.folder, run.folder.with_name(f"odd-{number:02}"))
        known = json.loads((folder / file).read_text())
        (folder / file).write_text(json.dumps(known | odd))
    return [f"odd-{number:02}" for number in range(len(changes))]


def test_runs_with_odd_values_are_listed_as_damaged_and_take_nothing_down(
    open_page, ended
):
    (ended.folder / "orders").unlink()
    odd = put_odd_runs(ended)
    deep = shutil.copytree(ended.folder, ended.folder.with_name("deep"))
    (deep / "state.json").write_text("[" * 100_000)
    for file in ("state.json", "recipe.json", "lock"):
        pipe = shutil.copytree(ended.folder, ended.folder.with_name(f"pipe-{file}"))
        (pipe / file).unlink()
        os.mkfifo(pipe / file)
    text = page_text(open_page("train"))
    for name in (*odd, "deep", "pipe-state.json", "pipe-recipe.json", "pipe-lock"):
        assert f"**{name}**: " in text, name
    assert [each.id for each in manager.list_runs()] == [ended.id]
    for damaged in manager.list_damaged():
        manager.delete(damaged)
    assert [each.name for each in ended.folder.parent.glob("[!.]*")] == [ended.id]


def test_a_run_with_odd_files_shows_what_can_be_read(open_page, ended):
    row = {"epoch": 0.5, "seconds": 1.0, "step": 3}
    mistake = {"index": 10**8, "label": 3, "predicted": 8, "confidence": 0.9}
    files = {
        "metrics.jsonl": [{**BATCH, "loss": "x"}, {**EPOCH, "epoch": -1}, BATCH],
        "probes.jsonl": [{**row, "probabilities": each} for each in ("x", [[2]], 5)],
        "snapshots.jsonl": [
            {**row, "filters": [[5, 5]], "mistakes": []},
            {**row, "filters": [[5] * 9], "mistakes": [mistake]},
        ],
    }
    for name, rows in files.items():
        text = "".join(json.dumps(each) + "\n" for each in rows)
        (ended.folder / name).write_text(text + '{"epoch": NaN}\n' + "[" * 100_000)
    (ended.folder / "probes").mkdir()
    Image.new("L", (5_000, 5_000)).save(ended.folder / "probes" / "1.png")
    os.mkfifo(ended.folder / "probes" / "2.png")
    (ended.folder / "log.txt").unlink()
    os.mkfifo(ended.folder / "log.txt")
    assert ended.log() == ""
    open_page("train")
    assert len(ended.metrics().batches) == 1
    assert [probe.image.any() for probe in probes.load(ended.folder)] == [False, False]


def test_a_stopped_run_says_so(open_page, going):
    going.update(status="stopped")
    order(going, "")
    assert "Stopped before its end" in page_text(open_page("train"))
