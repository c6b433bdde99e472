"""A run as the browser shows it: at any moment of it, live, and beside others."""

import fcntl
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from mnist_core import recipes
from mnist_core.runs import manager, probes
from mnist_core.runs.probes import Probe
from mnist_core.runs.run import Run
from tests.browser.conftest import PHONE
from tests.conftest import until
from tests.made_runs import write_run

pytestmark = pytest.mark.usefixtures("at_the_server")

RECIPE = recipes.get("quick", data="synthetic", images=1000)


@pytest.fixture
def made_run(at_the_server) -> Iterator[Callable[..., Run]]:
    """Makes runs as a worker would have written them, and deletes them at the end."""
    made: list[Run] = []

    def make(name: str, *, until: float, status: str = "finished") -> Run:
        state = {"status": status, "stage": "training", "name": name, "number": 999}
        run = write_run(name, RECIPE, **state, started=time.time())
        made.append(run)
        probes.add(run.folder, Probe(np.eye(28, dtype=np.float32), label=7))
        write(run, 0, until)
        return run

    yield make
    for run in made:
        manager.delete(run)


def write(run: Run, begin: float, end: float) -> None:
    """Write what a worker writes between two epochs."""
    for at in np.arange(round(begin * 100) + 1, round(end * 100) + 1) / 100:
        place = {"epoch": at, "seconds": 10 * at, "step": round(at * 32)}
        loss = 100 if at < 0.05 else 2.3 - at
        train = {"loss": loss, "accuracy": at / 2, "learning_rate": at / 100}
        append(run, "metrics.jsonl", {**place, **train})
        shares = [0.04] * 10
        shares[3 if at < 1 else 7] = 0.64
        append(run, "probes.jsonl", {**place, "probabilities": [shares]})
        if at % 1 == 0:
            tested = {"val_loss": 0.5, "val_accuracy": at / 2.5}
            append(run, "metrics.jsonl", {**place, **train, **tested})
        if at % 0.25 == 0:
            tested = {"sample_loss": 0.5, "sample_accuracy": at / 2.5}
            append(run, "metrics.jsonl", {**place, **tested})
            mistake = {"index": 3, "label": 8, "predicted": 1, "confidence": at / 2.5}
            look = {"filters": [[100, -100, 0, 50] + [5] * 5], "mistakes": [mistake]}
            append(run, "snapshots.jsonl", {**place, **look})


def append(run: Run, name: str, row: dict) -> None:
    with (run.folder / name).open("a") as file:
        file.write(json.dumps(row) + "\n")


