"""Write a network as ONNX, an operator a layer, and read it back.

Keras's own exporter traces TensorFlow's graph by tf2onnx, a package that brings others.
The networks of this project have seven kinds of layers, each with an operator in ONNX.
"""

from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from mnist_core.export.check import Answer

FILE: Final = "model.onnx"
INPUT, OUTPUT = "images", "probabilities"
# Of 2022: what came later has nothing for these layers, and older runtimes read this.
OPSET, IR_VERSION = 17, 8
ACTIVATIONS: Final = {"relu": "Relu", "softmax": "Softmax"}


def write(model: keras.Model, folder: Path) -> None:
    """Write a network as ONNX: float32 (n, 28, 28, 1) -> probabilities (n, 10).

    Raises:
        NotImplementedError: it has a layer that no network of this project has.
    """
    import onnx  # noqa: PLC0415 - an extra

    graph = _Graph()
    # In ONNX channels come first. The images have one, so nothing has to be moved.
    graph.add("Reshape", np.array([-1, 1, *model.input_shape[1:3]]))
    for layer in model.layers:
        _add(graph, layer)
    graph.add("Identity", output=OUTPUT)
    onnx.save(graph.to_model(model), folder / FILE)


def load(folder: Path) -> Answer:
    """Load what `write` wrote."""
    from onnxruntime import InferenceSession  # noqa: PLC0415 - an extra

    session = InferenceSession(folder / FILE, providers=["CPUExecutionProvider"])
    return lambda image: session.run([OUTPUT], {INPUT: image})[0]


class _Graph:
    """A chain of operators, and the arrays that they hold."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._arrays: list[Any] = []
        self._last = INPUT

    def add(
        self,
        operator: str,
        *arrays: NDArray[Any],
        output: str | None = None,
        **attributes: Any,
    ) -> None:
        """Add an operator on what the last one gave, and on these arrays."""
        from onnx import helper, numpy_helper  # noqa: PLC0415 - an extra

        name = output or f"{operator.lower()}_{len(self._nodes)}"
        names = [f"{name}_{place}" for place in range(len(arrays))]
        self._arrays += map(numpy_helper.from_array, arrays, names)
        inputs = [self._last, *names]
        self._nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        self._last = name

    def to_model(self, model: keras.Model) -> Any:
        """Return the chain as an ONNX model, checked by ONNX's own rules."""
        from onnx import TensorProto, checker, helper  # noqa: PLC0415 - an extra

        shapes = {INPUT: model.input_shape, OUTPUT: model.output_shape}
        images, probabilities = (
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", *shape[1:]])
            for name, shape in shapes.items()
        )
        graph = helper.make_graph(
            self._nodes, model.name, [images], [probabilities], self._arrays
        )
        opset = [helper.make_opsetid("", OPSET)]
        made = helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION)
        checker.check_model(made, full_check=True)
        return made


def _add(graph: _Graph, layer: layers.Layer) -> None:
    """Add the operators of a layer; channels come first until it is flattened."""
    weights = layer.get_weights()
    match layer:
        case layers.Dropout():
            return  # there is none once a network is trained
        case layers.Conv2D(strides=(1, 1), dilation_rate=(1, 1), groups=1):
            kernel, *bias = weights
            width = layer.kernel_size[0] // 2 if layer.padding == "same" else 0
            graph.add(
                "Conv",
                kernel.transpose(3, 2, 0, 1),  # (h, w, inputs, channels) in Keras
                *bias,
                pads=[width] * 4,
            )
        case layers.MaxPooling2D(padding="valid"):
            sides = {"kernel_shape": layer.pool_size, "strides": layer.strides}
            graph.add("MaxPool", **sides)
        case layers.BatchNormalization():
            graph.add("BatchNormalization", *weights, epsilon=layer.epsilon)
        case layers.ReLU():
            graph.add("Relu")
        case layers.Flatten():
            graph.add("Transpose", perm=[0, 2, 3, 1])  # Keras flattens channels last
            graph.add("Flatten")
        case layers.Dense():
            graph.add("Gemm", *weights)
        case _:
            raise NotImplementedError(f"no operator of ONNX is known for {layer.name}")
    _activate(graph, layer)


def _activate(graph: _Graph, layer: layers.Layer) -> None:
    """Add the operator of what a layer does to its results, if it does something."""
    name = getattr(getattr(layer, "activation", None), "__name__", "linear")
    if name in ACTIVATIONS:
        graph.add(ACTIVATIONS[name])
    elif name != "linear":
        raise NotImplementedError(f"no operator of ONNX is known for {name}")
