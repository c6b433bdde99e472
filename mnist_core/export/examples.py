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

const [picker, output] = document.querySelectorAll("input, output");

function look(width, height, paper, ...drawn) {
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.imageSmoothingQuality = "high";
  canvas.fillStyle = "rgb(" + [paper, paper, paper] + ")";
  canvas.fillRect(0, 0, width, height);
  canvas.drawImage(...drawn);
  return canvas.getImageData(0, 0, width, height).data.filter((_, at) => at % 4 == 1);
}

picker.onchange = async () => {
  const picture = await createImageBitmap(picker.files[0]);
  const { width, height } = picture;
  const levels = look(width, height, 255, picture, 0, 0);
  const [paper] = levels;
  const inks = levels.map((level) => Math.abs(level - paper));
  const most = inks.reduce((least, ink) => Math.max(least, ink));
  const inked = [...inks.keys()].filter((at) => inks[at] > most / 4);
  const xs = inked.map((at) => at % width).sort((a, b) => a - b);
  const ys = inked.map((at) => Math.floor(at / width)); // these grow already
  const side = 1.4 * Math.max(xs.at(-1) + 1 - xs[0], ys.at(-1) + 1 - ys[0]);
  const corner = [xs, ys].map((places) => {
    const middle = places.reduce((sum, each) => sum + each + 0.5, 0) / places.length;
    const start = middle - (side * 14.5) / 28;
    return Math.min(Math.max(start, places.at(-1) + 1 - side), places[0]);
  });
  const small = look(28, 28, paper, picture, ...corner, side, side, 0, 0, 28, 28);
  const image = Float32Array.from(small, (level) => Math.abs(level - paper));
  const darkest = Math.max(...image);
  const probabilities = await ask(image.map((ink) => ink / darkest));
  output.value = probabilities.indexOf(Math.max(...probabilities));
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
