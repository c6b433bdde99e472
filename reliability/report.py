"""Print what was measured: on which machine, when, for how long, and the figures."""

import os
import platform
import time
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table


class Report:
    """What a command prints."""

    def __init__(self) -> None:
        self._console, self._began = Console(), time.monotonic()
        machine = platform.processor() or platform.machine()
        day = datetime.now(UTC).date()
        self._console.print(f"{machine}, {os.cpu_count()} cores, {day}")

    def say(self, text: str) -> None:
        """Say how far it is."""
        self._console.print(text, style="dim", markup=False)

    def table(self, *columns: str) -> Table:
        """Return an empty table with these columns."""
        return Table(*columns)

    def show(self, table: Table) -> None:
        """Show a finished table, and how long all of it took."""
        self._console.print(table)
        self._console.print(f"{(time.monotonic() - self._began) / 60:.1f} minutes")
