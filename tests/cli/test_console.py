import subprocess
import sys

import pytest
from PIL import Image

from mnist_core.cli import console


def test_tensorflow_writes_nothing_beside_an_answer(tmp_path):
    Image.new("L", (28, 28), 255).save(path := tmp_path / "empty.png")
    command = [sys.executable, "-m", "mnist_core", "predict", str(path), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr.strip() == ""
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("share", "text"), [(0.993245, "99.32 %"), (1.0, "100.00 %"), (None, "")]
)
def test_shares_are_percentages_for_people(share, text):
    assert console.percent(share) == text


def test_facts_stand_in_two_columns(capsys):
    console.print_facts({"model": "ada", "test accuracy": "99.32 %"})
    first, second = capsys.readouterr().out.splitlines()
    assert first.index("ada") == second.index("99.32 %")


def test_other_data_than_mnist_need_no_download(capsys):
    console.ensure_mnist("synthetic")
    assert capsys.readouterr().err == ""
