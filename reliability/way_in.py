"""A way in: where something comes in that somebody else has made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from hypothesis.strategies import SearchStrategy

MEGABYTE: Final = 1_000_000
SECONDS: Final = 5  # of the processor that one case may take
PATIENCE: Final = 60  # seconds on the clock; others may keep the machine busy
MEGABYTES: Final = 600  # that the process may take more than at its start


@dataclass(frozen=True)
class WayIn:
    """What may come in by it, what takes that in, and how it may be refused."""

    cases: SearchStrategy[Any]
    take: Callable[[Any], object]
    refusals: tuple[type[Exception], ...] = ()  # each a sentence for people
    code: tuple[Any, ...] = ()  # modules and functions whose lines are to be reached
    seeds: str = ""  # what the cases are made from, in words

    def feed(self, case: object) -> None:
        """Have a case taken in; return also where it is refused in words.

        Raises:
            Exception: anything else, which is a fault.
        """
        try:
            self.take(case)
        except self.refusals as refusal:
            if not str(refusal):
                raise AssertionError("a refusal without a word") from refusal
