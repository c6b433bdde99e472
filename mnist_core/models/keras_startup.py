"""Load Keras sooner, in a process of its own.

with loading.sooner():
    from mnist_core.training import fit
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

UNASKED = "matplotlib", "pandas"


@contextmanager
def fast_import() -> Iterator[None]:
    """Hide from Keras, while it is loaded, libraries that it can do without.

    It would draw figures with Matplotlib and read data frames of Pandas, and is asked
    for neither; loading them takes a quarter of the time. Afterwards they can be
    loaded as ever. Not for a server, whose other threads may load them meanwhile.
    """
    hidden = [name for name in UNASKED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # None: an import of it fails
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
