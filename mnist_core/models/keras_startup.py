"""Load Keras faster, in a process of its own.

from mnist_core.models import keras_startup
with keras_startup.fast_import():
    from mnist_core.models import networks
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import cast

UNUSED = "matplotlib", "pandas"


@contextmanager
def fast_import() -> Iterator[None]:
    """Hide from Keras, while it is loaded, libraries that it can do without.

    It would draw figures with Matplotlib and read data frames of Pandas, and is asked
    for neither. Without them it takes 3.7 instead of 4.9 seconds of a processor to
    load. Afterwards they can be loaded as ever. Not for a server, whose other threads
    may load them meanwhile.
    """
    hidden = [name for name in UNUSED if name not in sys.modules]
    modules = cast("dict[str, ModuleType | None]", sys.modules)
    modules.update(dict.fromkeys(hidden))  # an import of what is None here fails
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
