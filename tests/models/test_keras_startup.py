"""Loading Keras faster: in a process of its own, where nothing is loaded yet."""

import subprocess
import sys

from mnist_core.models import keras_startup

SCRIPT = """
import sys
from mnist_core.models import keras_startup
with keras_startup.fast_import():
    from mnist_core import recipes
    from mnist_core.models import networks
assert not {"matplotlib", "pandas"} & set(sys.modules)
print(networks.build(recipes.get("classic")).count_params())
import matplotlib.pyplot, pandas
"""


def test_keras_works_without_what_is_hidden_and_that_is_there_afterwards():
    command = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == 1_199_882  # as the published summary says


def test_what_is_loaded_already_stays():
    import matplotlib

    with keras_startup.fast_import():
        assert sys.modules["matplotlib"] is matplotlib
    assert sys.modules["matplotlib"] is matplotlib
