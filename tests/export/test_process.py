import shutil

import pytest

from mnist_core.errors import ExportFailed
from mnist_core.export import process


def test_what_the_process_says_is_the_reason(save):
    """A model may be deleted between a look at the page and the wish for it."""
    stored = save("ada")
    shutil.rmtree(stored.folder)
    with pytest.raises(ExportFailed, match="There is no model named 'ada'"):
        process.write(stored, "keras")
