"""What hosts are given: an image with what the app imports, a unit for systemd."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CHECK = """
import server
from mnist_core.cli import parser
from mnist_core.models import registry
print(server.__file__, registry.default().problem)
"""


@pytest.fixture
def image(tmp_path) -> Path:
    """What .dockerignore lets into the image: `COPY . .` takes it."""
    folder = tmp_path / "app"
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines  # all but these
    for name in (line[1:].rstrip("/") for line in lines if line.startswith("!")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name)
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


def test_all_that_the_app_imports_is_in_the_image(image):
    told = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.append('.')\n{CHECK}"],
        cwd=image,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.split() == [str(image / "server.py"), "None"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is missing")
def test_systemd_understands_its_unit(tmp_path):
    shipped = (ROOT / "deploy" / "mnist-studio.service").read_text()
    # It looks for the program, which is elsewhere here.
    unit = shipped.replace("/opt/mnist-studio/.venv/bin/streamlit", sys.executable)
    assert unit != shipped
    (tmp_path / "mnist-studio.service").write_text(unit)
    told = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / "mnist-studio.service"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, told.stderr) == (0, "")
