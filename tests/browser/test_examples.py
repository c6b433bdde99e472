"""The pages that travel with an exported model read a picture, by npm's packages."""

import zipfile
from pathlib import Path

import pytest

from mnist_core.export import runtimes
from mnist_core.export.examples import IN_BROWSERS
from mnist_core.export.formats import FORMATS
from mnist_core.models import registry
from tests.browser.conftest import PATIENCE
from tests.export.conftest import pictures  # noqa: F401 - a fixture

MODULES = Path(__file__).with_name("node_modules")
# LiteRT.js looks for a graphics card first, and without one Chromium never answers.
NO_GPU = "Object.defineProperty(navigator, 'gpu', { value: undefined })"
ADDRESS = "http://localhost/"  # nobody is asked: every file is on the disk


@pytest.mark.parametrize("name", IN_BROWSERS)
def test_a_page_reads_pictures(browser, tmp_path, pictures, name, monkeypatch):  # noqa: F811
    for package in FORMATS[name].packages:
        pytest.importorskip(package, reason="requirements-export.txt is not installed")
    if not MODULES.is_dir():
        pytest.skip("npm was missing, or could not install tests/browser/package.json")
    monkeypatch.setattr(runtimes, "IMAGES", 20)
    written = tmp_path / "model.zip"
    runtimes.write(registry.find("pretrained"), written, name)
    with zipfile.ZipFile(written) as archive:
        archive.extractall(tmp_path)

    def answer(route):
        path = route.request.url.removeprefix(ADDRESS)
        folder = MODULES.parent if path.startswith("node_modules/") else tmp_path
        route.fulfill(path=folder / path)

    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.add_init_script(NO_GPU)
    page.route(f"{ADDRESS}**", answer)
    page.goto(f"{ADDRESS}read_digit.html")
    for digit, picture in pictures.items():
        page.set_input_files("input", picture)
        page.wait_for_function("document.querySelector('output').value != ''")
        assert page.evaluate("document.querySelector('output').value") == str(digit)
        page.evaluate("document.querySelector('output').value = ''")
    page.close()
