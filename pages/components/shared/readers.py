"""JavaScript for parts that read in the browser: the network, and what was fetched.

    js=readers.SCRIPT + (FOLDER / "some_part.js").read_text()

It gives them `readerOf(address)`, and the modules of mnist_core/browser.
"""

from pathlib import Path
from typing import Final

from mnist_core.browser import bundle

SCRIPT: Final = f"{bundle.bundle()}\n{Path(__file__).with_suffix('.js').read_text()}"
