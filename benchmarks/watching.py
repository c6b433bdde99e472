"""Measure what watching a run costs, in processor seconds beside bare Keras."""

import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from benchmarks import fits
from mnist_core import recipes
from tests.browser import chromium
from tests.browser.server import start

PAIRS = 5
SETTLE_AT_MOST = 120  # seconds until the server has loaded everything
TICK = os.sysconf("SC_CLK_TCK")
VIEWERS = {1: "at most 1.10", 3: "at most 1.15", 10: "at most 1.30"}


def watched() -> Iterator[tuple[str, ...]]:
    """Train by the quick recipe with viewers, and the same in bare Keras.

    There are no probes and no tests part-way, which bare Keras has not.
    """
    path = chromium.find()
    if not path or not Path("/proc").exists():
        yield "processor seconds of watching", "needs Linux and a Chromium"
        return
    with start() as (address, server), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        for viewers, bar in VIEWERS.items():
            pages = [browser.new_page() for _ in range(viewers)]
            for page in pages:
                page.goto(f"{address}/train", timeout=90_000)
                button = page.get_by_role("button", name="Start training")
                expect(button).to_be_visible(timeout=90_000)
            _settle(server)
            recipe = recipes.get("quick")
            pairs = [
                (_watched(server), fits.fit_in_bare_keras(recipe).processor_seconds)
                for _ in range(PAIRS)
            ]
            ratio = statistics.median(ours / bare for ours, bare in pairs)
            ours, bare = (statistics.median(each) for each in zip(*pairs, strict=True))
            who = f"{viewers} viewer{'s' * (viewers > 1)}"
            yield f"{who}: processor seconds, bare Keras", f"{ours:.1f} s, {bare:.1f} s"
            yield f"{who}: worker and server / bare Keras", f"{ratio:.2f}", bar
            for page in pages:
                page.close()


def _watched(server: int) -> float:
    """Train in a worker while the pages watch; return what worker and server took."""
    spent = processor_seconds(server)
    worker = fits.train(recipes.get("quick"), snapshots=False).processor_seconds
    return worker + processor_seconds(server) - spent


def _settle(server: int) -> None:
    """Return when the server has loaded what it loads once."""
    for _ in range(SETTLE_AT_MOST // 5):
        spent = processor_seconds(server)
        time.sleep(5)
        if processor_seconds(server) - spent <= 0.3:  # of five seconds
            return
    raise TimeoutError(f"the server is still busy after {SETTLE_AT_MOST} seconds")


def processor_seconds(process: int) -> float:
    """Return the processor seconds so far of a process that goes on."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK
