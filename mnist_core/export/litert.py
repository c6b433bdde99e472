"""Write a network for LiteRT, once named TensorFlow Lite, and read it back."""

from pathlib import Path
from typing import Any, Final

import keras
import tensorflow as tf

from mnist_core.export.check import Answer

FILE: Final = "model.tflite"


def write(model: keras.Model, folder: Path, **options: Any) -> None:
    """Write a network for LiteRT, one image at a time; `options`: its converter's."""
    # In browsers the runtime refuses a model that takes any number of images.
    one = tf.TensorSpec((1, *model.input_shape[1:]), tf.float32, name="images")
    model.export(
        folder / FILE, format="litert", verbose=False, input_signature=[one], **options
    )


def write_int8(model: keras.Model, folder: Path) -> None:
    """Write a network with weights of 8 bits; it reckons with 32 all the same."""
    write(model, folder, optimizations=[tf.lite.Optimize.DEFAULT])


def load(folder: Path) -> Answer:
    """Load what `write` or `write_int8` wrote."""
    from ai_edge_litert.interpreter import Interpreter  # noqa: PLC0415 - an extra

    interpreter = Interpreter(str(folder / FILE), num_threads=1)
    run = interpreter.get_signature_runner()
    return lambda image: run(images=image)["output_0"]
