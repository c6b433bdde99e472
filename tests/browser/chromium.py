"""Find a Chromium for the browser tests, or get one.

    python -m tests.browser.chromium

The environment variable CHROMIUM names one to use instead of looking.
"""

import os
import shutil
import subprocess
import sys

ELSEWHERE = "digits.example"
"""A name that the tests' browser takes for this machine, and the server does not."""

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-proxy-server",
    "--js-flags=--single-threaded",  # a page lives for seconds: less is compiled
    "--process-per-site",  # a window's pages share what is compiled
    f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1",
]
SYSTEM = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
]
ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def find() -> str | None:
    """Return the path of a Chromium that runs, without installing anything."""
    if chosen := os.environ.get("CHROMIUM"):
        return _working(chosen)
    for name in SYSTEM:
        if path := _working(name):
            return path
    # In a process of its own: Playwright's API refuses to start inside an event loop.
    answer = _output(sys.executable, "-c", ASK_PLAYWRIGHT)
    return _working(answer) if answer else None


def main() -> int:
    """Find or install one; fail only in CI, where skipped tests would go unseen."""
    path = find()
    if not path and not os.environ.get("CHROMIUM"):
        path = _install()
    if path:
        print(f"Browser tests will use {path}")
        return 0
    if chosen := os.environ.get("CHROMIUM"):
        print(f"CHROMIUM is set to {chosen}, which does not run.")
    print("No Chromium to be had, so the browser tests will be skipped.")
    print("Install Chromium or Chrome, or set CHROMIUM to the path of one.")
    return int(os.environ.get("CI") == "true")


def _install() -> str | None:
    print("No Chromium found; downloading Playwright's ...", flush=True)
    # --no-shell: the tests start the browser by its path and need no second one.
    download = [sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"]
    _run(download, {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000"})  # milliseconds
    if path := find():
        return path
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("That did not work; installing Debian's package instead ...", flush=True)
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-qq", "--no-install-recommends", "chromium"]
        _run(["apt-get", "update", "-qq"], quiet)
        _run(install, quiet)
    return find()


def _working(name: str) -> str | None:
    """Return the full path, if it runs: Ubuntu's chromium-browser may be a stub."""
    path = shutil.which(name)
    return path if path and _output(path, "--version") else None


def _output(*command: str) -> str | None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _run(command: list[str], settings: dict[str, str]) -> None:
    """Run a command, showing what it says; whether it worked, find() will tell."""
    try:
        subprocess.run(command, env=os.environ | settings, timeout=900, check=False)
    except subprocess.TimeoutExpired:
        print("Gave up after 15 minutes.")


if __name__ == "__main__":
    sys.exit(main())
