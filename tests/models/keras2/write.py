"""Write what the published work's code wrote: by Keras 2, which is tf_keras today.

pip install --no-deps --target /tmp/keras2 tf_keras==2.21.0
PYTHONPATH=/tmp/keras2 python -m tests.models.keras2.write

It is set beside the app's packages, not among them: with what it asks for it would take
the place of the installed TensorFlow. The network is `quick`, the smallest; its answers
to the first made-up test digits are kept beside the pair.
"""

import json
import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"

import tf_keras
from tf_keras import layers

from mnist_core import data
from tests.models.test_keras2 import ANSWERS, ARCHITECTURE, IMAGES, WEIGHTS

dataset = data.load_synthetic()
x_train, x_test = (
    images[..., None].astype("float32") / 255
    for images in (dataset.x_train, dataset.x_test)
)
y_train = data.one_hot(dataset.y_train)

tf_keras.utils.set_random_seed(0)
model = tf_keras.models.Sequential(
    [
        layers.Conv2D(16, 5, use_bias=False, input_shape=(28, 28, 1)),
        layers.MaxPooling2D(2),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
        layers.Conv2D(32, 5, use_bias=False),
        layers.MaxPooling2D(2),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
        layers.Flatten(),
        layers.Dense(128, use_bias=False),
        layers.BatchNormalization(momentum=0.9),
        layers.ReLU(),
        layers.Dropout(0.25),
        layers.Dense(10, activation="softmax"),
    ]
)
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=64, epochs=1)

# As the published work has it: architecture as JSON, weights as HDF5.
ARCHITECTURE.write_text(model.to_json())
model.save_weights(WEIGHTS)
ANSWERS.write_text(json.dumps(model.predict(x_test[:IMAGES]).tolist()))