@contextmanager
def going_on(run: Run) -> Iterator[None]:
    """Be the run's worker, as far as others can see."""
    with (run.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run.update(status="running")
        yield
        run.update(status="stopped", reason="Stopped.")


def chart(page: Page, name: str) -> Locator:
    return page.get_by_role("img", name=re.compile(f"^{name} by epoch"))


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Go through the training")


def says(chart: Locator, text: str) -> None:
    expect(chart).to_have_attribute("aria-label", re.compile(text))


def figure(page: Page, name: str) -> Locator:
    return page.locator(".figures div", has_text=name).last.locator("dd")


def test_a_run_is_moved_through_without_the_server(visit, made_run):
    made_run("whole", until=2)
    page = visit("/train")
    card = page.get_by_role("img", name="Your digit 1")
    says(card, "read as 7 with 64 %, after 2.0 epochs, right")
    says(chart(page, "Accuracy"), r"at 2\.00 of 2\. whole.*: test 80\.0 %, training 9")
    says(chart(page, "Loss"), r"training 0\.3")
    expect(figure(page, "Images a second")).to_have_text("100")
    expect(page.get_by_role("img", name="Filter 1")).to_be_visible()
    expect(page.get_by_text("80 % sure")).to_be_visible()

    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", sent.append))
    slider(page).press("Home")
    says(card, "no idea yet, before the training")
    expect(figure(page, "Learning rate")).to_have_text("\u2013")
    for _ in range(3):
        slider(page).press("PageUp")
    slider(page).press("ArrowRight")
    expect(slider(page)).to_have_attribute("aria-valuetext", "Epoch 0.62 of 2")
    says(card, "read as 3 with 64 %, after 0.6 epochs, should be 7")
    says(chart(page, "Accuracy"), r"at 0\.62 .*test 20\.0 %, training 2")
    expect(figure(page, "Learning rate")).to_have_text("0.0062")
    expect(page.get_by_text("20 % sure")).to_be_visible()
    # The curve is whole, and brought out as far as the moment.
    whole, shown = (
        chart(page, "Loss").locator(f".{part} path.training").get_attribute("d")
        for part in ("whole", "shown")
    )
    assert whole == shown
    ticks = chart(page, "Loss").locator(".axes text").all_text_contents()
    assert float(ticks[-4]) <= 2.5, "2.3 can be read, a loss of 100 left the axis"

    page.get_by_role("button", name="Step back").click()
    expect(slider(page)).to_have_attribute("aria-valuetext", "Epoch 0.60 of 2")
    slider(page).press(" ")  # in steps: this browser asks for less motion
    expect(page.get_by_role("button", name="Stop playing")).to_be_visible()
    expect(slider(page)).to_have_attribute("aria-valuetext", "Epoch 0.70 of 2")
    page.get_by_role("button", name="Stop playing").click()
    slider(page).press("End")
    says(card, "after 2.0 epochs")
    assert (asked, sent) == ([], [])

    # A row of the table of all runs opens its run.
    page.get_by_text("Kept runs", exact=True).click()
    table = page.get_by_test_id("stDataFrameResizable")
    table.scroll_into_view_if_needed()
    table.click(position={"x": 15, "y": table.bounding_box()["height"] - 15})
    says(chart(page, "Accuracy"), "The model that ships: ")


def test_one_crosshair_reads_all_charts_and_runs(visit, made_run):
    made_run("whole", until=2)
    page = visit("/train")
    choice = page.get_by_role("combobox", name="Runs on the charts")
    choice.click()
    choice.press_sequentially("The published")
    page.get_by_role("option", name="The published run").click()
    choice.press("Escape")
    says(chart(page, "Accuracy"), r"whole.*: test .*The published run: test 99\.0 %")
    expect(page.locator(".figures h3")).to_have_text(
        [re.compile("whole"), re.compile("The pub")]
    )
    colours = page.locator(".figures .of-run").evaluate_all(
        "runs => runs.map((run) => run.style.getPropertyValue('--colour'))"
    )
    assert len(set(colours)) == 2
    for name in ("accuracy", "loss"):
        keys = page.locator(f".{name} .legend li")
        assert (
            keys.evaluate_all(
                "keys => keys.map((key) => key.style.getPropertyValue('--colour'))"
            )
            == colours
        )
        fits = "legend => legend.scrollWidth <= legend.clientWidth"
        assert page.locator(f".{name} .legend").evaluate(fits)

    # What is drawn anew is as high as the axis says.
    for name in ("Accuracy", "Loss"):
        lines = chart(page, name).locator(".shown .lines").bounding_box()
        assert lines["height"] > 50

    chart(page, "Accuracy").hover(position={"x": 150, "y": 50})
    told = [
        chart(page, name).get_attribute("aria-label")
        for name in ("Accuracy", "Loss", "Learning rate")
    ]
    moments = [re.search(r"at (\d+\.\d\d) of 10", each)[1] for each in told]
    assert len(set(moments)) == 1
    assert 0 < float(moments[0]) < 10
    page.mouse.move(5, 5)
    says(chart(page, "Loss"), r"at 10\.00 of 10")
    chart(page, "Loss").focus()
    chart(page, "Loss").press("ArrowLeft")
    says(chart(page, "Accuracy"), r"at 9\.90 of 10")
    chart(page, "Loss").press("Escape")
    says(chart(page, "Accuracy"), r"at 10\.00 of 10")

    page.get_by_label("log scale").check()
    ticks = chart(page, "Loss").locator(".axes text").all_text_contents()
    assert {"1", "10", "100"} <= set(ticks)


def test_a_run_that_goes_on_is_followed_left_behind_and_caught_up_with(visit, made_run):
    run = made_run("live", until=0.5)
    with going_on(run):
        page = visit("/train", **PHONE)
        accuracy = chart(page, "Accuracy")
        says(accuracy, r"at 0\.50 of 2")
        now = page.get_by_role("button", name="Back to now")
        expect(now).to_be_disabled()
        write(run, 0.5, 0.7)
        says(accuracy, r"at 0\.70 of 2")
        top = page.locator(".run-view").bounding_box()["y"]
        expect(page.get_by_role("img", name="Your digit 1")).to_be_visible()
        box = accuracy.bounding_box()
        around = 250  # pixels for the pages, the buttons, and the bar of the replay
        assert box["y"] + box["height"] - top < 844 - around

        bar = slider(page).bounding_box()
        middle = bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2
        page.touchscreen.tap(*middle)
        says(accuracy, r"at 0\.3\d of 2")
        moment = accuracy.get_attribute("aria-label").split(". ")[0]
        write(run, 0.7, 0.9)
        expect(page.get_by_text("epoch 0.9 of 2")).to_be_visible()
        assert accuracy.get_attribute("aria-label").startswith(moment)
        now.click()
        says(accuracy, r"at 0\.90 of 2")
    expect(page.get_by_text(re.compile("^Stopped.*epoch 0.9"))).to_be_visible()
    says(accuracy, r"at 0\.90 of 2")
    until(lambda: not run.read().is_active)
