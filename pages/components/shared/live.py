"""JavaScript for parts that follow what the browser reads while the pen moves.

    js=live.LISTEN + (FOLDER / "some_part.js").read_text()

It gives them `onLiveReading` and `onAnswer`: an inline component can import nothing.
"""

from pathlib import Path
from typing import Final

LISTEN: Final = Path(__file__).with_suffix(".js").read_text()
