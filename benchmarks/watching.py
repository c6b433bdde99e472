"""Measure what watching a run costs, in processor seconds beside bare Keras."""

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from mnist_core import recipes
from mnist_core.runs import manager
from tests.browser import chromium
from tests.browser.server import start
from tests.browser.waiting import wait_until

PAIRS = 5
LIMIT = 1_800  # seconds that one training may take
SETTLE_AT_MOST = 120  # seconds until the server has loaded everything
TICK = os.sysconf("SC_CLK_TCK")
BARE = """
from mnist_core import data, recipes
from mnist_core.models import networks
recipe, mnist = recipes.get("quick"), data.load_mnist()
networks.build(recipe).fit(
    *data.prepare(mnist.x_train, mnist.y_train),
    batch_size=recipe.batch_size,
    epochs=recipe.epochs,
    validation_data=data.prepare(mnist.x_test, mnist.y_test),
    verbose=0,
)
"""


def watched() -> Iterator[tuple[str, str]]:
    """Train by the quick recipe with one and three viewers, and the same in bare Keras.

    There are no probes and no tests part-way, which bare Keras has not.
    """
    path = chromium.find()
    if not path or not Path("/proc").exists():
        yield "processor seconds of watching", "needs Linux and a Chromium"
        return
    with start() as (address, server), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        for viewers in (1, 3):
            pages = [browser.new_page() for _ in range(viewers)]
            for page in pages:
                page.goto(f"{address}/train", timeout=90_000)
                button = page.get_by_role("button", name="Start training")
                expect(button).to_be_visible(timeout=90_000)
            _settle(server)
            pairs = [(_watched(server), _bare()) for _ in range(PAIRS)]
            ratio = statistics.median(ours / bare for ours, bare in pairs)
            ours, bare = (statistics.median(each) for each in zip(*pairs, strict=True))
            who = f"{viewers} viewer{'s' * (viewers > 1)}"
            yield f"{who}: processor seconds, bare Keras", f"{ours:.1f} s, {bare:.1f} s"
            yield f"{who}: worker and server / bare Keras", f"{ratio:.2f}"
            for page in pages:
                page.close()


def _watched(server: int) -> float:
    """Train in a worker while the pages watch; return what worker and server took."""
    children, spent = _children(), processor_seconds(server)
    run = manager.start(recipes.get("quick"), snapshots=False)
    wait_until(
        lambda: not run.read().is_active,
        seconds=LIMIT,
        problem="the run has not finished",
    )
    # Its seconds are added to those of the children when it is gone.
    worker = Path(f"/proc/{run.read().pid}")
    wait_until(lambda: not worker.exists(), seconds=60, problem="the worker is left")
    manager.delete(run)
    return _children() - children + processor_seconds(server) - spent


def _settle(server: int) -> None:
    """Return when the server has loaded what it loads once, TensorFlow above all."""
    for _ in range(SETTLE_AT_MOST // 5):
        spent = processor_seconds(server)
        time.sleep(5)
        if processor_seconds(server) - spent <= 0.3:  # of five seconds
            return
    raise TimeoutError(f"the server is still busy after {SETTLE_AT_MOST} seconds")


def _bare() -> float:
    """Train in bare Keras; return the processor seconds that it took."""
    before = _children()
    subprocess.run(
        [sys.executable, "-c", BARE],
        check=True,
        timeout=LIMIT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return _children() - before


def _children() -> float:
    """Return the processor seconds of this process's children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def processor_seconds(process: int) -> float:
    """Return the processor seconds so far of a process that goes on."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK
