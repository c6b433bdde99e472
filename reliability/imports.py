"""What Keras 2 stored, and somebody else may have made: JSON and HDF5."""

import io
import json
from pathlib import Path
from typing import Any, Final

import h5py
import numpy as np
from hypothesis import strategies as st

from mnist_core.errors import ImportRefused
from mnist_core.storage.paths import data_dir
from reliability.mutations import json_files, spoiled
from reliability.way_in import WayIn


def _take(case: tuple[bytes, bytes]) -> None:
    from mnist_core.models import keras2  # noqa: PLC0415 - loads TensorFlow

    folder = data_dir()
    folder.mkdir(parents=True, exist_ok=True)
    files = folder / "odd.json", folder / "odd.h5"
    for path, content in zip(files, case, strict=True):
        path.write_bytes(content)
    imported = keras2.load(*files)
    assert imported.model.output_shape == (None, 10)


def _architecture() -> Any:
    """Return what Keras 2 said of a network of ours."""
    pair = Path(__file__).parents[1] / "tests" / "models" / "keras2"
    return json.loads((pair / "model_digit.json").read_text())


def _weights() -> bytes:
    """Return a file of weights with one array in it."""
    file = io.BytesIO()
    with h5py.File(file, "w") as weights:
        weights.attrs["layer_names"] = [b"dense"]
        group = weights.create_group("dense")
        group.attrs["weight_names"] = [b"dense/kernel:0"]
        group["dense/kernel:0"] = np.zeros((8, 10), np.float32)
    return file.getvalue()


def _cases() -> st.SearchStrategy[tuple[bytes, bytes]]:
    whole = st.just(json.dumps(_architecture()).encode())
    return st.tuples(whole | json_files([_architecture()]), spoiled([_weights()]))


IMPORTS: Final = WayIn(
    st.deferred(_cases),
    _take,
    (ImportRefused,),
    (),
    "a pair of files that Keras 2 wrote",
)
