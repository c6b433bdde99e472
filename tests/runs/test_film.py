import io
import json

import numpy as np
import pytest
from PIL import Image

from mnist_core import recipes
from mnist_core.errors import NothingToFilm
from mnist_core.runs import film, manager, probes

RECIPE = recipes.get("quick", data="synthetic", images=1000)


@pytest.fixture
def run(worker):
    image = np.zeros((28, 28), np.float32)
    image[4:24, 13:15] = 1
    worker.append(manager.start(RECIPE, probes=[probes.Probe(image, 1)]))
    return worker[-1]


def train(run, *, loss: float = 1.0) -> None:
    """What half an epoch leaves, in which the network learns the probe's digit."""
    places = [{"epoch": n / 20, "seconds": n / 4, "step": n} for n in range(1, 11)]
    rows = [{**place, "loss": loss, "accuracy": 0.5} for place in places]
    scores = {"sample_loss": 0.5, "sample_accuracy": 0.9}
    rows += [{**place, **scores} for place in places[::3]]
    answers = [
        {
            **place,
            "probabilities": [
                [0.9 if d == place["step"] % 10 else 0 for d in range(10)]
            ],
        }
        for place in places
    ]
    for name, lines in (("metrics", rows), ("probes", answers)):
        text = "".join(f"{json.dumps(line)}\n" for line in lines)
        (run.folder / f"{name}.jsonl").write_text(text)


@pytest.mark.parametrize("suffix", ["webp", "gif"])
def test_a_film_lasts_ten_seconds_and_is_small(run, tmp_path, suffix):
    train(run)
    shares = []
    path = tmp_path / f"film.{suffix}"
    film.save(run, path, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert path.stat().st_size < 2_000_000
    with Image.open(path) as moving:
        assert moving.format == suffix.upper()
        lasts, pictures = 0, []
        for number in range(moving.n_frames):
            moving.seek(number)
            moving.load()
            lasts += moving.info["duration"]
            pictures.append(np.asarray(moving.convert("RGB"), int))
    assert lasts == pytest.approx(10_000, abs=100)
    # The probe and its digit on the left, and the curves on the right, both move.
    middle = film.CHART_LEFT - 60
    for half in (np.s_[:, :middle], np.s_[:, middle:]):
        assert np.abs(pictures[0][half] - pictures[-1][half]).max() > 100


def test_a_run_without_probes_and_with_odd_losses_can_be_filmed(run):
    train(run, loss=1e30)
    (run.folder / "probes" / "1.png").unlink()
    (run.folder / "probes.jsonl").unlink()
    with Image.open(io.BytesIO(film.to_bytes(run))) as moving:
        assert moving.is_animated


def test_before_there_is_anything_there_is_no_film(run):
    with pytest.raises(NothingToFilm):
        film.to_bytes(run)
