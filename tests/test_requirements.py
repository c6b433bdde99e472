"""The requirements name what is imported, and the locks hold what they name."""

import ast
import re
import sys
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APP = ("app.py", "server.py", "mnist_core", "pages")
TOOLS = ("benchmarks", "reliability", "tests")
OURS = {"mnist_core", "pages", "server", *TOOLS}
# Where a package is not named as its module:
PACKAGES = {"PIL": "pillow", "skimage": "scikit-image", "xdist": "pytest-xdist"}
NAMED = (
    *("requirements.txt", "requirements-export.txt", "requirements-cluster.txt"),
    "tests/requirements.txt",
)
LOCKS = (
    *("requirements.lock", "requirements-cpu.lock", "requirements-cluster.lock"),
    "tests/requirements.lock",
)


def imported(*places: str) -> set[str]:
    """Return the packages that the files in these places import."""
    files = [file for place in places for file in (ROOT / place).rglob("*.py")]
    files += [ROOT / place for place in places if place.endswith(".py")]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text()))]
    names = [
        alias.name
        for each in nodes
        if isinstance(each, ast.Import)
        for alias in each.names
    ]
    names += [
        each.module for each in nodes if isinstance(each, ast.ImportFrom) if each.module
    ]
    tops = {name.split(".")[0] for name in names} - OURS - sys.stdlib_module_names
    return {PACKAGES.get(top, top).replace("_", "-").lower() for top in tops}


def pins(name: str) -> dict[str, str]:
    """Return the version of each package that a requirements file or a lock pins."""
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", (ROOT / name).read_text(), re.M))


def test_every_package_that_is_imported_is_named():
    for_app = pins("requirements.txt")
    extras = pins("requirements-export.txt") | pins("requirements-cluster.txt")
    for_tests = for_app | pins("tests/requirements.txt")
    # Streamlit's server stands on it, and tests speak to that server by it: it comes
    # with Streamlit, in the version that requirements.lock names.
    of_streamlit = {"websockets"}
    of_keras_2 = {"tf-keras"}  # wrote files for a test, once, and is set beside these
    assert imported(*APP) <= for_app.keys() | extras.keys()
    # `make bench`, `make fuzz` and the like set up what the tests need as well.
    named = for_tests.keys() | extras.keys() | of_streamlit | of_keras_2
    assert imported(*APP, *TOOLS) <= named


@pytest.mark.parametrize("name", NAMED)
def test_each_has_its_reason(name):
    lines = (ROOT / name).read_text().splitlines()
    for before, line in pairwise(lines):
        assert "==" not in line or before.startswith("# "), line


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_what_is_named_and_a_hash_for_each(name):
    named = {**pins(name.replace("lock", "txt"))}
    if name == "tests/requirements.lock":
        named |= pins("requirements-export.txt")
    if name == "requirements-cpu.lock":
        named |= pins("requirements.txt")
        assert named.pop("tensorflow") == named["tensorflow-cpu"]
    locked = pins(name)
    assert named.items() <= locked.items()
    blocks = re.split(r"\n(?=[a-z])", (ROOT / name).read_text())[1:]
    assert len(blocks) >= len(locked)
    assert all("--hash=sha256:" in block for block in blocks)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_index(name):
    assert not re.search(
        r"https?:|file:|--(extra-)?index|--find", (ROOT / name).read_text()
    )


def test_the_locks_agree():
    app, small, cluster, tests = map(pins, LOCKS)
    del app["tensorflow"], small["tensorflow-cpu"]
    assert app == small
    known = app | tests
    assert all(app.get(name, version) == version for name, version in tests.items())
    assert all(known.get(name, version) == version for name, version in cluster.items())
