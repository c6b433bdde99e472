"""Short programs that read a picture with an exported model, without this project.

    examples.of("onnx")      # {"read_digit.py": "...", "read_digit.html": "..."}

Each frames the digit as MNIST's are framed: its longer side takes 20 of 28 pixels, and
its centre of mass comes to the middle. The colour of a corner is taken for paper's.
"""

from string import Template
from typing import Final

PYTHON: Final = Template('''\
"""Read the digit in a picture, beside the model: python read_digit.py seven.png

pip install $packages
"""

import sys
$imports

picture = Image.open(sys.argv[1]).convert("RGBA")
white = Image.new("RGBA", picture.size, "white")
grey = np.float32(Image.alpha_composite(white, picture).convert("L"))
ink = abs(grey - grey[0, 0])
rows, columns = np.nonzero(ink > ink.max() / 4)
ink = ink[min(rows) : max(rows) + 1, min(columns) : max(columns) + 1]
height, width = (max(round(side * 20 / max(ink.shape)), 1) for side in ink.shape)
small = np.float32(Image.fromarray(ink).resize((width, height), Image.Resampling.BOX))
image = np.zeros((28, 28), np.float32)
image[:height, :width] = small / small.max()
middle = [image.sum(axis) @ np.arange(28) / image.sum() for axis in (1, 0)]
down, across = np.clip(np.rint(14 - np.array(middle)), 0, [28 - height, 28 - width])
images = np.roll(image, (int(down), int(across)), (0, 1)).reshape(1, 28, 28, 1)
$ask
print(np.argmax(probabilities))
''')

PAGE: Final = Template("""\
<!doctype html>
<!-- Reads the digit in a picture. Beside this file: npm install $packages
     Then: python -m http.server, and open http://localhost:8000/read_digit.html -->
<meta charset="utf-8"><title>Read a digit</title>
<input type="file" accept="image/*"> <output></output>
<script type="importmap">
{ "imports": {
$modules
} }
</script>
<script type="module">
$imports

function grey(width, height, paper, ...drawn) {
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.imageSmoothingQuality = "high";
  canvas.fillStyle = paper;
  canvas.fillRect(0, 0, width, height);
  canvas.drawImage(...drawn);
  return canvas.getImageData(0, 0, width, height).data.filter((_, at) => at % 4 == 1);
}

document.querySelector("input").onchange = async ({ target }) => {
  const picture = await createImageBitmap(target.files[0]);
  const { width, height } = picture;
  const levels = grey(width, height, "white", picture, 0, 0);
  const [paper] = levels;
  const inks = levels.map((level) => Math.abs(level - paper));
  const most = inks.reduce((least, ink) => Math.max(least, ink));
  let [top, left, bottom, right, sum, down, across] = [height, width, 0, 0, 0, 0, 0];
  inks.forEach((ink, at) => {
    if (ink <= most / 4) return;
    const [y, x] = [Math.floor(at / width), at % width];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
    [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
    [sum, down, across] = [sum + ink, down + ink * (y + 0.5), across + ink * (x + 0.5)];
  });
  const side = 28 * Math.max(bottom - top, right - left) / 20;
  const start = (middle, from, to) =>
    Math.min(Math.max(middle - side * 14.5 / 28, to - side), from);
  const corner = [start(across / sum, left, right), start(down / sum, top, bottom)];
  const colour = "rgb(" + [paper, paper, paper] + ")";
  const small = grey(28, 28, colour, picture, ...corner, side, side, 0, 0, 28, 28);
  const image = Float32Array.from(small, (level) => Math.abs(level - paper));
  const darkest = Math.max(...image);
  const probabilities = await ask(image.map((ink) => ink / darkest));
  const digit = probabilities.indexOf(Math.max(...probabilities));
  document.querySelector("output").value = digit;
};
</script>
""")

KERAS: Final = """
import keras
import numpy as np
from PIL import Image"""
LITERT: Final = {
    "packages": "ai-edge-litert numpy pillow",
    "imports": """
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image""",
    "ask": """\
model = Interpreter("model.tflite").get_signature_runner()
probabilities = model(images=images)["output_0"]""",
}
LITERT_PAGE: Final = {
    "packages": "@litertjs/core",
    "modules": """\
  "@litertjs/core": "./node_modules/@litertjs/core/dist/index.js",
  "@litertjs/wasm-utils": "./node_modules/@litertjs/wasm-utils/dist/index.js\"""",
    "imports": """\
import { loadAndCompile, loadLiteRt, Tensor } from "@litertjs/core";

const loaded = loadLiteRt("./node_modules/@litertjs/core/wasm/")
  .then(() => loadAndCompile("model.tflite", { accelerator: "wasm" }));
async function ask(image) {
  const model = await loaded;
  const [probabilities] = await model.run(new Tensor(image, [1, 28, 28, 1]));
  return probabilities.data();
}""",
}

IN_PYTHON: Final[dict[str, dict[str, str]]] = {
    "keras": {
        "packages": "keras tensorflow pillow",
        "imports": KERAS,
        "ask": """\
model = keras.models.load_model("model.keras")
probabilities = model(images)""",
    },
    "saved_model": {
        "packages": "tensorflow pillow",
        "imports": """
import numpy as np
import tensorflow as tf
from PIL import Image""",
        "ask": """\
model = tf.saved_model.load("saved_model")
probabilities = model.serve(tf.constant(images))""",
    },
    "litert": LITERT,
    "litert-int8": LITERT,
    "onnx": {
        "packages": "onnxruntime numpy pillow",
        "imports": """
import numpy as np
import onnxruntime
from PIL import Image""",
        "ask": """\
model = onnxruntime.InferenceSession("model.onnx")
(probabilities,) = model.run(None, {"images": images})""",
    },
    "json+h5": {
        "packages": "keras tensorflow pillow",
        "imports": f"from pathlib import Path\n{KERAS}",
        "ask": """\
model = keras.models.model_from_json(Path("model_digit.json").read_text())
model.load_weights("model_digit.weights.h5")
probabilities = model(images)""",
    },
}

IN_BROWSERS: Final[dict[str, dict[str, str]]] = {
    "litert": LITERT_PAGE,
    "litert-int8": LITERT_PAGE,
    "onnx": {
        "packages": "onnxruntime-web",
        "modules": """\
  "onnxruntime-web": "./node_modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs\"""",
        "imports": """\
import { InferenceSession, Tensor } from "onnxruntime-web";

const loaded = InferenceSession.create("model.onnx");
async function ask(image) {
  const model = await loaded;
  const images = new Tensor("float32", image, [1, 28, 28, 1]);
  return (await model.run({ images })).probabilities.data;
}""",
    },
}


def of(format: str) -> dict[str, str]:
    """Return the programs that travel along with a format, by their files' names."""
    programs = {"read_digit.py": PYTHON.substitute(IN_PYTHON[format])}
    if format in IN_BROWSERS:
        programs["read_digit.html"] = PAGE.substitute(IN_BROWSERS[format])
    return programs
