"""What it costs to watch: processor seconds of worker and server, and of bare Keras."""

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

PAIRS = 5
TICK = os.sysconf("SC_CLK_TCK")
BARE = """
from mnist_core import data, network, recipes
recipe, mnist = recipes.get("quick"), data.load_mnist()
network.build(recipe).fit(
    *data.prepare(mnist.x_train, mnist.y_train),
    batch_size=recipe.batch_size,
    epochs=recipe.epochs,
    validation_data=data.prepare(mnist.x_test, mnist.y_test),
    verbose=0,
)
"""


def watched() -> Iterator[tuple[str, str]]:
    """The quick recipe with one viewer and with three, and the same fit in bare Keras.

    Without digits to watch and without tests part-way, which bare Keras has not.
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
    """Train in a worker while the pages look on."""
    before, spent = _children(), _processor_seconds(server)
    run = manager.start(recipes.get("quick"), snapshots=False)
    run.wait()
    while Path(f"/proc/{run.state['pid']}").exists():
        time.sleep(0.05)  # until its seconds are added to those of the children
    manager.delete(run)
    return _children() - before + _processor_seconds(server) - spent


def _settle(server: int) -> None:
    """Return when the server has loaded what it loads once, TensorFlow above all."""
    spent = -1.0
    while _processor_seconds(server) - spent > 0.3:  # of five seconds
        spent = _processor_seconds(server)
        time.sleep(5)


def _bare() -> float:
    before = _children()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([sys.executable, "-c", BARE], check=True, **quiet)
    return _children() - before


def _children() -> float:
    """Processor seconds of the processes that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _processor_seconds(process: int) -> float:
    """Of a process that goes on."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK
